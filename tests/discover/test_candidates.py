import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pipeline.discover.candidates import (
    WELL_KNOWN,
    Candidate,
    Front,
    Survey,
    choose_candidates,
    look_at_site,
    propose,
    read_front,
    well_known,
)
from pipeline.discover.parser import FeedParser
from pipeline.errors import FeedError
from pipeline.http.client import HttpRefused
from pipeline.local.press.server import SamplePress
from pipeline.records import Feed, FeedKind, Reason, Source
from pipeline.settings import PROJECT
from tests.loopback import Site, client_for, open_settings, site

SETTINGS = open_settings()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROOT = "https://herald.example/"


@pytest.fixture(scope="module")
def parser() -> Iterator[FeedParser]:
    with FeedParser(SETTINGS) as running:
        yield running


def front(page: str, url: str = ROOT) -> Front:
    source = Source(id="", name="", homepage=url)
    return read_front(
        page.encode(), url=url, content_type="text/html", source=source, feed=Feed(url="", source_id=""), now=NOW
    )


def rss(*links: str, title: str = "The Herald", language: str = "en-gb") -> bytes:
    items = "".join(
        f"<item><title>T</title><link>{link}</link><pubDate>Sat, 21 Nov 2026 0{n}:00:00 GMT</pubDate></item>"
        for n, link in enumerate(links)
    )
    head = f"<title>{title}</title><language>{language}</language>"
    return f"<rss version='2.0'><channel>{head}{items}</channel></rss>".encode()


def news_map(*links: str) -> bytes:
    rows = "".join(
        f"<url><loc>{link}</loc><n:news><n:publication><n:name>H</n:name><n:language>en</n:language></n:publication>"
        f"<n:publication_date>2026-11-21T10:00:00Z</n:publication_date></n:news></url>"
        for link in links
    )
    return f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'.encode()


def look(
    pages: dict[str, Any], parser: FeedParser, *, robots: object = None, path: str = "/", **how: Any
) -> tuple[Survey, Site]:
    async def go() -> tuple[Survey, Site]:
        async with site(pages, robots=robots) as web_, client_for(SETTINGS) as client:
            return await look_at_site(web_.url(path), client, parser, lambda: NOW, **how), web_

    return asyncio.run(go())


def paths(survey: Survey) -> list[str]:
    """Paths of what is proposed."""
    assert survey.proposed is not None
    return [feed.url.partition(".localhost:")[2].partition("/")[2] for feed in survey.proposed.feeds]


# -- what a page says ----------------------------------------------------------------------------------


def test_a_front_page_names_the_site_and_its_lists() -> None:
    found = front("""<html lang="en-GB"><head><title>Latest | The Herald</title>
        <meta property="og:site_name" content="The Herald &amp; Post">
        <link rel="alternate" type="application/rss+xml" title="All" href="/all.rss">
        <link rel="alternate" type="application/atom+xml; charset=utf-8" href="https://feeds.example/atom">
        <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
        <link rel="alternate" hreflang="de" href="/de/">
        <link rel="stylesheet" type="text/xml" href="/x.css"></head>
        <body><a href="/rss/politics">Politics feed</a> <a href="/help">RSS</a> <a href="/news/feeding-time">Zoo</a>
        <a href="mailto:rss@herald.example">RSS</a><script src="/wp-content/x.js"></script></body></html>""")
    assert (found.name, found.language, found.system) == ("The Herald & Post", "en-GB", "WordPress")
    assert [(one.url, one.found_by) for one in found.links] == [
        (f"{ROOT}all.rss", "link in the page's head"),
        ("https://feeds.example/atom", "link in the page's head"),
        (f"{ROOT}rss/politics", "link in the page"),
        (f"{ROOT}help", "link in the page"),
    ]


def test_a_page_with_thousands_of_links_names_a_few() -> None:
    found = front("".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}.rss">' for n in range(5000)))
    assert len(found.links) == 20


def test_what_is_no_page_is_refused() -> None:
    with pytest.raises(FeedError):
        front("")


def test_well_known_paths_of_the_system_come_first() -> None:
    named = well_known(ROOT, "WordPress", feeds=True, maps=False)
    assert named[0].url == f"{ROOT}feed/"
    assert not any("sitemap" in one.url for one in named)
    assert len({one.url for one in named}) == len(named)


def test_the_documented_table_is_the_one_in_use() -> None:
    page = (PROJECT / "docs/sources.md").read_text(encoding="utf-8")
    for system, known in WELL_KNOWN.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| {system} |"))
        assert [cell.strip("` ") for cell in row.split("|")[2].split("`, `")] == list(known)


# -- which are worth having ----------------------------------------------------------------------------


