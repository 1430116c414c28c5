"""Measure tagging: quotes (PolNeAR dev), directed stance (DSE valid), names (CrossNER politics dev), speed.

    python benchmarks/tagging.py --polnear FOLDER --dse FOLDER --crossner FOLDER --texts FOLDER

Each folder is the corpus as its authors publish it. A folder that is not given or not there is said to be absent. Speed
is counted in articles per CPU-second, beside the bare model with all components on the same articles in the same run.
"""

import argparse
import random
import re
import time
from collections import Counter
from pathlib import Path

from pipeline.settings import get_settings
from pipeline.tag import gazetteer, nlp
from pipeline.tag.quotes import REPORTING
from pipeline.tag.tagger import Tagger
from pipeline.tag.versions import versions

NONE, P_FAVOR, Q_FAVOR, P_AGAINST, Q_AGAINST = range(5)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polnear", type=Path, help="folder with text/ and attributions/")
    parser.add_argument("--dse", type=Path, help="folder with valid.txt")
    parser.add_argument("--crossner", type=Path, help="folder with dev.txt")
    parser.add_argument("--texts", type=Path, help="folder with *.txt articles, for speed")
    parser.add_argument("--limit", type=int, default=0, help="use so many sentences or articles only")
    args = parser.parse_args()
    tagger = Tagger(get_settings())
    print("versions", versions(get_settings()))
    for name, folder, measure in (
        ("quotes (PolNeAR dev)", args.polnear, quotes),
        ("directed stance (DSE valid)", args.dse, stance),
        ("names (CrossNER politics dev)", args.crossner, names),
        ("speed", args.texts, speed),
    ):
        if folder is None or not folder.is_dir():
            print(f"{name}: absent")
            continue
        print(f"== {name}")
        measure(tagger, folder, args.limit)


def _f1(hits: int, made: int, gold: int) -> str:
    precision, recall = hits / made if made else 0.0, hits / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"P {precision:.3f} R {recall:.3f} F {f1:.3f} ({hits} of {made} made, {gold} gold)"


# --------------------------------------------------------------------------------------------------------
# quotes


def quotes(tagger: Tagger, folder: Path, limit: int) -> None:
    """Content overlaps by half of the shorter one, and the speaker's span overlaps."""
    totals: dict[str, Counter[str]] = {"direct": Counter(), "reported": Counter()}
    spoken: Counter[str] = Counter()
    lemmas = nlp.english()
    files = sorted((folder / "text").glob("*.txt"))[: limit or None]
    for path in files:
        text = path.read_text(encoding="utf-8")
        annotations = sorted((folder / "attributions").glob(f"{path.stem}*.ann"))
        if not annotations:
            continue
        gold = _attributions(annotations[0], text)
        (tags,) = tagger.tag_many([(text, None, "en")])
        for kind, total in totals.items():
            mine = [q for q in tags.quotes if (q.kind == "reported") == (kind == "reported")]
            theirs = [g for g in gold if g["kind"] == kind]
            total["gold"] += len(theirs)
            total["made"] += len(mine)
            for g in theirs:
                hits = [q for q in tags.quotes if _overlap(g["content"], (q.start, q.end)) > 0.5]
                named = [q.speaker_mention for q in hits if q.speaker_mention is not None]
                both = any(a < m.end and m.start < b for a, b in g["source"] for m in named)
                total["found"] += bool(hits)
                total["both"] += both
                if kind == "reported" and any(t.lemma_.lower() in REPORTING | {"accord"} for t in lemmas(g["cue"])):
                    spoken["gold"] += 1
                    spoken["found"] += bool(hits)
                    spoken["both"] += both
            for q in mine:
                match = [g for g in gold if _overlap(g["content"], (q.start, q.end)) > 0.5]
                total["made right"] += bool(match)
                m = q.speaker_mention
                total["made both"] += any(
                    m is not None and any(a < m.end and m.start < b for a, b in g["source"]) for g in match
                )
    # Of what is reported, the part whose cue is a verb of speech: wants, plans and judgements are no speech.
    reported = totals["reported"]
    totals["reported, cue a verb of speech"] = Counter({**reported, **spoken})
    for kind, t in totals.items():
        p, r = t["made both"] / max(t["made"], 1), t["both"] / max(t["gold"], 1)
        print(
            f"{kind}: content P {t['made right'] / max(t['made'], 1):.3f} R {t['found'] / max(t['gold'], 1):.3f}; "
            f"content and speaker P {p:.3f} R {r:.3f} F {2 * p * r / max(p + r, 1e-9):.3f} "
            f"({t['made']} made, {t['gold']} gold)"
        )


