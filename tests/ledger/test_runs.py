import pytest
from sqlalchemy import update

from pipeline.errors import LedgerError
from pipeline.ledger import schema
from pipeline.ledger.work import Done
from pipeline.records import Reason
from tests.ledger.desk import HOUR, NOON, Desk, dropped, entry, given_back, left_out, poll_of, source

A, B, C, D = (f"http://gazette.example/{x}" for x in "abcd")


def test_a_combination_of_versions_is_one_generation(desk: Desk) -> None:
    runs = desk.ledger.runs
    first = runs.generation({"standpoint": "1", "model": "a"}, NOON)
    assert runs.generation({"model": "a", "standpoint": "1"}, NOON) == first
    second = runs.generation({"standpoint": "1", "model": "b"}, NOON)
    assert second > first
    assert runs.versions(second) == {"standpoint": "1", "model": "b"}


def test_an_older_combination_comes_back_under_a_number_of_its_own(desk: Desk) -> None:
    runs = desk.ledger.runs
    old, new = {"model": "a"}, {"model": "b"}
    assert [runs.generation(v, NOON) for v in (old, new, old)] == [1, 2, 1]
    assert runs.generation(new, NOON, renew=True) == 2  # nothing is newer
    assert runs.generation(old, NOON, renew=True) == 3
    assert runs.generation(old, NOON, renew=True) == 3
    assert runs.generation(old, NOON) == 3
    assert runs.versions(3) == old


def test_a_run_started_again_is_the_same_run_and_not_over(desk: Desk) -> None:
    runs = desk.ledger.runs
    runs.finish("r1", {"total": {"indexed": 3}}, NOON)
    assert runs.get("r1").finished_at == NOON
    again = runs.start("r1", "crawl", 2, NOON + HOUR, {"force": True})
    assert (again.started_at, again.finished_at, again.generation) == (NOON, None, 2)


def test_an_unknown_run_is_a_clear_error(desk: Desk) -> None:
    with pytest.raises(LedgerError, match="was its first task, plan, run"):
        desk.ledger.runs.get("nobody")


def test_the_tally_counts_each_item_once_at_its_newest_epoch(desk: Desk) -> None:
    ledger = desk.ledger
    ledger.feeds.sync([source(feeds=2)], interval_s=3600)
    first, second = ledger.feeds.claim(["gazette"], "r1", NOON)
    listed = poll_of(first, [entry(u) for u in (A, B, C, D)], dropped=(dropped("http://gazette.example/old"),))
    desk.commit(listed, run_id="r1", now=NOON, state=first)
    failed = poll_of(second, status=500, reason=Reason.SERVER_ERROR)
    desk.commit(failed, run_id="r1", now=NOON, state=second)
    (batch,) = desk.claim()
    items = {i.url: i for i in desk.items(batch)}
    goes_on = [Done(work_id=items[u].work_id, source_id="gazette") for u in (A, B)]
    settle = ledger.work.settle
    settle(batch, "fetch", NOON, epoch=0, done=goes_on[:1], left_out=[left_out(items[B]), left_out(items[C])])
    settle(batch, "fetch", NOON, epoch=0, given_back=[given_back(items[D], counts=True)])
    settle(batch, "fetch", NOON + HOUR, epoch=1, done=goes_on, left_out=[left_out(items[C])])  # cleared: B came
    settle(batch, "extract", NOON + HOUR, epoch=1, done=goes_on)
    assert ledger.runs.tally("r1") == {
        "gazette": {
            "polled": 2,
            "polls_unfinished": 0,
            "not_modified": 0,
            "listed": 4,
            "discovered": 4,
            "fetched": 2,
            "extracted": 2,
            "tagged": 0,
            "indexed": 0,
            "given_back": 1,
            "revisited": 0,
            "changed": 0,
            "unchanged": 0,
            "gone": 0,
            "left_out": {"not_found": 1},
            "dropped": {"too_old": 1},
            "polls_failed": {"server_error": 1},
        }
    }
    assert ledger.runs.tally("r2") == {}


def test_an_item_that_was_indexed_and_then_found_to_be_a_duplicate_is_counted_as_one(desk: Desk) -> None:
    desk.listed(A, B)
    (batch,) = desk.claim()
    page, short = desk.items(batch)
    done = [Done(work_id=i.work_id, source_id="gazette") for i in (page, short)]
    desk.ledger.work.settle(batch, "index", NOON, epoch=0, done=done, close=True)
    with desk.ledger.engine.begin() as c:
        overtaken = update(schema.work).where(schema.work.c.id == short.work_id)
        c.execute(overtaken.values(state="left_out", reason="duplicate"))
    tally = desk.ledger.runs.tally("r1")["gazette"]
    assert (tally["indexed"], tally["left_out"]) == (1, {"duplicate": 1})


def test_a_poll_that_was_begun_and_not_ended_is_told(desk: Desk) -> None:
    desk.ledger.feeds.sync([source(feeds=2)], interval_s=3600)
    first, _ = desk.ledger.feeds.claim(["gazette"], "r1", NOON)
    desk.commit(poll_of(first), run_id="r1", now=NOON, state=first)
    row = desk.ledger.runs.tally("r1")["gazette"]
    assert (row["polled"], row["polls_unfinished"]) == (1, 1)
