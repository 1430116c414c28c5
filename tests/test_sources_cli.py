"""Commands that change the sources file: add, import; and export. Against the sample press and hand-made sites."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from typer.testing import CliRunner

from pipeline import cli
from pipeline.clock import utc_now
from pipeline.discover import candidates
from pipeline.errors import SourcesError
from pipeline.ledger import Ledger, schema
from pipeline.local.press.server import SamplePress
from pipeline.records import Feed, FeedKind, Source
from pipeline.settings import PROJECT, Settings, get_settings
from pipeline.sources import add_sources, load_sources, parse_sources, with_sources
from tests.logging_state import kept_logging
from tests.test_opml import source_lists

HAND_MADE = """\
# My sources. Keep this line.
sources:

  # the one that matters
  - name:     "One"      # a comment
    id: one
    homepage: http://one.example/
    feeds: [ {url: "http://one.example/rss"} ]   # the last line

# and a word at the end
"""
NEW = Source(
    id="two",
    name="Zwei: die Zeitung",
    homepage="https://two.example/",
    country="NO",
    language="no",
    timezone="Europe/Oslo",
    hosts=("live.two.example",),
    feeds=(Feed(url="https://two.example/a/%Y/%m/%d/", source_id="two", kind=FeedKind.ARCHIVE_PAGE),),
)


@dataclass(frozen=True)
class Done:
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


@pytest.fixture(scope="module")
def press() -> Iterator[SamplePress]:
    with SamplePress() as running:
        yield running


def invoke(*arguments: str, stdin: str = "") -> Done:
    get_settings.cache_clear()
    env = {"COLUMNS": "200", "STANDPOINT_ALLOW_NETWORKS": "127.0.0.0/8", "STANDPOINT_ALLOW_PORTS": "*",
           "STANDPOINT_HOST_INTERVAL_S": "0"}  # fmt: skip
    result = CliRunner().invoke(cli.app, ["sources", *arguments], input=stdin, env=env)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


# -- the file ------------------------------------------------------------------------------------------


def test_an_entry_goes_behind_the_last_one_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(HAND_MADE)
    add_sources(file, [NEW], Settings())
    head, tail = HAND_MADE.split("\n\n# and a word")
    after = file.read_text()
    assert after.startswith(head + "\n")
    assert after.endswith("\n\n# and a word" + tail)
    assert load_sources(file, Settings())[1] == NEW


@pytest.mark.parametrize("file", ["config/sources.yml", "config/sources.demo.yml"])
def test_the_files_that_come_with_it_can_be_added_to(file: str) -> None:
    text = (PROJECT / file).read_text(encoding="utf-8")
    after = with_sources(text, [NEW])
    assert after.startswith(text.rstrip("\n"))
    assert parse_sources(after, "f", Settings()) == [*parse_sources(text, "f", Settings()), NEW]


@settings(deadline=None, max_examples=30)
@given(source_lists(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_whatever_is_added_reads_back(sources: list[Source], newline: str, bare: bool) -> None:
    text = HAND_MADE.replace("\n", newline)
    text = text.partition("# and")[0].rstrip() if bare else text
    known = parse_sources(text, "f", Settings())
    new = [source for source in sources if source.id != "one"]
    after = with_sources(text, new)
    assert parse_sources(after, "f", Settings()) == [*known, *new]
    assert (newline == "\r\n") == ("\r\n" in after)
    assert "\n" not in after.replace(newline, "")


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "sources.yml"
    add_sources(file, [NEW], Settings())
    assert load_sources(file, Settings()) == [NEW]
    assert file.read_text().startswith("# yaml-language-server: $schema=")


def test_a_file_with_mistakes_or_in_brackets_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    for text in (HAND_MADE.replace("id: one", "id: One"), "sources: [{id: a, name: A, homepage: 'http://a.example/', "
                 "feeds: [{url: 'http://a.example/f'}]}]"):  # fmt: skip
        file.write_text(text)
        with pytest.raises(SourcesError):
            add_sources(file, [NEW], Settings())
        assert file.read_text() == text
    file.write_text(HAND_MADE.replace("one", "two"))
    with pytest.raises(SourcesError, match="more than once"):
        add_sources(file, [NEW], Settings())
    assert [one.name for one in tmp_path.iterdir()] == ["sources.yml"]


# -- add -----------------------------------------------------------------------------------------------


def test_add_shows_asks_and_writes(press: SamplePress, tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(HAND_MADE)
    url = press.url("eastern-standard")
    done = invoke("add", url, "--sources", str(file), "--dry-run")
    assert "nothing written" in done.out
    assert file.read_text() == HAND_MADE
    done = invoke("add", url, "--sources", str(file), stdin="n\n")
    assert file.read_text() == HAND_MADE
    done = invoke("add", url, "--sources", str(file), "--country", "SG", stdin="y\n")
    assert f"written into {file}" in done.out
    assert "sitemap_index" in done.out
    one, added = load_sources(file, Settings())
    assert (added.id, added.country, added.timezone, added.language) == (
        "eastern-standard",
        "SG",
        "Asia/Singapore",
        "en",
    )
    assert [feed.url for feed in added.feeds] == [url + "feeds/all.xml", url + "sitemap.xml"]
    assert one.id == "one"
    assert "# a comment" in file.read_text()
    assert invoke("check", str(file)).code == 0
    before = file.read_text()
    with pytest.raises(SourcesError, match=f"is entered already, as 'eastern-standard' in {file}: --dry-run shows"):
        invoke("add", url, "--sources", str(file), "--yes")
    assert "feeds/all.xml" in invoke("add", url, "--sources", str(file), "--dry-run").out
    assert file.read_text() == before


def test_what_is_left_to_a_person_stands_in_the_file(press: SamplePress, tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    done = invoke("add", press.url("flussblatt"), "--sources", str(file), "--country", "DE", "--id", "fluss", "--yes")
    assert "to do timezone: one of: Europe/Berlin, Europe/Busingen" in done.err
    assert "timezone: UTC  # one of: Europe/Berlin, Europe/Busingen\n" in file.read_text()
    assert load_sources(file, Settings())[0].id == "fluss"


def test_add_as_json_writes_only_when_told(press: SamplePress, tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    arguments = ["add", press.url("harbour-gazette"), "--sources", str(file), "--json"]
    found = invoke(*arguments).json
    assert (found["written"], file.exists()) == (False, False)
    assert found["proposed"]["id"] == "the-harbour-gazette"
    (chosen,) = [one for one in found["candidates"] if one["chosen"]]
    assert (chosen["kind"], chosen["entries"], chosen["faults"]) == ("rss", 26, [])
    assert invoke(*arguments, "--yes").json["written"]
    assert load_sources(file, Settings())[0].id == "the-harbour-gazette"


def test_add_says_what_is_wrong(press: SamplePress, tmp_path: Path) -> None:
    file = str(tmp_path / "sources.yml")
    for url, says in (
        ("not an address", "is no web address"),
        ("http://10.0.0.1/", "cannot be asked: 10.0.0.1 is not a public address"),
        (press.url("press", "/nothing"), "no list was found that could be entered"),
    ):
        with pytest.raises(SourcesError, match=says):
            invoke("add", url, "--sources", file)


# -- OPML ----------------------------------------------------------------------------------------------


def test_a_site_is_asked_at_the_pace_of_all_workers(
    press: SamplePress, tmp_path: Path, ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDPOINT_LEDGER_URL", ledger_url)
    monkeypatch.setattr(candidates, "_PATIENCE", timedelta(0))
    held, free = (f"{outlet}.localhost:{press.port}" for outlet in ("kestrel-wire", "flussblatt"))
    file = tmp_path / "sources.yml"
    with closing(Ledger(ledger_url)) as ledger:
        ledger.migrate()
        ledger.gate.hold_now(held, utc_now() + timedelta(hours=1), "a worker got a 429")
        press.clear_log()
        with pytest.raises(SourcesError, match="cannot be asked"):
            invoke("add", f"http://{held}/", "--sources", str(file), "--yes")
        assert press.log == ()
        assert invoke("add", f"http://{free}/", "--sources", str(file), "--dry-run").code == 0
        with ledger.engine.connect() as c:
            hosts = set(c.scalars(select(schema.host.c.host)))
            robots = set(c.scalars(select(schema.robots.c.host)))
    assert hosts == {held, free}
    assert robots == {f"http://{free}"}


def test_out_and_in(tmp_path: Path) -> None:
    first, opml, second = tmp_path / "a.yml", tmp_path / "f.opml", tmp_path / "b.yml"
    first.write_text(HAND_MADE)
    add_sources(first, [NEW], Settings())
    assert "2 sources with 2 lists" in invoke("export", str(opml), "--sources", str(first)).out
    assert invoke("export", "-", "--sources", str(first)).out.count("<outline") == 4
    assert "nothing written" in invoke("import", str(opml), "--sources", str(second), "--dry-run").out
    assert not second.exists()
    assert "2 of 2 outlets added" in invoke("import", str(opml), "--sources", str(second), stdin="y\n").out
    assert load_sources(second, Settings()) == load_sources(first, Settings())
    assert "every outlet is there already" in invoke("import", str(opml), "--sources", str(second), "--yes").out
    found = invoke("import", str(opml), "--sources", str(first), "--json", "--yes").json
    assert (found["written"], found["added"], len(found["notes"])) == (False, [], 2)


def test_a_broken_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "f.opml").write_text("<opml>\n<body>\n<outline></body></opml>")
    with pytest.raises(SourcesError, match=r"f\.opml:3: no XML"):
        invoke("import", str(tmp_path / "f.opml"), "--sources", str(tmp_path / "s.yml"))
    with pytest.raises(SourcesError, match="No such file"):
        invoke("import", str(tmp_path / "none.opml"), "--sources", str(tmp_path / "s.yml"))
