"""What the DAG files share. Makes no DAG itself (``.airflowignore``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

if TYPE_CHECKING:
    from pipeline.stages import Backfill

RETRY: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
}
#: Fresh news go first where tasks of both DAGs wait for a slot.
FRESH: dict[str, Any] = {"priority_weight": 10, "weight_rule": "absolute"}
PAST: dict[str, Any] = {"priority_weight": 1, "weight_rule": "absolute"}


@contextmanager
def standpoint() -> Iterator[Backfill]:
    """Open the pipeline on the Elasticsearch of the Connection ``elasticsearch_default``.

    What trying again cannot help fails the task at once: a wrong setting, a failed batch, a run or a file that is not
    there. Servers that cannot be reached say so in other ways, and are asked again.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    from pipeline.errors import BatchFailed, ConfigError, LedgerError, ManifestMissing, NoRoom, TagError
    from pipeline.settings import get_settings
    from pipeline.stages import Backfill

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
        with Backfill(settings) as pipeline:
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
    def run_stage(batch_id: str | None) -> str:
        if batch_id is None:  # in a cleared run with more batches than before Airflow may begin a stage too early
            raise AirflowException("The stage before this one has not ended yet; this one is tried again.")
        get_current_context()["batch_label"] = batch_id
        with standpoint() as pipeline:
            done: str = getattr(pipeline, name)(batch_id, epoch=epoch())
            return done

    return run_stage
