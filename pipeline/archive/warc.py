"""WARC files: every response as it came, one gzip member (level 6) a record, so that every tool reads them.

One file per batch and try. Beside request and response each visit writes a *metadata* record with what was
made of it (the outcome, JSON); a retry reads the complete records of earlier tries and goes on from there. Of what
brought no answer that may be kept (a page whose publisher opted out, an address that nobody may ask) the outcome
stands alone.
Records are warcio's; they are compressed here because warcio fixes the level at 9, which is four times slower
for half a percent.

A visit that brought the same as an earlier one (a 304, or the same bytes) is kept as a *revisit* record: its header is
stored, its payload stays where it is. It names the earlier record by id, address and date as WARC 1.1 §6.7 wants it,
and by file and offset in the two fields that Heritrix writes, so that it can be resolved without an index.
"""

from __future__ import annotations

import base64
import hashlib
import io
import logging
import os
import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec import Struct
from upath import UPath
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline import __version__
from pipeline.encodings import BadEncoding, decode
from pipeline.errors import ArchiveError
from pipeline.records import Exchange, WarcPointer

log = logging.getLogger(__name__)

_LEVEL = 6
_CHUNK = 1 << 16
_OUTCOME = "application/json"
_DATE = "%Y-%m-%dT%H:%M:%S.%fZ"
_PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
#: Longest chain of revisits that is followed; the writer makes none longer than one.
_MAX_CHAIN = 3
#: Most bytes of a body that are given, its encodings undone: no page or feed that was taken is larger.
_MAX_BODY = 16 * 1024 * 1024
#: Types of the record that a pointer leads to.
_ANSWERS = frozenset({"response", "revisit"})


class StoredResponse(Struct, frozen=True, kw_only=True):
    """A response read back.

    ``body`` has its content encoding undone and is cut off at 16 MiB; what cannot be undone is given as stored.
    Of a revisit, ``body`` and ``status`` are those of the visit that it refers to.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: str  # WARC-Date
    revisit_of: WarcPointer | None = None  # where the body lies, if not here

    def header(self, name: str) -> str:
        """Return the first header of that name (any case), or an empty string."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")


