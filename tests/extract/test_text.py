import pytest
from lxml.html import document_fromstring

from pipeline.extract.metadata import Metadata, read_metadata
from pipeline.extract.text import asks_to_subscribe, body_text, drop_furniture
from tests.extract.pages import PARAGRAPHS, TITLE, URL, page, paragraphs

TEXT = "\n".join(PARAGRAPHS)
DEK = "The decision ends a quarrel that has divided the town since spring."


def read(body: str, head: str = "", ld: object = None) -> str:
    tree = document_fromstring(page(body, head=head, ld=ld))  # type: ignore[arg-type]
    return body_text(tree, read_metadata(tree, URL))


def test_paragraphs_are_lines_and_subheads_too() -> None:
    before, after = paragraphs(PARAGRAPHS[:3]), paragraphs(PARAGRAPHS[3:])
    body = f"<article><h1>{TITLE}</h1>{before}<h2>A long history</h2>{after}</article>"
    assert read(body) == "\n".join([*PARAGRAPHS[:3], "A long history", *PARAGRAPHS[3:]])


def test_comments_related_links_and_boxes_are_left_out() -> None:
    body = (
        f"<article><h1>{TITLE}</h1>{paragraphs()}</article>"
        '<aside class="related"><h3>Related</h3><ul><li><a href="/x">Brewery asks for plans</a></li></ul></aside>'
        '<div class="newsletter"><p>Get our morning letter in your inbox.</p></div>'
        '<section id="comments"><h3>Comments</h3><div class="comment"><p>What a shame this is.</p></div></section>'
    )
    assert read(body) == TEXT


def test_captions_are_no_text_but_a_paragraph_that_one_repeats_is() -> None:
    body = (
        f'<article><h1>{TITLE}</h1><div class="image-caption">{PARAGRAPHS[3]}</div>'
        f'<p class="photo-credit">Mia Roth / Weiler Bote</p>{paragraphs()}</article>'
    )
    assert read(body) == TEXT


def test_a_standfirst_is_dropped_and_a_first_paragraph_that_serves_as_summary_is_kept() -> None:
    body = f'<article><h1>{TITLE}</h1><p class="standfirst">{DEK}</p>{paragraphs()}</article>'
    assert read(body, f'<meta name="description" content="{DEK}">') == TEXT
    own = f"<article><h1>{TITLE}</h1>{paragraphs()}</article>"
    assert read(own, f'<meta name="description" content="{PARAGRAPHS[0]}">') == TEXT


def test_a_page_that_is_built_in_the_browser_gives_its_json_ld_body() -> None:
    ld = {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n\n".join(PARAGRAPHS)}
    assert read('<div id="root"></div>', ld=ld) == TEXT


META = Metadata(title=TITLE, description=DEK, authors=("Edda Brandt",))


@pytest.mark.parametrize(
    "line",
    [
        TITLE,
        TITLE.upper(),
        "By Edda Brandt, local reporter",
        "Edda Brandt",
        "Published 6 October 2026, 9:30",
        "Sign up for our morning newsletter",
        "READ MORE: Brewery asks to see the plans",
        "Read more on slaughterhouses",
        "Related articles",
        "Lesen Sie auch: Brauerei will die Pläne sehen",
        "Advertisement",
        "- Advertisement",
        "Story continues below advertisement",
        "Photo: Mia Roth / Weiler Bote",
        "Image by Mia Roth",
        "Follow us on Telegram",
        "© 2026 Weiler Bote. All rights reserved.",
        "* * *",
    ],
)
def test_furniture_is_dropped(line: str) -> None:
    assert drop_furniture([line, *PARAGRAPHS], META) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "line",
    [
        "By Edda Brandt's own account, the hall had been empty for years before the council ever spoke of it.",
        "Read the statement aloud, she told the clerk, and he did.",
        "Related charges against two butchers were dropped in May.",
        "Follow the money, the mayor's opponents said on Monday.",
        "Photographs of the hall were shown to the court.",
        "Share prices of both breweries fell.",
        "Subscribers to the theatre wrote in protest.",
        "Videos of the meeting spread quickly.",
        "More from the sale would go to the school, Brandt promised.",
        "Watch groups had warned of this for years.",
        "“Comments?” she asked, and nobody spoke.",
        "Image is everything in local politics.",
        "See also what the auditors wrote in 2019, she said.",
        "Print workers joined the strike.",
    ],
)
def test_sentences_that_begin_like_furniture_are_kept(line: str) -> None:
    lines = [PARAGRAPHS[0], line, *PARAGRAPHS[1:]]
    assert drop_furniture(lines, META) == lines


def test_a_title_that_comes_back_in_the_text_is_kept() -> None:
    lines = [PARAGRAPHS[0], TITLE, PARAGRAPHS[1]]
    assert drop_furniture(lines, META) == lines


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe now to continue reading.",
        "Log in or register to read the full story",
        "This article is only available to subscribers",
        "To read the rest of this story, become a member",
        "Dieser Artikel ist nur für Abonnenten lesbar",
        "Already a subscriber? Log in",
    ],
)
def test_asks_to_subscribe(line: str) -> None:
    assert asks_to_subscribe(f"{PARAGRAPHS[0]}\n{line}")
    assert not asks_to_subscribe("\n".join([line, *PARAGRAPHS]))
