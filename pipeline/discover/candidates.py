"""A site's lists found: what its pages and robots.txt name, what systems of its kind usually have; tried and compared.

Every address is asked for through the polite client, one after the other: robots.txt, the host gate and the address
guard hold for each.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from babel import Locale
from babel.core import get_global
from lxml import etree, html
from msgspec import field
from msgspec.structs import replace

from pipeline.discover.addresses import lists_no_articles
from pipeline.discover.clean import clean_link, clean_text
from pipeline.discover.parse import ParsedFeed
from pipeline.discover.parser import FeedParser
from pipeline.errors import FeedError, HostBusy
from pipeline.http.client import Client, HttpRefused, Response
from pipeline.http.status import reason_for
from pipeline.identity import canon_v1, host_of, slug
from pipeline.records import Feed, FeedKind, Reason, Record, Source

log = logging.getLogger(__name__)

#: Addresses tried at one site, its pages apart.
MAX_TRIED = 30
#: Share of a list's entries in another one from which on it adds nothing.
SAME = 0.9
_MAX_LINKS = 20
_MAX_CHOSEN = 6
#: Longest wait for a turn: it is one person's one site.
_PATIENCE = timedelta(minutes=2)
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, */*;q=0.5"
)
_FEED_TYPES = frozenset(
    {
        "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
        "application/xml", "text/xml", "application/json",
    }
)  # fmt: skip
_LOOKS_LIKE_FEED = re.compile(
    r"(?:^|[/._?=&-])(?:rss|feeds?|atom|rdf)(?:$|[/._?=&-]|\d)|\.(?:rss|rdf|atom|xml)$", re.IGNORECASE
)
_LOOKS_LIKE_NEWS_MAP = re.compile(r"news", re.IGNORECASE)
_NO_NEWS = re.compile(r"comment|kommentar|podcast|oembed|/tag/|/author/", re.IGNORECASE)
_FEEDS = frozenset({FeedKind.RSS, FeedKind.ATOM, FeedKind.RDF, FeedKind.JSON})
#: Country codes of hosts that say nothing of a country.
_ANYWHERE = frozenset("tv io me co ai fm ly cc ws to gg in la im sh".split())  # noqa: SIM905

#: Where systems put their feeds and sitemaps; ``docs/sources.md`` shows the same table.
WELL_KNOWN: dict[str, tuple[str, ...]] = {
    "any": ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feed.atom", "/index.xml", "/index.rdf",
            "/feed.json", "/feeds", "/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml",
            "/sitemap_index.xml"),
    "WordPress": ("/feed/", "/news-sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml"),
    "Arc XP": ("/arc/outboundfeeds/rss/?outputType=xml", "/arc/outboundfeeds/news-sitemap/?outputType=xml",
               "/arc/outboundfeeds/sitemap-index/?outputType=xml"),
    "Drupal": ("/rss.xml", "/googlenews.xml", "/sitemap.xml"),
    "Ghost": ("/rss/", "/sitemap.xml", "/sitemap-posts.xml"),
    "Blogger": ("/feeds/posts/default?alt=rss", "/sitemap.xml"),
    "Joomla": ("/?format=feed&type=rss",),
    "Squarespace": ("/?format=rss", "/sitemap.xml"),
    "Substack": ("/feed", "/sitemap.xml"),
    "Brightspot": ("/index.rss", "/news-sitemap-content.xml", "/sitemap.xml"),
    "TYPO3": ("/rss.xml", "/?type=9818", "/sitemap.xml"),
    "Hugo or Jekyll": ("/index.xml", "/feed.xml", "/sitemap.xml"),
}  # fmt: skip
_SIGNS = (
    ("WordPress", re.compile(r"wordpress|/wp-(?:content|includes|json)/", re.IGNORECASE)),
    ("Arc XP", re.compile(r"/pf/(?:dist|resources)/|arc-cdn|Fusion\.arcSite|arcpublishing", re.IGNORECASE)),
    ("Drupal", re.compile(r"drupal|/sites/default/files/", re.IGNORECASE)),
    ("Ghost", re.compile(r"<meta[^>]+generator[^>]+ghost|/ghost/api/", re.IGNORECASE)),
    ("Blogger", re.compile(r"<meta[^>]+generator[^>]+blogger|blogspot\.com", re.IGNORECASE)),
    ("Joomla", re.compile(r"<meta[^>]+generator[^>]+joomla", re.IGNORECASE)),
    ("Squarespace", re.compile(r"squarespace", re.IGNORECASE)),
    ("Substack", re.compile(r"substackcdn|substack\.com", re.IGNORECASE)),
    ("Brightspot", re.compile(r"brightspot", re.IGNORECASE)),
    ("TYPO3", re.compile(r"typo3", re.IGNORECASE)),
    ("Hugo or Jekyll", re.compile(r"<meta[^>]+generator[^>]+(?:hugo|jekyll)", re.IGNORECASE)),
)


class Named(Record, frozen=True, kw_only=True):
    """An address that may be a list, and what named it."""

    url: str
    found_by: str  # "as given", "link in the page's head", "link in the page", "robots.txt", "well-known path (…)", …
    title: str = ""


class Front(Record, frozen=True, kw_only=True):
    """What a site's front page says about the site."""

    url: str = ""
    name: str = ""
    language: str = ""
    system: str = ""  # the content management system, where its marks are seen
    links: tuple[Named, ...] = ()


