"""Institutions that every state has: whose they are, and that two of one name are two."""

import pytest

from pipeline.tag.tagger import tag


def _bodies(text: str) -> set[str]:
    return {entity.name for entity in tag(text).entities if entity.type == "ORG"}


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        (
            "Russia's Defense Ministry confirmed it. Ukraine's Defense Ministry denied it.",
            {"Russia's Defense Ministry", "Ukraine's Defense Ministry"},
        ),
        ("Poland's Supreme Court is old. The Supreme Court sits in May.", {"Poland's Supreme Court"}),
        ("The Ukrainian Air Force said so. The Air Force gave no number.", {"Ukraine's Air Force"}),
        ("The Foreign Ministry in Paris said that it regretted the vote.", {"France's Foreign Ministry"}),
    ],
)
def test_an_institution_is_its_states(text: str, bodies: set[str]) -> None:
    assert _bodies(text) == bodies


def test_an_institution_of_no_known_state_keeps_its_name() -> None:
    assert _bodies("The Interior Ministry said that nobody was hurt.") == {"Interior Ministry"}


def test_a_name_in_full_is_the_name() -> None:
    assert _bodies("The South African Weather Service warned of storms.") == {"South African Weather Service"}


def test_a_listed_institution_stays_what_it_is() -> None:
    assert "Supreme Court of the United States" in _bodies("The US Supreme Court heard the case on Monday.")


def test_the_ministry_is_the_one_that_was_told_of_last() -> None:
    tags = tag(
        "Ukraine's Defense Ministry said nothing. Russia's Defense Ministry confirmed the strike. "
        "The ministry added that two planes were lost."
    )
    name = {entity.id: entity.name for entity in tags.entities}
    assert name[tags.quotes[-1].speaker] == "Russia's Defense Ministry"
