"""A stored answer judged anew by today's rules, without asking the network. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from pipeline.fetch.outcome import left_out, outcome_of, product_of
from pipeline.http import optout
from pipeline.http.headers import joined
from pipeline.records import LeftOut, Page, Reason, WarcPointer, WorkItem
from pipeline.settings import Settings

#: What was decided before there was a page to judge (on the way to it, or that nothing new came): no rule about pages
#: changes it.
_WITHOUT_PAGE = frozenset(
    {Reason.REDIRECTS, Reason.BAD_ENCODING, Reason.BLOCKED_ADDRESS, Reason.BAD_URL, Reason.UNCHANGED}
)
#: Signals that the answer does not hold: the host's, as they were at the visit.
_OF_THE_HOST = ("tdmrep.json ", "robots.txt ")


class Stored(Protocol):
    """A response as the archive gives it back; :class:`pipeline.archive.warc.StoredResponse` is one."""

    @property
    def url(self) -> str:
        """Of the last hop."""

    @property
    def status(self) -> int:
        """Of the last hop."""

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """As they came."""

    @property
    def body(self) -> bytes:
        """Content encoding undone."""

    @property
    def at(self) -> str:
        """When it came, ISO 8601 (WARC-Date)."""


@dataclass(frozen=True)
class _Answer:
    """A stored response in the shape in which answers are judged."""

    final_url: str
    status: int
    headers: dict[str, str]
    body: bytes
    redirects: tuple[tuple[int, str], ...]
    fetched_at: datetime
    opt_out: tuple[str, ...]


def replay(
    item: WorkItem,
    stored: Stored,
    outcome: Page | LeftOut | None,
    pointer: WarcPointer,
    *,
    now: datetime,
    settings: Settings,
) -> Page | LeftOut:
    """Decide anew about a stored response, with the classifier and the limits of today.

    The way to the page (final address, redirects) and the time of the visit are those of the visit: a replay changes
    what is made of an answer, never what was asked and when.

    Args:
        item: the work item of the replay; its numbers are the outcome's.
        stored: the response.
        outcome: what was made of it then; None where nobody wrote that down (an archive of other making).
        pointer: where the response lies; the outcome leads there.
        now: when this is decided.
        settings: ``max_page_bytes``, ``obey_opt_out``, ``user_agent``.

    Returns:
        The page, or why there is none; both with ``warc`` set.

    Raises:
        ValueError: the response's date is no date.
    """
    if isinstance(outcome, LeftOut) and outcome.reason in _WITHOUT_PAGE:
        again = left_out(item, outcome.reason, outcome.detail, now, status=stored.status)
        return msgspec.structs.replace(again, warc=pointer)
    answer = _Answer(
        final_url=outcome.final_url if isinstance(outcome, Page) else stored.url,
        status=stored.status,
        headers=joined(stored.headers),
        body=stored.body,
        redirects=_redirects(item, stored, outcome),
        fetched_at=outcome.fetched_at if isinstance(outcome, Page) else _time(stored.at),
        opt_out=_opt_out(stored, outcome, settings),
    )
    if len(stored.body) > settings.max_page_bytes:
        detail = f"{len(stored.body)} bytes stored, limit {settings.max_page_bytes}"
        made: Page | LeftOut = left_out(item, Reason.TOO_LARGE, detail, now, status=stored.status)
    else:
        item = msgspec.structs.replace(item, body_hash="")  # the stored page is no news, and wanted all the same
        made = outcome_of(item, answer, now=now, settings=settings)
    return msgspec.structs.replace(made, warc=pointer)


def _opt_out(stored: Stored, outcome: Page | LeftOut | None, settings: Settings) -> tuple[str, ...]:
    """What the answer's header says, and what the host said at the visit."""
    known = outcome.robots_tags if isinstance(outcome, Page) else ()
    of_host = (signal for signal in known if signal.startswith(_OF_THE_HOST))
    return (*optout.from_headers(stored.headers, product_of(settings)), *of_host)


def _redirects(item: WorkItem, stored: Stored, outcome: Page | LeftOut | None) -> tuple[tuple[int, str], ...]:
    """Each hop that led on. Where only the last hop is known, the address asked for; its status nobody kept."""
    if isinstance(outcome, Page):
        return tuple((0, url) for url in outcome.redirects)
    return () if stored.url == item.url else ((0, item.url),)


def _time(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
