"""DAG ``crawl`` under the real scheduler: Airflow as it runs on a laptop, log-in on, over the sample press."""

import os
import shutil
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import psutil
import pytest
import yaml

from pipeline.archive import BatchStore
from pipeline.errors import LocalServerError
from pipeline.fetch.pages import AT_ONE_HOST
from pipeline.local import airflow as local_airflow
from pipeline.local import postgres
from pipeline.local import servers as local_servers
from pipeline.local.airflow_api import ENDED, AirflowApi
from pipeline.local.client import Answer, ask
from pipeline.local.press.server import SamplePress
from pipeline.local.process import find, free_port
from pipeline.local.state import locate
from pipeline.pools import pools
from pipeline.records import Page
from pipeline.settings import PROJECT, Settings
from pipeline.stages import Pipeline
from tests.conftest import STATE, Servers

pytestmark = [pytest.mark.airflow, pytest.mark.servers, pytest.mark.slow]

DAG = "crawl"
STAGES = ("batch.fetch", "batch.extract", "batch.tag", "batch.index")
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

    def __init__(self, api: AirflowApi, press: SamplePress, pipeline: Pipeline) -> None:
        self.api = api
        self.press = press
        self.pipeline = pipeline
        now = datetime.now(UTC)
        last = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
        # newest first: the interval that a DAG which is let go would make a run of is then taken
        self._ends = iter(last - timedelta(minutes=15) * n for n in range(100))
        self._released: list[str] = []

    def trigger(self, source: str) -> str:
        """Add a source to those that are watched, make a run over it, and return the run's id."""
        self._released.append(source)
        listed = yaml.safe_load((PROJECT / "config/sources.demo.yml").read_text(encoding="utf-8"))["sources"]
        file = self.pipeline.settings.sources
        draft = file.with_suffix(".new")
        draft.write_text(yaml.safe_dump({"sources": [one for one in listed if one["id"] in self._released]}))
        draft.replace(file)
        end = next(self._ends)
        return self.api.trigger(DAG, start=end - timedelta(minutes=15), end=end, conf={"sources": [source]})

    def ended(self, run_id: str) -> str:
        """Wait until a run has ended and return its state."""
        return until(lambda: (s := self.api.run(DAG, run_id)["state"]) in ENDED and str(s), f"the end of {run_id}")

    def instances(self, run_id: str, task_id: str) -> list[dict[str, Any]]:
        """Return the instances of a task, by map index."""
        found = [i for i in self.api.task_instances(DAG, run_id) if i["task_id"] == task_id]
        return sorted(found, key=lambda i: i["map_index"])

    def states(self, run_id: str) -> dict[str, Counter[str]]:
        """Count the instances of each task by state."""
        found: dict[str, Counter[str]] = {}
        for instance in self.api.task_instances(DAG, run_id):
            found.setdefault(instance["task_id"], Counter())[str(instance["state"])] += 1
        return found

    def report(self, run_id: str) -> dict[str, Any]:
        """Return the report that a run left in the ledger."""
        found = self.pipeline.ledger.runs.get(f"{DAG}/{run_id}").report
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


