"""The dashboard *Who stands where*: its panels, where they lie, and its controls."""

from __future__ import annotations

from typing import Any

from pipeline.index.kibana import lens, searches, vega
from pipeline.index.kibana.lens import Column, Layer
from pipeline.index.kibana.objects import (
    PANEL_VERSION,
    Reference,
    SavedObject,
    Site,
    key,
    kuery,
    packed,
    reference,
    saved_object,
)
from pipeline.index.kibana.views import COLORS, OUTCOMES, view_id
from pipeline.records import Record

TITLE = "Who stands where"
VOICES = ("authorial", "reported", "quoted")

#: One article a story: what is counted is counted once.
ONCE = "is_original: true"

#: What the dashboard is filtered by until somebody changes it, shown as pills.
DEFAULTS = (("period", "current"), ("factuality", "asserted"))

#: Field and title of each control.
CONTROLS = (
    ("holder_name", "Holder"),
    ("target_name", "Target"),
    ("source_name", "Source"),
    ("voice", "Voice"),
    ("language", "Language"),
    ("generation", "Tagger generation"),
)


class Panel(Record, frozen=True, kw_only=True):
    """A panel and its place on a grid of 48 columns."""

    name: str
    title: str
    kind: str  # lens | search | visualization
    at: tuple[int, int, int, int]  # x, y, width, height
    config: dict[str, Any]
    references: tuple[Reference, ...] = ()

    @property
    def id(self) -> str:
        """Of the panel in the dashboard."""
        return key(TITLE, self.name)

    def state(self) -> dict[str, Any]:
        """Return the panel as ``panelsJSON`` holds it."""
        x, y, w, h = self.at
        return {
            "version": PANEL_VERSION,
            "type": self.kind,
            "gridData": {"x": x, "y": y, "w": w, "h": h, "i": self.id},
            "panelIndex": self.id,
            "embeddableConfig": {"enhancements": {}, **self.config},
            "title": self.title,
        }


def dashboard(site: Site) -> SavedObject:
    """Return the dashboard as a saved object."""
    shown = panels(site)
    pills = [_pill(number, field, value) for number, (field, value) in enumerate(DEFAULTS)]
    outcomes = view_id(site, OUTCOMES)
    return saved_object(
        "dashboard",
        dashboard_id(site),
        {
            "title": f"{TITLE} ({site.index_prefix}*)" if site.index_prefix else TITLE,
            "description": "Who takes which stance on whom: shares with n, over time, by voice and source, and the "
            "sentences that show it. Each story counts once; current and asserted unless changed.",
            "panelsJSON": packed([panel.state() for panel in shown]),
            "optionsJSON": packed(
                {
                    "useMargins": True,
                    "syncColors": False,
                    "syncCursor": True,
                    "syncTooltips": False,
                    "hidePanelTitles": False,
                }
            ),
            "kibanaSavedObjectMeta": {"searchSourceJSON": packed({"query": kuery(""), "filter": pills})},
            "controlGroupInput": {
                "controlStyle": "oneLine",
                "chainingSystem": "HIERARCHICAL",
                "panelsJSON": packed(_controls()),
                "ignoreParentSettingsJSON": packed(
                    {
                        "ignoreFilters": False,
                        "ignoreQuery": False,
                        "ignoreTimerange": False,
                        "ignoreValidations": False,
                    }
                ),
            },
            "timeRestore": True,
            "timeFrom": "now-30d",
            "timeTo": "now",
            "refreshInterval": {"pause": True, "value": 60000},
            "version": 1,
        },
        [
            *(reference(_pill_reference(number), "index-pattern", outcomes) for number, _ in enumerate(DEFAULTS)),
            *(
                reference(f"{panel.id}:{one['name']}", one["type"], one["id"])
                for panel in shown
                for one in panel.references
            ),
            *(
                reference(f"controlGroup_{_control_id(field)}:optionsListDataView", "index-pattern", outcomes)
                for field, _ in CONTROLS
            ),
        ],
    )


def dashboard_id(site: Site) -> str:
    """Return the id of the dashboard."""
    return site.id("dashboard-who-stands-where")


def panels(site: Site) -> list[Panel]:
    """Return the panels, from top to bottom."""
    return [
        _markdown(site),
        *_numbers(site),
        _picture(site),
        _table(site),
        _map(site),
        *(_over_time(site, voice, 16 * number) for number, voice in enumerate(VOICES)),
        _by_voice(site),
        _by_source(site),
        _evidence(site),
    ]


