"""Every kind of document that was made to break a reader, through the killable child: time and memory are measured."""

import asyncio
import re
import resource
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from msgspec.structs import replace

from pipeline.clock import utc_now
from pipeline.discover.parse import ParsedFeed, parse_document
from pipeline.discover.parser import FeedParser
from pipeline.discover.poll import poll
from pipeline.errors import FeedError
from pipeline.records import Feed, FeedState, Reason, Source
from tests.discover import hostile
from tests.loopback import NOON, client_for, open_settings, site

SETTINGS = open_settings()
SOURCE = Source(id="herald", name="The Herald", homepage="https://herald.example/", max_entries=5000)
FEED = Feed(url="https://herald.example/feed", source_id="herald")


def named(documents: dict[str, Any]) -> list[Any]:
    return [pytest.param(name, marks=[pytest.mark.slow] if name in hostile.SLOW else []) for name in documents]


def _measured(body: bytes, **rest: Any) -> ParsedFeed:
    """Read, and tell in the faults how many megabytes this process ever held."""
    parsed = parse_document(body, **rest)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return replace(parsed, faults=(*parsed.faults, f"peak {peak}"))


def _timed(body: bytes, **rest: Any) -> ParsedFeed:
    """Read, and tell as the title how many seconds of CPU time that took."""
    started = time.process_time()
    parsed = parse_document(body, **rest)
    return replace(parsed, title=f"{time.process_time() - started:.3f}")


@pytest.fixture(scope="module")
def parser() -> Iterator[FeedParser]:
    with FeedParser(SETTINGS, read=_measured) as running:
        yield running


def read(parser: FeedParser, body: bytes) -> ParsedFeed:
    # ParserKilled, at the limit of time, is a FeedError too: it fails the test that expects another word.
    parsed = asyncio.run(parser.parse(body, url=FEED.url, content_type="", source=SOURCE, feed=FEED, now=NOON))
    assert int(parsed.faults[-1].removeprefix("peak ")) < SETTINGS.feed_memory_mb
    return parsed


@pytest.mark.parametrize("name", named(hostile.FEEDS))
def test_no_trick_costs_the_feed(parser: FeedParser, name: str) -> None:
    parsed = read(parser, hostile.FEEDS[name]())
    assert hostile.LAST in [entry.url for entry in parsed.entries]
    shown = " ".join(f"{entry.title} {entry.summary} {entry.guid}" for entry in parsed.entries)
    assert "root:" not in shown  # of /etc/passwd
    assert not re.search("<[a-z/!]", shown)
    assert not set(shown) & set("\0\u202e\u2066\u200b\ufeff")
    assert not any("\ud800" <= c <= "\udfff" for c in shown)
    assert max(len(entry.title) for entry in parsed.entries) <= 500


@pytest.mark.parametrize("name", hostile.OTHERS)
def test_what_is_no_feed_is_told_as_such(parser: FeedParser, name: str) -> None:
    make, word = hostile.OTHERS[name]
    with pytest.raises(FeedError, match=word):
        read(parser, make())


@pytest.mark.parametrize("name", named(hostile.BIG))
def test_of_what_is_too_big_a_part_is_read_and_the_rest_counted(parser: FeedParser, name: str) -> None:
    make, taken = hostile.BIG[name]
    parsed = read(parser, make())
    assert len(parsed.entries) == taken
    assert parsed.left_out["overflow"] > 0


def test_the_largest_sitemap_is_read_whole_in_a_fraction_of_the_limit(parser: FeedParser) -> None:
    """As a backfill reads it: all 50,000 addresses are kept."""
    rows = "".join(
        f"<url><loc>https://herald.example/world/2026/{n}-ferry-runs-again</loc><lastmod>{changed:%Y-%m-%dT%H:%M:%S}+01:00"
        "</lastmod><changefreq>daily</changefreq><priority>0.5</priority></url>"
        for n, changed in ((n, NOON - timedelta(minutes=10 * n)) for n in range(50_000))
    )
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()
    source = replace(SOURCE, max_age_days=36_500, max_entries=50_000)
    read = parser.read_with(_timed, sitemap, url=FEED.url, content_type="", source=source, feed=FEED, now=NOON)
    parsed = asyncio.run(read)
    assert len(parsed.entries) == 50_000
    assert float(parsed.title) < SETTINGS.feed_timeout_s / 2


def test_a_body_of_100_mb_is_refused_by_its_size(parser: FeedParser) -> None:
    async def flood(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
        await answer.prepare(request)
        for _ in range(100):
            await answer.write(b" " * 1_000_000)
        return answer

    async def go() -> None:
        async with site({"/announced": lambda _: _big(), "/streamed": flood}) as web_, client_for(SETTINGS) as client:
            feeds = [
                FeedState(feed_id=n, url=web_.url(path), source_id="herald")
                for n, path in enumerate(("/announced", "/streamed"))
            ]
            results = await poll(feeds, {"herald": SOURCE}, client, parser, utc_now)
        assert [result.reason for result in results] == [Reason.TOO_LARGE] * 2

    async def _big() -> web.Response:
        return web.Response(body=bytes(17_000_000))

    asyncio.run(go())


def test_links_of_other_schemes_are_dropped_and_named(parser: FeedParser) -> None:
    bad = ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "gopher://e.org/", "mailto:a@e.org",
           "http://0x7f.1/", "http://2130706433/", "https://e.org:99999/", "https://" + "a/" * 1100, "//"]  # fmt: skip
    parsed = read(parser, hostile.rss(*(hostile.item(str(n), link) for n, link in enumerate(bad))))
    assert [entry.url for entry in parsed.entries] == [hostile.LAST]
    assert [drop.title for drop in parsed.dropped] == [str(n) for n in range(len(bad))]
    assert parsed.left_out == {"bad_url": len(bad)}
