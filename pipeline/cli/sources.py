"""Commands ``standpoint sources …``: the sources to watch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline import render
from pipeline.cli.output import Json, SourcesFile, err, out, print_json, told
from pipeline.records import full
from pipeline.settings import get_settings

if TYPE_CHECKING:
    from pipeline.records import Source

app = typer.Typer(no_args_is_help=True, help="The sources to watch.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]


@app.command("check")
def check(
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
            print_json({"file": str(path), "ok": False, "problems": list(error.problems) or [str(error)]})
            raise typer.Exit(1) from error
        raise
    if as_json:
        print_json({"file": str(path), "ok": True, "problems": [], "sources": [full(s) for s in found]})
    else:
        render.sources(out, path, found)


@app.command("add")
def add(
    url: Annotated[str, typer.Argument(help="A site's front page, or one of its feeds.")],
    file: SourcesFile = None,
    id_: Annotated[str, typer.Option("--id", help="Id of the source; else made from its name.")] = "",
    name: Annotated[str, typer.Option(help="Name; else as the site gives it.")] = "",
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2; else by host and language.")] = "",
    language: Annotated[str, typer.Option(help="BCP 47; else as lists and page say.")] = "",
    timezone: Annotated[str, typer.Option(help="IANA name; else the country's, where it has one only.")] = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Find a site's feeds and sitemaps, show what each yields, and write its entry into the sources file.

    Looked at are the links of the page, robots.txt and well-known paths, politely: robots.txt is obeyed, and a host is
    asked once every few seconds. With --json nothing is written unless --yes is given. An entry that is there is never
    changed: --dry-run shows the lists of its site as they are now.
    """
    from pipeline.errors import HttpError, SourcesError
    from pipeline.identity import host_of
    from pipeline.sources import add_sources, entry_text, load_sources
    from pipeline.stages.single import survey

    settings = get_settings()
    path = file or settings.sources
    known = load_sources(path, settings) if path.exists() else []
    given = {"id": id_, "name": name, "country": country, "language": language, "timezone": timezone}
    try:
        wanted = host_of(url if "://" in url else f"https://{url}").removeprefix("www.")
    except ValueError as error:
        raise SourcesError(f"is no web address: {error}", subject=url) from error
    if dry_run:  # what is entered is shown as it is found now
        known = [source for source in known if not _is_of(source, wanted)]
    _refuse_known(known, wanted, url, path)
    try:
        with told(f"asking {render.escape(wanted)} …") as say:
            found = survey(url, settings, known=known, given=given, tell=lambda asked: say(f"asking {asked} …"))
    except HttpError as error:
        raise SourcesError(f"cannot be asked: {error.message}", subject=url) from error
    entry = entry_text(found.proposed, open_=found.open) if found.proposed is not None else ""
    if found.proposed is None:
        if as_json:
            print_json({"written": False, "file": str(path), "entry": "", **full(found)})
        else:
            render.survey(out, found, "")
        raise SourcesError(
            f"no list was found that could be entered (addresses tried: {len(found.candidates)}, see above): "
            "give the address of a feed, if you know one",
            subject=url,
        )
    _refuse_known(known, host_of(found.proposed.homepage).removeprefix("www."), url, path)
    if not as_json:
        render.survey(out, found, entry)
    write = yes and not dry_run
    if not (dry_run or yes or as_json):
        write = typer.confirm(f"Write this entry into {path}?", err=True)
    if write:
        add_sources(path, [found.proposed], settings, found.open)
    if as_json:
        print_json({"written": write, "file": str(path), "entry": entry, **full(found)})
        return
    out.print(f"written into {render.escape(str(path))}" if write else "nothing written", soft_wrap=True)
    for field, why in found.open.items() if write else ():
        err.print(f"[yellow]to do[/] {field}: {render.escape(why)}", soft_wrap=True)


def _refuse_known(known: list[Source], host: str, url: str, path: Path) -> None:
    """Refuse a site that has an entry."""
    from pipeline.errors import SourcesError

    for source in known:
        if _is_of(source, host):
            raise SourcesError(
                f"is entered already, as {source.id!r} in {path}: --dry-run shows its lists as they are now; change "
                "that entry by hand",
                subject=url,
            )


def _is_of(source: Source, host: str) -> bool:
    """Tell whether a host, without www., is a source's."""
    from pipeline.identity import host_of

    return host in {host_of(source.homepage).removeprefix("www."), *source.hosts}


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="The OPML file to write; - for standard output.")],
    sources_file: SourcesFile = None,
) -> None:
    """Write the sources as OPML 2.0, as feed readers take it."""
    import sys

    from pipeline.clock import utc_now
    from pipeline.errors import SourcesError
    from pipeline.opml import write_opml
    from pipeline.sources import load_sources

    settings = get_settings()
    found = load_sources(sources_file or settings.sources, settings)
    document = write_opml(found, title="Standpoint sources", now=utc_now())
    if str(file) == "-":
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
        return
    try:
        file.write_bytes(document)
    except OSError as error:
        raise SourcesError(f"cannot be written ({error.strerror})", subject=str(file)) from error
    feeds = sum(len(source.feeds) for source in found)
    out.print(f"{len(found)} sources with {feeds} lists written into {render.escape(str(file))}", soft_wrap=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="The OPML file to read.")],
    sources_file: SourcesFile = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Add the outlets of an OPML file to the sources file; what is there already is left as it is.

    With --json nothing is written unless --yes is given.
    """
    from pipeline.errors import SourcesError
    from pipeline.opml import not_yet_in, read_opml
    from pipeline.sources import add_sources, entry_text, load_sources

    settings = get_settings()
    path = sources_file or settings.sources
    known = load_sources(path, settings) if path.exists() else []
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SourcesError(f"cannot be read ({error.strerror})", subject=str(file)) from error
    read = read_opml(data, str(file))
    new, passed = not_yet_in(read.sources, known)
    notes = [*read.notes, *passed]
    write = bool(new) and yes and not dry_run
    if not as_json:
        for source in new:
            out.print(render.escape(entry_text(source)), soft_wrap=True, end="")
        for note in notes:
            err.print(f"[yellow]note[/] {render.escape(note)}", soft_wrap=True)
        if new and not (dry_run or yes):
            write = typer.confirm(f"Add {len(new)} of {len(read.sources)} outlets to {path}?", err=True)
    if write:
        add_sources(path, new, settings)
    if as_json:
        print_json({"written": write, "file": str(path), "added": [full(s) for s in new], "notes": notes})
    elif write:
        out.print(f"{len(new)} of {len(read.sources)} outlets added to {render.escape(str(path))}", soft_wrap=True)
    else:
        out.print("nothing written" + ("" if new else ": every outlet is there already"), soft_wrap=True)


@app.command("health")
def health(
    source: Annotated[list[str] | None, typer.Argument(help="Ids of sources; else all.")] = None,
    ill_only: Annotated[bool, typer.Option("--ill", help="Only those that are ill; exit status 1 if any is.")] = False,
    as_json: Json = False,
) -> None:
    """Tell which sources are ill, and the likely cause: from their own weekdays, what polls and what pages said."""
    from pipeline.stages import Pipeline
    from pipeline.stages.health import sources_health

    with Pipeline(get_settings()) as pipeline:
        pipeline.ledger.check()
        found = sources_health(pipeline, source or ())
    if ill_only:
        found = [one for one in found if one.state == "ill"]
    if as_json:
        print_json([full(one) for one in found])
    else:
        render.health(out, found)
    if ill_only and found:
        raise typer.Exit(1)
