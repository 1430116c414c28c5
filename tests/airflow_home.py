"""An Airflow of the tests' own in this process: its home, its database. Imported by the tests that need it.

Airflow reads its configuration once, when it is first imported: nothing may import it before ``airflow_home`` ran.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.local import postgres
from pipeline.settings import PROJECT
from tests.conftest import Servers

#: One for each process that runs tests.
_DATABASE = f"airflow_in_process_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="session")
def airflow_home(servers: Servers) -> Iterator[Path]:
    """``AIRFLOW_HOME`` of this process. The database of its configuration exists, but has no tables yet."""
    assert "airflow" not in sys.modules, "something imported Airflow before its configuration was there"
    postgres.create_database(servers.postgres_socket, _DATABASE)
    with tempfile.TemporaryDirectory(prefix="standpoint-airflow-") as folder, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AIRFLOW_", "_AIRFLOW_"))]:
            patch.delenv(name)
        for name, value in {
            "AIRFLOW_HOME": folder,
            "AIRFLOW__API_AUTH__JWT_SECRET": "for tests only, " * 4,
            "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgres.airflow_url(servers.postgres_socket, _DATABASE),
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        }.items():
            patch.setenv(name, value)
        yield Path(folder)


@pytest.fixture(scope="session")
def airflow_db(airflow_home: Path) -> None:
    """The tables of Airflow's database."""
    from airflow.utils import db

    db.initdb()
