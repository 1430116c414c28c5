"""From an article's evidence to its stances, and to the pairs that were judged and found without one."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from pipeline.records import Evidence, Pair, Stance
from pipeline.tag.aliases import Cluster
from pipeline.tag.entities import Named
from pipeline.tag.nlp import Piece

_TYPES = frozenset({"PERSON", "ORG", "GPE", "NORP"})
#: Pairs listed without stance, at most: those of the sentences that come first.
MOST_PAIRS = 400


def stances(evidence: Iterable[Evidence]) -> tuple[Stance, ...]:
    """Roll evidence up by holder, target, voice and period: one sign, or mixed where both stand in the same period."""
    groups: dict[tuple[str, str, str, str], list[Evidence]] = {}
    for item in evidence:
        groups.setdefault((item.holder, item.target, item.voice, item.period), []).append(item)
    out = []
    for items in groups.values():
        signs = {item.polarity for item in items}
        doubt = 1.0
        for item in items:
            doubt *= 1 - item.confidence
        first = items[0]
        out.append(
            Stance(
                holder=first.holder,
                target=first.target,
                stance="mixed" if len(signs) == 2 else "favor" if signs == {1} else "against",
                voice=first.voice,
                period=first.period,
                # independent pieces of evidence, but never surer than .99
                confidence=round(min(1 - doubt, 0.99), 3),
                evidence=tuple(item.evidence_id for item in items),
                holder_name=first.holder_name,
                holder_type=first.holder_type,
                target_name=first.target_name,
                target_type=first.target_type,
            )
        )
    return tuple(sorted(out, key=lambda s: (-s.confidence, s.holder, s.target, s.voice, s.period)))


def pairs_without(
    names: Sequence[Named], pieces: Sequence[Piece], clusters: dict[str, Cluster], evidence: Iterable[Evidence]
) -> tuple[Pair, ...]:
    """Pairs of entities that share a sentence and have no stance, either way."""
    made = {frozenset((item.holder, item.target)) for item in evidence}
    by_sentence: dict[tuple[int, int], list[str]] = {}
    for name in names:
        if clusters[name.key].type in _TYPES:
            sentence = pieces[name.piece].doc[name.first].sent.start
            keys = by_sentence.setdefault((name.piece, sentence), [])
            if name.key not in keys:
                keys.append(name.key)
    found: dict[tuple[str, str], None] = {}
    for keys in by_sentence.values():
        for a, b in combinations(sorted(keys[:12]), 2):
            if frozenset((a, b)) not in made:
                found.setdefault((a, b))
        if len(found) >= MOST_PAIRS:
            break
    return tuple(Pair(a=a, b=b) for a, b in sorted(list(found)[:MOST_PAIRS]))
