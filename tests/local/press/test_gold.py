import shutil
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.identity import canon_v1
from pipeline.local.press.gold import QuoteRow, TagsFile, app, check, check_stories, gold_article, load_gold
from pipeline.local.press.world import HERE, Press, load_press
from pipeline.records import Reason

GOOD = """
entities:
  - {name: Saltby, type: GPE}
  - {name: Colm, type: PERSON, also: [Colm the gull]}
quotes:
  - {text: "We like it here,", kind: direct, speaker: Colm, cue: said}
stances:
  - {holder: Colm, target: Saltby, polarity: 1, voice: quoted, act: attitude, period: current,
     evidence: "We like it here"}
"""
PRESS = """
harbour-gazette:
  listed: 1
  indexed: 1
  left_out: 0
  addresses:
    /news/2026/10/02/gulls-stay: {indexed: 02-gulls-stay}
"""
EMPTY = "".join(
    f"{outlet}: {{listed: 0, indexed: 0, left_out: 0, addresses: {{}}}}\n"
    for outlet in (
        "meridian-post", "northern-ledger", "capital-courier", "kestrel-wire", "eastern-standard", "flussblatt",
    )
)  # fmt: skip
NAME = "harbour-gazette/02-gulls-stay"


@pytest.fixture
def gold(write: Callable[..., Path], tmp_path: Path) -> Callable[..., list[str]]:
    """Writes one story's gold (and press.yml), and returns what the checker says of it."""
    write(NAME)

    def one(tags: str = GOOD, press: str = PRESS) -> list[str]:
        (tmp_path / "gold/harbour-gazette").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"gold/{NAME}.yml").write_text(tags, encoding="utf-8")
        (tmp_path / "gold/press.yml").write_text(press + EMPTY, encoding="utf-8")
        return list(check(tmp_path))

    return one


def test_the_gold_of_the_sample_press_has_no_mistake(press: Press) -> None:
    assert list(check(HERE, press)) == []
    assert list(check_stories(press)) == []


def test_gold_without_mistakes(gold: Callable[..., list[str]]) -> None:
    assert gold() == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("We like it here,", "We love it here,", "quote does not occur: 'We love it here,'"),
        ('"We like it here"', '"We hate it"', "evidence does not occur: 'We hate it'"),
        ("holder: Colm", "holder: Tern", "holder 'Tern' is no entity"),
        ("target: Saltby", "target: Hask", "target 'Hask' is no entity"),
        ("target: Saltby", "target: Colm", "'Colm' is holder and target"),
        ("speaker: Colm", "speaker: Tern", "speaker 'Tern' is no entity"),
        ("cue: said", "cue: cried", "cue 'cried' does not occur"),
        ("type: GPE", "type: CITY", "Invalid enum value 'CITY'"),
        ("name: Saltby", "name: Hask", "neither its name nor a form of it occurs"),
        ("[Colm the gull]", "[Colm the tern]", "form 'Colm the tern' does not occur"),
        ("polarity: 1", "polarity: 0", "polarity"),
        ("quotes:", "qoutes:", "unknown field `qoutes`"),
        ("quotes:", "quotes: [", "parsing"),
    ],
)
def test_mistakes_in_tags_are_named(gold: Callable[..., list[str]], old: str, new: str, told: str) -> None:
    problems = gold(GOOD.replace(old, new, 1))
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith(f"gold/{NAME}.yml") for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("/news/2026/10/02/gulls-stay:", "/news/2026/10/02/gulls-go:", "is not listed"),
        ("{indexed: 02-gulls-stay}", "{left_out: bored}", "Invalid enum value 'bored'"),
        ("{indexed: 02-gulls-stay}", "{}", "must be either indexed or left_out"),
        ("{indexed: 02-gulls-stay}", "{indexed: 03-x}", "cannot be indexed as 03-x"),
        ("{indexed: 02-gulls-stay}", "{left_out: duplicate}", "same_as belongs to duplicates"),
        ("listed: 1", "listed: 2", "counts do not add up"),
        ("harbour-gazette:", "evening-bugle:", "no such outlet"),
    ],
)
def test_mistakes_in_the_outcomes_are_named(gold: Callable[..., list[str]], old: str, new: str, told: str) -> None:
    problems = gold(press=PRESS.replace(old, new, 1))
    assert any(told in problem for problem in problems), problems


