"""A day of publication in the source's own zone: every moment is in one day, however long that day is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.identity import canon_v1, url_id
from pipeline.ledger import days, visits
from pipeline.ledger.visits import StoredVisit
from pipeline.records import Entry, WarcPointer
from tests.ledger.desk import NOON, Desk

TICK = timedelta(milliseconds=100)


def listed(desk: Desk, *moments: datetime) -> list[str]:
    """Put an entry of each moment into the ledger; return their ids."""
    entries = []
    for moment in moments:
        url = f"http://gazette.example/{moment.isoformat()}"
        entries.append(
            Entry(
                entry_id=url_id(url),
                url=url,
                canon_url=canon_v1(url),
                source_id="gazette",
                feed_url="",
                published=moment,
            )
        )
    with desk.ledger.days.alone("q") as c:
        assert days.add_listed(c, entries, "r1", NOON) == (0, len(entries))
    return [e.entry_id for e in entries]


def of_day(desk: Desk, zone: str, day: date) -> set[str]:
    with desk.ledger.days.reading() as c:
        return {e.entry_id for e in days.of_day(c, "gazette", zone, day)}


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("UTC", date(2026, 10, 3), 24),
        ("Asia/Singapore", date(2026, 10, 3), 24),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("America/Santiago", date(2026, 9, 6), 23),  # midnight itself is skipped
        ("Asia/Kathmandu", date(2026, 10, 3), 24),
    ],
)
def test_the_last_moment_of_a_day_is_in_it_and_in_no_other(desk: Desk, zone: str, day: date, hours: int) -> None:
    tz = ZoneInfo(zone)
    start = datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(UTC)
    if start.astimezone(tz).date() < day:
        start += timedelta(hours=1)
    end = start + timedelta(hours=hours)
    before, first, last, after = listed(desk, start - TICK, start, end - TICK, end)
    assert of_day(desk, zone, day) == {first, last}
    assert of_day(desk, zone, day - timedelta(days=1)) == {before}
    assert of_day(desk, zone, day + timedelta(days=1)) == {after}


def visit_of(url: str, offset: int, at: datetime = NOON, **fields: object) -> StoredVisit:
    pointer = WarcPointer(file="2026/10/20/a.warc.gz", offset=offset, length=10)
    told = {"pointer": pointer, "entry_id": url_id(url), "url": url, "source_id": "gazette", "at": at} | fields
    return StoredVisit(**told)  # type: ignore[arg-type]


def test_what_the_archive_knows_and_the_ledger_does_not_is_found_on_its_day(desk: Desk) -> None:
    a, b = "http://gazette.example/a", "http://gazette.example/b"
    made = [visit_of(a, 10, published=NOON - timedelta(days=3)), visit_of(a, 90, NOON + TICK), visit_of(b, 50)]
    with desk.ledger.days.alone("q") as c:
        visits.remember_file(c, "2026/10/20/a.warc.gz", 100, made, NOON)
        assert visits.read_files(c) == {"2026/10/20/a.warc.gz": 100}
        (found,) = visits.unknown_entries(c, "gazette", "UTC", date(2026, 10, 17))
        assert (found.entry_id, found.pointer.offset, found.first_at) == (url_id(a), 10, NOON)
        assert [v.pointer.offset for v in visits.of_entries(c, [url_id(a)])[url_id(a)]] == [10, 90]
        (undated,) = visits.unknown_entries(c, "gazette", "UTC", NOON.date())
        assert undated.entry_id == url_id(b)
    desk.listed(a, b)
    with desk.ledger.days.reading() as c:
        assert visits.unknown_entries(c, "gazette", "UTC", NOON.date()) == []


def test_a_file_with_rows_missing_counts_as_not_read(desk: Desk) -> None:
    from pipeline.ledger import schema

    with desk.ledger.days.alone("q") as c:
        visits.remember_file(c, "2026/10/20/a.warc.gz", 100, [visit_of("http://gazette.example/a", 10)], NOON)
        c.execute(schema.visit.delete())
        assert visits.read_files(c) == {}
        visits.forget_files(c, ["2026/10/20/a.warc.gz"])
        assert c.execute(schema.warc_file.select()).all() == []


def test_a_trial_leaves_nothing_behind(desk: Desk) -> None:
    with desk.ledger.days.alone("q", trial=True) as c:
        visits.remember_file(c, "x", 1, [], NOON)
    with desk.ledger.days.reading() as c:
        assert visits.read_files(c) == {}
