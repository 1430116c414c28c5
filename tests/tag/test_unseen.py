"""Names that the model passed over, and spans of it that are mended."""

import pytest

from pipeline.settings import get_settings
from pipeline.tag import nlp, unseen
from pipeline.tag.tagger import Tagger


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(get_settings())


def _entities(tagger: Tagger, text: str) -> dict[str, str]:
    return {e.name: e.type for e in next(tagger.tag_many([(text, None, "en")])).entities}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The mayor is openly hated by the Civic Accord.", "Civic Accord"),
        ("The Morning Trumpet denounced Belmark in a leading article.", "Morning Trumpet"),
        ("Sund, who wrote the report, said that she distrusts the council.", "Sund"),
        ("Will Tarsia recognise the new government?", "Tarsia"),
        ("Should Castellan Bank ever close, forty ships would lie idle.", "Castellan Bank"),
        ("The journal published a letter by Petra Sund attacking the council.", "Petra Sund"),
        ('"Blame Bluewater Fleet, not the crew," Ewa Lindqvist said.', "Bluewater Fleet"),
        ("At Tolvik the Ninth Army was routed by the rebels.", "Ninth Army"),
    ],
)
def test_who_acts_is_found_with_the_whole_name_and_no_more(tagger: Tagger, text: str, name: str) -> None:
    assert name in _entities(tagger, text)


@pytest.mark.parametrize(
    "text",
    [
        "Critics praised the Clean Rivers Act.",
        "He condemned the Oslo Accord.",
        "They arrived on Monday and attacked on Christmas.",
        "The President blamed Parliament.",
        "Though Congress objected, the Army attacked.",
    ],
)
def test_laws_days_and_common_words_with_a_capital_are_nobody(text: str) -> None:
    # asked of the rule alone: some of these the model itself takes for bodies
    cues = unseen.Cues(frozenset({"praise", "condemn", "attack", "blame"}), frozenset(), frozenset({"object"}))
    assert list(unseen.runs(nlp.read(text, "", parse=True), set(), cues)) == []


@pytest.mark.parametrize("text", ["Will Smith said that he was sorry.", "Mark Twain admired Ulysses Grant."])
def test_a_given_name_that_is_a_word_stays(tagger: Tagger, text: str) -> None:
    assert {"Will Smith", "Mark Twain"} & set(_entities(tagger, text))


def test_a_number_behind_a_person_is_none_of_theirs(tagger: Tagger) -> None:
    assert "Anneke Vos" in _entities(tagger, "The ticket cost the violinist Anneke Vos 340 crowns in May.")


def test_what_speaks_is_no_work(tagger: Tagger) -> None:
    kinds = _entities(tagger, '"I resent the council; they had a choice," Nkechi Obi said.')
    assert kinds.get("Nkechi Obi") == "PERSON"


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("A convoy of the charity MedAid was late.", "MedAid", "ORG"),
        ("Minutes obtained by the campaign group Daylight show little.", "Daylight", "ORG"),
        ("The dockers' union Tally met in the town hall.", "Tally", "ORG"),
        ("A spokesman for the pollster Ember Delta was away.", "Ember Delta", "ORG"),
        ("Soldiers shot at fighters of the Amber Shield near the river.", "Amber Shield", "ORG"),
        ("First on the list of physicists is Thea Brandrup.", "Thea Brandrup", "PERSON"),
        ("Sprinter Ada Moss, 24, trains in the evening.", "Ada Moss", "PERSON"),
    ],
)
def test_the_noun_before_a_name_says_that_it_is_one_and_of_what_type(
    tagger: Tagger, text: str, name: str, kind: str
) -> None:
    assert _entities(tagger, text).get(name) == kind


@pytest.mark.parametrize("text", ["On the board Monday went by.", "The paper March was late.", "A player Yes is odd."])
def test_a_day_behind_a_noun_is_nobody(text: str) -> None:
    assert list(unseen.runs(nlp.read(text, "", parse=True), set(), unseen.Cues())) == []
