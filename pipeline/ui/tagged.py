"""One tagged article as a page of its own: entities, quotes and evidence marked in the text, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from pipeline.records import Evidence, FieldName, Tags
from pipeline.ui import render_page

if TYPE_CHECKING:
    from pipeline.tag.stance.participants import Veto


_ORDER = ("entity", "quote", "evidence", "cue")


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Something to mark: code points of a field, end exclusive."""

    field: FieldName
    start: int
    end: int
    kind: str  # entity | quote | evidence | cue
    told: str  # what a pointer over it is told
    id: str = ""  # anchor


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """Text under the same marks from end to end."""

    text: str
    kinds: str  # space separated, for CSS
    told: str
    ids: tuple[str, ...] = ()  # anchors of what begins here


def tagged_html(tags: Tags, vetoes: Sequence[Veto] = ()) -> str:
    """Render a tagged article. The page needs nothing beside itself.

    Args:
        tags: what was found.
        vetoes: cues that made no stance, with why not.
    """
    spans = spans_of(tags)
    names = {one.id: one.name for one in tags.entities}
    numbers = {one.evidence_id: n for n, one in enumerate(tags.evidence, 1)}
    return render_page(
        "tagged.html",
        title=pieces(tags.title, [s for s in spans if s.field == "title"]),
        heading=tags.title or "A text without a title",
        paragraphs=_paragraphs(tags, spans),
        entities=[_entity(one) for one in sorted(tags.entities, key=lambda e: (-e.salience, e.name))],
        quotes=[
            {
                "text": one.text,
                "speaker": names.get(one.speaker, one.speaker) or "speaker open",
                "how": ", ".join(filter(None, (one.kind, one.cue and f"cue {one.cue}"))),
                "place": f"q{n}",
            }
            for n, one in enumerate(tags.quotes, 1)
        ],
        stances=[
            {
                "holder": one.holder_name or one.holder,
                "target": one.target_name or one.target,
                "stance": one.stance,
                "how": f"{one.confidence:.2f}, {one.voice}, {one.period}",
                "evidence": [numbers[i] for i in one.evidence if i in numbers],
            }
            for one in tags.stances
        ],
        evidence=[_evidence(n, one, names) for n, one in enumerate(tags.evidence, 1)],
        decisions=[
            {
                "holder": names.get(holder, holder) or "nobody named",
                "target": names.get(target, target) or "nobody named",
                "why": why,
                "text": rule,
            }
            for holder, target, why, rule in dict.fromkeys((v.holder, v.target, v.why, v.rule) for v in vetoes)
        ],
        judged=[(names.get(pair.a, pair.a), names.get(pair.b, pair.b)) for pair in tags.judged],
        untagged="" if tags.stance_tagged else tags.language,
        error=tags.error,
        versions=sorted(tags.versions.items()),
    )


def spans_of(tags: Tags) -> list[Span]:
    """Return everything that is to be marked."""
    names = {one.id: one.name for one in tags.entities}
    found = [
        Span(
            field=mention.field,
            start=mention.start,
            end=mention.end,
            kind="entity",
            told=f"{entity.name} ({entity.type}, by {mention.kind})",
        )
        for entity in tags.entities
        for mention in entity.mentions
    ]
    for n, quote in enumerate(tags.quotes, 1):
        speaker = names.get(quote.speaker, quote.speaker) or "speaker open"
        found.append(
            Span(
                field=quote.field,
                start=quote.start,
                end=quote.end,
                kind="quote",
                told=f"{quote.kind}: {speaker}",
                id=f"q{n}",
            )
        )
    for n, one in enumerate(tags.evidence, 1):
        told = f"{n}: {one.holder_name or one.holder} {sign(one)} {one.target_name or one.target}"
        found.append(Span(field=one.field, start=one.start, end=one.end, kind="evidence", told=told, id=f"e{n}"))
        found.append(Span(field=one.field, start=one.cue_start, end=one.cue_end, kind="cue", told=f"cue of {n}"))
    return found


def pieces(text: str, spans: Sequence[Span], offset: int = 0) -> list[Piece]:
    """Cut a text where a mark begins or ends.

    Args:
        text: the text; together the pieces are exactly it.
        spans: the marks of its field.
        offset: where it stands in its field.
    """
    end = offset + len(text)
    inside = [s for s in spans if s.start < end and s.end > offset and s.start < s.end]
    cuts = sorted({offset, end, *(min(max(c, offset), end) for s in inside for c in (s.start, s.end))})
    out = []
    for left, right in pairwise(cuts):
        over = sorted((s for s in inside if s.start <= left and s.end >= right), key=lambda s: _ORDER.index(s.kind))
        out.append(
            Piece(
                text=text[left - offset : right - offset],
                kinds=" ".join(dict.fromkeys(s.kind for s in over)),
                told=" · ".join(dict.fromkeys(s.told for s in over)),
                ids=tuple(s.id for s in over if s.id and s.start == left),
            )
        )
    return out


def sign(one: Evidence) -> str:
    """Return ``favor`` or ``against``."""
    return "favor" if one.polarity > 0 else "against"


def _paragraphs(tags: Tags, spans: Sequence[Span]) -> list[list[Piece]]:
    mine = sorted((s for s in spans if s.field == "text"), key=lambda s: s.start)
    out, at = [], 0
    for line in tags.text.split("\n"):
        near = [s for s in mine if s.start < at + len(line) and s.end > at]
        out.append(pieces(line, near, at))
        at += len(line) + 1
    return out


def _entity(entity: Any) -> dict[str, Any]:
    return {
        "name": entity.name,
        "type": entity.type,
        "id": entity.id,
        "known": entity.known,
        "salience": f"{entity.salience:.2f}",
        "forms": ", ".join(dict.fromkeys(mention.text for mention in entity.mentions)),
    }


def _evidence(n: int, one: Evidence, names: dict[str, str]) -> dict[str, Any]:
    period = f"{one.period} ({one.time_text})" if one.time_text else one.period
    how = [one.voice, one.act, one.factuality, period, one.strength, f"resolved by {one.resolved_by}"]
    if one.speaks_for:
        how.append(f"speaks for {names.get(one.speaks_for, one.speaks_for)}")
    cut = min(max(one.cue_start - one.start, 0), len(one.text))
    end = min(max(one.cue_end - one.start, cut), len(one.text))
    return {
        "n": n,
        "holder": one.holder_name or one.holder,
        "target": one.target_name or one.target,
        "sign": sign(one),
        "confidence": f"{one.confidence:.2f}",
        "before": one.text[:cut],
        "cue": one.text[cut:end],
        "after": one.text[end:],
        "how": ", ".join(how),
        "chain": " → ".join(names.get(key, key) for key in one.source_chain),
        "rule": one.rule,
        "review": "" if one.review_status == "unreviewed" else one.review_status,
    }
