"""``python -m training.soup directed|authorial``: the mean of several runs' weights, and whether it is better.

Runs that began with the same weights lie in one basin: the mean of their weights often generalises better than any of
them and costs nothing (Wortsman et al., "Model soups", ICML 2022).
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training import data, evaluate
from training.__main__ import encoder_folder
from training.model import Authorial, Directed
from training.train import example, predict

log = logging.getLogger("training")


def mean(found: Sequence[Mapping[str, Tensor]], shares: Sequence[float]) -> dict[str, Tensor]:
    """Return the weighted mean of state dicts with the same keys; what is no float is the first one's.

    Args:
        found: the runs' weights.
        shares: one each; they are scaled to sum to 1.
    """
    total = sum(shares)
    return {
        key: sum((w[key] * (s / total) for w, s in zip(found, shares, strict=True)), torch.zeros_like(first))
        if first.is_floating_point()
        else first
        for key, first in found[0].items()
    }


def main() -> None:
    """Average, and score beside the first one."""
    parser = argparse.ArgumentParser(prog="python -m training.soup", description=__doc__)
    parser.add_argument("model", choices=["directed", "authorial"])
    parser.add_argument(
        "--weights", type=Path, nargs="+", required=True, help="runs' weights.pt; the first is compared"
    )
    parser.add_argument("--shares", type=float, nargs="+", action="append", required=True, help="one a run; may repeat")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="folder for the weights of the last shares")
    parser.add_argument("--encoder", type=Path, help="folder of the encoder that the runs began with")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    encoder = args.encoder or encoder_folder()
    runs = [torch.load(path, map_location="cpu", weights_only=True) for path in args.weights]
    if args.model == "directed":
        model: torch.nn.Module = Directed(encoder)
        pairs = data.directed(args.data)[1]
        dev = [example(encoder, p.text, [p.a, p.b], [p.ab, p.ba]) for p in pairs]
        gold = np.array([p.label for p in pairs])
    else:
        model = Authorial(encoder)
        singles = data.authorial(args.data)[1]
        dev = [example(encoder, s.text, [s.target], [s.label]) for s in singles]
        gold = np.array([s.label for s in singles])

    def guesses(weights: Mapping[str, Tensor]) -> NDArray[np.int64]:
        model.load_state_dict(weights)
        logits = predict(model, dev)
        if args.model == "authorial":
            return logits[:, 0].argmax(1)
        return evaluate.five(logits, evaluate.best_bias(gold, logits)).argmax(1)

    first = guesses(runs[0])
    log.info("first: %.4f", evaluate.macro(gold, first))
    for shares in args.shares:
        soup = mean(runs, shares)
        guess = guesses(soup)
        told = {
            "shares": shares,
            "macro_f1": evaluate.macro(gold, guess),
            "interval": evaluate.interval(gold, guess),
            "better_than_first": evaluate.gain(gold, guess, first),
        }
        log.info("%s", json.dumps(told))
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        torch.save(soup, args.out / "weights.pt")
        (args.out / "scores.json").write_text(json.dumps(told, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
