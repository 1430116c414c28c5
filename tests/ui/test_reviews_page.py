"""The page on which a week's sample is judged."""

from datetime import UTC, datetime

from pipeline.reviews import Precision
from pipeline.stages.reviews import Sampled
from pipeline.ui.reviews import ReviewsPage, reviews_html
from tests.ui.test_pages import Text

EVIL = '<script>alert("x")</script>'


def a_sampled(**seen: object) -> Sampled:
    shown = {
        "holder_name": "Ann Ray",
        "target_name": "Bob & Sons",
        "polarity": -1,
        "text": "Ann Ray scolded Bob & Sons.",
        "start": 100,
        "cue_start": 108,
        "cue_end": 115,
        "url": "https://example.org/a?b=1&c=2",
        "title": "A quarrel",
        "source": "daily",
        "voice": "reported",
    }
    return Sampled(place=1, evidence_id="e1", seen=shown | seen, verdict="wrong", reviewer="eve")


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def page(*sampled: Sampled, week: str = "2026-W47") -> str:
    weeks = [Precision(week="2026-W46", sampled=50, judged=40, right=30, reversed=2)]
    return reviews_html(ReviewsPage(week=week, sampled=sampled, precision=weeks, now=NOW))


def test_the_sentence_stands_with_its_cue_who_and_whom() -> None:
    html = page(a_sampled())
    assert "Ann Ray <mark>scolded</mark> Bob &amp; Sons." in html
    assert '<span class="against">against</span> Bob &amp; Sons' in html
    assert 'data-verdict="wrong" aria-pressed="true"' in html
    assert html.count('aria-pressed="true">') == 1
    told = Text(html)
    assert "1 of 1 judged in the sample of 2026-W47" in told.text
    assert "75%" in told.text
    assert "60% … 86%" in told.text


def test_nothing_from_outside_becomes_markup_or_a_script_link() -> None:
    html = page(
        a_sampled(text=EVIL, holder_name=EVIL, title=EVIL, url="javascript:alert(1)", cue_start=0, cue_end=9**9)
    )
    assert EVIL not in html
    assert Text(html).tags.count("script") == Text(page(a_sampled())).tags.count("script")
    assert "javascript:" not in html


def test_an_empty_week_says_so_and_when_there_will_be_something() -> None:
    told = Text(page()).text
    assert "Nothing was found in what came in in that week." in told
    assert "belongs to 2026-W48: its sample is drawn from Monday, 30 November on." in told


def test_from_week_to_week_but_not_into_the_one_that_runs() -> None:
    last = page()
    assert 'href="review?week=2026-W46"' in last
    assert "week=2026-W48" not in last
    assert "16 November to 22 November 2026" in Text(last).text
    assert 'href="review?week=2026-W47"' in page(week="2026-W46")
    assert 'href="review?week=2026-W01"' in page(week="2025-W52")
