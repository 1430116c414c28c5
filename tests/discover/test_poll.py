import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from msgspec.structs import replace

from pipeline.clock import utc_now
from pipeline.discover.parse import Child, ParsedFeed, parse_document
from pipeline.discover.parser import FeedParser, ParserKilled
from pipeline.discover.poll import MAX_CHILDREN, choose_children, poll
from pipeline.errors import FeedError
from pipeline.http.gate import LocalGate
from pipeline.records import Feed, FeedKind, FeedState, PollResult, Reason, Source
from tests.loopback import Site, client_for, open_settings, site

SETTINGS = open_settings()
SOURCE = Source(id="herald", name="The Herald", homepage="https://herald.example/")


@pytest.fixture(scope="module")
def parser() -> Iterator[FeedParser]:
    with FeedParser(SETTINGS) as running:
        yield running


def rss(*links: str) -> bytes:
    items = "".join(f"<item><title>T</title><link>{link}</link></item>" for link in links)
    return f"<rss version='2.0'><channel><title>H</title>{items}</channel></rss>".encode()


def urls(result: PollResult) -> list[str]:
    return [entry.url.rpartition("/")[2] for entry in result.entries]


async def polled(
    web_: Site, parser: FeedParser, *paths: str, states: Sequence[FeedState] = (), gate: LocalGate | None = None
) -> list[PollResult]:
    feeds = list(states) or [
        FeedState(feed_id=n, url=web_.url(path), source_id="herald") for n, path in enumerate(paths)
    ]
    async with client_for(SETTINGS, gate=gate) as client:
        return await poll(feeds, {"herald": SOURCE}, client, parser, utc_now)


def test_one_failing_feed_never_stops_another(parser: FeedParser) -> None:
    async def crash(_: web.Request) -> web.Response:
        raise ConnectionResetError

    async def go() -> None:
        pages = {"/ok": rss("/1", "/2"), "/410": 410, "/404": 404, "/500": 500, "/html": b"<html><title>Hello</title>",
                 "/crash": crash, "/robots": rss("/3")}  # fmt: skip
        robots = b"User-agent: *\nDisallow: /robots"
        async with site(pages, robots=robots) as web_:
            states = [FeedState(feed_id=n, url=web_.url(path), source_id="herald") for n, path in enumerate(pages)]
            states += [
                FeedState(feed_id=7, url="ftp://x/", source_id="herald"),
                FeedState(feed_id=8, url=web_.url("/ok"), source_id="nobody"),
                FeedState(feed_id=9, url="http://10.0.0.1/feed", source_id="herald"),
            ]
            results = await polled(web_, parser, states=states)
        assert [result.feed_id for result in results] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        assert [result.reason for result in results] == [
            None, Reason.GONE, Reason.NOT_FOUND, Reason.SERVER_ERROR, Reason.BAD_FEED, Reason.SERVER_ERROR,
            Reason.ROBOTS, Reason.BAD_URL, Reason.BAD_FEED, Reason.BLOCKED_ADDRESS,
        ]  # fmt: skip
        assert [result.status for result in results[:5]] == [200, 410, 404, 500, 200]
        assert urls(results[0]) == ["1", "2"]
        assert results[0].kind is FeedKind.RSS
        assert "Hello" in results[4].detail

    asyncio.run(go())


def test_conditional_requests_and_unchanged_documents(parser: FeedParser) -> None:
    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(body=rss("/1"), headers={"ETag": '"1"', "Cache-Control": "max-age=600"})

    async def go() -> None:
        async with site({"/tagged": feed, "/plain": rss("/1")}) as web_:
            first = await polled(web_, parser, "/tagged", "/plain")
            assert [urls(result) for result in first] == [["1"], ["1"]]
            assert first[0].hints.max_age_s == 600
            states = [
                FeedState(
                    feed_id=result.feed_id,
                    url=result.url,
                    source_id="herald",
                    kind=result.kind,
                    etag=result.etag,
                    last_modified=result.last_modified,
                    body_hash=result.body_hash,
                    document_at=utc_now(),
                )
                for result in first
            ]
            tagged, plain = await polled(web_, parser, states=states)
            assert (tagged.not_modified, tagged.same_body, tagged.status, tagged.etag) == (True, False, 304, '"1"')
            assert (plain.not_modified, plain.same_body, plain.entries) == (False, True, ())
            assert tagged.body_hash == states[0].body_hash

    asyncio.run(go())