class WarcWriter:
    """Appends visits to one WARC file. Use as a context manager; made by :meth:`WarcStore.writer`.

    A visit is written in one go: after a failure the file ends with the last complete one, and takes no more.
    """

    def __init__(self, store: WarcStore, name: str) -> None:
        self._store = store
        self._name = name
        path = store.path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A local file without a buffer of its own: what could not be written is not tried again by close().
            is_local = path.protocol in ("", "file", "local")
            self._file: Any = Path(path.path).open("wb", buffering=0) if is_local else path.open("wb")  # noqa: SIM115
        except OSError as error:
            raise ArchiveError(f"cannot be created ({error})", subject=name) from error
        self._offset = 0
        self._failed = False
        self._buffer = io.BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=False, warc_version="1.1")
        info = {"software": f"Standpoint/{__version__}", "format": "WARC File Format 1.1"}
        self._append([self._writer.create_warcinfo_record(name, info)])

    def write(self, exchange: Exchange, outcome: bytes, *, original: WarcPointer | None = None) -> WarcPointer:
        """Write request, response and outcome of one visit; return where the response lies.

        Args:
            exchange: request and answer as they went over the wire.
            outcome: what was made of it, JSON; read back by :meth:`WarcStore.visits`.
            original: an earlier visit to the same address. Where this one is a 304, or brought the same bytes, a
                revisit record that refers to it is written; else, and where the earlier one cannot be read, a whole
                response.

        Raises:
            ArchiveError: the record cannot be written (a full disk).
        """
        when = exchange.fetched_at.strftime(_DATE)
        about = {"WARC-Date": when} | ({"WARC-IP-Address": exchange.ip} if exchange.ip else {})
        response = self._revisit(exchange, about, original) if original is not None else None
        if response is None:
            response = self._writer.create_warc_record(
                exchange.url,
                "response",
                payload=io.BytesIO(exchange.body),
                length=len(exchange.body),
                http_headers=_http_headers(exchange, _without_framing(exchange.response_headers, len(exchange.body))),
                warc_headers_dict=dict(about),
            )
        answers = response.rec_headers.get_header("WARC-Record-ID")
        request = self._writer.create_warc_record(
            exchange.url,
            "request",
            http_headers=StatusAndHeaders(
                f"GET {_target(exchange.url)} HTTP/{exchange.http_version}",
                list(exchange.request_headers),
                is_http_request=True,
            ),
            warc_headers_dict=about | {"WARC-Concurrent-To": answers},
        )
        metadata = self._writer.create_warc_record(
            exchange.url,
            "metadata",
            payload=io.BytesIO(outcome),
            length=len(outcome),
            warc_content_type=_OUTCOME,
            warc_headers_dict=about | {"WARC-Concurrent-To": answers},
        )
        return self._append([request, response, metadata])[1]

    def note(self, url: str, outcome: bytes, *, at: datetime) -> None:
        """Write the outcome of a visit of which nothing else is kept, so that a retry does not ask again.

        Raises:
            ArchiveError: as :meth:`write`.
        """
        record = self._writer.create_warc_record(
            url,
            "metadata",
            payload=io.BytesIO(outcome),
            length=len(outcome),
            warc_content_type=_OUTCOME,
            warc_headers_dict={"WARC-Date": at.strftime(_DATE)},
        )
        self._append([record])

    def close(self) -> None:
        """Put the file safely on disk.

        Raises:
            ArchiveError: what was written cannot be kept.
        """
        try:
            if not self._failed:
                self._file.flush()
                with suppress(AttributeError, io.UnsupportedOperation):  # an object store's file has no descriptor
                    os.fsync(self._file.fileno())
        except OSError as error:
            raise ArchiveError(f"cannot be written ({error}); check free space", subject=self._name) from error
        finally:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _revisit(self, exchange: Exchange, about: dict[str, str], original: WarcPointer) -> Any:
        """Make the record of a visit that brought nothing new; ``None`` where it brought something."""
        try:
            place, earlier = self._store.original(original)
        except ArchiveError as error:
            log.warning("a revisit is stored whole: what it refers to cannot be read", extra={"detail": str(error)})
            return None
        known = earlier.rec_headers
        is_same = known.get_header("WARC-Payload-Digest") == _digest(exchange.body)
        if known.get_header("WARC-Target-URI") != exchange.url or not (exchange.status == 304 or is_same):
            return None
        is_304 = exchange.status == 304
        fields = (
            list(exchange.response_headers)
            if is_304
            else _without_framing(exchange.response_headers, len(exchange.body))
        )
        refers = {
            "WARC-Refers-To": known.get_header("WARC-Record-ID"),
            "WARC-Refers-To-Filename": place.file,
            "WARC-Refers-To-File-Offset": str(place.offset),
        }
        record = self._writer.create_revisit_record(
            exchange.url,
            known.get_header("WARC-Payload-Digest"),
            known.get_header("WARC-Target-URI"),
            known.get_header("WARC-Date"),
            http_headers=_http_headers(exchange, fields),
            warc_headers_dict=about | refers | ({} if is_304 else {"WARC-Truncated": "length"}),
        )
        profile = "server-not-modified" if is_304 else "identical-payload-digest"
        record.rec_headers.replace_header("WARC-Profile", _PROFILES + profile)
        return record

    def _append(self, records: Sequence[Any]) -> list[WarcPointer]:
        if self._failed:
            raise ArchiveError(
                "takes no more records after a failure; the batch has to be begun anew", subject=self._name
            )
        members: list[bytes] = []
        for record in records:
            self._buffer.seek(0)
            self._buffer.truncate()
            self._writer.write_record(record)
            squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
            members.append(squeeze.compress(self._buffer.getbuffer()) + squeeze.flush())
        try:
            rest = memoryview(b"".join(members))
            while rest:  # without a buffer a write may take a part only
                rest = rest[self._file.write(rest) :]
            self._file.flush()  # a kill must lose at most the visit under way
        except OSError as error:
            self._failed = True
            with suppress(OSError, AttributeError, ValueError):
                self._file.truncate(self._offset)
            raise ArchiveError(f"cannot be written ({error}); check free space", subject=self._name) from error
        pointers = []
        for member in members:
            pointers.append(WarcPointer(file=self._name, offset=self._offset, length=len(member)))
            self._offset += len(member)
        return pointers


