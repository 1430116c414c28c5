"""Pronouns and descriptions: "she", "the president", "the company", "I" inside a quote.

Rules only, and only where the text leaves little choice; the rest stays open. "He" and "she" lead to the person last
named that agrees in gender, never to the subject of the same clause for an object, and never to the speaker inside the
speaker's own quote.
"""

from collections.abc import Sequence

from spacy.tokens import Token

from pipeline.tag.aliases import Cluster
from pipeline.tag.entities import MentionKind, Named
from pipeline.tag.names import BODIES, ROLES, SPOKESPEOPLE, VOICES
from pipeline.tag.nlp import Piece
from pipeline.tag.quotes import Speech
from pipeline.tag.syntax import clause_of, own_subject

_GENDER = {
    "he": "m",
    "him": "m",
    "his": "m",
    "himself": "m",
    "she": "f",
    "her": "f",
    "hers": "f",
    "herself": "f",
}
_FIRST = frozenset({"i", "me", "my", "myself"})
_NEUTER = frozenset({"it", "itself"})
#: Sentences that a pronoun reaches back over.
_REACH = 3


class Where:
    """Which entity a token belongs to."""

    def __init__(self, names: Sequence[Named]) -> None:
        self._at: dict[tuple[int, int], Named] = {}
        for name in names:
            self.add(name)

    def add(self, name: Named) -> None:
        """Register a mention's tokens."""
        for token in range(name.first, name.last):
            self._at.setdefault((name.piece, token), name)

    def get(self, piece: int, token: int) -> Named | None:
        """The mention that covers a token."""
        return self._at.get((piece, token))


def learn_roles(names: Sequence[Named], pieces: Sequence[Piece], clusters: dict[str, Cluster]) -> None:
    """Note which person holds which office: from titles (already known), appositions and "X is the chairman"."""
    for name in names:
        cluster = clusters[name.key]
        if cluster.type != "PERSON":
            continue
        head = pieces[name.piece].doc[name.last - 1]
        related = [kid for kid in head.children if kid.dep_ == "appos"]
        if head.dep_ == "appos":
            related.append(head.head)
        if head.dep_ == "nsubj" and head.head.lemma_ == "be":
            related.extend(kid for kid in head.head.children if kid.dep_ == "attr")
        related.extend(kid for kid in head.children if kid.dep_ in {"compound", "nmod"})
        cluster.roles.update(token.lemma_.lower() for token in related if token.lemma_.lower() in ROLES)


def resolve(
    pieces: Sequence[Piece], names: list[Named], clusters: dict[str, Cluster], quotes: Sequence[Speech]
) -> list[Named]:
    """Return the mentions by pronoun and description, resolved; also notes genders learnt on the way."""
    where = Where(names)
    found: list[Named] = []
    recent: list[tuple[int, Named]] = []  # sentence number and mention, oldest first
    by_piece: dict[int, list[Named]] = {}
    for name in names:
        by_piece.setdefault(name.piece, []).append(name)
    for index, piece in enumerate(pieces):
        if piece.field == "title":
            continue  # a headline points ahead, not back
        own_quotes = [
            q
            for q in quotes
            if q.marked
            and q.field == piece.field
            and q.start < piece.start + len(piece.doc.text)
            and piece.start < q.end
        ]
        queue = {name.first: name for name in by_piece.get(index, ())}
        for number, sentence in enumerate(piece.doc.sents, start=piece.first_sentence):
            recent = [(n, m) for n, m in recent if number - n <= _REACH][-60:]
            for token in sentence:
                if token.i in queue:
                    recent.append((number, queue[token.i]))
                    continue
                if where.get(index, token.i) is not None:
                    continue
                quote = next((q for q in own_quotes if q.start <= piece.at(token) < q.end), None)
                mention = _pronoun(index, piece, token, number, recent, clusters, where, quote) or _description(
                    index, piece, token, number, recent, clusters
                )
                if mention is not None:
                    found.append(mention)
                    where.add(mention)
                    recent.append((number, mention))
    return found


