"""What terms two are on, as a parse shows it: "relations between X and Y have soured", "is in X's good books".

Pure: words and their places only; who they are is for the grammar to say.
"""

from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Token

from pipeline.tag.stance.lexicon import Sign
from pipeline.tag.syntax import child, conjuncts, subject
from pipeline.tag.words import words

_NOUNS = words("relation relationship tie bond rapport")
_GOOD = words(
    """warm close cordial friendly excellent strong good great amicable harmonious brotherly fraternal cosy cozy
    flourishing intimate solid rock-solid unbreakable happy healthy special loving closer warmer better stronger"""
)
_BAD = words(
    """bad poor frosty icy cold cool strained tense hostile fraught sour bitter acrimonious toxic stormy turbulent
    rocky troubled frigid chilly difficult testy fractious prickly adversarial antagonistic dysfunctional volatile
    uneasy thorny broken poisonous rancorous worse colder worst"""
)
_SOURED = words(
    """sour deteriorate worsen collapse fray unravel cool chill rupture sink plummet crumble nosedive degenerate strain
    poison curdle"""
)
_WARMED = words("warm improve thaw blossom flourish deepen strengthen bloom mend heal prosper")
_LOWS = words("low nadir bottom")
_HAD = words("have enjoy maintain share keep boast")
_BEGUN = words("restore resume renew rebuild mend repair normalise normalize re-establish reestablish")
#: What two people of whom it is said are to each other.
_ADJECTIVES: dict[str, Sign] = {"inseparable": 1, "irreconcilable": -1, "estranged": -1}
#: Preposition and noun, after "be" and the like: what the owner of the noun holds against, or for, the subject.
_OWNED: dict[tuple[str, str], Sign] = {
    ("in", "crosshair"): -1,
    ("in", "crosshairs"): -1,
    ("in", "bad book"): -1,
    ("in", "good book"): 1,
    ("in", "good grace"): 1,
    ("in", "bad grace"): -1,
    ("under", "protection"): 1,
    ("under", "wing"): 1,
    ("out of", "favour"): -1,
    ("out of", "favor"): -1,
    ("in", "favour"): 1,
    ("in", "favor"): 1,
    ("in", "disgrace"): -1,
}
_COPULAS = words("be become remain stay find fall land get come go put keep return")


class Terms(NamedTuple):
    """Two that are on good terms or bad: ``ones`` and ``others``, empty where one word names both."""

    sign: Sign
    ones: Token
    others: Token | None
    predicate: Token
    cue: tuple[int, int]
    mutual: bool = True


def find(token: Token) -> Terms | None:
    """What terms two are on, where a token is the word that says so.

    ``ones`` alone names both ("X and Y") where ``others`` is ``None``; where the terms are not ``mutual``, ``ones``
    holds it of ``others``.
    """
    lemma = token.lemma_.lower()
    if token.pos_ == "NOUN" and lemma in _NOUNS:
        return _relations(token)
    if token.pos_ == "NOUN" and lemma == "love":
        lost = next((kid for kid in token.children if kid.lower_ == "lost"), None)
        if lost is not None and any(kid.lower_ in {"no", "little"} for kid in token.children):
            return _between(token, lost, -1, token.head)
    if token.pos_ == "NOUN" and lemma == "blood" and any(kid.lower_ == "bad" for kid in token.children):
        return _between(token, token, -1, token.head)
    if token.pos_ in {"VERB", "AUX"}:
        return _of_subject(token)
    return _owned(token)


def _below(token: Token, preps: frozenset[str]) -> Iterator[Token]:
    for kid in token.children:
        if kid.dep_ == "prep" and kid.lower_ in preps and (thing := child(kid, "pobj")) is not None:
            yield thing


def _between(noun: Token, below: Token, sign: Sign, predicate: Token) -> Terms | None:
    for source in (below, noun, predicate):
        for thing in _below(source, words("between")):
            return Terms(sign, thing, None, predicate, (noun.i, noun.i + 1))
    return None


def _relations(noun: Token) -> Terms | None:
    verb = noun.head
    found = _quality(noun, verb)
    if found is None:
        return None
    sign, cue = found
    between = next(_below(noun, words("between")), None)
    if between is not None:
        return Terms(sign, between, None, verb, cue)
    other = next(_below(noun, words("with to")), None)
    other = other if other is not None or noun.dep_ != "dobj" else next(_below(verb, words("with")), None)
    owner = child(noun, "poss", "compound") if noun.dep_ in {"nsubj", "nsubjpass"} else None
    if owner is not None and other is not None:
        return Terms(sign, owner, other, verb, cue)
    if noun.dep_ == "dobj" and verb.lemma_.lower() in _HAD | _BEGUN:
        who = subject(verb)[0]
        if who is not None and (other is not None or len(list(conjuncts(who))) > 1):
            return Terms(sign, who, other, verb, cue)
    if noun.dep_ == "dobj" and verb.lemma_.lower() in {"want", "seek"} and other is not None and sign > 0:
        who = subject(verb)[0]
        return Terms(sign, who, other, verb, cue, mutual=False) if who is not None else None
    return None


