"""What a page says about its article, read in the order in which pages can be believed.

JSON-LD first, then meta tags and OpenGraph, then the markup; dates that none of them gives are looked for by
htmldate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import htmldate
from lxml.html import HtmlElement

from pipeline.extract import jsonld
from pipeline.extract.bylines import bylines
from pipeline.extract.dates import EARLIEST, LEEWAY, Moment, parse_date, plausible
from pipeline.extract.jsonld import Node, clean
from pipeline.extract.markup import captions_in, text_of
from pipeline.records import Record

_PUBLISHED_META = (
    *("article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date_published"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publish-date", "publish_date", "pubdate"),
    *("publication_date", "publicationdate", "article.published", "dc.date.issued", "dcterms.created", "dc.date"),
    *(
        "dcterms.date",
        "rnews:datepublished",
        "ptime",
        "displaydate",
        "iso-8601-publish-date",
        "citation_publication_date",
        "date",
    ),
)
_MODIFIED_META = (
    *("article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "article.updated"),
    *("dcterms.modified", "dc.date.modified", "lastmod", "last-modified", "utime", "revision_date"),
)
_AUTHOR_META = (
    *("author", "byl", "parsely-author", "sailthru.author", "article:author_name", "dc.creator", "dcterms.creator"),
    *("article:author", "og:article:author", "cxenseparse:author", "citation_author", "twitter:data1_author"),
)
_GENRES = {
    "OpinionNewsArticle": "opinion",
    "AnalysisNewsArticle": "analysis",
    "ReviewNewsArticle": "review",
    "BackgroundNewsArticle": "background",
    "SatiricalArticle": "satire",
    "AdvertiserContentArticle": "advertisement",
    "LiveBlogPosting": "live",
    "BlogPosting": "blog",
    "NewsArticle": "news",
    "ReportageNewsArticle": "news",
}
_GENRE_WORDS = (
    ("editorial", re.compile(r"^(?:editorials?|leaders?|leading articles?|leitartikel)$", re.IGNORECASE)),
    (
        "opinion",
        re.compile(
            r"^(?:opinions?|op-?eds?|comments?|commentary|commentisfree|columns?|columnists?|views?|viewpoints?|perspectives?"
            r"|kommentare?|meinung|kolumnen?|débats?|tribunes?|opinión|opinione|opinioni|voices|letters?)$",
            re.IGNORECASE,
        ),
    ),
    ("analysis", re.compile(r"^(?:analysis|analyses|analyse|analysen|news analysis|análisis)$", re.IGNORECASE)),
    ("review", re.compile(r"^(?:reviews?|rezensionen?|kritik)$", re.IGNORECASE)),
    (
        "advertisement",
        re.compile(r"^(?:sponsored|advertorials?|anzeige|paid content|partner content|brand-?stories)$", re.IGNORECASE),
    ),
)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?lines?|authors?|(?:article|post|entry|story|reader)-?_?authors?|author-?_?(?:names?|links?|wrapper|info)"
    r"|autor|auteur|writer)(?:__?name|-name|s)?(?:$|[\s_-](?!bio|box|image|img|avatar|photo|social|desc|follow|more|posts))",
    re.IGNORECASE,
)
_WRITTEN_BY = re.compile(r"^(?:written by|by|von|text:)\s+[^\W\d_]\S+(?:\s+\S+){1,5}$", re.IGNORECASE)
_LONGEST_BYLINE = 120
_SEPARATOR = re.compile(r"\s+(?:\||-|–|—|::|·|•|»|/|~)\s+|\s*\|\s*")
_MOST = 50  # captions, keywords


class Metadata(Record, frozen=True, kw_only=True):
    """What a page says about its article."""

    title: str = ""
    authors: tuple[str, ...] = ()
    agency: str = ""
    published: Moment | None = None
    published_from: str = ""  # jsonld | meta | html
    modified: Moment | None = None
    language: str = ""  # as declared
    description: str = ""
    section: str = ""
    keywords: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    image: str = ""
    site_name: str = ""
    rel_canonical: str = ""
    genre: str = ""
    is_free: bool | None = None
    body: str = ""  # JSON-LD articleBody
    declared_words: int = 0  # JSON-LD wordCount
    types: tuple[str, ...] = ()  # JSON-LD types on the page
    is_article: bool = False  # JSON-LD or OpenGraph call it an article
    og_type: str = ""


def read_metadata(tree: HtmlElement, url: str, *, timezone: str = "UTC", latest: datetime | None = None) -> Metadata:
    """Read what a page says about its article.

    Args:
        tree: the page.
        url: its final address.
        timezone: in which dates without a zone are.
        latest: when the page was fetched; later dates are not believed.
    """
    nodes = jsonld.nodes_of(tree)
    node = jsonld.article_of(nodes, url) or {}
    meta = _meta(tree)
    publisher = jsonld.text(node.get("publisher"))
    site_name = _first(meta, "og:site_name", "application-name", "twitter:app:name:iphone") or publisher
    site = jsonld.text(next((one for one in nodes if "WebSite" in jsonld.types_of(one)), {}).get("name"))
    outlet = [
        name for name in (site_name, publisher, site, _first(meta, "publisher", "copyright"), *_host_names(url)) if name
    ]
    authors, agency = _authors(tree, node, meta, outlet)
    published, published_from = _published(tree, node, meta, url, timezone, latest)
    modified = _modified(tree, node, meta, timezone, latest, published)
    og_type = _first(meta, "og:type").lower()
    types = tuple(dict.fromkeys(kind for one in nodes for kind in jsonld.types_of(one)))
    section = jsonld.text(node.get("articleSection")) or _first(
        meta,
        "article:section",
        "og:article:section",
        "parsely-section",
        "section",
        "sailthru.section",
        "cxenseparse:section",
    )
    return Metadata(
        title=_title(tree, node, meta, outlet),
        authors=authors,
        agency=agency,
        published=published,
        published_from=published_from,
        modified=modified,
        language=_language(tree, node, meta),
        description=jsonld.text(node.get("description"))
        or _first(meta, "og:description", "description", "twitter:description"),
        section=section,
        keywords=_keywords(node, meta),
        captions=_captions(tree),
        image=_image(node, meta, url),
        site_name=site_name or site,
        rel_canonical=_canonical(tree, url),
        genre=_genre(node, meta, section, url),
        is_free=_is_free(node, meta),
        body="\n".join(line for part in jsonld_lines(node.get("articleBody")) if (line := clean(part))),
        declared_words=_whole_number(node.get("wordCount")),
        types=types,
        is_article=bool(node) or og_type in ("article", "news.article"),
        og_type=og_type,
    )


def jsonld_lines(value: Any) -> list[str]:
    """Return the paragraphs of an ``articleBody``."""
    if not isinstance(value, str):
        return []
    return re.split(r"\s*(?:\r?\n)+\s*|</p>|<br\s*/?>", value)


def strip_site(title: str, names: Iterable[str]) -> str:
    """Return a title without the outlet's name at its end or start.

    Args:
        title: as the page writes it.
        names: the outlet's names, its host's label included.
    """
    keys = {key for name in names if (key := _key(name))}
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            break
        last, first = cuts[-1], cuts[0]
        if title[: last.start()].strip() and _is_outlet(title[last.end() :], keys):
            title = title[: last.start()].strip()
        elif title[first.end() :].strip() and _is_outlet(title[: first.start()], keys):
            title = title[first.end() :].strip()
        else:
            break
    return title


def _is_outlet(segment: str, keys: set[str]) -> bool:
    key = _key(segment)
    return bool(key) and (
        key in keys or any(len(key) > 3 and (key in name or name in key) for name in keys if len(name) > 3)
    )


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for tag in tree.iter("meta"):
        content = clean(tag.get("content") or "")
        if content:
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                if tag.get(attribute):
                    found[tag.get(attribute).strip().lower()].append(content)
    return found


def _first(meta: dict[str, list[str]], *names: str) -> str:
    return next((meta[name][0] for name in names if meta.get(name)), "")


def _title(tree: HtmlElement, node: Node, meta: dict[str, list[str]], outlet: list[str]) -> str:
    headings = [text for one in tree.iter("h1") if (text := text_of(one))]
    tag = next((text_of(one) for one in tree.iter("title") if text_of(one)), "")
    shared = _first(meta, "og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title")
    headline = jsonld.text(node.get("headline"))
    # A heading that the title tag or OpenGraph repeats is the headline as readers see it.
    seen = next(
        (
            one
            for one in headings
            if len(one) > 10 and any(_key(one) in _key(other) for other in (tag, shared) if other)
        ),
        "",
    )
    if headline.endswith(("…", "...")):
        stem = _key(headline)
        headline = next((one for one in (*headings, shared, tag) if one and _key(one).startswith(stem)), headline)
    for candidate in (headline, seen, shared, *headings[:1], tag, jsonld.text(node.get("name"))):
        if candidate:
            return strip_site(candidate, outlet) or candidate
    return ""


def _authors(
    tree: HtmlElement, node: Node, meta: dict[str, list[str]], outlet: list[str]
) -> tuple[tuple[str, ...], str]:
    agency = ""
    said = False
    for values in _stated_bylines(node, meta):
        people, service = bylines(values, outlet=outlet)
        agency = agency or service
        said = said or bool(values)
        if people:
            return people, agency
    for values in _marked_bylines(tree):
        people, service = bylines(values, outlet=outlet)
        agency = agency or service
        if people:
            return people, agency
    # Where the page states an author that is no person, names in running text are somebody else's.
    for values in [] if said else _hinted_bylines(tree):
        people, _ = bylines(values, outlet=outlet)
        if people:
            return people, agency
    return (), agency


def _stated_bylines(node: Node, meta: dict[str, list[str]]) -> Iterable[list[str]]:
    yield jsonld.texts(node.get("author") or node.get("creator"))
    for name in _AUTHOR_META:
        yield [value for value in meta.get(name, []) if not value.startswith(("http:", "https:", "/"))]
    if re.match(r"written by|by\b|author", _first(meta, "twitter:label1"), re.IGNORECASE):
        yield meta.get("twitter:data1", [])[:1]


def _marked_bylines(tree: HtmlElement) -> Iterable[list[str]]:
    yield _texts(tree.xpath("//*[not(self::meta)][contains(@itemprop,'author')]"))[:5]
    yield _texts(tree.xpath("//a[@rel='author'] | //address[contains(@class,'author')]"))[:5]
    yield _texts(one for one in tree.xpath("//*[@class]") if _BYLINE_CLASS.search(one.get("class")))[:1]


def _hinted_bylines(tree: HtmlElement) -> Iterable[list[str]]:
    linked = tree.xpath("//a[contains(@href,'/author')] | //a[contains(@href,'/autor')]")
    yield _texts(linked[:1] + [one for one in linked[1:4] if one.getparent() is linked[0].getparent()])
    yield [text for text in _texts(tree.iter("p", "div", "span", "h4", "h5", "h6")) if _WRITTEN_BY.match(text)][:1]


def _texts(elements: Iterable[HtmlElement]) -> list[str]:
    """Texts that are short enough for a byline."""
    return [text for one in elements if 2 < len(text := text_of(one)) <= _LONGEST_BYLINE]


def _published(
    tree: HtmlElement, node: Node, meta: dict[str, list[str]], url: str, timezone: str, latest: datetime | None
) -> tuple[Moment | None, str]:
    candidates = [(jsonld.text(node.get(key)), "jsonld") for key in ("datePublished", "dateCreated", "uploadDate")]
    candidates += [(value, "meta") for name in _PUBLISHED_META for value in meta.get(name, [])[:1]]
    candidates += [(value, "html") for value in _times(tree, "datePublished")]
    found = _earliest_precise(candidates, timezone, latest)
    if found:
        return found
    day = _htmldate(tree, url, original=True, latest=latest)
    moment = parse_date(day, timezone) if day else None
    return (moment, "html") if moment and plausible(moment.at, latest=latest) else (None, "")


def _earliest_precise(
    candidates: list[tuple[str, str]], timezone: str, latest: datetime | None
) -> tuple[Moment, str] | None:
    """The first believable date; a later candidate of the same day replaces one that names only the day."""
    day: tuple[Moment, str] | None = None
    for raw, place in candidates:
        moment = parse_date(raw, timezone)
        if moment is None or not plausible(moment.at, latest=latest):
            continue
        if moment.precision != "day":
            if day is None or abs(moment.at - day[0].at) <= timedelta(hours=14):
                return moment, place
        elif day is None:
            day = (moment, place)
    return day


def _modified(
    tree: HtmlElement,
    node: Node,
    meta: dict[str, list[str]],
    timezone: str,
    latest: datetime | None,
    published: Moment | None,
) -> Moment | None:
    raw = [jsonld.text(node.get("dateModified"))]
    raw += [value for name in _MODIFIED_META for value in meta.get(name, [])[:1]]
    raw += _times(tree, "dateModified")
    for value in raw:
        moment = parse_date(value, timezone)
        if moment and plausible(moment.at, latest=latest):
            too_early = (
                published and moment.at < published.at and not (moment.precision == published.precision == "day")
            )
            return None if too_early else moment
    return None


def _times(tree: HtmlElement, prop: str) -> list[str]:
    marked = tree.xpath("//*[@itemprop=$prop]", prop=prop)
    if prop == "datePublished":
        marked += tree.xpath("//time[@pubdate]")
        marked += tree.xpath("//article//header//time[@datetime] | //header//time[@datetime]")
        marked += [
            one
            for one in tree.xpath("//time[@datetime][@class]")
            if re.search(r"publish|entry-date|post-date|pub-?date", one.get("class"), re.I)
        ]
        times = tree.xpath("//time[@datetime]")
        marked += times if len(times) == 1 else []
        marked = [one for one in marked if not re.search(r"updat|modif", one.get("class") or "", re.IGNORECASE)]
    else:
        marked += [
            one
            for one in tree.xpath("//time[@datetime][@class]")
            if re.search(r"updat|modif", one.get("class"), re.IGNORECASE)
        ]
    return [one.get("datetime") or one.get("content") or text_of(one) for one in marked[:8]]


def _htmldate(tree: HtmlElement, url: str, *, original: bool, latest: datetime | None) -> str:
    try:
        found = htmldate.find_date(
            deepcopy(tree),
            original_date=original,
            url=url,
            min_date=EARLIEST.replace(tzinfo=None),
            max_date=(latest + LEEWAY).replace(tzinfo=None) if latest else None,
        )
    except (ValueError, OverflowError, TypeError, RecursionError):
        return ""
    return found or ""


def _language(tree: HtmlElement, node: Node, meta: dict[str, list[str]]) -> str:
    root = tree.getroottree().getroot()
    return (
        jsonld.text(node.get("inLanguage"))
        or (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or "")
        or _first(meta, "og:locale", "content-language", "language", "dc.language")
    )


def _keywords(node: Node, meta: dict[str, list[str]]) -> tuple[str, ...]:
    values = jsonld.texts(node.get("keywords"))
    values = values or meta.get("news_keywords", []) or meta.get("article:tag", []) or meta.get("keywords", [])
    parts = [part.strip() for value in values for part in (re.split(r"[,;]", value) if len(values) < 3 else [value])]
    kept = [part for part in parts if part and len(part) <= 100 and ":" not in part]
    return tuple(dict.fromkeys(kept))[:_MOST]


def _captions(tree: HtmlElement) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in captions_in(tree) if len(text := text_of(one)) > 2))[:_MOST]


def _image(node: Node, meta: dict[str, list[str]], url: str) -> str:
    value = node.get("image")
    first = value[0] if isinstance(value, list) and value else value
    given = (
        first
        if isinstance(first, str)
        else jsonld.text(first.get("url") or first.get("contentUrl"))
        if isinstance(first, dict)
        else ""
    )
    return _absolute(given or _first(meta, "og:image", "og:image:url", "twitter:image"), url)


def _canonical(tree: HtmlElement, url: str) -> str:
    links = tree.xpath("//link[translate(@rel,'CANOIL','canoil')='canonical']/@href")
    return _absolute(links[0], url) if links else ""


def _absolute(address: str, url: str) -> str:
    try:
        joined = urljoin(url, address.strip()) if address.strip() else ""
        return joined if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _genre(node: Node, meta: dict[str, list[str]], section: str, url: str) -> str:
    kinds = [_GENRES[kind] for kind in jsonld.types_of(node) if kind in _GENRES]
    telling = [kind for kind in kinds if kind not in ("news", "blog")]
    if telling:
        return telling[0]
    try:
        path = urlsplit(url).path.split("/")[1:-1]
    except ValueError:
        path = []
    said = [*jsonld.texts(node.get("genre")), _first(meta, "article:genre", "genre"), section, *path[:3]]
    for value in said:
        for genre, pattern in _GENRE_WORDS:
            if pattern.match(value.strip()):
                return genre
    return kinds[0] if kinds else ""


def _whole_number(value: object) -> int:
    said = str(value).strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0


def _is_free(node: Node, meta: dict[str, list[str]]) -> bool | None:
    value = node.get("isAccessibleForFree")
    if isinstance(value, bool):
        return value
    said = str(value).strip().lower().rsplit("/", 1)[-1] if value is not None else ""
    if said in ("true", "false"):
        return said == "true"
    tier = _first(meta, "article:content_tier", "og:article:content_tier").lower()
    return {"free": True, "locked": False}.get(tier)


def _host_names(url: str) -> tuple[str, ...]:
    """Names by which an outlet goes after its host: ``example.com`` and ``example``."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ()
    labels = host.split(".")
    return (host, labels[-2]) if len(labels) > 1 else (host,)


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
