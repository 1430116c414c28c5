"""What a backfill decides about one day of publication. Pure: what is known comes in, what is to be done goes out.

A day is ``[D 00:00, D+1 00:00)`` in the source's own time zone. It is complete where the index holds, under today's
generation, every article that the ledger, the archive or the lists of the past know of that day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from pipeline.errors import ConfigError
from pipeline.identity import host_of
from pipeline.records import Reason, Record, WarcPointer

#: Name of the DAG and kind of its runs.
KIND = "reconcile"
#: What may pass is tried again no sooner than this after the last try: a backfill right after another asks nobody.
AGAIN = timedelta(hours=6)
#: What no further request can mend, though trying again may: the page is there.
_OF_THE_PAGE = frozenset({Reason.EXTRACT_FAILED, Reason.EXTRACT_HANG, Reason.INDEX_REJECTED, Reason.TOO_LARGE})

#: Nobody came so far as to judge the page.
_NEVER_JUDGED = frozenset({Reason.EXHAUSTED, Reason.ARCHIVE_LOST, Reason.NOT_KEPT})

Refetch = Literal["missing", "never", "always"]
Stages = Literal["as_needed", "extract", "tag", "index"]


class Form(Record, frozen=True, kw_only=True):
    """What the person who starts a backfill asks for."""

    sources: tuple[str, ...] = ()  # empty: all
    refetch: Refetch = "missing"
    stages: Stages = "as_needed"
    reason: str = ""
    older_generation: bool = False


def form_of(params: Mapping[str, Any]) -> Form:
    """Read a form.

    Args:
        params: as the Airflow form, or the options of the command, give them; absent ones have their defaults.

    Raises:
        ConfigError: a value is not one of those that the field takes; says which ones it does.
    """
    known = {name: params[name] for name in Form.__struct_fields__ if params.get(name) is not None}
    if isinstance(known.get("sources"), str):
        raise ConfigError("takes a list of ids of sources, one a line", subject="sources")
    try:
        return msgspec.convert(known, Form)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("$.")[2].strip("`. ") if "$." in str(error) else "form"
        allowed = {
            "refetch": "missing, never or always",
            "stages": "as_needed, extract, tag or index",
            "sources": "a list of ids of sources",
            "reason": "a text",
            "older_generation": "true or false",
        }.get(field.partition("[")[0], "")
        value = known.get(field.partition("[")[0])
        raise ConfigError(f"is {value!r}; it takes {allowed}" if allowed else str(error), subject=field) from error


class Step(StrEnum):
    """What is done about one address."""

    KNOWN = "known"  # nothing: the index has it
    UNDER_WAY = "under_way"  # nothing: another run has it in hand, or will
    SUPERSEDED = "superseded"  # nothing: the index has tags of a newer generation, and refuses older ones
    INDEX = "index"  # write again what was tagged
    TAG = "tag"  # tag again what was read
    EXTRACT = "extract"  # read the stored page again
    FETCH = "fetch"  # ask the network
    NOT_KEPT = "not_kept"  # nothing: it lives in a month whose indices retention drops
    GAP = "gap"  # nothing can be done, or was wanted

    @property
    def is_work(self) -> bool:
        """Whether a work item comes of it."""
        return self in _WORK


_WORK = frozenset({Step.INDEX, Step.TAG, Step.EXTRACT, Step.FETCH})


class Known(Record, frozen=True, kw_only=True):
    """What is known of one address of the day."""

    entry_id: str
    url: str
    source_id: str
    revision: int = 0  # newest of its own article; 0: it has none
    generation: int = 0  # that made the indexed tags
    indexed: bool = False  # the ledger says that the index took the newest revision
    held: bool = False  # and the index says so of every document
    tagged_on_file: bool = False
    read_on_file: bool = False
    page: WarcPointer | None = None  # newest revision's, where the archive still has it
    pages: tuple[WarcPointer, ...] = ()  # every stored page, oldest first
    kept: bool = True  # False: retention drops the indices of its month
    archive_expected: bool = True  # False: older than what the archive keeps
    state: str = ""  # of the newest work item
    reason: Reason | None = None
    judged: int = 0  # newest generation under which somebody came to a result
    tried_at: datetime | None = None
    open: frozenset[tuple[int, int]] = frozenset()  # revision and generation of open items


class Decision(Record, frozen=True, kw_only=True):
    """What is done about one address, and why."""

    step: Step
    why: str
    reason: Reason | None = None  # of a gap
    revision: int = 1  # that the work may make, or makes again
    generation: int = 0  # of the work
    stored: tuple[WarcPointer, ...] = ()  # visits that are replayed, or stand in where the network has nothing newer
    lost: bool = False  # the archive has lost the newest revision's record


def decide(known: Known, form: Form, *, generation: int, now: datetime) -> Decision:
    """Decide about one address.

    Args:
        known: what is known of it.
        form: what was asked for.
        generation: today's.
        now: the time.
    """
    if known.reason is Reason.FORGOTTEN:
        return _gap("taken down on request", Reason.FORGOTTEN)
    if not known.kept:
        return Decision(step=Step.NOT_KEPT, why="retention has let go of the month it lives in")
    if known.revision and known.indexed:
        return _article(known, form, generation, now)
    if known.state in ("pending", "leased"):
        return Decision(step=Step.UNDER_WAY, why="another run has it in hand")
    if known.reason is Reason.DUPLICATE:
        return Decision(step=Step.KNOWN, why="another address leads to the same article")
    return _missing(known, form, generation, now)


def _article(known: Known, form: Form, generation: int, now: datetime) -> Decision:
    """An article that the index took once."""
    if known.generation > generation and form.stages != "index":
        return Decision(step=Step.SUPERSEDED, why=f"the index holds tags of generation {known.generation}")
    older = known.generation < generation
    if form.stages == "index":
        if not known.tagged_on_file:
            return _gap("its tags are no longer on file", None)
        return _work(Step.INDEX, known, known.generation, "written again, as asked for")
    if form.stages == "tag":
        redo, why = _down(known, (Step.TAG, Step.EXTRACT)), "tagged again, as asked for"
    elif form.stages == "extract":
        redo, why = _down(known, (Step.EXTRACT, Step.TAG)), "read again, as asked for"
    elif older:
        if known.judged >= generation and known.state == "left_out" and known.reason and not known.reason.is_gap:
            # today's rules took another look, and leave it out: what the index holds stays as it was
            return _gap(f"read again by today's rules and left out ({known.reason})", known.reason)
        redo, why = (
            _down(known, (Step.EXTRACT, Step.TAG)),
            f"tags of generation {known.generation}, today's is {generation}",
        )
    elif not known.held:
        redo, why = _down(known, (Step.INDEX, Step.TAG, Step.EXTRACT)), "documents are missing in the index"
    else:
        return _complete(known, form, generation, now)
    if form.refetch == "always":
        stored = (known.page,) if known.page else ()
        return _fetch(known, generation, f"fetched again, as asked for; {why}", stored=stored)
    if redo is not None:
        return _work(redo, known, generation, why)
    if form.refetch == "never":
        return _gap(f"{why}, and nothing of it is on file; refetch is 'never'", None)
    return _again(known, generation, now, f"{why}, and nothing of it is on file")


def _complete(known: Known, form: Form, generation: int, now: datetime) -> Decision:
    """An article whose documents are all there."""
    if form.refetch == "always":
        return _fetch(known, generation, "fetched again, as asked for")
    if known.page is None and known.archive_expected and form.refetch == "missing":
        return _again(known, generation, now, "the archive has lost its page", known_otherwise=True)
    return Decision(step=Step.KNOWN, why="the index has it")


def _again(known: Known, generation: int, now: datetime, why: str, *, known_otherwise: bool = False) -> Decision:
    """Fetch an article's page anew where the last try does not speak against it."""
    if known.state in ("pending", "leased"):
        return Decision(step=Step.UNDER_WAY, why="another run has it in hand")
    tried_since = known.state == "left_out" and known.reason not in (None, Reason.UNCHANGED)
    if tried_since and not _due_again(known, now):
        if known_otherwise:
            return Decision(step=Step.KNOWN, why=f"{why}; it cannot be had again ({known.reason})")
        return _gap(f"{why}; it cannot be had again", known.reason)
    return msgspec.structs.replace(_fetch(known, generation, why), lost=known.page is None)


