"""The command ``standpoint``, one module a group. Reading commands take ``--json``: every field present."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pipeline import __version__, logs, render
from pipeline.cli import entities, job, keep, kibana, local, look, names, reconcile, review, sources
from pipeline.cli.output import JOB, LOOK, MACHINE, err, out
from pipeline.errors import StandpointError
from pipeline.settings import get_settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Standpoint: who stands where on whom, from feeds to Elasticsearch.",
)
job.add_to(app)
look.add_to(app)
keep.add_to(app)
app.add_typer(reconcile.app, name="reconcile", rich_help_panel=JOB)
app.add_typer(sources.app, name="sources", rich_help_panel=LOOK)
app.add_typer(entities.app, name="entities", rich_help_panel=LOOK)
app.add_typer(names.app, name="names", rich_help_panel=LOOK)
app.add_typer(review.app, name="review", rich_help_panel=LOOK)
app.add_typer(kibana.app, name="kibana", rich_help_panel=LOOK)
app.add_typer(local.app, name="local", rich_help_panel=MACHINE)


def main() -> None:
    """Run the command; an error of ours is told without a traceback, exit status 1. Ctrl-C is 130."""
    try:
        app()
    except StandpointError as error:
        err.print(f"[bold red]error[/] {render.escape(str(error))}", soft_wrap=True)
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"standpoint {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what is decided and why, to standard error.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    logs.configure(get_settings().log_level if verbose else "WARNING")
