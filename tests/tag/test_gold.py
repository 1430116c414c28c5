from pathlib import Path

import pytest
import yaml

from pipeline.tag import tag

GOLD = Path(__file__).parent / "gold"


def _load(name: str) -> list[dict]:
    return yaml.safe_load((GOLD / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", _load("entities.yml"), ids=lambda case: case["text"][:40])
def test_entities(case: dict) -> None:
    tags = tag(case["text"])
    for expected in case["gold"]:
        field = "id" if "id" in expected else "name"
        matches = [e for e in tags.entities if getattr(e, field) == expected[field]]
        assert matches, f"{expected[field]} not among {[(e.id, e.name) for e in tags.entities]}"
        assert len(matches) == 1
        assert matches[0].type == expected["type"]
        assert [m.text for m in matches[0].mentions] == expected["mentions"]


@pytest.mark.parametrize("case", _load("quotes.yml"), ids=lambda case: case["text"][:40])
def test_quotes(case: dict) -> None:
    tags = tag(case["text"], language=case.get("language", "en"))
    names = {e.id: e.name for e in tags.entities}
    got = [{"text": q.text, "kind": q.kind, "speaker": names.get(q.speaker, ""), "cue": q.cue} for q in tags.quotes]
    assert got == case["gold"]
