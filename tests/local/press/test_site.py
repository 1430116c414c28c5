import html
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.local.press.lists import story_url
from pipeline.local.press.site import Answer, Request, Site
from pipeline.local.press.world import DEFAULT_CLOCK, Kind, Press, Story


@pytest.fixture(scope="module")
def site(press: Press) -> Site:
    return Site(press, 18930)


def get(site: Site, url: str, now: datetime = DEFAULT_CLOCK, seen: int = 0, **headers: str) -> Answer:
    parts = urlsplit(url)
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.answer(Request(parts.hostname or "", parts.path, asked), now, seen)


def of_kind(press: Press, kind: Kind) -> Story:
    return next(s for o in press.outlets for s in press.listed(o, DEFAULT_CLOCK) if s.front.kind is kind)


def url_of(site: Site, story: Story) -> str:
    return story_url(story, site.root(story.outlet))


def test_every_listed_address_is_answered_as_its_kind_says(site: Site, press: Press) -> None:
    expected = {Kind.NOT_FOUND: 404, Kind.RATE_LIMITED: 429, Kind.BUSY_ONCE: 429, Kind.REDIRECT: 301}
    for outlet in press.outlets:
        for story in press.listed(outlet, DEFAULT_CLOCK):
            answer = get(site, url_of(site, story))
            status = 410 if story.front.deleted else expected.get(story.front.kind, 200)
            assert answer.status == status, story.id
            assert answer.hold == (story.front.kind is Kind.HANG)


def test_sites_are_told_apart_by_host(site: Site) -> None:
    home = get(site, "http://harbour-gazette.localhost/")
    assert b"The Harbour Gazette" in home.body
    assert b"Meridian Post" in get(site, "http://MERIDIAN-POST.localhost./").body
    for stranger in ("evening-bugle.localhost", "localhost", "live.harbour-gazette.localhost", "harbour-gazette.test"):
        assert get(site, f"http://{stranger}/").status == 404


def test_a_further_host_has_its_own_addresses(site: Site, press: Press) -> None:
    story = of_kind(press, Kind.RATE_LIMITED)
    answer = get(site, url_of(site, story))
    assert (answer.status, answer.headers["Retry-After"]) == (429, "3600")
    assert get(site, f"{site.root(story.outlet)}{story.path}").status == 404


def test_busy_once_means_once(site: Site, press: Press) -> None:
    url = url_of(site, of_kind(press, Kind.BUSY_ONCE))
    first = get(site, url)
    assert (first.status, first.headers["Retry-After"]) == (429, "1")
    assert get(site, url, seen=1).status == 200


def test_two_redirects_lead_to_the_story(site: Site, press: Press) -> None:
    story = of_kind(press, Kind.REDIRECT)
    first = get(site, url_of(site, story))
    second = get(site, f"{site.root(story.outlet)}{first.headers['Location']}")
    last = get(site, second.headers["Location"])
    target = press.revisions(story.front.to)[-1]
    assert (first.status, second.status, last.status) == (301, 302, 200)
    assert target.front.title.encode() in last.body


def test_the_page_in_latin_1_says_so_in_its_head_alone(site: Site, press: Press) -> None:
    story = next(s for s in press.listed("northern-ledger", DEFAULT_CLOCK) if s.front.encoding != "utf-8")
    answer = get(site, url_of(site, story))
    assert answer.headers["Content-Type"] == "text/html"
    assert b"charset=iso-8859-1" in answer.body
    assert story.front.title in html.unescape(answer.body.decode("iso-8859-1"))
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_moved_and_gone_feeds(site: Site) -> None:
    moved = get(site, "http://eastern-standard.localhost/rss")
    assert (moved.status, moved.headers["Location"]) == (301, "http://eastern-standard.localhost:18930/feeds/all.xml")
    assert get(site, moved.headers["Location"]).status == 200
    assert get(site, "http://harbour-gazette.localhost/feeds/old.xml").status == 410


@pytest.mark.parametrize(
    "url",
    [
        "http://harbour-gazette.localhost/feeds/news.xml",
        "http://meridian-post.localhost/2026/10/03/world/trawler-seized.html",
    ],
)
def test_conditional_requests_get_304(site: Site, url: str) -> None:
    full = get(site, url)
    etag, changed = full.headers["ETag"], full.headers["Last-Modified"]
    same = get(site, url, if_none_match=f'"other", W/{etag}')
    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", etag)
    assert get(site, url, if_modified_since=changed).status == 304
    assert get(site, url, if_none_match='"other"').status == 200
    assert get(site, url, if_none_match='"other"', if_modified_since=changed).status == 200
    assert get(site, url, if_modified_since="Thu, 01 Jan 2026 00:00:00 GMT").status == 200
    assert get(site, url, if_modified_since="yesterday").status == 200


