"""An analyst's questions to the index: what is written, who appears in it, who stands where on whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pipeline.index.client import Index
from pipeline.records import Record

#: Where a search looks, and how much a find there weighs.
SEARCH_FIELDS = (
    "title^3",
    "title.stemmed^2",
    "text",
    "text.stemmed^0.5",
    "description",
    "entity_names^2",
)

_SHOWN = [
    "article_id",
    "title",
    "url",
    "source",
    "source_name",
    "published",
    "author",
    "language",
    "people",
    "organizations",
    "places",
    "story_id",
    "is_original",
    "word_count",
]

MARK_START, MARK_END = "«", "»"


class Hit(Record, frozen=True, kw_only=True, omit_defaults=False):
    """An article that a search found."""

    article_id: str
    title: str
    url: str
    source: str
    source_name: str
    published: str
    score: float | None
    author: tuple[str, ...] = ()
    language: str = ""
    people: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    story_id: str = ""
    is_original: bool = True
    word_count: int = 0
    highlights: tuple[str, ...] = ()  # passages with the find between « and »


class SearchResult(Record, frozen=True, kw_only=True, omit_defaults=False):
    """What a search found: how many in all, and the hits of this page."""

    query: str
    total: int
    took_ms: int
    hits: tuple[Hit, ...] = ()


class TermCount(Record, frozen=True, kw_only=True, omit_defaults=False):
    """How often a term stands in a field."""

    term: str
    articles: int
    stories: int  # near duplicates counted once


class SourceCount(Record, frozen=True, kw_only=True, omit_defaults=False):
    """How much an outlet published."""

    source: str
    name: str
    articles: int
    stories: int


class StanceCount(Record, frozen=True, kw_only=True, omit_defaults=False):
    """A stance of one towards another over all articles, near duplicates counted once."""

    holder: str
    holder_name: str
    target: str
    target_name: str
    stance: str
    stories: int
    sources: int
    confidence: float  # of the best sentence
    text: str  # the sentence that shows it best
    title: str
    url: str
    source: str


def search(
    index: Index,
    query: str,
    *,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    language: str | None = None,
    entity: str | None = None,
    originals: bool = False,
    size: int = 10,
    offset: int = 0,
    order: Literal["relevance", "newest"] = "relevance",
) -> SearchResult:
    """Search articles by words in title, text, description and names.

    Args:
        index: where to search.
        query: Lucene query syntax (``sanctions AND "central bank" -sport``, ``people:"Jane Roe"``); words
            without an operator must all be there. Empty or ``*``: everything.
        source: only of this outlet, by id.
        since: published at or after.
        until: published before.
        language: only in this language, by primary subtag.
        entity: only those that name this entity, by id.
        originals: only the earliest article of each story.
        size: hits on this page.
        offset: hits to skip.
        order: best first, or newest first.

    Raises:
        IndexingError: the query cannot be read.
        IndexUnavailable: Elasticsearch does not answer.
    """
    words = query.strip() or "*"
    body = index.search(
        "articles",
        query={
            "bool": {
                "must": [
                    {
                        "query_string": {
                            "query": words,
                            "fields": list(SEARCH_FIELDS),
                            "type": "cross_fields",
                            "default_operator": "AND",
                            "lenient": True,
                        }
                    }
                ],
                "filter": _filters(source, since, until, language, entity, originals),
            }
        },
        size=size,
        from_=offset,
        sort=[{"published": {"order": "desc"}}, "_score"]
        if order == "newest"
        else ["_score", {"published": {"order": "desc"}}],
        track_scores=True,
        track_total_hits=True,
        source=_SHOWN,
        highlight={
            "pre_tags": [MARK_START],
            "post_tags": [MARK_END],
            "fields": {"title": {"number_of_fragments": 0}, "text": {"fragment_size": 160, "number_of_fragments": 2}},
        },
    )
    return SearchResult(
        query=query,
        total=body["hits"]["total"]["value"],
        took_ms=body["took"],
        hits=tuple(_hit(one) for one in body["hits"]["hits"]),
    )


def top_terms(index: Index, field: str, n: int = 10, *, since: datetime | None = None) -> tuple[TermCount, ...]:
    """Return the most frequent terms of a keyword field of articles (``people``, ``organizations``, ``places``, …).

    Raises:
        IndexingError: the field cannot be aggregated.
    """
    body = index.search(
        "articles",
        query={"bool": {"filter": _filters(since=since)}},
        size=0,
        aggs={
            "terms": {
                "terms": {
                    "field": field,
                    "size": n,
                    "order": [{"stories": "desc"}, {"_count": "desc"}, {"_key": "asc"}],
                },
                "aggs": {"stories": {"cardinality": {"field": "story_id"}}},
            }
        },
    )
    return tuple(
        TermCount(term=str(one["key"]), articles=one["doc_count"], stories=one["stories"]["value"])
        for one in _buckets(body, "terms")
    )


def articles_per_source(index: Index, *, since: datetime | None = None) -> tuple[SourceCount, ...]:
    """Return how many articles each outlet has in the index, most first."""
    body = index.search(
        "articles",
        query={"bool": {"filter": _filters(since=since)}},
        size=0,
        aggs={
            "sources": {
                "terms": {"field": "source", "size": 1000, "order": [{"_count": "desc"}, {"_key": "asc"}]},
                "aggs": {
                    "stories": {"cardinality": {"field": "story_id"}},
                    "name": {"terms": {"field": "source_name", "size": 1}},
                },
            }
        },
    )
    return tuple(
        SourceCount(
            source=one["key"],
            name=_first_key(one["name"]),
            articles=one["doc_count"],
            stories=one["stories"]["value"],
        )
        for one in _buckets(body, "sources")
    )


def strongest_stances(
    index: Index,
    n: int = 10,
    *,
    since: datetime | None = None,
    holder: str | None = None,
    target: str | None = None,
) -> tuple[StanceCount, ...]:
    """Return who stands where on whom: the stances shown by most stories, each with its best sentence.

    Counts what is current and asserted, each story once, favor and against apart. Of equal counts the more
    confident comes first.

    Args:
        index: where to look.
        n: how many.
        since: published at or after.
        holder: only stances of this entity, by id (``outlet`` for the papers' own).
        target: only stances on this entity, by id.
    """
    filters = [*_filters(since=since), {"term": {"period": "current"}}, {"term": {"factuality": "asserted"}}]
    filters += [{"term": {"holder": holder}}] if holder else []
    filters += [{"term": {"target": target}}] if target else []
    stories = {"cardinality": {"field": "story_id"}}
    best = {"max": {"field": "confidence"}}
    body = index.search(
        "stances",
        query={"bool": {"filter": filters}},
        size=0,
        aggs={
            "pairs": {
                "terms": {
                    "field": "pair",
                    "size": 10 * n,
                    "order": [{"stories": "desc"}, {"best": "desc"}, {"_key": "asc"}],
                },
                "aggs": {
                    "stories": stories,
                    "best": best,
                    "stances": {
                        "terms": {"field": "stance", "size": 3},
                        "aggs": {
                            "stories": stories,
                            "sources": {"cardinality": {"field": "source"}},
                            "shown": {
                                "top_hits": {
                                    "size": 1,
                                    "sort": [{"confidence": "desc"}, {"is_original": "desc"}, {"stance_id": "asc"}],
                                }
                            },
                        },
                    },
                },
            }
        },
    )
    found = [_stance_count(one) for pair in _buckets(body, "pairs") for one in pair["stances"]["buckets"]]
    return tuple(sorted(found, key=lambda one: (-one.stories, -one.confidence, one.holder, one.target, one.stance))[:n])


def _filters(
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    language: str | None = None,
    entity: str | None = None,
    originals: bool = False,
) -> list[dict[str, Any]]:
    filters: list[dict[str, Any]] = []
    published = {}
    if since:
        published["gte"] = since.isoformat()
    if until:
        published["lt"] = until.isoformat()
    if published:
        filters.append({"range": {"published": published}})
    for field, value in (("source", source), ("language", language), ("entity_ids", entity)):
        if value:
            filters.append({"term": {field: value}})
    if originals:
        filters.append({"term": {"is_original": True}})
    return filters


def _hit(one: dict[str, Any]) -> Hit:
    shown = one["_source"]
    highlight = one.get("highlight", {})
    return Hit(
        article_id=one["_id"],
        title=shown.get("title", ""),
        url=shown.get("url", ""),
        source=shown.get("source", ""),
        source_name=shown.get("source_name", ""),
        published=shown.get("published", ""),
        score=one["_score"],
        author=tuple(shown.get("author", ())),
        language=shown.get("language", ""),
        people=tuple(shown.get("people", ())),
        organizations=tuple(shown.get("organizations", ())),
        places=tuple(shown.get("places", ())),
        story_id=shown.get("story_id", ""),
        is_original=shown.get("is_original", True),
        word_count=shown.get("word_count", 0),
        highlights=tuple(highlight.get("title", [])) + tuple(highlight.get("text", [])),
    )


def _stance_count(bucket: dict[str, Any]) -> StanceCount:
    shown = bucket["shown"]["hits"]["hits"][0]["_source"]
    return StanceCount(
        holder=shown["holder"],
        holder_name=shown.get("holder_name") or shown["holder"],
        target=shown["target"],
        target_name=shown.get("target_name") or shown["target"],
        stance=bucket["key"],
        stories=bucket["stories"]["value"],
        sources=bucket["sources"]["value"],
        confidence=shown["confidence"],
        text=shown.get("text", ""),
        title=shown.get("title", ""),
        url=shown.get("url", ""),
        source=shown.get("source", ""),
    )


def _buckets(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Buckets of an aggregation; none where the alias does not exist yet."""
    return list(body.get("aggregations", {}).get(name, {}).get("buckets", []))


def _first_key(aggregation: dict[str, Any]) -> str:
    buckets = aggregation["buckets"]
    return str(buckets[0]["key"]) if buckets else ""
