"""Work items and batches: what is to be done, who does it, and how it ended.

An item is ``pending``, ``leased`` to a batch, or closed (``done`` or ``left_out``). Only an item still leased
to the batch that speaks is changed by it: a batch that lost its lease can do no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from pipeline.ledger import schema as s
from pipeline.ledger.rows import all_rows
from pipeline.ledger.runs import is_dead
from pipeline.records import GivenBack, LeftOut, Reason, Source, WarcPointer, WorkItem


class BatchRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of a batch."""

    id: str
    run_id: str
    generation: int
    size: int
    created_at: datetime
    finished_at: datetime | None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """An item that a stage took one step on, for the record of attempts."""

    work_id: int
    source_id: str
    status: int | None = None
    warc: WarcPointer | None = None
    detail: str = ""
    etag: str = ""  # validators of its page, remembered with the last stage
    last_modified: str = ""


class Work:
    """The queue of work items and the batches made of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reopen(self, run_id: str, now: datetime, *, max_attempts: int) -> tuple[int, int]:
        """Take back what nobody works on: leases that ran out, and leases of runs that ended or died.

        What was taken up ``max_attempts`` times without an end, and is nobody's now, is closed.

        Returns:
            How many items are pending again, and how many were closed as exhausted.
        """
        with self._engine.begin() as c:
            stale = [r for r in self._lease_holders(c) if is_dead(c, r, run_id)]
            lost = (s.work.c.lease_until <= now) | s.work.c.batch_id.in_(
                select(s.batch.c.id).where(s.batch.c.run_id.in_([r["id"] for r in stale]))
            )
            of_state = s.work.c.state == "leased"
            exhausted = c.execute(
                update(s.work)
                .where((of_state & lost) | (s.work.c.state == "pending"), s.work.c.attempts >= max_attempts)
                .values(
                    state="left_out",
                    reason=Reason.EXHAUSTED.value,
                    detail=f"taken up {max_attempts} times without an end",
                    closed_at=now,
                    lease_until=None,
                )
            ).rowcount
            reopened = c.execute(
                update(s.work)
                .where(of_state, lost)
                .values(state="pending", batch_id=None, lease_until=None, not_before=now)
            ).rowcount
        return reopened, exhausted

    def claim(
        self, run_id: str, generation: int, now: datetime, *, size: int, lease: timedelta, most: int
    ) -> list[str]:
        """Put pending items into batches of this run and lease them. Batches mix sources, newest first.

        Returns:
            The ids of the new batches.
        """
        picked = text(
            """
            WITH free AS (
                SELECT w.id, e.source_id, e.published, e.first_seen FROM work w JOIN entry e USING (entry_id)
                WHERE w.state = 'pending' AND w.not_before <= :now
                ORDER BY w.id FOR UPDATE OF w SKIP LOCKED
            )
            SELECT id FROM free
            ORDER BY row_number() OVER (
                PARTITION BY source_id ORDER BY coalesce(published, first_seen) DESC, id), source_id
            LIMIT :most
            """
        )
        made = []
        with self._engine.begin() as c:
            ids = list(c.scalars(picked, {"now": now, "most": size * most}))
            for number, start in enumerate(range(0, len(ids), size)):
                part = ids[start : start + size]
                batch_id = f"{now:%Y%m%dT%H%M%S}-{number:03d}-{uuid.uuid4().hex[:8]}"  # sorts as it was made
                c.execute(
                    insert(s.batch).values(
                        id=batch_id, run_id=run_id, generation=generation, size=len(part), created_at=now
                    )
                )
                c.execute(
                    update(s.work)
                    .where(s.work.c.id.in_(part))
                    .values(state="leased", batch_id=batch_id, lease_until=now + lease, attempts=s.work.c.attempts + 1)
                )
                made.append(batch_id)
        return made

    def items(self, batch_id: str, sources: Mapping[str, Source]) -> list[WorkItem]:
        """Return the items leased to a batch, as its first file holds them."""
        query = (
            select(s.work, s.entry)
            .join_from(s.work, s.entry, s.work.c.entry_id == s.entry.c.entry_id)
            .where(s.work.c.batch_id == batch_id, s.work.c.state == "leased")
            .order_by(s.work.c.id)
        )
        with self._engine.connect() as c:
            rows = c.execute(query).mappings().all()
        found = []
        for r in rows:
            source = sources.get(r["source_id"])
            found.append(
                WorkItem(
                    work_id=r["id"],
                    entry_id=r["entry_id"],
                    url=r["url"],
                    canon_url=r["canon_url"],
                    source_id=r["source_id"],
                    revision=r["revision"],
                    attempt=r["attempts"],
                    listed_title=r["title"],
                    listed_published=r["published"],
                    listed_published_raw=r["published_raw"],
                    feed_url=r["feed_url"],
                    source_name=source.name if source else r["source_id"],
                    source_language=source.language if source else "",
                    source_country=source.country if source else "",
                    source_timezone=source.timezone if source else "UTC",
                    etag=r["etag"] if r["revision"] > 1 else "",
                    last_modified=r["last_modified"] if r["revision"] > 1 else "",
                )
            )
        return found

    def batch(self, batch_id: str) -> BatchRow | None:
        """Return a batch, or None."""
        with self._engine.connect() as c:
            row = c.execute(select(s.batch).where(s.batch.c.id == batch_id)).mappings().first()
        return BatchRow(**row) if row else None

    def batches(self, run_id: str) -> list[BatchRow]:
        """Return the batches of a run, oldest first."""
        with self._engine.connect() as c:
            rows = c.execute(select(s.batch).where(s.batch.c.run_id == run_id).order_by(s.batch.c.id)).mappings()
            return [BatchRow(**r) for r in rows]

    def settle(
        self,
        batch: BatchRow,
        stage: str,
        now: datetime,
        *,
        epoch: int,
        done: Iterable[Done] = (),
        left_out: Iterable[LeftOut] = (),
        given_back: Iterable[GivenBack] = (),
        close: bool = False,
    ) -> None:
        """Remember what a stage did with each item of a batch. May be said twice: the second time changes nothing.

        Args:
            batch: the batch that speaks.
            stage: ``fetch``, ``extract``, ``tag`` or ``index``.
            now: the time it is remembered under.
            epoch: how often the task was cleared.
            done: items that go on to the next stage.
            left_out: items that end here, each with its reason.
            given_back: items that are pending again.
            close: the stage is the last one: what is done is closed, and the validators of its page are kept for the
                next visit. No earlier: what is not in the index yet must not be "unchanged".
        """
        done, left_out, given_back = list(done), list(left_out), list(given_back)
        base = {"batch_id": batch.id, "run_id": batch.run_id, "stage": stage, "epoch": epoch, "at": now}
        rows: list[dict[str, Any]] = []
        for d in done:
            rows.append(_attempt(base, d.work_id, d.source_id, "done", "", d.detail, d.status, d.warc))
        for x in left_out:
            rows.append(_attempt(base, x.work_id, x.source_id, "left_out", x.reason, x.detail, x.status, x.warc))
        for b in given_back:
            rows.append(_attempt(base, b.work_id, b.source_id, "given_back", b.reason, b.detail, None, None))
        with self._engine.begin() as c:
            if rows:
                c.execute(insert(s.attempt).on_conflict_do_nothing(), sorted(rows, key=lambda r: r["work_id"]))
            mine = (s.work.c.batch_id == batch.id) & (s.work.c.state == "leased")
            for x in left_out:
                c.execute(
                    update(s.work)
                    .where(mine, s.work.c.id == x.work_id)
                    .values(state="left_out", reason=x.reason.value, detail=x.detail, closed_at=now, lease_until=None)
                )
            for b in given_back:
                c.execute(
                    update(s.work)
                    .where(mine, s.work.c.id == b.work_id)
                    .values(
                        state="pending",
                        batch_id=None,
                        lease_until=None,
                        not_before=b.not_before,
                        detail=b.detail,
                        attempts=s.work.c.attempts - (0 if b.counts else 1),
                    )
                )
            for d in done if close else ():
                if d.etag or d.last_modified:
                    c.execute(
                        update(s.entry)
                        .where(s.entry.c.entry_id == s.work.c.entry_id, mine, s.work.c.id == d.work_id)
                        .values(etag=d.etag, last_modified=d.last_modified)
                    )
            if close and done:
                c.execute(
                    update(s.work)
                    .where(mine, s.work.c.id.in_([d.work_id for d in done]))
                    .values(state="done", reason="", detail="", closed_at=now, lease_until=None)
                )
            if close:
                unfinished = s.batch.c.finished_at.is_(None)
                c.execute(update(s.batch).where(s.batch.c.id == batch.id, unfinished).values(finished_at=now))

    def release(self, run_id: str, now: datetime) -> int:
        """Give back at once all that a run still holds (it was interrupted and says so). Return how many."""
        mine = select(s.batch.c.id).where(s.batch.c.run_id == run_id)
        with self._engine.begin() as c:
            return c.execute(
                update(s.work)
                .where(s.work.c.state == "leased", s.work.c.batch_id.in_(mine))
                .values(state="pending", batch_id=None, lease_until=None, not_before=now)
            ).rowcount

    def left_out(self) -> list[tuple[str, str, str]]:
        """Return reason, address and words of every item that was left out, or given back and not taken up again."""
        of_attempt = (s.attempt.c.work_id == s.work.c.id) & (s.attempt.c.outcome == "given_back")
        newest = select(s.attempt.c.reason).where(of_attempt).order_by(s.attempt.c.at.desc()).limit(1).scalar_subquery()
        query = (
            select(s.work.c.state, s.work.c.reason, s.entry.c.url, s.work.c.detail, newest.label("given_back"))
            .join_from(s.work, s.entry, s.work.c.entry_id == s.entry.c.entry_id)
            .where((s.work.c.state == "left_out") | ((s.work.c.state == "pending") & (s.work.c.attempts > 0)))
            .order_by(s.work.c.reason, s.entry.c.url)
        )
        with self._engine.connect() as c:
            return [
                (r.reason, r.url, r.detail)
                if r.state == "left_out"
                else (r.given_back or "", r.url, f"given back, to be tried again: {r.detail}")
                for r in c.execute(query)
            ]

    def states(self) -> dict[str, int]:
        """Return how many items are in each state."""
        query = select(s.work.c.state, func.count().label("n")).group_by(s.work.c.state)
        with self._engine.connect() as c:
            return {row.state: row.n for row in c.execute(query)}

    @staticmethod
    def _lease_holders(c: Connection) -> Sequence[Mapping[str, Any]]:
        return all_rows(
            c,
            select(s.run.c.id, s.run.c.kind, s.run.c.finished_at)
            .join_from(s.work, s.batch, s.work.c.batch_id == s.batch.c.id)
            .join(s.run, s.run.c.id == s.batch.c.run_id)
            .where(s.work.c.state == "leased")
            .distinct(),
        )


def _attempt(
    base: Mapping[str, Any],
    work_id: int,
    source_id: str,
    outcome: str,
    reason: str,
    detail: str,
    status: int | None,
    warc: WarcPointer | None,
) -> dict[str, Any]:
    return {
        **base,
        "work_id": work_id,
        "source_id": source_id,
        "outcome": outcome,
        "reason": str(reason),
        "detail": detail,
        "status": status,
        "warc": msgspec.to_builtins(warc) if warc else None,
    }
