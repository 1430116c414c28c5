"""Score pronouns, descriptions, acts and aliases.

    python benchmarks/coref.py [--totals]

Passages of `tests/tag/gold/coref.yml`: how many pronouns, descriptions and acts lead where they must, how many lead
elsewhere (worse than open), how many that must stay open do. Then aliases, names and descriptions of the gold's and the
sample press's articles: pairwise F1 and B-cubed over all places where a form of the gold stands. Of the test half only
totals are printed.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks import gold
from pipeline.local.press.gold import load_gold
from pipeline.records import Tags
from pipeline.settings import get_settings
from pipeline.tag.tagger import Tagger

PASSAGES = Path(__file__).resolve().parent.parent / "tests" / "tag" / "gold" / "coref.yml"
_MARK = re.compile(r"\[([^\]]+?) ([=@]) ([^\]]+)\]")
_HE = frozenset(["he", "him", "his", "himself", "she", "her", "hers", "herself"])
_PRONOUNS = _HE | frozenset(["it", "its", "itself", "they", "them", "their", "theirs", "themselves"])


@dataclass(frozen=True)
class Mark:
    """Words of a passage (code points, end exclusive) and the name that they lead to; empty: they stay open."""

    start: int
    end: int
    words: str
    kind: str  # he-she, it-they, description, act
    name: str


def passage(marked: str) -> tuple[str, list[Mark]]:
    """Take the brackets out of a passage: its text, and what stood in them."""
    text, marks, last = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[last : match.start()]
        last = match.end()
        words, sign, name = match.groups()
        word = words.casefold()
        kind = "he-she" if word in _HE else "it-they" if word in _PRONOUNS else "act" if sign == "@" else "description"
        marks.append(Mark(len(text), len(text) + len(words), words, kind, "" if name == "-" else name))
        text += words
    return text + marked[last:], marks


def leads_to(tags: Tags, mark: Mark) -> str:
    """The entity that a tagged passage gives the marked words, empty if none: by the last word in them."""
    for entity in tags.entities:
        for mention in entity.mentions:
            if mention.field == "text" and mention.start < mark.end <= mention.end and mention.end - 1 >= mark.start:
                return entity.id
    return ""


def entity_of(tags: Tags, name: str) -> set[str]:
    """Entities that a name in the text leads to."""
    at = tags.text.find(name)
    return {
        e.id
        for e in tags.entities
        for m in e.mentions
        if m.field == "text" and m.kind != "pronoun" and m.start < at + len(name) and at < m.end
    }


def score_passages(rows: Iterable[Mapping[str, str]], tagger: Tagger) -> tuple[Counter, list[str]]:
    """Count, by kind, ``right``, ``wrong``, ``open`` (should have led somewhere) and ``kept`` open; and the misses."""
    read = [(row, *passage(row["text"])) for row in rows]
    count: Counter = Counter()
    misses = []
    tagged = tagger.tag_many([(text, None, "en") for _, text, _ in read])
    for (row, _, marks), tags in zip(read, tagged, strict=True):
        for mark in marks:
            if mark.kind == "act":
                continue  # deeds are no mentions: pipeline.tag.acts
            got = leads_to(tags, mark)
            wanted = entity_of(tags, mark.name) if mark.name else set()
            outcome = (
                ("kept" if not got else "wrong")
                if not mark.name
                else ("open" if not got else "right" if got in wanted else "wrong")
            )
            count[mark.kind, outcome] += 1
            if outcome in {"wrong", "open"}:
                misses.append(f"{outcome:5} {row['about']}: {mark.words} -> {got or '-'} for {mark.name or '-'}")
    return count, misses


def is_name(form: str) -> bool:
    """Whether a form names somebody ("Ms Quist", "Agrarians") rather than describes them ("his finance minister")."""
    return form.split()[0][0].isupper() and form.split()[-1][0].isupper()


def places(text: str, entities: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, int, str, bool]]:
    """Where forms of the gold stand, their entity, and whether they are names.

    The longest form first; those of two entities are left out.
    """
    forms: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        for form in (entity["name"], *entity["also"]):
            forms[form.removeprefix("the ").removeprefix("The ")].add(entity["name"])
    if not forms:
        return
    longest = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    for match in re.finditer(rf"(?<!\w)(?:{longest})(?!\w)", text):
        if len(forms[match.group()]) == 1:
            yield match.start(), match.end(), next(iter(forms[match.group()])), is_name(match.group())


def score_aliases(rows: Iterable[tuple[str, Mapping[str, Any]]], tagger: Tagger) -> tuple[Counter, Counter]:
    """Sums over articles: pairs of places in ``both``, in the ``gold``, ``made``; B-cubed sums and places.

    Once over names alone, once with descriptions. A place that the tagger gives nobody is an entity of its own.
    """
    kept = list(rows)
    names: Counter = Counter()
    every: Counter = Counter()
    tagged = tagger.tag_many([(row["text"], row["title"], "en") for _, row in kept])
    for (_, row), tags in zip(kept, tagged, strict=True):
        mentions = [(m.start, m.end, e.id) for e in tags.entities for m in e.mentions if m.field == "text"]
        found = []
        for start, end, name, named in places(row["text"], row["entities"]):
            over = [(min(end, e) - max(start, s), e == end, key) for s, e, key in mentions if s < end and start < e]
            found.append((name, max(over)[2] if over else f"nobody-{start}", named))
        _sums(names, [(wanted, got) for wanted, got, named in found if named])
        _sums(every, [(wanted, got) for wanted, got, _ in found])
    return names, every


def _sums(count: Counter, pairs: Sequence[tuple[str, str]]) -> None:
    by_gold, by_made = Counter(wanted for wanted, _ in pairs), Counter(got for _, got in pairs)
    count["places"] += len(pairs)
    for side, sizes in (("gold", by_gold), ("made", by_made), ("both", Counter(pairs))):
        count[side] += sum(n * (n - 1) // 2 for n in sizes.values())
    for (wanted, got), n in Counter(pairs).items():
        count["b3 recall"] += n * n / by_gold[wanted]
        count["b3 precision"] += n * n / by_made[got]


def f1(precision: float, recall: float) -> float:
    """Harmonic mean; 0 of nothing."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def told(count: Counter) -> str:
    """One line of a count of aliases."""
    precision, recall = count["both"] / max(1, count["made"]), count["both"] / max(1, count["gold"])
    b3 = [count[f"b3 {side}"] / max(1, count["places"]) for side in ("precision", "recall")]
    return (
        f"pairwise F1 {f1(precision, recall):.3f} (P {precision:.3f} R {recall:.3f}), "
        f"B3 F1 {f1(*b3):.3f}, {count['places']} places"
    )


def press() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Articles in English of the sample press that are annotated."""
    for article in load_gold(port=8000).articles.values():
        if article.language.startswith("en"):
            entities = [{"name": entity.name, "also": entity.also} for entity in article.entities]
            yield article.story, {"title": article.title, "text": article.text, "entities": entities}


def main() -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--totals", action="store_true", help="print no miss")
    args = parser.parse_args()
    tagger = Tagger(get_settings())
    count, misses = score_passages(yaml.safe_load(PASSAGES.read_text(encoding="utf-8")), tagger)
    if not args.totals:
        print("\n".join(misses))
    for kind in ("he-she", "it-they", "description"):
        print(f"{kind:12} " + ", ".join(f"{o} {count[kind, o]}" for o in ("right", "wrong", "open", "kept")))
    for what, rows in (("dev", gold.articles("dev")), ("test", gold.articles("test")), ("sample press", press())):
        names, every = score_aliases(rows, tagger)
        print(f"{what}, names: {told(names)}\n{what}, with descriptions: {told(every)}")


if __name__ == "__main__":
    main()
