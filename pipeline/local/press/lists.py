"""The lists of the sample press: feeds and sitemaps, as bytes, from stories.

Each function takes the outlet, the stories to list (newest first), the root of the outlet's site
(``http://outlet.localhost:18930``) and returns the whole document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import groupby

from lxml import etree

from pipeline.local.press.world import ListSpec, Outlet, Story

ATOM = "http://www.w3.org/2005/Atom"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS1 = "http://purl.org/rss/1.0/"
DC = "http://purl.org/dc/elements/1.1/"
SY = "http://purl.org/rss/1.0/modules/syndication/"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XML = "http://www.w3.org/XML/1998/namespace"

ListWriter = Callable[[Outlet, list[Story], str, str], bytes]


def story_url(story: Story, root: str, *, listed: bool = False) -> str:
    """Return the address of a story; with ``listed`` as the lists give it, tracking parameters and all."""
    scheme, _, host = root.partition("://")
    prefix = f"{story.front.host}." if story.front.host else ""
    query = f"?{story.front.listed_query}" if listed and story.front.listed_query else ""
    return f"{scheme}://{prefix}{host}{story.path}{query}"


def rss(outlet: Outlet, stories: list[Story], root: str, path: str) -> bytes:
    """RSS 2.0 with Dublin Core authors and an Atom link to itself."""
    doc = etree.Element("rss", version="2.0", nsmap={"dc": DC, "atom": ATOM})
    channel = etree.SubElement(doc, "channel")
    _add(channel, "title", outlet.name)
    _add(channel, "link", f"{root}/")
    _add(channel, "description", outlet.tagline)
    _add(channel, "language", outlet.language)
    etree.SubElement(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=f"{root}{path}")
    if stories:
        _add(channel, "lastBuildDate", format_datetime(max(s.updated for s in stories)))
    _add(channel, "ttl", "15")
    for story in stories:
        item = etree.SubElement(channel, "item")
        _add(item, "title", story.front.title)
        _add(item, "link", story_url(story, root, listed=True))
        _add(item, "description", story.front.dek)
        for author in story.front.authors:
            _add(item, f"{{{DC}}}creator", author)
        _add(item, "category", story.front.section)
        _add(item, "pubDate", format_datetime(story.front.published))
        if story.revision > 1:
            _add(item, f"{{{ATOM}}}updated", story.updated.isoformat())
        guid = _add(item, "guid", f"{outlet.id}-{story.slug}")
        guid.set("isPermaLink", "false")
    return _bytes(doc)


def atom(outlet: Outlet, stories: list[Story], root: str, path: str) -> bytes:
    """Atom (RFC 4287)."""
    doc = etree.Element(f"{{{ATOM}}}feed", nsmap=_default(ATOM))
    doc.set(f"{{{XML}}}lang", outlet.language)
    _add(doc, f"{{{ATOM}}}id", f"tag:{outlet.id}.localhost,2026:feed")
    _add(doc, f"{{{ATOM}}}title", outlet.name)
    _add(doc, f"{{{ATOM}}}subtitle", outlet.tagline)
    etree.SubElement(doc, f"{{{ATOM}}}link", rel="self", href=f"{root}{path}")
    etree.SubElement(doc, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=f"{root}/")
    author = etree.SubElement(doc, f"{{{ATOM}}}author")
    _add(author, f"{{{ATOM}}}name", outlet.name)
    updated = max((s.updated for s in stories), default=datetime(2026, 10, 1, tzinfo=UTC))
    _add(doc, f"{{{ATOM}}}updated", updated.isoformat())
    for story in stories:
        entry = etree.SubElement(doc, f"{{{ATOM}}}entry")
        _add(entry, f"{{{ATOM}}}id", f"tag:{outlet.id}.localhost,2026:{story.slug}")
        _add(entry, f"{{{ATOM}}}title", story.front.title).set("type", "text")
        href = story_url(story, root, listed=True)
        etree.SubElement(entry, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=href)
        _add(entry, f"{{{ATOM}}}published", story.front.published.isoformat())
        _add(entry, f"{{{ATOM}}}updated", story.updated.isoformat())
        for name in story.front.authors:
            _add(etree.SubElement(entry, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", name)
        etree.SubElement(entry, f"{{{ATOM}}}category", term=story.front.section)
        if story.front.dek:
            _add(entry, f"{{{ATOM}}}summary", story.front.dek).set("type", "text")
    return _bytes(doc)


def rdf(outlet: Outlet, stories: list[Story], root: str, path: str) -> bytes:
    """RSS 1.0 (RDF) with Dublin Core and syndication modules."""
    doc = etree.Element(f"{{{RDF}}}RDF", nsmap=_default(RSS1, rdf=RDF, dc=DC, sy=SY))
    channel = etree.SubElement(doc, f"{{{RSS1}}}channel")
    channel.set(f"{{{RDF}}}about", f"{root}{path}")
    _add(channel, f"{{{RSS1}}}title", outlet.name)
    _add(channel, f"{{{RSS1}}}link", f"{root}/")
    _add(channel, f"{{{RSS1}}}description", outlet.tagline)
    _add(channel, f"{{{DC}}}language", outlet.language)
    _add(channel, f"{{{SY}}}updatePeriod", "hourly")
    _add(channel, f"{{{SY}}}updateFrequency", "2")
    items = etree.SubElement(channel, f"{{{RSS1}}}items")
    sequence = etree.SubElement(items, f"{{{RDF}}}Seq")
    for story in stories:
        href = story_url(story, root, listed=True)
        etree.SubElement(sequence, f"{{{RDF}}}li").set(f"{{{RDF}}}resource", href)
        item = etree.SubElement(doc, f"{{{RSS1}}}item")
        item.set(f"{{{RDF}}}about", href)
        _add(item, f"{{{RSS1}}}title", story.front.title)
        _add(item, f"{{{RSS1}}}link", href)
        _add(item, f"{{{RSS1}}}description", story.front.dek)
        if story.front.authors:
            _add(item, f"{{{DC}}}creator", ", ".join(story.front.authors))
        _add(item, f"{{{DC}}}date", story.updated.isoformat())
        _add(item, f"{{{DC}}}subject", story.front.section)
    return _bytes(doc)


def json_feed(outlet: Outlet, stories: list[Story], root: str, path: str) -> bytes:
    """JSON Feed 1.1."""
    items = []
    for story in stories:
        item: dict[str, object] = {
            "id": f"{outlet.id}:{story.slug}",
            "url": story_url(story, root, listed=True),
            "title": story.front.title,
            "summary": story.front.dek,
            "date_published": story.front.published.isoformat(),
            "authors": [{"name": name} for name in story.front.authors],
            "tags": [story.front.section],
            "language": story.front.language,
        }
        if story.revision > 1:
            item["date_modified"] = story.updated.isoformat()
        items.append(item)
    doc = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{root}/",
        "feed_url": f"{root}{path}",
        "description": outlet.tagline,
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(doc, ensure_ascii=False, indent=1).encode()


def news_sitemap(outlet: Outlet, stories: list[Story], root: str, path: str) -> bytes:
    """A sitemap with the news extension. Holds every story asked for, not only the last two days."""
    doc = etree.Element(f"{{{SITEMAP}}}urlset", nsmap=_default(SITEMAP, news=NEWS))
    for story in stories:
        url = etree.SubElement(doc, f"{{{SITEMAP}}}url")
        _add(url, f"{{{SITEMAP}}}loc", story_url(story, root, listed=True))
        if story.revision > 1:
            _add(url, f"{{{SITEMAP}}}lastmod", story.updated.isoformat())
        news = etree.SubElement(url, f"{{{NEWS}}}news")
        publication = etree.SubElement(news, f"{{{NEWS}}}publication")
        _add(publication, f"{{{NEWS}}}name", outlet.name)
        _add(publication, f"{{{NEWS}}}language", story.front.language)
        _add(news, f"{{{NEWS}}}publication_date", story.front.published.isoformat())
        _add(news, f"{{{NEWS}}}title", story.front.title)
    return _bytes(doc)


def sitemap(outlet: Outlet, stories: list[Story], root: str, path: str) -> bytes:
    """A plain sitemap: addresses and when they last changed."""
    doc = etree.Element(f"{{{SITEMAP}}}urlset", nsmap=_default(SITEMAP))
    for story in stories:
        url = etree.SubElement(doc, f"{{{SITEMAP}}}url")
        _add(url, f"{{{SITEMAP}}}loc", story_url(story, root, listed=True))
        _add(url, f"{{{SITEMAP}}}lastmod", story.updated.isoformat())
    return _bytes(doc)


def sitemap_index(outlet: Outlet, stories: list[Story], root: str, spec: ListSpec) -> bytes:
    """An index of one sitemap a day or a month (``spec.span``), and of the outlet's news sitemap if it has one."""
    doc = etree.Element(f"{{{SITEMAP}}}sitemapindex", nsmap=_default(SITEMAP))
    for other in outlet.lists:
        if other.kind == "news_sitemap":
            _index_entry(doc, f"{root}{other.path}", stories)
    for name, group in by_period(outlet, stories, spec.span):
        _index_entry(doc, f"{root}/sitemaps/{name}.xml", group)
    return _bytes(doc)


