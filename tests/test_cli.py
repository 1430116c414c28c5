import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner

from pipeline import cli, pools
from pipeline.errors import ConfigError
from pipeline.identity import url_id
from pipeline.records import Article, Entity, Evidence, Mention, Quote, Reason, Stance, Tags
from pipeline.settings import get_settings
from tests.conftest import Servers
from tests.logging_state import kept_logging
from tests.loopback import site
from tests.stages.conftest import make_world
from tests.stages.world import World

__all__ = ["make_world"]

STORY, GONE = "harbour-gazette/02-dockers-vote", "harbour-gazette/16-pilot-letters"
TEXT = "Berta Falk said: “I despise Boeing.” 🙂\nPoland sanctioned Belarus. Falk praised the Red Cross."
PAGE = b"""<!doctype html><html lang="en"><head><title>Bridge opens</title>
<meta property="article:published_time" content="2026-10-03T12:00:00+02:00"></head>
<body><article><h1>Bridge opens</h1>%s</article></body></html>""" % (
    b"<p>The town of Lower Wend opened its second bridge on Saturday after four years of work, and the mayor walked "
    b"over it with the children of two schools before the first bus was let on.</p>" * 4
)


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    with kept_logging():
        yield
    get_settings.cache_clear()


def invoke(*arguments: str, stdin: bytes = b"", **variables: str) -> Done:
    """A command in this process."""
    get_settings.cache_clear()
    env = {"COLUMNS": "100", **variables}
    result = CliRunner().invoke(cli.app, arguments, input=stdin, env=env)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def command(*arguments: str, stdin: bytes = b"", **variables: str) -> Done:
    """The real command."""
    done = subprocess.run(
        [*STANDPOINT, *arguments],
        input=stdin,
        capture_output=True,
        env=os.environ | variables,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


STANDPOINT = (str(Path(sys.executable).parent / "standpoint"),)


def fails(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """What ``main`` says on standard error of a command that fails: one line, exit status 1."""
    get_settings.cache_clear()
    monkeypatch.setattr(sys, "argv", ["standpoint", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    captured = capsys.readouterr()
    assert caught.value.code == 1
    assert captured.out == ""
    assert captured.err.startswith("error ")
    return captured.err


def is_iso_utc(value: str) -> bool:
    return datetime.fromisoformat(value).utcoffset() is not None


def fields(record: type[Any]) -> set[str]:
    return set(record.__struct_fields__)


# -------------------------------------------------------------------------------------------------------- itself


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        *([name, "-h"] for name in ("setup", "run", "demo", "serve", "extract", "tag", "search", "trace")),
        ["local", "-h"],
        ["sources", "check", "-h"],
        ["entities", "check", "-h"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("width", ["80", "120"])
def test_help_fits_a_terminal(arguments: Sequence[str], width: str) -> None:
    done = invoke(*arguments, COLUMNS=width)
    assert done.code in (0, 2)  # without arguments it is a usage error to click
    assert "Usage: " in done.out + done.err
    assert max(map(len, (done.out + done.err).splitlines())) <= int(width)
    assert "\x1b" not in done.out


def test_a_wrong_setting_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDPOINT_BATCH_SIZE", "many")
    assert "STANDPOINT_BATCH_SIZE" in fails(capsys, monkeypatch, "local", "status")


def test_an_unexpected_error_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: object) -> None:
        raise ZeroDivisionError("nobody thought of it")

    monkeypatch.setattr("pipeline.sources.load_sources", burst)
    monkeypatch.setattr(sys, "argv", ["standpoint", "sources", "check"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_closed_pipe_is_quiet(options: list[str], tmp_path: Path) -> None:
    one = "- {{id: s{0}, name: S, homepage: 'https://s.example/', feeds: [{{url: 'https://s.example/{0}'}}]}}\n"
    file = tmp_path / "sources.yml"
    file.write_text("sources:\n" + "".join(one.format(n) for n in range(1500)))
    with subprocess.Popen(
        [*STANDPOINT, "sources", "check", str(file), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": ""},  # without its buffer Python takes half a write for a whole one
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.read(1)
        started.stdout.close()
        assert started.stderr.read() == b""
    assert started.returncode == 1  # there was more to write


def test_ctrl_c_is_130_without_a_traceback(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "text")
    with (
        subprocess.Popen([*STANDPOINT, "tag", str(pipe)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started,
        pipe.open("wb"),  # opens when the command has come to read it
    ):
        # a signal between the opening and the reading would be seen when the reading ends, which it does not
        asleep = 0
        while asleep < 3:
            asleep = asleep + 1 if psutil.Process(started.pid).status() == psutil.STATUS_SLEEPING else 0
            time.sleep(0.05)
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=30)
    assert (started.returncode, out, err) == (130, b"", b"")


# ------------------------------------------------------------------------------------------------------- extract


def test_extract_a_file_gives_every_field(tmp_path: Path) -> None:
    file = tmp_path / "bridge.html"
    file.write_bytes(PAGE)
    article = invoke("extract", str(file), "--url", "https://wend.example/bridge", "--json").json
    assert set(article) == fields(Article)
    assert article["title"] == "Bridge opens"
    assert article["published"] == "2026-10-03T10:00:00+00:00"
    assert article["url"] == "https://wend.example/bridge"
    assert article["id"] == url_id("https://wend.example/bridge")
    assert article["text"].startswith("The town of Lower Wend")
    told = invoke("extract", str(file)).out
    assert "published  2026-10-03 10:00 UTC" in told
    assert "language  en" in told


@pytest.mark.parametrize(("content", "said"), [(b"", "no HTML"), (None, "cannot be read (No such file or directory)")])
def test_a_file_that_is_no_page_is_named(
    content: bytes | None,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "page.html"
    if content is not None:
        file.write_bytes(content)
    told = fails(capsys, monkeypatch, "extract", str(file))
    assert str(file) in told
    assert said in told


@pytest.fixture
def web() -> Iterator[str]:
    """A small site on loopback, served by a thread of its own; its address."""
    loop = asyncio.new_event_loop()
    ready, end, found = threading.Event(), asyncio.Event(), []

    async def serve() -> None:
        async with site({"/bridge": PAGE, "/gone": 410}) as running:
            found.append(running.url("", host="wend"))
            ready.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(end.set)
    thread.join(10)
    loop.close()


OPEN = {
    "STANDPOINT_ALLOW_NETWORKS": "127.0.0.0/8",
    "STANDPOINT_ALLOW_PORTS": "*",
    "STANDPOINT_HOST_INTERVAL_S": "0.01",
}


def test_extract_an_address(web: str) -> None:
    article = command("extract", f"{web}/bridge", "--json", **OPEN).json
    assert (article["title"], article["url"]) == ("Bridge opens", f"{web}/bridge")


def test_a_page_that_is_no_article_is_told_with_its_reason(
    web: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in OPEN.items():
        monkeypatch.setenv(name, value)
    assert "gone (HTTP status 410)" in fails(capsys, monkeypatch, "extract", f"{web}/gone")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://10.0.0.1/x", "10.0.0.1 is not a public address"),
        ("http://localhost/x", "127.0.0.1 is not a public address"),
        ("http://wend.example:25/", "port 25"),
        ("ftp://wend.example/x", "ftp"),
    ],
)
def test_an_address_that_the_guard_refuses(
    address: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = fails(capsys, monkeypatch, "extract", address)
    assert address.partition("://")[2].partition("/")[0] in told
    assert said in told


# ----------------------------------------------------------------------------------------------------------- tag


def test_tag_gives_every_field_of_every_record() -> None:
    done = invoke("tag", "-", "--json", stdin=TEXT.encode())
    tags = done.json
    assert set(tags) == fields(Tags)
    assert (tags["title"], tags["text"]) == ("", TEXT)
    for name, record in (("entities", Entity), ("quotes", Quote), ("evidence", Evidence), ("stances", Stance)):
        assert tags[name], name
        assert all(set(one) == fields(record) for one in tags[name])
    for entity in tags["entities"]:
        assert entity["mentions"]
        assert all(set(mention) == fields(Mention) for mention in entity["mentions"])
    [quote] = [q for q in tags["quotes"] if q["kind"] == "direct"]
    assert quote["speaker"] == "berta-falk"
    assert set(quote["speaker_mention"]) == fields(Mention)
    known = {e["evidence_id"] for e in tags["evidence"]}
    assert known == {id_ for s in tags["stances"] for id_ in s["evidence"]}
    ids = {e["id"] for e in tags["entities"]} | {"outlet"}
    assert {x[key] for x in tags["evidence"] + tags["stances"] for key in ("holder", "target")} <= ids


def test_offsets_are_code_points_into_text_and_title() -> None:
    title = "🙂 Belarus condemns Poland"
    tags = invoke("tag", "-", "--json", "--title-first", stdin=f"{title}\n{TEXT}".encode()).json
    assert (tags["title"], tags["text"]) == (title, TEXT)
    spans = [*tags["quotes"], *tags["evidence"], *(m for e in tags["entities"] for m in e["mentions"])]
    spans += [x[key] for x in tags["evidence"] for key in ("holder_mention", "target_mention") if x[key]]
    assert {span["field"] for span in spans} == {"text", "title"}
    for span in spans:
        assert tags[span["field"]][span["start"] : span["end"]] == span["text"]
    for one in tags["evidence"]:
        assert tags[one["field"]][one["cue_start"] : one["cue_end"]] == one["cue"]


def test_the_first_line_is_text_unless_it_is_said_to_be_the_title(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xef\xbb\xbfHeadline\r\nOne.\r\nTwo.\r\n")
    assert invoke("tag", str(file), "--json").json["text"] == "Headline\nOne.\nTwo."
    tags = invoke("tag", str(file), "--json", "--title-first").json
    assert (tags["title"], tags["text"]) == ("Headline", "One.\nTwo.")


def test_tags_are_shown_to_people() -> None:
    told = invoke("tag", "-", stdin=TEXT.encode()).out
    assert "Poland  against  Belarus" in told
    assert "«sanctioned»" in told


def test_empty_input_has_no_tags() -> None:
    tags = command("tag", "-", "--json").json
    assert [tags[name] for name in ("text", "entities", "quotes", "evidence", "stances")] == ["", [], [], [], []]


@pytest.mark.parametrize(
    ("content", "said"), [(b"caf\xe9", "is not UTF-8 text"), (None, "cannot be read (No such file or directory)")]
)
def test_a_file_that_is_no_text_is_named(
    content: bytes | None,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "a.txt"
    if content is not None:
        file.write_bytes(content)
    told = fails(capsys, monkeypatch, "tag", str(file))
    assert f"{file}: {said}" in told


# ------------------------------------------------------------------------------------------------------- sources

GOOD = "sources: [{id: wend, name: Wend, homepage: 'https://wend.example/', feeds: [{url: 'https://wend.example/f'}]}]"


def test_a_good_sources_file(tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(GOOD)
    assert f"{file}: 1 source, 1 feed, no mistake\n" in invoke("sources", "check", str(file)).out
    found = invoke("sources", "check", "--json", STANDPOINT_SOURCES=str(file)).json
    assert (found["file"], found["ok"], found["problems"]) == (str(file), True, [])
    assert found["sources"][0]["feeds"] == [{"url": "https://wend.example/f", "source_id": "wend", "kind": "auto"}]


def test_mistakes_in_a_sources_file_are_exit_status_1(tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(GOOD.replace("name", "nmae").replace("feeds", "\n  feeds"))
    done = invoke("sources", "check", str(file), "--json")
    assert (done.code, done.json["ok"], len(done.json["problems"])) == (1, False, 2)
    done = command("sources", "check", str(file))
    assert (done.code, done.out) == (1, "")
    head, *mistakes = done.err.splitlines()
    assert head == f"error {file}: 2 mistakes in it:"
    assert all(line.startswith(f"{file}:1: sources[0]") for line in mistakes)


def test_a_sources_file_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no such file" in fails(capsys, monkeypatch, "sources", "check", str(tmp_path / "none.yml"))


def test_a_watch_list_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("entities:\n  - {id: harbour-board, name: Harbour Board, type: ORG}\n")
    assert f"{file}: no mistake\n" in invoke("entities", "check", str(file)).out
    found = invoke("entities", "check", "--json", STANDPOINT_WATCHLIST=str(file)).json
    assert (found["ok"], found["files"][1]) == (True, str(file))
    assert found["shared"]["Georgia"] == ["georgia", "georgia-us"]
    file.write_text("entities:\n  - id: harbour-board\n    name: Harbour Board\n    typ: ORG\n")
    done = command("entities", "check", str(file))
    assert (done.code, done.out) == (1, "")
    assert f"{file}:4: entities[0].typ: no such field" in done.err
    assert invoke("entities", "check", str(file), "--json").json["ok"] is False


# --------------------------------------------------------------------------------------------------------- local


@pytest.mark.servers
def test_local_status(servers: Servers) -> None:
    status = invoke("local", "status", "--json").json
    assert set(status) == {"folder", "reason", "servers"}
    assert [s["name"] for s in status["servers"]] == ["elasticsearch", "postgres", "press", "airflow"]
    first = status["servers"][0]
    assert set(first) == {"name", "state", "address", "pid", "log"}
    assert (first["state"], first["address"]) == ("running", servers.elasticsearch_url)
    assert Path(first["log"]).is_file()
    assert servers.elasticsearch_url in invoke("local", "status").out


# ------------------------------------------------------------------------------------------------------- the job


def test_setup_makes_the_pools_when_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("pipeline.stages.Pipeline.setup", lambda pipeline: made.append("tables"))
    monkeypatch.setattr("pipeline.pools.import_pools", lambda: made.append("pools"))
    assert invoke("setup").code == 0
    assert made == ["tables"]
    done = invoke("setup", "--pools")
    assert made == ["tables", "tables", "pools"]
    assert "Airflow's pools are made" in done.out


def test_pools_that_cannot_be_made_are_told_with_what_airflow_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pools.subprocess,
        "run",
        lambda arguments, **_: subprocess.CompletedProcess(arguments, 1, "", "noise\nno such table: slot_pool"),
    )
    with pytest.raises(ConfigError, match="no such table: slot_pool"):
        pools.import_pools()


@dataclass(frozen=True)
class Installation:
    """A world of two stories, one of them gone, its variables, and the report of the run that crawled it."""

    world: World
    variables: dict[str, str]
    report: dict[str, Any]


@pytest.fixture(scope="module")
def installation(make_world: Any, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    world = make_world(STORY, GONE)
    settings = world.settings
    file = tmp_path_factory.mktemp("sources") / "sources.yml"
    root = f"http://harbour-gazette.localhost:{world.press.port}"
    file.write_text(
        f"sources: [{{id: harbour-gazette, name: The Harbour Gazette, homepage: '{root}/', max_age_days: 36500, "
        f"feeds: [{{url: '{root}/feeds/news.xml'}}]}}]"
    )
    variables = {
        "STANDPOINT_SOURCES": str(file),
        "STANDPOINT_LEDGER_URL": settings.ledger_url.get_secret_value(),
        "STANDPOINT_INDEX_PREFIX": settings.index_prefix,
        "STANDPOINT_ARCHIVE": settings.archive,
        **OPEN,
    }
    done = invoke("run", "--json", **variables)
    assert done.code == 0
    return Installation(world, variables, done.json)


@pytest.mark.servers
def test_run_reports_what_it_did_per_source(installation: Installation) -> None:
    report = installation.report
    assert report["run_id"].startswith("cli/")
    assert is_iso_utc(report["started_at"])
    assert is_iso_utc(report["finished_at"])
    counts = report["sources"]["harbour-gazette"]
    assert (counts["discovered"], counts["indexed"], counts["left_out"]) == (2, 1, {"gone": 1})
    assert (report["batches"], report["failed_batches"], report["pending"]) == (1, [], 0)
    again = command("run", "--only", "harbour-gazette", **installation.variables)
    assert (again.code, "harbour-gazette: no feed was due" in again.out) == (0, True)


@pytest.mark.servers
def test_run_only_takes_sources_that_there_are(
    installation: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in installation.variables.items():
        monkeypatch.setenv(name, value)
    assert "error nobody: no such source; known are: harbour-gazette" in fails(
        capsys, monkeypatch, "run", "--only", "nobody"
    )


@pytest.mark.servers
def test_search(installation: Installation) -> None:
    found = invoke("search", "dockers", "--json", **installation.variables).json
    assert set(found) == {"query", "total", "took_ms", "hits"}
    assert found["total"] == 1
    [hit] = found["hits"]
    assert (hit["url"], hit["source"]) == (installation.world.url(STORY), "harbour-gazette")
    assert is_iso_utc(hit["published"])
    assert any("«" in passage for passage in hit["highlights"])
    assert hit["url"] in invoke("search", "dockers", **installation.variables).out


@pytest.mark.servers
@pytest.mark.parametrize(
    ("options", "total"),
    [
        (["--source", "harbour-gazette"], 1),
        (["--source", "nobody"], 0),
        (["--since", "2026-10-01", "--until", "2026-10-31"], 1),
        (["--until", "2026-10-01"], 0),
        (["--since", "2026-10-31T00:00:00"], 0),
        (["--newest", "--size", "1"], 1),
    ],
)
def test_search_can_be_narrowed(installation: Installation, options: list[str], total: int) -> None:
    assert invoke("search", "*", "--json", *options, **installation.variables).json["total"] == total


@pytest.mark.servers
def test_a_query_that_cannot_be_read(
    installation: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in installation.variables.items():
        monkeypatch.setenv(name, value)
    assert "Failed to parse query [a AND (]" in fails(capsys, monkeypatch, "search", "a AND (")


@pytest.mark.servers
@pytest.mark.parametrize("tail", ["", "?utm_source=mail&fbclid=x#top"])
def test_trace_of_an_article_under_each_of_its_addresses(installation: Installation, tail: str) -> None:
    url = installation.world.url(STORY)
    found = invoke("trace", url + tail, "--json", **installation.variables).json
    assert set(found) == {"url", "canonical_url", "entry_id", "entries", "dropped", "forgotten", "article", "documents"}
    [entry] = found["entries"]
    [item] = entry["work"]
    assert item["state"] == "done"
    assert [a["stage"] for a in item["attempts_made"]] == ["fetch", "extract", "tag", "index"]
    assert all(is_iso_utc(a["at"]) for a in item["attempts_made"])
    assert found["article"]["id"] == installation.world.article_id(STORY)
    [revision] = found["article"]["revisions"]
    assert set(revision["warc"]) == {"file", "offset", "length"}
    assert found["documents"][0]["alias"] == "articles"
    told = invoke("trace", url + tail, **installation.variables)
    assert told.code == 0
    assert "extract: done" in told.out
    assert revision["warc"]["file"] in told.out


@pytest.mark.servers
def test_trace_of_what_was_left_out_names_the_reason(installation: Installation) -> None:
    url = installation.world.url(GONE)
    done = invoke("trace", url, **installation.variables)
    assert done.code == 0
    assert "left_out: gone" in done.out
    assert "(HTTP status 410)" in done.out
    [entry] = invoke("trace", url, "--json", **installation.variables).json["entries"]
    assert Reason(entry["work"][0]["reason"]) is Reason.GONE


@pytest.mark.servers
def test_trace_of_an_unknown_address_says_so_and_is_exit_status_1(installation: Installation) -> None:
    done = invoke("trace", "https://wend.example/never", **installation.variables)
    assert done.code == 1
    assert "nothing is known of this address" in done.out
    done = invoke("trace", "https://wend.example/never", "--json", **installation.variables)
    assert (done.code, done.json["entries"], done.json["article"]) == (1, [], None)


@pytest.mark.servers
@pytest.mark.parametrize(
    ("variables", "address", "said"),
    [
        ({}, "never", "not an absolute http(s) address"),
        ({"STANDPOINT_LEDGER_URL": "postgresql+psycopg://u:quince@127.0.0.1:9/d"}, "http://a.example/", "is it up?"),
        ({"STANDPOINT_LEDGER_URL": "sqlite:///x"}, "http://a.example/", "must be a PostgreSQL address"),
    ],
)
def test_what_cannot_be_traced_is_told_in_one_line(
    installation: Installation,
    variables: dict[str, str],
    address: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (installation.variables | variables).items():
        monkeypatch.setenv(name, value)
    told = fails(capsys, monkeypatch, "trace", address)
    assert said in told
    assert told.count("\n") == 1
    assert "quince" not in told


@pytest.mark.servers
def test_a_ledger_without_tables_says_what_makes_them(
    ledger_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDPOINT_LEDGER_URL", ledger_url)
    assert "'standpoint setup' makes them" in fails(capsys, monkeypatch, "trace", "http://a.example/")


@pytest.mark.servers
def test_the_health_of_sources(installation: Installation) -> None:
    (health,) = invoke("sources", "health", "--json", **installation.variables).json
    assert (health["source_id"], health["state"], health["days"]) == ("harbour-gazette", "well", 0)
    (feed,) = health["feeds"]
    assert (feed["state"], feed["addresses"], feed["validators_trusted"]) == ("well", [], True)
    assert is_iso_utc(feed["last_success_at"])
    shown = invoke("sources", "health", "harbour-gazette", **installation.variables)
    assert "well" in shown.out
    assert (invoke("sources", "health", "--ill", **installation.variables).code) == 0
    assert "nobody" in command("sources", "health", "nobody", **installation.variables).err
