"""Who stands where on whom: claims of the clause grammar, scored, recorded as evidence and rolled up."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from pipeline.identity import digest
from pipeline.records import Evidence, FieldName, Pair, Stance
from pipeline.tag.aliases import Cluster, slug
from pipeline.tag.coref import Where
from pipeline.tag.entities import Named
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.mentions import mention
from pipeline.tag.nlp import Piece
from pipeline.tag.quotes import Speech
from pipeline.tag.stance import grammar, pairs, participants, rollup, scoring
from pipeline.tag.stance.grammar import Claim
from pipeline.tag.stance.models import authorial as authorial
from pipeline.tag.stance.models import directed as directed
from pipeline.tag.stance.participants import Scene, Veto
from pipeline.tag.topics import Topics

OUTLET = "outlet"
#: Genres, as an article's page gives them, whose judgements are their author's.
_SIGNED = frozenset({"opinion", "column", "op-ed", "editorial", "review", "analysis", "letter"})
#: A quote longer than this is shown by the sentence with the cue only.
_MOST_SHOWN = 700


class Writer(NamedTuple):
    """Who stands behind words that nobody is quoted with: the outlet, an op-ed's author or a news agency."""

    key: str = OUTLET
    name: str = OUTLET
    type: str = ""
    chain: tuple[str, ...] = (OUTLET,)


Voice = Literal["authorial", "reported", "quoted"]
Period = Literal["past", "current", "ended", "future"]


class Judged(NamedTuple):
    """What was found in one article."""

    evidence: tuple[Evidence, ...]
    stances: tuple[Stance, ...]
    pairs: tuple[Pair, ...]


def judge(
    pieces: Sequence[Piece],
    names: Sequence[Named],
    clusters: dict[str, Cluster],
    said: Sequence[Speech],
    where: Where,
    *,
    texts: dict[FieldName, str],
    gazetteer: Gazetteer,
    floor: float,
    writer: Writer | None = None,
    topics: Topics | None = None,
    trace: list[Veto] | None = None,
) -> Judged:
    """Find the stances of an article.

    Capitals that act are turned into their governments in ``names`` and ``clusters``.

    Args:
        writer: who holds what the article says in its own words, by :func:`writer_of`; the outlet where not given.
        topics: what one may be for or against beside entities; a topic is never a holder.
        trace: gets the cues that made no stance, each with why.
    """
    participants.metonyms(names, pieces, clusters, gazetteer)
    vetoes: list[Veto] = []
    scene = Scene(pieces, where, clusters, said, vetoes, topics)
    offices = participants.speaks_for(names, pieces, where, clusters)
    evidence: list[Evidence] = []
    for index in range(len(pieces)):
        evidence.extend(_of_piece(scene, index, offices, texts, floor))
    if trace is not None:
        trace.extend(vetoes)
    evidence = _inherit_headline(evidence)
    if writer is not None and writer.key != OUTLET:
        evidence = [_written(item, writer) for item in evidence if item.target != writer.key]
    return Judged(
        evidence=tuple(evidence),
        stances=rollup.stances(evidence),
        pairs=rollup.pairs_without(names, pieces, clusters, evidence),
    )


def writer_of(
    authors: Sequence[str], agency: str, genre: str, clusters: dict[str, Cluster], gazetteer: Gazetteer
) -> Writer:
    """Say who holds an article's own judgements: an op-ed's first author, wire copy's agency, else the outlet."""
    chain: tuple[str, ...]
    if genre.lower() in _SIGNED and authors and authors[0].strip():
        named, chain, kind = authors[0].strip(), (OUTLET,), "PERSON"
    elif agency.strip():
        named, chain, kind = agency.strip(), (), "ORG"
    else:
        return Writer()
    for cluster in clusters.values():
        if named.casefold() in {cluster.name.casefold(), *(form.casefold() for form in cluster.surfaces)}:
            return Writer(cluster.key, cluster.name, cluster.type, (*chain, cluster.key))
    entry = gazetteer.entries.get(gazetteer.by_name.get(named, ""))
    if entry is not None and entry.type == kind:
        return Writer(entry.id, entry.name, entry.type, (*chain, entry.id))
    return Writer(slug(named), named, kind, (*chain, slug(named)))


