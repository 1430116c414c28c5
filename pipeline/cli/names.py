"""Commands ``standpoint names …``: short names learnt from articles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from pipeline import render
from pipeline.cli.output import Json, out, print_json
from pipeline.settings import get_settings

if TYPE_CHECKING:
    from pipeline.tag.learnt import Variant

app = typer.Typer(no_args_is_help=True, help="Short names learnt from articles: numbered snapshots.")


@app.callback()
def _group() -> None:
    """Short names learnt from articles: numbered snapshots."""


@app.command("learn")
def learn(
    folder: Annotated[
        Path | None, typer.Option(help="Where snapshots lie; else names under the state's folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Learn short names from all tagged articles into the next snapshot; STANDPOINT_NAMES makes tagging use it."""
    from pipeline.stages.names import learn_names

    path, snapshot = learn_names(get_settings(), folder)
    if as_json:
        print_json({"file": str(path), **msgspec.to_builtins(snapshot)})
        return
    rows = [[v.short, v.name, v.type, str(v.articles), str(v.sources)] for v in snapshot.variants]
    title = f"Snapshot {snapshot.number}, from {snapshot.read} articles"
    out.print(render.table(title, ["short", "name", "type", "articles", "sources"], rows))
    out.print(
        f"Written to {escape(str(path))}. Tagging uses it once STANDPOINT_NAMES names this file: a new generation."
    )


@app.command("show")
def show(
    file: Annotated[Path, typer.Argument(help="A snapshot.")],
    as_json: Json = False,
) -> None:
    """Show what a snapshot holds and its version, which every document tagged with it carries."""
    from pipeline.tag.learnt import load

    found = load(file)
    variants = list(found.by_short.values())
    if as_json:
        print_json({"version": found.version, "variants": msgspec.to_builtins(variants)})
        return
    out.print(_table(f"Version {found.version}", variants))


def _table(title: str, variants: Sequence[Variant]) -> Table:
    rows = [[v.short, v.name, v.type, str(v.articles), str(v.sources)] for v in variants]
    return render.table(title, ["short", "name", "type", "articles", "sources"], rows)
