"""What a source's lists say about one day of the past: news sitemaps, sitemaps, their indexes, dated archive pages.

A *day* is a publication day in the source's own time zone, half-open. An entry gets its day from the best that speaks
for one (:class:`Evidence`), so that it belongs to one day however many lists name it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from functools import partial
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from pipeline.discover.addresses import (
    Period,
    day_in_address,
    lists_no_articles,
    may_be_article,
    month_in_address,
    periods_of,
)
from pipeline.discover.archive_page import is_own, own_hosts, read_archive_page
from pipeline.discover.clean import clean_link
from pipeline.discover.kept_lists import KeptList, KeptLists
from pipeline.discover.parse import Child, ParsedFeed, parse_document
from pipeline.discover.parser import FeedParser
from pipeline.discover.template import fill, is_daily
from pipeline.errors import FeedError, HostBusy
from pipeline.http.client import Client, HttpRefused, Response
from pipeline.http.status import reason_for
from pipeline.identity import host_of
from pipeline.records import Entry, Feed, FeedKind, Record, Source

log = logging.getLogger(__name__)

#: Lists read for one source and day, pages of an archive page among them.
MAX_LISTS = 24
#: Pages of one archive page that are followed.
MAX_PAGES = 20
#: Indexes in each other.
MAX_DEPTH = 3
_MAX_ENTRIES = 50_000  # of a sitemap, by the protocol
_NEWS_WINDOW = timedelta(days=2)  # of a news sitemap, by the protocol
_PAST = frozenset({FeedKind.NEWS_SITEMAP, FeedKind.SITEMAP, FeedKind.SITEMAP_INDEX, FeedKind.ARCHIVE_PAGE})
_MAP = re.compile(r"site-?map|googlenews|google-news|map_news|news-?map", re.IGNORECASE)
_ACCEPT = "application/xml, text/xml;q=0.9, application/xhtml+xml;q=0.8, text/html;q=0.8, */*;q=0.5"
_MAX_FAULTS = 40


class PastListing(Record, frozen=True, kw_only=True):
    """What the lists of a source's past say about one publication day.

    Attributes:
        day: in the source's zone.
        start, end: the same half-open, UTC.
        entries: those of that day. ``published`` is the list's own date, or noon of the day where address or page name
            only the day (``published_raw`` is then that day); ``None`` where only ``updated`` (the day of a change)
            speaks for the day.
        undated: addresses of the lists read of which nothing says a day; they are on no day.
        uncertain: addresses whose list names only a later change: they may be of this day, and are taken on the day of
            that change.
        lists_read: documents read, those that were kept from an earlier reading included.
        requests: documents asked for.
        faults: what was wrong or is missing, in words.
        unknowable: why nothing can be known about that day; empty where its lists cover it.
    """

    source_id: str
    day: date
    start: datetime
    end: datetime
    entries: tuple[Entry, ...] = ()
    undated: int = 0
    uncertain: int = 0
    lists_read: int = 0
    requests: int = 0
    faults: tuple[str, ...] = ()
    unknowable: str = ""


class Evidence(IntEnum):
    """What speaks for an entry's day, the weakest first."""

    CHANGE = 1  # the day of its last change: it cannot be younger
    LIST = 2  # its list is of that day
    ADDRESS = 3  # the day in its address
    PAGE = 4  # it stands on that day's archive page
    PUBLISHED = 5  # a date of publication


@dataclass(frozen=True, slots=True)
class Dated:
    """An entry's day and what speaks for it. ``first`` is the earliest day that it may be of."""

    day: date
    evidence: Evidence
    first: date


