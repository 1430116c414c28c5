"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org 0.9, Google news 0.9), read as a stream."""

from __future__ import annotations

import io
import re

from lxml import etree

from pipeline.discover.items import Item, Listing
from pipeline.records import FeedKind

_URL = re.compile(rb"<(?:\w{1,20}:)?url[\s>]")
_FIELDS = {"publication_date": "published", "title": "title", "lastmod": "updated"}


def read_sitemap(xml: bytes, url: str, limit: int) -> Listing:
    """Read a sitemap or an index of sitemaps.

    Prefixes are arbitrary and some files declare none, so elements are told by their local names.

    Args:
        xml: the document, UTF-8.
        url: where it came from.
        limit: most addresses that are read; the rest is counted.
    """
    listing = Listing(kind=FeedKind.SITEMAP, base=url)
    item = Item()
    child = ("", "")
    inside: list[str] = []
    context = etree.iterparse(
        io.BytesIO(xml),
        events=("start", "end"),
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
        for event, element in context:
            name = re.split("[:}]", element.tag)[-1]  # "news:news" where no namespace is declared
            if event == "start":
                inside.append(name)
                continue
            inside.pop()
            parent = inside[-1] if inside else ""
            text = (element.text or "").strip()
            if name == "url":
                if len(listing.items) < limit:
                    listing.items.append(item)
                else:
                    listing.unread = len(_URL.findall(xml)) - limit
                    break
                item = Item()
            elif name == "sitemap":
                listing.kind = FeedKind.SITEMAP_INDEX
                listing.children.append(child)
                child = ("", "")
            elif name == "loc" and parent == "url":
                item.link = text
            elif parent == "sitemap" and name in {"loc", "lastmod"}:
                child = (text, child[1]) if name == "loc" else (child[0], text)
            elif (name == "lastmod" and parent == "url") or (parent == "news" and name in _FIELDS):
                setattr(item, _FIELDS[name], text)
            elif name == "language" and parent == "publication":
                item.language = text
            elif name == "name" and parent == "publication":
                listing.title = listing.title or text
            elif name == "news" and listing.kind is FeedKind.SITEMAP:
                listing.kind = FeedKind.NEWS_SITEMAP
            if name in {"url", "sitemap"}:
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        listing.faults.append(f"not well-formed: {error.msg}"[:200])
    for entry in context.error_log[:3]:
        listing.faults.append(f"line {entry.line}: {entry.message}"[:200])
    return listing
