import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

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
    children: Children, function: Callable[..., Any], arguments: tuple[object, ...], why: str, over_limit: bool
) -> None:
    with pytest.raises(ChildStopped) as stopped:
        result_of(children, function, *arguments)
    assert (str(stopped.value), stopped.value.over_limit) == (why, over_limit)
    assert result_of(children, use_memory, 1) == 1024 * 1024


def test_the_time_of_one_task_is_not_the_next_ones(children: Children) -> None:
    for _ in range(3):
        assert result_of(children, sum, range(6_000_000)) > 0  # 0.1 to 0.3 s each


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
