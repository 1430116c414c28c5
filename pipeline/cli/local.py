"""Commands ``standpoint local …``: the servers that a laptop lacks."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline import render
from pipeline.cli.output import Json, out, print_json, told
from pipeline.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="The servers that a laptop lacks: Elasticsearch and PostgreSQL.")


@app.command("up")
def up(
    press: Annotated[bool, typer.Option("--press", help="The sample press, too.")] = False, as_json: Json = False
) -> None:
    """Start Elasticsearch and PostgreSQL, or find them running."""
    from pipeline.local import servers

    with told("looking at the local servers") as say:
        status = servers.up(get_settings(), press=press, progress=say)
    print_json(full_status(status)) if as_json else render.servers(out, status)


@app.command("down")
def down() -> None:
    """Stop every local server."""
    from pipeline.local import servers

    with told("looking at the local servers") as say:
        stopped = servers.down(get_settings(), progress=say)
    out.print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")


@app.command("status")
def status(as_json: Json = False) -> None:
    """Tell what runs, where it answers and where its files are."""
    from pipeline.local import servers

    status = servers.status(get_settings())
    print_json(full_status(status)) if as_json else render.servers(out, status)


def full_status(status: Any) -> dict[str, Any]:
    """The state of the local servers as JSON-ready maps."""
    return {
        "folder": str(status.folder),
        "reason": status.reason,
        "servers": [
            {"name": s.name, "state": s.state, "address": s.address, "pid": s.pid, "log": str(s.log)}
            for s in status.servers
        ],
    }
