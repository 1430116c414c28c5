"""What goes into Elasticsearch: a tagged article taken apart into documents.

One article makes one document in ``articles``, one in ``stances`` for each roll-up, one in ``judged`` for each
holder and target that were judged and found without stance, one in ``stance_evidence`` for each span that
shows a stance and one in ``quotes`` for each quotation. Ids are
deterministic and all documents of an article share its id as routing, so writing again changes nothing,
and an older revision or generation is refused by its version.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from pipeline.errors import IndexingError
from pipeline.identity import digest
from pipeline.records import Article, Change, Entity, Evidence, Mention, Quote, Record, Stance, Tagged, Tags, full

#: Generations that fit under one revision in a document's version.
GENERATIONS = 2**20

#: The field of an article document that lists the names of a type of entity.
NAME_FIELDS = {
    "PERSON": "people",
    "ORG": "organizations",
    "GPE": "places",
    "LOC": "places",
    "FAC": "places",
    "NORP": "groups",
    "EVENT": "events",
    "WORK": "works",
}

#: Types of entities that can take a stance on each other.
PARTIES = frozenset({"PERSON", "ORG", "GPE", "NORP"})

#: Holder of the outlet's own judgements.
OUTLET = "outlet"

#: What a document in ``judged`` leaves out of the fields that an article's documents share: there are many of them,
#: and nobody reads them one by one.
_NOT_JUDGED = frozenset({"title", "modified", "indexed_at", "provenance"})


class Document(Record, frozen=True, kw_only=True):
    """One document as it is to stand in the index. Names come without the prefix of the installation."""

    alias: str  # one of pipeline.index.templates.ALIASES
    index: str  # the alias's monthly index: articles-2026-10
    id: str
    routing: str
    version: int  # external_gte
    source: dict[str, Any]

    def deletion(self, version: int) -> Deletion:
        """Return the order to delete this document as of a version."""
        return Deletion(alias=self.alias, index=self.index, id=self.id, routing=self.routing, version=version)


class Deletion(Record, frozen=True, kw_only=True):
    """A document that a newer tagging no longer makes."""

    alias: str
    index: str
    id: str
    routing: str
    version: int


class DocumentContext(Record, frozen=True, kw_only=True):
    """What is known of an article outside of it."""

    run_id: str
    generation: int
    reason: str = ""  # of the run, as a person gave it
    versions: dict[str, str] = msgspec.field(default_factory=dict)  # component → version
    story_id: str = ""  # empty: the article is its own story
    is_original: bool = True
    source_name: str = ""
    source_country: str = ""
    source_is_agency: bool = False
    indexed_at: datetime | None = None  # left out of the documents where None
    gone_at: datetime | None = None  # when a visit found that the outlet had taken the article away


def document_version(revision: int, generation: int) -> int:
    """Return the external version of an article's documents: newer revisions first, then newer generations.

    Raises:
        ValueError: the generation does not fit under one revision, or a number is negative.
    """
    if revision < 0 or not 0 <= generation < GENERATIONS:
        raise ValueError(f"no version for revision {revision}, generation {generation}")
    return revision * GENERATIONS + generation


def home_month(article: Article) -> str:
    """Return the month (``YYYY-MM``) in whose indices an article lives: as frozen, else from its dates.

    Raises:
        IndexingError: the article has no date at all.
    """
    if article.home_index:
        return article.home_index
    at = article.published or article.first_seen or article.fetched_at
    if at is None:
        raise IndexingError(
            "The article has no date, so it has no monthly index; give it a home_index.", subject=article.id
        )
    return at.astimezone(UTC).strftime("%Y-%m")


def documents(tagged: Tagged, context: DocumentContext) -> list[Document]:
    """Return all documents of one article, the article's own first.

    Raises:
        IndexingError: the article has no date and no ``home_index``.
        ValueError: revision or generation make no version.
    """
    article, tags = tagged.article, tagged.tags
    month = home_month(article)
    version = document_version(article.revision, context.generation)

    def document(alias: str, id: str, source: dict[str, Any]) -> Document:
        return Document(
            alias=alias,
            index=f"{alias}-{month}",
            id=id,
            routing=article.id,
            version=version,
            source={name: value for name, value in source.items() if value not in (None, "", [], {})},
        )

    shared = _shared(tagged, context)
    by_id = {one.evidence_id: one for one in tags.evidence}
    names = {entity.id: entity for entity in tags.entities}
    return [
        document("articles", article.id, _article(tagged, context)),
        *(
            document(
                "stances",
                _stance_id(article, one),
                shared | _stance(one, by_id) | {"stance_id": _stance_id(article, one)},
            )
            for one in tags.stances
        ),
        *(
            document(
                "judged",
                _judged_id(article, one),
                {name: value for name, value in shared.items() if name not in _NOT_JUDGED}
                | _judged(one, tags)
                | {"judged_id": _judged_id(article, one)},
            )
            for one in without_stance(tags)
        ),
        *(
            document("stance_evidence", digest("evidence", article.id, one.evidence_id), shared | _evidence(one))
            for one in tags.evidence
        ),
        *(
            document(
                "quotes", _quote_id(article, one), shared | _quote(one, names) | {"quote_id": _quote_id(article, one)}
            )
            for one in tags.quotes
        ),
    ]


class WithoutStance(Record, frozen=True, kw_only=True):
    """A holder and a target that were judged and found without stance in these voices."""

    holder: str
    target: str
    voices: tuple[str, ...]


def without_stance(tags: Tags) -> list[WithoutStance]:
    """Return who was judged towards whom and found without a stance that is current and asserted.

    Judged are, both ways, the pairs that the tagger lists and those with a stance of either on the other; and
    the article's own voice towards every person, group and place in it. With the stances that are current and
    asserted they give exactly one outcome for each holder, target and voice: what shares are computed from.
    """
    if not tags.stance_tagged or tags.error:
        return []
    asserted = {one.evidence_id for one in tags.evidence if one.factuality == "asserted"}
    taken = {
        (one.holder, one.target, one.voice)
        for one in tags.stances
        if one.period == "current" and (not one.evidence or asserted & set(one.evidence))
    }
    parties = {entity.id for entity in tags.entities if entity.type in PARTIES}
    pairs = [(one.a, one.b) for one in tags.judged] + [
        (one.holder, one.target) for one in tags.stances if one.voice != "authorial"
    ]
    judged: dict[tuple[str, str], tuple[str, ...]] = {}
    for a, b in pairs:
        judged[a, b] = ("reported", "quoted")
        if {a, b} <= parties:
            judged[b, a] = ("reported", "quoted")
    own = [one for one in tags.stances if one.voice == "authorial"]
    for holder in {one.holder for one in own} or {OUTLET}:
        for target in parties | {one.target for one in own}:
            if target != holder:
                judged[holder, target] = (*judged.get((holder, target), ()), "authorial")
    found = (
        WithoutStance(holder=a, target=b, voices=tuple(v for v in voices if (a, b, v) not in taken))
        for (a, b), voices in sorted(judged.items())
    )
    return [one for one in found if one.voices]


def _shared(tagged: Tagged, context: DocumentContext) -> dict[str, Any]:
    """The fields of an article that all its documents carry, because Elasticsearch does not join."""
    article = tagged.article
    return {
        "article_id": article.id,
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "author": list(article.authors),
        "agency": article.agency,
        "genre": article.genre,
        "source": article.source_id,
        "source_name": context.source_name,
        "source_country": context.source_country,
        "source_is_agency": context.source_is_agency,
        "story_id": context.story_id or article.id,
        "is_original": context.is_original,
        "revision": article.revision,
        "generation": context.generation,
        "published": _iso(article.published),
        "modified": _iso(article.modified),
        "first_seen": _iso(article.first_seen or article.fetched_at),
        "indexed_at": _iso(context.indexed_at),
        "provenance": _provenance(article, context, tagged.tags.versions),
    }


def _provenance(article: Article, context: DocumentContext, versions: dict[str, str]) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if article.warc is not None:
        where = {"warc_file": article.warc.file, "warc_offset": article.warc.offset, "warc_length": article.warc.length}
    why = {"reason": context.reason} if context.reason else {}
    made = {"run": context.run_id, "generation": context.generation, "versions": context.versions | versions}
    return where | made | why


def _article(tagged: Tagged, context: DocumentContext) -> dict[str, Any]:
    article, tags = tagged.article, tagged.tags
    names: dict[str, list[str]] = {field: [] for field in NAME_FIELDS.values()}
    for entity in _by_salience(tags.entities):
        field = names[NAME_FIELDS[entity.type]]
        if entity.name not in field:
            field.append(entity.name)
    return (
        _shared(tagged, context)
        | names
        | {
            "entry_id": article.entry_id,
            "canonical_url": article.canonical_url,
            "rel_canonical": article.rel_canonical,
            "text": article.text,
            "description": article.description,
            "captions": list(article.captions),
            "section": article.section,
            "keywords": list(article.keywords),
            "image": article.image,
            "site_name": article.site_name,
            "is_free": article.is_free,
            "opt_out": list(article.opt_out),
            "published_raw": article.published_raw,
            "published_from": article.published_from,
            "published_precision": article.published_precision,
            "fetched_at": _iso(article.fetched_at),
            "changes": [_change(one) for one in article.changes],
            "changed_at": _iso(max((one.at for one in article.changes), default=None)),
            "gone_at": _iso(context.gone_at),
            "word_count": article.word_count,
            "text_hash": article.text_hash,
            "entity_ids": [entity.id for entity in _by_salience(tags.entities)],
            "entity_names": _surface_forms(tags.entities),
            "entities": [
                {
                    "id": entity.id,
                    "name": entity.name,
                    "type": entity.type,
                    "salience": entity.salience,
                    "known": entity.known,
                    "mentions": [_mention(mention) for mention in entity.mentions],
                }
                for entity in _by_salience(tags.entities)
            ],
            "entity_count": len(tags.entities),
            "quote_count": len(tags.quotes),
            "evidence_count": len(tags.evidence),
            "stance_count": len(tags.stances),
            "stance_tagged": tags.stance_tagged,
            "pairs_with_stance": sorted({_pair(one.holder, one.target) for one in tags.stances}),
            "pairs_without_stance": sorted({_pair(one.a, one.b) for one in tags.judged}),
        }
    )


def _change(change: Change) -> dict[str, Any]:
    made = full(change) | {"at": _iso(change.at)}
    return {name: value for name, value in made.items() if value not in ("", [])}


def _stance(stance: Stance, evidence: dict[str, Evidence]) -> dict[str, Any]:
    shown = [evidence[id] for id in stance.evidence if id in evidence]
    best = max(shown, key=lambda one: (one.confidence, -one.start), default=None)
    return {
        "holder": stance.holder,
        "holder_name": stance.holder_name,
        "holder_type": stance.holder_type,
        "target": stance.target,
        "target_name": stance.target_name,
        "target_type": stance.target_type,
        "pair": _pair(stance.holder, stance.target),
        "stance": stance.stance,
        "voice": stance.voice,
        "period": stance.period,
        "confidence": stance.confidence,
        "evidence_ids": list(stance.evidence),
        "evidence_count": len(stance.evidence),
        "act": _distinct(one.act for one in shown),
        "factuality": _distinct(one.factuality for one in shown),
        "strength": _distinct(one.strength for one in shown),
        "section": _distinct(one.section for one in shown),
        "cue": _distinct(one.cue for one in shown),
        "text": best.text if best else "",
    }


def _judged(one: WithoutStance, tags: Tags) -> dict[str, Any]:
    # An author who judges need not be an entity of the text: the stances name them.
    called = (
        {stance.holder: (stance.holder_name, stance.holder_type) for stance in tags.stances}
        | {stance.target: (stance.target_name, stance.target_type) for stance in tags.stances}
        | {entity.id: (entity.name, entity.type) for entity in tags.entities}
    )
    holder, target = (called.get(id, (id, "")) for id in (one.holder, one.target))
    return {
        "holder": one.holder,
        "holder_name": holder[0] or one.holder,
        "holder_type": holder[1],
        "target": one.target,
        "target_name": target[0] or one.target,
        "target_type": target[1],
        "pair": _pair(one.holder, one.target),
        "stance": "none",
        "voice": list(one.voices),
        "period": "current",
        "factuality": "asserted",
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "evidence_id": one.evidence_id,
        "holder": one.holder,
        "holder_name": one.holder_name,
        "holder_type": one.holder_type,
        "holder_mention": _mention(one.holder_mention),
        "target": one.target,
        "target_name": one.target_name,
        "target_type": one.target_type,
        "target_mention": _mention(one.target_mention),
        "pair": _pair(one.holder, one.target),
        "resolved_by": one.resolved_by,
        "polarity": one.polarity,
        "confidence": one.confidence,
        "strength": one.strength,
        "voice": one.voice,
        "act": one.act,
        "factuality": one.factuality,
        "period": one.period,
        "time_text": one.time_text,
        "source_chain": list(one.source_chain),
        "speaks_for": one.speaks_for,
        "cue": one.cue,
        "cue_start": one.cue_start,
        "cue_end": one.cue_end,
        "field": one.field,
        "start": one.start,
        "end": one.end,
        "text": one.text,
        "section": one.section,
        "sentence_index": one.sentence_index,
        "rule": one.rule,
        "review_status": one.review_status,
    }


def _quote(quote: Quote, entities: dict[str, Entity]) -> dict[str, Any]:
    speaker = entities.get(quote.speaker)
    return {
        "speaker": quote.speaker,
        "speaker_name": speaker.name if speaker else "",
        "speaker_type": speaker.type if speaker else "",
        "speaker_mention": _mention(quote.speaker_mention),
        "kind": quote.kind,
        "cue": quote.cue,
        "field": quote.field,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
    }


def _mention(mention: Mention | None) -> dict[str, Any] | None:
    if mention is None:
        return None
    return {name: getattr(mention, name) for name in ("field", "start", "end", "text", "kind")}


def _by_salience(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (-entity.salience, entity.id))


def _surface_forms(entities: Iterable[Entity]) -> list[str]:
    """Every name that the article uses or that an entity goes by: what a search for people looks in."""
    names: set[str] = set()
    for entity in entities:
        names.add(entity.name)
        names.update(mention.text for mention in entity.mentions if mention.kind in ("name", "alias"))
    return sorted(names)


def _stance_id(article: Article, stance: Stance) -> str:
    return digest("stance", article.id, stance.holder, stance.target, stance.voice, stance.period)


def _judged_id(article: Article, one: WithoutStance) -> str:
    return digest("judged", article.id, one.holder, one.target)


def _quote_id(article: Article, quote: Quote) -> str:
    return digest("quote", article.id, quote.field, str(quote.start), str(quote.end))


def _pair(a: str, b: str) -> str:
    return f"{a}|{b}"


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
