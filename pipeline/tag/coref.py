"""Pronouns and descriptions: "she", "the president", "the company", "the two sides", "we" inside a quote.

Rules only, and only where the text leaves little choice; the rest stays open. Of the persons that agree in gender,
"he" and "she" lead to the one who stands out most: how near, whether a subject, how often named (after Lappin and
Leass, 1994). Never to the subject of the same clause for an object, and never to the speaker inside the speaker's own
quote, where only "I" and "we" are.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Token

from pipeline.tag.aliases import Cluster
from pipeline.tag.entities import MentionKind, Named
from pipeline.tag.names import BODIES, KIN_F, KIN_M, ROLES, SPOKESPEOPLE, VOICES, body_kinds, kind_of_body
from pipeline.tag.nlp import Piece
from pipeline.tag.quotes import SPEECH, Speech
from pipeline.tag.syntax import ancestors, child, clause_of, own_subject
from pipeline.tag.syntax import subject as subject_of
from pipeline.tag.words import words

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
_FIRST = frozenset({"i", "me", "my", "myself", "mine"})
_FIRST_PLURAL = frozenset({"we", "us", "our", "ours", "ourselves"})
_NEUTER = frozenset({"it", "its", "itself"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
#: Sentences that a pronoun reaches back over, and a description.
_REACH = 3
_FAR = 6
#: What of two persons' weights leaves open whom "he" means.
_EVEN = 0.5
_NEARNESS = (100, 60, 30, 12)
#: What it weighs that somebody spoke last, where "he" speaks, and how many paragraphs may not stand between.
_GOES_ON = 60
#: What it weighs that the words of whoever speaks name somebody: few speak of themselves by name.
_NOT_HIMSELF = 60
_PARAGRAPHS = 3
_PAIRED = {
    "sides": frozenset({"GPE", "ORG"}),
    "countries": frozenset({"GPE"}),
    "nations": frozenset({"GPE"}),
    "states": frozenset({"GPE"}),
    "neighbours": frozenset({"GPE"}),
    "neighbors": frozenset({"GPE"}),
    "governments": frozenset({"GPE"}),
    "allies": frozenset({"GPE"}),
    "parties": frozenset({"ORG"}),
    "companies": frozenset({"ORG"}),
    "firms": frozenset({"ORG"}),
    "groups": frozenset({"ORG"}),
    "unions": frozenset({"ORG"}),
    "clubs": frozenset({"ORG"}),
    "teams": frozenset({"ORG", "GPE"}),
    "men": frozenset({"PERSON"}),
    "women": frozenset({"PERSON"}),
    "leaders": frozenset({"PERSON"}),
    "presidents": frozenset({"PERSON"}),
    "ministers": frozenset({"PERSON"}),
    "candidates": frozenset({"PERSON"}),
    "rivals": frozenset({"PERSON", "ORG", "GPE"}),
}
_PLACES = words("in at from to near across on of through over into toward towards")
#: Modifiers that belong to an office.
_OFFICE_PARTS = words(
    """prime foreign vice chief deputy interior finance defence defense executive managing general opposition health
    justice education energy transport home environment agriculture trade labour labor culture economy business
    climate housing immigration party union federal supreme attorney police army navy tech"""
)
#: "The French leader" may hold any of these offices.
_LEADS = words("president premier chancellor king queen dictator emperor sultan minister")
#: Who is called so may be anybody: nobody is taken for one because he was named a sentence before.
_ANYBODY = words(
    """president king queen pope judge doctor driver captain victim suspect witness reporter official aide
    spokesman spokeswoman spokesperson source analyst student teacher soldier officer player survivor chief head
    winner prosecutor lawyer attorney solicitor barrister magistrate defendant plaintiff journalist editor
    columnist researcher nurse neighbour"""
)
#: What leaves open which body or state a description means, and what of two holders of an office.
_CLOSE = 22
#: Nouns for a state, and for a place that is none.
_STATES = words("country nation republic kingdom")
_TOWNS = words("city town village capital municipality")
#: Nouns for whoever stands against somebody.
_RIVALS = words("rival opponent challenger")
#: Modifiers that tell one holder of an office from another, or mean nobody in particular.
_TELLS_APART = words(
    """former ex late other another next new future previous outgoing incoming acting old same first second third last
    current then young local own senior junior sitting elected such only single many several few certain potential
    possible likely regional national"""
)
#: What is said of a text, or of what a body makes, as much as of the body: "it says", "it has forty floors".
_OF_TEXTS = words("say show find suggest warn call conclude reveal argue claim recommend contain have cost include")
_TEXTS = words(
    """report study survey poll letter statement article book paper review ruling law bill motion document list
    guide plan map proposal film"""
)
#: Persons that no office names.
_PEOPLE = (
    KIN_F
    | KIN_M
    | ROLES
    | words(
        """person officer man woman boy girl child baby patient resident neighbour neighbor tourist visitor passenger
    customer parent friend colleague stranger worker employee guard policeman policewoman fan voter
    protester demonstrator migrant refugee hostage prisoner inmate gunman attacker hiker pensioner teenager guest user
    tenant client caller passer-by mourner"""
    )
)
#: Whoever is called so has no name in the text: "Police said the suspect had fled. He …".
_UNNAMED = words(
    """suspect attacker assailant gunman driver pedestrian passenger passerby passer-by bystander burglar thief robber
    shooter stabber caller boy girl teenager toddler baby child pensioner cyclist motorcyclist motorist"""
)
_PERSONAL_ENDINGS = ("ers", "ors", "ists", "ians", "ants", "ees", "men", "women", "people", "children")
#: Nouns for a body that say no more than its kind: a company need not be an airline.
_BY_KIND = words("company firm group giant party club team bloc alliance")


class Where:
    """Which entity a token belongs to."""

    def __init__(self, names: Sequence[Named]) -> None:
        self._at: dict[tuple[int, int], Named] = {}
        self._groups: dict[tuple[int, int], list[Named]] = {}
        for name in names:
            self.add(name)

    def add(self, name: Named) -> None:
        """Register a mention's tokens."""
        for token in range(name.first, name.last):
            if name.group:
                self._groups.setdefault((name.piece, token), []).append(name)
            else:
                self._at.setdefault((name.piece, token), name)

    def get(self, piece: int, token: int) -> Named | None:
        """The mention that covers a token."""
        return self._at.get((piece, token))

    def group(self, piece: int, token: int) -> tuple[Named, ...]:
        """The mentions of those whom a token names together ("the two sides")."""
        return tuple(self._groups.get((piece, token), ()))


def learn_roles(names: Sequence[Named], pieces: Sequence[Piece], clusters: dict[str, Cluster]) -> None:
    """Note who holds which office and what kind of body a body is: from titles, appositions and "X is the chairman".

    An office that only the gazetteer knows counts where the text calls somebody nothing else.
    """
    where = Where(names)
    for name in names:
        cluster = clusters[name.key]
        doc = pieces[name.piece].doc
        head = doc[name.last - 1]
        related = [kid for kid in head.children if kid.dep_ == "appos"]
        bracketed = name.first > 0 and doc[name.first - 1].text == "("
        if head.dep_ == "appos" and not (bracketed and head.head.i != name.first - 2):
            related.append(head.head)  # but not "the United Nations' (UN) court"
        if head.dep_ == "nsubj" and head.head.lemma_ == "be":
            related.extend(kid for kid in head.head.children if kid.dep_ == "attr")
        related.extend(kid for kid in head.children if kid.dep_ in {"compound", "nmod"} and kid.i < name.first)
        if (
            name.first
            and doc[name.first - 1].pos_ == "NOUN"
            and doc[name.first - 1].head.i in range(name.first, name.last)
        ):
            related.append(doc[name.first - 1])
        lemmas = {token.lemma_.lower() for token in related}
        if cluster.type == "PERSON":
            cluster.roles.update(lemmas & ROLES)
            for office in (token for token in related if token.lemma_.lower() in ROLES):
                cluster.roles.update({_office(office), _full_office(office)})
                if any(kid.lower_ in {"former", "ex"} for kid in (*office.lefts, *head.lefts) if kid.i < office.i):
                    cluster.roles.add(f"former {office.lemma_.lower()}")
                cluster.of.update(_bodies_of(name.piece, (office, head), where, clusters) - {name.key})
            cluster.gender = cluster.gender or ("f" if lemmas & KIN_F else "m" if lemmas & KIN_M else "")
            if head.dep_ == "nsubj" and head.head.lemma_ in {"lead", "head", "chair", "own", "coach", "edit", "found"}:
                cluster.roles.add(_DOER[head.head.lemma_])
                cluster.of.update(_done_to(name.piece, head.head, where, clusters))
            for clause in (kid for kid in head.children if kid.dep_ == "relcl" and kid.lemma_ in _DOER):
                if (who := own_subject(clause)[0]) is not None and who.lower_ == "who":
                    cluster.roles.add(_DOER[clause.lemma_])
                    cluster.of.update(_done_to(name.piece, clause, where, clusters))
            for clause in (kid for kid in head.children if kid.dep_ == "relcl"):
                for noun in clause.children:
                    if any(kid.dep_ == "poss" and kid.lower_ == "whose" for kid in noun.children):
                        named = where.get(name.piece, noun.i)
                        if named is not None and clusters[named.key].type == "ORG":
                            cluster.of.add(named.key)  # "Lund, whose Farm Party is ahead"
        elif cluster.type in {"ORG", "FAC", "NORP"}:
            cluster.roles.update(lemmas & BODIES)
    for cluster in clusters.values():
        if cluster.type == "PERSON" and cluster.office and not cluster.roles & ROLES:
            cluster.roles.update({cluster.office, cluster.office.split()[-1]} if cluster.office.split() else ())
            cluster.of.update({cluster.country} - {""})


