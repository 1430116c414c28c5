"""``python -m training.restore``: from a shipped network back to weights and an encoder's folder, to train on from.

A shipped file is all that is kept of a run. Its weights have lost what eight bits cannot hold, and its positions are
cut to those that are asked; an epoch of training makes good the first, and nobody misses the second. The tokenizer
stays the same, so what is trained on from here can be shipped beside the other network.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from pipeline.tag.encoding import MOST
from training.model import Authorial, Directed

_HEADS = 12


def restored(path: Path, model: nn.Module) -> dict[str, Tensor]:
    """Return a model's weights as ``path`` holds them.

    Args:
        path: an ONNX file written by ``training.export`` with ``bits`` of tensors.
        model: of the same shape; says which names there are, in which order.

    Raises:
        ValueError: the file holds another shape, or other bits.
    """
    graph = onnx.load(str(path)).graph
    held = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    made = {output: node for node in graph.node for output in node.output}
    read: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            read.setdefault(name, []).append(node)
    wanted = model.state_dict()
    # the exporter keeps vectors under the order of the modules, and their names were shortened after it
    vectors = [n for n, v in wanted.items() if v.ndim == 1]
    floats = [n for n, v in held.items() if v.dtype == np.float32 and v.ndim == 1]
    places = dict(zip(vectors, floats, strict=False))
    if any(held[place].shape != tuple(wanted[name].shape) for name, place in places.items()):
        raise ValueError(f"{path} is not of the shape of this model")
    found = {name: torch.from_numpy(held[place].copy()) for name, place in places.items()}
    for name in (n for n, v in wanted.items() if v.ndim == 2 and "embeddings" not in n):
        bias = places[name.removesuffix("weight") + "bias"]
        add = next((node for node in read[bias] if node.op_type == "Add"), None)
        if add is None:
            raise ValueError(f"{path} has no sum with {name}'s bias: was it shipped in blocks?")
        found[name] = torch.from_numpy(_product(next(x for x in add.input if x != bias), made, held))
    tables = [n for n in graph.node if n.op_type == "DequantizeLinear" and made[n.input[0]].op_type == "Gather"]
    for node in tables:
        table, scale, zero = held[made[node.input[0]].input[0]], held[node.input[1]], held[node.input[2]]
        values = (table.astype(np.float32) - zero.astype(np.float32)) * scale
        name = next(n for n, v in wanted.items() if "embeddings" in n and tuple(v.shape) == values.shape)
        found[name] = torch.from_numpy(values)
    if missing := sorted(set(wanted) - set(found)):
        raise ValueError(f"{path} does not hold {', '.join(missing)}")
    return found


def _product(name: str, made: Mapping[str, Any], held: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
    """The matrix of a product of eight bits: from its output, down to its weights and what evened out its input."""
    scaled = made[name]
    whole = next(made[x] for x in scaled.input if made[x].op_type == "Cast")
    product = made[whole.input[0]]
    if product.op_type != "MatMulInteger":
        raise ValueError(f"a {product.op_type} stands where a product of eight bits was expected")
    scales = next(made[x] for x in scaled.input if made[x].op_type == "Mul")
    scale = held[next(x for x in scales.input if x in held)]
    weights, zero = held[product.input[1]].astype(np.float32), held[product.input[3]].astype(np.float32)
    matrix = (weights - zero) * scale
    before = made.get(made[product.input[0]].input[0])
    if before is not None and before.op_type == "Mul":
        evened = [held[x] for x in before.input if x in held and held[x].shape == matrix.shape[:1]]
        if evened:
            matrix = matrix * evened[0][:, None]
    return np.ascontiguousarray(matrix.T, dtype=np.float32)


def folder(networks: Path, name: str, out: Path) -> None:
    """Write an encoder's folder with ``weights.pt`` in it.

    Args:
        networks: with ``name.onnx``, its card and ``tokenizer.json``.
        name: ``directed`` or ``authorial``.
        out: for ``--encoder``; ``weights.pt`` in it for ``--init``.

    Raises:
        ValueError: the network cannot be read back.
    """
    card = json.loads((networks / f"{name}.json").read_text(encoding="utf-8"))
    tokens = (networks / "tokenizer.json").read_text(encoding="utf-8")
    config = BertConfig(
        vocab_size=len(json.loads(tokens)["model"]["vocab"]),
        hidden_size=384,
        num_hidden_layers=card["encoder"]["layers"],
        num_attention_heads=_HEADS,
        intermediate_size=1536,
        max_position_embeddings=MOST,
    )
    out.mkdir(parents=True, exist_ok=True)
    BertModel(config, add_pooling_layer=False).save_pretrained(out)
    (out / "tokenizer.json").write_text(tokens, encoding="utf-8")
    (out / "made_of.json").write_text(json.dumps(card["encoder"]), encoding="utf-8")
    model: nn.Module = Directed(out) if name == "directed" else Authorial(out)
    model.load_state_dict(restored(networks / f"{name}.onnx", model))
    model.encoder.save_pretrained(out)
    torch.save(model.state_dict(), out / "weights.pt")


def main() -> None:
    """Restore."""
    parser = argparse.ArgumentParser(prog="python -m training.restore", description=__doc__)
    parser.add_argument("model", choices=["directed", "authorial"])
    parser.add_argument("--networks", type=Path, required=True, help="folder of what is shipped")
    parser.add_argument("--out", type=Path, required=True, help="folder for --encoder, with weights.pt for --init")
    args = parser.parse_args()
    try:
        folder(args.networks, args.model, args.out)
    except ValueError as error:
        raise SystemExit(f"{error}: train from the beginning instead (training/README.md)") from error


if __name__ == "__main__":
    main()