def _mention(
    index: int, piece: Piece, first: Token, last: Token, key: str, kind: MentionKind, clusters: dict[str, Cluster]
) -> Named:
    start, end = piece.at(first), piece.at(last) + len(last)
    return Named(
        piece=index,
        first=first.i,
        last=last.i + 1,
        field=piece.field,
        start=start,
        end=end,
        text=piece.doc.text[start - piece.start : end - piece.start],
        type=clusters[key].type,
        kind=kind,
        key=key,
    )


def _pronoun(
    index: int,
    piece: Piece,
    token: Token,
    number: int,
    recent: Sequence[tuple[int, Named]],
    clusters: dict[str, Cluster],
    where: Where,
    quote: Speech | None,
) -> Named | None:
    word = token.lower_
    if word in _FIRST and quote is not None and quote.speaker is not None:
        speaker = where.get(*quote.speaker)
        if speaker is not None and clusters[speaker.key].type == "PERSON":
            return _mention(index, piece, token, token, speaker.key, "pronoun", clusters)
        return None
    gender = _GENDER.get(word)
    if gender is None and (word not in _NEUTER or token.dep_ not in {"nsubj", "dobj", "pobj"}):
        return None
    if gender is None and _pleonastic(token):
        return None
    barred = _barred(index, token, where)
    if quote is not None and quote.speaker is not None and (speaker := where.get(*quote.speaker)) is not None:
        barred.add(speaker.key)
    unknown: str | None = None
    subject_unknown: str | None = None
    for sentence, mention in reversed(recent):
        cluster = clusters[mention.key]
        if mention.key in barred or _is_owner(piece, index, mention):
            continue
        if gender is None:
            if number == sentence and cluster.type in {"ORG", "GPE"}:
                return _mention(index, piece, token, token, mention.key, "pronoun", clusters)
            continue
        if cluster.type != "PERSON":
            continue
        if cluster.gender == gender:
            if subject_unknown is not None and sentence < number:
                return _mention(index, piece, token, token, subject_unknown, "pronoun", clusters)
            return _mention(index, piece, token, token, mention.key, "pronoun", clusters)
        if not cluster.gender:
            unknown = unknown or mention.key
            if mention.piece == index and _is_subject(piece.doc[mention.last - 1]):
                subject_unknown = subject_unknown or mention.key
    if unknown is None:
        return None
    unknown = subject_unknown or unknown
    others = {m.key for _, m in recent if clusters[m.key].type == "PERSON" and not clusters[m.key].gender} - barred
    if len(others) == 1:
        clusters[unknown].gender = gender or ""
    return _mention(index, piece, token, token, unknown, "pronoun", clusters)


def _is_owner(piece: Piece, index: int, mention: Named) -> bool:
    """A demonym before a noun ("the French dentist") is nobody a pronoun could mean."""
    return mention.piece == index and piece.doc[mention.last - 1].dep_ == "amod"


def _is_subject(token: Token) -> bool:
    return token.dep_ == "nsubj" or (token.dep_ == "appos" and token.head.dep_ == "nsubj")


def _pleonastic(token: Token) -> bool:
    verb = token.head
    return token.dep_ == "nsubj" and (
        verb.lemma_ in {"be", "seem", "appear", "become", "take", "rain", "snow"}
        or any(kid.dep_ in {"ccomp", "csubj"} for kid in verb.children)
    )


def _barred(index: int, token: Token, where: Where) -> set[str]:
    """Who an object pronoun cannot mean: the subject of its own clause."""
    if token.dep_ not in {"dobj", "pobj", "dative"} or token.lower_.endswith("self"):
        return set()
    subject, _ = own_subject(clause_of(token))
    if subject is None:
        verb = clause_of(token)
        subject = own_subject(verb.head)[0] if verb.dep_ in {"conj", "xcomp"} else None
    mention = where.get(index, subject.i) if subject is not None else None
    return {mention.key} if mention is not None else set()


