"""Quotation marks of every style, unbalanced and hostile ones included."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tag.marks import marked, nested


def _inner(text: str) -> list[str]:
    return [text[span.start : span.end] for span in marked(text)]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("“One.” Two.", ["One."]),
        ("„Eins“, sagte er.", ["Eins"]),
        ("« Un », dit-il.", ["Un"]),
        ("»Eins«, sagte er.", ["Eins"]),
        ("「一」と言った。", ["一"]),
        ("''One,'' she said.", ["One,"]),
        ('“One," she said. “Two.”', ["One,", "Two."]),  # another mark where one closes
        ("“One.\n“Two.”", ["One.\n“Two."]),  # the mark is repeated with each paragraph
        ("“One, said Benton.\nTwo.", ["One,"]),  # never closed
        ("The farmers' and the miners' unions", []),
        ("It's 5' 10\" here", []),
    ],
)
def test_pairs(text: str, inner: list[str]) -> None:
    assert _inner(text) == inner


def test_marks_of_the_other_kind_inside_are_a_quote_within() -> None:
    text = "“He said, ‘Go home,’ and left.”"
    (outer,) = marked(text)
    assert [text[span.start : span.end] for span in nested(text, outer)] == ["Go home,"]


@given(st.text(alphabet="“”‘’\"'„«»「」 aA.,!\n", max_size=80))
def test_spans_are_in_order_and_hold_something(text: str) -> None:
    end = 0
    for span in marked(text):
        assert end <= span.outer_start <= span.start < span.end <= span.outer_end <= len(text)
        assert text[span.start : span.end].strip()
        end = span.end


@pytest.mark.parametrize("unit", ["'a ", "''", "“ ", '"a', "‘a", "«", "''a "])
def test_endless_marks_take_bounded_time(unit: str) -> None:
    start = time.process_time()
    marked(unit * (30_000 // len(unit)))
    assert time.process_time() - start < 2
