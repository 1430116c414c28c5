from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.dates import parse_date, plausible

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("raw", "expected", "precision"),
    [
        ("2026-10-01T10:11:12+02:00", datetime(2026, 10, 1, 8, 11, 12, tzinfo=UTC), "second"),
        ("2026-10-01T10:11:12.123456789Z", datetime(2026, 10, 1, 10, 11, 12, tzinfo=UTC), "second"),
        ("2026-10-01T10:11:12+0530", datetime(2026, 10, 1, 4, 41, 12, tzinfo=UTC), "second"),
        ("2026-10-01T10:11Z", datetime(2026, 10, 1, 10, 11, tzinfo=UTC), "minute"),
        ("2026-10-01 10:11:12", datetime(2026, 10, 1, 8, 11, 12, tzinfo=UTC), "second"),
        ("2026-01-01 10:11", datetime(2026, 1, 1, 9, 11, tzinfo=UTC), "minute"),
        ("Thu, 01 Oct 2026 10:11:12 +0200", datetime(2026, 10, 1, 8, 11, 12, tzinfo=UTC), "second"),
        ("Thu, 01 Oct 2026 10:11:12 EST", datetime(2026, 10, 1, 15, 11, 12, tzinfo=UTC), "second"),
        ("Oct. 1, 2026 4:30 p.m. ET", datetime(2026, 10, 1, 20, 30, tzinfo=UTC), "minute"),
        ("1 Oct 2026 10:11 BST", datetime(2026, 10, 1, 9, 11, tzinfo=UTC), "minute"),
    ],
)
def test_reads_times(raw: str, expected: datetime, precision: str) -> None:
    moment = parse_date(raw, BERLIN)
    assert moment is not None
    assert (moment.at, moment.precision) == (expected, precision)


@pytest.mark.parametrize("raw", ["2026-10-01", "20261001", "October 1, 2026", "1 Oct 2026", "2026/10/01"])
def test_a_date_without_time_is_noon_at_the_source(raw: str) -> None:
    moment = parse_date(raw, BERLIN)
    assert moment is not None
    assert (moment.at, moment.precision) == (datetime(2026, 10, 1, 10, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    "raw",
    [
        *("", "03/04/2026", "3.4.2026", "Oct 2026", "10:30", "Thursday", "yesterday", "-1", "1763718000"),
        *("0000-00-00", "2026-02-30", "2026-W47-6", "2026-10-01T25:61:61Z", "2026-10-01T10:00:00+99:99", "9" * 5000),
    ],
)
def test_what_is_no_full_date_is_not_read(raw: str) -> None:
    assert parse_date(raw, BERLIN) is None


def test_an_unknown_zone_is_utc() -> None:
    moment = parse_date("2026-10-01T10:00:00", "Nowhere/Land")
    assert moment is not None
    assert moment.at == datetime(2026, 10, 1, 10, tzinfo=UTC)


@given(st.text(max_size=60))
def test_never_fails_and_gives_utc(raw: str) -> None:
    moment = parse_date(raw, BERLIN)
    assert moment is None or moment.at.utcoffset() == timedelta()


@given(st.datetimes(datetime(1996, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_reads_back_what_python_writes(at: datetime) -> None:
    moment = parse_date(at.isoformat())
    assert moment is not None
    assert moment.at == at.replace(microsecond=0)


def test_plausible() -> None:
    now = datetime(2026, 10, 5, tzinfo=UTC)
    assert plausible(now + timedelta(hours=12), latest=now)
    assert not plausible(now + timedelta(days=3), latest=now)
    assert plausible(now + timedelta(days=3), latest=None)
    assert not plausible(datetime(1970, 1, 1, tzinfo=UTC), latest=now)
    assert not plausible(None, latest=now)
