"""Every field that a view, search, panel, filter or control names exists on the real node and can do what is asked."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.index import templates
from pipeline.index.client import Index
from pipeline.index.kibana import vega, views
from pipeline.index.kibana.bundle import saved_objects
from pipeline.index.kibana.dashboard import CONTROLS, DEFAULTS
from pipeline.index.kibana.lens import RECORDS
from pipeline.index.kibana.objects import Site
from pipeline.local.client import ask
from pipeline.settings import PROJECT
from tests.index.kibana import kql
from tests.index.kibana.asks import layers_of, panels_of

pytestmark = pytest.mark.servers

#: Use of a field: (view, field, what it must be: there, searchable, aggregatable).
Use = tuple[str, str, str]
Caps = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture
def caps(servers: Any, index_prefix: str) -> Caps:
    """By alias and field, what the real mapping can do."""
    with Index(servers.elasticsearch_url, prefix=index_prefix) as index:
        index.setup()
    found: Caps = {}
    for alias in templates.ALIASES:
        assert ask("PUT", f"{servers.elasticsearch_url}/{index_prefix}{alias}-2026-10", timeout_s=30).ok
        answer = ask("GET", f"{servers.elasticsearch_url}/{index_prefix}{alias}/_field_caps?fields=*", timeout_s=30)
        found[alias] = {
            name: next(iter(types.values())) for name, types in answer.json()["fields"].items() if len(types) == 1
        }
    return found


def uses() -> Iterator[Use]:
    objects = saved_objects(Site(airflow_url="http://airflow.example"))
    keys = {views.view_id(Site(), view.key): view.key for view in views.VIEWS}
    for one in objects:
        if one["type"] == "index-pattern":
            view = keys[one["id"]]
            yield view, one["attributes"]["timeFieldName"], "aggregatable"
            for name in json.loads(one["attributes"]["fieldFormatMap"]):
                yield view, name, "there"
        elif one["type"] == "search":
            yield from _search(one["attributes"], keys[one["references"][0]["id"]])
    dashboard = objects[-1]
    for panel in panels_of(dashboard):
        if panel["type"] == "search":
            attributes = panel["embeddableConfig"]["attributes"]
            yield from _search(attributes, keys[attributes["references"][0]["id"]])
        elif panel["type"] == "lens":
            yield from _lens(panel, keys)
    for name in re.findall(r'"field": "(\w+)"', json.dumps(vega.query())):
        yield views.OUTCOMES, name, "aggregatable"
    for name in re.findall(r'"term": \{"(\w+)"', json.dumps(vega.query())):
        yield views.OUTCOMES, name, "searchable"
    # filters and controls apply to the evidence as well
    for view in (views.OUTCOMES, "stance_evidence"):
        for name, _ in (*DEFAULTS, *CONTROLS):
            yield view, name, "searchable"
            yield view, name, "aggregatable"


def _search(attributes: dict[str, Any], view: str) -> Iterator[Use]:
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    for name in attributes["columns"]:
        yield view, name, "there"
    for name, _ in attributes["sort"]:
        yield view, name, "aggregatable"
    for name in kql.fields(source["query"]["query"]):
        yield view, name, "searchable"


def _lens(panel: dict[str, Any], keys: dict[str, str]) -> Iterator[Use]:
    attributes = panel["embeddableConfig"]["attributes"]
    for id, layer in layers_of(panel).items():
        (refers,) = [r for r in attributes["references"] if r["name"].endswith(id)]
        view = keys[refers["id"]]
        for name in kql.fields(attributes["state"]["query"]["query"]):
            yield view, name, "searchable"
        for column in layer["columns"].values():
            for one in (column, column.get("params", {}).get("orderAgg", {})):
                if one.get("sourceField", RECORDS) != RECORDS:
                    yield view, one["sourceField"], "aggregatable"
            for name in kql.fields(column.get("filter", {}).get("query", "")):
                yield view, name, "searchable"


#: What only a stance has; what was judged without one counts as zero.
ONLY_STANCES = {"evidence_count", "confidence"}


def test_every_field_named_is_there_and_can_do_what_is_asked_of_it(caps: Caps) -> None:
    asked = set(uses())
    assert len(asked) > 100
    aliases = {view.key: view.aliases for view in views.VIEWS}
    wrong = set()
    for view, name, what in asked:
        for alias in aliases[view]:
            field = caps[alias].get(name)
            if view == views.OUTCOMES and (name in ONLY_STANCES or name.startswith("provenance.")):
                field = field or caps["stances"].get(name)
            if field is None or (what != "there" and not field[what]):
                wrong.add((view, alias, name, what))
    assert wrong == set()


def test_links_are_on_addresses_and_on_runs(caps: Caps) -> None:
    for one in saved_objects(Site(airflow_url="http://airflow.example/")):
        if one["type"] == "index-pattern" and "articles" in one["attributes"]["title"]:
            formats = json.loads(one["attributes"]["fieldFormatMap"])
            assert formats["url"]["id"] == "url"
            template = formats["provenance.run"]["params"]["urlTemplate"]
            assert template == "http://airflow.example/standpoint/run?id={{value}}"


def test_the_questions_in_the_documentation_can_be_asked(caps: Caps, servers: Any, index_prefix: str) -> None:
    page = (PROJECT / "docs/searching.md").read_text()
    rows = re.findall(r"^\| (\w+) \| (`.+) \|$", page.split("## Questions in KQL")[1].split("\n## ")[0], re.MULTILINE)
    names = {"evidence": ("stance_evidence",), "outcomes": ("stances", "judged")}
    asked = 0
    for view, cell in rows:
        aliases = names.get(view, (view,))
        for question in re.findall(r"`([^`]+)`", cell.replace("\\|", "|")):
            for alias in aliases:
                assert {f for f in kql.fields(question) if not caps[alias].get(f, {}).get("searchable")} == set()
                url = f"{servers.elasticsearch_url}/{index_prefix}{alias}/_search"
                assert ask("POST", url, body={"query": kql.to_dsl(question)}, timeout_s=30).ok, question
            asked += 1
    assert asked > 15
