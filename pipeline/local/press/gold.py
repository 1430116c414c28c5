"""What a crawl of the sample press must find: typed gold, and a checker for it.

``gold/press.yml`` says for every listed address what becomes of it when the clock stands at its default;
``gold/<outlet>/<slug>.yml`` says which entities, quotes and stances a story holds. Both are written from the stories,
by reading. ``python -m pipeline.local.press.gold check`` names every mistake in them; ``… addresses`` prints the
addresses that the lists hold and ``press.yml`` lacks.

Spans are given in the files as their words alone; their offsets are computed here. A span that stands in text and
title is taken from the text; of several places in the text, a direct quote takes the one that has quotation marks
around it, and otherwise the first is taken.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
import typer
import yaml
from msgspec import Struct

from pipeline.errors import ConfigError
from pipeline.local.press.lists import story_url
from pipeline.local.press.world import DEFAULT_CLOCK, HERE, Kind, Press, Story, is_deleted, load_press
from pipeline.records import EntityType, FieldName, Reason

T = TypeVar("T")

#: Holder of the outlet's own judgements.
OUTLET = "outlet"

_MARKS = "\"'“”‘’„‚«»‹›"


# -- as it stands in the files ----------------------------------------------------------------------------


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class EntityRow(_File, frozen=True, kw_only=True):
    name: str
    type: EntityType
    also: tuple[str, ...] = ()


class QuoteRow(_File, frozen=True, kw_only=True):
    text: str
    kind: Literal["direct", "reported", "mixed"]
    speaker: str = ""
    cue: str = ""


class StanceRow(_File, frozen=True, kw_only=True):
    holder: str
    target: str
    polarity: Literal[1, -1]
    voice: Literal["authorial", "reported", "quoted"]
    act: Literal["verbal", "material", "attitude", "relation"]
    period: Literal["past", "current", "ended", "future"]
    evidence: str


class NoneRow(_File, frozen=True, kw_only=True):
    holder: str
    target: str
    why: str


class TagsFile(_File, frozen=True, kw_only=True):
    entities: tuple[EntityRow, ...] = ()
    quotes: tuple[QuoteRow, ...] = ()
    stances: tuple[StanceRow, ...] = ()
    none: tuple[NoneRow, ...] = ()


class OutcomeRow(_File, frozen=True, kw_only=True):
    indexed: str = ""  # slug of the story
    left_out: Reason | None = None
    same_as: str = ""  # a duplicate's story
    given_back: bool = False  # one run does not leave it out, but gives it back for this reason


class OutletFile(_File, frozen=True, kw_only=True):
    listed: int
    indexed: int
    left_out: int
    addresses: dict[str, OutcomeRow]


# -- as it is used ----------------------------------------------------------------------------------------


class Span(Struct, frozen=True, kw_only=True):
    """Words and where they stand: code points into ``field``, end exclusive."""

    field: FieldName
    start: int
    end: int
    text: str


class GoldEntity(Struct, frozen=True, kw_only=True):
    """Somebody or something named, under every form that this text uses, and every place of those forms."""

    name: str
    type: EntityType
    also: tuple[str, ...]
    mentions: tuple[Span, ...]


class GoldQuote(Struct, frozen=True, kw_only=True):
    """Speech. ``speaker`` is an entity's canonical name, empty where nobody is named."""

    span: Span
    kind: Literal["direct", "reported", "mixed"]
    speaker: str
    cue: str


class GoldStance(Struct, frozen=True, kw_only=True):
    """One piece of evidence: ``holder`` is an entity's canonical name, an author's, or ``outlet``."""

    holder: str
    target: str
    polarity: Literal[1, -1]
    voice: Literal["authorial", "reported", "quoted"]
    act: Literal["verbal", "material", "attitude", "relation"]
    period: Literal["past", "current", "ended", "future"]
    evidence: Span


