"""What terms two are on, and who the two are, by the parse alone."""

import pytest

from pipeline.tag import nlp
from pipeline.tag.stance import terms


def _found(text: str) -> terms.Terms | None:
    doc = nlp.read(text, "", parse=True)[0].doc
    return next((found for token in doc if (found := terms.find(token)) is not None), None)


@pytest.mark.parametrize(
    ("text", "sign", "ones", "others"),
    [
        ("Relations between France and Italy have soured.", -1, "France", None),
        ("Relations between France and Italy hit a new low.", -1, "France", None),
        ("Ties between France and Italy have warmed.", 1, "France", None),
        ("France's relationship with Italy is strained.", -1, "France", "Italy"),
        ("Anna enjoys a warm relationship with Paul.", 1, "Anna", "Paul"),
        ("There is bad blood between Anna and Paul.", -1, "Anna", None),
        ("The bank is in Anna's good books.", 1, "Anna", "bank"),
        ("The bank fell out of favour with Anna.", -1, "Anna", "bank"),
    ],
)
def test_who_is_on_which_terms(text: str, sign: int, ones: str, others: str | None) -> None:
    found = _found(text)
    assert found is not None
    assert (found.sign, found.ones.text, found.others.text if found.others is not None else None) == (
        sign,
        ones,
        others,
    )


def test_what_the_owner_of_good_books_thinks_is_not_mutual() -> None:
    found = _found("The bank is in Anna's good books.")
    assert found is not None
    assert not found.mutual


@pytest.mark.parametrize(
    "text",
    [
        "Relations between France and Italy have not changed.",
        "Anna wrote about relations between France and Italy.",
        "The bank is in the book.",
        "France and Italy hold a summit on public relations.",
        "The relationship between price and demand is complex.",
    ],
)
def test_neither_good_nor_bad_is_none(text: str) -> None:
    assert _found(text) is None
