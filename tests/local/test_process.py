import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.errors import LocalServerError
from pipeline.local import process
from pipeline.local.process import Started

Start = Callable[..., Started]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "run/server.json"


@pytest.fixture
def start(tmp_path: Path, record: Path) -> Iterator[Start]:
    def start(code: str) -> Started:
        return process.spawn(
            [sys.executable, "-c", code],
            record=record,
            log=tmp_path / "server.log",
            environment=dict(os.environ),
            folder=tmp_path,
            address="here",
        )

    yield start
    process.stop(record, how=signal.SIGKILL, grace_s=5)


def wait_for(file: Path, limit_s: float = 10.0) -> str:
    end = time.monotonic() + limit_s
    while not file.exists() or not file.read_text():
        assert time.monotonic() < end, f"{file} was not written"
        time.sleep(0.02)
    return file.read_text()


def test_a_process_is_found_again_and_stopped(start: Start, record: Path) -> None:
    started = start("import time; time.sleep(60)")
    assert process.find(record) == started
    assert process.stop(record)
    assert not psutil.pid_exists(started.pid)
    assert process.find(record) is None
    assert not record.exists()
    assert not process.stop(record)


def test_it_outlives_the_one_that_started_it(tmp_path: Path, record: Path) -> None:
    code = f"""
from pathlib import Path
from pipeline.local import process
process.spawn(["sleep", "60"], record=Path({str(record)!r}), log=Path({str(tmp_path / "log")!r}),
              environment={{}}, folder=Path("/"), address="")
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    started = process.find(record)
    assert started is not None
    assert process.stop(record)
    assert process.find(record) is None


def test_a_number_that_another_program_has_now_is_neither_found_nor_stopped(record: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        record.parent.mkdir()
        stale = {"pid": other.pid, "created": time.time() - 3600, "command": "elasticsearch", "address": ""}
        record.write_text(json.dumps(stale))
        assert process.find(record) is None
        assert not process.stop(record)
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '"pid"'])
def test_a_record_that_cannot_be_read_is_none(record: Path, text: str) -> None:
    record.parent.mkdir()
    record.write_text(text)
    assert process.find(record) is None


def test_what_ignores_sigterm_is_killed(start: Start, record: Path, tmp_path: Path) -> None:
    started = start(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('ready', 'w').write('x'); "
        "time.sleep(60)"
    )
    wait_for(tmp_path / "ready")
    assert process.stop(record, grace_s=0.3)
    assert not psutil.pid_exists(started.pid)


def test_children_are_stopped_too_even_when_their_parent_was_killed(start: Start, record: Path, tmp_path: Path) -> None:
    started = start(
        "import subprocess, time; child = subprocess.Popen(['sleep', '60']); "
        "open('child', 'w').write(str(child.pid)); time.sleep(60)"
    )
    child = int(wait_for(tmp_path / "child"))
    os.kill(started.pid, signal.SIGKILL)
    while process.is_running(started):
        time.sleep(0.02)
    assert process.find(record) == started  # its session is still inhabited
    assert process.stop(record)
    assert process.command_of(child) == []


def test_a_program_that_is_not_there(record: Path, tmp_path: Path) -> None:
    with pytest.raises(LocalServerError, match="cannot be started"):
        process.spawn(
            ["/nowhere/program"], record=record, log=tmp_path / "log", environment={}, folder=tmp_path, address=""
        )
    assert not record.exists()


def test_a_server_that_ends_while_starting_shows_its_last_lines(start: Start, tmp_path: Path) -> None:
    started = start("import sys; [print('line', i, flush=True) for i in range(40)]; sys.exit('the disk is on fire')")
    with pytest.raises(LocalServerError, match="ended while starting") as caught:
        process.wait_ready("It", started, lambda: False, log=tmp_path / "server.log", limit_s=20, poll_s=0.05)
    assert "the disk is on fire" in str(caught.value)
    assert "line 39" in str(caught.value)
    assert "line 3\n" not in str(caught.value)


def test_a_server_that_does_not_answer_is_given_up(start: Start, tmp_path: Path) -> None:
    started = start("import time; print('still thinking', flush=True); time.sleep(60)")
    wait_for(tmp_path / "server.log")
    with pytest.raises(LocalServerError, match=r"(?s)within 0 s.*still thinking"):
        process.wait_ready("It", started, lambda: False, log=tmp_path / "server.log", limit_s=0.2, poll_s=0.05)


def test_a_taken_port_names_who_has_it_and_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalServerError, match=rf"127.0.0.1:{port}.*process {os.getpid()} .*STANDPOINT_X="):
            process.require_free(port, what="It", setting="STANDPOINT_X")
    process.require_free(port, what="It", setting="STANDPOINT_X")


def test_one_holder_of_a_lock_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = f"""
import time
from pathlib import Path
from pipeline.local.process import locked
told = []
with locked(Path({str(lock)!r}), progress=told.append):
    print(time.time(), len(told))
"""
    with process.locked(lock):
        other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(3)
        freed = time.time()
    output, _ = other.communicate(timeout=10)
    at, told = output.split()
    assert float(at) >= freed
    assert told == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_reach_is_asked_as_the_account_itself(tmp_path: Path) -> None:
    account = process.server_account()
    assert account is not None
    assert account.uid != 0
    (tmp_path / "closed/open").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not process.can_reach(tmp_path / "closed/open", account)
    assert process.can_reach(Path("/usr/bin"), account)
    assert process.can_reach(Path("/etc/passwd"), account)
    assert not process.can_reach(Path("/usr/bin/nothing-of-this-name"), account)
