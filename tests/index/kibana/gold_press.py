"""The gold of the sample press as the documents that a flawless tagger would make, and its numbers counted by hand.

The documents go through :func:`pipeline.index.documents.documents`; the numbers are counted here, from the gold's rows,
by the rules that ``docs/fields.md`` states, without that code.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from pipeline.identity import url_id
from pipeline.index.documents import Document, DocumentContext, documents
from pipeline.local.press.gold import Gold, GoldArticle
from pipeline.local.press.world import sample_press
from pipeline.records import Article, Entity, Evidence, Pair, Quote, Tagged, Tags
from pipeline.tag.stance.rollup import stances

PARTIES = {"PERSON", "ORG", "GPE", "NORP"}


@dataclass(frozen=True)
class Outcome:
    """What one story says of a holder, a target and a voice: favor, against, mixed or none, in the present."""

    story: str
    source: str
    source_name: str
    holder: str
    target: str
    voice: str
    stance: str
    evidence: int
    published: datetime


def _id(name: str) -> str:
    return name.replace(" ", "-")


def is_copy(article: GoldArticle) -> bool:
    return bool(article.wire)


def outcomes(gold: Gold) -> list[Outcome]:
    """Every outcome of every story, each story once: wire copies are not asked again."""
    outlets = sample_press().outlets
    found = []
    for article in gold.articles.values():
        if article.language != "en" or is_copy(article):
            continue
        named = {e.name for e in article.entities if e.type in PARTIES}
        speakers = {e.name for e in article.entities}
        now: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        asked: set[tuple[str, str, str]] = set()
        for row in article.stances:
            if row.period == "current":
                now[row.holder, row.target, row.voice].append(row.polarity)
        together = {(row.holder, row.target) for row in article.none if row.holder in speakers}
        together |= {(row.holder, row.target) for row in article.stances if row.voice != "authorial"}
        for a, b in together:
            for voice in ("reported", "quoted"):
                asked.add((a, b, voice))
                if a in named and b in named:
                    asked.add((b, a, voice))
        own = [row for row in article.stances if row.voice == "authorial"]
        for holder in {row.holder for row in own} or {"outlet"}:
            asked |= {(holder, t, "authorial") for t in named | {row.target for row in own} if t != holder}
        for holder, target, voice in asked | set(now):
            signs = now.get((holder, target, voice), [])
            kind = {(): "none", (1,): "favor", (-1,): "against", (-1, 1): "mixed"}[tuple(sorted(set(signs)))]
            found.append(
                Outcome(
                    story=article.story,
                    source=article.outlet,
                    source_name=outlets[article.outlet].name,
                    holder=holder,
                    target=target,
                    voice=voice,
                    stance=kind,
                    evidence=len(signs),
                    published=article.published,
                )
            )
    return found


def gold_documents(gold: Gold) -> list[Document]:
    """What a flawless tagger would have indexed."""
    return [one for article in gold.articles.values() for one in _documents(article, gold)]


def _documents(article: GoldArticle, gold: Gold) -> list[Document]:
    outlet = sample_press().outlets[article.outlet]
    original = gold.articles[article.wire] if article.wire else article
    tagged = Tagged(
        article=Article(
            id=url_id(article.url),
            url=article.url,
            canonical_url=article.url,
            title=article.title,
            text=article.text,
            language=article.language,
            authors=article.authors,
            published=article.published,
            source_id=article.outlet,
            genre=article.genre,
            first_seen=article.published,
        ),
        tags=_tags(article),
    )
    context = DocumentContext(
        run_id="crawl/gold",
        generation=1,
        story_id=url_id(original.url),
        is_original=not is_copy(article),
        source_name=outlet.name,
        source_country=outlet.country,
        source_is_agency=outlet.agency,
    )
    return documents(tagged, context)


def _tags(article: GoldArticle) -> Tags:
    if article.language != "en":
        return Tags(title=article.title, text=article.text, language=article.language, stance_tagged=False)
    types = {e.name: e.type for e in article.entities}
    evidence = tuple(
        Evidence(
            evidence_id=f"{article.story}/{number}",
            holder=_id(row.holder),
            holder_name=row.holder,
            holder_type=types.get(row.holder, ""),
            target=_id(row.target),
            target_name=row.target,
            target_type=types.get(row.target, ""),
            polarity=row.polarity,
            confidence=0.9,
            field=row.evidence.field,
            start=row.evidence.start,
            end=row.evidence.end,
            text=row.evidence.text,
            cue="",
            cue_start=row.evidence.start,
            cue_end=row.evidence.start,
            voice=row.voice,
            act=row.act,
            period=row.period,
        )
        for number, row in enumerate(article.stances)
    )
    return Tags(
        title=article.title,
        text=article.text,
        entities=tuple(Entity(id=_id(e.name), name=e.name, type=e.type, mentions=()) for e in article.entities),
        quotes=tuple(
            Quote(
                field=q.span.field,
                start=q.span.start,
                end=q.span.end,
                text=q.span.text,
                kind=q.kind,
                speaker=_id(q.speaker) if q.speaker else "",
                cue=q.cue,
            )
            for q in article.quotes
        ),
        evidence=evidence,
        stances=stances(evidence),
        judged=tuple(Pair(a=_id(row.holder), b=_id(row.target)) for row in article.none if row.holder in types),
        language="en",
    )
