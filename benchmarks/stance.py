"""Measure how grammar and network are joined, and fit the join: DSE valid and the dev half of our own gold.

    python benchmarks/stance.py --dse FOLDER [--gold FOLDER] [--whole]

DSE's folder is the corpus as its authors publish it (``valid.txt``); sentences are taken once, those that the training
half shares are not in it (`training.data`). Every claim and candidate that the tagger scores is compared with the
annotation of its pair: right, of the other sign, or the other way round. Printed: what each floor gives, calibration in
tenths, and the coefficients that `pipeline/tag/stance/scoring.py` should have for these rules and this network. With
``--whole`` only what the tagger gives out with a floor of .1 is compared, cut at the confidence said.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.settings import get_settings
from pipeline.tag import stance
from pipeline.tag.stance import scoring
from pipeline.tag.tagger import Tagger
from training import data

KINDS = ("grammar", "frame", "called", "spoken", "voiced", "told", "names", "inner", "far", "beside")


class Scored(NamedTuple):
    """One claim or candidate with its answer, and what the annotation says: right, turned, or neither."""

    kind: str
    grammar: float
    network: float | None
    confidence: float
    right: bool
    turned: bool
    act: str


def main() -> None:
    """Measure and fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dse", type=Path, help="data folder with stance/dse/valid.txt")
    parser.add_argument("--gold", type=Path, default=Path(__file__).parent.parent / "tests/gold")
    parser.add_argument("--limit", type=int, default=0, help="so many sentences only")
    parser.add_argument("--whole", action="store_true", help="only the whole tagger by its floor, on DSE valid")
    args = parser.parse_args()
    if args.whole:
        whole(args.dse, args.limit)
        return
    found: list[Scored] = []
    if args.dse is None or not args.dse.is_dir():
        print("DSE valid: absent")
    else:
        made, total = dse(args.dse, args.limit)
        report("DSE valid", made, total)
        found += made
    made, total = gold(args.gold)
    report("our gold, dev half, single sentences", made, total)
    fit(found + made)


def _tagged(texts: list[str]) -> list[tuple[Any, list[tuple[Any, ...]]]]:
    """Tags of each text, and every call that scored a claim while it was tagged."""
    calls: list[tuple[Any, ...]] = []
    real = scoring.confidence

    def recorded(claim: Any, **told: Any) -> float:
        score = real(claim, **told)
        plain = real(claim, **(told | {"answer": None}))
        calls.append((claim, plain, told.get("answer"), score))
        return score

    out = []
    stance.scoring.confidence = recorded
    try:
        tagger = Tagger(get_settings())
        for text in texts:
            calls.clear()
            (tags,) = tagger.tag_many([(text, None, "en")])
            out.append((tags, list(calls)))
    finally:
        stance.scoring.confidence = real
    return out


def _scored(call: tuple[Any, ...], sign: int, back: int) -> Scored:
    claim, plain, answer, score = call
    said = None if answer is None else answer.favor if claim.sign > 0 else answer.against
    return Scored(
        scoring.by_network(claim) or "grammar",
        plain,
        said,
        score,
        right=sign == claim.sign,
        turned=sign == 0 and back == claim.sign,
        act=claim.act,
    )


def dse(root: Path, limit: int) -> tuple[list[Scored], int]:
    """Score what is said about DSE's marked pair."""
    pairs = data.directed(root)[1][: limit or None]
    sign = {data.NONE: 0, data.FAVOR: 1, data.AGAINST: -1}
    out = []
    for pair, (tags, calls) in zip(pairs, _tagged([p.text for p in pairs]), strict=True):
        a, b = (
            {e.id for e in tags.entities for m in e.mentions if m.start < y and x < m.end} for x, y in (pair.a, pair.b)
        )
        for call in calls:
            holder = call[0].holder.key if call[0].holder else "outlet"
            if holder in a and call[0].target.key in b:
                out.append(_scored(call, sign[pair.ab], sign[pair.ba]))
            elif holder in b and call[0].target.key in a:
                out.append(_scored(call, sign[pair.ba], sign[pair.ab]))
    return out, sum(bool(p.label) for p in pairs)


def whole(root: Path, limit: int) -> None:
    """Print what the tagger gives out about DSE's marked pairs: right means pair, direction and sign."""
    pairs = data.directed(root)[1][: limit or None]
    sign = {data.NONE: 0, data.FAVOR: 1, data.AGAINST: -1}
    tagger = Tagger(get_settings().model_copy(update={"tag_floor": 0.1}))
    made: list[tuple[float, str]] = []
    for pair, tags in zip(pairs, tagger.tag_many([(p.text, None, "en") for p in pairs]), strict=True):
        a, b = (
            {e.id for e in tags.entities for m in e.mentions if m.start < y and x < m.end} for x, y in (pair.a, pair.b)
        )
        for item in tags.evidence:
            for one, other, there, back in ((a, b, pair.ab, pair.ba), (b, a, pair.ba, pair.ab)):
                if item.holder in one and item.target in other:
                    told, turned = sign[there], sign[back]
                    kind = "right" if told == item.polarity else "sign" if told else "turned" if turned else "none"
                    made.append((item.confidence, kind))
    total = sum(bool(p.label) for p in pairs)
    for floor in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        kinds = [kind for said, kind in made if said >= floor]
        p, r = kinds.count("right") / max(1, len(kinds)), kinds.count("right") / total
        print(
            f"from {floor}: {len(kinds)} made, P {p:.3f}, R {r:.3f}, F1 {2 * p * r / max(p + r, 1e-9):.3f}, "
            f"other sign {kinds.count('sign')}, turned {kinds.count('turned')}"
        )


