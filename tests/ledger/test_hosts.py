import asyncio
import itertools
import multiprocessing
import time
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import HostBusy
from pipeline.ledger import Ledger
from pipeline.ledger.hosts import HostGate
from pipeline.records import StoredRobots
from tests.ledger.desk import HOUR, NOON

SECOND = timedelta(seconds=1)


@pytest.fixture
def gate(ledger: Ledger) -> HostGate:
    """A gate whose clock stands at noon, and who waits ten seconds."""
    return HostGate(ledger.engine, wait_s=10, clock=lambda: NOON)


def test_turns_of_a_host_lie_its_interval_apart_and_hosts_do_not_mind_each_other(gate: HostGate) -> None:
    assert [gate.take("a.example", 4) for _ in range(3)] == [NOON, NOON + 4 * SECOND, NOON + 8 * SECOND]
    assert gate.take("b.example", 4) == NOON


def test_a_turn_too_far_away_is_refused_and_not_taken(gate: HostGate) -> None:
    for _ in range(3):
        gate.take("a.example", 4)
    for _ in range(2):
        with pytest.raises(HostBusy) as busy:
            gate.take("a.example", 4)
        assert busy.value.not_before == NOON + 12 * SECOND
    gate._clock = lambda: NOON + 12 * SECOND
    assert gate.take("a.example", 4) == NOON + 12 * SECOND


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


def test_robots_are_kept_and_replaced(ledger: Ledger) -> None:
    async def use() -> None:
        assert await ledger.robots.get("a.example") is None
        for status, body in ((200, b"User-agent: *\nDisallow: /\xff"), (0, b"")):
            robots = StoredRobots(host="a.example", fetched_at=NOON, expires_at=NOON + HOUR, status=status, body=body)
            await ledger.robots.put(robots)
            assert await ledger.robots.get("a.example") == robots

    asyncio.run(use())
