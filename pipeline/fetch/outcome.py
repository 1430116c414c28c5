"""What becomes of an answer: the one decision, for a page that came just now and for one that was stored. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from pipeline.fetch.classify import classify
from pipeline.records import LeftOut, Page, Reason, WorkItem

STAGE = "fetch"
#: Header fields that say what machines may do with a page.
_OPT_OUT_HEADERS = ("x-robots-tag", "tdm-reservation", "tdm-policy")


class Answer(Protocol):
    """What the decision needs of an answer; :class:`pipeline.http.client.Response` is one."""

    @property
    def final_url(self) -> str:
        """After redirects."""

    @property
    def status(self) -> int:
        """Of the last hop."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case; fields of one name joined by ``", "``."""

    @property
    def body(self) -> bytes:
        """Content encoding undone."""

    @property
    def redirects(self) -> tuple[tuple[int, str], ...]:
        """Status and address of every hop that led on."""

    @property
    def fetched_at(self) -> datetime:
        """When it came."""


def outcome_of(item: WorkItem, answer: Answer, *, now: datetime) -> Page | LeftOut:
    """Return the page that an answer is, or why it is none.

    Args:
        item: what was asked for.
        answer: what came.
        now: when this is decided.
    """
    if answer.status == 304:
        reason: Reason | None = Reason.UNCHANGED if item.etag or item.last_modified else Reason.HTTP_ERROR
    else:
        reason = classify(answer.status, answer.headers, answer.body, item.url, answer.final_url)
    if reason is not None:
        return left_out(item, reason, f"HTTP {answer.status}", now, status=answer.status)
    return Page(
        work_id=item.work_id,
        entry_id=item.entry_id,
        url=item.url,
        final_url=answer.final_url,
        source_id=item.source_id,
        status=answer.status,
        fetched_at=answer.fetched_at,
        content_type=answer.headers.get("content-type", ""),
        etag=answer.headers.get("etag", ""),
        last_modified=answer.headers.get("last-modified", ""),
        redirects=tuple(url for _, url in answer.redirects),
        size=len(answer.body),
        body_hash=hashlib.sha256(answer.body).hexdigest()[:32],
        robots_tags=_robots_tags(answer.headers),
    )


def left_out(item: WorkItem, reason: Reason, detail: str, at: datetime, *, status: int | None = None) -> LeftOut:
    """Return the record of an item that is left out at this stage."""
    return LeftOut(
        work_id=item.work_id,
        entry_id=item.entry_id,
        url=item.url,
        source_id=item.source_id,
        stage=STAGE,
        reason=reason,
        detail=detail,
        status=status,
        at=at,
    )


def _robots_tags(headers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}: {headers[name]}"[:300] for name in _OPT_OUT_HEADERS if name in headers)
