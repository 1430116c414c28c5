"""A tagged article for the tests of the index, written here."""

from datetime import UTC, datetime

import msgspec

from pipeline.index.documents import Document, DocumentContext, documents
from pipeline.records import Article, Entity, Evidence, Mention, Pair, Quote, Stance, Tagged, Tags, WarcPointer

TEXT = "Edda Brandt thanked the brewers.\n“We owe them the roof,” Brandt said of the Café Lenz sanctions."


def mention(text: str, start: int) -> Mention:
    return Mention(field="text", start=start, end=start + len(text), text=text)


BRANDT = mention("Edda Brandt", 0)
BREWERS = mention("brewers", 24)
LATER = mention("Brandt", 57)


def tagged(number: int = 1, **fields: object) -> Tagged:
    """Return an article with one stance, one piece of evidence and one quote."""
    article = Article(
        id=f"{number:032x}",
        url=f"https://weiler-bote.example/{number}",
        canonical_url=f"https://weiler-bote.example/{number}",
        title="Mayor thanks brewers",
        text=TEXT,
        language="en",
        authors=("Mia Roth",),
        published=datetime(2026, 10, 6, 7, 30, tzinfo=UTC),
        published_from="jsonld",
        published_precision="second",
        word_count=16,
        source_id="weiler-bote",
        entry_id=f"e{number}",
        first_seen=datetime(2026, 10, 6, 8, tzinfo=UTC),
        warc=WarcPointer(file="2026/10/a.warc.gz", offset=12, length=345),
    )
    return Tagged(article=msgspec.structs.replace(article, **fields), tags=TAGS)


TAGS = Tags(
    title="Mayor thanks brewers",
    text=TEXT,
    entities=(
        Entity(id="brewers", name="Brewers' Guild", type="ORG", mentions=(BREWERS,), salience=0.4),
        Entity(id="edda-brandt", name="Edda Brandt", type="PERSON", mentions=(BRANDT, LATER), salience=0.9),
        Entity(id="oberweiler", name="Oberweiler", type="GPE", mentions=()),
    ),
    evidence=(
        Evidence(
            evidence_id="ev1",
            holder="edda-brandt",
            target="brewers",
            holder_name="Edda Brandt",
            target_name="Brewers' Guild",
            polarity=1,
            confidence=0.9,
            field="text",
            start=0,
            end=32,
            text="Edda Brandt thanked the brewers.",
            cue="thanked",
            cue_start=12,
            cue_end=19,
            holder_mention=BRANDT,
            target_mention=BREWERS,
            source_chain=("outlet",),
        ),
    ),
    stances=(
        Stance(
            holder="edda-brandt",
            target="brewers",
            holder_name="Edda Brandt",
            target_name="Brewers' Guild",
            stance="favor",
            voice="authorial",
            period="current",
            confidence=0.9,
            evidence=("ev1",),
        ),
    ),
    quotes=(
        Quote(
            field="text",
            start=33,
            end=56,
            text="“We owe them the roof,”",
            kind="direct",
            speaker="edda-brandt",
            speaker_mention=LATER,
            cue="said",
        ),
    ),
    judged=(Pair(a="brewers", b="edda-brandt"),),
    versions={"tagger": "1"},
)


def context(**fields: object) -> DocumentContext:
    base = DocumentContext(
        run_id="run-1", generation=3, versions={"code": "0.1"}, source_name="Weiler Bote", source_country="DE"
    )
    return msgspec.structs.replace(base, **fields)


def made(number: int = 1, generation: int = 3, story: str = "", **fields: object) -> list[Document]:
    """One document in each alias of an article, those of ``judged`` apart."""
    return [one for one in all_made(number, generation, story, **fields) if one.alias != "judged"]


def all_made(number: int = 1, generation: int = 3, story: str = "", **fields: object) -> list[Document]:
    return documents(tagged(number, **fields), context(generation=generation, story_id=story))
