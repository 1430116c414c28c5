import multiprocessing
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from pipeline.identity import url_id
from pipeline.ledger import Ledger, schema
from pipeline.ledger.work import Done, Todo, add_work
from pipeline.records import Reason, Source, WarcPointer
from tests.ledger.desk import HOUR, LEASE, NOON, Desk, article_of, given_back, left_out

A, B, C = (f"http://gazette.example/{x}" for x in "abc")
MOST = 5


def addresses(n: int, name: str = "gazette") -> list[str]:
    return [f"http://{name}.example/{i}" for i in range(n)]


def done(item, **more: object) -> Done:
    return Done(work_id=item.work_id, source_id=item.source_id, **more)


# ----------------------------------------------------------------------------------------------------- claiming


def test_a_batch_mixes_the_sources_and_takes_the_newest_first(desk: Desk) -> None:
    for age, name in enumerate(("gazette", "post", "wire")):
        for i, url in enumerate(addresses(4, name)):
            desk.listed(url, name=name, published=NOON - (10 * i + age) * HOUR)
    first, second = desk.claim(size=6, most=2)
    assert Counter(i.source_id for i in desk.items(first)) == {"gazette": 2, "post": 2, "wire": 2}
    assert {i.url.rpartition("/")[2] for i in desk.items(first)} == {"0", "1"}
    assert {i.url.rpartition("/")[2] for i in desk.items(second)} == {"2", "3"}


def test_what_is_not_due_yet_is_not_claimed(desk: Desk) -> None:
    desk.listed(A)
    (batch,) = desk.claim()
    (item,) = desk.items(batch)
    back = given_back(item, counts=True, not_before=NOON + HOUR)
    desk.ledger.work.settle(batch, "fetch", NOON, epoch=0, given_back=[back])
    assert desk.claim(now=NOON + HOUR / 2) == []
    (again,) = desk.claim(now=NOON + HOUR)
    assert [i.attempt for i in desk.items(again)] == [2]


def test_a_batch_knows_its_items_as_the_source_describes_them(desk: Desk) -> None:
    desk.listed(A, title="Listed", published_raw="noon")
    (batch,) = desk.claim()
    home = Source(id="gazette", name="The Gazette", homepage="http://gazette.example/", timezone="Europe/Oslo")
    (item,) = desk.ledger.work.items(batch.id, {"gazette": home})
    assert (item.source_name, item.source_timezone, item.listed_title) == ("The Gazette", "Europe/Oslo", "Listed")
    (unknown,) = desk.items(batch)
    assert (unknown.source_name, unknown.source_timezone) == ("gazette", "UTC")


def _claim_in_process(url: str, name: str, barrier, results) -> None:
    ledger = Ledger(url)
    ledger.runs.start(name, "cli", 1, NOON, {})
    barrier.wait()
    for _ in range(5):
        made = ledger.work.claim(name, 1, NOON, size=7, lease=LEASE, most=2)
        results.put([i.work_id for b in made for i in ledger.work.items(b, {})])
    ledger.close()


def test_several_processes_lease_nothing_twice(desk: Desk, migrated: str) -> None:
    for name in ("gazette", "post"):
        desk.listed(*addresses(60, name), name=name)
    desk.ledger.close()  # no open connection goes into the children
    fork = multiprocessing.get_context("fork")
    barrier, results = fork.Barrier(3), fork.Queue()
    workers = [
        fork.Process(target=_claim_in_process, args=(migrated, f"p{n}", barrier, results), daemon=True)
        for n in range(3)
    ]
    for worker in workers:
        worker.start()
    claimed = [work_id for _ in range(3 * 5) for work_id in results.get(timeout=60)]
    for worker in workers:
        worker.join()
    claimed += [i.work_id for b in desk.claim() for i in desk.items(b)]  # what they stood in each other's way for
    assert len(claimed) == len(set(claimed)) == 120


def test_several_threads_lease_nothing_twice(desk: Desk) -> None:
    desk.listed(*addresses(100))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: desk.ledger.work.claim("r1", 1, NOON, size=5, lease=LEASE, most=5), range(8)))
    made.append([b.id for b in desk.claim(size=5)])
    batches = desk.ledger.work.batches("r1")
    assert sorted(b for some in made for b in some) == sorted(b.id for b in batches)
    leased = [i.work_id for b in batches for i in desk.items(b)]
    assert len(leased) == len(set(leased)) == sum(b.size for b in batches) == 100


# ------------------------------------------------------------------------------------------------------ settling