def test_a_feed_changes_with_the_clock_and_only_then(site: Site) -> None:
    url = "http://harbour-gazette.localhost/feeds/news.xml"
    first = get(site, url, datetime(2026, 10, 10, tzinfo=UTC))
    assert get(site, url, datetime(2026, 10, 20, tzinfo=UTC), if_none_match=first.headers["ETag"]).status == 200
    later = DEFAULT_CLOCK + timedelta(days=9)
    assert get(site, url, later, if_none_match=get(site, url).headers["ETag"]).status == 304


def test_a_corrected_page_differs_from_the_first(site: Site, press: Press) -> None:
    story = next(s for s in press.listed("capital-courier", DEFAULT_CLOCK) if s.revision == 2)
    url = url_of(site, story)
    first, second = get(site, url, story.front.published), get(site, url)
    assert first.headers["ETag"] != second.headers["ETag"]
    assert story.updated.isoformat().encode() in second.body
    assert get(site, url, story.front.published - timedelta(seconds=1)).status == 404


def test_feed_items_limits_feeds_and_not_sitemaps(press: Press) -> None:
    short = Site(press, 18930, feed_items=3)
    feed = get(short, "http://harbour-gazette.localhost/feeds/news.xml")
    assert feed.body.count(b"<item>") == 3
    day = get(short, "http://kestrel-wire.localhost/sitemaps/2026-10-03.xml")
    assert day.status == 200
    assert day.body.count(b"<url>") == 2


def test_archive_pages_link_the_stories_of_their_day(site: Site, press: Press) -> None:
    outlet = press.outlets["eastern-standard"]
    for story in press.listed(outlet.id, DEFAULT_CLOCK):
        day = story.front.published.astimezone(outlet.zone)
        answer = get(site, f"{site.root(outlet.id)}/archive/{day:%Y/%m/%d}/")
        assert url_of(site, story).encode() in answer.body
    assert get(site, f"{site.root(outlet.id)}/archive/2026/09/01/").status == 404
    assert get(site, "http://harbour-gazette.localhost/archive/2026/10/03/").status == 404


def test_robots_name_the_sitemaps_and_close_the_members_pages(site: Site, press: Press) -> None:
    robots = get(site, "http://eastern-standard.localhost/robots.txt").body.decode()
    assert "Sitemap: http://eastern-standard.localhost:18930/sitemap.xml" in robots
    everybody = robots.split("User-agent: *")[1]
    assert "Disallow: /members/" in everybody
    assert "Crawl-delay" not in everybody
    closed = [s for s in press.listed("eastern-standard", DEFAULT_CLOCK) if s.path.startswith("/members/")]
    assert len(closed) == 1
    assert get(site, "http://flussblatt.localhost/robots.txt").status == 404


def test_furniture_is_there(site: Site, press: Press) -> None:
    for outlet in press.outlets:
        root = site.root(outlet)
        assert get(site, f"{root}/").status == 200
        assert get(site, f"{root}/section/world").status == 200
        assert get(site, f"{root}/static/site.css").headers["Content-Type"].startswith("text/css")
        assert get(site, f"{root}/media/x.svg").headers["Content-Type"] == "image/svg+xml"
        assert get(site, f"{root}/about").status == 200
        assert get(site, f"{root}/section/gossip").status == 404
        assert get(site, f"{root}/nowhere").status == 404


@given(
    host=st.one_of(st.text(max_size=40), st.sampled_from(["harbour-gazette.localhost", "eastern-standard.localhost"])),
    path=st.one_of(
        st.text(max_size=60), st.from_regex(r"/(archive|sitemaps|go|media|section)/[ -~]{0,20}", fullmatch=True)
    ),
    validators=st.dictionaries(st.sampled_from(["if-none-match", "if-modified-since"]), st.text(max_size=40)),
)
def test_whatever_is_asked_is_answered(site: Site, host: str, path: str, validators: dict[str, str]) -> None:
    answer = site.answer(Request(host, path, validators), DEFAULT_CLOCK)
    assert answer.status in {200, 301, 302, 304, 404, 410, 429}
    assert answer.headers
