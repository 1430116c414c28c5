import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.discover.addresses import Period
from pipeline.discover.kept_lists import KeptList, KeptLists
from pipeline.discover.parse import Child, ParsedFeed
from pipeline.discover.parser import FeedParser
from pipeline.discover.past import Evidence, PastListing, choose_lists, day_of, day_window, listed_on
from pipeline.identity import canon_v1, url_id
from pipeline.local.press.lists import story_url
from pipeline.local.press.server import SamplePress
from pipeline.records import Entry, Feed, FeedKind, Source
from pipeline.settings import PROJECT
from pipeline.sources import load_sources
from tests.loopback import NOON, Site, client_for, open_settings, site

SETTINGS = open_settings()
#: When the sample press is over and nothing is new any more.
AFTER = datetime(2026, 10, 31, 12, tzinfo=UTC)
OCTOBER = [date(2026, 10, 1) + timedelta(days=n) for n in range(31)]


@pytest.fixture(scope="module")
def parser() -> Iterator[FeedParser]:
    with FeedParser(SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def press() -> Iterator[SamplePress]:
    with SamplePress(clock=AFTER) as running:
        yield running


def outlet(press: SamplePress, name: str) -> Source:
    settings = SETTINGS.model_copy(update={"press_port": press.port})
    return next(s for s in load_sources(PROJECT / "config/sources.demo.yml", settings) if s.id == name)


#: What the client asks of every host on its own account.
ASIDE = {"/robots.txt", "/.well-known/tdmrep.json"}


def asked_of(press: SamplePress) -> list[str]:
    return [line.path for line in press.log if line.path not in ASIDE]


def paths(web_: Site) -> list[str]:
    return [path for path in web_.paths() if path not in ASIDE]


def listed(
    source: Source, days: list[date], parser: FeedParser, kept: KeptLists | None = None, now: datetime = AFTER
) -> list[PastListing]:
    async def go() -> list[PastListing]:
        async with client_for(SETTINGS) as client:
            return [await listed_on(source, day, client, parser, lambda: now, kept) for day in days]

    return asyncio.run(go())


def gold(press: SamplePress, name: str) -> dict[date, set[str]]:
    """Addresses of an outlet by day of publication, from the stories themselves."""
    zone = press.press.outlets[name].zone
    days: dict[date, set[str]] = {day: set() for day in OCTOBER}
    for story in press.press.listed(name, AFTER):
        url = story_url(story, press.url(name, "").rstrip("/"), listed=True)
        days[story.front.published.astimezone(zone).date()].add(canon_v1(url))
    return days


# -- the sample press ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kestrel-wire", "eastern-standard"])
def test_each_day_of_the_press_is_listed_as_the_stories_say(press: SamplePress, parser: FeedParser, name: str) -> None:
    press.clear_log()
    expected = gold(press, name)
    kept = KeptLists()
    found = listed(outlet(press, name), OCTOBER, parser, kept)
    dated = {one.day: {entry.canon_url for entry in one.entries if entry.published} for one in found}
    assert dated == expected
    # what only its change speaks for was changed on that day
    changed = {canon_v1(story_url(s, press.url(name, "").rstrip("/"), listed=True)): s.updated
               for s in press.press.listed(name, AFTER) if s.revision > 1}  # fmt: skip
    zone = press.press.outlets[name].zone
    for one in found:
        for entry in one.entries:
            assert entry.published or changed[entry.canon_url].astimezone(zone).date() == one.day
    assert [one.undated for one in found] == [0] * len(OCTOBER)
    asked = asked_of(press)
    assert len(asked) == len(set(asked)), "a list was asked for twice"


def test_only_the_lists_that_may_hold_the_day_are_asked_for(press: SamplePress, parser: FeedParser) -> None:
    press.clear_log()
    listed(outlet(press, "kestrel-wire"), [date(2026, 10, 24)], parser)
    assert sorted(asked_of(press)) == ["/sitemap-news.xml", "/sitemap.xml", "/sitemaps/2026-10-24.xml"]


def test_a_source_that_has_only_feeds_knows_nothing_of_its_past(press: SamplePress, parser: FeedParser) -> None:
    press.clear_log()
    (found,) = listed(outlet(press, "harbour-gazette"), [date(2026, 10, 5)], parser)
    assert found.unknowable.startswith("the source has no list of its past")
    assert (found.entries, found.lists_read, found.requests) == ((), 0, 0)
    assert asked_of(press) == []


def test_a_day_that_has_not_begun_there(press: SamplePress, parser: FeedParser) -> None:
    late = datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC)  # midnight in Singapore is a second away
    (found,) = listed(outlet(press, "eastern-standard"), [date(2026, 11, 1)], parser, now=late)
    assert found.unknowable == "that day has not begun there"


