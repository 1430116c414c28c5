"""Airflow's Connection ``elasticsearch_default``: as whom the tasks write. Kept in Airflow's database, encrypted."""

from __future__ import annotations

from urllib.parse import urlsplit

from pipeline.pools import airflow_import
from pipeline.settings import Settings

NAME = "elasticsearch_default"


def connection(url: str, user: str, password: str) -> dict[str, str | int]:
    """Return the Connection as ``airflow connections import`` takes it.

    Args:
        url: address of Elasticsearch.
        user: empty: no log-in.
        password: of that user.
    """
    parts = urlsplit(url)
    return {
        "conn_type": "elasticsearch",
        "description": "Where Standpoint's tasks write; made by 'standpoint setup --connection'",
        "host": parts.hostname or "localhost",
        "port": parts.port or 9200,
        "schema": parts.scheme or "http",
        **({"login": user, "password": password} if user else {}),
    }


def import_connection(settings: Settings, user: str, password: str) -> None:
    """Make the Connection, or bring it up to these values.

    Raises:
        ConfigError: Airflow refuses; with what it said.
    """
    body = {NAME: connection(settings.elasticsearch_url, user, password)}
    airflow_import("connections", body, "--overwrite")
