import gzip
import json
import pickle
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline.discover.parse as parse_module
from pipeline.discover.parse import ParsedFeed, parse_document
from pipeline.discover.standins import NotAFeed
from pipeline.errors import FeedError
from pipeline.identity import url_id
from pipeline.records import Feed, FeedHints, FeedKind, Reason, Source
from tests.loopback import NOON

SOURCE = Source(
    id="herald", name="The Herald", homepage="https://herald.example/", timezone="Europe/Berlin", language="de"
)
FEED = Feed(url="https://herald.example/feed", source_id="herald")


def parse(body: bytes | str, *, content_type: str = "", source: Source = SOURCE, url: str = FEED.url) -> ParsedFeed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_document(raw, url=url, content_type=content_type, source=source, feed=FEED, now=NOON)


def rss(*items: str, head: str = "") -> str:
    inside = f"<title>The Herald</title>{head}{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inside}</channel></rss>'


def item(number: int, inside: str = "") -> str:
    return f"<item><title>Story {number}</title><link>/story/{number}</link>{inside}</item>"


def links(parsed: ParsedFeed) -> list[str]:
    return [entry.url for entry in parsed.entries]


def titles(parsed: ParsedFeed) -> list[str]:
    return [entry.title for entry in parsed.entries]


# ------------------------------------------------------------------------------------------------ formats


def test_rss() -> None:
    parsed = parse(
        rss(
            item(1, "<pubDate>Sat, 21 Nov 2026 10:00:00</pubDate>"
                 "<description>&lt;p&gt;In &amp;amp; out&lt;/p&gt;</description>"
                 "<author>desk@herald.example (A. Writer)</author><guid isPermaLink='false'>g1</guid>"),
            "<item><title>By guid</title><guid>https://herald.example/story/2</guid></item>",
            head="<language>en-GB</language><ttl>30</ttl><skipHours><hour>1</hour><hour>2</hour></skipHours>"
                 "<skipDays><day>Sunday</day></skipDays>",
        )
    )  # fmt: skip
    assert (parsed.kind, parsed.title, parsed.faults) == (FeedKind.RSS, "The Herald", ())
    assert parsed.hints == FeedHints(ttl_s=1800, skip_hours=(1, 2), skip_days=("Sunday",))
    first, second = parsed.entries
    assert first.url == "https://herald.example/story/1"
    assert first.entry_id == url_id(first.url)
    assert first.published == datetime(2026, 11, 21, 9, tzinfo=UTC)  # no zone: the source's
    assert first.published_raw == "Sat, 21 Nov 2026 10:00:00"
    assert (first.summary, first.language, first.feed_url) == ("In & out", "en-GB", FEED.url)
    assert "A. Writer" in first.authors[0]
    assert second.url == "https://herald.example/story/2"
    assert second.published is None


def test_atom() -> None:
    parsed = parse(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://herald.example/news/"><title>H</title>'
        '<entry><title type="html">A &amp;lt;b&amp;gt;B&amp;lt;/b&amp;gt;</title><id>tag:1</id>'
        '<link rel="self" href="self"/><link href="a.html"/><author><name>A. Writer</name></author>'
        "<published>2026-11-20T08:00:00Z</published><updated>2026-11-21T08:00:00+01:00</updated></entry>"
        '<entry><title>Only updated</title><link href="b.html"/><updated>2026-11-21T08:00:00Z</updated></entry></feed>'
    )
    assert parsed.kind is FeedKind.ATOM
    assert links(parsed) == ["https://herald.example/news/a.html", "https://herald.example/news/b.html"]
    assert titles(parsed) == ["A B", "Only updated"]
    assert parsed.entries[0].authors == ("A. Writer",)
    assert parsed.entries[0].published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert parsed.entries[0].updated == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert parsed.entries[1].published == datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_rdf() -> None:
    parsed = parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
        '<channel rdf:about="https://herald.example/"><title>H</title><sy:updatePeriod>daily</sy:updatePeriod>'
        "<sy:updateFrequency>12</sy:updateFrequency></channel>"
        '<item rdf:about="https://herald.example/1"><title>One</title><link>https://herald.example/1</link>'
        "<dc:date>2026-11-20T10:00:00+01:00</dc:date><dc:creator>A. Writer</dc:creator></item></rdf:RDF>"
    )
    assert parsed.kind is FeedKind.RDF
    assert parsed.hints.sy_period_s == 7200
    assert parsed.entries[0].published == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert parsed.entries[0].authors == ("A. Writer",)


