"""Commands ``standpoint entities …``: who and what is known by name."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline import render
from pipeline.cli.output import Json, out, print_json
from pipeline.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Who and what is known by name: gazetteer, watch list, topics.")


@app.callback()
def _group() -> None:
    """Who and what is known by name: gazetteer, watch list, topics."""


@app.command("check")
def check(
    watchlist: Annotated[Path | None, typer.Argument(help="A watch list; else STANDPOINT_WATCHLIST.")] = None,
    topics: Annotated[
        Path | None, typer.Option(help="Topics of your own; else STANDPOINT_TOPICS_WATCHLIST.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Check gazetteer, watch list and topics: file, line and field of each mistake, and which names are shared."""
    from pipeline.errors import EntitiesError
    from pipeline.stages.lists import check

    try:
        found = check(get_settings(), watchlist, topics)
    except EntitiesError as error:
        if as_json:
            print_json({"ok": False, "problems": list(error.problems) or [str(error)]})
            raise typer.Exit(1) from error
        raise
    if as_json:
        print_json({"ok": True, "problems": [], **asdict(found)})
    else:
        render.lists(out, found)
