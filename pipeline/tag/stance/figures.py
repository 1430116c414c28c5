"""Figures of speech: predicates that judge only as a whole, "is out of her depth", "has moved the goalposts"."""

from typing import Literal, NamedTuple

from spacy.tokens import Token

from pipeline.tag.stance import evaluative
from pipeline.tag.stance.lexicon import Sign
from pipeline.tag.words import words

#: Passed over: a figure is written without them.
_SMALL = words(
    """
    a an the his her its their our your my so very utterly absolutely completely totally simply just really truly
    clearly plainly again once thoroughly entirely quite still also only always be been being
    """
)
_MARKS = frozenset("\"“”‘’'«»„`") | {"``", "''"}
#: What ``~`` may stand for, in words.
_GAP = 5


class Figure(NamedTuple):
    """A figure found: its sign, and the token behind its last one."""

    sign: Sign
    end: int


def find(start: Token, kind: Literal["being", "doing"], *, negated: bool = False, ought: bool = False) -> Figure | None:
    """Return the figure that begins with a token, the longest one first.

    Args:
        start: first word of the figure: what follows "is", or a verb.
        kind: which of `evaluative.FIGURES`.
        negated: whether the clause is; only figures written with "not" are then found, and else none of them.
        ought: whether the clause has "should" or "must", which few figures allow.
    """
    best: Figure | None = None
    table = evaluative.FIGURES[kind]
    keys = {"not"} if negated else _forms(start)
    for key in keys:
        for sign, allowed, parts in table.get(key, ()):
            if allowed != ought:
                continue
            rest = parts[1:] if negated else parts
            end = _match(start, rest)
            if end is not None and (best is None or end > best.end):
                best = Figure(1 if sign > 0 else -1, end)
    return best


def _match(start: Token, parts: tuple[frozenset[str], ...]) -> int | None:
    doc, last = start.doc, start.sent.end
    at, gap = start.i, 0
    for number, part in enumerate(parts):
        if "~" in part:
            gap = _GAP
            continue
        while at < last and not (part & _forms(doc[at])):
            small = doc[at].lower_ in _SMALL or doc[at].text in _MARKS
            if number == 0 or doc[at].text in ",;:.!?" or (not small and gap == 0):
                return None
            gap -= not small
            at += 1
        if at >= last:
            return None
        at, gap = at + 1, 0
    # "playing with fire safety rules"
    return None if doc[at - 1].dep_ == "compound" and doc[at - 1].head.i >= at else at


def _forms(token: Token) -> frozenset[str]:
    return frozenset({token.lower_, token.lemma_.lower()})
