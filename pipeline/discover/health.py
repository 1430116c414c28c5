"""Is a source well? Pure: what polls and fetches said of it, its own history, the clock.

A source is *ill* when every feed of it fails, when hardly a page of it can be had, or when it gives far less than
the same weekdays gave before. It is not judged by its yield before it has been watched for some weeks, nor by days on
which nobody asked it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.records import DayYield, FeedSeen, PollSeen, Reason, Record, SourceHistory

State = Literal["well", "ill", "unknown"]

#: Weeks of history that a day is compared with, and how many of them it takes to compare at all.
HISTORY_WEEKS = 8
LEAST_WEEKS = 3
#: Polls in a row that have to fail, and over what time, before a feed is taken for failing.
_FAILED_POLLS = 3
_FAILED_FOR = timedelta(hours=12)
#: A source is compared over the shortest number of days (this many at most) on which it should have given
#: ``_EXPECTED`` entries: a busy one is missed within a day, a weekly column after two weeks.
_MOST_DAYS = 14
_EXPECTED = 6.0
_FAR_LESS = 0.25
#: A source that gave nothing for so long is ill whatever its weekdays were: by then they are silent, too.
_SILENT_DAYS = 28
#: Fewer pages than this do not tell that a source's pages cannot be had.
_LEAST_PAGES = 8
_REFUSED_SHARE = 0.9

_CAUSES = {
    Reason.FORBIDDEN: "blocked",
    Reason.CHALLENGE: "blocked",
    Reason.RATE_LIMITED: "blocked",
    Reason.CONSENT: "consent wall",
    Reason.LOGIN: "log-in wall",
    Reason.PAYWALL: "paywall",
    Reason.ROBOTS: "robots",
    Reason.OPTED_OUT: "robots",
    Reason.GONE: "feed gone",
    Reason.NOT_FOUND: "feed gone",
    Reason.SOFT_404: "feed gone",
    Reason.TLS: "certificate",
    Reason.HANG: "too slow",
    Reason.SERVER_ERROR: "server errors",
    Reason.HTTP_ERROR: "server errors",
    Reason.REDIRECTS: "moved",
    Reason.BLOCKED_ADDRESS: "address refused",
    Reason.BAD_URL: "address refused",
    Reason.TOO_LARGE: "too large",
    Reason.BAD_FEED: "format change",
    Reason.BAD_ENCODING: "format change",
    Reason.EXTRACT_HANG: "format change",
    Reason.NOT_ARTICLE: "format change",
    Reason.TOO_SHORT: "format change",
    Reason.NOT_HTML: "format change",
    Reason.EXTRACT_FAILED: "format change",
}
_NO_NAME = re.compile(r"getaddrinfo|name or service|nodename|name resolution|dns|name .{0,80} not known", re.IGNORECASE)


class SourceHealth(Record, frozen=True, kw_only=True):
    """How a source is.

    Attributes:
        state: ``unknown`` where there is not enough to judge by.
        cause: likely cause of an illness: ``blocked``, ``moved``, ``consent wall``, ``format change``, ``feed gone``,
            ``certificate``, ``DNS``, ``robots``, ``stands still`` …
        why: in a sentence.
        since: since when, as far as that is known.
        days: so many days were compared, up to yesterday; 0: none.
        expected: entries that they should have given by the source's own weekdays.
        got: entries that they gave.
        loss: entries that may have fallen between polls within a week, as far as they can be bounded.
        polls_with_loss: polls of the week between which something may have fallen.
        feeds: one line each, as :class:`FeedHealth`.
    """

    source_id: str
    state: State
    cause: str = ""
    why: str = ""
    since: datetime | None = None
    days: int = 0
    expected: float = 0.0
    got: int = 0
    loss: int = 0
    polls_with_loss: int = 0
    feeds: tuple[FeedHealth, ...] = ()


class FeedHealth(Record, frozen=True, kw_only=True):
    """How a feed is. ``addresses``: from, to and when, for every address that it had before."""

    url: str
    state: State
    cause: str = ""
    why: str = ""
    last_success_at: datetime | None = None
    next_poll_at: datetime | None = None
    moved_to: str = ""
    validators_trusted: bool = True
    polls_with_loss: int = 0
    loss: int = 0
    addresses: tuple[tuple[str, str, datetime], ...] = ()


def source_health(history: SourceHistory, now: datetime) -> SourceHealth:
    """Judge a source."""
    feeds = tuple(feed_health(feed, now) for feed in history.feeds)
    days, expected, got = compare(history, now, lambda day: day.new)
    told = SourceHealth(
        source_id=history.source_id,
        state="unknown",
        days=days,
        expected=round(expected, 1),
        got=got,
        loss=sum(f.loss for f in feeds),
        polls_with_loss=sum(f.polls_with_loss for f in feeds),
        feeds=feeds,
    )
    ill = [f for f in feeds if f.state == "ill"]
    if feeds and len(ill) == len(feeds):
        cause = Counter(f.cause for f in ill).most_common(1)[0][0]
        first = next(f for f in ill if f.cause == cause)
        since = max((f.last_success_at for f in ill if f.last_success_at), default=None)
        return _with(told, "ill", cause, f"all of its {len(ill)} feeds fail: {first.why}", since)
    if refused := _refused(history):
        return _with(told, "ill", *refused, None)
    if days and expected >= _EXPECTED and got <= _FAR_LESS * expected:
        cause, why = _cause_of_silence(history, feeds)
        lately = f"{got} new entries in {days} {'day' if days == 1 else 'days'}, {expected:.0f} by its own weekdays"
        return _with(told, "ill", cause, f"{lately}; {why}", _last_yield(history))
    asked = [day for day in history.days if day.polls]
    if len(asked) > _SILENT_DAYS and not any(day.new for day in asked[-_SILENT_DAYS:]):
        cause, why = _cause_of_silence(history, feeds)
        return _with(told, "ill", cause, f"nothing new for {_SILENT_DAYS} days; {why}", _last_yield(history))
    made_days, made_expected, made = compare(history, now, lambda day: day.articles)
    if made_days and made_expected >= _EXPECTED and made <= _FAR_LESS * made_expected:
        cause, why = _cause_of_pages(history)
        lately = f"{got} new entries, but {made} articles in {made_days} days, {made_expected:.0f} by its own weekdays"
        return _with(told, "ill", cause, f"{lately}; {why}", None)
    if any(f.state == "well" for f in feeds) or days:
        named = f"{len(ill)} of its {len(feeds)} feeds fail: {ill[0].cause}" if ill else ""
        return _with(told, "well", ill[0].cause if ill else "", named, None)
    return _with(told, "unknown", "", "not watched long enough", None)


def feed_health(feed: FeedSeen, now: datetime) -> FeedHealth:
    """Judge a feed by its newest polls."""
    told = FeedHealth(
        url=feed.url,
        state="unknown",
        last_success_at=feed.last_success_at,
        next_poll_at=feed.next_poll_at,
        moved_to=feed.moved_to,
        validators_trusted=feed.validators_trusted,
        polls_with_loss=feed.polls_with_loss,
        loss=feed.loss,
        addresses=feed.addresses,
    )
    # A turn that the host's gate did not give says nothing about the feed.
    polls = [p for p in feed.polls if not (p.reason is Reason.RATE_LIMITED and p.status is None)]
    if feed.gone:
        return _feed(told, "ill", "feed gone", "the server said that it is gone for good (410); it is not asked again")
    if not polls:
        return _feed(told, "unknown", "", "not polled yet")
    failed: list[PollSeen] = []
    for poll in polls:
        if poll.reason is None:
            break
        failed.append(poll)
    if not failed:
        return _feed(told, "well", "", "")
    since = feed.last_success_at or failed[-1].at
    if len(failed) < _FAILED_POLLS or now - since < _FAILED_FOR:
        return _feed(told, "unknown", "", f"{_polls(failed)} failed: {failed[0].reason}")
    cause = _cause_of_polls(failed, feed)
    last = failed[0]
    status = f"HTTP {last.status}, " if last.status and last.status >= 300 else ""
    said = f"{_polls(failed)} in a row: {status}{last.reason}"
    return _feed(told, "ill", cause, said + (f" ({last.detail[:200]})" if last.detail else ""))


def compare(history: SourceHistory, now: datetime, of: Callable[[DayYield], int]) -> tuple[int, float, int]:
    """Compare the last whole days with the same weekdays of the weeks before.

    Args:
        history: the source's.
        now: the time; days end by the source's own clock.
        of: what is counted of a day.

    Returns:
        Days compared (0: there is too little to compare with), what they should have given, what they gave.
    """
    try:
        zone = ZoneInfo(history.timezone)
    except (KeyError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    today = now.astimezone(zone).date()
    by_day = {day.day: day for day in history.days}
    # The first day lists what was there before.
    first = history.first_poll_at.astimezone(zone).date() if history.first_poll_at else today
    expected, got, days = 0.0, 0, 0
    for back in range(1, _MOST_DAYS + 1):
        day = today - timedelta(days=back)
        here = by_day.get(day)
        if here is None or not here.polls:
            continue  # nobody asked
        usual = _usual(by_day, day, first, today, of)
        if usual is None:
            break
        expected, got, days = expected + usual, got + of(here), days + 1
        if expected >= _EXPECTED:
            break
    return days, expected, got


def _usual(
    by_day: Mapping[date, DayYield], day: date, first: date, today: date, of: Callable[[DayYield], int]
) -> float | None:
    """What a weekday gave in the weeks before the days that are compared, or ``None`` where too few are known."""
    before = []
    for week in range(1, HISTORY_WEEKS + 2):
        same = by_day.get(day - timedelta(weeks=week))
        if same is None or not same.polls or same.day <= first or (today - same.day).days <= 7:
            continue
        before.append(of(same))
    return float(median(before)) if len(before) >= LEAST_WEEKS else None


def _refused(history: SourceHistory) -> tuple[str, str] | None:
    """Cause and words, where the source's pages are answered by refusals only."""
    walls = {name: n for name, n in history.refused.items() if _CAUSES.get(Reason(name)) in _WALLS}
    asked = history.fetched + sum(history.refused.values())
    turned_away = sum(walls.values())
    if asked < _LEAST_PAGES or turned_away < math.ceil(_REFUSED_SHARE * asked):
        return None
    worst = max(walls, key=lambda name: walls[name])
    return _CAUSES[Reason(worst)], f"{turned_away} of {asked} pages were refused, most as {worst}"


