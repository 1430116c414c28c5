"""Who is named: the model's entities and the gazetteer's, cleaned, typed alike through the document."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Span

from pipeline.records import EntityType, FieldName
from pipeline.tag.gazetteer import Found, Gazetteer, NameIndex
from pipeline.tag.names import BODIES, TITLES
from pipeline.tag.nlp import Piece
from pipeline.tag.words import words

MentionKind = Literal["name", "alias", "pronoun", "description"]

_TYPES: dict[str, EntityType] = {
    "PERSON": "PERSON",
    "ORG": "ORG",
    "GPE": "GPE",
    "NORP": "NORP",
    "LOC": "LOC",
    "FAC": "FAC",
    "EVENT": "EVENT",
    "WORK_OF_ART": "WORK",
}
_LEADING = words("the a an this that these those our their his her its my your")
_TRIM = " \t\"'“”‘’«»„‚`()[]{},;:!?-–—…/\\|*_#@&"
_DEMONYM_ENDINGS = words("n an ian ean ese i ish ic nian")
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINT = re.compile(r"\s*,\s+(?:and\s+)?|\s+and\s+")
_CALENDAR = words(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december today tomorrow yesterday"""
)


@dataclass(slots=True)
class Named:
    """A span that names somebody or something, before it is known who that is.

    ``piece`` is the index of its piece, ``first`` and ``last`` its tokens (last exclusive), ``start`` and ``end`` its
    offsets in the field.
    """

    piece: int
    first: int
    last: int
    field: FieldName
    start: int
    end: int
    text: str
    type: EntityType
    known: str = ""  # id in the gazetteer
    title: str = ""  # the word of address before it
    kind: MentionKind = "name"
    key: str = ""  # the entity, once resolved
    order: int = 0


def names(pieces: Sequence[Piece], gazetteer: Gazetteer) -> list[Named]:
    """Find every name, in reading order, without overlaps.

    A gazetteer name beats the model's span unless the model's is longer ("Bank of England" is no place). A name has one
    type in a document: the gazetteer's, else person where a title stands before it or it is somebody's surname,
    else the one most often given.
    """
    found: list[Named] = []
    hits = gazetteer.find(
        [piece.doc.text for piece in pieces],
        [[(ent.start_char, ent.end_char, ent.label_) for ent in piece.doc.ents] for piece in pieces],
    )
    for index, piece in enumerate(pieces):
        found.extend(_in_piece(index, piece, gazetteer, hits[index]))
    found = _split_joined(pieces, found)
    found.extend(_demonyms(pieces, found))
    _one_type(found, gazetteer)
    found.extend(_missed(pieces, found, gazetteer))
    found.sort(key=lambda name: (name.piece, name.start))
    for order, name in enumerate(found):
        name.order = order
    return found


def _in_piece(index: int, piece: Piece, gazetteer: Gazetteer, hits: Sequence[Found]) -> list[Named]:
    listed = [
        name
        for hit in hits
        if (name := _named(index, piece, hit.start, hit.end, gazetteer.entries[hit.value].type, hit.value))
    ]
    modelled = [name for ent in piece.doc.ents for part in _parts(ent) if (name := _from_model(index, piece, part))]
    kept: list[Named] = []
    for name in modelled:
        rivals = [other for other in listed if other.start < name.end and name.start < other.end]
        # A longer span of the model is a name of its own ("Bank of England"), unless it only joins listed ones.
        if rivals and not _is_longer_name(name, rivals):
            continue
        for other in rivals:
            listed.remove(other)
        kept.append(name)
    return sorted(kept + listed, key=lambda name: name.start)


def _is_longer_name(name: Named, rivals: Sequence[Named]) -> bool:
    if len(rivals) > 1 or any(other.start < name.start or other.end > name.end for other in rivals):
        return False
    if name.end - name.start == rivals[0].end - rivals[0].start:
        return False
    # "Poland's Jan Wolski", "Russian Vladimir Putin": two names, which the gazetteer tells apart.
    return not (name.type in {"GPE", "NORP"} or rivals[0].type == "PERSON" or "'s " in name.text or "’s " in name.text)


