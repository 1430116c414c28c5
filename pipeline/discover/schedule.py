"""When to poll a feed again. Pure: the ledger's state, what a poll gave, the clock.

The aim is *overlap*: as long as a poll still finds some entries known already, nothing fell between two polls.
Too much overlap means that the feed is asked too often; none, that something was probably missed.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from pipeline.identity import canon_v1
from pipeline.records import FeedHints, FeedKind, FeedState, PollResult, Reason
from pipeline.settings import Settings

#: A permanent redirect is believed after this many polls in a row.
MOVED_POLLS = 3
#: The longest that the word "not modified" is taken for it: then a document is asked for without conditions.
TRUSTED_304 = timedelta(days=7)
#: Longest interval of a feed that has failed very often. It is never given up.
MAX_FAILING_S = 7 * 86400
_MANY_FAILURES = 30.0
_MAX_RETRY_AFTER_S = 48 * 3600
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)  # the grid's origin
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: How much a failure counts: trouble on the way little, trouble of the server half, a refusal whole.
_WEIGHTS = {
    Reason.NETWORK: 0.25,
    Reason.HANG: 0.5,
    Reason.SERVER_ERROR: 0.5,
    Reason.RATE_LIMITED: 0.5,
    Reason.TLS: 0.5,
}


def after_poll(
    state: FeedState,
    result: PollResult,
    *,
    known: int,
    new: int,
    now: datetime,
    settings: Settings,
    jitter: float,
) -> FeedState:
    """Decide what is remembered of a feed after a poll, above all when it is polled again.

    Args:
        state: before the poll.
        result: what the poll gave.
        known: entries of it that were known before.
        new: entries of it that were not.
        now: the time.
        settings: ``poll_interval_s``, ``poll_min_s``, ``poll_max_s``.
        jitter: a random number of 0 … 1, so that feeds do not stay in step.

    Returns:
        The state to keep. ``next_poll_at`` is ``None`` only for a feed that is gone (410).
    """
    polled = replace(state, last_poll_at=now)
    if result.status == 410:
        return replace(polled, gone=True, next_poll_at=None)
    if result.reason is Reason.RATE_LIMITED and result.status is None:
        # Our own gate had no turn for it: nothing is known of the feed, and no poll took place.
        wait_s = max(60, result.hints.retry_after_s or 0)
        return replace(state, next_poll_at=now + timedelta(seconds=min(wait_s, _MAX_RETRY_AFTER_S)))
    if result.reason is not None:
        failures = state.failures + _WEIGHTS.get(result.reason, 1.0)
        ceiling = settings.poll_max_s if failures < _MANY_FAILURES else MAX_FAILING_S
        wait_s = min(ceiling, math.ceil(_clamped(state.interval_s, settings) * max(1.0, failures)))
        next_poll_at = next_slot(now, wait_s, result.hints, settings, jitter)
        return replace(polled, failures=failures, next_poll_at=next_poll_at)
    if result.status == 200 and _told_untruth(state, result, new):
        polled = replace(polled, validators_trusted=False)
    if result.not_modified:
        polled = replace(polled, unmodified=state.unmodified + 1)
    else:
        polled = replace(polled, unmodified=0, document_at=now, list_window=result.list_window or state.list_window)
    interval_s = next_interval(state, known=known, new=new, now=now, settings=settings)
    return _moved(
        replace(
            polled,
            kind=result.kind,
            etag=result.etag,
            last_modified=result.last_modified,
            body_hash=result.body_hash or state.body_hash,
            interval_s=interval_s,
            next_poll_at=next_slot(now, interval_s, result.hints, settings, jitter),
            last_success_at=now,
            failures=0.0,
        ),
        result,
    )


def asks_conditionally(state: FeedState, now: datetime) -> bool:
    """Whether a poll sends the validators of the last document.

    Not for an index of sitemaps (it may stay the same while its lists change), not where 304s were found untrue, and
    not where no document has come for a week: servers exist that answer 304 for ever.
    """
    if not (state.etag or state.last_modified) or state.kind is FeedKind.SITEMAP_INDEX:
        return False
    return state.validators_trusted and state.document_at is not None and now - state.document_at < TRUSTED_304


def _told_untruth(state: FeedState, result: PollResult, new: int) -> bool:
    """Whether a document shows that the 304s before it were untrue.

    It was asked for without conditions after a run of them, and either lists what is new, or is another under the very
    same validators. (What came after the last 304 may make it seem so; that costs a few bytes a poll, a server that
    is believed costs articles.)
    """
    if result.conditional or not state.unmodified or result.same_body or result.reason is not None:
        return False
    same = (result.etag, result.last_modified) == (state.etag, state.last_modified)
    return new > 0 or (same and result.body_hash != state.body_hash)


def next_interval(state: FeedState, *, known: int, new: int, now: datetime, settings: Settings) -> int:
    """Seconds between polls, by the overlap that the last one showed.

    Judged only after an earlier success. A poll that came late says nothing for asking less often would have lost
    something, and one that came early nothing for asking more often.
    """
    interval_s = _clamped(state.interval_s, settings)
    if state.last_success_at is None:
        return interval_s
    waited_s = (now - state.last_success_at).total_seconds()
    slack_s = max(1200.0, interval_s / 3)
    late, early = waited_s > interval_s + slack_s, waited_s < interval_s - slack_s
    overlap = known / (known + new) if known + new else 1.0
    if overlap >= 2 / 3 and not early:
        if new:
            # Fresh news count more than few requests: a feed that has any is asked at the first interval at least.
            interval_s = max(min(interval_s, settings.poll_interval_s), min(interval_s + 600, settings.poll_interval_s))
        else:
            interval_s = max(interval_s + 600, interval_s * 5 // 4)
    elif overlap < 1 / 3 and not late:
        interval_s = min(interval_s // 2, settings.poll_interval_s)
    elif new:
        interval_s = min(interval_s, settings.poll_interval_s)
    return _clamped(interval_s, settings)


def next_slot(now: datetime, interval_s: int, hints: FeedHints, settings: Settings, jitter: float) -> datetime:
    """The time of the next poll: a slot of the interval's grid, not before what feed and server ask for.

    The grid (since a Monday) keeps intervals from drifting with each run's delay; the jitter, up to a quarter of an
    interval, keeps feeds from being polled in step. Hours and days that the feed asks to be skipped are skipped,
    unless it asks for all of them.
    """
    asked_s = max(hints.ttl_s or 0, hints.sy_period_s or 0, hints.max_age_s or 0)
    earliest_s = max(
        0.75 * interval_s, min(asked_s, settings.poll_max_s), min(hints.retry_after_s or 0, _MAX_RETRY_AFTER_S)
    )
    offset_s = 0.25 * min(max(jitter, 0.0), 1.0) * interval_s
    since_s = (now - _MONDAY).total_seconds() + earliest_s - offset_s
    slot = _MONDAY + timedelta(seconds=math.ceil(since_s / interval_s) * interval_s + offset_s)
    return _unskipped(slot, hints)


def _clamped(interval_s: int, settings: Settings) -> int:
    return max(1, min(max(interval_s, settings.poll_min_s), settings.poll_max_s))


def _unskipped(slot: datetime, hints: FeedHints) -> datetime:
    later = slot
    for _ in range(7 * 24 + 1):
        if later.hour not in hints.skip_hours and _DAYS[later.weekday()] not in hints.skip_days:
            return later
        later = later.replace(minute=0, second=slot.second, microsecond=slot.microsecond) + timedelta(hours=1)
    return slot


def _moved(state: FeedState, result: PollResult) -> FeedState:
    """Count polls in a row that were led on for good; believe them after a few."""
    try:
        leads_on = result.permanent and canon_v1(result.final_url) != canon_v1(state.url)
    except ValueError:
        leads_on = False
    if not leads_on:
        return replace(state, moved_to="", moved_seen=0)
    seen = state.moved_seen + 1 if result.final_url == state.moved_to else 1
    if seen < MOVED_POLLS:
        return replace(state, moved_to=result.final_url, moved_seen=seen)
    # Another server, perhaps: nothing is known of its validators.
    return replace(state, url=result.final_url, moved_to="", moved_seen=0, validators_trusted=True)
