"""Plugin ``standpoint``: who is let in, and what it tells Airflow. What its pages say is tested with the pages."""

import importlib.util
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import PROJECT, get_settings
from pipeline.stages import Pipeline

pytestmark = [pytest.mark.airflow, pytest.mark.servers]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RUN = "manual__2026-11-20T12:00:00+00:00"
PAGES = ("/", "/report")


@pytest.fixture(scope="module")
def plugin(airflow_home: Path) -> Any:
    """The plugin's module, loaded as Airflow does it: from its file."""
    spec = importlib.util.spec_from_file_location("standpoint_plugin", PROJECT / "plugins/standpoint.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def client(plugin: Any, airflow_db: None, ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of the plugin's app over a ledger with one run."""
    from airflow.api_fastapi.app import init_auth_manager
    from fastapi.testclient import TestClient

    init_auth_manager()
    monkeypatch.setenv("STANDPOINT_LEDGER_URL", ledger_url)
    get_settings.cache_clear()
    with Pipeline(clock=lambda: NOON) as pipeline:
        pipeline.ledger.migrate()
        runs = pipeline.ledger.runs
        runs.start(f"crawl/{RUN}", "crawl", runs.generation({}, NOON), NOON, {"sources": ["harbour-gazette"]})
    yield TestClient(plugin.app)
    get_settings.cache_clear()


@pytest.fixture
def token() -> Callable[[str | None], dict[str, str]]:
    """Gives the headers of a user with a role."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    def of(role: str | None) -> dict[str, str]:
        signed = get_auth_manager().generate_jwt(SimpleAuthManagerUser(username="ann", role=role))
        return {"Authorization": f"Bearer {signed}"}

    return of


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_a_page_without_a_log_in(client: Any, page: str) -> None:
    asked = {"dag_id": "crawl", "run_id": RUN}
    assert client.get(page, params=asked).status_code == 401
    assert client.get(page, params=asked, headers={"Authorization": "Bearer made-up"}).status_code == 403
    client.cookies.set("_token", "made-up")
    assert client.get(page, params=asked).status_code == 403


def test_pages_that_describe_the_app_are_not_served(client: Any) -> None:
    for page in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_user_who_may_not_see_dags_sees_no_page(client: Any, token: Callable[..., dict[str, str]], page: str) -> None:
    answer = client.get(page, params={"dag_id": "crawl", "run_id": RUN}, headers=token(None))
    assert answer.status_code == 403


def test_a_viewer_sees_the_pages(client: Any, token: Callable[..., dict[str, str]]) -> None:
    front = client.get("/", headers=token("viewer"))
    assert front.status_code == 200
    assert RUN in front.text.replace("&#43;", "+")
    report = client.get("/report", params={"dag_id": "crawl", "run_id": RUN}, headers=token("viewer"))
    assert report.status_code == 200
    assert "harbour-gazette" in report.text
    assert report.headers["content-type"] == "text/html; charset=utf-8"


def test_an_unknown_run_is_said_to_be_unknown(client: Any, token: Callable[..., dict[str, str]]) -> None:
    evil = "<script>alert(1)</script>"
    answer = client.get("/report", params={"dag_id": "crawl", "run_id": evil}, headers=token("viewer"))
    assert answer.status_code == 404
    assert "The ledger knows nothing of this run" in answer.text
    assert evil not in answer.text
    assert client.get("/report", headers=token("viewer")).status_code == 422


def test_what_airflow_is_told(plugin: Any) -> None:
    views = {view["destination"]: view for view in plugin.StandpointPlugin.external_views}
    (mounted,) = plugin.StandpointPlugin.fastapi_apps
    # without the slash at its end Airflow answers with a page of its own
    assert views["nav"]["href"] == f"{mounted['url_prefix']}/"
    assert views["dag_run"]["href"].startswith(f"{mounted['url_prefix']}/report?")
    assert len({view["url_route"] for view in views.values()}) == 2


def test_the_id_that_a_document_bears_leads_to_the_report(client: Any, token: Callable[..., dict[str, str]]) -> None:
    asked = {"id": f"crawl/{RUN}"}
    assert client.get("/run", params=asked).status_code == 401
    answer = client.get("/run", params=asked, headers=token("admin"), follow_redirects=False)
    assert answer.status_code == 307
    assert client.get(answer.headers["location"], headers=token("admin")).status_code == 200
    assert client.get("/run", params=asked, headers=token(None)).status_code == 403


def test_who_may_judge_evidence_and_who_may_only_look(client: Any, token: Callable[..., dict[str, str]]) -> None:
    said = {"evidence_id": "0" * 32, "verdict": "right"}
    assert client.post("/api/review", json=said).status_code == 401
    assert client.post("/api/review", json=said, headers=token("viewer")).status_code == 403
    # a form on somebody else's page cannot say anything
    assert client.post("/api/review", data=said, headers=token("admin")).status_code == 422
    assert client.post("/api/review", json=said | {"verdict": "maybe"}, headers=token("admin")).status_code == 422
    answer = client.post("/api/review", json=said, headers=token("admin"))
    assert answer.status_code == 422
    assert "no evidence has this id" in answer.json()["detail"]
    for page in ("/review", "/api/review/sample", "/api/review/precision"):
        assert client.get(page).status_code == 401
        assert client.get(page, headers=token(None)).status_code == 403
        assert client.get(page, headers=token("viewer")).status_code == 200
    bad = client.get("/api/review/sample", params={"week": "last"}, headers=token("viewer"))
    assert (bad.status_code, "2026-W47" in bad.text) == (404, True)
