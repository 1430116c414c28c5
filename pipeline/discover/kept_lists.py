"""Lists that were read, kept for a while: a backfill of many days does not ask for the same list once a day."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import zstandard

from pipeline.discover.parse import ParsedFeed
from pipeline.records import Record

#: How long a list is used without asking again.
FRESH = timedelta(hours=1)
#: A list that nobody asked for since is thrown away.
_FORGET = timedelta(days=3)


class KeptList(Record, frozen=True, kw_only=True):
    """A list as it was last read, or why it could not be (``fault``)."""

    fetched_at: datetime
    parsed: ParsedFeed | None = None
    fault: str = ""
    etag: str = ""
    last_modified: str = ""

    def is_fresh(self, now: datetime) -> bool:
        """Whether it need not be asked for again."""
        return timedelta() <= now - self.fetched_at < FRESH


class KeptLists:
    """Lists by key, in memory, and in a folder where one is given (then other processes find them too).

    A sitemap of 50,000 addresses takes about two megabytes here. Any number of processes may share a folder: files are
    written whole or not at all, and what cannot be read counts as not there.

    Args:
        folder: made where it is missing; ``None``: memory only.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> KeptList | None:
        """Return what is kept, fresh or not."""
        data = self._kept.get(key)
        if data is None and self._folder is not None:
            with contextlib.suppress(OSError):
                data = self._file(key).read_bytes()
        if data is None:
            return None
        try:
            return msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(data), type=KeptList)
        except (msgspec.MsgspecError, zstandard.ZstdError):
            return None

    def put(self, key: str, kept: KeptList) -> None:
        """Keep a list in place of the one before. A refusal is kept in memory only: others may have more luck."""
        data = zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(kept))
        if self._folder is None or kept.parsed is None:
            self._kept[key] = data
            return
        self._kept.pop(key, None)
        with contextlib.suppress(OSError):  # a full disk costs a request, not the run
            self._folder.mkdir(parents=True, exist_ok=True)
            self._sweep(kept.fetched_at)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".new")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(self._file(key))

    def clear(self) -> None:
        """Throw all lists away."""
        self._kept.clear()
        for file in self._folder.iterdir() if self._folder is not None and self._folder.is_dir() else ():
            with contextlib.suppress(OSError):
                file.unlink()

    def _file(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.list"

    def _sweep(self, now: datetime) -> None:
        assert self._folder is not None
        for file in self._folder.iterdir():
            with contextlib.suppress(OSError):
                if file.stat().st_mtime < (now - _FORGET).timestamp():
                    file.unlink()
