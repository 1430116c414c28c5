"""Visits taken out of a WARC file without moving what stays: their records become a blank of the same length.

Every record is a gzip member of its own, and ledger, batch files and index point at members by offset. A blank is a
gzip member, too: a short ``warcinfo`` record that says that something was removed, its header's comment field
(RFC 1952, §2.3) padded to the length of what stood there. So no pointer has to follow, every WARC tool reads on past
it, and the file is replaced in one step: the old one or the new one, whenever the process dies.
"""

from __future__ import annotations

import json
import os
import struct
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

from pipeline.archive.warc import WarcStore, read_record
from pipeline.errors import ArchiveError
from pipeline.records import WarcPointer

#: A gzip header whose comment follows: no time, an unknown system.
_HEADER = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
_WORDS = b"description: removed on request\r\n"


class Visit(Struct, frozen=True, kw_only=True):
    """What a visit in a WARC file tells of itself."""

    urls: tuple[str, ...]  # the targets of its records
    outcome: dict[str, Any]  # what was made of it, as stored; empty where the file ends before it


class _Records:
    """What is remembered of one visit's records while a file is read."""

    def __init__(self) -> None:
        self.places: list[tuple[int, int]] = []  # from byte, to byte
        self.urls: list[str] = []
        self.outcome: dict[str, Any] = {}

    def add(self, place: WarcPointer, record: Any) -> None:
        self.places.append((place.offset, place.offset + place.length))
        self.urls.append(record.rec_headers.get_header("WARC-Target-URI") or "")
        if record.rec_type == "metadata":
            told = json.loads(record.content_stream().read())
            self.outcome = told if isinstance(told, dict) else {}


def redact(store: WarcStore, name: str, is_gone: Callable[[Visit], bool], *, dry_run: bool = False) -> int:
    """Blank some visits of a file, and cut off a torn end, in which nothing can be told apart. Safe to repeat.

    Args:
        store: the WARC files.
        name: the file's, as pointers hold it; nobody may be writing it, and nobody else redacting it.
        is_gone: tells which visits go.
        dry_run: only count.

    Returns:
        How many visits went.

    Raises:
        ArchiveError: the file cannot be read or replaced.
    """
    path = store.path(name)
    try:
        for left in [] if dry_run else path.parent.glob(f"{path.name}.*.draft"):  # of a redaction that was killed
            left.unlink(missing_ok=True)
        visits: dict[str, _Records] = {}
        end = 0
        for place, content in store.members(name):
            end = place.offset + place.length
            record = read_record(content)
            if record.rec_type != "warcinfo":
                headers = record.rec_headers
                id_ = headers.get_header("WARC-Concurrent-To") or headers.get_header("WARC-Record-ID")
                visits.setdefault(id_, _Records()).add(place, record)
        gone = [v for v in visits.values() if is_gone(Visit(urls=tuple(v.urls), outcome=v.outcome))]
        if dry_run or (not gone and end == path.stat().st_size):
            return len(gone)
        raw = bytearray(path.read_bytes()[:end])
        for start, stop in _runs([place for v in gone for place in v.places]):
            raw[start:stop] = _blank(stop - start, name)
        draft = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.draft")
        if path.protocol in ("", "file", "local"):
            with draft.open("wb") as out:
                out.write(raw)
                out.flush()
                os.fsync(out.fileno())
            Path(draft.path).replace(path.path)
        else:
            path.write_bytes(bytes(raw))  # object stores replace an object whole
        return len(gone)
    except (OSError, ValueError, StopIteration) as error:
        raise ArchiveError(f"cannot be rewritten ({error})", subject=name) from error


def _runs(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that touch each other joined: the records of one visit stand in a row."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(places):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined


def _blank(length: int, name: str) -> bytes:
    """A gzip member of exactly this length that holds a record without content of its own."""
    id_ = uuid.uuid5(uuid.NAMESPACE_URL, f"{name}:{length}")
    record = (
        f"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:{id_}>\r\n"
        f"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Type: application/warc-fields\r\n"
        f"Content-Length: {len(_WORDS)}\r\n\r\n"
    ).encode() + _WORDS
    record += b"\r\n\r\n"
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = squeeze.compress(record) + squeeze.flush() + struct.pack("<II", zlib.crc32(record), len(record))
    padding = length - len(_HEADER) - 1 - len(body)
    if padding < 0:
        raise ValueError(f"no blank fits into {length} bytes")
    return _HEADER + b" " * padding + b"\x00" + body
