"""Another gazetteer is another generation: a backfill tags the past with it, and the wheel can be turned back."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from pipeline.index.client import Index
from pipeline.settings import Settings
from tests.stages.conftest import MakeWorld
from tests.stages.in_process import without_children
from tests.stages.month import Past
from tests.stages.world import said

DAY = date(2026, 10, 3)
STORIES = ("kestrel-wire/03-trawler-seized", "eastern-standard/03-quist-on-karst-raids")
WATCHLIST = """entities:
  - {id: state-of-norvania, name: "Norvania", type: GPE}
  - {id: state-of-carantia, name: "Carantia", type: GPE}
  - {id: state-of-ostreva, name: "Ostreva", type: GPE}
"""


@dataclass
class Reader(threading.Thread):
    """Searches the whole time, as somebody with a dashboard open does.

    Attributes:
        seen: article → the generations of its stances, at each search at which they were others than before.
    """

    settings: Settings
    seen: dict[str, list[frozenset[int]]] = field(default_factory=lambda: defaultdict(list))
    articles: dict[str, list[frozenset[int]]] = field(default_factory=lambda: defaultdict(list))
    searches: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        s = self.settings
        with Index(s.elasticsearch_url, prefix=s.index_prefix) as index:
            wanted: set[str] = set()
            while not self._over.is_set():
                for alias, seen in (("stances", self.seen), ("articles", self.articles)):
                    found: dict[str, set[int]] = {i: set() for i in wanted}
                    for hit in index.search(alias, size=1000)["hits"]["hits"]:
                        found.setdefault(hit["_routing"], set()).add(hit["_source"]["generation"])
                    wanted |= found.keys() if alias == "stances" else set()
                    for article, generations in found.items():
                        if not seen[article] or seen[article][-1] != generations:
                            seen[article].append(frozenset(generations))
                self.searches += 1

    def stop(self) -> None:
        self._over.set()
        self.join()


@contextmanager
def reading(world: Past) -> Iterator[Reader]:
    """Search while something is done."""
    reader = Reader(world.settings)
    reader.start()
    try:
        yield reader
    finally:
        reader.stop()


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> Iterator[Past]:
    """Two articles with stances, tagged by the first generation."""
    with pytest.MonkeyPatch.context() as patch:
        without_children(patch)
        made = make_world(*STORIES)
        world = Past(press=made.press, settings=made.settings, clock=made.clock, sources=made.sources)
        world.run()
        assert len(world.articles()) == len(STORIES)
        yield world


@pytest.fixture(scope="module")
def watchlist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("watchlist") / "watchlist.yml"
    file.write_text(WATCHLIST, encoding="utf-8")
    return file


def targets(world: Past) -> set[str]:
    return {d["target"] for (alias, _), d in world.documents().items() if alias == "stances"}


def test_another_gazetteer_tags_the_past_anew_and_the_wheel_turns_back_only_when_told(
    world: Past, watchlist: Path
) -> None:
    first = world.documents()
    assert {d["generation"] for d in first.values()} == {1}
    assert "ostreva" in targets(world)
    assert "nothing to do" in _cause(world.reconcile(DAY)[0])

    # a new gazetteer
    with reading(world) as reader:
        (report,) = world.reconcile(DAY, changes={"watchlist": str(watchlist)}, reason="states have ids")
    assert (report.generation, report.total["retagged"], report.total["added"]) == (2, len(STORIES), 0)
    second = world.documents()
    assert {d["generation"] for d in second.values()} == {2}
    assert "state-of-ostreva" in targets(world)
    assert "ostreva" not in targets(world)
    gone = set(first) - set(second)
    assert gone, "nothing vanished: the test shows nothing"
    for document in second.values():
        assert document["provenance"]["generation"] == 2
        assert document["provenance"]["run"] == report.run_id
        assert document["provenance"]["reason"] == "states have ids"
        versions = document["provenance"]["versions"]
        assert versions["gazetteer"] != next(iter(first.values()))["provenance"]["versions"]["gazetteer"]
    _check(reader, {1}, {2})

    # the former gazetteer, without being told that this is meant
    (refused,) = world.reconcile(DAY)
    assert refused.generation == 1
    assert refused.total["superseded"] == len(STORIES)
    assert "--older-generation" in _cause(refused)
    assert world.documents() == second

    # and told
    with reading(world) as reader:
        (back,) = world.reconcile(DAY, older_generation=True)
    assert (back.generation, back.total["retagged"]) == (3, len(STORIES))
    third = world.documents()
    assert _tags(third) == _tags(first)
    assert {d["generation"] for d in third.values()} == {3}
    _check(reader, {2}, {3})
    assert "nothing to do" in _cause(world.reconcile(DAY)[0])
    assert world.reconcile(DAY, older_generation=True)[0].generation == 3
    assert world.documents() == third


def _check(reader: Reader, old: set[int], new: set[int]) -> None:
    """Each article's stances were the old ones, then perhaps both, then the new ones; never none."""
    assert reader.searches > 3
    for what in (reader.seen, reader.articles):
        assert len(what) == len(STORIES)
        for article, seen in what.items():
            states = [set(generations) for generations in seen]
            assert states in ([old, new], [old, old | new, new], [old], [old, old | new]), (article, states)
    assert any(len(seen) > 1 for seen in reader.seen.values())


def _cause(report) -> str:
    return " ".join(row["cause"] for row in report.sources.values())


def _tags(documents: dict) -> dict:
    return {
        key: {k: v for k, v in d.items() if k not in ("generation", "_version")} for key, d in said(documents).items()
    }
