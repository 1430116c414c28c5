"""How sure a claim is: a construction's base, less what each doubt costs. Set by hand; a later stage calibrates it.

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
"""

from pipeline.tag.stance.grammar import Claim


def confidence(claim: Claim, *, depth: int, crowd: int) -> float:
    """Return a claim's confidence, 0 … 1.

    Args:
        claim: the claim.
        depth: how many speakers it is nested in.
        crowd: how many different pairs its sentence yields.
    """
    score = claim.base - claim.status.doubt
    score -= 0.18 * claim.weak
    score -= 0.06 * claim.inherited
    score -= claim.target.cost + (claim.holder.cost if claim.holder is not None else 0.0)
    score -= 0.03 * min(depth, 2)
    score -= 0.05 * (claim.status.intended or claim.status.would)
    score -= 0.05 * bool(claim.notes)
    score -= 0.04 * (claim.target.mention.field == "title")
    score -= 0.10 * (crowd >= 3)
    return round(min(max(score, 0.0), 1.0), 3)
