"""Which pairs are asked, on real parses; the names are ours."""

import pytest

from pipeline.settings import get_settings
from pipeline.tag import aliases, coref, entities, gazetteer, marks, nlp, quotes
from pipeline.tag.coref import Where
from pipeline.tag.stance import pairs
from pipeline.tag.stance.participants import Scene


def _asked(text: str) -> set[tuple[str, str, str]]:
    names = gazetteer.of_settings(get_settings())
    pieces = nlp.read(text, "", parse=True)
    found = entities.names(pieces, names)
    clusters = aliases.resolve(found, pieces, names)
    said = quotes.speech(pieces, marks.marked(text, "text"), {"title": "", "text": text})
    found = sorted(found + coref.resolve(pieces, found, clusters, said), key=lambda name: (name.piece, name.first))
    scene = Scene(pieces, Where(found), clusters, [q for q in said if not q.act])
    out = set()
    for index in range(len(pieces)):
        for claim in pairs.candidates(scene, index, frozenset()):
            assert claim.holder is not None
            shown = pieces[claim.piece].doc[claim.cue[0] : claim.cue[1]].text
            out.add((clusters[claim.holder.key].name, clusters[claim.target.key].name, shown))
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Norway spurned Hungary over the vote.", ("Norway", "Hungary", "spurned")),
        ("Hungary was spurned by Norway over the vote.", ("Norway", "Hungary", "spurned")),
        ("Norway heaped praise on Hungary after the vote.", ("Norway", "Hungary", "heaped")),
        ("Anna Berg said that Peter Holm behaved like a coward.", ("Anna Berg", "Peter Holm", "behaved")),
    ],
)
def test_an_unknown_word_in_a_known_construction_is_asked_about(text: str, expected: tuple[str, str, str]) -> None:
    found = _asked(text)
    assert expected in found
    assert (expected[1], expected[0]) not in {(a, b) for a, b, _ in found}


@pytest.mark.parametrize(
    "text",
    [
        "Norway met Hungary in Oslo.",
        "Anna Berg lives in Hungary.",
        "Norway might spurn Hungary.",
        "Did Norway spurn Hungary?",
        "Norway has not spurned Hungary.",
        "If Norway spurns Hungary, the talks are over.",
        "Reporters from Norway spurned the bakers of Hungary.",
    ],
)
def test_places_company_questions_and_what_is_only_imagined_are_not_asked_about(text: str) -> None:
    assert not {(a, b) for a, b, _ in _asked(text) if {a, b} == {"Norway", "Hungary"} or a == "Anna Berg"}


def test_a_source_is_not_asked_about_what_it_reports() -> None:
    found = {(a, b) for a, b, _ in _asked("Anna Berg said that Norway had spurned Hungary.")}
    assert found == {("Norway", "Hungary")}


def test_what_is_settled_is_not_asked_again_and_a_sentence_has_a_limit() -> None:
    many = (
        "Norway, Hungary, Poland, Austria, Spain and Italy spurned France, Greece, Malta, Ireland, Latvia and Cyprus."
    )
    assert len(_asked(many)) <= pairs.MOST
