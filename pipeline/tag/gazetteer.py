"""The gazetteer ``config/entities.yml``: who is known by name, and whom a name that several bear means."""

import hashlib
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec

from pipeline.errors import ConfigError
from pipeline.records import EntityType
from pipeline.settings import PROJECT, Settings
from pipeline.tag import listed

logger = logging.getLogger(__name__)

SCHEMA = PROJECT / "config/entities.schema.json"

_WORD = re.compile(r"\w+")
#: What stands before the first word of a sentence: nothing, or an end of sentence, and opening marks.
_BEGINNING = re.compile(r"(?:^|[.!?…:;\n•|][\"'”’»)\]]*\s)[\s\"'“‘„«(\[–—-]*$")
#: Between a demonym or possessive and the name that it stands at: "Britain's Labour", "Israeli Labour".
_ADJOINING = re.compile(r"(?:['’]s?)?\s+(?:[a-z-]+\s+){0,2}")
_TOLD_TO = re.compile(r"\b(?:told|to|tell|by|with)\s+(?:the\s+)?\Z|[([]\Z")
_REPORTS = re.compile(
    r"\s+(?:reported|reports|news agency|agency|correspondents?|journalists?|reporters?|photographers?)\b|[)\]]"
)
#: A short form that the document introduces: "Long Name (LN)".
_INTRODUCED = re.compile(r"\s\(([A-Z]{2,8})\)")
_UNFOLDED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae"})
#: An entity named so often counts no more than this for its country: one country's many mentions outweigh no other's.
_MOST = 3

_Id = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
_Name = Annotated[str, msgspec.Meta(min_length=1)]
_OtherId = Annotated[str, msgspec.Meta(pattern="^([a-z0-9]+(-[a-z0-9]+)*)?$")]
_Wikidata = Annotated[str, msgspec.Meta(pattern="^(Q[1-9][0-9]*)?$")]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entity of the gazetteer, as ``config/entities.schema.json`` describes it.

    Name and type are empty only where an entry of a watch list adds to one that is there already.
    """

    id: _Id
    name: _Name = ""
    type: EntityType = ""  # type: ignore[assignment]
    aliases: tuple[_Name, ...] = ()
    demonyms: tuple[_Name, ...] = ()
    seats: tuple[_Name, ...] = ()
    words: tuple[_Name, ...] = ()
    weak: tuple[_Name, ...] = ()
    surname: str | None = None
    country: _OtherId = ""
    context: tuple[_Id, ...] = ()
    wikidata: _Wikidata = ""
    gender: Literal["f", "m", ""] = ""
    kind: Literal["company", "party", "club", "bloc", ""] = ""
    agency: bool = False
    replace: bool = False
    note: str = ""

    def office(self) -> str:
        """The office that the note names ("president of France, as of mid-2026"); empty where it is a former one."""
        title, of, _ = self.note.partition(" of ")
        return "" if not of or len(title.split()) > 3 or title.startswith(("former ", "late ")) else title.lower()

    def names(self) -> tuple[str, ...]:
        """Everything that it is called: name, aliases, demonyms."""
        return (self.name, *self.aliases, *self.demonyms)

    def home(self) -> str:
        """Id of the state it belongs to, or is."""
        return self.country or (self.id if self.type == "GPE" else "")


class Found(NamedTuple):
    """A name found in a text: code point offsets, end exclusive, and what it was registered with."""

    start: int
    end: int
    value: str


class NameIndex:
    """Finds registered names in a text: exact case, whole words, longest first, left to right."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        for name, value in names:
            first = _WORD.match(name)
            if first:
                self._by_first.setdefault(first.group(), []).append((name, value))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry))

    def find(self, text: str) -> Iterator[Found]:
        """Yield the names in ``text`` that do not overlap, in order."""
        end = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end:
                continue
            for name, value in self._by_first.get(word.group(), ()):
                stop = start + len(name)
                if text.startswith(name, start) and not (
                    stop < len(text) and name[-1].isalnum() and _joins(text[stop])
                ):
                    end = stop
                    yield Found(start, stop, value)
                    break