def tried(url: str, ids: str, kind: FeedKind = FeedKind.RSS, **more: Any) -> tuple[Candidate, frozenset[str]]:
    one = Candidate(url=ROOT + url, asked=ROOT + url, found_by="robots.txt", kind=kind, entries=len(ids), **more)
    return one, frozenset(ids)


def chosen(*candidates: tuple[Candidate, frozenset[str]], known: dict[str, str] | None = None) -> dict[str, str]:
    """Path of each candidate with why it is not taken."""
    return {one.url.removeprefix(ROOT): one.why for one in choose_candidates(candidates, known or {})}


def test_of_two_lists_with_the_same_entries_the_fuller_one_is_taken() -> None:
    why = chosen(tried("rss", "abcdefghij"), tried("all", "abcdefghijkl"), tried("sport", "xyz"), tried("half", "abpq"))
    assert why == {"all": "", "rss": f"100% of its entries are in {ROOT}all too", "half": "", "sport": ""}


def test_a_news_sitemap_is_not_measured_against_feeds() -> None:
    assert chosen(tried("rss", "abc"), tried("news.xml", "abc", FeedKind.NEWS_SITEMAP)) == {"rss": "", "news.xml": ""}


def test_empty_lists_comments_and_known_lists_are_left_out() -> None:
    why = chosen(
        tried("empty", ""), tried("comments/feed", "abc"), tried("mine", "xyz"), known={f"{ROOT}mine": "herald"}
    )
    assert why["empty"] == "lists nothing"
    assert why["comments/feed"] == "lists comments, podcasts or the like"
    assert why["mine"] == "is entered already, as a list of herald"


@pytest.mark.parametrize(
    ("host", "language", "country", "zone"),
    [
        ("herald.co.ke", "en", "KE", "Africa/Nairobi"),
        ("herald.no", "nb", "NO", "Europe/Oslo"),
        ("herald.co.uk", "en", "GB", "Europe/London"),
        ("herald.com", "pt-BR", "BR", "UTC"),
        ("herald.tv", "", "", "UTC"),
        ("herald.com.au", "en", "AU", "UTC"),
    ],
)
def test_country_and_zone_are_proposed_where_they_are_known(host: str, language: str, country: str, zone: str) -> None:
    candidates = choose_candidates([tried("rss", "abc")], {})
    page = Front(name="The Herald", language=language)
    source, left = propose(f"https://www.{host}/", page, candidates, frozenset({"the-herald"}))
    assert source is not None
    assert (source.id, source.country, source.timezone) == ("the-herald-2", country, zone)
    assert ("timezone" in left) == (zone == "UTC")
    assert ("country" in left) == (country == "")


# -- sites ---------------------------------------------------------------------------------------------


def test_links_robots_and_the_news_list_of_an_index(parser: FeedParser) -> None:
    async def index(request: web.Request) -> web.Response:
        child = f"http://{request.host}/maps/news.xml"
        body = (
            f"<sitemapindex><sitemap><loc>{child}</loc></sitemap><sitemap><loc>/tags.xml</loc></sitemap></sitemapindex>"
        )
        return web.Response(body=body.encode())

    pages = {
        "/": b'<html lang="en"><title>The Herald</title><link rel="alternate" type="application/rss+xml" href="/f">',
        "/f": rss("/1", "/2", "/3"),
        "/index.xml": index,
        "/maps/news.xml": news_map("/1", "/4"),
    }
    survey, web_ = look(pages, parser, robots=b"User-agent: *\nAllow: /\nSitemap: /index.xml")
    assert paths(survey) == ["f", "maps/news.xml", "index.xml"]
    assert [(one.kind, one.entries, one.lists, one.overlap) for one in survey.candidates] == [
        (FeedKind.RSS, 3, 0, 0),
        (FeedKind.NEWS_SITEMAP, 2, 0, 0),
        (FeedKind.SITEMAP_INDEX, 0, 2, 0),
    ]
    assert survey.candidates[0].newest == datetime(2026, 11, 21, 2, tzinfo=UTC)
    assert survey.candidates[0].language == "en-GB"
    assert web_.paths() == ["/", "/f", "/index.xml", "/maps/news.xml"], "nothing is guessed where all is named"


def test_well_known_paths_are_tried_where_nothing_is_named(parser: FeedParser) -> None:
    pages = {"/": b"<html><title>Herald</title><img src=/wp-content/a.png>", "/feed/": rss("/1"),
             "/news-sitemap.xml": news_map("/1")}  # fmt: skip
    survey, web_ = look(pages, parser)
    assert paths(survey) == ["feed/", "news-sitemap.xml"]
    assert web_.paths() == ["/", "/feed/", "/news-sitemap.xml"]
    assert survey.candidates[0].found_by == "well-known path (WordPress)"


