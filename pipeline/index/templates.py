"""The templates under ``config/elasticsearch``: how each index analyses and stores its fields.

``analysis-full.json`` needs the token filters of a complete Elasticsearch, ``analysis-core.json`` only
those of its server without the analysis module; both define the same analyzers by name, so that the
mappings are the same everywhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.settings import PROJECT

CONFIG = PROJECT / "config/elasticsearch"

#: Aliases over monthly indices, each with a template of its name.
ALIASES = ("articles", "stances", "judged", "stance_evidence", "quotes", "runs", "coverage")


def load(name: str, folder: Path = CONFIG) -> dict[str, Any]:
    """Return a template by its file name without ``.json``.

    Raises:
        ConfigError: the file is missing or no JSON object.
    """
    path = folder / f"{name}.json"
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"This Elasticsearch template cannot be read: {error}", subject=str(path)) from error
    if not isinstance(body, dict):
        raise ConfigError("An Elasticsearch template has to be a JSON object.", subject=str(path))
    return body


def component_name(name: str, prefix: str = "") -> str:
    """Return the name of a component template in the cluster."""
    return f"{prefix}standpoint-{name}"


def component_templates(variant: str, folder: Path = CONFIG) -> dict[str, dict[str, Any]]:
    """Return the component templates by short name, as ``PUT _component_template`` takes them.

    Args:
        variant: of the analysis: ``full`` or ``core``.
        folder: where the files are.
    """
    analysis = load(f"analysis-{variant}", folder)
    fields = load("article-fields", folder)
    # Elasticsearch checks each component by itself: one that names an analyzer has to define it.
    fields["template"] = {**analysis["template"], **fields["template"]}
    return {"analysis": analysis, "article-fields": fields}


def index_template(alias: str, prefix: str = "", folder: Path = CONFIG) -> dict[str, Any]:
    """Return the index template of an alias, as ``PUT _index_template`` takes it.

    The file says which components it is composed of; names, patterns and the alias get the prefix here.
    """
    body = load(alias, folder)
    template = dict(body.get("template", {}))
    template["aliases"] = {f"{prefix}{alias}": {}}
    return {
        **body,
        "index_patterns": [f"{prefix}{alias}-*"],
        "composed_of": [component_name(name, prefix) for name in body["composed_of"]],
        "template": template,
    }


def properties(alias: str, folder: Path = CONFIG) -> dict[str, Any]:
    """Return every field of an alias's indices with its mapping, those of the shared components included."""
    merged: dict[str, Any] = {}
    for name in [*load(alias, folder)["composed_of"], alias]:
        body = load(name, folder) if name != "analysis" else {}  # defines analyzers, and no field
        merged = _merged(merged, body.get("template", {}).get("mappings", {}).get("properties", {}))
    return merged


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {
        k: _merged(one[k], other[k])
        for k in one.keys() & other.keys()
        if isinstance(one[k], dict) and isinstance(other[k], dict)
    }
    return one | other | both
