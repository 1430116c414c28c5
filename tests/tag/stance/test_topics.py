"""Topics as targets: with the rules of every other target, and never as holders."""

from pathlib import Path

import pytest

from pipeline.settings import PROJECT, get_settings
from pipeline.tag import tag, topics
from pipeline.tag.tagger import Tagger

NAMED = topics.load(PROJECT / "config/topics.yml")


@pytest.mark.parametrize(
    ("text", "holder", "topic", "sign"),
    [
        ("Germany backs the ceasefire in Gaza.", "Germany", "gaza-ceasefire", 1),
        ("The Iran nuclear deal was criticised by Israel.", "Israel", "iran-nuclear-deal", -1),
        ("Donald Trump, a critic of the Iran nuclear deal, left.", "Donald Trump", "iran-nuclear-deal", -1),
        ("“The two-state solution is a disaster,” said Benjamin Netanyahu.", "Benjamin Netanyahu", None, -1),
        ("Spain refused to back the two-state solution.", "Spain", "two-state-solution", -1),
        ("Elizabeth Warren voiced support for gun control.", "Elizabeth Warren", "gun-control", 1),
        ("Hungary blocked military aid to Ukraine.", "Hungary", "military-aid-to-ukraine", -1),
    ],
)
def test_who_is_for_or_against_a_topic(text: str, holder: str, topic: str | None, sign: int) -> None:
    topic = topic or "two-state-solution"
    (item,) = [e for e in tag(text).evidence if e.target == topic]
    assert (item.holder_name, item.polarity, item.target_type) == (holder, sign, "TOPIC")
    assert item.target_name == NAMED.entries[topic].name
    assert item.target_mention is not None
    assert item.target_mention.text in text
    assert [(s.holder_name, s.target) for s in tag(text).stances if s.target == topic] == [(holder, topic)]


@pytest.mark.parametrize(
    "text",
    [
        "Will Germany back the two-state solution?",
        "Hungary declined to condemn the war in Ukraine.",
        "The Iran nuclear deal is at odds with Israel.",
        "France discussed the Iran nuclear deal with Israel.",
        "The Iran nuclear deal hurt Israel.",
        "Gun control supporters met Joe Biden.",
    ],
)
def test_no_stance_on_a_topic_and_none_of_one(text: str) -> None:
    found = tag(text).evidence
    assert [e for e in found if e.target in NAMED.entries or e.holder in NAMED.entries] == []


def test_conduct_reaches_the_state_beside_the_topic() -> None:
    found = {
        (e.holder_name, e.target_name, e.polarity) for e in tag("Poland condemned Russia's war in Ukraine.").evidence
    }
    assert found == {("Poland", "Russia", -1), ("Poland", "War in Ukraine", -1)}


def test_a_topic_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "topics.yml"
    path.write_text(
        'topics:\n  - {id: harbour-tunnel, name: "Harbour tunnel", type: TOPIC, phrases: ["harbour tunnel"]}\n'
    )
    mine = get_settings().model_copy(update={"topics_watchlist": str(path)})
    (tags,) = Tagger(mine).tag_many([("Angela Merkel opposes the harbour tunnel.", None, "en")])
    assert [(e.holder_name, e.target_name, e.polarity) for e in tags.evidence] == [
        ("Angela Merkel", "Harbour tunnel", -1)
    ]
