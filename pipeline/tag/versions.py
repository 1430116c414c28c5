"""What tags depend on beside the text: cheap to ask, loads no model and no spaCy."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from pipeline.settings import Settings
from pipeline.tag import gazetteer, learnt, topics

#: The spaCy model, as its package names the folder.
MODEL = "en_core_web_md-3.7.1"
#: Raised with every change of a rule, a cue or a score: another number is another generation.
RULES = "2026.11.8"
#: The networks and their cards.
NETWORKS = Path(__file__).parent / "stance/networks"


def versions(settings: Settings) -> dict[str, str]:
    """Return the versions of all that tags depend on, as every :class:`~pipeline.records.Tags` has them.

    Raises:
        ConfigError: the gazetteer, the topics or the snapshot of names cannot be read.
    """
    return {
        "spacy": version("spacy"),
        "model": MODEL,
        "tag_rules": RULES,
        "gazetteer": gazetteer.of_settings(settings).hash,
        "topics": topics.of_settings(settings).hash,
        "names": learnt.of_settings(settings).version,
        "networks": networks(),
    }


def networks() -> str:
    """Return what identifies the networks: the first hex digits of each file's SHA-256, as its card has them."""
    cards = (json.loads((NETWORKS / f"{name}.json").read_text(encoding="utf-8")) for name in ("directed", "authorial"))
    return "-".join(card["sha256"][:8] for card in cards)
