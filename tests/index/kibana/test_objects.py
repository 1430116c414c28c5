"""The saved objects: shaped as real exports, whole in themselves, the same in every build."""

import json
import re
from typing import Any

import pytest

from pipeline.index import templates
from pipeline.index.kibana import views
from pipeline.index.kibana.bundle import ndjson, saved_objects
from pipeline.index.kibana.dashboard import CONTROLS, panels
from pipeline.index.kibana.objects import Site
from pipeline.index.kibana.searches import SEARCHES
from pipeline.settings import PROJECT, Settings
from tests.index.kibana.asks import panels_of
from tests.index.kibana.shapes import faults

DEFAULT = Site(airflow_url=Settings.model_fields["kibana_airflow_url"].default)
OBJECTS = saved_objects(DEFAULT)
DASHBOARD = OBJECTS[-1]


def test_the_file_in_config_is_what_the_code_builds() -> None:
    assert (PROJECT / "config/kibana/standpoint.ndjson").read_bytes() == ndjson(OBJECTS), (
        "build it anew: standpoint kibana export config/kibana/standpoint.ndjson"
    )


@pytest.mark.parametrize("one", OBJECTS, ids=lambda one: one["id"])
def test_every_object_has_the_shape_of_an_export(one: dict[str, Any]) -> None:
    assert list(faults(one)) == []


def test_the_check_of_shapes_finds_what_is_wrong() -> None:
    broken = json.loads(json.dumps(DASHBOARD))
    broken["typeMigrationVersion"] = "11.0.0"
    broken["references"][0]["name"] = "somewhere"
    broken["attributes"]["timeFrom"] = 5
    broken["attributes"]["controlGroupInput"]["surprise"] = 1
    shown = panels_of(broken)
    lens = next(one for one in shown if one["type"] == "lens")
    lens["surprise"] = 1
    layers = lens["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
    next(iter(layers.values()))["columnOrder"] = []
    broken["attributes"]["panelsJSON"] = json.dumps(shown)
    assert sorted(faults(broken)) == [
        "columnOrder lists other columns",
        "controls: surprise is in no export",
        "dashboard.controlGroupInput.surprise is refused",
        "dashboard.timeFrom is refused",
        "panel: surprise is in no export",
        "reference somewhere",
        "typeMigrationVersion 11.0.0",
    ]


@pytest.mark.parametrize(
    "site", [DEFAULT, Site(), Site(index_prefix="t-", space="desk", airflow_url="https://a.example/")], ids=str
)
def test_ids_are_unique_and_every_reference_leads_to_one_before(site: Site) -> None:
    seen: set[tuple[str, str]] = set()
    for one in saved_objects(site):
        for refers in one["references"]:
            assert (refers["type"], refers["id"]) in seen
        names = [refers["name"] for refers in one["references"]]
        assert len(names) == len(set(names))
        assert (one["type"], one["id"]) not in seen
        seen.add((one["type"], one["id"]))
    assert len(seen) == len(OBJECTS)


def test_each_build_is_the_same_and_each_installation_has_ids_of_its_own() -> None:
    assert ndjson(saved_objects(DEFAULT)) == ndjson(OBJECTS)
    sites = [DEFAULT, Site(index_prefix="t-"), Site(space="desk"), Site(space="desk", index_prefix="t-")]
    ids = [one["id"] for site in sites for one in saved_objects(site)]
    assert len(ids) == len(set(ids))


def test_the_file_is_json_lines() -> None:
    lines = ndjson(OBJECTS).decode().split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == OBJECTS


def test_there_is_a_data_view_over_each_alias_and_it_looks_at_nothing_else() -> None:
    titles = [
        one["attributes"]["title"]
        for one in saved_objects(Site(index_prefix="t-"))
        if "timeFieldName" in one["attributes"]
    ]
    assert titles == [*(f"t-{alias}" for alias in ("articles", "stances", "judged")), "t-stances,t-judged"] + [
        f"t-{alias}" for alias in ("stance_evidence", "quotes", "runs", "coverage")
    ]
    assert {a for view in views.VIEWS for a in view.aliases} == set(templates.ALIASES)


def test_there_are_ten_saved_searches_each_says_what_it_is_for() -> None:
    assert len({one.title for one in SEARCHES}) == len(SEARCHES) == 10
    assert all(len(one.description) > 40 and one.columns and one.sort for one in SEARCHES)


def test_no_runtime_field_and_no_script_anywhere() -> None:
    text = ndjson(OBJECTS).decode()
    assert not re.search(r'"(script|scripted|painless)\b', text)
    assert {one["attributes"]["runtimeFieldMap"] for one in OBJECTS if one["type"] == "index-pattern"} == {"{}"}


def test_panels_fill_the_grid_without_lying_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(DEFAULT):
        x, y, w, h = panel.at
        cells = {(i, j) for i in range(x, x + w) for j in range(y, y + h)}
        assert not cells & taken, panel.name
        assert x + w <= 48
        taken |= cells
    rows = {j for _, j in taken}
    assert rows == set(range(max(rows) + 1))
    assert len(taken) == 48 * len(rows)


def test_every_reference_of_the_dashboard_belongs_to_a_panel_a_control_or_a_filter() -> None:
    ids = {one["panelIndex"] for one in panels_of(DASHBOARD)}
    controls = json.loads(DASHBOARD["attributes"]["controlGroupInput"]["panelsJSON"])
    assert {one["explicitInput"].get("fieldName") for one in controls.values()} == {f for f, _ in CONTROLS} | {None}
    for refers in DASHBOARD["references"]:
        owner = refers["name"].partition(":")[0].removeprefix("controlGroup_")
        assert owner in ids | set(controls) or owner.startswith("kibanaSavedObjectMeta")
    for panel in panels_of(DASHBOARD):
        inner = panel["embeddableConfig"].get("attributes", {}).get("references", [])
        mine = {r["name"]: r["id"] for r in DASHBOARD["references"] if r["name"].startswith(panel["panelIndex"])}
        assert mine == {f"{panel['panelIndex']}:{r['name']}": r["id"] for r in inner}


def test_links_lead_to_what_is_imported() -> None:
    text = DASHBOARD["attributes"]["panelsJSON"]
    ids = {one["id"] for one in OBJECTS if one["type"] == "search"}
    linked = {part.partition(")")[0] for part in text.split("discover#/view/")[1:]}
    assert linked
    assert linked <= ids
    assert "airflow.example" not in ndjson(saved_objects(Site())).decode()


@pytest.mark.parametrize(
    "panel", [one for one in panels_of(DASHBOARD) if one["type"] == "lens"], ids=lambda p: p["title"]
)
def test_every_number_counts_a_story_once_and_no_panel_adds_voices(panel: dict[str, Any]) -> None:
    state = panel["embeddableConfig"]["attributes"]["state"]
    for layer in state["datasourceStates"]["formBased"]["layers"].values():
        if layer["ignoreGlobalFilters"]:
            continue
        assert "is_original: true" in state["query"]["query"]
        columns = layer["columns"].values()
        by_voice = "voice:" in state["query"]["query"] or any(one.get("sourceField") == "voice" for one in columns)
        for one in columns:
            assert one["operationType"] not in ("average", "median")
            if one["operationType"] == "count":
                assert by_voice, "answers of different voices would be added up"
        shares = [one for one in columns if one["operationType"] == "formula"]
        if shares:
            assert any(one["label"] == "n" for one in columns)
