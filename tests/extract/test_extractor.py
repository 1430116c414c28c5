from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest

from pipeline.extract.extractor import ExtractJob, Extractor, charset_of, extract_page
from pipeline.records import Article, LeftOut, Page, Reason, WarcPointer, WorkItem
from pipeline.settings import Settings
from tests.extract.pages import PARAGRAPHS, TITLE, page

FETCHED = datetime(2026, 10, 20, 8, tzinfo=UTC)
SETTINGS = Settings(extract_timeout_s=4, min_words=40)
POINTER = WarcPointer(file="a.warc.gz", offset=10, length=20)

MANY_ATTRIBUTES = b"<html><body><p " + b" ".join(b'a%d="x"' % n for n in range(200_000)) + b">Text.</p></body></html>"
MANY_PARAGRAPHS = b"<html><body>" + b"<p>one two three four five six seven eight</p>" * 300_000 + b"</body></html>"


def job(number: int, html: bytes, **fields: str) -> ExtractJob:
    listed = f"https://list.example/{number}"
    final = f"https://a.example/news/2026/{number}"
    return ExtractJob(
        item=WorkItem(
            work_id=number, entry_id=f"e{number}", url=listed, canon_url=listed, source_id="feed", revision=3, **fields
        ),
        page=Page(
            work_id=number,
            entry_id=f"e{number}",
            url=listed,
            final_url=final,
            source_id="s",
            status=200,
            fetched_at=FETCHED,
            warc=POINTER,
            content_type="text/html; charset=utf-8",
            robots_tags=("tdm-reservation: 0",),
        ),
        html=html,
    )


GOOD = page().encode()


def test_an_article_carries_what_the_work_item_and_the_page_know() -> None:
    article = extract_page(job(7, GOOD, listed_published_raw="2026-10-06T09:30:00Z"), SETTINGS)
    assert isinstance(article, Article)
    assert (article.work_id, article.entry_id, article.source_id, article.revision) == (7, "e7", "s", 3)
    assert (article.url, article.fetched_at, article.warc) == ("https://a.example/news/2026/7", FETCHED, POINTER)
    assert article.opt_out == ("tdm-reservation: 0",)
    assert (article.published, article.published_from) == (datetime(2026, 10, 6, 9, 30, tzinfo=UTC), "listed")


def test_what_is_left_out_keeps_its_pointer() -> None:
    result = extract_page(job(7, page("<p>Nothing here.</p>").encode()), SETTINGS)
    assert isinstance(result, LeftOut)
    assert (result.reason, result.stage, result.url) == (Reason.TOO_SHORT, "extract", "https://list.example/7")
    assert (result.warc, result.status, result.work_id) == (POINTER, 200, 7)


def test_a_header_charset_is_used() -> None:
    html = page(title="Größe").replace('<meta charset="utf-8">', "").encode("iso-8859-2")
    article = extract_page(msgspec.structs.replace(job(1, html), charset="ISO-8859-2"), SETTINGS)
    assert isinstance(article, Article)
    assert article.title == "Größe"


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/html; charset=UTF-8", "UTF-8"),
        ('text/html;x=1; Charset="iso-8859-1"', "iso-8859-1"),
        ("text/html", ""),
        ("", ""),
    ],
)
def test_charset_of(header: str, charset: str) -> None:
    assert charset_of(header) == charset


def test_a_hang_and_a_memory_death_cost_only_their_pages() -> None:
    pages = [GOOD, MANY_ATTRIBUTES, GOOD, MANY_PARAGRAPHS, b"", GOOD]
    with Extractor(SETTINGS, workers=2) as extractor:
        results = list(extractor.extract_all(job(number, html) for number, html in enumerate(pages)))
    assert [result.work_id for result in results] == list(range(6))
    reasons = [result.reason if isinstance(result, LeftOut) else None for result in results]
    assert reasons == [None, Reason.EXTRACT_HANG, None, Reason.EXTRACT_HANG, Reason.EXTRACT_FAILED, None]
    assert isinstance(results[5], Article)
    assert (results[5].title, results[5].text) == (TITLE, "\n".join(PARAGRAPHS))


def test_pages_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def jobs() -> Iterator[ExtractJob]:
        nonlocal drawn
        for number in range(50):
            drawn += 1
            yield job(number, GOOD)

    with Extractor(SETTINGS, workers=1) as extractor:
        results = extractor.extract_all(jobs())
        next(results)
        assert drawn < 10
        results.close()  # type: ignore[attr-defined]


def test_is_a_context_manager() -> None:
    with pytest.raises(RuntimeError):
        next(Extractor(SETTINGS).extract_all([job(1, GOOD)]))
