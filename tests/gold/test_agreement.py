"""The measures of agreement, on cases small enough to count by hand; and that both annotations have the same texts."""

import math
from collections import Counter
from typing import Any

import pytest

from tests.gold import agreement
from tests.gold.agreement import Doubly
from tests.gold.test_gold_files import ARTICLES, CONTRAST, VALUES, WHY


def _stance(holder: str, target: str, polarity: int = 1, **fields: Any) -> dict[str, Any]:
    return {"holder": holder, "target": target, "polarity": polarity, "period": "current", "cue": "x", **fields}


def _text(first: list[Any], second: list[Any], names: str = "ABC", **parts: Any) -> Doubly:
    one, two = ({"evidence": rows, "none": [], "quotes": [], "entities": []} for rows in (first, second))
    for part, (of_one, of_two) in parts.items():
        one[part], two[part] = of_one, of_two
    return Doubly("one", "news", frozenset(names), one, two)


# --- measures of counts


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # both from Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A and B
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbcccedDd".replace("D", "d"), 0.692),
        ("aabb", "aabb", 1.0),
        ("ab", "ba", -0.5),
    ],
)
def test_alpha_is_krippendorffs(first: str, second: str, expected: float) -> None:
    counts: agreement.Counts = Counter(zip(first, second, strict=True))
    assert agreement.alpha(counts) == pytest.approx(expected, abs=0.0006)
    turned: agreement.Counts = Counter(zip(second, first, strict=True))
    assert agreement.alpha(turned) == pytest.approx(agreement.alpha(counts))


def test_kappa_is_cohens() -> None:
    counts: agreement.Counts = Counter(
        {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}  # chance 0.5, agreed 0.7
    )
    assert agreement.kappa(counts) == pytest.approx(0.4)


@pytest.mark.parametrize("measure", [agreement.alpha, agreement.kappa])
def test_where_one_value_only_was_given_nothing_can_be_said(measure: Any) -> None:
    assert math.isnan(measure(Counter({("none", "none"): 9})))
    assert math.isnan(measure(Counter()))


def test_f1_takes_neither_for_the_truth() -> None:
    assert agreement.f1(Counter(both=2, first=4, second=2)) == pytest.approx(2 / 3)
    assert agreement.f1(Counter(both=2, first=2, second=4)) == pytest.approx(2 / 3)
    assert math.isnan(agreement.f1(Counter()))


def test_an_interval_holds_the_figure_and_narrows_with_more_texts() -> None:
    texts: list[agreement.Counts] = [Counter(both=i % 3, first=2, second=2) for i in range(12)]
    low, high = agreement.interval(texts, agreement.f1)
    assert low < agreement.f1(agreement.summed(texts)) < high
    assert agreement.interval(texts, agreement.f1) == (low, high)
    narrow_low, narrow_high = agreement.interval(texts * 9, agreement.f1)
    assert narrow_high - narrow_low < (high - low) / 2
    alike: list[agreement.Counts] = [Counter(both=1, first=1, second=1)] * 5
    assert agreement.interval(alike, agreement.f1) == (1.0, 1.0)


# --- pairs and signs


def test_a_pair_has_its_sign_and_both_where_it_has_either() -> None:
    rows = [_stance("A", "B"), _stance("A", "B"), _stance("B", "A", -1), _stance("A", "C"), _stance("A", "C", -1)]
    assert agreement.sign_of(rows) == {("A", "B"): "favor", ("B", "A"): "against", ("A", "C"): "both"}


def test_pairs_are_the_listed_ones_or_all_of_the_names() -> None:
    judged = [{"holder": "C", "target": "A", "why": "routine"}]
    text = _text([_stance("A", "B")], [_stance("outlet", "B", -1)], none=([], judged))
    assert agreement.pairs_of(text, all_names=False) == {("A", "B"), ("outlet", "B"), ("C", "A")}
    assert agreement.pairs_of(text, all_names=True) == {
        ("A", "B"), ("B", "A"), ("A", "C"), ("C", "A"), ("B", "C"), ("C", "B"), ("outlet", "B"),
    }  # fmt: skip
    expected = Counter({("favor", "none"): 1, ("none", "against"): 1, ("none", "none"): 1})
    assert agreement.signs(text) == expected
    assert agreement.signs(text, all_names=True) == expected + Counter({("none", "none"): 4})


