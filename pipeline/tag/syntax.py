"""Reading a dependency parse: who is the subject of a verb, across control, coordination and relative clauses."""

from collections.abc import Iterator

from spacy.tokens import Token

from pipeline.tag.words import words

_SUBJECTS = frozenset({"nsubj", "csubj"})
_RELATIVE = frozenset({"who", "which", "that", "whom", "whose"})


def child(token: Token, *deps: str) -> Token | None:
    """The first child with one of these relations."""
    for kid in token.children:
        if kid.dep_ in deps:
            return kid
    return None


def own_subject(verb: Token) -> tuple[Token | None, bool]:
    """The subject of a verb's own clause, and whether it is that of a passive."""
    for kid in verb.children:
        if kid.dep_ in _SUBJECTS:
            return kid, False
        if kid.dep_ == "nsubjpass":
            return kid, not _is_perfect(verb)
    return None, False


def is_passive(verb: Token) -> bool:
    """Whether a verb stands in the passive, reduced relative clauses included."""
    if any(kid.dep_ in {"nsubjpass", "auxpass"} for kid in verb.children):
        return not _is_perfect(verb)
    if verb.dep_ == "conj" and verb.tag_ == "VBN" and own_subject(verb)[0] is None and not _has_aux(verb):
        return verb.head.pos_ in {"VERB", "AUX"} and verb.head.tag_ == "VBN" and is_passive(verb.head)
    if verb.tag_ == "VBN" and not _has_aux(verb) and own_subject(verb)[0] is None:
        if verb.dep_ == "acl" and child(verb, "agent") is None and _has_object(verb):
            return False  # "X's widow, Y, called Z a monster": the tagger takes the past tense for a participle
        return verb.dep_ in {"acl", "advcl", "amod"} or child(verb, "agent") is not None
    return False


def _is_perfect(verb: Token) -> bool:
    """Whether "'s" is "has": "She's slammed NATO"."""
    short = any(kid.dep_ == "auxpass" and kid.lower_ in {"'s", "’s"} for kid in verb.children)
    return short and verb.tag_ == "VBN" and _has_object(verb)


def _has_object(verb: Token) -> bool:
    """Whether a verb that has one object has one; in the passive it would be the subject."""
    thing = child(verb, "dobj")
    return thing is not None and thing.i > verb.i and verb.lemma_.lower() not in _TWO_OBJECTS


_TWO_OBJECTS = words(
    """give award deny offer grant send pay hand allow tell ask teach show promise refuse cost lend owe accord bring buy
    charge fine bequeath assign feed serve"""
)


def _has_aux(verb: Token) -> bool:
    return any(kid.dep_ == "aux" and kid.lemma_ in {"have", "do", "will"} for kid in verb.children)


def subject(verb: Token) -> tuple[Token | None, bool]:
    """The one who does (or, in the passive, undergoes) what a verb says, and whether it was found beyond its clause.

    Climbs from infinitives and participles to the governing verb, from conjuncts to the first verb, from
    relative clauses to their noun. Returns ``(None, False)`` where the grammar leaves it open.
    """
    token, inherited = verb, False
    for _ in range(8):
        found, passive = own_subject(token)
        if found is not None:
            if passive != is_passive(verb) and token is not verb and passive:
                # "X was criticised for backing Y": X backs; an object-controlled infinitive is left open.
                return (found, True) if token.dep_ != "relcl" else (None, False)
            if found.lower_ in _RELATIVE and token.dep_ == "relcl":
                return token.head, True
            return found, inherited
        if token.dep_ == "relcl":
            return None, False
        if token.dep_ == "acl":
            # "Fighters armed by Y", "Y's decision to back Z"
            if token.tag_ in {"VBN", "VBG"}:
                return token.head, True
            owner = child(token.head, "poss")
            if owner is not None:
                return owner, True
            if token.head.dep_ in {"dobj", "attr", "nsubjpass"}:
                token, inherited = token.head.head, True
                continue
            return None, False
        if token.dep_ in {"conj", "xcomp", "advcl"} and token.head.pos_ in {"VERB", "AUX"}:
            if token.dep_ == "xcomp" and controls_object(token.head):
                return child(token.head, "dobj", "nsubj", "dative"), True
            if token.dep_ == "conj" and is_passive(token.head) != is_passive(token):
                found, _ = own_subject(token.head)
                return found, True
            token, inherited = token.head, True
            continue
        if token.dep_ in {"xcomp", "acomp"} and token.head.pos_ in {"ADJ"}:
            token, inherited = token.head, True
            continue
        if token.dep_ == "acomp" or (token.dep_ == "advcl" and token.head.lower_ == "far"):
            token, inherited = token.head, True  # "went as far as to call"
            continue
        if token.lower_ == "far" and token.dep_ == "advmod" and token.head.pos_ == "VERB":
            token, inherited = token.head, True
            continue
        if token.dep_ == "pcomp":
            above = token.head.head
            if above.pos_ == "ADJ" and token.head.lower_ in {"in", "at", "about"}:
                # "has been outspoken in condemning Y"
                below = (own_subject(aux)[0] for aux in above.children if aux.dep_ in {"aux", "auxpass"})
                if (who := next((one for one in below if one is not None), None)) is not None:
                    return who, True  # the parser hangs some subjects below the auxiliary
                above = above if own_subject(above)[0] is not None else above.head
            if above.pos_ in {"VERB", "AUX"} or own_subject(above)[0] is not None:
                # "accused Y of backing Z": the object is the one who backs
                if (
                    not is_passive(above)
                    and (found := child(above, "dobj")) is not None
                    and (
                        token.head.lower_ in {"of", "for", "from"}
                        or (token.head.lower_ == "on" and above.lemma_.lower() in _COMPLIMENTS)
                    )
                ):
                    return found, True
                token, inherited = above, True
                continue
            if token.head.lower_ in {"for", "over"} and above.dep_ == "dobj" and child(above, "appos") is not None:
                return above, True  # "rebuked the party's chairman, Y, for snubbing Z"
            owner = child(above, "poss")
            return (owner, True) if owner is not None else (None, False)
        return None, False
    return None, False


_COMPLIMENTS = words("congratulate compliment commend applaud challenge question")
_OBJECT_CONTROL = words(
    """urge ask tell order force press pressure push persuade convince encourage allow permit enable invite beg
    instruct call want expect advise warn help let make lobby require compel prompt drive lead spur provoke inspire
    incite goad cause motivate get empower authorise authorize challenge dare enlist recruit hire pay bribe task direct
    implore beseech entreat exhort coax cajole nudge embolden oblige command counsel teach train induce tempt coerce
    petition request remind"""
)


def controls_object(verb: Token) -> bool:
    """Whether the infinitive below a verb is done by its object ("urged Y to leave")."""
    return verb.lemma_ in _OBJECT_CONTROL and child(verb, "dobj", "dative") is not None


def conjuncts(token: Token) -> Iterator[Token]:
    """The token and those coordinated with it."""
    yield token
    for other in token.conjuncts:
        if other.i > token.i:
            yield other


def clause_of(token: Token) -> Token:
    """The verb of the innermost clause that a token stands in."""
    for _ in range(64):
        if token.dep_ == "ROOT" or token.pos_ in {"VERB", "AUX"}:
            return token
        token = token.head
    return token


def ancestors(token: Token, limit: int = 24) -> Iterator[tuple[Token, Token]]:
    """Pairs ``(child, head)`` from a token up to its root."""
    for _ in range(limit):
        if token.head is token or token.head.i == token.i:
            return
        yield token, token.head
        token = token.head
