"""Every kind of page that was made to break an extractor: each costs itself only, within its time and memory."""

import json

import pytest

from pipeline.extract.extractor import Extractor
from pipeline.records import Article, LeftOut, Reason
from pipeline.settings import Settings
from tests.extract.pages import TITLE, page
from tests.extract.test_extractor import job

MB = 1024 * 1024
#: CPU seconds that a page may take here.
LIMIT_S = 2.0
GOOD = page().encode()


def body(inside: bytes, head: bytes = b"") -> bytes:
    return b"<html><head>" + head + b"</head><body>" + inside + b"</body></html>"


def filled(unit: bytes, size: int = 4 * MB) -> bytes:
    return body(unit * (size // len(unit) - 20))


def json_ld(text: str) -> bytes:
    return body(b"<p>x</p>", b'<script type="application/ld+json">' + text.encode() + b"</script>")


PAGES: dict[str, bytes] = {
    "200,000 attributes on one tag": body(b"<p " + b" ".join(b'a%d="x"' % n for n in range(200_000)) + b">x</p>"),
    "100,000 dates in paragraphs": filled(b"<p>On 3 October 2026 and on 2026-10-03</p>"),
    "paragraphs up to the limit": filled(b"<p>one two three four five six seven eight</p>"),
    "links up to the limit": filled(b'<a href="/a">b</a>'),
    "tags never closed": filled(b"<b><p>", MB),
    "a flood of entities": filled(b"&amp;&lt;&nbsp;"),
    "a flood of brackets": filled(b"<", 2 * MB),
    "a flood of digits": filled(b"1234567890"),
    "100,000 nested boxes": body(b"<div>" * 100_000 + b"x" + b"</div>" * 100_000),
    "one paragraph up to the limit": body(b"<p>" + b"word " * 800_000 + b"</p>"),
    "a comment never closed": body(b"<p>x</p><!-- " + b"word " * 100_000),
    "20,000 tables": body(b"<table><tr><td>a</td></tr></table>" * 20_000),
    "JSON-LD nested 100,000 times": json_ld('{"@graph":' + "[" * 100_000 + "]" * 100_000 + "}"),
    "JSON-LD with quotes in quotes": json_ld('{"@type": "NewsArticle", "headline": "a "b" c"}'),
    "JSON-LD of 50,000 articles": json_ld(json.dumps([{"@type": "NewsArticle", "headline": "x"}] * 50_000)),
    "NUL bytes": body(b"<p>a\0b\0</p>" * 1000),
    "PDF": b"%PDF-1.7\n" + bytes(range(256)) * 400,
    "bytes of no encoding": body(b"<p>\xff\xfe\xc3 \xe4\xf6 word</p>" * 2000),
    "nothing": b"",
}


@pytest.mark.slow
def test_no_page_costs_more_than_itself() -> None:
    jobs = [job(n, html) for n, html in enumerate(html for one in PAGES.values() for html in (one, GOOD))]
    with Extractor(Settings(extract_timeout_s=LIMIT_S), workers=2) as extractor:
        results = list(extractor.extract_all(jobs))
    assert [result.work_id for result in results] == list(range(len(jobs)))
    assert [one.title if isinstance(one, Article) else one for one in results[1::2]] == [TITLE] * len(PAGES)
    hostile = dict(zip(PAGES, results[::2], strict=True))
    expected = {Reason.TOO_SHORT, Reason.NOT_ARTICLE, Reason.EXTRACT_HANG, Reason.EXTRACT_FAILED}
    reasons = {name: one.reason for name, one in hostile.items() if isinstance(one, LeftOut)}
    assert {name: reason for name, reason in reasons.items() if reason not in expected} == {}
    assert reasons["200,000 attributes on one tag"] is Reason.EXTRACT_HANG
    assert reasons["nothing"] is reasons["PDF"] is Reason.EXTRACT_FAILED
    for name, one in hostile.items():  # what is taken for an article after all is text, not rubbish
        if isinstance(one, Article):
            assert "\0" not in one.text, name
            assert one.word_count > 60, name
