"""One name for each entity: which names of a document lead to the same somebody."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.records import EntityType
from pipeline.tag import institutions
from pipeline.tag.entities import MentionKind, Named, initials, is_demonym
from pipeline.tag.gazetteer import Gazetteer
from pipeline.tag.learnt import Learnt
from pipeline.tag.names import gender_of
from pipeline.tag.nlp import Piece
from pipeline.tag.words import words

_SMALL = words("of the and for in on de la du des der die das und et y e del di van von & to")
_MONARCHS = words("King Queen Pope Emperor Prince Princess")
#: Words that many bodies share: alone they name none of them.
_GENERIC = words(
    """party ministry university council court committee union bank group company department office agency police army
    board commission association institute school house government parliament congress senate city county state
    national international united european north south east west new central supreme federal first general republic
    people democratic world foundation corporation inc corp ltd centre center service services news times post press"""
)
_IN_FULL = {
    "gov": "governor",
    "sen": "senator",
    "rep": "representative",
    "gen": "general",
    "col": "colonel",
    "capt": "captain",
    "adm": "admiral",
    "sgt": "sergeant",
    "lt": "lieutenant",
    "prof": "professor",
}
#: With more entities than this in one article only exact names meet: a list of names is no text to read aliases from.
_MOST = 800
_LONG_BRACKET = re.compile(r" \(([^()\n]{5,80})\)")
_BRACKET = re.compile(r"\s*\(\s*([A-Z][A-Za-z&.-]{1,9})\s*\)")


@dataclass(slots=True)
class Cluster:
    """An entity of one document: the names that lead to it.

    Attributes:
        body: what the gazetteer says a body is: ``company``, ``party`` ...
        country: id of the state that the gazetteer gives it to.
        office: a person's, as the gazetteer's note has it; the document's own words come before it.
        roles: what the document calls it: offices of a person, kinds of a body.
        of: keys of those whose office a person holds, as the document has it: "the Reform leader", "Israel's minister".
    """

    key: str
    name: str
    type: EntityType
    known: bool = False
    gender: str = ""
    agency: bool = False
    body: str = ""
    country: str = ""
    office: str = ""
    roles: set[str] = field(default_factory=set)
    of: set[str] = field(default_factory=set)
    surfaces: Counter[str] = field(default_factory=Counter)

    def tokens(self) -> tuple[str, ...]:
        """The words of its name."""
        return tuple(self.name.split())


def slug(name: str) -> str:
    """Return the id of an entity that the gazetteer does not know: its name in lower case, joined by hyphens."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    joined = re.sub(r"[^\w]+", "-", folded).strip("-_")
    return joined[:80] or "x-" + "-".join(f"{ord(c):x}" for c in name[:8])


def resolve(
    found: Sequence[Named], pieces: Sequence[Piece], gazetteer: Gazetteer, learnt: Learnt | None = None
) -> dict[str, Cluster]:
    """Give each name its entity (``Named.key``, ``Named.kind``) and return the entities by key.

    Full names are placed first, then what may be short for them: acronym, surname, part of a name, demonym. Where two
    entities fit, the word of address decides, then who was named last.
    """
    clusters: dict[str, Cluster] = {}
    brackets = _bracketed(found, pieces)
    for name in sorted(
        found, key=lambda name: (not name.known, -len(name.text.split()), name.text.isupper(), name.order)
    ):
        key, kind = _place(name, clusters, found, gazetteer, brackets)
        name.key, name.kind = key, kind
        cluster = clusters.get(key)
        if cluster is None:
            cluster = clusters[key] = _cluster(key, name.text, name.type, gazetteer)
        cluster.surfaces[name.text] += 1
        if name.type == "PERSON":
            cluster.gender = cluster.gender or gender_of(name.text if " " in name.text else "", name.title)
            if name.title:
                title = name.title.rstrip(".")
                cluster.roles.add(_IN_FULL.get(title.lower(), title))
    _part_institutions(found, pieces, clusters, gazetteer)
    if learnt is not None and learnt.by_short:
        _apply(learnt, found, clusters, gazetteer, introduced=set(brackets))
    return clusters


def _part_institutions(
    found: Sequence[Named], pieces: Sequence[Piece], clusters: dict[str, Cluster], gazetteer: Gazetteer
) -> None:
    """Give "Russia's Defense Ministry" an entity of its own, which Ukraine's is not."""
    for (state, rest), names in institutions.by_state(found, pieces, gazetteer).items():
        key = slug(f"{state} {rest}")
        listed = gazetteer.by_name.get(f"{gazetteer.entries[state].name} {rest}")
        if listed is not None:
            key = listed
        in_full = all(name.text != rest for name in names)  # "South African Weather Service"
        called = names[0].text if in_full else f"{gazetteer.entries[state].name}'s {rest}"
        for name in names:
            old = clusters[name.key]
            if old.known or key == name.key:
                continue
            old.surfaces[name.text] -= 1
            if not +old.surfaces:
                del clusters[name.key]
            name.key, name.kind = key, "name"
            if key not in clusters:
                clusters[key] = _cluster(key, called, "ORG", gazetteer)
                clusters[key].country = clusters[key].country or state
            clusters[key].surfaces[name.text] += 1