def _written(item: Evidence, writer: Writer) -> Evidence:
    """Evidence of the paper's own words, held by who wrote them; all else only passes through the writer's hands."""
    agency = writer.chain[0] != OUTLET
    chain = (*writer.chain, *item.source_chain[1:]) if item.holder == OUTLET or agency else item.source_chain
    if item.holder != OUTLET:
        return msgspec.structs.replace(item, source_chain=chain)
    return msgspec.structs.replace(
        item,
        holder=writer.key,
        holder_name=writer.name,
        holder_type=writer.type,
        source_chain=chain,
        evidence_id=digest(writer.key, item.evidence_id),
    )


def _of_piece(
    scene: Scene, index: int, offices: dict[str, str], texts: dict[FieldName, str], floor: float
) -> list[Evidence]:
    claims = list(grammar.claims(scene, index))
    ruled_out = {(v.holder, v.target) for v in scene.trace or () if v.piece == index}
    settled = {(_holder_key(claim), claim.target.key) for claim in claims} | ruled_out
    # the grammar has read whom the cue is about: no entity, so no bystander either
    others = {v.at for v in scene.trace or () if v.piece == index and v.holder and not v.target}
    open_pairs = pairs.candidates(scene, index, frozenset(settled), wide=floor < scoring.WIDE_BELOW)
    claims += [c for c in open_pairs if c.at.i not in others]
    answers = pairs.ask(scene, claims)
    decided = [
        (made, answer)
        for claim, answer in zip(claims, answers, strict=True)
        if (made := scoring.decided(claim, answer)) is not None
    ]
    crowds: dict[int, set[tuple[str, str]]] = {}
    for claim, answer in decided:
        if scoring.counts(claim, answer) and not claim.target.topic:
            crowds.setdefault(claim.at.sent.start, set()).add((_holder_key(claim), claim.target.key))
    best: dict[tuple[str, str, int, int, str], Evidence] = {}
    for claim, answer in decided:
        crowd = len(crowds.get(claim.at.sent.start, ()))
        item = _record(scene, claim, offices, texts, crowd=crowd, answer=answer)
        least = scoring.floor(claim, crowd=crowd, least=floor)
        if item.confidence < least:
            scene.veto(index, [claim.holder], [claim.target], f"too unsure ({item.confidence} < {least})", claim.rule)
            continue
        key = (item.holder, item.target, item.polarity, item.sentence_index, item.period)
        if key not in best or item.confidence > best[key].confidence:
            best[key] = item
    return sorted(best.values(), key=lambda item: (item.cue_start, item.holder, item.target, item.polarity))


def _holder_key(claim: Claim) -> str:
    return OUTLET if claim.holder is None else claim.holder.key