def _parts(ent: Span) -> list[Span]:
    """A headline's "Benton slams Microsoft" is two names: the model's span is cut at a verb in lower case."""
    if ent.label_ == "WORK_OF_ART" or not any(token.pos_ == "VERB" and token.is_lower for token in ent):
        return [ent]
    parts, start = [], ent.start
    for token in [*ent, None]:
        at = ent.end if token is None else token.i
        if token is None or (token.pos_ == "VERB" and token.is_lower):
            if at > start:
                parts.append(Span(ent.doc, start, at, label=ent.label_))
            start = at + 1
    return parts


def _from_model(index: int, piece: Piece, ent: Span) -> Named | None:
    kind = _TYPES.get(ent.label_)
    if kind is None:
        return None
    tokens = [token for token in ent if not token.is_space]
    while tokens and (tokens[0].lower_ in _LEADING or not _has_letter(tokens[0].text)):
        tokens.pop(0)
    if kind == "PERSON" and len(tokens) > 1 and tokens[0].text == "Said" and tokens[0].is_sent_start:
        after = tokens[-1].nbor(1).text if tokens[-1].i + 1 < len(ent.doc) else ""
        tokens = tokens[1:] if after == ":" else tokens  # "Said Benton: …"
    title = ""
    if kind != "WORK":
        while (
            len(tokens) > 1
            and tokens[0].lower_ in TITLES
            and (kind == "PERSON" or tokens[0].lower_.rstrip(".") in _ADDRESS)
        ):
            title = tokens.pop(0).lower_
            kind = "PERSON"
    while (
        tokens and (tokens[-1].tag_ == "POS" or not _has_letter(tokens[-1].text)) and not tokens[-1].text[-1:].isdigit()
    ):
        tokens.pop()
    if not tokens:
        return None
    return _named(index, piece, tokens[0].idx, tokens[-1].idx + len(tokens[-1]), kind, "", title)


_ADDRESS = words("mr mrs ms mr. mrs. ms. dr dr. sir president chancellor senator")


def _named(
    index: int, piece: Piece, start: int, end: int, kind: EntityType, known: str = "", title: str = ""
) -> Named | None:
    text = piece.doc.text
    while start < end and text[start] in _TRIM:
        start += 1
    while start < end and text[end - 1] in _TRIM:
        end -= 1
    if not known:
        end -= len(_possessive(text[start:end]))
    surface = text[start:end]
    if not known and (not _plausible(surface, kind)):
        return None
    span = piece.doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return None
    if not title and span.start > 0 and (before := piece.doc[span.start - 1].lower_) in TITLES:
        title = before
        if not known and kind in {"ORG", "GPE", "FAC", "WORK", "NORP"} and before.rstrip(".") in _ADDRESS:
            kind = "PERSON"
    if not known and span.start > 0 and kind == "GPE" and piece.doc[span.start - 1].lower_ in BODIES:
        kind, title = "ORG", "body"  # "the energy company Orlen"
    return Named(
        piece=index,
        first=span.start,
        last=span.end,
        field=piece.field,
        start=piece.start + start,
        end=piece.start + end,
        text=surface,
        type=kind,
        known=known,
        title=title if kind == "PERSON" or title == "body" else "",
    )


def _possessive(surface: str) -> str:
    match = _POSSESSIVE.search(surface)
    return match.group() if match else ""


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _plausible(surface: str, kind: EntityType) -> bool:
    if len(surface) < 2 or not _has_letter(surface) or len(surface) > 100 or surface.lower() in _CALENDAR:
        return False
    if surface.lower() in TITLES:
        return False
    return kind == "WORK" or any(char.isupper() or not char.islower() for char in surface if char.isalpha())


def _one_type(found: list[Named], gazetteer: Gazetteer) -> None:
    votes: dict[str, Counter[EntityType]] = {}
    for name in found:
        votes.setdefault(name.text, Counter())[name.type] += 3 if name.title else 1
    surnames = {
        name.text.rpartition(" ")[2] for name in found if name.type == "PERSON" and " " in name.text and not name.known
    } | {name.text.rpartition(" ")[2] for name in found if name.type == "PERSON" and name.known}
    listed = {name.text: name.type for name in found if name.known}
    bodies = {name.text for name in found if name.title == "body"}
    inhabitants = {name.text for name in found if name.type == "NORP"}
    states = {text for text in votes if any(is_demonym(word, text) for word in inhabitants)}
    for name in found:
        if name.known:
            continue
        known_surname = name.text in gazetteer.by_surname and name.text not in states
        if " " not in name.text and (name.text in surnames or known_surname) and name.text not in listed:
            name.type = "PERSON"
        elif name.text in listed:
            name.type = listed[name.text]
        elif name.text in bodies:
            name.type = "ORG"
        elif name.text in states:
            name.type = "GPE"
        else:
            # ties go to the type that comes first in the list of types: never to chance
            name.type = max(votes[name.text].items(), key=lambda vote: (vote[1], -_ORDER.index(vote[0])))[0]


