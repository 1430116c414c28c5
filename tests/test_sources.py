from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SourcesError
from pipeline.records import FeedKind
from pipeline.settings import Settings
from pipeline.sources import choose, load_sources

GOOD = """
sources:
  - id: one
    name: One
    homepage: http://one.localhost:{press_port}/
    timezone: Europe/Oslo
    feeds:
      - {url: "http://one.localhost:{press_port}/rss", kind: rss}
      - {url: "http://one.localhost:{press_port}/map"}
  - id: two
    name: Two
    homepage: https://two.example/
    feeds: [{url: "https://two.example/feed"}]
"""


def load(tmp_path: Path, text: str):
    path = tmp_path / "sources.yml"
    path.write_text(dedent(text), encoding="utf-8")
    return load_sources(path, Settings(press_port=1234))


def test_a_good_file(tmp_path: Path) -> None:
    one, two = load(tmp_path, GOOD)
    assert one.feeds[0].url == "http://one.localhost:1234/rss"
    assert [f.kind for f in one.feeds] == [FeedKind.RSS, FeedKind.AUTO]
    assert {f.source_id for f in one.feeds} == {"one"}
    assert two.timezone == "UTC"


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "says"),
    [
        ("    name: One", "    nmae: One", 3, "sources[0]", "nmae"),
        ("id: two", "id: one", 3, "sources[0].id", "more than once"),
        ("Europe/Oslo", "Europe/Osla", 6, "sources[0].timezone", "IANA"),
        ("https://two.example/feed", "two.example/feed", 13, "sources[1].feeds[0].url", "does not match"),
        ("kind: rss", "kind: rsss", 8, "sources[0].feeds[0].kind", "rsss"),
        (
            "https://two.example/feed",
            "http://one.localhost:{press_port}/map",
            13,
            "sources[1].feeds[0].url",
            "more than once",
        ),
        ("id: two", "id: [two", 11, "", "YAML"),
        (GOOD, "", 1, "", "None is not of type"),
    ],
)
def test_each_mistake_is_told_with_its_line_and_field(
    tmp_path: Path, old: str, new: str, line: int, field: str, says: str
) -> None:
    with pytest.raises(SourcesError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    told = "\n".join([str(caught.value), *caught.value.problems])
    assert f"sources.yml:{line}" in told
    assert field in told
    assert says in told


def test_every_mistake_is_told_not_only_the_first(tmp_path: Path) -> None:
    with pytest.raises(SourcesError) as caught:
        load(tmp_path, GOOD.replace("id: two", "id: Two!").replace("kind: rss", "kind: 7"))
    assert len(caught.value.problems) == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="nowhere"):
        load_sources(tmp_path / "nowhere.yml", Settings())


@given(st.text(max_size=200))
def test_any_text_gives_sources_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("s") / "sources.yml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(SourcesError):
        load_sources(path, Settings())


def test_sources_are_chosen_by_id(tmp_path: Path) -> None:
    sources = load(tmp_path, GOOD)
    assert [s.id for s in choose(sources, [])] == ["one", "two"]
    assert [s.id for s in choose(sources, ["two"])] == ["two"]
    with pytest.raises(SourcesError, match="three"):
        choose(sources, ["three"])
