"""Reviews: what people say of evidence, remembered, applied to the index, and measured by a weekly sample."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from pipeline.errors import ReviewError
from pipeline.ledger.reviews import Reviews
from pipeline.records import Record, Tagged
from pipeline.reviews import SEEN, Precision, Review, applied, checked, precision, week_days, week_of

if TYPE_CHECKING:
    from pipeline.stages.pipeline import Pipeline

log = logging.getLogger(__name__)

#: Evidence in a week's sample.
SAMPLE = 50
_MOST_COPIES = 1000


class Sampled(Record, frozen=True, kw_only=True, omit_defaults=False):
    """One piece of a week's sample, and what was said of it."""

    place: int
    evidence_id: str
    seen: dict[str, Any]
    verdict: str = ""
    reviewer: str = ""
    note: str = ""


class Marked(Record, frozen=True, kw_only=True, omit_defaults=False):
    """A verdict that was given, and which articles it reached."""

    review: Review
    articles: tuple[str, ...]  # written again, with it applied
    waiting: tuple[str, ...] = ()  # their tags are no longer kept: it is applied when a backfill tags them again


def reviewed(tagged: Sequence[Tagged], reviews: Reviews) -> list[Tagged]:
    """Return articles with what people said of their evidence applied."""
    said = reviews.newest(one.evidence_id for t in tagged for one in t.tags.evidence)
    if not said:
        return list(tagged)
    from pipeline.tag.stance.rollup import stances  # spaCy comes with it

    return [msgspec.structs.replace(t, tags=applied(t.tags, said, stances)) for t in tagged]


def show(pipeline: Pipeline, evidence_id: str) -> tuple[dict[str, Any], list[str], Review | None]:
    """Return evidence as the tagger made it, the articles that have it, and what was said of it last.

    Raises:
        ReviewError: neither the index nor a review knows it.
        IndexUnavailable: Elasticsearch does not answer.
    """
    last = pipeline.ledger.reviews.newest([evidence_id]).get(evidence_id)
    pipeline.index_client.refresh()
    answer = pipeline.index_client.search(
        "stance_evidence", query={"term": {"evidence_id": evidence_id}}, size=_MOST_COPIES, sort=["article_id"]
    )
    found = [hit["_source"] for hit in answer["hits"]["hits"]]
    if last is None and not found:
        raise ReviewError(
            "no evidence has this id; ids stand in the index, alias stance_evidence, field evidence_id",
            subject=evidence_id,
        )
    seen = last.seen if last is not None else _seen(found[0])
    return seen | {"evidence_id": evidence_id}, sorted({str(one["article_id"]) for one in found}), last


def mark(
    pipeline: Pipeline, evidence_id: str, verdict: str, *, reviewer: str, target: str = "", note: str = ""
) -> Marked:
    """Remember a verdict and write the articles that have this evidence again.

    Args:
        pipeline: with ledger, index and archive.
        evidence_id: of the evidence.
        verdict: ``right``, ``wrong``, ``flipped`` or ``retargeted``.
        reviewer: who says so.
        target: id or name of the entity that it is about, one of the article's; only where retargeted.
        note: why.

    Raises:
        ReviewError: there is no such evidence, no such verdict, or no such entity in the article.
    """
    if not reviewer.strip():
        raise ReviewError("a verdict needs the name of who gives it", subject=evidence_id)
    seen, articles, _ = show(pipeline, evidence_id)
    entity = _entity(pipeline, articles, target) if target else {}
    said = checked(verdict, seen, str(entity.get("id", "")))
    review = Review(
        evidence_id=evidence_id,
        verdict=said,
        reviewer=reviewer.strip(),
        at=pipeline.clock(),
        target=str(entity.get("id", "")),
        target_name=str(entity.get("name", "")),
        target_type=str(entity.get("type", "")),
        note=note,
        week=pipeline.ledger.reviews.week_of(evidence_id),
        seen={name: value for name, value in seen.items() if name in SEEN},
    )
    pipeline.ledger.reviews.add(review)
    kept = pipeline.write_again(articles)
    waiting = tuple(a for a in articles if a not in kept)
    log.info(
        "evidence reviewed",
        extra={"evidence_id": evidence_id, "verdict": said, "articles": len(kept), "waiting": len(waiting)},
    )
    return Marked(review=review, articles=tuple(sorted(kept)), waiting=waiting)