def test_json_feed() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "H",
        "language": "en",
        "authors": [{"name": "Desk"}],
        "items": [
            {
                "id": 1,
                "url": "/1",
                "title": "One",
                "content_html": "<p>Text</p>",
                "date_published": "2026-11-20T10:00:00Z",
            },
            {"id": "https://herald.example/2", "title": "Two", "author": {"name": "A. Writer"}},
            {"id": "3"},
            7,
        ],
    }
    parsed = parse(json.dumps(document), content_type="application/feed+json")
    assert parsed.kind is FeedKind.JSON
    assert links(parsed) == ["https://herald.example/1", "https://herald.example/2"]
    assert [entry.authors for entry in parsed.entries] == [("Desk",), ("A. Writer",)]
    assert parsed.entries[0].summary == "Text"
    assert [(drop.reason, drop.detail) for drop in parsed.dropped] == [(Reason.BAD_URL, "no link")]
    assert parsed.faults == ("an item is no object but int",)


def test_json_feed_that_breaks_off() -> None:
    text = (
        '{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"/1"},{"id":"2","url":"/2"},{"id":"3","ur'
    )
    parsed = parse(text)
    assert links(parsed) == ["https://herald.example/1", "https://herald.example/2"]
    assert "broken JSON" in parsed.faults[0]


NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@pytest.mark.parametrize("prefix", ["news", "n"])
@pytest.mark.parametrize("packed", [False, True])
def test_news_sitemap(prefix: str, packed: bool) -> None:
    text = (
        f'<?xml version="1.0"?><urlset xmlns="{MAP}" xmlns:{prefix}="{NEWS}"><url><loc>https://herald.example/1</loc>'
        f"<lastmod>2026-11-22</lastmod><{prefix}:news><{prefix}:publication><{prefix}:name>The Herald</{prefix}:name>"
        f"<{prefix}:language>en</{prefix}:language></{prefix}:publication>"
        f"<{prefix}:publication_date>2026-11-21T08:00:00+01:00</{prefix}:publication_date>"
        f"<{prefix}:title>One &amp; only</{prefix}:title></{prefix}:news></url></urlset>"
    )
    parsed = parse(gzip.compress(text.encode()) if packed else text)
    (entry,) = parsed.entries
    assert (parsed.kind, parsed.title, parsed.faults) == (FeedKind.NEWS_SITEMAP, "The Herald", ())
    assert (entry.title, entry.language) == ("One & only", "en")
    assert entry.published == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 22, 11, tzinfo=UTC)  # noon in Berlin


def test_news_sitemap_without_its_namespace() -> None:
    parsed = parse(
        "<urlset><url><loc>https://herald.example/1</loc>"
        "<news:news><news:title>One</news:title></news:news></url></urlset>"
    )
    assert (parsed.kind, titles(parsed)) == (FeedKind.NEWS_SITEMAP, ["One"])


def test_sitemap_takes_lastmod_as_updated_only() -> None:
    parsed = parse(
        f'<urlset xmlns="{MAP}"><url><loc> https://herald.example/1 </loc><lastmod>2026-11-20</lastmod></url></urlset>'
    )
    assert parsed.kind is FeedKind.SITEMAP
    assert parsed.entries[0].published is None
    assert parsed.entries[0].updated == datetime(2026, 11, 20, 11, tzinfo=UTC)


def test_image_addresses_of_a_sitemap_are_no_pages() -> None:
    parsed = parse(
        f'<urlset xmlns="{MAP}" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url>'
        "<loc>https://herald.example/1</loc>"
        "<image:image><image:loc>https://herald.example/p.jpg</image:loc></image:image>"
        "</url></urlset>"
    )
    assert links(parsed) == ["https://herald.example/1"]


