"""The host gate: no host is asked more often than is polite, whoever asks.

Every request passes it: feeds, robots.txt, pages, redirect targets. The gate of one process is here; the one
that all workers share lives in the ledger. Both decide as :mod:`pipeline.pacing` says.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Protocol

from pipeline import pacing
from pipeline.clock import Clock, utc_now
from pipeline.errors import HostBusy
from pipeline.pacing import Pace, Seen
from pipeline.settings import Settings

log = logging.getLogger(__name__)

__all__ = ["HostBusy", "HostGate", "LocalGate", "Seen"]

_NEW = Pace()


class HostGate(Protocol):
    """Gives turns at hosts."""

    async def turn(self, host: str, interval_s: float, *, by: datetime | None = None) -> datetime:
        """Take the host's next free turn and return its time (now, or a little later).

        Args:
            host: ``host`` or ``host:port``, as :func:`pipeline.identity.host_of` writes it.
            interval_s: seconds that must pass at least between this turn and the next; the host's own pace may
                make it more. 0 switches politeness off.
            by: no turn after this is waited for.

        Raises:
            HostBusy: the next turn is not worth waiting for (``pacing.worth_waiting``); none was taken.
        """
        ...

    async def seen(self, host: str, seen: Seen, interval_s: float) -> None:
        """Learn from what became of a request (see :mod:`pipeline.pacing`)."""
        ...

    async def hold(self, host: str, until: datetime, why: str) -> None:
        """Give no turn at this host before a time (it asked for that). Never shortens an earlier hold."""
        ...


class LocalGate:
    """The gate of one process, in memory.

    Args:
        settings: for ``host_wait_s``.
        clock: tells the time.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self._wait_s = settings.host_wait_s
        self._clock = clock
        self._known: dict[str, Pace] = {}

    async def turn(self, host: str, interval_s: float, *, by: datetime | None = None) -> datetime:
        """See :meth:`HostGate.turn`."""
        now = self._clock()
        known = self._known.get(host, _NEW)
        slot, taken = pacing.turn(known, now, interval_s)
        if not pacing.worth_waiting(known, slot, now, interval_s, self._wait_s, by):
            raise HostBusy(host, slot)
        self._known[host] = taken
        return slot

    async def seen(self, host: str, seen: Seen, interval_s: float) -> None:
        """See :meth:`HostGate.seen`."""
        before = self._known.get(host, _NEW)
        self._known[host] = then = pacing.after(before, seen)
        tell(host, before, then)

    async def hold(self, host: str, until: datetime, why: str) -> None:
        """See :meth:`HostGate.hold`."""
        before = self._known.get(host, _NEW)
        self._known[host] = then = pacing.held(before, until, why)
        tell(host, before, then)


def tell(host: str, before: Pace, then: Pace) -> None:
    """Log that a host is left alone, where that is new."""
    if then.hold_until is not None and then.hold_until != before.hold_until:
        log.info(
            "host is left alone",
            extra={"host": host, "until": then.hold_until.isoformat(), "why": then.hold_why, "pace_s": then.pace_s},
        )