_WALLS = {"blocked", "consent wall", "log-in wall", "paywall", "robots"}


def _cause_of_silence(history: SourceHistory, feeds: Sequence[FeedHealth]) -> tuple[str, str]:
    """Why polls that succeed may bring so little."""
    for health in feeds:
        if health.state == "ill":
            return health.cause, f"{health.url} fails: {health.why}"
    newest = [(feed, feed.polls[0]) for feed in history.feeds if feed.polls]
    for feed, poll in newest:
        if poll.reason is not None and poll.status is not None:
            return _cause_of_polls([p for p in feed.polls if p.reason], feed), f"{feed.url}: {poll.reason}"
    for feed, poll in newest:
        if poll.kind and not poll.entries:
            dropped = ", ".join(f"{n} {reason}" for reason, n in sorted(poll.left_out.items()))
            shown = f"it lists nothing that is taken ({dropped})" if dropped else "it lists nothing any more"
            return "format change", f"{feed.url}: {shown}"
    for feed, _ in newest:
        if feed.moved_to and urlsplit(feed.moved_to).netloc != urlsplit(feed.url).netloc:
            return "moved", f"{feed.url} leads to {feed.moved_to}"
    if newest and all(poll.not_modified or not poll.new for _, poll in newest):
        return "stands still", "its lists answer, with nothing new; perhaps it has other feeds now"
    return "unclear", "its lists answer as before, with less in them"


