"""DAG ``reconcile``: how it is wired, its form, and runs of it in this process."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.local.press.server import SamplePress
from pipeline.pools import pools
from pipeline.reconcile import Form, form_of
from pipeline.stages import Backfill

pytestmark = pytest.mark.airflow


@pytest.fixture
def dag(dagbag: Any) -> Any:
    return dagbag.dags["reconcile"]


def test_one_run_is_one_day_and_it_takes_backfills(dag: Any) -> None:
    from airflow.sdk import CronDataIntervalTimetable

    assert isinstance(dag.timetable, CronDataIntervalTimetable)
    assert dag.catchup is False
    allowed = {str(getattr(t, "value", t)) for t in dag.allowed_run_types or []}
    assert not allowed or "backfill" in allowed


def test_its_tasks_and_their_order(dag: Any) -> None:
    assert {task_id: sorted(dag.get_task(task_id).downstream_task_ids) for task_id in dag.task_ids} == {
        "wait": ["plan"],
        "plan": ["look", "prune"],
        "look": ["split"],
        "split": ["batch.fetch"],
        "batch.fetch": ["batch.extract"],
        "batch.extract": ["batch.tag"],
        "batch.tag": ["batch.index"],
        "batch.index": ["report"],
        "report": [],
        "prune": [],
    }
    rules = {task_id: dag.get_task(task_id).trigger_rule.value for task_id in dag.task_ids}
    assert {task_id for task_id, rule in rules.items() if rule == "all_done"} == {"split", "report"}


def test_fresh_news_go_first(dag: Any, dagbag: Any) -> None:
    past = {dag.get_task(task_id) for task_id in dag.task_ids}
    assert {task.pool for task in past} == {"reconcile"}
    assert "reconcile" in pools()
    fresh = {dagbag.dags["crawl"].get_task(task_id) for task_id in dagbag.dags["crawl"].task_ids}
    assert {task.weight_rule for task in past | fresh} == {"absolute"} or all(
        "absolute" in str(task.weight_rule).lower() for task in past | fresh
    )
    assert max(task.priority_weight for task in past) < min(task.priority_weight for task in fresh)


def test_the_form_explains_each_field_and_its_defaults_are_the_pipelines(dag: Any) -> None:
    fields = {name: dag.params.get_param(name) for name in dag.params}
    assert set(fields) == set(Form.__struct_fields__)
    for name, field in fields.items():
        assert field.description.endswith("."), name
        assert field.schema["title"]
        assert field.schema["section"]
    assert form_of({name: field.value for name, field in fields.items()}) == Form()
    assert fields["refetch"].schema["enum"] == ["missing", "never", "always"]
    assert fields["stages"].schema["enum"] == ["as_needed", "extract", "tag", "index"]
    for task_id in ("wait", "plan", "look", "split", "batch", "report", "prune"):
        assert f"`{task_id}`" in dag.doc_md


@pytest.mark.parametrize(("name", "value"), [("refetch", "sometimes"), ("stages", "fetch"), ("older_generation", "x")])
def test_the_form_refuses_what_it_does_not_take(dag: Any, name: str, value: str) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        dag.params.get_param(name).resolve(value)


def test_the_day_is_that_of_the_interval(dag: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from airflow.sdk.exceptions import AirflowFailException

    module = sys.modules[dag.get_task("plan").python_callable.__module__]
    interval = {"data_interval_start": datetime(2026, 10, 3, tzinfo=UTC)}
    monkeypatch.setattr(module, "get_current_context", lambda: interval)
    assert module.this_day() == date(2026, 10, 3)
    monkeypatch.setattr(module, "get_current_context", lambda: SimpleNamespace(get=lambda name: None))
    with pytest.raises(AirflowFailException, match="use Backfill"):
        module.this_day()


@pytest.fixture
def run(dag: Any, airflow_db: None, crawled: Any) -> Callable[..., tuple[Any, str]]:
    """Runs the whole DAG for a day in this process; returns Airflow's run and the name the ledger knows it by."""

    def one(day: datetime, **conf: object) -> tuple[Any, str]:
        found = dag.test(logical_date=day + timedelta(days=1), run_conf=conf)
        return found, f"reconcile/{found.run_id}"

    return one


def states(run: Any) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for ti in run.get_task_instances():
        found.setdefault(ti.task_id, Counter())[str(getattr(ti.state, "value", ti.state))] += 1
    return found


@pytest.mark.servers
@pytest.mark.slow
def test_a_day_comes_in_by_the_lists_of_the_past_and_then_there_is_nothing_to_do(
    run: Callable[..., tuple[Any, str]], crawled: Backfill, press: SamplePress
) -> None:
    day = datetime(2026, 10, 3, tzinfo=UTC)
    sources = ["eastern-standard", "flussblatt"]
    first, run_id = run(day, sources=sources, reason="a test")
    assert first.state == "success"
    report = crawled.ledger.runs.get(run_id).report
    assert report is not None
    assert report["params"]["day"] == "2026-10-03"
    assert report["params"]["reason"] == "a test"
    assert report["sources"]["eastern-standard"]["added"] == 2
    assert "no list of its past" in report["sources"]["flussblatt"]["unknowable"]
    crawled.index_client.refresh()
    before = crawled.index_client.search("articles", size=50)["hits"]["hits"]
    assert len(before) == 2

    press.clear_log()
    with pytest.MonkeyPatch.context():
        again, run_id = run(day + timedelta(hours=1), sources=sources)
    assert again.state == "success"
    assert states(again)["batch.fetch"] == {"skipped": 1}
    report = crawled.ledger.runs.get(run_id).report
    assert report is not None
    assert "nothing to do" in report["sources"]["eastern-standard"]["cause"]
    assert crawled.index_client.search("articles", size=50)["hits"]["hits"] == before
    assert [r.path for r in press.log if r.path.startswith("/world")] == []


@pytest.mark.servers
def test_a_source_that_is_not_there_and_a_day_to_come_are_refused(run: Callable[..., tuple[Any, str]]) -> None:
    found, _ = run(datetime(2026, 10, 3, tzinfo=UTC), sources=["no-such-paper"])
    assert found.state == "failed"
    assert states(found)["wait"] == {"failed": 1}
