"""The shape of docker-compose.yml as processes: a crawl through Celery, TLS and log-ins, from feeds to the index."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import yaml

from pipeline.errors import LocalServerError
from pipeline.index.accounts import ANALYST, WRITER
from pipeline.local.airflow_api import ENDED, AirflowApi
from pipeline.local.client import ask
from pipeline.local.press.server import SamplePress
from pipeline.local.servers import press_environment
from pipeline.local.state import locate
from pipeline.pools import pools
from pipeline.settings import PROJECT, Settings
from tests.conftest import STATE, session_of
from tests.dags.test_live import until
from tests.deploy.topology import AIRFLOW, Topology

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        shutil.which("redis-server") is None and not os.environ.get("CI"),
        reason="there is no redis-server: apt-get install redis-server (make test does it)",
    ),
]

DAG = "crawl"
SOURCE = "northern-ledger"


@pytest.fixture(scope="module")
def topology() -> Iterator[Topology]:
    """Everything up over one outlet of the sample press; no process and no file stays behind."""
    folder = Path(tempfile.mkdtemp(prefix="st-topology-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    sources = folder / "sources.yml"
    with SamplePress(feed_items=4, hold_s=20) as press:
        text = (PROJECT / "config/sources.demo.yml").read_text(encoding="utf-8")
        listed = yaml.safe_load(text.replace("{press_port}", str(press.port)))["sources"]
        sources.write_text(yaml.safe_dump({"sources": [one for one in listed if one["id"] == SOURCE]}))
        settings = {
            "STANDPOINT_BATCH_SIZE": "20",
            "STANDPOINT_CPU_SLOTS": "3",
            "STANDPOINT_SOURCES": str(sources),
            **press_environment(f"http://127.0.0.1:{press.port}"),
        }
        running = Topology(locate(Settings(state=STATE)), folder, settings)
        try:
            running.start()
            sessions = {running.pid(service) for service in AIRFLOW}
            yield running
            assert running.stop() == []
            assert [pid for pid in psutil.pids() if session_of(pid) in sessions] == []
        finally:
            running.stop()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def run(topology: Topology) -> str:
    """The id of a run that a logged-in person triggered, ended."""
    api = topology.api()
    api.wait_for_dag(DAG)
    now = datetime.now(UTC)
    end = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    run_id = api.trigger(DAG, start=end - timedelta(minutes=15), end=end)
    api.set_paused(DAG, False)
    until(lambda: api.run(DAG, run_id)["state"] in ENDED, f"the end of {run_id}", limit_s=300)
    return run_id


def test_a_crawl_that_a_person_triggers_ends_green_in_the_celery_worker(topology: Topology, run: str) -> None:
    api = topology.api()
    instances = api.task_instances(DAG, run)
    states = Counter((one["task_id"], one["state"]) for one in instances)
    for one in instances:
        if one["state"] == "failed":  # pytest shows what is printed where the test fails
            log = api.task_log(DAG, run, one["task_id"], map_index=one["map_index"], attempt=one["try_number"])
            print(one["task_id"], *(line for line in log["content"] if line.get("level") == "error"), sep="\n")  # noqa: T201
    assert api.run(DAG, run)["state"] == "success", states
    assert {state for _, state in states} == {"success"}, states
    assert {task for task, _ in states} >= {"plan", "discover", "split", "batch.fetch", "batch.index", "report"}
    # What Celery's result backend remembers are the tasks of this run: no other executor ran any of them.
    address = topology.environment("airflow-worker")["AIRFLOW__CELERY__RESULT_BACKEND"].replace("db+", "")
    with psycopg.connect(address.replace("+psycopg2", ""), autocommit=True) as connection:

        def remembered() -> Counter[str]:
            return Counter(row[0] for row in connection.execute("SELECT status FROM celery_taskmeta"))

        until(lambda: not remembered()["STARTED"], "the worker to note the end of the last task")
        assert remembered() == {"SUCCESS": len(instances)}


def test_its_articles_are_in_the_secured_index(topology: Topology, run: str) -> None:
    report = topology.api().call("GET", f"/dags/{DAG}/dagRuns/{run}/taskInstances/report/xcomEntries/return_value")
    total = report["value"]
    assert topology.elastic("POST", "/articles/_refresh", WRITER)[0] == 200
    status, found = topology.elastic("GET", f"/articles/_search?q=source:{SOURCE}&size=50", ANALYST)
    assert status == 200
    hits = found["hits"]["hits"]
    assert len(hits) == (total if isinstance(total, dict) else {})["indexed"] > 2
    assert all(hit["_source"]["provenance"]["run"] == f"{DAG}/{run}" for hit in hits)
    assert any(hit["_source"].get("people") for hit in hits)


@pytest.mark.usefixtures("run")
def test_the_log_of_a_task_is_shown(topology: Topology, run: str) -> None:
    log = topology.api().task_log(DAG, run, "split")
    assert "batch" in str(log)


def test_set_up_made_pools_and_connection(topology: Topology) -> None:
    api = topology.api()
    wanted = {name: pool["slots"] for name, pool in pools(3).items()}
    assert {name: slots for name, slots in api.pools().items() if name in wanted} == wanted
    made = api.call("GET", "/connections/elasticsearch_default")
    assert (made["login"], made["schema"]) == (WRITER, "https")
    assert topology.password(WRITER) not in str(made)


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/something-else", {}),
        ("DELETE", "/something-else", None),
        ("GET", "/something-else/_search", None),
        ("PUT", "/something-else/_doc/1", {"a": 1}),
        ("GET", "/_security/user", None),
        ("PUT", "/_security/role/mine", {"cluster": ["all"]}),
        ("PUT", "/_index_template/standpoint-articles", {"index_patterns": ["articles-*"]}),
        ("PUT", "/_cluster/settings", {"persistent": {"action.auto_create_index": "false"}}),
    ],
)
def test_the_writer_rules_over_its_own_indices_and_nothing_else(
    topology: Topology, method: str, path: str, body: Any
) -> None:
    status, answer = topology.elastic(method, path, WRITER, body)
    assert status == 403, answer


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/articles-2026-10/_doc/1", {"title": "mine"}),
        ("DELETE", "/articles-2026-10/_doc/1", None),
        ("DELETE", "/articles-2026-10", None),
        ("GET", "/_cluster/settings", None),
    ],
)
def test_the_analyst_changes_nothing(topology: Topology, method: str, path: str, body: Any) -> None:
    status, answer = topology.elastic(method, path, ANALYST, body)
    assert status == 403, answer


def test_the_writer_may_do_what_pruning_and_takedowns_do(topology: Topology) -> None:
    index = "/articles-1999-01"
    for method, path, body in (
        ("PUT", index, {}),
        ("PUT", f"{index}/_settings", {"index.merge.policy.expunge_deletes_allowed": 0}),
        ("POST", f"{index}/_forcemerge?only_expunge_deletes=true", None),
        ("GET", f"{index}/_stats/store", None),
        ("DELETE", index, None),
    ):
        status, answer = topology.elastic(method, path, WRITER, body)
        assert status == 200, answer


def test_nobody_gets_in_without_a_log_in_or_without_tls(topology: Topology) -> None:
    assert topology.elastic("GET", "/articles/_search", "")[0] == 401
    assert ask("GET", topology.elasticsearch_url.replace("https", "http") + "/_cluster/health").status != 200
    assert ask("GET", f"{topology.airflow_url}/api/v2/dags").status == 401
    assert ask("GET", f"{topology.airflow_url}/standpoint/").status == 401
    with pytest.raises(LocalServerError):
        AirflowApi(topology.airflow_url, topology.variables["AIRFLOW_ADMIN_USER"], "wrong").token()
    host = topology.environment("airflow-worker")["AIRFLOW__CELERY__BROKER_URL"]
    port = host.rpartition(":")[2].split("/")[0]
    said = topology.execute(["redis-cli", "-p", port, "get", "x"], "redis", REDISCLI_AUTH="wrong")
    assert "NOAUTH" in said.stdout + said.stderr


def test_neither_database_lets_the_others_owner_in(topology: Topology) -> None:
    address = topology.environment("airflow-worker")["STANDPOINT_LEDGER_URL"].replace("+psycopg", "")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(address.rpartition("/")[0] + "/airflow")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address.replace(topology.variables["LEDGER_DB_PASSWORD"], "wrong"))


def test_the_health_checks_of_compose_are_content(topology: Topology) -> None:
    assert {service: topology.healthy(service) for service in AIRFLOW} == dict.fromkeys(AIRFLOW, True)
