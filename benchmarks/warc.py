"""WARC records a second, written and read: Standpoint's archive beside warcio's defaults and fastwarc.

    python benchmarks/warc.py [FOLDER] [--pages 300] [--rounds 3]

Without a folder the pages are generated (300 KB each, as news pages are); with one, the ``*.html.gz`` below it are
taken. One record is a response. Ours writes request, response and metadata of each visit; warcio's are measured with
a request and a response as its ``write_request_response_pair`` writes them, gzip level 9, which it fixes. Reading means
each response's header and its whole payload. The rounds alternate, the medians are printed.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive import WarcStore
from pipeline.records import Exchange, WarcPointer

WHEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
REQUEST = (("Host", "news.example"), ("User-Agent", "Standpoint/0.1"), ("Accept", "text/html"))


def generated(number: int) -> list[bytes]:
    """Pages of 300 KB: much markup, some text, as news pages are."""
    dice = random.Random(7)
    words = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(2, 10))) for _ in range(4000)]
    made = []
    for n in range(number):
        parts = [f"<html><head><title>Page {n}</title></head><body>"]
        while sum(map(len, parts)) < 300_000:
            part = f"<div class='{dice.choice(words)} card' data-id='{dice.randrange(10**9)}'><p>"
            parts += [part, " ".join(dice.choices(words, k=40)), "</p></div>\n"] * 4
        made.append("".join(parts).encode())
    return made


def taken(folder: Path, number: int) -> list[bytes]:
    """Pages of a folder."""
    paths = sorted(folder.rglob("*.html.gz"))[:number]
    return [gzip.decompress(path.read_bytes()) for path in paths]


def fields(page: bytes) -> list[tuple[str, str]]:
    return [("Content-Type", "text/html; charset=utf-8"), ("Server", "bench"), ("Content-Length", str(len(page)))]


def exchange(page: bytes, number: int) -> Exchange:
    return Exchange(
        url=f"https://news.example/{number}",
        request_headers=REQUEST,
        status=200,
        reason_phrase="OK",
        http_version="1.1",
        response_headers=tuple(fields(page)),
        body=page,
        fetched_at=WHEN,
        ip="192.0.2.1",
    )


def write_ours(pages: list[bytes], folder: Path) -> list[WarcPointer]:
    with WarcStore(str(folder)).writer(folder.name, epoch=0, created=WHEN) as out:
        return [out.write(exchange(page, n), b'{"type":"page"}') for n, page in enumerate(pages)]


def write_warcio(pages: list[bytes], path: Path) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for n, page in enumerate(pages):
            url = f"https://news.example/{n}"
            response = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(page),
                length=len(page),
                http_headers=StatusAndHeaders("200 OK", fields(page), protocol="HTTP/1.1"),
            )
            head = StatusAndHeaders(f"GET /{n} HTTP/1.1", list(REQUEST), is_http_request=True)
            request = writer.create_warc_record(url, "request", http_headers=head)
            writer.write_request_response_pair(request, response)


def read_warcio(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(r.content_stream().read()) for r in ArchiveIterator(file) if r.rec_type == "response")


def read_fastwarc(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(r.reader.read()) for r in FastIterator(file, record_types=WarcRecordType.response))


def read_ours(folder: Path, pointers: list[WarcPointer]) -> int:
    store = WarcStore(str(folder))
    return sum(len(store.read(pointer).body) for pointer in pointers)


def scan_ours(folder: Path, pointers: list[WarcPointer]) -> int:
    return sum(1 for _ in WarcStore(str(folder)).scan(pointers[0].file))


def one_round(pages: list[bytes], folder: Path, took: dict[str, list[float]]) -> tuple[int, int]:
    """Write and read with each; return the sizes of our file and of warcio's."""

    def measure(what: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = work()
        took.setdefault(what, []).append(time.process_time() - started)
        return result

    theirs = folder.with_suffix(".warc.gz")
    pointers = measure("write: standpoint", lambda: write_ours(pages, folder))
    measure("write: warcio defaults", lambda: write_warcio(pages, theirs))
    mine = folder / "warc" / pointers[0].file
    read = [
        measure("read: standpoint, by pointer", lambda: read_ours(folder, pointers)),
        measure("read: warcio ArchiveIterator", lambda: read_warcio(mine)),
        measure("read: fastwarc ArchiveIterator", lambda: read_fastwarc(mine)),
    ]
    assert read == [sum(map(len, pages))] * 3
    assert measure("scan: standpoint, outcomes", lambda: scan_ours(folder, pointers)) == len(pages)
    return mine.stat().st_size, theirs.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="folder with *.html.gz pages; generated ones without it")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    pages = taken(args.folder, args.pages) if args.folder else generated(args.pages)
    if not pages:
        parser.error(f"no *.html.gz below {args.folder}")
    print(f"{len(pages)} pages, {sum(map(len, pages)) / len(pages) / 1000:,.0f} KB each, "
          f"{'of ' + str(args.folder.name) if args.folder else 'generated'}")  # fmt: skip

    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for n in range(args.rounds):
            sizes = one_round(pages, Path(name) / f"r{n}", took)

    base = {
        "write": "write: warcio defaults",
        "read": "read: warcio ArchiveIterator",
        "scan": "read: warcio ArchiveIterator",
    }
    print(f"{'':<32}{'responses/s':>12}{'to warcio':>11}")
    for what, times in took.items():
        ratio = statistics.median(took[base[what.partition(":")[0]]]) / statistics.median(times)
        print(f"{what:<32}{len(pages) / statistics.median(times):>12,.0f}{ratio:>11.2f}")
    print(f"size: standpoint {sizes[0] / sizes[1]:.3f} of warcio's, with a metadata record more a page")


if __name__ == "__main__":
    main()
