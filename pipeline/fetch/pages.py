"""Pages fetched: many hosts at once, each politely; every item ends as a page, left out, or given back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from pipeline.clock import Clock
from pipeline.fetch.classify import may_pass
from pipeline.fetch.outcome import STAGE, left_out, outcome_of
from pipeline.http.client import Client, HostBusy, HttpRefused
from pipeline.identity import host_of
from pipeline.records import Exchange, GivenBack, LeftOut, Page, Reason, WorkItem
from pipeline.settings import Settings

log = logging.getLogger(__name__)

ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"
#: Requests under way at one host; its turns are an interval apart anyway.
AT_ONE_HOST = 2
_FIRST_BACK_OFF_S = 60.0
_MAX_BACK_OFF_S = 6 * 3600.0

Outcome = Page | LeftOut | GivenBack
Keep = Callable[[Exchange | None, Page | LeftOut], Page | LeftOut]


async def fetch_pages(
    items: Sequence[WorkItem],
    client: Client,
    keep: Keep,
    *,
    deadline: datetime,
    clock: Clock,
    settings: Settings,
) -> list[Outcome]:
    """Fetch the pages of a batch.

    Hosts are fetched beside each other, a host's items one after the other: a slow host holds up nobody. What passes
    (a busy host, 429, 503, trouble on the way) is given back while attempts are left; where the host asks for no more
    patience than a turn at it may take anyway, the item is tried once more behind the others. A host without a free
    turn was not asked anything, so that costs no attempt. At the deadline no request is begun any more; those under
    way end by their own time limit.

    Args:
        items: what to fetch.
        client: the polite client.
        keep: stores an answer and returns the outcome with its pointer; called once for each item that is not given
            back, as it completes: without an answer where there was none, or none that may be kept. What it raises ends
            the fetch.
        deadline: when to stop.
        clock: tells the time.
        settings: ``max_attempts``, ``max_page_bytes``.

    Returns:
        One outcome for each item, in their order.
    """
    outcomes: dict[int, Outcome] = {}
    queues: dict[str, list[int]] = {}
    for index, item in sorted(enumerate(items), key=lambda of: of[1].revision > 1):  # what is new goes first
        try:
            queues.setdefault(host_of(item.url), []).append(index)
        except ValueError as error:
            outcomes[index] = left_out(item, Reason.BAD_URL, str(error), clock())

    patience = timedelta(seconds=settings.host_wait_s)
    tried_again: set[int] = set()

    async def serve(queue: list[int]) -> None:
        while queue:
            index = queue.pop(0)
            item = items[index]
            if clock() >= deadline:
                outcome: Outcome = _given_back(item, Reason.NO_TIME, clock(), "the fetch's time was up", counts=False)
            else:
                outcome = await _fetch_one(item, client, keep, deadline, clock, settings)
            if (
                isinstance(outcome, GivenBack)
                and outcome.counts
                and index not in tried_again
                and outcome.not_before <= min(clock() + patience, deadline)
            ):
                # The host gate makes the next request to this host wait until then.
                tried_again.add(index)
                queue.append(index)
                continue
            outcomes[index] = outcome
            _tell(outcome)

    at_one_host = AT_ONE_HOST if settings.host_interval_s > 0 else settings.max_connections
    tasks = [
        asyncio.create_task(serve(queue)) for queue in queues.values() for _ in range(min(at_one_host, len(queue)))
    ]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [outcomes[index] for index in range(len(items))]


async def _fetch_one(
    item: WorkItem, client: Client, keep: Keep, deadline: datetime, clock: Clock, settings: Settings
) -> Outcome:
    try:
        answer = await client.get(
            item.url,
            accept=ACCEPT,
            max_bytes=settings.max_page_bytes,
            etag=item.etag,
            last_modified=item.last_modified,
            by=deadline,
        )
    except HostBusy as error:
        # A turn so near was not worth waiting for because of the deadline alone.
        is_near = error.not_before <= clock() + timedelta(seconds=settings.host_wait_s)
        reason = Reason.NO_TIME if is_near else Reason.RATE_LIMITED
        return _given_back(item, reason, error.not_before, error.message, counts=False)
    except HttpRefused as error:
        if may_pass(error.reason) and item.attempt < settings.max_attempts:
            return _given_back(item, error.reason, _again_at(item, error.retry_after, clock()), error.detail)
        refused = left_out(item, error.reason, error.detail, clock(), status=error.status)
        return keep(error.exchange, refused)
    outcome = outcome_of(item, answer, now=clock(), settings=settings)
    if isinstance(outcome, LeftOut) and may_pass(outcome.reason) and item.attempt < settings.max_attempts:
        return _given_back(item, outcome.reason, _again_at(item, answer.retry_after, clock()), outcome.detail)
    # What may not be mined is not copied either.
    opted_out = isinstance(outcome, LeftOut) and outcome.reason is Reason.OPTED_OUT
    return keep(None if opted_out else answer.exchange, outcome)


def _again_at(item: WorkItem, asked: datetime | None, now: datetime) -> datetime:
    """When to try again: as the host asks, else later with every attempt."""
    return asked or now + timedelta(seconds=min(_FIRST_BACK_OFF_S * 2 ** min(item.attempt - 1, 20), _MAX_BACK_OFF_S))


def _given_back(item: WorkItem, reason: Reason, not_before: datetime, detail: str, *, counts: bool = True) -> GivenBack:
    return GivenBack(
        work_id=item.work_id,
        entry_id=item.entry_id,
        url=item.url,
        source_id=item.source_id,
        stage=STAGE,
        reason=reason,
        not_before=not_before,
        detail=detail,
        counts=counts,
    )


def _tell(outcome: Outcome) -> None:
    known: dict[str, object] = {"url": outcome.url, "source": outcome.source_id}
    if isinstance(outcome, Page):
        log.info("page", extra=known | {"status": outcome.status, "bytes": outcome.size})
    elif isinstance(outcome, LeftOut):
        log.info("left out", extra=known | {"reason": outcome.reason, "detail": outcome.detail})
    else:
        until = outcome.not_before.isoformat()
        log.info("given back", extra=known | {"reason": outcome.reason, "detail": outcome.detail, "until": until})
