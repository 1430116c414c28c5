"""The two networks: where one entity of a sentence stands on another, and where its author stands on one.

ONNX files beside this one, trained by ``training/`` and described in ``docs/models.md``; onnxruntime, tokenizers and
numpy read them. What a sentence gets does not depend on what is asked together with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TagError
from pipeline.tag.encoding import encode, tokenizer

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FOLDER = Path(__file__).with_name("networks")

#: Columns of :func:`directed`.
NONE, A_FAVORS_B, B_FAVORS_A, A_AGAINST_B, B_AGAINST_A = range(5)

Span = tuple[int, int]


def directed(asked: Sequence[tuple[str, Span, Span]]) -> NDArray[np.float32]:
    """Say where two entities of a sentence stand on each other.

    Args:
        asked: text, span of a, span of b: code points, end exclusive. Spans may overlap; the answer then means little.

    Returns:
        float32[n, 5], rows sum to 1: none, a→b favor, b→a favor, a→b against, b→a against. Asked with a and b
        exchanged, the columns are exchanged and nothing else.

    Raises:
        TagError: a span is outside of its text; the network does not load.
    """
    p = both_ways(asked)
    ab, ba = p[:, 0], p[:, 1]
    columns = [
        ab[:, 0] * ba[:, 0],
        ab[:, 1] * ba[:, 0],
        ba[:, 1] * ab[:, 0],
        ab[:, 2] * ba[:, 0],
        ba[:, 2] * ab[:, 0],
    ]
    # the classes exclude each other: where both hold a stance, the surer one is told
    out = np.stack(columns, axis=1) if len(p) else np.zeros((0, 5), np.float32)
    total = out[:, 0] + (out[:, 1] + out[:, 2]) + (out[:, 3] + out[:, 4])  # the same whichever is called a
    told: NDArray[np.float32] = (out / np.maximum(total, 1e-9)[:, None]).astype(np.float32)
    return told


def both_ways(asked: Sequence[tuple[str, Span, Span]]) -> NDArray[np.float32]:
    """Say where two entities of a sentence stand on each other, each way by itself: both may hold a stance.

    Args:
        asked: as for :func:`directed`.

    Returns:
        float32[n, 2, 3]: of a on b, of b on a; none, favor, against, which sum to 1.

    Raises:
        TagError: as :func:`directed`.
    """
    return _asked("directed", [(text, (a, b)) for text, a, b in asked], ways=2)


def authorial(asked: Sequence[tuple[str, Span]]) -> NDArray[np.float32]:
    """Say whether a sentence speaks for or against an entity in it.

    Args:
        asked: text, span of the entity: code points, end exclusive.

    Returns:
        float32[n, 3], rows sum to 1: against, neutral, favor.

    Raises:
        TagError: a span is outside of its text; the network does not load.
    """
    none_favor_against = _asked("authorial", [(text, (target,)) for text, target in asked], ways=1)[:, 0]
    return np.ascontiguousarray(none_favor_against[:, [2, 0, 1]])


@cache
def card(name: str) -> dict[str, Any]:
    """Return a network's card: hash, what it was trained on, scores, calibration.

    Raises:
        TagError: it is missing or no JSON.
    """
    path = FOLDER / f"{name}.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TagError(
            f"the card of a network cannot be read ({error}); install Standpoint again", subject=str(path)
        ) from error
    return found


def _asked(name: str, asked: Sequence[tuple[str, tuple[Span, ...]]], *, ways: int) -> NDArray[np.float32]:
    out = np.zeros((len(asked), ways, 3), np.float32)
    if not asked:
        return out
    for text, spans in asked:
        _check(text, spans)
    tokens, session = _tokens(), _session(name)
    temperature = np.float32(card(name)["temperature"])
    bias = np.array([0.0, *card(name)["bias"]], np.float32)
    # One at a time: int8 takes its scale from all that is asked together, and an answer would depend on its company.
    # Together would be a fifth faster. Names are hidden, so that different questions may be one to the network.
    told: dict[tuple[bytes, tuple[int, ...]], NDArray[np.float32]] = {}
    for row, (text, spans) in enumerate(asked):
        ids, places = encode(tokens, text, spans)
        one = np.array([ids], np.int64)
        key = one.tobytes(), tuple(places)
        if key not in told:
            given = {"ids": one, "mask": np.ones_like(one), "places": np.array([places], np.int64)}
            (logits,) = session.run(["logits"], given)
            told[key] = logits[0] / temperature + bias
            if ways == len(places):  # exchanged, they exchange the answers
                told[key[0], key[1][::-1]] = told[key][::-1]
        out[row] = told[key]
    out -= out.max(-1, keepdims=True)
    np.exp(out, out)
    out /= out.sum(-1, keepdims=True)
    return out


def _check(text: str, spans: Sequence[Span]) -> None:
    for start, end in spans:
        if not 0 <= start <= end <= len(text):
            raise TagError(f"the span {start}–{end} is outside of the text", subject=text[:60])


@cache
def _tokens() -> Tokenizer:
    try:
        return tokenizer(FOLDER)
    except Exception as error:  # tokenizers raises nothing more special
        raise TagError(
            f"the tokenizer cannot be read ({error}); install Standpoint again", subject=str(FOLDER)
        ) from error


@cache
def _session(name: str) -> InferenceSession:
    import onnxruntime as ort

    path = FOLDER / f"{name}.onnx"
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # workers are many: each takes one core
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TagError(f"a network is missing ({error}); install Standpoint again", subject=str(path)) from error
    if hashlib.sha256(content).hexdigest() != card(name)["sha256"]:
        raise TagError(
            "the network is not the one that its card describes; install Standpoint again", subject=str(path)
        )
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
