"""What every test may ask for: real servers of the test session's own, a fresh ledger database, an index prefix.

The servers are started once a session, at the first test that asks, in a state folder of their own; a user's
``standpoint local up`` is never touched. Whoever runs the tests often sets ``STANDPOINT_TEST_STATE`` to a folder:
the servers then stay up in it and the next session finds them (stop them with
``STANDPOINT_STATE=<folder> standpoint local down``).

Where the tests run in several processes (``pytest -n 2 --dist loadfile``, as ``make test`` does) all of them use the
servers of the process that started them; a file's tests stay together, and so do all that need a live Airflow.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from xdist.scheduler import LoadFileScheduling

from pipeline.local import postgres
from pipeline.local import servers as local_servers
from pipeline.local.client import ask
from pipeline.local.process import free_port
from pipeline.local.state import elsewhere
from pipeline.settings import Settings, get_settings

pytest_plugins = ("tests.airflow_home",)

_PREFIX = "standpoint-tests-"
_IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
#: Tests of a live Airflow: two at a time would fight over the cores.
LIVE_FILES = frozenset(
    {
        "tests/dags/test_live.py",
        "tests/dags/test_live_reconcile.py",
        "tests/dags/test_live_local.py",
        "tests/deploy/test_topology.py",
    }
)
#: Set by the process that started the tests for those that run them.
_SHARED = "_STANDPOINT_TESTS_SHARED_STATE"


def _own_state() -> Path:
    kept = os.environ.get("STANDPOINT_TEST_STATE") or (os.environ[_SHARED] if _IS_WORKER else "")
    if kept:
        Path(kept).mkdir(mode=0o755, parents=True, exist_ok=True)
        return Path(kept).resolve()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")).resolve()
    folder.chmod(0o755)  # as root the servers run under another account, which has to pass
    return folder


# No test reads a user's settings: neither the variables of the shell nor the local.env of the checkout.
STATE = _own_state()
for _name in [n for n in os.environ if n.startswith("STANDPOINT_") and not n.startswith("STANDPOINT_TEST_")]:
    del os.environ[_name]
os.environ["STANDPOINT_STATE"] = str(STATE)
os.environ[_SHARED] = str(STATE)
get_settings.cache_clear()


@dataclass(frozen=True)
class Servers:
    """The session's servers: settings that lead to them, Elasticsearch's address, the folder of PostgreSQL's socket."""

    settings: Settings
    elasticsearch_url: str
    postgres_socket: str


def _remove(state: Path) -> None:
    local_servers.down(Settings(state=state))
    for folder in (state, elsewhere(state)):
        shutil.rmtree(folder, ignore_errors=True)


def _remove_what_killed_sessions_left() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(ValueError, PermissionError):
            if folder.owner() == STATE.owner() and not psutil.pid_exists(int(folder.name.split("-")[2])):
                _remove(folder.resolve())


class OneLiveAirflow(LoadFileScheduling):  # type: ignore[misc]
    """A file's tests stay in one process, and so do those of all files with a live Airflow."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "a live Airflow" if file in LIVE_FILES else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneLiveAirflow:
    return OneLiveAirflow(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    items.sort(key=lambda item: item.nodeid.partition("::")[0] not in LIVE_FILES)


def pytest_unconfigure() -> None:
    if not (_IS_WORKER or os.environ.get("STANDPOINT_TEST_STATE")):
        _remove(STATE)


@pytest.fixture(scope="session")
def servers() -> Servers:
    """Elasticsearch and PostgreSQL, started once for all processes of the session."""
    _remove_what_killed_sessions_left()
    settings = Settings(state=STATE, elasticsearch_port=free_port())
    status = local_servers.up(settings, durable=False)
    return Servers(
        settings=get_settings(),
        elasticsearch_url=status.server("elasticsearch").address,
        postgres_socket=status.server("postgres").address,
    )


@pytest.fixture
def ledger_url(servers: Servers) -> Iterator[str]:
    """SQLAlchemy address of an empty database of the test's own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    postgres.create_database(servers.postgres_socket, name)
    yield postgres.ledger_url(servers.postgres_socket, name)
    postgres.drop_database(servers.postgres_socket, name)


@pytest.fixture
def index_prefix(servers: Servers) -> Iterator[str]:
    """Prefix of the test's own indices, aliases and templates; everything that begins with it is removed afterwards."""
    prefix = f"t{uuid.uuid4().hex[:10]}-"
    yield prefix
    remove_from_index(servers, prefix)


def remove_from_index(servers: Servers, prefix: str) -> None:
    """Remove every index and template whose name begins with a prefix: all in one order, each takes its time."""
    base = servers.elasticsearch_url
    names = ",".join(ask("GET", f"{base}/{prefix}*?expand_wildcards=all&filter_path=*.aliases").json() or {})
    if names:
        ask("DELETE", f"{base}/{names}", timeout_s=60)
    for kind in ("_index_template", "_component_template"):
        ask("DELETE", f"{base}/{kind}/{prefix}*", timeout_s=30)


def session_of(pid: int) -> int:
    """Return the session that a process belongs to; -1 if there is none."""
    try:
        return os.getsid(pid)
    except OSError:
        return -1
