"""Score the tagger on the gold set of this repository: judged pairs, fields, quotes and entities.

    python benchmarks/gold.py [--split dev|test] [--only contrast|articles] [--category NAME] [--batch N] [--totals]

``dev`` prints every miss; ``test`` prints totals and nothing else, so that nobody can tune on it. What was written
later, a batch, is scored alone with ``--batch``, first with ``--totals``: its score before anybody
has read its misses is the honest one.
"""

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from pipeline.records import Entity, Evidence, Tags
from pipeline.settings import get_settings
from pipeline.tag.tagger import Tagger

GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold"
FIELDS = ("voice", "act", "factuality", "period")
SAME_QUOTE = 0.8

Row = dict[str, Any]
Miss = Callable[[str], None]


def contrast(split: str) -> Iterator[tuple[str, Row]]:
    """Yield category and sentence of one half of the contrast sentences."""
    for path in sorted((GOLD / "contrast").glob("*.yml")):
        for row in _load(path)["sentences"]:
            if row["split"] == split:
                yield path.stem, row


def articles(split: str) -> Iterator[tuple[str, Row]]:
    """Yield id and article of one half of the articles."""
    for path in sorted((GOLD / "articles").glob("*.yml")):
        row = _load(path)
        if row["split"] == split:
            yield path.stem, row


def _load(path: Path) -> Row:
    loaded: Row = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def score_contrast(rows: Iterable[tuple[str, Row]], tagger: Tagger, miss: Miss = lambda _: None) -> dict[str, Counter]:
    """Count, by category, judged pairs that are right, missing, invented or reversed, and fields of right ones.

    ``pairs`` are the stances and the pairs judged to have none; a stance is right where it is made with its sign and
    no other; ``reversed`` has the other sign, or the other direction alone. ``extra`` are stances the gold has not.
    """
    kept = list(rows)
    out: dict[str, Counter] = {}
    items = [(row["text"], None, "en") for _, row in kept]
    for (category, row), tags in zip(kept, tagger.tag_many(items), strict=True):

        def same(entity: str, name: str, row: Row = row, tags: Tags = tags) -> bool:
            if "outlet" in (entity, name):
                return entity == name
            return entity in _at(tags, row["text"], row.get("as", {}).get(name, name))

        count = out.setdefault(category, Counter())
        _pairs(row["id"], row["text"], row["stances"], row["none"], tags.evidence, same, count, miss)
    return out


def score_articles(rows: Iterable[tuple[str, Row]], tagger: Tagger, miss: Miss = lambda _: None) -> Counter:
    """Count judged pairs as for sentences, and entities and quotes, over whole articles."""
    kept = list(rows)
    count: Counter = Counter()
    items = [(row["text"], row["title"], "en") for _, row in kept]
    for (name, row), tags in zip(kept, tagger.tag_many(items), strict=True):
        forms = {e["name"]: {_plain(f) for f in (e["name"], *e["also"])} for e in row["entities"]}
        mine = {
            e.id: {_plain(e.name), *(_plain(m.text) for m in e.mentions if m.kind != "pronoun")} for e in tags.entities
        }

        def same(entity: str, given: str, forms: Row = forms, mine: Row = mine) -> bool:
            if "outlet" in (entity, given):
                return entity == given
            return bool(mine.get(entity, set()) & forms.get(given, {_plain(given)}))

        _pairs(name, "", row["evidence"], row["none"], tags.evidence, same, count, miss)
        _entities(row["entities"], tags.entities, same, count)
        _quotes(row["quotes"], tags, same, count)
    return count


def _plain(form: str) -> str:
    return re.sub(r"^(?:the|an|a) |['’]s$", "", form.casefold().replace("’", "'"))


def _at(tags: Tags, text: str, form: str) -> set[str]:
    spans = [(m.start(), m.end()) for m in re.finditer(re.escape(form), text)]
    return {
        e.id for e in tags.entities for m in e.mentions if any(m.start < end and start < m.end for start, end in spans)
    }