def test_sitemap_index() -> None:
    parsed = parse(
        f'<sitemapindex xmlns="{MAP}"><sitemap><loc>/2026-11.xml</loc><lastmod>2026-11-21T00:00:00Z</lastmod></sitemap>'
        "<sitemap><loc>https://herald.example/old.xml.gz</loc></sitemap>"
        "<sitemap><loc>ftp://x/</loc></sitemap></sitemapindex>"
    )
    assert parsed.kind is FeedKind.SITEMAP_INDEX
    assert [child.url for child in parsed.children] == [
        "https://herald.example/2026-11.xml", "https://herald.example/old.xml.gz"
    ]  # fmt: skip
    assert parsed.children[0].lastmod == datetime(2026, 11, 21, tzinfo=UTC)
    assert any("ftp://x/" in fault for fault in parsed.faults)


# ------------------------------------------------------------------------------------------------ faults

TWO = [item(1), item(2)]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (rss(item(1, "<description>&#xD800;&#x110000;&#99999999999;&#0;</description>"), item(2)), "4 bad character"),
        (rss(item(1, "<description>a&nbsp;b &eacute; &nosuch; &</description>"), item(2)), "1 undefined entities"),
        (rss(item(1, "<description>x\x00\x0b\x1fy</description>"), item(2)), "3 characters that XML forbids"),
        ("\n\n  " + rss(*TWO), "white space before"),
        ("PHP Warning: something in line 3\n" + rss(*TWO), "junk before"),
        (rss(*TWO)[:-16] + "<item><title>Cut o", "cut off behind its last item"),
        (rss(item(1, "<description><p>never closed<br></description>"), item(2)), "not well-formed"),
        (rss(*TWO) + "\n<!-- page made in 3 ms --><script>x</script>", "not well-formed"),
        (rss(*TWO).replace("<channel>", "<channel><x:y>unbound</x:y>"), "not well-formed"),
        (rss(*TWO).encode("utf-16-le"), "utf-16-le without a byte order mark"),
        (rss(*TWO).encode("utf-16"), None),
        (b"\xef\xbb\xbf" + rss(*TWO).encode(), None),
        (rss(item(1), item(2, "<description>na\xefve</description>")).encode("latin-1"), "read as windows-1252"),
        (rss(item(1, "<description>été été</description>"), item(2)).encode() + b"\xff", "1 bytes that are not utf-8"),
        (rss(*TWO, head="<description>été à Genève, c’est là</description>").encode().decode("cp1252").encode(),
         "encoded twice"),
        ('<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://dtd.example/rss.dtd">' + rss(*TWO)[21:], None),
    ],
)  # fmt: skip
def test_no_feed_is_lost_to_one_bad_byte(body: bytes | str, fault: str | None) -> None:
    charset = "utf-8" if fault and "bytes that are not" in fault else ""
    parsed = parse(body, content_type=f"application/xml; charset={charset}" if charset else "")
    assert links(parsed)[:2] == ["https://herald.example/story/1", "https://herald.example/story/2"]
    if fault is None:
        assert parsed.faults == ()
    else:
        assert any(fault in found for found in parsed.faults), parsed.faults


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("cp1252", "iso-8859-1", "“naïve” – 5 €"),
        ("utf-8", "iso-8859-1", "naïve café"),
        ("cp1251", "windows-1251", "Новости"),
        ("koi8-r", "koi8-r", "Новости"),
        ("gb18030", "gb2312", "新闻“龍”"),
        ("cp932", "Shift_JIS", "新聞①"),
        ("iso-2022-jp", "iso-2022-jp", "新聞"),
        ("euc-kr", "euc-kr", "뉴스"),
        ("big5", "big5", "新聞"),
        ("cp1254", "iso-8859-9", "ışık"),
    ],
)
@pytest.mark.parametrize("where", ["header", "document"])
def test_encodings(encoding: str, declared: str, text: str, where: str) -> None:
    body = rss(f"<item><title>{text}</title><link>/1</link></item>")
    if where == "document":
        body = body.replace('version="1.0"', f'version="1.0" encoding="{declared}"', 1)
    header = f"text/xml; charset={declared}" if where == "header" else "text/xml"
    assert titles(parse(body.encode(encoding), content_type=header)) == [text]


