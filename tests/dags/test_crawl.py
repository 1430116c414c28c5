"""DAG ``crawl``: what its file costs, how it is wired, and whole runs of it in this process."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.errors import (
    ArchiveError,
    BatchFailed,
    ConfigError,
    HttpError,
    IndexUnavailable,
    LedgerError,
    ManifestMissing,
    SourcesError,
    TagError,
)
from pipeline.local.press.server import SamplePress
from pipeline.pools import pools
from pipeline.records import FeedState, PollResult
from pipeline.settings import PROJECT
from pipeline.stages import Pipeline
from tests.stages.in_process import without_children

pytestmark = pytest.mark.airflow

HEAVY = {"spacy", "trafilatura", "elasticsearch", "pebble", "lxml", "onnxruntime", "feedparser", "pipeline"}

# Runs where there is no server, no Connection and no setting.
READ = """
import json, sys, time, warnings
import airflow.sdk
known = set(sys.modules)
began = time.process_time()
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    import crawl
    import reconcile
cpu_s = time.process_time() - began
loaded = sorted({name.partition(".")[0] for name in set(sys.modules) - known})
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
print(json.dumps({
    "cpu_s": cpu_s,
    "loaded": loaded,
    "warnings": [f"{w.filename}: {w.message}" for w in warned],
    "errors": bag.import_errors,
    "bag_warnings": [w for stat in bag.dagbag_stats for w in stat.warning_num * [stat.file]],
    "dags": sorted(bag.dags),
}))
"""


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What reading the DAG's file takes, in a process that can reach nothing."""
    home = tmp_path_factory.mktemp("airflow")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "STANDPOINT"))}
    done = subprocess.run(
        [sys.executable, "-c", READ, str(PROJECT / "dags")],
        env={
            **kept,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg2://nobody@127.0.0.1:1/none",
            "PYTHONPATH": str(PROJECT / "dags"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_its_file_needs_no_connection(reading: dict[str, Any]) -> None:
    assert reading["errors"] == {}
    assert reading["dags"] == ["crawl", "reconcile"]


def test_its_file_uses_nothing_deprecated(reading: dict[str, Any]) -> None:
    assert [w for w in reading["warnings"] if str(PROJECT / "dags") in w] == []
    assert reading["bag_warnings"] == []


def test_its_file_is_read_in_half_a_second_beyond_airflow(reading: dict[str, Any]) -> None:
    assert reading["cpu_s"] <= 0.5
    assert HEAVY.isdisjoint(reading["loaded"])


# --------------------------------------------------------------------------------------------------------- structure


@pytest.fixture
def dag(dagbag: Any) -> Any:
    return dagbag.dags["crawl"]


def test_when_it_runs(dag: Any) -> None:
    from airflow.sdk import CronDataIntervalTimetable

    assert isinstance(dag.timetable, CronDataIntervalTimetable)
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    assert {str(getattr(t, "value", t)) for t in dag.allowed_run_types} == {"scheduled", "manual"}
    assert dag.dagrun_timeout is not None


def test_its_tasks_and_their_order(dag: Any) -> None:
    assert {task_id: sorted(dag.get_task(task_id).downstream_task_ids) for task_id in dag.task_ids} == {
        "plan": ["discover"],
        "discover": ["split"],
        "split": ["batch.fetch"],
        "batch.fetch": ["batch.extract"],
        "batch.extract": ["batch.tag"],
        "batch.tag": ["batch.index"],
        "batch.index": ["report"],
        "report": [],
    }


def test_failures_hold_nobody_back_before_split_and_report(dag: Any) -> None:
    rules = {task_id: dag.get_task(task_id).trigger_rule.value for task_id in dag.task_ids}
    assert {task_id for task_id, rule in rules.items() if rule == "all_done"} == {"split", "report"}
    assert {rule for task_id, rule in rules.items() if task_id not in ("split", "report")} == {"all_success"}


def test_pools(dag: Any) -> None:
    used = {task_id: dag.get_task(task_id).pool for task_id in dag.task_ids}
    assert used == {
        "plan": "default_pool",
        "discover": "net",
        "split": "default_pool",
        "batch.fetch": "net",
        "batch.extract": "cpu",
        "batch.tag": "cpu",
        "batch.index": "net",
        "report": "default_pool",
    }
    assert set(used.values()) - {"default_pool"} <= set(pools())


def test_retries_with_back_off(dag: Any) -> None:
    for task_id in dag.task_ids:
        task = dag.get_task(task_id)
        assert task.retries == 2
        assert task.retry_delay == timedelta(seconds=20)
        assert task.retry_exponential_backoff == 2.0


def test_mapped_instances_have_a_name(dag: Any) -> None:
    named = {task_id for task_id in dag.task_ids if dag.get_task(task_id).map_index_template}
    assert named == {"discover", "batch.fetch", "batch.extract", "batch.tag", "batch.index"}


def test_it_says_what_it_does(dag: Any) -> None:
    for task_id in ("plan", "discover", "split", "batch", "report"):
        assert f"`{task_id}`" in dag.doc_md
    assert "/dags/reconcile" in dag.doc_md  # where to go for the past
    for name in dag.params:
        assert dag.params.get_param(name).description
        assert dag.params.get_param(name).schema["title"]
    assert set(dag.params) == {"sources", "force"}


# ----------------------------------------------------------------------------------------------- what is tried again


@pytest.fixture
def module(dag: Any) -> Any:
    """What the DAG files share, as Airflow loaded it."""
    assert sys.modules[dag.get_task("plan").python_callable.__module__].standpoint is sys.modules["wiring"].standpoint
    return sys.modules["wiring"]


@pytest.fixture
def connected(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", "elasticsearch://127.0.0.1:1")


@pytest.mark.parametrize(
    "error",
    [ConfigError("x"), SourcesError("x"), TagError("x"), BatchFailed("x"), ManifestMissing("x"), LedgerError("x")],
    ids=lambda e: type(e).__name__,
)
def test_what_trying_again_cannot_help_fails_at_once(module: Any, connected: None, error: Exception) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match="x") as caught, module.standpoint():
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [HttpError("x"), IndexUnavailable("x"), ArchiveError("x"), TimeoutError("x"), ConnectionError("x")],
    ids=lambda e: type(e).__name__,
)
def test_what_trying_again_can_help_goes_through(module: Any, connected: None, error: Exception) -> None:
    with pytest.raises(type(error)) as caught, module.standpoint():
        raise error
    assert caught.value is error


def test_without_its_connection_it_says_what_to_create(
    module: Any, airflow_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    monkeypatch.delenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", raising=False)
    with pytest.raises(AirflowFailException, match="create it under Admin, Connections"), module.standpoint():
        raise AssertionError("nothing may be opened")


def test_the_connection_leads_to_elasticsearch(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    described = {"conn_type": "elasticsearch", "host": "es.example", "port": 9201, "schema": "https", "login": "ann"}
    monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", json.dumps({**described, "password": "p/w"}))
    with module.standpoint() as pipeline:
        assert pipeline.settings.elasticsearch_url == "https://es.example:9201"
        assert pipeline.settings.elasticsearch_user == "ann"
        assert pipeline.settings.elasticsearch_password.get_secret_value() == "p/w"


@pytest.mark.parametrize(("max_tries", "retries", "cleared"), [(2, 2, 0), (3, 2, 1), (6, 2, 4), (0, 0, 0)])
def test_only_clearing_a_task_raises_its_epoch(
    module: Any, monkeypatch: pytest.MonkeyPatch, max_tries: int, retries: int, cleared: int
) -> None:
    context = {"ti": SimpleNamespace(max_tries=max_tries), "task": SimpleNamespace(retries=retries)}
    monkeypatch.setattr(module, "get_current_context", lambda: context)
    assert module.epoch() == cleared


# ------------------------------------------------------------------------------------------------------- whole runs


@pytest.fixture
def run(
    dag: Any, airflow_db: None, crawled: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Any, str]]:
    """Runs the whole DAG in this process; returns Airflow's run and the name under which the ledger knows it."""
    without_children(monkeypatch)  # each batch would give birth to its own; the live Airflow's do
    moments = iter(datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=15) * n for n in range(100))

    def one(**conf: object) -> tuple[Any, str]:
        found = dag.test(logical_date=next(moments), run_conf=conf)
        return found, f"crawl/{found.run_id}"

    return one


def states(run: Any) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for ti in run.get_task_instances():
        found.setdefault(ti.task_id, Counter())[str(getattr(ti.state, "value", ti.state))] += 1
    return found


@pytest.mark.servers
@pytest.mark.slow
def test_a_run_brings_articles_into_the_index_and_the_next_one_nothing(
    run: Callable[..., tuple[Any, str]], crawled: Pipeline, press: SamplePress
) -> None:
    first, run_id = run(sources=["meridian-post", "flussblatt"])

    assert first.state == "success"
    batches = crawled.ledger.work.batches(run_id)
    assert len(batches) > 1
    assert all(batch.finished_at for batch in batches)
    for task_id in ("batch.fetch", "batch.extract", "batch.tag", "batch.index"):
        assert states(first)[task_id] == {"success": len(batches)}
    assert states(first)["discover"] == {"success": 2}

    report = crawled.ledger.runs.get(run_id).report
    assert report is not None
    assert set(report["sources"]) == {"meridian-post", "flussblatt"}
    assert report["total"]["indexed"] > 0
    articles = crawled.index_client.search("articles", size=500)["hits"]["hits"]
    assert len(articles) == report["total"]["indexed"]
    assert {hit["_source"]["provenance"]["run"] for hit in articles} == {run_id}
    assert len({hit["_id"] for hit in articles}) == len(articles)

    second, run_id = run(sources=["meridian-post", "flussblatt"])

    assert second.state == "success"
    assert states(second)["report"] == {"success": 1}
    assert states(second)["batch.fetch"] == {"skipped": 1}
    report = crawled.ledger.runs.get(run_id).report
    assert report is not None
    assert report["batches"] == 0
    assert {row["cause"] for row in report["sources"].values()} == {"no feed was due"}
    assert crawled.index_client.search("articles", size=500)["hits"]["hits"] == articles


@pytest.mark.servers
@pytest.mark.slow
def test_a_failed_group_of_sources_holds_nobody_back(
    run: Callable[..., tuple[Any, str]], crawled: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = Pipeline._poll

    async def broken(self: Pipeline, feeds: Sequence[FeedState]) -> list[PollResult]:
        if any(feed.source_id == "meridian-post" for feed in feeds):
            raise ConfigError("is broken for this test", subject="meridian-post")
        return await poll(self, feeds)

    monkeypatch.setattr(Pipeline, "_poll", broken)
    found, run_id = run(sources=["meridian-post", "flussblatt"])

    assert states(found)["discover"] == {"success": 1, "failed": 1}
    assert set(states(found)["batch.index"]) == {"success"}
    assert found.state == "failed"  # after its report
    report = crawled.ledger.runs.get(run_id).report
    assert report is not None
    assert report["failed_batches"] == []
    assert report["sources"]["flussblatt"]["indexed"] > 0
    assert not report["sources"]["meridian-post"]["polled"]
    assert "did not come to its end" in report["sources"]["meridian-post"]["cause"]


@pytest.mark.servers
def test_an_unknown_source_is_refused_before_anything_is_polled(
    run: Callable[..., tuple[Any, str]], press: SamplePress
) -> None:
    found, _ = run(sources=["no-such-paper"])
    assert found.state == "failed"
    assert states(found)["plan"] == {"failed": 1}
    assert not [entry for entry in press.log if not re.search("robots", entry.path)]
