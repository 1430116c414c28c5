import heapq
import itertools
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.pacing import (
    CLOSED,
    HOLD_UNSAID,
    MAX_CLOSED,
    MAX_PACE_S,
    MOST_WAIT_S,
    SLOWED_S,
    STEP_S,
    Pace,
    Seen,
    after,
    held,
    matters,
    turn,
    worth_waiting,
)
from tests.loopback import NOON

SECOND = timedelta(seconds=1)


def seen(asked_s: float = 0.0, elapsed_s: float = 0.5, status: int = 200, kind: str = "answered", **more) -> Seen:
    asked_at = NOON + asked_s * SECOND
    return Seen(
        asked_at=asked_at, at=asked_at + elapsed_s * SECOND, elapsed_s=elapsed_s, status=status, kind=kind, **more
    )


def test_the_distance_is_the_longer_of_interval_and_pace() -> None:
    assert turn(Pace(), NOON, 5) == (NOON, Pace(next_at=NOON + 5 * SECOND))
    assert turn(Pace(pace_s=8), NOON, 5)[1].next_at == NOON + 8 * SECOND
    assert turn(Pace(pace_s=8), NOON, 0)[1].next_at == NOON  # politeness is off


def test_a_host_that_answers_slowly_is_asked_slowly_and_recovers() -> None:
    pace = Pace()
    for n in range(20):
        pace = after(pace, seen(n * 60, elapsed_s=12))
    assert 11 < pace.pace_s <= 12
    # trouble never speeds a host up: neither a server error nor an answer that broke off
    for trouble in (seen(2000, 0.1, status=500), seen(2000, 0.1, kind="cut")):
        assert after(pace, trouble).pace_s == pace.pace_s
    for n in range(20):
        pace = after(pace, seen(3000 + n, elapsed_s=0.2))
    assert pace.pace_s < 0.5


def test_a_burst_of_429_slows_a_host_once_and_the_next_burst_doubles() -> None:
    pace = Pace()
    for n in range(10):  # ten were under way when the first 429 came back
        pace = after(pace, seen(n * 0.01, status=429))
    assert pace.pace_s == SLOWED_S
    assert pace.hold_until is not None
    assert HOLD_UNSAID <= pace.hold_until - NOON < HOLD_UNSAID + SECOND
    for n in range(10):
        pace = after(pace, seen(70 + n * 0.01, status=429))
    assert pace.pace_s == 2 * SLOWED_S
    for n in range(20):
        pace = after(pace, seen(10_000 + n * 10_000, status=429))
    assert pace.pace_s == MAX_PACE_S


def test_a_host_that_asks_for_a_moment_is_slowed_by_a_moment() -> None:
    asked = seen(1, status=429)
    for wait_s, pace_s in ((2, 2), (0, 0), (600, SLOWED_S)):
        again = replace(asked, retry_after=asked.at + wait_s * SECOND)
        assert after(Pace(), again).pace_s == pace_s
        assert after(Pace(pace_s=20), again).pace_s == 40


def test_an_answer_that_was_under_way_does_not_undo_a_429() -> None:
    slowed = after(Pace(), seen(1, status=429))
    assert after(slowed, seen(0.5, elapsed_s=2)).pace_s == SLOWED_S
    assert after(slowed, seen(100, elapsed_s=2)).pace_s < SLOWED_S


def test_the_host_says_when_to_come_back() -> None:
    later = NOON + timedelta(minutes=7)
    for status in (429, 503):
        assert after(Pace(), seen(status=status, retry_after=later)).hold_until == later
    assert after(Pace(), seen(status=503)).hold_until is None
    # not even the host shortens what it asked for before
    assert after(Pace(hold_until=later), seen(status=429, retry_after=NOON)).hold_until == later


def test_a_host_without_connection_is_closed_for_longer_and_longer_until_it_answers() -> None:
    pace, at_s = Pace(), 0.0
    waits = []
    for _ in range(12):
        for n in range(3):  # those that failed together count once
            pace = after(pace, seen(at_s + n * 0.001, 0.5, kind="unreachable"))
        assert pace.hold_until is not None
        waits.append(pace.hold_until - (NOON + (at_s + 0.5) * SECOND))
        at_s = (pace.hold_until - NOON) / SECOND + 1
    assert waits[:3] == [CLOSED, 2 * CLOSED, 4 * CLOSED]
    assert waits[-1] == MAX_CLOSED
    again = after(pace, seen(at_s, status=404))
    assert again.failures == 0
    assert after(again, seen(at_s + 1, kind="unreachable")).failures == 1


KINDS = st.sampled_from(["answered", "cut", "unreachable"])
STATUSES = st.sampled_from([200, 304, 404, 429, 500, 503])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 4000), st.floats(0, 40), STATUSES, KINDS, st.integers(-10, 10_000) | st.none())),
    st.floats(0.1, 60),
)
def test_whatever_a_host_does_it_is_never_asked_sooner_than_it_said_nor_than_the_interval(
    steps: list[tuple[float, float, int, str, int | None]], interval_s: float
) -> None:
    pace, clock_s, last = Pace(), 0.0, None
    said = NOON
    for pause_s, elapsed_s, status, kind, wait_s in steps:
        clock_s += pause_s
        slot, pace = turn(pace, NOON + clock_s * SECOND, interval_s)
        assert slot >= said
        if last is not None:
            assert slot - last >= interval_s * SECOND - timedelta(microseconds=2)
        last, clock_s = slot, max(clock_s, (slot - NOON) / SECOND)
        asks = None if wait_s is None else NOON + (clock_s + elapsed_s + wait_s) * SECOND
        pace = after(pace, seen(clock_s, elapsed_s, status, kind, retry_after=asks))
        if asks is not None and kind == "answered" and status in {429, 503}:
            said = max(said, asks)
        assert 0 <= pace.pace_s <= MAX_PACE_S


