"""The gazetteer ``config/entities.yml``: who is known by name, and finding those names in text."""

import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import jsonschema
import msgspec
import yaml

from pipeline.errors import ConfigError
from pipeline.records import EntityType
from pipeline.settings import PROJECT, Settings

logger = logging.getLogger(__name__)

_WORD = re.compile(r"\w+")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entity of the gazetteer, as ``config/entities.schema.json`` describes it."""

    id: str
    name: str
    type: EntityType
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    wikidata: str = ""
    gender: str = ""
    agency: bool = False
    note: str = ""


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


class Gazetteer:
    """The known entities, by id, name, demonym and seat.

    ``hash`` stands for the content: 12 hex digits.
    """

    def __init__(self, entries: Iterable[Entry], *, content_hash: str = "") -> None:
        self.entries = {entry.id: entry for entry in entries}
        self.hash = content_hash
        by_name: dict[str, set[str]] = {}
        self.by_seat: dict[str, str] = {}
        self.by_demonym: dict[str, str] = {}
        surnames: dict[str, set[str]] = {}
        for entry in self.entries.values():
            for name in (entry.name, *entry.aliases, *entry.demonyms):
                by_name.setdefault(name, set()).add(entry.id)
            for seat in entry.seats:
                self.by_seat[seat] = entry.id
            for demonym in entry.demonyms:
                self.by_demonym[demonym] = entry.id
            if entry.type == "PERSON" and " " in entry.name:
                surnames.setdefault(entry.name.rpartition(" ")[2], set()).add(entry.id)
        # A name of two entries says nothing by itself: it is left open.
        self.by_name = {name: next(iter(ids)) for name, ids in by_name.items() if len(ids) == 1}
        self.by_surname = {name: next(iter(ids)) for name, ids in surnames.items() if len(ids) == 1}
        self.index = NameIndex(self.by_name.items())


def load(*paths: Path) -> Gazetteer:
    """Read and check a gazetteer.

    Args:
        paths: the gazetteer, and watch lists of one's own: an entry of a later file takes the place of one with the
            same id in an earlier file.

    Raises:
        ConfigError: a file is missing, is no YAML, breaks the schema or uses an id twice.
    """
    entries: dict[str, Entry] = {}
    content = hashlib.sha256()
    for path in paths:
        raw = _raw(path)
        entries |= _entries(path, raw)
        content.update(raw)
    return Gazetteer(entries.values(), content_hash=content.hexdigest()[:12])


def _raw(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"the gazetteer cannot be read: {error}", subject=str(path)) from error


def _entries(path: Path, raw: bytes) -> dict[str, Entry]:
    try:
        data = yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe loaders)
    except yaml.YAMLError as error:
        raise ConfigError(f"the gazetteer cannot be read: {error}", subject=str(path)) from error
    schema_path = PROJECT / "config/entities.schema.json"
    schema = json.loads(schema_path.read_text(encoding="utf-8"))
    try:
        jsonschema.validate(data, schema)
    except jsonschema.ValidationError as error:
        where = "/".join(str(part) for part in error.absolute_path)
        raise ConfigError(f"the gazetteer breaks its schema at {where}: {error.message}", subject=str(path)) from error
    found: dict[str, Entry] = {}
    for entry in msgspec.convert(data["entities"], list[Entry]):
        if entry.id in found:
            raise ConfigError(f"the id {entry.id} is used twice; give one of the two another", subject=str(path))
        found[entry.id] = entry
    return found


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
