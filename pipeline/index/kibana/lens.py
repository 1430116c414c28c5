"""Lens: columns that ask Elasticsearch, a layer of them, and the panel that shows it.

A layer asks one query: its bucketed columns nest in their order, the others are computed in each innermost bucket.
A share is a formula, and Kibana keeps a formula with the columns it is made of: ``count(kql='…') / count()`` is a
filtered count (``…X0``), a count (``…X1``), their division (``…X2``) and the formula itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.index.kibana.objects import Reference, Site, key, kuery, reference
from pipeline.index.kibana.views import view_id
from pipeline.records import Record

#: The field that stands for the document itself.
RECORDS = "___records___"
_PERCENT = {"id": "percent", "params": {"decimals": 0}}
_INTEGER = {"id": "number", "params": {"decimals": 0}}


class Column(Record, frozen=True, kw_only=True):
    """A column of a layer, with the further columns that Kibana keeps for it."""

    id: str
    columns: dict[str, dict[str, Any]]  # by id, its own last

    @property
    def is_bucket(self) -> bool:
        """Whether it divides into rows (a dimension) instead of being computed in each."""
        return bool(self.columns[self.id]["isBucketed"])


class Layer(Record, frozen=True, kw_only=True):
    """One query of a panel."""

    id: str
    view: str
    columns: tuple[Column, ...]
    ignore_filters: bool = False  # the dashboard's query, filters and controls, not its time

    def state(self) -> dict[str, Any]:
        """Return the layer as ``formBased.layers`` holds it."""
        ordered = [c for c in self.columns if c.is_bucket] + [c for c in self.columns if not c.is_bucket]
        columns = {id: body for column in ordered for id, body in column.columns.items()}
        return {
            "columns": columns,
            "columnOrder": list(columns),
            "incompleteColumns": {},
            "sampling": 1,
            "ignoreGlobalFilters": self.ignore_filters,
        }


def _column(id: str, label: str, kind: str, operation: str, **body: Any) -> Column:
    bucketed = kind in ("terms", "date")
    return Column(
        id=id,
        columns={
            id: {
                "label": label,
                "customLabel": True,
                "dataType": {"terms": "string", "date": "date", "metric": "number"}[kind],
                "operationType": operation,
                "isBucketed": bucketed,
                "scale": {"terms": "ordinal", "date": "interval", "metric": "ratio"}[kind],
                **body,
            }
        },
    )


def _filtered(kql: str) -> dict[str, Any]:
    return {"filter": kuery(kql)} if kql else {}


def count(id: str, label: str, kql: str = "") -> Column:
    """Count documents, or those that match."""
    return _column(
        id,
        label,
        "metric",
        "count",
        sourceField=RECORDS,
        params={"emptyAsNull": False, "format": _INTEGER},
        **_filtered(kql),
    )


def unique(id: str, label: str, field: str, kql: str = "") -> Column:
    """Count distinct values: exact up to some 3,000, then to a few per cent."""
    return _column(
        id,
        label,
        "metric",
        "unique_count",
        sourceField=field,
        params={"emptyAsNull": False, "format": _INTEGER},
        **_filtered(kql),
    )


def total(id: str, label: str, field: str) -> Column:
    """Add a number up."""
    return _column(id, label, "metric", "sum", sourceField=field, params={"emptyAsNull": False, "format": _INTEGER})


def share(id: str, label: str, kql: str) -> Column:
    """Divide the documents that match by all."""
    formula = f"count(kql='{kql}') / count()"
    part = f"Part of {label}"

    def counted(**body: Any) -> dict[str, Any]:
        return {
            "label": part,
            "customLabel": True,
            "dataType": "number",
            "operationType": "count",
            "isBucketed": False,
            "scale": "ratio",
            "sourceField": RECORDS,
            **body,
            "params": {"emptyAsNull": False},
        }

    return Column(
        id=id,
        columns={
            f"{id}X0": counted(filter=kuery(kql)),
            f"{id}X1": counted(),
            f"{id}X2": {
                "label": part,
                "customLabel": True,
                "dataType": "number",
                "operationType": "math",
                "isBucketed": False,
                "scale": "ratio",
                "params": {
                    "tinymathAst": {
                        "type": "function",
                        "name": "divide",
                        "args": [f"{id}X0", f"{id}X1"],
                        "location": {"min": 0, "max": len(formula)},
                        "text": formula,
                    }
                },
                "references": [f"{id}X0", f"{id}X1"],
            },
            id: {
                "label": label,
                "customLabel": True,
                "dataType": "number",
                "operationType": "formula",
                "isBucketed": False,
                "scale": "ratio",
                "params": {"formula": formula, "isFormulaBroken": False, "format": _PERCENT},
                "references": [f"{id}X2"],
            },
        },
    )


def terms(id: str, label: str, field: str, size: int, *, by: str = "", most: str = "") -> Column:
    """Divide by the values of a field, the most first.

    Args:
        id: of the column.
        label: its heading.
        field: a keyword.
        size: values at most.
        by: id of the column that says which are the most.
        most: in place of it, a numeric field whose sum says so, without a column of its own.
    """
    order: dict[str, Any] = {"orderBy": {"type": "column", "columnId": by}}
    if most:
        order = {
            "orderBy": {"type": "custom"},
            "orderAgg": {
                "label": f"Sum of {most}",
                "dataType": "number",
                "operationType": "sum",
                "isBucketed": False,
                "scale": "ratio",
                "sourceField": most,
                "params": {"emptyAsNull": True},
            },
        }
    return _column(
        id,
        label,
        "terms",
        "terms",
        sourceField=field,
        params={
            "size": size,
            **order,
            "orderDirection": "desc",
            "otherBucket": False,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
            "include": [],
            "exclude": [],
            "includeIsRegex": False,
            "excludeIsRegex": False,
            # more of each shard's terms, so that months together give the right first ones
            "accuracyMode": True,
        },
    )


def dates(id: str, label: str, field: str) -> Column:
    """Divide by time, the interval chosen by Kibana for the range in view."""
    return _column(
        id,
        label,
        "date",
        "date_histogram",
        sourceField=field,
        params={"interval": "auto", "includeEmptyRows": False, "dropPartials": False},
    )


def attributes(
    kind: str, layers: Sequence[Layer], visualization: dict[str, Any], site: Site, *, kql: str = ""
) -> dict[str, Any]:
    """Return a Lens visualization as a panel embeds it.

    Args:
        kind: ``lnsDatatable``, ``lnsXY``, ``lnsHeatmap``, ``lnsMetric``.
        layers: its queries.
        visualization: how it shows them.
        site: for whom.
        kql: a query of its own, beside the dashboard's.
    """
    return {
        "title": "",
        "visualizationType": kind,
        "type": "lens",
        "references": layer_references(layers, site),
        "state": {
            "visualization": visualization,
            "query": kuery(kql),
            "filters": [],
            "datasourceStates": {
                "formBased": {"layers": {layer.id: layer.state() for layer in layers}},
                "indexpattern": {"layers": {}},
                "textBased": {"layers": {}},
            },
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def layer_references(layers: Sequence[Layer], site: Site) -> list[Reference]:
    """Return what layers refer to: the data view of each."""
    return [
        reference(f"indexpattern-datasource-layer-{one.id}", "index-pattern", view_id(site, one.view)) for one in layers
    ]


def datatable(layer: Layer, *, sort_by: str, faint_below: dict[str, int]) -> dict[str, Any]:
    """Show a layer as a table.

    Args:
        layer: what to show.
        sort_by: id of the column that it is sorted by, the most first.
        faint_below: by id of a column, the limit below which its numbers are grey: too few to say anything.
    """
    columns: list[dict[str, Any]] = []
    for column in layer.columns:
        shown: dict[str, Any] = {"columnId": column.id, "isTransposed": False, "isMetric": not column.is_bucket}
        if column.id in faint_below:
            shown |= {"colorMode": "text", "palette": _steps([("#98a2b3", 0), ("#1a1c21", faint_below[column.id])])}
        columns.append(shown)
    return {
        "layerId": layer.id,
        "layerType": "data",
        "columns": columns,
        "sorting": {"columnId": sort_by, "direction": "desc"},
        "paging": {"size": 20, "enabled": True},
        "headerRowHeight": "auto",
        "rowHeight": "single",
        "rowHeightLines": 1,
    }


def metric(layer: Layer, *, alarm_above: int | None = None) -> dict[str, Any]:
    """Show a layer's only column as one number; red above a limit."""
    shown: dict[str, Any] = {"layerId": layer.id, "layerType": "data", "metricAccessor": layer.columns[0].id}
    if alarm_above is not None:
        shown["palette"] = _steps([("#d3dae6", 0), ("#f66d64", alarm_above + 1)])
    return shown


