import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from pipeline.archive.warc import StoredResponse, WarcStore
from pipeline.clock import utc_now
from pipeline.fetch.pages import fetch_pages
from pipeline.fetch.replay import replay
from pipeline.records import LeftOut, Page, Reason, WarcPointer, WorkItem
from pipeline.settings import Settings
from tests.loopback import client_for, open_settings, site

URL = "https://herald.example/news/story-1"
THEN = datetime(2026, 10, 1, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
POINTER = WarcPointer(file="2026/10/01/b.warc.gz", offset=5, length=7)
ITEM = WorkItem(work_id=9, entry_id="e", url=URL, canon_url=URL, source_id="herald", attempt=3)
WORDS = "Ten words that stand in one paragraph make an article. "
ARTICLE = f"<html><head><title>Story</title></head><body><p>{WORDS * 20}</p></body></html>".encode()


def stored(body: bytes = ARTICLE, *, status: int = 200, url: str = URL, **headers: str) -> StoredResponse:
    fields = {"Content-Type": "text/html"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return StoredResponse(url=url, status=status, headers=tuple(fields.items()), body=body, at=THEN.isoformat())


def then(**fields: object) -> Page:
    known = {"work_id": 2, "entry_id": "e", "url": URL, "final_url": URL, "source_id": "herald", "status": 200}
    return Page(**(known | {"fetched_at": THEN} | fields))


def dropped(reason: Reason, **fields: object) -> LeftOut:
    return LeftOut(work_id=2, entry_id="e", url=URL, source_id="herald", stage="fetch", reason=reason, **fields)


def again(
    response: StoredResponse, outcome: Page | LeftOut | None, item: WorkItem = ITEM, **settings: object
) -> Page | LeftOut:
    return replay(item, response, outcome, POINTER, now=NOW, settings=Settings(**settings))


def test_what_was_left_out_is_a_page_where_the_rules_say_so_now() -> None:
    made = again(stored(ETag='"5"'), dropped(Reason.CONSENT))
    assert isinstance(made, Page)
    assert (made.work_id, made.fetched_at, made.warc, made.etag) == (9, THEN, POINTER, '"5"')
    assert (made.final_url, made.redirects, made.size) == (URL, (), len(ARTICLE))


def test_what_was_a_page_is_left_out_where_the_rules_say_so_now() -> None:
    made = again(stored(b"<title>Page not found</title><h1>Page not found</h1>"), then())
    assert isinstance(made, LeftOut)
    assert (made.reason, made.work_id, made.at, made.warc, made.status) == (Reason.SOFT_404, 9, NOW, POINTER, 200)


def test_the_way_to_the_page_stays_what_it_was() -> None:
    last = "https://herald.example/2026/story-1"
    made = again(stored(url=last), then(final_url=last, redirects=(URL, "https://herald.example/s")))
    assert (made.final_url, made.redirects) == (last, (URL, "https://herald.example/s"))
    led = again(stored(url=last), dropped(Reason.LOGIN))
    assert (led.final_url, led.redirects) == (last, (URL,))


@pytest.mark.parametrize("outcome", [None, dropped(Reason.NOT_ARTICLE)])
def test_without_a_page_the_record_itself_tells_time_and_address(outcome: LeftOut | None) -> None:
    made = again(stored(), outcome)
    assert isinstance(made, Page)
    assert (made.fetched_at, made.final_url) == (THEN, URL)


@pytest.mark.parametrize("reason", [Reason.REDIRECTS, Reason.BAD_ENCODING, Reason.BLOCKED_ADDRESS, Reason.BAD_URL])
def test_what_failed_on_the_way_has_no_page_to_judge(reason: Reason) -> None:
    made = again(stored(), dropped(reason, detail="a loop over /x"))
    assert (made.reason, made.detail, made.work_id, made.warc) == (reason, "a loop over /x", 9, POINTER)


def test_the_limit_on_bytes_is_todays() -> None:
    assert isinstance(again(stored(), dropped(Reason.TOO_LARGE)), Page)
    assert again(stored(), then(), max_page_bytes=100).reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("status", "reason"), [(404, Reason.NOT_FOUND), (429, Reason.RATE_LIMITED), (500, Reason.SERVER_ERROR)]
)
def test_a_stored_refusal_is_left_out_never_given_back(status: int, reason: Reason) -> None:
    made = again(stored(status=status), dropped(reason), WorkItem(**{**_fields(ITEM), "attempt": 1}))
    assert isinstance(made, LeftOut)
    assert made.reason is reason


def _fields(item: WorkItem) -> dict[str, object]:
    return {name: getattr(item, name) for name in item.__struct_fields__}


def test_a_fetch_and_its_replay_say_the_same(tmp_path) -> None:
    """Over real answers, through a real WARC file."""

    async def page(_: web.Request) -> web.Response:
        headers = {"ETag": '"1"', "X-Robots-Tag": "noimageai", "Content-Encoding": "gzip"}
        import gzip

        return web.Response(body=gzip.compress(ARTICLE), content_type="text/html", headers=headers)

    pages = {
        "/a": page,
        "/to-a": _to("/a"),
        "/gone": 410,
        "/none": b"<title>404 - page not found</title>",
        "/pdf": b"%PDF-1.7",
        "/loop": _to("/loop"),
        "/front": _to("/"),
        "/": ARTICLE[:200],
    }
    store = WarcStore(str(tmp_path))

    async def go() -> tuple[list[WorkItem], list[Page | LeftOut]]:
        async with site(pages) as web_:
            items = [
                WorkItem(work_id=n, entry_id=f"e{n}", url=web_.url(path), canon_url=path, source_id="herald")
                for n, path in enumerate(pages)
            ]
            settings = open_settings(max_attempts=1)
            with store.writer("b", epoch=0, created=THEN) as out:

                def keep(exchange, outcome):
                    pointer = out.write(exchange, b"{}")
                    return _with(outcome, warc=pointer)

                async with client_for(settings) as client:
                    until = utc_now() + timedelta(minutes=1)
                    return items, await fetch_pages(
                        items, client, keep, deadline=until, clock=utc_now, settings=settings
                    )

    items, made = asyncio.run(go())
    for item, outcome in zip(items, made, strict=True):
        anew = replay(item, store.read(outcome.warc), outcome, outcome.warc, now=NOW, settings=open_settings())
        assert _with(anew, at=None) == _with(outcome, at=None), item.url
    assert len({type(o) for o in made}) == 2


def _with(outcome: Page | LeftOut, **fields: object) -> Page | LeftOut:
    known = {name: getattr(outcome, name) for name in outcome.__struct_fields__}
    return type(outcome)(**known | {k: v for k, v in fields.items() if k in known})


def _to(path: str):
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": path})

    return answer


# ---------------------------------------------------------------------------------------------------- what is known


def test_a_stored_page_is_no_repetition_of_itself() -> None:
    known = then(body_hash="0")
    first = again(stored(), known)
    asked = WorkItem(**{**_fields(ITEM), "body_hash": first.body_hash, "revision": 2})
    assert isinstance(again(stored(), known, asked), Page)


@pytest.mark.parametrize("status", [200, 304])
def test_a_visit_that_found_nothing_new_stays_one(status: int) -> None:
    assert again(stored(b"", status=status), dropped(Reason.UNCHANGED)).reason is Reason.UNCHANGED


def test_a_reservation_of_then_is_obeyed_today() -> None:
    """Those of the answer are in its header; those of the host only in what was written down."""
    assert again(stored(TDM_Reservation="1"), then()).reason is Reason.OPTED_OUT
    of_host = then(robots_tags=("tdmrep.json tdm-reservation: 1", "x-robots-tag: noai"))
    made = again(stored(), of_host)
    assert (made.reason, made.detail) == (Reason.OPTED_OUT, "tdmrep.json tdm-reservation: 1")
    assert again(stored(), of_host, obey_opt_out=False).robots_tags == ("tdmrep.json tdm-reservation: 1",)
