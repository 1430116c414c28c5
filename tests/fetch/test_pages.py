import asyncio
from datetime import datetime, timedelta

import pytest
from aiohttp import web

from pipeline.clock import utc_now
from pipeline.fetch.pages import Outcome, fetch_pages
from pipeline.http.gate import LocalGate
from pipeline.records import Exchange, GivenBack, LeftOut, Page, Reason, WarcPointer, WorkItem
from pipeline.settings import Settings
from tests.loopback import Site, client_for, open_settings, site

WORDS = b"Ten words that stand in one paragraph make an article. "
ARTICLE = b"<html><head><title>Story</title></head><body><article><p>" + WORDS * 20 + b"</p></article></body></html>"


def item(url: str, number: int = 0, **more: object) -> WorkItem:
    return WorkItem(work_id=number, entry_id=f"e{number}", url=url, canon_url=url, source_id="herald", **more)


class Kept:
    """Stands for the archive: remembers what it was given and puts a pointer on it."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.noted: list[Page | LeftOut] = []

    def __call__(self, exchange: Exchange | None, outcome: Page | LeftOut) -> Page | LeftOut:
        if exchange is None:
            self.noted.append(outcome)
            return outcome
        self.exchanges.append(exchange)
        pointer = WarcPointer(file="w", offset=len(self.exchanges), length=1)
        return type(outcome)(**{name: getattr(outcome, name) for name in outcome.__struct_fields__} | {"warc": pointer})


async def fetched(
    items: list[WorkItem],
    kept: Kept | None = None,
    *,
    settings: Settings | None = None,
    gate: LocalGate | None = None,
    deadline: datetime | None = None,
) -> list[Outcome]:
    settings = settings or open_settings(max_attempts=3)
    async with client_for(settings, gate=gate) as client:
        until = deadline or utc_now() + timedelta(minutes=5)
        return await fetch_pages(items, client, kept or Kept(), deadline=until, clock=utc_now, settings=settings)


def status(code: int, **headers: str) -> object:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=code, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


def test_a_page_holds_all_but_its_body() -> None:
    async def page(_: web.Request) -> web.Response:
        headers = {"ETag": '"1"', "X-Robots-Tag": "noimageai", "TDM-Reservation": "0", "Last-Modified": "yesterday"}
        return web.Response(body=ARTICLE, content_type="text/html", headers=headers)

    async def go() -> None:
        kept = Kept()
        async with site({"/a": status(301, Location="/b"), "/b": page}) as web_:
            (got,) = await fetched([item(web_.url("/a"), 7)], kept)
        assert isinstance(got, Page)
        assert (got.work_id, got.entry_id, got.status, got.size) == (7, "e7", 200, len(ARTICLE))
        assert (got.url, got.final_url, got.redirects) == (web_.url("/a"), web_.url("/b"), (web_.url("/a"),))
        assert (got.etag, got.last_modified, got.content_type) == ('"1"', "yesterday", "text/html")
        assert got.robots_tags == ("x-robots-tag: noimageai", "tdm-reservation: 0")
        assert got.warc == WarcPointer(file="w", offset=1, length=1)
        assert kept.exchanges[0].body == ARTICLE

    asyncio.run(go())


@pytest.mark.parametrize(
    ("page", "reason", "stored"),
    [
        (404, Reason.NOT_FOUND, True),
        (410, Reason.GONE, True),
        (403, Reason.FORBIDDEN, True),
        (status(403, cf_mitigated="challenge"), Reason.CHALLENGE, True),
        (status(200, Content_Type="application/pdf"), Reason.NOT_HTML, True),
        (status(200, Content_Encoding="gzip", Content_Length="0"), Reason.NOT_HTML, True),
        (status(302, Location="/page"), Reason.REDIRECTS, True),
        (status(302, Location="http://10.0.0.1/"), Reason.BLOCKED_ADDRESS, False),
        (b"x" * 70_000, Reason.TOO_LARGE, False),
        (b"<title>404 - page not found</title>", Reason.SOFT_404, True),
        (status(200, TDM_Reservation="1", Content_Type="text/html"), Reason.OPTED_OUT, False),
        (b'<meta name="robots" content="noai">' + ARTICLE, Reason.OPTED_OUT, False),
    ],
)
def test_what_is_left_out_at_once(page: object, reason: Reason, stored: bool) -> None:
    async def go() -> None:
        kept = Kept()
        async with site({"/page": page}) as web_:
            (got,) = await fetched([item(web_.url("/page"))], kept, settings=open_settings(max_page_bytes=60_000))
        assert isinstance(got, LeftOut)
        assert got.reason is reason
        assert got.stage == "fetch"
        assert got.at is not None
        assert len(kept.exchanges) == stored == (got.warc is not None)
        assert kept.noted == ([] if stored else [got])  # what was made of it is known to a retry either way

    asyncio.run(go())


async def _reset(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _hang(_: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (429, Reason.RATE_LIMITED),
        (status(503, Retry_After="60"), Reason.RATE_LIMITED),
        (500, Reason.SERVER_ERROR),
        (_reset, Reason.NETWORK),
        (_hang, Reason.HANG),
    ],
)
def test_what_passes_is_given_back_while_attempts_are_left(page: object, reason: Reason) -> None:
    async def go() -> None:
        settings = open_settings(max_attempts=3, request_timeout_s=0.5)
        async with site({"/page": page}) as web_:
            before = utc_now()
            (first,) = await fetched([item(web_.url("/page"), attempt=1)], settings=settings)
            (second,) = await fetched([item(web_.url("/page"), attempt=2)], settings=settings)
            (last,) = await fetched([item(web_.url("/page"), attempt=3)], settings=settings)
        assert isinstance(first, GivenBack)
        assert isinstance(second, GivenBack)
        assert isinstance(last, LeftOut)
        assert {first.reason, second.reason, last.reason} == {reason}
        assert first.not_before >= before + timedelta(seconds=59)
        assert reason is Reason.RATE_LIMITED or second.not_before > first.not_before + timedelta(seconds=50)

    asyncio.run(go())


def test_a_rate_limited_host_gives_its_items_back_and_holds_nobody_up() -> None:
    async def go() -> None:
        pages = {"/slow": status(429, Retry_After="3600"), "/a": ARTICLE}
        async with site(pages) as web_:
            items = [item(web_.url("/slow", "limited"), n, attempt=3) for n in range(5)]
            items += [item(web_.url("/a", "quick"), n + 5) for n in range(5)]
            settings = open_settings(max_attempts=3, host_interval_s=0.01)
            outcomes = await fetched(items, settings=settings)
            asked = web_.paths().count("/slow")
        # One or two were asked for; the last attempt of those was used up, the others were never begun.
        assert asked <= 2
        assert [type(outcome) for outcome in outcomes].count(LeftOut) == asked
        back = [outcome for outcome in outcomes if isinstance(outcome, GivenBack)]
        assert len(back) == 5 - asked
        assert all(given.not_before > utc_now() + timedelta(minutes=59) for given in back)
        assert all(isinstance(outcome, Page) for outcome in outcomes[5:])

    asyncio.run(go())


def test_a_short_wait_that_a_host_asks_for_is_waited_once() -> None:
    asked: list[str] = []

    async def busy(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == "/never" or asked.count(request.path) == 1:
            return web.Response(status=429, headers={"Retry-After": "1"})
        return web.Response(body=ARTICLE, content_type="text/html")

    async def go() -> None:
        async with site({"/once": busy, "/never": busy}) as web_:
            items = [item(web_.url("/once"), 0, attempt=1), item(web_.url("/never", "other"), 1, attempt=1)]
            once, never = await fetched(items, settings=open_settings(host_interval_s=0.01, host_wait_s=5))
        assert isinstance(once, Page)
        assert isinstance(never, GivenBack)
        assert never.counts
        assert sorted(asked) == ["/never", "/never", "/once", "/once"]

    asyncio.run(go())


def test_at_the_deadline_the_rest_is_given_back() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.Response(body=ARTICLE, content_type="text/html")

    async def go() -> None:
        async with site({"/a": slow}) as web_:
            items = [item(web_.url("/a"), n) for n in range(40)]
            settings = open_settings(host_interval_s=0.01, host_wait_s=5)
            outcomes = await fetched(items, settings=settings, deadline=utc_now() + timedelta(seconds=0.5))
        kinds = {type(outcome) for outcome in outcomes}
        assert kinds == {Page, GivenBack}
        assert [outcome.work_id for outcome in outcomes] == list(range(40))
        assert len(web_.paths()) == sum(isinstance(outcome, Page) for outcome in outcomes)
        assert {o.reason for o in outcomes if isinstance(o, GivenBack)} == {Reason.NO_TIME}
        assert not any(o.counts for o in outcomes if isinstance(o, GivenBack))

    asyncio.run(go())


def test_an_unchanged_page_is_told_so() -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(
            status=304 if request.headers.get("If-None-Match") == '"1"' else 200, headers={"ETag": '"1"'}
        )

    async def go() -> None:
        async with site({"/a": page}) as web_:
            (got,) = await fetched([item(web_.url("/a"), etag='"1"')])
        assert isinstance(got, LeftOut)
        assert (got.reason, got.status) == (Reason.UNCHANGED, 304)

    asyncio.run(go())


def test_an_archive_that_cannot_write_ends_the_fetch() -> None:
    def full(_: Exchange, __: Page | LeftOut) -> Page | LeftOut:
        raise OSError(28, "No space left on device")

    async def go(web_: Site) -> None:
        settings = open_settings()
        async with client_for(settings) as client:
            items = [item(web_.url("/a", f"host{n}"), n) for n in range(10)]
            until = utc_now() + timedelta(minutes=5)
            await fetch_pages(items, client, full, deadline=until, clock=utc_now, settings=settings)

    async def run() -> None:
        async with site({"/a": ARTICLE}) as web_:
            with pytest.raises(OSError, match="No space left"):
                await go(web_)
            assert [task for task in asyncio.all_tasks() if "serve" in repr(task.get_coro())] == []

    asyncio.run(run())


def test_items_that_are_no_address() -> None:
    (got,) = asyncio.run(fetched([item("ftp://e.org/")]))
    assert isinstance(got, LeftOut)
    assert got.reason is Reason.BAD_URL
    assert asyncio.run(fetched([])) == []