class WarcStore:
    """The WARC files under one root (a folder or an object store)."""

    def __init__(self, root: str) -> None:
        self._root = UPath(root) / "warc"

    def writer(self, batch_id: str, *, epoch: int, created: datetime) -> WarcWriter:
        """Open the file of a new try at a batch: ``YYYY/MM/DD/<batch>.e<epoch>.a<try>.<random>.warc.gz``.

        The random part keeps two tries apart that run at once (one given up by its scheduler, still writing).
        """
        tries = len(self._tries(batch_id, epoch=epoch, created=created)) + 1
        name = f"{created:%Y/%m/%d}/{batch_id}.e{epoch:03d}.a{tries:02d}.{uuid.uuid4().hex[:6]}.warc.gz"
        return WarcWriter(self, name)

    def visits(self, batch_id: str, *, epoch: int, created: datetime) -> Iterator[tuple[WarcPointer | None, bytes]]:
        """Yield response pointer and outcome of each complete visit of earlier tries; a torn end is passed over.

        Where only the outcome was kept, the pointer is None.
        """
        for name in self._tries(batch_id, epoch=epoch, created=created):
            yield from self._visits_in(name)

    def scan(self, what: str | date) -> Iterator[tuple[WarcPointer, bytes]]:
        """Yield response pointer and outcome of each complete visit of one file, or of all files of a day.

        Args:
            what: a file's name as pointers hold it, or the day whose folder is meant (UTC; the day on which the
                batches were made, not the pages' day of publication). A day without files yields nothing.

        Raises:
            ArchiveError: there is no such file, or it cannot be read.
        """
        names = self.names(what) if isinstance(what, date) else [what]
        for name in names:
            try:
                for pointer, outcome in self._visits_in(name):
                    if pointer is not None:
                        yield pointer, outcome
            except OSError as error:
                raise ArchiveError(f"cannot be read ({error})", subject=name) from error

    def path(self, name: str) -> UPath:
        """Where a file lies, by its name as pointers hold it."""
        return self._root / name

    def all_names(self) -> Iterator[str]:
        """Names of all files, as pointers hold them, oldest day first."""
        for path in sorted(self._root.glob("*/*/*/*.warc.gz"), key=str):
            yield "/".join(path.parts[-4:])

    def names_of(self, batch_id: str) -> list[str]:
        """Names of the files of all tries at a batch, as pointers hold them."""
        day = f"{batch_id[:4]}/{batch_id[4:6]}/{batch_id[6:8]}"  # a batch's id begins with the time it was made
        return sorted(f"{day}/{path.name}" for path in (self._root / day).glob(f"{batch_id}.e*.warc.gz"))

    def names(self, day: date) -> list[str]:
        """Names of the files of a day, as pointers hold them."""
        folder = self._root / f"{day:%Y/%m/%d}"
        return sorted(f"{day:%Y/%m/%d}/{path.name}" for path in folder.glob("*.warc.gz"))

    def read_outcome(self, pointer: WarcPointer) -> bytes:
        """Return the outcome (JSON) of the visit whose response is at a pointer: the metadata record behind it.

        Raises:
            ArchiveError: there is no such file, or no complete metadata record behind that place.
        """
        subject = f"{pointer.file}@{pointer.offset}"
        try:
            for _, raw in self.members(pointer.file, pointer.offset + pointer.length):
                record = read_record(raw)
                if record.rec_type != "metadata":
                    break
                content: bytes = record.content_stream().read()
                return content
        except (OSError, ValueError, StopIteration, ArchiveLoadFailed) as error:
            raise ArchiveError(f"cannot be read ({error})", subject=subject) from error
        raise ArchiveError("no outcome is stored behind this place", subject=subject)

    def read(self, pointer: WarcPointer) -> StoredResponse:
        """Return the response at a pointer; where that is a revisit, with the body of the visit that it refers to.

        Raises:
            ArchiveError: there is no such file, or no complete response record at that place; or what a revisit refers
                to is gone.
        """
        record = self._record(pointer)
        place, original = self.original(pointer) if record.rec_type == "revisit" else (pointer, record)
        try:
            return StoredResponse(
                url=record.rec_headers.get_header("WARC-Target-URI"),
                status=int(original.http_headers.get_statuscode()),
                headers=tuple((k, v) for k, v in record.http_headers.headers),
                body=_decoded(original),
                at=record.rec_headers.get_header("WARC-Date"),
                revisit_of=None if original is record else place,
            )
        except ValueError as error:
            raise ArchiveError(f"cannot be read ({error})", subject=f"{pointer.file}@{pointer.offset}") from error

    def original(self, pointer: WarcPointer) -> tuple[WarcPointer, Any]:
        """Return place and record of the response that a pointer leads to, through the revisits that stand there.

        Raises:
            ArchiveError: as :meth:`read`.
        """
        for _ in range(_MAX_CHAIN):
            record = self._record(pointer)
            if record.rec_type == "response":
                return pointer, record
            file = record.rec_headers.get_header("WARC-Refers-To-Filename")
            offset = record.rec_headers.get_header("WARC-Refers-To-File-Offset")
            if not file or not offset:
                break
            pointer = next(
                (place for place, _ in self._at(file, int(offset))),
                WarcPointer(file=file, offset=int(offset), length=0),
            )
        raise ArchiveError("leads to no response", subject=f"{pointer.file}@{pointer.offset}")

    def _at(self, name: str, offset: int) -> Iterator[tuple[WarcPointer, bytes]]:
        try:
            yield from self.members(name, offset)
        except OSError as error:
            raise ArchiveError(f"cannot be read ({error})", subject=f"{name}@{offset}") from error

    def _record(self, pointer: WarcPointer) -> Any:
        """The response or revisit record at a place."""
        subject = f"{pointer.file}@{pointer.offset}"
        try:
            with (self._root / pointer.file).open("rb") as file:
                file.seek(pointer.offset)
                record = read_record(zlib.decompress(file.read(pointer.length), 31))
        except (OSError, zlib.error, ValueError, StopIteration, ArchiveLoadFailed) as error:
            raise ArchiveError(f"cannot be read ({error})", subject=subject) from error
        if record.rec_type not in _ANSWERS:
            raise ArchiveError(f"holds a {record.rec_type} record, not a response", subject=subject)
        return record

    def _tries(self, batch_id: str, *, epoch: int, created: datetime) -> list[str]:
        folder = self._root / f"{created:%Y/%m/%d}"
        names = sorted(p.name for p in folder.glob(f"{batch_id}.e{epoch:03d}.a*.warc.gz"))
        return [f"{created:%Y/%m/%d}/{name}" for name in names]

    def _visits_in(self, name: str) -> Iterator[tuple[WarcPointer | None, bytes]]:
        pointer: WarcPointer | None = None
        for found, raw in self.members(name):
            record = read_record(raw)
            if record.rec_type in _ANSWERS:
                pointer = found
            elif record.rec_type == "metadata":
                yield pointer, record.content_stream().read()
                pointer = None

    def members(self, name: str, offset: int = 0) -> Iterator[tuple[WarcPointer, bytes]]:
        """Yield place and content of each complete gzip member, from an offset on."""
        with (self._root / name).open("rb") as file:
            file.seek(offset)
            ahead = b""
            while True:
                member, raw, length = zlib.decompressobj(31), bytearray(), 0
                while not member.eof:
                    chunk = ahead or file.read(_CHUNK)
                    if not chunk:
                        return  # the end, or a torn record
                    try:
                        raw += member.decompress(chunk)
                    except zlib.error:
                        return
                    ahead = member.unused_data
                    length += len(chunk) - len(ahead)
                yield WarcPointer(file=name, offset=offset, length=length), bytes(raw)
                offset += length


