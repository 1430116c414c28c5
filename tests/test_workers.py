import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from pipeline import workers
from pipeline.workers import Children, ChildStopped


def use_memory(mb: int) -> int:
    return len(bytearray(mb * 1024 * 1024))


def use_time() -> None:
    sum(range(10**12))  # one call of C code that does not come back


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    with Children(workers=1, tasks_per_child=10, memory_mb=200, cpu_s=0.4, preload=[]) as running:
        yield running


def result_of(children: Children, function: Callable[..., Any], *args: object) -> Any:
    future = children.schedule(function, *args)
    with children.told():
        return future.result()


@pytest.mark.parametrize(
    ("function", "arguments", "why", "over_limit"),
    [
        (use_time, (), "killed after 0.4 s of CPU time", True),
        (time.sleep, (60,), "killed after 1.2 s", True),
        (use_memory, (500,), "more than 200 MB of memory", True),
        (os.abort, (), "died (exit code -6)", False),
    ],
)
def test_a_child_is_stopped_at_its_limits_and_the_next_one_works(
    children: Children,
    function: Callable[..., Any],
    arguments: tuple[object, ...],
    why: str,
    over_limit: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if function is use_time:  # on a machine under load three times as long does not buy its time
        monkeypatch.setattr(workers, "_WALL_PER_CPU", 100)
    with pytest.raises(ChildStopped) as stopped:
        result_of(children, function, *arguments)
    assert (str(stopped.value), stopped.value.over_limit) == (why, over_limit)
    assert result_of(children, use_memory, 1) == 1024 * 1024


def test_the_time_of_one_task_is_not_the_next_ones(children: Children) -> None:
    for _ in range(3):
        assert result_of(children, sum, range(6_000_000)) > 0  # 0.1 to 0.3 s each


def break_pool(children: Children, tasks: int) -> None:
    """Leave the pool, once it knows of so many tasks, as one whose child died before it said which one it had."""
    manager = children._pool._pool_manager
    until = time.monotonic() + 20
    while len(manager.task_manager.tasks) < tasks and time.monotonic() < until:
        time.sleep(0.01)
    manager.handle_broken_pool(BrokenProcessPool("All workers expired"))


def test_a_child_that_the_system_kills_between_two_tasks_costs_nothing(children: Children) -> None:
    os.kill(result_of(children, os.getpid), signal.SIGKILL)
    until = time.monotonic() + 20
    while children._pool.active and time.monotonic() < until:
        time.sleep(0.02)
    assert not children._pool.active
    assert result_of(children, abs, -7) == 7
    assert result_of(children, abs, -8) == 8


def test_tasks_of_a_pool_that_breaks_are_tried_once_more_alone(tmp_path: Path) -> None:
    with Children(workers=1, tasks_per_child=10, memory_mb=200, cpu_s=5, preload=[]) as children:
        futures = [children.schedule(time.sleep, 0.2), children.schedule(abs, -7), children.schedule(os.abort)]
        futures[2].cancel()
        break_pool(children, 2)
        futures += [children.schedule(abs, -8), children.schedule(divmod, 1, 0)]
        with children.told():
            assert [f.result(20) for f in futures[:2] + futures[3:4]] == [None, 7, 8]
        with pytest.raises(ZeroDivisionError), children.told():
            futures[4].result(20)
        assert futures[2].cancelled()


def test_a_task_that_breaks_two_pools_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Children(workers=1, tasks_per_child=10, memory_mb=200, cpu_s=5, preload=[]) as children:
        future = children.schedule(time.sleep, 30)

        def broken(*_: object) -> None:
            raise BrokenProcessPool

        monkeypatch.setattr(children, "_start", broken)
        break_pool(children, 1)
        with pytest.raises(ChildStopped, match="died twice"), children.told():
            future.result(20)


def test_what_a_task_raises_is_its_own(children: Children) -> None:
    with pytest.raises(ZeroDivisionError):
        result_of(children, divmod, 1, 0)


def test_children_are_a_context_manager() -> None:
    with pytest.raises(RuntimeError, match="with statement"):
        Children(workers=1, tasks_per_child=1, memory_mb=1, cpu_s=1, preload=[]).schedule(abs, 1)


def test_the_program_that_starts_a_child_is_not_run_again_in_it(tmp_path) -> None:
    program = tmp_path / "airflow.py"  # as the program that runs tasks: not to be started twice, no __main__ guard
    program.write_text(
        "import os, pathlib\n"
        f"started = pathlib.Path({str(tmp_path / 'started')!r})\n"
        "assert not started.exists(), 'started twice'\n"
        "started.touch()\n"
        "from pipeline.workers import Children\n"
        "with Children(workers=1, tasks_per_child=1, memory_mb=100, cpu_s=9, preload=['csv']) as children:\n"
        "    for _ in range(2):\n"
        "        print(children.schedule(os.getpid).result() != os.getpid())\n"
    )
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["True", "True"], done.stderr


def test_a_task_of_a_celery_worker_may_have_children() -> None:
    program = """
import billiard
from pipeline.workers import Children

def task():
    with Children(workers=1, tasks_per_child=1, memory_mb=200, cpu_s=9, preload=[]) as children:
        print(children.schedule(abs, -7).result(), flush=True)

worker = billiard.Process(target=task)
worker.daemon = True  # as Celery's pool makes its processes
worker.start()
worker.join()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "7\n", done.stderr
