"""The page of a backfill: what came back, what stays a gap and why; nothing from outside becomes markup."""

from datetime import date, timedelta
from typing import Any

from pipeline.ledger.coverage import DayRow
from pipeline.ledger.runs import RunRow
from pipeline.report import ReconcileFacts, RunReport, reconcile_rows, run_report
from pipeline.ui import ReportPage, report_html
from tests.ui.test_pages import NOON, Text

DAY = date(2026, 10, 3)


def page_of(facts: ReconcileFacts, **params: Any) -> tuple[RunReport, str]:
    asked: dict[str, Any] = {
        "day": DAY.isoformat(),
        "refetch": "missing",
        "stages": "as_needed",
        "sources": ["gazette"],
        "reason": "",
    }
    asked["older_generation"] = False
    run = RunRow(
        id="reconcile/backfill__1",
        kind="reconcile",
        generation=3,
        started_at=NOON - timedelta(seconds=9),
        params=asked | params,
    )
    report = reconcile_rows(run_report(run, {}, [], pending=0, now=NOON), run, {"gazette": facts})
    return report, Text(report_html(ReportPage(report=report, finished=True))).text


def standing(**left_out: int) -> DayRow:
    return DayRow(source_id="gazette", day=DAY, listed=9, indexed=4, pending=1, left_out=left_out, unfetched=2)


def test_what_stays_a_gap_is_named() -> None:
    facts = ReconcileFacts(
        listing={"listed": 9, "undated": 3},
        decided={"archived": 5, "made": 2, "steps": {"known": 4, "extract": 2}},
        outcomes={"added": 1, "retagged": 1},
        standing=standing(paywall=2, duplicate=5),
    )
    report, text = page_of(facts, reason="<b>why</b>")
    row = report.sources["gazette"]
    assert row["missing_why"] == {"never_fetched": 2, "paywall": 2, "pending": 1}  # a duplicate is no loss
    assert (row["still_missing"], row["cause"]) == (5, "")
    assert (report.total["added"], report.total["retagged"], report.total["found_in_archive"]) == (1, 1, 5)
    assert "2026-10-03: is it complete?" in text
    assert "because: <b>why</b>" in text
    assert "never fetched 2" in text


def test_newer_generations_name_the_switch() -> None:
    report, text = page_of(ReconcileFacts(decided={"steps": {"superseded": 7}}))
    assert "--older-generation" in report.sources["gazette"]["cause"]
    assert "Wheel back" in text


def test_a_day_that_is_complete_says_that_there_is_nothing_to_do() -> None:
    report, text = page_of(ReconcileFacts(decided={"archived": 4, "made": 0, "steps": {"known": 4}}))
    assert "nothing to do" in report.sources["gazette"]["cause"]
    assert "Nothing to do: the index has everything" in text


def test_an_unknowable_day_says_why() -> None:
    facts = ReconcileFacts(listing={"unknowable": "no list of its past"}, decided={"made": 0, "steps": {}})
    report, text = page_of(facts)
    assert report.sources["gazette"]["cause"] == "nothing is known of this day: no list of its past"
    assert "no list of its past" in text


def test_a_day_that_retention_has_let_go_of_says_so() -> None:
    facts = ReconcileFacts(decided={"made": 0, "steps": {"not_kept": 3}}, standing=standing(network=1))
    report, text = page_of(facts, kept_from="2026-11")
    row = report.sources["gazette"]
    assert (row["not_kept"], row["still_missing"]) == (3, 0)
    assert row["cause"] == "nothing to do: indices are kept from 2026-11 on, and this day is older"
    assert "STANDPOINT_KEEP_INDICES_MONTHS" in text
