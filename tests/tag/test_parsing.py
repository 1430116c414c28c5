"""The model run by its parts says what it says when spaCy runs it, to the last byte."""

import warnings

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.tag import nlp, parsing
from pipeline.tag.parsing import Parsing

TEXTS = [
    "Laura Benton, the head of Unicef, told the BBC on Friday that Minsk had “condemned” Belarus’s ministers.",
    "They ain't gonna say it, y'all; let's go, c'mon, I gotta leave. 'nuff said, nothin' doin' about 'em.",
    "You and I saw it. She saw you and it there, and they’ll have been seen by us.",
    "  Two  spaces,\ttabs and no end",
    "",
    "x",
    " ",
    "\t\n ",
    "POLAND SUES MICROSOFT",
    "They saw saws, left left leaves and found founded foundations in the foundings of better wells.",
    "??? !!! ... “ ” ’",
]


@pytest.fixture(scope="module")
def bare() -> Language:
    """The model as anyone loads it."""
    return _load()


@pytest.fixture(scope="module")
def ours() -> Parsing:
    return Parsing(_load())


def _load() -> Language:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")  # as pipeline.tag.nlp does
        return spacy.load(nlp.english().path)


def _same(one: list[Doc], other: list[Doc]) -> bool:
    return [doc.to_bytes() for doc in one] == [doc.to_bytes() for doc in other]


def test_the_same_to_the_last_byte_whether_a_word_is_new_or_known(bare: Language, ours: Parsing) -> None:
    expected = list(bare.pipe(TEXTS, batch_size=64))
    assert any(doc.has_annotation("LEMMA") and doc[0].ent_type_ for doc in expected if len(doc))
    assert _same(ours.docs(TEXTS), expected)
    assert _same(ours.docs(TEXTS), expected)


def test_more_texts_than_one_batch(bare: Language, ours: Parsing) -> None:
    many = [f"{text} {number}" for number in range(9) for text in TEXTS]
    assert _same(ours.docs(many), list(bare.pipe(many, batch_size=64)))


def test_no_text_at_all(ours: Parsing) -> None:
    assert ours.docs([]) == []


def test_what_is_kept_is_bounded(bare: Language, ours: Parsing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "_MOST_KEPT", 5)
    for _ in range(2):
        assert _same(ours.docs(TEXTS[:2]), list(bare.pipe(TEXTS[:2], batch_size=64)))
    ours.docs(["Rain."])
    assert len(ours._words._kept) <= 5


@given(st.lists(st.sampled_from(["gon", "na", "Let", "'s", "got", "ta", "you", " ", "I", ".", "said", "ß", "😀"])))
@settings(max_examples=30, deadline=None)
def test_any_words(bare: Language, ours: Parsing, words: list[str]) -> None:
    text = " ".join(words)
    assert _same(ours.docs([text]), list(bare.pipe([text])))


def test_words_that_were_no_neighbours_are_not_read_as_such(bare: Language) -> None:
    texts = ["Let . na 's.", "got you ta"]  # new words, put side by side: "Let 's"
    assert _same(Parsing(_load()).docs(texts), list(bare.pipe(texts)))
