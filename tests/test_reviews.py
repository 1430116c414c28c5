"""Reviews, as decisions: what a verdict does to tags, how precision is counted, what training is given."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ReviewError
from pipeline.records import Entity, Evidence, Pair, Tags
from pipeline.reviews import Review, applied, checked, lessons, precision, week_days, week_of, wilson
from pipeline.tag.stance.rollup import stances

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def an_evidence(evidence_id: str, polarity: int = 1, *, holder: str = "ann", target: str = "bob") -> Evidence:
    return Evidence(
        evidence_id=evidence_id,
        holder=holder,
        target=target,
        polarity=1 if polarity > 0 else -1,
        confidence=0.8,
        field="text",
        start=0,
        end=10,
        text="Ann … Bob.",
        cue="…",
        cue_start=4,
        cue_end=5,
        voice="reported",
    )


def tags_of(*evidence: Evidence, judged: tuple[Pair, ...] = ()) -> Tags:
    entities = tuple(Entity(id=i, name=i.title(), type="PERSON", mentions=()) for i in ("ann", "bob", "cyd"))
    return Tags(
        title="", text="Ann … Bob.", entities=entities, evidence=evidence, stances=stances(evidence), judged=judged
    )


def a_review(evidence_id: str, verdict: str, **more: object) -> Review:
    return msgspec.convert(
        {"evidence_id": evidence_id, "verdict": verdict, "reviewer": "eve", "at": NOON, **more}, Review
    )


def said(*reviews: Review) -> dict[str, Review]:
    return {one.evidence_id: one for one in reviews}


def test_without_a_review_nothing_changes() -> None:
    tags = tags_of(an_evidence("e1"))
    assert applied(tags, said(a_review("e9", "wrong")), stances) is tags


def test_what_is_right_is_marked_and_stands() -> None:
    tags = tags_of(an_evidence("e1"))
    after = applied(tags, said(a_review("e1", "right")), stances)
    assert after.evidence[0].review_status == "right"
    assert after.stances == tags.stances


def test_what_is_wrong_stays_as_evidence_and_makes_no_stance() -> None:
    after = applied(tags_of(an_evidence("e1")), said(a_review("e1", "wrong")), stances)
    assert [e.review_status for e in after.evidence] == ["wrong"]
    assert after.stances == ()
    # the pair was judged, and is found without stance: it counts in the denominator
    assert after.judged == (Pair(a="ann", b="bob"),)


def test_one_of_two_pieces_wrong_leaves_the_other() -> None:
    after = applied(tags_of(an_evidence("e1"), an_evidence("e2", -1)), said(a_review("e2", "wrong")), stances)
    (stance,) = after.stances
    assert (stance.stance, stance.evidence) == ("favor", ("e1",))
    assert after.judged == ()


def test_flipped_counts_the_other_way_and_keeps_its_id() -> None:
    after = applied(tags_of(an_evidence("e1")), said(a_review("e1", "flipped")), stances)
    assert [(e.evidence_id, e.polarity) for e in after.evidence] == [("e1", -1)]
    assert [s.stance for s in after.stances] == ["against"]


def test_retargeted_leads_to_the_other_entity_and_frees_the_first() -> None:
    review = a_review("e1", "retargeted", target="cyd", target_name="Cyd", target_type="PERSON")
    after = applied(tags_of(an_evidence("e1"), judged=(Pair(a="ann", b="cyd"),)), said(review), stances)
    assert [(s.holder, s.target, s.target_name) for s in after.stances] == [("ann", "cyd", "Cyd")]
    assert after.judged == (Pair(a="ann", b="bob"),)


def test_a_target_that_turns_out_to_be_the_holder_makes_no_stance() -> None:
    review = a_review("e1", "retargeted", target="ann", target_name="Ann", target_type="PERSON")
    after = applied(tags_of(an_evidence("e1")), said(review), stances)
    assert after.stances == ()
    assert after.evidence[0].review_status == "wrong"


@pytest.mark.parametrize(
    ("verdict", "target", "words"),
    [
        ("maybe", "", "a verdict is one of right, wrong, flipped, retargeted"),
        ("retargeted", "", "a target is given where evidence is retargeted"),
        ("right", "cyd", "a target is given where evidence is retargeted"),
        ("retargeted", "bob", "its target or holder already"),
    ],
)
def test_a_verdict_that_cannot_be_given_says_why(verdict: str, target: str, words: str) -> None:
    with pytest.raises(ReviewError, match=words):
        checked(verdict, {"evidence_id": "e1", "holder": "ann", "target": "bob"}, target)


def test_weeks() -> None:
    assert week_of(datetime(2027, 1, 3, 23, 59, tzinfo=UTC)) == "2026-W53"
    assert week_days("2026-W47") == (datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
    for bad in ("2026-47", "2026-W54", "last", ""):
        with pytest.raises(ReviewError, match="2026-W47"):
            week_days(bad)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_every_time_is_in_its_week(at: datetime) -> None:
    first, after = week_days(week_of(at))
    assert first <= at < after


def test_precision_counts_the_sample_only() -> None:
    reviews = said(a_review("e1", "right"), a_review("e2", "flipped"), a_review("e3", "wrong"), a_review("x", "wrong"))
    found = precision("2026-W47", ["e1", "e2", "e3", "e4"], reviews)
    assert (found.sampled, found.judged, found.right, found.reversed) == (4, 3, 1, 1)
    assert found.share == pytest.approx(1 / 3)
    empty = precision("2026-W47", [], {})
    assert (empty.share, empty.interval) == (None, None)


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, table I: 81 of 263
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0


def test_copies_of_a_sentence_are_on_one_side_of_the_split() -> None:
    many = [
        a_review(f"e{n:03}", "flipped", seen={"text": f"sentence {n // 2}", "polarity": 1, "start": n})
        for n in range(200)
    ]
    rows = lessons(many)
    sides = {}
    for row in rows:
        assert sides.setdefault(row["text"], row["split"]) == row["split"]
        assert row["polarity"] == -1
    assert set(sides.values()) == {"train", "dev"}
    (none,) = lessons([a_review("e1", "wrong", seen={"text": "x", "polarity": 1})])
    assert (none["polarity"], none["was"]) == (0, 1)
