"""Hosts: when each may be asked again, and its robots.txt. Kept here, politeness holds over all workers."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.dialects.postgresql import insert

from pipeline import pacing
from pipeline.clock import Clock, utc_now
from pipeline.errors import HostBusy
from pipeline.ledger import schema as s
from pipeline.pacing import Pace, Seen
from pipeline.records import StoredRobots

log = logging.getLogger(__name__)

#: Column of each thing that is remembered of a host.
_COLUMNS = {
    "next_at": "next_request_at",
    "hold_until": "hold_until",
    "hold_why": "hold_why",
    "pace_s": "pace_s",
    "slowed_at": "slowed_at",
    "failures": "failures",
    "failed_at": "failed_at",
}


class HostGate:
    """One request to a host at a time, so far apart as its interval says, over all processes.

    Implements the protocol of ``pipeline.http.gate.HostGate``.
    """

    def __init__(self, engine: Engine, *, wait_s: float, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._wait_s = wait_s
        self._clock = clock
        self._last: dict[str, Pace] = {}  # each host as the ledger had it when this process last looked
        self._smoothed: dict[str, float] = {}  # its pace with the answers that were not worth a transaction

    def take(self, host: str, interval_s: float, *, by: datetime | None = None) -> datetime:
        """Take the host's next free turn and return its time.

        Raises:
            HostBusy: the next turn is not worth waiting for; none was taken.
        """
        now = self._clock()
        with self._engine.begin() as c:
            known = _locked(c, host)
            own = self._with_own(host, known, interval_s)
            slot, taken = pacing.turn(own, now, interval_s)
            if not pacing.worth_waiting(own, slot, now, interval_s, self._wait_s, by):
                raise HostBusy(host, slot)
            _write(c, host, known, replace(taken, pace_s=known.pace_s))
        self._last[host], self._smoothed[host] = known, taken.pace_s
        return slot

    def seen_now(self, host: str, seen: Seen, interval_s: float) -> None:
        """Learn from what became of a request.

        Most answers change nothing that would be noticed (the host's pace stays below the interval): these cost no
        transaction, and are smoothed into what this process knows.
        """
        if not self._is_news(host, seen, interval_s):
            return
        with self._engine.begin() as c:
            known = _locked(c, host)
            then = pacing.after(self._with_own(host, known, interval_s), seen)
            _write(c, host, known, then)
        self._last[host], self._smoothed[host] = then, then.pace_s
        _tell(host, known, then)

    def _with_own(self, host: str, known: Pace, interval_s: float) -> Pace:
        """A host as the ledger has it, with the pace that was smoothed here, where the two are much the same."""
        pace_s = self._smoothed.get(host, known.pace_s)
        return known if pacing.differ(known.pace_s, pace_s, interval_s) else replace(known, pace_s=pace_s)

    def _is_news(self, host: str, seen: Seen, interval_s: float) -> bool:
        known = self._last.get(host, Pace())
        then = pacing.after(self._with_own(host, known, interval_s), seen)
        if pacing.matters(known, then, interval_s):
            return True
        self._smoothed[host] = then.pace_s
        return False

    def hold_now(self, host: str, until: datetime, why: str) -> None:
        """Send nothing to a host until a time; a longer hold that stands is kept."""
        with self._engine.begin() as c:
            known = _locked(c, host)
            then = pacing.held(known, until, why)
            _write(c, host, known, then)
        _tell(host, known, then)

    async def turn(self, host: str, interval_s: float, *, by: datetime | None = None) -> datetime:
        """As :meth:`take`, off the event loop."""
        return await asyncio.to_thread(self.take, host, interval_s, by=by)

    async def seen(self, host: str, seen: Seen, interval_s: float) -> None:
        """As :meth:`seen_now`, off the event loop where it asks the database."""
        if self._is_news(host, seen, interval_s):
            await asyncio.to_thread(self.seen_now, host, seen, interval_s)

    async def hold(self, host: str, until: datetime, why: str) -> None:
        """As :meth:`hold_now`, off the event loop."""
        await asyncio.to_thread(self.hold_now, host, until, why)


def _locked(c: Connection, host: str) -> Pace:
    """What is known of a host; until the transaction ends nobody else changes it."""
    c.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:host, 2))"), {"host": host})
    h = s.host.c
    found = c.execute(select(*(h[column] for column in _COLUMNS.values())).where(h.host == host)).first()
    return Pace(**dict(zip(_COLUMNS, found, strict=True))) if found else Pace()


def _write(c: Connection, host: str, known: Pace, then: Pace) -> None:
    changed = {
        column: getattr(then, field)
        for field, column in _COLUMNS.items()
        if getattr(then, field) != getattr(known, field)
    }
    if changed:
        c.execute(
            insert(s.host).values(host=host, **changed).on_conflict_do_update(index_elements=["host"], set_=changed)
        )


def _tell(host: str, before: Pace, then: Pace) -> None:
    if then.hold_until is not None and then.hold_until != before.hold_until:
        until = then.hold_until.isoformat()
        log.info(
            "host is left alone", extra={"host": host, "until": until, "why": then.hold_why, "pace_s": then.pace_s}
        )


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
            "tdmrep": robots.tdmrep,
        }
        with self._engine.begin() as c:
            c.execute(
                insert(s.robots)
                .values(host=robots.host, **values)
                .on_conflict_do_update(index_elements=["host"], set_=values)
            )
