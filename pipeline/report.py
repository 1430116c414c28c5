"""What a run did, per source: the report, and its documents in the index. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from msgspec import field
from msgspec.structs import replace

from pipeline.identity import digest
from pipeline.index.documents import Document
from pipeline.ledger.coverage import DayRow
from pipeline.ledger.runs import RunRow
from pipeline.ledger.work import BatchRow
from pipeline.records import Reason, Record, Source


class RunReport(Record, frozen=True, kw_only=True, omit_defaults=False):
    """What a run did, per source and in all. Each zero has a cause."""

    run_id: str
    kind: str
    generation: int
    started_at: datetime
    finished_at: datetime
    sources: dict[str, dict[str, Any]]
    total: dict[str, Any]
    pending: int
    batches: int
    failed_batches: tuple[str, ...]
    params: dict[str, Any] = field(default_factory=dict)  # what was asked for
    held: str = ""  # why it took no new work, where it did not

    @property
    def succeeded(self) -> bool:
        """Whether every batch and every poll came to its end, with whatever result, and new work was taken."""
        return not self.held and not self.failed_batches and not self.total.get("polls_unfinished")


def run_report(
    run: RunRow,
    tally: Mapping[str, Mapping[str, Any]],
    batches: Sequence[BatchRow],
    *,
    pending: int,
    now: datetime,
    taken_down: Set[str] = frozenset(),
) -> RunReport:
    """Return the report of a run.

    Args:
        run: the run; its ``params`` name the sources that were to be looked at.
        tally: what it did per source, as :meth:`pipeline.ledger.runs.Runs.tally` counts it.
        batches: its batches; one that has not finished has failed.
        pending: items that wait for another run.
        now: when the run ends.
        taken_down: sources that are never polled again.
    """
    sources = {source: dict(row) for source, row in tally.items()}
    for chosen in run.params.get("sources", []):
        sources.setdefault(chosen, {})
    total: dict[str, Any] = {}
    for row in sources.values():
        for key, value in row.items():
            if isinstance(value, Mapping):
                total[key] = dict(Counter(total.get(key, {})) + Counter(value))
            else:
                total[key] = total.get(key, 0) + value
        row["cause"] = cause_of(row, held=bool(run.params.get("held")))
    for source in taken_down & sources.keys():
        if not sources[source].get("polled"):
            sources[source]["cause"] = "taken down on request"
    return RunReport(
        run_id=run.id,
        kind=run.kind,
        generation=run.generation,
        started_at=run.started_at,
        finished_at=now,
        sources=dict(sorted(sources.items())),
        total=total,
        pending=pending,
        batches=len(batches),
        failed_batches=tuple(b.id for b in batches if b.finished_at is None),
        params={k: v for k, v in run.params.items() if k != "held"},
        held=run.params.get("held", ""),
    )


class ReconcileFacts(Record, frozen=True, kw_only=True):
    """What is known of one source's part in a backfill."""

    listing: dict[str, Any] = field(default_factory=dict)  # what its lists of the past gave
    decided: dict[str, Any] = field(default_factory=dict)  # as :func:`pipeline.reconcile.tally` counts
    outcomes: dict[str, int] = field(default_factory=dict)  # added, retagged, written_again
    standing: DayRow | None = None  # the day as it stands now