def _office(noun: Token) -> str:
    """An office with what belongs to it: "foreign minister"."""
    parts = [
        kid.lower_ for kid in noun.lefts if kid.dep_ in {"compound", "amod", "nmod"} and kid.lower_ in _OFFICE_PARTS
    ]
    if not parts:  # "Foreign Minister Marek": both stand beside the name
        first = noun.i
        while first and noun.doc[first - 1].lower_ in _OFFICE_PARTS and noun.doc[first - 1].head == noun.head:
            first -= 1
        parts = [token.lower_ for token in noun.doc[first : noun.i]]
    return " ".join((*parts, noun.lemma_.lower()))


def _full_office(noun: Token) -> str:
    """An office with every noun before it: "competition chief"."""
    parts = [kid.lower_ for kid in noun.lefts if kid.dep_ in {"compound", "nmod"} and kid.pos_ == "NOUN"]
    return " ".join((*parts, noun.lemma_.lower()))


def _done_to(index: int, verb: Token, where: "Where", clusters: dict[str, Cluster]) -> set[str]:
    """The body that a clause's verb is done to: "who leads the Greens"."""
    things = [where.get(index, kid.i) for kid in verb.children if kid.dep_ == "dobj"]
    return {named.key for named in things if named is not None and clusters[named.key].type in {"ORG", "NORP", "GPE"}}


def _bodies_of(index: int, nouns: Sequence[Token], where: "Where", clusters: dict[str, Cluster]) -> set[str]:
    """Whose office it is: owner, adjective or "of"-phrase beside the office or the name."""
    found = set()
    for noun in nouns:
        for owner in _owners(noun):
            named = where.get(index, owner.i)
            if named is not None and clusters[named.key].type in {"ORG", "GPE", "NORP"}:
                found.add(named.key)
    return found


_DOER = {
    "lead": "leader",
    "head": "head",
    "chair": "chair",
    "own": "owner",
    "coach": "coach",
    "edit": "editor",
    "found": "founder",
}


@dataclass(slots=True)
class _Reader:
    """One pass over the text, with what was named so far."""

    pieces: Sequence[Piece]
    clusters: dict[str, Cluster]
    where: Where
    recent: list[tuple[int, Named]]  # sentence number and mention, oldest first
    counts: dict[str, int]
    said_by: dict[tuple[int, int], set[str]]  # who is named in what a token says
    said_until: dict[tuple[int, int], int]  # where that ends
    told_of: set[int]  # orders of the names that stand in no speech
    voices: list[Named]  # who has spoken so far
    ruled: Counter[str]  # states whose government or ministers the text has told of, and how often
    armed: Counter[str]  # states whose army it has

    def heard(self, number: int, mention: Named) -> None:
        """Note a mention, and that it speaks."""
        self.recent.append((number, mention))
        if any((mention.piece, token) in self.said_by for token in range(mention.first, mention.last)):
            self.voices.append(mention)


def resolve(
    pieces: Sequence[Piece], names: list[Named], clusters: dict[str, Cluster], quotes: Sequence[Speech]
) -> list[Named]:
    """Return the mentions by pronoun and description, resolved; also notes genders learnt on the way."""
    reader = _Reader(pieces, clusters, Where(names), [], {}, *_named_by(quotes, names), [], Counter(), Counter())
    found: list[Named] = []
    first_person: list[tuple[int, Token, Speech]] = []
    by_piece: dict[int, list[Named]] = {}
    for name in names:
        by_piece.setdefault(name.piece, []).append(name)
    for index, piece in enumerate(pieces):
        if piece.field == "title":
            continue  # a headline points ahead, not back
        end = piece.start + len(piece.text)
        own_quotes = [
            q for q in quotes if q.marked and q.field == piece.field and q.start < end and piece.start < q.end
        ]
        queue = {name.first: name for name in by_piece.get(index, ())}
        for number, sentence in enumerate(piece.doc.sents, start=piece.first_sentence):
            reader.recent = [(n, m) for n, m in reader.recent if number - n <= _FAR][-80:]
            for token in sentence:
                if token.i in queue:
                    if not _is_channel(token, queue[token.i]):
                        reader.heard(number, queue[token.i])
                    reader.counts[queue[token.i].key] = reader.counts.get(queue[token.i].key, 0) + 1
                    if (whose := _is_ruled(reader, queue[token.i])) is not None:
                        reader.ruled[queue[token.i].key] += 1
                        reader.armed[queue[token.i].key] += whose in _FORCES
                    continue
                if reader.where.get(index, token.i) is not None:
                    continue
                quote = _quote_at(own_quotes, piece.at(token))
                if token.lower_ in _FIRST | _FIRST_PLURAL:
                    if quote is not None:
                        first_person.append((index, token, quote))
                    continue
                made = list(_pair(reader, index, token, number)) if token.lower_ in _PAIRED else []
                if not made:
                    one = (
                        _pronoun(reader, index, token, number, quote, own_quotes)
                        or _description(reader, index, token, number)
                        or _set_apart(reader, index, token, number)
                        or _rival(reader, index, token, number, quote)
                    )
                    made = [one] if one is not None else []
                for mention in made:
                    cut = reader.where.get(index, mention.first)
                    if cut is not None and cut.first < mention.first:
                        continue  # a name reaches into it
                    found.append(mention)
                    reader.where.add(mention)
                    if not mention.group:
                        reader.heard(number, mention)
    found.extend(_first_persons(reader, first_person))
    return found


def _is_channel(first: Token, name: Named) -> bool:
    """Whether a network is only where something was said: "wrote on Twitter" is no talk of the company."""
    return name.text in _CHANNELS and first.i > 0 and first.nbor(-1).lower_ in {"on", "via"}


_CHANNELS = frozenset(
    [
        "Twitter",
        "Facebook",
        "Instagram",
        "TikTok",
        "YouTube",
        "X",
        "Telegram",
        "WhatsApp",
        "LinkedIn",
        "Reddit",
        "Weibo",
        "WeChat",
        "Bluesky",
        "Threads",
    ]
)


def _named_by(
    quotes: Sequence[Speech], names: Sequence[Named]
) -> tuple[dict[tuple[int, int], set[str]], dict[tuple[int, int], int], set[int]]:
    """For each token that speaks, the keys of those whom its words name and where these end; the names outside of any.

    Whoever speaks does not name himself.
    """
    places: dict[str, list[Named]] = {}
    for name in sorted(names, key=lambda name: name.start):
        places.setdefault(name.field, []).append(name)
    starts = {field: [name.start for name in held] for field, held in places.items()}
    out: dict[tuple[int, int], set[str]] = {}
    until: dict[tuple[int, int], int] = {}
    told_of = {name.order for name in names}
    for quote in quotes:
        held = starts.get(quote.field, [])
        inside = places.get(quote.field, [])[bisect_left(held, quote.start) : bisect_left(held, quote.end)]
        told_of -= {name.order for name in inside}
        if quote.speaker is not None and not quote.act:
            out.setdefault(quote.speaker, set()).update(name.key for name in inside)
            until[quote.speaker] = max(until.get(quote.speaker, 0), quote.end)
    return out, until, told_of


def _quote_at(quotes: Sequence[Speech], at: int) -> Speech | None:
    """The innermost quote that a place stands in."""
    around = [q for q in quotes if q.start <= at < q.end]
    return min(around, key=lambda q: q.end - q.start) if around else None


def _first_persons(reader: _Reader, tokens: Sequence[tuple[int, Token, Speech]]) -> Iterator[Named]:
    """ "I" and "we" are whoever speaks: known once the pronouns outside of the marks are."""
    for index, token, quote in tokens:
        if quote.speaker is None or (quote.kind == "mixed" and not _in_marks(reader.pieces[index], token, quote)):
            continue
        speaker = reader.where.get(*quote.speaker)
        if speaker is None or reader.where.get(index, token.i) is not None:
            continue
        kinds = {"PERSON"} if token.lower_ in _FIRST else {"PERSON", "ORG", "GPE", "NORP"}
        if reader.clusters[speaker.key].type in kinds:
            mention = _mention(reader, index, token, token, speaker.key, "pronoun")
            reader.where.add(mention)
            yield mention


