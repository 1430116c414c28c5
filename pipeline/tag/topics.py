"""The topics ``config/topics.yml``: policies, deals, wars and laws that somebody may be for or against."""

import hashlib
import logging
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from pipeline.errors import ConfigError
from pipeline.settings import PROJECT, Settings
from pipeline.tag import listed

logger = logging.getLogger(__name__)

SCHEMA = PROJECT / "config/topics.schema.json"

#: Words, and the marks that a phrase may have inside.
_WORD = re.compile(r"\w+|['’]s\b|,")
#: What may stand between two words of a phrase; no line's end, which is a paragraph's.
_JOINT = re.compile(r"\+?[ \t\u00a0\u202f‐‑-]{1,2}")


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic, as ``config/topics.schema.json`` describes it.

    Name and phrases are empty only where an entry of one's own adds to one that is there already.
    """

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Annotated[str, msgspec.Meta(min_length=1)] = ""
    type: Literal["TOPIC"] = "TOPIC"
    phrases: tuple[Annotated[str, msgspec.Meta(pattern=r"\w")], ...] = ()
    replace: bool = False
    note: str = ""


class _Node:
    """A place in the trie of words: what may follow, and the phrases that end here (their words, their topic)."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.ends: list[tuple[tuple[str, ...], str]] = []


class Topics:
    """The known topics, by id. ``hash`` stands for the content: 12 hex digits."""

    def __init__(self, entries: Iterable[Topic], *, content_hash: str = "") -> None:
        self.entries = {entry.id: entry for entry in entries}
        self.hash = content_hash
        self._root = _Node()
        for entry in sorted(self.entries.values(), key=lambda entry: entry.id):
            for phrase in entry.phrases:
                node, words = self._root, _words(phrase)
                for word in words:
                    node = node.next.setdefault(word.casefold(), _Node())
                node.ends.append((words, entry.id))

    def find(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """Return the topics that a text names, in order, without overlaps: (start, end, id of the topic).

        Offsets are code points, end exclusive. From left to right the longest phrase is taken.
        """
        found: list[tuple[int, int, str]] = []
        root = self._root.next
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            node = root.get(_plain(words[at].group()))
            at += (self._longest(text, words, at, node, found) if node is not None else 0) or 1
        return tuple(found)

    def _longest(
        self, text: str, words: list[re.Match[str]], at: int, node: _Node, found: list[tuple[int, int, str]]
    ) -> int:
        """Add the longest phrase that begins at a word, and return how many words it has; 0: none."""
        best, topic, last = 0, "", at
        while True:
            if node.ends:
                written = [word.group() for word in words[at : last + 1]]
                for phrase, name in node.ends:
                    if all(ours in (ours.lower(), w) for ours, w in zip(phrase, written, strict=True)):
                        best, topic = last - at + 1, name
                        break
            follow = last + 1
            if follow >= len(words) or not _joined(text, words[last], words[follow]):
                break
            step = node.next.get(_plain(words[follow].group()))
            if step is None:
                break
            node, last = step, follow
        if best:
            found.append((words[at].start(), words[at + best - 1].end(), topic))
        return best


def _joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two words stand beside each other as in a phrase: "v. Wade", "Oct. 7", but no end of a sentence."""
    start, end = one.end(), other.start()
    if start == end:
        return not other.group()[0].isalnum() or not one.group()[-1].isalnum()
    if text[start] == "." and (len(one.group()) == 1 or other.group()[0].isdigit()):
        return start + 1 == end or _JOINT.fullmatch(text, start + 1, end) is not None
    return _JOINT.fullmatch(text, start, end) is not None


def _plain(word: str) -> str:
    return word.replace("’", "'").casefold()


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(word.replace("’", "'") for word in _WORD.findall(phrase))


def load(*paths: Path, thorough: bool = False) -> Topics:
    """Read and check topics.

    Args:
        paths: the topics, and files of one's own. An entry whose id an earlier file has adds its phrases to that
            entry's, and its name and note take the other's place; with ``replace: true`` it takes the entry's place.
        thorough: as :func:`pipeline.tag.listed.read` has it.

    Raises:
        EntitiesError: a file is missing, is no YAML, breaks the schema, uses an id twice, has a phrase of two topics
            or an entry without name or phrases.
    """
    entries: dict[str, Topic] = {}
    content = hashlib.sha256()
    read: list[tuple[Path, list[Topic]]] = []
    for path in paths:
        raw, given = listed.read(path, "topics", Topic, SCHEMA, thorough=thorough)
        read.append((path, given))
        content.update(raw)
        seen: set[str] = set()
        for n, entry in enumerate(given):
            if entry.id in seen:
                told = f"the id {entry.id} is used twice; give one of the two another"
                listed.raise_for(path, [(("topics", n, "id"), told)])
            seen.add(entry.id)
            old = entries.get(entry.id)
            if old is not None and not entry.replace:
                phrases = tuple(dict.fromkeys((*old.phrases, *entry.phrases)))
                whole = Topic(id=entry.id, name=entry.name or old.name, phrases=phrases, note=entry.note or old.note)
                entries[entry.id] = whole
            else:
                entries[entry.id] = entry
    owners: dict[tuple[str, ...], str] = {}
    for path, given in read:
        problems: list[tuple[listed.Place, str]] = []
        for n, entry in enumerate(given):
            whole = entries[entry.id]
            for field in ("name", "phrases"):
                if not getattr(whole, field):
                    problems.append((("topics", n), f"{field} is missing: no earlier file has the id {entry.id}"))
            for m, phrase in enumerate(entry.phrases):
                if phrase not in whole.phrases:
                    continue
                owner = owners.setdefault(_words(phrase), entry.id)
                if owner != entry.id:
                    problems.append((("topics", n, "phrases", m), f"{phrase} belongs to {owner} already"))
        if problems:
            listed.raise_for(path, problems)
    return Topics(entries.values(), content_hash=content.hexdigest()[:12])


@lru_cache(maxsize=4)
def _cached(files: tuple[tuple[Path, int], ...]) -> Topics:
    topics = load(*(path for path, _ in files))
    logger.debug("topics read", extra={"entries": len(topics.entries), "hash": topics.hash})
    return topics


def of_settings(settings: Settings) -> Topics:
    """Return the topics with those of one's own of the settings, read once and again when a file changes.

    Raises:
        ConfigError: as :func:`load`.
    """
    paths = [settings.topics, *([Path(settings.topics_watchlist)] if settings.topics_watchlist else [])]
    try:
        return _cached(tuple((path, path.stat().st_mtime_ns) for path in paths))
    except OSError as error:
        raise ConfigError(f"the topics cannot be read: {error}", subject=str(error.filename)) from error
