import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError
from pipeline.index import templates
from pipeline.records import Reason
from tests.index.articles import made


def fields(alias: str) -> dict[str, Any]:
    """All fields of an alias: its own and those of its components."""
    body = templates.load(alias)
    found = dict(body["template"]["mappings"]["properties"])
    for name in body["composed_of"]:
        found |= (
            templates.load(name)["template"].get("mappings", {}).get("properties", {}) if name != "analysis" else {}
        )
    return found


def leaves(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in properties.values():
        yield one
        yield from leaves(one.get("properties", {}))
        yield from leaves(one.get("fields", {}))


@pytest.mark.parametrize("alias", templates.ALIASES)
def test_indices_are_strict_with_one_shard(alias: str) -> None:
    template = templates.index_template(alias, "x-")
    assert template["template"]["mappings"]["dynamic"] == "strict"
    assert template["template"]["settings"]["number_of_shards"] == 1
    assert template["index_patterns"] == [f"x-{alias}-*"]
    assert template["template"]["aliases"] == {f"x-{alias}": {}}
    assert all(name.startswith("x-standpoint-") for name in template["composed_of"])


@pytest.mark.parametrize("alias", templates.ALIASES)
def test_keywords_have_a_limit_and_texts_a_known_analyzer(alias: str) -> None:
    known = set(templates.load("analysis-core")["template"]["settings"]["analysis"]["analyzer"])
    for field in leaves(fields(alias)):
        if field.get("type") == "keyword" and field.get("index", True):
            assert 0 < field["ignore_above"] <= 8191
        if field.get("type") == "text":
            assert field["analyzer"] in known


def test_both_variants_of_the_analysis_define_the_same_analyzers() -> None:
    full, core = (templates.load(f"analysis-{name}")["template"]["settings"]["analysis"] for name in ("full", "core"))
    assert full["analyzer"].keys() == core["analyzer"].keys()
    own = {*full["filter"], "lowercase", "stop"}
    assert all(set(one["filter"]) <= own for one in full["analyzer"].values())
    assert all(set(one["filter"]) <= {"lowercase", "stop"} for one in core["analyzer"].values())


@pytest.mark.parametrize("alias", ["runs", "coverage"])
def test_every_reason_can_be_counted(alias: str) -> None:
    assert set(fields(alias)["left_out"]["properties"]) >= {reason.value for reason in Reason}


@pytest.mark.parametrize("document", made(), ids=lambda document: document.alias)
def test_every_field_of_a_document_is_mapped(document: Any) -> None:
    assert set(document.source) <= set(fields(document.alias))


def test_a_broken_template_is_named(tmp_path: Path) -> None:
    (tmp_path / "articles.json").write_text("{", encoding="utf-8")
    (tmp_path / "quotes.json").write_text(json.dumps([]), encoding="utf-8")
    for name in ("articles", "quotes", "stances"):
        with pytest.raises(ConfigError) as caught:
            templates.load(name, tmp_path)
        assert caught.value.subject.endswith(f"{name}.json")