def test_a_pair_the_other_way_round_is_a_reversal_and_a_mutual_one_is_not() -> None:
    assert agreement.reversals(_text([_stance("A", "B")], [_stance("B", "A")])) == {("A", "B")}
    both_ways = [_stance("A", "B"), _stance("B", "A")]
    assert agreement.reversals(_text([_stance("A", "B")], both_ways)) == set()
    assert agreement.reversals(_text([_stance("A", "B")], [])) == set()


# --- evidence


def test_evidence_is_found_again_by_holder_target_and_polarity_and_each_piece_once() -> None:
    first = [_stance("A", "B"), _stance("A", "B"), _stance("A", "C", -1)]
    second = [_stance("A", "B"), _stance("B", "A"), _stance("A", "C")]
    assert agreement.evidence_counts(_text(first, second)) == Counter(both=1, first=3, second=3)


def test_of_two_pieces_the_nearer_one_is_matched() -> None:
    lead = _stance("A", "B", text="A praised B on Monday", field="text", voice="reported")
    headline = _stance("A", "B", text="A praises B", field="title", voice="quoted")
    pairs = agreement.matched([lead, headline], [headline, lead])
    assert {(one["field"], two["field"]) for one, two in pairs} == {("text", "text"), ("title", "title")}
    text = _text([lead, headline], [headline])
    same_voice = agreement.evidence_counts(text, lambda one, two: one["voice"] == two["voice"])
    assert same_voice == Counter(both=1, first=2, second=1)


def test_overlap_is_of_words_counted() -> None:
    assert agreement.span_overlap("the dam, the dam", "The dam") == pytest.approx(0.5)
    assert agreement.span_overlap("good neighbour.", "Good neighbour") == 1
    assert agreement.span_overlap("", "") == 0


# --- quotes and entities


def _quote(text: str, speaker: str, kind: str = "direct") -> dict[str, str]:
    return {"text": text, "speaker": speaker, "kind": kind, "cue": "said"}


def test_a_quote_is_found_by_most_of_its_words_then_by_speaker_and_kind() -> None:
    first = [_quote("one two three four five", "A"), _quote("six seven", "B"), _quote("eight nine", "A", "mixed")]
    second = [_quote("one two three four", "A"), _quote("six", "B"), _quote("eight nine", "C")]
    text = _text([], [], quotes=(first, second))
    assert agreement.quote_counts(text, speaker=False) == Counter(both=2, first=3, second=3)
    assert agreement.quote_counts(text, speaker=True) == Counter(both=1, first=3, second=3)
    same = _text([], [], quotes=(first, [_quote("eight nine", "A")]))
    assert agreement.quote_counts(same, speaker=True)["both"] == 1
    assert agreement.quote_counts(same, speaker=True, kind=True)["both"] == 0


def test_a_quote_of_the_headline_is_not_the_one_in_the_text() -> None:
    headline = {**_quote("piracy", "A"), "field": "title"}
    assert (
        agreement.quote_counts(_text([], [], quotes=([headline], [_quote("piracy", "A")])), speaker=False)["both"] == 0
    )


def _entity(name: str, kind: str = "ORG", *also: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "also": list(also)}


def test_entities_are_linked_by_name_then_by_forms_in_common() -> None:
    first = [_entity("Halden Motors", "ORG", "Halden", "the company"), _entity("Halden", "GPE")]
    second = [_entity("Halden", "GPE"), _entity("Halden Motors Ltd", "ORG", "The company"), _entity("Lys", "GPE")]
    assert agreement.linked(first, second) == {"Halden": "Halden", "Halden Motors Ltd": "Halden Motors", "Lys": "Lys"}
    assert agreement.linked([], second[:1]) == {"Halden": "Halden"}


def test_entities_count_with_and_without_type_and_by_their_forms() -> None:
    first = [_entity("Halden Motors", "ORG", "Halden", "the firm"), _entity("Lys", "GPE")]
    second = [_entity("Halden Motors", "FAC", "Halden"), _entity("Dren", "GPE")]
    text = _text([], [], entities=(first, second))
    assert agreement.entity_counts(text, typed=False) == Counter(both=1, first=2, second=2)
    assert agreement.entity_counts(text, typed=True)["both"] == 0
    assert agreement.form_counts(text) == Counter(both=1, first=3, second=1)