def gold(folder: Path) -> tuple[list[Scored], int]:
    """Score what is said about the judged pairs of our own sentences; of the test half nothing is read."""
    cases = []
    for path in sorted((folder / "contrast").glob("*.yml")):
        cases += [s for s in yaml.safe_load(path.read_text(encoding="utf-8"))["sentences"] if s["split"] == "dev"]
    out = []
    for case, (tags, calls) in zip(cases, _tagged([c["text"] for c in cases]), strict=True):
        signs = {(s["holder"], s["target"]): s["polarity"] for s in case["stances"]}
        judged = set(signs) | {(s["holder"], s["target"]) for s in case["none"]}
        known = {name for pair in judged for name in pair}
        names = {e.id: _called(e, known) for e in tags.entities}
        for call in calls:
            pair = (
                names.get(call[0].holder.key if call[0].holder else "", "outlet"),
                names.get(call[0].target.key, ""),
            )
            if pair in judged or pair[::-1] in judged:
                out.append(_scored(call, signs.get(pair, 0), signs.get(pair[::-1], 0)))
    return out, sum(len(c["stances"]) for c in cases)


def _called(entity: Any, known: set[str]) -> str:
    forms = [entity.name, *(m.text for m in entity.mentions)]
    return next((f for f in forms if f in known), next((k for k in known if any(k in f or f in k for f in forms)), ""))


def report(name: str, found: list[Scored], total: int) -> None:
    """Print what each floor gives, and how honest the confidence is."""
    print(f"== {name}: {total} stances annotated")
    for kind in KINDS:
        mine = [s for s in found if s.kind == kind]
        for floor in (0.3, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9):
            over = [s for s in mine if s.confidence >= floor]
            if over:
                right, turned = sum(s.right for s in over), sum(s.turned for s in over)
                print(
                    f"{kind:8} floor {floor:.2f}: {len(over):4} made, right {right:4} (P {right / len(over):.3f}, "
                    f"R {right / total:.3f}), direction turned {turned}"
                )
    bins: dict[int, list[Scored]] = defaultdict(list)
    for s in found:
        bins[min(9, int(s.confidence * 10))].append(s)
    for tenth, inside in sorted(bins.items()):
        mean = np.mean([s.confidence for s in inside])
        print(
            f"confidence {tenth / 10:.1f}: {len(inside):4}, mean {mean:.2f}, "
            f"right {np.mean([s.right for s in inside]):.2f}"
        )
    for act in sorted({s.act for s in found}):
        mine = [s for s in found if s.act == act and s.confidence >= 0.5]
        if mine:
            print(f"act {act:9} from .5: {len(mine):4}, right {np.mean([s.right for s in mine]):.2f}")


def fit(found: list[Scored]) -> None:
    """Print the coefficients of the join, by logistic regression with a light ridge."""
    both = [s for s in found if s.kind == "grammar" and s.network is not None]
    print("_JOINED =", _logistic([[_odds(s.grammar), _odds(s.network or 0.0)] for s in both], [s.right for s in both]))
    for kind in KINDS[1:]:
        mine = [s for s in found if s.kind == kind and s.network is not None]
        if mine:
            print(f"_ALONE[{kind!r}] =", _logistic([[_odds(s.network or 0.0)] for s in mine], [s.right for s in mine]))
    mine = [s for s in found if s.kind != "grammar" and s.network is not None]
    print("_ALONE, all =", _logistic([[_odds(s.network or 0.0)] for s in mine], [s.right for s in mine]))


def _odds(p: float) -> float:
    p = min(max(p, 1e-4), 1 - 1e-4)
    return float(np.log(p / (1 - p)))


def _logistic(rows: list[list[float]], labels: list[bool], ridge: float = 1.0) -> tuple[float, ...]:
    """Newton's method; the ridge does not hold the intercept."""
    x = np.column_stack([np.ones(len(rows)), np.array(rows, float)])
    y, w = np.array(labels, float), np.zeros(x.shape[1])
    hold = ridge * np.diag([0.0, *[1.0] * (x.shape[1] - 1)])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        w = w + np.linalg.solve(
            x.T @ (x * (p * (1 - p))[:, None]) + hold + 1e-6 * np.eye(len(w)), x.T @ (y - p) - hold @ w
        )
    return tuple(round(float(v), 3) for v in w)


if __name__ == "__main__":
    main()
