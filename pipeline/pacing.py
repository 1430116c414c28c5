"""How often a host may be asked: pure decisions over what is remembered of it and the clock.

The distance between two requests to a host is the longest of three: the floor of the settings, the crawl-delay of its
robots.txt, and its *pace*, the smoothed time of its answers. So a host that answers slowly is asked slowly. A 429 lifts
the pace to half a minute, or doubles it where it is there already, once for all requests that were under way; each
answer after that takes one step off it, so that a slowed host comes back to its distance in about ten answers. A host
that says when to come back is left alone until then; one that takes no connection is closed for a while, longer with
each failure in a row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

#: Share of the newest answer in the smoothed time.
ALPHA = 0.25
#: Pace of a host that just said 429 for the first time.
SLOWED_S = 30.0
MAX_PACE_S = 600.0
#: An answer takes no more off the pace than this, or than a tenth where that is more.
STEP_S = 3.0
#: A turn is waited for if it is no more than so many of the host's distances away,
TURNS = 4
#: and no longer than this.
MOST_WAIT_S = 120.0
#: A host that says 429 without saying for how long is left alone at least so long.
HOLD_UNSAID = timedelta(seconds=60)
#: A host that takes no connection is closed so long; twice as long with every failure in a row.
CLOSED = timedelta(seconds=15)
MAX_CLOSED = timedelta(minutes=30)


class Pace(Struct, frozen=True, kw_only=True):
    """What is remembered of a host."""

    next_at: datetime | None = None  # its next free turn
    hold_until: datetime | None = None
    hold_why: str = ""
    pace_s: float = 0.0  # smoothed seconds of its answers, raised by 429
    slowed_at: datetime | None = None  # when 429 last raised the pace
    failures: int = 0  # connections in a row that failed
    failed_at: datetime | None = None  # the last of them


class Seen(Struct, frozen=True, kw_only=True):
    """What became of one request to a host.

    ``answered``: a whole answer; ``cut``: it broke off or took too long; ``unreachable``: no connection.
    """

    asked_at: datetime
    at: datetime
    elapsed_s: float
    kind: Literal["answered", "cut", "unreachable"] = "answered"
    status: int = 0
    retry_after: datetime | None = None


def turn(known: Pace, now: datetime, interval_s: float) -> tuple[datetime, Pace]:
    """Return the time of a host's next turn, and what is remembered once it is taken.

    Args:
        known: of the host.
        now: the time.
        interval_s: seconds that must pass at least before the turn after it; 0 switches politeness off, the host's
            pace included. Holds count all the same.
    """
    slot = now
    if known.next_at is not None and known.next_at > slot:
        slot = known.next_at
    if known.hold_until is not None and known.hold_until > slot:
        slot = known.hold_until
    return slot, replace(known, next_at=slot + timedelta(seconds=_distance_s(known, interval_s)))


def worth_waiting(
    known: Pace, slot: datetime, now: datetime, interval_s: float, wait_s: float, by: datetime | None = None
) -> bool:
    """Whether a host's next turn is near enough to wait for.

    A host whose turns lie far apart (a long crawl-delay, a 429 not long ago) is waited for a few of its own distances:
    else it would be asked once a run and never catch up. One that is on hold is not: what waits for it waits elsewhere.

    Args:
        known: of the host.
        slot: its next turn.
        now: the time.
        interval_s: as :func:`turn` takes it.
        wait_s: seconds that every host is waited for; 0: none is.
        by: no turn after this is waited for.
    """
    if slot <= now:
        return True
    if by is not None and slot > by:
        return False
    wait = timedelta(seconds=wait_s)
    if slot - now <= wait:
        return True
    is_held = known.hold_until is not None and known.hold_until - now > wait
    if wait_s <= 0 or is_held:
        return False
    return slot - now <= timedelta(seconds=min(TURNS * _distance_s(known, interval_s), MOST_WAIT_S))


def after(known: Pace, seen: Seen) -> Pace:
    """Return what is remembered of a host after a request."""
    if seen.kind == "unreachable":
        return _closed(known, seen)
    slower = known.pace_s + ALPHA * (seen.elapsed_s - known.pace_s)
    if seen.kind == "cut":
        return replace(known, pace_s=_capped(max(known.pace_s, slower)))
    opened = replace(known, failures=0, failed_at=None) if known.failures else known
    if seen.status == 429 or (seen.status == 503 and seen.retry_after is not None):
        return _slowed(opened, seen)
    if seen.status >= 500 or not _is_newer(seen.asked_at, known.slowed_at):
        slower = max(known.pace_s, slower)
    return replace(opened, pace_s=_capped(max(slower, known.pace_s - max(STEP_S, known.pace_s / 10))))


def held(known: Pace, until: datetime, why: str) -> Pace:
    """Return what is remembered of a host that is to be left alone until a time; never shortens a longer hold."""
    if known.hold_until is not None and known.hold_until >= until:
        return known
    return replace(known, hold_until=until, hold_why=why)


def matters(before: Pace, then: Pace, interval_s: float) -> bool:
    """Whether a change has to be remembered: it changes a hold, a failure, or a distance by more than a tenth."""
    if replace(before, pace_s=0.0) != replace(then, pace_s=0.0):
        return True
    return differ(before.pace_s, then.pace_s, interval_s)


def differ(one_s: float, other_s: float, interval_s: float) -> bool:
    """Whether two paces make distances between requests that differ by more than a tenth."""
    gaps = [max(interval_s, pace_s) for pace_s in (one_s, other_s)]
    return interval_s > 0 and abs(gaps[0] - gaps[1]) > 0.1 * min(gaps)


def _distance_s(known: Pace, interval_s: float) -> float:
    return max(interval_s, known.pace_s) if interval_s > 0 else 0.0


def _slowed(known: Pace, seen: Seen) -> Pace:
    if _is_newer(seen.asked_at, known.slowed_at):
        # A host that says how long it wants to be left alone tells how patient it is.
        least_s = SLOWED_S if seen.retry_after is None else (seen.retry_after - seen.at).total_seconds()
        pace_s = max(2 * known.pace_s, min(SLOWED_S, least_s))
        known = replace(known, pace_s=_capped(pace_s), slowed_at=seen.at)
    unsaid = seen.at + max(HOLD_UNSAID, timedelta(seconds=known.pace_s))
    return held(known, seen.retry_after or unsaid, f"HTTP {seen.status}")


def _closed(known: Pace, seen: Seen) -> Pace:
    if not _is_newer(seen.asked_at, known.failed_at):
        return known
    failures = known.failures + 1
    closed = min(CLOSED * 2 ** min(failures - 1, 10), MAX_CLOSED)
    return held(replace(known, failures=failures, failed_at=seen.at), seen.at + closed, "no connection")


def _is_newer(asked_at: datetime, change: datetime | None) -> bool:
    """Whether a request was begun after a change: what was under way before it belongs to the same burst."""
    return change is None or asked_at > change


def _capped(pace_s: float) -> float:
    return min(max(pace_s, 0.0), MAX_PACE_S)
