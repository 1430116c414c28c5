"""Lists that drip, lead in circles or lie on the way: each poll ends within its limit and tells what came of it."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from pipeline.clock import utc_now
from pipeline.discover.parser import FeedParser
from pipeline.discover.past import listed_on
from pipeline.discover.poll import poll
from pipeline.records import Feed, FeedKind, FeedState, PollResult, Reason, Source
from pipeline.settings import Settings
from tests.loopback import OF_EVERY_HOST, Site, client_for, open_settings

LIMIT_S = 0.6
SETTINGS = open_settings(request_timeout_s=LIMIT_S)
SOURCE = Source(id="herald", name="The Herald", homepage="https://herald.example/")
FEED = b"<rss version='2.0'><channel><title>H</title><item><title>T</title><link>/1</link></item></channel></rss>"
OK = b"HTTP/1.1 200 OK\r\n"
NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#: A head and a byte every 0.2 s for ever.
DRIP = OK + b"Content-Length: 1000\r\n\r\n"


@pytest.fixture(scope="module")
def parser() -> Iterator[FeedParser]:
    with FeedParser(SETTINGS) as running:
        yield running


def whole(body: bytes, head: bytes = b"") -> bytes:
    return OK + head + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


def to(location: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def index_of(*names: str) -> bytes:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{n}</loc></sitemap>' for n in names)}</sitemapindex>".encode()


@asynccontextmanager
async def bytes_of(pages: dict[str, bytes]) -> AsyncIterator[Site]:
    """Serve bytes by path as they are; ``DRIP`` goes on byte by byte."""
    running = Site(port=0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode("latin-1")
            running.asked.append(f"site {path}")
            answer = pages.get(path, NOTHING)
            writer.write(answer.replace(b"PORT", str(running.port).encode()))
            while answer is DRIP:
                await writer.drain()
                await asyncio.sleep(0.2)
                writer.write(b"x")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        running.port = server.sockets[0].getsockname()[1]
        yield running


def polls(
    pages: dict[str, bytes], parser: FeedParser, *paths: str, settings: Settings = SETTINGS, **known: object
) -> tuple[list[PollResult], float, list[str]]:
    """Results of one poll of each path, how long all took (s), and the paths that were asked for."""

    async def go() -> tuple[list[PollResult], float, list[str]]:
        async with bytes_of(pages) as web_, client_for(settings) as client:
            feed = FeedState(feed_id=0, url="", source_id="herald")
            feeds = [replace(feed, feed_id=n, url=web_.url(path), **known) for n, path in enumerate(paths)]
            started = time.monotonic()
            async with asyncio.timeout(30):
                results = await poll(feeds, {"herald": SOURCE}, client, parser, utc_now)
            return results, time.monotonic() - started, web_.paths()

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("path", "pages", "reason", "limits"),
    [
        ("/feed", {"/feed": DRIP}, Reason.HANG, 1),
        ("/sitemap.xml", {"/sitemap.xml": DRIP}, Reason.HANG, 1),
        ("/feed", {"/feed": to(b"/slow"), "/slow": DRIP}, Reason.HANG, 1),
        # A host whose rules cannot be read is left alone; one that drips what it reserves reserves nothing.
        ("/feed", {"/feed": whole(FEED), OF_EVERY_HOST[0]: DRIP}, Reason.NETWORK, 1),
        ("/feed", {"/feed": whole(FEED), OF_EVERY_HOST[1]: DRIP}, None, 1),
        ("/index", {"/index": whole(index_of("/a", "/b")), "/a": DRIP, "/b": whole(FEED)}, None, 1),
    ],
    ids=["feed", "sitemap", "target of a redirect", "robots.txt", "tdmrep.json", "list of an index"],
)
def test_what_drips_costs_its_own_limit_and_no_more(
    parser: FeedParser, path: str, pages: dict[str, bytes], reason: Reason | None, limits: int
) -> None:
    (result,), took_s, _ = polls(pages, parser, path)
    assert result.reason is reason, result.detail
    assert len(result.entries) == (1 if reason is None else 0)
    assert LIMIT_S <= took_s < limits * LIMIT_S + 2


def test_lists_that_all_drip_end_with_the_time_for_polling(parser: FeedParser) -> None:
    names = [f"/{n}" for n in range(12)]
    pages = {"/index": whole(index_of(*names)), "/late": whole(FEED)} | dict.fromkeys(names, DRIP)
    (index, late), took_s, asked = polls(
        pages, parser, "/index", "/late", settings=SETTINGS.model_copy(update={"fetch_deadline_s": 1.0})
    )
    assert took_s < 1.0 + LIMIT_S + 2
    assert len(asked) < 5
    assert any("lists not read: the time for polling was over" in fault for fault in index.faults)
    # What stands behind it on the same host is told as busy, which is no failure of its own.
    assert (late.reason, late.status, (late.hints.retry_after_s or 0) > 0) == (Reason.RATE_LIMITED, None, True)


def test_lists_of_the_past_that_drip_end_with_the_time_too(parser: FeedParser) -> None:
    async def go() -> tuple[float, int, str]:
        settings = SETTINGS.model_copy(update={"fetch_deadline_s": 1.0})
        async with bytes_of({f"/{n}": DRIP for n in range(12)}) as web_, client_for(settings) as client:
            feeds = tuple(Feed(url=web_.url(f"/{n}"), source_id="herald", kind=FeedKind.SITEMAP) for n in range(12))
            source = Source(id="herald", name="H", homepage=web_.url("/"), feeds=feeds)
            started = time.monotonic()
            found = await listed_on(source, (utc_now() - timedelta(days=2)).date(), client, parser, utc_now)
            return time.monotonic() - started, len(web_.paths()), found.unknowable

    took_s, asked, unknowable = asyncio.run(go())
    assert took_s < 1.0 + LIMIT_S + 2
    assert asked < 5
    assert unknowable


def test_an_index_that_names_itself_is_read_once(parser: FeedParser) -> None:
    pages = {"/index": whole(index_of("/index", "/inner", "/a", "/a")), "/a": whole(FEED)}
    pages["/inner"] = whole(index_of("/index", "/inner", "/a"))
    (result,), _, asked = polls(pages, parser, "/index")
    assert sorted(asked) == ["/a", "/index", "/inner"]
    assert len(result.entries) == 1


def test_an_index_of_50_000_lists_costs_a_dozen_requests(parser: FeedParser) -> None:
    (result,), _, asked = polls({"/index": whole(index_of(*(f"/{n}" for n in range(50_000))))}, parser, "/index")
    assert len(asked) == 13
    assert any("49988 of 50000 lists not read" in fault for fault in result.faults)


def test_a_304_that_nobody_asked_for_is_no_success(parser: FeedParser) -> None:
    """Taken for "nothing new", a feed that never gave a document would look well for ever."""
    (fresh,), _, _ = polls({"/feed": b"HTTP/1.1 304 Not Modified\r\n\r\n"}, parser, "/feed")
    assert (fresh.reason, fresh.not_modified) == (Reason.HTTP_ERROR, False)
    known = {"etag": '"1"', "document_at": utc_now()}
    (asked,), _, _ = polls({"/feed": b"HTTP/1.1 304 Not Modified\r\n\r\n"}, parser, "/feed", **known)
    assert (asked.reason, asked.not_modified) == (None, True)


_RAW = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
_RAW_BOMB = _RAW.compress(bytes(100_000_000)) + _RAW.flush()
#: What came instead of a plain answer → the reason it ends with (``None``: the feed is read).
ON_THE_WAY: dict[str, tuple[dict[str, bytes], Reason | None]] = {
    "location: relative": ({"/f": to(b"g"), "/g": whole(FEED)}, None),
    "location: with a fragment": ({"/f": to(b"/g#part"), "/g": whole(FEED)}, None),
    "location: a fragment alone": ({"/f": to(b"#part")}, Reason.REDIRECTS),
    "location: a query alone": ({"/f": to(b"?a=1"), "/f?a=1": whole(FEED)}, None),
    "location: with spaces": ({"/f": to(b"/a b"), "/a%20b": whole(FEED)}, None),
    "location: UTF-8": ({"/f": to("/größe".encode()), "/gr%C3%B6%C3%9Fe": whole(FEED)}, None),
    "location: Latin-1": ({"/f": to("/größe".encode("latin-1")), "/gr%C3%B6%C3%9Fe": whole(FEED)}, None),
    "location: user info": ({"/f": to(b"http://u:p@site.localhost:PORT/g"), "/g": whole(FEED)}, None),
    "location: without scheme": ({"/f": to(b"//site.localhost:PORT/g"), "/g": whole(FEED)}, None),
    "location: other letters": ({"/f": to("http://münster.localhost:PORT/g".encode()), "/g": whole(FEED)}, None),
    "location: script": ({"/f": to(b"javascript:alert(1)")}, Reason.BAD_URL),
    "location: no address": ({"/f": to(b"http://[::1/g")}, Reason.BAD_URL),
    "location: no port": ({"/f": to(b"http://site.localhost:99999/g")}, Reason.BAD_URL),
    "location: a NUL": ({"/f": to(b"/g\0h")}, Reason.NETWORK),
    "location: empty": ({"/f": to(b"")}, Reason.HTTP_ERROR),
    "a cookie that must come back": (
        {"/f": to(b"/f").replace(b"Location", b"Set-Cookie: a=b\r\nLocation")}, Reason.REDIRECTS,
    ),
    "refreshed by its header": ({"/f": whole(b"", b"Refresh: 0;url=/g\r\n")}, Reason.BAD_FEED),
    "brotli unasked": ({"/f": whole(b"\x0b\x02\x80hello\x03", b"Content-Encoding: br\r\n")}, Reason.BAD_ENCODING),
    "zstd unasked": ({"/f": whole(b"\x28\xb5\x2f\xfd", b"Content-Encoding: zstd\r\n")}, Reason.BAD_ENCODING),
    "bare deflate bomb": ({"/f": whole(_RAW_BOMB, b"Content-Encoding: deflate\r\n")}, Reason.TOO_LARGE),
    "a charset as encoding": ({"/f": whole(FEED, b"Content-Encoding: UTF-8\r\n")}, None),
    "HTTP/1.0 without length": ({"/f": b"HTTP/1.0 200 OK\r\n\r\n" + FEED}, None),
    "bare line feeds": ({"/f": whole(FEED).replace(b"\r\n", b"\n")}, None),
    "a thousand 100s": ({"/f": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000 + whole(FEED)}, None),
    "a length of -1": ({"/f": OK + b"Content-Length: -1\r\n\r\n" + FEED}, Reason.NETWORK),
    "a chunk of no size": ({"/f": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nfoo\r\n"}, Reason.NETWORK),
    "a chunk of 2^64": ({"/f": OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nfo"}, Reason.NETWORK),
    "a charset that is none": ({"/f": whole(FEED, b"Content-Type: text/xml; charset=klingon\r\n")}, None),
    "a codec for a charset": ({"/f": whole(FEED, b"Content-Type: text/xml; charset=zlib_codec\r\n")}, None),
    "a charset that is another": ({"/f": whole(FEED, b"Content-Type: text/xml; charset=utf-16\r\n")}, None),
    "an entity tag of 20 kB": ({"/f": whole(FEED, b'ETag: "' + b"x" * 20_000 + b'"\r\n')}, None),
    "Retry-After beyond time": (
        {"/f": b"HTTP/1.1 503 No\r\nRetry-After: 999999999999999999\r\nContent-Length: 0\r\n\r\n"}, Reason.RATE_LIMITED,
    ),
    "50 MB of one title": (
        {"/f": whole(FEED.replace(b"T<", b"x" * 50_000_000 + b"<", 1))}, Reason.TOO_LARGE,
    ),
    "robots.txt of 10 MB": (
        {"/f": whole(FEED), "/robots.txt": whole(b"User-agent: *\nAllow: /\n" + b"# far\n" * 1_700_000)}, None,
    ),
    "robots.txt with a mark": (
        {"/f": whole(FEED), "/robots.txt": whole(b"\xef\xbb\xbfUser-agent: *\nDisallow: /f")}, Reason.ROBOTS,
    ),
    "robots.txt by carriage returns": (
        {"/f": whole(FEED), "/robots.txt": whole(b"User-agent: *\rDisallow: /f\r")}, Reason.ROBOTS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ON_THE_WAY)
def test_what_happens_on_the_way_to_a_feed(parser: FeedParser, name: str) -> None:
    pages, reason = ON_THE_WAY[name]
    (result,), _, _ = polls(pages, parser, "/f", settings=SETTINGS.model_copy(update={"request_timeout_s": 5.0}))
    assert result.reason is reason, result.detail
    assert len(result.entries) == (1 if reason is None else 0)
