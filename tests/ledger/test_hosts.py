import asyncio
import itertools
import multiprocessing
import time
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from msgspec.structs import replace
from sqlalchemy import event

from pipeline.errors import HostBusy
from pipeline.fetch.pages import fetch_pages
from pipeline.ledger import Ledger
from pipeline.ledger.hosts import HostGate
from pipeline.pacing import Seen
from pipeline.records import GivenBack, LeftOut, Page, Reason, StoredRobots, WorkItem
from tests.ledger.desk import HOUR, NOON
from tests.loopback import client_for, open_settings, site

SECOND = timedelta(seconds=1)


@pytest.fixture
def gate(ledger: Ledger) -> HostGate:
    """A gate whose clock stands at noon, and who waits ten seconds."""
    return HostGate(ledger.engine, wait_s=10, clock=lambda: NOON)


def test_turns_of_a_host_lie_its_interval_apart_and_hosts_do_not_mind_each_other(gate: HostGate) -> None:
    assert [gate.take("a.example", 4) for _ in range(3)] == [NOON, NOON + 4 * SECOND, NOON + 8 * SECOND]
    assert gate.take("b.example", 4) == NOON


def test_a_turn_too_far_away_is_refused_and_not_taken(gate: HostGate) -> None:
    for _ in range(6):
        gate.take("a.example", 2)
    for _ in range(2):
        with pytest.raises(HostBusy) as busy:
            gate.take("a.example", 2)
        assert busy.value.not_before == NOON + 12 * SECOND
    gate._clock = lambda: NOON + 3 * SECOND
    with pytest.raises(HostBusy):
        gate.take("a.example", 2, by=NOON + 11 * SECOND)
    assert gate.take("a.example", 2, by=NOON + 12 * SECOND) == NOON + 12 * SECOND


def test_a_host_on_hold_is_left_alone_and_a_shorter_hold_does_not_shorten_it(gate: HostGate) -> None:
    gate.hold_now("a.example", NOON + HOUR, "429")
    gate.hold_now("a.example", NOON + SECOND, "503")
    with pytest.raises(HostBusy) as busy:
        gate.take("a.example", 1)
    assert busy.value.not_before == NOON + HOUR
    gate._clock = lambda: NOON + HOUR
    assert gate.take("a.example", 1) == NOON + HOUR


def test_a_hold_ends_turns_given_out_before_it(gate: HostGate) -> None:
    assert gate.take("a.example", 1) == NOON
    gate.hold_now("a.example", NOON + 5 * SECOND, "429")
    assert gate.take("a.example", 1) == NOON + 5 * SECOND
    assert gate.take("a.example", 1) == NOON + 6 * SECOND


INTERVAL_S, TURNS = 0.05, 12


def _ask(url: str, barrier, times) -> None:
    ledger = Ledger(url, host_wait_s=60)
    barrier.wait()
    for _ in range(TURNS):
        at = ledger.gate.take("a.example", INTERVAL_S)
        time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))
        times.put((at, datetime.now(UTC)))
    ledger.close()


def test_the_rate_holds_over_several_processes(ledger: Ledger, migrated: str) -> None:
    ledger.close()
    fork = multiprocessing.get_context("fork")
    barrier, times = fork.Barrier(3), fork.Queue()
    workers = [fork.Process(target=_ask, args=(migrated, barrier, times), daemon=True) for _ in range(3)]
    for worker in workers:
        worker.start()
    turns = sorted(times.get(timeout=60) for _ in range(3 * TURNS))
    for worker in workers:
        worker.join()
    gaps = [b[0] - a[0] for a, b in itertools.pairwise(turns)]
    assert min(gaps) >= timedelta(seconds=INTERVAL_S)
    assert all(asked >= at for at, asked in turns)


