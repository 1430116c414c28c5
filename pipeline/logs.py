"""Standpoint's log on a terminal or in a file: one line an event, the fields behind the message."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

from pipeline.errors import ConfigError

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Formatter(logging.Formatter):
    """``time level module: message  key=value …`` in one line, the trace of an error below it; times are UTC."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = {k: v for k, v in vars(record).items() if k not in _OWN and v not in (None, "", [], {}, ())}
        told = "".join(f" {k}={_value(v)}" for k, v in fields.items())
        # What comes from outside may hold a line break; it begins no line of the log.
        line = super().formatMessage(record).replace("\n", "\\n")
        return f"{line} {told}" if told else line


def _value(value: Any) -> str:
    shown = str(value)
    return json.dumps(shown, ensure_ascii=False) if '"' in shown or len(shown.split()) != 1 else shown


class _Handler(logging.Handler):
    """Writes to what ``sys.stderr`` is at the moment: a progress bar puts itself in between."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


def configure(level: str) -> None:
    """Send Standpoint's log to standard error. Other libraries speak from WARNING on.

    Args:
        level: of Standpoint's own log: DEBUG, INFO, WARNING, ERROR.

    Raises:
        ConfigError: there is no such level.
    """
    known = logging.getLevelNamesMapping()
    if level.upper() not in known:
        raise ConfigError(f"{level!r} is no level of a log: DEBUG, INFO, WARNING, ERROR are", subject="log_level")
    root = logging.getLogger()
    if not any(isinstance(handler, _Handler) for handler in root.handlers):
        handler = _Handler()
        handler.setFormatter(Formatter())
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("pipeline").setLevel(known[level.upper()])
    # Its client tells each failure once more, and what is done about it.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
