"""The host gate: no host is asked more often than is polite, whoever asks.

Every request passes it: feeds, robots.txt, pages, redirect targets. The gate of one process is here; the one
that all workers share lives in the ledger.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pipeline.errors import HostBusy
from pipeline.settings import Settings

log = logging.getLogger(__name__)

__all__ = ["HostBusy", "HostGate", "LocalGate", "utc_now"]


def utc_now() -> datetime:
    """The clock of everything that is not a test."""
    return datetime.now(UTC)


class HostGate(Protocol):
    """Gives turns at hosts."""

    async def turn(self, host: str, interval_s: float) -> datetime:
        """Take the host's next free turn and return its time (now, or a little later).

        Args:
            host: ``host`` or ``host:port``, as :func:`pipeline.identity.host_of` writes it.
            interval_s: seconds that must pass between this turn and the next.

        Raises:
            HostBusy: the next turn is more than ``host_wait_s`` away; none was taken.
        """
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

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self._wait = timedelta(seconds=settings.host_wait_s)
        self._clock = clock
        self._next: dict[str, datetime] = {}

    async def turn(self, host: str, interval_s: float) -> datetime:
        """See :meth:`HostGate.turn`."""
        now = self._clock()
        slot = max(now, self._next.get(host, now))
        if slot - now > self._wait:
            raise HostBusy(host, slot)
        self._next[host] = slot + timedelta(seconds=interval_s)
        return slot

    async def hold(self, host: str, until: datetime, why: str) -> None:
        """See :meth:`HostGate.hold`."""
        self._next[host] = max(until, self._next.get(host, until))
        log.info("host is left alone", extra={"host": host, "until": until.isoformat(), "why": why})