def test_a_poll_tells_what_may_have_fallen_and_left_out_since_the_last_document(parser: FeedParser) -> None:
    async def go() -> None:
        pages = {"/a": rss(*(f"/{n}" for n in range(20, 0, -1)), "mailto:x@e.org")}
        async with site(pages) as web_:
            state = FeedState(feed_id=0, url=web_.url("/a"), source_id="herald")
            told = []
            for newest in (20, 30, 60):
                pages["/a"] = rss(*(f"/{n}" for n in range(newest, newest - 20, -1)), "mailto:x@e.org")
                (result,) = await polled(web_, parser, states=[state])
                told.append((result.loss, result.loss_why, result.left_out))
                state = replace(state, list_window=result.list_window, body_hash=result.body_hash)
            (same,) = await polled(web_, parser, states=[state])
        left_out = {"bad_url": 1}
        assert told == [(None, "first", left_out), (0, "overlap", left_out), (None, "no overlap", left_out)]
        assert (same.same_body, same.loss, same.loss_why) == (True, 0, "same document")

    asyncio.run(go())


def test_after_a_week_of_304s_a_document_is_asked_for_without_conditions(parser: FeedParser) -> None:
    async def stubborn(request: web.Request) -> web.Response:
        if "If-None-Match" in request.headers or "If-Modified-Since" in request.headers:
            return web.Response(status=304)
        return web.Response(body=rss("/1"), headers={"ETag": '"1"'})

    async def go() -> None:
        async with site({"/a": stubborn}) as web_:
            state = FeedState(feed_id=0, url=web_.url("/a"), source_id="herald", etag='"1"', last_modified="x")
            for days, trusted, asked in ((6, True, True), (8, True, False), (1, False, False)):
                known = replace(state, document_at=utc_now() - timedelta(days=days), validators_trusted=trusted)
                (result,) = await polled(web_, parser, states=[known])
                assert (result.conditional, result.not_modified, result.status) == (asked, asked, 304 if asked else 200)

    asyncio.run(go())


def test_a_wall_in_place_of_a_feed_is_told_by_its_kind(parser: FeedParser) -> None:
    async def go() -> None:
        pages = {"/c": b"<html><title>Before you continue</title>", "/j": b"<html><title>Just a moment...</title>"}
        async with site(pages) as web_:
            results = await polled(web_, parser, "/c", "/j")
        assert [(r.reason, r.status) for r in results] == [(Reason.CONSENT, 200), (Reason.CHALLENGE, 200)]

    asyncio.run(go())


def test_a_permanent_redirect_is_noted(parser: FeedParser) -> None:
    async def moved(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "/new"})

    async def go() -> None:
        async with site({"/old": moved, "/new": rss("/1")}) as web_:
            (result,) = await polled(web_, parser, "/old")
            assert (result.permanent, result.final_url, urls(result)) == (True, web_.url("/new"), ["1"])

    asyncio.run(go())


def index_of(*children: str) -> bytes:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{c}</loc></sitemap>' for c in children)}</sitemapindex>".encode()


def sitemap_of(*links: str) -> bytes:
    return f"<urlset>{''.join(f'<url><loc>{link}</loc></url>' for link in links)}</urlset>".encode()


def test_the_lists_of_an_index_are_read_too(parser: FeedParser) -> None:
    async def go() -> None:
        pages = {
            "/index": index_of("/a", "/missing", "/b", "/inner"),
            "/a": sitemap_of("/1", "/2"),
            "/b": rss("/2", "/3"),
            "/inner": index_of("/c", "/innermost"),
            "/c": sitemap_of("/4"),
            "/innermost": index_of("/index"),
        }
        async with site(pages) as web_:
            (result,) = await polled(web_, parser, "/index")
            assert (result.kind, result.reason) == (FeedKind.SITEMAP_INDEX, None)
            assert urls(result) == ["1", "2", "3", "4"]
            assert [entry.feed_url for entry in result.entries] == [web_.url(path) for path in ("/a", "/a", "/b", "/c")]
            assert any("/missing: HTTP 404" in fault for fault in result.faults)
            assert any("/innermost: an index in an index" in fault for fault in result.faults)
            # an unchanged index says nothing about its lists
            pages["/a"] = sitemap_of("/5")
            state = FeedState(
                feed_id=0, url=result.url, source_id="herald", kind=result.kind, body_hash=result.body_hash
            )
            (again,) = await polled(web_, parser, states=[state])
            assert urls(again) == ["5", "2", "3", "4"]

    asyncio.run(go())


