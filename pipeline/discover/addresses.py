"""What an address says by itself: the day of an article, the span of days of a list, whether it may be an article's.

Only dates that can be nothing else are read: a wrong day would put an article where it does not belong.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit

from pipeline.records import Record

#: The web's first news sites.
_FIRST_YEAR, _LAST_YEAR = 1993, 2099
_Y, _M, _D = r"(?P<y>(?:19|20)\d\d)", r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_NAMES = {name.lower(): n for n, name in enumerate(calendar.month_abbr) if n} | {
    name.lower(): n for n, name in enumerate(calendar.month_name) if n
}
_NAME = rf"(?P<name>{'|'.join(sorted(_NAMES, key=len, reverse=True))})"
#: Days. Behind slashes a number is a day only if its segment ends there: ``/2026/10/3-things-to-know`` has none.
_DAYS = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"(?<!\d)(?P<y>(?:19|20)\d\d)/(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12]\d|3[01])(?=[/?&.#]|$)",
        rf"(?<!\d){_Y}/{_NAME}/(?P<d>0?[1-9]|[12]\d|3[01])(?=[/?&.#]|$)",
        rf"(?<!\d){_Y}(?P<sep>[-_.]){_M}(?P=sep){_D}(?!\d)",
        rf"(?<=/){_Y}-{_M}/{_D}(?=[/?&.#]|$)",
        rf"(?<=/){_Y}/?{_M}/?{_D}(?=[/?&.#_]|$)",
        rf"(?<![\da-z]){_Y}{_M}{_D}(?![\da-z])",
        r"yyyy=(?P<y>\d{4})&mm=(?P<m>\d{1,2})&dd=(?P<d>\d{1,2})(?!\d)",
    )
)
_MONTH_SEGMENTS = re.compile(rf"/(?P<y>(?:19|20)\d\d)(?:[-/]?{_M}|/(?P<m1>[1-9])|/{_NAME})(?=[/?&.#]|$)", re.IGNORECASE)
#: Months and years in the name of a list.
_MONTHS = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?<!\d){_Y}[-_./]?{_M}(?!\d)",
        r"(?<!\d)(?P<y>(?:19|20)\d\d)[-_./](?P<m>[1-9])(?!\d)",
        rf"(?<!\d){_Y}[-_./]?{_NAME}(?![a-z])",
        rf"(?<![a-z]){_NAME}[-_./]?{_Y}(?!\d)",
        r"yyyy=(?P<y>\d{4})&mm=(?P<m>\d{1,2})(?!\d)",
    )
)
_QUARTER = re.compile(rf"(?<!\d){_Y}[-_./]?q(?P<q>[1-4])(?!\d)", re.IGNORECASE)
_YEAR = re.compile(rf"(?<!\d){_Y}(?!\d)")
_FILE = re.compile(r"\.([a-z0-9]{2,5})$", re.IGNORECASE)
_PAGE_FILES = frozenset({"html", "htm", "php", "asp", "aspx", "jsp", "shtml", "ece", "cms", "story"})
_NO_ARTICLE = frozenset({
    "tag", "tags", "author", "authors", "autor", "autoren", "category", "categories", "search", "login", "signin",
    "register", "subscribe", "subscription", "account", "newsletter", "newsletters", "privacy", "terms", "contact",
    "about", "imprint", "impressum", "rss", "feed", "feeds", "sitemap",
})  # fmt: skip
#: Names of lists of something else than articles, as content management systems give them.
_NO_ARTICLES = re.compile(
    r"(?<![a-z])(?:tags?|post_tag|categor(?:y|ies)|authors?|users?|images?|products?|static|sections?|topics?|pages?|"
    r"taxonom(?:y|ies)|keywords?|persons?|companies|locations?)(?![a-z])",
    re.IGNORECASE,
)


class Period(Record, frozen=True, kw_only=True):
    """A span of days, both ends inclusive."""

    first: date
    last: date

    def meets(self, first: date, last: date) -> bool:
        """Whether any of these days (both ends inclusive) is in it."""
        return self.first <= last and first <= self.last


def day_in_address(url: str) -> date | None:
    """Return the day that an article's address bears, ``None`` where it bears none or two."""
    days = _days(url)
    return days[0] if len(days) == 1 else None


