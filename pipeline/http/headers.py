"""Header fields read: when to come back, how long an answer is good for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = timedelta(hours=48)
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?([0-9]{1,10})", re.IGNORECASE)


def retry_after(value: str, now: datetime) -> datetime | None:
    """Read ``Retry-After`` in both of its forms (seconds, or an HTTP date).

    Returns:
        When to come back: not before now, at most 48 hours ahead. ``None`` where the field says nothing.
    """
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,10}", value):
        wait = timedelta(seconds=int(value))
    else:
        date = http_date(value)
        if date is None:
            return None
        wait = date - now
    return now + min(max(wait, timedelta(0)), MAX_RETRY_AFTER)


def http_date(value: str) -> datetime | None:
    """Read an HTTP date; ``None`` where it is none."""
    try:
        date = parsedate_to_datetime(value.strip())
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def max_age_s(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds that an answer is good for, by ``Cache-Control: max-age``, else ``Expires``. ``None``: unsaid.

    Args:
        headers: names in lower case.
        now: what ``Expires`` is compared with where the answer has no ``Date``.
    """
    control = headers.get("cache-control", "")
    if found := _MAX_AGE.search(control):
        return int(found[1])
    if re.search(r"no-cache|no-store", control, re.IGNORECASE):
        return None
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    sent = http_date(headers.get("date", "")) or now
    seconds = int((expires - sent).total_seconds())
    return seconds if seconds > 0 else None


def joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return header fields by lower-case name, fields of one name joined by ``", "``."""
    found: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found
