from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.discover.archive_page import read_archive_page
from pipeline.discover.parse import ParsedFeed
from pipeline.discover.template import fill, is_daily, template_mistake
from pipeline.errors import FeedError
from pipeline.records import Feed, FeedKind, Source

DAY = date(2026, 10, 3)
URL = "https://www.herald.example/archive/2026/10/03/"
SOURCE = Source(
    id="herald", name="H", homepage="https://herald.example/", hosts=("live.herald.example",), language="en"
)


def read(body: str | bytes, url: str = URL, content_type: str = "text/html; charset=utf-8", **more: Any) -> ParsedFeed:
    return read_archive_page(
        body if isinstance(body, bytes) else body.encode(),
        day=DAY,
        url=url,
        content_type=content_type,
        source=SOURCE,
        feed=Feed(url="https://herald.example/archive/%Y/%m/%d/", source_id="herald", kind=FeedKind.ARCHIVE_PAGE),
        now=datetime(2026, 11, 22, tzinfo=UTC),
        **more,
    )


def paths(parsed: ParsedFeed) -> list[str]:
    return [entry.url.partition(".example")[2] for entry in parsed.entries]


def page(*rows: str, around: str = "{}") -> str:
    return f"<html><body>{around.format('<main><ul class=list>' + ''.join(rows) + '</ul></main>')}</body></html>"


def row(path: str, text: str = "The mayor opened a second bridge") -> str:
    return f'<li class="row"><h2><a href="{path}">{text}</a></h2></li>'


# -- templates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://x.example/%Y/%m/%d/", "https://x.example/2026/10/03/"),
        ("https://x.example/%Y/%-m/%-d", "https://x.example/2026/10/3"),
        ("https://x.example/%y%m%d", "https://x.example/261003"),
        ("https://x.example/%Y/%b/%d", "https://x.example/2026/oct/03"),
        ("https://x.example/%B-%Y", "https://x.example/october-2026"),
        ("https://x.example/%Y/%j", "https://x.example/2026/276"),
        ("https://x.example/a%%20b?day=%Y-%m-%d", "https://x.example/a%20b?day=2026-10-03"),
    ],
)
def test_a_template_is_filled_with_the_day(template: str, address: str) -> None:
    assert fill(template, DAY) == address


@pytest.mark.parametrize("template", ["/%Y/%q/", "/%Y/%20/%m", "/archive/", "/%Y/", "/%m/%d", "/%Y/%m/%", "/%Y/%m/%-"])
def test_a_template_that_names_no_day_or_an_unknown_field_is_refused(template: str) -> None:
    assert template_mistake(f"https://x.example{template}")
    with pytest.raises(ValueError, match=r"date field|names no day"):
        fill(f"https://x.example{template}", DAY)


def test_pages_of_a_month_are_told_from_those_of_a_day() -> None:
    assert is_daily("/%Y/%m/%d/")
    assert is_daily("/%Y/%j")
    assert not is_daily("/%Y/%m/")


@given(st.dates(date(1993, 1, 1), date(2100, 12, 31)))
def test_every_day_has_an_address_of_its_own(day: date) -> None:
    assert date.fromisoformat(fill("%Y-%m-%d", day)) == day
    assert datetime.strptime(fill("%Y %j", day), "%Y %j").date() == day  # noqa: DTZ007
    assert datetime.strptime(fill("%-d %b %y", day), "%d %b %y").date().replace(year=day.year) == day  # noqa: DTZ007


# -- which links count ---------------------------------------------------------------------------------


def test_addresses_that_bear_the_day_count() -> None:
    found = read(
        page(row("/2026/10/03/bridge"), row("/2026/10/02/old"), row("/news/a-20261003.html"), row("/2026/10/21/x"))
    )
    assert paths(found) == ["/2026/10/03/bridge", "/2026/10/02/old", "/news/a-20261003.html"]
    assert [entry.published for entry in found.entries] == [None] * 3, "whose day it is, is decided elsewhere"


def test_undated_addresses_count_where_the_dated_ones_stand() -> None:
    aside = '<div class=teasers><p><a href="/our-most-loved-stories">Our most loved stories of the year</a></p></div>'
    found = read(page(row("/2026/10/03/bridge"), row("/live/the-vote-as-it-happened"), around="{}" + aside))
    assert paths(found) == ["/2026/10/03/bridge", "/live/the-vote-as-it-happened"]


def test_without_dated_addresses_headlines_are_the_list() -> None:
    found = read(
        page(
            row("/world/the-mayor-opened-a-bridge"),
            row("/world/12345678"),
            row("/world", "World"),
            '<li><a href="/subscribe/">Subscribe now and read everything</a></li>',
        )
    )
    assert paths(found) == ["/world/the-mayor-opened-a-bridge", "/world/12345678"]
    assert found.entries[0].title == "The mayor opened a second bridge"


