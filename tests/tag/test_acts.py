"""Whose deed a noun is: passages of the gold, and that long texts cost no more than their length."""

import time
from pathlib import Path

import pytest
import yaml

from benchmarks.coref import passage
from pipeline.settings import get_settings
from pipeline.tag import acts, aliases, coref, entities, gazetteer, nlp, quotes, tag
from pipeline.tag import marks as quotation
from pipeline.tag.coref import Where
from pipeline.tag.entities import Named
from pipeline.tag.nlp import Piece

ROWS = yaml.safe_load((Path(__file__).parent / "gold" / "coref.yml").read_text(encoding="utf-8"))
CASES = [row for row in ROWS if " @ " in row["text"] or row["about"] in {"passive without by", "two deeds of one kind"}]


def _read(text: str) -> tuple[list[Piece], Where, list[Named]]:
    known = gazetteer.of_settings(get_settings())
    pieces = nlp.read(text, "", parse=True)
    found = entities.names(pieces, known, "en")
    clusters = aliases.resolve(found, pieces, known)
    said = quotes.speech(pieces, quotation.marked(text, "text"), {"title": "", "text": text})
    coref.learn_roles(found, pieces, clusters)
    everybody = [*found, *coref.resolve(pieces, found, clusters, said)]
    return pieces, Where(everybody), everybody


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["about"])
def test_a_deed_leads_to_who_did_it_or_stays_open(row: dict) -> None:
    text, marked = passage(row["text"])
    pieces, where, everybody = _read(text)
    asked = 0
    for mark in marked:
        for index, piece in enumerate(pieces):
            for token in piece.doc:
                if not (acts.is_act(token) and mark.start <= piece.at(token) < mark.end):
                    continue
                asked += 1
                who = acts.author(pieces, where, (index, token.i))
                wanted = {n.key for n in everybody if n.kind in {"name", "alias"} and mark.name and n.text in mark.name}
                assert (who.key if who else "") in (wanted or {""}), (mark, who)
    assert asked


def test_a_judgement_on_a_deed_is_one_on_its_author_and_the_deed_is_no_alias() -> None:
    tags = tag("The Supreme Court ruled on Monday that the ferry must stop. Karen Mills condemned the ruling.")
    assert [(e.holder, e.target, e.polarity) for e in tags.evidence] == [("karen-mills", "supreme-court", -1)]
    assert [m.text for e in tags.entities for m in e.mentions if "ruling" in m.text] == []


def test_who_did_nothing_is_not_judged() -> None:
    tags = tag(
        "Google was fined in May. Ireland condemned the fine. Zembria may close its border. Tarsia condemned the move."
    )
    assert [(e.holder, e.target) for e in tags.evidence if e.holder in {"ireland", "tarsia"}] == []


def test_of_tells_whose_actions_they_are() -> None:
    pieces, where, _ = _read("Russia closed the port. Anna Wahl left a network that whitewashes the actions of Putin.")
    token = next(t for t in pieces[0].doc if t.lower_ == "actions")
    who = acts.author(pieces, where, (0, token.i))
    assert who is not None
    assert who.key == "vladimir-putin"


def test_asking_again_and_again_takes_time_by_length_alone() -> None:
    text = " ".join(["Zembria closed the port and Tarsia condemned the move"] * 300)[:1900]
    pieces, where, _ = _read(text)
    began = time.process_time()
    for _ in range(20):
        for index, piece in enumerate(pieces):
            for token in piece.doc:
                acts.author(pieces, where, (index, token.i))
    assert time.process_time() - began < 2
