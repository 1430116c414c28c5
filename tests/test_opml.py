from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.errors import SourcesError
from pipeline.opml import not_yet_in, read_opml, write_opml
from pipeline.records import Feed, FeedKind, Source
from pipeline.settings import PROJECT, Settings
from pipeline.sources import load_sources

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def read(body: str, head: str = ""):
    return read_opml(f"<opml version='2.0'><head>{head}</head><body>{body}</body></opml>".encode(), "f.opml")


def feeds(source: Source) -> list[str]:
    return [feed.url for feed in source.feeds]


# -- round trips ---------------------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and "\ufffe" not in text and "\uffff" not in text
)
_ID = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
_KIND = st.sampled_from([kind for kind in FeedKind if kind is not FeedKind.ARCHIVE_PAGE])


@st.composite
def source_lists(draw: st.DrawFn) -> list[Source]:
    made = []
    for n, id_ in enumerate(draw(st.lists(_ID, unique=True, min_size=1, max_size=5))):
        paths = draw(
            st.lists(st.from_regex(r"[a-z0-9/_~-]{0,20}(\?a=[&b=]{0,5}c)?", fullmatch=True), min_size=1, max_size=4)
        )
        lists = [
            Feed(url=f"https://h{n}.example/{m}/{path}", source_id=id_, kind=draw(_KIND))
            for m, path in enumerate(paths)
        ]
        if draw(st.booleans()):
            lists.append(Feed(url=f"https://h{n}.example/%Y/%m/%-d", source_id=id_, kind=FeedKind.ARCHIVE_PAGE))
        made.append(
            Source(
                id=id_,
                name=draw(_TEXT),
                homepage=f"https://www.h{n}.example/",
                country=draw(st.sampled_from(["", "GB", "NO"])),
                language=draw(st.sampled_from(["", "en", "pt-BR", "zh-Hant-TW"])),
                timezone=draw(st.sampled_from(["UTC", "Europe/Oslo", "America/Argentina/Buenos_Aires"])),
                feeds=tuple(lists),
                hosts=draw(st.sampled_from([(), ("a.example",), ("a.example", "b.example:8080")])),
                agency=draw(st.booleans()),
                max_age_days=draw(st.integers(1, 10**6)),
                max_entries=draw(st.integers(1, 10**6)),
            )
        )
    return made


@settings(deadline=None, max_examples=30)
@given(source_lists())
def test_what_goes_out_comes_back_the_same(sources: list[Source]) -> None:
    back = read_opml(write_opml(sources, title="T", now=NOW), "f.opml")
    assert list(back.sources) == sources
    assert back.notes == ()
    assert not_yet_in(back.sources, sources)[0] == []


@pytest.mark.parametrize("file", ["config/sources.yml", "config/sources.demo.yml"])
def test_the_files_that_come_with_it_come_back_the_same(file: str) -> None:
    sources = load_sources(PROJECT / file, Settings())
    assert list(read_opml(write_opml(sources, title="T", now=NOW), "f.opml").sources) == sources


def test_the_document_is_opml_2_and_a_reader_finds_only_feeds_in_it() -> None:
    lists = (Feed(url="https://a.example/rss", source_id="a", kind=FeedKind.RSS),
             Feed(url="https://a.example/map.xml", source_id="a", kind=FeedKind.SITEMAP))  # fmt: skip
    source = Source(id="a", name="A & B", homepage="https://a.example/", language="en", feeds=lists)
    root = etree.fromstring(write_opml([source], title="My list", now=NOW))
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "My list")
    assert root.findtext("head/dateCreated") == "Sun, 22 Nov 2026 12:00:00 +0000"
    assert [one.get("text") for one in root.iter("outline")] == ["A & B", "A & B", "A & B (sitemap)"]
    (feed,) = [one for one in root.iter("outline") if one.get("xmlUrl")]
    assert (feed.get("type"), feed.get("xmlUrl"), feed.get("version")) == ("rss", "https://a.example/rss", "RSS2")


# -- documents of others -------------------------------------------------------------------------------