def _cluster(key: str, name: str, kind: EntityType, gazetteer: Gazetteer) -> Cluster:
    """A new entity of a document, with what the gazetteer knows of it."""
    entry = gazetteer.entries.get(key)
    if entry is None:
        return Cluster(key=key, name=name, type=kind)
    return Cluster(
        key=key,
        name=entry.name,
        type=entry.type,
        known=True,
        gender=entry.gender,
        agency=entry.agency,
        body=entry.kind,
        country=entry.country,
        office=entry.office(),
    )


def _apply(
    learnt: Learnt,
    found: Sequence[Named],
    clusters: dict[str, Cluster],
    gazetteer: Gazetteer,
    introduced: set[str],
) -> None:
    """Give short names that the document leaves alone the meaning that was learnt for them.

    What the document says itself counts more: a short form that it introduces, another entity that the short name
    fits, another type.
    """
    for key in sorted(clusters):
        cluster = clusters[key]
        variant = learnt.by_short.get(cluster.name)
        if variant is None or cluster.known or set(cluster.surfaces) != {cluster.name} or cluster.name in introduced:
            continue
        rivals = [c for c in clusters.values() if c is not cluster and cluster.name in c.tokens()]
        gender = gender_of(variant.name)
        if rivals or not _compatible(cluster.type, variant.type) or {gender, cluster.gender} == {"f", "m"}:
            continue
        names = [name for name in found if name.key == key]
        for name in names:
            name.key, name.kind, name.type = variant.id, "alias", variant.type
        del clusters[key]
        if variant.id not in clusters:
            made = _cluster(variant.id, variant.name, variant.type, gazetteer)
            made.gender = cluster.gender or gender
            clusters[variant.id] = made
        target = clusters[variant.id]
        target.roles |= cluster.roles
        target.surfaces.update(cluster.surfaces)


def _place(
    name: Named,
    clusters: dict[str, Cluster],
    found: Sequence[Named],
    gazetteer: Gazetteer,
    brackets: dict[str, str],
) -> tuple[str, MentionKind]:
    if name.known:
        entry = gazetteer.entries[name.known]
        return entry.id, "name" if name.text == entry.name else "alias"
    crowded = len(clusters) > _MOST
    exact = (
        []
        if crowded
        else [c.key for c in clusters.values() if name.text in c.surfaces and _compatible(name.type, c.type)]
    )
    if name.type == "PERSON" and " " not in name.text and not crowded:
        other = {"f": "m", "m": "f"}.get(gender_of("", name.title), "")
        exact = [key for key in exact if not other or clusters[key].gender != other]
        fits = [c for c in clusters.values() if c.type == "PERSON" and len(c.tokens()) > 1 and name.text in _ends(c)]
        agreeing = [c for c in fits if not other or c.gender != other]
        if agreeing:
            return _choose(name, agreeing, found).key, "alias"
        if (known := gazetteer.of_surname(name.text, clusters)) and not (
            other and gazetteer.entries[known].gender == other
        ):
            return known, "alias"
        if fits or known:
            return slug(f"{name.title} {name.text}"), "name"  # "Lady Lund" is not Peter Lund
    if exact:
        return exact[0], "name"
    if name.text.isupper() and len(name.text) > 3 and not crowded:
        # "LEEDS (Newsline)", a line in capitals
        shouted = [c.key for c in clusters.values() if name.text.casefold() in {s.casefold() for s in c.surfaces}]
        if shouted:
            return shouted[0], "alias"
    tokens = tuple(name.text.split())
    if crowded:
        pass
    elif name.type == "PERSON":
        same = [c for c in clusters.values() if c.type == "PERSON" and _same_person(tokens, c.tokens())]
        if same:
            # "Abu Amin" is rather Karim Abu Amin than Abu Samir Amin
            same.sort(key=lambda c: c.tokens()[-len(tokens) :] != tokens)
            return same[0].key, "alias"
    else:
        long_name = brackets.get(name.text)
        for c in clusters.values():
            if long_name and long_name in c.surfaces:
                return c.key, "alias"
        fits = [c for c in clusters.values() if _is_acronym(name.text, c.name)] or [
            c
            for c in clusters.values()
            if c.type == name.type not in {"GPE", "LOC"} and not c.known and _is_part(tokens, c.tokens())
        ]
        if not fits and len(tokens) == 1 and name.text.lower() in _GENERIC:
            # "the Court", where the text has one court
            fits = [c for c in clusters.values() if c.type == "ORG" and name.text in c.tokens() and len(c.tokens()) > 1]
        if len(fits) == 1 or (fits and len({c.key for c in fits}) == 1):
            return fits[0].key, "alias"
        if name.type in {"NORP", "GPE", "ORG", "LOC"} and len(tokens) == 1:
            for c in clusters.values():
                if c.type == "GPE" and is_demonym(name.text, c.name):
                    return c.key, "alias"
    key = slug(name.text)
    listed = gazetteer.entries.get(key)
    if listed and (name.text in gazetteer.open or (listed.type == "PERSON") != (name.type == "PERSON")):
        key = f"{key}-{name.type.lower()}"  # the gazetteer left it open: it is not the entry that has this id
    while key in clusters and not _compatible(name.type, clusters[key].type):
        key = f"{key}-{name.type.lower()}"
    return key, "name"


