"""Runs in processes of their own, which kill themselves at a named point.

Reads plans from standard input, one JSON object a line; forks a child for each, which does one run; answers with the
child's exit code (negative: the signal that killed it). What takes long to load is loaded once, before the first fork.

A plan: ``settings`` (names and values), ``outlets`` (of the sample press; empty: all sources that the settings name),
``clock`` (ISO 8601), ``run_ids`` (several run beside each other) and ``kill``, the name of one of :data:`POINTS`, empty
for an undisturbed run. ``children`` tells whether pages and feeds are read in children of the run's own, as they are in
earnest, or in the process that runs. With ``forget``, an address, a takedown is done instead of a run; its points are
:data:`FORGET_POINTS`.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from importlib import import_module
from typing import Any, NoReturn

import pytest

from pipeline.archive import BatchStore, WarcWriter
from pipeline.archive.notes import Notes
from pipeline.index.client import Index
from pipeline.ledger.articles import Articles
from pipeline.ledger.feeds import Feeds
from pipeline.ledger.forgotten import Takedowns
from pipeline.ledger.work import Work
from pipeline.settings import PROJECT, Settings, get_settings
from pipeline.sources import load_sources
from pipeline.stages import Pipeline, keep
from pipeline.tag.tagger import Tagger
from tests.stages.in_process import without_children
from tests.stages.world import Clock


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _wrap(owner: type, name: str, *, before: Callable | None = None, after: Callable | None = None) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before is not None:
            before(*args, **kwargs)
        result = original(*args, **kwargs)
        if after is not None:
            after(*args, **kwargs)
        return result

    setattr(owner, name, wrapped)


def _nth(n: int) -> Callable[..., None]:
    """Dies when called for the n-th time."""
    calls = iter(range(1, n + 1))

    def count(*_: Any, **__: Any) -> None:
        if next(calls) == n:
            die()

    return count


def _of_stage(stage: str) -> Callable[..., None]:
    def check(_: BatchStore, __: str, written: str, *args: Any, **kwargs: Any) -> None:
        if written == stage:
            die()

    return check


def _torn_record() -> None:
    """Die with half of a record in the file, as a full buffer leaves it."""
    original, calls = WarcWriter._append, iter(range(1000))

    def torn(self: WarcWriter, records: Any) -> Any:
        pointers = original(self, records)
        if next(calls) == 3:  # the third page: warcinfo, then request, response and metadata of each
            response = pointers[1]
            self._file.truncate(response.offset + response.length // 2)
            die()
        return pointers

    WarcWriter._append = torn  # type: ignore[method-assign]


def _half_a_bulk() -> None:
    """Die when the node has taken half of the documents."""
    original = Index.write

    def half(self: Index, documents: Any, deletions: Any = (), **options: Any) -> Any:
        documents = list(documents)
        original(self, documents[: len(documents) // 2])
        die()

    Index.write = half  # type: ignore[method-assign]


def _manifest(stage: str) -> Callable[[], None]:
    """Die when a stage's file is written and its manifest is not."""

    def install() -> None:
        import pipeline.archive.batches as module

        original = module._create

        def create(path: Any, data: bytes) -> bool:
            if path.name.startswith(f"{stage}."):
                die()
            return original(path, data)

        module._create = create

    return install


