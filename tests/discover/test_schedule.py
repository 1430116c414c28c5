import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.discover.schedule import MAX_FAILING_S, MOVED_POLLS, after_poll, asks_conditionally, next_slot
from pipeline.records import FeedHints, FeedKind, FeedState, ListWindow, PollResult, Reason
from tests.loopback import NOON, open_settings

SETTINGS = open_settings()  # 15 minutes, an hour, a day
HOUR, DAY = 3600, 86400
STATE = FeedState(
    feed_id=1,
    url="https://herald.example/feed",
    source_id="herald",
    interval_s=HOUR,
    last_poll_at=NOON - timedelta(hours=1),
    last_success_at=NOON - timedelta(hours=1),
)
OK = PollResult(feed_id=1, url=STATE.url, source_id="herald", at=NOON, status=200, final_url=STATE.url)


def after(
    state: FeedState = STATE, result: PollResult = OK, *, known: int = 5, new: int = 5, jitter: float = 0
) -> FeedState:
    return after_poll(state, result, known=known, new=new, now=NOON, settings=SETTINGS, jitter=jitter)


def wait_s(state: FeedState) -> float:
    assert state.next_poll_at is not None
    return (state.next_poll_at - NOON).total_seconds()


# ------------------------------------------------------------------------------------------------ overlap


