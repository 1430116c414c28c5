"""Commands that do the job: set up, run, demo, serve."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline import render
from pipeline.cli.output import JOB, Json, SourcesFile, err, out, print_json
from pipeline.records import full
from pipeline.settings import Settings, get_settings


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (setup, run, demo, serve):
        app.command(rich_help_panel=JOB)(command)


def setup(
    pools: Annotated[bool, typer.Option("--pools", help="Airflow's pools, too (on a machine with Airflow).")] = False,
    connection: Annotated[
        bool, typer.Option("--connection", help="Airflow's Connection elasticsearch_default, too.")
    ] = False,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Elasticsearch's roles and users, too (logged in as elastic).")
    ] = False,
) -> None:
    """Make the ledger's tables and the index's templates. May be run again at any time."""
    from pipeline.connection import import_connection
    from pipeline.index.accounts import WRITER, set_up_accounts
    from pipeline.pools import import_pools
    from pipeline.stages import Pipeline

    settings = get_settings()
    writer = settings.writer_password.get_secret_value()
    made = ["ledger and index templates are in place"]
    with err.status("making the ledger's tables and the index's templates") as status:
        with Pipeline(settings) as pipeline:
            pipeline.setup()
            if accounts:
                status.update("making Elasticsearch's roles and users")
                set_up_accounts(
                    pipeline.index_client,
                    writer=writer,
                    analyst=settings.analyst_password.get_secret_value(),
                    kibana_system=settings.kibana_system_password.get_secret_value(),
                )
                made.append("Elasticsearch's roles and users are made")
        if pools:
            status.update("making Airflow's pools")
            import_pools()
            made.append("Airflow's pools are made")
        if connection:
            status.update("making Airflow's Connection")
            if writer:  # set-up is logged in as somebody who may do more
                import_connection(settings, f"{settings.index_prefix}{WRITER}", writer)
            else:
                password = settings.elasticsearch_password.get_secret_value()
                import_connection(settings, settings.elasticsearch_user, password)
            made.append("Airflow's Connection elasticsearch_default is made")
    out.print(", ".join(made))


def run(
    sources: SourcesFile = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Id of a source; may be given several times.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Poll feeds that are not due, too.")] = False,
    as_json: Json = False,
) -> None:
    """Run the five stages once in this process, without Airflow: the same code."""
    from pipeline.stages import Pipeline

    with Pipeline(_settings(sources)) as pipeline, render.progress(err) as progress:
        pipeline.setup()
        run_id = f"cli/{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:4]}"
        report = pipeline.run(run_id, sources=only or [], force=force, progress=progress)
    if as_json:
        print_json(full(report))
    else:
        render.report(out, report)


def demo(
    exit_: Annotated[
        bool, typer.Option("--exit", help="Stop by itself; exit status 0 only if the gold is met.")
    ] = False,
) -> None:
    """Watch Standpoint do its main job: an invented press, from its feeds through Airflow into Elasticsearch."""
    from pipeline.local.demo import run_demo

    raise typer.Exit(run_demo(get_settings(), console=out, stop_by_itself=exit_))


def serve() -> None:
    """Keep Elasticsearch, PostgreSQL and Airflow up, with the schedule on, until Ctrl-C."""
    from pipeline.local.demo import run_serve

    raise typer.Exit(run_serve(get_settings(), console=out))


def _settings(sources: Path | None) -> Settings:
    settings = get_settings()
    return settings.model_copy(update={"sources": sources}) if sources else settings
