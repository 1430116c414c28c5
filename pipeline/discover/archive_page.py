"""Dated archive pages: the articles that a day's page lists, and the page that goes on where it ends."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree, html

from pipeline.discover.addresses import day_in_address, is_other_file, may_be_article
from pipeline.discover.clean import clean_link, clean_text
from pipeline.discover.parse import Child, ParsedFeed
from pipeline.encodings import BadEncoding, TooLarge, gunzip
from pipeline.errors import FeedError
from pipeline.identity import canon_v1, host_of, url_id
from pipeline.records import Entry, Feed, FeedKind, Source

_MAX_LINKS = 5000
_FURNITURE = frozenset({"nav", "aside", "form", "noscript", "template"})
_EDGES = frozenset({"header", "footer"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "menu"})
_SIDE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|sidebar|footer|related|most-?(?:read|popular|viewed)|popular|trending|"
    r"newsletter|promo|share|social|pagination|pager)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PAGE_NAMES = frozenset({"page", "p", "pg", "paged", "seite", "pagina", "sida", "side", "strana", "sayfa"})
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class _Link:
    """An address that the page links to, with what speaks for its being an article."""

    url: str
    text: str = ""
    headline: bool = False
    paths: set[str] = field(default_factory=set)


def read_archive_page(
    body: bytes,
    *,
    day: date,
    daily: bool = True,
    url: str,
    content_type: str,
    source: Source,
    feed: Feed,
    now: datetime,
    max_bytes: int = 64 * 1024 * 1024,
) -> ParsedFeed:
    """Read the articles that a dated archive page lists, and which page goes on where it ends.

    A link counts where it leads to the outlet's own hosts, stands outside of navigation, and either its address bears
    the page's day (one day more or less: pages go by local time, addresses at times by UTC) or it belongs to the page's
    main list: the links that stand in the same place of the markup as those do, or, where no address bears a day, the
    places whose links look like headlines of articles.

    Args:
        body: the page, content encoding undone.
        day: whose page it is.
        daily: the page is of one day; else of ``day``'s month, and only addresses that bear a day get one.
        url: where it came from, after redirects.
        content_type: the header, for the charset.
        source: whose it is.
        feed: the template.
        now: unused: a page has no dates of its own.
        max_bytes: most bytes out of a gzip file.

    Returns:
        Entries in the page's order, without dates; the next page as its only child, where it names one.

    Raises:
        FeedError: it is no HTML page.
    """
    root = _parse(body, url, content_type, max_bytes)
    base = urljoin(url, str(root.xpath("string(//head/base/@href)")))
    links = _links(root, base, url, own_hosts(source))
    taken = _of_day(links, day) if daily else [link for link in links if may_be_article(link.url)]
    entries = tuple(
        Entry(
            entry_id=url_id(link.url),
            url=link.url,
            canon_url=canon_v1(link.url),
            source_id=source.id,
            feed_url=url,
            title=clean_text(link.text, 500),
            language=source.language,
        )
        for link in taken
    )
    next_page = _next_page(root, base, url)
    faults = () if entries or not links else (f"none of its {len(links)} links looks like an article of that day",)
    return ParsedFeed(
        kind=FeedKind.ARCHIVE_PAGE,
        title=clean_text(str(root.xpath("string(//title)")), 500),
        entries=entries,
        faults=faults,
        children=(Child(url=next_page),) if next_page else (),
    )


def own_hosts(source: Source) -> frozenset[str]:
    """Return the hosts of an outlet's pages, without ``www.``."""
    hosts = {host.lower() for host in source.hosts}
    with contextlib.suppress(ValueError):
        hosts.add(host_of(source.homepage))
    return frozenset(host.removeprefix("www.") for host in hosts)


def is_own(url: str, hosts: frozenset[str]) -> bool:
    """Whether an address is on one of these hosts (see :func:`own_hosts`)."""
    try:
        return host_of(url).removeprefix("www.") in hosts
    except ValueError:
        return False


