"""Text and metadata of real pages: Standpoint beside plain trafilatura, page by page in one process.

    python benchmarks/extraction.py FOLDER [FOLDER ...]

A folder is one of two public collections, which are not part of the project:

- ``gold.json`` and ``*.html.gz``: pages of the Fundus project's tests (title, authors, date, text);
- ``ground-truth/*.json`` and ``html/*.html.gz``: the WCXB development split (text; scripts are removed from it).

Text is scored as the Article Extraction Benchmark does: precision and recall over shingles of four words,
averaged over pages, F1 of the two averages. Titles are right when their words are the same, authors when the
sets of names are, dates when the day is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

import trafilatura
from dateutil import parser as dateutil_parser

from pipeline.errors import ExtractError
from pipeline.extract import extract_html

Scores = dict[str, float]


@dataclass
class Sample:
    """A page with what is right about it."""

    name: str
    url: str
    html: bytes
    text: str
    title: str = ""
    authors: list[str] = field(default_factory=list)
    date: str = ""


@dataclass
class Reading:
    """What an extractor says about a page."""

    text: str = ""
    title: str = ""
    authors: list[str] = field(default_factory=list)
    dates: tuple[str, ...] = ()  # the day in UTC, and the day as written


def samples(folder: Path) -> Iterator[Sample]:
    """Yield the pages of a collection."""
    if (folder / "gold.json").exists():
        for name, gold in sorted(json.loads((folder / "gold.json").read_text(encoding="utf-8")).items()):
            day = _day(gold["date"]) if gold.get("date") else ""
            html = gzip.decompress((folder / name).read_bytes())
            yield Sample(name, gold["url"], html, gold["text"], gold["title"] or "", gold["authors"] or [], day)
        return
    for path in sorted((folder / "ground-truth").glob("*.json")):
        page = folder / "html" / f"{path.stem}.html.gz"
        if page.exists():
            record = json.loads(path.read_text(encoding="utf-8"))
            gold = record["ground_truth"]
            authors = [gold["author"]] if gold.get("author") else []
            day = _day(gold["publish_date"]) if gold.get("publish_date") else ""
            yield Sample(
                path.stem,
                record["url"],
                gzip.decompress(page.read_bytes()),
                gold.get("main_content") or "",
                gold.get("title") or "",
                authors,
                day,
            )


def ours(sample: Sample) -> Reading:
    """Read a page with Standpoint."""
    try:
        article = extract_html(sample.html, sample.url)
    except ExtractError:
        return Reading()
    dates = (article.published.date().isoformat(), article.published_raw[:10]) if article.published else ()
    return Reading(article.text, article.title, list(article.authors), dates)


def plain(sample: Sample) -> Reading:
    """Read a page with trafilatura as it comes, comments left out."""
    found = trafilatura.bare_extraction(sample.html, url=sample.url, include_comments=False, with_metadata=True)
    if found is None:
        return Reading()
    authors = [name for name in (found.author or "").split("; ") if name]
    return Reading(found.text or "", found.title or "", authors, (found.date or "",))


def judge(sample: Sample, reading: Reading) -> Scores:
    """Return a page's scores; what the collection does not say is not scored."""
    scores: Scores = {}
    if sample.text:
        gold, found = _shingles(sample.text), _shingles(reading.text)
        common = sum((gold & found).values())
        if found:
            scores["precision"] = common / found.total()
        scores["recall"] = common / gold.total() if gold else float(not found)
        scores["same text"] = float(_words(sample.text) == _words(reading.text))
    if sample.title:
        scores["title"] = float(_words(sample.title) == _words(reading.title))
    if sample.authors:
        scores["authors"] = float({_name(name) for name in sample.authors} == {_name(name) for name in reading.authors})
    if sample.date:
        scores["date"] = float(sample.date in reading.dates)
    return scores


def summary(pages: list[Scores]) -> Scores:
    """Return the averages over pages, and F1 of the averaged precision and recall."""
    keys = dict.fromkeys(key for page in pages for key in page)
    means = {key: mean(page[key] for page in pages if key in page) for key in keys}
    p, r = means.get("precision", 0.0), means.get("recall", 0.0)
    return {"text F1": 2 * p * r / (p + r) if p + r else 0.0, **means}


def interval(one: list[Scores], other: list[Scores], rounds: int = 500) -> tuple[float, float]:
    """Return the 95 % interval of the difference in text F1, by paired bootstrap over pages."""
    rng = random.Random(1)
    places = range(len(one))
    drawn = [[rng.choice(places) for _ in places] for _ in range(rounds)]
    differences = sorted(
        summary([one[i] for i in pick])["text F1"] - summary([other[i] for i in pick])["text F1"] for pick in drawn
    )
    return differences[int(0.025 * rounds)], differences[int(0.975 * rounds)]


def measure(folder: Path, *, worst: int, limit: int | None) -> None:
    """Print one collection's figures."""
    readers: dict[str, Callable[[Sample], Reading]] = {"standpoint": ours, "trafilatura": plain}
    scores: dict[str, list[Scores]] = {name: [] for name in readers}
    seconds = dict.fromkeys(readers, 0.0)
    names = []
    for sample in list(samples(folder))[:limit]:
        names.append(sample.name)
        for name, read in readers.items():
            start = time.process_time()
            reading = read(sample)
            seconds[name] += time.process_time() - start
            scores[name].append(judge(sample, reading))
    table = {name: summary(pages) for name, pages in scores.items()}
    print(f"\n{folder.name}: {len(names)} pages, trafilatura {trafilatura.__version__}")
    print(f"{'':16}" + "".join(f"{name:>14}" for name in readers))
    for key in table["standpoint"]:
        count = sum(key in page for page in scores["standpoint"])
        row = "".join(f"{table[name].get(key, 0.0):14.4f}" for name in readers)
        print(f"{key:16}{row}   (n={len(names) if key == 'text F1' else count})")
    print(f"{'CPU pages/s':16}" + "".join(f"{len(names) / seconds[name]:14.1f}" for name in readers))
    low, high = interval(scores["standpoint"], scores["trafilatura"])
    gain = table["standpoint"]["text F1"] - table["trafilatura"]["text F1"]
    print(f"difference in text F1: {gain:+.4f}, 95 % [{low:+.4f}, {high:+.4f}]")
    order = sorted(
        range(len(names)),
        key=lambda i: summary([scores["standpoint"][i]])["text F1"] - summary([scores["trafilatura"][i]])["text F1"],
    )
    for i in order[:worst]:
        both = [summary([scores[name][i]])["text F1"] for name in readers]
        print(f"  {names[i]}: {both[0]:.3f} against {both[1]:.3f}")


def _shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = _words(text)
    return Counter(tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))) if words else Counter()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())


def _name(name: str) -> str:
    return " ".join(_words(name))


def _day(text: str) -> str:
    try:
        at = dateutil_parser.parse(text)
    except (ValueError, OverflowError):
        return ""
    return (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)).date().isoformat() if _is_date(at) else ""


def _is_date(at: datetime) -> bool:
    return at.year > 1990


def main() -> int:
    """Measure every folder given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="name the pages where trafilatura is furthest ahead")
    parser.add_argument("--limit", type=int, default=None, help="only so many pages of each folder")
    options = parser.parse_args()
    missing = [folder for folder in options.folders if not any(samples(folder))]
    for folder in missing:
        print(f"{folder}: no collection here; nothing was measured", file=sys.stderr)
    for folder in options.folders:
        if folder not in missing:
            measure(folder, worst=options.worst, limit=options.limit)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