def _joins(char: str) -> bool:
    return char.isalnum() or char == "_"


def begins_sentence(text: str, start: int) -> bool:
    """Whether the word at ``start`` is the first of a sentence, as far as marks tell."""
    return _BEGINNING.search(text, max(0, start - 12), start) is not None


def fold(name: str) -> str:
    """Return a name without accents, as English texts often write it."""
    parts = unicodedata.normalize("NFKD", name.translate(_UNFOLDED))
    return "".join(char for char in parts if not unicodedata.combining(char))


class Gazetteer:
    """The known entities, by id, name, demonym and seat.

    ``by_name`` holds the names that mean one entity wherever they stand. ``open`` holds the others, each with the ids
    that it may mean: names of several entries, and an entry's ``weak`` ones. A name with accents is known without
    them, too. ``hash`` stands for the content: 12 hex digits.
    """

    def __init__(self, entries: Iterable[Entry], *, content_hash: str = "") -> None:
        self.entries = {entry.id: entry for entry in entries}
        self.hash = content_hash
        named: dict[str, dict[str, None]] = {}
        demonyms: dict[str, set[str]] = {}
        seats: dict[str, set[str]] = {}
        surnames: dict[str, dict[str, None]] = {}
        self._weak: set[tuple[str, str]] = set()
        self._words: set[tuple[str, str]] = set()
        for entry in self.entries.values():
            for name in entry.names():
                for form in _forms(name):
                    named.setdefault(form, {})[entry.id] = None
            self._weak.update((form, entry.id) for name in entry.weak for form in _forms(name))
            self._words.update((form, entry.id) for name in entry.words for form in _forms(name))
            for names, register in ((entry.seats, seats), (entry.demonyms, demonyms)):
                for name in names:
                    for form in _forms(name):
                        register.setdefault(form, set()).add(entry.id)
            if entry.type == "PERSON":
                last = entry.name.rpartition(" ")[2] if entry.surname is None and " " in entry.name else entry.surname
                for form in _forms(last or ""):
                    surnames.setdefault(form, {})[entry.id] = None
        weak = {name for name, _ in self._weak}
        # A name of two entries says nothing by itself: it is left open until a document is there to ask.
        self.by_name = {name: next(iter(ids)) for name, ids in named.items() if len(ids) == 1 and name not in weak}
        self.open = {name: tuple(sorted(ids)) for name, ids in named.items() if name not in self.by_name}
        self.by_demonym = {name: next(iter(ids)) for name, ids in demonyms.items() if len(ids) == 1}
        self.by_seat = {name: next(iter(ids)) for name, ids in seats.items() if len(ids) == 1}
        self.by_surname = {name: tuple(sorted(ids)) for name, ids in surnames.items()}
        self.index = NameIndex(self.by_name.items())
        every = dict.fromkeys([*self.by_name, *self.open, *self.by_seat])
        self._every = NameIndex((name, name) for name in every)

    def find(self, texts: Sequence[str], typed: Sequence[Sequence[tuple[int, int, str]]] = ()) -> list[list[Found]]:
        """Find the names in the pieces of one document; ``Found.value`` is the entity's id.

        A name that may mean several entities, or others that no entry has, means the one for which the document
        speaks: by another name of it, by the demonym or possessive before it, by its country or the entries of its
        ``context``. Where none is twice as likely as the next it is left out. Likewise a name that is also a word
        (``words``) and stands only where a sentence begins.

        Args:
            texts: the pieces.
            typed: for each piece the model's spans (start, end, type): a span of a person is no state, and somebody
                named in full keeps the surname.
        """
        document = _Document(self, texts, typed)
        return document.decided()

    def of_surname(self, surname: str, present: Collection[str]) -> str:
        """Return the id of the person who is meant by a surname alone; empty where that stays open.

        Args:
            surname: as it stands in the text.
            present: ids of entities that the document names otherwise: between two of one surname they, or their
                countries, decide.
        """
        ids = self.by_surname.get(surname, ())
        if len(ids) < 2:
            return ids[0] if ids else ""
        here = [key for key in ids if key in present]
        if not here:
            homes = {self.entries[key].home() for key in present if key in self.entries}
            here = [key for key in ids if self.entries[key].country and self.entries[key].country in homes]
        return here[0] if len(here) == 1 else ""

    def is_weak(self, name: str, key: str) -> bool:
        """Whether a name of an entry may also mean what no entry names."""
        return (name, key) in self._weak

    def is_word(self, name: str, key: str) -> bool:
        """Whether a name of an entry is also a word."""
        return (name, key) in self._words

    def every(self, text: str) -> Iterator[Found]:
        """Yield all names and seats in a text, open ones too; ``value`` is the name."""
        return self._every.find(text)