def test_which_lists_of_an_index_are_read() -> None:
    now = utc_now()
    dated = [Child(url=f"http://e.org/{n}", lastmod=now.replace(year=now.year - n)) for n in range(3)]
    assert [child.url for child in choose_children(dated, SOURCE, now)] == ["http://e.org/0"]
    undated = [Child(url=f"http://e.org/{n}") for n in range(100)]
    chosen = [int(child.url[13:]) for child in choose_children(undated, SOURCE, now)]
    assert len(chosen) == MAX_CHILDREN
    assert chosen[0] == 0
    assert chosen[-1] == 99
    assert len(choose_children(undated + dated, SOURCE, now)) == MAX_CHILDREN


def test_a_host_on_hold_is_told_as_busy(parser: FeedParser) -> None:
    async def go() -> None:
        gate = LocalGate(SETTINGS)
        async with site({"/a": rss("/1")}) as web_:
            until = utc_now().replace(year=utc_now().year + 1)
            await gate.hold(f"site.localhost:{web_.port}", until, "HTTP 429")
            (result,) = await polled(web_, parser, "/a", gate=gate)
            assert (result.reason, result.status) == (Reason.RATE_LIMITED, None)
            assert (result.hints.retry_after_s or 0) > 86400
            assert web_.asked == []

    asyncio.run(go())


def test_retry_after_is_handed_on(parser: FeedParser) -> None:
    async def later(_: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "900"})

    async def go() -> None:
        async with site({"/a": later}) as web_:
            (result,) = await polled(web_, parser, "/a")
            assert (result.reason, result.status, result.hints.retry_after_s) == (Reason.RATE_LIMITED, 503, 900)

    asyncio.run(go())


# ------------------------------------------------------------------------------------------------ the killable child


def _read(body: bytes, **rest: Any) -> ParsedFeed:
    """Reads as the real one, but for three documents."""
    if body == b"hang":
        time.sleep(60)
    if body == b"eat":
        bytearray(3_000_000_000)
    if body == b"die":
        os._exit(3)
    return parse_document(body, **rest)


@pytest.mark.parametrize(
    ("body", "why"), [(b"hang", "killed after 1.2 s"), (b"eat", "more than 256 MB"), (b"die", "died")]
)
def test_a_child_is_killed_at_its_limits_and_the_next_document_is_read(body: bytes, why: str) -> None:
    async def read(parser: FeedParser, body: bytes) -> int:
        feed = Feed(url="http://e.org/feed", source_id="herald")
        parsed = await parser.parse(body, url=feed.url, content_type="", source=SOURCE, feed=feed, now=utc_now())
        return len(parsed.entries)

    with FeedParser(open_settings(feed_timeout_s=0.4, feed_memory_mb=256), read=_read) as parser:
        assert asyncio.run(read(parser, rss("/1"))) == 1
        with pytest.raises(ParserKilled, match=why):
            asyncio.run(read(parser, body))
        assert asyncio.run(read(parser, rss("/1", "/2"))) == 2
        with pytest.raises(FeedError):
            asyncio.run(read(parser, b"no feed"))


def test_a_killed_parser_is_the_feeds_failure_alone() -> None:
    async def go() -> None:
        class Killing(FeedParser):
            async def parse(self, body: bytes, **rest: object) -> object:  # type: ignore[override]
                raise ParserKilled("killed after 20 s", subject="x")

        async with site({"/a": rss("/1")}) as web_:
            state = FeedState(feed_id=0, url=web_.url("/a"), source_id="herald", body_hash="before")
            (result,) = await polled(web_, Killing(SETTINGS), states=[state])
            assert (result.reason, result.body_hash) == (Reason.EXTRACT_HANG, "before")
            assert replace(result, detail="").entries == ()

    asyncio.run(go())
