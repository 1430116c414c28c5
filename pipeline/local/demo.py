"""``make demo`` and ``make serve``: everything up on this machine, and the main job to watch.

The demo keeps to a state folder of its own, emptied at every start: it neither sees nor touches other data.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pipeline import render
from pipeline.errors import LocalServerError
from pipeline.index.search import articles_per_source, strongest_stances, top_terms
from pipeline.local import servers
from pipeline.local.airflow import Airflow
from pipeline.local.airflow_api import AirflowApi
from pipeline.local.press.score import Verdict, judge
from pipeline.local.state import locate
from pipeline.pools import pools
from pipeline.reconcile import KIND
from pipeline.settings import PROJECT, Settings
from pipeline.sources import load_sources
from pipeline.stages import Pipeline

DAG = "crawl"
_TASKS = ("plan", "discover", "split", "batch.fetch", "batch.extract", "batch.tag", "batch.index", "report")
_RUN_LIMIT = timedelta(minutes=10)
#: Settings that may be a path, or empty.
_FILES = frozenset({"archive", "watchlist"})


def run_demo(base: Settings, *, console: Console, stop_by_itself: bool) -> int:
    """Take the sample press from its feeds through Airflow into Elasticsearch and show what came of it.

    Args:
        base: settings; folder, ports and politeness are replaced by the demo's own.
        console: where to show it.
        stop_by_itself: stop when done; else wait for Ctrl-C.

    Returns:
        Exit status: 0 if the run succeeded and the gold is met, 1 if not, 130 if it was stopped before that.
    """
    settings = demo_settings(base)
    _empty(settings)
    status_of_exit = 130  # of what Ctrl-C ends before there is a result
    with _stopped_at_the_end(settings, console):
        with console.status("starting") as status:

            def told(message: str) -> None:
                status.update(render.escape(message))

            settings = _running_settings(settings, servers.up(settings, press=True, durable=False, progress=told))
            with Pipeline(settings) as pipeline:
                pipeline.setup()
            # One run to watch: no schedule makes another beside it.
            environment = {**_environment(settings), "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False"}
            airflow = servers.up_airflow(settings, environment=environment, progress=told)
            told("waiting for Airflow to read the DAG")
            api = airflow.api()
            _prepare(api)
        console.print(f"Airflow is up at {airflow.address} (user {airflow.user}, password {airflow.password})")
        state = _watch(api, _trigger(api), console)
        with Pipeline(settings) as pipeline:
            show(console, pipeline)
            verdict = judge(pipeline)
        show_verdict(console, verdict)
        _where_next(console, settings, airflow)
        met = state == "success" and verdict.met
        if not met:
            console.print(
                f"[bold red]not met[/]: the run ended in state {state}" + ("" if verdict.met else ", see above")
            )
        status_of_exit = 0 if met else 1
        if not stop_by_itself:
            console.print("\nAll of it stays up until you press Ctrl-C.")
            _wait()
    return status_of_exit


def run_serve(base: Settings, *, console: Console) -> int:
    """Keep Elasticsearch, PostgreSQL and Airflow up over the sources of the settings until Ctrl-C.

    Raises:
        SourcesError: the sources file has mistakes; nothing was started.
    """
    load_sources(base.sources, base)
    with _stopped_at_the_end(base, console):
        with console.status("starting") as status:

            def told(message: str) -> None:
                status.update(render.escape(message))

            settings = _running_settings(base, servers.up(base, progress=told))
            with Pipeline(settings) as pipeline:
                pipeline.setup()
            airflow = servers.up_airflow(settings, environment=_environment(settings), progress=told)
            api = airflow.api()
            _prepare(api)
            for dag in (DAG, KIND):
                api.wait_for_dag(dag)
                api.set_paused(dag, False)
        console.print(f"Airflow is up at {airflow.address} (user {airflow.user}, password {airflow.password})")
        console.print(f"Elasticsearch is up at {settings.elasticsearch_url}")
        console.print(f"It watches {settings.sources} every quarter of an hour, until you press Ctrl-C.")
        console.print(f"The past: {airflow.address}/dags/{KIND}, Trigger, Backfill")
        _wait()
    return 0


def demo_settings(base: Settings) -> Settings:
    """Return the demo's settings: a folder, ports and sources of its own, and a press that is asked at once."""
    return base.model_copy(
        update={
            "state": base.state / "demo",
            "archive": "",
            "index_prefix": "",
            "sources": PROJECT / "config/sources.demo.yml",
            "watchlist": str(PROJECT / "config/entities.demo.yml"),
            "elasticsearch_port": _free_port(base.elasticsearch_port),
            "press_port": _free_port(base.press_port),
            "airflow_port": _free_port(base.airflow_port),
            "batch_size": 40,  # so that there are several batches to watch
            "request_timeout_s": 8.0,  # one page of the press hangs
        }
    )


def show(console: Console, pipeline: Pipeline) -> None:
    """Print what an analyst wants to see first."""
    index = pipeline.index_client
    console.print()
    console.print(
        render.table(
            "articles per source",
            ["source", "articles", "stories"],
            [[s.name, s.articles, s.stories] for s in articles_per_source(index)],
            right=frozenset({1, 2}),
        )
    )
    for field, title in (("people", "most named people"), ("organizations", "most named organisations")):
        console.print()
        console.print(
            render.table(
                title,
                ["name", "stories"],
                [[t.term, t.stories] for t in top_terms(index, field, 8)],
                right=frozenset({1}),
            )
        )
    console.print()
    console.print(
        render.table(
            "who stands where on whom",
            ["holder", "stance", "target", "stories", "sources", "the sentence that shows it"],
            [
                [s.holder_name or s.holder, render.stance(s.stance), s.target_name, s.stories, s.sources, s.text]
                for s in strongest_stances(index, 10)
            ],
            right=frozenset({3, 4}),
        )
    )
    console.print()
    rows = pipeline.ledger.work.left_out()
    console.print(
        render.table(
            "left out, and why",
            ["reason", "address", "in words"],
            [[reason, url, detail] for reason, url, detail in rows],
        )
    )