@pytest.fixture(scope="module")
def live(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Airflow, started once; it leaves no process behind."""
    archive = tmp_path_factory.mktemp("live") / "archive"
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
        shared = {
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
        with Pipeline(settings) as pipeline:
            pipeline.setup()
            try:
                api = local_servers.up_airflow(settings, environment=shared).api()
                for pool, described in pools().items():
                    api.set_pool(pool, int(described["slots"]))
                api.wait_for_dag(DAG)
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


def test_it_is_listed_without_errors_and_nobody_is_let_in_without_a_log_in(live: Live) -> None:
    assert live.api.import_errors() == []
    assert live.page("/api/v2/dags").status == 401
    with pytest.raises(LocalServerError):
        AirflowApi(live.api.address, live.api.user, "wrong").token()


def test_a_backfill_is_refused(live: Live) -> None:
    asked = {"dag_id": DAG, "from_date": "2026-11-01T00:00:00Z", "to_date": "2026-11-01T06:00:00Z"}
    answer = ask(
        "POST",
        f"{live.api.address}/api/v2/backfills",
        body=asked,
        headers={"Authorization": f"Bearer {live.api.token()}"},
        timeout_s=30,
    )
    assert 400 <= answer.status < 500
    assert b"backfill" in answer.body.lower()


@pytest.fixture(scope="module")
def finished(live: Live) -> str:
    """A run over one source, two batches of it, with one slot for what computes."""
    live.api.set_pool("cpu", 1)
    run_id = live.trigger("northern-ledger")
    live.api.set_paused(DAG, False)
    assert live.ended(run_id) == "success", live.states(run_id)
    return run_id


def test_a_run_is_mapped_over_its_batches(live: Live, finished: str) -> None:
    batches = live.pipeline.ledger.work.batches(f"{DAG}/{finished}")
    assert len(batches) == 2
    states = live.states(finished)
    for stage in STAGES:
        assert states[stage] == {"success": len(batches)}
        assert {i["rendered_map_index"] for i in live.instances(finished, stage)} == {b.id for b in batches}
    assert [i["rendered_map_index"] for i in live.instances(finished, "discover")] == ["northern-ledger"]
    assert len(live.articles("northern-ledger")) == live.report(finished)["total"]["indexed"] > 4


def test_a_pool_limits_what_runs_at_once(live: Live, finished: str) -> None:
    computing = [i for stage in ("batch.extract", "batch.tag") for i in live.instances(finished, stage)]
    assert len(computing) == 4
    times = sorted((datetime.fromisoformat(i["start_date"]), datetime.fromisoformat(i["end_date"])) for i in computing)
    assert all(ended <= begun for (_, ended), (begun, _) in pairwise(times))


def test_the_report_stands_beside_the_run(live: Live, finished: str) -> None:
    report = f"/standpoint/report?{urlencode({'dag_id': DAG, 'run_id': finished})}"
    for path in ("/standpoint/", report):
        assert live.page(path).status == 401
        assert live.page(path, token="wrong").status == 403
    token = live.api.token()
    answer = live.page(report, token=token)
    assert answer.status == 200
    assert b"northern-ledger" in answer.body
    answer = live.page("/standpoint/", token=token)
    assert answer.status == 200
    assert finished.encode() in answer.body
    assert live.api.call("GET", "/plugins/importErrors")["import_errors"] == []


def test_a_cleared_batch_is_fetched_anew(live: Live, finished: str) -> None:
    store = BatchStore(live.pipeline.settings.archive_root())
    instances = live.instances(finished, "batch.fetch")
    cleared, other = (i["rendered_map_index"] for i in instances)
    generation = live.pipeline.ledger.runs.get(f"{DAG}/{finished}").generation
    before = live.articles("northern-ledger")
    live.press.clear_log()

    live.api.call(
        "POST",
        f"/dags/{DAG}/clearTaskInstances",
        {
            "dag_run_id": finished,
            "task_ids": [["batch.fetch", instances[0]["map_index"]]],
            "include_downstream": True,
            "only_failed": False,
            "dry_run": False,
        },
    )
    until(lambda: live.instances(finished, "batch.fetch")[0]["try_number"] == 2, "the second try")
    assert live.ended(finished) == "success"

    first, again = (store.manifest(cleared, "pages", generation=generation, epoch=epoch) for epoch in (0, 1))
    assert first is not None
    assert again is not None
    assert again.file != first.file
    pages = {page.url for page in store.read(again, Page)}
    assert {f"http://{asked.host}:{live.press.port}{asked.path}" for asked in live.press.log} >= pages
    assert store.manifest(other, "pages", generation=generation, epoch=1) is None
    assert live.articles("northern-ledger").keys() == before.keys()


@pytest.mark.usefixtures("finished")
def test_a_killed_task_is_tried_again_and_nothing_is_lost_or_doubled(live: Live) -> None:
    live.press.clear_log()
    slow = live.press.fail("meridian-post.localhost/2026/*", delay_s=1.5)
    run_id = live.trigger("meridian-post")

    def running() -> dict[str, Any] | None:
        found = [i for i in live.instances(run_id, "batch.fetch") if i["state"] == "running" and i["pid"]]
        return found[0] if found and slow.befell >= 2 else None

    victim = until(running, "a batch that is being fetched")
    assert victim is not None
    process = psutil.Process(victim["pid"])
    assert "airflow" in " ".join(process.cmdline())
    started = find(locate(live.pipeline.settings).record(local_airflow.NAME))
    assert started is not None
    assert started.pid in {parent.pid for parent in process.parents()}  # a task of ours, nobody else's process
    os.kill(process.pid, signal.SIGKILL)
    live.press.heal()
    assert live.ended(run_id) == "success", live.states(run_id)

    again = next(i for i in live.instances(run_id, "batch.fetch") if i["map_index"] == victim["map_index"])
    assert again["try_number"] == 2
    total = live.report(run_id)["total"]
    assert total["discovered"] == total["indexed"] + sum(total["left_out"].values()) + total["given_back"]
    assert len(live.articles("meridian-post")) == total["indexed"] > 0
    asked = Counter(entry.path for entry in live.press.log if entry.path.startswith("/2026/"))
    # What was under way at the host when the process died is asked for again, and nothing else.
    assert sum(asked.values()) - len(asked) <= AT_ONE_HOST


@pytest.mark.usefixtures("finished")
def test_a_failed_batch_turns_the_run_red_after_its_report_and_the_next_run_takes_it_up(live: Live) -> None:
    live.api.set_pool("cpu", 0)
    try:
        run_id = live.trigger("capital-courier")
        until(lambda: live.states(run_id).get("batch.fetch", Counter())["success"] == 2, "the pages of both batches")
        failed, _ = (b.id for b in live.pipeline.ledger.work.batches(f"{DAG}/{run_id}"))
        shutil.rmtree(Path(live.pipeline.settings.archive_root()) / "batches" / failed)  # somebody cleaned up
    finally:
        live.api.set_pool("cpu", 2)

    assert live.ended(run_id) == "failed"
    states = live.states(run_id)
    assert states["batch.extract"] == {"success": 1, "failed": 1}
    assert states["batch.index"] == {"success": 1, "upstream_failed": 1}
    assert states["report"] == {"failed": 1}
    assert [i["try_number"] for i in live.instances(run_id, "batch.extract")] == [1, 1]  # no try that cannot help
    report = live.report(run_id)
    assert report["failed_batches"] == [failed]
    before = live.articles("capital-courier")
    assert {doc["provenance"]["run"] for doc in before.values()} == {f"{DAG}/{run_id}"}

    next_id = live.trigger("capital-courier")
    assert live.ended(next_id) == "success", live.states(next_id)
    after = live.articles("capital-courier")
    taken_up = after.keys() - before.keys()
    assert taken_up
    assert f"{DAG}/{run_id}" not in {after[id_]["provenance"]["run"] for id_ in taken_up}
    ended = [url for _, url, _ in live.pipeline.ledger.work.left_out() if "capital-courier" in url]
    assert report["total"]["discovered"] == len(after) + len(ended)
    assert live.pipeline.ledger.work.states().get("leased", 0) == 0