# -- hand-made sites -----------------------------------------------------------------------------------


def url_row(loc: str, *, lastmod: str = "", published: str = "") -> str:
    news = f"<n:news><n:publication_date>{published}</n:publication_date><n:title>T</n:title></n:news>"
    return f"<url><loc>{loc}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}{news if published else ''}</url>"


def sitemap(*rows: str) -> bytes:
    return f'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{"".join(rows)}</urlset>'.encode()


def index(*rows: tuple[str, str]) -> bytes:
    told = "".join(f"<sitemap><loc>{loc}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>" for loc, at in rows)
    return f"<sitemapindex>{told}</sitemapindex>".encode()


def past_of(
    pages: dict[str, object],
    parser: FeedParser,
    *feeds: tuple[str, FeedKind],
    day: date = date(2026, 11, 21),
    zone: str = "UTC",
    robots: object = None,
    kept: KeptLists | None = None,
    times: int = 1,
) -> tuple[PastListing, Site]:
    """What a site's lists say about a day, at noon of 22 November; asked several times over."""

    async def go() -> tuple[PastListing, Site]:
        async with site(pages, robots=robots) as web_, client_for(SETTINGS) as client:
            lists = tuple(Feed(url=web_.url(path), source_id="herald", kind=kind) for path, kind in feeds)
            source = Source(id="herald", name="H", homepage=web_.url("/"), timezone=zone, feeds=lists)
            for _ in range(times):
                found = await listed_on(source, day, client, parser, lambda: NOON, kept)
            return found, web_

    return asyncio.run(go())


def names(found: PastListing) -> list[str]:
    return sorted(entry.url.rpartition("/")[2] for entry in found.entries)


def test_a_news_sitemap_knows_its_two_days_and_says_where_it_ends(parser: FeedParser) -> None:
    pages = {"/news.xml": sitemap(
        url_row("/a", published="2026-11-21T10:00:00Z"),
        url_row("/b", published="2026-11-20T22:00:00Z"),
        url_row("/c", published="2026-11-20T13:00:00Z"),
    )}  # fmt: skip
    news = ("/news.xml", FeedKind.NEWS_SITEMAP)
    found, _ = past_of(pages, parser, news)
    assert (names(found), found.unknowable, found.faults) == (["a"], "", ())
    found, _ = past_of(pages, parser, news, day=date(2026, 11, 20))
    assert (names(found), found.unknowable) == (["b", "c"], "")
    assert "reaches back to 2026-11-20T13:00:00+00:00 only" in found.faults[0]
    found, _ = past_of(pages, parser, news, day=date(2026, 11, 19))
    assert found.unknowable == "its lists do not reach back to 2026-11-19: the oldest entry is of 2026-11-20"
    assert "that day is out of its window" in found.faults[0]
    found, _ = past_of(pages, parser, news, day=date(2026, 11, 20), zone="Asia/Tokyo")
    assert names(found) == ["c"], "22:00 in Greenwich is the next day in Tokyo"


def test_what_speaks_for_an_entrys_day_in_order(parser: FeedParser) -> None:
    pages = {"/map.xml": sitemap(
        url_row("/2026/11/20/published-says-otherwise", published="2026-11-21T01:00:00Z"),
        url_row("/2026/11/21/the-address-says-so", lastmod="2026-11-22T01:00:00Z"),
        url_row("/2026/11/20/the-address-says-no", lastmod="2026-11-21T01:00:00Z"),
        url_row("/world/only-a-change-is-known", lastmod="2026-11-21T01:00:00Z"),
        url_row("/world/it-changed-later-on", lastmod="2026-11-22T01:00:00Z"),
        url_row("/world/nothing-is-known-here"),
        url_row("/world", lastmod="2026-11-21T01:00:00Z"),
    )}  # fmt: skip
    found, _ = past_of(pages, parser, ("/map.xml", FeedKind.SITEMAP))
    assert names(found) == ["only-a-change-is-known", "published-says-otherwise", "the-address-says-so"]
    assert (found.undated, found.uncertain, found.unknowable) == (1, 1, "")
    by_name = {entry.url.rpartition("/")[2]: entry for entry in found.entries}
    named = by_name["the-address-says-so"]
    assert (named.published, named.published_raw) == (datetime(2026, 11, 21, 12, tzinfo=UTC), "2026-11-21")
    assert by_name["only-a-change-is-known"].published is None


