"""``python -m training.ship directed|authorial``: from weights to what is shipped, measured as it is shipped."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

from training import data, evaluate
from training.__main__ import encoder_folder
from training.export import export, run
from training.model import Authorial, Directed
from training.sentences import own
from training.train import Example, example, predict

log = logging.getLogger("training")

#: How many training inputs show the scale of activations.
_TYPICAL = 512
#: Where the curve of precision and recall is told.
FLOORS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> None:
    """Export and measure."""
    parser = argparse.ArgumentParser(prog="python -m training.ship", description=__doc__)
    parser.add_argument("model", choices=["directed", "authorial"])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for network, card and tokenizer")
    parser.add_argument("--how", default="", help="how it was trained, in words, for the card")
    parser.add_argument("--encoder", type=Path, help="folder of the encoder that training began with")
    parser.add_argument("--bits", choices=["tensors", "blocks"], default="tensors", help="one scale a tensor, or 128")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    encoder = args.encoder or encoder_folder()
    model: torch.nn.Module = Directed(encoder) if args.model == "directed" else Authorial(encoder)
    model.load_state_dict(torch.load(args.weights, map_location="cpu", weights_only=True))
    told: dict[str, Any] = {"how": args.how, "temperature": 1.0, "bias": [0.0, 0.0]}
    if args.model == "directed":
        known, pairs = data.directed(args.data)
        typical = [_ids(example(encoder, p.text, [p.a, p.b], [p.ab, p.ba])) for p in known[:_TYPICAL]]
        asked = [example(encoder, p.text, [p.a, p.b], [p.ab, p.ba]) for p in pairs]
        ours = own("dev")[0]
        asked_own = [example(encoder, p.text, [p.a, p.b], [p.ab, p.ba]) for p in ours]
        whole = predict(model, asked)
        path = export(model, args.out, args.model, encoder, told=told, typical=typical, bits=args.bits)
        told |= _directed(whole, path, asked, np.array([p.label for p in pairs]), asked_own)
    else:
        known_targets, singles = data.authorial(args.data)
        typical = [_ids(example(encoder, s.text, [s.target], [s.label])) for s in known_targets[:_TYPICAL]]
        asked = [example(encoder, s.text, [s.target], [s.label]) for s in singles]
        whole = predict(model, asked)
        path = export(model, args.out, args.model, encoder, told=told, typical=typical, bits=args.bits)
        told |= _authorial(whole, path, asked, np.array([s.label for s in singles]))
    card = json.loads((args.out / f"{args.model}.json").read_text(encoding="utf-8"))
    (args.out / f"{args.model}.json").write_text(
        json.dumps(card | told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    log.info("%s", json.dumps(told))


def _ids(one: Example) -> tuple[list[int], list[int]]:
    return one.ids, one.places


def temperature(gold: NDArray[np.int64], logits: NDArray[np.float32]) -> float:
    """Return the temperature that makes probabilities honest on development data: least negative log likelihood.

    Args:
        gold: int[n].
        logits: float32[n, classes].
    """
    tried = np.exp(np.linspace(np.log(0.5), np.log(4.0), 60))
    return float(min(tried, key=lambda t: _nll(gold, logits / t)))


def _nll(gold: NDArray[np.int64], logits: NDArray[np.float32]) -> float:
    shifted = logits - logits.max(1, keepdims=True)
    return float((np.log(np.exp(shifted).sum(1)) - shifted[np.arange(len(gold)), gold]).mean())


def _directed(
    whole: NDArray[np.float32], path: Path, dev: list[Example], gold: NDArray[np.int64], own_dev: list[Example]
) -> dict[str, Any]:
    small = run(path, [(e.ids, e.places) for e in dev])
    ways = np.concatenate([e.labels for e in dev])
    heat = temperature(ways, small.reshape(-1, 3))
    bias = evaluate.best_bias(gold, small / heat)
    p = evaluate.five(small / heat, bias)
    guess = p.argmax(1)
    own_gold = np.concatenate([e.labels for e in own_dev])
    own_guess = (run(path, [(e.ids, e.places) for e in own_dev]) / heat + np.array([0.0, *bias])).argmax(-1).ravel()
    stance = p[:, 1:].argmax(1) + 1
    sure = p[np.arange(len(p)), stance]
    return {
        "judged_by": f"DSE valid without what train has, {len(gold)} pairs; our own held-out sentences",
        "temperature": round(heat, 4),
        "bias": list(bias),
        "macro_f1": evaluate.macro(gold, guess),
        "interval": list(evaluate.interval(gold, guess)),
        "macro_f1_fp32": evaluate.macro(gold, evaluate.five(whole / heat, bias).argmax(1)),
        "classes": _classes(gold, guess, ["none", "a favors b", "b favors a", "a against b", "b against a"]),
        "curve": [_at(floor, gold, stance, sure) for floor in FLOORS],
        "own_macro_f1": evaluate.macro(own_gold, own_guess),
        "own_pairs": len(own_dev),
    }


def _authorial(whole: NDArray[np.float32], path: Path, dev: list[Example], gold: NDArray[np.int64]) -> dict[str, Any]:
    small = run(path, [(e.ids, e.places) for e in dev])[:, 0]
    heat = temperature(gold, small)
    guess = small.argmax(1)
    return {
        "judged_by": f"a tenth of NewsMTSC train by sentence, {len(gold)} targets",
        "temperature": round(heat, 4),
        "bias": [0.0, 0.0],
        "macro_f1": evaluate.macro(gold, guess),
        "interval": list(evaluate.interval(gold, guess)),
        "macro_f1_fp32": evaluate.macro(gold, whole[:, 0].argmax(1)),
        "classes": _classes(gold, guess, ["neutral", "favor", "against"]),
    }


def _classes(gold: NDArray[np.int64], guess: NDArray[np.int64], names: list[str]) -> dict[str, dict[str, Any]]:
    p, r, f, n = precision_recall_fscore_support(gold, guess, labels=range(len(names)), zero_division=0)

    def one(label: int) -> Any:
        return lambda g, h: float(precision_recall_fscore_support(g, h, labels=[label], zero_division=0)[2][0])

    return {
        name: {
            "precision": float(p[i]),
            "recall": float(r[i]),
            "f1": float(f[i]),
            "interval": list(evaluate.interval(gold, guess, one(i))),
            "n": int(n[i]),
        }
        for i, name in enumerate(names)
    }


def _at(floor: float, gold: NDArray[np.int64], stance: NDArray[np.int64], sure: NDArray[np.float32]) -> dict[str, Any]:
    """Precision and recall of stances made with at least this probability; right is class and direction."""
    made = sure >= floor
    hits = int((made & (stance == gold)).sum())
    turned = int((made & (gold > 0) & (stance != gold)).sum())
    return {
        "floor": floor,
        "made": int(made.sum()),
        "precision": hits / int(made.sum()) if made.any() else 0.0,
        "recall": hits / int((gold > 0).sum()),
        "other_sign_or_direction": turned,
    }


if __name__ == "__main__":
    main()