def _parse(body: bytes, url: str, content_type: str, max_bytes: int) -> html.HtmlElement:
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gunzip(body, max_bytes)
        except (TooLarge, BadEncoding) as error:
            raise FeedError(f"gzip: {error}", subject=url) from error
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    try:
        parser = html.HTMLParser(encoding=found[1] if found else None, no_network=True, huge_tree=False)
    except LookupError:
        parser = html.HTMLParser(no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(f"no HTML page: {error}"[:200], subject=url) from error
    if not root.xpath("//a[@href]"):
        raise FeedError("a page without links in place of an archive page", subject=url)
    return root


def _links(root: html.HtmlElement, base: str, url: str, hosts: frozenset[str]) -> list[_Link]:
    """The page's links to other pages of the outlet, outside of its furniture, in order."""
    found: dict[str, _Link] = {}
    for anchor in root.iter("a"):
        href = anchor.get("href")
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")) or len(found) >= _MAX_LINKS:
            continue
        if _furniture(anchor):
            continue
        try:
            link = clean_link(href, base).partition("#")[0]
            key = canon_v1(link)
        except ValueError:
            continue
        # An address that differs in numbers only is another day's page; one with a page number goes on with this one.
        if (
            _shape(link) == _shape(url)
            or _number(link, url) is not None
            or not is_own(link, hosts)
            or is_other_file(link)
            or (urlsplit(link).path in {"", "/"} and not urlsplit(link).query)
        ):
            continue
        known = found.setdefault(key, _Link(link))
        text = " ".join(anchor.text_content().split())
        known.text = max(known.text, text, key=len)
        known.headline = known.headline or _in_heading(anchor)
        known.paths.add(_place(anchor))
    return list(found.values())


def _shape(url: str) -> str:
    parts = urlsplit(url)
    return re.sub(r"\d+", "#", f"{parts.path.rstrip('/')}?{parts.query}")


def _of_day(links: list[_Link], day: date) -> list[_Link]:
    """The links that are articles of the day."""
    near = {day - timedelta(days=1), day, day + timedelta(days=1)}
    days = {link.url: day_in_address(link.url) for link in links}
    surely = [link for link in links if days[link.url] == day]
    places = Counter(place for link in surely for place in link.paths)
    if not places:  # the addresses bear no days: the places of headlines are the list
        heads = [link for link in links if days[link.url] is None and may_be_article(link.url) and _is_headline(link)]
        places = Counter(place for link in heads for place in link.paths)
        known = {link.url for link in heads}
        return [link for link in links if link.url in known or (days[link.url] in near and link.paths & set(places))]
    return [
        link
        for link in links
        if days[link.url] == day
        or (link.paths & set(places) and (days[link.url] in near or (days[link.url] is None and _may_be(link))))
    ]


def _may_be(link: _Link) -> bool:
    return may_be_article(link.url) or _is_headline(link)


def _is_headline(link: _Link) -> bool:
    words = len(_WORD.findall(link.text))
    return words >= 4 or (len(link.text) >= 10 and not link.text.isascii()) or (link.headline and words >= 2)


def _furniture(anchor: html.HtmlElement) -> bool:
    """Whether a link stands in navigation, a side column or the like; a header within an article is none."""
    edge = False
    for parent in anchor.iterancestors():
        tag = parent.tag if isinstance(parent.tag, str) else ""
        if tag in {"article", "main"} and edge:
            return False
        if tag in _FURNITURE or (parent.get("role") or "").lower() in _ROLES:
            return True
        if tag in _EDGES:
            edge = True
        elif tag not in {"body", "html", "main"} and _SIDE.search(
            f"{parent.get('class') or ''} {parent.get('id') or ''}"
        ):
            return True
    return edge


def _in_heading(anchor: html.HtmlElement) -> bool:
    near = [anchor, *anchor.iterdescendants(), *list(anchor.iterancestors())[:3]]
    return any(element.tag in {"h1", "h2", "h3", "h4", "h5"} for element in near)


def _place(anchor: html.HtmlElement) -> str:
    """Where a link stands: the tags above it with their first class, without counting siblings."""
    names = []
    for element in [anchor, *list(anchor.iterancestors())[:8]]:
        first = (element.get("class") or "").split()
        names.append(f"{element.tag}.{first[0]}" if first else str(element.tag))
    return "/".join(reversed(names))


def _next_page(root: html.HtmlElement, base: str, url: str) -> str:
    """The address of the page that goes on: the next number behind the same path, else ``rel=next`` on that path."""
    wanted = (_number(url, url) or 1) + 1
    related = ""
    for element in root.xpath("//link[@rel and @href] | //a[@href]"):
        try:
            link = clean_link(element.get("href") or "", base).partition("#")[0]
            if host_of(link) != host_of(url) or canon_v1(link) == canon_v1(url):
                continue
        except ValueError:
            continue
        if _number(link, url) == wanted:
            return link
        says_next = "next" in (element.get("rel") or "").lower().split()
        if says_next and not related and _number(link, url) is None and urlsplit(link).path == urlsplit(url).path:
            related = link
    return related


def _number(link: str, first: str) -> int | None:
    """Which page of a paged list an address is, by ``?page=N`` or ``/page/N`` behind the same path; None: not one."""
    parts, start = urlsplit(link), urlsplit(first)
    folder = re.sub(r"/(?:page|seite|pagina|p)/?\d{1,4}/?$", "", start.path).rstrip("/")
    for name, value in parse_qsl(parts.query):
        if name.lower() in _PAGE_NAMES and value.isdigit() and len(value) <= 4:
            return int(value) if parts.path.rstrip("/") == folder else None
    rest = parts.path.rstrip("/").removeprefix(folder)
    if parts.path.startswith(folder) and (found := re.fullmatch(r"/(?:page/?|seite/?|pagina/?|p/?)(\d{1,4})", rest)):
        return int(found[1])
    return None