def heatmap(layer: Layer) -> dict[str, Any]:
    """Show a layer of two dimensions and a number as a map: the first dimension down, the second across."""
    down, across, value = layer.columns
    return {
        "shape": "heatmap",
        "layerId": layer.id,
        "layerType": "data",
        "yAccessor": down.id,
        "xAccessor": across.id,
        "valueAccessor": value.id,
        "legend": {"isVisible": True, "position": "right", "type": "heatmap_legend"},
        "gridConfig": {
            "type": "heatmap_grid",
            "isCellLabelVisible": True,
            "isYAxisLabelVisible": True,
            "isXAxisLabelVisible": True,
            "isYAxisTitleVisible": True,
            "isXAxisTitleVisible": True,
        },
    }


def stacked(bars: Layer, line: Layer, colors: Sequence[str], *, kind: str) -> dict[str, Any]:
    """Show parts of a whole as stacked bars over the left axis, and how many they are as a line over the right one.

    Args:
        bars: a dimension, and one column a part.
        line: the same dimension, and the column with the whole.
        colors: of the parts.
        kind: ``bar_percentage_stacked`` or ``bar_stacked``.
    """
    x, *parts = bars.columns
    line_x, whole = line.columns
    return {
        "legend": {"isVisible": True, "position": "bottom", "showSingleSeries": True, "shouldTruncate": False},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "preferredSeriesType": kind,
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "tickLabelsVisibilitySettings": {"x": True, "yLeft": True, "yRight": True},
        "gridlinesVisibilitySettings": {"x": False, "yLeft": True, "yRight": False},
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
        "yLeftExtent": {"mode": "full"},
        "yRightExtent": {"mode": "full"},
        "yTitle": "share",
        "yRightTitle": "n",
        "layers": [
            {
                "layerId": bars.id,
                "layerType": "data",
                "seriesType": kind,
                "position": "top",
                "showGridlines": False,
                "xAccessor": x.id,
                "accessors": [part.id for part in parts],
                "yConfig": [
                    {"forAccessor": part.id, "axisMode": "left", "color": color}
                    for part, color in zip(parts, colors, strict=True)
                ],
            },
            {
                "layerId": line.id,
                "layerType": "data",
                "seriesType": "line",
                "position": "top",
                "showGridlines": False,
                "xAccessor": line_x.id,
                "accessors": [whole.id],
                "yConfig": [{"forAccessor": whole.id, "axisMode": "right", "color": "#1a1c21"}],
            },
        ],
    }


def layer(panel: str, view: str, *columns: Column, name: str = "layer", ignore_filters: bool = False) -> Layer:
    """Return a layer of a panel; its id follows from their names."""
    return Layer(id=key(panel, name), view=view, columns=columns, ignore_filters=ignore_filters)


def _steps(steps: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """A palette of fixed colours, each from a number on."""
    ends: list[int | None] = [*(start for _, start in steps[1:]), None]
    return {
        "type": "palette",
        "name": "custom",
        "params": {
            "name": "custom",
            "reverse": False,
            "rangeType": "number",
            "rangeMin": steps[0][1],
            "rangeMax": None,
            "progression": "fixed",
            "continuity": "above",
            "steps": len(steps),
            "maxSteps": 5,
            "colorStops": [{"color": color, "stop": start} for color, start in steps],
            "stops": [
                {"color": color, "stop": end if end is not None else start + 1}
                for (color, start), end in zip(steps, ends, strict=True)
            ],
        },
    }