class GoldArticle(Struct, frozen=True, kw_only=True):
    """One revision of a story as it must come out of a crawl.

    Attributes:
        story: ``<outlet>/<slug>``.
        url: final address, without tracking parameters.
        text: paragraphs and subheads, one a line; dek, caption and comments are not in it.
        published, modified: UTC; they differ from the second revision on.
        none: pairs that look like a stance and are none.
    """

    story: str
    outlet: str
    revision: int
    url: str
    title: str
    text: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime
    language: str
    section: str
    genre: str
    dek: str
    caption: str
    wire: str
    entities: tuple[GoldEntity, ...]
    quotes: tuple[GoldQuote, ...]
    stances: tuple[GoldStance, ...]
    none: tuple[NoneRow, ...]


class GoldOutcome(Struct, frozen=True, kw_only=True):
    """What becomes of a listed address at the default clock.

    Attributes:
        url: as listed, tracking parameters included.
        story: id of the article that it leads to, empty where it leads to none.
        reason: why it is left out, ``None`` where it is indexed. A ``duplicate`` and the address it doubles lead to one
            article: which of the two is the duplicate depends on which is fetched first.
        given_back: one run does not leave it out, but gives it back for this reason.
    """

    url: str
    outlet: str
    story: str = ""
    reason: Reason | None = None
    given_back: bool = False


class Counts(Struct, frozen=True, kw_only=True):
    """Addresses of an outlet: listed, indexed, left out."""

    listed: int
    indexed: int
    left_out: int


class Gold(Struct, frozen=True, kw_only=True):
    """The gold of the whole press at one port.

    Attributes:
        articles: the current revision of every story that is to be indexed, by story id.
        revisions: every revision of those, by story id, the first first.
        outcomes: by listed address.
        counts: by outlet.
    """

    articles: dict[str, GoldArticle]
    revisions: dict[str, tuple[GoldArticle, ...]]
    outcomes: dict[str, GoldOutcome]
    counts: dict[str, Counts]


def load_gold(port: int, root: Path = HERE, press: Press | None = None) -> Gold:
    """Return the gold for a press served at a port.

    Raises:
        ConfigError: the gold has mistakes; the message names the first and counts the rest.
    """
    press = press or load_press(root)
    problems = list(check(root, press))
    if problems:
        raise ConfigError(f"{problems[0]} ({len(problems)} mistakes in all)", subject="gold")
    revisions: dict[str, tuple[GoldArticle, ...]] = {}
    outcomes: dict[str, GoldOutcome] = {}
    counts: dict[str, Counts] = {}
    for outlet, rows in _read_outcomes(root).items():
        counts[outlet] = Counts(listed=rows.listed, indexed=rows.indexed, left_out=rows.left_out)
        by_path = {_listed_path(s): s for s in press.listed(outlet, DEFAULT_CLOCK)}
        for path, row in rows.addresses.items():
            story_id = f"{outlet}/{row.indexed}" if row.indexed else row.same_as
            url = story_url(by_path[path], _root(outlet, port), listed=True)
            outcomes[url] = GoldOutcome(
                url=url, outlet=outlet, story=story_id, reason=row.left_out, given_back=row.given_back
            )
            if row.indexed:
                revisions[story_id] = tuple(
                    gold_article(story, _read_tags(root, story), port) for story in press.revisions(story_id)
                )
    return Gold(
        articles={story_id: versions[-1] for story_id, versions in revisions.items()},
        revisions=revisions,
        outcomes=outcomes,
        counts=counts,
    )


