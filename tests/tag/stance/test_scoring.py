from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tag.entities import Named
from pipeline.tag.stance import scoring
from pipeline.tag.stance.clause import Status
from pipeline.tag.stance.grammar import Claim
from pipeline.tag.stance.participants import Participant
from pipeline.tag.stance.scoring import Answer

_P = st.floats(0, 1)


def _who(key: str, field: str = "text") -> Participant:
    return Participant(key, Named(0, 0, 1, field, 0, 1, key, "PERSON"), "name")  # type: ignore[arg-type]


def _claim(rule: str = "verb blast", **more: Any) -> Claim:
    told: dict[str, Any] = {"base": 0.88, "status": Status()} | more
    at: Any = None
    return Claim(_who("a"), _who("b"), -1, "verbal", 0, (1, 2), at, rule, told["base"], told["status"])


def _answer(favor: float = 0.0, against: float = 0.0, back_favor: float = 0.0, back_against: float = 0.0) -> Answer:
    return Answer(favor, against, back_favor, back_against)


def test_without_an_answer_the_grammar_stands_alone() -> None:
    assert scoring.confidence(_claim(), depth=0, crowd=1) == 0.88
    assert scoring.confidence(_claim(), depth=1, crowd=3) == pytest.approx(0.75)


@given(_P, _P)
def test_the_surer_the_network_the_surer_the_claim(p: float, q: float) -> None:
    low, high = sorted((p, q))
    for rule in ("verb blast", "network frame spurn", "network names spurn"):
        less = scoring.confidence(_claim(rule), depth=0, crowd=1, answer=_answer(against=low))
        more = scoring.confidence(_claim(rule), depth=0, crowd=1, answer=_answer(against=high))
        assert 0 <= less <= more <= 1


def test_only_the_claims_own_sign_and_direction_speak_for_it() -> None:
    sure = scoring.confidence(_claim(), depth=0, crowd=1, answer=_answer(against=0.95))
    other_sign = scoring.confidence(_claim(), depth=0, crowd=1, answer=_answer(favor=0.95, against=0.02))
    other_way = scoring.confidence(_claim(), depth=0, crowd=1, answer=_answer(against=0.02, back_against=0.95))
    assert other_sign == other_way < sure


def test_a_doubtful_construction_that_the_network_contradicts_falls_under_the_floor() -> None:
    doubtful = _claim("verb strike", base=0.6)
    assert scoring.confidence(doubtful, depth=0, crowd=1, answer=_answer(against=0.01)) < 0.5
    assert scoring.confidence(doubtful, depth=0, crowd=1, answer=_answer(against=0.97)) > 0.6


def test_the_network_gives_a_candidate_its_sign() -> None:
    candidate = _claim("network frame spurn")
    made = scoring.decided(candidate, _answer(favor=0.8, against=0.1))
    assert made is not None
    assert made.sign == 1
    assert scoring.decided(_claim(), None) is not None


@given(_P, _P, _P, _P)
def test_a_candidate_is_never_made_against_the_networks_direction(f: float, a: float, bf: float, ba: float) -> None:
    made = scoring.decided(_claim("network frame spurn"), Answer(f, a, bf, ba))
    assert (made is not None) == (max(f, a) > max(bf, ba))
    assert scoring.decided(_claim("network frame spurn"), None) is None


def test_what_the_network_alone_says_needs_more_and_most_in_a_crowd() -> None:
    grammar, alone = _claim(), _claim("network names spurn")
    assert scoring.floor(grammar, crowd=4, least=0.5) == 0.5
    assert 0.5 < scoring.floor(alone, crowd=1, least=0.5) < scoring.floor(alone, crowd=3, least=0.5)
    assert scoring.floor(alone, crowd=1, least=0.9) >= 0.9
    assert scoring.floor(alone, crowd=1, least=0.2) < 0.3  # a lower setting reaches what the network says, too


def test_a_candidate_crowds_a_sentence_only_where_the_network_sees_something() -> None:
    assert scoring.counts(_claim(), None)
    assert scoring.counts(_claim("network names spurn"), _answer(favor=0.9))
    assert not scoring.counts(_claim("network names spurn"), _answer(favor=0.6))


def test_a_headline_costs_a_little() -> None:
    claim = _claim()
    above = replace(claim, target=_who("b", "title"))
    assert scoring.confidence(above, depth=0, crowd=1) == pytest.approx(0.84)
