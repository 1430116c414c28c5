"""Sentences as token ids: each entity is one token that stands for it, so that no name can be learnt by heart.

The networks are trained on what this module makes and asked with it: one implementation for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

#: Ids of BERT's vocabulary.
PAD, CLS, SEP = 0, 101, 102
#: ``[unused1]``: the entity asked about; both of a pair carry the same, so that neither direction is preferred.
ENTITY = 2
#: Tokens of one input. A longer sentence is cut around its entities.
MOST = 160


#: Characters of the text read on either side of the entities: more never fit into MOST tokens of ordinary prose.
_AROUND = 1200


def tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of a folder with ``tokenizer.json``; it neither pads nor cuts nor adds tokens of its own."""
    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def encode(tokens: Tokenizer, text: str, spans: Sequence[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Return token ids, and the position of each entity's token, in the order given.

    Args:
        tokens: from :func:`tokenizer`.
        text: the sentence.
        spans: of the entities, code points, end exclusive; they do not overlap.
    """
    ids: list[int] = []
    places: dict[tuple[int, int], int] = {}
    ordered = sorted(spans)
    at = max(0, ordered[0][0] - _AROUND)
    for span in ordered:
        between = text[at : span[0]]
        if len(between) > 2 * _AROUND:
            between = f"{between[:_AROUND]} {between[-_AROUND:]}"
        ids += tokens.encode(between, add_special_tokens=False).ids
        places[span] = len(ids)
        ids.append(ENTITY)
        at = span[1]
    ids += tokens.encode(text[at : at + _AROUND], add_special_tokens=False).ids
    room = MOST - 2
    first = 0
    if len(ids) > room:
        left, right = min(places.values()), max(places.values())
        first = max(0, min(left - (room - (right - left)) // 2, len(ids) - room))
        if right - first >= room:  # too far apart: what lies between them is cut
            head = room // 2
            lo = max(0, left - head // 2)
            hi = max(lo + head, right - (room - head) // 2)
            ids = ids[lo : lo + head] + ids[hi : hi + room - head]
            places = {s: p - lo if p < lo + head else p - hi + head for s, p in places.items()}
            first = 0
    ids = ids[first : first + room]
    return [CLS, *ids, SEP], [places[s] - first + 1 for s in spans]
