from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.discover.addresses import (
    Period,
    day_in_address,
    is_other_file,
    lists_no_articles,
    may_be_article,
    month_in_address,
    periods_of,
)

ROOT = "https://www.herald.example"
DAY = date(2026, 10, 3)


@pytest.mark.parametrize(
    "path",
    [
        "/2026/10/03/slug", "/2026/10/3/slug", "/world/2026/oct/03/slug", "/world/2026/October/3", "/slug-20261003",
        "/2026-10-03-slug", "/news/2026-10-03", "/n1/2026/1003/c1-2.html", "/2026-10/03/c_1.htm", "/202610/03/x.shtml",
        "/20261003/x", "/x?date=2026-10-03", "/x?yyyy=2026&mm=10&dd=3", "/a_2026_10_03_b", "/2026/10/03",
        "/2026.10.03/a",
    ],
)  # fmt: skip
def test_days_in_addresses(path: str) -> None:
    assert day_in_address(ROOT + path) == DAY


@pytest.mark.parametrize(
    "path",
    [
        "/2026/10/3-things-to-know", "/2026/10/slug", "/world-cup-2026", "/2026/13/03/x", "/2026/02/30/x",
        "/id-20261399",
        "/1820261003", "/20261003123", "/03/10/2026/x", "/2026-10-03-to-2026-10-05",
        "/a20261003b",
        "/3026/10/03/x", "/",
    ],
)  # fmt: skip
def test_what_is_no_day(path: str) -> None:
    assert day_in_address(ROOT + path) is None


@given(
    st.dates(date(1993, 1, 1), date(2099, 12, 31)), st.sampled_from(["/%Y/%m/%d/a", "/a/%Y-%m-%d", "/b-%Y%m%d.html"])
)
def test_every_day_is_read(day: date, form: str) -> None:
    assert day_in_address(ROOT + day.strftime(form)) == day


def test_months_of_folders() -> None:
    october = Period(first=date(2026, 10, 1), last=date(2026, 10, 31))
    for path in ("/2026/10/slug", "/a/2026-10/b", "/202610/b", "/2026/oct/b", "/2026/10/3-things"):
        assert month_in_address(ROOT + path) == october, path
    for path in ("/world-2026-10", "/2026/a/10", "/12026/10/a"):
        assert month_in_address(ROOT + path) is None, path


def spans(*names: str) -> list[tuple[str, str] | None]:
    found = periods_of([f"{ROOT}/{name}" for name in names])
    return [(period.first.isoformat(), period.last.isoformat()) if period else None for period in found]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("sitemap-2026-10.xml", "2026-10-01", "2026-10-31"),
        ("sitemap_2026_02.xml.gz", "2026-02-01", "2026-02-28"),
        ("sitemap/2026/10/14/", "2026-10-14", "2026-10-14"),
        ("sitemap.xml?yyyy=2026&mm=10&dd=14", "2026-10-14", "2026-10-14"),
        ("sitemap.xml?yyyy=2026&mm=10", "2026-10-01", "2026-10-31"),
        ("map-20261014-20261020.xml", "2026-10-14", "2026-10-20"),
        ("politics/2026/9.xml", "2026-09-01", "2026-09-30"),
        ("2026-q4.xml", "2026-10-01", "2026-12-31"),
        ("october-2026.xml", "2026-10-01", "2026-10-31"),
        ("archive/2026.xml", "2026-01-01", "2026-12-31"),
    ],
)
def test_spans_in_the_names_of_lists(name: str, first: str, last: str) -> None:
    assert spans(name) == [(first, last)]


def test_numbers_that_only_look_like_dates() -> None:
    assert spans("map-1.xml", "map-2005.xml", "map-2500.xml") == [None, None, None]
    year = ("2026-01-01", "2026-12-31")
    assert spans("map-2026-1.xml", "map-2026-40.xml", "news.xml") == [year, year, None]
    assert spans("post-sitemap12.xml", "sitemap.xml") == [None, None]


@pytest.mark.parametrize(
    "path",
    ["/2026/10/03/x", "/a-slug-of-words", "/news/12345678", "/2026/10/budget", "/s.php?id=12345", "/x/a-b-c.html",
     "/news/%D0%BC%D1%8D%D1%80%20%D0%BE", "/?p=1234", "/world/a_b_c.ece"],
)  # fmt: skip
def test_addresses_that_may_be_articles(path: str) -> None:
    assert may_be_article(ROOT + path)


@pytest.mark.parametrize(
    "path",
    ["/", "/world", "/tag/a-slug-of-words", "/author/jane-van-dyke", "/a-b-c.jpg", "/2026/10/03/x.pdf",
     "/about/who-we-are",
     "/rss/world-and-more-news", "/news/"],
)  # fmt: skip
def test_addresses_that_are_no_articles(path: str) -> None:
    assert not may_be_article(ROOT + path)


def test_names_of_lists_and_files() -> None:
    for name in ("category-sitemap.xml", "post_tag-sitemap2.xml", "sitemap-authors.xml", "sitemap_sections.xml"):
        assert lists_no_articles(f"{ROOT}/{name}"), name
    for name in ("post-sitemap.xml", "news.xml", "sitemap-articles-2026.xml", "stage.xml", "heritage-news.xml"):
        assert not lists_no_articles(f"{ROOT}/{name}"), name
    assert is_other_file(f"{ROOT}/a.mp4")
    assert not is_other_file(f"{ROOT}/a.html")
    assert not is_other_file(f"{ROOT}/story-1.2345")


@given(st.dates(date(1993, 1, 1), date(2099, 12, 31)), st.integers(0, 400), st.integers(0, 400))
def test_periods_meet_where_they_share_a_day(first: date, days: int, later: int) -> None:
    period = Period(first=first, last=first + timedelta(days=days))
    at = first + timedelta(days=later)
    assert period.meets(at, at) == (later <= days)


@given(st.text(max_size=60))
def test_any_address_is_looked_at(text: str) -> None:
    url = f"{ROOT}/{text}"
    may_be_article(url)
    month_in_address(url)
    assert periods_of([url, url])[0] == periods_of([url, url])[1]
