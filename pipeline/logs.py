"""Standpoint's log on a terminal or in a file: one line an event, the fields behind the message."""

from __future__ import annotations

import logging
import sys
from typing import Any

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Formatter(logging.Formatter):
    """``time level module: message  key=value …``; times are UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, and the trace of an error below it."""
        line = super().format(record)
        fields: dict[str, Any] = {
            k: v for k, v in vars(record).items() if k not in _OWN and v not in (None, "", [], {})
        }
        if not fields:
            return line
        first, newline, rest = line.partition("\n")
        return f"{first}  {' '.join(f'{k}={v}' for k, v in fields.items())}{newline}{rest}"


def configure(level: str) -> None:
    """Send Standpoint's log to standard error. Other libraries speak from WARNING on."""
    import time

    handler = logging.StreamHandler(sys.stderr)
    formatter = Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("pipeline").setLevel(level.upper())