def _description(
    index: int,
    piece: Piece,
    token: Token,
    number: int,
    recent: Sequence[tuple[int, Named]],
    clusters: dict[str, Cluster],
) -> Named | None:
    lemma = token.lemma_.lower()
    if token.pos_ not in {"NOUN", "PROPN"} or not (lemma in ROLES or lemma in BODIES) or token.tag_ in {"NNS", "NNPS"}:
        return None
    determiner = next((kid for kid in token.children if kid.dep_ == "det"), None)
    if determiner is None or determiner.lower_ not in {"the", "this", "that"} or determiner.i > token.i:
        return None
    kids = [kid for kid in token.children if kid is not determiner and kid.i != determiner.i]
    if any(kid.dep_ in {"prep", "poss", "appos", "relcl", "acl"} for kid in kids) or token.dep_ in {
        "compound",
        "appos",
        "attr",
    }:
        return None
    if any(kid.dep_ in {"compound", "amod", "nmod"} and kid.lower_ not in {"prime", "foreign", "vice"} for kid in kids):
        return None
    if lemma in ROLES:
        holders = [m.key for _, m in reversed(recent) if lemma in clusters[m.key].roles]
        if not holders:
            everyone = [key for key, cluster in clusters.items() if lemma in cluster.roles]
            holders = everyone if len(everyone) == 1 else []
        return _mention(index, piece, determiner, token, holders[0], "description", clusters) if holders else None
    bodies = [
        m.key
        for n, m in reversed(recent)
        if clusters[m.key].type == "ORG" and number - n <= 2 and not clusters[m.key].known
    ]
    named = [key for key in bodies if lemma in clusters[key].name.lower().split()]
    if named:
        return _mention(index, piece, determiner, token, named[0], "description", clusters)
    if len(set(bodies)) == 1:
        return _mention(index, piece, determiner, token, bodies[0], "description", clusters)
    return None


def voice_of(
    pieces: Sequence[Piece],
    names: Sequence[Named],
    clusters: dict[str, Cluster],
    where: Where,
    at: tuple[int, int],
) -> Named | None:
    """The body that somebody unnamed speaks for: "Poland's foreign ministry", "a spokesman for the union".

    Args:
        at: piece and token of the noun that names the speaker.
    """
    index, position = at
    noun = pieces[index].doc[position]
    lemma = noun.lemma_.lower()
    if lemma not in VOICES and noun.lower_ not in VOICES:
        return None
    for owner in _owners(noun):
        named = where.get(index, owner.i)
        if named is not None and clusters[named.key].type in {"ORG", "GPE", "NORP"}:
            return named
        if named is None and owner.i != noun.i and (found := _first_owner(index, owner, where, clusters)) is not None:
            return found  # "a spokesman for Poland's army"
    if lemma not in SPOKESPEOPLE or any(kid.dep_ in {"poss", "compound", "prep"} for kid in noun.children):
        return None
    before = [
        name
        for name in names
        if name.field == pieces[index].field
        and (name.piece, name.first) < at
        and name.piece >= index - 1
        and clusters[name.key].type == "ORG"
    ]
    return before[-1] if before else None


def _owners(noun: Token) -> Sequence[Token]:
    found = [kid for kid in noun.children if kid.dep_ in {"poss", "compound", "amod", "nmod"}]
    for kid in noun.children:
        if kid.dep_ in {"prep", "agent"} and kid.lower_ in {"for", "of", "from", "by", "at"}:
            found.extend(thing for thing in kid.children if thing.dep_ == "pobj")
    return found


def _first_owner(index: int, noun: Token, where: Where, clusters: dict[str, Cluster]) -> Named | None:
    for owner in _owners(noun):
        named = where.get(index, owner.i)
        if named is not None and clusters[named.key].type in {"ORG", "GPE", "NORP"}:
            return named
    return None
