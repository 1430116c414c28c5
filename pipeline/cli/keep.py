"""Commands that keep and forget: how things stand, retention, takedowns, the ledger made again."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from pipeline import render
from pipeline.cli.output import KEEP, Json, err, out, print_json, told
from pipeline.errors import ConfigError
from pipeline.records import full
from pipeline.settings import Settings, get_settings

ledger_app = typer.Typer(no_args_is_help=True, help="The ledger: what Standpoint remembers.")

#: Elasticsearch holds what was deleted back for its copies for half a minute.
_WAIT_S = 35.0


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (status, prune, forget):
        app.command(rich_help_panel=KEEP)(command)
    app.add_typer(ledger_app, name="ledger", rich_help_panel=KEEP)


def status(as_json: Json = False) -> None:
    """Tell how things stand: free space, Elasticsearch, ledger, latest run. Exit status 1 where one is amiss."""
    from pipeline.stages import Pipeline
    from pipeline.stages.keep import status as look

    with Pipeline(get_settings()) as pipeline:
        found = look(pipeline)
    if as_json:
        print_json(found)
    else:
        _show_status(found)
    if not found["ok"]:
        raise typer.Exit(1)


def prune(
    logs: Annotated[
        list[Path] | None,
        typer.Option("--logs", help="Folder of Airflow's task logs; else AIRFLOW_HOME's or the local Airflow's."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Remove what is older than it is kept, and go on with takedowns that had to wait. DAG reconcile does it daily."""
    from pipeline.stages import Pipeline
    from pipeline.stages.keep import prune as remove

    settings = get_settings()
    with Pipeline(settings) as pipeline, told("looking at what is kept"):
        pipeline.ledger.check()
        pruned = remove(pipeline, logs=logs if logs is not None else log_folders(settings), dry_run=dry_run)
    if as_json:
        print_json(full(pruned))
        return
    verb = "would remove" if dry_run else "removed"
    out.print(
        f"{verb} {pruned.batches} batches, {pruned.warc_files} WARC files, {len(pruned.indices)} indices, "
        f"{pruned.logs} log files: {pruned.bytes / 1024 / 1024:,.1f} MB"
    )
    for what, kept in (("batches", pruned.batches_kept), ("WARC files", pruned.warc_kept)):
        for why, n in sorted(kept.items()):
            out.print(f"{n} {what} are old enough, but stay: {why}")
    _lines("went on with the takedown of", pruned.takedowns)
    _lines("still waits for a batch under way: the takedown of", pruned.takedowns_waiting)


def forget(
    target: Annotated[str, typer.Argument(help="An http(s) address, or the id of a source.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, for the ledger: a court order, a request.")] = "",
    who: Annotated[str, typer.Option("--who", help="Who asked for it or decided it; else your log-in.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read every WARC file, not only those that ledger or batches lead to.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List what was taken down.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Lift a takedown: the next run fetches it again.")] = False,
    as_json: Json = False,
) -> None:
    """Take an article or a source down: gone from index, batches and WARC, and never fetched again."""
    from pipeline.stages import Pipeline
    from pipeline.stages import keep as stages

    if not list_ and not target:
        raise ConfigError("needs an address or the id of a source; --list shows what was taken down", subject="forget")
    with Pipeline(get_settings()) as pipeline:
        pipeline.ledger.check()
        if list_:
            found = pipeline.ledger.takedowns.all()
            if as_json:
                print_json([full(t) for t in found])
            for takedown in [] if as_json else found:
                _show_takedown(takedown)
            return
        if undo:
            lifted = stages.unforget(pipeline, target)
            print_json(full(lifted)) if as_json else out.print(f"lifted: {lifted.subject}", soft_wrap=True)
            return
        with told("reading the archive" if dry_run else "taking it down"):
            swept = stages.forget(
                pipeline,
                target,
                reason=reason or ("(dry run)" if dry_run else ""),
                who=who or getpass.getuser(),
                dry_run=dry_run,
                thorough=thorough,
                wait_s=_WAIT_S,
            )
    if as_json:
        print_json(full(swept) | {"is_done": swept.is_done, "dry_run": dry_run})
        return
    head = "would go" if dry_run else "taken down" if swept.is_done else "taken down, but not finished"
    out.print(Text(f"{head}: {swept.subject}", style="bold"), soft_wrap=True)
    out.print(
        f"{swept.articles} articles, {swept.entries} entries, {swept.documents} documents, {swept.records} records in "
        f"{swept.batches} batches, {swept.visits} visits in {swept.warc_files} WARC files"
    )
    _lines("covers", (*swept.addresses, *swept.hosts))
    _lines("stays, as a copy elsewhere:", swept.others)
    _lines("under way; 'standpoint prune' finishes it: batch", swept.waiting)
    _lines("deleted copies lie unseen in the files, until the next prune, of", swept.unmerged)


