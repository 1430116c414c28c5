"""Commands ``standpoint review …``: what people say of evidence."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline import render
from pipeline.cli.output import Json, out, print_json
from pipeline.errors import StandpointError
from pipeline.records import full
from pipeline.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Judge evidence: right, wrong, flipped, retargeted. Measure precision.")

By = Annotated[str, typer.Option("--by", help="Who says so; else the name of this machine's user.")]
Week = Annotated[str, typer.Option("--week", help="ISO week, 2026-W47; else the last one that is over.")]
Size = Annotated[int, typer.Option("--size", min=1, max=1000, help="How many, where the sample is drawn now.")]

_KEYS = {"r": "right", "w": "wrong", "f": "flipped", "t": "retargeted"}


@app.command()
def show(evidence_id: str, as_json: Json = False) -> None:
    """Show one piece of evidence, and what was said of it."""
    from pipeline.stages import Pipeline
    from pipeline.stages.reviews import show as find

    with Pipeline(get_settings()) as pipeline:
        seen, articles, last = find(pipeline, evidence_id)
    if as_json:
        print_json({"evidence": seen, "articles": articles, "review": full(last) if last else None})
    else:
        render.evidence_shown(out, seen, last)


@app.command()
def mark(
    evidence_id: Annotated[str, typer.Argument(help="As the index has it: alias stance_evidence, evidence_id.")],
    verdict: Annotated[str, typer.Argument(help="right, wrong, flipped (the opposite sign), retargeted.")],
    target: Annotated[
        str, typer.Option("--target", help="Where retargeted: whom it is about, by id or name; of the article.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Say what evidence is. It is applied to the index at once, and again after every re-tagging."""
    from pipeline.stages import Pipeline
    from pipeline.stages.reviews import mark as say

    with Pipeline(get_settings()) as pipeline:
        done = say(pipeline, evidence_id, verdict, reviewer=by or getpass.getuser(), target=target, note=note)
    if as_json:
        print_json(full(done))
    else:
        render.marked(out, done.review, done.articles, done.waiting)


@app.command()
def sample(week: Week = "", size: Size = 50, as_json: Json = False) -> None:
    """Show a week's random sample, by which precision is measured; drawn once, then fixed."""
    from pipeline.stages import Pipeline
    from pipeline.stages.reviews import sample as draw

    with Pipeline(get_settings()) as pipeline:
        drawn = draw(pipeline, week, size=size)
    if as_json:
        print_json([full(one) for one in drawn])
    else:
        render.sample(out, drawn)


@app.command("next")
def next_(week: Week = "", size: Size = 50, by: By = "") -> None:
    """Judge a week's sample at the terminal, one sentence after another; stop and go on at any time."""
    from pipeline.errors import ReviewError
    from pipeline.stages import Pipeline
    from pipeline.stages.reviews import mark as say
    from pipeline.stages.reviews import sample as draw

    with Pipeline(get_settings()) as pipeline:
        left = [one for one in draw(pipeline, week, size=size) if not one.verdict]
        for n, one in enumerate(left, 1):
            render.evidence_shown(out, one.seen, None, place=f"{n} of {len(left)}")
            while True:
                key = typer.prompt("(r)ight (w)rong (f)lipped re(t)argeted (s)kip (q)uit").strip().lower()[:1]
                if key == "q":
                    return
                if key == "s":
                    break
                if key not in _KEYS:
                    continue
                target = typer.prompt("whom is it about (id or name)") if key == "t" else ""
                try:
                    say(pipeline, one.evidence_id, _KEYS[key], reviewer=by or getpass.getuser(), target=target)
                except ReviewError as error:
                    out.print(f"[red]{render.escape(str(error))}[/]", soft_wrap=True)
                    continue
                break
        if not left:
            out.print("nothing left to judge in this sample")


@app.command()
def precision(
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=520, help="The newest samples.")] = 8,
    as_json: Json = False,
) -> None:
    """Say how much of the weekly samples is right, with the 95 % interval."""
    from pipeline.stages import Pipeline
    from pipeline.stages.reviews import measured

    with Pipeline(get_settings()) as pipeline:
        pipeline.ledger.check()
        found = measured(pipeline, weeks)
    if as_json:
        print_json([full(one) | {"share": one.share, "interval": one.interval} for one in found])
    else:
        render.precision(out, found)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="JSON Lines, one review a line, each with its split: train or dev.")],
) -> None:
    """Give out what was corrected, for training. Never for a test set: the machine's own finds make no gold."""
    from pipeline.reviews import lessons
    from pipeline.stages import Pipeline

    with Pipeline(get_settings()) as pipeline:
        pipeline.ledger.check()
        rows = lessons(pipeline.ledger.reviews.all())
    try:
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    except OSError as error:
        raise StandpointError(f"cannot be written ({error.strerror})", subject=str(file)) from error
    out.print(f"{len(rows)} reviews in {render.escape(str(file))}")