def _in_marks(piece: Piece, token: Token, quote: Speech) -> bool:
    """Whether a token of a paraphrase stands behind an opening mark of it."""
    before = piece.text[max(0, quote.start - piece.start) : token.idx]
    opened = sum(before.count(mark) for mark in "“«„‘") - sum(before.count(mark) for mark in "”»’")
    return opened > 0 or before.count('"') % 2 == 1


def _mention(reader: _Reader, index: int, first: Token, last: Token, key: str, kind: MentionKind) -> Named:
    piece = reader.pieces[index]
    start, end = piece.at(first), piece.at(last) + len(last)
    return Named(
        piece=index,
        first=first.i,
        last=last.i + 1,
        field=piece.field,
        start=start,
        end=end,
        text=piece.text[start - piece.start : end - piece.start],
        type=reader.clusters[key].type,
        kind=kind,
        key=key,
    )


def _head(reader: _Reader, mention: Named) -> Token:
    return reader.pieces[mention.piece].doc[mention.last - 1]


def _in_brackets(reader: _Reader, mention: Named) -> bool:
    """Whether a name stands alone in brackets: who plays somebody, whose party, what it was called."""
    doc = reader.pieces[mention.piece].doc
    return mention.first > 0 and doc[mention.first - 1].text == "(" and mention.last < len(doc)


def _is_subject(token: Token) -> bool:
    while token.dep_ in {"appos", "conj"} and token.head.i != token.i:
        token = token.head
    if token.dep_ == "attr" and any(kid.dep_ == "nsubj" and kid.lower_ == "it" for kid in token.head.children):
        return True  # "It was Lund who"
    return token.dep_ in {"nsubj", "nsubjpass"}


def _pronoun(
    reader: _Reader, index: int, token: Token, number: int, quote: Speech | None, quotes: Sequence[Speech]
) -> Named | None:
    word = token.lower_
    if word in _GENDER and _of_either(token):
        return None
    if word in _GENDER:
        key = _person(reader, index, token, number, quote, quotes)
    elif word in _NEUTER:
        key = _thing(reader, index, token, number)
    elif word in _THEY:
        key = _several(reader, index, token, number)
    else:
        return None
    return _mention(reader, index, token, token, key, "pronoun") if key else None


def _of_either(token: Token) -> bool:
    """Whether a pronoun is half of "his or her": anybody."""
    around = token.doc[max(0, token.i - 2) : token.i + 3]
    return any(t.lower_ in {"or", "/"} for t in around) and any(
        _GENDER.get(t.lower_, _GENDER[token.lower_]) != _GENDER[token.lower_] for t in around
    )


def _person(
    reader: _Reader, index: int, token: Token, number: int, quote: Speech | None, quotes: Sequence[Speech]
) -> str:
    """The person that stands out most of those who agree in gender."""
    gender = _GENDER[token.lower_]
    barred, told = _barred(reader, index, token), reader.said_by.get((index, token.i), set())
    if quote is not None and quote.speaker is not None and (speaker := reader.where.get(*quote.speaker)) is not None:
        barred.add(speaker.key)
    elif quote is not None and quote.speaker is not None:
        barred.add(_speaker_ahead(reader, quote.speaker, index, number, quotes))
    scores = _weights(reader, index, token, number, quote, quotes, barred, told)
    if (voice := _voice(reader, index, token, gender, barred | told)) is not None:
        scores[voice.key] = max(scores.get(voice.key, 0.0), _NEARNESS[1]) + _GOES_ON
    if not scores and _is_subject(token) and (only := _only(reader, gender, barred | told)):
        scores[only] = 1.0
    ahead = _ahead(reader, index, token, gender)
    if ahead and (token.dep_ == "poss" or not scores):
        return ahead
    if not scores:
        return ""
    best, *others = sorted(scores, key=lambda key: (-scores[key], key))
    if _stranger(reader, index, token, best, gender):
        return ""  # "A patient told reporters that she …"
    if any(_is_told(reader, index, token, best, other) for other in others):
        return ""  # "Lund told Marek that he was late"
    if others and scores[best] - scores[others[0]] <= _EVEN:
        return ""  # "Lund and Marek met. He won."
    clear = not others or (token.dep_ == "poss" and scores[best] - scores[others[0]] > _CLEAR)
    if not reader.clusters[best].gender and clear:
        reader.clusters[best].gender = gender
    return best


def _weights(
    reader: _Reader,
    index: int,
    token: Token,
    number: int,
    quote: Speech | None,
    quotes: Sequence[Speech],
    barred: set[str],
    told: set[str],
) -> dict[str, float]:
    """How much each person whom "he" or "she" may mean stands out."""
    gender = _GENDER[token.lower_]
    above, own = {head.i for _, head in ancestors(token)}, clause_of(token)
    subject = _is_subject(token)
    sure = {n for n, m in reader.recent if reader.clusters[m.key].gender == gender and m.key not in barred}
    scores: dict[str, float] = {}
    leads = [m.key for _, m in reader.recent if (index, token.i) in reader.said_by and _leads(reader, m, index)]
    spoken = [q for q in quotes if q.speaker == (index, token.i)] if leads else []
    for place, (sentence, mention) in enumerate(reader.recent):
        distance = number - sentence
        if mention.kind == "pronoun" and any(q.start <= mention.start < q.end for q in spoken):
            continue  # whom "she" means in what she says tells nothing of who she is
        cluster = reader.clusters[mention.key]
        if distance > _REACH or mention.key in barred or cluster.type != "PERSON" or cluster.gender not in {"", gender}:
            continue
        head = _head(reader, mention)
        weight = _NEARNESS[distance] + 0.2 * place
        weight += _as_subject(head) if _is_subject(head) else 12 if head.dep_ == "dobj" else 5
        weight += 8 if subject and _is_subject(head) else 0
        if mention.piece == index and _is_subject(head) and head.head.i in above and (subject or token.dep_ == "poss"):
            weight += 25 if token.dep_ == "poss" and head.head.i == own.i else 15
        if not subject and head.dep_ in {"dobj", "dative"} and head.head.lemma_ in _TOLD and head.head.i in above:
            weight += 40 if mention.piece == index else 0  # "told Lund how much he despised her"
        weight -= 15 if head.dep_ in {"compound", "nmod"} and head.head.pos_ == "NOUN" else 0
        weight += 10 if mention.kind == "pronoun" else 0
        weight -= 60 if _in_brackets(reader, mention) else 0
        if not cluster.gender:
            known = sentence in sure and mention.key not in leads
            weight -= 12 if distance < 2 and _is_subject(head) and not known else 30
        weight -= 30 if mention.piece != index else 0
        around = _quote_at(quotes, mention.start) if mention.piece == index else None
        together = quote is not None and mention.piece == index and quote.start <= mention.start < quote.end
        weight += 25 if together else -30 if around is not None and around is not quote else 0
        weight += min(12, 3 * reader.counts.get(mention.key, 0))
        weight -= _NOT_HIMSELF if mention.key in told else 0
        weight += 15 if mention.key in leads else 0
        scores[mention.key] = max(scores.get(mention.key, 0.0), weight)
    return scores


def _leads(reader: _Reader, mention: Named, index: int) -> bool:
    """Whether a paragraph's last sentence is about somebody, and the next one so likely begins with their words."""
    if mention.piece != index - 1 or mention.kind not in {"name", "alias"} or mention.order not in reader.told_of:
        return False
    head = _head(reader, mention)
    while head.dep_ == "appos" and head.head.i < head.i:
        head = head.head
    last = head.sent.end == len(head.doc)
    return last and head.dep_ == "nsubj" and head.head.dep_ == "ROOT"


#: By how much a possessor must stand out to show what gender a name is of.
_CLEAR = 20.0
#: Verbs that say something to somebody, of the one or of the other.
_TOLD = words("tell warn remind inform assure ask")


def _is_told(reader: _Reader, index: int, token: Token, best: str, other: str) -> bool:
    """Whether a pronoun is the subject of what one person tells the other, and so may mean either."""
    if not _is_subject(token) or any(
        kid.lower_ in {"will", "would", "'ll"} for kid in token.head.children if kid.dep_ == "aux"
    ):
        return False
    verb = token.head.head
    if token.head.dep_ != "ccomp" or verb.lemma_ not in _TOLD:
        return False
    teller, _ = own_subject(verb)
    told = child(verb, "dobj", "dative")
    if teller is None or told is None:
        return False
    both = (_called(reader, index, teller), _called(reader, index, told))
    return (best in both[0] and other in both[1]) or (other in both[0] and best in both[1])


def _called(reader: _Reader, index: int, noun: Token) -> set[str]:
    """Who a noun is, by itself or by the name beside it: "her agent, Lund"."""
    nouns = (noun, *(kid for kid in noun.children if kid.dep_ == "appos"))
    return {mention.key for token in nouns if (mention := reader.where.get(index, token.i)) is not None}


