"""The local servers together: up, down, status.

What runs is written into ``local.env`` in the state folder, which every command of the checkout reads its settings
from. While the sample press runs, that file also opens the address guard to it; the shorter politeness that suits a
press of one's own (:func:`press_environment`) is not in it: it would hold for real hosts as well.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import LocalServerError
from pipeline.local import airflow, elasticsearch, postgres, press_server, process
from pipeline.local.process import Progress, Started
from pipeline.local.state import Home, locate
from pipeline.settings import Settings, get_settings

log = logging.getLogger(__name__)

PARTS = (elasticsearch.NAME, postgres.NAME, press_server.NAME, airflow.NAME)
PRESS_HOST_INTERVAL_S = 0.05

_HEALTHY: dict[str, Callable[[str], bool]] = {
    elasticsearch.NAME: elasticsearch.healthy,
    postgres.NAME: postgres.healthy,
    press_server.NAME: press_server.healthy,
    airflow.NAME: airflow.healthy,
}


@dataclass(frozen=True)
class Server:
    """One local server as it is now.

    Attributes:
        name: elasticsearch, postgres, press or airflow.
        state: ``running``, ``starting`` (its process runs, it does not answer) or ``stopped``.
        address: where it answers (the socket's folder for PostgreSQL); empty if stopped.
        pid: its process id; ``None`` if stopped.
        log: file with what it printed.
    """

    name: str
    state: str
    address: str
    pid: int | None
    log: Path


@dataclass(frozen=True)
class Status:
    """All local servers.

    Attributes:
        folder: where they keep their files.
        reason: why that is not in the state folder; empty if it is.
        servers: one record each, also for those that are stopped.
    """

    folder: Path
    reason: str
    servers: tuple[Server, ...]

    def server(self, name: str) -> Server:
        """Return the record of one server."""
        return next(server for server in self.servers if server.name == name)


def up(
    settings: Settings | None = None,
    *,
    press: bool = False,
    durable: bool = True,
    progress: Progress = lambda message: None,
) -> Status:
    """Start Elasticsearch and PostgreSQL (and the sample press); those that run already stay as they are.

    Args:
        settings: default: this process's.
        press: the sample press as well.
        durable: whether PostgreSQL writes through to the disk at each commit.
        progress: told what is done, one short sentence each.

    Raises:
        LocalServerError: one of them did not start. Those that were started by this call are stopped again.
    """
    settings = settings or get_settings()
    home = locate(settings)
    with process.locked(home.lock, progress=progress), _undone_on_error(home) as started:
        node, is_new = elasticsearch.launch(home, settings.elasticsearch_port, progress=progress)
        if is_new:
            started.append(elasticsearch.NAME)
        if postgres.launch(home, durable=durable, progress=progress)[1]:
            started.append(postgres.NAME)
        if press and press_server.launch(home, settings.press_port, progress=progress)[1]:
            started.append(press_server.NAME)
        progress("waiting for Elasticsearch")
        elasticsearch.wait(home, node)
        _write_environment(settings, home)
    return status(settings)


def up_airflow(
    settings: Settings | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    progress: Progress = lambda message: None,
) -> airflow.Airflow:
    """Start Airflow on the local PostgreSQL, or find it running, and wait until it is healthy.

    Args:
        settings: default: this process's.
        environment: further variables for it and its tasks, such as :func:`press_environment`.
        progress: told what is done, one short sentence each.

    Raises:
        LocalServerError: the other servers are not up, or Airflow did not start.
    """
    settings = settings or get_settings()
    home = locate(settings)
    with process.locked(home.lock, progress=progress), _undone_on_error(home) as started:
        running = _running(home)
        if elasticsearch.NAME not in running or postgres.NAME not in running:
            raise LocalServerError(
                "Airflow needs the local Elasticsearch and PostgreSQL: run 'standpoint local up' first.",
                subject=airflow.NAME,
            )
        server, is_new = airflow.launch(
            home,
            settings,
            socket=running[postgres.NAME].address,
            environment={**environment_of(running), **(environment or {})},
            progress=progress,
        )
        if is_new:
            started.append(airflow.NAME)
        return airflow.wait(home, server, progress=progress)


def down(settings: Settings | None = None, *, progress: Progress = lambda message: None) -> tuple[str, ...]:
    """Stop every local server and return the names of those that ran.

    Raises:
        LocalServerError: a process does not end even when killed; the others are stopped all the same.
    """
    settings = settings or get_settings()
    home = locate(settings)
    with process.locked(home.lock, progress=progress):
        _environment_file(settings).unlink(missing_ok=True)
        get_settings.cache_clear()
        return _stop(home, PARTS, progress)


def status(settings: Settings | None = None) -> Status:
    """Look at every local server. Starts nothing and waits for nothing."""
    settings = settings or get_settings()
    home = locate(settings)
    running = _running(home)
    servers = []
    for name in PARTS:
        found = running.get(name)
        if found is None:
            servers.append(Server(name, "stopped", "", None, home.log(name)))
        else:
            state = "running" if _HEALTHY[name](found.address) else "starting"
            servers.append(Server(name, state, found.address, found.pid, home.log(name)))
    return Status(home.folder, home.reason, tuple(servers))


def press_environment(address: str) -> dict[str, str]:
    """Return the variables under which the sample press can be crawled, and crawled at once.

    Args:
        address: the press's, ``http://127.0.0.1:…``.
    """
    return {**_guard_open_for(address), "STANDPOINT_HOST_INTERVAL_S": str(PRESS_HOST_INTERVAL_S)}


def environment_of(running: Mapping[str, Started]) -> dict[str, str]:
    """Return the ``STANDPOINT_…`` variables that lead to the running servers."""
    variables: dict[str, str] = {}
    if elasticsearch.NAME in running:
        variables["STANDPOINT_ELASTICSEARCH_URL"] = running[elasticsearch.NAME].address
    if postgres.NAME in running:
        variables["STANDPOINT_LEDGER_URL"] = postgres.ledger_url(running[postgres.NAME].address)
    if press_server.NAME in running:
        variables |= _guard_open_for(running[press_server.NAME].address)
    return variables


def _guard_open_for(address: str) -> dict[str, str]:
    ports = f"{Settings.model_fields['allow_ports'].default},{address.rpartition(':')[2]}"
    return {"STANDPOINT_ALLOW_NETWORKS": "127.0.0.0/8", "STANDPOINT_ALLOW_PORTS": ports}


@contextmanager
def _undone_on_error(home: Home) -> Iterator[list[str]]:
    """Give a list for the names of what is started; all of it is stopped if the block fails or is interrupted."""
    started: list[str] = []
    try:
        yield started
    except BaseException:
        _stop(home, started, lambda message: None)
        raise


def _stop(home: Home, names: tuple[str, ...] | list[str], progress: Progress) -> tuple[str, ...]:
    stops: dict[str, Callable[[Home], bool]] = {
        airflow.NAME: airflow.stop,
        press_server.NAME: press_server.stop,
        elasticsearch.NAME: elasticsearch.stop,
        postgres.NAME: postgres.stop,
    }
    stopped: list[str] = []
    failures: list[LocalServerError] = []
    for name, stop in stops.items():  # Airflow first: it needs the others to end in good order
        if name not in names:
            continue
        if process.find(home.record(name)) is not None:
            progress(f"stopping {name}")
        try:
            if stop(home):
                stopped.append(name)
        except LocalServerError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return tuple(stopped)


def _running(home: Home) -> dict[str, Started]:
    found = {name: process.find(home.record(name)) for name in PARTS}
    return {name: started for name, started in found.items() if started is not None}


def _environment_file(settings: Settings) -> Path:
    return settings.state / "local.env"


def _write_environment(settings: Settings, home: Home) -> None:
    variables = environment_of(_running(home))
    lines = ["# Written by 'standpoint local up', removed by 'standpoint local down'."]
    lines += [f"{name}={value}" for name, value in variables.items()]
    file = _environment_file(settings)
    draft = file.with_suffix(".new")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(file)
    # What was read before the servers were up is out of date.
    get_settings.cache_clear()
    log.info("wrote the servers' addresses", extra={"file": os.fspath(file), "variables": sorted(variables)})
