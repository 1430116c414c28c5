"""Airflow as ``pipeline.local`` starts it: log-in, REST API, mapped tasks, pools. It is the one of the DAGs' tests."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import pools
from pipeline.errors import LocalServerError
from pipeline.local import postgres, servers
from pipeline.local.airflow_api import ENDED, AirflowApi
from tests.conftest import Servers
from tests.dags.live import Live

pytestmark = [pytest.mark.airflow, pytest.mark.servers, pytest.mark.slow]


def test_a_run_in_the_real_airflow(live: Live) -> None:
    api = live.api
    with pytest.raises(LocalServerError, match="401"):
        AirflowApi(api.address, "admin", "wrong").token()
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


def test_a_second_start_finds_the_first(live: Live) -> None:
    assert servers.up_airflow(live.pipeline.settings).address == live.api.address
    found = servers.status(live.pipeline.settings).server("airflow")
    assert (found.state, found.address) == ("running", live.api.address)


def test_the_pools_are_made_in_a_real_airflow(
    live: Live, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: Servers = request.getfixturevalue("servers")  # the name is the module's here
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", postgres.airflow_url(running.postgres_socket))
    for _ in range(2):
        pools.import_pools()
        made = live.api.pools()
        assert {name: made[name] for name in pools.pools()} == {n: p["slots"] for n, p in pools.pools().items()}