def test_what_is_learnt_of_a_host_is_known_to_all_workers(ledger: Ledger) -> None:
    here, there = (HostGate(ledger.engine, wait_s=10, clock=lambda: NOON) for _ in range(2))
    here.take("a.example", 1)
    for n in range(5):  # one burst
        asked_at = NOON + n * SECOND / 10
        here.seen_now("a.example", Seen(asked_at=asked_at, at=NOON + SECOND, elapsed_s=1, status=429), 1)
    with pytest.raises(HostBusy) as busy:
        there.take("a.example", 1)
    assert busy.value.not_before == NOON + 61 * SECOND
    later = busy.value.not_before
    there._clock = lambda: later
    slot = there.take("a.example", 1)
    assert there.take("a.example", 1) == slot + 30 * SECOND  # slowed down: half a minute between two turns


def test_slow_answers_add_up_before_they_are_worth_a_transaction(ledger: Ledger) -> None:
    gate = HostGate(ledger.engine, wait_s=1000, clock=lambda: NOON)
    turns = []
    for n in range(12):
        turns.append(gate.take("a.example", 5))
        asked_at = NOON + n * 60 * SECOND
        gate.seen_now("a.example", Seen(asked_at=asked_at, at=asked_at, elapsed_s=9, status=200), 5)
    gaps = [later - earlier for earlier, later in itertools.pairwise(turns)]
    assert gaps[0] == 5 * SECOND
    assert 8 * SECOND < gaps[-1] <= 9 * SECOND
    other = HostGate(ledger.engine, wait_s=1000, clock=lambda: NOON)
    assert other.take("a.example", 5) + 8 * SECOND < other.take("a.example", 5)


def test_quick_answers_cost_no_transaction(ledger: Ledger) -> None:
    gate = HostGate(ledger.engine, wait_s=10, clock=lambda: NOON)
    gate.take("a.example", 5)
    ledger.engine.dispose()
    statements: list[str] = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for n in range(20):
        asked_at = NOON + n * 5 * SECOND
        gate.seen_now("a.example", Seen(asked_at=asked_at, at=asked_at, elapsed_s=0.4, status=200), 5)
    assert statements == []


class Recording(HostGate):
    """Remembers the turns it gave."""

    turns: list[tuple[str, datetime]]

    async def turn(self, host: str, interval_s: float, *, by: datetime | None = None) -> datetime:
        slot = await super().turn(host, interval_s, by=by)
        self.turns.append((host, slot))
        return slot


HOSTS, WORKERS, PAGES, PACE_S = ("one", "two", "three"), 4, 4, 0.15


def _crawl(url: str, port: int, barrier, turns) -> None:
    ledger = Ledger(url)
    gate = Recording(ledger.engine, wait_s=60)
    gate.turns = []
    settings = open_settings(host_interval_s=PACE_S, host_wait_s=60, request_timeout_s=30)

    async def go() -> None:
        async with client_for(settings, gate=gate, robots=ledger.robots) as client:
            addresses = [f"http://{host}.localhost:{port}/{n}" for host in HOSTS for n in range(PAGES)]
            addresses.append(f"http://one.localhost:{port}/to-two")  # a redirect's target waits for its own host
            await asyncio.gather(*(client.get(a, accept="*/*", max_bytes=10_000) for a in addresses))

    barrier.wait()
    asyncio.run(go())
    turns.put(gate.turns)
    ledger.close()