class _Document:
    """What the names of one document say about each other."""

    def __init__(
        self, gazetteer: Gazetteer, texts: Sequence[str], typed: Sequence[Sequence[tuple[int, int, str]]]
    ) -> None:
        self._gazetteer = gazetteer
        self._texts = texts
        self._typed = [{(start, end): kind for start, end, kind in spans} for spans in typed] or [{} for _ in texts]
        self._hits = [list(gazetteer.every(text)) for text in texts]
        full = [
            text[start:end]
            for text, spans in zip(texts, self._typed, strict=True)
            for (start, end), kind in spans.items()
            if kind == "PERSON" and " " in text[start:end]
        ]
        self._people = {part for name in full for part in (name.rpartition(" ")[2], name.partition(" ")[0])}
        for hits in self._hits:
            for hit in hits:
                key = gazetteer.by_name.get(hit.value)
                if key and " " in hit.value and gazetteer.entries[key].type == "PERSON":
                    self._people.add(hit.value.rpartition(" ")[2])
        self._taken = {short for text in texts for short in _introduced(text, gazetteer)}
        self._sure: Counter[str] = Counter()
        for n, hits in enumerate(self._hits):
            for hit in hits:
                key = gazetteer.by_name.get(hit.value) or gazetteer.by_seat.get(hit.value)
                if key and hit.value not in self._taken and not self._only_a_word(n, hit, key):
                    self._sure[key] += 1
        self._homes: Counter[str] = Counter()
        for key, count in self._sure.items():
            entry = gazetteer.entries[key]
            for home in {entry.home(), entry.id if entry.type == "GPE" else ""} - {""}:
                self._homes[home] += min(count, _MOST)
        self._chosen: dict[tuple[str, ...], str] = {}

    def decided(self) -> list[list[Found]]:
        """The hits of each piece whose entity is settled."""
        settled: list[list[tuple[Found, str, bool]]] = []
        firm = Counter(self._sure)
        for n, hits in enumerate(self._hits):
            rows = []
            for at, hit in enumerate(hits):
                key = self._meant(n, at)
                if key:
                    word = self._only_a_word(n, hit, key)
                    rows.append((hit, key, word))
                    if not word and hit.value in self._gazetteer.open:
                        firm[key] += 1
            settled.append(rows)
        return [
            [Found(hit.start, hit.end, key) for hit, key, word in rows if not word or firm[key]] for rows in settled
        ]

    def _only_a_word(self, n: int, hit: Found, key: str) -> bool:
        return self._gazetteer.is_word(hit.value, key) and begins_sentence(self._texts[n], hit.start)

    def _meant(self, n: int, at: int) -> str:
        gazetteer, hit = self._gazetteer, self._hits[n][at]
        if hit.value in self._taken:
            return ""
        kind = self._typed[n].get((hit.start, hit.end), "")
        sure = gazetteer.by_name.get(hit.value)
        if sure and kind == "LOC" and gazetteer.entries[sure].type == "ORG":
            return ""  # "fires in the Amazon"
        if sure and (place := self._place_of(n, hit, sure)):
            return place
        if sure:
            return "" if hit.value in self._people and not self._no_person(sure, kind) else sure
        ids = gazetteer.open.get(hit.value, ())
        if kind:
            ids = tuple(key for key in ids if (gazetteer.entries[key].type == "PERSON") == (kind == "PERSON"))
        if not ids:
            return ""
        return self._by_neighbour(n, at, ids) or self._by_document(hit.value, ids)

    def _place_of(self, n: int, hit: Found, sure: str) -> str:
        """The place that a body's name means where the document names it in full: "the Amazon", "Amazon rainforest"."""
        gazetteer = self._gazetteer
        if gazetteer.entries[sure].type != "ORG" or not self._texts[n].endswith(("the ", "The "), 0, hit.start):
            return ""
        places = [
            key
            for key in self._sure
            if gazetteer.entries[key].type == "LOC" and gazetteer.entries[key].name.startswith(hit.value + " ")
        ]
        return places[0] if len(places) == 1 else ""

    def _no_person(self, key: str, kind: str) -> bool:
        """Whether a name is the entry's although the document names somebody in full who bears it as a surname."""
        entry = self._gazetteer.entries[key]
        if entry.type == "ORG":
            return entry.agency and kind == "ORG"
        return entry.type == "PERSON" or kind in {"GPE", "LOC", "FAC", "NORP"}

    def _by_neighbour(self, n: int, at: int, ids: tuple[str, ...]) -> str:
        """Who is meant by what stands at the name: a state or its demonym before it, what is said of agencies."""
        gazetteer, text, hit = self._gazetteer, self._texts[n], self._hits[n][at]
        before = self._hits[n][at - 1] if at else None
        if before and hit.start - before.end < 40 and _ADJOINING.fullmatch(text, before.end, hit.start):
            home = gazetteer.by_name.get(before.value, "")
            fits = [key for key in ids if home and home in (gazetteer.entries[key].country, key)]
            if len(fits) == 1:
                return fits[0]
        agencies = [key for key in ids if gazetteer.entries[key].agency]
        if len(agencies) == 1 and len(ids) > 1:
            told = _TOLD_TO.search(text, max(0, hit.start - 20), hit.start)
            if told or _REPORTS.match(text, hit.end):
                return agencies[0]
        return ""

    def _by_document(self, name: str, ids: tuple[str, ...]) -> str:
        known = self._chosen.get((name, *ids))
        if known is None:
            known = self._chosen[name, *ids] = self._weigh(name, ids)
        return known

    def _weigh(self, name: str, ids: tuple[str, ...]) -> str:
        scores = {key: self._score(key) for key in ids}
        best = max(ids, key=lambda key: (scores[key], key))
        rivals = [scores[key] for key in ids if key != best]
        home = self._gazetteer.entries[best].home()
        if self._gazetteer.is_weak(name, best) and home:
            rivals += [count for other, count in self._homes.items() if other != home]
        return best if scores[best] > 0 and scores[best] >= 2 * max(rivals, default=0) else ""

    def _score(self, key: str) -> int:
        entry = self._gazetteer.entries[key]
        near = sum(min(self._sure[other], _MOST) for other in entry.context)
        return 100 * (self._sure[key] > 0) + self._homes[entry.home()] + near


