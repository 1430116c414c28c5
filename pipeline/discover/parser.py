"""The reader of feeds in a process of its own, which can be killed: no document takes longer than its limit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
from concurrent.futures import CancelledError, TimeoutError
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from pipeline.discover.parse import ParsedFeed, parse_document
from pipeline.errors import FeedError
from pipeline.records import Feed, Source
from pipeline.settings import Settings

log = logging.getLogger(__name__)


class ParserKilled(FeedError):
    """The parser was killed at its time or memory limit, or died."""


class FeedParser:
    """Runs :func:`pipeline.discover.parse.parse_document` in a killable child. A context manager.

    Args:
        settings: ``feed_timeout_s``, ``feed_memory_mb``, ``max_feed_bytes``.
        workers: children at once.
    """

    def __init__(self, settings: Settings, *, workers: int = 1) -> None:
        self._settings = settings
        self._workers = workers
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        self._pool = ProcessPool(
            max_workers=self._workers,
            max_tasks=200,
            initializer=_limit_memory,
            initargs=(self._settings.feed_memory_mb * 1024 * 1024,),
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
        if self._pool is None:
            raise RuntimeError("the parser is used outside of its context")
        limit_s = self._settings.feed_timeout_s
        future = self._pool.schedule(
            _run,
            kwargs={
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
            return await asyncio.wrap_future(future)
        except (TimeoutError, CancelledError) as error:
            future.cancel()  # type: ignore[no-untyped-call]
            raise ParserKilled(f"killed after {limit_s:g} s ({len(body)} bytes)", subject=url) from error
        except MemoryError as error:
            raise ParserKilled(f"more than {self._settings.feed_memory_mb} MB of memory", subject=url) from error
        except ProcessExpired as error:
            raise ParserKilled(f"died (exit code {error.exitcode})", subject=url) from error


def _limit_memory(more_bytes: int) -> None:
    """Give a child that much address space beyond what it was born with, and its own way of being stopped."""
    for name in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(name, signal.SIG_DFL)
    born_with = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, born_with + more_bytes)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(what: int, limit: int) -> None:
    hard = resource.getrlimit(what)[1]
    with contextlib.suppress(ValueError):
        resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _run(
    body: bytes,
    *,
    cpu_s: float,
    url: str,
    content_type: str,
    source: Source,
    feed: Feed,
    now: datetime,
    max_bytes: int,
) -> ParsedFeed:
    used = resource.getrusage(resource.RUSAGE_SELF)
    # The parent counts wall time; this holds should the parent be gone.
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + cpu_s) + 5)
    return parse_document(
        body, url=url, content_type=content_type, source=source, feed=feed, now=now, max_bytes=max_bytes
    )