def _markdown(site: Site) -> Panel:
    links = [
        # relative to …/app/dashboards: holds under any base path, in any space
        f"[{title}](discover#/view/{searches.search_id(site, title)})"
        for title in ("Evidence against a target", "Mixed stances", "Wire copies", "Untagged articles")
    ]
    text = [
        "**How to read this.** A *holder* takes a stance on a *target*; each story is asked once and answers "
        "favor, against, mixed or none. *n* is the number of answers.",
        "- Choose holder, target, source, voice and dates above.",
        "- *authorial* is the paper's own voice, *reported* and *quoted* are other people's. They are never added up.",
        "- Pale or grey: fewer than 5 stories or 3 sources. Do not quote it.",
        "- More than one tagger generation in view: a change over time may be the tagger's. Choose one above.",
        "",
        "Look into: " + " · ".join(links),
    ]
    if site.airflow_url:
        text.append(f"\nRuns and their reports: [Airflow]({site.airflow_url.rstrip('/')}/standpoint/)")
    return Panel(
        name="how to read",
        title="",
        kind="visualization",
        at=(0, 0, 18, 11),
        config={
            "hidePanelTitles": True,
            "savedVis": {
                "id": "",
                "title": "",
                "description": "",
                "type": "markdown",
                "params": {"fontSize": 12, "openLinksInNewTab": True, "markdown": "\n".join(text)},
                "uiState": {},
                "data": {"aggs": [], "searchSource": {"query": kuery(""), "filter": []}},
            },
        },
    )


def _numbers(site: Site) -> list[Panel]:
    def number(
        name: str, x: int, column: Column, *, view: str = OUTCOMES, kql: str = ONCE, about: str = "", **show: Any
    ) -> Panel:
        one = lens.layer(name, view, column, ignore_filters=view != OUTCOMES)
        return _lens(
            name,
            "",
            (x, 0, 6, 11),
            lens.attributes("lnsMetric", [one], lens.metric(one, **show), site, kql=kql),
            site,
            [one],
            about=about,
        )

    return [
        number(
            "pairs",
            18,
            lens.unique(key("pairs"), "holder → target pairs", "pair"),
            about="Pairs judged at least once, with or without a stance.",
        ),
        number("stories", 24, lens.unique(key("stories"), "stories", "story_id")),
        number("sources", 30, lens.unique(key("sources"), "sources", "source")),
        number(
            "generations",
            36,
            lens.unique(key("generations"), "tagger generations", "generation"),
            about="More than one: do not read a trend across them.",
            alarm_above=1,
        ),
        number(
            "untagged",
            42,
            # in the column: a layer that ignores the dashboard's filters ignores its panel's query with them
            lens.count(key("untagged"), "articles not tagged", "stance_tagged: false"),
            view="articles",
            kql="",
            about="Of these dates, in languages without a tagger: in no denominator. Controls do not apply here.",
        ),
    ]


def _picture(site: Site) -> Panel:
    return Panel(
        name="picture",
        title="Who stands where on whom: mean over sources",
        kind="visualization",
        at=(0, 11, 48, 18),
        config={
            "description": "Each source counts the same. Pale: fewer than "
            f"{vega.LEAST_STORIES} stories or {vega.LEAST_SOURCES} sources.",
            "savedVis": {
                "id": "",
                "title": "",
                "description": "",
                "type": "vega",
                "params": {"spec": packed(vega.spec(site))},
                "uiState": {},
                "data": {"aggs": [], "searchSource": {"query": kuery(""), "filter": []}},
            },
        },
    )


def _table(site: Site) -> Panel:
    def id(column: str) -> str:
        return key("table", column)

    evidence = lens.total(id("evidence"), "evidence", "evidence_count")
    n = lens.count(id("n"), "n")
    sources = lens.unique(id("sources"), "sources", "source")
    one = lens.layer(
        "table",
        OUTCOMES,
        lens.terms(id("holder"), "Holder", "holder_name", 15, by=evidence.id),
        lens.terms(id("target"), "Target", "target_name", 10, by=evidence.id),
        lens.terms(id("voice"), "Voice", "voice", 3, by=evidence.id),
        *_shares("table"),
        n,
        sources,
        evidence,
    )
    return _lens(
        "table",
        "Holder × target: each story counts the same",
        (0, 29, 28, 20),
        lens.attributes(
            "lnsDatatable",
            [one],
            lens.datatable(one, sort_by=evidence.id, faint_below=_few(n, sources)),
            site,
            kql=ONCE,
        ),
        site,
        [one],
        about="Shares of all stories in which the holder was judged towards the target. Grey n or sources: too few.",
    )


def _map(site: Site) -> Panel:
    def id(column: str) -> str:
        return key("map", column)

    one = lens.layer(
        "map",
        OUTCOMES,
        lens.terms(id("holder"), "Holder", "holder_name", 12, most="evidence_count"),
        lens.terms(id("target"), "Target", "target_name", 12, most="evidence_count"),
        lens.unique(id("stories"), "stories", "story_id"),
    )
    return _lens(
        "map",
        "How much there is: stories in which holder and target were judged",
        (28, 29, 20, 20),
        lens.attributes("lnsHeatmap", [one], lens.heatmap(one), site, kql=ONCE),
        site,
        [one],
        about="Click a cell to filter by holder and target.",
    )


