import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.http.optout import from_headers, from_html, from_meta, from_tdmrep, opts_out

US = "Standpoint"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ([], ()),
        ([("X-Robots-Tag", "noindex, NoAI , noimageai")], ("x-robots-tag: noai", "x-robots-tag: noimageai")),
        ([("X-Robots-Tag", "otherbot: noai")], ()),
        ([("X-Robots-Tag", "otherbot: noindex, noai")], ()),
        ([("X-Robots-Tag", "otherbot: noindex"), ("X-Robots-Tag", "noai")], ("x-robots-tag: noai",)),
        ([("X-Robots-Tag", "otherbot: nofollow, standpoint: noai")], ("x-robots-tag: noai",)),
        ([("X-Robots-Tag", "max-snippet: 20, noai")], ("x-robots-tag: noai",)),
        ([("X-Robots-Tag", "unavailable_after: 1 Jan 2030 00:00:00 GMT, noai")], ("x-robots-tag: noai",)),
        (
            [("TDM-Reservation", " 1 "), ("tdm-policy", "https://e.org/p.json")],
            ("tdm-reservation: 1", "tdm-policy: https://e.org/p.json"),
        ),
        ([("Content-Usage", "train-ai=n")], ("content-usage: train-ai=n",)),
        ([("tdm-reservation", "")], ()),
    ],
)
def test_signals_in_a_header(fields: list[tuple[str, str]], found: tuple[str, ...]) -> None:
    assert from_headers(fields, US) == found


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (b"<html><head><title>x</title>", ()),
        (b'<meta name="robots" content="index, noai">', ("meta robots: noai",)),
        (b"<META content='noai' NAME=Robots />", ("meta robots: noai",)),
        (b'<meta name="standpoint" content="noai">', ("meta standpoint: noai",)),
        (b'<meta name="googlebot" content="noai">', ()),
        (b'<!-- <meta name="robots" content="noai"> -->', ()),
        (b'<meta name="tdm-reservation" content="1">', ("meta tdm-reservation: 1",)),
        (b'<meta name="description" content="he said > noai"><meta name=robots content=noai>', ("meta robots: noai",)),
        (b'<meta property="robots" content="noai">', ()),
    ],
)
def test_signals_in_a_page(page: bytes, found: tuple[str, ...]) -> None:
    assert from_html(page, US) == found


def test_meta_tags_that_are_parsed_already() -> None:
    assert from_meta([("robots", "noai,noimageai"), ("tdm-policy", "https://e.org/p")], US) == (
        "meta robots: noai",
        "meta robots: noimageai",
        "meta tdm-policy: https://e.org/p",
    )


RULES = json.dumps(
    [
        {"location": "/", "tdm-reservation": 0},
        {"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://e.org/p.json"},
        {"location": "/news/free/*", "tdm-reservation": "0"},
        {"location": "*.pdf$", "tdm-reservation": 1},
        {"location": "/odd", "tdm-reservation": "maybe"},
    ]
).encode()


@pytest.mark.parametrize(
    ("path", "reserved"),
    [("/", "0"), ("/news/a", "1"), ("/news/free/a", "0"), ("/a.pdf", "1"), ("/a.pdf?x", "0"), ("/odd", None)],
)
def test_what_a_host_reserves_path_by_path(path: str, reserved: str | None) -> None:
    found = from_tdmrep(RULES, path)
    assert (found[0].rpartition(" ")[2] if found else None) == reserved
    assert ("tdmrep.json tdm-policy: https://e.org/p.json" in found) is (path == "/news/a")


@pytest.mark.parametrize("body", [b"", b"<html>soft 404</html>", b"{}", b"[1, null, {}]", b"[" * 100_000, b"\xff"])
def test_a_file_that_is_none_says_nothing(body: bytes) -> None:
    assert from_tdmrep(body, "/a") == ()


@pytest.mark.parametrize(
    ("signals", "why"),
    [
        ((), ""),
        (("x-robots-tag: noai",), "x-robots-tag: noai"),
        (("meta robots: noai",), "meta robots: noai"),
        (("meta robots: noimageai", "x-robots-tag: noimageai"), ""),
        (("tdm-reservation: 1",), "tdm-reservation: 1"),
        (("tdm-reservation: 0",), ""),
        (("tdm-reservation: true",), ""),
        (("tdmrep.json tdm-reservation: 1",), "tdmrep.json tdm-reservation: 1"),
        # the page before its header, the header before the host
        (("tdmrep.json tdm-reservation: 1", "tdm-reservation: 0"), ""),
        (("tdm-reservation: 1", "meta tdm-reservation: 0"), ""),
        (("tdm-reservation: 0", "meta tdm-reservation: 1"), "meta tdm-reservation: 1"),
        (("tdm-policy: https://e.org/noai", "content-usage: train-ai=n", "robots.txt: GPTBot"), ""),
    ],
)
def test_what_is_meant_for_us(signals: tuple[str, ...], why: str) -> None:
    assert opts_out(signals) == why


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_page_and_file_are_read(body: bytes) -> None:
    assert isinstance(opts_out((*from_html(b"<meta " + body, US), *from_tdmrep(body, "/"))), str)


@pytest.mark.parametrize(
    "page", [b"<meta " * 80_000, b"<!--" * 120_000, b"<meta a='" * 50_000, b"<meta " + b"a" * 500_000]
)
def test_no_page_takes_long(page: bytes) -> None:
    started = time.process_time()
    from_html(page, US)
    assert time.process_time() - started < 2
