"""Pronouns and descriptions: "she", "the president", "the company", "the two sides", "we" inside a quote.

Rules only, and only where the text leaves little choice; the rest stays open. Of the persons that agree in gender,
"he" and "she" lead to the one who stands out most: how near, whether a subject, how often named (after Lappin and
Leass, 1994). Never to the subject of the same clause for an object, and never to the speaker inside the speaker's own
quote, where only "I" and "we" are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from pipeline.tag.aliases import Cluster
from pipeline.tag.entities import MentionKind, Named
from pipeline.tag.names import BODIES, KIN_F, KIN_M, ROLES, SPOKESPEOPLE, VOICES, body_kinds, kind_of_body
from pipeline.tag.nlp import Piece
from pipeline.tag.quotes import SPEECH, Speech
from pipeline.tag.syntax import clause_of, own_subject
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
    """president king queen pope judge doctor driver captain victim suspect witness reporter official aide spokesman
    spokeswoman spokesperson source analyst student teacher soldier officer player survivor chief head winner"""
)
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
        if head.dep_ == "appos":
            related.append(head.head)
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
                cluster.roles.add(_office(office))
                cluster.of.update(_bodies_of(name.piece, (office, head), where, clusters) - {name.key})
            cluster.gender = cluster.gender or ("f" if lemmas & KIN_F else "m" if lemmas & KIN_M else "")
            if head.dep_ == "nsubj" and head.head.lemma_ in {"lead", "head", "chair", "own", "coach", "edit", "found"}:
                cluster.roles.add(_DOER[head.head.lemma_])
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
    return " ".join((*parts, noun.lemma_.lower()))


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


def resolve(
    pieces: Sequence[Piece], names: list[Named], clusters: dict[str, Cluster], quotes: Sequence[Speech]
) -> list[Named]:
    """Return the mentions by pronoun and description, resolved; also notes genders learnt on the way."""
    reader = _Reader(pieces, clusters, Where(names), [], {})
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
                    reader.recent.append((number, queue[token.i]))
                    reader.counts[queue[token.i].key] = reader.counts.get(queue[token.i].key, 0) + 1
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
                    one = _pronoun(reader, index, token, number, quote, own_quotes) or _description(
                        reader, index, token, number
                    )
                    made = [one] if one is not None else []
                for mention in made:
                    found.append(mention)
                    reader.where.add(mention)
                    if not mention.group:
                        reader.recent.append((number, mention))
    found.extend(_first_persons(reader, first_person))
    return found


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


def _is_subject(token: Token) -> bool:
    while token.dep_ in {"appos", "conj"} and token.head.i != token.i:
        token = token.head
    return token.dep_ in {"nsubj", "nsubjpass"}


def _pronoun(
    reader: _Reader, index: int, token: Token, number: int, quote: Speech | None, quotes: Sequence[Speech]
) -> Named | None:
    word = token.lower_
    if word in _GENDER:
        key = _person(reader, index, token, number, quote, quotes)
    elif word in _NEUTER:
        key = _thing(reader, index, token, number)
    elif word in _THEY:
        key = _several(reader, index, token, number)
    else:
        return None
    return _mention(reader, index, token, token, key, "pronoun") if key else None


def _person(
    reader: _Reader, index: int, token: Token, number: int, quote: Speech | None, quotes: Sequence[Speech]
) -> str:
    """The person that stands out most of those who agree in gender."""
    gender = _GENDER[token.lower_]
    barred = _barred(reader, index, token)
    if quote is not None and quote.speaker is not None and (speaker := reader.where.get(*quote.speaker)) is not None:
        barred.add(speaker.key)
    subject = _is_subject(token)
    scores: dict[str, float] = {}
    for place, (sentence, mention) in enumerate(reader.recent):
        distance = number - sentence
        cluster = reader.clusters[mention.key]
        if distance > _REACH or mention.key in barred or cluster.type != "PERSON" or cluster.gender not in {"", gender}:
            continue
        head = _head(reader, mention)
        weight = _NEARNESS[distance] + 0.2 * place
        weight += 35 if _is_subject(head) else 12 if head.dep_ == "dobj" else 5
        weight += 8 if subject and _is_subject(head) else 0
        weight += 10 if mention.kind == "pronoun" else 0
        weight -= 30 if not cluster.gender else 0
        weight -= 30 if mention.piece != index else 0
        around = _quote_at(quotes, mention.start) if mention.piece == index else None
        weight -= 30 if around is not None and around is not quote else 0
        weight += min(12, 3 * reader.counts.get(mention.key, 0))
        scores[mention.key] = max(scores.get(mention.key, 0.0), weight)
    if not scores:
        return ""
    best, *others = sorted(scores, key=lambda key: (-scores[key], key))
    if others and scores[best] - scores[others[0]] <= _EVEN:
        return ""  # "Lund and Marek met. He won."
    if not reader.clusters[best].gender and len(scores) == 1:
        reader.clusters[best].gender = gender
    return best


def _barred(reader: _Reader, index: int, token: Token) -> set[str]:
    """Who an object pronoun cannot mean: the subject of its own clause."""
    if token.dep_ not in {"dobj", "pobj", "dative"} or token.lower_.endswith(("self", "selves")):
        return set()
    verb = clause_of(token)
    subject, _ = own_subject(verb)
    if subject is None and verb.dep_ in {"conj", "xcomp"}:
        subject = own_subject(verb.head)[0]
    mention = reader.where.get(index, subject.i) if subject is not None else None
    return {mention.key} if mention is not None else set()


def _thing(reader: _Reader, index: int, token: Token, number: int) -> str:
    """The body or state that "it" or "its" means: the subject of its clause or one above, else of the last sentence."""
    if token.dep_ not in {"nsubj", "nsubjpass", "dobj", "pobj", "poss"}:
        return ""
    if _pleonastic(token):
        return _said_of_itself(reader, index, token)
    barred = _barred(reader, index, token)
    verb = clause_of(token)
    if token.dep_ == "dobj" and verb.dep_ == "conj" and own_subject(verb)[0] not in {None, own_subject(verb.head)[0]}:
        # "Lund praised the firm, but Marek fined it": what the one did to, the other does to
        done_to = next((kid for kid in verb.head.children if kid.dep_ == "dobj"), None)
        return _key_of(reader, index, done_to, {"ORG", "GPE"}) if done_to is not None else ""
    for _ in range(5):
        subject, _ = own_subject(verb)
        if subject is not None and subject.i < token.i:
            key = _key_of(reader, index, subject, {"ORG", "GPE"})
            if key and key not in barred:
                return key
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
        and _head(reader, m).dep_ not in {"amod", "compound"}
    ]
    if near and not any(t.pos_ == "NOUN" and _is_subject(t) for t in token.sent if t.i < token.i):
        return near[-1].key
    if near or token.dep_ not in {"nsubj", "nsubjpass", "poss"}:
        return ""
    if any(t.pos_ in {"NOUN", "PROPN"} and _is_subject(t) for t in token.sent if t.i < token.i):
        return ""
    before = [
        m.key
        for n, m in reader.recent
        if n == number - 1
        and reader.clusters[m.key].type in {"ORG", "GPE"}
        and _is_subject(_head(reader, m))
        and _head(reader, m).tag_ not in {"NNPS", "NNS"}
        and not (_has_it_done(token) and _makes_known(_head(reader, m)))
    ]
    return before[-1] if len(set(before)) == 1 else ""


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


def _several(reader: _Reader, index: int, token: Token, number: int) -> str:
    """A body or people with a plural name that "they" means, where no other plural noun stands between."""
    for n, mention in reversed(reader.recent):
        if number - n > 1:
            return ""
        cluster = reader.clusters[mention.key]
        head = _head(reader, mention)
        between = reader.pieces[index].doc[mention.last : token.i] if mention.piece == index else ()
        if any(t.tag_ == "NNS" and t.dep_ in {"nsubj", "nsubjpass", "dobj", "pobj", "conj"} for t in between):
            return ""
        plural = mention.kind == "pronoun" and mention.text.lower() in _THEY
        plural = plural or (
            head.text.endswith("s") and not head.text.endswith(("ss", "us")) and mention.kind != "pronoun"
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


def _pleonastic(token: Token) -> bool:
    verb = token.head
    return token.dep_ == "nsubj" and (
        (verb.lemma_ in {"be", "seem", "appear", "become", "take", "rain", "snow"} and not _has_noun(verb))
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
    kinds = _PAIRED[token.lower_]
    keys: list[str] = []
    for n, mention in reversed(reader.recent):
        if number - n > _REACH or len(set(keys)) > 2:
            break
        head = _head(reader, mention)
        placed = head.dep_ == "pobj" and head.head.lower_ in _PLACES and reader.clusters[mention.key].type == "GPE"
        if reader.clusters[mention.key].type in kinds and not placed and head.dep_ != "amod":
            keys.append(mention.key)
            if len(set(keys)) == 2 and number - n >= 1:
                break
    pair = list(dict.fromkeys(reversed(keys)))
    if len(pair) != 2:
        return
    for key in pair:
        mention = _mention(reader, index, first, token, key, "description")
        mention.group = True
        yield mention


def _description(reader: _Reader, index: int, token: Token, number: int) -> Named | None:
    lemma = token.lemma_.lower()
    if token.pos_ not in {"NOUN", "PROPN"} or not (lemma in ROLES or lemma in BODIES):
        return None
    if token.tag_ in {"NNS", "NNPS"} or token.dep_ in {"appos", "attr"}:
        return None
    if token.dep_ == "compound" and token.head.pos_ == "NOUN":
        return None
    kids = list(token.children)
    owner = next((kid for kid in kids if kid.dep_ == "poss"), None)
    first = owner.left_edge if owner is not None else _determined(token)
    if first is None or (owner is None and first.lower_ not in {"the", "this", "that"}):
        return None
    if any(kid.dep_ in {"prep", "appos", "relcl", "acl"} for kid in kids if kid.i > token.i):
        return None
    beside = [kid for kid in kids if kid.dep_ in {"compound", "amod", "nmod"}]
    named = [(kid, reader.where.get(index, kid.i)) for kid in beside]
    bodies = {m.key for _, m in named if m is not None and reader.clusters[m.key].type in {"ORG", "GPE", "NORP"}}
    further = {kid.lower_ for kid, m in named if m is None}
    if lemma in ROLES:
        if further - _OFFICE_PARTS or len(bodies) != sum(m is not None for _, m in named):
            return None
        key = _holder(reader, _office(token), owner, index, bodies) or _just_named(reader, token, number, bodies, owner)
        return _mention(reader, index, first, token, key, "description") if key else None
    if owner is not None or len(bodies) > 1 or len(bodies) != sum(m is not None for _, m in named):
        return None
    if further and (lemma not in _BY_KIND or any(kid.pos_ not in {"NOUN", "PROPN"} for kid, m in named if m is None)):
        return None
    key = _body(reader, lemma, number, country=min(bodies, default=""), open_to_one=bool(further))
    return _mention(reader, index, first, token, key, "description") if key else None


def _holds(cluster: Cluster, office: str) -> bool:
    """Whether a person holds an office: "the minister" may be the foreign minister, but not the prime minister."""
    *parts, lemma = office.split()
    if lemma == "leader" and not parts and cluster.roles & _LEADS:
        return "minister" not in cluster.roles & _LEADS or "prime minister" in cluster.roles
    if lemma not in cluster.roles:
        return False
    full = {role for role in cluster.roles if role.endswith(f" {lemma}")}
    return office in full or not full if parts else full != {"prime minister"}


def _holder(reader: _Reader, office: str, owner: Token | None, index: int, bodies: set[str]) -> str:
    """Who holds an office: the one of the text, else the one named last of those who do."""
    body = reader.where.get(index, owner.i) if owner is not None else None
    everyone = [key for key, c in reader.clusters.items() if c.type == "PERSON" and _holds(c, office)]
    if bodies:
        everyone = [k for k in everyone if bodies <= reader.clusters[k].of | {reader.clusters[k].country}]
        return everyone[0] if len(everyone) == 1 else ""
    if owner is not None:
        # "the group's leader": of several leaders nobody knows whose
        theirs = [key for key in everyone if body is not None and body.key in reader.clusters[key].of]
        barred = body.key if body is not None else ""
        everyone = theirs or [key for key in everyone if not reader.clusters[key].of]
        return everyone[0] if len(everyone) == 1 and everyone[0] != barred else ""
    persons = [m.key for _, m in reversed(reader.recent) if m.key in everyone]
    return persons[0] if persons else everyone[0] if len(everyone) == 1 else ""


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
        key
        for _, key in bodies
        if lemma in reader.clusters[key].roles or lemma in reader.clusters[key].name.lower().split()
    ]
    if named:
        return named[0] if not open_to_one or len(set(named)) == 1 else ""
    everyone = [
        key
        for key, cluster in reader.clusters.items()
        if cluster.type in {"ORG", "FAC"}
        and (not country or cluster.country == country)
        and (lemma in cluster.roles or lemma in cluster.name.lower().split())
    ]
    if len(everyone) == 1 and not open_to_one:
        return everyone[0]
    kinds = body_kinds(lemma)
    own = {key: _kind(reader.clusters[key], lemma) for _, key in bodies}
    fitting = [(n, key) for n, key in bodies if not own[key] or not kinds or own[key] in kinds]
    sure = [key for _, key in fitting if kinds and own[key] in kinds]
    if sure:
        return sure[0] if not open_to_one or len(set(sure)) == 1 else ""
    near = [key for n, key in fitting if number - n <= 2]
    return near[0] if len(set(near)) == 1 and not open_to_one else ""


def _kind(cluster: Cluster, lemma: str) -> str:
    """What kind of body one is; for a noun that says more than its kind, what the gazetteer says is not enough."""
    kind = kind_of_body(cluster)
    return kind if kind != cluster.body or lemma in _BY_KIND else ""


#: Those who speak for a person.
_SPOKEN_FOR = SPOKESPEOPLE | words("office campaign team")


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