def _only(reader: _Reader, gender: str, barred: set[str]) -> str:
    """The one person of a gender whom the text has been about, though not in the last sentences; empty if several."""
    agreeing = {
        key
        for key, times in reader.counts.items()
        if times and reader.clusters[key].type == "PERSON" and reader.clusters[key].gender in {"", gender}
    }
    often = {key for key in agreeing if reader.counts[key] > 2 and reader.clusters[key].gender == gender}
    near = {m.key for _, m in reader.recent} & agreeing
    return min(often) if len(often) == 1 and near == often and not near & barred else ""


def _as_subject(head: Token) -> int:
    """What it weighs to be a clause's subject: most for the main one, least for one that only tells which or when."""
    for _ in range(4):
        if head.dep_ not in {"appos", "conj"} or head.head.i == head.i:
            break
        head = head.head
    return 25 if head.head.dep_ in {"relcl", "advcl", "acl"} else 30 if head.head.dep_ in {"ccomp", "pcomp"} else 35


def _voice(reader: _Reader, index: int, token: Token, gender: str, barred: set[str]) -> Named | None:
    """Who goes on speaking as "he" or "she": who spoke last, unless the text has told of another one since."""
    if (index, token.i) not in reader.said_by:
        return None
    if token.head.pos_ == "VERB" and any(kid.lower_ in {"also", "further"} for kid in token.head.children):
        # "Trump said that Lutnick had told him … He also said": who the last sentence is about goes on
        for _, mention in reversed(reader.recent):
            if mention.key not in barred and _leads(reader, mention, index):
                cluster = reader.clusters[mention.key]
                if cluster.type == "PERSON" and cluster.gender in {"", gender}:
                    return mention
    for voice in reversed(reader.voices[-6:]):
        cluster = reader.clusters[voice.key]
        if cluster.type != "PERSON" or cluster.gender not in {"", gender} or voice.key in barred:
            continue
        until = max(reader.said_until.get((voice.piece, at), 0) for at in range(voice.first, voice.last))
        between = sum(piece.start > until for piece in reader.pieces[voice.piece + 1 : index])
        if between >= _PARAGRAPHS:
            return None
        for _, since in reader.recent:
            other = reader.clusters[since.key]
            if (
                (since.piece, since.first) > (voice.piece, voice.first)
                and since.key != voice.key
                and since.key not in barred
                and since.kind in {"name", "alias"}
                and since.order in reader.told_of
                and other.type == "PERSON"
                and other.gender in {"", gender}
                and (_is_subject(_head(reader, since)) or between)
            ):
                return None
        return voice
    return None


def _speaker_ahead(reader: _Reader, speaker: tuple[int, int], index: int, number: int, quotes: Sequence[Speech]) -> str:
    """Who the pronoun or description after a quote will lead to: '"He is brave," she said'; empty where unknown."""
    piece, position = speaker
    if piece != index:
        return ""
    token = reader.pieces[piece].doc[position]
    if token.lower_ in _GENDER:
        return _person(reader, piece, token, number, None, quotes)
    mention = _description(reader, piece, token, number) or _set_apart(reader, piece, token, number)
    return mention.key if mention is not None else ""


def _ahead(reader: _Reader, index: int, token: Token, gender: str) -> str:
    """Who a pronoun in a clause or phrase before the main subject points ahead to: "In her first speech, Lund …"."""
    root = token.sent.root
    subject, _ = own_subject(root)
    if subject is None or subject.i < token.i or token.head.i == root.i:
        return ""
    above = token
    while above.head.i not in {root.i, above.i}:
        above = above.head
    if above.dep_ not in {"prep", "advcl"} or above.i > subject.i:
        return ""
    key = _key_of(reader, index, subject, {"PERSON"})
    return key if key and reader.clusters[key].gender in {"", gender} else ""


def _is_person(token: Token) -> bool:
    return token.pos_ == "NOUN" and token.tag_ == "NN" and token.lemma_.lower() in _PEOPLE


def _is_kin(noun: Token, gender: str) -> bool:
    return noun.lemma_.lower() in (KIN_F if gender == "f" else KIN_M)


def _stranger(reader: _Reader, index: int, token: Token, best: str, gender: str) -> bool:
    """Whether a person who is not named stands nearer as a subject than the one that a pronoun would lead to."""
    doc, sentence = reader.pieces[index].doc, token.sent
    above = {head.i for _, head in ancestors(token)}
    before = doc[sentence.start - 1].sent.start if sentence.start else sentence.start
    for i in range(token.i - 1, before - 1, -1):
        noun = doc[i]
        named = reader.where.get(index, i)
        if named is not None and named.key == best:
            if i >= sentence.start or _is_subject(noun):
                return False
            continue
        if named is None and _is_one_of(noun) and not noun.is_ancestor(token):
            doer = own_subject(noun.head)[0]
            if doer is None or _key_of(reader, index, doer, {"PERSON"}) != best:
                return True  # "took one of his victims out. She …"
        if named is None and i >= sentence.start and _is_unknown(noun):
            return True  # "I have known Waheed: he …"
        if named is not None or not _is_person(noun):
            continue
        first = _determined(noun)
        if (
            noun.dep_ in {"nsubj", "nsubjpass"}
            and (i >= sentence.start or noun.head.dep_ == "ROOT")
            and _is_kin(noun, gender)
            and any(kid.dep_ == "poss" for kid in noun.children)
            and not any(kid.dep_ == "appos" for kid in noun.children)
        ):
            return True  # "Her daughter came. She …"
        if (
            noun.dep_ in {"dobj", "conj", "appos"}
            and _is_kin(noun, gender)
            and noun.lemma_.lower() not in SPOKESPEOPLE
            and first is not None
            and first.lower_ in {"a", "an", "another"}
        ):
            return True  # "to sack a woman until she returns"
        if noun.dep_ not in {"nsubj", "nsubjpass"}:
            continue
        if first is not None and noun.head.lemma_ in SPEECH and (index, token.i) in reader.said_by:
            return True  # "as the officer who made the arrest said. He added"
        if first is None or noun.lemma_.lower() in (KIN_M if gender == "f" else KIN_F):
            continue
        if any(reader.where.get(index, kid.i) is not None for kid in noun.children if kid.dep_ == "appos"):
            continue
        if first.lower_ in {"a", "an", "another", "one"} and (noun.head.i in above or noun.head.dep_ == "ROOT"):
            return True
        if first.lower_ in {"the", "this", "that"} and (noun.head.i in above or noun.lemma_.lower() in _UNNAMED):
            return True
    return False


def _is_one_of(noun: Token) -> bool:
    """Whether a word is "one" of several persons."""
    return (
        noun.lower_ == "one"
        and noun.dep_ in {"nsubj", "dobj"}
        and any(
            thing.tag_ == "NNS" and thing.lemma_.lower() in _PEOPLE
            for kid in noun.children
            if kid.lower_ == "of"
            for thing in kid.children
        )
    )


def _is_unknown(noun: Token) -> bool:
    """Whether a word is somebody's name that no mention covers, done to or doing something."""
    return (
        noun.pos_ == "PROPN"
        and noun.tag_ == "NNP"
        and noun.is_title
        and _determined(noun) is None
        and noun.ent_type_ in {"", "PERSON"}
        and noun.dep_ in {"nsubj", "nsubjpass", "dobj"}
    )


#: Prepositions of place, after which a pronoun may mean the subject.
_BESIDE = words("behind around beside beneath before ahead")


def _carried(token: Token) -> bool:
    """Whether something is brought along with whom a pronoun means: with the subject itself."""
    return token.head.lower_ == "with" and clause_of(token).lemma_ in {"bring", "take", "carry"}


def _barred(reader: _Reader, index: int, token: Token) -> set[str]:
    """Who an object pronoun cannot mean: the subject of its own clause."""
    if token.dep_ == "poss":
        beside = [kid for kid in token.head.children if kid.dep_ == "appos"]
        beside.extend([token.head.head] if token.head.dep_ == "appos" else [])
        named = [reader.where.get(index, noun.i) for noun in beside]
        return {mention.key for mention in named if mention is not None}  # "his deputy, Lund", "Lund, his deputy"
    if token.dep_ == "pobj" and (token.head.lower_ in _BESIDE or _carried(token)):
        return set()  # "Lund looked around him", "Lund brought a bag with him"
    if token.dep_ not in {"dobj", "pobj", "dative"} or token.lower_.endswith(("self", "selves")):
        return set()
    verb = clause_of(token)
    subject, _ = own_subject(verb)
    if subject is None:
        subject = subject_of(verb)[0]  # "Lund praised Marek, comparing him to a saint"
    if subject is None:
        return set()
    return _called(reader, index, subject)