def _missing(known: Known, form: Form, generation: int, now: datetime) -> Decision:
    """An address without an indexed article."""
    if form.stages == "index":
        return _gap("not in the index; 'index only' reads and fetches nothing", known.reason)
    stored = (known.page,) if known.page else known.pages
    fresh = known.judged < generation or form.stages == "extract" or known.reason in _NEVER_JUDGED
    if stored and form.refetch != "always" and (fresh or known.state in ("", "done")):
        return _work(Step.EXTRACT, known, generation, "its page is stored", stored=stored)
    if form.refetch == "never":
        return _gap("not stored, and refetch is 'never'" if not stored else "left out by today's rules", known.reason)
    if form.refetch == "always":
        return _fetch(known, generation, "fetched, as asked for", stored=stored if fresh else ())
    if known.state in ("", "done") or known.reason is None:
        return _fetch(known, generation, "listed, and never fetched")
    if not _due_again(known, now):
        return _gap("left out for good" if not known.reason.is_gap else "tried a short time ago", known.reason)
    return _fetch(known, generation, f"left out ({known.reason}), which may have passed")


def _due_again(known: Known, now: datetime) -> bool:
    """Whether asking again may help, and was not done a short time ago."""
    if known.reason is None or not known.reason.is_gap or known.reason in _OF_THE_PAGE:
        return False
    return known.tried_at is None or now - known.tried_at >= AGAIN