def gold_article(story: Story, tags: TagsFile, port: int) -> GoldArticle:
    """Return what a crawl must read out of a story's page, and tag in it.

    Raises:
        ConfigError: a span stands neither in text nor in title.
    """
    front = story.front
    fields = Fields(front.title, story.text)
    used: Counter[tuple[str, str]] = Counter()

    def place(words: str, kind: str = "") -> Span:
        spans = fields.find(words, quoted=kind in {"direct", "mixed"})
        if not spans:
            raise ConfigError(f"{words!r} stands neither in text nor in title", subject=story.id)
        # Of a quote that is listed twice, the second is the second place.
        span = spans[min(used[kind, words], len(spans) - 1)] if kind else spans[0]
        used[kind, words] += 1
        return span

    return GoldArticle(
        story=story.id,
        outlet=story.outlet,
        revision=story.revision,
        url=story_url(story, _root(story.outlet, port)),
        title=front.title,
        text=story.text,
        authors=front.authors,
        published=front.published.astimezone(UTC),
        modified=story.updated.astimezone(UTC),
        language=front.language,
        section=front.section,
        genre=front.genre,
        dek=front.dek,
        caption=front.caption,
        wire=front.wire,
        entities=tuple(
            GoldEntity(name=row.name, type=row.type, also=row.also, mentions=mentions)
            for row, mentions in zip(tags.entities, fields.mentions(tags.entities), strict=True)
        ),
        quotes=tuple(
            GoldQuote(span=place(row.text, row.kind), kind=row.kind, speaker=row.speaker, cue=row.cue)
            for row in tags.quotes
        ),
        stances=tuple(
            GoldStance(
                holder=row.holder,
                target=row.target,
                polarity=row.polarity,
                voice=row.voice,
                act=row.act,
                period=row.period,
                evidence=place(row.evidence),
            )
            for row in tags.stances
        ),
        none=tags.none,
    )


class Fields:
    """Title and text of a story, to find words in."""

    def __init__(self, title: str, text: str) -> None:
        self._fields: tuple[tuple[FieldName, str], ...] = (("text", text), ("title", title))

    def find(self, words: str, *, quoted: bool = False) -> list[Span]:
        """Return every place of some words, those in the text first; with ``quoted``, those within marks if any."""
        spans = [span for field, value in self._fields for span in _places(field, value, words)]
        if quoted:
            values = dict(self._fields)
            marked = [s for s in spans if _has_marks(values[s.field], s)]
            return marked or spans
        return spans

    def mentions(self, entities: tuple[EntityRow, ...]) -> list[tuple[Span, ...]]:
        """Return for each entity the places of its forms as whole words; a longer form wins over one inside it."""
        forms = [(form, n) for n, row in enumerate(entities) for form in {row.name, *row.also} if form]
        found: list[list[Span]] = [[] for _ in entities]
        for field, value in self._fields:
            taken = [False] * len(value)
            for form, n in sorted(forms, key=lambda pair: -len(pair[0])):
                for span in _places(field, value, form):
                    if not any(taken[span.start : span.end]) and _is_word(value, span):
                        taken[span.start : span.end] = [True] * len(form)
                        found[n].append(span)
        return [tuple(sorted(spans, key=lambda s: (s.field, s.start))) for spans in found]


def _places(field: FieldName, value: str, words: str) -> Iterator[Span]:
    start = value.find(words) if words else -1
    while start >= 0:
        yield Span(field=field, start=start, end=start + len(words), text=words)
        start = value.find(words, start + 1)


def _has_marks(value: str, span: Span) -> bool:
    before = value[span.start - 1 : span.start]
    after = value[span.end : span.end + 1]
    return (before != "" and before in _MARKS) or (after != "" and after in _MARKS)


def _is_word(value: str, span: Span) -> bool:
    before, after = value[span.start - 1 : span.start], value[span.end : span.end + 1]
    return not (before.isalnum() or after.isalnum())


# -- checking ---------------------------------------------------------------------------------------------


def check(root: Path = HERE, press: Press | None = None) -> Iterator[str]:
    """Yield every mistake in the gold below ``root``, each with the file it is in."""
    if press is None:
        try:
            press = load_press(root)
        except ConfigError as error:
            yield str(error)
            return
    expected = set()
    for story in _tagged(press):
        name = _tags_name(story)
        expected.add(root / "gold" / f"{name}.yml")
        try:
            tags = _read_tags(root, story)
        except ConfigError as error:
            yield str(error)
            continue
        for problem in check_tags(story, tags):
            yield f"gold/{name}.yml: {problem}"
    for file in sorted((root / "gold").glob("*/*.yml")):
        if file not in expected:
            yield f"gold/{file.parent.name}/{file.name}: there is no such story"
    for story_id in press.story_ids:
        wire = press.revisions(story_id)[0].front.wire
        if wire and wire not in press.story_ids:
            yield f"{story_id}: is said to be a copy of {wire}, which is no story"
    yield from check_outcomes(root, press)


