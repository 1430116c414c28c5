"""Logging is the process's: what configures it in a test is undone."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_NAMES = ("", "pipeline", "elastic_transport")


@contextmanager
def kept_logging() -> Iterator[None]:
    """Levels and the root's handlers are afterwards as they were before."""
    root = logging.getLogger()
    handlers, levels = list(root.handlers), {name: logging.getLogger(name).level for name in _NAMES}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
