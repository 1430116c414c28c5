"""Feeds polled: asked, read, and what came of it told. One failing feed never stops another."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from pipeline.discover.loss import joined, loss_bound
from pipeline.discover.parse import Child, ParsedFeed
from pipeline.discover.parser import FeedParser, ParserKilled
from pipeline.discover.schedule import asks_conditionally
from pipeline.discover.standins import NotAFeed
from pipeline.errors import FeedError
from pipeline.http.client import Client, HostBusy, HttpRefused, Response
from pipeline.http.headers import max_age_s
from pipeline.http.status import reason_for
from pipeline.identity import host_of
from pipeline.records import (
    DroppedEntry,
    Entry,
    Feed,
    FeedHints,
    FeedKind,
    FeedState,
    ListWindow,
    PollResult,
    Reason,
    Source,
)

log = logging.getLogger(__name__)

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
#: Lists of one sitemap index that a poll reads, newest first.
MAX_CHILDREN = 12
_MAX_DEPTH = 2
#: Hosts polled at once: so many of the largest documents are in memory at worst.
_AT_ONCE = 8


async def poll(
    feeds: Sequence[FeedState],
    sources: Mapping[str, Source],
    client: Client,
    parser: FeedParser,
    clock: Callable[[], datetime],
) -> list[PollResult]:
    """Poll feeds, each once.

    Feeds of one host are polled one after the other (they share its turns), hosts beside each other. A feed whose
    turn does not come within ``fetch_deadline_s``, however slow those before it were, is told as busy:
    ``RATE_LIMITED`` without a status, with ``hints.retry_after_s``.

    Args:
        feeds: what the ledger remembers of them.
        sources: by id; a feed of an unknown source is told as ``BAD_FEED``.
        client: the polite client.
        parser: the killable reader.
        clock: tells the time.

    Returns:
        One result for each feed, in their order. Nothing is raised for a feed's sake.
    """
    deadline = clock() + timedelta(seconds=client.settings.fetch_deadline_s)
    results: dict[int, PollResult] = {}
    by_host: dict[str, list[int]] = {}
    for index, state in enumerate(feeds):
        try:
            by_host.setdefault(host_of(state.url), []).append(index)
        except ValueError as error:
            results[index] = _failed(state, clock(), Reason.BAD_URL, str(error))
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one_host(indexes: list[int]) -> None:
        async with slots:
            for index in indexes:
                state = feeds[index]
                source = sources.get(state.source_id)
                if source is None:
                    detail = f"source {state.source_id!r} is not known"
                    results[index] = _failed(state, clock(), Reason.BAD_FEED, detail)
                else:
                    results[index] = await _guarded(state, source, client, parser, clock, deadline)
                _tell(results[index])

    await asyncio.gather(*(one_host(indexes) for indexes in by_host.values()))
    return [results[index] for index in range(len(feeds))]


async def _guarded(
    state: FeedState,
    source: Source,
    client: Client,
    parser: FeedParser,
    clock: Callable[[], datetime],
    deadline: datetime,
) -> PollResult:
    """Poll one feed; whatever goes wrong becomes its result."""
    try:
        return await _poll_one(state, source, client, parser, clock, deadline)
    except HostBusy as error:
        wait_s = max(1, int((error.not_before - clock()).total_seconds()) + 1)
        return replace(
            _failed(state, clock(), Reason.RATE_LIMITED, error.message), hints=FeedHints(retry_after_s=wait_s)
        )
    except HttpRefused as error:
        hints = FeedHints(retry_after_s=_seconds_until(error.retry_after, clock()))
        return replace(_failed(state, clock(), error.reason, error.detail), status=error.status, hints=hints)
    except Exception as error:
        log.exception("a poll failed in a way it should not", extra={"feed": state.url})
        return _failed(state, clock(), Reason.BAD_FEED, f"{type(error).__name__}: {error}"[:300])


async def _poll_one(
    state: FeedState,
    source: Source,
    client: Client,
    parser: FeedParser,
    clock: Callable[[], datetime],
    deadline: datetime,
) -> PollResult:
    # An index may stay the same while its lists change: it is always read, and so are they.
    index = state.kind is FeedKind.SITEMAP_INDEX
    conditional = asks_conditionally(state, clock())
    answer = await _get(
        client,
        state.url,
        clock,
        deadline,
        etag=state.etag if conditional else "",
        last_modified=state.last_modified if conditional else "",
    )
    told = replace(_told(state, answer), conditional=conditional)
    reason = reason_for(answer.status, answer.headers)
    if reason is not None:
        return replace(told, reason=reason, detail=f"HTTP {answer.status}")
    if answer.not_modified and not conditional:
        # Taken for "nothing new", it would hide for ever that no document has ever come.
        return replace(told, reason=Reason.HTTP_ERROR, detail="HTTP 304 although no condition was sent")
    if answer.not_modified:
        return replace(told, not_modified=True, body_hash=state.body_hash, loss=0, loss_why="not modified")
    body_hash = hashlib.sha256(answer.body).hexdigest()[:32]
    told = replace(
        told,
        etag=answer.headers.get("etag", ""),
        last_modified=answer.headers.get("last-modified", ""),
        body_hash=body_hash,
    )
    if body_hash == state.body_hash and not index:
        return replace(told, same_body=True, loss=0, loss_why="same document")
    feed = Feed(url=state.url, source_id=source.id, kind=state.kind)
    try:
        parsed = await _parse(parser, answer, source, feed, clock())
    except ParserKilled as error:
        return replace(told, reason=Reason.EXTRACT_HANG, detail=error.message, body_hash=state.body_hash)
    except NotAFeed as error:
        return replace(told, reason=error.reason, detail=error.message, body_hash=state.body_hash)
    except FeedError as error:
        return replace(told, reason=Reason.BAD_FEED, detail=error.message, body_hash=state.body_hash)
    if parsed.kind is FeedKind.SITEMAP_INDEX:
        seen = {state.url, answer.final_url}
        parsed = await _with_children(parsed, source, client, parser, clock, deadline, depth=1, seen=seen)
    loss, loss_why = loss_bound(state.list_window, parsed.list_window)
    return replace(
        told,
        loss=loss,
        loss_why=loss_why,
        list_window=parsed.list_window,
        left_out=parsed.left_out,
        kind=parsed.kind,
        title=parsed.title,
        entries=parsed.entries,
        dropped=parsed.dropped,
        faults=parsed.faults,
        hints=_merged(parsed.hints, told.hints),
    )


async def _with_children(
    index: ParsedFeed,
    source: Source,
    client: Client,
    parser: FeedParser,
    clock: Callable[[], datetime],
    deadline: datetime,
    *,
    depth: int,
    seen: set[str],
) -> ParsedFeed:
    """Read the lists that an index names and join what they give to it; each once, and none after the deadline.

    Args:
        seen: addresses that were read on the way here; those read here are added.
    """
    chosen = choose_children(index.children, source, clock())
    faults = list(index.faults)
    if len(chosen) < len(index.children):
        faults.append(
            f"{len(index.children) - len(chosen)} of {len(index.children)} lists not read: older, or too many"
        )
    entries: dict[str, Entry] = {}
    dropped: list[DroppedEntry] = []
    left_out: Counter[str] = Counter()
    windows: list[ListWindow] = []
    for position, child in enumerate(chosen):
        if clock() >= deadline:
            faults.append(f"{len(chosen) - position} lists not read: the time for polling was over")
            break
        if child.url in seen:
            faults.append(f"{child.url}: named again, read once"[:300])
            continue
        seen.add(child.url)
        try:
            answer = await _get(client, child.url, clock, deadline)
            reason = reason_for(answer.status, answer.headers)
            if reason is not None:
                raise HttpRefused(reason, f"HTTP {answer.status}", subject=child.url, status=answer.status)
            parsed = await _parse(parser, answer, source, Feed(url=child.url, source_id=source.id), clock())
        except (HttpRefused, HostBusy, FeedError) as error:
            faults.append(f"{child.url}: {error.message}"[:300])
            continue
        if parsed.kind is FeedKind.SITEMAP_INDEX:
            if depth >= _MAX_DEPTH:
                faults.append(f"{child.url}: an index in an index in an index is not read")
                continue
            parsed = await _with_children(parsed, source, client, parser, clock, deadline, depth=depth + 1, seen=seen)
        faults += parsed.faults
        dropped += parsed.dropped
        left_out.update(parsed.left_out)
        windows.append(parsed.list_window)
        for entry in parsed.entries:
            if entry.entry_id in entries:
                continue
            if len(entries) < source.max_entries:
                entries[entry.entry_id] = entry
            else:
                detail = f"limit {source.max_entries} over all lists of the index"
                dropped.append(DroppedEntry(url=entry.url, reason=Reason.OVERFLOW, detail=detail, title=entry.title))
                left_out[Reason.OVERFLOW.value] += 1
    return replace(
        index,
        entries=tuple(entries.values()),
        dropped=tuple(dropped),
        faults=tuple(faults),
        children=(),
        list_window=joined(windows),
        left_out=dict(left_out),
    )


def choose_children(children: Sequence[Child], source: Source, now: datetime) -> list[Child]:
    """Choose the lists of an index that are worth reading: those that may hold something new, newest first.

    Without any ``lastmod`` the index's order says nothing about age; then its first and last lists are taken, since
    publishers add new ones at either end.
    """
    oldest = now - timedelta(days=source.max_age_days)
    dated = sorted(
        (child for child in children if child.lastmod is not None and child.lastmod >= oldest),
        key=lambda child: child.lastmod or oldest,
        reverse=True,
    )
    undated = [child for child in children if child.lastmod is None]
    room = MAX_CHILDREN - len(dated[:MAX_CHILDREN])
    if len(undated) > room:
        undated = undated[: room - room // 2] + (undated[-(room // 2) :] if room > 1 else [])
    return dated[:MAX_CHILDREN] + undated


async def _get(
    client: Client,
    url: str,
    clock: Callable[[], datetime],
    deadline: datetime,
    *,
    etag: str = "",
    last_modified: str = "",
) -> Response:
    """Fetch a list, waiting for the host's turn as long as the deadline allows; nothing is begun after it."""
    while True:
        now = clock()
        if now >= deadline:
            raise HostBusy(host_of(url), now)
        try:
            answer = await client.get(
                url, accept=ACCEPT, max_bytes=client.settings.max_feed_bytes, etag=etag, last_modified=last_modified
            )
            # A list is not archived: what came over the wire need not be held while it is read.
            return dataclasses.replace(answer, exchange=replace(answer.exchange, body=b""))
        except HostBusy as error:
            now = clock()
            if error.not_before > deadline or now >= deadline:
                raise
            await client.until(error.not_before)


