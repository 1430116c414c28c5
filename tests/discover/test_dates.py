from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.discover.dates import DateRead, read_date
from tests.loopback import NOON

BERLIN = ZoneInfo("Europe/Berlin")


def read(raw: str, zone: str = "UTC", language: str = "") -> DateRead:
    return read_date(raw, zone=ZoneInfo(zone), now=NOON, language=language)


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        # mail's form, and what is made of it
        ("Sat, 21 Nov 2026 10:30:00 GMT", "2026-11-21T10:30:00"),
        ("Sat, 21 Nov 2026 10:30:00 +0200", "2026-11-21T08:30:00"),
        ("Sat, 21 Nov 2026 10:30:00 -0330", "2026-11-21T14:00:00"),
        ("21 Nov 2026 10:30 EST", "2026-11-21T15:30:00"),
        ("Sat, 21 Nov 26 10:30:00 Z", "2026-11-21T10:30:00"),
        ("Sat,21 Nov 2026 4:35:5 GMT+9", "2026-11-20T19:35:05"),
        ("Sat, 21 Nov 2026 10:30:00 UTC+05:30", "2026-11-21T05:00:00"),
        ("Fri, 17 Jul 2026 10:30:00 CEST", "2026-07-17T08:30:00"),
        ("Sat, 21 Nov 2026 10:30:00 IST", "2026-11-21T05:00:00"),
        ("Sat, 21 Nov 2026 10:30:00 +0100 (CET)", "2026-11-21T09:30:00"),
        ("Saturday, 21 November 2026 10:30 pm PST", "2026-11-22T06:30:00"),
        ("Sat, 21 Sept 2024 10:30:00 GMT", "2024-09-21T10:30:00"),
        ("Sat, 21-Nov-2026 10:30:00 GMT", "2026-11-21T10:30:00"),
        ("Sat Nov 21 10:30:00 2026", "2026-11-21T10:30:00"),
        ("Sat Nov 21 10:30:00 CET 2026", "2026-11-21T09:30:00"),
        ("Nov 21, 2026 10:30 AM", "2026-11-21T10:30:00"),
        ("November 21st, 2026 12:05 am", "2026-11-21T00:05:00"),
        ("Sat, 21 Nov 2026 10:30:00 Europe/Berlin", "2026-11-21T09:30:00"),
        # ISO 8601
        ("2026-11-21T10:30:00Z", "2026-11-21T10:30:00"),
        ("2026-11-21T10:30:00.123456+02:00", "2026-11-21T08:30:00"),
        ("2026-11-21t10:30z", "2026-11-21T10:30:00"),
        ("2026-11-21 10:30:00 +0200", "2026-11-21T08:30:00"),
        ("2026-11-21T10:30:00−05:00", "2026-11-21T15:30:00"),
        ("20261121T103000Z", "2026-11-21T10:30:00"),
        ("2026-11-21T24:00:00Z", "2026-11-22T00:00:00"),
        ("2026-06-30T23:59:60Z", "2026-07-01T00:00:00"),
        # dates without time: noon
        ("2026-11-21", "2026-11-21T12:00:00"),
        ("2020/1/10", "2020-01-10T12:00:00"),
        ("20261121", "2026-11-21T12:00:00"),
        ("21.11.2026", "2026-11-21T12:00:00"),
        ("21/11/2026", "2026-11-21T12:00:00"),
        ("11/21/2026", "2026-11-21T12:00:00"),
        ("7/7/2026", "2026-07-07T12:00:00"),
        ("2026-W47-6", "2026-11-21T12:00:00"),
        ("2026-325", "2026-11-21T12:00:00"),
        # other languages
        ("Seg, 24 Set 2018 10:00:00 -0300", "2018-09-24T13:00:00"),
        ("24 de setembro de 2018", "2018-09-24T12:00:00"),
        ("Sa, 21 Mär 2026 10:30:00 +0100", "2026-03-21T09:30:00"),
        ("21. Dezember 2025, 10:30", "2025-12-21T10:30:00"),
        ("sam., 21 févr. 2026 10:30:00 +0100", "2026-02-21T09:30:00"),
        ("21 août 2026 10h30", "2026-08-21T10:30:00"),
        ("Сб, 21 ноября 2026 10:30:00 +0300", "2026-11-21T07:30:00"),
        ("2026年11月21日 10:30", "2026-11-21T10:30:00"),
        ("2026년 11월 21일", "2026-11-21T12:00:00"),
        # numbers
        ("1763718000", "2025-11-21T09:40:00"),
        ("1763718000000", "2025-11-21T09:40:00"),
    ],
)
def test_dates_that_are_read(raw: str, utc: str) -> None:
    got = read(raw)
    assert got.fault == ""
    assert got.at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "0000-00-00", "9999-12-31T23:59:59Z", "10000-01-01", "1970-01-01T00:00:00Z", "2026-02-30", "2026-13-01",
        "2026-11-21T25:61:61Z", "2026-11-21T10:30:00+99:99", "2026-11-21T10:30:00+14:60", "32 Dec 2026",
        "yesterday", "-1", "now", "Sat, 21 Foo 2026 10:30:00 GMT", "Sat, 21 Nov 2026 10:30:00 XYZ", "5/6/2026",
        "2026-11-25T10:30:00Z", "2026-367", "2026-000", "2026-W54-1", "2026", "2026-11", "10:30", "Nov 2026",
        "2026-11-21T10:30:00Z trailing words", "13:30 pm 21 Nov 2026", "Sat, 21 Nov 2026 13:30 pm", "x" * 1000,
    ],
)  # fmt: skip
def test_dates_that_are_absent_with_a_fault(raw: str) -> None:
    got = read(raw)
    assert got.at is None
    assert got.fault