def _attributions(path: Path, text: str) -> list[dict]:
    spans: dict[str, list[tuple[int, int]]] = {}
    gold = []
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if line.startswith("T") and len(parts) >= 2:
            spans[parts[0]] = [
                (int(a), int(b)) for a, b in (piece.split() for piece in parts[1].split(" ", 1)[1].split(";"))
            ]
        elif line.startswith("E"):
            roles = [role.split(":") for role in parts[1].split()]
            content = [s for role, ref in roles if role.startswith("Content") for s in spans.get(ref, [])]
            source = [s for role, ref in roles if role.startswith("Source") for s in spans.get(ref, [])]
            if content:
                said = "".join(text[a:b] for a, b in content)
                kind = "direct" if re.search('["“”]', said) else "reported"
                cue = " ".join(
                    text[a:b] for role, ref in roles if role.startswith("Cue") for a, b in spans.get(ref, [])
                )
                gold.append({"content": content, "source": source, "kind": kind, "cue": cue})
    return gold


def _overlap(content: list[tuple[int, int]], span: tuple[int, int]) -> float:
    shared = sum(max(0, min(b, span[1]) - max(a, span[0])) for a, b in content)
    return shared / max(1, min(sum(b - a for a, b in content), span[1] - span[0]))


# --------------------------------------------------------------------------------------------------------
# stance


def stance(tagger: Tagger, folder: Path, limit: int) -> None:
    """Five classes over the marked pair; sentences deduplicated by text."""
    cases, seen = [], set()
    for line in (folder / "valid.txt").read_text(encoding="utf-8").splitlines():
        marked, _, _, label = line.rsplit("\t", 3)
        text, spans = _unmark(marked)
        if text in seen or len(spans) != 2:
            continue
        seen.add(text)
        cases.append((text, spans, int(label)))
    cases = cases[: limit or None]
    confusion: Counter[tuple[int, int]] = Counter()
    for (_, spans, label), tags in zip(cases, tagger.tag_many((text, None, "en") for text, _, _ in cases), strict=True):
        p, q = ({e.id for e in tags.entities for m in e.mentions if m.start < b and a < m.end} for a, b in spans)
        made = NONE
        for item in sorted(tags.evidence, key=lambda item: item.confidence):
            if item.holder in p and item.target in q:
                made = P_FAVOR if item.polarity > 0 else P_AGAINST
            elif item.holder in q and item.target in p:
                made = Q_FAVOR if item.polarity > 0 else Q_AGAINST
        confusion[label, made] += 1
    scores = []
    for c, name in enumerate(("none", "p favors q", "q favors p", "p against q", "q against p")):
        hits = confusion[c, c]
        made_n = sum(n for (_, m), n in confusion.items() if m == c)
        gold_n = sum(n for (g, _), n in confusion.items() if g == c)
        print(f"{name}: {_f1(hits, made_n, gold_n)}")
        scores.append(2 * hits / max(1, made_n + gold_n))
    made_n = sum(n for (_, m), n in confusion.items() if m != NONE)
    right = sum(n for (g, m), n in confusion.items() if g == m != NONE)
    swapped = {P_FAVOR: Q_FAVOR, Q_FAVOR: P_FAVOR, P_AGAINST: Q_AGAINST, Q_AGAINST: P_AGAINST}
    turned = sum(n for (g, m), n in confusion.items() if m != NONE and swapped[m] == g)
    sign = sum(n for (g, m), n in confusion.items() if m != NONE and g != NONE and (m in {1, 2}) != (g in {1, 2}))
    print(
        f"macro F1 {sum(scores) / 5:.3f}; n {len(cases)}; stances made {made_n}, right {right} "
        f"({right / max(made_n, 1):.3f}), direction turned {turned}, sign turned {sign}"
    )


