import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import SecretStr
from rich.console import Console

from pipeline.errors import SourcesError
from pipeline.local import demo, servers
from pipeline.local.press.score import Measure, Verdict
from pipeline.local.process import free_port
from pipeline.local.state import elsewhere
from pipeline.settings import Settings
from tests.conftest import session_of
from tests.local.test_servers import processes_of

PORTS = ("elasticsearch_port", "press_port", "airflow_port")


def test_the_demo_keeps_to_a_folder_of_its_own(tmp_path: Path) -> None:
    base = Settings(state=tmp_path, archive="s3://press/archive", index_prefix="live-")
    settings = demo.demo_settings(base)
    assert settings.state == tmp_path / "demo"
    assert Path(settings.archive_root()).is_relative_to(tmp_path / "demo")
    assert settings.index_prefix == ""
    assert settings.sources.name == "sources.demo.yml"


def test_the_demo_takes_the_wanted_ports_where_they_are_free_and_others_where_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        wanted = {"elasticsearch_port": port, "press_port": free_port(), "airflow_port": port}
        settings = demo.demo_settings(Settings(**wanted))
        assert settings.press_port == wanted["press_port"]
        assert port not in (settings.elasticsearch_port, settings.airflow_port)
        assert len({getattr(settings, name) for name in PORTS}) == 3


def test_tasks_in_airflow_get_every_setting_of_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    base = Settings(
        state=Path("state"), archive="s3://press/archive", index_prefix="live-", elasticsearch_password="quince"
    )
    settings = demo.demo_settings(base).model_copy(
        update={"ledger_url": SecretStr("postgresql+psycopg://postgres@/standpoint?host=/s"), "host_interval_s": 0.05}
    )
    # what the shell says besides must not reach a task
    for name, value in demo._environment(base).items():
        monkeypatch.setenv(name, value)
    for name, value in demo._environment(settings).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")  # a task runs in another folder
    seen = Settings()
    assert seen.state == tmp_path / "state/demo"
    assert seen == settings.model_copy(update={"state": seen.state})


@pytest.mark.parametrize(("archive", "seen"), [("", ""), ("a/b", "{here}/a/b"), ("s3://a/b", "s3://a/b")])
def test_a_folder_is_named_absolutely_an_address_as_it_is(
    archive: str, seen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    variables = demo._environment(Settings(archive=archive, watchlist=archive))
    assert variables["STANDPOINT_ARCHIVE"] == variables["STANDPOINT_WATCHLIST"] == seen.format(here=tmp_path)


def shown(made: Any) -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    console.print(made)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def test_progress_counts_the_instances_of_each_task() -> None:
    states = {"plan": ["success"], "batch.fetch": ["success", "running", "queued", None], "batch.tag": ["failed"]}
    states |= {"batch.index": ["upstream_failed", "skipped"]}
    instances = [{"task_id": task, "state": state} for task, found in states.items() for state in found]
    head, columns, *lines = shown(demo._progress("run 1", "running", instances, 12.4))
    assert head == "crawl run 1: running, 12 s"
    assert columns.split() == ["stage", "done", "running", "waiting", "failed"]
    counts = {name: rest.strip("━ ").split() for name, _, rest in (line.partition(" ") for line in lines)}
    assert counts["plan"] == ["1/1"]
    assert counts["batch.fetch"] == ["1/4", "1", "2"]
    assert counts["batch.tag"] == ["0/1", "1"]
    assert counts["batch.index"] == ["1/2", "1"]
    assert counts["report"] == ["0/0"]


def test_a_verdict_is_shown_with_its_first_differences() -> None:
    console = Console(file=io.StringIO(), width=80)
    measures = (Measure(name="articles", found="3", wanted="4, exact", met=False),)
    demo.show_verdict(console, Verdict(measures=measures, differences=tuple(f"difference {n}" for n in range(25))))
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert "not met" in told
    assert "difference 19" in told
    assert "difference 20" not in told
    assert "and 5 more" in told


def test_serve_refuses_wrong_sources_before_it_starts_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "up", lambda *args, **more: pytest.fail("started"))
    with pytest.raises(SourcesError):
        demo.run_serve(Settings(state=tmp_path, sources=tmp_path / "none.yml"), console=Console(file=io.StringIO()))


@pytest.mark.slow
@pytest.mark.servers
def test_ctrl_c_while_it_starts_leaves_no_server(short_path: Path) -> None:
    state = short_path / "state"
    settings = Settings(state=state / "demo")
    environment = {**os.environ, "STANDPOINT_STATE": str(state), "PYTHONUNBUFFERED": "1"}
    environment |= {f"STANDPOINT_{name.upper()}": str(free_port()) for name in PORTS}
    started = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "demo", "--exit"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a script's "&" starts it
    )
    try:
        end = time.monotonic() + 150
        while servers.status(settings).server("elasticsearch").state != "running":
            assert started.poll() is None, started.communicate()[0]
            assert time.monotonic() < end, "Elasticsearch did not come up"
            time.sleep(0.5)
        assert processes_of(state) + processes_of(elsewhere(settings.state)) != []
        started.send_signal(signal.SIGINT)
        told = started.communicate(timeout=90)[0]
    finally:
        if started.poll() is None:
            started.kill()
        servers.down(settings)
    assert started.returncode == 130, told
    assert "Traceback" not in told
    assert "stopped: " in told
    assert "elasticsearch" in told.rpartition("stopped: ")[2]
    assert processes_of(state) + processes_of(elsewhere(settings.state)) == []
    left = [p for p in psutil.process_iter() if session_of(p.pid) == started.pid]
    _, left = psutil.wait_procs(left, timeout=10)  # what was told to end may still be ending
    assert left == []