def _cause_of_pages(history: SourceHistory) -> tuple[str, str]:
    """Why entries become so few articles."""
    refused = {name: n for name, n in history.refused.items() if Reason(name) in _CAUSES}
    if not refused:
        return "unclear", "and nothing says why"
    worst = max(refused, key=lambda name: refused[name])
    cause = _CAUSES[Reason(worst)]
    return ("pages gone" if cause == "feed gone" else cause), f"{refused[worst]} pages were left out as {worst}"


def _cause_of_polls(failed: Sequence[PollSeen], feed: FeedSeen) -> str:
    reasons = Counter(p.reason for p in failed if p.reason is not None)
    reason = reasons.most_common(1)[0][0]
    details = " ".join(p.detail for p in failed if p.reason is reason)
    if reason is Reason.NETWORK:
        return "DNS" if _NO_NAME.search(details) else "unreachable"
    if feed.moved_to and reason in {Reason.NOT_FOUND, Reason.BAD_FEED}:
        return "moved"
    return _CAUSES.get(reason, "unclear")


def _last_yield(history: SourceHistory) -> datetime | None:
    last = max((day.day for day in history.days if day.new), default=None)
    return None if last is None else datetime(last.year, last.month, last.day, tzinfo=ZoneInfo("UTC"))


def _polls(polls: Sequence[PollSeen]) -> str:
    return "1 poll" if len(polls) == 1 else f"{len(polls)} polls"


def _with(told: SourceHealth, state: State, cause: str, why: str, since: datetime | None) -> SourceHealth:
    return SourceHealth(
        **{name: getattr(told, name) for name in told.__struct_fields__}
        | {"state": state, "cause": cause, "why": why, "since": since}
    )


def _feed(told: FeedHealth, state: State, cause: str, why: str) -> FeedHealth:
    return FeedHealth(
        **{name: getattr(told, name) for name in told.__struct_fields__} | {"state": state, "cause": cause, "why": why}
    )
