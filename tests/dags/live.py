"""One running Airflow for the tests of both DAGs, over the sample press."""

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import psutil
import yaml

from pipeline.local import airflow as local_airflow
from pipeline.local import postgres
from pipeline.local import servers as local_servers
from pipeline.local.airflow_api import ENDED, AirflowApi
from pipeline.local.client import Answer, ask
from pipeline.local.press.server import SamplePress
from pipeline.local.process import find, free_port
from pipeline.local.state import locate
from pipeline.pools import pools
from pipeline.settings import PROJECT, Settings
from pipeline.stages import Backfill
from tests.conftest import STATE, Servers

DAG = "crawl"
DAGS = (DAG, "reconcile")
_RUN_LIMIT_S = 150.0
T = TypeVar("T")


class Live:
    """One running Airflow, the press that it crawls, and the pipeline that its tasks work on.

    No schedule makes a run of its own: one that came at a quarter of an hour would take the items of a test, and hold
    its run back. The sources file lists only what a test has asked for.

    Attributes:
        api: the REST API, logged in.
        press: the sample press, in this process.
        pipeline: over the same ledger, archive and index as the tasks.
    """

    def __init__(self, api: AirflowApi, press: SamplePress, pipeline: Backfill) -> None:
        self.api = api
        self.press = press
        self.pipeline = pipeline
        now = datetime.now(UTC)
        last = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
        # newest first: the interval that a DAG which is let go would make a run of is then taken
        self._ends = iter(last - timedelta(minutes=15) * n for n in range(100))
        self._released: list[str] = []

    def watch(self, *sources: str) -> None:
        """Add sources to those that are watched."""
        self._released += [source for source in sources if source not in self._released]
        listed = yaml.safe_load((PROJECT / "config/sources.demo.yml").read_text(encoding="utf-8"))["sources"]
        file = self.pipeline.settings.sources
        draft = file.with_suffix(".new")
        draft.write_text(yaml.safe_dump({"sources": [one for one in listed if one["id"] in self._released]}))
        draft.replace(file)
        vars(self.pipeline).pop("sources", None)  # read anew

    def trigger(self, source: str) -> str:
        """Add a source to those that are watched, make a run over it, and return the run's id."""
        self.watch(source)
        end = next(self._ends)
        return self.api.trigger(DAG, start=end - timedelta(minutes=15), end=end, conf={"sources": [source]})

    def ended(self, run_id: str, dag_id: str = DAG) -> str:
        """Wait until a run has ended and return its state."""
        return until(lambda: (s := self.api.run(dag_id, run_id)["state"]) in ENDED and str(s), f"the end of {run_id}")

    def instances(self, run_id: str, task_id: str, dag_id: str = DAG) -> list[dict[str, Any]]:
        """Return the instances of a task, by map index."""
        found = [i for i in self.api.task_instances(dag_id, run_id) if i["task_id"] == task_id]
        return sorted(found, key=lambda i: i["map_index"])

    def states(self, run_id: str, dag_id: str = DAG) -> dict[str, Counter[str]]:
        """Count the instances of each task by state."""
        found: dict[str, Counter[str]] = {}
        for instance in self.api.task_instances(dag_id, run_id):
            found.setdefault(instance["task_id"], Counter())[str(instance["state"])] += 1
        return found

    def report(self, run_id: str, dag_id: str = DAG) -> dict[str, Any]:
        """Return the report that a run left in the ledger."""
        found = self.pipeline.ledger.runs.get(f"{dag_id}/{run_id}").report
        assert found is not None
        return found

    def articles(self, source: str) -> dict[str, dict[str, Any]]:
        """Return the indexed articles of a source, by id."""
        index = self.pipeline.index_client
        index.refresh()
        hits = index.search("articles", query={"term": {"source": source}}, size=500)["hits"]["hits"]
        assert len({hit["_id"] for hit in hits}) == len(hits)
        return {hit["_id"]: hit["_source"] for hit in hits}

    def page(self, path: str, *, token: str = "") -> Answer:
        """Get a page of Airflow's server."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return ask("GET", f"{self.api.address}{path}", headers=headers, timeout_s=30)


def until(asked: Callable[[], T], what: str, limit_s: float = _RUN_LIMIT_S) -> T:
    """Ask until the answer is true, and return it."""
    end = time.monotonic() + limit_s
    while not (answer := asked()):
        assert time.monotonic() < end, f"waited {limit_s:.0f} s for {what}"
        time.sleep(0.5)
    return answer


@contextmanager
def live_airflow(servers: Servers, folder: Path) -> Iterator[Live]:
    """Airflow over an empty installation; it leaves no process behind."""
    archive = folder / "archive"
    archive.mkdir()
    name = f"live_{uuid.uuid4().hex[:8]}"
    postgres.create_database(servers.postgres_socket, name)
    # An Airflow without a past, also where the servers outlive the session.
    postgres.drop_database(servers.postgres_socket, postgres.AIRFLOW)
    postgres.create_database(servers.postgres_socket, postgres.AIRFLOW)
    with SamplePress(feed_items=6, hold_s=20) as press:
        settings = Settings(
            state=STATE,
            airflow_port=free_port(),
            archive=str(archive),
            batch_size=4,
            elasticsearch_url=servers.elasticsearch_url,
            index_prefix=f"{name.replace('_', '-')}-",
            ledger_url=postgres.ledger_url(servers.postgres_socket, name),
            press_port=press.port,
            sources=archive.with_name("sources.yml"),
        )
        bundles = [
            {
                "name": name,
                "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
                "kwargs": {"path": str(PROJECT / path)},
            }
            for name, path in (("project", "dags"), ("tests", "tests/local/dags"))
        ]
        shared = {
            "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
            "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
            "STANDPOINT_ARCHIVE": settings.archive,
            "STANDPOINT_BATCH_SIZE": str(settings.batch_size),
            "STANDPOINT_INDEX_PREFIX": settings.index_prefix,
            "STANDPOINT_LEDGER_URL": settings.ledger_url.get_secret_value(),
            "STANDPOINT_PRESS_PORT": str(press.port),
            "STANDPOINT_REQUEST_TIMEOUT_S": "10",
            "STANDPOINT_SOURCES": str(settings.sources),
            **local_servers.press_environment(f"http://127.0.0.1:{press.port}"),
        }
        home = locate(settings)
        with Backfill(settings) as pipeline:
            pipeline.setup()
            try:
                api = local_servers.up_airflow(settings, environment=shared).api()
                for pool, described in pools().items():
                    api.set_pool(pool, int(described["slots"]))
                for dag in DAGS:
                    api.wait_for_dag(dag)
                yield Live(api, press, pipeline)
                started = find(home.record(local_airflow.NAME))
                assert started is not None
                family = psutil.Process(started.pid).children(recursive=True)
            finally:
                local_airflow.stop(home)
                for index in ask("GET", f"{servers.elasticsearch_url}/{settings.index_prefix}*").json() or {}:
                    ask("DELETE", f"{servers.elasticsearch_url}/{index}", timeout_s=30)
    postgres.drop_database(servers.postgres_socket, name)
    assert [p.pid for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
