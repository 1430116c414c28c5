"""All saved objects as one file: what Kibana imports, by command or by hand."""

from __future__ import annotations

from pipeline.index.kibana.dashboard import dashboard
from pipeline.index.kibana.objects import SavedObject, Site, packed
from pipeline.index.kibana.searches import saved_searches
from pipeline.index.kibana.views import data_views


def saved_objects(site: Site) -> list[SavedObject]:
    """Return every saved object, what is referred to before what refers to it."""
    return [*data_views(site), *saved_searches(site), dashboard(site)]


def ndjson(objects: list[SavedObject]) -> bytes:
    """Return objects as newline-delimited JSON in UTF-8, one a line."""
    return "".join(f"{packed(one)}\n" for one in objects).encode()
