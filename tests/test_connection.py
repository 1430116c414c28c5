"""Airflow's Connection ``elasticsearch_default``. In a real Airflow: tests/deploy/test_topology.py."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline import connection
from pipeline.settings import Settings


@pytest.mark.parametrize("url", ["https://elasticsearch:9200", "http://127.0.0.1:19200", "https://search.example"])
def test_what_a_task_reads_out_of_it_is_what_went_in(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: dict[str, Any] = {}
    monkeypatch.setattr(
        connection, "airflow_import", lambda what, body, *options: handed.update({what: (body, options)})
    )
    settings = Settings(elasticsearch_url=url, elasticsearch_user="elastic")
    connection.import_connection(settings, "standpoint", "secret")
    ((body, options),) = handed.values()
    assert options == ("--overwrite",)
    made = body["elasticsearch_default"]
    read = settings.with_elasticsearch(
        host=made["host"], port=made["port"], scheme=made["schema"], user=made["login"], password=made["password"]
    )
    assert read.elasticsearch_url == (url if url.count(":") == 2 else f"{url}:9200")
    assert (read.elasticsearch_user, read.elasticsearch_password.get_secret_value()) == ("standpoint", "secret")


def test_without_a_user_there_is_no_log_in() -> None:
    assert "login" not in connection.connection("http://localhost:9200", "", "")
