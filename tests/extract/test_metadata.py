from datetime import UTC, datetime
from typing import Any

import pytest
from lxml.html import document_fromstring

from pipeline.extract.metadata import Metadata, read_metadata, strip_site
from tests.extract.pages import PARAGRAPHS, TITLE, URL, page, paragraphs

NOW = datetime(2026, 10, 20, tzinfo=UTC)


def read(html: str, url: str = URL, timezone: str = "UTC") -> Metadata:
    return read_metadata(document_fromstring(html), url, timezone=timezone, latest=NOW)


def article(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE} | fields


def test_json_ld_is_believed_first() -> None:
    meta = read(
        page(
            ld=article(
                author=[{"@type": "Person", "name": "Edda Brandt"}, {"@type": "Organization", "name": "Reuters"}],
                datePublished="2026-10-06T09:30:00+02:00",
                dateModified="2026-10-06T12:00:00+02:00",
                articleSection="Local",
                keywords="slaughterhouse, council",
                isAccessibleForFree="False",
                inLanguage="en-GB",
                image=[{"@type": "ImageObject", "url": "/img/1.jpg"}],
                publisher={"@type": "Organization", "name": "Weiler Bote"},
            ),
            head='<meta name="author" content="Somebody Else"><meta property="og:title" content="Another title">'
            '<meta property="article:published_time" content="2026-10-01T00:00:00Z">',
        )
    )
    assert (meta.title, meta.authors, meta.agency) == (TITLE, ("Edda Brandt",), "Reuters")
    assert meta.published is not None
    assert meta.modified is not None
    assert (meta.published.at, meta.published_from) == (datetime(2026, 10, 6, 7, 30, tzinfo=UTC), "jsonld")
    assert meta.modified.at == datetime(2026, 10, 6, 10, tzinfo=UTC)
    assert (meta.section, meta.keywords, meta.is_free) == ("Local", ("slaughterhouse", "council"), False)
    assert (meta.language, meta.genre, meta.is_article) == ("en-GB", "news", True)
    assert meta.image == "https://www.weiler-bote.example/img/1.jpg"
    assert meta.site_name == "Weiler Bote"


def test_meta_tags_where_there_is_no_json_ld() -> None:
    meta = read(
        page(
            head='<meta name="author" content="By Edda Brandt"><meta property="og:type" content="article">'
            '<meta property="og:site_name" content="Weiler Bote"><meta name="news_keywords" content="a; b">'
            '<meta property="article:published_time" content="2026-10-06T07:30:00Z">'
            '<meta property="article:section" content="Opinion"><link rel="canonical" href="/c">'
        )
    )
    assert (meta.authors, meta.published_from, meta.is_article) == (("Edda Brandt",), "meta", True)
    assert (meta.section, meta.genre, meta.keywords) == ("Opinion", "opinion", ("a", "b"))
    assert (meta.language, meta.rel_canonical) == ("en", "https://www.weiler-bote.example/c")


def test_markup_where_there_is_nothing_else() -> None:
    meta = read(
        page(
            f'<h1>{TITLE}</h1><p class="byline">By Edda Brandt</p>'
            f'<time datetime="2026-10-06T07:30:00Z">6 Oct</time>{paragraphs()}'
        )
    )
    assert (meta.title, meta.authors, meta.published_from) == (TITLE, ("Edda Brandt",), "html")


def test_a_date_in_running_text_is_found_last() -> None:
    meta = read(page(f"<h1>{TITLE}</h1><p>Published 6 October 2026</p>{paragraphs()}"), timezone="Europe/Berlin")
    assert meta.published is not None
    assert (meta.published.at, meta.published.precision) == (datetime(2026, 10, 6, 10, tzinfo=UTC), "day")
    assert meta.published_from == "html"


def test_a_time_of_the_same_day_replaces_a_bare_date() -> None:
    head = '<meta property="article:published_time" content="2026-10-06T07:30:00Z">'
    meta = read(page(ld=article(datePublished="2026-10-06"), head=head))
    assert meta.published is not None
    assert (meta.published.at.hour, meta.published_from) == (7, "meta")


@pytest.mark.parametrize("raw", ["1970-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "soon", ""])
def test_unbelievable_dates_are_passed_over(raw: str) -> None:
    head = '<meta property="article:published_time" content="2026-10-06T07:30:00Z">'
    meta = read(page(ld=article(datePublished=raw), head=head))
    assert meta.published_from == "meta"


def test_modified_before_published_is_dropped() -> None:
    meta = read(page(ld=article(datePublished="2026-10-06T07:30:00Z", dateModified="2026-10-01T07:30:00Z")))
    assert meta.modified is None


def test_a_stated_agency_is_not_replaced_by_a_name_in_a_link() -> None:
    body = f'<h1>{TITLE}</h1>{paragraphs()}<a href="/author/x">Mia Roth</a>'
    assert read(page(body, ld=article(author={"name": "dpa"}))).authors == ()
    assert read(page(body, ld=article())).authors == ("Mia Roth",)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Town closes slaughterhouse - Weiler Bote", "Town closes slaughterhouse"),
        ("Town closes slaughterhouse | Local | Weiler Bote", "Town closes slaughterhouse | Local"),
        ("Weiler Bote: Town closes", "Weiler Bote: Town closes"),
        ("WEILER BOTE | Town closes", "Town closes"),
        ("Peace - at what price?", "Peace - at what price?"),
        ("Town closes – weiler-bote.example", "Town closes"),
        ("Weiler Bote", "Weiler Bote"),
    ],
)
def test_strip_site(title: str, expected: str) -> None:
    assert strip_site(title, ["Weiler Bote", "weiler-bote.example"]) == expected


def test_a_cut_headline_is_completed_from_the_heading() -> None:
    meta = read(page(ld=article(headline=TITLE[:20] + "…")))
    assert meta.title == TITLE


def test_captions() -> None:
    body = (
        "<figure><img><figcaption>The old hall. <span class='credit'>Mia Roth</span></figcaption></figure>"
        f"{paragraphs()}"
        f'<div class="photo-caption">{" ".join(PARAGRAPHS) * 3}</div>'
    )
    assert read(page(body)).captions == ("The old hall. Mia Roth",)


@pytest.mark.parametrize(
    ("ld", "url", "expected"),
    [
        ({"@type": "OpinionNewsArticle"}, URL, "opinion"),
        ({"@type": ["NewsArticle", "AnalysisNewsArticle"]}, URL, "analysis"),
        ({"genre": "Editorial"}, URL, "editorial"),
        ({}, "https://www.weiler-bote.example/opinion/slaughterhouse", "opinion"),
        ({"@type": "LiveBlogPosting"}, URL, "live"),
        ({}, URL, "news"),
    ],
)
def test_genre(ld: dict[str, Any], url: str, expected: str) -> None:
    assert read(page(ld=article(**ld)), url).genre == expected
