"""Saved objects as Kibana exports them, and what they are built for.

A saved object is ``{id, type, attributes, references, managed, coreMigrationVersion, typeMigrationVersion}``. Kibana
migrates what bears an older version than its own and refuses what bears a newer one; the versions below are those of
exports from Kibana 8.13, so that every later 8.x and 9.x takes the objects.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from typing import Any

from pipeline.records import Record

SavedObject = dict[str, Any]
Reference = dict[str, str]

CORE_VERSION = "8.8.0"
TYPE_VERSIONS = {"index-pattern": "8.0.0", "search": "8.0.0", "dashboard": "8.9.0"}
#: Version of what is embedded in a dashboard's panels.
PANEL_VERSION = "8.11.0"

_NAMESPACE = uuid.UUID("5f0f7a52-5d0c-5a3e-9c57-7a1f6c5f2b11")


class Site(Record, frozen=True, kw_only=True):
    """Which installation the objects are for."""

    index_prefix: str = ""  # of every index and alias
    airflow_url: str = ""  # of the Airflow UI, as an analyst's browser sees it; empty: no links to it
    space: str = ""  # of Kibana; empty: the default one

    def id(self, name: str) -> str:
        """Return the id of an object: the same for every import into this space, another in each other one."""
        return "-".join(part for part in (self.space, f"{self.index_prefix}standpoint", name) if part)

    def indices(self, *aliases: str) -> str:
        """Return what a data view over these aliases looks at."""
        return ",".join(f"{self.index_prefix}{alias}" for alias in aliases)


def saved_object(kind: str, id: str, attributes: dict[str, Any], references: Iterable[Reference] = ()) -> SavedObject:
    """Return one saved object, ready to be a line of an import file."""
    return {
        "id": id,
        "type": kind,
        "attributes": attributes,
        "references": list(references),
        "managed": False,
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": TYPE_VERSIONS[kind],
    }


def reference(name: str, kind: str, id: str) -> Reference:
    """Return one entry of an object's ``references``."""
    return {"name": name, "type": kind, "id": id}


def packed(value: Any) -> str:
    """Return JSON in a string, as the attributes ``…JSON`` hold it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def key(*parts: str) -> str:
    """Return the id of a panel, layer or column: a UUID made from its name, the same in every build."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def kuery(query: str) -> dict[str, str]:
    """Return a query in Kibana's own language."""
    return {"query": query, "language": "kuery"}


def search_source(query: str, **more: Any) -> dict[str, str]:
    """Return ``kibanaSavedObjectMeta`` of an object with a query."""
    return {"searchSourceJSON": packed({"query": kuery(query), "filter": [], **more})}


def slug(title: str) -> str:
    """Return a title as part of an id."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
