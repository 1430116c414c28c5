"""What a page says of itself in JSON-LD (schema.org)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

#: Types that are an article, the more telling first.
ARTICLE_TYPES = (
    *("NewsArticle", "ReportageNewsArticle", "OpinionNewsArticle", "AnalysisNewsArticle", "ReviewNewsArticle"),
    *(
        "BackgroundNewsArticle",
        "AskPublicNewsArticle",
        "SatiricalArticle",
        "AdvertiserContentArticle",
        "LiveBlogPosting",
    ),
    *("BlogPosting", "Report", "ScholarlyArticle", "TechArticle", "SocialMediaPosting", "Article"),
)
_RANK = {name: rank for rank, name in enumerate(ARTICLE_TYPES)}
_NODES = 2000
_DEPTH = 12
_WRAPPING = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_ADDRESS_KEYS = ("url", "mainEntityOfPage", "@id")


def nodes_of(tree: HtmlElement) -> list[Node]:
    """Return every object of a page's JSON-LD, nested ones included, in document order.

    A script that is no JSON even after the usual repairs (comments around it, raw line breaks in strings,
    trailing commas) is passed over.
    """
    found: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            for node in _walk(_load(script.text)):
                found.append(node)
                if len(found) >= _NODES:
                    return found
    return found


def types_of(node: Node) -> tuple[str, ...]:
    """Return a node's types without the schema.org prefix."""
    kinds = node.get("@type")
    return tuple(str(kind).rsplit("/", 1)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind)


def article_of(nodes: list[Node], url: str) -> Node | None:
    """Return the node that describes the page's own article.

    Of several, one with the page's address, then the more telling type, then the first: pages also
    describe the articles that they link to.
    """
    candidates = [
        (not _is_about(node, url), min(_RANK[kind] for kind in types_of(node) if kind in _RANK), place, node)
        for place, node in enumerate(nodes)
        if any(kind in _RANK for kind in types_of(node))
        and ("headline" in node or "datePublished" in node or "name" in node)
    ]
    return min(candidates, key=lambda one: one[:3])[3] if candidates else None


def texts(value: Any) -> list[str]:
    """Return the strings of a value that may be one, a list of them, or objects with a name."""
    if isinstance(value, str):
        cleaned = clean(value)
        return [cleaned] if cleaned else []
    if isinstance(value, dict):
        return texts(value.get("name") or value.get("@value") or value.get("url"))
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [str(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def text(value: Any) -> str:
    """Return the first string of a value, "" where there is none."""
    return next(iter(texts(value)), "")


def clean(value: str) -> str:
    """Return a string without markup, character references and runs of white space."""
    for _ in range(2):  # escaped twice is common
        if "&" in value:
            value = html.unescape(value)
    if "<" in value:
        value = re.sub(r"</?[A-Za-z][^<>]{0,500}>", " ", value)
    return " ".join(value.replace("\u200b", "").replace("\ufeff", "").split())


def _load(script: str) -> Any:
    text = _WRAPPING.sub("", _WRAPPING.sub("", script)).strip()
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, depth + 1)


def _is_about(node: Node, url: str) -> bool:
    path = _path(url)
    for key in _ADDRESS_KEYS:
        value = node.get(key)
        address = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(address, str) and len(path) > 1 and _path(address) == path:
            return True
    return False


def _path(url: str) -> str:
    return re.sub(r"^\w+://[^/]+", "", url).split("#")[0].split("?")[0].rstrip("/")