def _unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    text, spans, start = "", [], 0
    for char in marked:
        if char == "[":
            start = len(text)
        elif char == "]":
            spans.append((start, len(text)))
        else:
            text += char
    return text, spans


# --------------------------------------------------------------------------------------------------------
# names


_CROSSNER = {
    "politician": "PER",
    "person": "PER",
    "politicalparty": "ORG",
    "organisation": "ORG",
    "country": "LOC",
    "location": "LOC",
}


def names(tagger: Tagger, folder: Path, limit: int) -> None:
    """Exact span and type of persons, organisations and places."""
    mine = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
    demonyms = gazetteer.of_settings(get_settings()).by_demonym  # no places in this corpus
    hits = made = gold_n = 0
    blocks = (folder / "dev.txt").read_text(encoding="utf-8").strip().split("\n\n")[: limit or None]
    for block in blocks:
        rows = [line.split("\t") for line in block.splitlines() if "\t" in line]
        text, gold = _sentence(rows)
        (tags,) = tagger.tag_many([(text, None, "en")])
        found = {
            (m.start, m.end, mine[e.type])
            for e in tags.entities
            for m in e.mentions
            if e.type in mine and m.kind in {"name", "alias"} and m.text not in demonyms
        }
        hits, made, gold_n = hits + len(found & gold), made + len(found), gold_n + len(gold)
    print(_f1(hits, made, gold_n))


def _sentence(rows: list[list[str]]) -> tuple[str, set[tuple[int, int, str]]]:
    text, spans, current = "", set(), None
    for word, label in [*((r[0], r[1]) for r in rows), ("", "O")]:
        kind = _CROSSNER.get(label[2:])
        if current and not (label.startswith("I-") and label[2:] == current[1]):
            start = current[0] + 4 if text[current[0] : current[2]].lower().startswith("the ") else current[0]
            spans.add((start, current[2], _CROSSNER[current[1]]))
            current = None
        start = len(text)
        text += word + " "
        if kind and label.startswith("B-"):
            current = (start, label[2:], start + len(word))
        elif current:
            current = (current[0], current[1], start + len(word))
    return text.rstrip(), spans


# --------------------------------------------------------------------------------------------------------
# speed


def speed(tagger: Tagger, folder: Path, limit: int) -> None:
    """Articles per CPU-second, the bare model and the whole tagging taking turns."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    random.Random(1).shuffle(texts)
    texts = [text for text in texts if 2000 < len(text) < 8000][: limit or 40]
    if not texts:
        print("no articles of 2,000 to 8,000 characters there")
        return
    words = sum(len(text.split()) for text in texts) / len(texts)
    model = nlp.english()
    list(tagger.tag_many([(texts[0], None, "en")]))
    bare = whole = 0.0
    for text in texts:
        start = time.process_time()
        list(model.pipe([text]))
        middle = time.process_time()
        list(tagger.tag_many([(text, None, "en")]))
        bare, whole = bare + middle - start, whole + time.process_time() - middle
    print(
        f"{len(texts)} articles of {words:.0f} words on average: bare model {len(texts) / bare:.2f}, whole tagging "
        f"{len(texts) / whole:.2f} articles a CPU-second; ratio {bare / whole:.2f}"
    )


if __name__ == "__main__":
    main()
