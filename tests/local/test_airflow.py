import json
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import pools
from pipeline.errors import LocalServerError
from pipeline.local import airflow, postgres, servers
from pipeline.local.airflow import Airflow, variables
from pipeline.local.airflow_api import ENDED, AirflowApi
from pipeline.local.client import ask
from pipeline.local.process import free_port
from pipeline.settings import PROJECT, get_settings
from tests.conftest import Servers


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


@pytest.mark.slow
@pytest.mark.airflow
@pytest.mark.servers
@pytest.mark.timeout(600)
def test_a_run_in_the_real_airflow(airflow: Airflow) -> None:
    assert ask("GET", f"{airflow.address}/api/v2/dags").status == 401  # log-in is on
    with pytest.raises(LocalServerError, match="401"):
        AirflowApi(airflow.address, "admin", "wrong").token()

    api = airflow.api()
    for slots in (1, 2):
        api.set_pool("probe", slots)
    assert api.pools()["probe"] == 2
    assert api.wait_for_dag("probe")["is_paused"] is True
    api.set_paused("probe", False)
    start = datetime(2026, 11, 1, tzinfo=UTC)
    run_id = api.trigger("probe", start=start, end=start + timedelta(days=1), conf={"count": 2})
    with pytest.raises(LocalServerError, match="409"):  # one run for a logical date
        api.trigger("probe", start=start, end=start + timedelta(days=1))

    end = time.monotonic() + 150
    while (run := api.run("probe", run_id))["state"] not in ENDED:
        assert time.monotonic() < end, api.task_instances("probe", run_id)
        time.sleep(1)
    assert run["state"] == "success"
    assert run["data_interval_end"] == "2026-11-02T00:00:00Z"
    instances = {(one["task_id"], one["map_index"]): one for one in api.task_instances("probe", run_id)}
    assert {key: (one["state"], one["try_number"]) for key, one in instances.items()} == {
        ("numbers", -1): ("success", 1),
        ("look", 0): ("success", 1),
        ("look", 1): ("success", 2),
    }
    path = f"/dags/probe/dagRuns/{run_id}/taskInstances/look/xcomEntries/return_value"
    assert api.call("GET", path, map_index=1, deserialize=True)["value"] == {"same": True, "health": 200}
    assert "once" in json.dumps(api.task_log("probe", run_id, "look", map_index=1, attempt=1))

    with pytest.raises(LocalServerError, match=r"no_such_dag: .*There is no import error"):
        api.wait_for_dag("no_such_dag", limit_s=0)


@pytest.mark.slow
@pytest.mark.airflow
@pytest.mark.servers
@pytest.mark.timeout(600)
def test_a_second_start_finds_the_first(airflow: Airflow) -> None:
    assert servers.up_airflow(get_settings()) == airflow
    found = servers.status(get_settings()).server("airflow")
    assert (found.state, found.address) == ("running", airflow.address)


@pytest.mark.slow
@pytest.mark.airflow
@pytest.mark.servers
def test_the_pools_are_made_in_a_real_airflow(
    airflow: Airflow, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: Servers = request.getfixturevalue("servers")  # the name is the module's here
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", postgres.airflow_url(running.postgres_socket))
    for _ in range(2):
        pools.import_pools()
        made = airflow.api().pools()
        assert {name: made[name] for name in pools.pools()} == {n: p["slots"] for n, p in pools.pools().items()}
