"""Compare the gazetteer with the packages its states and ids come from, and measure what it costs.

    python benchmarks/entities.py --countries FOLDER --borders FOLDER --labels FOLDER --texts FOLDER

The first three are npm packages, unpacked: `npm pack world-countries @rapideditor/country-coder name-suggestion-index`.
For each member of the United Nations that the gazetteer lacks the entry to add is printed, made from the package; for
the others, which capitals and demonyms differ. A folder that is not given or not there is said to be absent.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import yaml

from pipeline.settings import PROJECT, get_settings
from pipeline.tag import gazetteer, topics
from pipeline.tag.gazetteer import Gazetteer, fold


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--countries", type=Path, help="world-countries: countries.json")
    parser.add_argument("--borders", type=Path, help="@rapideditor/country-coder: src/data/borders.json")
    parser.add_argument("--labels", type=Path, help="name-suggestion-index: dist/wikidata/wikidata.json")
    parser.add_argument("--texts", type=Path, help="folder with *.txt articles, for speed")
    args = parser.parse_args()
    began = time.process_time()
    known = gazetteer.load(get_settings().entities)
    took = time.process_time() - began
    print(f"{len(known.entries)} entities read in {took:.2f} CPU-seconds")
    lines = yaml.safe_load((PROJECT / "config/entities.sources.yml").read_text(encoding="utf-8"))["confirmed"]
    for name, file, measure in (
        ("states", args.countries and args.countries / "countries.json", states),
        ("ids of states", args.borders and args.borders / "src/data/borders.json", borders),
        ("ids by label", args.labels and args.labels / "dist/wikidata/wikidata.json", labels),
        ("speed", args.texts, speed),
    ):
        if file is None or not file.exists():
            print(f"{name}: absent")
            continue
        print(f"== {name}")
        measure(known, file, lines)


def states(known: Gazetteer, file: Path, _: list[dict[str, str]]) -> None:
    """Names, capitals and demonyms."""
    members = [row for row in json.loads(file.read_text(encoding="utf-8")) if row["unMember"]]
    found = capitals = demonyms = 0
    for row in members:
        spoken = row["name"]["common"]
        entry = known.entries.get(
            next((known.by_name[n] for n in (spoken, row["name"]["official"]) if n in known.by_name), "")
        ) or next((e for e in known.entries.values() if e.type == "GPE" and not e.country and e.name == spoken), None)
        capital = [*row["capital"]]
        adjectives = row["demonyms"]["eng"]["m"].split(", ")
        if entry is None:
            made = {"id": fold(spoken).lower().replace(" ", "-"), "name": spoken, "type": "GPE"}
            made |= {"demonyms": adjectives, "seats": capital}
            print("lacks:", yaml.safe_dump([made], default_flow_style=True, allow_unicode=True).strip())
            continue
        found += 1
        if {fold(c) for c in capital} & {fold(s) for s in (*entry.seats, entry.name)}:
            capitals += 1
        else:
            print(f"{entry.id}: its seats are {', '.join(entry.seats) or 'none'}; the package has {', '.join(capital)}")
        if {w for a in adjectives for w in a.split(" or ")} & {*entry.demonyms, entry.name}:
            demonyms += 1
        else:
            print(f"{entry.id}: {', '.join(entry.demonyms) or 'no demonym'}; the package has {', '.join(adjectives)}")
    print(f"{found} of {len(members)} members; {capitals} capitals and {demonyms} demonyms as in the package")


def borders(known: Gazetteer, file: Path, lines: list[dict[str, str]]) -> None:
    """Wikidata ids of states: what we have, and what the package has for them."""
    rows: list[dict[str, Any]] = [f["properties"] for f in json.loads(file.read_text(encoding="utf-8"))["features"]]
    _compare(known, {r["wikidata"]: r.get("nameEn", "") for r in rows}, lines, "country-coder")


def labels(known: Gazetteer, file: Path, lines: list[dict[str, str]]) -> None:
    """Other ids that a label of Wikidata confirms."""
    rows: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["wikidata"]
    _compare(known, {key: f"{r.get('label')}: {r.get('description', '')}" for key, r in rows.items()}, lines, "nsi")


def _compare(known: Gazetteer, rows: dict[str, str], lines: list[dict[str, str]], source: str) -> None:
    mine = [line for line in lines if line["source"] == source]
    right = [line for line in mine if rows.get(line["wikidata"]) and line["says"].startswith(rows[line["wikidata"]])]
    for line in mine:
        if line not in right:
            print(f"{line['id']}: {line['wikidata']} is {rows.get(line['wikidata'])!r}, noted was {line['says']!r}")
    print(f"{len(right)} of {len(mine)} ids as in the package ({len(known.entries)} entities in all)")


def speed(known: Gazetteer, folder: Path, _: list[dict[str, str]]) -> None:
    """Milliseconds per article of 700 words (4,500 characters): names with their choice, names alone, topics."""
    texts = [path.read_text(encoding="utf-8")[:4500].split("\n") for path in sorted(folder.glob("*.txt"))]
    about = topics.load(get_settings().topics)
    characters = sum(len(piece) for text in texts for piece in text)
    for what, find in (
        ("names, decided", known.find),
        ("names, bare index", lambda text: [list(known.index.find(piece)) for piece in text]),
        ("topics", lambda text: [about.find(piece) for piece in text]),
    ):
        began = time.process_time()
        for text in texts:
            find(text)
        print(f"{what}: {(time.process_time() - began) / characters * 4500 * 1000:.2f} ms")


if __name__ == "__main__":
    main()