def test_nothing_written_is_no_fault() -> None:
    assert read("  ") == DateRead()


def test_what_has_no_zone_is_read_at_the_source() -> None:
    assert read("2026-11-21 10:30:00", "Asia/Tokyo").at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert read("2026-07-01", "Europe/Berlin").at == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert read("Wed, 01 Jul 2026 10:30:00", "Europe/Berlin").precision == "second"


def test_a_zone_name_that_means_two_things_is_the_sources_own() -> None:
    assert read("17 Jul 2026 10:30 IST", "Europe/Dublin").at == datetime(2026, 7, 17, 9, 30, tzinfo=UTC)
    assert read("17 Jan 2026 10:30 IST", "Asia/Jerusalem").at == datetime(2026, 1, 17, 8, 30, tzinfo=UTC)
    assert read("17 Jan 2026 10:30 CST", "Asia/Shanghai").at == datetime(2026, 1, 17, 2, 30, tzinfo=UTC)
    assert read("17 Jan 2026 10:30 CST").at == datetime(2026, 1, 17, 16, 30, tzinfo=UTC)


def test_a_month_that_means_two_things_is_the_languages_own() -> None:
    assert read("21 listopad 2025", language="pl").at == datetime(2025, 11, 21, 12, tzinfo=UTC)
    assert read("21 listopad 2025", language="hr").at == datetime(2025, 10, 21, 12, tzinfo=UTC)
    assert read("21 listopad 2025").at is None


def test_precision_is_told() -> None:
    assert [read(raw).precision for raw in ("2026-11-21", "2026-11-21T10:30Z", "2026-11-21T10:30:00Z", "?")] == [
        "day", "minute", "second", ""
    ]  # fmt: skip


@given(
    st.datetimes(datetime(1994, 1, 1), datetime(2026, 11, 20)),
    st.integers(-14 * 60, 14 * 60),
    st.sampled_from(
        ["%Y-%m-%dT%H:%M:%S{}", "%a, %d %b %Y %H:%M:%S {}", "%d %B %Y %H:%M:%S {}", "%Y/%m/%d %H:%M:%S {}"]
    ),
)
def test_any_time_in_any_offset_is_read_right(local: datetime, offset: int, shape: str) -> None:
    local = local.replace(microsecond=0)
    sign, (hours, minutes) = "-" if offset < 0 else "+", divmod(abs(offset), 60)
    raw = local.strftime(shape).format(f"{sign}{hours:02}{minutes:02}")
    assert read(raw, "Asia/Tokyo").at == (local - timedelta(minutes=offset)).replace(tzinfo=UTC)


@given(st.text(max_size=40), st.sampled_from(["UTC", "Europe/Berlin"]))
def test_any_text_is_read_or_absent(raw: str, zone: str) -> None:
    got = read(raw, zone)
    assert got.at is None or (got.at.tzinfo is UTC and 1992 < got.at.year < 2027)
    assert (got.at is None) == (got.precision == "")


@given(st.text("0123456789-/.:TZ+ ,NovJanGMTpm年月日", max_size=30))
def test_anything_like_a_date_is_read_or_absent(raw: str) -> None:
    got = read(raw)
    assert got.at is None or got.fault == ""


@pytest.mark.parametrize(
    ("raw", "read_as"),
    [
        ("Fri, 17 Jul 2026 10:30:00 CEST", "day, month, year; month 'Jul' (en); zone CEST: UTC+02:00"),
        ("Sat, 21 Nov 2026 10:30:00 +0530", "day, month, year; month 'Nov' (en); offset UTC+05:30"),
        ("2026-11-21", "year, month, day; no time: 12:00 in Asia/Tokyo"),
        ("2026-11-21 10:30:00", "year, month, day; no zone: Asia/Tokyo"),
        ("1763718000000", "milliseconds since 1970"),
        ("24 Set 2018 10:00 GMT-3", "day, month, year; month 'Set' (pt/it/ca); offset UTC-03:00"),
        ("2026-W47-6", "ISO week; no time: 12:00 in Asia/Tokyo"),
        ("2026-02-30", "not read: day is out of range for month"),
        ("9999-12-31T23:59:59Z", "not read: 9999 is not plausible: in the future"),
        ("1763-07-18", "not read: 1763 is not plausible: before the web's first news"),
        ("5/6/2026", "not read: day and month cannot be told apart"),
        ("", ""),
    ],
)
def test_how_a_date_was_read_is_told(raw: str, read_as: str) -> None:
    assert read(raw, "Asia/Tokyo").read_as == read_as


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("21 ноября 2025 г., 10:30", "2025-11-21T10:30:00"),
        ("21. November 2025 um 10:30 Uhr", "2025-11-21T10:30:00"),
        ("3 mars 2025 à 10h30", "2025-03-03T10:30:00"),
        ("2025年11月21日(金) 10時30分", "2025-11-21T10:30:00"),
        ("2025. 11. 21. 10:30", "2025-11-21T10:30:00"),
        ("2025년 11월 21일 10시 30분", "2025-11-21T10:30:00"),
        ("2025-11-21T10:30:00 America/New_York", "2025-11-21T15:30:00"),
        ("2025-11-21T10:30:00.000+00:00[UTC]", "2025-11-21T10:30:00"),
        ("Fri Nov 21 2025 10:30:00 GMT+0100 (Central European Standard Time)", "2025-11-21T09:30:00"),
    ],
)
def test_dates_as_people_write_them(raw: str, utc: str) -> None:
    assert read(raw).at == datetime.fromisoformat(utc).replace(tzinfo=UTC)
