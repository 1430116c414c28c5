"""Dates as pages write them, and which of them can be believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as fixed
from email.utils import parsedate_tz
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as dateutil_parser

from pipeline.records import Record

Precision = Literal["second", "minute", "day", ""]

#: News sites did not publish before.
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
#: Clocks differ, and dates without a zone are read in the source's: so much in the future is still believed.
LEEWAY = timedelta(hours=26)
#: A date without a time counts as noon at the source.
NOON = 12

_NUMERIC_DAY = re.compile(r"^\D{0,12}\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_ISO = re.compile(
    r"^\s*(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T\s]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?\s*$",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}(?::(\d{2})){1,2}|\b\d{1,2}\s*[ap]\.?m\b", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,2}:\d{2}:\d{2}")

#: Zone names that mean one offset in news, hours east of Greenwich. "IST" and "CST" name several and stay out.
_ZONES = {
    **{"UTC": 0.0, "GMT": 0.0, "Z": 0.0, "WET": 0.0, "BST": 1.0, "WEST": 1.0, "CET": 1.0, "MEZ": 1.0, "CEST": 2.0},
    **{"MESZ": 2.0, "EET": 2.0, "EEST": 3.0, "MSK": 3.0, "JST": 9.0, "KST": 9.0, "AEST": 10.0, "AEDT": 11.0},
    **{"EST": -5.0, "EDT": -4.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0},
}
#: Zones named without their season.
_US_ZONES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}


class Moment(Record, frozen=True, kw_only=True):
    """A point in time as a page wrote it."""

    at: datetime  # UTC
    precision: Precision
    raw: str


def zone(name: str) -> tzinfo:
    """Return a time zone by its IANA name, UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def parse_date(raw: str, timezone: str = "UTC") -> Moment | None:
    """Read a date in ISO 8601, RFC 2822 or plain English; ``None`` where it is no full date.

    A date without a zone is in ``timezone``; a date without a time is 12:00 there. ``03/04/2026`` is not read: it
    names two days.

    Args:
        raw: as the page writes it.
        timezone: IANA name of the source's zone.
    """
    text = " ".join(raw.split())[:80]
    if not text:
        return None
    found = _iso(text, timezone)
    if found is None and not _NUMERIC_DAY.match(text):
        found = _rfc2822(text, timezone) or _plain(text, timezone)
    return found


def plausible(at: datetime | None, *, latest: datetime | None) -> bool:
    """Whether an article can be from then: not before 1995, not after ``latest`` by more than a day."""
    return at is not None and at >= EARLIEST and (latest is None or at <= latest + LEEWAY)


def _iso(text: str, timezone: str) -> Moment | None:
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        if hour is None:
            return _day(datetime(int(year), int(month), int(day), tzinfo=zone(timezone)), text)
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC)
        if offset is None:
            return _moment(at.replace(tzinfo=zone(timezone)), "second" if second else "minute", text)
        return _moment(at - _offset(offset), "second" if second else "minute", text)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> timedelta:
    if text.upper() in ("Z", "UTC", "GMT"):
        return timedelta()
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        raise ValueError(f"no offset: {text}")
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def _rfc2822(text: str, timezone: str) -> Moment | None:
    if not re.match(r"^[A-Za-z]{3,9},?\s+\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d", text):
        return None
    parts = parsedate_tz(text)
    if parts is None:
        return None
    named = text.rsplit(" ", 1)[-1].upper()
    seconds = _ZONES[named] * 3600 if named in _ZONES else parts[9]
    try:
        at = datetime(*parts[:6], tzinfo=UTC)
        if seconds is None:
            return _moment(at.replace(tzinfo=zone(timezone)), _time_precision(text), text)
        return _moment(at - timedelta(seconds=seconds), _time_precision(text), text)
    except (ValueError, OverflowError, TypeError):
        return None


def _plain(text: str, timezone: str) -> Moment | None:
    """Plain English, only where day, month and year are all written."""
    results = []
    for default in (datetime(2000, 1, 1), datetime(2004, 2, 29)):  # noqa: DTZ001  # no zone, on purpose
        try:
            results.append(dateutil_parser.parse(text, default=default, tzinfos=_named_zone))
        except (ValueError, OverflowError, TypeError, AttributeError):
            return None
    if results[0] != results[1] or not re.search(r"\d{4}", text):
        return None
    at = results[0]
    if not _TIME.search(text):
        return _day(at.replace(tzinfo=zone(timezone)), text)
    try:
        return _moment(at if at.tzinfo else at.replace(tzinfo=zone(timezone)), _time_precision(text), text)
    except (ValueError, OverflowError):
        return None


def _named_zone(name: str, offset: int | None) -> tzinfo | None:
    if offset is not None:
        return fixed(timedelta(seconds=offset))
    if name in _US_ZONES:
        return ZoneInfo(_US_ZONES[name])
    return fixed(timedelta(hours=_ZONES[name])) if name in _ZONES else None


def _time_precision(text: str) -> Precision:
    return "second" if _SECONDS.search(text) else "minute"


def _day(at: datetime, raw: str) -> Moment | None:
    return _moment(at.replace(hour=NOON, minute=0, second=0, microsecond=0), "day", raw)


def _moment(at: datetime, precision: Precision, raw: str) -> Moment | None:
    try:
        return Moment(at=at.astimezone(UTC), precision=precision, raw=raw)
    except (ValueError, OverflowError):
        return None
