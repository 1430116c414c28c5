"""What Standpoint adds to the Airflow UI: the report of a run beside its grid, and a page of its own. Wiring only.

The only file that imports from ``airflow.api_fastapi.core_api``, which Airflow does not promise to keep.
"""

from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, Query
from fastapi.responses import HTMLResponse, RedirectResponse

# Nobody sees anything without a log-in; the pages of FastAPI itself would be open to all.
app = FastAPI(title="Standpoint", dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/", response_class=HTMLResponse, dependencies=[Depends(requires_access_dag("GET"))])
def front() -> HTMLResponse:
    """How things stand, and the latest runs."""
    from pipeline.stages import Pipeline
    from pipeline.ui import front_html, read_front

    with Pipeline() as pipeline:
        return HTMLResponse(front_html(read_front(pipeline)))


@app.get("/report", response_class=HTMLResponse, dependencies=[Depends(requires_access_dag("GET"))])
def report(dag_id: Annotated[str, Query()], run_id: Annotated[str, Query()]) -> HTMLResponse:
    """What one run did, per source."""
    from pipeline.errors import LedgerError
    from pipeline.stages import Backfill
    from pipeline.ui import message_html, read_report, report_html

    with Backfill() as pipeline:
        try:
            return HTMLResponse(report_html(read_report(pipeline, f"{dag_id}/{run_id}")))
        except LedgerError:
            return HTMLResponse(
                message_html("No report", "The ledger knows nothing of this run: its first task, plan, has not ended."),
                status_code=404,
            )


@app.get("/run")
def run(id: Annotated[str, Query()]) -> RedirectResponse:
    """The report of a run by the id that documents of the index bear, ``<dag>/<run>``: where links in Kibana lead."""
    dag_id, _, run_id = id.partition("/")
    return RedirectResponse(f"report?{urlencode({'dag_id': dag_id, 'run_id': run_id})}")


class StandpointPlugin(AirflowPlugin):
    """The pages, and where the Airflow UI shows them."""

    name = "standpoint"
    fastapi_apps: ClassVar[list[dict[str, Any]]] = [{"app": app, "url_prefix": "/standpoint", "name": "standpoint"}]
    external_views: ClassVar[list[dict[str, Any]]] = [
        {
            "name": "Standpoint",
            "href": "/standpoint/",
            "destination": "nav",
            "url_route": "standpoint",
            "nav_top_level": True,
        },
        {
            "name": "Report",
            "href": "/standpoint/report?dag_id={DAG_ID}&run_id={RUN_ID}",
            "destination": "dag_run",
            "url_route": "report",
        },
    ]
