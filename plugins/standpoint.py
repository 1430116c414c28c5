"""What Standpoint adds to the Airflow UI: the report of a run beside its grid, and a page of its own. Wiring only.

The only file that imports from ``airflow.api_fastapi.core_api``, which Airflow does not promise to keep.
"""

from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlencode

from airflow.api_fastapi.core_api.security import get_user, requires_access_dag
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

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


@app.get("/review", response_class=HTMLResponse, dependencies=[Depends(requires_access_dag("GET"))])
def review_page(week: Annotated[str, Query()] = "") -> HTMLResponse:
    """A week's sample of evidence, to be judged, and the precision of the weeks before."""
    from pipeline.errors import ReviewError
    from pipeline.stages import Pipeline
    from pipeline.ui import message_html
    from pipeline.ui.reviews import read_reviews, reviews_html

    with Pipeline() as pipeline:
        try:
            return HTMLResponse(reviews_html(read_reviews(pipeline, week)))
        except ReviewError as error:
            return HTMLResponse(message_html("No sample", str(error)), status_code=404)


@app.get("/api/review/sample", dependencies=[Depends(requires_access_dag("GET"))])
def review_sample(week: Annotated[str, Query()] = "") -> list[dict[str, Any]]:
    """A week's sample of evidence and what was said of it."""
    from pipeline.errors import ReviewError
    from pipeline.records import full
    from pipeline.stages import Pipeline
    from pipeline.stages.reviews import sample

    with Pipeline() as pipeline:
        try:
            return [full(one) for one in sample(pipeline, week)]
        except ReviewError as error:
            raise HTTPException(404, str(error)) from error


@app.get("/api/review/precision", dependencies=[Depends(requires_access_dag("GET"))])
def review_precision(weeks: Annotated[int, Query(ge=1, le=520)] = 8) -> list[dict[str, Any]]:
    """How much of the weekly samples is right, newest first."""
    from pipeline.records import full
    from pipeline.stages import Pipeline
    from pipeline.stages.reviews import measured

    with Pipeline() as pipeline:
        found = measured(pipeline, weeks)
    return [full(one) | {"share": one.share, "interval": one.interval} for one in found]


class Verdict(BaseModel):
    """What a person says of one piece of evidence."""

    evidence_id: str
    verdict: Literal["right", "wrong", "flipped", "retargeted"]
    target: str = ""
    note: str = ""


# a body of JSON: a form on somebody else's page cannot send one
@app.post("/api/review", dependencies=[Depends(requires_access_dag("PUT"))])
def review_mark(said: Verdict, user: Annotated[Any, Depends(get_user)]) -> dict[str, Any]:
    """Remember a verdict under the name of the user who is logged in, and apply it."""
    from pipeline.errors import ReviewError
    from pipeline.records import full
    from pipeline.stages import Pipeline
    from pipeline.stages.reviews import mark

    with Pipeline() as pipeline:
        try:
            done = mark(
                pipeline,
                said.evidence_id,
                said.verdict,
                reviewer=user.get_name(),
                target=said.target,
                note=said.note,
            )
        except ReviewError as error:
            raise HTTPException(422, str(error)) from error
    return full(done)


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