@pytest.mark.parametrize(
    ("known", "new", "before_s", "after_s"),
    [
        (5, 5, HOUR, HOUR),  # half known: as it should be
        (1, 9, HOUR, HOUR // 2),  # hardly anything known: something may have been missed
        (0, 9, 1000, 900),  # … but never below the floor
        (9, 1, 1800, 2400),  # nearly all known: a little later
        (9, 1, HOUR, HOUR),  # … but a feed with news is asked once an hour
        (9, 1, 6 * HOUR, HOUR),
        (5, 5, 6 * HOUR, HOUR),
        (0, 9, 6 * HOUR, HOUR),
        (9, 0, HOUR, 4500),  # nothing new: later and later
        (0, 0, HOUR, 4500),
        (9, 0, 900, 1500),
        (9, 0, 23 * HOUR, DAY),  # … up to the ceiling
    ],
)
def test_overlap_decides_the_interval(known: int, new: int, before_s: int, after_s: int) -> None:
    state = replace(STATE, interval_s=before_s, last_success_at=NOON - timedelta(seconds=before_s))
    assert after(state, known=known, new=new).interval_s == after_s


def test_the_first_success_is_not_judged() -> None:
    assert after(replace(STATE, last_success_at=None), known=0, new=50).interval_s == HOUR


def test_a_late_poll_never_shortens_and_an_early_one_never_lengthens() -> None:
    late = replace(STATE, last_success_at=NOON - timedelta(hours=5))
    assert after(late, known=0, new=50).interval_s == HOUR
    early = replace(STATE, last_success_at=NOON - timedelta(minutes=5))
    assert after(early, known=50, new=0).interval_s == HOUR
    assert after(early, known=0, new=50).interval_s == HOUR // 2


# ------------------------------------------------------------------------------------------------ hints


@pytest.mark.parametrize(
    ("hints", "at_least_s"),
    [
        (FeedHints(ttl_s=2 * HOUR), 2 * HOUR),
        (FeedHints(sy_period_s=3 * HOUR), 3 * HOUR),
        (FeedHints(max_age_s=4 * HOUR), 4 * HOUR),
        (FeedHints(ttl_s=30 * DAY), DAY),
        (FeedHints(retry_after_s=36 * HOUR), 36 * HOUR),
        (FeedHints(retry_after_s=9 * DAY), 2 * DAY),
    ],
)
def test_nothing_is_polled_before_it_asks_for_it(hints: FeedHints, at_least_s: int) -> None:
    for jitter in (0, 0.5, 1):
        wait = wait_s(after(result=replace(OK, hints=hints), jitter=jitter))
        assert at_least_s <= wait <= at_least_s + 1.25 * HOUR


def test_hours_and_days_are_skipped_unless_all_are() -> None:
    at = next_slot(NOON, HOUR, FeedHints(skip_hours=(12, 13, 14)), SETTINGS, 0)
    assert at.hour == 15
    at = next_slot(NOON, HOUR, FeedHints(skip_days=("Sunday", "Monday")), SETTINGS, 0)
    assert (at.strftime("%A"), at.hour) == ("Tuesday", 0)
    everything = FeedHints(skip_hours=tuple(range(24)))
    assert next_slot(NOON, HOUR, everything, SETTINGS, 0) == next_slot(NOON, HOUR, FeedHints(), SETTINGS, 0)


def test_slots_lie_on_a_grid_that_a_late_run_does_not_shift() -> None:
    on_time = next_slot(NOON, HOUR, FeedHints(), SETTINGS, 0)
    assert on_time == NOON + timedelta(hours=1)
    assert next_slot(NOON + timedelta(minutes=14), HOUR, FeedHints(), SETTINGS, 0) == on_time


# ------------------------------------------------------------------------------------------------ failures


def failed(reason: Reason, status: int | None = None, **hints: int) -> PollResult:
    return replace(OK, status=status, reason=reason, hints=FeedHints(**hints))


@pytest.mark.parametrize(
    ("reason", "weight"),
    [(Reason.NETWORK, 0.25), (Reason.HANG, 0.5), (Reason.SERVER_ERROR, 0.5), (Reason.NOT_FOUND, 1),
     (Reason.FORBIDDEN, 1), (Reason.BAD_FEED, 1), (Reason.ROBOTS, 1)],
)  # fmt: skip
def test_failures_are_weighed_and_back_off_is_linear(reason: Reason, weight: float) -> None:
    state = STATE
    for n in range(1, 9):
        state = after(state, failed(reason))
        assert state.failures == n * weight
        expected = HOUR * max(1, n * weight)
        assert 0.75 * expected <= wait_s(state) <= 2 * expected
    assert state.interval_s == HOUR
    assert after(state).failures == 0


def test_a_feed_is_never_given_up() -> None:
    state = STATE
    for _ in range(200):
        state = after(state, failed(Reason.NOT_FOUND, 404), jitter=1)
        assert not state.gone
        assert wait_s(state) <= 2 * MAX_FAILING_S
    assert wait_s(state) > DAY


def test_410_is_the_end() -> None:
    state = after(result=replace(OK, status=410, reason=Reason.GONE))
    assert state.gone
    assert state.next_poll_at is None


def test_429_waits_as_asked_and_a_busy_host_is_no_failure() -> None:
    state = after(result=failed(Reason.RATE_LIMITED, 429, retry_after_s=5 * HOUR))
    assert (state.failures, wait_s(state) >= 5 * HOUR) == (0.5, True)
    busy = after(result=failed(Reason.RATE_LIMITED, retry_after_s=90))
    assert (busy.failures, busy.last_poll_at, wait_s(busy)) == (0, STATE.last_poll_at, 90)


# ------------------------------------------------------------------------------------------------ moving


def moved(to: str = "https://new.example/feed", *, permanent: bool = True) -> PollResult:
    return replace(OK, final_url=to, permanent=permanent)


def test_a_permanent_redirect_is_believed_after_it_has_held() -> None:
    state = STATE
    for n in range(1, MOVED_POLLS):
        state = after(state, moved())
        assert (state.url, state.moved_seen) == (STATE.url, n)
    state = after(state, moved())
    assert (state.url, state.moved_to, state.moved_seen) == ("https://new.example/feed", "", 0)


@pytest.mark.parametrize("other", [OK, moved(permanent=False), moved(STATE.url + "#x")])
def test_a_redirect_that_does_not_hold_is_forgotten(other: PollResult) -> None:
    state = after(after(after(), moved()), moved())
    assert state.moved_seen == 2
    assert after(state, other).moved_seen == 0
    assert after(state, moved("https://third.example/feed")).moved_seen == 1
    assert after(state, failed(Reason.NETWORK)).moved_seen == 2


# ------------------------------------------------------------------------------------------------ anything

SECONDS = st.none() | st.integers(0, 10 * DAY)
HINTS = st.builds(
    FeedHints,
    ttl_s=SECONDS,
    sy_period_s=SECONDS,
    max_age_s=SECONDS,
    retry_after_s=SECONDS,
    skip_hours=st.lists(st.integers(0, 23), max_size=24).map(tuple),
    skip_days=st.lists(st.sampled_from(["Monday", "Sunday", "Someday"])).map(tuple),
)
STATES = st.builds(
    replace,
    st.just(STATE),
    interval_s=st.integers(0, 30 * DAY),
    failures=st.floats(0, 100),
    last_success_at=st.none() | st.integers(0, 100 * DAY).map(lambda s: NOON - timedelta(seconds=s)),
)
RESULTS = st.builds(
    replace,
    st.just(OK),
    status=st.sampled_from([None, 200, 304, 404, 429, 503]),
    reason=st.none() | st.sampled_from(sorted(Reason)),
    hints=HINTS,
    permanent=st.booleans(),
    final_url=st.sampled_from(["", "https://new.example/feed", STATE.url, "nonsense"]),
)


@given(STATES, RESULTS, st.integers(0, 500), st.integers(0, 500), st.floats(0, 1))
def test_whatever_happens_the_next_poll_is_polite_and_comes(
    state: FeedState, result: PollResult, known: int, new: int, jitter: float
) -> None:
    decided = after(state, result, known=known, new=new, jitter=jitter)
    assert decided.next_poll_at is not None
    wait = wait_s(decided)
    busy = result.reason is Reason.RATE_LIMITED and result.status is None
    if not busy:
        assert wait >= 0.75 * SETTINGS.poll_min_s
        asked = max(result.hints.ttl_s or 0, result.hints.sy_period_s or 0, result.hints.max_age_s or 0)
        assert wait >= min(asked, SETTINGS.poll_max_s) - 1e-3
    assert wait >= min(result.hints.retry_after_s or 0, 2 * DAY) - 1e-3
    assert wait <= 2.25 * MAX_FAILING_S + 7 * DAY
    if result.reason is None:
        assert SETTINGS.poll_min_s <= decided.interval_s <= SETTINGS.poll_max_s
        assert decided.failures == 0
    assert not math.isnan(decided.failures)


@given(st.integers(900, DAY), st.floats(0, 1), st.integers(0, 7 * DAY))
def test_a_slot_is_never_far_from_the_interval(interval_s: int, jitter: float, later_s: int) -> None:
    now = NOON + timedelta(seconds=later_s)
    wait = (next_slot(now, interval_s, FeedHints(), SETTINGS, jitter) - now).total_seconds()
    assert 0.75 * interval_s - 1e-3 <= wait <= 1.75 * interval_s + 1e-3


# ------------------------------------------------------------------------------------------------ 304s

VALID = replace(STATE, etag='"1"', body_hash="a", document_at=NOON - timedelta(days=1))


@pytest.mark.parametrize(
    ("state", "conditionally"),
    [
        (VALID, True),
        (STATE, False),  # no validators
        (replace(VALID, document_at=NOON - timedelta(days=7)), False),  # a week of 304s
        (replace(VALID, document_at=None), False),
        (replace(VALID, validators_trusted=False), False),
        (replace(VALID, kind=FeedKind.SITEMAP_INDEX), False),
    ],
)
def test_when_a_feed_is_asked_with_conditions(state: FeedState, conditionally: bool) -> None:
    assert asks_conditionally(state, NOON) is conditionally


def test_a_server_that_answers_304_for_ever_is_found_out_within_a_week() -> None:
    """A scripted clock: the feed's document changes every day, the server says 304 to every condition."""
    state, now, whole = replace(STATE, etag='"1"', document_at=NOON, body_hash="day 0"), NOON, []
    for _ in range(40):
        now = state.next_poll_at or now
        conditional = asks_conditionally(state, now)
        day = (now - NOON).days
        if conditional:
            result = replace(OK, status=304, not_modified=True, conditional=True, etag='"1"', body_hash=state.body_hash)
        else:
            whole.append(now)
            result = replace(OK, etag='"1"', body_hash=f"day {day}")
        state = after_poll(state, result, known=20, new=0 if conditional else 5, now=now, settings=SETTINGS, jitter=0.5)
    assert timedelta(days=7) <= whole[0] - NOON <= timedelta(days=8)
    assert not state.validators_trusted
    assert len(whole) > 20  # from then on every poll
    assert state.unmodified == 0


def test_a_feed_that_is_truly_unchanged_keeps_its_conditions() -> None:
    state = replace(VALID, document_at=NOON - timedelta(days=8), unmodified=50)
    same = replace(OK, same_body=True, etag='"1"', body_hash="a")
    kept = after(state, same, known=0, new=0)
    assert (kept.validators_trusted, kept.unmodified, kept.document_at) == (True, 0, NOON)
    other_validators = replace(OK, etag='"2"', body_hash="b")  # another build of the same entries
    assert after(state, other_validators, known=20, new=0).validators_trusted
    assert not after(state, replace(other_validators, etag='"1"'), known=20, new=0).validators_trusted
    assert not after(state, other_validators, known=20, new=1).validators_trusted
    answered = replace(OK, etag='"2"', body_hash="b", conditional=True)  # the conditions worked
    assert after(state, answered, known=20, new=5).validators_trusted


def test_what_a_list_showed_is_kept_until_the_next_document() -> None:
    window = ListWindow(keys=(1,), listed=1)
    state = after(VALID, replace(OK, list_window=window))
    assert (state.list_window, state.document_at, state.unmodified) == (window, NOON, 0)
    later = after(state, replace(OK, status=304, not_modified=True, conditional=True))
    assert (later.list_window, later.document_at, later.unmodified) == (window, NOON, 1)
    assert after(state, failed(Reason.SERVER_ERROR)).list_window == window


def test_a_new_address_is_trusted_anew() -> None:
    state = replace(STATE, validators_trusted=False)
    for _ in range(MOVED_POLLS):
        state = after(state, moved())
    assert (state.url, state.validators_trusted) == ("https://new.example/feed", True)