def _split_joined(pieces: Sequence[Piece], found: Sequence[Named]) -> list[Named]:
    """Names that the model ran together ("Telle, Halvorsen"), where the document names one of them alone."""
    alone = {name.text for name in found} | {name.text.rpartition(" ")[2] for name in found if name.type == "PERSON"}
    out: list[Named] = []
    for name in found:
        bounds = [] if name.known else [m.span() for m in _JOINT.finditer(name.text)]
        starts, ends = [0, *(b for _, b in bounds)], [*(a for a, _ in bounds), len(name.text)]
        parts = [(a, b) for a, b in zip(starts, ends, strict=True) if a < b]
        if len(parts) < 2 or not any(name.text[a:b] in alone for a, b in parts):
            out.append(name)
            continue
        piece = pieces[name.piece]
        base = name.start - piece.start
        made = [_named(name.piece, piece, base + a, base + b, name.type) for a, b in parts]
        out.extend(part for part in made if part is not None)
    return out


def _demonyms(pieces: Sequence[Piece], found: Sequence[Named]) -> list[Named]:
    """Adjectives made from a place of this document that the model did not see ("Veldorian")."""
    forms: set[str] = set()
    for place in {name.text for name in found if name.type in {"GPE", "LOC", "ORG"} and not name.known}:
        for ending in _DEMONYM_ENDINGS:
            for stem in {place, place.rstrip("aeiouy")}:
                if stem and is_demonym(stem + ending, place):
                    forms.update({stem + ending, stem + ending + "s"})
    forms -= {name.text for name in found}
    index = NameIndex((form, form) for form in forms)
    out = [
        _named(number, piece, hit.start, hit.end, "NORP")
        for number, piece in enumerate(pieces)
        for hit in index.find(piece.doc.text)
        if not any(
            n.piece == number and n.start < piece.start + hit.end and piece.start + hit.start < n.end for n in found
        )
    ]
    return [name for name in out if name is not None]


def is_demonym(word: str, place: str) -> bool:
    """Whether a word is formed from a place's name as its inhabitants' is ("Veldorian" from "Veldoria")."""
    if len(place) < 5 or " " in place or word == place:
        return False
    for candidate in {word, word.removesuffix("s")}:
        for stem in {place, place.rstrip("aeiouy")}:
            if len(stem) >= 4 and candidate.startswith(stem) and candidate[len(stem) :].lower() in _DEMONYM_ENDINGS:
                return True
    return False


_ORDER: tuple[EntityType, ...] = ("PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "EVENT", "WORK")


def _missed(pieces: Sequence[Piece], found: Sequence[Named], gazetteer: Gazetteer) -> Iterable[Named]:
    """Occurrences of names of this document that the model did not see elsewhere in it."""
    types: dict[str, EntityType] = {}
    for name in found:
        if name.type == "WORK" or (name.known and name.kind != "name"):
            continue
        types.setdefault(name.text, name.type)
        if name.type == "PERSON" and " " in name.text:
            surname = name.text.rpartition(" ")[2]
            if len(surname) >= 3 and surname not in gazetteer.by_name and surname[0].isupper():
                types.setdefault(surname, "PERSON")
    index = NameIndex((text, text) for text in types if len(text) >= 3 and text not in gazetteer.by_name)
    taken: dict[int, list[tuple[int, int]]] = {}
    for name in found:
        taken.setdefault(name.piece, []).append((name.start, name.end))
    for number, piece in enumerate(pieces):
        spans = taken.get(number, [])
        for hit in index.find(piece.doc.text):
            start, end = piece.start + hit.start, piece.start + hit.end
            if any(start < right and left < end for left, right in spans):
                continue
            name_or_none = _named(number, piece, hit.start, hit.end, types[hit.value])
            if name_or_none:
                yield name_or_none