def _introduced(text: str, gazetteer: Gazetteer) -> Iterator[str]:
    """Short forms that a text introduces for somebody who is none of those whom the gazetteer has under them."""
    for match in _INTRODUCED.finditer(text):
        short = match.group(1)
        words = text[max(0, match.start() - 100) : match.start()].split()
        ids = {gazetteer.by_name.get(short, ""), *gazetteer.open.get(short, ())} - {""}
        capitals = [word for word in words if word[0].isupper()]
        letters = "".join(word[0] for word in capitals)
        if not ids or not letters.endswith(short):
            continue
        long = " ".join(words[words.index(capitals[-len(short)]) :])
        if not any(long.endswith(name) for key in ids for name in gazetteer.entries[key].names() if name != short):
            yield short


def _forms(name: str) -> tuple[str, ...]:
    if not name:
        return ()
    folded = fold(name) if not name.isascii() else name
    return (name,) if folded == name else (name, folded)


def load(*paths: Path, thorough: bool = False) -> Gazetteer:
    """Read and check a gazetteer.

    Args:
        paths: the gazetteer, and watch lists of one's own. An entry whose id an earlier file has adds its lists to that
            entry's and puts its other fields in their place; with ``replace: true`` it takes the entry's place.
        thorough: as :func:`pipeline.tag.listed.read` has it.

    Raises:
        EntitiesError: a file is missing, is no YAML, breaks the schema, uses an id twice, names another entry that
            does not exist, or has an entry without name or type.
    """
    entries: dict[str, Entry] = {}
    content = hashlib.sha256()
    read: list[tuple[Path, list[Entry]]] = []
    for path in paths:
        raw, given = listed.read(path, "entities", Entry, SCHEMA, thorough=thorough)
        read.append((path, given))
        content.update(raw)
        seen: set[str] = set()
        for n, entry in enumerate(given):
            if entry.id in seen:
                told = f"the id {entry.id} is used twice; give one of the two another"
                listed.raise_for(path, [(("entities", n, "id"), told)])
            seen.add(entry.id)
            old = entries.get(entry.id)
            entries[entry.id] = entry if old is None or entry.replace else _joined(old, entry)
    for path, given in read:
        problems = [
            (("entities", n, *field), told)
            for n, entry in enumerate(given)
            for field, told in _mistakes(entry, entries)
        ]
        if problems:
            listed.raise_for(path, problems)
    return Gazetteer(entries.values(), content_hash=content.hexdigest()[:12])


