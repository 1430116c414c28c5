import json

import pytest
from lxml import etree, html

from pipeline.local.press.pages import HUGE_BYTES, Pages, human_date, picture
from pipeline.local.press.world import DEFAULT_CLOCK, Kind, Press, Story

ROOT = "http://site.localhost:18930"


def stories_of(press: Press, outlet: str) -> list[Story]:
    return [s for s in press.listed(outlet, DEFAULT_CLOCK) if s.front.kind is Kind.STORY]


def json_ld(page: str) -> list[dict[str, object]]:
    return [json.loads(s.text_content()) for s in html.fromstring(page).xpath("//script[@type='application/ld+json']")]


@pytest.mark.parametrize(
    "outlet", ["harbour-gazette", "meridian-post", "northern-ledger", "capital-courier", "flussblatt"]
)
def test_a_page_shows_the_story_whole_and_in_order(press: Press, outlet: str) -> None:
    stories = stories_of(press, outlet)
    for story in stories[:3]:
        page = html.fromstring(Pages(press.outlets[outlet], ROOT).article(story, stories))
        shown = [" ".join(e.text_content().split()) for e in page.xpath("//p | //h2 | //h3")]
        body = [text for _, text in story.blocks]
        assert [line for line in shown if line in set(body)] == body
        assert page.xpath("//h1")[0].text_content() == story.front.title
        assert page.get("lang") == press.outlets[outlet].language


@pytest.mark.parametrize("outlet", ["harbour-gazette", "kestrel-wire", "capital-courier", "eastern-standard"])
def test_plain_and_app_tell_of_the_article_in_json_ld(press: Press, outlet: str) -> None:
    stories = stories_of(press, outlet)
    story = stories[0]
    data = json_ld(Pages(press.outlets[outlet], ROOT).article(story, stories))[-1]
    assert data["headline"] == story.front.title
    assert data["datePublished"] == story.front.published.isoformat()
    assert data["isAccessibleForFree"] is True


@pytest.mark.parametrize("outlet", ["meridian-post", "northern-ledger"])
def test_the_other_layouts_have_no_json_ld_but_dates_in_meta(press: Press, outlet: str) -> None:
    story = stories_of(press, outlet)[0]
    page = Pages(press.outlets[outlet], ROOT).article(story, [])
    assert json_ld(page) == []
    assert html.fromstring(page).xpath(
        "//meta[@property='article:published_time' or @name='DC.date.issued']/@content"
    ) == [story.front.published.isoformat()]


def test_the_furniture_layout_puts_caption_and_credit_first(press: Press) -> None:
    stories = stories_of(press, "meridian-post")
    story = next(s for s in stories if s.front.caption and len(s.blocks) > 6)
    page = Pages(press.outlets["meridian-post"], ROOT).article(story, stories)
    caption, headline = page.index('class="caption-text"'), page.index('class="headline"')
    related, newsletter = page.index('class="related-links"'), page.index('class="newsletter-signup')
    assert caption < headline < related < newsletter < page.index('id="comments"')


def test_a_paywall_teaser_says_that_it_is_not_free(press: Press) -> None:
    (story,) = [s for s in press.listed("eastern-standard", DEFAULT_CLOCK) if s.front.kind is Kind.PAYWALL]
    page = Pages(press.outlets["eastern-standard"], ROOT).article(story, [])
    assert json_ld(page)[-1]["isAccessibleForFree"] is False
    assert html.fromstring(page).xpath("//*[contains(@class, 'paywall')]")
    assert story.words < 60


def test_the_huge_page_is_five_megabytes_of_valid_page(press: Press) -> None:
    (story,) = [s for s in press.listed("eastern-standard", DEFAULT_CLOCK) if s.front.kind is Kind.HUGE]
    page = Pages(press.outlets["eastern-standard"], ROOT).huge(story, [])
    assert HUGE_BYTES <= len(page.encode()) < 1.1 * HUGE_BYTES
    assert page.rstrip().endswith("</html>")


def test_related_links_lead_back_in_time_only(press: Press) -> None:
    stories = stories_of(press, "harbour-gazette")
    middle = stories[len(stories) // 2]
    pages = Pages(press.outlets["harbour-gazette"], ROOT)
    older = [s for s in stories if s.front.published < middle.front.published]
    assert pages.article(middle, stories) == pages.article(middle, older)


def test_pictures_are_well_formed_and_differ() -> None:
    one, other = picture("03-trawler", "#123456"), picture("04-rovers", "#123456")
    assert etree.fromstring(one.encode()).tag.endswith("svg")
    assert one != other
    assert one == picture("03-trawler", "#123456")


def test_dates_are_shown_in_the_readers_language(press: Press) -> None:
    when = stories_of(press, "harbour-gazette")[-1].front.published.replace(month=3, day=7, hour=9, minute=5)
    assert human_date(when, "en") == "7 March 2026, 09:05"
    assert human_date(when, "de") == "7. März 2026, 09.05 Uhr"