def show_verdict(console: Console, verdict: Verdict) -> None:
    """Print how what came out compares with the gold of the sample press."""
    console.print()
    console.print(
        render.table(
            "against the gold of the sample press",
            ["measure", "found", "wanted", ""],
            [
                [m.name, m.found, m.wanted, Text("met", "green") if m.met else Text("not met", "bold red")]
                for m in verdict.measures
            ],
        )
    )
    for line in verdict.differences[:20]:
        console.print(Text(f"  {line}", style="yellow"))
    if len(verdict.differences) > 20:
        console.print(f"  … and {len(verdict.differences) - 20} more")


def _prepare(api: AirflowApi) -> None:
    for name, pool in pools().items():
        api.set_pool(name, int(pool["slots"]), description=str(pool["description"]))
    api.wait_for_dag(DAG)


def _trigger(api: AirflowApi) -> str:
    """Trigger one run over the last whole interval, and let the DAG go."""
    now = datetime.now(UTC)
    end = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    run_id = api.trigger(DAG, start=end - timedelta(minutes=15), end=end)
    api.set_paused(DAG, False)
    return run_id


def _watch(api: AirflowApi, run_id: str, console: Console) -> str:
    """Show each task's instances by state until the run has ended; return its state."""
    begun = time.monotonic()
    with Live(console=console, refresh_per_second=4) as live:
        while True:
            state = str(api.run(DAG, run_id)["state"])
            live.update(_progress(run_id, state, api.task_instances(DAG, run_id), time.monotonic() - begun))
            if state in ("success", "failed"):
                return state
            if time.monotonic() - begun > _RUN_LIMIT.total_seconds():
                raise LocalServerError(f"has not ended in {_RUN_LIMIT}; see Airflow's log", subject=run_id)
            time.sleep(1.0)


def _progress(run_id: str, state: str, instances: list[dict[str, Any]], elapsed_s: float) -> Group:
    shown = Table(box=None, header_style="dim", pad_edge=False)
    for column in ("stage", "", "done", "running", "waiting", "failed"):
        shown.add_column(column, justify="left" if column in ("stage", "") else "right")
    for task in _TASKS:
        states = [str(i["state"]) for i in instances if i["task_id"] == task]
        done = sum(s in ("success", "skipped") for s in states)
        running = sum(s in ("running", "restarting") for s in states)
        failed = sum(s in ("failed", "upstream_failed") for s in states)
        width = 24 * done // max(1, len(states))
        shown.add_row(
            task,
            Text("━" * width, style="green") + Text("━" * (24 - width), style="dim"),
            f"{done}/{len(states)}",
            str(running or ""),
            str((len(states) - done - running - failed) or ""),
            Text(str(failed or ""), style="bold red"),
        )
    return Group(Text(f"{DAG} {run_id}: {state}, {elapsed_s:.0f} s", style="bold"), shown)


def _where_next(console: Console, settings: Settings, airflow: Airflow) -> None:
    state = shlex.quote(os.path.relpath(settings.state))
    command = f"STANDPOINT_STATE={state} .venv/bin/standpoint"
    press = f"localhost:{settings.press_port}"
    lines = {
        "Airflow UI": f"{airflow.address}/dags/{DAG}",
        "": f"user {airflow.user}, password {airflow.password}",
        "Elasticsearch": f"{settings.elasticsearch_url}/articles/_search?q=strait",
        "The press": f"http://harbour-gazette.{press}/",
        "Search": f"{command} search 'sanctions AND strait'",
        "Trace": f"{command} trace http://kestrel-wire.{press}/id/261003-2",
    }
    console.print()
    for name, value in lines.items():
        console.print(Text(f"{name:<16}", style="dim").append(value, style="default"), soft_wrap=True)


def _environment(settings: Settings) -> Mapping[str, str]:
    """Every setting as a variable: tasks in Airflow must not read others, neither of the shell nor of a file.

    Paths are absolute: a task does not run in the folder of this process.
    """
    variables: dict[str, str] = {}
    for name, value in settings.model_dump().items():
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, Path) or (name in _FILES and value and "://" not in value):
            value = Path(value).resolve()
        variables[f"STANDPOINT_{name.upper()}"] = str(value)
    return variables


def _running_settings(settings: Settings, status: servers.Status) -> Settings:
    """These settings with the addresses that the running servers have, and at ease with the press where it runs."""
    found: dict[str, str | None] = dict(dotenv_values(settings.state / "local.env"))
    press = status.server("press").address
    found |= servers.press_environment(press) if press else {}
    lower = {name.removeprefix("STANDPOINT_").lower(): value for name, value in found.items()}
    return Settings(**{**settings.model_dump(), **lower})


def _empty(settings: Settings) -> None:
    """Stop what an earlier demo may have left, and take away its data."""
    servers.down(settings)
    home = locate(settings).folder
    for folder in {Path(settings.state), home}:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _stopped_at_the_end(settings: Settings, console: Console) -> Iterator[None]:
    """Stop everything when the block ends, by Ctrl-C and by SIGTERM, too."""

    def end(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a script started us in the background
    try:
        yield
    except KeyboardInterrupt:
        console.print("\nstopping")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave servers behind
        stopped = servers.down(settings)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, former)
        console.print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was left to stop")


def _wait() -> None:
    while True:
        time.sleep(3600)


def _free_port(wanted: int) -> int:
    """The wanted port, or another one where it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