def check_tags(story: Story, tags: TagsFile) -> Iterator[str]:
    """Yield every mistake in one story's tags: spans that do not occur, names that are nobody's."""
    fields = Fields(story.front.title, story.text)
    names = [row.name for row in tags.entities]
    known = {*names, *story.front.authors}
    for name, count in Counter(names).items():
        if count > 1:
            yield f"entity {name!r} is listed {count} times"
    forms: dict[str, str] = {}
    for row in tags.entities:
        for form in row.also:
            if not fields.find(form):
                yield f"entity {row.name!r}: form {form!r} does not occur"
        for form in {row.name, *row.also}:
            if forms.setdefault(form, row.name) != row.name:
                yield f"form {form!r} belongs to both {forms[form]!r} and {row.name!r}"
        if row.name not in story.front.authors and not any(fields.find(form) for form in (row.name, *row.also)):
            yield f"entity {row.name!r}: neither its name nor a form of it occurs"
    for quote in tags.quotes:
        if not fields.find(quote.text):
            yield f"quote does not occur: {quote.text!r}"
        if quote.speaker and quote.speaker not in known:
            yield f"speaker {quote.speaker!r} is no entity (quote {quote.text[:40]!r})"
        if quote.cue and not fields.find(quote.cue):
            yield f"cue {quote.cue!r} does not occur (quote {quote.text[:40]!r})"
    for stance in tags.stances:
        if not fields.find(stance.evidence):
            yield f"evidence does not occur: {stance.evidence!r}"
        yield from _parties(stance.holder, stance.target, known, "stance")
    for pair in tags.none:
        yield from _parties(pair.holder, pair.target, known, "none")


def check_outcomes(root: Path, press: Press) -> Iterator[str]:
    """Yield every mistake in ``press.yml``: against the lists, against the stories, in its own sums."""
    try:
        outcomes = _read_outcomes(root)
    except ConfigError as error:
        yield str(error)
        return
    for outlet in press.outlets:
        if outlet not in outcomes:
            yield f"gold/press.yml: {outlet} is missing"
    for outlet, rows in outcomes.items():
        where = f"gold/press.yml: {outlet}"
        if outlet not in press.outlets:
            yield f"{where}: no such outlet"
            continue
        listed = {_listed_path(s): s for s in press.listed(outlet, DEFAULT_CLOCK)}
        for path in listed.keys() - rows.addresses.keys():
            yield f"{where}: {path} is listed and missing here ({listed[path].id})"
        for path, row in rows.addresses.items():
            if path not in listed:
                yield f"{where}: {path} is not listed"
            elif problem := _outcome_problem(listed[path], row, press):
                yield f"{where}: {path} {problem}"
        indexed = sum(1 for row in rows.addresses.values() if row.indexed)
        if (rows.listed, rows.indexed, rows.left_out) != (
            len(rows.addresses),
            indexed,
            len(rows.addresses) - indexed,
        ):
            yield f"{where}: counts do not add up: {len(rows.addresses)} listed, {indexed} indexed"


def check_stories(press: Press) -> Iterator[str]:
    """Yield what is wrong with the stories themselves: length, and sentences that stand in two of them."""
    seen: dict[str, Story] = {}
    for story in _tagged(press):
        if not 150 <= story.words <= 900:
            yield f"{story.file}: {story.words} words, should be 150 to 900"
        for sentence in _sentences(story.text):
            other = seen.setdefault(sentence, story)
            if other.id != story.id and not _related_copies(other, story):
                yield f"{story.file}: shares a sentence with {other.file}: {sentence!r}"


def _sentences(text: str) -> list[str]:
    found = re.findall(r"[^.!?\n]+[.!?]+[\"”’']?", text)
    return [s.strip() for s in found if len(s.split()) >= 6]