def test_entities_never_expand_and_nothing_is_fetched() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">{laughs}<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    parsed = parse(bomb + rss("<item><title>&a9; &x; end</title><link>/1</link></item>")[21:])
    assert titles(parsed) == ["&a9; &x; end"]
    assert "entity declarations ignored" in parsed.faults
    sitemap = bomb + f'<urlset xmlns="{MAP}"><url><loc>https://herald.example/&a9;&x;</loc></url></urlset>'
    assert links(parse(sitemap)) == ["https://herald.example/&a9;&x;"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"   ", b"\x89PNG\r\n\x1a\n" + bytes(300), b"plain words", b'{"a": 1}', b"[1, 2]", b"{broken",
        b"[" * 100_000,
        b"<!DOCTYPE html><html><title>Before you continue</title>", b"\x1f\x8bnot gzip", b"<opml><body/></opml>",
        b"<html><head><title>Just a moment...</title></head></html>",
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_feed_is_told_so(body: bytes) -> None:
    with pytest.raises(FeedError):
        parse(body)


def test_an_html_page_is_named_by_its_title() -> None:
    with pytest.raises(FeedError, match="Before you continue"):
        parse("<!DOCTYPE html><html><head><title>Before you continue</title></head></html>")


def test_a_gzip_bomb_is_refused() -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    limits = {"source": SOURCE, "feed": FEED, "now": NOON, "max_bytes": 1_000_000}
    with pytest.raises(FeedError, match="gzip"):
        parse_document(bomb, url=FEED.url, content_type="", **limits)


# ------------------------------------------------------------------------------------------------ what is dropped


def test_links_that_are_not_taken_are_named() -> None:
    bad = ["javascript:alert(1)", "file:///etc/hostname", "mailto:a@e.org", ""]
    parsed = parse(rss(*(f"<item><title>{n}</title><link>{link}</link></item>" for n, link in enumerate(bad)), item(9)))
    assert links(parsed) == ["https://herald.example/story/9"]
    assert [(drop.reason, drop.title) for drop in parsed.dropped] == [(Reason.BAD_URL, str(n)) for n in range(4)]


def test_an_entry_listed_twice_is_taken_once() -> None:
    parsed = parse(rss(item(1), "<item><title>Again</title><link>/story/1?utm_source=rss#x</link></item>"))
    assert titles(parsed) == ["Story 1"]
    assert [drop.reason for drop in parsed.dropped] == [Reason.DUPLICATE]


def test_what_is_too_old_is_named_and_what_has_no_date_is_taken() -> None:
    old = (NOON - timedelta(days=40)).strftime("<pubDate>%a, %d %b %Y %H:%M:%S GMT</pubDate>")
    parsed = parse(rss(item(1, old), item(2), item(3, "<pubDate>2 Foo 2026</pubDate>")))
    assert titles(parsed) == ["Story 2", "Story 3"]
    assert [(drop.reason, drop.detail) for drop in parsed.dropped] == [(Reason.TOO_OLD, "of 2026-10-13")]
    assert parsed.entries[1].published_raw == "2 Foo 2026"
    assert any("2 Foo 2026" in fault for fault in parsed.faults)


def test_beyond_the_limit_the_newest_are_taken_in_the_lists_order() -> None:
    dates = [(n, f"<pubDate>{day} Nov 2026 10:00:00 GMT</pubDate>") for n, day in enumerate([18, 20, 19, 21])]
    few = Source(id="herald", name="H", homepage="https://herald.example/", max_entries=2)
    parsed = parse(rss(*(item(n, date) for n, date in dates)), source=few)
    assert titles(parsed) == ["Story 1", "Story 3"]
    assert [(drop.reason, drop.title) for drop in parsed.dropped] == [
        (Reason.OVERFLOW, "Story 0"),
        (Reason.OVERFLOW, "Story 2"),
    ]


def test_a_huge_feed_is_cut_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_module, "_READ_ITEMS", 800)
    monkeypatch.setattr(parse_module, "_MAX_DROPPED", 100)
    parsed = parse(rss(*(item(n) for n in range(2000))))
    assert len(parsed.entries) == SOURCE.max_entries
    assert len(parsed.dropped) == 100
    assert "1200 more items were not read" in parsed.faults
    assert "200 more entries were dropped" in parsed.faults


