from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.changes import MOST_SENTENCES, changes
from pipeline.records import Article, Change
from tests.growth import of_the_square

AT = datetime(2026, 10, 6, 7, 30, tzinfo=UTC)
FERRY = "The council kept the ferry on Tuesday. The mayor said that it would run until the spring."
COST = "It costs two million crowns a year. Nobody asked the fishermen."
TIDE = "High water was at nine."


def article(*paragraphs: str, title: str = "Ferry to stay") -> Article:
    return Article(id="a", url="u", canonical_url="u", title=title, text="\n".join(paragraphs))


def told(before: Article, after: Article) -> Change:
    return changes(before, after, revision=2, at=AT)


def test_nothing() -> None:
    assert told(article(FERRY, COST), article(FERRY, COST)) == Change(revision=2, at=AT)


def test_a_sentence_reworded_added_and_taken_out() -> None:
    before = article(FERRY, COST)
    after = article(
        FERRY.replace("until the spring", "until the summer"), COST.replace(" Nobody asked the fishermen.", ""), TIDE
    )
    assert told(before, after) == Change(
        revision=2,
        at=AT,
        added=("The mayor said that it would run until the summer.", "High water was at nine."),
        removed=("The mayor said that it would run until the spring.", "Nobody asked the fishermen."),
        paragraphs_added=1,
        paragraphs_changed=2,
        words_added=15,
        words_removed=14,
    )


def test_another_headline_alone() -> None:
    made = told(article(FERRY, title="Ferry may go"), article(FERRY))
    assert made == Change(revision=2, at=AT, title_before="Ferry may go")


def test_what_was_moved_or_cut_in_two_is_no_other_wording() -> None:
    first, second = FERRY.split(". ")
    made = told(article(FERRY, COST, TIDE), article(TIDE, COST, first + ".", second))
    assert (made.added, made.removed, made.words_added, made.words_removed) == ((), (), 0, 0)


def test_other_languages() -> None:
    made = told(
        article("Der Rat tagt. „Wir bleiben.“ Das sagte er.", "議会は決めた。船は残る。"),
        article("Der Rat tagt. „Wir gehen.“ Das sagte er.", "議会は決めた。船は去る。"),
    )
    assert (made.added, made.removed) == (("„Wir gehen.“", "船は去る。"), ("„Wir bleiben.“", "船は残る。"))


def test_a_rewritten_text_is_told_in_part_and_counted_whole() -> None:
    made = told(article(*(f"Old {n}." for n in range(900))), article(*(f"New {n}." for n in range(800))))
    assert (len(made.added), len(made.removed)) == (MOST_SENTENCES, MOST_SENTENCES)
    assert (made.words_added, made.words_removed) == (1600, 1800)
    assert made.paragraphs_added + made.paragraphs_changed == 800


@pytest.mark.parametrize("piece", ["a. ", "a\n", ". \n", "。", "… “"])
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    assert not of_the_square(lambda size: told(article(piece * size), article((piece + "b") * size)), 6_000)


LINES = st.lists(st.sampled_from([*FERRY.split(". "), COST, TIDE, "", "a.", "a. b."]), max_size=12)


@given(LINES, LINES)
def test_what_was_added_the_one_way_is_removed_the_other(one: list[str], other: list[str]) -> None:
    there, back = told(article(*one), article(*other)), told(article(*other), article(*one))
    assert (there.added, there.words_added) == (back.removed, back.words_removed)
    assert there.paragraphs_added + there.paragraphs_changed == back.paragraphs_removed + back.paragraphs_changed
    assert there.added == tuple(s for s in there.added if s in " ".join(other))
