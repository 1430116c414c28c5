"""The shapes of real exports of Kibana 8, as key sets and name patterns, and a check that objects have them.

Learned from elastic/integrations (``packages/nginx/kibana/dashboard/nginx-046212a0-a2a1-11e7-928f-5dbe6f6f5519.json``,
``packages/nginx/kibana/dashboard/nginx-ca3c9100-af77-11ee-8e4a-b30a0ed01bd3.json``,
``packages/system/kibana/dashboard/system-Metrics-system-overview.json``) and from the sample data of elastic/kibana
(``src/platform/plugins/shared/home/server/services/sample_data/data_sets/{ecommerce,logs}/saved_objects.ts``); compared
with exports of users' own dashboards (docs/searching.md names them). For each shape: the keys that every export has,
and those that some have. And the schemas with which Kibana itself checks what is imported.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

Shape = tuple[set[str], set[str]]


def _shape(must: str, may: str = "") -> Shape:
    return set(must.split()), set(may.split())


OBJECT = _shape(
    "id type attributes references coreMigrationVersion typeMigrationVersion",
    "managed namespaces updated_at created_at created_by updated_by version",
)
ATTRIBUTES = {
    "index-pattern": _shape(
        "title",
        "name timeFieldName fields fieldAttrs fieldFormatMap runtimeFieldMap sourceFilters typeMeta type allowHidden "
        "allowNoIndex",
    ),
    "search": _shape(
        "title columns sort kibanaSavedObjectMeta",
        "description hits version grid hideChart isTextBasedQuery timeRestore usesAdHocDataView rowHeight references",
    ),
    "dashboard": _shape(
        "title panelsJSON optionsJSON kibanaSavedObjectMeta timeRestore",
        "description hits version timeFrom timeTo refreshInterval controlGroupInput",
    ),
}
#: The newest version of each type that an export from Kibana 8.8 to 8.13 bears.
NEWEST = {"index-pattern": (8, 0, 0), "search": (10, 2, 0), "dashboard": (8, 9, 0)}

#: What Kibana takes of the versions above, nothing else: ``SCHEMA_SEARCH_V8_8_0`` in
#: ``src/platform/plugins/shared/saved_search/server/saved_objects/schema_legacy.ts``, ``dashboardAttributesSchema`` in
#: ``src/platform/plugins/shared/dashboard/server/dashboard_saved_object/schema/v1/v1.ts``. Of data views it has none.
SCHEMAS: dict[str, dict[str, type | tuple[type, ...] | dict[str, Any]]] = {
    "search": {
        "title": str,
        "description": str,
        "columns": list,
        "sort": list,
        "grid": {"columns": dict},
        "rowHeight": (int, float),
        "rowsPerPage": (int, float),
        "hideChart": bool,
        "breakdownField": str,
        "kibanaSavedObjectMeta": {"searchSourceJSON": str},
        "isTextBasedQuery": bool,
        "usesAdHocDataView": bool,
        "timeRestore": bool,
        "timeRange": {"from": str, "to": str},
        "refreshInterval": {"pause": bool, "value": (int, float)},
        "viewMode": str,
        "hideAggregatedPreview": bool,
        "hits": (int, float),
        "version": (int, float),
    },
    "dashboard": {
        "title": str,
        "description": str,
        "kibanaSavedObjectMeta": {"searchSourceJSON": str},
        "timeRestore": bool,
        "timeFrom": str,
        "timeTo": str,
        "refreshInterval": {"pause": bool, "value": (int, float), "display": str, "section": (int, float)},
        "controlGroupInput": {
            "panelsJSON": str,
            "controlStyle": str,
            "chainingSystem": str,
            "ignoreParentSettingsJSON": str,
        },
        "panelsJSON": str,
        "optionsJSON": str,
        "hits": (int, float),
        "version": (int, float),
    },
}

PANEL = _shape("type gridData panelIndex embeddableConfig", "title version panelRefName")
GRID = _shape("x y w h i")
EMBEDDED = {
    "lens": _shape("attributes enhancements", "hidePanelTitles description timeRange"),
    "visualization": _shape("savedVis enhancements", "hidePanelTitles description"),
    "search": _shape("attributes enhancements columns sort", "hidePanelTitles description"),
}
LENS = _shape("title type visualizationType state references", "description")
LENS_STATE = _shape("visualization query filters datasourceStates", "internalReferences adHocDataViews needsRefresh")
DATASOURCES = _shape("formBased indexpattern textBased")
LAYER = _shape("columns columnOrder incompleteColumns", "sampling ignoreGlobalFilters indexPatternId")
COLUMN = _shape(
    "label dataType operationType isBucketed scale",
    "customLabel sourceField params filter references timeShift reducedTimeRange isStaticValue",
)
PARAMS = {
    "count": _shape("", "emptyAsNull format"),
    "unique_count": _shape("", "emptyAsNull format"),
    "sum": _shape("", "emptyAsNull format"),
    "math": _shape("tinymathAst"),
    "formula": _shape("formula isFormulaBroken", "format"),
    "date_histogram": _shape("interval", "includeEmptyRows dropPartials ignoreTimeRange"),
    "terms": _shape(
        "size orderBy orderDirection",
        "orderAgg otherBucket missingBucket parentFormat include exclude includeIsRegex excludeIsRegex accuracyMode "
        "secondaryFields format",
    ),
}
VISUALIZATION = {
    "lnsDatatable": _shape(
        "layerId layerType columns", "sorting paging rowHeight rowHeightLines headerRowHeight headerRowHeightLines"
    ),
    "lnsMetric": _shape("layerId layerType metricAccessor", "maxAccessor showBar palette color subtitle"),
    "lnsHeatmap": _shape("shape layerId layerType valueAccessor gridConfig legend", "xAccessor yAccessor palette"),
    "lnsXY": _shape(
        "layers legend preferredSeriesType",
        "valueLabels fittingFunction axisTitlesVisibilitySettings tickLabelsVisibilitySettings labelsOrientation "
        "gridlinesVisibilitySettings yLeftExtent yRightExtent yTitle yRightTitle yLeftScale yRightScale fillOpacity "
        "valuesInLegend emphasizeFitting title curveType",
    ),
}
XY_LAYER = _shape(
    "layerId layerType seriesType accessors",
    "xAccessor splitAccessor yConfig position showGridlines palette colorMapping collapseFn",
)
SAVED_VIS = _shape("type params data", "id title description uiState")
CONTROL = _shape("order width grow type explicitInput")
EXPLICIT = _shape("id title enhancements", "fieldName grow width searchTechnique selectedOptions")
CONTROL_GROUP = _shape("controlStyle chainingSystem panelsJSON ignoreParentSettingsJSON", "showApplySelections")
FILTER_META = _shape("key type negate disabled indexRefName", "alias field params value")

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: How the references of each type are named.
REFERENCES = {
    "index-pattern": (),
    "search": (r"kibanaSavedObjectMeta\.searchSourceJSON\.index",),
    "dashboard": (
        r"kibanaSavedObjectMeta\.searchSourceJSON\.filter\[\d+\]\.meta\.index",
        rf"{_UUID}:indexpattern-datasource-layer-{_UUID}",
        rf"{_UUID}:kibanaSavedObjectMeta\.searchSourceJSON\.index",
        rf"{_UUID}:panel_{_UUID}",
        rf"controlGroup_{_UUID}:optionsListDataView",
    ),
}


def faults(one: dict[str, Any]) -> Iterator[str]:
    """Yield where an object differs from every export."""
    kind = one["type"]
    yield from _keys("object", one, OBJECT)
    yield from _keys(kind, one["attributes"], ATTRIBUTES[kind])
    yield from refused(kind, one["attributes"], SCHEMAS.get(kind))
    if one["coreMigrationVersion"] != "8.8.0":
        yield "coreMigrationVersion"
    if tuple(map(int, one["typeMigrationVersion"].split("."))) > NEWEST[kind]:
        yield f"typeMigrationVersion {one['typeMigrationVersion']}"
    for refers in one["references"]:
        yield from _keys("reference", refers, _shape("name type id"))
        if not any(re.fullmatch(name, refers["name"]) for name in REFERENCES[kind]):
            yield f"reference {refers['name']}"
    if kind == "search":
        yield from _search(one["attributes"])
    if kind == "dashboard":
        yield from _dashboard(one["attributes"])


def refused(what: str, value: Any, schema: Any) -> Iterator[str]:
    """Yield what Kibana's own schema would not take."""
    if isinstance(schema, dict) and isinstance(value, dict):
        for name in value:
            yield from refused(f"{what}.{name}", value[name], schema.get(name, ()))
    elif schema is not None and not isinstance(value, dict if isinstance(schema, dict) else schema):
        yield f"{what} is refused"