def _pairs(
    name: str,
    text: str,
    gold: Sequence[Row],
    none: Sequence[Row],
    made: Sequence[Evidence],
    same: Callable[[str, str], bool],
    count: Counter,
    miss: Miss,
) -> None:
    made = [e for e in made if e.target_type != "TOPIC"]  # the gold has stances on entities alone

    def between(holder: str, target: str) -> list[Evidence]:
        return [e for e in made if same(e.holder, holder) and same(e.target, target)]

    told = {(row["holder"], row["target"]) for row in gold}
    said = []
    for holder, target in sorted(told):
        signs = {row["polarity"] for row in gold if (row["holder"], row["target"]) == (holder, target)}
        found = between(holder, target)
        got = {e.polarity for e in found}
        count["pairs"] += 1
        if got == signs:
            count["right"] += 1
            _fields(name, gold, holder, target, found, count, said)
        elif got - signs:
            count["reversed"] += 1
            said.append(f"sign      {holder} → {target} {sorted(got)} for {sorted(signs)}: {found[0].rule}")
        elif (target, holder) not in told and "outlet" not in (holder, target) and (back := between(target, holder)):
            count["reversed"] += 1
            said.append(f"direction {holder} → {target}: {back[0].rule}")
        else:
            count["missing"] += 1
            said.append(f"missing   {holder} → {target} {sorted(signs)}")
    for row in none:
        if (row["holder"], row["target"]) in told:
            continue
        count["pairs"] += 1
        found = between(row["holder"], row["target"])
        count["invented" if found else "right"] += 1
        if found:
            said.append(
                f"invented  {row['holder']} → {row['target']} ({row['why']}) {found[0].polarity}: {found[0].rule}"
            )
    for item in made:
        listed = [(row["holder"], row["target"]) for row in (*gold, *none)]
        count["made"] += 1
        if not any(same(item.holder, holder) and same(item.target, target) for holder, target in listed):
            count["extra"] += 1
            said.append(f"extra     {item.holder_name} → {item.target_name} {item.polarity}: {item.rule}")
    if said:
        miss("\n    ".join([f"{name} {text}", *said]))


def _fields(
    name: str, gold: Sequence[Row], holder: str, target: str, found: Sequence[Evidence], count: Counter, said: list[str]
) -> None:
    for row in gold:
        if (row["holder"], row["target"]) != (holder, target):
            continue
        near = [e for e in found if e.polarity == row["polarity"]]
        best = max(near, key=lambda e: (row["cue"] in e.cue or e.cue in row["cue"], e.period == row["period"]))
        count["fields"] += 1
        for field in FIELDS:
            right = getattr(best, field) == row[field]
            count[field] += right
            if not right:
                said.append(f"{field:9} {holder} → {target}: {getattr(best, field)} for {row[field]} ({best.rule})")
        count["cue"] += bool({*best.cue.casefold().split()} & {*row["cue"].casefold().split()})


def _entities(gold: Sequence[Row], made: Sequence[Entity], same: Callable[[str, str], bool], count: Counter) -> None:
    for row in gold:
        found = [e for e in made if same(e.id, row["name"])]
        count["entities gold"] += 1
        count["entities found"] += bool(found)
        count["entities one"] += len(found) == 1
        count["entities typed"] += any(e.type == row["type"] for e in found)


def _quotes(gold: Sequence[Row], tags: Tags, same: Callable[[str, str], bool], count: Counter) -> None:
    count["quotes gold"] += len(gold)
    count["quotes made"] += len(tags.quotes)
    for row in gold:
        wanted = row["text"].split()
        for quote in tags.quotes:
            have = quote.text.split()
            both = sum((Counter(wanted) & Counter(have)).values())
            if both / max(1, len(wanted) + len(have) - both) >= SAME_QUOTE:
                count["quotes found"] += 1
                count["quotes speaker"] += same(quote.speaker, row["speaker"]) or quote.speaker == row["speaker"]
                break


def main() -> None:
    """Print the scores of one half."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--only", choices=("contrast", "articles"))
    parser.add_argument("--category", help="contrast sentences of this category alone")
    parser.add_argument("--batch", type=int, help="this batch alone (the first has no number)")
    parser.add_argument("--totals", action="store_true", help="print no miss of the dev half either")
    args = parser.parse_args()
    tagger = Tagger(get_settings())
    miss: Miss = print if args.split == "dev" and not args.totals else lambda _: None
    if args.only != "articles":
        rows = [row for row in contrast(args.split) if args.category in (None, row[0])]
        rows = [row for row in rows if args.batch in (None, row[1].get("batch", 1))]
        found = score_contrast(rows, tagger, miss)
        total: Counter = sum(found.values(), Counter())
        shown = {"all": total} if args.split == "test" else {**found, "all": total}
        for category, count in shown.items():
            print(f"{category:16} {summary(count)}")
    if args.only != "contrast":
        rows = [row for row in articles(args.split) if args.batch in (None, row[1].get("batch", 1))]
        print(f"{'articles':16} {summary(count := score_articles(rows, tagger, miss))}")
        for part, of in (("entities", ("found", "one", "typed")), ("quotes", ("found", "speaker"))):
            gold = max(1, count[f"{part} gold"])
            told = ", ".join(f"{name} {count[f'{part} {name}'] / gold:.3f}" for name in of)
            print(f"{part:16} {told} of {gold}" + (f", {count['quotes made']} made" if part == "quotes" else ""))


def summary(count: Counter) -> str:
    """One line of a count: pairs, then fields of the stances that are right."""
    pairs = f"right {count['right']:3} of {count['pairs']:3} ({count['right'] / max(1, count['pairs']):.3f})"
    others = " ".join(f"{name} {count[name]}" for name in ("missing", "invented", "reversed", "extra"))
    fields = " ".join(f"{name} {count[name] / max(1, count['fields']):.2f}" for name in (*FIELDS, "cue"))
    return f"{pairs} {others} | {fields}"


if __name__ == "__main__":
    main()
