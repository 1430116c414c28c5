"""DAG ``crawl`` under the real scheduler: Airflow as it runs on a laptop, log-in on, over the sample press."""

import os
import shutil
import signal
from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest

from pipeline.archive import BatchStore
from pipeline.errors import LocalServerError
from pipeline.fetch.pages import AT_ONE_HOST
from pipeline.local import airflow as local_airflow
from pipeline.local.airflow_api import AirflowApi
from pipeline.local.client import ask
from pipeline.local.process import find
from pipeline.local.state import locate
from pipeline.records import Page
from tests.dags.live import DAG, Live, until

pytestmark = [pytest.mark.airflow, pytest.mark.servers, pytest.mark.slow]

STAGES = ("batch.fetch", "batch.extract", "batch.tag", "batch.index")


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