def day_window(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return a publication day as a half-open span of UTC: local midnight to the next one.

    Where clocks skip midnight the day starts at the moment they do so; where they show it twice, at the first.
    """
    return tuple(datetime.combine(d, time.min, tzinfo=zone).astimezone(UTC) for d in (day, day + timedelta(days=1)))  # type: ignore[return-value]


def zone_of(source: Source) -> tzinfo:
    """Return a source's time zone, UTC where it names none that exists."""
    try:
        return ZoneInfo(source.timezone)
    except (KeyError, ValueError, OSError):
        return UTC


def day_of(entry: Entry, zone: tzinfo, *, span: Period | None = None, page_day: date | None = None) -> Dated | None:
    """Say on which day an entry of a list was published.

    Args:
        entry: as listed.
        zone: the source's.
        span: the days that its list is of.
        page_day: the day of the archive page that it stands on.

    Returns:
        ``None`` where nothing speaks for a day.
    """
    if entry.published is not None:
        day = entry.published.astimezone(zone).date()
        return Dated(day, Evidence.PUBLISHED, day)
    if page_day is not None:
        return Dated(page_day, Evidence.PAGE, page_day)
    if (day_named := day_in_address(entry.url)) is not None:
        return Dated(day_named, Evidence.ADDRESS, day_named)
    if span is not None and span.first == span.last:
        return Dated(span.first, Evidence.LIST, span.first)
    if entry.updated is None:
        return None
    changed = entry.updated.astimezone(zone).date()
    bounds = [period for period in (span, month_in_address(entry.url)) if period is not None]
    first = max((period.first for period in bounds), default=date.min)
    last = min((period.last for period in bounds), default=date.max)
    return Dated(min(changed, last), Evidence.CHANGE, min(first, changed))


def choose_lists(
    children: Sequence[Child], day: date, zone: tzinfo, limit: int
) -> tuple[list[tuple[Child, Period | None]], list[str]]:
    """Choose the lists of an index that may hold entries of a day, the likeliest first.

    A list cannot hold the day if its own address names other days (local or UTC: nobody says by which they go), or if
    it was last changed before. Of lists that say nothing of the kind, the first and last are taken: publishers add new
    ones at either end.

    Args:
        children: as the index names them.
        day: in the source's zone.
        zone: the source's.
        limit: most lists.

    Returns:
        The lists with the days that their addresses name, and what is left out, in words.
    """
    start, end = day_window(day, zone)
    days = {day, start.date(), (end - timedelta(microseconds=1)).date()}
    dated: list[tuple[Child, Period | None]] = []
    plain: list[tuple[Child, Period | None]] = []
    others = 0
    for child, span in zip(children, periods_of([child.url for child in children]), strict=True):
        if lists_no_articles(child.url):
            others += 1
        elif (span is not None and not span.meets(min(days), max(days))) or _too_old(child, start, zone):
            continue
        elif span is not None or child.lastmod is not None:
            dated.append((child, span))
        else:
            plain.append((child, span))
    dated.sort(key=lambda pair: (_width(pair[1]), pair[0].lastmod or start))
    room = max(0, limit - len(dated))
    ends = plain if len(plain) <= room else plain[: room - room // 2] + (plain[-(room // 2) :] if room > 1 else [])
    chosen = (dated + ends)[:limit]
    left_out = [f"{others} lists not read: by their names they list no articles"] if others else []
    if (more := len(dated) + len(plain) - len(chosen)) > 0:
        left_out.append(f"{more} more lists may hold that day and were not read (limit {limit})")
    return chosen, left_out


def _too_old(child: Child, start: datetime, zone: tzinfo) -> bool:
    if child.lastmod is None:
        return False
    local = child.lastmod.astimezone(zone)
    # A date without time is read as noon: its day may have ended twelve hours later, in whatever zone.
    slack = timedelta(days=1) if local.time() == time(12) else timedelta()
    return child.lastmod + slack < start


def _width(span: Period | None) -> int:
    return (span.last - span.first).days if span is not None else 10_000


@dataclass(slots=True)
class _Found:
    """What the lists read so far say about a day."""

    day: date
    best: dict[str, Dated] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)  # of entries dated to the day at some time
    undated: set[str] = field(default_factory=set)
    oldest: date | None = None
    covered: bool = False

    def add(self, entry: Entry, dated: Dated | None) -> None:
        key = entry.entry_id
        if dated is None:
            if key not in self.best:
                self.undated.add(key)
            return
        self.undated.discard(key)
        known = self.best.get(key)
        if known is not None and known.evidence >= dated.evidence:
            return
        self.best[key] = dated
        if dated.day == self.day:
            before = self.entries.get(key)
            self.entries[key] = _joined(before, _noted(entry, dated)) if before else _noted(entry, dated)

    def of_day(self) -> tuple[Entry, ...]:
        return tuple(entry for key, entry in self.entries.items() if self.best[key].day == self.day)

    def uncertain(self) -> int:
        return sum(
            dated.evidence is Evidence.CHANGE and dated.first <= self.day < dated.day for dated in self.best.values()
        )


def _unborrowed(entry: Entry) -> Entry:
    """Take back a date of publication that is the ``lastmod`` of a row without the news extension (it has no title)."""
    if entry.title or entry.published is None or entry.published != entry.updated:
        return entry
    return replace(entry, published=None, published_raw="")


def _noted(entry: Entry, dated: Dated) -> Entry:
    """The entry with its day as a date without time, where it has no date of publication but a day that is one."""
    if dated.evidence in {Evidence.PUBLISHED, Evidence.CHANGE}:
        return entry
    return replace(entry, published_raw=dated.day.isoformat())


def _joined(before: Entry, better: Entry) -> Entry:
    """The better dated of two listings of one address, with what only the other one says."""
    return replace(
        better,
        title=better.title or before.title,
        summary=better.summary or before.summary,
        authors=better.authors or before.authors,
        updated=better.updated or before.updated,
        updated_raw=better.updated_raw or before.updated_raw,
        language=better.language or before.language,
    )


@dataclass(slots=True)
class _Reader:
    """Reads the lists of one source for one day."""

    source: Source
    day: date
    zone: tzinfo
    client: Client
    parser: FeedParser
    clock: Callable[[], datetime]
    kept: KeptLists
    deadline: datetime
    found: _Found
    read: int = 0
    requests: int = 0
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    async def list_(self, url: str, kind: FeedKind, *, span: Period | None, named: bool, depth: int = 1) -> None:
        """Read a sitemap, or an index and those of its lists that may hold the day.

        Args:
            span: the days that the list's address names.
            named: by the sources file; else found in robots.txt, where other outlets' lists and pages that are no
                articles may stand.
            depth: of indexes in each other.
        """
        parsed = await self._get(url, kind, parse_document)
        if parsed is None:
            return
        if parsed.kind is FeedKind.SITEMAP_INDEX:
            if depth >= MAX_DEPTH:
                self.faults.append(f"{url}: an index in {depth - 1} indexes is not read")
                return
            chosen, left_out = choose_lists(parsed.children, self.day, self.zone, MAX_LISTS - self.read)
            self.faults += [f"{url}: {words}" for words in left_out]
            for child, days in chosen:
                await self.list_(child.url, FeedKind.AUTO, span=days or span, named=named, depth=depth + 1)
            return
        if parsed.kind not in _PAST:
            self.faults.append(f"{url}: a feed, which lists the present; not used for the past")
            return
        self._take(url, parsed, span, named)

    def _take(self, url: str, parsed: ParsedFeed, span: Period | None, named: bool) -> None:
        """Judge the entries of a sitemap, and whether it reaches back to the day."""
        hosts = own_hosts(self.source)
        days: list[date] = []
        for listed in parsed.entries:
            entry = _unborrowed(listed)
            dated = day_of(entry, self.zone, span=span)
            weak = dated is None or dated.evidence is Evidence.CHANGE
            if (not named and not is_own(entry.url, hosts)) or (weak and not may_be_article(entry.url)):
                continue
            self.found.add(entry, dated)
            if dated is not None:
                days.append(dated.day)
        oldest = min(days, default=None)
        if oldest is not None:
            self.found.oldest = min(oldest, self.found.oldest or oldest)
        if parsed.kind is FeedKind.NEWS_SITEMAP:
            self.found.covered |= self._news_reaches(url, parsed, days)
        else:
            whole = span is not None and span.meets(self.day, self.day)
            self.found.covered |= whole or (oldest is not None and oldest <= self.day)

    def _news_reaches(self, url: str, parsed: ParsedFeed, days: Iterable[date]) -> bool:
        start, end = day_window(self.day, self.zone)
        window = self.clock() - _NEWS_WINDOW
        dates = [at for entry in parsed.entries if (at := _unborrowed(entry).published) is not None]
        oldest = min(dates, default=None)
        if self.day in days or end > window:
            if oldest is not None and oldest > start and window > start:
                self.faults.append(
                    f"{url}: a news sitemap covers two days; it reaches back to {oldest.isoformat()} only"
                )
            return True
        reach = f", here to {oldest.isoformat()}" if oldest is not None else ""
        self.faults.append(f"{url}: a news sitemap covers two days{reach}: that day is out of its window")
        return False

    async def archive(self, feed: Feed) -> None:
        """Read the day's archive page and those that go on where it ends, as long as they bring something new."""
        try:
            url = fill(feed.url, self.day)
        except ValueError as error:
            self.faults.append(f"{feed.url}: {error}")
            return
        daily = is_daily(feed.url)
        span = None if daily else Period(first=self.day.replace(day=1), last=self.day)
        known: set[str] = set()
        for page in range(1, MAX_PAGES + 1):
            parsed = await self._get(
                url, FeedKind.ARCHIVE_PAGE, partial(read_archive_page, day=self.day, daily=daily), f"{self.day}"
            )
            if parsed is None:
                return
            self.found.covered |= daily
            new = [entry for entry in parsed.entries if entry.entry_id not in known]
            known.update(entry.entry_id for entry in new)
            for entry in new:
                self.found.add(entry, day_of(entry, self.zone, span=span, page_day=self.day if daily else None))
            if not daily and any(day_in_address(entry.url) == self.day for entry in new):
                self.found.covered = True
            if not new or not parsed.children:
                return
            url = parsed.children[0].url
            if page == MAX_PAGES:
                self.faults.append(f"{url}: more than {MAX_PAGES} pages of one day; the rest is not read")

    async def _get(
        self, url: str, kind: FeedKind, read: Callable[..., ParsedFeed], version: str = ""
    ) -> ParsedFeed | None:
        """Return a list as read, asking for it only where none is kept that is fresh; ``None`` with a fault told."""
        if url in self.seen:
            return None
        self.seen.add(url)
        if self.read >= MAX_LISTS:
            self.faults.append(f"{url}: not read, {MAX_LISTS} lists are the limit for one day")
            return None
        key = "\n".join((url, self.source.id, self.source.timezone, version))
        kept = self.kept.get(key)
        if kept is None or not kept.is_fresh(self.clock()):
            kept = await self._ask(url, kind, read, kept)
            self.kept.put(key, kept)
        if kept.parsed is None:
            self.faults.append(f"{url}: {kept.fault}")
            return None
        self.read += 1
        self.faults += [f"{url}: {words}" for words in kept.parsed.faults]
        return kept.parsed

    async def _ask(
        self, url: str, kind: FeedKind, read: Callable[..., ParsedFeed], before: KeptList | None
    ) -> KeptList:
        """Ask for a list, conditionally where one is kept, and have it read in the killable child."""
        at = self.clock()
        usable = before if before is not None and before.parsed is not None else None
        try:
            self.requests += 1
            answer = await self._turn(url, usable)
            reason = reason_for(answer.status, answer.headers)
            if reason is not None:
                return KeptList(fetched_at=at, fault=f"HTTP {answer.status}")
            if answer.not_modified and usable is not None:
                return replace(usable, fetched_at=at)
            parsed = await self.parser.read_with(
                read,
                answer.body,
                url=answer.final_url,
                content_type=answer.headers.get("content-type", ""),
                source=replace(self.source, max_age_days=100_000, max_entries=_MAX_ENTRIES),
                feed=Feed(url=url, source_id=self.source.id, kind=kind),
                now=at,
            )
        except (HttpRefused, HostBusy, FeedError) as error:
            return KeptList(fetched_at=at, fault=error.message[:300])
        headers = answer.headers
        return KeptList(
            fetched_at=at,
            parsed=parsed,
            etag=headers.get("etag", ""),
            last_modified=headers.get("last-modified", ""),
        )

    async def _turn(self, url: str, before: KeptList | None) -> Response:
        """Fetch, waiting for the host's turn as long as the deadline allows; nothing is begun after it."""
        while True:
            now = self.clock()
            if now >= self.deadline:
                raise HostBusy(host_of(url), now)
            try:
                return await self.client.get(
                    url,
                    accept=_ACCEPT,
                    max_bytes=self.client.settings.max_feed_bytes,
                    etag=before.etag if before else "",
                    last_modified=before.last_modified if before else "",
                )
            except HostBusy as error:
                now = self.clock()
                if error.not_before > self.deadline or now >= self.deadline:
                    raise
                await self.client.until(error.not_before)


async def listed_on(
    source: Source,
    day: date,
    client: Client,
    parser: FeedParser,
    clock: Callable[[], datetime],
    kept: KeptLists | None = None,
) -> PastListing:
    """Return what a source's lists say about one publication day.

    Asked are the sitemaps and archive pages of the sources file, and the sitemaps that the robots.txt of the homepage's
    host names. Feeds are never asked: they list the present.

    Args:
        source: whose past.
        day: in the source's zone.
        client: the polite client.
        parser: the killable reader.
        clock: tells the time.
        kept: lists that were read, shared by the days of a backfill; ``None``: nothing is kept.

    Returns:
        Never raises for a list's sake: what goes wrong stands in ``faults`` and, where nothing is left to know the
        day by, in ``unknowable``.
    """
    zone = zone_of(source)
    start, end = day_window(day, zone)
    listing = PastListing(source_id=source.id, day=day, start=start, end=end)
    now = clock()
    if start > now:
        return replace(listing, unknowable="that day has not begun there")
    reader = _Reader(
        source=source,
        day=day,
        zone=zone,
        client=client,
        parser=parser,
        clock=clock,
        kept=kept or KeptLists(),
        deadline=now + timedelta(seconds=client.settings.fetch_deadline_s),
        found=_Found(day),
    )
    maps, pages = lists_of_past(source)
    for feed in pages:
        await reader.archive(feed)
    for feed, span in zip(maps, periods_of([feed.url for feed in maps]), strict=True):
        await reader.list_(feed.url, feed.kind, span=span, named=True)
    in_robots, left_out = choose_lists(await _in_robots(reader, maps), day, zone, MAX_LISTS - reader.read)
    for child, span in in_robots:
        await reader.list_(child.url, FeedKind.AUTO, span=span, named=False)
    reader.faults += [f"robots.txt: {words}" for words in left_out]

    found = reader.found
    entries = found.of_day()
    listing = replace(
        listing,
        entries=tuple(_with_noon(entry, day, zone) for entry in entries),
        undated=len(found.undated),
        uncertain=found.uncertain(),
        lists_read=reader.read,
        requests=reader.requests,
        faults=tuple(dict.fromkeys(reader.faults))[:_MAX_FAULTS],
        unknowable=_unknowable(reader, day, asked=bool(maps or pages or in_robots)),
    )
    log.info(
        "past listed",
        extra={
            "source": source.id,
            "day": day.isoformat(),
            "entries": len(listing.entries),
            "undated": listing.undated,
            "uncertain": listing.uncertain,
            "lists": listing.lists_read,
            "requests": listing.requests,
            "unknowable": listing.unknowable,
        },
    )
    return listing


def lists_of_past(source: Source) -> tuple[list[Feed], list[Feed]]:
    """Return the sitemaps and the archive pages among a source's feeds.

    A feed of kind ``auto`` counts as a sitemap if its address says so.
    """
    maps = [
        feed
        for feed in source.feeds
        if (feed.kind in _PAST and feed.kind is not FeedKind.ARCHIVE_PAGE)
        or (feed.kind is FeedKind.AUTO and _MAP.search(feed.url))
    ]
    return maps, [feed for feed in source.feeds if feed.kind is FeedKind.ARCHIVE_PAGE]


async def _in_robots(reader: _Reader, maps: Sequence[Feed]) -> list[Child]:
    """The sitemaps that the outlet's robots.txt names beside those of the sources file."""
    homepage = reader.source.homepage
    try:
        named = await reader.client.sitemaps(homepage)
    except (HttpRefused, HostBusy) as error:
        reader.faults.append(f"robots.txt: {error.message}"[:300])
        return []
    known = {feed.url for feed in maps}
    urls: dict[str, None] = {}
    for raw in named:
        try:
            urls.setdefault(clean_link(raw, homepage))
        except ValueError:
            continue
    return [Child(url=url) for url in urls if url not in known]


def _with_noon(entry: Entry, day: date, zone: tzinfo) -> Entry:
    """A day without time counts as noon at the source."""
    if entry.published is not None or entry.published_raw != day.isoformat():
        return entry
    return replace(entry, published=datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC))


def _unknowable(reader: _Reader, day: date, *, asked: bool) -> str:
    """Why nothing can be known about the day, in words."""
    if reader.found.covered:
        return ""
    if not asked:
        return "the source has no list of its past: no sitemap, no dated archive page, none in its robots.txt"
    if not reader.read:
        return f"no list of its past could be read: {reader.faults[0] if reader.faults else 'none answered'}"[:300]
    oldest = reader.found.oldest
    if oldest is not None and oldest <= day:
        return f"its news sitemaps hold two days each, and {day.isoformat()} is out of their window"
    reach = f"the oldest entry is of {oldest.isoformat()}" if oldest is not None else "their entries bear no dates"
    return f"its lists do not reach back to {day.isoformat()}: {reach}"
