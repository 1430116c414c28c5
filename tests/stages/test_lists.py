from pathlib import Path

import pytest

from pipeline.errors import EntitiesError
from pipeline.settings import Settings
from pipeline.stages.lists import check


def test_our_own_lists_hold_what_they_promise() -> None:
    found = check(Settings())
    assert found.entities >= 600
    assert found.topics >= 60
    assert found.wikidata <= found.entities
    assert "Labour" in found.shared
    assert found.types["GPE"] >= 193


def test_a_watch_list_is_checked_on_top_of_the_gazetteer(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text(
        "entities:\n  - {id: united-nations, aliases: [World Organisation]}\n  - {id: own, name: O, type: ORG}\n"
    )
    assert check(Settings(), mine).entities == check(Settings()).entities + 1
    mine.write_text("entities:\n  - {id: own,\n     name: O, type: ORG,\n     name: P}\n")
    with pytest.raises(EntitiesError) as caught:
        check(Settings(), mine)
    assert caught.value.problems == (f"{mine}:3: entities[0].name: is written twice: keep one",)