def _thing(reader: _Reader, index: int, token: Token, number: int) -> str:
    """The body or state that "it" or "its" means: the subject of its clause or one above, else of the last sentence."""
    if token.dep_ not in {"nsubj", "nsubjpass", "dobj", "pobj", "poss"}:
        return ""
    if _pleonastic(token):
        return _said_of_itself(reader, index, token)
    barred = _barred(reader, index, token) | _asked(reader, index, token)
    verb = clause_of(token)
    beside = token.head.head
    if token.dep_ == "poss" and token.head.dep_ == "conj" and beside.pos_ == "NOUN" and beside.dep_ == "dobj":
        return "" if reader.where.get(index, beside.i) is None else _key_of(reader, index, beside, {"ORG", "GPE"})
    if token.dep_ == "dobj" and verb.dep_ == "conj" and own_subject(verb)[0] is None:
        done_to = next((kid for kid in verb.head.children if kid.dep_ == "dobj"), None)
        if done_to is not None and done_to.tag_ == "NN":
            return _key_of(reader, index, done_to, {"ORG", "GPE"})  # "keep the app dark or change it"
    if token.dep_ == "dobj" and verb.dep_ == "conj" and own_subject(verb)[0] not in {None, own_subject(verb.head)[0]}:
        # "Lund praised the firm, but Marek fined it": what the one did to, the other does to
        done_to = next((kid for kid in verb.head.children if kid.dep_ == "dobj"), None)
        return _key_of(reader, index, done_to, {"ORG", "GPE"}) if done_to is not None else ""
    if token.dep_ == "poss" and (owner := _owner_above(token)) is not None:
        key = _key_of(reader, index, owner, {"ORG", "GPE"})
        return "" if key in barred else key  # "France's deeds beyond its borders"
    for _ in range(5):
        subject, _ = own_subject(verb)
        if subject is not None and subject.i < token.i:
            key = _key_of(reader, index, subject, {"ORG", "GPE"})
            if key and key not in barred:
                return "" if _other_subject(reader, index, subject, token) else key
            if verb.dep_ == "relcl" and subject.lower_ in {"that", "which"} and token.dep_ == "poss":
                key = _key_of(reader, index, verb.head, {"ORG", "GPE"})  # "a shop that had fallen behind on its bills"
                return "" if key in barred else key
            if not key and token.dep_ == "poss" and subject.pos_ in {"NOUN", "PROPN"}:
                return ""  # "the plan and its cost"
        if verb.head.i == verb.i:
            break
        verb = clause_of(verb.head)
    near = [
        m
        for n, m in reader.recent
        if n == number
        and reader.clusters[m.key].type in {"ORG", "GPE"}
        and m.key not in barred
        and _head(reader, m).dep_ not in {"amod", "compound", "nmod"}
        and not (_head(reader, m).dep_ == "poss" and any(t.dep_ == "dobj" for t in token.sent if t.i < token.i))
        and not (_head(reader, m).dep_ == "pobj" and _head(reader, m).head.lower_ in _PLACES_OR_FOR)
        and not (m.piece == index and any(t.text in {'"', "“", "‘", "''"} for t in token.doc[m.last : token.i]))
    ]
    speaks = token.dep_ == "nsubj" and token.head.lemma_ in SPEECH and token.head.dep_ == "ROOT"
    subjects = [t for t in token.sent if t.i < token.i and t.pos_ in {"NOUN", "PROPN"} and _is_subject(t)]
    subjects = [
        t
        for t in subjects
        if (named := reader.where.get(index, t.i)) is None or (t.pos_ == "PROPN" and named.key not in barred)
    ]
    if speaks:  # '"The cells are full," it said': what is said is no rival
        subjects = [t for t in subjects if token.head in {t.head, t.head.head} and t.head.dep_ != "ccomp"]
    if near and not any(t.pos_ == "NOUN" for t in subjects):
        return near[-1].key
    if near or token.dep_ not in {"nsubj", "nsubjpass", "poss"}:
        return ""
    if subjects:
        return ""
    before = [
        m.key
        for n, m in reader.recent
        if n == number - 1
        and reader.clusters[m.key].type in {"ORG", "GPE"}
        and _is_subject(_head(reader, m))
        and _head(reader, m).tag_ not in {"NNPS", "NNS"}
        and not (_has_it_done(token) and _makes_known(_head(reader, m)))
        and not _is_of_text(token, _head(reader, m))
    ]
    return before[-1] if len(set(before)) == 1 else ""


def _owner_above(token: Token) -> Token | None:
    """Whose the noun is that "its" stands somewhere below."""
    for _, head in ancestors(token):
        if head.dep_ in {"nsubj", "nsubjpass", "ROOT", "conj"} or (head.pos_ == "VERB" and head.dep_ != "acl"):
            return None
        owner = next((kid for kid in head.children if kid.dep_ == "poss" and kid.i < token.i), None)
        if owner is not None and head.i != token.head.i and owner.pos_ in {"NOUN", "PROPN"}:
            return owner
    return None


def _other_subject(reader: _Reader, index: int, subject: Token, token: Token) -> bool:
    """Whether a thing that is not named does something between a subject and "it" ("if the crew knew whether it …")."""
    return any(
        other.tag_ == "NN"
        and other.dep_ == "nsubj"
        and other.head.dep_ != "relcl"
        and other.head.i not in {subject.head.i, token.head.i}
        and reader.where.get(index, other.i) is None
        and not _is_person(other)
        for other in token.doc[subject.i + 1 : token.i]
    )


_PLACES_OR_FOR = (_PLACES - {"in"}) | {"for", "with"}


def _asked(reader: _Reader, index: int, token: Token) -> set[str]:
    """Who an object in an infinitive cannot mean: whoever is asked to do it ("called on the bank to help it")."""
    verb = clause_of(token)
    if token.dep_ == "poss" or own_subject(verb)[0] is not None or verb.dep_ not in {"xcomp", "advcl", "acl", "ccomp"}:
        return set()
    above = verb.head
    asked = [kid for kid in above.children if kid.dep_ in {"dobj", "dative"} and kid.i < verb.i]
    for kid in above.children:
        if kid.dep_ == "prep" and kid.lower_ in {"on", "upon", "to", "for", "with"} and kid.i < verb.i:
            asked.extend(thing for thing in kid.children if thing.dep_ == "pobj")
    named = [reader.where.get(index, noun.i) for noun in asked]
    return {mention.key for mention in named if mention is not None}


def _is_of_text(token: Token, subject: Token) -> bool:
    """Whether "it" may be what was said to be made or had: "published a report. It says", "bought a hill. It has"."""
    return (
        token.dep_ in {"nsubj", "poss"}
        and any(
            kid.dep_ == "dobj"
            and kid.tag_ == "NN"
            and (first := _determined(kid)) is not None
            and (first.lower_ in {"a", "an", "another"} or (first.lower_ == "the" and token.head.tag_ == "VBZ"))
            and ((token.head.lemma_ in _OF_TEXTS and kid.lemma_ in _TEXTS) or token.head.lemma_ == "have")
            for kid in subject.head.children
        )
    ) or any(
        thing.tag_ == "NN" and (first := _determined(thing)) is not None and first.lower_ in {"a", "an"}
        for kid in subject.head.children
        if kid.dep_ == "agent" and token.dep_ in {"nsubj", "poss"}
        for thing in kid.children
    )


def _has_it_done(token: Token) -> bool:
    """Whether the clause says what is done to "it", or what it is: a thing as much as a body."""
    return token.dep_ == "nsubjpass" or token.head.lemma_ == "be"


def _makes_known(subject: Token) -> bool:
    """Whether a subject's clause brings up a new thing, which "it" then may mean as well: "tabled a motion. It …"."""
    return any(
        kid.dep_ == "dobj"
        and kid.pos_ == "NOUN"
        and (first := _determined(kid)) is not None
        and first.lower_ in {"a", "an", "another"}
        for kid in subject.head.children
    )


def _said_of_itself(reader: _Reader, index: int, token: Token) -> str:
    """ "The company said that it was sorry": a state of whoever says so."""
    state = next((kid for kid in token.head.children if kid.dep_ == "acomp"), None)
    above = token.head.head
    if state is None or token.head.dep_ != "ccomp" or above.lemma_ not in SPEECH or state.lower_ in _OF_THINGS:
        return ""
    if any(kid.dep_ in {"xcomp", "ccomp", "advcl"} for kid in (*state.children, *token.head.children)):
        return ""
    subject, _ = own_subject(above)
    return _key_of(reader, index, subject, {"ORG", "GPE"}) if subject is not None else ""


_OF_THINGS = words(
    "late early cold hot warm dark clear true false possible impossible likely unlikely important necessary hard"
)


#: Last words of names that are no people's, though they end like a plural.
_SINGULAR = words("Nations States Commons Lords Times News Reuters Affairs Services Communications Sports Games")


