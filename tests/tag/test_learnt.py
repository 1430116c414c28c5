"""Names learnt over articles: the same whatever the order, frozen, part of the generation, weaker than the document."""

import itertools
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.records import Tags
from pipeline.settings import Settings
from pipeline.tag import learnt
from pipeline.tag.tagger import Tagger
from pipeline.tag.versions import versions

FULL = "The Popular National Council (PNC) met in Leeds. The PNC chose Laura Benton. Benton thanked the council."
SHORT = "The PNC met in Leeds on Friday. Benton was there."


def _tags(*texts: str, names: str = "") -> list[Tags]:
    return list(Tagger(Settings(names=names)).tag_many((text, None, "en") for text in texts))


def _corpus() -> list[tuple[str, Tags]]:
    texts = [FULL.replace("Leeds", town) for town in ("Leeds", "York", "Bath")]
    return list(zip(("one", "two", "two"), _tags(*texts), strict=True))


@pytest.fixture(scope="module")
def corpus() -> list[tuple[str, Tags]]:
    return _corpus()


@pytest.fixture
def snapshot(corpus: list[tuple[str, Tags]], tmp_path: Path) -> Path:
    return learnt.write(tmp_path, learnt.learn(corpus, 1))


def test_learns_what_articles_of_several_sources_agree_on(corpus: list[tuple[str, Tags]]) -> None:
    found = {v.short: v for v in learnt.learn(corpus, 1).variants}
    assert found["PNC"].name == "Popular National Council"
    assert (found["PNC"].articles, found["PNC"].sources) == (3, 2)
    assert found["Benton"].name == "Laura Benton"


def test_two_articles_or_one_source_are_not_enough(corpus: list[tuple[str, Tags]]) -> None:
    assert learnt.learn(corpus[:2], 1).variants == ()
    assert learnt.learn([("one", tags) for _, tags in corpus], 1).variants == ()


def test_a_short_name_with_two_meanings_is_left_open(corpus: list[tuple[str, Tags]]) -> None:
    other = FULL.replace("Popular National Council", "Pacific Navigation Company")
    tags = _tags(other)[0]
    assert "PNC" not in {v.short for v in learnt.learn([*corpus, ("three", tags)], 1).variants}


def test_order_does_not_change_what_is_learnt(corpus: list[tuple[str, Tags]]) -> None:
    assert len({str(learnt.learn(order, 1)) for order in itertools.permutations(corpus)}) == 1


def test_a_snapshot_is_never_written_again(snapshot: Path, corpus: list[tuple[str, Tags]]) -> None:
    assert learnt.next_number(snapshot.parent) == 2
    with pytest.raises(ConfigError, match="never written again"):
        learnt.write(snapshot.parent, learnt.learn(corpus[:1], 1))


def test_the_tagger_uses_it_where_the_document_is_silent(snapshot: Path) -> None:
    plain, learned = _tags(SHORT)[0], _tags(SHORT, names=str(snapshot))[0]
    assert "popular-national-council" not in {e.id for e in plain.entities}
    names = {e.id: e for e in learned.entities}
    assert names["popular-national-council"].name == "Popular National Council"
    assert [m.text for m in names["laura-benton"].mentions] == ["Benton"]


@pytest.mark.parametrize(
    "text",
    [
        "The Pacific Navigation Company (PNC) met in Leeds. The PNC sold a ship.",
        "Peter Benton met the council. Benton left.",
        "Mr Benton left Leeds.",
    ],
)
def test_the_document_counts_more(snapshot: Path, text: str) -> None:
    ids = {e.id for e in _tags(text, names=str(snapshot))[0].entities}
    assert not ids & {"popular-national-council", "laura-benton"}


def test_the_snapshot_is_part_of_the_generation_and_an_old_one_gives_the_old_tags(
    snapshot: Path, corpus: list[tuple[str, Tags]]
) -> None:
    first = _tags(SHORT, names=str(snapshot))[0]
    second = learnt.write(snapshot.parent, learnt.learn([], learnt.next_number(snapshot.parent)))
    assert _tags(SHORT, names=str(second))[0] != first
    numbers = [versions(Settings(names=name))["names"] for name in ("", str(snapshot), str(second))]
    assert numbers[0] == "0"
    assert [number.partition("-")[0] for number in numbers[1:]] == ["1", "2"]
    assert _tags(SHORT, names=str(snapshot))[0] == first
    assert first.versions["names"] == numbers[1]


@pytest.mark.parametrize("content", [None, "no json", '{"number": "x"}'])
def test_a_missing_or_broken_snapshot_says_so(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "names-0001.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match="snapshot"):
        learnt.of_settings(Settings(names=str(path)))
