"""Commands that look at one thing: a page, a text, what is indexed, an address."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import render
from pipeline.cli.output import LOOK, Json, out, print_json
from pipeline.errors import ExtractError, StandpointError
from pipeline.records import full
from pipeline.settings import get_settings

if TYPE_CHECKING:
    from pipeline.tag.stance.participants import Veto


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (extract, tag, search, trace):
        app.command(rich_help_panel=LOOK)(command)


def extract(
    target: Annotated[str, typer.Argument(help="An HTML file, or an http(s) address to fetch politely.")],
    url: Annotated[str, typer.Option("--url", help="The address that a file was saved from.")] = "",
    as_json: Json = False,
) -> None:
    """Read the article out of a page."""
    from pipeline.stages import read_file, read_url

    if "://" in target:
        article = read_url(target, get_settings())
    else:
        try:
            article = read_file(Path(target), url)
        except ExtractError as error:
            raise ExtractError(error.message, subject=target) from error
    if as_json:
        print_json(full(article))
    else:
        render.article(out, article)


def tag(
    file: Annotated[str, typer.Argument(help="A file of plain text, or - for standard input.")],
    title_first: Annotated[bool, typer.Option("--title-first", help="The first line is the title.")] = False,
    language: Annotated[str, typer.Option("--language", help="BCP 47 primary subtag.")] = "en",
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the text with everything marked in it to this file.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say, too, which cues made no stance, and why not.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find entities, quotes and stances in a plain text."""
    from pipeline.stages import tag_text

    text = _read_text(file)
    title = None
    if title_first:
        title, _, text = text.partition("\n")
    vetoes: list[Veto] = []
    tags = tag_text(text.strip("\n"), title, language, get_settings(), vetoes)
    if html is not None:
        from pipeline.ui.tagged import tagged_html

        try:
            html.write_text(tagged_html(tags, vetoes), encoding="utf-8")
        except OSError as error:
            raise StandpointError(f"cannot be written ({error.strerror})", subject=str(html)) from error
    if as_json:
        print_json(full(tags))
    else:
        render.tags(out, tags)
        if explain:
            render.vetoes(out, tags, vetoes)


def search(
    query: Annotated[str, typer.Argument(help='Words, "phrases", people:"Name", AND OR NOT.')],
    source: Annotated[str | None, typer.Option(help="Only this source, by id.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Published at or after (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Published before (UTC).")] = None,
    size: Annotated[int, typer.Option(min=1, max=1000, help="Hits.")] = 10,
    newest: Annotated[bool, typer.Option("--newest", help="Newest first, not best first.")] = False,
    as_json: Json = False,
) -> None:
    """Search the indexed articles."""
    from pipeline.index.search import search as find
    from pipeline.stages import Pipeline

    with Pipeline(get_settings()) as pipeline:
        result = find(
            pipeline.index_client,
            query,
            source=source,
            since=_utc(since),
            until=_utc(until),
            size=size,
            order="newest" if newest else "relevance",
        )
    if as_json:
        print_json(full(result))
    else:
        render.hits(out, result)


def trace(
    url: Annotated[str, typer.Argument(help="An address, as listed or as published.")], as_json: Json = False
) -> None:
    """Tell everything known of an address: feed, work items, attempts, Reasons, WARC record, documents."""
    from pipeline.stages import Pipeline

    with Pipeline(get_settings()) as pipeline:
        pipeline.ledger.check()
        found = pipeline.trace(url)
    if as_json:
        print_json(found)
    else:
        render.trace(out, found)
    if not (found["entries"] or found["dropped"] or found["article"] or found["forgotten"]):
        raise typer.Exit(1)


def _read_text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise StandpointError(f"cannot be read ({error.strerror})", subject=file) from error
    except UnicodeDecodeError as error:
        raise StandpointError(f"is not UTF-8 text ({error})", subject=file) from error


def _utc(when: datetime | None) -> datetime | None:
    return when.replace(tzinfo=when.tzinfo or UTC) if when else None
