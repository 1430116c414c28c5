"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
import re
from typing import Any

from pipeline.discover.items import Item, Listing
from pipeline.errors import FeedError
from pipeline.records import FeedKind

_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"[\s,]*")
_SUMMARIES = ("summary", "content_text", "content_html")


def read_json_feed(text: str, url: str, limit: int) -> Listing:
    """Read a JSON Feed. What has another type than the specification says is left out, not fatal.

    Raises:
        FeedError: not a JSON Feed.
    """
    faults: list[str] = []
    try:
        document = json.loads(text, strict=False)
    except RecursionError as error:
        raise FeedError("JSON nested too deeply", subject=url) from error
    except ValueError as error:
        document = {"items": _whole_items(text)}
        if not document["items"]:
            raise FeedError(f"not JSON: {error}"[:200], subject=url) from error
        faults.append(f"broken JSON: {error}"[:200])
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise FeedError("JSON, but no JSON Feed: it has no list of items", subject=url)
    listing = Listing(
        kind=FeedKind.JSON, base=url, title=_text(document.get("title")), language=_text(document.get("language"))
    )
    listing.faults += faults
    if not faults and "jsonfeed.org/version/" not in _text(document.get("version")):
        listing.faults.append("no version of JSON Feed is named")
    items = document["items"]
    listing.unread = max(0, len(items) - limit)
    shared = _authors(document)
    for item in items[:limit]:
        if not isinstance(item, dict):
            listing.faults.append(f"an item is no object but {type(item).__name__}")
            continue
        link = _text(item.get("url")) or _text(item.get("external_url"))
        guid = _text(item.get("id"))
        listing.items.append(
            Item(
                link=link or (guid if guid.startswith(("http://", "https://")) else ""),
                title=_text(item.get("title")),
                summary=_text(item.get("summary"))
                or _text(item.get("content_text"))
                or _text(item.get("content_html")),
                authors=_authors(item) or shared,
                published=_text(item.get("date_published")),
                updated=_text(item.get("date_modified")),
                language=_text(item.get("language")),
                guid=guid,
            )
        )
    return listing


def _whole_items(text: str) -> list[Any]:
    """The items that are whole in a document that is cut off or broken further on."""
    start = _ITEMS.search(text)
    decoder = json.JSONDecoder(strict=False)
    items: list[Any] = []
    at = start.end() if start else len(text)
    while at < len(text):
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
    return items


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    people = holder.get("authors")
    listed = people if isinstance(people, list) else [holder.get("author")]  # 1.1, 1.0
    return tuple(name for person in listed if isinstance(person, dict) and (name := _text(person.get("name"))))
