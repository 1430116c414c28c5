import json
import stat
from pathlib import Path

import pytest

from pipeline.errors import LocalServerError
from pipeline.local import airflow
from pipeline.local.airflow import variables
from pipeline.local.airflow_api import AirflowApi
from pipeline.local.process import free_port
from pipeline.settings import PROJECT


def decide(inherited: dict[str, str], **further: str) -> dict[str, str]:
    return variables(
        inherited,
        folder=Path("/home"),
        address="http://127.0.0.1:18080",
        database="postgresql+psycopg2://postgres@/airflow?host=/s",
        jwt_secret="x" * 64,
        log_ports=(1, 2),
        further=further,
    )


def test_what_the_shell_says_about_airflow_is_left_out() -> None:
    own = decide({"AIRFLOW__CORE__EXECUTOR": "CeleryExecutor", "AIRFLOW_CONN_X": "y", "LANG": "C"})
    assert own["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert "AIRFLOW_CONN_X" not in own
    assert own["LANG"] == "C"


def test_the_server_and_what_tasks_call_have_the_same_port() -> None:
    own = decide({})
    assert own["AIRFLOW__API__PORT"] == "18080"
    assert own["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18080/execution/"
    assert own["AIRFLOW__CORE__DAGS_FOLDER"] == str(PROJECT / "dags")
    assert own["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"


def test_tasks_get_to_elasticsearch_and_past_a_proxy() -> None:
    own = decide(
        {"HTTP_PROXY": "http://proxy:1", "no_proxy": "example.org"},
        STANDPOINT_ELASTICSEARCH_URL="http://127.0.0.1:19200",
        AIRFLOW__CORE__PARALLELISM="2",
    )
    assert own["no_proxy"] == "example.org,127.0.0.1,localhost"
    assert json.loads(own["AIRFLOW_CONN_ELASTICSEARCH_DEFAULT"]) == {
        "conn_type": "elasticsearch",
        "host": "127.0.0.1",
        "port": 19200,
        "schema": "http",
    }
    assert own["AIRFLOW__CORE__PARALLELISM"] == "2"


def test_secrets_are_kept_and_for_oneself_only(tmp_path: Path) -> None:
    file = tmp_path / airflow.PASSWORDS
    first = airflow._passwords(tmp_path)
    assert airflow._passwords(tmp_path) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("{half")
    again = airflow._passwords(tmp_path)
    assert again != first
    assert len(again["admin"]) >= 12


def test_nobody_there() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    assert airflow.components(address) == {}
    assert not airflow.healthy(address)
    with pytest.raises(LocalServerError, match="no answer"):
        AirflowApi(address, "admin", "x").token()
