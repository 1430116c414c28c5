from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.http.robots import KEPT, KEPT_UNREACHABLE, MAX_BYTES, expiry, read, rules_of
from pipeline.records import StoredRobots
from tests.loopback import NOON

BASE = "https://site.example"


def allows(text: str, path: str, product: str = "Standpoint") -> bool:
    return read(text.encode(), product).allows(BASE + path)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /a", "/a/b", False),
        ("User-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a/b", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /a/*/c$", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a/*/c$", "/a/b/c/d", True),
        ("Disallow: /", "/a", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\rDisallow: /", "/a", False),
        ("user-agent : *\ndisALLOW : /a # not here", "/a", False),
        ("User-agent: *\nDissallow: /a", "/a", False),
        ("User-agent *\nDisallow /a", "/a", False),
        ("User-agent: *\nDisallow: /a?b=c", "/a?b=c&d", False),
        ("User-agent: *\nDisallow: /ü", "/%C3%BC", False),
        ("User-agent: *\nDisallow: /%c3%bc", "/ü", False),
        ("User-agent: *\nDisallow: /%61", "/a", False),  # RFC 9309, 2.2.2: the same path
    ],
)
def test_paths(text: str, path: str, allowed: bool) -> None:
    assert allows(text, path) is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        # the group that names us, in any case, and no other
        ("User-agent: standpoint\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: STANDPOINT\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: Standpoint\nDisallow: /b\n\nUser-agent: *\nDisallow: /", True),
        # a version or words behind the name belong to nobody
        ("User-agent: Standpoint/1.0\nDisallow: /", False),
        ("User-agent: Standpoint the crawler\nDisallow: /", False),
        # part of our name is not our name, and ours is not part of another
        ("User-agent: Stand\nDisallow: /", True),
        ("User-agent: Standpointer\nDisallow: /", True),
        ("User-agent: My-Standpoint\nDisallow: /", True),
        # groups of one name are joined
        (
            "User-agent: Standpoint\nDisallow: /b\nUser-agent: x\nDisallow: /c\nUser-agent: Standpoint\nDisallow: /a",
            False,
        ),
        ("User-agent: *\nDisallow: /b\nUser-agent: x\nDisallow: /c\nUser-agent: *\nDisallow: /a", False),
        # lines of other fields do not end a group, nor do blank lines
        ("User-agent: Standpoint\nSitemap: https://site.example/s.xml\nUser-agent: x\nDisallow: /", False),
        ("User-agent: Standpoint\nNoindex: /b\nUser-agent: x\nDisallow: /", False),
        ("User-agent: Standpoint\nCrawl-delay: 3\nUser-agent: x\nDisallow: /", False),
        ("User-agent: Standpoint\n\n\nDisallow: /", False),
        # an empty group that names us allows us everything
        ("User-agent: Standpoint\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: *x\nDisallow: /", False),
    ],
)
def test_groups(text: str, allowed: bool) -> None:
    assert allows(text, "/a") is allowed


#: The twelve cases (three classes) in which the library that matches paths is said to go wrong when it is asked alone.
SPACED = "User-agent: Standpoint Reader\n{}\n\nUser-agent: *\n{}"
TWELVE = [
    # a name ends at its first character that is no letter, hyphen or underscore: what stands behind is a remark
    (SPACED.format("Disallow: /", "Allow: /"), "/a", False),
    (SPACED.format("Allow: /", "Disallow: /"), "/a", True),
    (SPACED.format("Disallow: /a", "Disallow: /b"), "/a", False),
    (SPACED.format("Disallow: /a", "Disallow: /b"), "/b", True),
    ("User-agent: Standpoint\tReader\nDisallow: /", "/a", False),
    ("User-agent: Standpoint/2.1 (news)\nDisallow: /", "/a", False),
    ("User-agent: * everybody\nDisallow: /", "/a", False),
    ("User-agent: Reader Standpoint\nDisallow: /", "/a", True),
    # the same path in another escaping is the same path (RFC 9309, §2.2.2), in rule and address alike
    ("User-agent: *\nDisallow: /\nAllow: /caf%C3%A9", "/café", True),
    ("User-agent: *\nDisallow: /\nAllow: /café", "/caf%c3%a9", True),
    ("User-agent: *\nDisallow: /\nAllow: /%6eews", "/news", True),
    # a line that means nothing does not end a group (§2.2.4)
    ("User-agent: Standpoint\nX-Made-By: hand\nUser-agent: other\nDisallow: /", "/a", False),
]