def _record(
    scene: Scene,
    claim: Claim,
    offices: dict[str, str],
    texts: dict[FieldName, str],
    *,
    crowd: int,
    answer: scoring.Answer | None,
) -> Evidence:
    piece = scene.pieces[claim.piece]
    around = scene.speeches(piece, claim.at)
    chain = [OUTLET]
    for speech in around:
        speaker = scene.speaker(speech)
        if speaker is not None and speaker.key != chain[-1]:
            chain.append(speaker.key)
    voice: Voice = "authorial" if claim.holder is None else "reported"
    if claim.holder is not None and _in_marks(scene, piece, claim):
        voice = "quoted"
    status = claim.status
    intended = status.intended or status.would
    period: Period = "ended" if status.ended else "past" if status.past else "future" if intended else "current"
    start, end = _shown(piece, claim, around)
    text = texts[piece.field]
    cue_start = piece.at(piece.doc[claim.cue[0]])
    last = piece.doc[claim.cue[1] - 1]
    cue_end = piece.at(last) + len(last)
    holder = claim.holder
    target = claim.target
    target_name, target_type = scene.called(target)
    sentence = piece.first_sentence + sum(1 for s in piece.doc.sents if s.start < claim.at.sent.start)
    holder_key = _holder_key(claim)
    return Evidence(
        evidence_id=digest(
            holder_key, target.key, str(claim.sign), piece.field, str(cue_start), text[start:end], texts["title"]
        ),
        holder=holder_key,
        target=target.key,
        polarity=claim.sign,
        confidence=scoring.confidence(claim, depth=len(around), crowd=crowd, answer=answer),
        field=piece.field,
        start=start,
        end=end,
        text=text[start:end],
        cue=text[cue_start:cue_end],
        cue_start=cue_start,
        cue_end=cue_end,
        holder_name=OUTLET if holder is None else scene.clusters[holder.key].name,
        holder_type="" if holder is None else scene.clusters[holder.key].type,
        target_name=target_name,
        target_type=target_type,
        holder_mention=None if holder is None else mention(holder.mention, texts),
        target_mention=mention(target.mention, texts),
        resolved_by=_resolved(claim),
        strength="label" if claim.label else "clause",
        voice=voice,
        act=claim.act,
        factuality="intended" if intended else "asserted",
        period=period,
        time_text=status.time_text,
        source_chain=tuple(chain),
        speaks_for="" if holder is None else offices.get(holder.key, ""),
        section="headline" if piece.field == "title" else "lead" if piece.paragraph == 0 else "body",
        sentence_index=sentence,
        rule=claim.rule,
    )


def _resolved(claim: Claim) -> Literal["name", "alias", "pronoun", "description"]:
    """The weaker of the two ways in which holder and target were found."""
    order = ("name", "alias", "description", "pronoun")
    ways = [claim.target.how] + ([claim.holder.how] if claim.holder is not None else [])
    return max(ways, key=order.index)


def _in_marks(scene: Scene, piece: Piece, claim: Claim) -> bool:
    at = piece.at(claim.at)
    for speech in scene.speeches(piece, claim.at):
        if speech.marked:
            return True
        if speech.kind == "mixed":
            text = piece.text
            before = text[speech.start - piece.start : at - piece.start]
            return before.count("“") > before.count("”") or before.count('"') % 2 == 1
    return False


def _shown(piece: Piece, claim: Claim, around: Sequence[Speech]) -> tuple[int, int]:
    """The sentence with the cue, stretched over the whole quote it stands in and that quote's own cue."""
    start, end = piece.span(claim.at.sent)
    for speech in around:
        left, right = min(start, speech.outer_start), max(end, speech.outer_end)
        if speech.marked and speech.cue_at[0] >= 0 and piece.start <= left:
            token = speech.cue_at[1]
            if speech.outer_start >= piece.start and token < len(piece.doc):
                sentence = piece.span(piece.doc[token].sent)
                left, right = min(left, sentence[0]), max(right, sentence[1])
        if right - left <= _MOST_SHOWN:
            start, end = left, right
    text = piece.text
    while end > start and end - piece.start <= len(text) and text[end - piece.start - 1].isspace():
        end -= 1
    while start < end and start >= piece.start and text[start - piece.start].isspace():
        start += 1
    return start, end


def _inherit_headline(evidence: Sequence[Evidence]) -> list[Evidence]:
    """A headline's own verdict is somebody's where the body says whose; else it stays the outlet's."""
    out: list[Evidence] = []
    body = [item for item in evidence if item.section != "headline" and item.holder != OUTLET]
    for item in evidence:
        if item.section == "headline" and item.holder == OUTLET:
            owners = [b for b in body if b.target == item.target and b.polarity == item.polarity]
            if owners and len({b.holder for b in owners}) == 1:
                owner = owners[0]
                out.append(_owned(item, owner))
                continue
        out.append(item)
    return out


def _owned(item: Evidence, owner: Evidence) -> Evidence:
    return msgspec.structs.replace(
        item,
        holder=owner.holder,
        holder_name=owner.holder_name,
        holder_type=owner.holder_type,
        holder_mention=owner.holder_mention,
        voice="reported",
        source_chain=owner.source_chain,
        speaks_for=owner.speaks_for,
        rule=f"{item.rule}; holder from the body",
    )