def read_record(raw: bytes) -> Any:
    """One record out of its bytes: warcio reads records only through an iterator."""
    return next(iter(ArchiveIterator(io.BytesIO(raw))))


def _http_headers(exchange: Exchange, fields: list[tuple[str, str]]) -> StatusAndHeaders:
    status = f"{exchange.status} {exchange.reason_phrase}".strip()
    return StatusAndHeaders(status, fields, protocol=f"HTTP/{exchange.http_version}")


def _digest(body: bytes) -> str:
    """The digest of a payload as warcio writes it."""
    return f"sha1:{base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


def _decoded(record: Any) -> bytes:
    raw: bytes = record.raw_stream.read()
    names = [value for name, value in record.http_headers.headers if name.lower() == "content-encoding"]
    try:
        return decode(raw, ", ".join(names), _MAX_BODY, cut=True)
    except BadEncoding:
        return raw


def _without_framing(headers: tuple[tuple[str, str], ...], length: int) -> list[tuple[str, str]]:
    """Headers for a body whose transfer encoding was undone: the framing headers must tell the stored length."""
    kept = [(k, v) for k, v in headers if k.lower() not in {"transfer-encoding", "content-length"}]
    return [*kept, ("Content-Length", str(length))]


def _target(url: str) -> str:
    after_scheme = url.split("://", 1)[-1]
    slash = after_scheme.find("/")
    return after_scheme[slash:] if slash >= 0 else "/"
