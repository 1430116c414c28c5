import os
import signal
import subprocess
import time

import psycopg
import pytest
from sqlalchemy import make_url

from pipeline.errors import LocalServerError
from pipeline.local import postgres, process
from pipeline.local.state import Home

pytestmark = pytest.mark.servers


def quiet(message: str) -> None:
    pass


def one(home: Home, query: str, database: str = "standpoint") -> object:
    with psycopg.connect(host=str(home.folder / "postgres/socket"), user="postgres", dbname=database) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def test_it_starts_is_found_again_and_stops(home: Home) -> None:
    started, is_new = postgres.launch(home, durable=False, progress=quiet)
    assert is_new
    assert postgres.launch(home, durable=False, progress=quiet) == (started, False)
    assert one(home, "SHOW server_version").startswith(f"{postgres.MAJOR_VERSION}.")
    assert one(home, "SHOW timezone", "airflow") == "UTC"
    assert one(home, "SELECT lower('ÄÖÜ Ł')") == "äöü ł"
    assert one(home, "SHOW listen_addresses") == ""
    assert postgres.stop(home)
    assert not postgres.healthy(started.address)
    assert not (home.folder / "postgres/data/postmaster.pid").exists()


def test_what_was_committed_is_there_after_a_kill(home: Home) -> None:
    started, _ = postgres.launch(home, progress=quiet)
    with psycopg.connect(host=started.address, user="postgres", dbname="standpoint") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(started.pid, signal.SIGKILL)
    while process.is_running(started):
        time.sleep(0.02)
    again, is_new = postgres.launch(home, progress=quiet)
    assert is_new
    assert again.pid != started.pid
    assert one(home, "SELECT answer FROM kept") == 42


def test_a_pid_file_whose_number_another_program_has_does_not_stop_it(home: Home) -> None:
    postgres.launch(home, durable=False, progress=quiet)
    file = home.folder / "postgres/data/postmaster.pid"
    lines = file.read_text().splitlines(keepends=True)
    postgres.stop(home)
    arguments = process.as_account(home.account)
    with subprocess.Popen(["sleep", "60"], cwd="/", **arguments) as other:
        file.write_text("".join([f"{other.pid}\n", *lines[1:]]))
        _, is_new = postgres.launch(home, durable=False, progress=quiet)
        assert is_new
        assert other.poll() is None
        other.kill()


def test_a_server_that_cannot_start_shows_its_last_lines(home: Home) -> None:
    postgres.launch(home, durable=False, progress=quiet)
    postgres.stop(home)
    (home.folder / "postgres/data/postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(LocalServerError, match=r"(?s)ended while starting.*no_such_setting"):
        postgres.launch(home, durable=False, progress=quiet)
    assert process.find(home.record("postgres")) is None


def test_databases_are_made_once_and_dropped_under_their_users(servers: object, ledger_url: str) -> None:
    url = make_url(ledger_url)
    socket, name = str(url.query["host"]), str(url.database)
    postgres.create_database(socket, name)
    with psycopg.connect(host=socket, user="postgres", dbname=name):
        postgres.drop_database(socket, name)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(host=socket, user="postgres", dbname=name)


@pytest.mark.parametrize("socket", ["/tmp/s", "/tmp/with space/s", "/tmp/a&b=c/100%/s"])
def test_the_addresses_lead_to_the_socket(socket: str) -> None:
    for text, driver, database in (
        (postgres.ledger_url(socket), "psycopg", "standpoint"),
        (postgres.airflow_url(socket), "psycopg2", "airflow"),
    ):
        url = make_url(text)
        assert (url.get_driver_name(), url.database, url.query["host"]) == (driver, database, socket)