def _over_time(site: Site, voice: str, x: int) -> Panel:
    name = f"over time, {voice}"
    bars = lens.layer(
        name,
        OUTCOMES,
        lens.dates(key(name, "bars"), "published", "published"),
        *(lens.count(key(name, stance), stance, f"stance: {stance}") for stance in COLORS),
        name="bars",
    )
    line = lens.layer(
        name,
        OUTCOMES,
        lens.dates(key(name, "line"), "published", "published"),
        lens.count(key(name, "n"), "n"),
        name="line",
    )
    return _lens(
        name,
        f"Over time: {voice}",
        (x, 49, 16, 12),
        lens.attributes(
            "lnsXY",
            [bars, line],
            lens.stacked(bars, line, list(COLORS.values()), kind="bar_percentage_stacked"),
            site,
            kql=f"{ONCE} and voice: {voice}",
        ),
        site,
        [bars, line],
        about="Shares of each interval's answers; the line is how many there are.",
    )


def _by_voice(site: Site) -> Panel:
    n = lens.count(key("by voice", "n"), "n")
    sources = lens.unique(key("by voice", "sources"), "sources", "source")
    one = lens.layer(
        "by voice",
        OUTCOMES,
        lens.terms(key("by voice", "voice"), "Voice", "voice", 3, by=n.id),
        *_shares("by voice"),
        n,
        lens.unique(key("by voice", "stories"), "stories", "story_id"),
        sources,
    )
    return _lens(
        "by voice",
        "By voice",
        (0, 61, 20, 15),
        lens.attributes(
            "lnsDatatable",
            [one],
            lens.datatable(one, sort_by=n.id, faint_below=_few(n, sources)),
            site,
            kql=ONCE,
        ),
        site,
        [one],
        about="The paper's own words, what it reports, what it quotes. Never add them up.",
    )


def _by_source(site: Site) -> Panel:
    n = lens.count(key("by source", "n"), "n")
    one = lens.layer(
        "by source",
        OUTCOMES,
        lens.terms(key("by source", "source"), "Source", "source_name", 50, by=n.id),
        lens.terms(key("by source", "voice"), "Voice", "voice", 3, by=n.id),
        *_shares("by source"),
        n,
        lens.unique(key("by source", "stories"), "stories", "story_id"),
    )
    return _lens(
        "by source",
        "By source: its own reporting",
        (20, 61, 28, 15),
        lens.attributes(
            "lnsDatatable",
            [one],
            lens.datatable(one, sort_by=n.id, faint_below=_few(n)),
            site,
            kql=ONCE,
        ),
        site,
        [one],
        about="A story that several print counts for the one that had it first.",
    )


def _evidence(site: Site) -> Panel:
    attributes = searches.attributes(searches.EVIDENCE)
    refers = searches.references(searches.EVIDENCE, site)
    return Panel(
        name="evidence",
        title="The sentences that show it",
        kind="search",
        at=(0, 76, 48, 24),
        config={
            "attributes": {**attributes, "references": refers},
            "columns": attributes["columns"],
            "sort": attributes["sort"],
        },
        references=tuple(refers),
    )


def _shares(panel: str) -> list[Column]:
    return [lens.share(key(panel, "share", stance), stance, f"stance: {stance}") for stance in COLORS]


def _few(n: Column, sources: Column | None = None) -> dict[str, int]:
    """Below which numbers a row says too little."""
    return {n.id: vega.LEAST_STORIES} | ({sources.id: vega.LEAST_SOURCES} if sources else {})


def _lens(
    name: str,
    title: str,
    at: tuple[int, int, int, int],
    attributes: dict[str, Any],
    site: Site,
    layers: list[Layer],
    *,
    about: str = "",
) -> Panel:
    return Panel(
        name=name,
        title=title,
        kind="lens",
        at=at,
        config={"attributes": attributes, **({"description": about} if about else {})}
        | ({} if title else {"hidePanelTitles": True}),
        references=tuple(lens.layer_references(layers, site)),
    )


def _pill_reference(number: int) -> str:
    return f"kibanaSavedObjectMeta.searchSourceJSON.filter[{number}].meta.index"


def _pill(number: int, field: str, value: str) -> dict[str, Any]:
    return {
        "$state": {"store": "appState"},
        "meta": {
            "alias": None,
            "disabled": False,
            "negate": False,
            "type": "phrase",
            "key": field,
            "field": field,
            "params": {"query": value},
            "indexRefName": _pill_reference(number),
        },
        "query": {"match_phrase": {field: value}},
    }


def _control_id(field: str) -> str:
    return key("control", field)


def _controls() -> dict[str, dict[str, Any]]:
    lists = {
        _control_id(field): {
            "order": number,
            "width": "medium",
            "grow": True,
            "type": "optionsListControl",
            "explicitInput": {
                "id": _control_id(field),
                "fieldName": field,
                "title": title,
                "selectedOptions": [],
                "enhancements": {},
            },
        }
        for number, (field, title) in enumerate(CONTROLS)
    }
    slider = _control_id("published")
    return lists | {
        slider: {
            "order": len(lists),
            "width": "large",
            "grow": True,
            "type": "timeSlider",
            "explicitInput": {"id": slider, "title": "Dates", "enhancements": {}},
        }
    }
