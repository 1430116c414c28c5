"""Addresses with date fields: the page of a day from its template."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
#: Fields of a template and what they become. English names: addresses hardly ever bear others.
_FIELDS: dict[str, Callable[[date], str]] = {
    "%Y": lambda day: f"{day.year:04d}",
    "%y": lambda day: f"{day.year % 100:02d}",
    "%m": lambda day: f"{day.month:02d}",
    "%-m": lambda day: str(day.month),
    "%d": lambda day: f"{day.day:02d}",
    "%-d": lambda day: str(day.day),
    "%j": lambda day: f"{day.timetuple().tm_yday:03d}",
    "%b": lambda day: _MONTHS[day.month - 1][:3],
    "%B": lambda day: _MONTHS[day.month - 1],
    "%%": lambda _: "%",
}
_FIELD = re.compile(r"%-?.?", re.DOTALL)


def fill(template: str, day: date) -> str:
    """Return the address of a day's page.

    Args:
        template: an address with the fields ``%Y %y %m %-m %d %-d %j %b %B`` (names of months in English, lower case);
            ``%%`` is a percent sign.
        day: in the source's own time zone.

    Raises:
        ValueError: it has another field, or none that names a day or month; says what to write.
    """
    if mistake := template_mistake(template):
        raise ValueError(mistake)
    return _FIELD.sub(lambda found: _FIELDS[found.group()](day), template)


def template_mistake(template: str) -> str:
    """Say what is wrong with a template, and what to write; empty where nothing is."""
    fields = {found.group() for found in _FIELD.finditer(template)}
    if unknown := sorted(fields - set(_FIELDS)):
        known = " ".join(sorted(set(_FIELDS) - {"%%"}))
        return f"{unknown[0]!r} is no date field: known are {known}; write %% for a percent sign"
    if not fields & {"%Y", "%y"} or not fields & {"%m", "%-m", "%b", "%B", "%j"}:
        return "names no day: an archive page's address needs a year and a month or day, as in /%Y/%m/%d/"
    return ""


def is_daily(template: str) -> bool:
    """Whether a template gives one page a day (else one a month)."""
    return bool({found.group() for found in _FIELD.finditer(template)} & {"%d", "%-d", "%j"})
