import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.decode import decode

GERMAN = "Die Bürgermeisterin grüßt das Städtchen – »schön«"
META = '<html><head><meta charset="{}"></head><body>{}</body></html>'


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "", "iso-8859-1", "x-unknown"])
def test_valid_utf8_is_utf8_whatever_the_header_says(charset: str) -> None:
    assert decode(GERMAN.encode(), charset) == GERMAN


def test_the_headers_charset_decides_where_it_is_not_utf8() -> None:
    assert decode("Zażółć gęślą jaźń".encode("iso-8859-2"), "iso-8859-2") == "Zażółć gęślą jaźń"


def test_latin_1_means_windows_1252() -> None:
    text = META.format("iso-8859-1", "“Yes” – said the mayor’s café")
    assert decode(text.encode("cp1252")) == text


def test_the_pages_own_declaration_counts_where_the_header_names_none() -> None:
    text = META.format("windows-1251", "Совет закрыл скотобойню")
    assert decode(text.encode("cp1251")) == text


def test_the_header_comes_before_the_page() -> None:
    text = META.format("windows-1251", "Größe")
    assert decode(text.encode("cp1252"), "windows-1252") == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_comes_before_everything(encoding: str) -> None:
    assert decode(GERMAN.encode(encoding), "iso-8859-2") == GERMAN


def test_stateful_encodings_hide_in_ascii() -> None:
    text = META.format("iso-2022-jp", "日本語の記事")
    assert decode(text.encode("iso2022_jp")) == text


def test_a_few_broken_bytes_do_not_change_a_declared_utf8_page() -> None:
    data = META.format("utf-8", GERMAN).encode() + b"\xff\xfe tail"
    assert GERMAN in decode(data)
    assert "\ufffd" in decode(data)


def test_undeclared_text_is_guessed() -> None:
    text = "Der Bürgermeister von Österreichs schönster Stadt übergab die Schlüssel. " * 20
    assert decode(text.encode("cp1252")) == text


@given(st.binary(max_size=300), st.text(max_size=20))
def test_never_fails(data: bytes, charset: str) -> None:
    assert isinstance(decode(data, charset), str)