def month_in_address(url: str) -> Period | None:
    """Return the month that the folders of an article's address name, where they name one."""
    path = urlsplit(url).path
    found = _MONTH_SEGMENTS.search(path)
    if found is None:
        return None
    month = int(found["m"] or found["m1"] or 0) or _NAMES[found["name"].lower()]
    return _month(int(found["y"]), month)


def periods_of(urls: Sequence[str]) -> list[Period | None]:
    """Return the span of days that each list's own address names.

    Addresses that differ in numbers only are judged together: of ``map-2026-1`` … ``map-2026-40`` none names a month,
    of ``map-1`` … ``map-2500`` none a year. The finest span that all of them have counts.
    """
    groups: dict[str, list[int]] = {}
    for n, url in enumerate(urls):
        groups.setdefault(re.sub(r"\d+", "#", url), []).append(n)
    periods: list[Period | None] = [None] * len(urls)
    for members in groups.values():
        for read in (_day_span, _month_span, _year_span):
            found = [read(urls[n]) for n in members]
            if all(found):
                for n, period in zip(members, found, strict=True):
                    periods[n] = period
                break
    return periods


def may_be_article(url: str) -> bool:
    """Whether an address may be an article's: it bears a day, a number, or a slug of several words."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if not segments:
        return bool(re.search(r"(?:^|&)(?:id|p|article|story|aid)=[\w-]{3,}", parts.query, re.IGNORECASE))
    if is_other_file(url):
        return False
    last = segments[-1]
    file = _FILE.search(last)
    if any(segment.lower() in _NO_ARTICLE for segment in segments):
        return False
    if _days(url) or month_in_address(url):
        return True
    stem = last[: file.start()] if file else last
    if re.search(r"\d{5,}", last) or len(re.findall(r"[-_]", stem)) >= 2 or ("%" in stem and len(stem) >= 20):
        return True
    return bool(re.search(r"(?:^|&)(?:id|p|article|story|aid)=[\w-]{3,}", parts.query, re.IGNORECASE))


def is_other_file(url: str) -> bool:
    """Whether an address names a file that is no page: a picture, a PDF, a film."""
    file = _FILE.search(urlsplit(url).path)
    return file is not None and file[1].lower() not in _PAGE_FILES and not file[1].isdigit()


def lists_no_articles(url: str) -> bool:
    """Whether a list's name says that it lists tags, authors, sections or the like."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return _NO_ARTICLES.search(last) is not None


def _days(url: str) -> list[date]:
    """The different days in an address, those of its folders first."""
    parts = urlsplit(url)
    text = parts.path + (f"?{parts.query}" if parts.query else "")
    for shape in _DAYS:
        days = [day for found in shape.finditer(text) if (day := _date(found)) is not None]
        if days:
            return list(dict.fromkeys(days))
    return []


def _date(found: re.Match[str]) -> date | None:
    part = found.groupdict()
    month = int(part["m"]) if part.get("m") else _NAMES[part["name"].lower()]
    year = int(part["y"])
    try:
        return date(year, month, int(part["d"])) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def _day_span(url: str) -> Period | None:
    days = _days(url)
    return Period(first=min(days), last=max(days)) if days else None


def _month_span(url: str) -> Period | None:
    if span := _day_span(url):
        return Period(first=span.first.replace(day=1), last=_month(span.last.year, span.last.month).last)
    text = url.partition("://")[2].partition("/")[2]
    if found := _QUARTER.search(text):
        year, last = int(found["y"]), int(found["q"]) * 3
        return Period(first=date(year, last - 2, 1), last=_month(year, last).last)
    for shape in _MONTHS:
        if found := shape.search(text):
            part = found.groupdict()
            month = int(part["m"]) if part.get("m") else _NAMES[part["name"].lower()]
            if 1 <= month <= 12 and _FIRST_YEAR <= int(part["y"]) <= _LAST_YEAR:
                return _month(int(part["y"]), month)
    return None


def _year_span(url: str) -> Period | None:
    years = [int(found["y"]) for found in _YEAR.finditer(url.partition("://")[2].partition("/")[2])]
    years = [year for year in years if _FIRST_YEAR <= year <= _LAST_YEAR]
    return Period(first=date(min(years), 1, 1), last=date(max(years), 12, 31)) if years else None


def _month(year: int, month: int) -> Period:
    first = date(year, month, 1)
    return Period(first=first, last=(first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