@settings(deadline=None)
@given(st.floats(0, 700), st.floats(0, 700), st.floats(0, 60))
def test_what_need_not_be_remembered_changes_no_distance_by_more_than_a_tenth(
    before_s: float, then_s: float, interval_s: float
) -> None:
    before, then = Pace(pace_s=before_s), Pace(pace_s=then_s)
    gaps = [turn(pace, NOON, interval_s)[1].next_at - NOON for pace in (before, then)]
    if not matters(before, then, interval_s):
        assert max(gaps) <= min(gaps) * 1.1 + timedelta(microseconds=2)
    assert matters(before, held(then, NOON, "429"), interval_s)


# --------------------------------------------------------------------------------------------- after a 429, and waiting


def served(
    pace: Pace, *, interval_s: float, wait_s: float, at_once: int, for_s: float
) -> tuple[list[float], int, Pace]:
    """Ask a host that answers at once, as a fetch does, with so many requests at a time, for a while.

    Returns the times of the requests (seconds since noon), how many turns were not worth waiting for, and the pace.
    """
    refused, asked = 0, []
    answers = [(NOON, None)] * at_once  # when each of them is free, and what it was answered
    while answers:
        now, answered = heapq.heappop(answers)
        if answered is not None:
            pace = after(pace, answered)
        if now >= NOON + for_s * SECOND:
            continue
        slot, taken = turn(pace, now, interval_s)
        if worth_waiting(pace, slot, now, interval_s, wait_s):
            pace = taken
            asked.append((slot - NOON) / SECOND)
            at = slot + SECOND / 5
            heapq.heappush(answers, (at, Seen(asked_at=slot, at=at, elapsed_s=0.2, status=200)))
        else:
            refused += 1
    return asked, refused, pace


def test_after_a_429_a_host_is_asked_at_half_a_minute_and_comes_back_in_equal_steps() -> None:
    slowed = after(Pace(), seen(-200, status=429))
    asked, refused, pace = served(slowed, interval_s=5, wait_s=20, at_once=2, for_s=480)
    gaps = [round(later - earlier, 1) for earlier, later in itertools.pairwise(asked)]
    assert refused == 0  # all within one fetch
    assert gaps[0] == SLOWED_S
    assert all(0 <= before - after_ <= STEP_S + 0.1 for before, after_ in itertools.pairwise(gaps))
    assert 8 <= gaps.index(5) <= 14  # answers
    assert set(gaps[gaps.index(5) :]) == {5}
    assert pace.pace_s < 5
    assert len(asked) > 50


def test_a_host_far_too_often_asked_comes_back_too() -> None:
    pace, answers = Pace(pace_s=MAX_PACE_S), 0
    while pace.pace_s > 5:
        pace, before = after(pace, seen(10_000 + answers, elapsed_s=0.2)), pace
        assert before.pace_s - pace.pace_s <= max(STEP_S, before.pace_s / 10) + 1e-9
        answers += 1
    assert 30 < answers < 50


@pytest.mark.parametrize("interval_s", [25, 60])
def test_a_long_crawl_delay_is_kept_and_waited_for(interval_s: float) -> None:
    asked, refused, _ = served(Pace(), interval_s=interval_s, wait_s=20, at_once=2, for_s=480)
    assert refused == 0
    assert asked == [n * interval_s for n in range(len(asked))]
    assert len(asked) >= 480 / interval_s


def test_what_is_worth_waiting_for() -> None:
    def waits(known: Pace, away_s: float, *, interval_s: float = 5, wait_s: float = 20, by_s: float = 1000) -> bool:
        return worth_waiting(known, NOON + away_s * SECOND, NOON, interval_s, wait_s, NOON + by_s * SECOND)

    usual, slow, slowest = Pace(), Pace(pace_s=30), Pace(pace_s=MAX_PACE_S)
    assert waits(usual, 20)
    assert not waits(usual, 20.1)  # six others are before us: somebody else will do it
    assert waits(Pace(pace_s=10), 40)
    assert not waits(Pace(pace_s=10), 40.1)
    assert waits(slowest, MOST_WAIT_S)
    assert not waits(slowest, MOST_WAIT_S + 1)
    assert not waits(replace(slow, hold_until=NOON + 60 * SECOND), 60)  # what it holds back waits elsewhere
    assert waits(replace(slow, hold_until=NOON + 10 * SECOND), 60)
    assert waits(replace(slow, hold_until=NOON), 60)
    assert not waits(slow, 1, wait_s=0)
    assert waits(slow, 0, wait_s=0)
    assert not waits(slow, 60, by_s=59)
    assert waits(slow, 60, by_s=60)
    assert not waits(slow, 60, interval_s=0)
