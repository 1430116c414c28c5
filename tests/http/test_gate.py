import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.http.gate import HostBusy, LocalGate
from tests.loopback import NOON, open_settings


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_turns_are_an_interval_apart_and_hosts_do_not_wait_for_each_other() -> None:
    gate = LocalGate(open_settings(host_wait_s=20), Clock())

    async def ask() -> list[datetime]:
        return [await gate.turn(host, 5) for host in ("a", "a", "b", "a")]

    wait = timedelta(seconds=5)
    assert asyncio.run(ask()) == [NOON, NOON + wait, NOON, NOON + 2 * wait]


def test_a_turn_too_far_away_is_not_taken() -> None:
    clock = Clock()
    gate = LocalGate(open_settings(host_wait_s=21), clock)

    async def ask() -> None:
        for _ in range(5):
            await gate.turn("a", 5)
        for _ in range(2):
            with pytest.raises(HostBusy) as caught:
                await gate.turn("a", 5)
            assert caught.value.not_before == NOON + timedelta(seconds=25)
        clock.now += timedelta(seconds=10)
        with pytest.raises(HostBusy):
            await gate.turn("a", 5, by=NOON + timedelta(seconds=24))
        assert await gate.turn("a", 5, by=NOON + timedelta(seconds=25)) == NOON + timedelta(seconds=25)

    asyncio.run(ask())


def test_a_hold_is_kept_and_never_shortened() -> None:
    clock = Clock()
    gate = LocalGate(open_settings(host_wait_s=1), clock)

    async def ask() -> None:
        await gate.hold("a", NOON + timedelta(hours=1), "HTTP 429")
        await gate.hold("a", NOON + timedelta(minutes=1), "HTTP 429")
        with pytest.raises(HostBusy) as caught:
            await gate.turn("a", 5)
        assert caught.value.not_before == NOON + timedelta(hours=1)
        assert await gate.turn("b", 5) == NOON

    asyncio.run(ask())


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 30), st.floats(0, 20)), max_size=30))
def test_no_two_turns_at_a_host_are_closer_than_asked(steps: list[tuple[str, float, float]]) -> None:
    clock = Clock()
    gate = LocalGate(open_settings(host_wait_s=20), clock)
    free_at: dict[str, datetime] = {}
    too_far: list[timedelta] = []

    async def ask() -> None:
        for host, pause_s, interval_s in steps:
            clock.now += timedelta(seconds=pause_s)
            try:
                slot = await gate.turn(host, interval_s)
            except HostBusy as busy:
                too_far.append(busy.not_before - clock.now)
                continue
            assert clock.now <= slot <= clock.now + timedelta(seconds=max(20, 4 * interval_s))
            assert slot >= free_at.get(host, slot)
            free_at[host] = slot + timedelta(seconds=interval_s)

    asyncio.run(ask())
    assert all(wait > timedelta(seconds=20) for wait in too_far)