def test_an_index_is_read_where_it_may_hold_the_day(parser: FeedParser) -> None:
    day_map = sitemap(url_row("/world/of-that-days-list"))
    pages = {
        "/index.xml": index(
            ("/maps/2026-11.xml", ""),
            ("/maps/2026-10.xml", "2026-11-22T00:00:00Z"),
            ("/deep/index.xml", "2026-11-21T08:00:00Z"),
            ("/old.xml", "2026-11-19T08:00:00Z"),
            ("/category-sitemap.xml", "2026-11-22T08:00:00Z"),
        ),
        "/maps/2026-11.xml": sitemap(url_row("/world/the-month-s-own", lastmod="2026-11-21T09:00:00Z")),
        "/deep/index.xml": index(("/2026/11/21/map.xml", ""), ("/2026/11/20/map.xml", ""), ("/deeper/index.xml", "")),
        "/2026/11/21/map.xml": day_map,
        "/deeper/index.xml": index(("/never.xml", "")),
    }
    found, web_ = past_of(pages, parser, ("/index.xml", FeedKind.SITEMAP_INDEX))
    assert names(found) == ["of-that-days-list", "the-month-s-own"]
    assert sorted(paths(web_)) == sorted(
        ["/index.xml", "/maps/2026-11.xml", "/deep/index.xml", "/2026/11/21/map.xml", "/deeper/index.xml"]
    )
    told = "\n".join(found.faults)
    assert "1 lists not read: by their names they list no articles" in told
    assert "an index in 2 indexes is not read" in told


def test_an_index_that_leads_to_itself_ends(parser: FeedParser) -> None:
    pages = {"/index.xml": index(("/index.xml", ""), ("/a.xml", "")), "/a.xml": index(("/index.xml", ""))}
    found, web_ = past_of(pages, parser, ("/index.xml", FeedKind.SITEMAP_INDEX))
    assert paths(web_) == ["/index.xml", "/a.xml"]
    assert found.unknowable


def test_pages_of_an_archive_are_followed_while_they_bring_something(parser: FeedParser) -> None:
    def archive(*slugs: str, more: int = 0) -> bytes:
        rows = "".join(f'<li><h3><a href="/2026/11/{slug}">{slug}</a></h3></li>' for slug in slugs)
        return f'<main><ul>{rows}</ul></main><a href="?page={more}">{more}</a>'.encode()

    pages = {
        "/on/2026-11-21": archive("21/a", "21/b", more=2),
        "/on/2026-11-21?page=2": archive("21/c", "21/b", more=3),
        "/on/2026-11-21?page=3": archive("21/a", "18/older", more=4),
        "/on/2026-11-21?page=4": archive("21/never"),
    }
    template = ("/on/%Y-%m-%d", FeedKind.ARCHIVE_PAGE)
    found, web_ = past_of(pages, parser, template, zone="Asia/Singapore")
    assert names(found) == ["a", "b", "c"]
    assert {entry.published for entry in found.entries} == {datetime(2026, 11, 21, 4, tzinfo=UTC)}, "noon in Singapore"
    assert [path.partition("?")[2] for path in paths(web_)] == ["", "page=2", "page=3"]
    found, _ = past_of(pages, parser, template, day=date(2026, 11, 19))
    assert found.unknowable.startswith("no list of its past could be read")
    assert "HTTP 404" in found.unknowable


def test_the_sitemaps_of_robots_are_asked_too_for_pages_of_the_outlet(parser: FeedParser) -> None:
    rows = [url_row("/2026/11/21/mine"), url_row("https://other.example/2026/11/21/theirs")]
    pages = {"/m.xml": sitemap(*rows), "/feed": b"<rss><channel></channel></rss>"}
    robots = b"User-agent: *\nDisallow:\nSitemap: /m.xml\nSitemap: /m.xml#again\nSitemap: ftp://x/"
    found, web_ = past_of(pages, parser, ("/feed", FeedKind.RSS), robots=robots)
    assert names(found) == ["mine"]
    assert paths(web_) == ["/m.xml"], "the feed lists the present"


