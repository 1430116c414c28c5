"""What a list's reader hands on: items as written, before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.records import FeedHints, FeedKind


@dataclass(slots=True)
class Item:
    """One item of a list, as written."""

    link: str = ""
    title: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    language: str = ""
    guid: str = ""
    whole: bool = True  # False: the document breaks off in it, so that what it lacks may have followed


@dataclass(slots=True)
class Listing:
    """A list, as written.

    Attributes:
        base: what its links are relative to.
        children: address and ``lastmod`` of the lists it names.
        unread: items beyond what is read at all.
    """

    kind: FeedKind
    base: str
    title: str = ""
    language: str = ""
    items: list[Item] = field(default_factory=list)
    children: list[tuple[str, str]] = field(default_factory=list)
    unread: int = 0
    faults: list[str] = field(default_factory=list)
    hints: FeedHints = field(default_factory=FeedHints)
