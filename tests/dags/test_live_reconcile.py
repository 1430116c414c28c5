"""DAG ``reconcile`` under the real scheduler: backfills through the API, over the sample press."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from pipeline.local.client import ask
from pipeline.stages import Backfill
from tests.dags.live import Live, until

pytestmark = [pytest.mark.airflow, pytest.mark.servers, pytest.mark.slow]

DAG = "reconcile"
SOURCE = "eastern-standard"
_LIMIT_S = 400.0
#: Two days with two stories each, and one between them.
DAYS = (date(2026, 10, 3), date(2026, 10, 4), date(2026, 10, 5))


def backfill(live: Live, first: date, last: date, *, reprocess: str = "none", **conf: Any) -> list[str]:
    """Create a backfill as the UI's dialog does, wait for the end of its runs, and return their ids, by day."""
    asked = {
        "dag_id": DAG,
        "from_date": f"{first}T00:00:00Z",
        "to_date": f"{last}T00:00:00Z",
        "dag_run_conf": conf,
        "max_active_runs": 2,
        "reprocess_behavior": reprocess,
        "run_backwards": False,
    }
    made = until(lambda: _created(live, asked), "a backfill to be created")
    path = f"/backfills/{made['id']}"
    until(lambda: live.api.call("GET", path)["completed_at"], f"the end of backfill {made['id']}", _LIMIT_S)
    runs = live.api.call("GET", f"/dags/{DAG}/dagRuns", limit=100)["dag_runs"]
    mine = [r for r in runs if first <= datetime.fromisoformat(r["data_interval_start"]).date() <= last]
    return [r["dag_run_id"] for r in sorted(mine, key=lambda r: r["data_interval_start"])]


def _created(live: Live, asked: dict[str, Any]) -> dict[str, Any] | None:
    """Ask for a backfill; None as long as the one before counts as active."""
    headers = {"Authorization": f"Bearer {live.api.token()}"}
    answer = ask("POST", f"{live.api.address}/api/v2/backfills", body=asked, headers=headers, timeout_s=60)
    if answer.status == 409:
        return None
    assert answer.ok, answer.body
    return dict(answer.json())


def day_of(document: dict[str, Any]) -> date:
    """The day at the source, in Singapore."""
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(document["published"]).astimezone(ZoneInfo("Asia/Singapore")).date()


@pytest.fixture(scope="module")
def backfilled(live: Live) -> list[str]:
    """Three days backfilled into an empty index, each a run."""
    live.watch(SOURCE)
    live.api.set_paused(DAG, False)
    return backfill(live, DAYS[0], DAYS[-1], sources=[SOURCE], reason="first fill")


def test_three_days_are_three_green_runs_and_their_articles_are_there(live: Live, backfilled: list[str]) -> None:
    assert len(backfilled) == len(DAYS)
    for run_id, day in zip(backfilled, DAYS, strict=True):
        assert live.api.run(DAG, run_id)["state"] == "success", live.states(run_id, DAG)
        assert live.api.run(DAG, run_id)["run_type"] == "backfill"
        report = live.report(run_id, DAG)
        assert (report["params"]["day"], report["params"]["reason"]) == (day.isoformat(), "first fill")
    found = live.articles(SOURCE).values()
    stories = [s for i in live.press.press.story_ids if i.startswith(SOURCE) for s in live.press.press.revisions(i)]
    wanted = {s.front.title for s in stories if s.front.published.date() in DAYS and s.front.kind == "story"}
    assert {d["title"] for d in found} == wanted
    assert {day_of(d) for d in found} <= set(DAYS)
    assert {d["provenance"]["run"] for d in found} <= {f"{DAG}/{run_id}" for run_id in backfilled}


def test_holes_are_filled_and_a_cleared_run_changes_nothing_else(live: Live, backfilled: list[str]) -> None:
    pipeline: Backfill = live.pipeline
    before = live.articles(SOURCE)
    hole, kept = sorted(before)[0], sorted(before)[1:]
    documents = pipeline.trace(before[hole]["url"])["documents"]
    base = f"{pipeline.index_client.url}/{pipeline.index_client.prefix}"
    assert ask("PUT", f"{base}*/_settings", body={"index.gc_deletes": "1s"}).ok  # not a minute
    for one in documents:  # by hand, as anybody can
        assert ask("DELETE", f"{base}{one['index']}/_doc/{one['id']}?routing={hole}").ok
    assert hole not in live.articles(SOURCE)
    live.press.clear_log()
    again = backfill(live, DAYS[0], DAYS[-1], reprocess="completed", sources=[SOURCE], reason="a hole")
    assert again == backfilled  # the same runs, cleared
    assert {live.api.run(DAG, r)["state"] for r in again} == {"success"}
    after = live.articles(SOURCE)
    assert after.keys() == before.keys()
    assert {after[i]["text"] for i in after} == {before[i]["text"] for i in before}
    assert kept
    reports = [live.report(r, DAG) for r in again]
    assert sum(r["total"]["written_again"] for r in reports) >= 1
    assert {r["params"]["reason"] for r in reports} == {"a hole"}


def test_bad_values_are_refused_before_a_run_is_made(live: Live, backfilled: list[str]) -> None:
    asked = {"dag_id": DAG, "from_date": "2026-10-10T00:00:00Z", "to_date": "2026-10-10T00:00:00Z"}
    headers = {"Authorization": f"Bearer {live.api.token()}"}
    url = f"{live.api.address}/api/v2/backfills"
    body = asked | {"dag_run_conf": {"refetch": "sometimes"}}

    def refused() -> Any:
        answer = ask("POST", url, body=body, headers=headers, timeout_s=60)
        return answer if answer.status != 409 else None  # the one before counts as active for a while

    answer = until(refused, "a refusal")
    assert answer.status == 422
    assert b"refetch" in answer.body or b"sometimes" in answer.body


def test_the_report_of_a_day_has_its_page(live: Live, backfilled: list[str]) -> None:
    path = f"/standpoint/report?{urlencode({'dag_id': DAG, 'run_id': backfilled[0]})}"
    assert live.page(path).status == 401
    answer = live.page(path, token=live.api.token())
    assert answer.status == 200
    assert b"2026-10-03: is it complete?" in answer.body
    assert SOURCE.encode() in answer.body
