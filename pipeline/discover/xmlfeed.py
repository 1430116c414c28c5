"""RSS, Atom and RDF, by feedparser: asked only to find the elements; the rest is done here."""

from __future__ import annotations

import logging
import re
from typing import Any

import feedparser

from pipeline.discover.items import Item, Listing
from pipeline.errors import FeedError
from pipeline.records import FeedHints, FeedKind

_UPDATE_PERIODS = {"always": 900, "hourly": 3600, "daily": 86400, "dayly": 86400, "weekly": 604800, "monthly": 2592000,
                   "yearly": 31536000}  # fmt: skip
_SKIP = re.compile(r"<skip(Hours|Days)>(.{0,2000}?)</skip\1>", re.DOTALL | re.IGNORECASE)
_SKIPPED = re.compile(r"<(?:hour|day)>\s*(\w+)\s*</", re.IGNORECASE)


def read_xml_feed(xml: str, url: str) -> Listing:
    """Read a feed.

    Args:
        xml: the mended document.
        url: where it came from.

    Raises:
        FeedError: the document is no feed.
    """
    logging.getLogger("feedparser").setLevel(logging.CRITICAL)
    try:
        parsed = feedparser.parse(
            xml.encode(),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        )
    except Exception as error:
        raise FeedError(f"the parser failed: {type(error).__name__}: {error}"[:300], subject=url) from error
    version = str(parsed.get("version") or "")
    if not version and not parsed.entries:
        raise FeedError("an XML document, but no feed", subject=url)
    channel = parsed.feed
    listing = Listing(
        kind=_kind(version, xml),
        base=url,
        title=_value(channel, "title"),
        language=_value(channel, "language"),
        hints=FeedHints(ttl_s=_minutes(_value(channel, "ttl")), sy_period_s=_sy_period(channel), **_skips(xml)),
    )
    if parsed.get("bozo"):
        listing.faults.append(f"not well-formed: {parsed.get('bozo_exception')}"[:200])
    listing.items = [_item(entry) for entry in parsed.entries]
    return listing


def _item(entry: Any) -> Item:
    content = entry.get("content") or []
    names = [str(author.get("name") or "") for author in entry.get("authors") or [] if isinstance(author, dict)]
    return Item(
        link=_value(entry, "feedburner_origlink") or _value(entry, "link"),
        title=_value(entry, "title"),
        summary=_value(entry, "summary") or (_value(content[0], "value") if content else ""),
        authors=tuple(name for name in names if name),
        published=_value(entry, "published"),
        updated=_value(entry, "updated"),
        language=_value(entry, "language") or _value(entry, "dc_language"),
        guid=_value(entry, "id"),
    )


def _value(holder: Any, name: str) -> str:
    # dict.get: feedparser's own get answers "updated" with "published" and warns about it.
    value = dict.get(holder, name)
    return value if isinstance(value, str) else ""


def _kind(version: str, xml: str) -> FeedKind:
    if version.startswith("atom"):
        return FeedKind.ATOM
    head = xml[:4096].lower()
    return FeedKind.RDF if version in {"rss10", "rss090"} or ":rdf" in head or "<rdf" in head else FeedKind.RSS


def _minutes(text: str) -> int | None:
    return int(text) * 60 if re.fullmatch(r"[0-9]{1,6}", text.strip()) else None


def _sy_period(channel: Any) -> int | None:
    period = _UPDATE_PERIODS.get(_value(channel, "sy_updateperiod").strip().lower())
    frequency = _value(channel, "sy_updatefrequency").strip()
    if period is None:
        return None
    times = int(frequency) if re.fullmatch(r"[0-9]{1,4}", frequency) and int(frequency) else 1
    return period // times


def _skips(xml: str) -> dict[str, Any]:
    """Hours (GMT, 0 to 23) and days of RSS at which not to come: feedparser keeps only the last of them."""
    hours: set[int] = set()
    days: list[str] = []
    for found in _SKIP.finditer(xml[:200_000]):
        values = _SKIPPED.findall(found[2])
        if found[1].lower() == "hours":
            hours |= {int(value) % 24 for value in values if re.fullmatch(r"[0-9]{1,2}", value) and int(value) <= 24}
        else:
            days += [value.capitalize() for value in values]
    return {"skip_hours": tuple(sorted(hours)), "skip_days": tuple(dict.fromkeys(days))}
