"""The lists that tagging reads: gazetteer, watch list, topics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Lists:
    """What the checked lists hold.

    ``types`` counts the entities by type. ``shared`` are names that several entities bear, ``weak`` those that may mean
    others, too: which of them is meant, the document decides. ``files`` are the files read.
    """

    files: tuple[Path, ...]
    entities: int
    types: dict[str, int]
    names: int
    shared: dict[str, tuple[str, ...]]
    weak: int
    wikidata: int
    topics: int
    phrases: int


def check(settings: Settings, watchlist: Path | None = None, topics: Path | None = None) -> Lists:
    """Read gazetteer and topics with the files of one's own, every mistake told.

    Args:
        settings: name the files.
        watchlist: in place of the settings' watch list.
        topics: in place of the settings' topics of one's own.

    Raises:
        EntitiesError: a file is missing or has mistakes; ``problems`` names file, line and field of each.
    """
    from pipeline.tag import gazetteer as names
    from pipeline.tag import topics as subjects

    mine = watchlist or (Path(settings.watchlist) if settings.watchlist else None)
    own = topics or (Path(settings.topics_watchlist) if settings.topics_watchlist else None)
    entity_files = [settings.entities, *([mine] if mine else [])]
    topic_files = [settings.topics, *([own] if own else [])]
    known = names.load(*entity_files, thorough=True)
    about = subjects.load(*topic_files, thorough=True)
    shared = {name: ids for name, ids in known.open.items() if len(ids) > 1}
    return Lists(
        files=(*entity_files, *topic_files),
        entities=len(known.entries),
        types=dict(sorted(Counter(str(entry.type) for entry in known.entries.values()).items())),
        names=len(known.by_name) + len(known.open),
        shared=dict(sorted(shared.items())),
        weak=len(known.open) - len(shared),
        wikidata=sum(bool(entry.wikidata) for entry in known.entries.values()),
        topics=len(about.entries),
        phrases=sum(len(topic.phrases) for topic in about.entries.values()),
    )