def test_lists_that_fail_are_told_and_others_still_count(parser: FeedParser) -> None:
    pages = {"/good.xml": sitemap(url_row("/2026/11/21/x")), "/gone.xml": 410, "/html.xml": b"<html><title>Hi</title>"}
    lists = [(path, FeedKind.SITEMAP) for path in ("/gone.xml", "/html.xml", "/good.xml", "/private.xml")]
    found, _ = past_of(pages, parser, *lists, robots=b"User-agent: *\nDisallow: /private")
    assert (names(found), found.unknowable, found.lists_read) == (["x"], "", 1)
    assert [fault.partition(".xml: ")[2][:8] for fault in found.faults] == ["HTTP 410", "an HTML ", "robots.t"]
    found, _ = past_of(pages, parser, *lists[:2])
    assert found.unknowable.startswith("no list of its past could be read")


def test_a_kept_list_is_not_asked_for_again(parser: FeedParser, tmp_path: Path) -> None:
    pages: dict[str, object] = {"/m.xml": sitemap(url_row("/2026/11/21/x")), "/gone.xml": 404}
    lists = [("/m.xml", FeedKind.SITEMAP), ("/gone.xml", FeedKind.SITEMAP)]
    found, web_ = past_of(pages, parser, *lists, kept=KeptLists(tmp_path / "lists"), times=3)
    assert paths(web_) == ["/m.xml", "/gone.xml"]
    assert (names(found), found.requests, found.lists_read) == (["x"], 0, 1)


def test_an_older_kept_list_is_asked_for_conditionally(parser: FeedParser, tmp_path: Path) -> None:
    tags: list[str | None] = []

    async def tagged(request: web.Request) -> web.Response:
        tags.append(request.headers.get("If-None-Match"))
        if tags[-1] == '"1"':
            return web.Response(status=304)
        return web.Response(body=sitemap(url_row("/2026/11/21/x")), headers={"ETag": '"1"'})

    async def go() -> list[PastListing]:
        async with site({"/m.xml": tagged}) as web_, client_for(SETTINGS) as client:
            lists = (Feed(url=web_.url("/m.xml"), source_id="herald", kind=FeedKind.SITEMAP),)
            source = Source(id="herald", name="H", homepage=web_.url("/"), feeds=lists)
            found = []
            for hours in (0, 2, 4):  # a folder is shared by processes: each has a KeptLists of its own
                now = NOON + timedelta(hours=hours)
                kept = KeptLists(tmp_path)
                found.append(await listed_on(source, date(2026, 11, 21), client, parser, lambda: now, kept))  # noqa: B023
            return found

    found = asyncio.run(go())
    assert tags == [None, '"1"', '"1"']
    assert [names(one) for one in found] == [["x"]] * 3


def test_a_broken_kept_list_counts_as_not_there(tmp_path: Path) -> None:
    kept = KeptLists(tmp_path)
    kept.put("k", KeptList(fetched_at=NOON, parsed=ParsedFeed(kind=FeedKind.SITEMAP)))
    assert kept.get("k") is not None
    (file,) = tmp_path.iterdir()
    for broken in (b"", b"x" * 100, file.read_bytes()[:-3]):
        file.write_bytes(broken)
        assert KeptLists(tmp_path).get("k") is None


# -- days ----------------------------------------------------------------------------------------------

_ZONES = st.sampled_from(sorted(z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "posix/"))))
_DAYS = st.dates(date(2013, 1, 1), date(2027, 12, 31))


@settings(deadline=None)
@given(_ZONES, _DAYS)
def test_days_follow_each_other_without_gap_or_overlap(zone: str, day: date) -> None:
    start, end = day_window(day, ZoneInfo(zone))
    assert end == day_window(day + timedelta(days=1), ZoneInfo(zone))[0]
    assert timedelta(hours=22) <= end - start <= timedelta(hours=26)
    assert start.tzinfo is UTC


@settings(deadline=None)
@given(_ZONES, _DAYS, st.sampled_from([timedelta(), timedelta(microseconds=100_000), timedelta(hours=5)]))
def test_an_instant_is_of_one_day_only(zone: str, day: date, before: timedelta) -> None:
    start, end = day_window(day, ZoneInfo(zone))
    last = end - timedelta(microseconds=100_000) - before  # 23:59:59.9
    for at, belongs in ((start, True), (last, True), (end, False), (start - timedelta(microseconds=1), False)):
        dated = day_of(an_entry(published=at), ZoneInfo(zone))
        assert dated is not None
        assert (start <= at < end) is belongs
        assert (dated.day == day) is belongs


def test_midnights_that_clocks_skip_or_show_twice() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # on 29 March 2026 the clock goes from 23:59:59 to 01:00
    start, end = day_window(date(2026, 3, 29), beirut)
    assert (start, end - start) == (datetime(2026, 3, 28, 22, tzinfo=UTC), timedelta(hours=23))
    havana = ZoneInfo("America/Havana")  # on 1 November 2026 00:00 to 00:59 comes twice
    start, end = day_window(date(2026, 11, 1), havana)
    assert (start, end - start) == (datetime(2026, 11, 1, 4, tzinfo=UTC), timedelta(hours=25))