def sample(pipeline: Pipeline, week: str = "", *, size: int = SAMPLE) -> list[Sampled]:
    """Return a week's random sample of evidence, drawn when it is first asked for and fixed from then on.

    Drawn are pieces of evidence in the originals of stories that were first seen in that week, each with the same
    chance, whatever its confidence.

    Args:
        pipeline: with ledger and index.
        week: ISO week (``2026-W47``); empty: the last one that is over.
        size: how many, where it is drawn now.

    Raises:
        ReviewError: it is no ISO week, or it is not over: what comes in later could not be drawn.
    """
    week = week or last_week(pipeline)
    reviews = pipeline.ledger.reviews
    first, after = week_days(week)
    drawn = reviews.sample(week)
    if not drawn:
        if after > pipeline.clock():
            raise ReviewError("the week is not over: its sample can be drawn from Monday on", subject=week)
        reviews.draw(week, _draw(pipeline, week, size, first.isoformat(), after.isoformat()), pipeline.clock())
        drawn = reviews.sample(week)
    said = reviews.newest(one["evidence_id"] for one in drawn)
    return [
        Sampled(
            place=n,
            evidence_id=one["evidence_id"],
            seen=one,
            verdict=said[one["evidence_id"]].verdict if one["evidence_id"] in said else "",
            reviewer=said[one["evidence_id"]].reviewer if one["evidence_id"] in said else "",
            note=said[one["evidence_id"]].note if one["evidence_id"] in said else "",
        )
        for n, one in enumerate(drawn, 1)
    ]


def measured(pipeline: Pipeline, weeks: int = 8) -> list[Precision]:
    """Return the precision of the newest samples, newest first."""
    reviews = pipeline.ledger.reviews
    out = []
    for week in reviews.weeks(weeks):
        ids = [one["evidence_id"] for one in reviews.sample(week)]
        out.append(precision(week, ids, reviews.newest(ids)))
    return out


def last_week(pipeline: Pipeline) -> str:
    """Return the last ISO week that is over."""
    first, _ = week_days(week_of(pipeline.clock()))
    from datetime import timedelta

    return week_of(first - timedelta(days=1))


def _draw(pipeline: Pipeline, week: str, size: int, first: str, after: str) -> list[dict[str, Any]]:
    pipeline.index_client.refresh()
    answer = pipeline.index_client.search(
        "stance_evidence",
        query={
            "function_score": {
                "query": {
                    "bool": {
                        "filter": [
                            {"range": {"first_seen": {"gte": first, "lt": after}}},
                            {"term": {"is_original": True}},
                        ]
                    }
                },
                # the same week draws the same evidence from the same index
                "random_score": {"seed": int(week.replace("-W", "")), "field": "evidence_id"},
                "boost_mode": "replace",
            }
        },
        size=size,
    )
    drawn = [_seen(hit["_source"]) for hit in answer["hits"]["hits"]]
    said = pipeline.ledger.reviews.newest(one["evidence_id"] for one in drawn)
    # what was reviewed before stands corrected in the index: shown is what the tagger made
    return [
        one | said[one["evidence_id"]].seen if one["evidence_id"] in said else one
        for one in {one["evidence_id"]: one for one in drawn}.values()
    ]


def _seen(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: source[name] for name in ("evidence_id", *SEEN) if name in source}


def _entity(pipeline: Pipeline, articles: Sequence[str], wanted: str) -> dict[str, Any]:
    """The entity of an article that goes by an id or a name."""
    answer = pipeline.index_client.search(
        "articles", query={"terms": {"article_id": list(articles)}}, size=1, source=["entities", "article_id"]
    )
    hits = answer["hits"]["hits"]
    entities: list[dict[str, Any]] = hits[0]["_source"].get("entities", []) if hits else []
    for one in entities:
        if wanted == one["id"]:
            return one
    named = [one for one in entities if one["name"].casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    known = ", ".join(sorted(f"{one['name']} ({one['id']})" for one in entities)[:20])
    raise ReviewError(f"no entity of the article goes by that id or name; it has: {known}", subject=wanted)
