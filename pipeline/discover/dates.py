"""Dates as feeds write them: read right, or not at all.

Parsers of feeds answer almost any string with some date. A wrong date is worse than none (an article lands in
the wrong month), so everything here either reads the whole string or gives nothing and says why.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

Precision = Literal["second", "minute", "day", ""]

#: The web's first news sites; what is older is a date of something else.
_EARLIEST = datetime(1993, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
#: Zones that mail headers and feeds name (hours from UTC). A source's own zone is asked first, for those that
#: mean two things (IST, CST, BST).
_ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "TRT": 3, "IST": 5.5, "PKT": 5, "NPT": 5.75, "ICT": 7, "WIB": 7, "HKT": 8,
    "SGT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13, "SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1, "BRT": -3, "ART": -3, "NST": -3.5, "NDT": -2.5, "AST": -4,
    "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9,
    "AKDT": -8, "HST": -10,
}  # fmt: skip
_LANGUAGES = tuple(
    "en de fr es pt it nl pl ru uk tr sv da nb fi cs sk ro hu el hr sl bg lt lv et ca id ms vi ar he fa hi".split()  # noqa: SIM905
)

_CLOCK = (
    r"(?P<h>\d{1,2})(?::|h|\.|時|시\s?)(?P<m>\d{2})(?:[:.分](?P<s>\d{1,2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?m\.?(?![a-z]))?(?:\s*Uhr\b|(?<=\d)h\b|[분分])?"
)
_AT = r"(?:at|um|à|a las|às|alle(?: ore)?|om|kl\.?|o|в|о)"  # the word before a time of day
_TAIL = rf"(?:(?:\s*[,|–-]\s*(?:{_AT}\s+)?|\s+{_AT}\s+|\s*[Tt_]\s*|\s+)(?:{_CLOCK})\s*(?P<zone>.*?))?"
_YEAR_FIRST = re.compile(rf"(?P<Y>\d{{4}})([-/.])\s?(?P<M>\d{{1,2}})\2\s?(?P<D>\d{{1,2}})\.?{_TAIL}", re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<Y>\d{4})(?P<M>\d{2})(?P<D>\d{2})(?:[T ]?(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})?\s*(?P<zone>[Z+-].*)?)?"
)
_CJK = re.compile(
    rf"(?P<Y>\d{{4}})\s?[年년]\s?(?P<M>\d{{1,2}})\s?[月월]\s?(?P<D>\d{{1,2}})\s?[日일](?:\s?\([^\W\d_]{{1,3}}\))?{_TAIL}"
)
_DAY_FIRST = re.compile(rf"(?P<D>\d{{1,2}})([./-])(?P<M>\d{{1,2}})\2(?P<Y>\d{{4}}){_TAIL}", re.IGNORECASE)
_WORD = r"(?P<word>[^\W\d_]+)\.?"
_DAY_WORD = re.compile(
    rf"(?P<D>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s-]*(?:de\s+|d['’])?{_WORD}[\s,-]*(?:de\s+|del\s+)?(?P<Y>\d{{4}}|\d{{2}}(?=\s))(?:\s?(?:г|р)\.|\s?(?:года|року))?{_TAIL}",
    re.IGNORECASE,
)
_WORD_DAY = re.compile(rf"{_WORD}\s+(?P<D>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<Y>\d{{4}}){_TAIL}", re.IGNORECASE)
_ASCTIME = re.compile(rf"{_WORD}\s+(?P<D>\d{{1,2}})\s+{_CLOCK}(?:\s+(?P<zone>\S+))?\s+(?P<Y>\d{{4}})", re.IGNORECASE)
_NUMERIC = (
    (_YEAR_FIRST, "year, month, day"),
    (_COMPACT, "year, month, day without separators"),
    (_CJK, "year, month, day as in Chinese, Japanese, Korean"),
)
_WORDED = (
    (_DAY_WORD, "day, month, year"),
    (_WORD_DAY, "month, day, year"),
    (_ASCTIME, "month, day, time, year"),
)
_WEEKDAY = re.compile(r"[^\W\d_]{2,}(?:-feira)?\.?\s*,?\s*", re.IGNORECASE)
_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?(\d))?")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_OFFSET = re.compile(r"(?:GMT|UTC?|Z)?\s*([+−-])\s*(\d{1,2})(?::?(\d{2}))?(?:\s*\(?[^)]*\)?)?", re.IGNORECASE)


@dataclass(frozen=True)
class DateRead:
    """A date read.

    Attributes:
        at: aware UTC time, or ``None``; a date without time is 12:00 at the source.
        precision: how exact it was written.
        fault: why there is none, in words; empty where there is one, or where nothing was written.
        read_as: how it was read, in words: the order of its parts, the month's language, the zone and what that
            meant; for a date that is absent, why.
    """

    at: datetime | None = None
    precision: Precision = ""
    fault: str = ""
    read_as: str = ""


_NOTHING = DateRead()


def read_date(raw: str, *, zone: tzinfo, now: datetime, language: str = "") -> DateRead:
    """Read a date.

    Args:
        raw: as the feed wrote it.
        zone: the source's, for what is written without a zone.
        now: dates of more than a day ahead are not believed.
        language: of the source, for names of months that mean two things.
    """
    text = " ".join(unicodedata.normalize("NFKC", raw[:200]).split())
    if not text:
        return _NOTHING
    try:
        at, precision, read_as = _read(text, zone, language)
    except (ValueError, OverflowError, OSError) as error:
        return _unread(raw, str(error))
    if not _EARLIEST <= at <= now + _AHEAD:
        when = "in the future" if at > now else "before the web's first news"
        return _unread(raw, f"{at.year} is not plausible: {when}")
    return DateRead(at, precision, read_as=read_as)


def _unread(raw: str, why: str) -> DateRead:
    raw = "".join(c if c.isprintable() else "\ufffd" for c in raw[:80])
    return DateRead(fault=f"date {raw!r}: {why}", read_as=f"not read: {why}")


def _read(text: str, zone: tzinfo, language: str) -> tuple[datetime, Precision, str]:
    """Read a date or raise ValueError with the reason in words."""
    for shape, name in _NUMERIC:
        if found := shape.fullmatch(text):
            return _build(found.groupdict(), int(found["M"]), zone, name)
    if found := _DAY_FIRST.fullmatch(text):
        first, second = int(found["D"]), int(found["M"])
        if found[2] != "." and first <= 12 and second <= 12 and first != second:
            raise ValueError("day and month cannot be told apart")
        if second > 12 >= first and found[2] != ".":
            return _build(found.groupdict() | {"D": str(second)}, first, zone, "month, day, year")
        return _build(found.groupdict(), second, zone, "day, month, year")
    if _EPOCH.fullmatch(text):
        unit = "seconds" if len(text) == 10 else "milliseconds"
        return datetime.fromtimestamp(int(text[:10]), UTC), "second", f"{unit} since 1970"
    if found := _WEEK.fullmatch(text):
        day = datetime.fromisocalendar(int(found[1]), int(found[2]), int(found[3] or 1))
        return day.replace(hour=12, tzinfo=zone).astimezone(UTC), "day", f"ISO week; {_noon(zone)}"
    if found := _ORDINAL.fullmatch(text):
        first_day = datetime(int(found[1]), 1, 1, 12, tzinfo=zone)
        day = first_day + timedelta(days=int(found[2]) - 1)
        if day.year != first_day.year or found[2] == "000":
            raise ValueError("no such day of the year")
        return day.astimezone(UTC), "day", f"year and day of the year; {_noon(zone)}"
    weekday = _WEEKDAY.match(text)
    for candidate in (text, text[weekday.end() :] if weekday else ""):
        for shape, name in _WORDED:
            if (found := shape.fullmatch(candidate)) and (month := _month(found["word"], language)):
                number, tongue = month
                return _build(found.groupdict(), number, zone, f"{name}; month {found['word']!r} ({tongue})")
    raise ValueError("not a form of date that is known")


def _noon(zone: tzinfo) -> str:
    return f"no time: 12:00 in {zone}"


def _build(part: dict[str, str | None], month: int, zone: tzinfo, shape: str) -> tuple[datetime, Precision, str]:
    year, day = int(part["Y"] or 0), int(part["D"] or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900
    if part.get("h") is None:
        return datetime(year, month, day, 12, tzinfo=zone).astimezone(UTC), "day", f"{shape}; {_noon(zone)}"
    hour, minute, second = int(part["h"] or 0), int(part.get("m") or 0), int(part.get("s") or 0)
    if half := (part.get("half") or "").lower():
        if not 1 <= hour <= 12:
            raise ValueError("no such hour of half a day")
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    extra = timedelta()
    if (hour, minute, second) == (24, 0, 0):
        hour, extra = 0, timedelta(days=1)
    elif second == 60:  # a leap second
        second, extra = 59, timedelta(seconds=1)
    naive = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - its zone is read next
    meant, how = _zone((part.get("zone") or "").strip(), naive, zone)
    at = (naive.replace(tzinfo=meant) + extra).astimezone(UTC)
    return at, "second" if part.get("s") else "minute", f"{shape}; {how}"


def _zone(name: str, naive: datetime, source: tzinfo) -> tuple[tzinfo, str]:
    """The zone that a date names, and how that was understood."""
    if not name:
        return source, f"no zone: {source}"
    if numeric := _offset(name):
        return numeric
    bare = name.strip("()[] ").upper()
    if naive.replace(tzinfo=source).tzname() == bare:
        return source, f"zone {bare}: {source}"
    if bare in _ZONES:
        meant = timezone(timedelta(hours=_ZONES[bare]))
        return meant, f"zone {bare}: {meant}"
    if re.fullmatch(r"[A-Za-z]+(/[A-Za-z_+-]+){1,2}", name):
        try:
            return ZoneInfo(name), f"zone {name}"
        except (KeyError, ValueError, OSError):
            pass
    raise ValueError(f"zone {name[:20]!r} is not known")


@lru_cache  # a list writes the same few again and again
def _offset(name: str) -> tuple[tzinfo, str] | None:
    """The zone that an offset from UTC names, and how it was understood; ``None`` where it is no offset."""
    found = _OFFSET.fullmatch(name)
    if found is None:
        return None
    hours, minutes = int(found[2]), int(found[3] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > timedelta(hours=14) or minutes > 59:
        raise ValueError("no such offset from UTC")
    meant = timezone(-offset if found[1] != "+" else offset)
    return meant, f"offset {meant}"


def _month(word: str, language: str) -> tuple[int, str] | None:
    """The number of a month's name, and whose it is."""
    word = word.casefold().rstrip(".")
    own = language.partition("-")[0].lower()
    for tongue in ("en", own):
        if tongue in _LANGUAGES and word in _months(tongue):
            return _months(tongue)[word], tongue
    if word in _all_months():
        return _all_months()[word], "/".join(tongue for tongue in _LANGUAGES if word in _months(tongue))
    return None


@lru_cache
def _months(language: str) -> dict[str, int]:
    """Names of months in a language, long and short, by CLDR."""
    names: dict[str, int] = {"sept": 9} if language == "en" else {}
    try:
        months = Locale.parse(language).months
    except (UnknownLocaleError, ValueError):
        return names
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[context][width].items():
                plain = name.casefold().rstrip(".")
                for form in (plain, _without_marks(plain), plain[:3] if language == "en" else plain):
                    if not form.isdigit():
                        names.setdefault(form, number)
    return names


@lru_cache
def _all_months() -> dict[str, int]:
    """Names that mean the same month in every language that has them."""
    found: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for name, number in _months(language).items():
            found.setdefault(name, set()).add(number)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


def _without_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
