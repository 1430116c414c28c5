"""What retention is told about files that something still leads to."""

from datetime import timedelta

from pipeline.ledger.work import Done
from pipeline.records import WarcPointer
from tests.ledger.desk import NOON, Desk

A, B = "http://gazette.example/a", "http://gazette.example/b"
OLD, YOUNG, OTHER = "2026/09/01/a.warc.gz", "2026/10/20/b.warc.gz", "2026/09/02/c.warc.gz"


def visited(desk: Desk, url: str, file: str, *, hours: int = 0, close: bool = True) -> None:
    """Visit an address, and store what came in a file."""
    at = NOON + timedelta(hours=hours)
    desk.listed(url, now=at, updated=at)
    (batch,) = desk.claim(now=at)
    done = [
        Done(work_id=i.work_id, source_id="gazette", warc=WarcPointer(file=file, offset=9, length=9))
        for i in desk.items(batch)
    ]
    desk.ledger.work.settle(batch, "fetch", at, epoch=0, done=done)
    if close:
        desk.ledger.work.settle(batch, "index", at, epoch=0, done=done, close=True)


def test_a_file_stays_as_long_as_a_younger_one_refers_to_it(desk: Desk) -> None:
    visited(desk, A, OLD)
    visited(desk, B, OTHER)
    retention = desk.ledger.retention
    assert retention.looked_at_again([OLD, OTHER]) == set()
    visited(desk, A, YOUNG, hours=1)
    assert retention.looked_at_again([OLD, OTHER]) == {OLD}
    assert retention.looked_at_again([OLD, OTHER, YOUNG]) == set()  # all of it is old: it goes together
    assert retention.looked_at_again([]) == set()


def test_a_file_stays_while_its_page_is_to_be_visited_again(desk: Desk) -> None:
    visited(desk, A, OLD)
    assert desk.ledger.retention.stored_for_work() == set()
    visited(desk, A, YOUNG, hours=1, close=False)
    assert desk.ledger.retention.stored_for_work() == {OLD, YOUNG}