def test_four_processes_share_each_hosts_pace_and_work_on_all_hosts_at_once(ledger: Ledger, migrated: str) -> None:
    arrived: list[tuple[str, datetime]] = []

    async def page(request: web.Request) -> web.Response:
        arrived.append((request.host, datetime.now(UTC)))
        if request.path == "/to-two":
            raise web.HTTPFound(f"http://two.localhost:{request.url.port}/target")
        return web.Response(text="<p>page</p>")

    ledger.close()
    fork = multiprocessing.get_context("fork")
    barrier, turns = fork.Barrier(WORKERS), fork.Queue()

    async def serve() -> list[tuple[str, datetime]]:
        pages = {f"/{name}": page for name in (*map(str, range(PAGES)), "to-two", "target")}
        pages |= {"/.well-known/tdmrep.json": page}
        async with site(pages, robots=page) as web_:
            workers = [
                fork.Process(target=_crawl, args=(migrated, web_.port, barrier, turns), daemon=True)
                for _ in range(WORKERS)
            ]
            for worker in workers:
                worker.start()
            given = [await asyncio.to_thread(turns.get, timeout=90) for _ in workers]
            for worker in workers:
                await asyncio.to_thread(worker.join)
            return [turn for some in given for turn in some]

    given = asyncio.run(serve())
    for host in HOSTS:
        slots = sorted(at for name, at in given if name.startswith(f"{host}."))
        came = sorted(at for name, at in arrived if name.startswith(f"{host}."))
        assert len(came) == len(slots) >= WORKERS * PAGES  # nothing is asked without a turn
        assert all(later - earlier >= PACE_S * SECOND for earlier, later in itertools.pairwise(slots))
        assert all(at >= slot for slot, at in zip(slots, came, strict=True))
    spans = [
        (min(slots), max(slots))
        for host in HOSTS
        if (slots := [at for name, at in given if name.startswith(f"{host}.")])
    ]
    together = min(end for _, end in spans) - max(begin for begin, _ in spans)
    assert together > PACE_S * SECOND * WORKERS * PAGES / 2  # the hosts' turns lie side by side


def test_a_host_that_says_429_for_an_hour_is_hardly_asked_and_costs_no_item_its_attempts(ledger: Ledger) -> None:
    asked: list[datetime] = []
    now = NOON

    def clock() -> datetime:
        return now

    async def busy(_: web.Request) -> web.Response:
        asked.append(now)
        return web.Response(status=429)

    async def go() -> list[GivenBack]:
        nonlocal now
        settings = open_settings(host_interval_s=5, host_wait_s=0)
        gate = HostGate(ledger.engine, wait_s=0, clock=clock)
        back: list[GivenBack] = []
        async with (
            site({f"/{n}": busy for n in range(8)}, robots=b"") as web_,
            client_for(settings, gate=gate, clock=clock) as client,
        ):
            items = [item_for(web_.url(f"/{n}"), n) for n in range(8)]
            while now < NOON + HOUR:
                deadline = now + timedelta(minutes=8)
                some = await fetch_pages(items, client, never_kept, deadline=deadline, clock=clock, settings=settings)
                back += [outcome for outcome in some if isinstance(outcome, GivenBack)]
                assert len(back) % len(items) == 0  # none is lost
                now += timedelta(minutes=1)
        return back

    back = asyncio.run(go())
    assert 5 <= len(asked) <= 12  # 60 s, then twice as long with each, ten minutes at most
    gaps = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert gaps == sorted(gaps)
    assert timedelta(minutes=1) <= gaps[0] <= timedelta(minutes=2) < gaps[-1] <= timedelta(minutes=11)
    assert {outcome.reason for outcome in back} == {Reason.RATE_LIMITED}
    assert sum(outcome.counts for outcome in back) <= len(asked)


def item_for(url: str, number: int) -> WorkItem:
    return WorkItem(work_id=number, entry_id=f"{number:032x}", url=url, canon_url=url, source_id="s")


def never_kept(exchange: object, outcome: Page | LeftOut) -> Page | LeftOut:
    raise AssertionError("nothing came back that could be kept")


def test_robots_are_kept_and_replaced(ledger: Ledger) -> None:
    async def use() -> None:
        assert await ledger.robots.get("a.example") is None
        for status, body in ((200, b"User-agent: *\nDisallow: /\xff"), (0, b"")):
            robots = StoredRobots(host="a.example", fetched_at=NOON, expires_at=NOON + HOUR, status=status, body=body)
            robots = replace(robots, tdmrep=body[:4])
            await ledger.robots.put(robots)
            assert await ledger.robots.get("a.example") == robots

    asyncio.run(use())
