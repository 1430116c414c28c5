import re
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


_LINE = re.compile(
    r"^(?P<holder>.+?) -> (?P<target>.+?): (?P<sign>favor|against)(?P<fields>(?: \w+=[^=]+(?= \w+=|$))*)$"
)
_STANCES = [
    (rule, case)
    for rule, cases in yaml.safe_load((GOLD / "stance.yml").read_text(encoding="utf-8")).items()
    for case in cases
]


def _expected(line: str) -> tuple[tuple[str, str, int], dict[str, str]]:
    match = _LINE.match(line)
    assert match, line
    fields = dict(re.findall(r"(\w+)=([^=]+?)(?= \w+=|$)", match["fields"]))
    return (match["holder"], match["target"], 1 if match["sign"] == "favor" else -1), fields


@pytest.mark.parametrize(
    ("rule", "case"), _STANCES, ids=lambda value: value if isinstance(value, str) else value["text"][:60]
)
def test_stance(rule: str, case: dict) -> None:
    tags = tag(case["text"], case.get("title"))
    names = {e.id: e.name for e in tags.entities} | {"outlet": "outlet"}
    made = [e for e in tags.evidence if e.target_type != "TOPIC"]  # this gold has stances on entities alone
    if case.get("title"):
        found = {(e.holder_name, e.target_name, e.polarity): e for e in made if e.section == "headline"}
    else:
        found = {(e.holder_name, e.target_name, e.polarity): e for e in made}
    expected = dict(_expected(line) for line in case["gold"])
    assert set(found) == set(expected)
    for key, fields in expected.items():
        evidence = found[key]
        got = {
            **{name: str(getattr(evidence, name)) for name in fields if name not in {"chain", "speaks_for"}},
            **({"chain": ",".join(names[key] for key in evidence.source_chain)} if "chain" in fields else {}),
            **({"speaks_for": names.get(evidence.speaks_for, "")} if "speaks_for" in fields else {}),
        }
        assert got == fields
