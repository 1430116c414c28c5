"""Feeds and pages read in this process, by the same functions: for worlds that run for thirty days.

That their children can be killed is tested elsewhere; here each of a hundred runs would give birth to new ones.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import pytest

from pipeline.discover.parser import FeedParser
from pipeline.errors import ExtractError
from pipeline.extract.extractor import ExtractJob, Extractor, extract_page, left_out
from pipeline.records import Article, LeftOut, Reason

T = TypeVar("T")


async def _read_with(self: FeedParser, read: Callable[..., T], body: bytes, **told: Any) -> T:
    return read(body, **told, max_bytes=self._max_bytes)


def _extract_all(self: Extractor, jobs: Iterable[ExtractJob]) -> Iterator[Article | LeftOut]:
    for job in jobs:
        try:
            yield extract_page(job, self.settings)
        except ExtractError as error:
            yield left_out(job, Reason.EXTRACT_FAILED, error.message)


def without_children(patch: pytest.MonkeyPatch) -> None:
    """Let feeds and pages be read in this process."""
    for worker in (FeedParser, Extractor):
        patch.setattr(worker, "__enter__", lambda self: self)
        patch.setattr(worker, "__exit__", lambda self, *_: None)
    patch.setattr(FeedParser, "read_with", _read_with)
    patch.setattr(Extractor, "extract_all", _extract_all)
