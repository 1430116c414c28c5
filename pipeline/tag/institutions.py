"""Institutions that every state has: "Russia's Defense Ministry" is not Ukraine's, in one article or across them.

A name of nothing but what such a house is called ("Defense Ministry", "Supreme Court") belongs to the state that stands
before it; without one, to the state whose house of that name was told of last.
"""

from collections.abc import Sequence

from pipeline.tag.entities import Named
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.nlp import Piece
from pipeline.tag.words import words

_HOUSES = words(
    """ministry department army navy force forces parliament senate treasury cabinet court bank office police service
    agency commission assembly council guard guards directorate inspectorate command"""
)
_KINDS = words(
    """defense defence foreign interior health finance justice economy education energy culture trade transport
    environment agriculture labor labour information tourism home internal external affairs of and the supreme
    constitutional high central national state federal air armed security police secret emergency election electoral
    general prosecutor public border coast intelligence statistics anti-corruption customs tax audit emergencies
    situations military civil aviation accounts appeals weather meteorological revolutionary presidential"""
)


def owner(name: Named, pieces: Sequence[Piece], gazetteer: Gazetteer) -> tuple[str, str] | None:
    """The state that a name of an institution belongs to by what stands in or before it, and the name without it.

    The state's id is empty where nothing tells it. ``None`` where the name is no such institution's.
    """
    parts = name.text.split()
    state = ""
    while parts and not state and len(parts) > 1 and parts[0].lower() not in _KINDS | _HOUSES:
        for taken in range(min(3, len(parts) - 1), 0, -1):
            state = _state(" ".join(parts[:taken]), gazetteer)
            if state:
                parts = parts[taken:]
                break
        else:
            return None
    if len(parts) < 2 or not any(part.lower() in _HOUSES for part in (parts[0], parts[-1])):
        return None
    if not all(part.lower() in _KINDS | _HOUSES for part in parts):
        return None
    rest = " ".join(parts)
    if state:
        return state, rest
    doc, at = pieces[name.piece].doc, name.first - 1
    while at >= 0 and doc[at].tag_ == "POS":
        at -= 1
    for taken in range(3, 0, -1):
        if at + 1 - taken >= 0 and (state := _state(doc[at + 1 - taken : at + 1].text, gazetteer)):
            return state, rest
    following = doc[name.last : name.last + 4]
    if len(following) > 1 and following[0].lower_ in {"of", "in"}:
        for taken in range(len(following) - 1, 0, -1):
            place = following[1 : 1 + taken].text
            if state := _state(place, gazetteer) or gazetteer.by_seat.get(place, ""):
                return state, rest  # "the Foreign Ministry in Paris"
    return "", rest


def _state(text: str, gazetteer: Gazetteer) -> str:
    key = gazetteer.by_name.get(text, "") or gazetteer.by_name.get(text.removeprefix("the "), "")
    entry = gazetteer.entries.get(key)
    return key if entry is not None and entry.type == "GPE" else ""


def by_state(
    found: Sequence[Named], pieces: Sequence[Piece], gazetteer: Gazetteer
) -> dict[tuple[str, str], list[Named]]:
    """The mentions of each state's institutions, by state and name; those of no known state are left out."""
    last: dict[str, str] = {}
    kept: dict[tuple[str, str], list[Named]] = {}
    waiting: dict[str, list[Named]] = {}
    for name in sorted(found, key=lambda name: name.order):
        if name.type != "ORG" or name.known:
            continue
        told = owner(name, pieces, gazetteer)
        if told is None:
            continue
        state, rest = told
        state = state or last.get(rest, "")
        if not state:
            waiting.setdefault(rest, []).append(name)
            continue
        last[rest] = state
        kept.setdefault((state, rest), []).append(name)
    for rest, names in waiting.items():  # named before its state is
        states = {state for state, other in kept if other == rest}
        if len(states) == 1:
            kept[states.pop(), rest].extend(names)
    return kept
