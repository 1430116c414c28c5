"""The frozen table of canonical addresses. A line that has to change is a migration, not an edit."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.identity import _canonical, canon_v1, digest, host_of, loose_v1, same_site, text_hash, url_id

#: Case, address, exact canonical form, loose key.
TABLE = [
    ("campaign", "https://e.org/a?utm_source=x&id=3", "https://e.org/a?id=3", "e.org/a?id=3"),
    ("campaign, name escaped", "https://e.org/a?%75tm_source=x", "https://e.org/a", "e.org/a"),
    ("campaign, no value", "https://e.org/?utm_source", "https://e.org/", "e.org"),
    ("click ids", "https://e.org/a?fbclid=1&gclid=2", "https://e.org/a", "e.org/a"),
    ("mail and analytics ids", "https://e.org/a?mc_cid=1&_ga=2", "https://e.org/a", "e.org/a"),
    ("broadcaster's campaign", "https://www.e.org/n?at_medium=RSS", "https://www.e.org/n", "e.org/n"),
    ("CMP", "https://e.org/a?CMP=share", "https://e.org/a", "e.org/a"),
    ("ref and source may name a page", "https://e.org/a?ref=b&source=c", "https://e.org/a?ref=b&source=c",
     "e.org/a?ref=b&source=c"),
    ("fragment", "https://e.org/a#comments", "https://e.org/a", "e.org/a"),
    ("hash-bang names a page", "https://e.org/#!/article/12", "https://e.org/#!/article/12", "e.org#!/article/12"),
    ("text fragment", "https://e.org/a#:~:text=word", "https://e.org/a", "e.org/a"),
    ("campaign in the fragment", "https://e.org/a#utm_source=x", "https://e.org/a", "e.org/a"),
    ("amp path", "https://e.org/amp/story", "https://e.org/amp/story", "e.org/story"),
    ("amp suffix", "https://e.org/story/amp/", "https://e.org/story/amp/", "e.org/story"),
    ("amp extension", "https://e.org/story.amp.html", "https://e.org/story.amp.html", "e.org/story.html"),
    ("amp parameter", "https://e.org/story?amp=1", "https://e.org/story?amp=1", "e.org/story"),
    ("amp host", "https://amp.e.org/story", "https://amp.e.org/story", "e.org/story"),
    ("amp cache", "https://e-org.cdn.ampproject.org/c/s/e.org/story",
     "https://e-org.cdn.ampproject.org/c/s/e.org/story", "e.org/story"),
    ("amp viewer", "https://www.google.com/amp/s/www.e.org/amp/story",
     "https://www.google.com/amp/s/www.e.org/amp/story", "e.org/story"),
    ("trailing slash", "https://e.org/a/", "https://e.org/a/", "e.org/a"),
    ("index.html", "https://e.org/index.html", "https://e.org/index.html", "e.org"),
    ("empty path", "https://e.org", "https://e.org/", "e.org"),
    ("m. host", "https://m.e.org/a", "https://m.e.org/a", "e.org/a"),
    ("mobile. host", "https://mobile.e.org/a", "https://mobile.e.org/a", "e.org/a"),
    ("www.", "https://www.e.org/a", "https://www.e.org/a", "e.org/a"),
    ("http", "http://e.org/a", "http://e.org/a", "e.org/a"),
    ("default port of https", "https://e.org:443/a", "https://e.org/a", "e.org/a"),
    ("default port of http", "http://e.org:80/a", "http://e.org/a", "e.org/a"),
    ("the other scheme's port", "http://e.org:443/a", "http://e.org:443/a", "e.org:443/a"),
    ("port", "https://e.org:8443/a", "https://e.org:8443/a", "e.org:8443/a"),
    ("empty port", "https://e.org:/a", "https://e.org/a", "e.org/a"),
    ("case of scheme and host", "HTTPS://E.ORG/A/b", "https://e.org/A/b", "e.org/a/b"),
    ("international host", "https://b\u00fccher.example/a", "https://xn--bcher-kva.example/a",
     "xn--bcher-kva.example/a"),
    ("the same in ASCII", "https://xn--bcher-kva.example/a", "https://xn--bcher-kva.example/a",
     "xn--bcher-kva.example/a"),
    ("sharp s is no double s", "https://stra\u00dfe.example/", "https://xn--strae-oqa.example/",
     "xn--strae-oqa.example"),
    ("ideographic dot", "https://e\u3002org/", "https://e.org/", "e.org"),
    ("full-width digits", "https://\uff11\uff12\uff17.0.0.1/", "https://127.0.0.1/", "127.0.0.1"),
    ("escapes", "https://e.org/%e4%7ea", "https://e.org/%E4~a", "e.org/%e4~a"),
    ("broken escape", "https://e.org/%zz", "https://e.org/%zz", "e.org/%zz"),
    ("escaped slash", "https://e.org/a%2fb", "https://e.org/a%2Fb", "e.org/a%2fb"),
    ("spaces and letters", "https://e.org/a b?q=\u00fc x", "https://e.org/a%20b?q=%C3%BC%20x",
     "e.org/a%20b?q=\u00fc x"),
    ("order of parameters", "https://e.org/a?b=2&a=1", "https://e.org/a?b=2&a=1", "e.org/a?a=1&b=2"),
    ("parameter twice", "https://e.org/a?a=1&a=0", "https://e.org/a?a=1&a=0", "e.org/a?a=0&a=1"),
    ("empty parameter", "https://e.org/a?id=", "https://e.org/a?id=", "e.org/a"),
    ("empty query", "https://e.org/a?", "https://e.org/a", "e.org/a"),
    ("empty pair", "https://e.org/a?x=1&&y=2", "https://e.org/a?x=1&y=2", "e.org/a?x=1&y=2"),
    ("path session", "https://e.org/a;jsessionid=12?x=1", "https://e.org/a;jsessionid=12?x=1",
     "e.org/a;jsessionid=12?x=1"),
    ("session parameters may name a page", "https://e.org/a?PHPSESSID=b&sid=1", "https://e.org/a?PHPSESSID=b&sid=1",
     "e.org/a?PHPSESSID=b&sid=1"),
    ("an order asked for may name a page", "https://e.org/a?sort=new", "https://e.org/a?sort=new",
     "e.org/a?sort=new"),
    ("dots", "https://e.org/a/./b/../c", "https://e.org/a/c", "e.org/a/c"),
    ("dots beyond the root", "https://e.org/../../a", "https://e.org/a", "e.org/a"),
    ("dots at the end", "https://e.org/a/b/..", "https://e.org/a/", "e.org/a"),
    ("slashes", "https://e.org//a//b", "https://e.org//a//b", "e.org//a//b"),
    ("user info", "https://user:pw@e.org/a", "https://e.org/a", "e.org/a"),
    ("final dot of the host", "https://e.org./a", "https://e.org/a", "e.org/a"),
    ("underscore in the host", "https://my_site.e.org/a", "https://my_site.e.org/a", "my_site.e.org/a"),
    ("IPv6", "http://[2001:0DB8:0::1]:8080/a", "http://[2001:db8::1]:8080/a", "[2001:db8::1]:8080/a"),
    ("line break and blanks", " https://e.org/a\n/b ", "https://e.org/a/b", "e.org/a/b"),
]  # fmt: skip

REFUSED = [
    "//e.org/a", "/a", "", "e.org/a", "ftp://e.org/a", "javascript:alert(1)", "mailto:a@e.org", "data:text/html,x",
    "https:///a", "https://[::1/a", "https://[fe80::1%25eth0]/", "https://e.org:99999/a", "https://e.org:x/a",
    "https://a..b/", "https://.e.org/", "https://e .org/", "https://%65.org/", "https://-e.org/", "https://0x7f.1/",
    "https://127.1/", "https://2130706433/", "https://0177.0.0.1/", "https://256.0.0.1/", "https://e.org\\@evil.org/",
    "https://" + "a" * 64 + ".org/", "https://" + "a." * 130 + "org/", "https://e\uff0forg/", "https://\ud800.org/",
]  # fmt: skip


@pytest.mark.parametrize(("address", "canon", "loose"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_frozen_table(address: str, canon: str, loose: str) -> None:
    assert canon_v1(address) == canon
    assert loose_v1(address) == loose


@pytest.mark.parametrize(("canon", "loose"), [row[2:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_canonical_address_is_its_own_canonical_form(canon: str, loose: str) -> None:
    assert canon_v1(canon) == canon
    assert loose_v1(canon) == loose


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_no_address_is_refused(address: str) -> None:
    for key in (canon_v1, loose_v1, url_id, host_of):
        with pytest.raises(ValueError):
            key(address)


WORDS = (
    "http:// https:// HTTP: // / ? # #! & = % %41 %2f %zz @ : :80 .. . \\ [ ] ::1 127.1 e.org www. amp utm_a fbclid ; +"
    " index.html google.com/amp/s/ cdn.ampproject.org/c/s/ xn-- é ß 。"
)
PIECES = st.sampled_from([*WORDS.split(), " ", "\t", "\u200b", "\ud800"])
ADDRESSES = st.one_of(st.text(max_size=60), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join))
PLAUSIBLE = ADDRESSES.map(lambda rest: "https://e.org/" + rest)


@given(st.one_of(ADDRESSES, PLAUSIBLE))
@example("https://e.org/?%75tm_a=1")
@example("https://www.google.com/amp/s/[.")
def test_whatever_comes_in_gives_a_key_or_a_value_error(address: str) -> None:
    try:
        canon = canon_v1(address)
    except ValueError:
        with pytest.raises(ValueError):
            loose_v1(address)
        return
    assert canon.isascii()
    assert canon_v1(canon) == canon
    assert loose_v1(canon) == loose_v1(address)
    assert len(url_id(address)) == 32
    assert host_of(canon) == host_of(address)


LABELS = st.sampled_from(["e", "org", "a-b", "0x7f", "127", "_x", "-", "", "a" * 63, "a" * 64, "xn--e", "E"])
FOLDERS = st.sampled_from(["a", "A-b_c~d", ".", "..", ".a", "a.html", "", "~", "%41", "a b", "é", ";x"])


@given(st.sampled_from(["http", "https", "HTTP"]), st.lists(LABELS, max_size=5), st.lists(FOLDERS, max_size=4))
def test_the_short_cut_for_plain_addresses_gives_what_the_long_way_gives(
    scheme: str, labels: list[str], folders: list[str]
) -> None:
    address = f"{scheme}://{'.'.join(labels)}/{'/'.join(folders)}"
    try:
        canon = _canonical(address)
    except ValueError:
        with pytest.raises(ValueError):
            canon_v1(address)
    else:
        assert canon_v1(address) == canon


def test_ids_and_digests_are_frozen() -> None:
    assert (
        url_id("https://E.org:443/a?utm_source=x#top")
        == url_id("https://e.org/a")
        == "870874689b298a275d9c764c4b21bc0e"
    )
    assert digest("a", "bc") != digest("ab", "c")
    assert text_hash("one  two\nthree") == text_hash("one two three") != text_hash("one two Three")


@pytest.mark.parametrize(
    ("url", "other", "same"),
    [
        ("http://gazette.example/a", "https://www.gazette.example/b", True),
        ("http://gazette.example:8080/a", "http://gazette.example:9090/a", True),
        ("http://m.gazette.example/a", "http://www.gazette.example/a", True),
        ("http://gazette.example/a", "http://notgazette.example/a", False),
        ("http://a.paper.example/", "http://b.paper.example/", False),
        ("http://gazette.example/", "http://gazette.example.net/", False),
    ],
)
def test_a_site_is_a_host_and_what_is_below_it(url: str, other: str, same: bool) -> None:
    assert same_site(url, other) is same_site(other, url) is same
