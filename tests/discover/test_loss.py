from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.discover.loss import MOST_KEYS, joined, loss_bound, window_of
from pipeline.records import ListWindow
from tests.loopback import NOON

MINUTE = timedelta(minutes=1)


def stream(
    first: int, last: int, *, dated: bool = True, apart: timedelta = MINUTE
) -> list[tuple[str, datetime | None]]:
    """The window from entry ``first`` to entry ``last`` on a stream of an entry a minute, newest first."""
    return [(f"{n + 1:032x}"[::-1], NOON + n * apart if dated else None) for n in range(last, first - 1, -1)]


PINNED = [("f" * 32, NOON - timedelta(days=9))]


@pytest.mark.parametrize("dated", [True, False])
def test_nothing_fell_where_the_list_reaches_back(dated: bool) -> None:
    before = window_of(stream(0, 19, dated=dated))
    for newest in range(19, 39):
        assert loss_bound(before, window_of(stream(newest - 19, newest, dated=dated))) == (0, "overlap")


def test_where_it_does_not_the_bound_holds_what_fell() -> None:
    before = window_of(stream(0, 19))
    for fell in range(1, 100):
        bound, why = loss_bound(before, window_of(stream(20 + fell, 39 + fell)))
        assert why == "gap"
        assert bound is not None
        assert fell <= bound <= 3 * fell + 10


def test_without_dates_nobody_can_tell_how_many() -> None:
    before = window_of(stream(0, 19, dated=False))
    assert loss_bound(before, window_of(stream(25, 44, dated=False))) == (None, "no overlap")


@pytest.mark.parametrize("dated", [True, False])
def test_a_pinned_entry_is_no_overlap(dated: bool) -> None:
    pinned = [(key, date if dated else None) for key, date in PINNED]
    before = window_of([*pinned, *stream(0, 18, dated=dated)])
    bound, why = loss_bound(before, window_of([*pinned, *stream(30, 48, dated=dated)]))
    assert (why, bound is None) == (("gap", False) if dated else ("no overlap", True))


def test_the_newest_may_have_been_deleted_and_dates_may_stand_for_addresses() -> None:
    before = window_of(stream(0, 19))
    assert loss_bound(before, window_of([e for e in stream(5, 24) if e not in stream(19, 19)])) == (0, "overlap")
    renamed = [("e" + key[1:], date) for key, date in stream(10, 29)]
    assert loss_bound(before, window_of(renamed)) == (0, "reaches back")


def test_what_there_is_nothing_to_compare_with() -> None:
    window = window_of(stream(0, 5))
    assert loss_bound(None, window) == (None, "first")
    assert loss_bound(ListWindow(), window) == (None, "first")
    assert loss_bound(window, ListWindow()) == (None, "empty")


def test_long_lists_are_kept_short_and_several_are_one() -> None:
    before, here = window_of(stream(0, 999)), window_of(stream(100, 1099))
    assert (len(before.keys), before.listed) == (MOST_KEYS, 1000)
    assert loss_bound(before, here) == (0, "overlap")
    both = joined([window_of(stream(500, 999)), window_of(stream(0, 499))])
    assert (both.listed, both.newest_at, both.keys) == (1000, before.newest_at, before.keys)
    assert loss_bound(joined([window_of(stream(0, 999, dated=False))]),
                      joined([window_of(stream(5, 999, dated=False))])) == (0, "overlap")  # fmt: skip


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 200), st.booleans(), st.integers(1, 3600), st.booleans())
def test_a_bound_is_never_below_what_fell(
    was: int, now: int, moved: int, dated: bool, seconds: int, reverse: bool
) -> None:
    """Two windows of any length on one stream: the bound is at least what was never shown."""
    apart = timedelta(seconds=seconds)
    first = 1000
    before = stream(first - was + 1, first, dated=dated, apart=apart)
    last = first + moved
    here = stream(max(0, last - now + 1), last, dated=dated, apart=apart)
    if reverse and dated:
        before, here = before[::-1], here[::-1]
    fell = max(0, (last - now) - first)
    bound, why = loss_bound(window_of(before), window_of(here))
    assert bound is None or bound >= fell, (bound, why, fell)
    if fell:
        assert why in {"gap", "no overlap"}
    elif why == "gap":
        assert bound is not None  # a gap of dates where one entry follows the other: possible, not shown
