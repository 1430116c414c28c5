"""Data views: one over each alias, and one over all outcomes that shares are computed from."""

from __future__ import annotations

from typing import Any

from pipeline.index.kibana.objects import SavedObject, Site, packed, saved_object
from pipeline.records import Record

#: Colours of the outcomes, told apart by the colour-blind, too.
COLORS = {"favor": "#2c7fb8", "against": "#d95f0e", "mixed": "#8073ac", "none": "#d3d7de"}

#: What shares are computed from: stances, and what was judged without one.
OUTCOMES = "outcomes"

_NUMBER = {"id": "number", "params": {"pattern": "0"}}
_THOUSANDS = {"id": "number", "params": {"pattern": "0,0"}}
_PERCENT = {"id": "percent", "params": {"pattern": "0%"}}
_URL = {"id": "url", "params": {"type": "a", "urlTemplate": "", "labelTemplate": "", "openLinkInCurrentTab": False}}
_SIGN = {
    "id": "static_lookup",
    "params": {
        "lookupEntries": [{"key": "1", "value": "favor"}, {"key": "-1", "value": "against"}],
        "unknownKeyValue": "",
    },
}
_STANCE = {
    "id": "color",
    "params": {
        "fieldType": "string",
        "colors": [
            {
                "range": "-Infinity:Infinity",
                "regex": f"^{stance}$",
                "text": "#1a1c21" if stance == "none" else "#ffffff",
                "background": color,
            }
            for stance, color in COLORS.items()
        ],
    },
}
_ARTICLE = {"url": _URL, "generation": _NUMBER, "revision": _NUMBER}
_PROVENANCE = {
    "provenance.generation": _NUMBER,
    "provenance.warc_offset": _NUMBER,
    "provenance.warc_length": _NUMBER,
}


class View(Record, frozen=True, kw_only=True):
    """A data view: what it looks at, and how its fields look."""

    key: str
    name: str
    aliases: tuple[str, ...]
    time_field: str
    formats: dict[str, dict[str, Any]]
    run_field: str = ""  # holds the id of a run, which the Airflow UI has a page about


VIEWS = (
    View(
        key="articles",
        name="Standpoint: articles",
        aliases=("articles",),
        time_field="published",
        formats={
            **_ARTICLE,
            **_PROVENANCE,
            "canonical_url": _URL,
            "rel_canonical": _URL,
            "word_count": _THOUSANDS,
        },
        run_field="provenance.run",
    ),
    View(
        key="stances",
        name="Standpoint: stances",
        aliases=("stances",),
        time_field="published",
        formats={**_ARTICLE, **_PROVENANCE, "confidence": _PERCENT, "stance": _STANCE},
        run_field="provenance.run",
    ),
    View(
        key="judged",
        name="Standpoint: judged without stance",
        aliases=("judged",),
        time_field="published",
        formats={**_ARTICLE, "stance": _STANCE},
    ),
    View(
        key=OUTCOMES,
        name="Standpoint: outcomes (stances, and judged without)",
        aliases=("stances", "judged"),
        time_field="published",
        formats={**_ARTICLE, **_PROVENANCE, "confidence": _PERCENT, "stance": _STANCE},
        run_field="provenance.run",
    ),
    View(
        key="stance_evidence",
        name="Standpoint: evidence",
        aliases=("stance_evidence",),
        time_field="published",
        formats={**_ARTICLE, **_PROVENANCE, "confidence": _PERCENT, "polarity": _SIGN},
        run_field="provenance.run",
    ),
    View(
        key="quotes",
        name="Standpoint: quotes",
        aliases=("quotes",),
        time_field="published",
        formats={**_ARTICLE, **_PROVENANCE},
        run_field="provenance.run",
    ),
    View(
        key="runs",
        name="Standpoint: runs",
        aliases=("runs",),
        time_field="started_at",
        formats={"generation": _NUMBER},
        run_field="run_id",
    ),
    View(
        key="coverage",
        name="Standpoint: coverage",
        aliases=("coverage",),
        time_field="day",
        formats={},
        run_field="run",
    ),
)


def view_id(site: Site, key: str) -> str:
    """Return the id of a data view by its key."""
    return site.id(f"view-{key.replace('_', '-')}")


def data_view(view: View, site: Site) -> SavedObject:
    """Return a data view as a saved object. It has no runtime fields: those would need scripts."""
    formats = dict(view.formats)
    if view.run_field and site.airflow_url:
        formats[view.run_field] = {
            "id": "url",
            "params": {
                "type": "a",
                "urlTemplate": f"{site.airflow_url.rstrip('/')}/standpoint/run?id={{{{value}}}}",
                "labelTemplate": "{{rawValue}}",
                "openLinkInCurrentTab": False,
            },
        }
    return saved_object(
        "index-pattern",
        view_id(site, view.key),
        {
            "title": site.indices(*view.aliases),
            "name": view.name if not site.index_prefix else f"{view.name} ({site.index_prefix}*)",
            "timeFieldName": view.time_field,
            "fields": "[]",
            "fieldAttrs": "{}",
            "fieldFormatMap": packed(formats),
            "runtimeFieldMap": "{}",
            "sourceFilters": "[]",
            "typeMeta": "{}",
            "allowHidden": False,
            # An alias appears with its first document; until then its view is empty instead of an error.
            "allowNoIndex": True,
        },
    )


def data_views(site: Site) -> list[SavedObject]:
    """Return all data views."""
    return [data_view(view, site) for view in VIEWS]