@ledger_app.command("rebuild")
def rebuild(
    replace: Annotated[
        bool, typer.Option("--replace", help="Empty a ledger that holds something first. What only it knows is lost.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a lost ledger again, from the index, WARC and batch files. Stop the DAGs first."""
    from pipeline.stages import Pipeline
    from pipeline.stages.rebuild import rebuild as make_again

    with Pipeline(get_settings()) as pipeline, told("making the ledger's tables") as say:
        pipeline.ledger.migrate()
        rebuilt = make_again(pipeline, replace=replace, progress=say)
    if as_json:
        print_json(full(rebuilt))
        return
    out.print(
        f"made again: {rebuilt.articles} articles with {rebuilt.revisions} revisions, {rebuilt.entries} entries, "
        f"{rebuilt.work} work items, {rebuilt.attempts} attempts, {rebuilt.batches} batches, {rebuilt.runs} runs"
    )
    for name, n in sorted(rebuilt.left_to_crawl.items()):
        err.print(f"{n} items are pending: {name}")


def log_folders(settings: Settings) -> list[Path]:
    """Return the folders of Airflow's task logs that this machine has."""
    said = os.environ.get("AIRFLOW__LOGGING__BASE_LOG_FOLDER")
    home = os.environ.get("AIRFLOW_HOME")
    found = [Path(said)] if said else [Path(home) / "logs"] if home else [settings.state / "airflow/logs"]
    return [folder for folder in found if folder.is_dir()]


def _show_status(found: dict[str, Any]) -> None:
    disk, run, ledger = found["disk"], found["run"], found["ledger"]
    free = "an object store" if disk["free_mb"] is None else f"{disk['free_mb']:,} MB free, least {disk['least_mb']:,}"
    _state("disk", disk["trouble"], f"{disk['root']}: {free}")
    _state("Elasticsearch", found["index"]["trouble"], f"{found['index']['url']} takes documents")
    totals = (
        f"{ledger.get('articles', 0):,} articles in {ledger.get('stories', 0):,} stories, "
        f"{ledger.get('waiting', 0):,} items waiting"
    )
    _state("ledger", ledger["trouble"], totals)
    if run:
        ended = f"ended {render.when(run['finished_at'])}" if run["finished_at"] else "under way"
        _state("latest run", run["held"], f"{run['id']}, begun {render.when(run['started_at'])}, {ended}")
    takedowns = found["takedowns"]
    if takedowns["all"]:
        unfinished = ", ".join(takedowns["unfinished"])
        _state("takedowns", "", f"{takedowns['all']}" + (f"; not finished: {unfinished}" if unfinished else ""))


def _state(name: str, trouble: str, words: str) -> None:
    mark, style = ("✗", "bold red") if trouble else ("✓", "green")
    out.print(Text.assemble((mark, style), f" {name}: ", trouble or words), soft_wrap=True)


def _show_takedown(takedown: Any) -> None:
    state = f"done {render.when(takedown.done_at)}" if takedown.done_at else "not finished"
    out.print(Text(takedown.subject, style="bold"), soft_wrap=True)
    out.print(Text(f"  {render.when(takedown.at)}, {takedown.who}: {takedown.reason} ({state})"), soft_wrap=True)
    _lines("  covers", tuple(a for a in (*takedown.addresses, *takedown.hosts) if a != takedown.subject))


def _lines(what: str, names: Iterable[str]) -> None:
    for name in names:
        out.print(Text(f"{what} {name}"), soft_wrap=True)
