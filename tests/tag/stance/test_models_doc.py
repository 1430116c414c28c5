"""docs/models.md says what the cards of the shipped networks say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings import Settings
from pipeline.tag.stance import scoring
from pipeline.tag.versions import NETWORKS

DOC = (Path(__file__).resolve().parents[3] / "docs/models.md").read_text(encoding="utf-8")


def _card(name: str) -> Any:
    return json.loads((NETWORKS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["directed", "authorial"])
def test_hash_and_scores(name: str) -> None:
    card = _card(name)
    low, high = card["interval"]
    assert f"`{card['sha256'][:12]}`" in DOC
    assert f"{card['macro_f1']:.3f} ({low:.3f} to {high:.3f})" in DOC
    assert f"{card['macro_f1_fp32']:.3f}" in DOC
    assert f"{card['temperature']}; {card['bias'][0]}, {card['bias'][1]}" in DOC
    for kind, score in card["classes"].items():
        told = (kind, score["n"], *(f"{score[key]:.3f}" for key in ("precision", "recall", "f1")))
        assert f"| {' | '.join(map(str, told))} |" in DOC


def test_the_curve() -> None:
    for row in _card("directed")["curve"]:
        told = (row["floor"], row["made"], f"{row['precision']:.3f}", f"{row['recall']:.3f}")
        assert f"| {' | '.join(map(str, told))} | {row['other_sign_or_direction']} |" in DOC


def test_the_floors_of_what_the_network_alone_says() -> None:
    found = re.search(r"`tag_floor`: \.(\d+), and \.(\d+) where", DOC)
    assert found is not None
    floor = Settings.model_fields["tag_floor"].default
    told = (float(f".{found[1]}"), float(f".{found[2]}"))
    assert told == (round(floor + scoring._ABOVE_ALONE, 2), round(floor + scoring._ABOVE_CROWDED, 2))
