"""Saved searches: what analysts and operators look for again and again."""

from __future__ import annotations

from typing import Any

from pipeline.index.kibana.objects import (
    Reference,
    SavedObject,
    Site,
    reference,
    saved_object,
    search_source,
    slug,
)
from pipeline.index.kibana.views import view_id
from pipeline.records import Record

_INDEX_REF = "kibanaSavedObjectMeta.searchSourceJSON.index"
_HIGHLIGHT = {
    "pre_tags": ["@kibana-highlighted-field@"],
    "post_tags": ["@/kibana-highlighted-field@"],
    "fields": {"*": {}},
    "fragment_size": 2147483647,
    "require_field_match": False,
}


class Search(Record, frozen=True, kw_only=True):
    """A saved search. Kibana shows the view's time field before the columns by itself."""

    title: str
    description: str
    view: str
    columns: tuple[str, ...]
    sort: tuple[tuple[str, str], ...]
    kql: str = ""


_NEWEST = (("published", "desc"),)
_PLACE = ("source_name", "title", "url")

SEARCHES = (
    Search(
        title="Newest articles",
        description="Everything indexed, newest first. One line a story: add «and is_original: true».",
        view="articles",
        columns=("source_name", "title", "people", "organizations", "places", "language", "url"),
        sort=_NEWEST,
    ),
    Search(
        title="Evidence against a target",
        description="Sentences that show somebody against somebody, now and in fact. Add «and target_name: "
        '"…"», or holder_name, or voice: authorial for the papers\' own words.',
        view="stance_evidence",
        columns=("target_name", "holder_name", "voice", "text", "cue", "confidence", *_PLACE),
        sort=_NEWEST,
        kql="polarity: -1 and period: current and factuality: asserted and not review_status: wrong",
    ),
    Search(
        title="Quotes of a speaker",
        description='Speech whose speaker is known. Add «and speaker_name: "…"», or kind: direct.',
        view="quotes",
        columns=("speaker_name", "kind", "cue", "text", *_PLACE),
        sort=_NEWEST,
        kql="speaker: *",
    ),
    Search(
        title="Mixed stances",
        description="Articles in which one holder is both for and against one target in the present.",
        view="stances",
        columns=("holder_name", "target_name", "voice", "confidence", "evidence_count", "cue", *_PLACE),
        sort=_NEWEST,
        kql="stance: mixed and period: current",
    ),
    Search(
        title="Wire copies",
        description="Articles that are not the earliest of their story. Filter by story_id to see who printed it.",
        view="articles",
        columns=("story_id", "agency", *_PLACE),
        sort=(("story_id", "asc"), ("published", "asc")),
        kql="is_original: false",
    ),
    Search(
        title="Untagged articles",
        description="Articles in a language without a tagger, or on which it failed: found by words, but in no "
        "denominator.",
        view="articles",
        columns=("language", *_PLACE, "word_count"),
        sort=_NEWEST,
        kql="stance_tagged: false",
    ),
    Search(
        title="Left out, by reason",
        description="Runs that left something out, per source. The addresses themselves: standpoint trace URL.",
        view="runs",
        columns=(
            "source_name",
            "left_out_total",
            "left_out.paywall",
            "left_out.robots",
            "left_out.forbidden",
            "left_out.consent",
            "left_out.not_article",
            "left_out.extract_failed",
            "cause",
            "run_id",
        ),
        sort=(("started_at", "desc"), ("left_out_total", "desc")),
        kql="left_out_total > 0",
    ),
    Search(
        title="Overtaken by a newer revision or generation",
        description="Runs whose documents came too late: the index held newer ones already. Harmless, unless a "
        "backfill was meant to win.",
        view="runs",
        columns=("source_name", "superseded", "indexed", "generation", "run_type", "run_id"),
        sort=(("started_at", "desc"),),
        kql="superseded > 0 or left_out.superseded > 0",
    ),
    Search(
        title="Incomplete days",
        description="Days of publication on which something may still be missing, and why. A backfill of the DAG "
        "reconcile fills them.",
        view="coverage",
        columns=("source_name", "listed", "indexed", "pending", "missing", "left_out_total", "gap", "computed_at"),
        sort=(("day", "desc"), ("missing", "desc")),
        kql="is_complete: false",
    ),
    Search(
        title="Failed batches and polls",
        description="Runs in which a batch or a poll did not come to its end.",
        view="runs",
        columns=("state", "source_name", "batches", "batches_failed", "polled", "poll_failed", "cause", "run_id"),
        sort=(("started_at", "desc"),),
        kql="state: failed or batches_failed > 0 or poll_failed > 0",
    ),
)

#: The table at the foot of the dashboard, which filters it further.
EVIDENCE = Search(
    title="Evidence",
    description="The sentences behind the numbers, newest first.",
    view="stance_evidence",
    columns=("holder_name", "target_name", "polarity", "voice", "text", *_PLACE, "provenance.run"),
    sort=_NEWEST,
    kql="not review_status: wrong",
)


def search_id(site: Site, title: str) -> str:
    """Return the id of a saved search by its title."""
    return site.id(f"search-{slug(title)}")


def attributes(search: Search) -> dict[str, Any]:
    """Return a search's attributes, as a saved object and an embedded panel hold them."""
    return {
        "title": search.title,
        "description": search.description,
        "columns": list(search.columns),
        "sort": [list(one) for one in search.sort],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "usesAdHocDataView": False,
        "kibanaSavedObjectMeta": search_source(
            search.kql, highlight=_HIGHLIGHT, highlightAll=True, version=True, indexRefName=_INDEX_REF
        ),
    }


def references(search: Search, site: Site) -> list[Reference]:
    """Return what a search refers to: its data view."""
    return [reference(_INDEX_REF, "index-pattern", view_id(site, search.view))]


def saved_searches(site: Site) -> list[SavedObject]:
    """Return all saved searches."""
    return [
        saved_object("search", search_id(site, one.title), attributes(one), references(one, site)) for one in SEARCHES
    ]
