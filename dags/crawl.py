"""DAG ``crawl``: fresh news, every quarter of an hour. Wiring only: what happens is in ``pipeline.stages``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, Param, TriggerRule, dag, get_current_context, task, task_group
from wiring import FRESH, RETRY, stage, standpoint, this_run

DOC = """
### Crawl: what is new?

Polls the feeds that are due **now**, fetches the new pages, reads the articles out of them, tags entities, quotes
and stances, and indexes everything into Elasticsearch. The data interval only names the run.

| task | what it does |
|---|---|
| `plan` | takes back what a dead run left, groups the sources that have a feed to poll |
| `discover` | polls; every address never seen gets a work item. Nothing is lost from here on |
| `split` | puts pending items into batches |
| `batch` | `fetch → extract → tag → index`, one instance a batch; batches do not wait for each other |
| `report` | what this run did per source; turns the run red if a batch failed |

* **Disk nearly full**, or Elasticsearch read-only? `plan`, `discover` or `split` is *skipped* and logs why, `report`
  turns red with the same words. What waits goes on waiting; the next run goes on by itself.
* **Nothing new?** `report` logs a cause for every source that brought nothing.
* **A red batch** loses nothing: its items are taken up again by the next run.
* **Clear** a task of a batch to do it anew (a new fetch asks the hosts again).
* **The past** is not crawled: this DAG refuses backfills. Go to [`reconcile`](/dags/reconcile): its **Trigger**
  button, *Backfill*, fills or re-does any range of days.
"""


@dag(
    dag_id="crawl",
    schedule=CronDataIntervalTimetable("*/15 * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    allowed_run_types=["scheduled", "manual"],
    dagrun_timeout=timedelta(hours=6),
    doc_md=DOC,
    default_args={"owner": "standpoint", **FRESH},
    tags=["standpoint"],
    params={
        "sources": Param(
            [],
            type=["array", "null"],
            items={"type": "string"},
            title="Sources",
            description="Ids of sources, one a line, as in sources.yml. Empty: all.",
        ),
        "force": Param(
            False,
            type="boolean",
            title="Poll everything",
            description="Poll feeds that are not due yet, too. Hosts are still asked no faster than is polite.",
        ),
    },
)
def crawl() -> None:
    """Wire the stages."""

    @task(**RETRY)
    def plan() -> list[list[str]]:
        """Start the run and group the sources that are due."""
        params = get_current_context()["params"]
        with standpoint() as pipeline:
            return pipeline.plan(this_run(), "crawl", sources=params["sources"] or [], force=params["force"])

    @task(pool="net", map_index_template="{{ sources_label }}", **RETRY)
    def discover(sources: list[str]) -> dict[str, int]:
        """Poll the feeds of one group of sources."""
        context = get_current_context()
        context["sources_label"] = ", ".join(sources)
        with standpoint() as pipeline:
            return pipeline.discover(this_run(), sources, force=context["params"]["force"])

    @task(trigger_rule=TriggerRule.ALL_DONE, **RETRY)
    def split() -> list[str]:
        """Put pending items into batches; a failed group of sources holds nobody back."""
        with standpoint() as pipeline:
            return pipeline.split(this_run())

    @task_group
    def batch(batch_id: str) -> None:
        """One batch, from addresses to documents."""
        fetched = stage("fetch", "net")(batch_id)
        extracted = stage("extract", "cpu")(fetched)
        tagged = stage("tag", "cpu")(extracted)
        stage("index", "net")(tagged)

    @task(trigger_rule=TriggerRule.ALL_DONE, **RETRY)
    def report() -> dict[str, Any]:
        """Write what the run did, then fail it if a batch failed."""
        with standpoint() as pipeline:
            return pipeline.report(this_run()).total

    polled = discover.expand(sources=plan())
    batches = split()
    polled >> batches
    batch.expand(batch_id=batches) >> report()


crawl()