def by_period(outlet: Outlet, stories: Iterable[Story], span: str) -> list[tuple[str, list[Story]]]:
    """Group stories by the outlet's own day (``2026-10-03``) or month (``2026-10``), newest first."""
    form = "%Y-%m-%d" if span == "day" else "%Y-%m"

    def period(story: Story) -> str:
        return story.front.published.astimezone(outlet.zone).strftime(form)

    return [(name, list(group)) for name, group in groupby(sorted(stories, key=period, reverse=True), key=period)]


#: Kind of list: how it is written and with which content type it is sent.
WRITERS: dict[str, tuple[ListWriter, str]] = {
    "rss": (rss, "application/rss+xml; charset=utf-8"),
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "rdf": (rdf, "application/rdf+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json; charset=utf-8"),
    "news_sitemap": (news_sitemap, "application/xml; charset=utf-8"),
}


def _default(namespace: str, **prefixes: str) -> dict[str, str]:
    """Return a map with a default name space: lxml takes None as its prefix, which its stubs do not know."""
    return {None: namespace, **prefixes}  # type: ignore[dict-item]


def _index_entry(doc: etree._Element, loc: str, stories: list[Story]) -> None:
    entry = etree.SubElement(doc, f"{{{SITEMAP}}}sitemap")
    _add(entry, f"{{{SITEMAP}}}loc", loc)
    if stories:
        _add(entry, f"{{{SITEMAP}}}lastmod", max(s.updated for s in stories).isoformat())


def _add(parent: etree._Element, tag: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, tag)
    child.text = text
    return child


def _bytes(doc: etree._Element) -> bytes:
    return etree.tostring(doc, xml_declaration=True, encoding="utf-8", pretty_print=True)