class Candidate(Record, frozen=True, kw_only=True):
    """An address tried: what it yields, or why it yields nothing.

    Attributes:
        url: as it should be entered: the last address where every redirect on the way was permanent.
        asked: as it was tried.
        newest, oldest: of its entries' dates.
        dated: entries with a date.
        lists: lists that an index names.
        hosts: hosts of its entries' pages, the most frequent first.
        refused: why it is no list; empty where it is one.
        overlap: share of its entries that are in the candidate ``overlap_with`` too.
        chosen: whether it is proposed; ``why`` says why not.
    """

    url: str
    asked: str
    found_by: str
    kind: FeedKind = FeedKind.AUTO
    title: str = ""
    language: str = ""
    entries: int = 0
    dated: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    lists: int = 0
    hosts: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    refused: str = ""
    overlap: float = 0.0
    overlap_with: str = ""
    chosen: bool = False
    why: str = ""


class Survey(Record, frozen=True, kw_only=True):
    """A site looked at: every address tried, and the entry that is proposed for it.

    Attributes:
        proposed: ``None`` where no list was found.
        open: fields that a person has to look at, each with what is known about it.
    """

    url: str
    front: Front = Front()
    candidates: tuple[Candidate, ...] = ()
    proposed: Source | None = None
    open: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


# --------------------------------------------------------------------------------------------------------
# Decisions


