"""What becomes of an answer: the one decision, for a page that came just now and for one that was stored. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from pipeline.fetch.classify import classify
from pipeline.http import optout
from pipeline.records import LeftOut, Page, Reason, WorkItem
from pipeline.settings import Settings

STAGE = "fetch"


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

    @property
    def opt_out(self) -> tuple[str, ...]:
        """What header and host say about machines that read and learn, as :mod:`pipeline.http.optout` writes it."""


def outcome_of(item: WorkItem, answer: Answer, *, now: datetime, settings: Settings) -> Page | LeftOut:
    """Return the page that an answer is, or why it is none.

    Args:
        item: what was asked for; with validators or a digest where it was asked for before.
        answer: what came.
        now: when this is decided.
        settings: ``user_agent`` (which signals are for us), ``obey_opt_out``.
    """
    if answer.status == 304:
        reason: Reason | None = Reason.UNCHANGED if item.etag or item.last_modified else Reason.HTTP_ERROR
    else:
        reason = classify(answer.status, answer.headers, answer.body, item.url, answer.final_url)
    if reason is not None:
        return left_out(item, reason, f"HTTP {answer.status}", now, status=answer.status)
    signals = _signals(answer, settings)
    if settings.obey_opt_out and (signal := optout.opts_out(signals)):
        return left_out(item, Reason.OPTED_OUT, signal, now, status=answer.status)
    body_hash = hashlib.sha256(answer.body).hexdigest()[:32]
    if body_hash == item.body_hash:
        return left_out(item, Reason.UNCHANGED, "the same page, byte for byte", now, status=answer.status)
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
        body_hash=body_hash,
        robots_tags=signals,
    )


def product_of(settings: Settings) -> str:
    """Return the name by which publishers address us."""
    return settings.user_agent.partition("/")[0].split(" ")[0]


def _signals(answer: Answer, settings: Settings) -> tuple[str, ...]:
    on_page = optout.from_html(answer.body, product_of(settings))
    return tuple(dict.fromkeys((*answer.opt_out, *on_page)))


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
