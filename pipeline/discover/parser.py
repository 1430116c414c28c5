"""The reader of feeds in a process of its own, which can be killed: no document takes longer than its limit."""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Callable
from concurrent.futures import CancelledError, TimeoutError
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipeline.discover.parse import ParsedFeed, parse_document
from pipeline.errors import FeedError
from pipeline.records import Feed, Source
from pipeline.settings import Settings
from pipeline.workers import killable_pool, lower

log = logging.getLogger(__name__)

T = TypeVar("T")


class ParserKilled(FeedError):
    """The parser was killed at its time or memory limit, or died."""


class FeedParser:
    """Runs :func:`pipeline.discover.parse.parse_document` in a killable child. A context manager.

    Args:
        settings: ``feed_timeout_s``, ``feed_memory_mb``, ``max_feed_bytes``.
        workers: children at once.
        read: reads a document in the child; a function of a module.
    """

    def __init__(
        self, settings: Settings, *, workers: int = 1, read: Callable[..., ParsedFeed] = parse_document
    ) -> None:
        self._settings = settings
        self._workers = workers
        self._read = read
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        self._pool = killable_pool(
            workers=self._workers,
            tasks_per_child=200,
            memory_mb=self._settings.feed_memory_mb,
            preload=["pipeline.discover.parse"],
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    async def parse(
        self, body: bytes, *, url: str, content_type: str, source: Source, feed: Feed, now: datetime
    ) -> ParsedFeed:
        """Read a document; arguments as :func:`~pipeline.discover.parse.parse_document` takes them.

        Raises:
            FeedError: the document is no feed.
            ParserKilled: it took more time or memory than allowed.
        """
        return await self.read_with(
            self._read, body, url=url, content_type=content_type, source=source, feed=feed, now=now
        )

    async def read_with(
        self,
        read: Callable[..., T],
        body: bytes,
        *,
        url: str,
        content_type: str,
        source: Source,
        feed: Feed,
        now: datetime,
    ) -> T:
        """Read a document in the child by another function that takes the same arguments; raises as :meth:`parse`."""
        if self._pool is None:
            raise RuntimeError("the parser is used outside of its context")
        limit_s = self._settings.feed_timeout_s
        future = self._pool.schedule(
            _run,
            kwargs={
                "read": read,
                "cpu_s": limit_s,
                "body": body,
                "url": url,
                "content_type": content_type,
                "source": source,
                "feed": feed,
                "now": now,
                # What a gzip file holds may be as large as a feed sent without.
                "max_bytes": self._settings.max_feed_bytes,
            },
            timeout=limit_s,
        )
        try:
            result: T = await asyncio.wrap_future(future)
            return result
        except (TimeoutError, CancelledError) as error:
            future.cancel()  # type: ignore[no-untyped-call]
            raise ParserKilled(f"killed after {limit_s:g} s ({len(body)} bytes)", subject=url) from error
        except MemoryError as error:
            raise ParserKilled(f"more than {self._settings.feed_memory_mb} MB of memory", subject=url) from error
        except ProcessExpired as error:
            raise ParserKilled(f"died (exit code {error.exitcode})", subject=url) from error


def _run(
    body: bytes,
    *,
    read: Callable[..., T],
    cpu_s: float,
    url: str,
    content_type: str,
    source: Source,
    feed: Feed,
    now: datetime,
    max_bytes: int,
) -> T:
    used = resource.getrusage(resource.RUSAGE_SELF)
    # The parent counts wall time; this holds should the parent be gone.
    lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + cpu_s) + 5)
    return read(body, url=url, content_type=content_type, source=source, feed=feed, now=now, max_bytes=max_bytes)
