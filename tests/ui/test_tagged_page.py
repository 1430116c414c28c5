"""A tagged text as a page."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Entity, EntityType, Evidence, Mention, Quote, Tags
from pipeline.tag.stance.participants import Veto
from pipeline.tag.stance.rollup import stances
from pipeline.ui.tagged import Span, pieces, tagged_html
from tests.ui.test_pages import Text

TEXT = 'Ann Ray said: "Bob & Sons lie."\nBob <b>Long</b> smiled.'


def an_entity(id: str, name: str, kind: EntityType, start: int) -> Entity:
    mention = Mention(field="text", start=start, end=start + len(name), text=name)
    return Entity(id=id, name=name, type=kind, mentions=(mention,))


EVIDENCE = Evidence(
    evidence_id="e" * 32,
    holder="ann-ray",
    target="bob-sons",
    polarity=-1,
    confidence=0.81,
    field="text",
    start=0,
    end=31,
    text=TEXT[:31],
    cue="lie",
    cue_start=26,
    cue_end=29,
    holder_name="Ann Ray",
    target_name="Bob & Sons",
    voice="quoted",
    source_chain=("outlet", "ann-ray"),
    rule="judgement of a subject",
)
TAGS = Tags(
    title="",
    text=TEXT,
    entities=(
        an_entity("ann-ray", "Ann Ray", "PERSON", 0),
        an_entity("bob-sons", "Bob & Sons", "ORG", 15),
    ),
    quotes=(Quote(field="text", start=15, end=30, text=TEXT[15:30], kind="direct", speaker="ann-ray", cue="said"),),
    evidence=(EVIDENCE,),
    stances=stances([EVIDENCE]),
    versions={"tag_rules": "1"},
)


def test_everything_is_marked_and_told() -> None:
    html = tagged_html(TAGS)
    told = Text(html).text
    assert 'class="entity evidence" title="Ann Ray (PERSON, by name) · 1: Ann Ray against Bob &amp; Sons"' in html
    assert 'class="quote evidence cue" title="direct: Ann Ray ·' in html
    assert "Ann Ray against Bob & Sons 0.81, quoted, current" in told
    assert (
        "judgement of a subject · quoted, verbal, asserted, current, clause, resolved by name · from outlet → Ann Ray"
        in told
    )
    assert 'id="e1"' in html
    assert 'href="#e1"' in html
    assert "<b>Long</b>" not in html


def test_a_text_in_another_language_says_that_it_has_no_stances() -> None:
    told = Text(tagged_html(Tags(title="Titel", text="Ein Satz.", language="de", stance_tagged=False))).text
    assert "Stances are not tagged in language de." in told


@given(
    st.text(max_size=60),
    st.lists(
        st.tuples(st.integers(0, 70), st.integers(0, 70), st.sampled_from(["entity", "quote", "cue"])), max_size=8
    ),
    st.integers(0, 20),
)
def test_the_pieces_of_a_text_are_the_text(text: str, marks: list[tuple[int, int, str]], offset: int) -> None:
    spans = [
        Span(field="text", start=a, end=b, kind=kind, told=kind, id=f"{n}") for n, (a, b, kind) in enumerate(marks)
    ]
    found = pieces(text, spans, offset)
    assert "".join(one.text for one in found) == text
    at = offset
    for one in found:
        over = {s.kind for s in spans if s.start <= at and s.end >= at + len(one.text) and s.start < s.end}
        assert set(one.kinds.split()) == over or not one.text
        at += len(one.text)


def test_what_was_looked_at_and_left_says_why() -> None:
    seen = Veto("ann-ray", "", "negated", "verb condemn", 0, -1)
    told = Text(tagged_html(TAGS, [seen, seen])).text
    assert told.count("Ann Ray – nobody named: negated") == 1
    assert "verb condemn" in told