def an_entry(
    path: str = "/world/some-slug-here", *, published: datetime | None = None, updated: datetime | None = None
) -> Entry:
    url = f"https://herald.example{path}"
    return Entry(entry_id=url_id(url), url=url, canon_url=canon_v1(url), source_id="herald", feed_url="f",
                 published=published, updated=updated)  # fmt: skip


OCTOBER_2026 = Period(first=date(2026, 10, 1), last=date(2026, 10, 31))


@pytest.mark.parametrize(
    ("entry", "span", "page_day", "day", "evidence"),
    [
        (an_entry(published=datetime(2026, 10, 4, tzinfo=UTC)), None, date(2026, 10, 3), 4, Evidence.PUBLISHED),
        (an_entry("/2026/10/02/x"), None, date(2026, 10, 3), 3, Evidence.PAGE),
        (an_entry("/2026/10/02/x"), Period(first=date(2026, 10, 5), last=date(2026, 10, 5)), None, 2, Evidence.ADDRESS),
        (an_entry(), Period(first=date(2026, 10, 5), last=date(2026, 10, 5)), None, 5, Evidence.LIST),
        (an_entry(updated=datetime(2026, 10, 6, tzinfo=UTC)), OCTOBER_2026, None, 6, Evidence.CHANGE),
        (an_entry(updated=datetime(2026, 11, 6, tzinfo=UTC)), OCTOBER_2026, None, 31, Evidence.CHANGE),
        (an_entry("/2026/10/slug", updated=datetime(2026, 12, 6, tzinfo=UTC)), None, None, 31, Evidence.CHANGE),
    ],
)  # fmt: skip
def test_the_best_that_speaks_for_a_day_counts(
    entry: Entry, span: Period | None, page_day: date | None, day: int, evidence: Evidence
) -> None:
    dated = day_of(entry, UTC, span=span, page_day=page_day)
    assert dated is not None
    assert (dated.day, dated.evidence) == (date(2026, 10, day), evidence)


def test_nothing_speaks_for_a_day() -> None:
    assert day_of(an_entry(), UTC) is None
    assert day_of(an_entry(), UTC, span=OCTOBER_2026) is None


def test_lists_by_the_day_are_chosen_by_both_calendars() -> None:
    days = [Child(url=f"https://x.example/map-2026-10-{n:02d}.xml") for n in range(1, 31)]

    def of(zone: str) -> list[str]:
        return [child.url[-6:-4] for child, _ in choose_lists(days, date(2026, 10, 14), ZoneInfo(zone), 24)[0]]

    assert of("UTC") == ["14"]
    assert of("Asia/Singapore") == ["13", "14"]
    assert of("America/New_York") == ["14", "15"]


def test_numbered_lists_by_their_last_change_the_nearest_first() -> None:
    maps = [Child(url=f"https://x.example/map{n}.xml", lastmod=datetime(2026, 10, n, tzinfo=UTC)) for n in range(1, 31)]
    chosen, left_out = choose_lists(maps, date(2026, 10, 14), UTC, 3)
    assert [child.url for child, _ in chosen] == [f"https://x.example/map{n}.xml" for n in (14, 15, 16)]
    assert left_out == ["14 more lists may hold that day and were not read (limit 3)"]


def test_a_list_changed_on_a_date_without_time_may_hold_that_day() -> None:
    noon = Child(url="https://x.example/m.xml", lastmod=datetime(2026, 10, 14, 12, tzinfo=UTC))
    assert choose_lists([noon], date(2026, 10, 14), UTC, 3)[0]
    assert choose_lists([noon], date(2026, 10, 15), UTC, 3)[0], "in whose calendar is not said"
    assert not choose_lists([noon], date(2026, 10, 16), UTC, 3)[0]


def test_of_lists_that_say_nothing_both_ends_are_taken() -> None:
    maps = [Child(url=f"https://x.example/map{n}.xml") for n in range(1, 101)]
    chosen, left_out = choose_lists(maps, date(2026, 10, 14), UTC, 4)
    assert [child.url.rpartition("map")[2] for child, _ in chosen] == ["1.xml", "2.xml", "99.xml", "100.xml"]
    assert "96 more lists" in left_out[0]
    assert choose_lists(maps, date(2026, 10, 14), UTC, 0)[0] == []