def test_missing_and_left_over_gold_is_named(gold: Callable[..., list[str]], tmp_path: Path) -> None:
    gold()
    shutil.move(tmp_path / f"gold/{NAME}.yml", tmp_path / "gold/harbour-gazette/02-gulls-go.yml")
    problems = list(check(tmp_path))
    assert problems == [
        f"gold/{NAME}.yml: is missing",
        "gold/harbour-gazette/02-gulls-go.yml: there is no such story",
    ]


def test_stories_of_a_wrong_length_or_with_a_sentence_of_another_are_named(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write("harbour-gazette/02-one", body="The gulls of Saltby voted to stay.")
    write("harbour-gazette/03-two", body="It rained. The gulls of Saltby voted to stay.")
    problems = list(check_stories(load_press(tmp_path)))
    assert "stories/harbour-gazette/02-one.md: 7 words, should be 150 to 900" in problems
    assert any("shares a sentence with stories/harbour-gazette/02-one.md" in p for p in problems)


def test_offsets_are_computed(gold: Callable[..., list[str]], tmp_path: Path) -> None:
    gold()
    article = load_gold(18930, tmp_path).articles[NAME]
    text = article.text
    (quote,), (stance,) = article.quotes, article.stances
    assert text[quote.span.start : quote.span.end] == quote.span.text == "We like it here,"
    assert text[stance.evidence.start : stance.evidence.end] == "We like it here"
    colm = next(e for e in article.entities if e.name == "Colm")
    assert [m.text for m in colm.mentions] == ["Colm the gull"]  # the longer form, once
    assert article.url == "http://harbour-gazette.localhost:18930/news/2026/10/02/gulls-stay"
    assert article.published.tzinfo is UTC


def test_a_quote_is_the_place_that_has_marks(write: Callable[..., Path], tmp_path: Path) -> None:
    write(NAME, body="Colm said we stay, and we stay it was. “we stay”, he said.")
    story = load_press(tmp_path).revisions(NAME)[0]
    article = gold_article(story, TagsFile(quotes=(QuoteRow(text="we stay", kind="direct"),)), 18930)
    start = article.quotes[0].span.start
    assert article.text[start - 1] == "“"


def test_the_gold_of_the_press_holds_every_listed_address(press: Press) -> None:
    gold = load_gold(18930, press=press)
    listed = sum(counts.listed for counts in gold.counts.values())
    assert len(gold.outcomes) == listed
    assert sum(counts.indexed for counts in gold.counts.values()) == len(gold.articles) >= 120
    reasons = {o.reason for o in gold.outcomes.values()}
    assert reasons >= {
        Reason.NOT_FOUND, Reason.GONE, Reason.RATE_LIMITED, Reason.CONSENT, Reason.PAYWALL, Reason.HANG,
        Reason.TOO_LARGE, Reason.ROBOTS, Reason.NOT_ARTICLE, Reason.DUPLICATE,
    }  # fmt: skip
    tracked = next(o for o in gold.outcomes.values() if "utm_source" in o.url)
    assert canon_v1(tracked.url) == gold.articles[tracked.story].url
    for article in gold.articles.values():
        for span in [q.span for q in article.quotes] + [s.evidence for s in article.stances]:
            field = article.text if span.field == "text" else article.title
            assert field[span.start : span.end] == span.text


def test_the_command_names_mistakes_and_fails(gold: Callable[..., list[str]], tmp_path: Path) -> None:
    gold(GOOD.replace("holder: Colm", "holder: Tern"))
    result = CliRunner().invoke(app, ["check", "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert "holder 'Tern' is no entity" in result.output


def test_the_command_prints_addresses_that_are_missing(gold: Callable[..., list[str]], tmp_path: Path) -> None:
    gold(press=PRESS.replace("    /news/2026/10/02/gulls-stay: {indexed: 02-gulls-stay}\n", "    /x: {indexed: x}\n"))
    result = CliRunner().invoke(app, ["addresses", "--root", str(tmp_path)])
    assert "    /news/2026/10/02/gulls-stay: {indexed: 02-gulls-stay}\n" in result.output