async def _parse(parser: FeedParser, answer: Response, source: Source, feed: Feed, now: datetime) -> ParsedFeed:
    return await parser.parse(
        answer.body,
        url=answer.final_url,
        content_type=answer.headers.get("content-type", ""),
        source=source,
        feed=feed,
        now=now,
    )


def _told(state: FeedState, answer: Response) -> PollResult:
    """What an answer says before its document is read."""
    return PollResult(
        feed_id=state.feed_id,
        url=state.url,
        source_id=state.source_id,
        at=answer.fetched_at,
        status=answer.status,
        kind=state.kind,
        final_url=answer.final_url,
        permanent=answer.permanent,
        etag=answer.headers.get("etag", "") or state.etag,
        last_modified=answer.headers.get("last-modified", "") or state.last_modified,
        hints=FeedHints(
            max_age_s=max_age_s(answer.headers, answer.fetched_at),
            retry_after_s=_seconds_until(answer.retry_after, answer.fetched_at),
        ),
    )


def _failed(state: FeedState, at: datetime, reason: Reason, detail: str) -> PollResult:
    return PollResult(
        feed_id=state.feed_id,
        url=state.url,
        source_id=state.source_id,
        at=at,
        kind=state.kind,
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
        reason=reason,
        detail=detail,
    )


def _merged(document: FeedHints, header: FeedHints) -> FeedHints:
    return replace(document, max_age_s=header.max_age_s, retry_after_s=header.retry_after_s)


def _seconds_until(when: datetime | None, now: datetime) -> int | None:
    return None if when is None else max(0, int((when - now).total_seconds()))


def _tell(result: PollResult) -> None:
    log.info(
        "polled",
        extra={
            "feed": result.url,
            "source": result.source_id,
            "status": result.status,
            "reason": result.reason,
            "detail": result.detail,
            "not_modified": result.not_modified,
            "same_body": result.same_body,
            "entries": len(result.entries),
            "left_out": result.left_out,
            "loss": result.loss,
            "loss_why": result.loss_why,
            "faults": len(result.faults),
        },
    )