#: Where a run may die, by name, in the order of a run.
POINTS: dict[str, Callable[[], None]] = {
    "feeds claimed": lambda: _wrap(Feeds, "claim", after=_nth(1)),
    "between two polls": lambda: _wrap(Feeds, "commit_poll", after=_nth(1)),
    "items claimed": lambda: _wrap(Work, "claim", after=_nth(1)),
    "entries without manifest": _manifest("entries"),
    "in the middle of the WARC": _torn_record,
    "pages without manifest": _manifest("pages"),
    "pages not settled": lambda: _wrap(BatchStore, "write", after=_of_stage("pages")),
    "articles registered": lambda: _wrap(Articles, "register", after=_nth(1)),
    "articles without manifest": _manifest("articles"),
    "tagged without manifest": _manifest("tagged"),
    "documents intended": lambda: _wrap(Articles, "intend", after=_nth(1)),
    "in the middle of a bulk": _half_a_bulk,
    "after the bulk": lambda: _wrap(Articles, "remember_indexed", before=_nth(1)),
    "indexed without manifest": _manifest("indexed"),
    "indexed not settled": lambda: _wrap(BatchStore, "write", after=_of_stage("indexed")),
    "before the report": lambda: _wrap(Pipeline, "report", before=_nth(1)),
}


class _NeverInPlace:
    """Stands in for a path: dies before a draft takes a file's place."""

    def __init__(self, path: str) -> None:
        pass

    def replace(self, target: str) -> None:
        die()


def _half_of_the_deletions() -> None:
    """Die when the node has deleted half of the documents."""
    original = Index.write

    def half(self: Index, documents: Any, deletions: Any = (), **options: Any) -> Any:
        deletions = list(deletions)
        original(self, documents, deletions[: len(deletions) // 2])
        die()

    Index.write = half  # type: ignore[method-assign]


def _in(module: str, name: str, put: Any) -> Callable[[], None]:
    return lambda: setattr(import_module(module), name, put)


def _second_file() -> None:
    """Die before the second WARC file is blanked."""
    original, again = keep.redact, _nth(2)

    def redact(*args: Any, **options: Any) -> int:
        again()
        return original(*args, **options)

    keep.redact = redact


#: Where a takedown may die, by name, in its order.
FORGET_POINTS: dict[str, Callable[[], None]] = {
    "remembered, not noted": lambda: _wrap(Notes, "write", before=_nth(1)),
    "half of the documents deleted": _half_of_the_deletions,
    "deleted copies in the index's files": lambda: _wrap(Index, "expunge", before=_nth(1)),
    "a batch file without its manifest": _in("pipeline.archive.batches", "replace_file", lambda *_: die()),
    "a WARC file not in its place": _in("pipeline.archive.redact", "Path", _NeverInPlace),
    "one of two WARC files": _second_file,
    "archive done, ledger not": lambda: _wrap(Takedowns, "erase", before=_nth(1)),
    "stories not mended": lambda: _wrap(Pipeline, "mend_stories", before=_nth(1)),
    "before the ledger says done": lambda: _wrap(Takedowns, "finish", before=_nth(1)),
}


def run(plan: dict[str, Any], run_id: str) -> None:
    """Do a run of a plan in this process."""
    settings = Settings(**plan["settings"])
    sources = None
    if plan["outlets"]:
        sources = [s for s in load_sources(PROJECT / "config/sources.demo.yml", settings) if s.id in plan["outlets"]]
    target = plan.get("forget", "")
    if not plan.get("children", True):
        without_children(pytest.MonkeyPatch())
    if plan["kill"]:
        (FORGET_POINTS if target else POINTS)[plan["kill"]]()
    with Pipeline(settings, clock=Clock(datetime.fromisoformat(plan["clock"])), sources=sources) as pipeline:
        if target:
            keep.forget(pipeline, target, reason="court order 7", who="legal")
        else:
            pipeline.run(run_id)


def _child(plan: dict[str, Any], run_id: str) -> NoReturn:
    status = 1
    try:
        run(plan, run_id)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def main() -> None:
    if "--cold" not in sys.argv:
        import_module("pipeline.extract.warm")
        list(Tagger(get_settings()).tag_many([("Warm.", "Warm", "en")]))
    for line in sys.stdin:
        plan = json.loads(line)
        children = []
        for run_id in plan["run_ids"]:
            child = os.fork()
            if child == 0:
                _child(plan, run_id)
            children.append(child)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        sys.stdout.write(f"{json.dumps(codes)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
