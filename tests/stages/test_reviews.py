"""What a person says of evidence is in the index at once, stays through a re-tagging, and is measured by a sample."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from pipeline.errors import ReviewError
from pipeline.stages.keep import forget as takedown
from pipeline.stages.reviews import mark, measured, sample, show
from tests.stages.conftest import MakeWorld
from tests.stages.in_process import without_children
from tests.stages.month import Past
from tests.stages.test_generations import DAY, STORIES

pytestmark = pytest.mark.servers

WEEK = timedelta(weeks=1)


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> Iterator[Past]:
    """Stories with stances, crawled once."""
    with pytest.MonkeyPatch.context() as patch:
        without_children(patch)
        made = make_world(*STORIES)
        world = Past(press=made.press, settings=made.settings, clock=made.clock, sources=made.sources)
        world.run()
        yield world


def documents(world: Past, alias: str) -> dict[str, dict]:
    return {id: document for (of, id), document in world.documents().items() if of == alias}


def evidence_of(world: Past) -> list[dict]:
    return sorted(documents(world, "stance_evidence").values(), key=lambda one: one["evidence_id"])


def stances_by(world: Past, evidence_id: str) -> list[dict]:
    return [one for one in documents(world, "stances").values() if evidence_id in one["evidence_ids"]]


def status(world: Past, evidence_id: str) -> set[str]:
    return {one["review_status"] for one in evidence_of(world) if one["evidence_id"] == evidence_id}


def test_a_verdict_is_in_the_index_at_once_and_the_newest_one_counts(world: Past) -> None:
    first = evidence_of(world)[0]
    evidence_id = first["evidence_id"]
    with world.pipeline() as pipeline:
        done = mark(pipeline, evidence_id, "flipped", reviewer="eve", note="the other way")
        assert done.articles
        assert done.waiting == ()
        assert status(world, evidence_id) == {"flipped"}
        (flipped,) = [e for e in evidence_of(world) if e["evidence_id"] == evidence_id]
        assert flipped["polarity"] == -first["polarity"]

        mark(pipeline, evidence_id, "wrong", reviewer="eve")
        assert status(world, evidence_id) == {"wrong"}
        assert stances_by(world, evidence_id) == []

        # shown is what the tagger made, not what became of it
        seen, articles, last = show(pipeline, evidence_id)
        assert seen["polarity"] == first["polarity"]
        assert articles == [first["article_id"]]
        assert last is not None
        assert last.verdict == "wrong"

        mark(pipeline, evidence_id, "right", reviewer="eve")
    (stance,) = stances_by(world, evidence_id)
    assert stance["stance"] in {"favor" if first["polarity"] > 0 else "against", "mixed"}


def test_a_verdict_survives_a_re_tagging(world: Past) -> None:
    evidence_id = evidence_of(world)[-1]["evidence_id"]
    with world.pipeline() as pipeline:
        mark(pipeline, evidence_id, "wrong", reviewer="eve")
    before = {e["generation"] for e in evidence_of(world)}
    (report,) = world.reconcile(DAY, changes={"tag_floor": 0.49})
    assert report.total["retagged"] == len(STORIES)
    after = evidence_of(world)
    assert min(e["generation"] for e in after) > max(before)
    assert status(world, evidence_id) == {"wrong"}
    assert stances_by(world, evidence_id) == []


def test_evidence_can_be_about_somebody_else(world: Past) -> None:
    one = evidence_of(world)[1]
    article = documents(world, "articles")[one["article_id"]]
    other = next(e for e in article["entities"] if e["id"] not in (one["holder"], one["target"]))
    with world.pipeline() as pipeline:
        mark(pipeline, one["evidence_id"], "retargeted", target=other["name"], reviewer="eve")
        assert {s["target"] for s in stances_by(world, one["evidence_id"])} == {other["id"]}
        with pytest.raises(ReviewError, match="no entity of the article goes by that id or name; it has:"):
            mark(pipeline, one["evidence_id"], "retargeted", target="Nobody At All", reviewer="eve")


def test_what_is_not_there_cannot_be_judged(world: Past) -> None:
    with world.pipeline() as pipeline:
        with pytest.raises(ReviewError, match="no evidence has this id"):
            mark(pipeline, "0" * 32, "right", reviewer="eve")
        with pytest.raises(ReviewError, match="needs the name of who gives it"):
            mark(pipeline, evidence_of(world)[0]["evidence_id"], "right", reviewer=" ")


def test_a_weeks_sample_is_drawn_once_and_gives_the_precision(world: Past) -> None:
    with world.pipeline() as pipeline, pytest.raises(ReviewError, match="the week is not over"):
        sample(pipeline, "2099-W01")
    world.move(WEEK)
    with world.pipeline() as pipeline:
        drawn = sample(pipeline, size=3)
        assert len(drawn) == 3
        assert [one.evidence_id for one in sample(pipeline, size=50)] == [one.evidence_id for one in drawn]
        originals = {e["evidence_id"] for e in evidence_of(world) if e["is_original"]}
        assert {one.evidence_id for one in drawn} <= originals
        for one, verdict in zip(drawn, ("right", "right", "wrong"), strict=True):
            done = mark(pipeline, one.evidence_id, verdict, reviewer="ann")
            assert done.review.week
        (week,) = measured(pipeline)
    assert (week.sampled, week.judged, week.right) == (3, 3, 2)


def test_a_week_without_evidence_has_an_empty_sample(world: Past) -> None:
    with world.pipeline() as pipeline:
        assert sample(pipeline, "1999-W01") == []


def test_what_is_forgotten_is_forgotten_in_reviews_too(world: Past) -> None:
    one = evidence_of(world)[0]
    with world.pipeline() as pipeline:
        mark(pipeline, one["evidence_id"], "right", reviewer="eve")
        takedown(pipeline, one["url"], reason="asked for", who="desk")
        assert pipeline.ledger.reviews.newest([one["evidence_id"]]) == {}
        reviews = pipeline.ledger.reviews
        sampled = {shown["evidence_id"] for week in reviews.weeks(9) for shown in reviews.sample(week)}
        assert one["evidence_id"] not in sampled