@pytest.mark.parametrize(
    "around",
    [
        "<nav>{}</nav>",
        "<aside>{}</aside>",
        "<footer>{}</footer>",
        '<div role="navigation">{}</div>',
        '<div class="sidebar left">{}</div>',
        '<section id="most-read">{}</section>',
        '<div class="related">{}</div>',
    ],
)
def test_furniture_does_not_count(around: str) -> None:
    body = page(row("/2026/10/03/in-the-list")).replace("</body>", around.format(row("/2026/10/03/aside")) + "</body>")
    assert paths(read(body)) == ["/2026/10/03/in-the-list"]


def test_a_headline_in_an_articles_own_header_counts() -> None:
    found = read('<article><header><h2><a href="/2026/10/03/x">One two three four</a></h2></header></article>')
    assert paths(found) == ["/2026/10/03/x"]


def test_links_to_other_sites_pictures_and_the_page_itself_do_not_count() -> None:
    found = read(
        page(
            row("https://live.herald.example/2026/10/03/live"),
            row("http://herald.example/2026/10/03/plain"),
            row("https://other.example/2026/10/03/other"),
            row("#top"),
            row("javascript:void(0)"),
            row(URL),
            row("/"),
            row("/2026/10/03/photo.jpg"),
            row("/2026/10/03/bridge#comments"),
            row("/2026/10/03/bridge?utm_source=archive"),
        )
    )
    assert paths(found) == ["/2026/10/03/live", "/2026/10/03/plain", "/2026/10/03/bridge"]


def test_other_days_and_pages_of_the_archive_are_no_articles() -> None:
    days = [row("/archive/2026/10/02/"), row("/archive/2026/10/04"), row("?page=2"), row("/archive/2026/10/03/page/7/")]
    assert paths(read(page(row("/2026/10/03/bridge"), *days))) == ["/2026/10/03/bridge"]
    found = read(
        page(row("/show?id=20261"), row("/show?date=2026-10-02")), url="https://herald.example/show?date=2026-10-03"
    )
    assert paths(found) == ["/show?id=20261"]


def test_links_are_relative_to_the_base_and_texts_are_clean() -> None:
    found = read('<head><base href="/2026/10/03/"></head><h2><a href="b">A &amp;\n <b>B</b> &amp;amp; C</a></h2>')
    assert [(entry.url, entry.title) for entry in found.entries] == [
        ("https://www.herald.example/2026/10/03/b", "A & B & C")
    ]


def test_a_page_in_another_encoding() -> None:
    body = '<meta charset="windows-1251"><h2><a href="/2026/10/03/a">Мэр открыл второй мост</a></h2>'.encode("cp1251")
    assert read(body, content_type="text/html").entries[0].title == "Мэр открыл второй мост"
    assert read(body, content_type="text/html; charset=no-such").entries[0].title == "Мэр открыл второй мост"


def test_a_page_of_a_month_lists_all_its_articles() -> None:
    body = page(row("/2026/10/03/a"), row("/2026/10/21/b"), row("/world"))
    assert paths(read(body, daily=False)) == ["/2026/10/03/a", "/2026/10/21/b"]


# -- the next page -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("links", "then"),
    [
        ('<a href="?page=2">2</a><a href="?page=3">3</a>', "?page=2"),
        ('<a href="page/2/">Older</a>', "page/2/"),
        ('<a rel="next" href="?cursor=abc">More</a>', "?cursor=abc"),
        ('<link rel="next" href="/archive/2026/10/04/">', None),
        ('<a class="next" href="/archive/2026/10/02/">Previous day</a>', None),
        ('<a href="?page=3">Last</a>', None),
        ('<a href="https://other.example/archive/2026/10/03/?page=2">2</a>', None),
        ("", None),
    ],
)
def test_the_page_that_goes_on(links: str, then: str | None) -> None:
    found = read(page(row("/2026/10/03/a")) + links)
    assert [child.url for child in found.children] == ([URL + then] if then else [])


def test_from_the_second_page_the_third() -> None:
    body = page(row("/2026/10/03/a")) + '<a href="?page=1">1</a><a href="?page=3">3</a><a href="?page=4">4</a>'
    assert [child.url for child in read(body, url=URL + "?page=2").children] == [URL + "?page=3"]
    body = page(row("/2026/10/03/a")) + f'<a href="{URL}">1</a><a href="{URL}page/3/">3</a>'
    assert [child.url for child in read(body, url=URL + "page/2/").children] == [URL + "page/3/"]


# -- what is no page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"   ", b"no links at all", b"\x1f\x8b broken", b"%PDF-1.4"])
def test_what_is_no_archive_page_is_refused(body: bytes) -> None:
    with pytest.raises(FeedError):
        read(body)


@settings(deadline=None)
@given(st.text(st.sampled_from('<>/="ah2ref 0136-?#&;\n\x00é'), max_size=200))
def test_any_page_is_read_or_refused(text: str) -> None:
    try:
        found = read(text)
    except FeedError:
        return
    assert all(entry.url.startswith("https://www.herald.example/") for entry in found.entries)
