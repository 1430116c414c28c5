"""The networks at run time: what they are asked, and that an answer depends on nothing but the sentence."""

import hashlib
import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import TagError
from pipeline.tag.encoding import ENTITY, MOST, encode, tokenizer
from pipeline.tag.stance import models
from pipeline.tag.stance.models import authorial, both_ways, directed

TEXT = "Norvania condemned Carantia and thanked the union."
A, B = (0, 8), (19, 27)
ASKED = [
    (TEXT, A, B),
    ("The minister praised Quist for her work.", (0, 12), (21, 26)),
    ("Ruth met Ann in Hask.", (0, 4), (9, 12)),
    ("Lenk was attacked by Dorn, who called him a thief.", (0, 4), (21, 25)),
]


def test_nothing_asked_nothing_answered() -> None:
    assert directed([]).shape == (0, 5)
    assert both_ways([]).shape == (0, 2, 3)
    assert authorial([]).shape == (0, 3)


def test_answers_are_probabilities_in_the_order_asked() -> None:
    told = directed(ASKED)
    assert told.shape == (4, 5)
    assert told.dtype == np.float32
    assert told.sum(1) == pytest.approx(1, abs=1e-5)
    assert authorial([(text, a) for text, a, _ in ASKED]).sum(1) == pytest.approx(1, abs=1e-5)


def test_plain_sentences_are_understood() -> None:
    best = directed(ASKED).argmax(1).tolist()
    assert best == [models.A_AGAINST_B, models.A_FAVORS_B, models.NONE, models.B_AGAINST_A]


def test_a_and_b_exchanged_exchange_the_columns() -> None:
    there = directed(ASKED)
    back = directed([(text, b, a) for text, a, b in ASKED])
    assert np.array_equal(back, there[:, [0, 2, 1, 4, 3]])


def test_an_answer_does_not_depend_on_its_company() -> None:
    alone = np.concatenate([directed([one]) for one in ASKED])
    many = ASKED * 3
    random.Random(3).shuffle(many)
    together = directed(many)
    for row, one in zip(together, many, strict=True):
        assert np.array_equal(row, alone[ASKED.index(one)])


def test_names_are_not_seen() -> None:
    other = TEXT.replace("Norvania", "Freedonia").replace("Carantia", "Erewhon")
    assert np.array_equal(directed([(TEXT, A, B)]), directed([(other, (0, 9), (20, 27))]))


@pytest.mark.parametrize("spans", [((0, 9), (19, 900)), ((-1, 3), B), (A, (9, 8))])
def test_spans_outside_of_the_text_are_refused(spans: tuple[tuple[int, int], tuple[int, int]]) -> None:
    with pytest.raises(TagError, match="outside of the text"):
        directed([(TEXT, *spans)])


@pytest.mark.parametrize(
    "spans", [((0, 8), (4, 12)), ((0, 8), (0, 8)), ((0, 8), (3, 5)), ((0, 0), (3, 5)), ((8, 8), (0, 8))]
)
def test_spans_that_overlap_or_are_empty_get_an_answer(spans: tuple[tuple[int, int], tuple[int, int]]) -> None:
    there, back = directed([(TEXT, *spans)]), directed([(TEXT, spans[1], spans[0])])
    assert there.sum() == pytest.approx(1, abs=1e-5)
    assert np.array_equal(back, there[:, [0, 2, 1, 4, 3]])


def test_a_sentence_of_five_megabytes_is_cut_around_its_entities() -> None:
    filler = "so it went on and on, " * 230_000
    tokens = tokenizer(models.FOLDER)
    for text, a, b in (
        (f"Ann {filler} Bob", (0, 3), (5 + len(filler), 8 + len(filler))),
        (f"{filler} Ann hates Bob {filler}", (len(filler) + 1, len(filler) + 4), (len(filler) + 11, len(filler) + 14)),
    ):
        ids, places = encode(tokens, text, [a, b])
        assert len(ids) <= MOST
        assert [ids[place] for place in places] == [ENTITY, ENTITY]
        assert directed([(text, a, b)]).shape == (1, 5)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.text(min_size=1, max_size=20), st.text(max_size=40), st.text(min_size=1, max_size=20))
def test_any_text_gets_an_answer(before: str, a: str, between: str, b: str) -> None:
    text = before + a + between + b
    first, second = len(before), len(before + a + between)
    told = directed([(text, (first, first + len(a)), (second, second + len(b)))])
    assert np.isfinite(told).all()
    assert told.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["directed", "authorial"])
def test_the_network_is_the_one_that_its_card_describes(name: str) -> None:
    content = (models.FOLDER / f"{name}.onnx").read_bytes()
    card = json.loads((models.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert hashlib.sha256(content).hexdigest() == card["sha256"]
    assert len(content) == card["bytes"] <= 25_000_000
    assert card["macro_f1"] >= card["macro_f1_fp32"] - 0.01, "int8 costs more than a hundredth"


def test_a_damaged_network_says_so(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in models.FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[: 1000 if file.suffix == ".onnx" else None])
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    models._session.cache_clear()
    try:
        with pytest.raises(TagError, match="not the one that its card describes"):
            directed(ASKED)
    finally:
        models._session.cache_clear()