def test_outlines_of_one_site_become_one_outlet_in_whatever_folders() -> None:
    found = read("""
      <outline text="World"><outline text="Deep">
        <outline type="rss" text="Herald: world" xmlUrl="https://www.herald.example/w.rss" htmlUrl="https://herald.example/"/>
      </outline></outline>
      <outline text="Herald: sport" XMLURL="feed://herald.example/s.rss" htmlurl="https://www.herald.example/sport"
        language="en-us" category="/Sport,/News"/>
      <outline text="Post" xmlUrl="feed:https://post.example/rss" version="ATOM"/>""")
    herald, post = found.sources
    assert feeds(herald) == ["https://www.herald.example/w.rss", "http://herald.example/s.rss"]
    assert (herald.id, herald.name, herald.homepage) == ("herald-world", "Herald: world", "https://herald.example/")
    assert feeds(post) == ["https://post.example/rss"]
    assert (post.homepage, post.feeds[0].kind) == ("https://post.example/", FeedKind.ATOM)
    told = "\n".join(found.notes)
    assert "folders and categories are not kept: World, Deep, /Sport, /News" in told
    assert "f.opml:7: Post: OPML names no time zone" in told
    assert "f.opml:7: no homepage: taken as https://post.example/" in told


def test_feeds_of_a_shared_host_are_different_outlets() -> None:
    rows = "".join(f'<outline text="P{n}" xmlUrl="https://feeds.feedburner.com/p{n}"/>' for n in range(2))
    assert [source.id for source in read(rows).sources] == ["p0", "p1"]


def test_what_is_left_out_is_told_with_its_line() -> None:
    found = read("""<outline text="A" xmlUrl="https://a.example/f" htmlUrl="https://a.example/"/>
      <outline text="again" xmlUrl="https://A.example/f#x"/>
      <outline text="bad" xmlUrl="javascript:alert(1)"/>
      <outline text="more" type="include" url="https://x.example/l.opml"/>
      <outline text="page" type="link" url="https://x.example/"/>""")
    assert [feeds(source) for source in found.sources] == [["https://a.example/f"]]
    told = "\n".join(found.notes)
    assert "f.opml:2: https://A.example/f#x is listed twice (first in line 1): left out" in told
    assert "f.opml:3: left out: not an absolute http(s) address" in told
    assert "f.opml:4: 'more' includes another file: left out" in told
    assert "f.opml:5: 'page' is a link, no feed: left out" in told


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (b"<opml>\n<body>\n<outline text='a & b'/></body></opml>", "f.opml:3: no XML"),
        (b"\n\n<opml><body><outline></body></opml>", "f.opml:3: no XML: Opening and ending tag mismatch"),
        (b"<opml><body>", "f.opml:1: no XML"),
        (b"", "f.opml:1: no XML"),
        (b"\xff\xfe\x00", "no XML"),
        (b"<rss/>", "f.opml:1: no OPML: its root is <rss>"),
        (b"<opml><head/></opml>", "<body> is missing"),
        (b"<opml><body><outline text='a'/></body></opml>", "lists no feed"),
    ],
)
def test_a_broken_document_says_where(document: bytes, says: str) -> None:
    with pytest.raises(SourcesError) as caught:
        read_opml(document, "f.opml")
    assert says in str(caught.value)


def test_entities_are_not_expanded_and_depth_is_limited() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    outline = "<outline text='&a;&x;' xmlUrl='https://a.example/f' htmlUrl='https://a.example/'/>"
    try:
        found = read_opml(f"{bomb}<opml><body>{outline}</body></opml>".encode(), "f.opml")
    except SourcesError:
        pass
    else:
        assert "root:" not in found.sources[0].name
    deep = "<outline text='x'>" * 200 + outline.replace("&a;&x;", "deep") + "</outline>" * 200
    with pytest.raises(SourcesError) as caught:
        read(deep)
    assert "nested deeper" in str(caught.value.problems)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_sources_or_a_clear_error(data: bytes) -> None:
    with pytest.raises(SourcesError):
        read_opml(data, "f.opml")


def test_only_what_is_missing_is_added() -> None:
    def source(id_: str, *urls: str) -> Source:
        return Source(
            id=id_, name=id_, homepage="https://x.example/", feeds=tuple(Feed(url=u, source_id=id_) for u in urls)
        )

    known = [source("a", "https://a.example/1"), source("b", "https://b.example/1")]
    new, notes = not_yet_in(
        [source("a", "https://A.example/1"), source("b", "https://b.example/1", "https://c.example/1")], known
    )
    assert [(one.id, feeds(one)) for one in new] == [("b-2", ["https://c.example/1"])]
    assert new[0].feeds[0].source_id == "b-2"
    assert notes == [
        "a: 1 of 1 lists are there already, of a",
        "b: 1 of 2 lists are there already, of b",
        "b: the id b is in use: b-2 in its place",
    ]