def _keys(what: str, value: dict[str, Any], shape: Shape) -> Iterator[str]:
    must, may = shape
    for name in must - value.keys():
        yield f"{what}: {name} is missing"
    for name in value.keys() - must - may:
        yield f"{what}: {name} is in no export"


def _search(attributes: dict[str, Any]) -> Iterator[str]:
    yield from _keys("search source", attributes["kibanaSavedObjectMeta"], _shape("searchSourceJSON"))
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    yield from _keys("search source", source, _shape("query filter indexRefName", "highlight highlightAll version"))
    yield from _keys("query", source["query"], _shape("query language"))
    if not all(len(one) == 2 and one[1] in ("asc", "desc") for one in attributes["sort"]):
        yield f"sort {attributes['sort']}"


def _dashboard(attributes: dict[str, Any]) -> Iterator[str]:
    for panel in json.loads(attributes["panelsJSON"]):
        yield from _panel(panel)
    json.loads(attributes["optionsJSON"])
    for one in json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])["filter"]:
        yield from _keys("filter", one, _shape("meta query $state"))
        yield from _keys("filter", one["meta"], FILTER_META)
    group = attributes["controlGroupInput"]
    yield from _keys("controls", group, CONTROL_GROUP)
    for id, control in json.loads(group["panelsJSON"]).items():
        yield from _keys("control", control, CONTROL)
        yield from _keys("control's input", control["explicitInput"], EXPLICIT)
        if control["explicitInput"]["id"] != id:
            yield f"control {id} calls itself otherwise"


