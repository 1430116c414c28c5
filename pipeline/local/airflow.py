"""Airflow on this machine: ``airflow standalone`` on the embedded PostgreSQL; start it, find it, stop it.

All components run under one parent process. LocalExecutor, log-in on, one user ``admin`` with a generated password.
"""

import json
import logging
import os
import secrets
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.local import postgres, process
from pipeline.local.airflow_api import AirflowApi
from pipeline.local.client import ask
from pipeline.local.process import Progress, Started
from pipeline.local.state import Home
from pipeline.settings import PROJECT, Settings

log = logging.getLogger(__name__)

NAME = "airflow"
USER = "admin"
PASSWORDS = "passwords.json"
PARALLELISM = 8  # on two cores as well: a task instance mostly waits
_COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
_START_LIMIT_S = 300.0
_STOP_GRACE_S = 40.0

# Its components end well on SIGTERM from their parent, and the parent on SIGINT only; a program started in the
# background of a script ignores SIGINT, and what it starts does so too.
_STANDALONE = (
    "import os, signal, sys; "
    "signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.executable, [sys.executable, '-m', 'airflow', 'standalone'])"
)


@dataclass(frozen=True)
class Airflow:
    """A running Airflow: where its UI is, and who may log in."""

    address: str
    user: str
    password: str = field(repr=False)

    def api(self) -> AirflowApi:
        """Return a log-in to its REST API."""
        return AirflowApi(self.address, self.user, self.password)


def launch(
    home: Home,
    settings: Settings,
    *,
    socket: str,
    environment: Mapping[str, str],
    progress: Progress,
) -> tuple[Started, bool]:
    """Start Airflow without waiting for it, or find it running.

    Args:
        home: where the servers keep their files.
        settings: the UI's port, the state folder.
        socket: folder of the socket of the PostgreSQL that holds its database.
        environment: further variables for it and its tasks.
        progress: told what is done.

    Returns:
        The process, and whether it was started just now.

    Raises:
        LocalServerError: a taken port.
    """
    record = home.record(NAME)
    found = process.find(record)
    if found is not None and process.is_running(found):
        return found, False
    process.stop(record)  # components whose parent was killed
    process.require_free(settings.airflow_port, what="Airflow", setting="STANDPOINT_AIRFLOW_PORT")
    folder = home.folder / NAME
    folder.mkdir(mode=0o700, exist_ok=True)
    password(home)
    address = f"http://127.0.0.1:{settings.airflow_port}"
    progress(f"starting Airflow on port {settings.airflow_port}")
    started = process.spawn(
        [sys.executable, "-c", _STANDALONE],
        record=record,
        log=home.log(NAME),
        environment=variables(
            os.environ,
            folder=folder,
            address=address,
            database=postgres.airflow_url(socket),
            jwt_secret=_kept(folder / "jwt-secret.json", "jwt_secret", 64)["jwt_secret"],
            log_ports=(process.free_port(), process.free_port()),
            further={"STANDPOINT_STATE": str(settings.state.resolve()), **environment},
        ),
        folder=folder,
        address=address,
    )
    log.info("started Airflow", extra={"pid": started.pid, "address": address})
    return started, True


def wait(home: Home, started: Started, *, progress: Progress) -> Airflow:
    """Wait until every component is healthy.

    Raises:
        LocalServerError: it ended or did not become healthy in time; with the last lines of its log.
    """
    told: list[str] = []

    def ready() -> bool:
        states = components(started.address)
        message = "waiting for Airflow: " + (
            ", ".join(f"{name} {state}" for name, state in states.items()) if states else "its server does not answer"
        )
        if told[-1:] != [message]:
            told.append(message)
            progress(message)
        # The part that tasks talk to loads at its first request; without this the first task waits and tries again.
        return _are_healthy(states) and ask("GET", f"{started.address}/execution/health", timeout_s=30).status > 0

    process.wait_ready("Airflow", started, ready, log=home.log(NAME), limit_s=_START_LIMIT_S, poll_s=1.0)
    return Airflow(started.address, USER, password(home))


def components(address: str) -> dict[str, str]:
    """Return the state of each component (``healthy``, …); empty if the server does not answer."""
    health: Any = ask("GET", f"{address}/api/v2/monitor/health").json()
    if not isinstance(health, dict):
        return {}
    return {name: str((health.get(name) or {}).get("status") or "absent") for name in _COMPONENTS}


def healthy(address: str) -> bool:
    """Tell whether every component of the Airflow at an address is healthy."""
    return _are_healthy(components(address))


def _are_healthy(states: Mapping[str, str]) -> bool:
    return bool(states) and all(state == "healthy" for state in states.values())


def password(home: Home) -> str:
    """Return the password of the user ``admin``; make one the first time."""
    return _passwords(home.folder / NAME)[USER]


def stop(home: Home) -> bool:
    """Stop Airflow with all its components and tasks; return whether it ran."""
    return process.stop(home.record(NAME), how=signal.SIGINT, grace_s=_STOP_GRACE_S)


def variables(
    inherited: Mapping[str, str],
    *,
    folder: Path,
    address: str,
    database: str,
    jwt_secret: str,
    log_ports: tuple[int, int],
    further: Mapping[str, str],
) -> dict[str, str]:
    """Decide the environment of Airflow and its tasks.

    Args:
        inherited: one's own environment; what it says about Airflow is left out.
        folder: ``AIRFLOW_HOME``.
        address: where the UI shall be.
        database: SQLAlchemy address of its database.
        jwt_secret: what it signs tokens with; the same over restarts, 64 bytes or more.
        log_ports: two free ports, for the log servers of the executor and of the triggerer.
        further: the ``STANDPOINT_…`` variables and whatever else is to be set; the last word.
    """
    own = {name: value for name, value in inherited.items() if not name.startswith(("AIRFLOW_", "_AIRFLOW_"))}
    own |= {
        "AIRFLOW_HOME": str(folder),
        # standalone starts its components as "airflow"
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)]),
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(urlsplit(address).port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": jwt_secret,
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / PASSWORDS),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "15",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "15",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(log_ports[1]),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(log_ports[0]),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    # Tasks talk to the server at its loopback address; a proxy would stand between them.
    for name in ("no_proxy", "NO_PROXY"):
        own[name] = ",".join(filter(None, [inherited.get(name, ""), "127.0.0.1,localhost"]))
    own |= further
    if "STANDPOINT_ELASTICSEARCH_URL" in own:
        own["AIRFLOW_CONN_ELASTICSEARCH_DEFAULT"] = _connection(own["STANDPOINT_ELASTICSEARCH_URL"])
    return own


def _connection(url: str) -> str:
    parts = urlsplit(url)
    return json.dumps(
        {"conn_type": "elasticsearch", "host": parts.hostname, "port": parts.port, "schema": parts.scheme or "http"}
    )


def _passwords(folder: Path) -> dict[str, str]:
    return _kept(folder / PASSWORDS, USER, 12)


def _kept(file: Path, name: str, size: int) -> dict[str, str]:
    """A JSON file with one secret of so many random bytes: made once, kept over restarts, readable by oneself only."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(found, dict) and isinstance(found.get(name), str):
            return found
    except (OSError, ValueError):
        pass
    made = {name: secrets.token_urlsafe(size)}
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as target:
        json.dump(made, target)
    return made