def _compatible(one: EntityType, other: EntityType) -> bool:
    places = {"GPE", "LOC", "FAC"}
    return one == other or (one in places and other in places)


def _ends(cluster: Cluster) -> set[str]:
    tokens = cluster.tokens()
    if tokens[0] in _MONARCHS and len(tokens) > 1:
        return {tokens[1]}  # "King Charles III"
    return {tokens[-1], tokens[0], *(part for part in tokens[-1].split("-") if len(part) > 2)}


def _choose(name: Named, fits: Sequence[Cluster], found: Sequence[Named]) -> Cluster:
    surname = [c for c in fits if c.tokens()[-1] == name.text] or list(fits)
    if len(surname) == 1:
        return surname[0]
    gender = gender_of("", name.title)
    agreeing = [c for c in surname if not gender or c.gender in {"", gender}] or surname
    keys = {c.key: c for c in agreeing}
    full = [other for other in found if other.key in keys and " " in other.text]
    titled = {other.key for other in full if other.field == "title"}
    if len(titled) == 1:
        return keys[titled.pop()]  # whoever the headline names
    often = Counter(other.key for other in full).most_common(2)
    if len(often) == 2 and often[0][1] > 2 * often[1][1]:
        return keys[often[0][0]]
    last = ""
    for other in found:
        if other.order >= name.order and last:
            break
        if other.key in keys and " " in other.text:
            last = other.key
    return keys.get(last, agreeing[0])


def _same_person(tokens: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if len(tokens) < 2 or len(other) < 2:
        return False
    shorter, longer = sorted((tokens, other), key=len)
    if tuple(t.casefold() for t in longer[-len(shorter) :]) == tuple(t.casefold() for t in shorter):
        return True  # "Van der Meer" begins a sentence
    return shorter[0] == longer[0] and shorter[-1] == longer[-1] and len(longer) - len(shorter) <= 2


def _is_acronym(short: str, name: str) -> bool:
    letters = short.replace(".", "").replace("&", "")
    if not (2 <= len(letters) <= 8 and letters.isupper() and letters.isalpha()) or " " not in name:
        return False
    words = re.split(r"[\s-]+", name)
    initials = "".join(word[0] for word in words if word and word.lower() not in _SMALL).upper()
    every = "".join(word[0] for word in words if word).upper()
    return letters in {initials, every}


def _is_part(tokens: tuple[str, ...], name: tuple[str, ...]) -> bool:
    if len(tokens) >= len(name) or all(token.lower().strip(".") in _GENERIC | _SMALL for token in tokens):
        return False
    return name[: len(tokens)] == tokens or name[-len(tokens) :] == tokens


def _bracketed(found: Sequence[Named], pieces: Sequence[Piece]) -> dict[str, str]:
    """Short forms that the document itself introduces: "the Long Name (LN)"."""
    short: dict[str, str] = {}
    for name in found:
        piece = pieces[name.piece]
        match = _BRACKET.match(piece.text, name.end - piece.start)
        if (
            match
            and name.type != "PERSON"
            and (_fits_letters(match.group(1), name.text) or _stands_for(match.group(1), name))
        ):
            short.setdefault(match.group(1), name.text)
        inside = _LONG_BRACKET.match(piece.text, name.end - piece.start)
        if inside and " " not in name.text and initials(inside.group(1)) == name.text.casefold():
            short.setdefault(name.text, inside.group(1))
    return short


def _fits_letters(short: str, name: str) -> bool:
    """Whether the capitals of the short form stand in the long one, in order, the first at its beginning."""
    rest = iter(name.upper())
    if initials(name) == short.casefold():
        return True
    if _by_beginnings(short.casefold(), [w.casefold() for w in re.findall(r"\w+", name) if w.lower() not in _SMALL]):
        return True
    capitals = [char for char in short if char.isupper()]
    return len(capitals) >= 2 and capitals[0] == name[:1].upper() and all(char in rest for char in capitals)


def _by_beginnings(short: str, words_left: Sequence[str]) -> bool:
    """Whether a short form is made of the beginnings of all words, in order: "Benelux"."""
    if not words_left:
        return not short
    first = words_left[0]
    taken = 0
    while taken < min(4, len(short), len(first)) and short[taken] == first[taken]:
        taken += 1
        if _by_beginnings(short[taken:], words_left[1:]):
            return True
    return False


def _stands_for(short: str, name: Named) -> bool:
    """Whether capitals in a bracket right behind a body's long name are its short form in another language."""
    return name.type == "ORG" and not name.known and name.text.count(" ") >= 2 and short.isupper() and len(short) > 2
