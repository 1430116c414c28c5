"""DAG ``crawl``: fresh news, every quarter of an hour. Wiring only: what happens is in ``pipeline.stages``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import CronDataIntervalTimetable, Param, TriggerRule, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

if TYPE_CHECKING:
    from pipeline.stages import Pipeline

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
* **The past** is not crawled: this DAG refuses backfills.
"""

RETRY: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
}


@contextmanager
def standpoint() -> Iterator[Pipeline]:
    """Open the pipeline on the Elasticsearch of the Connection ``elasticsearch_default``.

    What trying again cannot help fails the task at once: a wrong setting, a failed batch, a run or a file that is not
    there. Servers that cannot be reached say so in other ways, and are asked again.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    from pipeline.errors import BatchFailed, ConfigError, LedgerError, ManifestMissing, NoRoom, TagError
    from pipeline.settings import get_settings
    from pipeline.stages import Pipeline

    try:
        connection = BaseHook.get_connection("elasticsearch_default")
    except AirflowNotFoundException as error:
        raise AirflowFailException(
            "There is no Connection elasticsearch_default: create it under Admin, Connections, with Elasticsearch's "
            "host, port and log-in."
        ) from error
    settings = get_settings().with_elasticsearch(
        host=connection.host or "localhost",
        port=connection.port,
        scheme=connection.extra_dejson.get("scheme") or connection.schema or "",
        user=connection.login or "",
        password=connection.password or "",
    )
    try:
        with Pipeline(settings) as pipeline:
            yield pipeline
    except NoRoom as error:  # nothing is lost; the report turns the run red with the same words
        raise AirflowSkipException(str(error)) from error
    except (BatchFailed, ConfigError, LedgerError, ManifestMissing, TagError) as error:
        raise AirflowFailException(str(error)) from error


def this_run() -> str:
    """Return the name under which the ledger knows this DAG run."""
    context = get_current_context()
    return f"{context['dag'].dag_id}/{context['run_id']}"


def epoch() -> int:
    """Return how often a person cleared this task: Airflow raises ``max_tries`` then, and only then."""
    context = get_current_context()
    return int(context["ti"].max_tries) - int(context["task"].retries)


def stage(name: str, pool: str) -> Callable[[Any], Any]:
    """One stage of a batch as a task: batch id in, batch id out."""

    @task(task_id=name, pool=pool, map_index_template="{{ batch_label }}", **RETRY)
    def run_stage(batch_id: str) -> str:
        get_current_context()["batch_label"] = batch_id
        with standpoint() as pipeline:
            done: str = getattr(pipeline, name)(batch_id, epoch=epoch())
            return done

    return run_stage


@dag(
    dag_id="crawl",
    schedule=CronDataIntervalTimetable("*/15 * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    allowed_run_types=["scheduled", "manual"],
    dagrun_timeout=timedelta(hours=6),
    doc_md=DOC,
    default_args={"owner": "standpoint"},
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