def _panel(panel: dict[str, Any]) -> Iterator[str]:
    yield from _keys("panel", panel, PANEL)
    yield from _keys("grid", panel["gridData"], GRID)
    if panel["gridData"]["i"] != panel["panelIndex"]:
        yield "a panel's place is another's"
    config = panel["embeddableConfig"]
    yield from _keys(panel["type"], config, EMBEDDED[panel["type"]])
    if panel["type"] == "visualization":
        yield from _keys("savedVis", config["savedVis"], SAVED_VIS)
        yield from _keys("savedVis data", config["savedVis"]["data"], _shape("aggs searchSource"))
    elif panel["type"] == "search":
        yield from _keys("search", config["attributes"], ATTRIBUTES["search"])
        yield from _search(config["attributes"])
    else:
        yield from _lens(config["attributes"])


def _lens(attributes: dict[str, Any]) -> Iterator[str]:
    yield from _keys("lens", attributes, LENS)
    state = attributes["state"]
    yield from _keys("lens state", state, LENS_STATE)
    kind = attributes["visualizationType"]
    yield from _keys(kind, state["visualization"], VISUALIZATION[kind])
    shown = state["visualization"].get("layers") or [state["visualization"]]
    for one in shown if kind == "lnsXY" else ():
        yield from _keys("xy layer", one, XY_LAYER)
    yield from _keys("lens datasources", state["datasourceStates"], DATASOURCES)
    layers = state["datasourceStates"]["formBased"]["layers"]
    if {one["layerId"] for one in shown} != set(layers):
        yield f"{kind} shows other layers than it asks"
    names = {f"indexpattern-datasource-layer-{id}" for id in layers}
    if {one["name"] for one in attributes["references"]} != names:
        yield f"{kind} refers to other layers than it asks"
    for layer in layers.values():
        yield from _layer(layer)


def _layer(layer: dict[str, Any]) -> Iterator[str]:
    yield from _keys("layer", layer, LAYER)
    if sorted(layer["columnOrder"]) != sorted(layer["columns"]):
        yield "columnOrder lists other columns"
    order = [layer["columns"][id]["isBucketed"] for id in layer["columnOrder"]]
    if order != sorted(order, reverse=True):
        yield "a dimension stands behind a metric"
    for id, column in layer["columns"].items():
        yield from _keys("column", column, COLUMN)
        yield from _keys(column["operationType"], column.get("params", {}), PARAMS[column["operationType"]])
        for other in column.get("references", ()):
            if other not in layer["columns"]:
                yield f"column {id} refers to {other}"
        if column["operationType"] == "formula" and [f"{id}X{n}" for n in range(3)] != [
            one for one in layer["columns"] if re.fullmatch(rf"{id}X\d", one)
        ]:
            yield f"formula {id} lacks its parts"
