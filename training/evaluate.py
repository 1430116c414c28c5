"""Scores with intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

Labels = NDArray[np.int64]


def five(logits: NDArray[np.float32], bias: tuple[float, float] = (0.0, 0.0)) -> NDArray[np.float32]:
    """Turn the two directions' logits into probabilities of DSE's five classes.

    Args:
        logits: float32[n, 2, 3] for none, favor, against.
        bias: added to the logits of favor and against, chosen on development data.

    Returns:
        float32[n, 5]: none, a→b favor, b→a favor, a→b against, b→a against; rows sum to 1. The classes exclude each
        other, so the chance that both directions hold a stance goes to the stronger one.
    """
    shifted = logits + np.array([0.0, *bias], dtype=np.float32)
    p = np.exp(shifted - shifted.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    ab, ba = p[:, 0], p[:, 1]
    out = np.stack(
        [ab[:, 0] * ba[:, 0], ab[:, 1] * ba[:, 0], ba[:, 1] * ab[:, 0], ab[:, 2] * ba[:, 0], ba[:, 2] * ab[:, 0]], 1
    )
    both: NDArray[np.float32] = out / out.sum(1, keepdims=True)
    return both


def macro(gold: Labels, guess: Labels) -> float:
    """Macro-F1 over the classes that the gold has."""
    return float(f1_score(gold, guess, labels=np.unique(gold), average="macro", zero_division=0))


def interval(gold: Labels, guess: Labels, score: Callable[[Labels, Labels], float] = macro) -> tuple[float, float]:
    """95 % bootstrap interval of a score over sentences, 1,000 samples, fixed seed."""
    rng = np.random.default_rng(0)
    n = len(gold)
    found = sorted(score(gold[i], guess[i]) for i in (rng.integers(0, n, n) for _ in range(1000)))
    return found[25], found[974]


def best_bias(gold: Labels, logits: NDArray[np.float32]) -> tuple[float, float]:
    """Choose the biases of favor and against that give the best macro-F1."""
    steps = np.linspace(-1.5, 1.5, 13)
    tried = [
        (macro(gold, five(logits, (f, a)).argmax(1)), -abs(f) - abs(a), (float(f), float(a)))
        for f in steps
        for a in steps
    ]
    return max(tried)[2]


def gain(gold: Labels, guess: Labels, other: Labels) -> tuple[float, float, float]:
    """How much better a guess is than another by macro-F1, paired: the difference and its 95 % bootstrap interval."""
    rng = np.random.default_rng(0)
    n = len(gold)
    found = sorted(
        macro(gold[i], guess[i]) - macro(gold[i], other[i]) for i in (rng.integers(0, n, n) for _ in range(1000))
    )
    return macro(gold, guess) - macro(gold, other), found[25], found[974]
