"""Sources as OPML 2.0, out and in: what feed readers exchange.

An outlet is an outline with its lists as children. What OPML has no attribute for (id, country, time zone, …) stands in
attributes of a name space of our own, so that what goes out comes back the same; feed readers pass over them. Sitemaps
and archive pages are of type ``link``: a feed reader must not take them for feeds.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin
from zoneinfo import available_timezones

from lxml import etree
from msgspec.structs import replace

from pipeline.errors import SourcesError
from pipeline.identity import canon_v1, host_of, slug
from pipeline.records import Feed, FeedKind, Record, Source

NAMESPACE = "urn:standpoint:sources"
_MAX_BYTES = 16 * 1024 * 1024
_MAX_DEPTH = 64
#: How OPML 2.0 names the formats.
_VERSIONS = {FeedKind.RSS: "RSS2", FeedKind.RDF: "RSS1", FeedKind.ATOM: "ATOM1"}
_KINDS = {
    "RSS": FeedKind.RSS,
    "RSS2": FeedKind.RSS,
    "RSS1": FeedKind.RDF,
    "ATOM": FeedKind.ATOM,
    "ATOM1": FeedKind.ATOM,
}
_FEEDS = frozenset({FeedKind.AUTO, FeedKind.RSS, FeedKind.ATOM, FeedKind.RDF, FeedKind.JSON})
#: Hosts that serve the feeds of many outlets.
_SHARED = frozenset(
    {"feeds.feedburner.com", "feedproxy.google.com", "feeds2.feedburner.com", "rss.app", "feeds.feedblitz.com",
     "medium.com", "www.reddit.com", "www.youtube.com", "news.google.com", "politepol.com", "rsshub.app"}
)  # fmt: skip
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class OpmlRead(Record, frozen=True, kw_only=True):
    """What was read out of an OPML document.

    Attributes:
        notes: what was left out or had to be guessed, each with its line.
    """

    title: str = ""
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()


# --------------------------------------------------------------------------------------------------------
# Out


def write_opml(sources: Sequence[Source], *, title: str, now: datetime) -> bytes:
    """Return sources as an OPML 2.0 document, UTF-8.

    Args:
        sources: in their order.
        title: of the document.
        now: when it is made.
    """
    root = etree.Element("opml", version="2.0", nsmap={"standpoint": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _legal(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(root, "body")
    for source in sources:
        outline = etree.SubElement(body, "outline")
        _set(outline, text=source.name, title=source.name, htmlUrl=source.homepage, language=source.language)
        _set_own(outline, id=source.id, country=source.country, language=source.language, timezone=source.timezone)
        _set_own(outline, hosts=" ".join(source.hosts), agency="true" if source.agency else "")
        _set_own(outline, max_age_days=str(source.max_age_days), max_entries=str(source.max_entries))
        for feed in source.feeds:
            item = etree.SubElement(outline, "outline")
            if feed.kind in _FEEDS:
                _set(item, type="rss", text=source.name, title=source.name, xmlUrl=feed.url, htmlUrl=source.homepage)
                _set(item, language=source.language, version=_VERSIONS.get(feed.kind, ""))
            else:
                _set(item, type="link", text=f"{source.name} ({feed.kind.value})", url=feed.url)
            _set_own(item, kind=feed.kind.value)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _set(element: etree._Element, **values: str) -> None:
    for name, value in values.items():
        if value or name == "text":
            element.set(name, _legal(value))


def _set_own(element: etree._Element, **values: str) -> None:
    for name, value in values.items():
        if value:
            element.set(f"{{{NAMESPACE}}}{name}", _legal(value))


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


# --------------------------------------------------------------------------------------------------------
# In


def read_opml(data: bytes, name: str) -> OpmlRead:
    """Read the outlets of an OPML document of any version.

    Outlines may be nested in any way. Of our own documents each outlet comes back as it was. Of others, outlines of one
    site (``htmlUrl``, else the host of ``xmlUrl``) become one outlet; folders and categories have no place in a sources
    file and are told in the notes.

    Args:
        data: the document.
        name: of the file, for messages.

    Raises:
        SourcesError: it is no XML (names the line), no OPML, or lists no feed.
    """
    root = _parse(data, name)
    notes: list[str] = []
    outlets: dict[str, Source] = {}
    lists: dict[str, list[Feed]] = {}
    seen: dict[str, int] = {}
    folders: dict[str, None] = {}
    for outline, above in _outlines(root, notes):
        line = _line(outline)
        address = _get(outline, "xmlUrl") or (_get(outline, "url") if _own(outline, "kind") else "")
        if not address:
            if (_get(outline, "type")).lower() == "include" or (_get(outline, "url") and _own(outline, "kind") == ""):
                what = "includes another file" if _get(outline, "type").lower() == "include" else "is a link, no feed"
                notes.append(f"{name}:{line}: {_get(outline, 'text')!r} {what}: left out")
            continue
        address = re.sub(r"^feed:(?://)?(?=https?:)|^feed://", lambda m: "" if m[0] == "feed:" else "http://", address)
        try:
            key = canon_v1(address) if _own(outline, "kind") != FeedKind.ARCHIVE_PAGE.value else address
        except ValueError as error:
            notes.append(f"{name}:{line}: left out: {error}")
            continue
        if key in seen:
            notes.append(f"{name}:{line}: {address} is listed twice (first in line {seen[key]}): left out")
            continue
        seen[key] = line
        owner = next((one for one in reversed(above) if _own(one, "id")), None)
        for folder in [*_folders(above, owner), *filter(None, _get(outline, "category").split(","))]:
            folders.setdefault(folder.strip())
        group, source = _outlet(outline, owner, address, name, notes)
        outlets.setdefault(group, source)
        lists.setdefault(group, []).append(Feed(url=address, source_id="", kind=_kind(outline)))
    if not outlets:
        raise SourcesError("lists no feed: an outline with xmlUrl is missing", subject=name, problems=tuple(notes))
    if folders:
        shown = ", ".join(list(folders)[:10]) + (" …" if len(folders) > 10 else "")
        notes.append(f"{name}: folders and categories are not kept: {shown}")
    return OpmlRead(title=_text(root.find("head/title")), sources=tuple(_with_ids(outlets, lists)), notes=tuple(notes))


def not_yet_in(read: Sequence[Source], known: Sequence[Source]) -> tuple[list[Source], list[str]]:
    """Return the outlets of a document that a sources file lacks, and what is passed over, in words.

    Lists that the file has are passed over. An id that it uses for another outlet gets a number.
    """
    entered = {_same(feed): source.id for source in known for feed in source.feeds}
    taken = {source.id for source in known}
    new: list[Source] = []
    notes: list[str] = []
    for source in read:
        feeds = [feed for feed in source.feeds if _same(feed) not in entered]
        if len(feeds) < len(source.feeds):
            owners = sorted({entered[_same(feed)] for feed in source.feeds if _same(feed) in entered})
            n = len(source.feeds) - len(feeds)
            notes.append(f"{source.name}: {n} of {len(source.feeds)} lists are there already, of {', '.join(owners)}")
        if not feeds:
            continue
        id_ = next(one for n in range(1, 10**6) if (one := source.id if n == 1 else f"{source.id}-{n}") not in taken)
        if id_ != source.id:
            notes.append(f"{source.name}: the id {source.id} is in use: {id_} in its place")
        taken.add(id_)
        new.append(replace(source, id=id_, feeds=tuple(replace(feed, source_id=id_) for feed in feeds)))
    return new, notes


def _same(feed: Feed) -> str:
    with contextlib.suppress(ValueError):
        return canon_v1(feed.url)
    return feed.url


def _parse(data: bytes, name: str) -> etree._Element:
    if len(data) > _MAX_BYTES:
        raise SourcesError(f"{len(data)} bytes: no list of feeds is that long", subject=name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = int(getattr(error, "lineno", None) or 1)
        line += data[: len(data) - len(data.lstrip())].count(b"\n")
        words = re.sub(r", line \d+, column \d+.*$", "", str(getattr(error, "msg", error)))
        told = f"{name}:{line}: no XML: {words}; mend that line, or export the list again"
        raise SourcesError(f"no XML: {words}", subject=f"{name}:{line}", problems=(told,)) from error
    if etree.QName(root).localname.lower() != "opml":
        raise SourcesError(f"no OPML: its root is <{etree.QName(root).localname}>, not <opml>", subject=f"{name}:1")
    if root.find("body") is None:
        raise SourcesError("no OPML: <body> is missing", subject=f"{name}:1")
    return root


def _outlines(root: etree._Element, notes: list[str]) -> Iterator[tuple[etree._Element, list[etree._Element]]]:
    """Every outline in the document's order, with those that it stands in."""
    body = root.find("body")
    stack: list[tuple[etree._Element, list[etree._Element]]] = []
    if body is not None:
        stack = [(child, []) for child in reversed(body.findall("outline"))]
    while stack:
        outline, above = stack.pop()
        yield outline, above
        children = outline.findall("outline")
        if children and len(above) >= _MAX_DEPTH:
            notes.append(f"line {_line(outline)}: nested deeper than {_MAX_DEPTH}: left out")
        else:
            stack += [(child, [*above, outline]) for child in reversed(children)]


