from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError, EntitiesError
from pipeline.settings import PROJECT, Settings
from pipeline.tag.topics import Topic, Topics, load, of_settings
from pipeline.tag.versions import versions
from tests.growth import of_the_square

OURS = load(PROJECT / "config/topics.yml", thorough=True)
SMALL = Topics(
    [
        Topic(id="war", name="War", phrases=("war",)),
        Topic(id="trade-war", name="Trade war", phrases=("trade war", "U.S.-China trade war")),
        Topic(id="new-start", name="New START", phrases=("New START",)),
        Topic(id="dei", name="DEI", phrases=("DEI", "diversity, equity and inclusion")),
        Topic(id="iran", name="Nuclear programme", phrases=("Iran's nuclear programme",)),
        Topic(id="gun-control", name="Gun control", phrases=("gun control",)),
    ]
)


def _found(text: str, topics: Topics = SMALL) -> list[tuple[str, str]]:
    return [(text[start:end], key) for start, end, key in topics.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The trade war is a war.", [("trade war", "trade-war"), ("war", "war")]),
        ("Trade War! GUN CONTROL?", [("Trade War", "trade-war"), ("GUN CONTROL", "gun-control")]),
        ("Gun-control", [("Gun-control", "gun-control")]),
        ("warfare, postwar, award", []),
        ("the U.S.-China trade war", [("U.S.-China trade war", "trade-war")]),
        ("a new start, New Start, New START", [("New START", "new-start")]),
        ("dei ex machina; DEI", [("DEI", "dei")]),
        ("diversity, equity and inclusion; diversity equity", [("diversity, equity and inclusion", "dei")]),
        ("Iran’s nuclear programme", [("Iran’s nuclear programme", "iran")]),
        ("Iran's nuclear programme", [("Iran's nuclear programme", "iran")]),
        ("They took the gun. Control was lost.", []),
        ("the gun, control of it, the gun\ncontrol", []),
        ("the war's end", [("war", "war")]),
        ("", []),
    ],
)  # fmt: skip
def test_phrases_are_found_as_whole_words_longest_first(text: str, expected: list[tuple[str, str]]) -> None:
    assert _found(text) == expected


@given(st.text(alphabet="warWARtrde gunco.,'’-\n\u202f\U0001f600\u0301", max_size=80))
def test_any_text_gives_spans_in_order_that_hold_their_phrase(text: str) -> None:
    last = 0
    for start, end, key in SMALL.find(text):
        assert last <= start < end <= len(text)
        assert key in SMALL.entries
        last = end
    assert SMALL.find(text) == SMALL.find(text)


def test_the_order_of_the_entries_changes_nothing() -> None:
    text = "the trade war, a war, New START, gun control"
    assert Topics(list(SMALL.entries.values())[::-1]).find(text) == SMALL.find(text)


def test_our_own_topics_keep_their_schema_and_cover_public_affairs() -> None:
    assert len(OURS.entries) >= 60
    needed = {
        "paris-climate-agreement", "carbon-tax", "death-penalty", "abortion-rights", "gun-control", "brexit",
        "iran-nuclear-deal", "war-in-ukraine", "war-in-gaza", "two-state-solution", "sanctions-on-russia",
        "minimum-wage", "nuclear-power", "same-sex-marriage", "tariffs", "vaccine-mandates", "nato-enlargement",
    }  # fmt: skip
    assert needed <= OURS.entries.keys()
    for entry in OURS.entries.values():
        assert entry.type == "TOPIC"
        for phrase in entry.phrases:
            assert OURS.find(f"They spoke of {phrase} again.")[0][2] == entry.id, phrase


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ministers rejected the carbon tax and the death penalty.", ["carbon-tax", "death-penalty"]),
        ("Same sex marriage and same-sex marriage", ["same-sex-marriage", "same-sex-marriage"]),
        ("Sweden's NATO membership and sanctions on Russia", ["nato-enlargement", "sanctions-on-russia"]),
        ("after Brexit, the Iran deal and the war in Gaza", ["brexit", "iran-nuclear-deal", "war-in-gaza"]),
        ("He went to Paris. An agreement was near.", []),
    ],
)
def test_our_own_topics_are_found(text: str, expected: list[str]) -> None:
    assert [key for _, _, key in OURS.find(text)] == expected


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("topics:\n  - {id: a, name: A}\n", 2, "phrases is missing"),
        ("topics:\n  - {id: a, name: A, phrases: [x]}\n  - {id: a, name: B, phrases: [y]}\n", 3, "twice"),
        (
            "topics:\n  - {id: a, name: A, phrases: [x]}\n  - {id: b, name: B, phrases: [x]}\n",
            3,
            "belongs to a already",
        ),
        ("topics:\n  - {id: a, name: A, phrases: [x], colour: red}\n", 2, "no such field"),
        ("topics:\n  - {id: a, name: A, phrases: [x], type: ORG}\n", 2, "TOPIC"),
        ("topics:\n  - {id: a, name: A, phrases: ['—']}\n", 2, "does not match"),
        ("themes: []\n", 1, "topics"),
        ("topics: [\n", 2, "not YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_file_and_line(tmp_path: Path, body: str, line: int, said: str) -> None:
    path = tmp_path / "topics.yml"
    path.write_text(body)
    with pytest.raises(EntitiesError) as caught:
        load(path)
    assert said in str(caught.value)
    assert f"{path}:{line}" in "\n".join(caught.value.problems)


def test_topics_of_ones_own_add_to_ours_or_take_their_place(tmp_path: Path) -> None:
    base, mine = tmp_path / "base.yml", tmp_path / "mine.yml"
    base.write_text("topics: [{id: a, name: A, phrases: [ay]}, {id: b, name: B, phrases: [bee]}]")
    mine.write_text("topics: [{id: a, phrases: [eh]}, {id: b, name: BB, phrases: [buzz], replace: true}]")
    found = of_settings(Settings(topics=base, topics_watchlist=str(mine)))
    assert [key for _, _, key in found.find("ay eh bee buzz")] == ["a", "a", "b"]
    assert found.entries["b"].name == "BB"
    assert found.hash != of_settings(Settings(topics=base)).hash
    alone = versions(Settings(topics=base))["topics"]
    assert versions(Settings(topics=base, topics_watchlist=str(mine)))["topics"] == found.hash != alone


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        of_settings(Settings(topics=tmp_path / "none.yml"))


@pytest.mark.parametrize("text", ["war in ", "sanctions on ", "a", ",'s"])
def test_time_grows_with_the_text_and_no_faster(text: str) -> None:
    assert not of_the_square(lambda size: OURS.find(text * (size // len(text))), 12_000)
