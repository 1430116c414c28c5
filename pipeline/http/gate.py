"""The host gate: no host is asked more often than is polite, whoever asks.

Every request passes it: feeds, robots.txt, pages, redirect targets. The gate of one process is here; the one
that all workers share lives in the ledger. Both decide as :mod:`pipeline.pacing` says.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pipeline import pacing
from pipeline.errors import HostBusy
from pipeline.pacing import Pace, Seen
from pipeline.settings import Settings

log = logging.getLogger(__name__)

__all__ = ["HostBusy", "HostGate", "LocalGate", "Seen", "utc_now"]

_NEW = Pace()


def utc_now() -> datetime:
    """The clock of everything that is not a test."""
    return datetime.now(UTC)


class HostGate(Protocol):
    """Gives turns at hosts."""

    async def turn(self, host: str, interval_s: float) -> datetime:
        """Take the host's next free turn and return its time (now, or a little later).

        Args:
            host: ``host`` or ``host:port``, as :func:`pipeline.identity.host_of` writes it.
            interval_s: seconds that must pass at least between this turn and the next; the host's own pace may
                make it more. 0 switches politeness off.

        Raises:
            HostBusy: the next turn is more than ``host_wait_s`` away; none was taken.
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

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        self._wait = timedelta(seconds=settings.host_wait_s)
        self._clock = clock
        self._known: dict[str, Pace] = {}

    async def turn(self, host: str, interval_s: float) -> datetime:
        """See :meth:`HostGate.turn`."""
        now = self._clock()
        slot, taken = pacing.turn(self._known.get(host, _NEW), now, interval_s)
        if slot - now > self._wait:
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
