from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.settings import PROJECT, Settings
from pipeline.tag.gazetteer import Entry, Gazetteer, NameIndex, load, of_settings

HEAD = "entities:\n"


def _write(folder: Path, body: str) -> Path:
    path = folder / "entities.yml"
    path.write_text(HEAD + body, encoding="utf-8")
    return path


def test_our_own_gazetteer_keeps_its_schema() -> None:
    gazetteer = load(PROJECT / "config/entities.yml")
    assert gazetteer.by_name["U.S."] == "united-states"
    assert gazetteer.by_seat["Kremlin"] == "russia"
    assert gazetteer.by_demonym["Polish"] == "poland"
    assert gazetteer.entries["reuters"].agency


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("  - {id: a, name: A}\n", "type"),
        ("  - {id: A B, name: A, type: ORG}\n", "does not match"),
        ("  - {id: a, name: A, type: CAT}\n", "CAT"),
        ("  - {id: a, name: A, type: ORG, colour: red}\n", "colour"),
        ("  - {id: a, name: A, type: ORG}\n  - {id: a, name: B, type: ORG}\n", "twice"),
        ("  - {id: a, name: A, type: ORG\n", "is not YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_fault(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(_write(tmp_path, body))
    assert said in str(caught.value)
    assert str(tmp_path) in caught.value.subject


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        of_settings(Settings(entities=tmp_path / "none.yml"))


def test_an_alias_of_two_entries_is_left_open() -> None:
    gazetteer = Gazetteer(
        [
            Entry(id="a", name="Alpha", type="ORG", aliases=("AX",)),
            Entry(id="b", name="Beta", type="ORG", aliases=("AX",)),
        ]
    )
    assert "AX" not in gazetteer.by_name
    assert [hit.value for hit in gazetteer.index.find("AX met Alpha and Beta")] == ["a", "b"]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = _write(tmp_path, "  - {id: a, name: A1, type: ORG}\n")
    first = of_settings(Settings(entities=path))
    assert of_settings(Settings(entities=path)) is first
    path.write_text(HEAD + "  - {id: a, name: A2, type: ORG}\n", encoding="utf-8")
    import os

    os.utime(path, ns=(1, 1))
    assert of_settings(Settings(entities=path)).hash != first.hash


def test_names_are_found_longest_first_as_whole_words() -> None:
    index = NameIndex([("South Sudan", "ss"), ("Sudan", "s"), ("U.S.", "us"), ("US", "us")])
    text = "South Sudan, Sudan; Sudanese; the U.S. and USA and US."
    assert [(text[h.start : h.end], h.value) for h in index.find(text)] == [
        ("South Sudan", "ss"), ("Sudan", "s"), ("U.S.", "us"), ("US", "us"),
    ]  # fmt: skip


def test_a_watch_list_adds_to_the_gazetteer_and_its_entries_come_first(tmp_path: Path) -> None:
    base, mine = tmp_path / "base.yml", tmp_path / "mine.yml"
    base.write_text("entities: [{id: a, name: Aland, type: GPE}, {id: b, name: Beland, type: GPE}]")
    mine.write_text("entities: [{id: a, name: Aland Islands, type: LOC}, {id: c, name: Celand, type: GPE}]")
    found = of_settings(Settings(entities=base, watchlist=str(mine)))
    assert {e.id: e.name for e in found.entries.values()} == {"a": "Aland Islands", "b": "Beland", "c": "Celand"}
    assert found.hash != of_settings(Settings(entities=base)).hash