def test_names_of_a_sentence_are_linked_by_its_words() -> None:
    first = {"stances": [_stance("Tarsia", "Agnes Rowe")], "as": {"Tarsia": "Tarsians"}}
    second = {"stances": [_stance("Tarsians", "Rowe"), _stance("Lenk", "Rowe")]}
    assert agreement.linked_in_sentence(first, second) == {"Tarsians": "Tarsia", "Rowe": "Agnes Rowe", "Lenk": "Lenk"}


def test_a_name_that_two_share_is_linked_to_neither_unless_one_is_the_same() -> None:
    second = {"stances": [_stance("Rowe", "Lenk")]}
    sisters = {"stances": [_stance("Agnes Rowe", "Clara Rowe")]}
    assert agreement.linked_in_sentence(sisters, second)["Rowe"] == "Rowe"
    one_of_them = {"stances": [_stance("Mrs Rowe", "Clara Rowe")], "as": {"Mrs Rowe": "Rowe"}}
    assert agreement.linked_in_sentence(one_of_them, second)["Rowe"] == "Mrs Rowe"


# --- both annotations


SECOND_ARTICLES = {row["id"]: row for row in agreement._load(agreement.HERE / "second" / "articles.yml")}
TWICE = [name for name, article in ARTICLES.items() if "batch" not in article]
DOUBLY = [row for file in CONTRAST.values() for row in file["sentences"] if "batch" not in row]
SECOND_SENTENCES = {row["id"]: row for row in agreement._load(agreement.HERE / "second" / "contrast.yml")}


def test_both_annotations_cover_the_same_texts() -> None:
    assert list(SECOND_ARTICLES) == sorted(TWICE)
    assert list(SECOND_SENTENCES) == [row["id"] for row in DOUBLY]
    assert {text.id for text in agreement.articles()} == set(TWICE)
    assert len(agreement.sentences()) == len(SECOND_SENTENCES)


@pytest.mark.parametrize("text", agreement.articles(), ids=lambda text: text.id)
def test_names_of_the_second_annotation_are_taken_to_the_firsts(text: Doubly) -> None:
    """Nearly every entity is in both, so a linking that fails would show as disagreement everywhere."""
    counts = agreement.entity_counts(text, typed=False)
    assert counts["both"] >= 0.75 * counts["second"]


@pytest.mark.parametrize("name", TWICE)
def test_the_second_annotation_of_an_article_stands_in_its_text(name: str) -> None:
    text, row = ARTICLES[name], SECOND_ARTICLES[name]
    within = {"title": text["title"], "text": text["text"]}
    names = {entity["name"] for entity in row["entities"]} | {"outlet"}
    for evidence in row["evidence"]:
        assert evidence["text"] in within[evidence["field"]]
        assert evidence["cue"] in evidence["text"]
        assert {evidence["holder"], evidence["target"], *evidence["source_chain"]} <= names
        assert all(evidence[field] in values for field, values in VALUES.items())
    for quote in row.get("quotes", []):
        assert quote["text"] in within[quote.get("field", "text")]
        assert quote["speaker"] in names | {""}
    assert {judged["why"] for judged in row.get("none", [])} <= WHY
    pairs = {(judged["holder"], judged["target"]) for judged in row.get("none", [])}
    assert pairs.isdisjoint((evidence["holder"], evidence["target"]) for evidence in row["evidence"])


def test_the_second_annotation_of_a_sentence_stands_in_it() -> None:
    for sentence in DOUBLY:
        row = SECOND_SENTENCES[sentence["id"]]
        words = row.get("as", {})
        for stance in row["stances"]:
            assert stance["cue"] in sentence["text"], row["id"]
            assert all(stance[field] in values for field, values in VALUES.items() if field in stance)
        for name in agreement._names(row):
            assert words.get(name, name) in sentence["text"], row["id"]


def test_what_the_third_reading_changed_is_kept_as_it_was_and_agreement_is_measured_on_that() -> None:
    """`first/` holds the changed parts alone, each of them other than it is now, and the measure reads them."""
    now = {**ARTICLES, **{row["id"]: row for row in DOUBLY}}
    measured = {text.id: text.first for text in [*agreement.articles(), *agreement.sentences()]}
    for part in ("articles", "contrast"):
        for row in agreement._load(agreement.HERE / "first" / f"{part}.yml"):
            before = {key: value for key, value in row.items() if key != "id"}
            assert before
            assert set(before) <= {"entities", "quotes", "evidence", "stances", "none"}
            assert before != {key: now[row["id"]][key] for key in before}, row["id"]
            assert {key: measured[row["id"]][key] for key in before} == before
