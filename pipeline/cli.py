"""The command ``standpoint``. Reading commands take ``--json``: machine-readable, every field present."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipeline import __version__, logs, render
from pipeline.errors import ExtractError, StandpointError
from pipeline.records import full
from pipeline.settings import Settings, get_settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Standpoint: who stands where on whom, from feeds to Elasticsearch.",
)
local_app = typer.Typer(no_args_is_help=True, help="The servers that a laptop lacks: Elasticsearch and PostgreSQL.")
sources_app = typer.Typer(no_args_is_help=True, help="The sources to watch.")

JOB, LOOK, MACHINE = "Do the job", "Look into it", "This machine"
app.add_typer(sources_app, name="sources", rich_help_panel=LOOK)
app.add_typer(local_app, name="local", rich_help_panel=MACHINE)

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SourcesFile = Annotated[
    Path | None, typer.Option("--sources", help="The sources file; else STANDPOINT_SOURCES or config/sources.yml.")
]


def main() -> None:
    """Run the command; an error of ours is told without a traceback, exit status 1. Ctrl-C is 130."""
    try:
        app()
    except StandpointError as error:
        err.print(f"[bold red]error[/] {render.escape(str(error))}", soft_wrap=True)
        sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"standpoint {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what is decided and why, to standard error.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    logs.configure(get_settings().log_level if verbose else "WARNING")


# ------------------------------------------------------------------------------------------------ doing the job


@app.command(rich_help_panel=JOB)
def setup(
    pools: Annotated[bool, typer.Option("--pools", help="Airflow's pools, too (on a machine with Airflow).")] = False,
) -> None:
    """Make the ledger's tables and the index's templates. May be run again at any time."""
    from pipeline.pools import import_pools
    from pipeline.stages import Pipeline

    with err.status("making the ledger's tables and the index's templates") as status:
        with Pipeline(get_settings()) as pipeline:
            pipeline.setup()
        if pools:
            status.update("making Airflow's pools")
            import_pools()
    out.print("ledger and index templates are in place" + (", Airflow's pools are made" if pools else ""))


@app.command(rich_help_panel=JOB)
def run(
    sources: SourcesFile = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Id of a source; may be given several times.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Poll feeds that are not due, too.")] = False,
    as_json: Json = False,
) -> None:
    """Run the five stages once in this process, without Airflow: the same code."""
    from pipeline.stages import Pipeline

    with Pipeline(_settings(sources)) as pipeline, render.progress(err) as progress:
        pipeline.setup()
        run_id = f"cli/{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:4]}"
        report = pipeline.run(run_id, sources=only or [], force=force, progress=progress)
    if as_json:
        _print_json(full(report))
    else:
        render.report(out, report)


@app.command(rich_help_panel=JOB)
def demo(
    exit_: Annotated[
        bool, typer.Option("--exit", help="Stop by itself; exit status 0 only if the gold is met.")
    ] = False,
) -> None:
    """Watch Standpoint do its main job: an invented press, from its feeds through Airflow into Elasticsearch."""
    from pipeline.local.demo import run_demo

    raise typer.Exit(run_demo(get_settings(), console=out, stop_by_itself=exit_))


@app.command(rich_help_panel=JOB)
def serve() -> None:
    """Keep Elasticsearch, PostgreSQL and Airflow up, with the schedule on, until Ctrl-C."""
    from pipeline.local.demo import run_serve

    raise typer.Exit(run_serve(get_settings(), console=out))


# ------------------------------------------------------------------------------------------- looking at one thing


@app.command(rich_help_panel=LOOK)
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
        _print_json(full(article))
    else:
        render.article(out, article)


@app.command(rich_help_panel=LOOK)
def tag(
    file: Annotated[str, typer.Argument(help="A file of plain text, or - for standard input.")],
    title_first: Annotated[bool, typer.Option("--title-first", help="The first line is the title.")] = False,
    language: Annotated[str, typer.Option("--language", help="BCP 47 primary subtag.")] = "en",
    as_json: Json = False,
) -> None:
    """Find entities, quotes and stances in a plain text."""
    from pipeline.stages import tag_text

    text = _read_text(file)
    title = None
    if title_first:
        title, _, text = text.partition("\n")
    tags = tag_text(text.strip("\n"), title, language, get_settings())
    if as_json:
        _print_json(full(tags))
    else:
        render.tags(out, tags)


@app.command(rich_help_panel=LOOK)
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
        _print_json(full(result))
    else:
        render.hits(out, result)


@app.command(rich_help_panel=LOOK)
def trace(
    url: Annotated[str, typer.Argument(help="An address, as listed or as published.")], as_json: Json = False
) -> None:
    """Tell everything known of an address: feed, work items, attempts, Reasons, WARC record, documents."""
    from pipeline.stages import Pipeline

    with Pipeline(get_settings()) as pipeline:
        pipeline.ledger.check()
        found = pipeline.trace(url)
    if as_json:
        _print_json(found)
    else:
        render.trace(out, found)
    if not found["entries"] and not found["dropped"] and not found["article"]:
        raise typer.Exit(1)


@sources_app.command("check")
def sources_check(
    file: Annotated[Path | None, typer.Argument(help="The sources file; else STANDPOINT_SOURCES.")] = None,
    as_json: Json = False,
) -> None:
    """Check a sources file: file, line and field of each mistake."""
    from pipeline.errors import SourcesError
    from pipeline.sources import load_sources

    settings = get_settings()
    path = file or settings.sources
    try:
        found = load_sources(path, settings)
    except SourcesError as error:
        if as_json:
            _print_json({"file": str(path), "ok": False, "problems": list(error.problems) or [str(error)]})
            raise typer.Exit(1) from error
        raise
    if as_json:
        _print_json({"file": str(path), "ok": True, "problems": [], "sources": [full(s) for s in found]})
    else:
        render.sources(out, path, found)


# ------------------------------------------------------------------------------------------------- local servers


@local_app.command("up")
def local_up(
    press: Annotated[bool, typer.Option("--press", help="The sample press, too.")] = False, as_json: Json = False
) -> None:
    """Start Elasticsearch and PostgreSQL, or find them running."""
    from pipeline.local import servers

    with _told() as told:
        status = servers.up(get_settings(), press=press, progress=told)
    _print_json(full_status(status)) if as_json else render.servers(out, status)


@local_app.command("down")
def local_down() -> None:
    """Stop every local server."""
    from pipeline.local import servers

    with _told() as told:
        stopped = servers.down(get_settings(), progress=told)
    out.print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")


@local_app.command("status")
def local_status(as_json: Json = False) -> None:
    """Tell what runs, where it answers and where its files are."""
    from pipeline.local import servers

    status = servers.status(get_settings())
    _print_json(full_status(status)) if as_json else render.servers(out, status)


# ------------------------------------------------------------------------------------------------------- helpers


def full_status(status: Any) -> dict[str, Any]:
    """The state of the local servers as JSON-ready maps."""
    return {
        "folder": str(status.folder),
        "reason": status.reason,
        "servers": [
            {"name": s.name, "state": s.state, "address": s.address, "pid": s.pid, "log": str(s.log)}
            for s in status.servers
        ],
    }


def _settings(sources: Path | None) -> Settings:
    settings = get_settings()
    return settings.model_copy(update={"sources": sources}) if sources else settings


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


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n")
    sys.stdout.flush()  # a pipe that was closed is noticed here, not at the interpreter's end


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@contextmanager
def _told() -> Iterator[Any]:
    with err.status("looking at the local servers") as status:
        yield lambda message: status.update(render.escape(message))


if __name__ == "__main__":
    main()
