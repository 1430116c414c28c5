from datetime import UTC, date, datetime

from pipeline.ledger.work import Done
from pipeline.records import Reason
from tests.ledger.desk import NOON, Desk, given_back, left_out

ZONES = {"gazette": "Asia/Singapore"}
URLS = [f"http://gazette.example/{n}" for n in range(4)]


def test_a_day_holds_what_is_indexed_left_out_and_pending_of_it(desk: Desk) -> None:
    desk.listed(*URLS)
    (batch,) = desk.claim()
    a, b, c, _ = desk.items(batch)
    desk.ledger.work.settle(
        batch,
        "index",
        NOON,
        epoch=0,
        done=[Done(work_id=a.work_id, source_id="gazette")],
        left_out=[left_out(b, Reason.PAYWALL)],
        given_back=[given_back(c, counts=True)],
        close=True,
    )
    (row,) = desk.ledger.coverage.touched_by("r1", ZONES)
    assert (row.source_id, row.day) == ("gazette", date(2026, 10, 20))
    assert (row.listed, row.indexed, row.pending, row.left_out) == (4, 1, 2, {"paywall": 1})


def test_an_article_lands_in_the_day_of_its_sources_zone(desk: Desk) -> None:
    last_instant = datetime(2026, 10, 20, 15, 59, 59, 900_000, tzinfo=UTC)  # 23:59:59.9 in Singapore
    desk.listed(URLS[0], published=last_instant)
    desk.listed(URLS[1], published=last_instant.replace(hour=16, minute=0, second=0))
    assert [row.day.day for row in desk.ledger.coverage.touched_by("r1", ZONES)] == [20, 21]
    assert [row.day.day for row in desk.ledger.coverage.touched_by("r1", {"gazette": "UTC"})] == [20]


def test_only_days_that_the_run_touched_are_computed_but_whole(desk: Desk) -> None:
    desk.listed(URLS[0])
    desk.listed(URLS[1], published=datetime(2026, 10, 1, tzinfo=UTC))
    desk.start("r2")
    assert desk.ledger.coverage.touched_by("r2", ZONES) == []
    desk.listed(URLS[2], run_id="r2")
    (row,) = desk.ledger.coverage.touched_by("r2", ZONES)
    assert (row.day.day, row.listed) == (20, 2)