def reconcile_rows(report: RunReport, run: RunRow, facts: Mapping[str, ReconcileFacts]) -> RunReport:
    """Return the report of a backfill: what each source had, what was done, and what stays a gap, and why.

    Added to each source's row: ``found_in_archive, listed, known, under_way, superseded, not_kept, added, retagged,
    written_again, unchanged, undatable, uncertain, still_missing`` (a number), ``missing_why`` (reason → n),
    ``unknowable`` (words) and ``faults``.
    """
    sources: dict[str, dict[str, Any]] = {}
    total: dict[str, Any] = dict(report.total)
    for source, former in report.sources.items():
        fact = facts.get(source, ReconcileFacts())
        steps = fact.decided.get("steps", {})
        standing = None if run.params.get("kept_from") else fact.standing
        why = {r: n for r, n in standing.left_out.items() if Reason(r).is_loss} if standing else {}
        if standing and standing.pending:
            why["pending"] = standing.pending
        if standing and standing.unfetched:
            why["never_fetched"] = standing.unfetched
        row = former | {
            "found_in_archive": fact.decided.get("archived", 0),
            "listed": fact.listing.get("listed", 0),
            "discovered": former.get("discovered", 0),
            "known": steps.get("known", 0),
            "under_way": steps.get("under_way", 0),
            "superseded": steps.get("superseded", 0),
            "not_kept": steps.get("not_kept", 0),
            "made": fact.decided.get("made", 0),
            **{name: fact.outcomes.get(name, 0) for name in ("added", "retagged", "written_again")},
            "unchanged": former.get("unchanged", 0) + former.get("left_out", {}).get("unchanged", 0),
            "undatable": fact.listing.get("undated", 0),
            "uncertain": fact.listing.get("uncertain", 0),
            "still_missing": sum(why.values()),
            "missing_why": dict(sorted(why.items())),
            "unknowable": fact.listing.get("unknowable", ""),
            "faults": fact.listing.get("faults", []),
        }
        sources[source] = row | {"cause": _cause_of_day(row, fact, run.params)}
        for name in _DAY_COUNTS:
            total[name] = total.get(name, 0) + row[name] if name not in former else total.get(name, 0)
        total["listed"] = sum(r["listed"] for r in sources.values())
        total["missing_why"] = dict(Counter(total.get("missing_why", {})) + Counter(why))
    return replace(report, sources=sources, total=total)


_DAY_COUNTS = (
    "found_in_archive",
    "known",
    "under_way",
    "superseded",
    "not_kept",
    "made",
    "added",
    "retagged",
    "written_again",
    "unchanged",
    "undatable",
    "uncertain",
    "still_missing",
)


def _cause_of_day(row: Mapping[str, Any], fact: ReconcileFacts, params: Mapping[str, Any]) -> str:
    """Say why a backfill wrote nothing of a source, or an empty string where it did."""
    if row["added"] or row["retagged"] or row["written_again"]:
        return ""
    if params.get("held"):
        return "no new work was taken: there was no room"
    if params.get("kept_from"):
        return f"nothing to do: indices are kept from {params['kept_from']} on, and this day is older"
    if not fact.decided:
        return "nothing was decided: the task split did not come to its end"
    if row["superseded"]:
        return (
            f"the index holds {row['superseded']} articles under newer generations; with older_generation "
            "(--older-generation) today's versions get a new number and win"
        )
    if row["made"] and row.get("left_out"):
        return "tried, and left out: " + _reasons(row["left_out"])
    if row["made"] and row.get("given_back"):
        return "given back, to be tried again by the crawl"
    if row["made"]:
        return "taken up, but not written: its batch failed or waits for another run"
    if row["known"]:
        return "nothing to do: the index has everything that is known of this day"
    if row["under_way"]:
        return "nothing to do: another run has it in hand"
    if row["not_kept"]:
        return "nothing to do: what is known of this day lives in a month whose indices are no longer kept"
    if row["still_missing"]:
        return "nothing more can be done: " + _reasons(row["missing_why"])
    if row["unknowable"]:
        return f"nothing is known of this day: {row['unknowable']}"
    return "nothing was published that is known"