def _several(reader: _Reader, index: int, token: Token, number: int) -> str:
    """A body or people with a plural name that "they" means, where no other plural noun stands between."""
    for n, mention in reversed(reader.recent):
        if number - n > 1:
            return ""
        cluster = reader.clusters[mention.key]
        head = _head(reader, mention)
        if head.dep_ in {"compound", "amod", "nmod"} and mention.kind != "pronoun":
            continue  # "the United Nations ambassador": they are others
        between = reader.pieces[index].doc[mention.last : token.i] if mention.piece == index else ()
        goes_on = _is_subject(head) and (token.dep_ == "nsubj" or _is_subject(token.head)) and not _has_it_done(token)
        if any(
            (t.tag_ == "NNS" or (t.tag_ == "NNPS" and reader.where.get(index, t.i) is None))
            and (
                t.dep_ in {"nsubj", "nsubjpass"}
                or (t.dep_ in {"dobj", "pobj", "conj"} and not goes_on)
                or (goes_on and t.lower_.endswith(_PERSONAL_ENDINGS))
            )
            for t in between
        ):
            return ""
        plural = mention.kind == "pronoun" and mention.text.lower() in _THEY
        plural = plural or (
            head.text.endswith("s")
            and not head.text.endswith(("ss", "us"))
            and mention.kind != "pronoun"
            and head.text not in _SINGULAR
        )
        if (
            cluster.type in {"ORG", "NORP"}
            and plural
            and (cluster.type == "NORP" or head.tag_ in {"NNPS", "NNS", "NNP"})
        ):
            return mention.key if _is_subject(head) or n == number else ""
    return ""


def _key_of(reader: _Reader, index: int, token: Token, kinds: set[str]) -> str:
    mention = reader.where.get(index, token.i)
    return mention.key if mention is not None and reader.clusters[mention.key].type in kinds else ""


#: Verbs with an empty "it" before what they are about: "made it clear that", "finds it hard to", "it is said that".
_WITH_EMPTY = words("make find think believe consider deem feel call keep take leave")
#: What "it" is when a clause follows that tells of it: "it was the first time that".
_OCCASIONS = words("time day year month week moment occasion case thing fact way reason pity shame wonder surprise")


def _pleonastic(token: Token) -> bool:
    verb = token.head
    if token.dep_ == "nsubjpass":
        return any(kid.dep_ in {"ccomp", "csubj"} and kid.i > verb.i for kid in verb.children)
    if any(kid.dep_ == "attr" and kid.lemma_.lower() in _OCCASIONS for kid in verb.children) and token.dep_ == "nsubj":
        return True
    if token.i and token.doc[token.i - 1].lemma_ in _WITH_EMPTY and token.i + 1 < token.sent.end:
        rest = token.doc[token.i + 1 : min(token.sent.end, token.i + 8)]
        if rest[0].pos_ in {"ADJ", "NOUN", "ADV", "DET"} and any(
            t.lower_ in {"that", "to"} and t.pos_ in {"SCONJ", "PART"} for t in rest
        ):
            return True
        if token.doc[token.i - 1].lemma_ in {"make", "call"} and rest[0].lower_ in {"a", "an"}:
            return True  # "before Lund made it a perfect seven"
    if verb.lemma_ == "come" and any(kid.dep_ == "prep" and kid.lower_ == "to" for kid in verb.children):
        return token.dep_ == "nsubj" and any(kid.lower_ == "when" for kid in verb.children)  # "when it comes to"
    return token.dep_ == "nsubj" and (
        (
            (verb.lemma_ in {"be", "seem", "appear", "become", "take", "rain", "snow"} or verb.lower_ in {"'s", "’s"})
            and not _has_noun(verb)
        )
        or (
            any(kid.dep_ in {"ccomp", "csubj"} and kid.i > verb.i for kid in verb.children)
            and verb.lemma_ in {"be", "seem", "appear", "happen", "emerge", "turn", "mean", "follow"}
        )
    )


def _has_noun(verb: Token) -> bool:
    """Whether a copula says what something is ("it is a large bank"), and nothing follows that "it" stands for."""
    return any(kid.dep_ == "attr" and kid.pos_ == "NOUN" for kid in verb.children) and not any(
        kid.dep_ in {"ccomp", "xcomp", "acl", "relcl", "advcl"} for kid in verb.children
    )


def _determined(token: Token) -> Token | None:
    first = next((kid for kid in token.children if kid.dep_ in {"det", "predet"}), None)
    return first if first is not None and first.i < token.i else None


def _pair(reader: _Reader, index: int, token: Token, number: int) -> Iterator[Named]:
    """ "The two sides", "both countries": each of the two."""
    first = _determined(token)
    number_word = next((kid for kid in token.children if kid.dep_ == "nummod"), None)
    if first is None or first.lower_ not in {"the", "both", "these", "those"}:
        return
    if first.lower_ != "both" and (number_word is None or number_word.lower_ not in {"two", "2"}):
        return
    if any(kid.dep_ in {"prep", "relcl", "acl", "poss"} for kid in token.children):
        return
    kinds, sorts = _PAIRED[token.lower_], body_kinds(token.lemma_.lower())
    keys: list[str] = []
    barred = _barred(reader, index, token)
    if token.lower_ == "sides" and any(
        number - n < 2 and reader.clusters[m.key].type == "PERSON" for n, m in reader.recent
    ):
        return  # whose sides they are, no rule tells
    states = {m.key for _, m in reader.recent} if "GPE" in kinds else set()
    states = _known_states(reader, states)
    for n, mention in reversed(reader.recent):
        if number - n > _REACH or len(set(keys)) > 2:
            break
        if mention.key in barred or (kinds == {"GPE"} and mention.key not in states):
            continue
        head = _head(reader, mention)
        placed = head.dep_ == "pobj" and head.head.lower_ in _PLACES and reader.clusters[mention.key].type == "GPE"
        own = kind_of_body(reader.clusters[mention.key]) if sorts else ""
        if own and own not in sorts:
            continue
        if reader.clusters[mention.key].type in kinds and not placed and head.dep_ != "amod":
            keys.append(mention.key)
            if len(set(keys)) == 2 and number - n >= 1:
                break
    pair = list(dict.fromkeys(reversed(keys)))
    if len(pair) != 2:
        return
    people = sorted((k for k in reader.counts if reader.clusters[k].type == "PERSON"), key=lambda k: -reader.counts[k])
    once = min(reader.counts.get(key, 0) for key in pair) < 2
    if kinds == {"PERSON"} and once and len(people) > 1 and reader.counts[people[1]] > 3:
        pair = people[:2]  # whom the text is about, not who was only named last
    for key in pair:
        mention = _mention(reader, index, first, token, key, "description")
        mention.group = True
        yield mention


def _is_ruled(reader: _Reader, mention: Named) -> str | None:
    """The noun of its government, its forces or who is in office there that a state is named beside."""
    cluster, head = reader.clusters[mention.key], _head(reader, mention)
    if cluster.type != "GPE" or cluster.country:
        return None
    noun = head.head if head.dep_ in {"poss", "amod", "compound", "nmod"} else None
    if head.dep_ == "pobj" and head.head.lower_ == "of":
        noun = head.head.head
    if noun is None or not (noun.lemma_.lower() in _GOVERNMENT | _RULERS or noun.lower_ in _GOVERNMENT):
        return None
    return noun.lemma_.lower()


def _government(reader: _Reader, index: int, token: Token) -> Named | None:
    """ "The government", "the military": the state's, where the text has told of one state's only."""
    before = [kid for kid in token.children if kid.i < token.i]
    if not before or before[0].lower_ != "the" or any(kid.lower_ not in _OF_THE_STATE for kid in before[1:]):
        return None
    if any(_narrows(kid) for kid in token.children if kid.i > token.i) or token.dep_ in {"compound", "nmod", "appos"}:
        return None
    kept = reader.armed if token.lemma_.lower() in _FORCES else reader.ruled
    (first, times), *others = [*kept.most_common(2), ("", 0)][:2]
    if not times or (others and others[0][1] * 3 > times):
        return None
    here = [m for _, m in reader.recent if m.piece == index and reader.clusters[m.key].type == "GPE"]
    leading = [m for m in here if _is_subject(_head(reader, m)) or m.first <= _head(reader, m).sent.start + 2]
    if (leading or here) and first not in {m.key for m in leading[-1:] or here}:
        return None  # "For Britain it was 2.3 per cent. The government": another state's
    return _mention(reader, index, before[0], token, first, "description")


_GOVERNMENT = words("government military army regime authorities cabinet")
_FORCES = words("military army troop force")
_RULERS = words(
    """president premier chancellor king queen minister ministry parliament lawmaker official constitution
    police troop force opposition dictator leader"""
)
_OF_THE_STATE = words("the current new federal central national outgoing incoming country nation military civilian")


def _bench(reader: _Reader, index: int, token: Token) -> Named | None:
    """ "The justices": the one court that the text is about."""
    before = [kid for kid in token.children if kid.i < token.i]
    if len(before) != 1 or before[0].lower_ != "the" or any(_narrows(kid) for kid in token.children if kid.i > token.i):
        return None
    courts = {key for key, cluster in reader.clusters.items() if cluster.type == "ORG" and "Court" in cluster.tokens()}
    told = {key for key in courts if reader.counts.get(key)}
    if len(courts) != 1 or not told:
        return None
    return _mention(reader, index, before[0], token, courts.pop(), "description")


