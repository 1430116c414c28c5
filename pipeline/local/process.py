"""Processes that outlive the one that starts them: start, find again, stop, and what their log said last.

A server is started in a session of its own (:func:`spawn`) and remembered in a small record file. It is found
again (:func:`find`) by process id *and* start time, so that a process id which the system gave to another
program in the meantime is never taken for ours, nor stopped. What is stopped (:func:`stop`) is the process,
its descendants and everything in its session.
"""

import contextlib
import fcntl
import json
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from pipeline.errors import LocalServerError

Progress = Callable[[str], None]
"""Takes one short sentence about what is being done."""

_ACCOUNTS = ("nobody", "daemon", "bin")
_POLL_S = 0.1
_SAME_START_S = 2.0  # a start time is read from the kernel's clock; it may differ a little after the clock was set

# Children of this very process have to be reaped by it, else they stay as zombies.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Account:
    """A system account that a server runs under."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Started:
    """A process that was started and can be recognised.

    Attributes:
        pid: process id; also the id of its session.
        created: start time, seconds since the epoch.
        command: its command line.
        address: where it answers: an ``http://…`` address or the folder of its socket.
    """

    pid: int
    created: float
    command: str
    address: str


def server_account() -> Account | None:
    """Return the account that servers run under: ``None`` (one's own), or an unprivileged one for root.

    Elasticsearch and PostgreSQL both refuse to run as root.

    Raises:
        LocalServerError: root, and the system has none of the accounts that every system has.
    """
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise LocalServerError(
        "Elasticsearch and PostgreSQL refuse to run as root, and there is no account to run them under: "
        "add one with 'useradd --system nobody', or do not work as root.",
        subject="/etc/passwd",
    )


def as_account(account: Account | None) -> dict[str, object]:
    """Return the arguments that make :mod:`subprocess` run a command under an account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def own(folder: Path, account: Account | None, *, mode: int = 0o700) -> Path:
    """Make a folder that belongs to the account that a server runs under, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    return folder


def can_reach(path: Path, account: Account | None) -> bool:
    """Tell whether an account may read an existing file or enter an existing folder, all folders above it included."""
    if account is None:
        return os.access(path, os.X_OK if path.is_dir() else os.R_OK)
    command = ["/bin/sh", "-c", 'if test -d "$0"; then test -x "$0"; else test -r "$0"; fi', str(path)]
    done = subprocess.run(command, cwd="/", check=False, capture_output=True, **as_account(account))  # type: ignore[call-overload]
    return bool(done.returncode == 0)


def free_port() -> int:
    """Return a TCP port of the loopback interface that nothing listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require_free(port: int, *, what: str, setting: str) -> None:
    """Make sure that a port of the loopback interface can be taken.

    Raises:
        LocalServerError: something listens on it; the message names the process where the system tells it.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise LocalServerError(
                f"{what} cannot have this port, {_listener(port)} listens on it: "
                f"stop that, or choose another port, for example {setting}={free_port()}.",
                subject=f"127.0.0.1:{port}",
            ) from error


def _listener(port: int) -> str:
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f"process {connection.pid} ({psutil.Process(connection.pid).name()})"
    return "another process"


def spawn(
    command: Sequence[str],
    *,
    record: Path,
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    address: str,
    account: Account | None = None,
) -> Started:
    """Start a server in a session of its own, so that it stays when this process ends, and remember it.

    Args:
        command: program and arguments.
        record: file that the process is remembered in, for :func:`find`.
        log: file that takes what it prints; begun anew.
        environment: its whole environment.
        folder: its working directory.
        address: where it will answer.
        account: the account it runs under; ``None``: one's own.

    Raises:
        LocalServerError: the program cannot be started.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            child = subprocess.Popen(  # type: ignore[call-overload]
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
                **as_account(account),
            )
        except OSError as error:
            raise LocalServerError(f"cannot be started: {error}", subject=command[0]) from error
    _children[child.pid] = child
    try:
        created = float(psutil.Process(child.pid).create_time())
        started = Started(child.pid, created, " ".join(command), address)
        _write(record, started)
    except BaseException:
        child.kill()
        child.wait()
        raise
    return started


def _write(record: Path, started: Started) -> None:
    record.parent.mkdir(parents=True, exist_ok=True)
    draft = record.with_suffix(".new")
    draft.write_text(json.dumps(asdict(started)), encoding="utf-8")
    draft.replace(record)


def find(record: Path) -> Started | None:
    """Return the process that a record file speaks of, if it or a process of its session still runs.

    A record whose process has ended, or whose process id now belongs to another program, gives ``None``.
    """
    try:
        started = Started(**json.loads(record.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return started if _family(started) else None


def command_of(pid: int) -> list[str]:
    """Return the command line of a running process; empty if there is none with this number."""
    try:
        process = psutil.Process(pid)
        return [] if process.status() == psutil.STATUS_ZOMBIE else list(process.cmdline())
    except psutil.Error:
        return []


def is_running(started: Started) -> bool:
    """Tell whether the started process itself runs (processes that it left behind do not count)."""
    return _leader(started) is not None


def _leader(started: Started) -> psutil.Process | None:
    _reap(started.pid)
    try:
        process = psutil.Process(started.pid)
        if abs(process.create_time() - started.created) > _SAME_START_S or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except psutil.Error:
        return None
    return process


def _reap(pid: int) -> None:
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]


def _family(started: Started) -> list[psutil.Process]:
    """The process, its descendants and what lives in its session, without the dead."""
    leader = _leader(started)
    if leader is None and psutil.pid_exists(started.pid) and not _is_zombie(started.pid):
        return []  # the number belongs to another program now, so nothing is left of the session either
    members = {member.pid: member for member in _session(started)}
    if leader is not None:
        members[leader.pid] = leader
        with contextlib.suppress(psutil.Error):
            members |= {child.pid: child for child in leader.children(recursive=True)}
    return [member for member in members.values() if _lives(member)]


def _session(started: Started) -> Iterator[psutil.Process]:
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error, OSError):
            if os.getsid(pid) == started.pid:
                process = psutil.Process(pid)
                if process.create_time() >= started.created - _SAME_START_S:
                    yield process


def _is_zombie(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def stop(record: Path, *, how: signal.Signals = signal.SIGTERM, grace_s: float = 30.0) -> bool:
    """Stop the process of a record file with everything it started, and forget it.

    Asks the process itself with the signal ``how``; whatever is left after ``grace_s`` seconds is killed.

    Returns:
        Whether there was anything to stop.

    Raises:
        LocalServerError: a process is there even after SIGKILL, or belongs to somebody else.
    """
    started = find(record)
    if started is None:
        record.unlink(missing_ok=True)
        return False
    family = {member.pid: member for member in _family(started)}
    leader = _leader(started)
    try:
        for member in [leader] if leader is not None else family.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(how)
        if not _wait_gone(started, family, grace_s):
            for member in _still(started, family):
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()
            if not _wait_gone(started, family, 10.0):
                left = ", ".join(str(member.pid) for member in _still(started, family))
                raise LocalServerError(f"does not end, even when killed: process {left}.", subject=record.stem)
    except psutil.AccessDenied as error:
        raise LocalServerError(
            f"process {started.pid} belongs to another user: stop it as that user.", subject=record.stem
        ) from error
    _reap(started.pid)
    record.unlink(missing_ok=True)
    return True


def _still(started: Started, family: dict[int, psutil.Process]) -> list[psutil.Process]:
    family |= {member.pid: member for member in _family(started)}
    return [member for member in family.values() if _lives(member)]


def _wait_gone(started: Started, family: dict[int, psutil.Process], limit_s: float) -> bool:
    end = time.monotonic() + limit_s
    while _still(started, family):
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_S)
    return True


def wait_ready(
    name: str, started: Started, ready: Callable[[], bool], *, log: Path, limit_s: float, poll_s: float = 0.25
) -> None:
    """Wait until a started server answers.

    Args:
        name: what the server is called in an error.
        started: its process.
        ready: asks the server.
        log: file that its last lines are read from.
        limit_s: longest wait in seconds.
        poll_s: time between two questions in seconds.

    Raises:
        LocalServerError: it ended, or did not answer in time; the message carries the last lines of its log.
    """
    end = time.monotonic() + limit_s
    while not ready():
        if not is_running(started):
            raise LocalServerError(f"{name} ended while starting. {last_lines(log)}", subject=str(log))
        if time.monotonic() > end:
            raise LocalServerError(f"{name} did not answer within {limit_s:.0f} s. {last_lines(log)}", subject=str(log))
        time.sleep(poll_s)


def last_lines(log: Path, count: int = 15) -> str:
    """Return a sentence with the last lines of a log file, at most ``count`` of its last 16 KB."""
    try:
        with log.open("rb") as source:
            source.seek(max(0, log.stat().st_size - 16_384))
            lines = source.read().decode("utf-8", "replace").splitlines()
    except OSError as error:
        return f"Its log cannot be read ({error.strerror})."
    lines = [line.rstrip() for line in lines if line.strip()][-count:]
    return "Its log ends with:\n" + "\n".join(f"    {line}" for line in lines) if lines else "Its log is empty."


@contextlib.contextmanager
def locked(path: Path, *, progress: Progress | None = None) -> Iterator[None]:
    """Hold a lock file: one process at a time. The system frees it if the process dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if progress is not None:
                progress("waiting for another command that is starting or stopping the local servers")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
