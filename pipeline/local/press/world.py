"""The stories and outlets of the sample press, and what of them is out at a given time.

A story is one file, ``stories/<outlet>/<slug>.md``: YAML front matter between ``---`` lines, then paragraphs
separated by blank lines, subheads marked ``## ``. ``<slug>.r2.md`` is its corrected version: the same address, shown
from its ``corrected`` time on. ``pages/<outlet>/<slug>.md`` has the same form and holds what a crawl meets beside
articles (a consent wall, a dead link, a page that hangs …), told apart by ``kind``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
import yaml
from msgspec import Meta, Struct

from pipeline.errors import ConfigError

HERE = Path(__file__).resolve().parent

#: One day after the last story: everything is out.
DEFAULT_CLOCK = datetime(2026, 10, 31, tzinfo=UTC)

SECTIONS = ("Politics", "World", "Business", "Opinion", "Culture", "Sport", "Science")


class Kind(StrEnum):
    """What comes back from an address that is not simply an article."""

    STORY = "story"
    NOT_FOUND = "not_found"  # 404
    RATE_LIMITED = "rate_limited"  # always 429, come back in an hour
    BUSY_ONCE = "busy_once"  # 429 once, come back in a second; then the story
    CONSENT = "consent"  # a consent wall
    PAYWALL = "paywall"  # the first paragraphs and an offer
    HANG = "hang"  # an answer that starts and never goes on
    HUGE = "huge"  # five megabytes
    VIDEO = "video"  # a film with no text
    INDEX = "index"  # a page that only lists stories
    REDIRECT = "redirect"  # 301, then 302, then the story named by ``to``


class FrontMatter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands between the ``---`` lines of a story."""

    title: Annotated[str, Meta(min_length=3)]
    published: datetime
    section: Literal["Politics", "World", "Business", "Opinion", "Culture", "Sport", "Science"]
    authors: tuple[str, ...] = ()
    dek: str = ""
    caption: str = ""
    credit: str = ""
    genre: Literal["news", "opinion", "analysis", "feature", "wire"] = "news"
    language: Annotated[str, Meta(pattern="^[a-z]{2}$")] = "en"
    wire: str = ""  # id of the agency's story that this is an edited copy of
    corrected: datetime | None = None  # in a later revision: when it replaced the one before
    deleted: datetime | None = None  # 410 from then on
    encoding: str = "utf-8"
    kind: Kind = Kind.STORY
    path: str = ""  # where the outlet's pattern does not apply
    host: str = ""  # a further host of the outlet, such as ``live``
    to: str = ""  # id of the story that a redirect ends at
    listed_query: str = ""  # tracking parameters that the lists put behind the address


class Story(Struct, frozen=True, kw_only=True):
    """One revision of one address of the press.

    Attributes:
        id: ``<outlet>/<slug>``, the same for every revision.
        revision: 1, 2, … of that address.
        path: of its page, without query.
        blocks: the body in order: ``("p", text)`` and ``("h", text)`` for a subhead.
    """

    id: str
    outlet: str
    slug: str
    revision: int
    path: str
    front: FrontMatter
    blocks: tuple[tuple[str, str], ...]
    file: str

    @property
    def text(self) -> str:
        """The article's text as an extractor should give it: one line a paragraph or subhead."""
        return "\n".join(text for _, text in self.blocks)

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def updated(self) -> datetime:
        """When this revision came out, with the outlet's own offset."""
        return self.front.corrected or self.front.published


class ListSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One list of an outlet: a feed, a sitemap, or an address where one used to be."""

    path: str
    kind: Literal["rss", "atom", "rdf", "json", "news_sitemap", "sitemap_index", "gone", "moved"]
    to: str = ""  # where a moved one went
    span: Literal["day", "month"] = "month"  # of each sitemap in an index


class Outlet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invented newspaper or agency, as ``outlets.yml`` gives it."""

    id: str
    name: str
    tagline: str
    layout: Literal["plain", "furniture", "classic", "app"]
    language: str
    timezone: str
    accent: str
    address: str
    lists: tuple[ListSpec, ...]
    country: str = ""
    hosts: tuple[str, ...] = ()  # further hosts, put before its own
    gzip: bool = False
    archive: bool = False  # dated archive pages
    agency: bool = False
    robots: str = ""  # empty: there is none

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Press:
    """All outlets and stories: the world, without a time of its own.

    Args:
        outlets: by id.
        stories: every revision of every address.

    Raises:
        ConfigError: two stories share an address, or a reference leads nowhere.
    """

    def __init__(self, outlets: dict[str, Outlet], stories: list[Story]) -> None:
        self.outlets = outlets
        self._revisions: dict[str, list[Story]] = {}
        for story in sorted(stories, key=lambda s: s.revision):
            self._revisions.setdefault(story.id, []).append(story)
        self._by_path: dict[tuple[str, str, str], str] = {}
        for story_id, revisions in self._revisions.items():
            first = revisions[0]
            if [s.revision for s in revisions] != list(range(1, len(revisions) + 1)):
                raise ConfigError("a revision before this one is missing", subject=revisions[-1].file)
            key = (first.outlet, first.front.host, first.path)
            if key in self._by_path:
                raise ConfigError(f"has the same address as {self._by_path[key]}", subject=first.file)
            self._by_path[key] = story_id
            if first.front.to and first.front.to not in {s.id for s in stories}:
                raise ConfigError(f"leads to {first.front.to}, which is no story", subject=first.file)

    @property
    def story_ids(self) -> tuple[str, ...]:
        return tuple(sorted(self._revisions))

    def revisions(self, story_id: str) -> tuple[Story, ...]:
        """Return every revision of a story, the first first."""
        return tuple(self._revisions[story_id])

    def at(self, story_id: str, now: datetime) -> Story | None:
        """Return the revision of a story that is out at a time (a deleted one too), ``None`` before it is out."""
        return next((s for s in reversed(self._revisions[story_id]) if s.updated <= now), None)

    def find(self, outlet: str, host: str, path: str, now: datetime) -> Story | None:
        """Return what an address of an outlet shows at a time. ``host`` is the part before the outlet's own."""
        story_id = self._by_path.get((outlet, host, path))
        return self.at(story_id, now) if story_id else None

    def listed(self, outlet: str, now: datetime) -> list[Story]:
        """Return what an outlet's lists hold at a time, newest first.

        A deleted story stays listed: lists lag behind, and a crawl has to live with it.
        """
        shown = (self.at(story_id, now) for story_id in self._ids(outlet))
        return sorted((s for s in shown if s), key=lambda s: (s.front.published, s.id), reverse=True)

    def changed(self, outlet: str, now: datetime) -> datetime | None:
        """Return the last time before ``now`` at which an outlet's lists changed."""
        times = [s.updated for story_id in self._ids(outlet) for s in self._revisions[story_id] if s.updated <= now]
        return max(times, default=None)

    def _ids(self, outlet: str) -> tuple[str, ...]:
        return self._ids_by_outlet.get(outlet, ())

    @cached_property
    def _ids_by_outlet(self) -> dict[str, tuple[str, ...]]:
        ids: dict[str, list[str]] = {}
        for story_id, revisions in self._revisions.items():
            ids.setdefault(revisions[0].outlet, []).append(story_id)
        return {outlet: tuple(sorted(mine)) for outlet, mine in ids.items()}


