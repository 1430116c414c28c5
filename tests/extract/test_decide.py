from datetime import UTC, datetime

import msgspec
import pytest

from pipeline.extract.decide import PageFacts, dated, is_consent_text, verdict
from pipeline.records import Article, Page, Reason, WorkItem
from pipeline.settings import Settings

SETTINGS = Settings(min_words=60)
FETCHED = datetime(2026, 10, 20, 8, tzinfo=UTC)
URL = "https://a.example/news/2026/1"


def article(words: int = 300, **fields: object) -> Article:
    base = Article(id="a", url=URL, canonical_url=URL, title="A title", text="word " * words, word_count=words)
    return msgspec.structs.replace(base, **fields)


NEWS = PageFacts(is_article=True, lines=8, depth=3)
PLAIN = PageFacts(lines=8, depth=3)


@pytest.mark.parametrize(
    ("read", "facts", "expected"),
    [
        (article(), NEWS, None),
        (article(), PLAIN, None),
        (article(60), NEWS, None),
        (article(59), NEWS, Reason.TOO_SHORT),
        (article(0), NEWS, Reason.TOO_SHORT),
        # paywalls: the flag alone is no reason
        (article(300, is_free=False), NEWS, None),
        (article(80, is_free=False), NEWS, Reason.PAYWALL),
        (article(30, is_free=False), NEWS, Reason.PAYWALL),
        (article(80), NEWS, None),
        (article(300, is_free=False), PageFacts(is_article=True, depth=3, ends_in_prompt=True), Reason.PAYWALL),
        (article(300), PageFacts(is_article=True, depth=3, ends_in_prompt=True, has_paywall=True), Reason.PAYWALL),
        (article(300), PageFacts(is_article=True, depth=3, ends_in_prompt=True), None),
        (article(80), PageFacts(is_article=True, depth=3, ends_in_prompt=True), Reason.PAYWALL),
        # films
        (article(40), PageFacts(og_type="video.other", depth=3, has_video=True), Reason.NOT_ARTICLE),
        (article(40), PageFacts(types=("VideoObject",), depth=3), Reason.NOT_ARTICLE),
        (article(400), PageFacts(types=("VideoObject",), depth=3), None),
        (article(80), PageFacts(is_article=True, types=("NewsArticle", "VideoObject"), depth=3, has_video=True), None),
        # index pages
        (article(), PageFacts(types=("CollectionPage",), depth=2), Reason.NOT_ARTICLE),
        (article(), PageFacts(depth=0), Reason.NOT_ARTICLE),
        (article(), PageFacts(depth=0, has_query=True), None),
        (article(), PageFacts(depth=2, lines=40, linked_lines=12), Reason.NOT_ARTICLE),
        (article(), PageFacts(depth=2, lines=40, linked_lines=4), None),
        (article(), PageFacts(is_article=True, depth=2, lines=40, linked_lines=12), None),
        (article(title=""), PLAIN, Reason.NOT_ARTICLE),
    ],
)
def test_verdict(read: Article, facts: PageFacts, expected: Reason | None) -> None:
    assert verdict(read, facts, SETTINGS) is expected


WALL = (
    "We and our 318 partners store and access information on your device, such as cookies, to show personalised "
    "advertising. You can accept all or manage your choices in our privacy centre."
)


def test_a_consent_wall_is_no_article() -> None:
    read = article(35, text=WALL)
    assert verdict(read, PLAIN, SETTINGS) is Reason.CONSENT
    german = (
        "Wir und unsere 77 Partner verwenden Cookies. Mit Ihrer Einwilligung speichern wir Informationen auf Ihrem "
        "Gerät. Sie können alle akzeptieren; mehr dazu unter Datenschutz."
    )
    assert is_consent_text(german, 25)


def test_an_article_about_cookies_is_one() -> None:
    text = (
        "The court ruled on Monday that a cookie may only be set with consent. The ministry said its privacy policy "
        "would be rewritten. " + "Lawyers for both sides spoke of a victory for the reader and of a long year. " * 20
    )
    assert not is_consent_text(text, len(text.split()))


def item(**fields: object) -> WorkItem:
    base = WorkItem(work_id=1, entry_id="e", url=URL, canon_url=URL, source_id="s", source_timezone="Europe/Berlin")
    return msgspec.structs.replace(base, **fields)


PAGE = Page(work_id=1, entry_id="e", url=URL, final_url=URL, source_id="s", status=200, fetched_at=FETCHED)
AT = datetime(2026, 10, 6, 7, 30, tzinfo=UTC)


def test_the_pages_date_stands() -> None:
    read = article(published=AT, published_from="jsonld", published_precision="second")
    assert dated(read, item(listed_published_raw="2026-10-06T09:00:00Z"), PAGE) == read


def test_a_listed_time_replaces_the_pages_bare_day_only_of_the_same_day() -> None:
    noon = datetime(2026, 10, 6, 10, tzinfo=UTC)
    read = article(published=noon, published_from="html", published_precision="day")
    same = dated(read, item(listed_published_raw="Tue, 06 Oct 2026 09:30:00 +0200"), PAGE)
    assert (same.published, same.published_from, same.published_precision) == (AT, "listed", "second")
    other = dated(read, item(listed_published_raw="Thu, 08 Oct 2026 09:30:00 +0200"), PAGE)
    assert other.published == noon


def test_the_listed_date_where_the_page_has_none() -> None:
    read = dated(article(), item(listed_published_raw="2026-10-06"), PAGE)
    assert read.published == datetime(2026, 10, 6, 10, tzinfo=UTC)  # noon in Berlin
    assert (read.published_from, read.published_precision) == ("listed", "day")
    parsed = dated(article(), item(listed_published=AT, listed_published_raw="6. Okt 9 Uhr 30"), PAGE)
    assert (parsed.published, parsed.published_raw) == (AT, "6. Okt 9 Uhr 30")


def test_first_seen_where_nobody_says() -> None:
    read = dated(article(), item(), PAGE)
    assert (read.published, read.published_from, read.published_precision) == (FETCHED, "first_seen", "")
    seen = datetime(2026, 10, 18, tzinfo=UTC)
    assert dated(article(first_seen=seen), item(), PAGE).published == seen


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)])
def test_implausible_dates_are_dropped(at: datetime) -> None:
    read = dated(article(published=at, modified=at), item(listed_published=at), PAGE)
    assert (read.published_from, read.modified) == ("first_seen", None)
