"""Extraction in children that may be killed: a hostile page costs only itself."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from types import TracebackType
from typing import Self

import msgspec

from pipeline.errors import ExtractError
from pipeline.extract.decide import dated, verdict
from pipeline.records import Article, LeftOut, Page, Reason, Record, WorkItem
from pipeline.settings import Settings, get_settings
from pipeline.workers import Children, ChildStopped

log = logging.getLogger(__name__)

#: A child is replaced after so many pages: libxml2 and the caches of the extractors grow.
PAGES_PER_CHILD = 200


class ExtractJob(Record, frozen=True, kw_only=True):
    """A page to read."""

    item: WorkItem
    page: Page
    html: bytes  # decoded payload of the stored response
    charset: str = ""  # of the Content-Type header; empty: taken from the page's content_type


class Extractor:
    """Reads pages in child processes with a limit on time and memory. A context manager.

    Args:
        settings: ``extract_timeout_s``, ``extract_memory_mb`` and ``min_words`` are used.
        workers: children at a time; default: one a core, at most four.
    """

    def __init__(self, settings: Settings | None = None, *, workers: int | None = None) -> None:
        self.settings = settings or get_settings()
        self.workers = workers or min(4, os.cpu_count() or 1)
        self._children = Children(
            workers=self.workers,
            tasks_per_child=PAGES_PER_CHILD,
            memory_mb=self.settings.extract_memory_mb,
            cpu_s=self.settings.extract_timeout_s,
            preload=["pipeline.extract.warm"],
        )

    def __enter__(self) -> Self:
        self._children.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._children.__exit__(kind, error, trace)

    def extract_all(self, jobs: Iterable[ExtractJob]) -> Iterator[Article | LeftOut]:
        """Read pages; yields one result for each job, in order.

        A page that hangs, eats its memory or kills its child comes back as :class:`LeftOut`; the others never
        notice. Jobs are drawn as they are needed: a few pages are in memory at a time.
        """
        waiting: deque[tuple[ExtractJob, Future[Article | LeftOut]]] = deque()
        try:
            for job in jobs:
                future = self._children.schedule(extract_page, job, self.settings)
                waiting.append((job, future))
                if len(waiting) > 2 * self.workers:
                    yield self._result(*waiting.popleft())
            while waiting:
                yield self._result(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()

    def _result(self, job: ExtractJob, future: Future[Article | LeftOut]) -> Article | LeftOut:
        try:
            with self._children.told():
                result = future.result()
        except ChildStopped as error:
            result = left_out(job, Reason.EXTRACT_HANG if error.over_limit else Reason.EXTRACT_FAILED, str(error))
        except ExtractError as error:
            result = left_out(job, Reason.EXTRACT_FAILED, error.message)
        except Exception as error:  # third-party parsers raise anything
            result = left_out(job, Reason.EXTRACT_FAILED, f"{type(error).__name__}: {error}"[:300])
        if isinstance(result, LeftOut):
            log.info(
                "page left out",
                extra={"url": job.item.url, "reason": result.reason.value, "detail": result.detail},
            )
        return result


def extract_page(job: ExtractJob, settings: Settings) -> Article | LeftOut:
    """Read one page, in this process: the article with everything known of it, or why there is none.

    Raises:
        ExtractError: the page is no HTML.
    """
    from pipeline.extract.article import read_page

    article, facts = read_page(
        job.html,
        job.page.final_url,
        charset=job.charset or charset_of(job.page.content_type),
        timezone=job.item.source_timezone,
        latest=job.page.fetched_at,
    )
    reason = verdict(article, facts, settings)
    if reason:
        return left_out(job, reason, f"{article.word_count} words: {article.title[:100]}")
    article = msgspec.structs.replace(
        article,
        title=article.title or job.item.listed_title,
        entry_id=job.item.entry_id,
        work_id=job.item.work_id,
        source_id=job.page.source_id,
        revision=job.item.revision,
        fetched_at=job.page.fetched_at,
        warc=job.page.warc,
        opt_out=job.page.robots_tags,
    )
    return dated(article, job.item, job.page)


def left_out(job: ExtractJob, reason: Reason, detail: str) -> LeftOut:
    """Return the record of a page that is left out at this stage."""
    return LeftOut(
        work_id=job.item.work_id,
        entry_id=job.item.entry_id,
        url=job.item.url,
        source_id=job.page.source_id,
        stage="extract",
        reason=reason,
        detail=detail,
        status=job.page.status,
        warc=job.page.warc,
        at=job.page.fetched_at,
    )


def charset_of(content_type: str) -> str:
    """Return the charset parameter of a ``Content-Type`` header, "" where it has none."""
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return ""