def test_settling_twice_changes_nothing(desk: Desk) -> None:
    desk.listed(A, B)
    (batch,) = desk.claim()
    first, second = desk.items(batch)

    def settle(hours: int) -> list[list[dict]]:
        now = NOON + hours * HOUR
        desk.ledger.work.settle(batch, "fetch", now, epoch=0, done=[done(first)], left_out=[left_out(second)])
        desk.ledger.work.settle(batch, "index", now, epoch=0, done=[done(first)], close=True)
        return [desk.rows(t.select()) for t in (schema.work, schema.attempt, schema.batch)]

    assert settle(1) == settle(2)
    assert desk.ledger.work.states() == {"done": 1, "left_out": 1}
    assert desk.ledger.work.batch(batch.id).finished_at == NOON + HOUR


def test_a_batch_that_lost_its_lease_does_no_harm(desk: Desk) -> None:
    desk.listed(A, B, C)
    (lost,) = desk.claim()
    items = desk.items(lost)
    later = NOON + 2 * LEASE
    desk.ledger.work.reopen("r1", later, max_attempts=MOST)
    (holder,) = desk.claim(now=later)
    before = desk.rows(schema.work.select().order_by(schema.work.c.id))
    desk.ledger.work.settle(lost, "fetch", later, epoch=0, left_out=items[:1] and [left_out(items[0])])
    desk.ledger.work.settle(lost, "fetch", later, epoch=0, given_back=[given_back(items[1], counts=True)])
    desk.ledger.work.settle(lost, "index", later, epoch=0, done=[done(items[2])], close=True)
    assert desk.rows(schema.work.select().order_by(schema.work.c.id)) == before
    assert len(desk.items(holder)) == 3


def test_validators_are_kept_with_the_last_stage_and_used_at_a_later_visit(desk: Desk) -> None:
    desk.listed(A, updated=NOON)
    (batch,) = desk.claim()
    (item,) = desk.items(batch)
    fetched = done(item, etag='"1"', last_modified="yesterday")
    kept = schema.entry.select().with_only_columns(schema.entry.c.etag)
    desk.ledger.work.settle(batch, "fetch", NOON, epoch=0, done=[fetched])
    assert desk.rows(kept) == [{"etag": ""}]
    desk.ledger.articles.register([article_of(A, "text", work_id=item.work_id)], NOON, generation=1)
    desk.ledger.work.settle(batch, "index", NOON, epoch=0, done=[fetched], close=True)
    desk.ledger.work.settle(batch, "index", NOON, epoch=1, done=[done(item, etag='"2"')], close=True)  # closed already
    desk.listed(A, updated=NOON + HOUR, now=NOON + HOUR)
    (again,) = desk.claim(now=NOON + HOUR)
    assert [(i.revision, i.etag, i.last_modified) for i in desk.items(again)] == [(2, '"1"', "yesterday")]


@pytest.mark.parametrize(("counts", "next_attempt"), [(True, 2), (False, 1)])
def test_what_is_given_back_counts_as_an_attempt_only_where_it_says_so(desk: Desk, counts, next_attempt) -> None:
    desk.listed(A)
    (batch,) = desk.claim()
    back = given_back(desk.items(batch)[0], counts=counts)
    for _ in range(2):  # said twice, it counts once
        desk.ledger.work.settle(batch, "fetch", NOON, epoch=0, given_back=[back])
    (again,) = desk.claim()
    assert [i.attempt for i in desk.items(again)] == [next_attempt]


def test_what_was_left_out_or_waits_is_told(desk: Desk) -> None:
    desk.listed(A, B, C)
    (batch,) = desk.claim()
    by_url = {i.url: i for i in desk.items(batch)}
    waits = given_back(by_url[B], counts=True, not_before=NOON + HOUR)
    desk.ledger.work.settle(
        batch, "fetch", NOON, epoch=0, done=[done(by_url[C])], left_out=[left_out(by_url[A])], given_back=[waits]
    )
    told = {url: reason for reason, url, _ in desk.ledger.work.left_out()}
    assert told == {A: "not_found", B: "rate_limited"}


