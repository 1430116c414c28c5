import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ExtractError
from pipeline.extract import extract_html
from pipeline.extract.article import count_words, dateline_agency, read_page
from pipeline.identity import canon_v1, text_hash, url_id
from tests.extract.pages import PARAGRAPHS, TITLE, URL, page


def test_a_page_becomes_an_article() -> None:
    article = extract_html(page(), URL + "?utm_source=x")
    assert article.text == "\n".join(PARAGRAPHS)
    assert (article.title, article.language) == (TITLE, "en")
    assert (article.id, article.canonical_url) == (url_id(URL), canon_v1(URL))
    assert article.text_hash == text_hash(article.text)
    assert article.word_count == len(article.text.split())
    assert len(article.signature) == 32
    assert article.published is None


def test_bytes_and_text_give_the_same_article() -> None:
    html = page(title="Bürgermeisterin schließt Schlachthof")
    assert extract_html(html.encode(), URL) == extract_html(html, URL)
    latin = html.replace("utf-8", "iso-8859-1").encode("iso-8859-1")
    assert extract_html(latin, URL).title == "Bürgermeisterin schließt Schlachthof"


def test_the_same_page_gives_the_same_article_twice() -> None:
    assert read_page(page(), URL) == read_page(page(), URL)


def test_text_is_composed_unicode() -> None:
    decomposed = page().replace("Brandt", "Bra\u0308ndt")
    assert "Br\u00e4ndt" in extract_html(decomposed, URL).text


@pytest.mark.parametrize("html", ["", "   ", b"", b"\x00" * 100, b"%PDF-1.7 \x00\x01\x02", "plain words, no markup"])
def test_what_is_no_html_is_an_error(html: str | bytes) -> None:
    with pytest.raises(ExtractError) as caught:
        extract_html(html, URL)
    assert caught.value.subject == URL


def test_an_address_that_is_none_is_an_error() -> None:
    with pytest.raises(ExtractError):
        extract_html(page(), "file:///etc/passwd")


def test_no_external_entity_is_read() -> None:
    html = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>{page().replace("Tuesday", "&x;")}'
    assert "&x;" in extract_html(html, URL).text


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_an_article_or_an_extract_error(data: bytes) -> None:
    try:
        article = extract_html(b"<html><body><p>" + data + b"</p></body></html>", URL)
    except ExtractError:
        return
    assert "\n\n" not in article.text
    assert article.text == article.text.strip()


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("OBERWEILER (Reuters) - The council voted.", "Reuters"),
        ("OBERWEILER, Oct 6 (AP) — The council voted.", "Associated Press"),
        ("(AP) — The council voted.", "Associated Press"),
        ("PORT HALL (Seagull) — The council voted.", "Seagull"),
        ("Oberweiler (Seagull) — The council voted.", ""),
        ("Oberweiler (pop. 4,000) - a town that few know - voted.", ""),
        ("The council voted.\nThe hall is closed. (dpa/AFP)", "dpa"),
        ("The council voted (finally).", ""),
        ("", ""),
    ],
)
def test_dateline_agency(text: str, agency: str) -> None:
    assert dateline_agency(text) == agency


def test_count_words() -> None:
    assert count_words("The council voted.\nIt rained.") == 5
    assert count_words("市議会は火曜日に") == 4
    assert count_words("") == 0