def test_of_a_huge_sitemap_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse_module, "_READ_ITEMS", 600)
    monkeypatch.setattr(parse_module, "_READ_URLS", 5000)
    times = ((n, NOON - timedelta(minutes=6000 - n)) for n in range(6000))
    urls = "".join(f"<url><loc>/{n}</loc><lastmod>{time:%Y-%m-%dT%H:%MZ}</lastmod></url>" for n, time in times)
    parsed = parse(f'<urlset xmlns="{MAP}">{urls}</urlset>')
    assert len(parsed.entries) == SOURCE.max_entries
    assert parsed.entries[-1].url == "https://herald.example/4999"
    assert "5400 more items were not read" in parsed.faults


# ------------------------------------------------------------------------------------------------ anything

WORDS = (
    "<rss> <channel> <item> </item> <link> /a </link> <feed> <entry> & &#x &amp; <![CDATA[ ]]> <!-- --> <!DOCTYPE ]>"
    ' <urlset> <url> <loc> </url> <sitemapindex> <x:y> { "items" :[ } ] \x00 <title> </title> <pubDate> 2026 <?xml'
)
SNIPPETS = st.sampled_from(WORDS.split())


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(SNIPPETS, max_size=20).map(lambda parts: "".join(parts).encode())))
def test_any_document_is_read_or_refused(body: bytes) -> None:
    try:
        parsed = parse(body)
    except FeedError:
        return
    assert all(entry.url.startswith("http") for entry in parsed.entries)


# ------------------------------------------------------------------------------------------------ cut off or broken


@pytest.mark.parametrize(
    "document",
    [
        rss(*(item(n, "<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;é&lt;/p&gt;</description>")
              for n in range(1, 9))),
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>H</title>'
        + "".join(f"<entry><title>Story {n}</title><link href='/story/{n}'/><updated>2026-11-21T12:00:00Z</updated>"
                  "<published>2026-11-21T10:00:00Z</published></entry>" for n in range(1, 9)) + "</feed>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>H</title></channel>'
        + "".join(f"<item><title>Story {n}</title><link>https://herald.example/story/{n}</link>"
                  "<dc:date>2026-11-21T10:00:00Z</dc:date></item>" for n in range(1, 9)) + "</rdf:RDF>",
        f'<urlset xmlns="{MAP}" xmlns:news="{NEWS}">'
        + "".join(f"<url><loc>https://herald.example/story/{n}</loc><news:news><news:publication_date>2026-11-21T10:00Z"
                  f"</news:publication_date><news:title>Story {n}</news:title></news:news></url>" for n in range(1, 9))
        + "</urlset>",
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "H",
                    "items": [{"id": str(n), "title": f"Story {n}", "url": f"https://herald.example/story/{n}",
                               "content_text": "naïve \"words\"", "date_published": "2026-11-21T10:00:00Z"}
                              for n in range(1, 9)]}, ensure_ascii=False),
    ],
    ids=["rss", "atom", "rdf", "news sitemap", "json"],
)  # fmt: skip
def test_a_document_cut_off_anywhere_gives_its_whole_entries_and_no_half_ones(document: str) -> None:
    body = document.encode()
    end = b"}" if document.startswith("{") else re.search(rb"</(item|entry|url)>", body)[0]  # type: ignore[index]
    for at in range(body.index(end) + len(end), len(body), 19):
        parsed = parse(body[:at])
        whole = body[:at].count(end)
        assert len(parsed.entries) in {whole, whole + 1}, at
        for n, entry in enumerate(parsed.entries, 1):
            assert entry.url == f"https://herald.example/story/{n}"
            assert entry.title in {f"Story {n}", ""}
            assert entry.published in {datetime(2026, 11, 21, 10, tzinfo=UTC), None}
        assert all(entry.title and entry.published for entry in parsed.entries[:whole])
        if at < len(body) - 16:
            assert parsed.faults


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        (r'{"id":"2","url":"/2","title":"a \x b"}', "a \\x b"),
        (r'{"id":"2","url":"/2","title":"\u12"}', "\\u12"),
        ('{"id":"2","url":"/2","title":"T",}', "T"),
        ('{"id":"2","url":"/2","title":"T","tags":[1,,2]}', "T"),
        ('{"id":"2","url":"/2","title":"T","content_text":"an "unescaped" quote"}', "T"),
        ('{"id":"2","url":"/2","title":"T","authors":[{"name":"N","url":"/n"}, {"name":}]}', "T"),
        ('{"id":"2","url":"/2","title":"T","x":NaN0}', "T"),
    ],
)
def test_one_broken_item_of_a_json_feed_costs_no_other(broken: str, kept: str) -> None:
    text = '{"version":"https://jsonfeed.org/version/1","title":"H","items":[{"id":"1","url":"/1"},%s,{"id":"3","url":"/3"}]}'
    parsed = parse(text % broken)
    assert links(parsed) == [f"https://herald.example/{n}" for n in (1, 2, 3)]
    assert (parsed.entries[1].title, parsed.title) == (kept, "H")
    assert "broken JSON" in parsed.faults[0]


