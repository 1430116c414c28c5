from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.discover.clean import _WHOLE, clean_link, clean_text
from pipeline.identity import canon_v1


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Plain", "Plain"),
        ("  two\n  lines ", "two lines"),
        ("a &amp; b", "a & b"),
        ("a &amp;amp; b", "a & b"),
        ("&amp;#8220;Peace&amp;#8221;", "“Peace”"),
        ("A <b>bold</b> claim", "A bold claim"),
        ("A &lt;b&gt;bold&lt;/b&gt; claim", "A bold claim"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("One<br/>Two", "One Two"),
        ("<script>alert(1)</script>Title", "Title"),
        ("<img src=x onerror=alert(1)>Title", "Title"),
        ("&lt;svg/onload=alert(1)&gt;Title", "Title"),
        ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
        ("I <3 news", "I <3 news"),
        ("AT&T", "AT&T"),
        ("\u202eevil\u202c \u2067rtl\u2069", "evil rtl"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("nul\x00bell\x07", "nul bell"),
        ("nb\u00a0sp", "nb sp"),
        ("e\u0301", "é"),
        ("می\u200cروم", "می\u200cروم"),
        ("a\u200db", "ab"),
        ("👩\u200d🚒", "👩\u200d🚒"),
    ],
)
def test_texts(raw: str, clean: str) -> None:
    assert clean_text(raw, 200) == clean


def test_a_long_text_is_cut_at_a_word() -> None:
    cut = clean_text("word " * 100, 50)
    assert len(cut) <= 50
    assert cut.endswith("word…")


@given(st.text(max_size=300), st.integers(10, 100))
def test_no_text_is_longer_than_its_limit_or_holds_invisibles(raw: str, limit: int) -> None:
    clean = clean_text(raw, limit)
    assert len(clean) <= limit
    assert clean == " ".join(clean.split())
    assert not set(clean) & set("\u202e\u2066\u200b\ufeff\x00")


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        ("https://e.org/a", "https://e.org/a"),
        ("/a", "https://base.org/a"),
        ("a", "https://base.org/dir/a"),
        ("//e.org/a", "https://e.org/a"),
        ("  https://e.org/\n a ", "https://e.org/%20a"),
        ("https://e.org/a b", "https://e.org/a%20b"),
        ("https://e.org/?a=1&amp;b=2", "https://e.org/?a=1&b=2"),
        ("https://e.org/a\u200b", "https://e.org/a"),
        ("?id=3", "https://base.org/dir/feed?id=3"),
    ],
)
def test_links(raw: str, link: str) -> None:
    assert clean_link(raw, "https://base.org/dir/feed") == link


@pytest.mark.parametrize(
    "raw",
    ["", "   ", "javascript:alert(1)", "data:text/html,x", "file:///etc/hostname", "mailto:a@e.org", "gopher://e.org/",
     "https://", "http://[::1", "https://e.org/" + "a" * 5000, "http://0x7f.1/", "tel:123"],
)  # fmt: skip
def test_links_that_are_refused(raw: str) -> None:
    with pytest.raises(ValueError):
        clean_link(raw, "https://base.org/dir/feed")


@given(st.text(max_size=80))
def test_any_text_gives_an_address_or_a_value_error(raw: str) -> None:
    try:
        link = clean_link(raw, "https://base.org/dir/feed")
    except ValueError:
        return
    assert canon_v1(link).startswith(("http://", "https://"))


SCHEMES = st.sampled_from(["http://", "https://", "HTTPS://", ""])
PIECES = st.sampled_from(["e.org", "[::1]", ":80", "@", "/", "//", "a", "..", "?", "x=1", "&", "#", ";", "\x00", "é"])
LINKS = st.tuples(SCHEMES, st.lists(PIECES, max_size=8).map("".join)).map("".join)


@given(LINKS, st.sampled_from(["http://e.org/f/", "https://other.org/"]))
def test_a_whole_link_is_what_joining_gives(link: str, base: str) -> None:
    if _WHOLE.fullmatch(link):
        try:
            assert urljoin(base, link) == link
        except ValueError:
            with pytest.raises(ValueError):
                clean_link(link, base)
