"""What a run did, per source: the report, and its documents in the index. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

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
) -> RunReport:
    """Return the report of a run.

    Args:
        run: the run; its ``params`` name the sources that were to be looked at.
        tally: what it did per source, as :meth:`pipeline.ledger.runs.Runs.tally` counts it.
        batches: its batches; one that has not finished has failed.
        pending: items that wait for another run.
        now: when the run ends.
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
        held=run.params.get("held", ""),
    )


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
        return "no feed was due"
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
    days: Iterable[DayRow], run_id: str, now: datetime, sources: Mapping[str, Source]
) -> list[Document]:
    """Return the documents for the index alias ``coverage``: one a source and day of publication.

    A day is complete where nothing of it is pending and no Reason leaves a gap that may still be filled.
    """
    documents = []
    for row in days:
        source = sources.get(row.source_id)
        gaps = {reason: n for reason, n in row.left_out.items() if Reason(reason).is_gap}
        missing = row.pending + sum(gaps.values())
        waits = [f"pending {row.pending}"] if row.pending else []
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
