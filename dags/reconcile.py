"""DAG ``reconcile``: the past, one day of publication a run. Wiring only: what happens is in ``pipeline.stages``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from airflow.sdk import (
    CronDataIntervalTimetable,
    Param,
    PokeReturnValue,
    TriggerRule,
    dag,
    get_current_context,
    task,
    task_group,
)
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from wiring import PAST, RETRY, stage, standpoint, this_run

DOC = """
### Reconcile: is the past complete?

One run makes the index complete for **one day of publication** of each source, in the source's own time zone. The
scheduled run does yesterday. For other days press **Trigger**, choose *Backfill*, and give **From** and **To**: both
days are included, each becomes a run. The day is the start of the run's data interval.

What is believed, in this order: the index; what earlier batches have on file; the archive's stored pages (no network);
the news sitemaps, sitemap indexes and dated archive pages of the sources, for what nobody has seen yet.

| task | what it does |
|---|---|
| `wait` | waits until the day is over where the sources are; a day of the past passes at once |
| `plan` | checks the form, takes back what dead runs left, reads what is new in the archive |
| `look` | asks the lists of the sources' past what they published on that day |
| `split` | decides about every address of the day, and puts what is to be done into batches |
| `batch` | `fetch → extract → tag → index`, each item from the stage on that it needs |
| `report` | what was added, re-tagged, written again or unchanged, and what stays a gap, and why |
| `prune` | in the scheduled run only: what is older than the settings keep goes, as `standpoint prune` does it |

* **To send the form with a backfill**, tick *Override parameters on existing runs*: without it Airflow's dialog sends
  the range alone, and the form's defaults are used.
* **A second run** of a day that is complete does nothing, and says so.
* **Run it again in the UI**: *Reprocess behavior* "All runs" clears runs of days that ran before; "Missing" skips them.
* **Fresh news go first**: these tasks have a pool of their own and the lower priority. What a busy host leaves undone
  is handed over to `crawl` at the end.
* **Before**: `standpoint reconcile plan --from 2026-10-01 --to 2026-10-30` says what a backfill would do, and how long
  it takes at the polite rate.
"""

FORM = {
    "sources": Param(
        [],
        type=["array", "null"],
        items={"type": "string"},
        title="Sources",
        description="Ids of sources, one a line, as in sources.yml. Empty: all.",
        section="What",
    ),
    "refetch": Param(
        "missing",
        type="string",
        enum=["missing", "never", "always"],
        values_display={
            "missing": "Missing: fetch what is not stored",
            "never": "Never: use only what is stored",
            "always": "Always: ask for every page again",
        },
        title="Ask the network",
        description="Missing: pages that nothing stored stands for are fetched. Never: no page is asked for; what is "
        "not stored stays a gap, and the report says so. Always: every page is asked for again, with its validators; "
        "the same text is unchanged.",
        section="What",
    ),
    "stages": Param(
        "as_needed",
        type="string",
        enum=["as_needed", "extract", "tag", "index"],
        values_display={
            "as_needed": "As needed",
            "extract": "From extract",
            "tag": "From tag",
            "index": "Index only",
        },
        title="Stages",
        description="From which stage on articles are done again. As needed: only what is missing or older than "
        "today's code, models, gazetteer and settings. From extract: all stored pages are read again. From tag: all "
        "texts are tagged again. Index only: what was tagged is written again; nothing is read, tagged or fetched.",
        section="What",
    ),
    "reason": Param(
        "",
        type=["string", "null"],
        maxLength=500,
        title="Reason",
        description="Why this is done: kept with the run, its report, and every document that it writes.",
        section="Why",
    ),
    "older_generation": Param(
        False,
        type="boolean",
        title="Wheel back",
        description="Today's code and configuration are older ones put back on purpose. They get a new generation "
        "number, so that the index takes their tags; without this it refuses them as superseded.",
        section="Older tags",
    ),
}


def this_day() -> date:
    """Return the day of publication that this run is about."""
    start = get_current_context().get("data_interval_start")
    if start is None:
        raise AirflowFailException(
            "This run has no data interval, so it has no day: use Backfill, or give a logical date. A run triggered "
            "with a logical date does the day before it."
        )
    return date(start.year, start.month, start.day)


@dag(
    dag_id="reconcile",
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=2,
    dagrun_timeout=timedelta(days=2),
    doc_md=DOC,
    default_args={"owner": "standpoint", "pool": "reconcile", **PAST},
    tags=["standpoint"],
    params=FORM,
)
def reconcile() -> None:
    """Wire the stages."""

    @task.sensor(mode="reschedule", poke_interval=600, timeout=timedelta(days=1).total_seconds(), **RETRY)
    def wait() -> PokeReturnValue:
        """Wait until the day is over where the sources are."""
        sources = get_current_context()["params"]["sources"] or []
        with standpoint() as pipeline:
            return PokeReturnValue(is_done=pipeline.is_over(this_day(), sources))

    @task(**RETRY)
    def plan() -> list[list[str]]:
        """Start the run and group the sources whose past is looked into."""
        with standpoint() as pipeline:
            return pipeline.begin(this_run(), this_day(), dict(get_current_context()["params"]))

    @task(map_index_template="{{ sources_label }}", **RETRY)
    def look(sources: list[str]) -> dict[str, int]:
        """Ask the lists of the past of one group of sources."""
        get_current_context()["sources_label"] = ", ".join(sources)
        with standpoint() as pipeline:
            return pipeline.look(this_run(), sources)

    @task(trigger_rule=TriggerRule.ALL_DONE, **RETRY)
    def split() -> list[str]:
        """Decide, and put what is to be done into batches; a failed group of sources holds nobody back."""
        with standpoint() as pipeline:
            return pipeline.split(this_run())

    @task_group
    def batch(batch_id: str) -> None:
        """One batch, each item from the stage on that it needs."""
        fetched = stage("fetch", "reconcile")(batch_id)
        extracted = stage("extract", "reconcile")(fetched)
        tagged = stage("tag", "reconcile")(extracted)
        stage("index", "reconcile")(tagged)

    @task(trigger_rule=TriggerRule.ALL_DONE, **RETRY)
    def report() -> dict[str, Any]:
        """Write what the run did and what stays a gap, then fail it if a batch failed."""
        with standpoint() as pipeline:
            return pipeline.report(this_run()).total

    @task(**RETRY)
    def prune() -> None:
        """Once a day: let go what is older than the settings keep."""
        from pathlib import Path

        from airflow.configuration import conf

        from pipeline.stages.keep import prune as prune_all

        run_type = get_current_context()["dag_run"].run_type
        if str(getattr(run_type, "value", run_type)) != "scheduled":
            raise AirflowSkipException("only the scheduled run, once a day")
        with standpoint() as pipeline:
            prune_all(pipeline, logs=[Path(conf.get_mandatory_value("logging", "base_log_folder"))])

    groups = plan()
    wait() >> groups
    groups >> prune()
    looked = look.expand(sources=groups)
    batches = split()
    looked >> batches
    batch.expand(batch_id=batches) >> report()


reconcile()
