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
        ("id: two", "id: one", 10, "sources[1].id", "more than once (first in line 3)"),
        ("Europe/Oslo", "Europe/Osla", 6, "sources[0].timezone", "IANA"),
        (
            "https://two.example/feed",
            "two.example/feed",
            13,
            "sources[1].feeds[0].url",
            "write https://two.example/feed",
        ),
        ("kind: rss", "kind: rsss", 8, "sources[0].feeds[0].kind", "rsss"),
        (
            "https://two.example/feed",
            "http://one.localhost:{press_port}/map",
            13,
            "sources[1].feeds[0].url",
            "more than once",
        ),
        ("id: two", "id: [two", 10, "", "YAML"),
        (GOOD, "", 1, "", "the file is empty"),
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


FULL = """\
sources:
  - id: one
    name: One
    homepage: http://one.example/
    country: GB
    language: en
    timezone: Europe/Oslo
    hosts: [live.one.example]
    max_age_days: 30
    feeds:
      - {url: "http://one.example/rss", kind: rss}
      - {url: "http://one.example/a/%Y/%m/%d/", kind: archive_page}
  - id: two
    name: Two
    homepage: https://two.example/
    feeds: [{url: "https://two.example/feed"}]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("    name: One", "    name: One\n    name: Uno", 4, "sources[0].name: is written twice (first in line 3)"),
        ("    name: One", "\tname: One", 3, "a tab: indent with spaces"),
        ("name: One", "nmae: One", 3, "sources[0].nmae: no such field: did you mean name?"),
        ("name: One", "name: 1", 3, "sources[0].name: 1 is a number, must be text: put it in quotes"),
        ("name: One", "name:", 3, "sources[0].name: has no value"),
        ("name: One", "name: 2026-13-45", 3, "month must be in 1..12"),
        ("country: GB", "country: NO", 5, 'sources[0].country: YAML reads a bare yes, no, on or off as true or false: '
                                          'write it in quotes, such as "NO"'),
        ("country: GB", "country: UK", 5, "sources[0].country: 'UK' is no country of ISO 3166-1: did you mean GB?"),
        ("country: GB", "country: gb", 5, "write GB"),
        ("language: en", "language: jp", 6, "sources[0].language: 'jp': there is no language 'jp': did you mean ja?"),
        ("language: en", "language: en_GB", 6, "write en-GB"),
        ("language: en", "language: en-XQ", 6, "there is no country 'XQ'"),
        ("Europe/Oslo", "Europe/Olso", 7, "is no IANA zone: did you mean Europe/Oslo?"),
        ("Europe/Oslo", "CEST", 7, "write Area/City"),
        ("live.one.example", "https://live.one.example/x", 8, "sources[0].hosts[0]: 'https://live.one.example"),
        ("live.one.example", "http://live.one.example", 8, "such as live.example.org: write live.one.example"),
        ("live.one.example", "Live.one.example", 8, "write live.one.example"),
        ("[live.one.example]", "live.one.example", 8, "sources[0].hosts: is text, must be a list"),
        ("max_age_days: 30", "max_age_days: '30'", 9, "sources[0].max_age_days: '30' is text, must be a whole number"),
        ("max_age_days: 30", "max_age_days: 0", 9, "write 1 or more"),
        ("kind: rss", "kind: rrs", 11, "sources[0].feeds[0].kind: 'rrs' is none of the kinds: did you mean rss?"),
        ("%Y/%m/%d", "%Y/%q/%d", 12, "sources[0].feeds[1].url: '%q' is no date field"),
        ("/a/%Y/%m/%d/", "/a/", 12, "sources[0].feeds[1].url: names no day"),
        (", kind: archive_page", "", 12, "add kind: archive_page"),
        ("https://two.example/feed", "http://ONE.example/rss#top", 16, "listed more than once (first in line 11)"),
        ("http://one.example/rss", "one.example/rss", 11, "write https://one.example/rss"),
        ("http://one.example/rss", "http://one.example:99999/rss", 11, "cannot be fetched"),
        ("http://one.example/rss", "ftp://one.example/rss", 11, "is not a whole web address"),
        ("id: two", "id: Two News", 13, "write two-news"),
        ("id: two", "id: [two", 13, "is not closed"),
        ('    feeds: [{url: "https://two.example/feed"}]\n', "", 13, "sources[1]: feeds is missing"),
        ('[{url: "https://two.example/feed"}]', "[https://two.example/feed]", 16, "write `- url: https://two.example/feed`"),
        ('[{url: "https://two.example/feed"}]', "[]", 16, "sources[1].feeds: is empty"),
        ("name: Two", "name: Two: the paper", 14, "a colon where none may stand"),
        ("name: Two", "name: *two", 14, "must stand in quotes"),
        ("    name: Two", "   name: Two", 14, "indentation"),
        ("sources:", "source:", 1, "source: no such field: did you mean sources?"),
        ("name: Two", "name: !!two", 14, "has no place here: delete it, or put the value in quotes"),
        ("name: Two", "name: T\x07wo", 14, "a character that cannot be seen (U+0007): delete it"),
        ("    name: Two", "\u00a0   name: Two", 14, "a blank that is no space (U+00A0): indent with spaces"),
        ("http://one.example/rss", "http://one.example/my rss", 11, "write http://one.example/my%20rss"),
        ('"http://one.example/rss"', "“http://one.example/rss”", 11, "write http://one.example/rss, in plain quotes"),
        ("hosts: [live.one.example]", "hosts: &h [*h]", 8, "a reference (*) to what it stands in"),
        (FULL, FULL + "---\n" + FULL, 17, "a second document begins here (---)"),
        (FULL, "sources: [https://one.example/]", 1, "`standpoint sources add https://one.example/` finds its lists"),
        (FULL, FULL.replace("- id: one", "- &one\n    id: one") + "  - *one\n", 3, "a reference (*) repeats the entry"),
        (FULL, "- one\n", 1, "is a list, must be fields"),
        (FULL, "sources: []", 1, "sources: is empty"),
    ],
)  # fmt: skip
def test_each_message_says_what_to_do(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert load(tmp_path, FULL)
    assert old in FULL
    with pytest.raises(SourcesError) as caught:
        load(tmp_path, FULL.replace(old, new))
    assert any(
        problem.startswith(f"{tmp_path}/sources.yml:{line}: ") and says in problem for problem in caught.value.problems
    ), caught.value.problems


def test_values_may_be_shared_by_reference(tmp_path: Path) -> None:
    shared = FULL.replace("  - id: one\n", "  - &one\n    id: one\n").replace(
        "  - id: two\n", "  - <<: *one\n    id: two\n"
    )
    one, two = load(tmp_path, shared)
    assert (one.country, two.id, two.name, two.country) == ("GB", "two", "Two", "GB")
    with pytest.raises(SourcesError, match=r"sources\.yml:15: sources\[1\]\.id: 'Two!' is not"):
        load(tmp_path, shared.replace("id: two", "id: Two!"))


@pytest.mark.timeout(20)
def test_references_that_multiply_are_refused(tmp_path: Path) -> None:
    rows = [
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)),
    ]
    with pytest.raises(SourcesError, match=r"sources\.yml:6: .*references \(\*\) make more than 1,000,000 values"):
        load(tmp_path, "\n".join(rows) + FULL.replace("sources:", "\nsources:").replace("name: One", "name: *a8"))


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_bytes(FULL.replace("One", "Süd").encode("latin-1"))
    with pytest.raises(SourcesError, match=r"sources\.yml:3: is not UTF-8"):
        load_sources(tmp_path / "sources.yml", Settings())


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_bytes(b"\xef\xbb\xbf" + FULL.encode())
    assert [s.id for s in load_sources(tmp_path / "sources.yml", Settings())] == ["one", "two"]


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
