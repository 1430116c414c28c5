"""How sure a claim is: what its construction is worth, less what each doubt costs, joined with what the network thinks.

===========================  =====
doubt                        costs
===========================  =====
weak cue                     .18
subject found beyond clause  .06
holder, target not by name   as the participant says (.05 … .10)
inside reported speech       .03
inside a quote in a quote    .06
intended, not done           .05
sign turned by negation      .05
in the headline              .04
three or more in a sentence  .10
===========================  =====

What remains is set by hand. Where the network was asked, a logistic regression on development data makes one
probability of both; ``docs/models.md`` has the data, the fit and how honest it is. Pure: nothing is asked here.
"""

from dataclasses import replace
from math import exp, log
from typing import NamedTuple

from pipeline.tag.stance.grammar import Claim

#: Intercept, weight of the grammar's log-odds, weight of the network's log-odds for the claim's sign.
_JOINED = (0.3, 1.55, 0.26)
#: Intercept and weight of the network's log-odds alone, by what suggested the pair.
_ALONE = {
    "frame": (-1.0, 0.6),
    "called": (-2.1, 0.92),  # by hand: below .93 it takes most names for insults
    "spoken": (0.217, 0.503),
    "voiced": (-1.0, 0.72),  # by hand: from .92 on three in four are right
    "told": (0.217, 0.503),
    "names": (-0.5, 0.62),
    "inner": (-0.5, 0.9),
    "far": (-0.3, 0.53),
    "beside": (-1.8, 0.75),
}
#: With a lower floor than this any two names of a sentence are asked about: in whole articles half of what that adds
#: is right, it asks four times as many questions, and nothing of it could pass a higher one (`_MOST_BESIDE`).
WIDE_BELOW = 0.45
_MOST_BESIDE = 0.5
#: How far above the setting's floor the confidence must be of what the network alone says, and in a sentence that
#: yields three or more.
_ABOVE_ALONE, _ABOVE_CROWDED = 0.05, 0.15
#: The same where all there is is what somebody says of somebody: "he is a guest" is no praise.
_ABOVE_SPOKEN = 0.2
#: From here on a candidate counts as one of the stances of its sentence.
_SURE = 0.85
_EPS = 1e-4


class Answer(NamedTuple):
    """What the network thinks of a pair: the chance that the holder favors or is against the target, and back."""

    favor: float
    against: float
    back_favor: float
    back_against: float


def decided(claim: Claim, answer: Answer | None) -> Claim | None:
    """Return a claim of the grammar as it is, and a candidate with the sign that the network gives it.

    ``None`` for a candidate without an answer, and for one that the network would rather turn round: a wrong direction
    is worse than none.
    """
    if not by_network(claim):
        return claim
    if answer is None or max(answer.favor, answer.against) <= max(answer.back_favor, answer.back_against):
        return None
    return replace(claim, sign=1 if answer.favor > answer.against else -1)


def counts(claim: Claim, answer: Answer | None) -> bool:
    """Whether a claim counts among those that crowd its sentence: a candidate only where the network is sure of it."""
    return not by_network(claim) or (answer is not None and max(answer.favor, answer.against) >= _SURE)


def confidence(claim: Claim, *, depth: int, crowd: int, answer: Answer | None = None) -> float:
    """Return the probability that a claim is right, 0 … 1.

    Args:
        claim: of the grammar, or a candidate with its sign.
        depth: how many speakers it is nested in.
        crowd: how many different pairs its sentence yields.
        answer: of the network; ``None`` where it was not asked: then the grammar's own figure stands.
    """
    kind = by_network(claim)
    if kind:
        if answer is None:
            return 0.0
        base, weight = _ALONE[kind]
        told = _rounded(_sigmoid(base + weight * _odds(answer.favor if claim.sign > 0 else answer.against)))
        return min(told, _MOST_BESIDE) if kind == "beside" else told
    score = claim.base - claim.status.doubt
    score -= 0.18 * claim.weak
    score -= 0.06 * claim.inherited
    score -= claim.target.cost + (claim.holder.cost if claim.holder is not None else 0.0)
    score -= 0.03 * min(depth, 2)
    score -= 0.05 * (claim.status.intended or claim.status.would)
    score -= 0.05 * bool(claim.notes)
    score -= 0.04 * (claim.target.mention.field == "title")
    score -= 0.10 * (crowd >= 3)
    if answer is None:
        return _rounded(score)
    base, grammar, network = _JOINED
    said = answer.favor if claim.sign > 0 else answer.against
    return _rounded(_sigmoid(base + grammar * _odds(score) + network * _odds(said)))


def floor(claim: Claim, *, crowd: int, least: float) -> float:
    """Return the confidence from which on a claim is evidence.

    Args:
        claim: of the grammar, or a candidate with its sign.
        crowd: how many different pairs its sentence yields.
        least: the setting ``tag_floor``.
    """
    if by_network(claim):
        spoken = _ABOVE_SPOKEN if by_network(claim) in {"spoken", "told", "voiced"} else 0.0
        return round(min(least + max(spoken, _ABOVE_CROWDED if crowd >= 3 else _ABOVE_ALONE), 1.0), 3)
    return least


def by_network(claim: Claim) -> str:
    """What suggested a candidate: a key of `_ALONE`; empty for the grammar's."""
    first, _, rest = claim.rule.partition(" ")
    return rest.partition(" ")[0] if first == "network" else ""


def _odds(p: float) -> float:
    p = min(max(p, _EPS), 1 - _EPS)
    return log(p / (1 - p))


def _sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def _rounded(score: float) -> float:
    return round(min(max(score, 0.0), 1.0), 3)
