"""What Kibana asks Elasticsearch for a panel, and what it makes of the answer: Lens columns as aggregations.

Learned from Lens's ``to_expression`` and the aggregations of Kibana's data plugin: bucketed columns nest in order,
metrics stand in the innermost (and where buckets are ordered by one), a filtered metric is a filter around it, a
formula is computed from its parts.
"""

import json
from collections.abc import Iterator
from typing import Any

from tests.index.kibana.kql import Query, to_dsl

State = dict[str, Any]
Row = dict[str, Any]


def panels_of(dashboard: State) -> list[State]:
    return json.loads(dashboard["attributes"]["panelsJSON"])


def pills_of(dashboard: State) -> list[Query]:
    source = json.loads(dashboard["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    return [one["query"] for one in source["filter"] if not one["meta"]["disabled"]]


def view_of(references: list[dict[str, str]], name: str, views: dict[str, State]) -> State:
    (found,) = [one for one in references if one["name"] == name]
    assert found["type"] == "index-pattern"
    return views[found["id"]]


def layers_of(panel: State) -> dict[str, State]:
    return panel["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]


def body_of(panel: State, layer: State, view: State, context: list[Query], since: str, until: str) -> State:
    """The body of the search for one layer of a Lens panel; ``context`` is the dashboard's query and filters."""
    state = panel["embeddableConfig"]["attributes"]["state"]
    # a layer that ignores global filters ignores its panel's own query with them
    filters = [] if layer["ignoreGlobalFilters"] else [to_dsl(state["query"]["query"]), *context]
    filters.append({"range": {view["attributes"]["timeFieldName"]: {"gte": since, "lt": until}}})
    return {"size": 0, "query": {"bool": {"filter": filters}}, "aggs": aggregations(layer), "track_total_hits": True}


def aggregations(layer: State) -> dict[str, Any]:
    order = [(id, layer["columns"][id]) for id in layer["columnOrder"]]
    buckets = [(id, column) for id, column in order if column["isBucketed"]]
    metrics = {k: v for id, column in order if not column["isBucketed"] for k, v in _metric(id, column).items()}
    nested = metrics
    for id, column in reversed(buckets):
        nested = {id: {**_bucket(id, column, layer), "aggs": nested | _ordering(id, column, layer)}}
    return nested


def _metric(id: str, column: State) -> dict[str, Any]:
    operation = column["operationType"]
    if operation in ("formula", "math"):
        return {}
    inner = {
        "count": {},
        "unique_count": {"cardinality": {"field": column["sourceField"]}},
        "sum": {"sum": {"field": column["sourceField"]}},
    }[operation]
    if "filter" in column:
        assert column["filter"]["language"] == "kuery"
        around: State = {"filter": {"bool": {"filter": [to_dsl(column["filter"]["query"])]}}}
        return {id: around | ({"aggs": {"metric": inner}} if inner else {})}
    return {id: inner} if inner else {}


def _bucket(id: str, column: State, layer: State) -> State:
    params = column["params"]
    if column["operationType"] == "date_histogram":
        # what "auto" comes to for a month
        return {
            "date_histogram": {
                "field": column["sourceField"],
                "fixed_interval": "12h",
                "time_zone": "UTC",
                "min_doc_count": 0 if params["includeEmptyRows"] else 1,
            }
        }
    assert column["operationType"] == "terms"
    by = params["orderBy"]
    if by["type"] == "custom":
        path = f"{id}-order"
    else:
        ordering = layer["columns"][by["columnId"]]
        assert "references" not in ordering, "Lens does not sort by a formula"
        assert "filter" not in ordering
        path = "_count" if ordering["operationType"] == "count" else by["columnId"]
    return {
        "terms": {
            "field": column["sourceField"],
            "size": params["size"],
            "order": {path: params["orderDirection"]},
            **({"shard_size": max(1000, params["size"] * 3 // 2 + 10)} if params["accuracyMode"] else {}),
        }
    }


def _ordering(id: str, column: State, layer: State) -> dict[str, Any]:
    """What buckets are ordered by has to stand in them."""
    params = column.get("params", {})
    if "orderAgg" in params:
        return {f"{id}-order": _metric("x", params["orderAgg"])["x"]}
    by = params.get("orderBy", {}).get("columnId", "")
    return _metric(by, layer["columns"][by]) if by else {}


def rows_of(layer: State, answer: State) -> list[Row]:
    """The table that a layer's answer becomes: one row an innermost bucket, values by the column's label."""
    order = [(id, layer["columns"][id]) for id in layer["columnOrder"]]
    buckets = [id for id, column in order if column["isBucketed"]]
    top = {"doc_count": answer["hits"]["total"]["value"], **answer.get("aggregations", {})}
    return [dict(row) for row in _rows(layer, buckets, top, {})]


def _rows(layer: State, buckets: list[str], bucket: State, keys: Row) -> Iterator[Row]:
    if buckets:
        id, *inner = buckets
        for one in bucket[id]["buckets"]:
            yield from _rows(layer, inner, one, keys | {layer["columns"][id]["label"]: one["key"]})
        return
    values: dict[str, float] = {}
    for id in layer["columnOrder"]:
        column = layer["columns"][id]
        if not column["isBucketed"] and column["operationType"] not in ("formula", "math"):
            found = bucket.get(id, bucket)
            found = found.get("metric", found)
            values[id] = found["value"] if "value" in found else found["doc_count"]
    row = dict(keys)
    for id in layer["columnOrder"]:
        column = layer["columns"][id]
        if not column["isBucketed"] and not column["label"].startswith("Part of "):
            row[column["label"]] = _value(id, layer, values)
    yield row


def _value(id: str, layer: State, values: dict[str, float]) -> float:
    column = layer["columns"][id]
    if column["operationType"] == "formula":
        return _value(column["references"][0], layer, values)
    if column["operationType"] == "math":
        return _compute(column["params"]["tinymathAst"], layer, values)
    return values[id]


def _compute(node: Any, layer: State, values: dict[str, float]) -> float:
    if isinstance(node, str):
        return _value(node, layer, values)
    if isinstance(node, int | float):
        return node
    left, right = (_compute(one, layer, values) for one in node["args"])
    assert node["name"] == "divide"
    return left / right if right else float("nan")
