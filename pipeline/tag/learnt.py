"""Short names learnt from articles: numbered snapshots, frozen once written.

What "the PNC" is short for one article explains and the next one does not. Over many articles of several sources the
explanation can be learnt; so that tags stay a function of text and generation, what was learnt is used from a file that
never changes again, and the file's number and hash stand in the versions.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.errors import ConfigError
from pipeline.records import EntityType, Tags
from pipeline.settings import Settings

#: A short name is learnt from so many articles of so many sources …
ARTICLES, SOURCES = 3, 2
#: … and where so large a share of the articles that use it for a longer name means the same.
AGREEMENT = 0.8
_FILE = re.compile(r"names-(\d{4,})\.json")
_TYPES = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "EVENT"})


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """A short name, whom it means, and how many articles and sources say so."""

    short: str
    id: str
    name: str
    type: EntityType
    articles: int
    sources: int


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt at one time. ``read`` is the number of articles that it was learnt from."""

    number: int
    read: int
    variants: tuple[Variant, ...]


class Learnt:
    """A snapshot in use: ``version`` is its number and hash, "0" where there is none."""

    def __init__(self, snapshot: Snapshot | None = None, version: str = "0") -> None:
        self.version = version
        self.by_short = {variant.short: variant for variant in snapshot.variants} if snapshot else {}


class _Meaning(NamedTuple):
    id: str
    name: str
    type: EntityType


def learn(
    articles: Iterable[tuple[str, Tags]], number: int, *, least_articles: int = ARTICLES, least_sources: int = SOURCES
) -> Snapshot:
    """Learn which short names mean whom.

    Args:
        articles: source and tags of each article, in any order: the result does not depend on it.
        number: of the snapshot.
        least_articles: that must agree on a meaning.
        least_sources: that these must come from.
    """
    seen: dict[str, dict[_Meaning, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    read = 0
    for source, tags in articles:
        read += 1
        for entity in tags.entities:
            if entity.type not in _TYPES or " " not in entity.name:
                continue
            for short in {m.text for m in entity.mentions if m.kind == "alias"}:
                if _may_be_short(short, entity.name):
                    seen[short][_Meaning(entity.id, entity.name, entity.type)][source] += 1
    variants = []
    for short, meanings in sorted(seen.items()):
        # More articles first; of as many, the smaller id: never chance.
        best = min(meanings, key=lambda meaning: (-meanings[meaning].total(), meaning))
        count, of_all = meanings[best].total(), sum(sources.total() for sources in meanings.values())
        if count >= least_articles and len(meanings[best]) >= least_sources and count >= AGREEMENT * of_all:
            variants.append(
                Variant(
                    short=short,
                    id=best.id,
                    name=best.name,
                    type=best.type,
                    articles=count,
                    sources=len(meanings[best]),
                )
            )
    return Snapshot(number=number, read=read, variants=tuple(variants))


def _may_be_short(short: str, name: str) -> bool:
    return len(short) >= 2 and len(short) < len(name) and short[:1].isupper() and short.casefold() != name.casefold()


def write(folder: Path, snapshot: Snapshot) -> Path:
    """Write a snapshot under its number; one that is there is never written again.

    Raises:
        ConfigError: there is one with that number.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"names-{snapshot.number:04}.json"
    try:
        with path.open("xb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(snapshot), indent=1) + b"\n")
    except FileExistsError as error:
        raise ConfigError("a snapshot is never written again; learn into the next number", subject=str(path)) from error
    return path


def next_number(folder: Path) -> int:
    """The number after the highest snapshot of a folder: 1 where there is none."""
    found = [int(match.group(1)) for path in folder.glob("names-*.json") if (match := _FILE.fullmatch(path.name))]
    return max(found, default=0) + 1


def load(path: Path) -> Learnt:
    """Read a snapshot.

    Raises:
        ConfigError: the file is missing or is no snapshot.
    """
    try:
        raw = path.read_bytes()
        snapshot = msgspec.json.decode(raw, type=Snapshot)
    except OSError as error:
        raise ConfigError(f"the snapshot of names cannot be read: {error}", subject=str(path)) from error
    except (msgspec.DecodeError, json.JSONDecodeError) as error:
        raise ConfigError(
            f"this is no snapshot of names: {error}; standpoint names learn writes one", subject=str(path)
        ) from error
    return Learnt(snapshot, f"{snapshot.number}-{hashlib.sha256(raw).hexdigest()[:12]}")


@lru_cache(maxsize=4)
def _cached(path: Path, changed: int) -> Learnt:
    del changed  # a file that has changed is another one to the cache
    return load(path)


_NONE = Learnt()


def of_settings(settings: Settings) -> Learnt:
    """The snapshot that the settings name, read once; an empty one where they name none.

    Raises:
        ConfigError: as :func:`load`.
    """
    if not settings.names:
        return _NONE
    path = Path(settings.names)
    try:
        return _cached(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ConfigError(f"the snapshot of names cannot be read: {error}", subject=str(path)) from error