def read_front(
    body: bytes,
    *,
    url: str,
    content_type: str,
    source: Source,
    feed: Feed,
    now: datetime,
    max_bytes: int = 64 * 1024 * 1024,
) -> Front:
    """Read a site's front page: its name and language, and the lists that it links to.

    Arguments as :func:`~pipeline.discover.parse.parse_document` takes them; what is not needed is not looked at.

    Raises:
        FeedError: it is no HTML.
    """
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    try:
        parser = html.HTMLParser(encoding=found[1] if found else None, no_network=True, huge_tree=False)
    except LookupError:
        parser = html.HTMLParser(no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(body[:max_bytes], parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(f"no HTML page: {error}"[:200], subject=url) from error
    base = urljoin(url, str(root.xpath("string(//head/base/@href)")))
    links: dict[str, Named] = {}
    for element in root.iter("link", "a"):
        named = _list_link(element, base)
        if named is not None and len(links) < _MAX_LINKS:
            links.setdefault(canon_v1(named.url), named)
    text = body[:500_000].decode("utf-8", errors="replace")
    name = _meta(root, "og:site_name") or _meta(root, "application-name") or str(root.xpath("string(//title)"))
    return Front(
        url=url,
        name=re.split(r"\s+[|–—•·-]\s+|:\s+", clean_text(name, 200))[0].strip(),
        language=_language(root.get("lang") or _meta(root, "og:locale")),
        system=next((system for system, sign in _SIGNS if sign.search(text)), ""),
        links=tuple(links.values()),
    )


def _list_link(element: html.HtmlElement, base: str) -> Named | None:
    href = element.get("href") or ""
    rel = (element.get("rel") or "").lower().split()
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    try:
        url = clean_link(href, base)
    except ValueError:
        return None
    if element.tag == "link":
        is_feed = "feed" in rel or ("alternate" in rel and kind in _FEED_TYPES)
        if "json" in kind and "feed" not in kind:  # the page itself as data, more often than a feed
            is_feed = is_feed and bool(_LOOKS_LIKE_FEED.search(urlsplit(url).path))
        title = clean_text(element.get("title") or "", 200)
        return Named(url=url, found_by="link in the page's head", title=title) if is_feed or "sitemap" in rel else None
    words = clean_text(element.text_content(), 100)
    says = re.fullmatch(r"(?:rss|atom|rss[ -]?feeds?|feeds?|news ?feed)", words, re.IGNORECASE)
    parts = urlsplit(url)
    if kind in _FEED_TYPES or says or _LOOKS_LIKE_FEED.search(f"{parts.path}?{parts.query}".rstrip("?")):
        return Named(url=url, found_by="link in the page", title=words)
    return None


def _meta(root: html.HtmlElement, name: str) -> str:
    found = root.xpath("//meta[@property=$name or @name=$name]/@content", name=name)
    return clean_text(str(found[0]), 200) if found else ""


def _language(raw: str) -> str:
    """A BCP 47 tag of language and country, empty where it is none."""
    found = re.match(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?(?![A-Za-z0-9])", raw.strip())
    if found is None or found[1].lower() not in Locale("en").languages:
        return ""
    return found[1].lower() + (f"-{found[3].upper()}" if found[3] else "")


def well_known(homepage: str, system: str, *, feeds: bool, maps: bool) -> list[Named]:
    """Return the addresses at which a site of a system usually has its lists.

    Args:
        homepage: of the site.
        system: as :class:`Front` names it; empty: not known.
        feeds, maps: whether feeds and sitemaps are wanted.
    """
    named: dict[str, Named] = {}
    for group in (system, "any"):
        for path in WELL_KNOWN.get(group, ()):
            is_map = "sitemap" in path or "googlenews" in path
            if (maps if is_map else feeds) and (url := urljoin(homepage, path)) not in named:
                named[url] = Named(url=url, found_by=f"well-known path ({group})")
    return list(named.values())


def choose_candidates(tried: Sequence[tuple[Candidate, frozenset[str]]], known: dict[str, str]) -> list[Candidate]:
    """Say which of the tried addresses are worth entering, and why not the others; the best first.

    A list is left out that is empty, lists comments and the like, or whose entries are nearly all in a better one. Of
    two with the same entries the better has more of them, then more dates.

    Args:
        tried: candidates with the ids of their entries.
        known: canonical addresses of lists that are entered already, with their source's id.
    """

    def rank(pair: tuple[Candidate, frozenset[str]]) -> tuple[bool, int, int, int]:
        one, ids = pair
        order = {FeedKind.NEWS_SITEMAP: 1, FeedKind.SITEMAP_INDEX: 2, FeedKind.SITEMAP: 3}
        return bool(one.refused), order.get(one.kind, 0), -len(ids), -one.dated

    judged: list[Candidate] = []
    taken: list[tuple[Candidate, frozenset[str]]] = []
    for one, ids in sorted(tried, key=rank):
        overlap, other = max(
            ((len(ids & theirs) / len(ids), best.url) for best, theirs in taken if ids and _alike(one, best)),
            default=(0.0, ""),
        )
        why = _why_not(one, overlap, other, known, taken)
        one = replace(one, overlap=round(overlap, 3), overlap_with=other if overlap else "", chosen=not why, why=why)
        judged.append(one)
        if one.chosen:
            taken.append((one, ids))
    return judged


def _alike(one: Candidate, other: Candidate) -> bool:
    """Feeds are compared with feeds, sitemaps with sitemaps: each has what the other lacks (texts; the past)."""
    return (one.kind in _FEEDS) == (other.kind in _FEEDS)


def _why_not(
    one: Candidate,
    overlap: float,
    other: str,
    known: dict[str, str],
    taken: Sequence[tuple[Candidate, frozenset[str]]],
) -> str:
    if one.refused:
        return one.refused
    if source := known.get(canon_v1(one.url)):
        return f"is entered already, as a list of {source}"
    if any(canon_v1(one.url) == canon_v1(best.url) for best, _ in taken):
        return "is the same list under another address"
    if _NO_NEWS.search(one.asked) or _NO_NEWS.search(one.title):
        return "lists comments, podcasts or the like"
    if not one.entries and not one.lists:
        return "lists nothing"
    if overlap >= SAME:
        return f"{overlap:.0%} of its entries are in {other} too"
    if one.kind in _FEEDS and sum(best.kind in _FEEDS for best, _ in taken) >= _MAX_CHOSEN:
        return f"{_MAX_CHOSEN} feeds are enough; add it by hand if its section is missed"
    return ""


def propose(
    homepage: str, front: Front, candidates: Sequence[Candidate], taken_ids: frozenset[str], **given: str
) -> tuple[Source | None, dict[str, str]]:
    """Make the entry of a site.

    Args:
        homepage: its front page.
        front: what that says.
        candidates: as :func:`choose_candidates` judged them.
        taken_ids: ids that other sources have.
        given: ``id``, ``name``, ``country``, ``language``, ``timezone`` as a person gave them; empty: not given.

    Returns:
        The entry, ``None`` without a list; and the fields left to a person, each with what is known.
    """
    chosen = [one for one in candidates if one.chosen]
    if not chosen:
        return None, {}
    left: dict[str, str] = {}
    host = host_of(homepage)
    name = given.get("name") or front.name or next((one.title for one in chosen if one.title), "") or host
    language = given.get("language") or _most([one.language for one in chosen]) or front.language
    country = given.get("country") or _country(host, front.language or language)
    zones = get_global("territory_zones").get(country, []) if country else []
    zone = given.get("timezone") or (str(zones[0]) if len(zones) == 1 else "")
    if not country:
        left["country"] = "neither the host nor the page's language names one"
    if not language:
        left["language"] = "neither page nor list names one"
    if not zone:
        left["timezone"] = (
            f"one of: {', '.join(sorted(map(str, zones)))}" if zones else "not known: dates are read in UTC"
        )
    own = host.removeprefix("www.")
    further = {h for one in chosen for h in one.hosts if h.removeprefix("www.") != own}
    id_ = given.get("id") or _free(slug(name) or slug(own.rpartition(".")[0]) or "source", taken_ids)
    source = Source(
        id=id_,
        name=name,
        homepage=homepage,
        country=country,
        language=language,
        timezone=zone or "UTC",
        hosts=tuple(sorted(further)),
    )
    feeds = tuple(
        Feed(url=one.url, source_id=id_, kind=FeedKind.AUTO if one.kind in _FEEDS else one.kind) for one in chosen
    )
    return replace(source, feeds=feeds), left


def _most(values: Sequence[str]) -> str:
    named = Counter(value for value in values if value)
    return named.most_common(1)[0][0] if named else ""


def _country(host: str, language: str) -> str:
    """The country that a host's last label or a language tag names."""
    last = host.partition(":")[0].rpartition(".")[2].lower()
    territories = Locale("en").territories
    code = {"uk": "GB"}.get(last, last.upper())
    if len(last) == 2 and last not in _ANYWHERE and code in territories and code != "EU":
        return code
    region = language.partition("-")[2]
    return region if re.fullmatch("[A-Z]{2}", region) and region in territories else ""


def _free(name: str, taken: frozenset[str]) -> str:
    return next(id_ for n in range(1, 10_000) if (id_ := name if n == 1 else f"{name}-{n}") not in taken)


# --------------------------------------------------------------------------------------------------------
# Asking


async def look_at_site(
    url: str,
    client: Client,
    parser: FeedParser,
    clock: Callable[[], datetime],
    *,
    known: Sequence[Source] = (),
    given: dict[str, str] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Survey:
    """Find a site's feeds and sitemaps, try each, and propose its entry.

    Looked at in this order: the address itself, links of the front page, the sitemaps of robots.txt, and well-known
    paths for what is still missing (a feed; a sitemap). An index is tried with those of its lists that name news.

    Args:
        url: of the site or of one of its feeds; without a scheme https is tried, then http.
        client: the polite client.
        parser: the killable reader.
        clock: tells the time.
        known: the sources that are entered already.
        given: fields of the entry as a person gave them.
        tell: is told what is tried.

    Raises:
        HttpRefused: the address itself cannot be asked for.
        HostBusy: its turn is too far away.
        ValueError: it is no address.
    """
    site = _Site(client, parser, clock, tell)
    answer = await site.first(url)
    homepage, front = await _front(site, answer)
    notes: list[str] = []
    try:
        in_robots = await client.sitemaps(homepage)
    except (HttpRefused, HostBusy) as error:
        in_robots = ()
        notes.append(f"robots.txt: {error.message}")
    named = list(front.links)
    for raw in in_robots:
        with contextlib.suppress(ValueError):
            named.append(Named(url=clean_link(raw, homepage), found_by="robots.txt"))
    for one in named:
        await site.try_(one)
    wanted_feed, wanted_map = not site.has(_FEEDS), not site.has({FeedKind.NEWS_SITEMAP, FeedKind.SITEMAP_INDEX})
    for one in well_known(homepage, front.system, feeds=wanted_feed, maps=wanted_map):
        is_map = "sitemap" in one.url or "googlenews" in one.url
        if site.has({FeedKind.NEWS_SITEMAP, FeedKind.SITEMAP_INDEX}) if is_map else site.has(_FEEDS):
            continue  # an earlier one of them was there
        await site.try_(one)
    if site.left:
        notes.append(f"{site.left} more addresses were not tried (limit {MAX_TRIED})")
    entered = {canon_v1(feed.url): source.id for source in known for feed in source.feeds if _is_address(feed.url)}
    candidates = choose_candidates(site.tried, entered)
    ids = frozenset(source.id for source in known)
    proposed, left = propose(homepage, front, candidates, ids, **(given or {}))
    return Survey(url=url, front=front, candidates=tuple(candidates), proposed=proposed, open=left, notes=tuple(notes))


class _Site:
    """Addresses of one site, each tried once."""

    def __init__(
        self, client: Client, parser: FeedParser, clock: Callable[[], datetime], tell: Callable[[str], None]
    ) -> None:
        self._client = client
        self._parser = parser
        self._clock = clock
        self._tell = tell
        self._seen: set[str] = set()
        self.tried: list[tuple[Candidate, frozenset[str]]] = []
        self.left = 0

    def has(self, kinds: set[FeedKind] | frozenset[FeedKind]) -> bool:
        """Whether a list of one of these kinds was found that lists something."""
        return any(one.kind in kinds and (one.entries or one.lists) and not one.refused for one, _ in self.tried)

    async def first(self, url: str) -> Response:
        """Ask for the address that a person gave."""
        if "://" in url:
            return await self.get(url)
        try:
            return await self.get(f"https://{url}")
        except HttpRefused as error:
            if error.reason not in {Reason.TLS, Reason.NETWORK}:
                raise
            return await self.get(f"http://{url}")

    async def get(self, url: str) -> Response:
        """Ask for an address, waiting for the host's turn."""
        self._tell(url)
        while True:
            try:
                return await self._client.get(url, accept=_ACCEPT, max_bytes=self._client.settings.max_feed_bytes)
            except HostBusy as error:
                if error.not_before - self._clock() > _PATIENCE:
                    raise
                await self._client.until(error.not_before)

    async def read_front(self, answer: Response) -> Front:
        return await self._parser.read_with(
            read_front,
            answer.body,
            url=answer.final_url,
            content_type=answer.headers.get("content-type", ""),
            source=_NOBODY,
            feed=_NO_FEED,
            now=self._clock(),
        )

    async def try_(self, named: Named, answer: Response | None = None, *, depth: int = 1) -> bool:
        """Try an address; whether it is a list."""
        try:
            key = canon_v1(named.url)
        except ValueError:
            return False
        if key in self._seen:
            return False
        if len(self.tried) >= MAX_TRIED:
            self.left += 1
            return False
        self._seen.add(key)
        try:
            answer = answer or await self.get(named.url)
            reason = reason_for(answer.status, answer.headers)
            if reason is not None:
                raise HttpRefused(reason, f"HTTP {answer.status}", subject=named.url)
            parsed = await self._parser.parse(
                answer.body,
                url=answer.final_url,
                content_type=answer.headers.get("content-type", ""),
                source=replace(_NOBODY, homepage=named.url),
                feed=Feed(url=named.url, source_id=""),
                now=self._clock(),
            )
        except (HttpRefused, HostBusy, FeedError) as error:
            said = error.reason.value if isinstance(error, HttpRefused) else ""
            words = f"{said}: {error.message}" if said else error.message
            refused = Candidate(url=named.url, asked=named.url, found_by=named.found_by, title=named.title,
                                refused=words[:300])  # fmt: skip
            self.tried.append((refused, frozenset()))
            return False
        self.tried.append(_candidate(named, answer, parsed))
        if parsed.kind is FeedKind.SITEMAP_INDEX and depth == 1:
            news = [c for c in parsed.children if _LOOKS_LIKE_NEWS_MAP.search(urlsplit(c.url).path)]
            for child in [c for c in news if not lists_no_articles(c.url)][:3]:
                await self.try_(Named(url=child.url, found_by=f"list of {named.url}"), depth=2)
        return True


_NOBODY = Source(id="", name="", homepage="https://localhost/", max_age_days=36500, max_entries=50_000)
_NO_FEED = Feed(url="", source_id="")


def _candidate(named: Named, answer: Response, parsed: ParsedFeed) -> tuple[Candidate, frozenset[str]]:
    dates = [at for entry in parsed.entries if (at := entry.published or entry.updated) is not None]
    hosts = Counter(host_of(entry.url) for entry in parsed.entries)
    languages = [entry.language for entry in parsed.entries]
    one = Candidate(
        url=answer.final_url if answer.permanent else named.url,
        asked=named.url,
        found_by=named.found_by,
        kind=parsed.kind,
        title=parsed.title or named.title,
        language=_language(_most(languages)),
        entries=len(parsed.entries),
        dated=len(dates),
        newest=max(dates, default=None),
        oldest=min(dates, default=None),
        lists=len(parsed.children),
        hosts=tuple(host for host, n in hosts.most_common() if n * 10 >= hosts.total()),
        faults=parsed.faults,
    )
    return one, frozenset(entry.entry_id for entry in parsed.entries)


async def _front(site: _Site, answer: Response) -> tuple[str, Front]:
    """The front page and what it says, where the given address is a feed: the page at its host's root."""
    is_list = False
    if reason_for(answer.status, answer.headers) is None:
        head = answer.body[:2000].lstrip().lower()
        if not re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", head):
            is_list = await site.try_(Named(url=answer.url, found_by="as given"), answer)
    homepage = urljoin(answer.final_url, "/") if is_list else answer.final_url.partition("#")[0]
    try:
        page = await site.get(homepage) if is_list else answer
        if reason_for(page.status, page.headers) is not None:
            return homepage, Front(url=homepage)
        return homepage, replace(await site.read_front(page), url=homepage)
    except (HttpRefused, HostBusy, FeedError) as error:
        log.info("front page not read", extra={"url": homepage, "detail": error.message})
        return homepage, Front(url=homepage)


def _is_address(url: str) -> bool:
    try:
        canon_v1(url)
    except ValueError:
        return False
    return True
