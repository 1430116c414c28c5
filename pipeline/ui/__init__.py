"""Standpoint's pages in the Airflow UI, as HTML: what a run did, and how things stand. No server here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.ledger.overview import Totals
from pipeline.ledger.runs import RunRow
from pipeline.reconcile import KIND
from pipeline.report import RunReport
from pipeline.stages import Pipeline

#: Runs on the front page.
LATEST = 25


class ReportPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of one run shows."""

    report: RunReport
    finished: bool  # else it is what the run did so far


class FrontPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the front page shows."""

    totals: Totals
    runs: Sequence[RunRow]
    now: datetime


def read_report(pipeline: Pipeline, run_id: str) -> ReportPage:
    """Return the report that a run wrote, or what it would be if the run ended now.

    Args:
        pipeline: only its ledger is asked.
        run_id: as the ledger names the run: ``<DAG>/<run>``.

    Raises:
        LedgerError: there is no such run.
    """
    ledger = pipeline.ledger
    run = ledger.runs.get(run_id)
    if run.report is not None and run.finished_at is not None:
        return ReportPage(report=msgspec.convert(run.report, RunReport), finished=True)
    so_far = pipeline.report_of(run, pipeline.clock())
    return ReportPage(report=so_far, finished=False)


def read_front(pipeline: Pipeline) -> FrontPage:
    """Return how things stand: totals, and the latest runs."""
    overview = pipeline.ledger.overview
    return FrontPage(totals=overview.totals(), runs=overview.runs(LATEST), now=pipeline.clock())


def report_html(page: ReportPage) -> str:
    """Render the page of one run."""
    report = page.report
    row_of = _day_row if report.kind == KIND else _source_row
    rows = [row_of(source, row) for source, row in sorted(report.sources.items())]
    return render_page(
        "reconcile.html" if report.kind == KIND else "report.html",
        report=report,
        state=run_state(report, finished=page.finished),
        finished=page.finished,
        rows=rows,
        total=row_of("", report.total),
        took=took(report.finished_at - report.started_at),
    )


def front_html(page: FrontPage) -> str:
    """Render the front page."""
    runs = []
    for run in page.runs:
        report = msgspec.convert(run.report, RunReport) if run.report else None
        dag, _, name = run.id.partition("/")
        in_airflow = bool(name) and dag != "cli"
        runs.append(
            {
                "name": name if in_airflow else run.id,
                "link": f"../dags/{quote(dag, safe='')}/runs/{quote(name, safe='')}" if in_airflow else "",
                "kind": run.kind,
                "started_at": run.started_at,
                "took": took((run.finished_at or page.now) - run.started_at),
                "state": run_state(report, finished=run.finished_at is not None),
                "counts": _source_row("", report.total) if report else None,
            }
        )
    return render_page("front.html", totals=page.totals, runs=runs)


def message_html(title: str, message: str) -> str:
    """Render a page that only says why there is nothing to show."""
    return render_page("message.html", title=title, message=message)


def run_state(report: RunReport | None, *, finished: bool) -> str:
    """Name the state of a run: ``unfinished`` (under way, or dead), ``failed`` (after its report) or ``success``."""
    if not finished or report is None:
        return "unfinished"
    return "success" if report.succeeded else "failed"


def took(time: timedelta) -> str:
    """Say how long something took: ``8 s``, ``3 min 20 s``, ``2 h 5 min``."""
    seconds = max(0, round(time.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def _source_row(source: str, row: Mapping[str, Any]) -> dict[str, Any]:
    left_out = Counter(row.get("left_out", {})) + Counter(row.get("dropped", {}))
    return {
        "source": source,
        **{key: row.get(key, 0) for key in ("polled", "listed", "discovered", "fetched", "indexed", "given_back")},
        "polls_failed": _most_first(row.get("polls_failed", {})),
        "left_out": _most_first(left_out),
        "left_out_total": left_out.total(),
        "cause": row.get("cause", ""),
    }


def _day_row(source: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A source's row on the page of a backfill; before its report there are no counts of what came back."""
    return {
        "source": source,
        **{name: row.get(name, 0) for name in _OF_DAY},
        "missing_why": _most_first(row.get("missing_why", {})),
        "unknowable": row.get("unknowable", ""),
        "faults": row.get("faults", []),
        "cause": row.get("cause", ""),
    }


_OF_DAY = (
    "found_in_archive",
    "listed",
    "known",
    "added",
    "retagged",
    "written_again",
    "unchanged",
    "still_missing",
    "superseded",
    "undatable",
)


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))


_environment = Environment(
    loader=PackageLoader("pipeline.ui", ""),
    autoescape=True,  # sources, addresses and run ids come from outside
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["reason"] = lambda reason: str(reason).replace("_", " ")
_environment.filters["number"] = lambda n: f"{n:,}".replace(",", "\u202f")


def render_page(template: str, **values: Any) -> str:
    """Render one of the templates beside this file; what is put in is escaped."""
    return _environment.get_template(template).render(**values)
