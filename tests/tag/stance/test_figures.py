"""Figures of speech are found as a whole, and only so."""

import pytest
from spacy.tokens import Doc

from pipeline.tag import nlp
from pipeline.tag.stance import figures


def _doc(text: str) -> Doc:
    return nlp.read(text, "", parse=True)[0].doc


def _at(text: str, word: str) -> tuple[Doc, int]:
    doc = _doc(text)
    return doc, next(token.i for token in doc if token.text == word)


@pytest.mark.parametrize(
    ("text", "word", "sign"),
    [
        ("Helen Marsh has moved the goalposts.", "moved", -1),
        ("Helen Marsh has once again moved the goalposts.", "moved", -1),
        ("Helen Marsh has sold us down the river.", "sold", -1),
    ],
)
def test_a_figure_is_found_with_small_words_between(text: str, word: str, sign: int) -> None:
    doc, at = _at(text, word)
    found = figures.find(doc[at], "doing")
    assert found is not None
    assert found.sign == sign
    assert doc[found.end - 1].text in {"goalposts", "river"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The groundsmen moved the benches.", "moved"),
        ("Helen Marsh moved, then painted the goalposts.", "moved"),
        ("Helen Marsh sold us a boat down by the old river bank.", "sold"),
    ],
)
def test_its_words_apart_are_none(text: str, word: str) -> None:
    doc, at = _at(text, word)
    assert figures.find(doc[at], "doing") is None


def test_what_is_only_said_with_not_needs_it() -> None:
    doc, at = _at("Helen Marsh has moved the goalposts.", "moved")
    assert figures.find(doc[at], "doing", negated=True) is None
