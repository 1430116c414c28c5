"""Entries recovered and dates right on a folder of real feeds: Standpoint, plain feedparser, fastfeedparser.

    python benchmarks/feeds.py FOLDER [--peers-python PYTHON] [--sample N]

The folder holds feeds and a ``manifest.json`` (a list of ``src``, ``file``, ``kind``, ``host``); it is not part of the
project. fastfeedparser is no dependency: ``--peers-python`` names a Python that has it; without, its columns are
left out and that is said. All readers get the same bytes in one run, one after the other, one process each.

*Recovered*: the distinct http(s) addresses, in canonical form, that a reader gives for a document's entries and that
stand in the document's items; relative ones are resolved for every reader. An address that does not stand there is
*false*. What stands there is found by lxml (or the json module) alone, by none of the readers.

*Dates right*: the reference is no reader's output. The raw string is taken by lxml or json, and read by rules written
here for each form: mail's by ``email.utils`` where the zone is numeric, GMT or one of RFC 822's; ISO 8601 by
``datetime.fromisoformat``; of what is left, ``GMT+9``, other named zones, month names in Portuguese and year/month/day
with slashes by hand. A date without a zone is right as UTC (every reader is told that the source is there), one
without a time is right at any time of that day. What none of these read is not counted, and how many those are is told.
A date is *right* within a second, *wrong* or *absent* otherwise.

Three more tables, for those below 60 KB (every fifth one of XML, every one of JSON): cut off at every tenth of their
length; with one bad character reference put into their first title; and a feed made here of the dates that real feeds
get wrong, its right answers written by hand.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

Read = list[tuple[str, float | None]]  # address and time (POSIX) of each entry
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CUTS = [n / 10 for n in range(1, 10)]
DAMAGED_BELOW = 60_000  # bytes, and of feeds of XML every fifth: more would take long and show nothing else
DAMAGED_EVERY = 5
BAD = b"&#xD800;"
FEEDS = {"rss", "atom", "rdf", "jsonfeed"}

#: Dates that real feeds get wrong, and what they mean; ``None``: no date.
DEFECTS: list[tuple[str, str | None]] = [
    ("0000-00-00", None),
    ("9999-12-31T23:59:59Z", None),
    ("10000-01-01", None),
    ("1763-07-18T00:00:00Z", None),
    ("2026-02-30", None),
    ("2026-11-21T25:61:61Z", None),
    ("2026-11-17T10:30:00+99:99", None),
    ("32 Dec 2025", None),
    ("yesterday", None),
    ("-1", None),
    ("2026-W47-6", "2026-11-21"),
    ("2020/1/10", "2020-01-10"),
    ("1763718000", "2025-11-21T09:40:00"),
    ("1763718000000", "2025-11-21T09:40:00"),
    ("Fri, 21 Nov 2025 10:00:00 GMT+9", "2025-11-21T01:00:00"),
    ("Fri, 18 Jul 2025 10:00:00 CEST", "2025-07-18T08:00:00"),
    ("Fri, 21 Nov 2025 10:00:00 IST", "2025-11-21T04:30:00"),
    ("Fri, 21 Nov 2025 10:00:00 EST", "2025-11-21T15:00:00"),
    ("Fri, 21 Nov 2025 10:00:00 -0330", "2025-11-21T13:30:00"),
    ("Seg, 24 Set 2018 10:00:00 -0300", "2018-09-24T13:00:00"),
    ("ven., 21 févr. 2025 10:00:00 +0100", "2025-02-21T09:00:00"),
    ("Пт, 21 ноября 2025 10:00:00 +0300", "2025-11-21T07:00:00"),
    ("2025年11月21日 10:00", "2025-11-21T10:00:00"),
    ("2025년 11월 21일", "2025-11-21"),
    ("21. Dezember 2025", "2025-12-21"),
    ("2025-11-21", "2025-11-21"),
]


# ------------------------------------------------------------------------------------------------ readers


def standpoint(body: bytes, url: str) -> Read:
    """Read with Standpoint."""
    from pipeline.discover.parse import parse_document
    from pipeline.errors import FeedError
    from pipeline.records import Feed, Source

    source = Source(id="s", name="S", homepage=url, max_age_days=20_000, max_entries=5000)
    feed = Feed(url=url + "#", source_id="s")
    try:
        parsed = parse_document(body, url=url, content_type="", source=source, feed=feed, now=NOW)
    except FeedError:
        return []
    return [(e.url, e.published.timestamp() if e.published else None) for e in parsed.entries]


def feedparser_(body: bytes, url: str) -> Read:
    """Read with feedparser as it comes."""
    import calendar

    import feedparser

    def when(entry: Any) -> float | None:
        parsed = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
        try:
            return float(calendar.timegm(parsed)) if parsed else None
        except (ValueError, OverflowError):  # of year -1
            return float("inf")

    parsed = feedparser.parse(body, response_headers={"content-location": url})
    return [(str(entry.get("link") or ""), when(entry)) for entry in parsed.entries]


def fastfeedparser_(body: bytes, url: str) -> Read:
    """Read with fastfeedparser as it comes."""
    import fastfeedparser

    def when(entry: Any) -> float | None:
        said = entry.get("published") or entry.get("updated")
        return datetime.fromisoformat(said).timestamp() if said else None

    return [(str(entry.get("link") or ""), when(entry)) for entry in fastfeedparser.parse(body).entries]


READERS: dict[str, Callable[[bytes, str], Read]] = {
    "standpoint": standpoint,
    "feedparser": feedparser_,
    "fastfeedparser": fastfeedparser_,
}


def read_all(name: str, folder: Path, files: list[dict[str, Any]], *, damaged: bool) -> dict[str, Any]:
    """Read every document with one reader: whole, and damaged in each way."""
    reader = READERS[name]

    def safely(body: bytes, url: str) -> Read:
        try:
            return reader(body, url)
        except Exception:
            return []

    safely(defects(), "https://e.org/feed")  # imports are no part of a feed's time
    took, results = 0.0, []
    for n, one in enumerate(files):
        body, url = (folder / one["src"] / one["file"]).read_bytes(), address_of(one)
        started = time.process_time()
        whole = safely(body, url)
        took += time.process_time() - started
        chosen = damaged and len(body) < DAMAGED_BELOW and (one["kind"] == "jsonfeed" or n % DAMAGED_EVERY == 0)
        others = [safely(b, url) for b in damages(body)] if chosen else []
        results.append({"whole": whole, "damaged": others})
    return {"results": results, "seconds": took, "defects": safely(defects(), "https://e.org/feed")}


def address_of(one: dict[str, Any]) -> str:
    """Where a document of the folder is taken to be from."""
    return f"https://{one['host'] or 'e.org'}/feed"


def damages(body: bytes) -> Iterator[bytes]:
    """Yield a document cut off at every tenth of its length, and with a bad reference in its first title."""
    for part in CUTS:
        yield body[: int(len(body) * part)]
    item = re.search(rb"<(?:\w+:)?(?:item|entry)[\s>]", body)
    yield (
        re.sub(rb"(<title[^>]*>)", rb"\g<1>" + BAD, body[item.start() if item else 0 :], count=1)
        if not item
        else (
            body[: item.start()] + re.sub(rb"(<title[^>/]*>)(?!<!\[)", rb"\g<1>" + BAD, body[item.start() :], count=1)
        )
    )


def defects() -> bytes:
    """A feed of the dates that real feeds get wrong."""
    items = "".join(
        f"<item><title>T</title><link>https://e.org/{n}</link><pubDate>{raw}</pubDate></item>"
        for n, (raw, _) in enumerate(DEFECTS)
    )
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{items}</channel></rss>".encode()


# ---------------------------------------------------------------------------------------------- the reference


@dataclass
class Reference:
    """What stands in a document: addresses of its items, and the dates of those that have one."""

    addresses: set[str] = field(default_factory=set)
    dates: dict[str, tuple[float, float]] = field(default_factory=dict)  # address → earliest, latest right time
    unread: int = 0  # dates that no rule here reads


def canonical(address: str, base: str) -> str:
    """Return an address in canonical form, or nothing where it is none."""
    from pipeline.identity import canon_v1

    try:
        return canon_v1(urljoin(base, address.strip().replace(" ", "%20")))
    except ValueError:
        return ""


def reference(body: bytes, kind: str, base: str) -> Reference:
    """Read what stands in a document, without any of the readers."""
    found = Reference()
    for links, raw in _json_items(body) if kind == "jsonfeed" else _xml_items(body):
        addresses = {canonical(link, base) for link in links} - {""}
        found.addresses |= addresses
        if not raw or not addresses:
            continue
        when = rules(raw)
        if when is None:
            found.unread += 1
        for address in addresses if when else ():
            # An address that two items share has no one date.
            known = found.dates.get(address)
            found.dates[address] = when if known in (None, when) else (0.0, 0.0)  # type: ignore[assignment]
    found.dates = {address: when for address, when in found.dates.items() if when != (0.0, 0.0)}
    return found


_LINKISH = re.compile(r"(?:https?:)?//\S+|/\S+|[\w.-]+(?:/|\.html?)\S*|\?\S+")
_PUBLISHED = ("pubDate", "published", "issued", "created", "date", "updated", "modified")


def _xml_items(body: bytes) -> Iterator[tuple[list[str], str]]:
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(body.lstrip(), parser)
    for item in root.iter() if root is not None else ():
        if not isinstance(item.tag, str) or _local(item.tag) not in {"item", "entry"}:
            continue
        links, dates = [], {}
        here = item.base if item.base and "://" in item.base else ""
        if about := item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"):
            links.append(about)
        for child in item:
            if not isinstance(child.tag, str):
                continue
            name, text = _local(child.tag), (child.text or "").strip()
            if name in {"link", "guid", "id", "origLink"}:
                links += [
                    urljoin(here, value) for value in (text, child.get("href") or "") if _LINKISH.fullmatch(value)
                ]
            elif name in _PUBLISHED and text:
                dates.setdefault(name, text)
        yield links, next((dates[name] for name in _PUBLISHED if name in dates), "")


def _local(tag: str) -> str:
    return re.split("[}:]", tag)[-1]


def _json_items(body: bytes) -> Iterator[tuple[list[str], str]]:
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except ValueError:  # what its addresses are can be seen all the same, not whose dates are whose
        seen = re.findall(rb'"(?:url|external_url|id)"\s*:\s*"([^"]+)"', body)
        yield [address.decode("utf-8", "replace").replace("\\/", "/") for address in seen], ""
        return
    for item in document.get("items", []) if isinstance(document, dict) else []:
        if isinstance(item, dict):
            links = [str(item[name]) for name in ("url", "external_url", "id") if item.get(name)]
            yield links, str(item.get("date_published") or item.get("date_modified") or "")


_ZONES = {"CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "BST": 1, "MSK": 3, "JST": 9, "KST": 9,
          "AEST": 10, "AEDT": 11, "IST": 5.5}  # fmt: skip
_MAIL_ZONES = r"(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)"
_MAIL = re.compile(
    rf"(?:\w{{3,9}},?\s*)?\d{{1,2}}\s+[A-Za-z]{{3,9}}\s+\d{{2,4}}\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?\s*{_MAIL_ZONES}?"
)
_PORTUGUESE = {"jan": 1, "fev": 2, "mar": 3, "abr": 4, "mai": 5, "jun": 6, "jul": 7, "ago": 8, "set": 9, "out": 10,
               "nov": 11, "dez": 12}  # fmt: skip


def rules(raw: str) -> tuple[float, float] | None:
    """The earliest and the latest time that is right for a date as written, or ``None`` where no rule reads it."""
    raw = raw.strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", raw):
        return _day(datetime.fromisoformat(raw))
    if found := re.fullmatch(r"(\d{4})/(\d{1,2})/(\d{1,2})", raw):
        year, month, day = map(int, found.groups())
        return _day(datetime(year, month, day, tzinfo=UTC))
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", raw):
        text = re.sub(r"(\.\d{1,6})\d*", r"\1", re.sub(r"\s+(?=[+-]\d\d)", "", raw))
        try:
            return _instant(datetime.fromisoformat(text))
        except ValueError:
            return None
    if found := re.fullmatch(r"(.*\d)\s*(?:GMT)([+-])(\d{1,2})", raw):
        inner = _mail(f"{found[1]} +0000")
        hours = int(found[3]) if found[2] == "+" else -int(found[3])
        return _instant(inner - timedelta(hours=hours)) if inner else None
    if (found := re.fullmatch(r"(.*\d)\s+([A-Z]{3,4})", raw)) and found[2] in _ZONES:
        inner = _mail(f"{found[1]} +0000")
        return _instant(inner.replace(tzinfo=timezone(timedelta(hours=_ZONES[found[2]])))) if inner else None
    if (found := re.fullmatch(r"\w{3}, (\d{1,2}) (\w{3}) (\d{4} \d\d:\d\d:\d\d [+-]\d{4})", raw)) and (
        month := _PORTUGUESE.get(found[2].lower())
    ):
        return _instant(datetime.strptime(f"{found[1]} {month} {found[3]}", "%d %m %Y %H:%M:%S %z"))
    when = _mail(raw)
    return _instant(when) if when else None


def _mail(raw: str) -> datetime | None:
    text = re.sub(r"(\d{1,2}):(\d{1,2}):(\d)(?!\d)", r"\1:\2:0\3", re.sub(r",(?=\S)", ", ", raw))
    if not _MAIL.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


def _instant(when: datetime) -> tuple[float, float] | None:
    at = (when.replace(tzinfo=UTC) if when.tzinfo is None else when).timestamp()
    return (at - 1, at + 1) if 0 < at <= NOW.timestamp() + 86400 else None


def _day(when: datetime) -> tuple[float, float]:
    at = when.replace(tzinfo=UTC).timestamp()
    return at, at + 86399


# -------------------------------------------------------------------------------------------------- the tables


def judge(read: Read, right: Reference, base: str, score: Counter[str]) -> None:
    """Count what a reader recovered of a document, and its dates."""
    by_address: dict[str, float | None] = {}
    for link, when in read:
        if address := canonical(link, base) if link else "":
            by_address.setdefault(address, when)
    score["recovered"] += len(by_address.keys() & right.addresses)
    score["false"] += len(by_address.keys() - right.addresses)
    for address, (earliest, latest) in right.dates.items():
        if address in by_address:
            when = by_address[address]
            score["absent" if when is None else "right" if earliest <= when <= latest else "wrong"] += 1


def judge_defects(read: Read) -> int:
    """How many of the hand-written dates a reader reads right, or rightly not at all."""
    by_link = dict(read)
    right = 0
    for n, (_, meant) in enumerate(DEFECTS):
        when = by_link.get(f"https://e.org/{n}")
        if meant is None or when is None:
            right += meant is None and when is None and f"https://e.org/{n}" in by_link
        else:
            span = _day(datetime.fromisoformat(meant)) if len(meant) == 10 else _instant(datetime.fromisoformat(meant))
            right += span is not None and span[0] <= when <= span[1]
    return right


def run_peer(python: str, name: str, folder: Path, sample: int) -> dict[str, Any] | None:
    """Have another Python read the folder with a reader that is not installed here."""
    command = [python, __file__, str(folder), "--read-with", name, "--sample", str(sample)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name}: absent ({done.stderr.strip().splitlines()[-1] if done.stderr else 'no word why'})")
        return None
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def files_of(folder: Path, sample: int) -> list[dict[str, Any]]:
    """The folder's feeds by its manifest; sitemaps, which neither peer reads, are left out."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [one for one in manifest if one["kind"] in FEEDS][:: max(1, sample)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers-python", default=sys.executable, help="a Python that has fastfeedparser")
    parser.add_argument("--sample", type=int, default=1, help="every N-th feed only")
    parser.add_argument("--read-with", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    if not (folder / "manifest.json").exists():
        sys.exit(f"{folder}: no manifest.json there; the folder of feeds is not part of the project")
    files = files_of(folder, arguments.sample)
    if arguments.read_with:
        __import__(arguments.read_with)
        json.dump(read_all(arguments.read_with, folder, files, damaged=True), sys.stdout)
        return
    read = {name: read_all(name, folder, files, damaged=True) for name in ("standpoint", "feedparser")}
    if peer := run_peer(arguments.peers_python, "fastfeedparser", folder, arguments.sample):
        read["fastfeedparser"] = peer
    else:
        print("fastfeedparser: give a Python that has it with --peers-python")

    bodies = [(folder / one["src"] / one["file"]).read_bytes() for one in files]
    references = [reference(b, one["kind"], address_of(one)) for b, one in zip(bodies, files, strict=True)]
    size = sum(map(len, bodies)) / 1e6
    dated = sum(len(r.dates) for r in references)
    unread = sum(r.unread for r in references)
    print(f"{len(files)} feeds, {size:.1f} MB; {dated} dates with a reference, {unread} without")
    print(f"\n{'whole':<18}{'recovered':>11}{'false':>8}{'right':>8}{'wrong':>8}{'absent':>8}{'feeds/s':>9}")
    for name, one in read.items():
        score: Counter[str] = Counter()
        for result, right, feed in zip(one["results"], references, files, strict=True):
            judge(result["whole"], right, address_of(feed), score)
        print(f"{name:<18}{score['recovered']:>11}{score['false']:>8}{score['right']:>8}{score['wrong']:>8}"
              f"{score['absent']:>8}{len(files) / one['seconds']:>9.1f}")  # fmt: skip
    for title, chosen, kinds in (
        ("cut off, XML", slice(0, len(CUTS)), FEEDS - {"jsonfeed"}),
        ("cut off, JSON", slice(0, len(CUTS)), {"jsonfeed"}),
        ("a bad reference", slice(len(CUTS), len(CUTS) + 1), FEEDS - {"jsonfeed"}),
    ):
        print(f"\n{title:<18}{'recovered':>11}{'false':>8}{'wrong dates':>12}{'nothing at all':>16}{'of':>7}")
        for name, one in read.items():
            score = Counter()
            for result, right, feed in zip(one["results"], references, files, strict=True):
                for damaged in result["damaged"][chosen] if feed["kind"] in kinds else ():
                    judge(damaged, right, address_of(feed), score)
                    score["documents"] += 1
                    score["nothing"] += not damaged and bool(right.addresses)
            print(f"{name:<18}{score['recovered']:>11}{score['false']:>8}{score['wrong']:>12}{score['nothing']:>16}"
                  f"{score['documents']:>7}")  # fmt: skip
    print(f"\n{'dates as defects':<18}{'right':>11}{'of':>8}")
    for name, one in read.items():
        print(f"{name:<18}{judge_defects([tuple(e) for e in one['defects']]):>11}{len(DEFECTS):>8}")  # type: ignore[misc]


if __name__ == "__main__":
    main()
