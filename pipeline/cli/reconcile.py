"""Commands ``standpoint reconcile …``: the past, day by day, without Airflow."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer

from pipeline import render
from pipeline.cli.output import Json, SourcesFile, err, out, print_json
from pipeline.errors import ConfigError
from pipeline.records import full
from pipeline.settings import Settings, get_settings

app = typer.Typer(no_args_is_help=True, help="Make the index complete for days of the past.")

Only = Annotated[list[str] | None, typer.Option("--source", help="Id of a source; may be given several times.")]
Refetch = Annotated[str, typer.Option(help="Ask the network: missing, never or always.")]
Stages = Annotated[str, typer.Option(help="Do articles again: as_needed, or from extract, tag or index.")]
Older = Annotated[
    bool,
    typer.Option(
        "--older-generation",
        help="Today's versions are older ones put back on purpose: give them a new number, so that their tags win.",
    ),
]


@app.command("plan")
def plan(
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last day, included.")],
    source: Only = None,
    refetch: Refetch = "missing",
    stages: Stages = "as_needed",
    older_generation: Older = False,
    sources: SourcesFile = None,
    as_json: Json = False,
) -> None:
    """Say what a backfill would find and do, per source and day. Changes nothing; lists are asked for, politely."""
    from pipeline.reconcile import days_between
    from pipeline.stages import Backfill

    days = days_between(_day(first), _day(last))
    form = _form(source, refetch, stages, "", older_generation)
    with Backfill(_settings(sources)) as pipeline, err.status("asking the lists of the past"):
        pipeline.ledger.check()
        found = pipeline.forecast(days, form)
    if as_json:
        print_json(full(found) | {"days": [full(d) | {"missing": d.missing} for d in found.days]})
    else:
        render.reconcile_plan(out, found)


@app.command("run")
def run(
    days: Annotated[list[str], typer.Argument(help="Days, YYYY-MM-DD.", metavar="DAY...")],
    source: Only = None,
    refetch: Refetch = "missing",
    stages: Stages = "as_needed",
    reason: Annotated[str, typer.Option(help="Why: kept with the run, its report and what it writes.")] = "",
    older_generation: Older = False,
    sources: SourcesFile = None,
    as_json: Json = False,
) -> None:
    """Backfill days in this process, without Airflow: the same steps as the DAG's."""
    from pipeline.stages import Backfill

    chosen = [_day(d) for d in days]
    form = _form(source, refetch, stages, reason, older_generation)
    reports = []
    with Backfill(_settings(sources)) as pipeline, render.progress(err) as progress:
        pipeline.setup()
        for day in chosen:
            run_id = f"cli/reconcile-{day}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:4]}"
            reports.append(pipeline.run_day(run_id, day, form, progress=_of_day(progress, day)))
    if as_json:
        print_json([full(r) for r in reports])
        return
    for report in reports:
        render.reconcile_report(out, report)


def _of_day(progress: Callable[[str, int, int], None], day: date) -> Callable[[str, int, int], None]:
    return lambda stage, done, of: progress(f"{day} {stage}", done, of)


def _form(source: list[str] | None, refetch: str, stages: str, reason: str, older_generation: bool) -> dict[str, Any]:
    return {
        "sources": source or [],
        "refetch": refetch,
        "stages": stages,
        "reason": reason,
        "older_generation": older_generation,
    }


def _day(text: str) -> date:
    words = {"today": 0, "yesterday": 1}
    if text in words:
        return datetime.now(UTC).date() - timedelta(days=words[text])
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError("is no day; write it as YYYY-MM-DD", subject=text) from error


def _settings(sources: Any) -> Settings:
    settings = get_settings()
    return settings.model_copy(update={"sources": sources}) if sources else settings