def _related_copies(one: Story, other: Story) -> bool:
    sources = {one.front.wire or one.id, other.front.wire or other.id}
    return len(sources) == 1


def _outcome_problem(story: Story, row: OutcomeRow, press: Press) -> str:
    if bool(row.indexed) == (row.left_out is not None):
        return "must be either indexed or left_out"
    is_article = story.front.kind in {Kind.STORY, Kind.BUSY_ONCE} and not is_deleted(story, DEFAULT_CLOCK)
    if row.indexed and (f"{story.outlet}/{row.indexed}" != story.id or not is_article):
        return f"cannot be indexed as {row.indexed}"
    if row.same_as and row.same_as not in press.story_ids:
        return f"is said to be the same as {row.same_as}, which is no story"
    if (row.left_out is Reason.DUPLICATE) != bool(row.same_as):
        return "same_as belongs to duplicates"
    return ""


def _parties(holder: str, target: str, known: set[str], what: str) -> Iterator[str]:
    if holder not in known and holder != OUTLET:
        yield f"{what}: holder {holder!r} is no entity, no author and not {OUTLET!r}"
    if target not in known:
        yield f"{what}: target {target!r} is no entity"
    if holder == target:
        yield f"{what}: {holder!r} is holder and target"


def _tagged(press: Press) -> Iterator[Story]:
    """Every revision of the stories that want tags: those under ``stories/``."""
    for story_id in press.story_ids:
        for story in press.revisions(story_id):
            if story.file.startswith("stories/"):
                yield story


def _tags_name(story: Story) -> str:
    return story.id if story.revision == 1 else f"{story.id}.r{story.revision}"


def _read_tags(root: Path, story: Story) -> TagsFile:
    return _read(root / "gold" / f"{_tags_name(story)}.yml", TagsFile)


def _read_outcomes(root: Path) -> dict[str, OutletFile]:
    return _read(root / "gold/press.yml", dict[str, OutletFile])


def _read(file: Path, shape: type[T]) -> T:
    subject = f"gold/{file.parent.name}/{file.name}" if file.parent.name != "gold" else f"gold/{file.name}"
    try:
        return msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")), shape)
    except OSError as error:
        raise ConfigError("is missing", subject=subject) from error
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ConfigError(f"{error}", subject=subject) from error


def _root(outlet: str, port: int) -> str:
    return f"http://{outlet}.localhost:{port}"


def _listed_path(story: Story) -> str:
    """Return an address as ``press.yml`` writes it: path and query as listed, after the further host if any."""
    url = story_url(story, "http://site", listed=True).removeprefix("http://")
    return url.removeprefix("site") if url.startswith("site/") else url.replace(".site/", "/", 1)


# -- command line -----------------------------------------------------------------------------------------

app = typer.Typer(add_completion=False, help=__doc__)


@app.command("check")
def check_command(root: Annotated[Path, typer.Option(help="Folder of the press.")] = HERE) -> None:
    """Name every mistake in gold and stories; exit with 1 if there is one."""
    problems = list(check(root))
    try:
        press = load_press(root)
    except ConfigError:
        press = None
    if press is not None:
        problems += check_stories(press)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sys.stdout.write(f"{len(problems)} mistakes\n")
    raise typer.Exit(1 if problems else 0)


@app.command("addresses")
def addresses_command(root: Annotated[Path, typer.Option(help="Folder of the press.")] = HERE) -> None:
    """Print the listed addresses that press.yml does not have yet, as lines for it."""
    press = load_press(root)
    outcomes = _read_outcomes(root) if (root / "gold/press.yml").exists() else {}
    for outlet in press.outlets:
        known = outcomes[outlet].addresses if outlet in outcomes else {}
        sys.stdout.write(f"{outlet}:\n")
        for story in reversed(press.listed(outlet, DEFAULT_CLOCK)):
            if _listed_path(story) not in known:
                sys.stdout.write(f"    {_listed_path(story)}: {{indexed: {story.slug}}}\n")


if __name__ == "__main__":
    app()
