"""A document from a feed's address, read into entries. Pure: what is decided depends on the arguments alone."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from pipeline.discover.clean import clean_link, clean_text, kept_raw
from pipeline.discover.dates import read_date
from pipeline.discover.items import Item, Listing
from pipeline.discover.jsonfeed import read_json_feed
from pipeline.discover.loss import window_of
from pipeline.discover.mend import CUT_IN_ITEM, cut_items, decode_document, mend_xml
from pipeline.discover.sitemap import read_sitemap
from pipeline.discover.standins import NotAFeed, wall_of
from pipeline.discover.xmlfeed import read_xml_feed
from pipeline.encodings import BadEncoding, TooLarge, gunzip
from pipeline.errors import FeedError
from pipeline.identity import canon_v1, url_id
from pipeline.records import DroppedEntry, Entry, Feed, FeedHints, FeedKind, ListWindow, Reason, Record, Source

_MAX_TITLE = 500
_MAX_SUMMARY = 2000
_MAX_RAW = 100
#: Dropped entries that are named one by one; the rest is counted.
_MAX_DROPPED = 1000
_MAX_FAULTS = 20
_READ_ITEMS = 5000  # of a feed, whatever a source's limit
_READ_URLS = 50_000  # of a sitemap, by the protocol
_MAX_CHILDREN = 50_000
_SITEMAP = re.compile(r"<(?:\w{1,20}:)?(urlset|sitemapindex)\b", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>([^<]{0,200})", re.IGNORECASE)
_FEED = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Child(Record, frozen=True, kw_only=True):
    """A list that a sitemap index names."""

    url: str
    lastmod: datetime | None = None


class ParsedFeed(Record, frozen=True, kw_only=True):
    """What was read out of a document.

    ``faults`` says in words what was wrong with it; ``dropped`` names entries that were not taken, and ``left_out``
    counts all of them by reason, those too that are not named one by one.
    """

    kind: FeedKind
    title: str = ""
    entries: tuple[Entry, ...] = ()
    dropped: tuple[DroppedEntry, ...] = ()
    faults: tuple[str, ...] = ()
    hints: FeedHints = FeedHints()
    children: tuple[Child, ...] = ()
    list_window: ListWindow = ListWindow()
    left_out: dict[str, int] = {}  # noqa: RUF012 - msgspec copies it


def parse_document(
    body: bytes,
    *,
    url: str,
    content_type: str,
    source: Source,
    feed: Feed,
    now: datetime,
    max_bytes: int = 64 * 1024 * 1024,
) -> ParsedFeed:
    """Read RSS, Atom, RDF, JSON Feed, a news sitemap, a sitemap or a sitemap index, told by the document itself.

    Args:
        body: the document, content encoding undone; may be a gzip file all the same (``sitemap.xml.gz``).
        url: where it came from, after redirects: what its links are relative to.
        content_type: the header, for the charset.
        source: whose it is: time zone, language, limits of age and number.
        feed: as it is known; its address names the entries' origin.
        now: the time: for what is too old and what cannot be.
        max_bytes: most bytes out of a gzip file.

    Raises:
        FeedError: it is none of these. A document with faults is read as far as it goes instead.
    """
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gunzip(body, max_bytes)
        except (TooLarge, BadEncoding) as error:
            raise FeedError(f"gzip: {error}", subject=url) from error
    listing = _read(body, url, content_type, source)
    zone = _zone(source)
    taken, dropped, listed = _judge(listing, source, feed, zone, now)
    children = _children(listing, zone, now)
    left_out = Counter(drop.reason.value for drop in dropped)
    if listing.unread:
        listing.faults.append(f"{listing.unread} more items were not read")
        left_out[Reason.OVERFLOW.value] += listing.unread
    if len(dropped) > _MAX_DROPPED:
        listing.faults.append(f"{len(dropped) - _MAX_DROPPED} more entries were dropped")
    return ParsedFeed(
        kind=listing.kind,
        title=clean_text(listing.title, _MAX_TITLE),
        entries=tuple(taken),
        dropped=tuple(dropped[:_MAX_DROPPED]),
        faults=tuple(dict.fromkeys(listing.faults))[:_MAX_FAULTS],
        hints=listing.hints,
        children=children,
        list_window=window_of(listed),
        left_out=dict(left_out),
    )


def _read(body: bytes, url: str, content_type: str, source: Source) -> Listing:
    """Tell what a document is and have it read."""
    text, faults = decode_document(body, content_type)
    head = text[:65536].lstrip("\ufeff \t\r\n\x00")
    if not head:
        raise FeedError("an empty document", subject=url)
    if head.startswith(("{", "[")):
        listing = read_json_feed(text.lstrip("\ufeff"), url, max(_READ_ITEMS, source.max_entries))
    elif _SITEMAP.search(head):
        xml, mended = mend_xml(text)
        listing = read_sitemap(xml.encode(), url, max(_READ_URLS, source.max_entries))
        faults += mended
    elif _HTML.match(head) or not _FEED.search(head):
        title = _TITLE.search(head)
        shown = clean_text(title[1], 100) if title else ""
        if _HTML.search(head):
            reason = wall_of(shown, head, url)
            raise NotAFeed(f"an HTML page ({shown!r}) in place of a feed", subject=url, reason=reason)
        raise FeedError("neither feed nor sitemap in place of a feed", subject=url)
    else:
        xml, mended = mend_xml(text)
        xml, cut = cut_items(xml, max(_READ_ITEMS, source.max_entries))
        listing = read_xml_feed(xml, url)
        if CUT_IN_ITEM in mended and listing.items:
            listing.items[-1].whole = False
        listing.unread += cut
        faults += mended
    listing.faults[:0] = faults
    return listing


def _judge(
    listing: Listing, source: Source, feed: Feed, zone: tzinfo, now: datetime
) -> tuple[list[Entry], list[DroppedEntry], list[tuple[str, datetime | None]]]:
    """Say which items become entries, and why the others do not; and what is listed, with its dates."""
    entries: list[Entry] = []
    dropped: list[DroppedEntry] = []
    seen: set[str] = set()
    listed_at = {canon_v1(feed.url), canon_v1(listing.base)}
    listed: list[tuple[str, datetime | None]] = []
    oldest = now - timedelta(days=source.max_age_days)
    for item in _newest(listing, max(_READ_ITEMS, source.max_entries), zone, now):
        title = clean_text(item.title, _MAX_TITLE)
        try:
            link = clean_link(item.link, listing.base)
            if canon_v1(link) in listed_at:
                raise ValueError("leads back to the list")
        except ValueError as error:
            dropped.append(
                DroppedEntry(url=kept_raw(item.link, 500), reason=Reason.BAD_URL, detail=str(error), title=title)
            )
            continue
        entry = _entry(item, link, title, listing, source, feed, zone, now)
        age_from = entry.published or entry.updated
        if entry.entry_id not in seen:
            listed.append((entry.entry_id, age_from))
        if entry.entry_id in seen:
            dropped.append(DroppedEntry(url=link, reason=Reason.DUPLICATE, detail="listed twice", title=title))
        elif age_from is not None and age_from < oldest:
            seen.add(entry.entry_id)
            dropped.append(
                DroppedEntry(url=link, reason=Reason.TOO_OLD, detail=f"of {age_from.date().isoformat()}", title=title)
            )
        else:
            seen.add(entry.entry_id)
            entries.append(entry)
    if len(entries) <= source.max_entries:
        return entries, dropped, listed
    newest = sorted(entries, key=lambda e: e.published or e.updated or _NEVER, reverse=True)
    beyond = {entry.entry_id for entry in newest[source.max_entries :]}
    detail = f"{len(entries)} entries, limit {source.max_entries}"
    dropped += [
        DroppedEntry(url=entry.url, reason=Reason.OVERFLOW, detail=detail, title=entry.title)
        for entry in entries
        if entry.entry_id in beyond
    ]
    return [entry for entry in entries if entry.entry_id not in beyond], dropped, listed


_NEVER = datetime.min.replace(tzinfo=UTC)


def _newest(listing: Listing, limit: int, zone: tzinfo, now: datetime) -> list[Item]:
    """The newest items of a long list (a sitemap may name 50,000), in its order; the others are not looked at."""
    items = listing.items
    if len(items) <= limit:
        return items
    dates = [read_date(item.published or item.updated, zone=zone, now=now).at or _NEVER for item in items]
    kept = sorted(range(len(items)), key=dates.__getitem__, reverse=True)[:limit]
    listing.unread += len(items) - limit
    return [items[index] for index in sorted(kept)]


def _entry(
    item: Item, link: str, title: str, listing: Listing, source: Source, feed: Feed, zone: tzinfo, now: datetime
) -> Entry:
    language = item.language or listing.language or source.language
    published_raw, updated_raw = kept_raw(item.published, _MAX_RAW * 2), kept_raw(item.updated, _MAX_RAW * 2)
    from_updated = not published_raw and listing.kind is not FeedKind.SITEMAP and item.whole
    if from_updated:
        published_raw = updated_raw  # RSS has its only date there as dc:date, Atom as the required <updated>
    published = read_date(published_raw, zone=zone, now=now, language=language)
    updated = read_date(updated_raw, zone=zone, now=now, language=language)
    listing.faults += [read.fault for read in (published, updated) if read.fault]
    tag = _TAG.match(language.strip().replace("_", "-"))
    return Entry(
        entry_id=url_id(link),
        url=link,
        canon_url=canon_v1(link),
        source_id=source.id,
        feed_url=feed.url,
        title=title,
        summary=clean_text(item.summary, _MAX_SUMMARY),
        authors=tuple(name for author in item.authors[:20] if (name := clean_text(author, 200))),
        published=published.at,
        published_raw=published_raw[:_MAX_RAW],
        published_read_as=f"its only date, updated: {published.read_as}"
        if from_updated and updated_raw
        else published.read_as,
        updated=updated.at,
        updated_raw=updated_raw[:_MAX_RAW],
        updated_read_as=updated.read_as,
        language=tag.group() if tag else "",
        guid=kept_raw(item.guid, 500),
    )


def _children(listing: Listing, zone: tzinfo, now: datetime) -> tuple[Child, ...]:
    children: dict[str, Child] = {}
    for link, lastmod in listing.children[:_MAX_CHILDREN]:
        try:
            url = clean_link(link, listing.base)
        except ValueError as error:
            listing.faults.append(f"{link[:200]!r}: {error}")
            continue
        children.setdefault(url, Child(url=url, lastmod=read_date(lastmod, zone=zone, now=now).at))
    return tuple(children.values())


def _zone(source: Source) -> tzinfo:
    try:
        return ZoneInfo(source.timezone)
    except (KeyError, ValueError, OSError):
        return UTC
