"""Killable workers: child processes with limits, for input that may hang or eat the memory of whoever reads it."""

from __future__ import annotations

import contextlib
import resource
import signal
import sys
import threading
from collections.abc import Sequence
from multiprocessing import process
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from pebble import ProcessPool

_main = threading.Lock()


class _Child(ForkServerProcess):
    """A child that does not run its parent's main program again.

    multiprocessing imports the parent's ``__main__`` in each child, for functions that are defined there. Ours never
    are, and the parent may be a program (``airflow``) that must not be started twice.
    """

    @staticmethod
    def _Popen(process_obj: BaseProcess) -> Any:
        with _main:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                return ForkServerProcess._Popen(process_obj)
            finally:
                sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Child


def _allow_children() -> None:
    """Let a process of Celery's have children.

    Celery's pool (billiard) puts an object of its own in the place of multiprocessing's current process. That is marked
    as a daemon, which multiprocessing allows no children, and its key cannot be handed to them.
    """
    current: Any = process.current_process()
    if not isinstance(current, BaseProcess):
        current._config["daemon"] = False
        current._config["authkey"] = process.AuthenticationString(current._config["authkey"])  # type: ignore[attr-defined]


def killable_pool(*, workers: int, tasks_per_child: int, memory_mb: int, preload: Sequence[str]) -> ProcessPool:
    """Return a pool of children that can be killed at a time limit (``schedule(…, timeout=…)``).

    Children are forked from a server that has imported ``preload`` and nothing else: a fork of this process would copy
    its threads and connections.

    Args:
        workers: children at a time.
        tasks_per_child: a child is replaced after so many tasks (libxml2 and caches grow).
        memory_mb: address space that a child may take beyond what it was born with.
        preload: modules to have imported beforehand; the first pool of a process decides.
    """
    _allow_children()
    context = _Context()
    context.set_forkserver_preload([*preload])
    return ProcessPool(
        max_workers=workers,
        max_tasks=tasks_per_child,
        initializer=_limit,
        initargs=(memory_mb * 1024 * 1024,),
        context=context,
    )


def lower(what: int, limit: int) -> None:
    """Lower a resource limit of this process; never raises one."""
    hard = resource.getrlimit(what)[1]
    with contextlib.suppress(ValueError):
        resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _limit(more_bytes: int) -> None:
    for name in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(name, signal.SIG_DFL)  # a parent's handler would not let it be stopped
    born_with = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    lower(resource.RLIMIT_AS, born_with + more_bytes)
    lower(resource.RLIMIT_CORE, 0)
