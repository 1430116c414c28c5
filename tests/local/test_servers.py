import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.errors import LocalServerError
from pipeline.local import elasticsearch, postgres, servers
from pipeline.local.process import Started, free_port
from pipeline.local.state import elsewhere, locate
from pipeline.settings import Settings, get_settings


def processes_of(folder: Path) -> list[str]:
    """Command lines of whatever runs with this folder in its command line."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = " ".join(process.info["cmdline"] or [])
        if str(folder) in command and process.pid != os.getpid():
            found.append(command)
    return found


@pytest.fixture
def settings(short_path: Path) -> Iterator[Settings]:
    settings = Settings(state=short_path / "state", elasticsearch_port=free_port())
    yield settings
    servers.down(settings)


@pytest.mark.slow
@pytest.mark.servers
def test_two_commands_at_once_start_one_of_each_and_down_leaves_nothing(settings: Settings) -> None:
    command = "from pipeline.local import servers; print(servers.up(durable=False).server('elasticsearch').pid)"
    environment = {
        **os.environ,
        "STANDPOINT_STATE": str(settings.state),
        "STANDPOINT_ELASTICSEARCH_PORT": str(settings.elasticsearch_port),
    }
    both = [
        subprocess.Popen([sys.executable, "-c", command], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = {starter.communicate(timeout=200)[0] for starter in both}
    assert [starter.returncode for starter in both] == [0, 0]
    assert len(outputs) == 1  # the same process, seen by both

    # both starters have ended; the servers are there
    status = servers.status(settings)
    assert [(server.name, server.state) for server in status.servers][:2] == [
        ("elasticsearch", "running"),
        ("postgres", "running"),
    ]
    assert {str(status.server("elasticsearch").pid)} == {output.strip() for output in outputs}
    assert servers.up(settings) == status

    # a command of this checkout finds them through local.env
    found = Settings(_env_file=settings.state / "local.env")
    assert found.elasticsearch_url == f"http://127.0.0.1:{settings.elasticsearch_port}"
    assert found.ledger_url.get_secret_value() == postgres.ledger_url(status.server("postgres").address)

    # another state folder cannot have the same port, and what it began is undone
    other = Settings(state=settings.state / "other", elasticsearch_port=settings.elasticsearch_port)
    with pytest.raises(LocalServerError, match=r"process [0-9]+ \(java\).*listens"):
        servers.up(other)
    assert all(server.state == "stopped" for server in servers.status(other).servers)

    assert servers.down(settings) == ("elasticsearch", "postgres")
    assert processes_of(settings.state) == []
    assert not (settings.state / "local.env").exists()
    assert servers.down(settings) == ()


def test_what_was_started_is_stopped_when_something_else_fails(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = locate(settings)

    def fails(*_: object, **__: object) -> tuple[Started, bool]:
        raise KeyboardInterrupt

    def launch(*_: object, **__: object) -> tuple[Started, bool]:
        from pipeline.local.process import spawn

        return (
            spawn(
                ["sleep", "60"],
                record=home.record("elasticsearch"),
                log=home.log("elasticsearch"),
                environment={},
                folder=home.folder,
                address="http://127.0.0.1:1",
            ),
            True,
        )

    monkeypatch.setattr(elasticsearch, "launch", launch)
    monkeypatch.setattr(postgres, "launch", fails)
    with pytest.raises(KeyboardInterrupt):
        servers.up(settings)
    assert all(server.state == "stopped" for server in servers.status(settings).servers)
    assert not (settings.state / "local.env").exists()


def test_airflow_is_not_started_without_the_others(settings: Settings) -> None:
    with pytest.raises(LocalServerError, match="standpoint local up"):
        servers.up_airflow(settings)


def test_postgres_works_where_the_path_is_too_long_for_a_socket(short_path: Path) -> None:
    settings = Settings(state=short_path / ("long-name/" * 15) / "state")
    home = locate(settings)
    assert home.folder == elsewhere(settings.state)
    try:
        started, _ = postgres.launch(home, durable=False, progress=lambda message: None)
        assert postgres.healthy(started.address)
        status = servers.status(settings)
        assert status.folder == home.folder
        assert "bytes" in status.reason
    finally:
        servers.down(settings)
        subprocess.run(["rm", "-r", str(home.folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers under another account")
def test_postgres_works_from_a_checkout_that_others_may_not_enter(
    short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone under /root: neither the state folder nor the programs in the environment can be reached."""
    closed = short_path / "root"
    closed.mkdir(mode=0o700)
    settings = Settings(state=closed / "standpoint/state")
    monkeypatch.setattr("pipeline.local.state.PROJECT", closed / "standpoint")
    really = postgres.process.can_reach
    inside = Path(sys.prefix)
    monkeypatch.setattr(
        "pipeline.local.postgres.process.can_reach",
        lambda path, account: not path.is_relative_to(inside) and really(path, account),
    )
    home = locate(settings)
    assert "may not enter" in home.reason
    try:
        started, _ = postgres.launch(home, durable=False, progress=lambda message: None)
        assert postgres.healthy(started.address)
        assert str(home.software) in started.command
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        servers.down(settings)
        for folder in (home.folder, home.software.parent):
            subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_the_press_opens_the_guard_to_itself_and_nothing_else() -> None:
    variables = servers.press_environment("http://127.0.0.1:18930")
    assert variables["STANDPOINT_ALLOW_NETWORKS"] == "127.0.0.0/8"
    assert variables["STANDPOINT_ALLOW_PORTS"].split(",") == ["80", "443", "8080", "8443", "18930"]
    assert float(variables["STANDPOINT_HOST_INTERVAL_S"]) < Settings.model_fields["host_interval_s"].default


def test_only_what_runs_is_in_the_environment() -> None:
    running = {
        "elasticsearch": Started(1, 0.0, "", "http://127.0.0.1:9"),
        "press": Started(2, 0.0, "", "http://127.0.0.1:8"),
    }
    assert sorted(servers.environment_of(running)) == [
        "STANDPOINT_ALLOW_NETWORKS",
        "STANDPOINT_ALLOW_PORTS",
        "STANDPOINT_ELASTICSEARCH_URL",
    ]
    assert servers.environment_of({}) == {}


@pytest.mark.servers
def test_every_command_of_the_session_finds_the_sessions_servers(servers: object) -> None:
    assert get_settings() == servers.settings
    assert get_settings().elasticsearch_url == servers.elasticsearch_url
