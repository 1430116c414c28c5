import os
import subprocess
import sys
import time
from concurrent.futures import TimeoutError

import pytest
from pebble import ProcessExpired

from pipeline.workers import killable_pool


def use_memory(mb: int) -> int:
    return len(bytearray(mb * 1024 * 1024))


@pytest.fixture(scope="module")
def pool():
    with killable_pool(workers=1, tasks_per_child=10, memory_mb=200, preload=[]) as pool:
        yield pool


def test_a_child_that_hangs_is_killed_at_its_time_limit_and_the_next_one_works(pool) -> None:
    with pytest.raises(TimeoutError):
        pool.schedule(time.sleep, args=(60,), timeout=0.5).result()
    assert pool.schedule(use_memory, args=(1,), timeout=30).result() == 1024 * 1024


def test_a_child_cannot_take_more_memory_than_allowed(pool) -> None:
    with pytest.raises(MemoryError):
        pool.schedule(use_memory, args=(500,), timeout=30).result()


def test_a_child_that_dies_costs_only_its_task(pool) -> None:
    with pytest.raises(ProcessExpired):
        pool.schedule(os.abort, timeout=30).result()
    assert pool.schedule(use_memory, args=(1,), timeout=30).result() == 1024 * 1024


def test_the_program_that_starts_a_child_is_not_run_again_in_it(tmp_path) -> None:
    program = tmp_path / "airflow.py"  # as the program that runs tasks: not to be started twice, no __main__ guard
    program.write_text(
        "import os, pathlib\n"
        f"started = pathlib.Path({str(tmp_path / 'started')!r})\n"
        "assert not started.exists(), 'started twice'\n"
        "started.touch()\n"
        "from pipeline.workers import killable_pool\n"
        "with killable_pool(workers=1, tasks_per_child=1, memory_mb=100, preload=['pipeline.errors']) as pool:\n"
        "    for _ in range(2):\n"
        "        print(pool.schedule(os.getpid, timeout=30).result() != os.getpid())\n"
    )
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == ["True", "True"], done.stderr


def test_a_task_of_a_celery_worker_may_have_children() -> None:
    program = """
import billiard
from pipeline.workers import killable_pool

def task():
    with killable_pool(workers=1, tasks_per_child=1, memory_mb=200, preload=[]) as pool:
        print(pool.schedule(abs, args=(-7,), timeout=30).result(), flush=True)

worker = billiard.Process(target=task)
worker.daemon = True  # as Celery's pool makes its processes
worker.start()
worker.join()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "7\n", done.stderr
