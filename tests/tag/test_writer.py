"""Who holds what an article says in its own words: the outlet, an op-ed's author, wire copy's agency."""

from pipeline.records import Tags
from pipeline.tag.tagger import tag

TEXT = (
    "The Iranian regime has closed another newspaper. Iran said on Monday that the paper had printed lies.\n"
    "France condemned Iran on Tuesday."
)


def own(tags: Tags) -> list[tuple[str, str, str, int]]:
    """Holder, name, target and sign of the stances in the text's own words."""
    return [(e.holder, e.holder_name, e.target_name, e.polarity) for e in tags.evidence if e.voice == "authorial"]


def test_news_speaks_for_its_outlet() -> None:
    found = own(tag(TEXT, authors=["Ilse Marken"]))
    assert found
    assert {(holder, target, sign) for holder, _, target, sign in found} == {("outlet", "Iran", -1)}


def test_an_op_ed_speaks_for_its_author() -> None:
    tags = tag(TEXT, authors=["Ilse Marken", "Otto Brandt"], genre="opinion")
    found = own(tags)
    assert found
    assert {(name, target, sign) for _, name, target, sign in found} == {("Ilse Marken", "Iran", -1)}
    assert "outlet" not in {holder for holder, *_ in found}
    # what others hold stays theirs
    assert ("France", "Iran", -1) in {(e.holder_name, e.target_name, e.polarity) for e in tags.evidence}
    assert {s.holder_name for s in tags.stances if s.voice == "authorial"} == {"Ilse Marken"}


def test_wire_copy_speaks_for_its_agency() -> None:
    found = own(tag(TEXT, authors=["Ilse Marken"], agency="Reuters"))
    assert found
    assert {name for _, name, *_ in found} == {"Reuters"}


def test_an_author_judged_in_the_own_text_makes_no_stance_on_oneself() -> None:
    tags = tag("Ilse Marken, the so-called writer, was late.", authors=["Ilse Marken"], genre="opinion")
    assert [e for e in tags.evidence if e.holder == e.target] == []
