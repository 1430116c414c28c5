"""The health of sources over a scripted clock of weeks."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.discover.health import compare, feed_health, source_health
from pipeline.records import DayYield, FeedSeen, PollSeen, Reason, SourceHistory
from tests.loopback import NOON  # a Sunday

URL = "https://herald.example/feed"
Rhythm = Callable[[date], int]


def daily(day: date) -> int:
    """Twenty a day, five at weekends."""
    return 5 if day.weekday() >= 5 else 20


def weekly(day: date) -> int:
    """Four on Thursdays."""
    return 4 if day.weekday() == 3 else 0


def poll(hours_ago: float = 1, reason: Reason | None = None, status: int | None = 200, **more: object) -> PollSeen:
    fields = {"kind": "" if reason else "rss", "entries": 0 if reason else 20} | more
    return PollSeen(at=NOON - timedelta(hours=hours_ago), reason=reason, status=status, **fields)


def feed(*polls: PollSeen, **more: object) -> FeedSeen:
    last = next((p.at for p in polls if p.reason is None), NOON - timedelta(days=3))
    return FeedSeen(**({"url": URL, "listed_url": URL, "last_success_at": last, "polls": polls} | more))


WELL = feed(poll(new=2))


def watched(
    rhythm: Rhythm, *, weeks: int = 9, silent_days: int = 0, feeds: tuple[FeedSeen, ...] = (WELL,), **more: object
) -> SourceHistory:
    """A source watched for weeks that gave nothing on its last whole days."""
    today = NOON.date()
    days = []
    for back in range(weeks * 7, 0, -1):
        day = today - timedelta(days=back)
        new = 0 if back <= silent_days else rhythm(day)
        days.append(DayYield(day=day, polls=24, new=new, articles=new))
    first = NOON - timedelta(weeks=weeks)
    history = SourceHistory(source_id="herald", timezone="Europe/Berlin", first_poll_at=first, feeds=feeds,
                            days=tuple(days), fetched=30)  # fmt: skip
    return replace(history, **more)


def test_a_source_that_gives_what_it_always_gave_is_well() -> None:
    told = source_health(watched(daily), NOON)
    assert (told.state, told.cause, told.days) == ("well", "", 2)  # Saturday and Friday
    assert (told.expected, told.got) == (25, 25)


def test_silence_is_noticed_within_a_day_where_much_is_expected() -> None:
    friday_noon = NOON - timedelta(days=2)
    history = watched(daily)
    days = tuple(replace(d, new=0) if d.day == date(2026, 11, 19) else d for d in history.days if d.day.day != 20)
    still = feed(poll(49, not_modified=True, kind=""))
    told = source_health(replace(history, days=days, feeds=(still,)), friday_noon)
    assert (told.state, told.cause, told.days, told.expected, told.got) == ("ill", "stands still", 1, 20, 0)
    assert told.since is not None


def test_a_quiet_weekend_is_no_silence() -> None:
    history = watched(lambda day: 0 if day.weekday() >= 5 else 20)
    for hours in range(0, 24 * 7, 6):
        now = NOON - timedelta(hours=hours)
        seen = replace(history, days=tuple(d for d in history.days if d.day < now.date()))
        assert source_health(seen, now).state == "well"


def test_a_weekly_source_is_missed_after_two_weeks_not_before() -> None:
    assert source_health(watched(weekly, silent_days=6), NOON).state == "well"
    told = source_health(watched(weekly, silent_days=13), NOON)
    assert (told.state, told.expected, told.got) == ("ill", 8, 0)


def test_silence_over_months_does_not_become_the_custom() -> None:
    for silent in range(3, 9 * 7):
        assert source_health(watched(daily, silent_days=silent), NOON).state == "ill", silent


def test_a_new_source_is_not_judged_by_its_yield() -> None:
    told = source_health(watched(daily, weeks=2, silent_days=2), NOON)
    assert (told.state, told.days) == ("well", 0)
    assert source_health(watched(daily, weeks=2, feeds=()), NOON).state == "unknown"


def test_days_on_which_nobody_asked_are_not_the_sources_fault() -> None:
    history = watched(daily, silent_days=3)
    today = NOON.date()
    days = tuple(replace(d, polls=0) if (today - d.day).days <= 3 else d for d in history.days)
    assert source_health(replace(history, days=days), NOON).state == "well"


@pytest.mark.parametrize(
    ("reason", "status", "detail", "cause"),
    [
        (Reason.FORBIDDEN, 403, "HTTP 403", "blocked"),
        (Reason.CHALLENGE, 200, "an HTML page ('Just a moment...')", "blocked"),
        (Reason.RATE_LIMITED, 429, "HTTP 429", "blocked"),
        (Reason.CONSENT, 200, "an HTML page ('Before you continue')", "consent wall"),
        (Reason.LOGIN, 200, "an HTML page ('Log in')", "log-in wall"),
        (Reason.BAD_FEED, 200, "an HTML page ('Home')", "format change"),
        (Reason.NOT_FOUND, 404, "HTTP 404", "feed gone"),
        (Reason.TLS, None, "certificate has expired", "certificate"),
        (Reason.NETWORK, None, "ClientConnectorDNSError: Name or service not known", "DNS"),
        (Reason.NETWORK, None, "ConnectionResetError", "unreachable"),
        (Reason.ROBOTS, None, "robots.txt forbids", "robots"),
        (Reason.SERVER_ERROR, 502, "HTTP 502", "server errors"),
        (Reason.REDIRECTS, 301, "a loop", "moved"),
    ],
)
def test_a_feed_that_only_fails_makes_its_source_ill(reason: Reason, status: int, detail: str, cause: str) -> None:
    failing = feed(*(poll(h, reason, status, detail=detail) for h in (1, 10, 20, 30)))
    assert feed_health(failing, NOON).cause == cause
    told = source_health(watched(daily, weeks=1, feeds=(failing,)), NOON)  # no history is needed for it
    assert (told.state, told.cause) == ("ill", cause)
    assert reason.value in told.why
    other = source_health(watched(daily, feeds=(failing, WELL)), NOON)
    assert (other.state, other.cause) == ("well", cause)


def test_a_few_failures_are_no_illness() -> None:
    twice = feed(poll(1, Reason.SERVER_ERROR, 502), poll(20, Reason.SERVER_ERROR, 502), poll(30))
    assert feed_health(twice, NOON).state == "unknown"
    quick = feed(*(poll(h / 10, Reason.SERVER_ERROR, 502) for h in range(1, 6)), poll(1))
    assert feed_health(quick, NOON).state == "unknown"
    busy = feed(*(poll(h, Reason.RATE_LIMITED, None) for h in range(1, 9)), poll(30))
    assert feed_health(busy, NOON).state == "well"


def test_only_403s_for_its_pages_is_ill_though_the_feed_is_well() -> None:
    told = source_health(watched(daily, fetched=1, refused={"forbidden": 30, "too_short": 1}), NOON)
    assert (told.state, told.cause) == ("ill", "blocked")
    assert "30 of 32 pages" in told.why
    assert source_health(watched(daily, fetched=30, refused={"forbidden": 30}), NOON).state == "well"
    assert source_health(watched(daily, fetched=0, refused={"consent": 20}), NOON).cause == "consent wall"
    assert source_health(watched(daily, fetched=0, refused={"forbidden": 3}), NOON).state == "well"


def test_entries_that_no_longer_become_articles_are_noticed() -> None:
    history = watched(daily, refused={"too_short": 20})
    days = tuple(replace(d, articles=0) if (NOON.date() - d.day).days <= 3 else d for d in history.days)
    told = source_health(replace(history, days=days), NOON)
    assert (told.state, told.cause) == ("ill", "format change")


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        (feed(poll(entries=0, left_out={"bad_url": 20})), "format change"),
        (feed(poll(entries=0)), "format change"),
        (feed(poll(), moved_to="https://elsewhere.example/feed"), "moved"),
        (feed(poll(not_modified=True, kind="", entries=0)), "stands still"),
        (feed(gone=True), "feed gone"),
        (feed(poll(1, Reason.FORBIDDEN, 403), poll(2)), "blocked"),
    ],
)
def test_the_likely_cause_of_silence(seen: FeedSeen, cause: str) -> None:
    told = source_health(watched(daily, silent_days=3, feeds=(seen,)), NOON)
    assert (told.state, told.cause) == ("ill", cause)


def test_days_end_by_the_sources_own_clock() -> None:
    midnight_in_tokyo = datetime(2026, 11, 22, 15, 30, tzinfo=ZoneInfo("UTC"))  # Monday there
    history = watched(daily, timezone="Asia/Tokyo")
    history = replace(history, days=(*history.days, DayYield(day=date(2026, 11, 22), polls=9, new=1)))
    assert compare(history, midnight_in_tokyo, lambda d: d.new) == (2, 10, 6)  # Sunday is over
    assert compare(replace(history, timezone="UTC"), midnight_in_tokyo, lambda d: d.new) == (2, 25, 25)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 24)), max_size=80),
    st.dictionaries(st.sampled_from(sorted(r.value for r in Reason)), st.integers(1, 50)),
    st.lists(st.sampled_from([None, *Reason]), max_size=12),
)
def test_whatever_was_seen_is_judged(
    yields: list[tuple[int, int]], refused: dict[str, int], reasons: list[Reason | None]
) -> None:
    days = tuple(
        DayYield(day=NOON.date() - timedelta(days=len(yields) - n), polls=polls, new=new)
        for n, (new, polls) in enumerate(yields)
    )
    polls = tuple(poll(n + 1, reason) for n, reason in enumerate(reasons))
    history = SourceHistory(source_id="x", timezone="Nowhere/None", first_poll_at=NOON, feeds=(feed(*polls),),
                            days=days, refused=refused)  # fmt: skip
    told = source_health(history, NOON)
    assert (told.state == "ill") <= bool(told.cause)
    assert told.expected >= 0