def _outlet(
    outline: etree._Element, owner: etree._Element | None, address: str, name: str, notes: list[str]
) -> tuple[str, Source]:
    """The outlet that a list belongs to, and the key by which lists of one outlet meet."""
    of = owner if owner is not None else outline
    line = _line(outline)
    homepage = _get(of, "htmlUrl")
    try:
        site = host_of(homepage).removeprefix("www.")
    except ValueError:
        host = host_of(address.partition("%")[0])
        homepage, site = urljoin(address, "/"), address if host in _SHARED else host.removeprefix("www.")
        if owner is None:
            notes.append(f"{name}:{line}: no homepage: taken as {homepage}; put the right one in")
    text = _get(of, "title") or _get(of, "text") or site
    language = _language(_own(of, "language") if owner is not None else _get(of, "language"))
    zone = _own(of, "timezone")
    if owner is None and not zone:
        notes.append(f"{name}:{line}: {text}: OPML names no time zone: taken as UTC; put the right one in")
    source = Source(
        id=_own(of, "id"),
        name=" ".join(text.split()) if owner is None else text,
        homepage=homepage,
        country=country if re.fullmatch("[A-Z]{2}", country := _own(of, "country")) else "",
        language=language,
        timezone=zone if zone in available_timezones() else "UTC",
        hosts=tuple(_own(of, "hosts").split()),
        agency=_own(of, "agency") == "true",
        max_age_days=_number(_own(of, "max_age_days"), 30),
        max_entries=_number(_own(of, "max_entries"), 500),
    )
    return f"id {source.id}" if source.id else site, source


