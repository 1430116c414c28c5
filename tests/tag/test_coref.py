"""Descriptions and pronouns: whom "the company", "the minister", "she" mean, and when nobody."""

import pytest

from pipeline.tag import tag


def leads_to(text: str, words: str) -> str | None:
    """The id of the entity that some words of a text are a mention of, where they stand last."""
    at = text.rindex(words)
    found = [e.id for e in tag(text).entities for m in e.mentions if (m.start, m.end) == (at, at + len(words))]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "words", "who"),
    [
        # a body by its kind, though another was named last
        ("The European Commission fined Google on Tuesday. The company said it would appeal.", "The company", "google"),
        (
            "Alexandra Geese praised the European Commission. Google yawned. She then scolded the commission.",
            "the commission",
            "european-commission",
        ),
        # a body by its country
        ("Airbus rejoiced over the fall of Boeing. The U.S. company made no comment.", "The U.S. company", "boeing"),
        # an office by the state that it is of, though two hold one
        (
            "Israel's foreign minister, Gideon Saar, met Emmanuel Macron, the president of France. "
            "Then the French president left, and the guests with him.",
            "the French president",
            "emmanuel-macron",
        ),
        (
            "Mira Dole, the Reform leader, spoke. Ed Fane, the Labour leader, did, too. Later the Labour leader left.",
            "the Labour leader",
            "ed-fane",
        ),
        # an office that nobody has told of, of the one who was named just before
        (
            "Gavin Holt has let the nurses wait. The health minister promised them a hearing in March.",
            "The health minister",
            "gavin-holt",
        ),
        # the gazetteer's office, where the text tells of none
        (
            "Giorgia Meloni was in Turin and met Elly Kovac. Later the prime minister went home.",
            "the prime minister",
            "giorgia-meloni",
        ),
        # not the foreign minister's office
        (
            "Ruth Obando, the finance minister, and Per Lund, the foreign minister, met. The finance minister left.",
            "The finance minister",
            "ruth-obando",
        ),
    ],
)
def test_a_description_leads_to_whom_it_describes(text: str, words: str, who: str) -> None:
    assert leads_to(text, words) == who


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Per Lund met Ruth Obando in the harbour. The minister was late.", "The minister"),  # either
        ("Per Lund has let the nurses wait. The president promised them a hearing.", "The president"),  # anybody
        (
            "Airbus rejoiced over the fall of Boeing. The French-built company made no comment.",
            "The French-built company",
        ),
        (
            "Epic Games sued Apple in Oakland. The iPhone maker was not amused.",
            "The iPhone maker",
        ),  # both are companies
        ("Mira Dole, the Reform leader, spoke. Later the Labour leader left.", "the Labour leader"),
        ("The Liberal Democrats have tabled a motion. It was supported by the Greens.", "It"),  # the motion
    ],
)
def test_where_two_fit_or_none_it_stays_open(text: str, words: str) -> None:
    assert leads_to(text, words) is None


def test_the_paragraphs_own_subject_is_nearer_than_anybody_of_the_one_before() -> None:
    text = (
        "Angela Rayner, his deputy, is said to have opposed it. She denies it, and her aides do, too.\n"
        "Kemi Badenoch, the Conservative leader, seized on the row. She told the house that it was lost."
    )
    assert leads_to(text, "She") == "kemi-badenoch"


def test_a_body_opens_an_office_and_is_still_meant() -> None:
    assert leads_to("Microsoft opened an office in Leeds. It sold its old house.", "It") == "microsoft"


def test_what_the_one_does_to_it_the_other_does_to_the_same() -> None:
    assert leads_to("Denmark praised Microsoft, but Sweden fined it.", "it") == "microsoft"


def test_of_two_men_named_together_he_is_neither() -> None:
    assert leads_to("Peter Lund and David Marek met in Oslo. He won.", "He") is None