def test_each_stage_leaves_an_attempt_in_the_trace(desk: Desk) -> None:
    desk.listed(A)
    (batch,) = desk.claim()
    (item,) = desk.items(batch)
    warc = WarcPointer(file="2026/10/20/x.warc.gz", offset=7, length=9)
    desk.ledger.work.settle(batch, "fetch", NOON, epoch=0, done=[done(item, status=200, warc=warc)])
    desk.ledger.work.settle(batch, "fetch", NOON + HOUR, epoch=1, done=[done(item, status=200, warc=warc)])
    attempts = desk.work(A)[0]["attempts_made"]
    assert [(a["stage"], a["epoch"], a["outcome"], a["status"]) for a in attempts] == [
        ("fetch", 0, "done", 200),
        ("fetch", 1, "done", 200),
    ]
    assert attempts[0]["warc"] == {"file": "2026/10/20/x.warc.gz", "offset": 7, "length": 9}


# ------------------------------------------------------------------------------------------------ taking back


def test_a_lease_that_ran_out_is_taken_back_and_one_that_runs_is_not(desk: Desk) -> None:
    desk.listed(A)
    desk.claim()
    assert desk.ledger.work.reopen("r1", NOON + LEASE - timedelta(seconds=1), max_attempts=MOST) == (0, 0)
    assert desk.ledger.work.reopen("r1", NOON + LEASE, max_attempts=MOST) == (1, 0)
    assert desk.ledger.work.states() == {"pending": 1}


def test_what_a_finished_run_still_held_is_taken_back(desk: Desk) -> None:
    desk.listed(A)
    desk.claim()
    desk.ledger.runs.finish("r1", {}, NOON)
    desk.start("r2")
    assert desk.ledger.work.reopen("r2", NOON, max_attempts=MOST) == (1, 0)


def test_a_dag_has_one_run_at_a_time_so_its_former_one_is_over(desk: Desk) -> None:
    desk.listed(A)
    desk.claim()
    desk.start("other", "cli")
    assert desk.ledger.work.reopen("other", NOON, max_attempts=MOST) == (0, 0)
    desk.start("r2", "crawl")
    assert desk.ledger.work.reopen("r2", NOON, max_attempts=MOST) == (1, 0)


def _hold(url: str, ready, end) -> None:
    ledger = Ledger(url)
    with ledger.runs.alive("cli/1"):
        ledger.runs.start("cli/1", "cli", 1, NOON, {})
        ledger.work.claim("cli/1", 1, NOON, size=10, lease=LEASE, most=1)
        ready.set()
        end.wait(60)


def test_a_run_of_the_command_line_lives_as_long_as_its_process(desk: Desk, migrated: str) -> None:
    desk.listed(A, B)
    desk.ledger.close()
    fork = multiprocessing.get_context("fork")
    ready, end = fork.Event(), fork.Event()
    worker = fork.Process(target=_hold, args=(migrated, ready, end), daemon=True)
    worker.start()
    assert ready.wait(60)
    desk.start("cli/2", "cli")
    assert desk.ledger.work.reopen("cli/2", NOON, max_attempts=MOST) == (0, 0)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    for _ in range(100):  # the server notices the closed socket a moment later
        reopened, _exhausted = desk.ledger.work.reopen("cli/2", NOON, max_attempts=MOST)
        if reopened:
            break
        time.sleep(0.05)
    assert reopened == 2


def test_an_interrupted_run_gives_all_back_at_once(desk: Desk) -> None:
    desk.listed(A, B)
    (batch,) = desk.claim()
    item, _ = desk.items(batch)
    desk.ledger.work.settle(batch, "fetch", NOON, epoch=0, left_out=[left_out(item)])
    assert desk.ledger.work.release("r1", NOON) == 1
    assert desk.ledger.work.states() == {"left_out": 1, "pending": 1}


@pytest.mark.parametrize("gently", [True, False], ids=["given back by its run", "lease ran out"])
def test_what_never_comes_to_an_end_is_exhausted(desk: Desk, gently: bool) -> None:
    desk.listed(A)
    now = NOON
    for attempt in range(1, MOST + 1):
        (batch,) = desk.claim(now=now)
        assert [i.attempt for i in desk.items(batch)] == [attempt]
        if gently:
            desk.ledger.work.release("r1", now)
        now += LEASE
        reopened, exhausted = desk.ledger.work.reopen("r1", now, max_attempts=MOST)
        assert exhausted == (attempt == MOST)
        assert gently or reopened == (attempt < MOST)
    assert desk.claim(now=now) == []
    (work,) = desk.work(A)
    assert (work["state"], work["reason"]) == ("left_out", Reason.EXHAUSTED)
    assert "taken up 5 times" in work["detail"]


# ------------------------------------------------------------------------------------------------ queues, backfills