def cause_of(row: Mapping[str, Any], *, held: bool = False) -> str:
    """Return in words why a source brought nothing new, or an empty string where it did.

    Args:
        row: one source's counts, as :meth:`pipeline.ledger.runs.Runs.tally` gives them.
        held: the run took no new work for want of room.
    """
    failed, left_out = row.get("polls_failed"), row.get("left_out")
    if row.get("indexed"):
        return ""
    if row.get("polls_unfinished"):
        return "a poll did not come to its end: the log of its task says why"
    if held and not left_out:
        return "no new work was taken: there was no room"
    if not row.get("polled") and not left_out and not row.get("given_back"):
        return "no feed was due" + ("; nothing that was looked at again has changed" if row.get("revisited") else "")
    if failed and sum(failed.values()) >= row["polled"]:
        return "every poll failed: " + _reasons(failed)
    if left_out:
        return "all left out: " + _reasons(left_out)
    if row.get("given_back"):
        return "given back, to be tried again"
    if row.get("discovered"):
        return "discovered, but not indexed: its batch failed or waits for another run"
    if not row.get("listed"):
        return "the lists have not changed" if row.get("not_modified") else "the lists are empty"
    return "nothing new in the lists"


def run_documents(report: RunReport, sources: Mapping[str, Source]) -> list[Document]:
    """Return the documents of a report for the index alias ``runs``: one a source."""
    documents = []
    for source_id, row in report.sources.items():
        source = sources.get(source_id)
        left_out = dict(Counter(row.get("left_out", {})) + Counter(row.get("dropped", {})))
        body = {
            "run_id": report.run_id,
            "run_type": report.kind,
            "state": "success" if report.succeeded else "failed",
            "started_at": report.started_at.isoformat(),
            "ended_at": report.finished_at.isoformat(),
            "generation": report.generation,
            "day": report.params.get("day", ""),
            "reason": report.params.get("reason", ""),
            "source": source_id,
            "source_name": source.name if source else source_id,
            "source_country": source.country if source else "",
            "poll_failed": sum(row.get("polls_failed", {}).values()) + row.get("polls_unfinished", 0),
            "left_out": left_out,
            "left_out_total": sum(left_out.values()),
            "batches": report.batches,
            "batches_failed": len(report.failed_batches),
            **{k: v for k, v in row.items() if isinstance(v, int | str) and k != "polls_unfinished"},
        }
        documents.append(
            Document(
                alias="runs",
                index=f"runs-{report.started_at:%Y-%m}",
                id=digest("run", report.run_id, source_id),
                routing=report.run_id,
                version=int(report.finished_at.timestamp() * 1000),
                source={k: v for k, v in body.items() if v not in ("", {})},
            )
        )
    return documents


def coverage_documents(
    days: Iterable[DayRow],
    run_id: str,
    now: datetime,
    sources: Mapping[str, Source],
    *,
    recovered: Mapping[tuple[str, date], int] = MappingProxyType({}),
) -> list[Document]:
    """Return the documents for the index alias ``coverage``: one a source and day of publication.

    ``recovered`` says how many articles of a source and day this run added.

    A day is complete where nothing of it is pending and no Reason leaves a gap that may still be filled.
    """
    documents = []
    for row in days:
        source = sources.get(row.source_id)
        gaps = {reason: n for reason, n in row.left_out.items() if Reason(reason).is_gap}
        missing = row.pending + row.unfetched + sum(gaps.values())
        waits = [f"pending {row.pending}"] if row.pending else []
        waits += [f"never fetched {row.unfetched}"] if row.unfetched else []
        documents.append(
            Document(
                alias="coverage",
                index=f"coverage-{row.day:%Y-%m}",
                id=digest("coverage", row.source_id, row.day.isoformat()),
                routing=row.source_id,
                version=int(now.timestamp() * 1000),
                source={
                    "source": row.source_id,
                    "source_name": source.name if source else row.source_id,
                    "source_country": source.country if source else "",
                    "day": row.day.isoformat(),
                    "listed": row.listed,
                    "indexed": row.indexed,
                    "pending": row.pending,
                    "left_out": row.left_out,
                    "left_out_total": sum(row.left_out.values()),
                    "missing": missing,
                    "recovered": recovered.get((row.source_id, row.day), 0),
                    "is_complete": missing == 0,
                    "gap": ", ".join([*waits, *([_reasons(gaps)] if gaps else [])]),
                    "run": run_id,
                    "computed_at": now.isoformat(),
                },
            )
        )
    return documents


def _reasons(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {n}" for reason, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])))
