from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.local.press.gold import GoldArticle, GoldEntity, GoldQuote, GoldStance, Span
from pipeline.local.press.score import (
    F1,
    NONE,
    Measure,
    Names,
    Verdict,
    article_differences,
    reasons_differ,
    score_quotes,
    score_stances,
)
from pipeline.records import Reason

TEXT = "Ada Holt thanked the Reed Union.\n“We will not bow to Brookland,” she said."
PUBLISHED = datetime(2026, 10, 3, 12, tzinfo=UTC)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(field="text", start=start, end=start + len(words), text=words)


def entity(name: str, *also: str) -> GoldEntity:
    return GoldEntity(name=name, type="PERSON", also=also, mentions=())


def opinion(holder: str, target: str, polarity: int) -> GoldStance:
    return GoldStance(
        holder=holder,
        target=target,
        polarity=polarity,
        voice="reported",
        act="verbal",
        period="current",
        evidence=span("thanked"),
    )


def gold(**changes: Any) -> GoldArticle:
    given: dict[str, Any] = {
        "story": "reed-post/one",
        "outlet": "reed-post",
        "revision": 1,
        "url": "http://reed-post.localhost:1/one",
        "title": "Thanks",
        "text": TEXT,
        "authors": ("Ivo Pell",),
        "published": PUBLISHED,
        "modified": PUBLISHED,
        "language": "en",
        "section": "",
        "genre": "",
        "dek": "",
        "caption": "",
        "wire": "",
        "entities": (entity("Ada Holt", "Holt"), entity("Reed Union"), entity("Brookland")),
        "quotes": (
            GoldQuote(span=span("We will not bow to Brookland,"), kind="direct", speaker="Ada Holt", cue="said"),
        ),
        "stances": (opinion("Ada Holt", "Reed Union", 1), opinion("Ada Holt", "Brookland", -1)),
        "none": (),
    }
    return GoldArticle(**(given | changes))


def document(**changes: Any) -> dict[str, Any]:
    return {
        "url": "http://reed-post.localhost:1/one",
        "title": "Thanks",
        "author": ["Ivo Pell"],
        "language": "en",
        "published": "2026-10-03T12:00:00Z",
        "text": TEXT,
    } | changes


def found(id_: str, name: str, *mentions: str, kind: str = "alias", salience: float = 0.5) -> dict[str, Any]:
    return {
        "id": id_,
        "name": name,
        "salience": salience,
        "mentions": [{"text": text, "kind": kind} for text in mentions],
    }


NAMES = Names(gold(), [found("holt", "Ada Holt"), found("ru", "Reed Union"), found("bl", "Brookland")])


# ------------------------------------------------------------------------------------------ articles and Reasons


def test_an_article_as_it_should_be_has_no_difference() -> None:
    assert list(article_differences({"a": document()}, {"a": gold()})) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": "Other"}, "reed-post/one: title: 'Other', should be 'Thanks'"),
        ({"author": []}, "reed-post/one: authors: (), should be ('Ivo Pell',)"),
        ({"language": "de"}, "reed-post/one: language: 'de', should be 'en'"),
        ({"published": "2026-10-03T12:00:01Z"}, "published"),
        ({"text": TEXT.replace("bow", "kneel")}, "text: paragraph 2 is '“We will not kneel"),
        ({"text": TEXT + "\nRelated"}, "text: 3 paragraphs, should be 2"),
        ({"text": TEXT.partition("\n")[0]}, "text: 1 paragraphs, should be 2"),
    ],
)
def test_each_field_must_be_exact(changes: dict[str, Any], told: str) -> None:
    [difference] = article_differences({"a": document(**changes)}, {"a": gold()})
    assert told in difference


def test_what_is_missing_and_what_is_too_many_are_named() -> None:
    differences = list(article_differences({"b": document(url="http://x/")}, {"a": gold()}))
    assert differences == ["http://x/: indexed, but no article of the press", "reed-post/one: not indexed"]


def test_reasons_are_compared_both_ways() -> None:
    told = list(
        reasons_differ(
            {"same": Reason.GONE, "other": Reason.GONE, "more": Reason.HANG},
            {"same": Reason.GONE, "other": Reason.PAYWALL, "less": Reason.ROBOTS},
        )
    )
    assert told == [
        "less: not left out, should be robots",
        "more: hang, should be indexed",
        "other: gone, should be paywall",
    ]


# -------------------------------------------------------------------------------------------------------- scores


