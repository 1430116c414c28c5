"""The reader of feeds in a process of its own, which can be killed: no document takes longer than its limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from pipeline.discover.parse import ParsedFeed, parse_document
from pipeline.errors import FeedError
from pipeline.records import Feed, Source
from pipeline.settings import Settings
from pipeline.workers import Children, ChildStopped

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
        self._read = read
        # What a gzip file holds may be as large as a feed sent without.
        self._max_bytes = settings.max_feed_bytes
        self._children = Children(
            workers=workers,
            tasks_per_child=200,
            memory_mb=settings.feed_memory_mb,
            cpu_s=settings.feed_timeout_s,
            preload=["pipeline.discover.parse"],
        )

    def __enter__(self) -> Self:
        self._children.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._children.__exit__(kind, error, trace)

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
        future = self._children.schedule(
            read,
            body,
            url=url,
            content_type=content_type,
            source=source,
            feed=feed,
            now=now,
            max_bytes=self._max_bytes,
        )
        try:
            with self._children.told():
                result: T = await asyncio.wrap_future(future)
                return result
        except ChildStopped as error:
            raise ParserKilled(f"{error} ({len(body)} bytes)", subject=url) from error