def is_deleted(story: Story, now: datetime) -> bool:
    """Whether a story has been taken down by then."""
    return story.front.deleted is not None and story.front.deleted <= now


def load_press(root: Path = HERE) -> Press:
    """Read outlets, stories and pages below ``root``.

    Raises:
        ConfigError: names the first file that is wrong and what is wrong with it.
    """
    outlets = load_outlets(root)
    stories: list[Story] = []
    for folder in ("stories", "pages"):
        for file in sorted((root / folder).glob("*/*.md")):
            outlet = outlets.get(file.parent.name)
            if outlet is None:
                raise ConfigError(f"is in a folder of no outlet: {file.parent.name}", subject=_name(file, root))
            stories.append(load_story(file, outlet, root))
    return Press(outlets, stories)


@lru_cache(maxsize=1)
def sample_press() -> Press:
    """Return the press of this package, read once a process."""
    return load_press()


def load_outlets(root: Path = HERE) -> dict[str, Outlet]:
    """Read ``outlets.yml``.

    Raises:
        ConfigError: the file cannot be read as outlets.
    """
    file = root / "outlets.yml"
    try:
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))
        outlets = {name: msgspec.convert({"id": name, **row}, Outlet) for name, row in rows.items()}
    except (OSError, yaml.YAMLError, msgspec.ValidationError, AttributeError, TypeError) as error:
        raise ConfigError(f"cannot be read as outlets: {error}", subject=file.name) from error
    return outlets


_FILE = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_SLUG = re.compile(r"(?P<slug>(?:\d\d-)?(?P<name>[a-z0-9-]+))(?:\.r(?P<revision>\d))?\Z")


def load_story(file: Path, outlet: Outlet, root: Path = HERE) -> Story:
    """Read one story.

    Raises:
        ConfigError: the file is no story; the message says why.
    """
    subject = _name(file, root)
    named = _SLUG.match(file.name.removesuffix(".md"))
    if named is None:
        raise ConfigError("a story's name is a slug such as 03-trawler-seized.md", subject=subject)
    parts = _FILE.match(file.read_text(encoding="utf-8").replace("\r\n", "\n"))
    if parts is None:
        raise ConfigError("front matter between two lines of --- is missing", subject=subject)
    front = _front(parts["front"], subject)
    revision = int(named["revision"] or 1)
    if (revision > 1) != (front.corrected is not None):
        raise ConfigError("`corrected` belongs to revisions from the second on, and only there", subject=subject)
    blocks = tuple(_blocks(parts["body"]))
    if front.kind is Kind.STORY and not blocks:
        raise ConfigError("has no text", subject=subject)
    local = front.published.astimezone(outlet.zone)
    path = front.path or outlet.address.format(
        y=f"{local:%Y}",
        m=f"{local:%m}",
        d=f"{local:%d}",
        section=front.section.lower(),
        slug=named["slug"],
        name=named["name"],
    )
    return Story(
        id=f"{outlet.id}/{named['slug']}",
        outlet=outlet.id,
        slug=named["slug"],
        revision=revision,
        path=path,
        front=front,
        blocks=blocks,
        file=subject,
    )


def _front(text: str, subject: str) -> FrontMatter:
    try:
        row: Any = yaml.safe_load(text)
        front = msgspec.convert(row, FrontMatter)
    except yaml.YAMLError as error:
        raise ConfigError(
            f"front matter is no YAML (a colon in an unquoted value?): {error}", subject=subject
        ) from error
    except msgspec.ValidationError as error:
        raise ConfigError(f"front matter: {error}", subject=subject) from error
    for field in ("published", "corrected", "deleted"):
        value = getattr(front, field)
        if value is not None and value.tzinfo is None:
            raise ConfigError(f"front matter: {field} has no UTC offset", subject=subject)
    return front


def _blocks(body: str) -> list[tuple[str, str]]:
    blocks = []
    for raw in re.split(r"\n\s*\n", body.strip()):
        text = " ".join(raw.split())
        if text.startswith("## "):
            blocks.append(("h", text[3:].strip()))
        elif text:
            blocks.append(("p", text))
    return blocks


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()