def _quality(noun: Token, verb: Token) -> tuple[Sign, tuple[int, int]] | None:
    """Whether relations are said to be good or bad, and by which words."""
    for kid in noun.children:
        if kid.dep_ == "amod" and kid.lower_ in _GOOD | _BAD and kid.i < noun.i:
            return 1 if kid.lower_ in _GOOD else -1, (kid.i, noun.i + 1)
    lemma = verb.lemma_.lower()
    if noun.dep_ == "dobj" and lemma in _BEGUN:
        return 1, (verb.i, noun.i + 1) if verb.i < noun.i else (noun.i, noun.i + 1)
    if noun.dep_ not in {"nsubj", "nsubjpass"} or verb.pos_ not in {"VERB", "AUX"}:
        return None
    if lemma in _SOURED | _WARMED and child(verb, "dobj") is None:
        return -1 if lemma in _SOURED else 1, (verb.i, verb.i + 1)
    for kid in verb.subtree:
        if kid.i > verb.i and kid.lemma_.lower() in _LOWS and kid.dep_ in {"dobj", "pobj", "attr"}:
            return -1, (kid.i, kid.i + 1)
    state = child(verb, "acomp")
    if lemma in {"be", "remain", "become", "grow", "turn", "stay"} and state is not None:
        sign: Sign = 1 if state.lower_ in _GOOD else -1
        return (sign, (state.i, state.i + 1)) if state.lower_ in _GOOD | _BAD else None
    return None


def _of_subject(verb: Token) -> Terms | None:
    """ "X and Y are inseparable", "do not see eye to eye", "are at each other's throats", "on speaking terms"."""
    lemma = verb.lemma_.lower()
    who = child(verb, "nsubj")
    if who is None or lemma not in {"be", "see", "remain", "become"}:
        return None
    for kid in verb.children:
        if kid.i < verb.i:
            continue
        if lemma == "see" and kid.dep_ == "dobj" and kid.lower_ == "eye":
            other = next(_below(verb, words("with")), None)
            end = kid.i + 3 if kid.doc[kid.i + 1 : kid.i + 3].text == "to eye" else 0
            return Terms(1, who, other, verb, (kid.i, end)) if end else None
        if lemma == "see":
            continue
        if kid.dep_ == "acomp" and kid.lower_ in _ADJECTIVES:
            return Terms(_ADJECTIVES[kid.lower_], who, None, verb, (kid.i, kid.i + 1))
        if kid.dep_ == "attr" and kid.lower_ == "best" and kid.doc[kid.i + 1 : kid.i + 3].text == "of friends":
            return Terms(1, who, None, verb, (kid.i, kid.i + 3))
        thing = child(kid, "pobj") if kid.lower_ == "at" else None
        if thing is not None and thing.lower_ == "throats" and kid.doc[kid.i + 1].lower_ in {"each", "one"}:
            return Terms(-1, who, None, verb, (kid.i, thing.i + 1))
        if kid.dep_ == "prep" and kid.lower_ == "on":
            terms = kid.doc[kid.i + 1 : kid.i + 3]
            if terms.text in {"speaking terms", "good terms", "friendly terms", "bad terms"}:
                other = next((t for t in _below(verb, words("with"))), None)
                on: Sign = -1 if terms[0].lower_ == "bad" else 1
                return Terms(on, who, other, verb, (kid.i, kid.i + 3))
    return None


def _owned(token: Token) -> Terms | None:
    """ "Is in X's good books", "fell out of favour with X"."""
    if token.dep_ != "pobj" or token.pos_ != "NOUN":
        return None
    prep, lemma = token.head, token.lemma_.lower()
    before = prep.lower_
    if before == "of" and prep.head.lower_ == "out":
        before, prep = "out of", prep.head
    quality = next((kid.lower_ for kid in token.children if kid.lower_ in {"good", "bad"}), "")
    sign = _OWNED.get((before, f"{quality} {lemma}".strip()))
    verb = prep.head
    if sign is None or verb.lemma_.lower() not in _COPULAS:
        return None
    holder = (
        child(token, "poss") or next(_below(token, words("of with")), None) or next(_below(verb, words("with")), None)
    )
    who = subject(verb)[0]
    if holder is None or who is None:
        return None
    return Terms(sign, holder, who, verb, (prep.i, token.i + 1), mutual=False)
