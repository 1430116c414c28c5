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
_NEXT = re.compile(r",\s*(?=\{)")
_KEY = re.compile(r'[\s,]*"(\w{1,40})"\s*:\s*')
_ESCAPE = re.compile(r'\\\\|\\(?!["/bfnrtu])|\\u(?![0-9A-Fa-f]{4})')
_BROKEN = ""  # a member of items that are broken; no item has one of that name
_HEAD = ("version", "title", "language", "authors", "author")


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
        document = _whole_parts(_ESCAPE.sub(_escaped, text), limit)
        if not document["items"]:
            raise FeedError(f"not JSON: {error}"[:200], subject=url) from error
        faults.append(f"broken JSON: {error}"[:200])
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise FeedError("JSON, but no JSON Feed: it has no list of items", subject=url)
    listing = Listing(
        kind=FeedKind.JSON, base=url, title=_text(document.get("title")), language=_text(document.get("language"))
    )
    listing.faults += faults
    if "jsonfeed.org/version/" not in _text(document.get("version")):
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
                whole=_BROKEN not in item,
            )
        )
    return listing


def _escaped(found: re.Match[str]) -> str:
    return found.group() if found.group() == "\\\\" else "\\" + found.group()


def _whole_parts(text: str, limit: int) -> dict[str, Any]:
    """What is whole in a document that is cut off, or broken somewhere: its head, and its items.

    Of an item that is broken or cut off, the members before that are kept; reading goes on with the next item.
    """
    start = _ITEMS.search(text)
    decoder = json.JSONDecoder(strict=False)
    head = _members(decoder, text, text.find("{") + 1, stop=start.start() if start else len(text))
    items: list[Any] = []
    at = start.end() if start else len(text)
    while at < len(text) and text[at] != "]" and len(items) <= limit:
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            item, at = _broken_item(decoder, text, at)
        if item:
            items.append(item)
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
    return {name: head[name] for name in _HEAD if name in head} | {"items": items}


def _broken_item(decoder: json.JSONDecoder, text: str, at: int) -> tuple[dict[str, Any], int]:
    """The members of a broken item that can be read, and where the next item begins."""
    members = _members(decoder, text, at + 1, stop=len(text)) if text[at] == "{" else {}
    if members:
        members[_BROKEN] = True
    for found in _NEXT.finditer(text, at):
        # An item names itself; what is nested in one (an author, an attachment) does not.
        peek = _members(decoder, text, found.end() + 1, stop=min(len(text), found.end() + 4096))
        if "id" in peek or ("url" in peek and peek.keys() & {"title", "date_published", "content_html"}):
            return members, found.end()
    return members, len(text)


def _members(decoder: json.JSONDecoder, text: str, at: int, *, stop: int) -> dict[str, Any]:
    """The members of an object from ``at`` on, up to the first that cannot be read."""
    members: dict[str, Any] = {}
    while (key := _KEY.match(text, at)) and key.end() < stop:
        try:
            value, at = decoder.raw_decode(text, key.end())
        except (ValueError, RecursionError):
            break
        if isinstance(value, int | float) and at >= len(text):
            break  # more digits may have followed
        members.setdefault(key[1], value)
    return members


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    people = holder.get("authors")
    listed = people if isinstance(people, list) else [holder.get("author")]  # 1.1, 1.0
    return tuple(name for person in listed if isinstance(person, dict) and (name := _text(person.get("name"))))