@pytest.mark.parametrize(("text", "path", "allowed"), TWELVE)
def test_the_twelve(text: str, path: str, allowed: bool) -> None:
    assert allows(text, path) is allowed


def test_an_escaped_slash_is_no_slash() -> None:
    assert allows("User-agent: *\nDisallow: /a/b", "/a%2Fb")
    assert not allows("User-agent: *\nDisallow: /a%2fb", "/a%2Fb")


def test_a_page_in_place_of_the_file_forbids_nothing() -> None:
    page = "<!doctype html><html><head><title>Not found</title></head><body><p>User-agent: none</p></body></html>"
    assert allows(page, "/a")


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("User-agent: *\nCrawl-delay: 1.5\nDisallow: /a", 1.5),
        ("User-agent: *\nCrawl-delay: 900", 60),
        ("User-agent: *\nCrawl-delay: -1", 0),
        ("User-agent: *\nCrawl-delay: ten", 0),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: other\nCrawl-delay: 10", 0),
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: Standpoint\nDisallow: /x\nCrawl-delay: 2", 2),
        ("User-agent: *\nCrawl-delay: 10\nDisallow: /y\n\nUser-agent: Standpoint\nDisallow: /x", 0),
    ],
)
def test_crawl_delay(text: str, delay_s: float) -> None:
    assert read(text.encode(), "Standpoint").crawl_delay_s == delay_s


def test_sitemaps_belong_to_no_group() -> None:
    text = "Sitemap: https://site.example/1.xml\nUser-agent: x\nDisallow: /\nsitemap: https://site.example/2.xml"
    assert read(text.encode(), "Standpoint").sitemaps == ("https://site.example/1.xml", "https://site.example/2.xml")


def test_what_stands_behind_the_limit_is_not_read() -> None:
    filler = b"# " + b"x" * MAX_BYTES
    assert read(b"User-agent: *\nDisallow: /a\n" + filler + b"\nDisallow: /b", "Standpoint").allows(BASE + "/b")


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (200, False),
        (404, True),
        (403, True),
        (401, True),
        (302, True),
        (500, None),
        (503, None),
        (0, None),
        (429, None),
    ],
)
def test_a_host_without_a_readable_file(status: int, allowed: bool | None) -> None:
    body = b"User-agent: *\nDisallow: /" if status == 200 else b""
    stored = StoredRobots(host="site.example", fetched_at=NOON, expires_at=NOON, status=status, body=body)
    rules = rules_of(stored, "Standpoint")
    assert (None if rules is None else rules.allows(BASE + "/a")) is allowed
    assert expiry(status, NOON) == NOON + (KEPT_UNREACHABLE if allowed is None else KEPT)
    assert timedelta(hours=24) >= KEPT > KEPT_UNREACHABLE


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read(body: bytes) -> None:
    rules = read(body, "Standpoint")
    assert rules.allows(BASE + "/a") in {True, False}
    assert 0 <= rules.crawl_delay_s <= 60


WORDS = [
    "User-agent",
    "Disallow",
    "Allow",
    ":",
    "*",
    "/",
    "$",
    "/a",
    "Standpoint",
    "\n",
    " ",
    "#",
    "Crawl-delay",
    "%41",
    "9",
]
LINES = st.lists(st.sampled_from(WORDS))


@settings(deadline=None)
@given(LINES.map("".join))
def test_any_lines_are_read(text: str) -> None:
    assert allows(text, "/a/b?c") in {True, False}