def test_what_a_cut_off_entry_lacks_is_not_guessed_from_what_it_has() -> None:
    entry = "<entry><title>T</title><link href='/1'/><updated>2026-11-21T12:00:00Z</updated><publ"
    parsed = parse('<feed xmlns="http://www.w3.org/2005/Atom"><title>H</title>' + entry)
    assert (parsed.entries[0].published, parsed.entries[0].updated) == (None, datetime(2026, 11, 21, 12, tzinfo=UTC))


def test_a_feed_of_which_a_part_was_encoded_twice() -> None:
    twice = "Café à Genève, élève, dîner".encode().decode("cp1252")
    parsed = parse(rss(f"<item><title>{twice}</title><link>/1</link></item>",
                       "<item><title>Naïve 新聞</title><link>/2</link></item>"))  # fmt: skip
    assert titles(parsed) == ["Café à Genève, élève, dîner", "Naïve 新聞"]
    assert "encoded twice" in parsed.faults
    honest = rss("<item><title>“What is Ã© doing here?”</title><link>/1</link></item>", item(2, "<x>été, là</x>"))
    assert titles(parse(honest))[0] == "“What is Ã© doing here?”"


def test_a_character_cut_in_two_and_one_bad_byte_cost_no_other_character() -> None:
    body = rss(*(f"<item><title>Übergrößenträger {n}</title><link>/{n}</link></item>" for n in range(9))).encode()
    assert titles(parse(body[: body.rindex("ß".encode()) + 1]))[0] == "Übergrößenträger 0"
    bad = body.replace("ä".encode(), b"\xff", 1)
    assert titles(parse(bad, content_type="text/xml; charset=iso-8859-1"))[1] == "Übergrößenträger 1"