def _down(known: Known, steps: Sequence[Step]) -> Step | None:
    """The first of these steps for which there is something on file."""
    on_file = {
        Step.INDEX: known.tagged_on_file,
        Step.TAG: known.read_on_file,
        Step.EXTRACT: known.page is not None,
    }
    return next((step for step in steps if on_file[step]), None)


def _work(
    step: Step, known: Known, generation: int, why: str, *, stored: tuple[WarcPointer, ...] | None = None
) -> Decision:
    revision = max(1, known.revision)
    if (revision, generation) in known.open:
        return Decision(step=Step.UNDER_WAY, why="another run has it in hand")
    if stored is None:
        stored = (known.page,) if step is Step.EXTRACT and known.page else ()
    return Decision(step=step, why=why, revision=revision, generation=generation, stored=stored)


def _fetch(known: Known, generation: int, why: str, *, stored: tuple[WarcPointer, ...] = ()) -> Decision:
    revision = known.revision + 1
    if (revision, generation) in known.open:
        return Decision(step=Step.UNDER_WAY, why="another run has it in hand")
    return Decision(step=Step.FETCH, why=why, revision=revision, generation=generation, stored=stored)


def _gap(why: str, reason: Reason | None) -> Decision:
    return Decision(step=Step.GAP, why=why, reason=reason)


# ------------------------------------------------------------------------------------------------------------ sums


def tally(known: Iterable[Known], decisions: Iterable[Decision]) -> dict[str, Any]:
    """Count what was decided about one source's day.

    Args:
        known: the addresses.
        decisions: about each.

    Returns:
        ``addresses``, ``archived`` (with a stored page), ``indexed`` (held by the index, whatever made it), ``steps``
        (step → n), ``gaps`` (reason, or words → n) and ``missing`` (to be fetched: of each host how many).
    """
    steps: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    hosts: Counter[str] = Counter()
    archived = indexed = addresses = 0
    for one, decision in zip(known, decisions, strict=True):
        addresses += 1
        archived += one.page is not None or bool(one.pages)
        indexed += one.indexed and one.held
        steps[decision.step.value] += 1
        if decision.step is Step.GAP:
            gaps[decision.reason.value if decision.reason else decision.why] += 1
        if decision.step is Step.FETCH:
            hosts[host_of(one.url)] += 1
    return {
        "addresses": addresses,
        "archived": archived,
        "indexed": indexed,
        "steps": dict(sorted(steps.items())),
        "gaps": dict(sorted(gaps.items())),
        "missing": dict(sorted(hosts.items())),
    }


def polite_time(requests: Mapping[str, int], interval_s: float) -> timedelta:
    """Return how long so many requests take: hosts are asked beside each other, one host once an interval.

    Args:
        requests: host → number.
        interval_s: least time between two requests to one host.
    """
    return timedelta(seconds=max(requests.values(), default=0) * interval_s)


# ------------------------------------------------------------------------------------------------------------ days


def is_over(day: date, zones: Iterable[str], now: datetime) -> bool:
    """Whether a day is over in every one of some time zones."""
    return all(now.astimezone(ZoneInfo(zone)).date() > day for zone in zones)


def queue_of(day: date) -> str:
    """Return the name of a day's queue of work."""
    return f"{KIND}/{day.isoformat()}"


def days_between(first: date, last: date) -> list[date]:
    """Return the days from the first to the last, both included.

    Raises:
        ConfigError: the first is after the last.
    """
    if first > last:
        raise ConfigError(f"is after {last.isoformat()}; give the earlier day first", subject=first.isoformat())
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
