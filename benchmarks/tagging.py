"""Measure tagging: quotes (PolNeAR dev), directed stance (DSE valid), names (CrossNER politics dev), speed.

    python benchmarks/tagging.py [--polnear FOLDER] [--dse FOLDER] [--crossner FOLDER] [--speed] [--texts FOLDER]

Each folder is the corpus as its authors publish it. A folder that is not given or not there is said to be absent. Speed
is counted in articles of 700 words per CPU-second, beside the bare model with all components on the same articles in
the same run, and by parts: on our own texts with ``--speed``, on a folder's with ``--texts``.
"""

import argparse
import gzip
import random
import re
import resource
import time
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import spacy
import yaml

from pipeline.errors import ExtractError
from pipeline.extract import extract_html
from pipeline.local import press
from pipeline.settings import get_settings
from pipeline.tag import aliases, coref, entities, gazetteer, nlp, parsing
from pipeline.tag import quotes as said
from pipeline.tag import stance as judging
from pipeline.tag.quotes import REPORTING
from pipeline.tag.stance import models
from pipeline.tag.tagger import Tagger
from pipeline.tag.versions import versions

NONE, P_FAVOR, Q_FAVOR, P_AGAINST, Q_AGAINST = range(5)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polnear", type=Path, help="folder with text/ and attributions/")
    parser.add_argument("--dse", type=Path, help="folder with valid.txt")
    parser.add_argument("--crossner", type=Path, help="folder with dev.txt")
    parser.add_argument("--texts", type=Path, help="folder with *.txt or *.html.gz articles, for speed")
    parser.add_argument("--speed", action="store_true", help="speed on our own texts")
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
    if args.speed:
        print("== speed (our own texts)")
        speed(tagger, None, args.limit)


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


#: Words of an article.
_LONG = 700
_ROUNDS = 5
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in)\b", re.IGNORECASE)
_GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold" / "articles"
_STORIES = Path(press.__file__).parent / "stories"
#: What is timed inside of tagging, by module and name; what stands within another is taken out of it.
_PARTS = (
    ("reading, rest", nlp, "read"),
    ("entities", entities, "names"),
    ("aliases", aliases, "resolve"),
    ("quotes", said, "speech"),
    ("coreference", coref, "resolve"),
    ("grammar", judging, "judge"),
    ("network", models, "both_ways"),
)


def speed(tagger: Tagger, folder: Path | None, limit: int) -> None:
    """CPU-seconds of the bare model, all components, and of the whole tagging, taking turns; parts of the latter."""
    texts = _real(folder) if folder is not None else _own()
    random.Random(1).shuffle(texts)
    texts = texts[: limit or 20]
    if not texts:
        print("no articles of 400 to 1,200 words there")
        return
    words = sum(len(text.split()) for text in texts) / len(texts)
    start = time.process_time()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        model = spacy.load(nlp.english().path)
    list(tagger.tag_many([(texts[0], None, "en")]))
    list(model.pipe(texts[:1]))
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"two models and the networks load in {time.process_time() - start:.1f} CPU-s; {resident:.0f} MiB at most")
    bare, whole = [], []
    for _ in range(_ROUNDS):
        bare.append(0.0)
        whole.append(0.0)
        for text in texts:
            start = time.process_time()
            list(model.pipe([text]))
            middle = time.process_time()
            list(tagger.tag_many([(text, None, "en")]))
            bare[-1] += middle - start
            whole[-1] += time.process_time() - middle
    ratio = median(b / w for b, w in zip(bare, whole, strict=True))
    per = _LONG / words
    ratios = ", ".join(f"{b / w:.2f}" for b, w in zip(bare, whole, strict=True))
    print(
        f"{len(texts)} articles of {words:.0f} words, median of {_ROUNDS} rounds, as articles of {_LONG} words a "
        f"CPU-second: bare model {len(texts) / median(bare) / per:.2f}, whole tagging "
        f"{len(texts) / median(whole) / per:.2f}; ratio {ratio:.2f} ({ratios})"
    )
    _parts(tagger, texts)


def _parts(tagger: Tagger, texts: list[str]) -> None:
    """Print where the time goes; what one part spends in another counts for the other."""
    spent: Counter[str] = Counter()
    open_parts: list[float] = []
    asked = 0

    def timed(function: Callable[..., Any], part: Callable[..., str]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            nonlocal asked
            name = part(*args)
            asked += len(args[0]) if name == "network" else 0
            open_parts.append(0.0)
            start = time.process_time()
            try:
                return function(*args, **options)
            finally:
                took = time.process_time() - start
                spent[name] += took - open_parts.pop()
                if open_parts:
                    open_parts[-1] += took

        return call

    with ExitStack() as patches:
        for name, module, attribute in _PARTS:
            made = timed(getattr(module, attribute), lambda *_, name=name: name)
            patches.enter_context(patch.object(module, attribute, made))
        made = timed(parsing._parse, lambda component, _: component.name)
        patches.enter_context(patch.object(parsing, "_parse", made))
        start = time.process_time()
        list(tagger.tag_many((text, None, "en") for text in texts))
        total = time.process_time() - start
    spent["rest"] = total - spent.total()
    print(f"{asked / len(texts):.1f} pairs asked an article; CPU-ms an article:", end=" ")
    print(", ".join(f"{name} {1000 * took / len(texts):.0f}" for name, took in spent.most_common()))


def _real(folder: Path) -> list[str]:
    """Texts (``*.txt``) or pages (``*.html.gz``) of 400 to 1,200 words, half of the common words English."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    for path in sorted(folder.glob("*.html.gz")):
        with suppress(ExtractError):
            texts.append(extract_html(gzip.decompress(path.read_bytes()), f"https://example.org/{path.stem}").text)
    return [t for t in texts if 400 <= len(t.split()) <= 1200 and len(_ENGLISH.findall(t)) * 10 > len(t.split())]


def _own() -> list[str]:
    """The sample press's stories and the dev half of our gold, joined until they are as long as an article."""
    stories = [path.read_text(encoding="utf-8").split("\n---\n", 1)[1] for path in sorted(_STORIES.rglob("*.md"))]
    parts = [" ".join(block.split()) for story in stories for block in story.split("\n\n") if block.strip()]
    rows = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(_GOLD.glob("*.yml")))
    parts += [line for row in rows if row["split"] == "dev" for line in row["text"].split("\n") if line.strip()]
    texts, held = [], ""
    for part in parts:
        held += part + "\n"
        if len(held.split()) >= _LONG:
            texts.append(held.rstrip())
            held = ""
    return texts


if __name__ == "__main__":
    main()