def test_f1_is_the_harmonic_mean_and_adds_up_by_counts() -> None:
    one, other = F1(right=1, made=2, wanted=4), F1(right=3, made=4, wanted=4)
    assert one.value == pytest.approx(2 * 0.5 * 0.25 / 0.75)
    assert one + other == F1(right=4, made=6, wanted=8)
    assert str(one) == "F1 0.33 (precision 0.50, recall 0.25, n 4)"


def test_f1_where_there_is_nothing_to_find() -> None:
    assert NONE.value == 1.0
    assert F1(right=0, made=1, wanted=0).value == 0.0
    assert str(F1(right=0, made=0, wanted=2)) == "F1 0.00 (precision 0.00, recall 0.00, n 2)"


def test_entities_are_the_same_if_they_share_a_form() -> None:
    names = Names(
        gold(), [found("x", "holt"), found("y", "Union", "the Reed Union’s"), found("z", "Mill", "mills", kind="name")]
    )
    assert [names.gold(id_) for id_ in ("x", "y", "z", "outlet", "nobody")] == [
        "Ada Holt",
        "Reed Union",
        "",
        "outlet",
        "",
    ]
    assert names.score() == F1(right=2, made=3, wanted=3)


def test_a_pronoun_or_description_joins_nothing() -> None:
    names = Names(gold(), [found("x", "Somebody", "Brookland", kind="description")])
    assert names.score() == F1(right=0, made=1, wanted=3)


def test_an_entity_that_was_split_counts_once_and_the_more_salient_is_it() -> None:
    names = Names(gold(), [found("minor", "Holt", salience=0.1), found("major", "Ada Holt", salience=0.9)])
    assert names.gold("major") == "Ada Holt"
    assert names.gold("minor") == ""
    assert names.score() == F1(right=1, made=2, wanted=3)


def quote(words: str, speaker: str = "holt", **changes: Any) -> dict[str, Any]:
    place = span(words)
    return {"field": "text", "start": place.start, "end": place.end, "speaker": speaker} | changes


@pytest.mark.parametrize(
    ("quotes", "right"),
    [
        ([quote("We will not bow to Brookland,")], 1),
        ([quote("“We will not bow to Brookland,” she")], 1),
        ([quote("We will not bow to Brookland,", speaker="ru")], 0),
        ([quote("We will not bow to Brookland,", speaker="")], 0),
        ([quote("We will not bow to Brookland,", field="title")], 0),
        ([quote("Ada Holt thanked")], 0),
        ([], 0),
    ],
)
def test_a_quote_is_right_by_its_place_and_speaker(quotes: list[dict[str, Any]], right: int) -> None:
    assert score_quotes(gold(), quotes, NAMES) == F1(right=right, made=len(quotes), wanted=1)


def test_a_gold_quote_is_found_once_only() -> None:
    twice = [quote("We will not bow to Brookland,"), quote("not bow to Brookland,")]
    assert score_quotes(gold(), twice, NAMES) == F1(right=1, made=2, wanted=1)


def evidence(holder: str, target: str, polarity: int) -> dict[str, Any]:
    return {"holder": holder, "target": target, "polarity": polarity}


def test_stances_are_compared_by_holder_target_and_sign() -> None:
    made = [evidence("holt", "ru", 1), evidence("holt", "ru", 1), evidence("holt", "bl", 1), evidence("ru", "bl", -1)]
    score, signs_right, pairs = score_stances(gold(), made, NAMES)
    assert score == F1(right=1, made=3, wanted=2)  # evidence for the same is one
    assert (signs_right, pairs) == (1, 2)  # of the pairs that both have


def test_a_pair_with_both_signs_is_right_in_sign_if_one_of_them_is_wanted() -> None:
    made = [evidence("holt", "ru", 1), evidence("holt", "ru", -1)]
    assert score_stances(gold(), made, NAMES) == (F1(right=1, made=2, wanted=2), 1, 1)


def test_an_author_of_the_gold_is_the_outlet_of_what_was_found() -> None:
    article = gold(stances=(opinion("Ivo Pell", "Brookland", -1),))
    assert score_stances(article, [evidence("outlet", "bl", -1)], NAMES) == (F1(right=1, made=1, wanted=1), 1, 1)


def test_an_entity_that_the_gold_lacks_keeps_its_id_and_is_wrong() -> None:
    assert score_stances(gold(), [evidence("holt", "moon", -1)], NAMES) == (F1(right=0, made=1, wanted=2), 0, 0)


def test_a_verdict_is_met_only_as_a_whole() -> None:
    good, bad = (Measure(name="x", found="1", wanted="1", met=met) for met in (True, False))
    assert Verdict(measures=(good, good), differences=()).met
    assert not Verdict(measures=(good, bad), differences=()).met