def _joined(old: Entry, new: Entry) -> Entry:
    changes = {}
    for field in Entry.__struct_fields__:
        value = getattr(new, field)
        if isinstance(value, tuple):
            changes[field] = tuple(dict.fromkeys((*getattr(old, field), *value)))
        elif value not in ("", None, False):
            changes[field] = value
    return msgspec.structs.replace(old, **changes)


def _mistakes(entry: Entry, entries: dict[str, Entry]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    whole = entries[entry.id]
    for field in ("name", "type"):
        if not getattr(whole, field):
            yield (), f"{field} is missing: no earlier file has the id {entry.id}"
    for key, place in [(entry.country, ("country",)), *((k, ("context", n)) for n, k in enumerate(entry.context))]:
        if key and key not in entries:
            yield place, f"there is no entry {key}"
    for field in ("words", "weak"):
        for n, name in enumerate(getattr(entry, field)):
            if name not in whole.names():
                yield (field, n), f"{name} is no name of this entry: write it among the aliases, too"


@lru_cache(maxsize=4)
def _cached(files: tuple[tuple[Path, int], ...]) -> Gazetteer:
    gazetteer = load(*(path for path, _ in files))
    logger.debug("gazetteer read", extra={"entries": len(gazetteer.entries), "hash": gazetteer.hash})
    return gazetteer


def of_settings(settings: Settings) -> Gazetteer:
    """Return the gazetteer with the watch list of the settings, read once and again when a file changes.

    Raises:
        ConfigError: as :func:`load`.
    """
    paths = [settings.entities, *([Path(settings.watchlist)] if settings.watchlist else [])]
    try:
        return _cached(tuple((path, path.stat().st_mtime_ns) for path in paths))
    except OSError as error:
        raise ConfigError(f"the gazetteer cannot be read: {error}", subject=str(error.filename)) from error
