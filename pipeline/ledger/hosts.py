"""Hosts: when each may be asked again, and its robots.txt. Kept here, politeness holds over all workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert

from pipeline.errors import HostBusy
from pipeline.ledger import schema as s
from pipeline.records import StoredRobots


def utc_now() -> datetime:
    """The clock of everything that is not a test."""
    return datetime.now(UTC)


class HostGate:
    """One request to a host at a time, so far apart as its interval says, over all processes.

    Implements the protocol of ``pipeline.http.gate.HostGate``.
    """

    def __init__(self, engine: Engine, *, wait_s: float, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._wait = timedelta(seconds=wait_s)
        self._clock = clock

    def take(self, host: str, interval_s: float) -> datetime:
        """Take the host's next free turn and return its time.

        Raises:
            HostBusy: the next turn is further away than ``wait_s``; none was taken.
        """
        now = self._clock()
        h = s.host.c
        with self._engine.begin() as c:
            c.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:host, 2))"), {"host": host})
            row = c.execute(select(h.next_request_at, h.hold_until).where(h.host == host)).first()
            slot: datetime = max([now, *(t for t in (row or ()) if t is not None)])
            if slot - now > self._wait:
                raise HostBusy(host, slot)
            following = slot + timedelta(seconds=interval_s)
            c.execute(
                insert(s.host)
                .values(host=host, next_request_at=following)
                .on_conflict_do_update(index_elements=["host"], set_={"next_request_at": following})
            )
            return slot

    def hold_now(self, host: str, until: datetime, why: str) -> None:
        """Send nothing to a host until a time; a longer hold that stands is kept."""
        new = insert(s.host).values(host=host, hold_until=until, hold_why=why)
        with self._engine.begin() as c:
            c.execute(
                new.on_conflict_do_update(
                    index_elements=["host"],
                    set_={
                        "hold_until": func.greatest(s.host.c.hold_until, new.excluded.hold_until),
                        "hold_why": new.excluded.hold_why,
                    },
                )
            )

    async def turn(self, host: str, interval_s: float) -> datetime:
        """As :meth:`take`, off the event loop."""
        return await asyncio.to_thread(self.take, host, interval_s)

    async def hold(self, host: str, until: datetime, why: str) -> None:
        """As :meth:`hold_now`, off the event loop."""
        await asyncio.to_thread(self.hold_now, host, until, why)


class Robots:
    """The robots.txt of each host, as last fetched. Implements ``pipeline.http.robots.RobotsStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get(self, host: str) -> StoredRobots | None:
        """Return what is stored for a host, fresh or stale."""
        return await asyncio.to_thread(self._get, host)

    async def put(self, robots: StoredRobots) -> None:
        """Store a host's robots.txt."""
        await asyncio.to_thread(self._put, robots)

    def _get(self, host: str) -> StoredRobots | None:
        with self._engine.connect() as c:
            row = c.execute(select(s.robots).where(s.robots.c.host == host)).mappings().first()
        return StoredRobots(**row) if row else None

    def _put(self, robots: StoredRobots) -> None:
        values = {
            "fetched_at": robots.fetched_at,
            "status": robots.status,
            "body": robots.body,
            "expires_at": robots.expires_at,
        }
        with self._engine.begin() as c:
            c.execute(
                insert(s.robots)
                .values(host=robots.host, **values)
                .on_conflict_do_update(index_elements=["host"], set_=values)
            )