def _description(reader: _Reader, index: int, token: Token, number: int) -> Named | None:
    lemma = token.lemma_.lower()
    ruling = lemma in _GOVERNMENT or token.lower_ == "authorities"
    known = lemma in ROLES or lemma in BODIES or lemma in _STATES | _TOWNS or lemma == "justice" or ruling
    if token.pos_ not in {"NOUN", "PROPN"} or not known:
        return None
    if ruling:
        state = _government(reader, index, token)
        if state is not None or lemma not in BODIES:
            return state
    if lemma in {"justice", "judge"} and token.tag_ == "NNS":
        return _bench(reader, index, token)
    if token.tag_ in {"NNS", "NNPS"} or token.dep_ in {"appos", "attr"}:
        return None
    if lemma in ROLES and _in_general(token):
        return None
    if token.dep_ == "compound" and token.head.pos_ == "NOUN":
        return None
    kids = list(token.children)
    owner = next((kid for kid in kids if kid.dep_ == "poss"), None)
    first = owner.left_edge if owner is not None else _determined(token)
    if first is None or (owner is None and first.lower_ not in {"the", "this", "that"}):
        return None
    if any(_narrows(kid) for kid in kids if kid.i > token.i):
        return None
    if lemma in _STATES | _TOWNS:
        key = _place(reader, index, token, number) if owner is None and first.i == token.i - 1 else ""
        return _mention(reader, index, first, token, key, "description") if key else None
    beside = [kid for kid in kids if kid.dep_ in {"compound", "amod", "nmod"}]
    named = [(kid, reader.where.get(index, kid.i)) for kid in beside]
    bodies = {m.key for _, m in named if m is not None and reader.clusters[m.key].type in {"ORG", "GPE", "NORP"}}
    further = {kid.lower_ for kid, m in named if m is None}
    if lemma in ROLES:
        told_of = len(bodies)
        for kid in (kid for kid, m in named if m is None and kid.text[0].isupper()):
            if body := _begins(reader, kid.text):
                bodies.add(body)  # "the Farm leader" of the Farm Party
                told_of += 1
                further.discard(kid.lower_)
        if len(bodies) != told_of or told_of < sum(m is not None for _, m in named):
            return None
        office = _office(token)
        if "former" in further:
            office = f"former {lemma}"
        elif further & _TELLS_APART:
            return None
        elif (more := further - _OFFICE_PARTS) and any(kid.pos_ != "ADJ" for kid, _ in named if kid.lower_ in more):
            office = _full_office(token)
            if not any(office in cluster.roles for cluster in reader.clusters.values()):
                return None
        key = _holder(reader, office, owner, index, bodies, number) or (
            "" if further - _OFFICE_PARTS else _just_named(reader, token, number, bodies, owner)
        )
        return _mention(reader, index, first, token, key, "description") if key else None
    if owner is not None:
        key = _body_of(reader, index, owner, lemma) if not beside else ""
        return _mention(reader, index, first, token, key, "description") if key else None
    if lemma in {"group", "team"} and any(t.tag_ == "NNS" and _is_subject(t) for t in token.sent if t.i < token.i):
        return None  # "twelve hikers were lost; the group had no map"
    if len(bodies) > 1 or len(bodies) != sum(m is not None for _, m in named):
        return None
    plain = all(kid.pos_ == "ADJ" and kid.text.islower() for kid, m in named if m is None)
    if further & _TELLS_APART or (
        further
        and not plain
        and (lemma not in _BY_KIND or any(kid.pos_ not in {"NOUN", "PROPN"} for kid, m in named if m is None))
    ):
        return None
    key = _body(reader, lemma, number, country=min(bodies, default=""), open_to_one=bool(further))
    return _mention(reader, index, first, token, key, "description") if key else None


def _narrows(kid: Token) -> bool:
    """Whether what follows a noun says which one is meant, rather than when, how or what more there is to tell."""
    if kid.dep_ == "prep":
        return not (
            kid.lower_ in _WHEN or (kid.lower_ == "of" and kid.head.dep_ == "dobj" and kid.head.head.lemma_ in _OF)
        )
    if kid.dep_ == "relcl":
        return kid.left_edge.i == 0 or kid.doc[kid.left_edge.i - 1].text != ","
    return kid.dep_ in {"appos", "acl"}


_WHEN = words("by after before during since until on")
#: Verbs that take a person and "of" what.
_OF = words("accuse convict acquit suspect warn remind inform strip rob rid clear")


def _holds(cluster: Cluster, office: str) -> bool:
    """Whether a person holds an office: "the minister" may be the foreign minister, but not the prime minister."""
    *parts, lemma = office.split()
    if office in cluster.roles:
        return True
    if set(parts) - _OFFICE_PARTS:
        return False
    if lemma == "leader" and not parts and cluster.roles & _LEADS:
        return "minister" not in cluster.roles & _LEADS or "prime minister" in cluster.roles
    if lemma not in cluster.roles:
        return False
    full = {role for role in cluster.roles if role.endswith(f" {lemma}")}
    return office in full if parts else full != {"prime minister"}


def _holder(reader: _Reader, office: str, owner: Token | None, index: int, bodies: set[str], number: int) -> str:
    """Who holds an office: the one of the text, else the one of those who do that stands out."""
    body = reader.where.get(index, owner.i) if owner is not None else None
    lemma = office.split()[-1]
    everyone = [key for key, c in reader.clusters.items() if c.type == "PERSON" and _holds(c, office)]
    if not office.startswith("former "):
        present = [key for key in everyone if f"former {lemma}" not in reader.clusters[key].roles]
        everyone = present or everyone
    if bodies:
        theirs = {key: c.of | {c.country} for key, c in reader.clusters.items() if c.type == "PERSON"}
        fits = [key for key in everyone if bodies <= theirs[key]]
        if not fits and lemma == "leader":
            fits = [key for key, of in theirs.items() if bodies <= of]
        if not fits and all(_is_party(reader, body_key) for body_key in bodies):
            # "the Democratic senator", where the text tells of no senator's party
            fits = [key for key in everyone if not any(_is_party(reader, of) for of in reader.clusters[key].of)]
        return fits[0] if len(fits) == 1 else ""
    if owner is not None:
        # "the group's leader": of several leaders nobody knows whose
        theirs_ = [key for key in everyone if body is not None and body.key in reader.clusters[key].of]
        barred = body.key if body is not None else ""
        stranger = body is None or reader.clusters[body.key].type == "GPE"
        everyone = theirs_ or [key for key in everyone if not reader.clusters[key].of and not stranger]
        return everyone[0] if len(everyone) == 1 and everyone[0] != barred else ""
    if len(everyone) < 2:
        return everyone[0] if everyone else ""
    return _salient(reader, set(everyone), number)


def _is_party(reader: _Reader, key: str) -> bool:
    return key in reader.clusters and kind_of_body(reader.clusters[key]) == "party"


def _salient(reader: _Reader, keys: set[str], number: int) -> str:
    """The one of several that stands out: how near, whether a subject, how often named; empty where two are close."""
    scores: dict[str, float] = {}
    for n, mention in reader.recent:
        if mention.key not in keys:
            continue
        head = _head(reader, mention)
        weight = (100, 70, 45, 25)[min(number - n, 3)] + (15 if _is_subject(head) else 0)
        weight -= 15 if head.dep_ in {"amod", "compound"} else 5 if head.dep_ == "poss" else 0
        weight -= 30 if head.dep_ == "pobj" and head.head.lower_ in _PLACES else 0
        weight += min(20, 4 * reader.counts.get(mention.key, 0))
        scores[mention.key] = max(scores.get(mention.key, 0.0), weight)
    if not scores:
        return ""
    best, *others = sorted(scores, key=lambda key: (-scores[key], key))
    return "" if others and scores[best] - scores[others[0]] < _CLOSE else best


def _in_general(token: Token) -> bool:
    """Whether a clause tells what an office does, not its holder: "the mayor is elected", "the minister may close"."""
    verb = token.head
    if token.dep_ == "nsubj":
        return any(kid.dep_ == "aux" and kid.lower_ in {"may", "shall"} for kid in verb.children)
    return token.dep_ == "nsubjpass" and any(kid.lower_ == "is" for kid in verb.children if kid.dep_ == "auxpass")


def _begins(reader: _Reader, word: str) -> str:
    """The one body whose name a word begins ("Reform", "Green"); empty where there is none or several."""
    keys = {
        key
        for key, cluster in reader.clusters.items()
        if cluster.type in {"ORG", "NORP"} and cluster.tokens()[0] in {word, f"{word}s"}
    }
    return min(keys) if len(keys) == 1 else ""


def _body_of(reader: _Reader, index: int, owner: Token, lemma: str) -> str:
    """The body that somebody belongs to: "his party", as the text has said whose leader he is."""
    body = reader.where.get(index, owner.i)
    if body is None or reader.clusters[body.key].type != "PERSON":
        return ""
    kinds = body_kinds(lemma)
    keys = [
        key
        for key in reader.clusters[body.key].of
        if key in reader.clusters
        and reader.clusters[key].type in {"ORG", "NORP"}
        and (lemma in reader.clusters[key].roles or not kinds or kind_of_body(reader.clusters[key]) in kinds)
    ]
    return keys[0] if len(keys) == 1 else ""