def test_a_queue_is_claimed_by_those_who_name_it(desk: Desk) -> None:
    desk.listed(A, B)
    with desk.ledger.engine.begin() as c:
        c.execute(schema.work.update().values(queue="reconcile/2026-10-20"))
    assert desk.claim() == []
    made = desk.ledger.work.claim("r1", 1, NOON, size=9, lease=LEASE, most=9, queue="reconcile/2026-10-20")
    assert len(made) == 1


def test_a_batch_holds_one_generation(desk: Desk) -> None:
    desk.listed(A, B, C)
    with desk.ledger.engine.begin() as c:
        again = [Todo(entry_id=url_id(u), revision=1, generation=7, first_stage="index") for u in (A, B)]
        assert add_work(c, again, NOON) == 2
        assert add_work(c, again, NOON) == 0  # open already
    batches = desk.claim()
    assert sorted((b.generation, b.size) for b in batches) == [(1, 3), (7, 2)]
    stages = {b.generation: {i.first_stage for i in desk.items(b)} for b in batches}
    assert stages == {1: {"fetch"}, 7: {"index"}}


def test_a_closed_item_is_opened_again_with_what_is_stored(desk: Desk) -> None:
    desk.listed(A)
    (batch,) = desk.claim()
    (item,) = desk.items(batch)
    desk.ledger.work.settle(batch, "fetch", NOON, epoch=0, left_out=[left_out(item)])
    pointer = WarcPointer(file="2026/10/20/x.warc.gz", offset=7, length=9)
    todo = Todo(entry_id=item.entry_id, revision=1, generation=1, first_stage="extract", stored=(pointer,))
    with desk.ledger.engine.begin() as c:
        assert add_work(c, [todo], NOON, queue="q") == 1
    (name,) = desk.ledger.work.claim("r1", 1, NOON, size=9, lease=LEASE, most=9, queue="q")
    (again,) = desk.ledger.work.items(name, {})
    assert (again.work_id, again.first_stage, again.stored, again.attempt) == (item.work_id, "extract", (pointer,), 1)


def test_fresh_items_come_first_in_a_batch(desk: Desk) -> None:
    for age, url in enumerate((C, A, B)):
        desk.listed(url, published=NOON - age * HOUR)
    (batch,) = desk.claim()
    assert [i.url for i in desk.items(batch)] == [C, A, B]


def test_what_a_backfill_leaves_pending_goes_to_the_crawl(desk: Desk) -> None:
    ledger, queue = desk.ledger, "reconcile/2026-10-20"
    for name in ("reconcile/a", "reconcile/b"):
        ledger.runs.start(name, "reconcile", 1, NOON, {"queue": queue})
    desk.listed(A, B)
    with ledger.engine.begin() as c:
        c.execute(schema.work.update().values(queue=queue))
    (made,) = ledger.work.claim("reconcile/a", 1, NOON, size=1, lease=LEASE, most=1, queue=queue)
    batch = ledger.work.batch(made)
    (item,) = desk.items(batch)
    ledger.work.settle(batch, "fetch", NOON, epoch=0, given_back=[given_back(item, counts=True)])
    assert ledger.work.hand_over(queue, "reconcile/a") == 1  # the other run takes what it has not touched
    ledger.runs.finish("reconcile/a", {}, NOON)
    assert ledger.work.hand_over(queue, "reconcile/b") == 1
    assert len(desk.claim()) == 1


def test_a_backfill_is_not_dead_because_another_one_asks(desk: Desk) -> None:
    ledger = desk.ledger
    for name in ("reconcile/a", "reconcile/b"):
        ledger.runs.start(name, "reconcile", 1, NOON, {"queue": name})
    desk.listed(A)
    desk.claim("reconcile/a")
    assert ledger.work.reopen("reconcile/b", NOON, max_attempts=5) == (0, 0)
    assert ledger.work.reopen("r1", NOON, max_attempts=5) == (0, 0)
    assert ledger.work.reopen("reconcile/b", NOON + LEASE, max_attempts=5) == (1, 0)


def test_the_queue_of_a_backfill_that_never_reported_is_the_crawls_after_a_lease(desk: Desk) -> None:
    desk.listed(A)
    with desk.ledger.engine.begin() as c:
        c.execute(schema.work.update().values(queue="reconcile/2026-10-20"))
    desk.ledger.work.reopen("r1", NOON + LEASE / 2, max_attempts=5)
    assert desk.claim(now=NOON + LEASE) == []
    desk.ledger.work.reopen("r1", NOON + LEASE, max_attempts=5)
    assert len(desk.claim(now=NOON + LEASE)) == 1
