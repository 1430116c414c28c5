"""The picture of who stands where: what Lens cannot compute, asked and drawn with Vega-Lite.

Within a source each story counts once; then every source counts the same, whatever it printed: the share of an outcome
is the mean over the sources of its share within each. What rests on fewer than five stories or three sources is pale.
"""

from __future__ import annotations

from typing import Any

from pipeline.index.kibana.objects import Site
from pipeline.index.kibana.views import COLORS

#: Fewer stories or sources than these are too few to say anything.
LEAST_STORIES, LEAST_SOURCES = 5, 3
PAIRS = 12
_ROW = 20


def query() -> dict[str, Any]:
    """Return the body of the search; Kibana adds the dashboard's query, filters, controls and time to it."""
    return {
        "size": 0,
        "aggs": {
            "originals": {
                "filter": {"term": {"is_original": True}},
                "aggs": {
                    "voices": {
                        "terms": {"field": "voice", "size": 3},
                        "aggs": {
                            "pairs": {
                                "terms": {
                                    "field": "pair",
                                    "size": PAIRS,
                                    "shard_size": 1000,
                                    "order": [{"evidence": "desc"}, {"_count": "desc"}, {"_key": "asc"}],
                                },
                                "aggs": {
                                    "evidence": {"sum": {"field": "evidence_count"}},
                                    "holder": {"terms": {"field": "holder_name", "size": 1}},
                                    "target": {"terms": {"field": "target_name", "size": 1}},
                                    "sources": {
                                        "terms": {"field": "source", "size": 1000},
                                        "aggs": {"outcomes": {"terms": {"field": "stance", "size": 4}}},
                                    },
                                },
                            }
                        },
                    }
                },
            }
        },
    }


def spec(site: Site) -> dict[str, Any]:
    """Return the Vega-Lite specification of the panel."""
    thin = f"datum.stories < {LEAST_STORIES} || datum.sources < {LEAST_SOURCES}"
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "autosize": {"type": "pad"},
        "config": {"view": {"stroke": None}, "axis": {"grid": False, "domain": False, "ticks": False}},
        "data": {
            "url": {
                "index": site.indices("stances", "judged"),
                "%context%": True,
                "%timefield%": "published",
                "body": query(),
            },
            "format": {"property": "aggregations.originals.voices.buckets"},
        },
        "transform": [
            {"calculate": "datum.key", "as": "voice"},
            {"flatten": ["pairs.buckets"], "as": ["pair"]},
            # a pair that nobody took a stance on has no bar worth a row
            {"filter": "datum.pair.evidence.value > 0"},
            {
                "calculate": "datum.pair.holder.buckets[0].key + ' → ' + datum.pair.target.buckets[0].key",
                "as": "who",
            },
            {"calculate": "datum.pair.doc_count", "as": "stories"},
            {"calculate": "datum.pair.evidence.value", "as": "evidence"},
            {"calculate": "length(datum.pair.sources.buckets)", "as": "sources"},
            {"flatten": ["pair.sources.buckets"], "as": ["source"]},
            {"flatten": ["source.outcomes.buckets"], "as": ["outcome"]},
            {"calculate": "datum.outcome.key", "as": "stance"},
            {"calculate": "datum.outcome.doc_count / datum.source.doc_count / datum.sources", "as": "part"},
            {
                "aggregate": [{"op": "sum", "field": "part", "as": "share"}],
                "groupby": ["voice", "who", "stories", "sources", "evidence", "stance"],
            },
            {"calculate": thin, "as": "thin"},
            {"calculate": "indexof(['favor', 'mixed', 'none', 'against'], datum.stance)", "as": "order"},
            {
                "calculate": "'n ' + datum.stories + ' · ' + datum.sources + "
                "(datum.sources == 1 ? ' source' : ' sources')",
                "as": "n",
            },
        ],
        "facet": {
            "column": {
                "field": "voice",
                "type": "nominal",
                "title": None,
                "sort": ["authorial", "reported", "quoted"],
                "header": {"labelFontSize": 13, "labelFontWeight": "bold"},
            }
        },
        "spec": {
            "width": 210,
            "height": {"step": _ROW},
            "encoding": {
                "y": {
                    "field": "who",
                    "type": "nominal",
                    "title": None,
                    "sort": {"field": "evidence", "op": "max", "order": "descending"},
                    "axis": {"labelLimit": 190},
                }
            },
            "layer": [
                {
                    "mark": {"type": "bar"},
                    "encoding": {
                        "x": {
                            "field": "share",
                            "type": "quantitative",
                            "title": None,
                            "scale": {"domain": [0, 1.5]},
                            "axis": {"format": "%", "values": [0, 0.5, 1]},
                        },
                        "order": {"field": "order", "type": "quantitative"},
                        "color": {
                            "field": "stance",
                            "type": "nominal",
                            "title": None,
                            "scale": {"domain": list(COLORS), "range": list(COLORS.values())},
                            "legend": {"orient": "top"},
                        },
                        "opacity": {"condition": {"test": "datum.thin", "value": 0.3}, "value": 1},
                        "tooltip": [
                            {"field": "who", "title": "holder → target"},
                            {"field": "voice", "title": "voice"},
                            {"field": "stance", "title": "outcome"},
                            {"field": "share", "title": "share, mean over sources", "format": ".0%"},
                            {"field": "stories", "title": "stories (n)"},
                            {"field": "sources", "title": "sources"},
                        ],
                    },
                },
                {
                    "transform": [{"aggregate": [], "groupby": ["voice", "who", "evidence", "n", "thin"]}],
                    "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
                    "encoding": {
                        "x": {"datum": 1, "type": "quantitative"},
                        "text": {"field": "n"},
                        "color": {"condition": {"test": "datum.thin", "value": "#98a2b3"}, "value": "#343741"},
                    },
                },
            ],
        },
        "resolve": {"scale": {"y": "independent"}},
    }
