"""Commands ``standpoint sources …``: the sources to watch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline import render
from pipeline.cli.output import Json, out, print_json
from pipeline.records import full
from pipeline.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="The sources to watch.")


@app.command("check")
def check(
    file: Annotated[Path | None, typer.Argument(help="The sources file; else STANDPOINT_SOURCES.")] = None,
    as_json: Json = False,
) -> None:
    """Check a sources file: file, line and field of each mistake."""
    from pipeline.errors import SourcesError
    from pipeline.sources import load_sources

    settings = get_settings()
    path = file or settings.sources
    try:
        found = load_sources(path, settings)
    except SourcesError as error:
        if as_json:
            print_json({"file": str(path), "ok": False, "problems": list(error.problems) or [str(error)]})
            raise typer.Exit(1) from error
        raise
    if as_json:
        print_json({"file": str(path), "ok": True, "problems": [], "sources": [full(s) for s in found]})
    else:
        render.sources(out, path, found)
