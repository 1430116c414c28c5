"""What the commands share: the two consoles, common options, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipeline import render

#: Panels of ``standpoint --help``.
JOB, LOOK, KEEP, MACHINE = "Do the job", "Look into it", "Keep it", "This machine"

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SourcesFile = Annotated[
    Path | None, typer.Option("--sources", help="The sources file; else STANDPOINT_SOURCES or config/sources.yml.")
]


def print_json(data: Any) -> None:
    """Write data to standard output as indented JSON; times as ISO 8601."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n")
    sys.stdout.flush()  # a pipe that was closed is noticed here, not at the interpreter's end


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def told(what: str) -> Iterator[Callable[[str], None]]:
    """Show on standard error what is being done; yields a function that says the next thing."""
    with err.status(what) as status:
        yield lambda message: status.update(render.escape(message))