def test_a_feed_given_by_hand_finds_its_site(parser: FeedParser) -> None:
    pages = {"/": b"<html lang=de><title>Herald</title>", "/deep/feed.rss": rss("/1")}
    survey, _ = look(pages, parser, path="/deep/feed.rss", robots=b"")
    assert paths(survey) == ["deep/feed.rss"]
    assert survey.proposed is not None
    assert survey.proposed.homepage.endswith("/")
    assert survey.candidates[0].found_by == "as given"


def test_a_feed_that_moved_is_entered_under_its_new_address(parser: FeedParser) -> None:
    async def moved(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/new.xml"})

    async def lent(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/new2.xml"})

    page = b'<html><a href="/old.rss">RSS</a><a href="/lent.rss">RSS</a>'
    pages = {"/": page, "/old.rss": moved, "/new.xml": rss("/1"), "/lent.rss": lent, "/new2.xml": rss("/2")}
    survey, _ = look(pages, parser)
    assert paths(survey)[:2] == ["new.xml", "lent.rss"]


def test_hostile_sites(parser: FeedParser) -> None:
    async def endless(request: web.Request) -> web.Response:
        n = int(request.query.get("n", 0)) + 1
        return web.Response(status=302, headers={"Location": f"/endless.rss?n={n}"})

    async def loop(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/loop.rss"})

    async def inward(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=b"<rss>" + b" " * (SETTINGS.max_feed_bytes + 1))

    links = ["http://10.1.2.3/feed", "/endless.rss", "/loop.rss", "/inward.rss", "/large.rss", "/bomb.rss", "/page.rss",
             "/private/feed", "/good.rss", "ftp://x.example/feed"]  # fmt: skip
    page = "".join(f'<link rel="alternate" type="application/rss+xml" href="{link}">' for link in links)
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))
    pages = {
        "/": f"<html><head>{page}".encode(),
        "/endless.rss": endless,
        "/loop.rss": loop,
        "/inward.rss": inward,
        "/large.rss": large,
        "/bomb.rss": f'<!DOCTYPE r [<!ENTITY a0 "a">{bomb}]><rss><channel><title>&a29;</title></channel>'.encode(),
        "/page.rss": b"<html><title>Please log in</title></html>",
        "/private/feed": rss("/9"),
        "/good.rss": rss("/1"),
    }
    survey, _ = look(pages, parser, robots=b"User-agent: *\nDisallow: /private/")
    assert paths(survey)[0] == "good.rss"
    why = {one.asked.partition("://")[2].partition("/")[2]: one.why for one in survey.candidates}
    assert why["feed"].startswith(Reason.BLOCKED_ADDRESS.value)
    assert why["endless.rss"].startswith(Reason.REDIRECTS.value)
    assert why["loop.rss"].startswith(Reason.REDIRECTS.value)
    assert why["inward.rss"].startswith(Reason.BLOCKED_ADDRESS.value)
    assert why["large.rss"].startswith(Reason.TOO_LARGE.value)
    assert why["bomb.rss"] == "lists nothing"
    assert "Please log in" in why["page.rss"]
    assert why["private/feed"].startswith(Reason.ROBOTS.value)


def test_a_site_without_lists_says_what_was_tried(parser: FeedParser) -> None:
    survey, web_ = look({"/": b"<html><title>Herald</title>"}, parser)
    assert survey.proposed is None
    assert {one.why for one in survey.candidates} == {"not_found: HTTP 404"}
    assert len(survey.candidates) == len(WELL_KNOWN["any"]) == len(web_.paths()) - 1


def test_a_private_address_is_never_asked(parser: FeedParser) -> None:
    async def go() -> None:
        async with client_for(SETTINGS) as client:
            await look_at_site("http://192.168.1.1/", client, parser, lambda: NOW)

    with pytest.raises(HttpRefused) as caught:
        asyncio.run(go())
    assert caught.value.reason is Reason.BLOCKED_ADDRESS


def test_the_sample_press_is_found_as_it_is_entered(parser: FeedParser, tmp_path: Path) -> None:
    expected = {
        "harbour-gazette": ["feeds/news.xml"],
        "meridian-post": ["atom.xml"],
        "northern-ledger": ["index.rdf"],
        "capital-courier": ["feed.json"],
        "kestrel-wire": ["sitemap-news.xml", "sitemap.xml"],
        "eastern-standard": ["feeds/all.xml", "sitemap.xml"],
        "flussblatt": ["feed.atom"],
    }

    async def go() -> dict[str, list[str]]:
        found = {}
        async with client_for(SETTINGS) as client:
            for name in expected:
                found[name] = paths(await look_at_site(press.url(name), client, parser, lambda: NOW))
        return found

    with SamplePress() as press:
        assert asyncio.run(go()) == expected