def _with_ids(outlets: dict[str, Source], lists: dict[str, list[Feed]]) -> Iterator[Source]:
    """The outlets with their lists, each with an id that no other has."""
    taken = {source.id for source in outlets.values() if _ID.fullmatch(source.id)}
    for group, source in outlets.items():
        id_ = source.id
        if not _ID.fullmatch(id_):
            named = slug(source.name) or slug(group) or "source"
            id_ = next(one for n in range(1, 10**6) if (one := named if n == 1 else f"{named}-{n}") not in taken)
            taken.add(id_)
        yield replace(source, id=id_, feeds=tuple(replace(feed, source_id=id_) for feed in lists[group]))


def _folders(above: Sequence[etree._Element], owner: etree._Element | None) -> list[str]:
    return [_get(one, "text") or _get(one, "title") for one in above if one is not owner and not _get(one, "xmlUrl")]


def _kind(outline: etree._Element) -> FeedKind:
    with contextlib.suppress(ValueError):
        return FeedKind(_own(outline, "kind"))
    return _KINDS.get(_get(outline, "version").upper(), FeedKind.AUTO)


def _language(raw: str) -> str:
    parts = raw.strip().replace("_", "-").split("-")
    if not re.fullmatch("[A-Za-z]{2,3}", parts[0]) or not all(re.fullmatch("[A-Za-z0-9]{1,8}", p) for p in parts[1:]):
        return ""
    return "-".join([parts[0].lower(), *(p.upper() if len(p) == 2 else p for p in parts[1:])])


def _number(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"[1-9]\d{0,8}", text) else default


def _get(element: etree._Element, name: str) -> str:
    """An attribute, whatever case its name is written in (documents differ)."""
    found: Any = element.get(name)
    if found is None:
        found = next((v for k, v in element.attrib.items() if str(k).lower() == name.lower()), "")
    return str(found).strip()


def _own(element: etree._Element, name: str) -> str:
    return str(element.get(f"{{{NAMESPACE}}}{name}") or "")


def _line(element: etree._Element) -> int:
    line: Any = element.sourceline
    return int(line or 0)


def _text(element: etree._Element | None) -> str:
    return " ".join((element.text or "").split()) if element is not None else ""