# ------------------------------------------------------------------------------------------------ old dialects


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ('<rss version="0.91"><channel><title>H</title>{}</channel></rss>', FeedKind.RSS),
        ('<rss version="0.92"><channel><title>H</title>{}</channel></rss>', FeedKind.RSS),
        ('<rss version="0.93"><channel><title>H</title>{}</channel></rss>', FeedKind.RSS),
        ("<rss><channel><title>H</title>{}</channel></rss>", FeedKind.RSS),
        ("<channel><title>H</title>{}</channel>", FeedKind.RSS),
        ("<RSS VERSION='2.0'><CHANNEL><TITLE>H</TITLE>{}</CHANNEL></RSS>", FeedKind.RSS),
        ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
         "<channel><title>H</title></channel>{}</rdf:RDF>", FeedKind.RDF),
        ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
         "<channel><title>H</title></channel>{}</rdf:RDF>", FeedKind.RDF),
        ('<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><title>H</title>{}</channel></rss>',
         FeedKind.RSS),
    ],
)  # fmt: skip
def test_every_dialect_of_rss(document: str, kind: FeedKind) -> None:
    parsed = parse(document.format(item(1) + item(2)))
    assert (parsed.kind, titles(parsed)) == (kind, ["Story 1", "Story 2"])


def test_atom_03() -> None:
    parsed = parse(
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>H</title><entry><title>A</title>'
        '<link rel="alternate" type="text/html" href="https://herald.example/a"/><id>tag:a</id>'
        "<issued>2026-11-20T08:00:00Z</issued><modified>2026-11-21T08:00:00Z</modified></entry></feed>"
    )
    (entry,) = parsed.entries
    assert (parsed.kind, entry.url) == (FeedKind.ATOM, "https://herald.example/a")
    assert entry.published == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert entry.updated == datetime(2026, 11, 21, 8, tzinfo=UTC)


# ------------------------------------------------------------------------------------------------ what is told


def test_a_known_feed_that_suddenly_lists_its_archive() -> None:
    dates = (NOON - timedelta(days=n) for n in range(3000))
    few = Source(id="herald", name="H", homepage="https://herald.example/", max_age_days=30, max_entries=20)
    listed = (item(n, f"<pubDate>{date:%a, %d %b %Y %H:%M:%S GMT}</pubDate>") for n, date in enumerate(dates))
    parsed = parse(rss(*listed), source=few)
    assert titles(parsed) == [f"Story {n}" for n in range(20)]
    assert parsed.left_out == {"too_old": 2969, "overflow": 11}  # all of them, though not all are named
    assert len(parsed.dropped) == 1000
    assert {drop.reason for drop in parsed.dropped} <= {Reason.TOO_OLD, Reason.OVERFLOW}
    assert parsed.list_window.listed == 3000


def test_how_dates_were_read_is_kept_with_the_entry() -> None:
    parsed = parse(rss(item(1, "<pubDate>Sat, 21 Nov 2026 10:00:00 CET</pubDate>"), item(2, "<pubDate>soon</pubDate>")))
    assert [(e.published_raw, e.published_read_as) for e in parsed.entries] == [
        ("Sat, 21 Nov 2026 10:00:00 CET", "day, month, year; month 'Nov' (en); zone CET: Europe/Berlin"),
        ("soon", "not read: not a form of date that is known"),
    ]
    parsed = parse('<feed xmlns="http://www.w3.org/2005/Atom"><title>H</title><entry><link href="/1"/>'
                   "<updated>2026-11-21T12:00:00Z</updated></entry></feed>")  # fmt: skip
    assert parsed.entries[0].published_read_as == "its only date, updated: year, month, day; zone Z: UTC"


@pytest.mark.parametrize(
    ("title", "body", "reason"),
    [
        ("Just a moment...", "", Reason.CHALLENGE),
        ("Home", "<script>window._cf_chl_opt={}</script>", Reason.CHALLENGE),
        ("Before you continue", "", Reason.CONSENT),
        ("Anmelden – The Herald", "", Reason.LOGIN),
        ("The Herald", "", Reason.BAD_FEED),
    ],
)
def test_which_page_came_in_place_of_a_feed(title: str, body: str, reason: Reason) -> None:
    with pytest.raises(NotAFeed) as refused:
        parse(f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>")
    assert refused.value.reason is reason
    assert pickle.loads(pickle.dumps(refused.value)).reason is reason


def test_a_consent_wall_is_told_by_where_it_stands() -> None:
    with pytest.raises(NotAFeed) as refused:
        parse("<html><title>The Herald</title></html>", url="https://consent.herald.example/?back=feed")
    assert refused.value.reason is Reason.CONSENT
