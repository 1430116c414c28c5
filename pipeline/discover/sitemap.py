"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org 0.9, Google news 0.9), read as a stream."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from pipeline.discover.items import Item, Listing
from pipeline.records import FeedKind

_URL = re.compile(rb"<(?:\w{1,20}:)?url[\s>]")
_PREFIX = re.compile(rb"<(\w{1,20}):(?:url|sitemap)[\s>]")
_FIELDS = {"publication_date": "published", "title": "title"}


def read_sitemap(xml: bytes, url: str, limit: int) -> Listing:
    """Read a sitemap or an index of sitemaps.

    Prefixes are arbitrary and some files declare none, so elements are told by their local names.

    Args:
        xml: the document, UTF-8.
        url: where it came from.
        limit: most addresses that are read; the rest is counted.
    """
    listing = Listing(kind=FeedKind.SITEMAP, base=url)
    # Only what is listed is handed over: a sitemap of 50,000 addresses has half a million other beginnings and ends.
    undeclared = {prefix.decode() for prefix in _PREFIX.findall(xml)}
    context = etree.iterparse(
        io.BytesIO(xml),
        events=("end",),
        tag=["{*}url", "{*}sitemap", *(f"{prefix}:{name}" for prefix in undeclared for name in ("url", "sitemap"))],
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in context:
            if _name(element) == "sitemap":
                listing.kind = FeedKind.SITEMAP_INDEX
                told = {_name(child): _text(child) for child in element}
                listing.children.append((told.get("loc", ""), told.get("lastmod", "")))
            elif len(listing.items) < limit:
                listing.items.append(_item(element, listing))
            else:
                listing.unread = len(_URL.findall(xml)) - limit
                break
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        listing.faults.append(f"not well-formed: {error.msg}"[:200])
    for entry in context.error_log[:3]:
        listing.faults.append(f"line {entry.line}: {entry.message}"[:200])
    return listing


def _item(element: etree._Element, listing: Listing) -> Item:
    item = Item()
    for child in element:
        name = _name(child)
        if name == "loc":
            item.link = _text(child)
        elif name == "lastmod":
            item.updated = _text(child)
        elif name == "news":
            listing.kind = FeedKind.NEWS_SITEMAP
            for detail, text in _details(child):
                if detail == "name":
                    listing.title = listing.title or text
                elif detail == "language":
                    item.language = text
                else:
                    setattr(item, _FIELDS[detail], text)
    return item


def _details(news: etree._Element) -> Iterator[tuple[str, str]]:
    """What the news extension says of an address."""
    for child in news:
        name = _name(child)
        if name in _FIELDS:
            yield name, _text(child)
        elif name == "publication":
            yield from ((_name(one), _text(one)) for one in child if _name(one) in {"name", "language"})


def _name(element: etree._Element) -> str:
    tag = str(element.tag)
    return tag[max(tag.rfind("}"), tag.rfind(":")) + 1 :]  # "news:news" where no name space is declared


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()