def _place(reader: _Reader, index: int, token: Token, number: int) -> str:
    """The state or town that "the country", "the city" means: the one that stands out of those just named."""
    lemma = token.lemma_.lower()
    keys = {
        mention.key
        for n, mention in reader.recent
        if number - n <= 2
        and not (n == number and token.dep_ == "pobj" and not _owns_subject(_head(reader, mention)))
        and (lemma in _TOWNS or not _is_modifier(_head(reader, mention)))
        and (cluster := reader.clusters[mention.key]).type == "GPE"
        and not (cluster.known and (cluster.country != "") == (lemma in _STATES))
    }
    keys = _known_states(reader, keys) if lemma in _STATES else keys
    owners = {m.key for n, m in reader.recent if n == number and m.key in keys and _owns_subject(_head(reader, m))}
    if len(owners) == 1:
        return min(owners)  # "Sweden's agency will write to all homes in the country"
    if keys:
        return _salient(reader, keys, number)
    seen = {
        key
        for key, times in reader.counts.items()
        if (cluster := reader.clusters[key]).type == "GPE"
        and not (cluster.known and (cluster.country != "") == (lemma in _STATES))
        and times
    }
    return min(seen) if len(seen) == 1 and reader.counts[min(seen)] > 1 else ""


def _known_states(reader: _Reader, keys: set[str]) -> set[str]:
    """Those of some places that are known for states, if the text has told of any; else all."""
    told_of = {key for key, c in reader.clusters.items() if c.type == "GPE" and c.known and not c.country}
    return {key for key in keys if key in told_of or told_of.isdisjoint(reader.counts)}


def _is_modifier(head: Token) -> bool:
    """Whether a name only says what kind of thing is meant ("US firms"), unless that is the subject."""
    return head.dep_ in {"compound", "nmod"} and not _owns_subject(head)


def _owns_subject(head: Token) -> bool:
    """Whether a name says whose the subject is: "Sweden's agency", "the Swedish agency"."""
    return head.dep_ in {"poss", "amod"} and _is_subject(head.head)


def _set_apart(reader: _Reader, index: int, token: Token, number: int) -> Named | None:
    """ "The 62-year-old", "the former", "the latter"."""
    doc = token.doc
    if token.lower_ == "old" and token.i >= 5 and token.dep_ not in {"amod", "appos", "attr", "acomp"}:
        words_ = doc[token.i - 5 : token.i]
        if words_[0].lower_ != "the" or words_[3].lower_ != "year" or not words_[1].is_digit:
            return None
        aged = {
            m.key
            for _, m in reader.recent
            if reader.clusters[m.key].type == "PERSON" and _is_aged(reader, m, words_[1].text)
        }
        near = {
            m.key for n, m in reader.recent if number - n <= 1 and reader.clusters[m.key].type == "PERSON" and not aged
        }
        keys = aged or near
        key = keys.pop() if len(keys) == 1 else ""
        return _mention(reader, index, words_[0], token, key, "description") if key else None
    if token.lower_ not in {"former", "latter"} or not token.i or doc[token.i - 1].lower_ != "the":
        return None
    following = doc[token.i + 1] if token.i + 1 < len(doc) else None
    if following is not None and following.pos_ in {"NOUN", "PROPN", "ADJ"} and following.lower_ != "more":
        return None
    for n in (number, number - 1):
        there = [m for k, m in reader.recent if k == n and m.kind != "description"]
        for one, other in pairwise(there):
            if _joined(doc if one.piece == index else reader.pieces[one.piece].doc, one, other):
                chosen = one if token.lower_ == "former" else other
                return _mention(reader, index, doc[token.i - 1], token, chosen.key, "description")
    return None


def _joined(doc: Doc, one: Named, other: Named) -> bool:
    """Whether two names stand beside each other, joined by "and"."""
    return (
        one.piece == other.piece and one.key != other.key and [t.lower_ for t in doc[one.last : other.first]] == ["and"]
    )


def _is_aged(reader: _Reader, mention: Named, age: str) -> bool:
    """Whether a name's age stands behind it: "Lund, 54,"."""
    doc = reader.pieces[mention.piece].doc
    return [token.text for token in doc[mention.last : mention.last + 2]] == [",", age]


def _rival(reader: _Reader, index: int, token: Token, number: int, quote: Speech | None) -> Named | None:
    """ "Her rival", "my opponent": the other of the only two persons whom the text has lately named."""
    owner = next((kid for kid in token.children if kid.dep_ == "poss"), None)
    if token.lemma_.lower() not in _RIVALS or token.tag_ != "NN" or owner is None or token.dep_ in {"appos", "attr"}:
        return None
    if any(kid.dep_ in {"appos", "amod", "compound", "relcl", "prep"} for kid in token.children):
        return None
    if owner.lower_ == "my" and quote is not None and quote.speaker is not None:
        whose = reader.where.get(*quote.speaker)
    else:
        whose = reader.where.get(index, owner.i)
    if whose is None:
        return None
    kind = reader.clusters[whose.key].type
    others = {m.key for _, m in reader.recent if reader.clusters[m.key].type == kind} - {whose.key}
    if len(others) != 1 or kind not in {"PERSON", "ORG"}:
        return None
    return _mention(reader, index, owner.left_edge, token, min(others), "description")


def _just_named(reader: _Reader, token: Token, number: int, bodies: set[str], owner: Token | None) -> str:
    """The one person of the sentence before, where the text has not said what he is: "Gavin Holt … The minister …"."""
    lemma = token.lemma_.lower()
    if bodies or owner is not None or lemma in _ANYBODY or not _is_subject(token):
        return ""
    before = {m.key for n, m in reader.recent if n == number - 1 and reader.clusters[m.key].type == "PERSON"}
    if len(before) != 1:
        return ""
    cluster = reader.clusters[next(iter(before))]
    if cluster.roles & ROLES or any(m.key in before for n, m in reader.recent if n == number):
        return ""
    cluster.roles.update({lemma, _office(token)})
    return cluster.key


def _body(reader: _Reader, lemma: str, number: int, *, country: str = "", open_to_one: bool = False) -> str:
    """The body that "the company" means: one called so, else the last one that may be one.

    Args:
        reader: what was named so far.
        lemma: the noun.
        number: the sentence.
        country: the state that it is said to be of ("the French company").
        open_to_one: something further is said of it: only the one body that may be meant at all.
    """
    bodies = [
        (n, m.key)
        for n, m in reversed(reader.recent)
        if (cluster := reader.clusters[m.key]).type in {"ORG", "FAC"}
        and m.kind != "pronoun"
        and not cluster.agency
        and (not country or cluster.country == country)
    ]
    named = [
        key for _, key in bodies if lemma in reader.clusters[key].roles or lemma in _words_of(reader.clusters[key])
    ]
    if named:
        return _one_of(reader, named, number, open_to_one)
    everyone = [
        key
        for key, cluster in reader.clusters.items()
        if cluster.type in {"ORG", "FAC"}
        and (not country or cluster.country == country)
        and (lemma in cluster.roles or lemma in _words_of(cluster))
    ]
    if len(everyone) == 1 and not open_to_one:
        return everyone[0]
    kinds = body_kinds(lemma)
    own = {key: _kind(reader.clusters[key], lemma) for _, key in bodies}
    fitting = [(n, key) for n, key in bodies if not own[key] or not kinds or own[key] in kinds]
    sure = [key for _, key in fitting if kinds and own[key] in kinds]
    if sure:
        return _one_of(reader, sure, number, open_to_one)
    if kinds & _SAY_SO:
        return ""
    near = [key for n, key in fitting if number - n <= 2]
    return near[0] if len(set(near)) == 1 and not open_to_one else ""


def _words_of(cluster: Cluster) -> set[str]:
    """What the names of a body say that it is: "the UN Relief Agency for Harlow (UNRA)" is an agency."""
    return {
        part.split()[-1].lower()
        for surface in (cluster.name, *cluster.surfaces)
        if (part := re.split(r" (?:of|for|on|against|in|to) ", surface)[0].strip())
    }


#: Kinds of body that their names tell: a body with another name is none.
_SAY_SO = frozenset({"authority", "learned"})


def _one_of(reader: _Reader, keys: Sequence[str], number: int, open_to_one: bool) -> str:
    """The only body, or the one that stands out where more may be meant."""
    if len(set(keys)) == 1:
        return keys[0]
    return "" if open_to_one else _salient(reader, set(keys), number)


def _kind(cluster: Cluster, lemma: str) -> str:
    """What kind of body one is; for a noun that says more than its kind, what the gazetteer says is not enough."""
    kind = kind_of_body(cluster)
    return kind if kind != cluster.body or lemma in _BY_KIND else ""


#: Those who speak for a person.
_SPOKEN_FOR = SPOKESPEOPLE | words("office campaign team administration letter memo lawsuit filing petition")


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
        if named is not None and lemma in _SPOKEN_FOR and clusters[named.key].type == "PERSON":
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
