"""Killable workers: child processes with limits, for input that may hang or eat the memory of whoever reads it."""

from __future__ import annotations

import contextlib
import importlib
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import process
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

T = TypeVar("T")

_main = threading.Lock()
_WALL_PER_CPU = 3


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


class ChildStopped(Exception):
    """A child did not come to its end; the words say why.

    Attributes:
        over_limit: it took more time or memory than allowed; else it died by itself.
    """

    def __init__(self, why: str, *, over_limit: bool) -> None:
        super().__init__(why)
        self.over_limit = over_limit


class Children:
    """Child processes that can be killed, a few at a time. A context manager.

    They are forked from a server that has imported ``preload`` and nothing else: a fork of this process would copy
    its threads and connections.

    Args:
        workers: children at a time.
        tasks_per_child: a child is replaced after so many tasks (libxml2 and caches grow).
        memory_mb: address space that a child may take beyond what it has with ``preload``.
        cpu_s: CPU time that a task may take. A machine under load gives a child less than its time, so the clock on
            the wall counts only as the last resort, for one that does nothing: at three times as much.
        preload: modules to have imported beforehand; quickly done for the first pool of a process.
    """

    def __init__(
        self, *, workers: int, tasks_per_child: int, memory_mb: int, cpu_s: float, preload: Sequence[str]
    ) -> None:
        self._workers = workers
        self._tasks_per_child = tasks_per_child
        self._memory_mb = memory_mb
        self._cpu_s = cpu_s
        self._preload = preload
        self._pool: ProcessPool | None = None
        self._lock = threading.Lock()  # of what follows; also taken in the threads of a pool that breaks
        self._ending: list[threading.Thread] = []

    def __enter__(self) -> Self:
        _allow_children()
        self._pool = self._new_pool(self._workers, self._tasks_per_child)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            _end(pool)
        for thread in self._ending:
            thread.join()

    def schedule(self, function: Callable[..., T], *args: object, **kwargs: object) -> Future[T]:
        """Have a function of a module called in a child; ask for its result within :meth:`told`.

        A child that dies between two tasks (killed by the system, for instance, when memory is short) breaks its pool
        and every task in it. These are tried once more, each in a child of its own; what comes later gets a new pool.
        """
        result: Future[T] = Future()
        with self._lock:
            if self._pool is None:
                raise RuntimeError("children are a context manager: use them in a with statement")
            try:
                first = self._start(self._pool, function, args, kwargs)
                is_lost = not self._pool.active  # it broke before it knew of the task
            except RuntimeError:
                is_lost = True
            if is_lost:
                self._retire(self._pool)
                self._pool = self._new_pool(self._workers, self._tasks_per_child)
                first = self._start(self._pool, function, args, kwargs)

        def settle(tried: Future[T]) -> None:
            if not tried.cancelled() and isinstance(tried.exception(), BrokenProcessPool):
                with self._lock:
                    if self._pool is not None and not result.cancelled():
                        self._once_more(result, function, args, kwargs)
                        return
            _hand_on(tried, result)

        result.add_done_callback(lambda one: first.cancel() if one.cancelled() else None)
        first.add_done_callback(settle)
        return result

    def _once_more(
        self, result: Future[T], function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]
    ) -> None:
        """Try a task alone, so that it bears nobody's fault but its own."""
        pool = self._new_pool(1, 1)

        def settle(tried: Future[T]) -> None:
            _hand_on(tried, result)
            with self._lock:
                self._retire(pool)

        try:
            again = self._start(pool, function, args, kwargs)
        except Exception as error:
            self._retire(pool)
            result.set_exception(error)
            return
        result.add_done_callback(lambda one: again.cancel() if one.cancelled() else None)
        again.add_done_callback(settle)

    def _start(
        self, pool: ProcessPool, function: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]
    ) -> Future[T]:
        return pool.schedule(_timed, args=(function, self._cpu_s, args, kwargs), timeout=self._cpu_s * _WALL_PER_CPU)

    def _new_pool(self, workers: int, tasks_per_child: int) -> ProcessPool:
        context = _Context()
        context.set_forkserver_preload([*self._preload])
        return ProcessPool(
            max_workers=workers,
            max_tasks=tasks_per_child,
            initializer=_limit,
            initargs=(self._memory_mb * 1024 * 1024, self._preload),
            context=context,
        )

    def _retire(self, pool: ProcessPool) -> None:
        """End a pool from a thread of its own: one of the pool's threads may be asking."""
        thread = threading.Thread(target=_end, args=(pool,), daemon=True)
        thread.start()
        self._ending.append(thread)

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Turn what the future of a child that was stopped raises into :class:`ChildStopped`."""
        try:
            yield
        except (TimeoutError, CancelledError) as error:
            raise ChildStopped(f"killed after {self._cpu_s * _WALL_PER_CPU:g} s", over_limit=True) from error
        except MemoryError as error:
            raise ChildStopped(f"more than {self._memory_mb} MB of memory", over_limit=True) from error
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGPROF:
                raise ChildStopped(f"killed after {self._cpu_s:g} s of CPU time", over_limit=True) from error
            raise ChildStopped(f"died (exit code {error.exitcode})", over_limit=False) from error
        except BrokenProcessPool as error:
            raise ChildStopped("died twice, the second time alone", over_limit=False) from error


def _hand_on(tried: Future[T], result: Future[T]) -> None:
    """Settle a future as another one was, unless nobody waits for it any more."""
    with contextlib.suppress(InvalidStateError):
        if tried.cancelled():
            result.set_exception(CancelledError())
        elif (error := tried.exception()) is not None:
            result.set_exception(error)
        else:
            result.set_result(tried.result())


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _timed(function: Callable[..., T], cpu_s: float, args: tuple[object, ...], kwargs: dict[str, object]) -> T:
    # The timer's signal ends the process, whatever C code it is in, and should the parent be gone.
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    try:
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _lower(what: int, limit: int) -> None:
    """Lower a resource limit of this process; never raises one."""
    hard = resource.getrlimit(what)[1]
    with contextlib.suppress(ValueError):
        resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _limit(more_bytes: int, preload: Sequence[str]) -> None:
    for module in preload:  # what the first pool of the process wanted may have been something else
        importlib.import_module(module)
    for name in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPROF):
        signal.signal(name, signal.SIG_DFL)  # a parent's handler would not let it be stopped
    born_with = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, born_with + more_bytes)
    _lower(resource.RLIMIT_CORE, 0)
