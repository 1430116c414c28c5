from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.revisit import OLDEST, next_visit
from pipeline.settings import Settings

SEEN = datetime(2026, 10, 6, 7, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
AFTER = Settings().revisit_after()


@pytest.mark.parametrize(
    ("hours", "then"),
    [
        (0, 1), (0.4, 1), (0.49, 1),
        (0.51, 6),  # half an hour before the first time: this visit stands for it
        (1.2, 6), (5, 6), (5.6, 24), (7, 24), (23.4, 24), (23.6, None), (24.2, None), (400, None),
    ],
)  # fmt: skip
def test_each_time_is_kept_once_and_a_visit_shortly_before_stands_for_it(hours: float, then: int | None) -> None:
    assert next_visit(SEEN, SEEN + hours * HOUR, AFTER) == (None if then is None else SEEN + then * HOUR)


def test_never_where_the_setting_is_empty() -> None:
    assert next_visit(SEEN, SEEN, Settings(revisit_after_h="").revisit_after()) is None


def test_what_was_old_when_it_was_first_seen_is_not_looked_at_again() -> None:
    assert next_visit(SEEN, SEEN, AFTER, published=SEEN - OLDEST) is not None
    assert next_visit(SEEN, SEEN, AFTER, published=SEEN - OLDEST - timedelta(seconds=1)) is None
    assert next_visit(SEEN, SEEN, AFTER, published=SEEN + HOUR) is not None


STEPS = st.lists(st.integers(1, 10_000).map(lambda m: timedelta(minutes=m)), max_size=8)


@given(STEPS, st.lists(st.integers(0, 15_000).map(lambda m: timedelta(minutes=m)), max_size=30))
def test_however_late_the_visits_are_they_end_and_are_no_more_than_the_steps(
    after: list[timedelta], delays: list[timedelta]
) -> None:
    now, visits = SEEN, 0
    due = next_visit(SEEN, now, after)
    while due is not None:
        assert due > now
        visits += 1
        now = due + (delays[visits % len(delays)] if delays else timedelta(0))
        due = next_visit(SEEN, now, after)
    assert visits <= len(set(after))
