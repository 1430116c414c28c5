"""Work items and batches: what is to be done, who does it, and how it ended.

An item is ``pending``, ``leased`` to a batch, or closed (``done`` or ``left_out``). Only an item still leased
to the batch that speaks is changed by it: a batch that lost its lease can do no harm.

Items wait in *queues*: the crawl's is the empty name, each backfilled day has one of its own. An item says from which
stage on it is to be done (``first_stage``) and which stored visits stand in for the network (``stored``).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Engine, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from pipeline.ledger import schema as s
from pipeline.ledger.forgotten import barred_entries
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
    etag: str = ""  # validators and digest of its page, remembered with the last stage
    last_modified: str = ""
    body_hash: str = ""


class Todo(msgspec.Struct, frozen=True, kw_only=True):
    """An item to be made, or a closed one to be opened again."""

    entry_id: str
    revision: int
    generation: int  # with first_stage "index": the one that made the tags
    first_stage: str = "fetch"  # fetch | extract | tag | index: the first one that is done anew
    stored: tuple[WarcPointer, ...] = ()  # visits to replay, oldest first


def add_work(c: Connection, items: Iterable[Todo], now: datetime, *, queue: str = "") -> int:
    """Make work items in a queue, pending at once. One that is open already stays as it is.

    What was taken down gets none.

    Returns:
        How many were made or opened again.
    """
    items = list(items)
    barred = barred_entries(c, [i.entry_id for i in items])
    rows = [
        {
            "entry_id": i.entry_id,
            "revision": i.revision,
            "generation": i.generation,
            "state": "pending",
            "not_before": now,
            "created_at": now,
            "queue": queue,
            "first_stage": i.first_stage,
            "stored": [msgspec.to_builtins(p) for p in i.stored] or None,
        }
        for i in sorted(items, key=lambda i: (i.entry_id, i.revision, i.generation))  # one lock order: no deadlock
        if i.entry_id not in barred
    ]
    if not rows:
        return 0
    new = insert(s.work)
    made = c.execute(
        new.on_conflict_do_update(
            index_elements=["entry_id", "revision", "generation"],
            set_={
                "state": "pending",
                "not_before": now,
                "reason": "",
                "detail": "",
                "attempts": 0,
                "batch_id": None,
                "closed_at": None,
                "queue": queue,
                "first_stage": new.excluded.first_stage,
                "stored": new.excluded.stored,
            },
            where=s.work.c.closed_at.is_not(None),
        ).returning(s.work.c.id),
        rows,
    )
    return len(made.all())


#: Given when an article's address was first seen, its date, and why the visit left it out (None: it did not): when to
#: look at it again.
Again = Callable[[datetime, datetime | None, Reason | None], datetime | None]


class Work:
    """The queues of work items and the batches made of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reopen(
        self, run_id: str, now: datetime, *, max_attempts: int, lease: timedelta = timedelta(hours=1)
    ) -> tuple[int, int]:
        """Take back what nobody works on: leases that ran out, and leases of runs that ended or died.

        What was taken up ``max_attempts`` times without an end, and is nobody's now, is closed. What waits in a
        backfill's queue for longer than a lease has no run left that would take it: the crawl does.

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
            c.execute(  # a backfill that never came to its report
                update(s.work)
                .where(s.work.c.state == "pending", s.work.c.queue != "", s.work.c.not_before <= now - lease)
                .values(queue="")
            )
        return reopened, exhausted

    def look_again(self, generation: int, now: datetime, *, sources: Iterable[str], most: int, again: Again) -> int:
        """Make work items of the articles that are due to be looked at again, longest due first.

        What is under way already (its list said that it was updated) gets none.

        Args:
            generation: of the new items.
            now: what is due by then.
            sources: ids of the sources whose articles are looked at.
            most: articles of one source; the rest stays due.
            again: when they are due after this, should this visit never end.

        Returns:
            How many.
        """
        e, a, w = s.entry.c, s.article.c, s.work.c
        open_items = select(w.id).where(w.entry_id == e.entry_id, w.state.in_(("pending", "leased")))
        due = (
            select(e.entry_id, e.source_id, e.first_seen, e.revisit_at, a.published, a.revision)
            .join_from(s.entry, s.article, (a.id == e.article_id) & (a.entry_id == e.entry_id))
            .where(e.revisit_at <= now, e.source_id.in_(list(sources)), ~open_items.exists())
            .order_by(e.entry_id)
            .with_for_update(of=s.entry, skip_locked=True)
        ).cte("due")
        turn = func.row_number().over(partition_by=due.c.source_id, order_by=(due.c.revisit_at, due.c.entry_id))
        numbered = select(due, turn.label("turn")).subquery()
        with self._engine.begin() as c:
            rows = c.execute(select(numbered).where(numbered.c.turn <= most).order_by(numbered.c.entry_id)).all()
            for r in rows:
                c.execute(
                    update(s.entry)
                    .where(e.entry_id == r.entry_id)
                    .values(revisit_at=again(r.first_seen, r.published, None))
                )
            return add_work(
                c, [Todo(entry_id=r.entry_id, revision=r.revision + 1, generation=generation) for r in rows], now
            )

    def claim(
        self,
        run_id: str,
        generation: int,
        now: datetime,
        *,
        size: int,
        lease: timedelta,
        most: int,
        queue: str = "",
    ) -> list[str]:
        """Put pending items of one queue into batches of this run and lease them. Batches mix sources, newest first.

        A batch holds one generation: the run's, but for items that only write again what was tagged, theirs.

        Returns:
            The ids of the new batches.
        """
        picked = text(
            """
            WITH free AS (
                SELECT w.id, e.source_id, e.published, e.first_seen, w.revision > 1 AS is_known,
                    CASE WHEN w.first_stage = 'index' THEN w.generation ELSE :generation END AS generation
                FROM work w JOIN entry e USING (entry_id)
                WHERE w.queue = :queue AND w.state = 'pending' AND w.not_before <= :now
                ORDER BY w.id FOR UPDATE OF w SKIP LOCKED
            )
            SELECT id, generation FROM free
            ORDER BY is_known, row_number() OVER (
                PARTITION BY is_known, source_id ORDER BY coalesce(published, first_seen) DESC, id), source_id
            LIMIT :most
            """
        )
        made: list[str] = []
        with self._engine.begin() as c:
            free = {"queue": queue, "generation": generation, "now": now, "most": size * most}
            of_generation: dict[int, list[int]] = {}
            for row in c.execute(picked, free):
                of_generation.setdefault(row.generation, []).append(row.id)
            parts = [
                (number, ids[start : start + size])
                for number, ids in sorted(of_generation.items(), reverse=True)
                for start in range(0, len(ids), size)
            ]
            for number, (tagged_by, part) in enumerate(parts[:most]):
                batch_id = f"{now:%Y%m%dT%H%M%S}-{number:03d}-{uuid.uuid4().hex[:8]}"  # sorts as it was made
                c.execute(
                    insert(s.batch).values(
                        id=batch_id, run_id=run_id, generation=tagged_by, size=len(part), created_at=now
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
        """Return the items leased to a batch, as its first file holds them: fresh ones first."""
        e, a = s.entry.c, s.article.c
        query = (
            select(s.work, s.entry, a.batch_id.label("made_in"), a.generation.label("made_by"))
            .join_from(s.work, s.entry, s.work.c.entry_id == e.entry_id)
            .join(s.article, a.entry_id == e.entry_id, isouter=True)
            .where(s.work.c.batch_id == batch_id, s.work.c.state == "leased")
            .distinct(func.coalesce(e.published, e.first_seen), s.work.c.id)
            .order_by(func.coalesce(e.published, e.first_seen).desc(), s.work.c.id, a.indexed_at.desc().nulls_last())
        )
        with self._engine.connect() as c:
            rows = c.execute(query).mappings().all()
        found = []
        for r in rows:
            source = sources.get(r["source_id"])
            known = r["revision"] > 1 and r["first_stage"] == "fetch"  # asked for again
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
                    etag=r["etag"] if known else "",
                    last_modified=r["last_modified"] if known else "",
                    body_hash=r["body_hash"] if known else "",
                    visited=WarcPointer(**r["visited"]) if known and r["visited"] else None,
                    first_stage=r["first_stage"],
                    stored=tuple(WarcPointer(**p) for p in r["stored"] or ()),
                    made_in=r["made_in"] or "" if r["first_stage"] in ("tag", "index") else "",
                    made_by=r["made_by"] or 0 if r["first_stage"] in ("tag", "index") else 0,
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
        again: Again | None = None,
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
            again: when to look at an article again whose visit ended; None: as it was decided before.
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
            if again is not None:
                over: dict[int, Reason | None] = {d.work_id: None for d in done if close}
                _look_again(c, over | {x.work_id: x.reason for x in left_out}, mine, again)
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
                if d.etag or d.last_modified or d.body_hash:
                    c.execute(
                        update(s.entry)
                        .where(s.entry.c.entry_id == s.work.c.entry_id, mine, s.work.c.id == d.work_id)
                        .values(
                            etag=d.etag,
                            last_modified=d.last_modified,
                            body_hash=d.body_hash,
                            visited=msgspec.to_builtins(d.warc) if d.warc else None,
                        )
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

    def hand_over(self, queue: str, run_id: str) -> int:
        """Put what is still pending in a backfill's queue into the crawl's: busy hosts, items given back.

        Where another live run works on the same queue, only what this run had in its hands goes over.

        Returns:
            How many items.
        """
        of_queue = s.run.c.params["queue"].astext == queue
        tried = select(s.attempt.c.work_id).where(s.attempt.c.run_id == run_id)
        with self._engine.begin() as c:
            others = all_rows(
                c,
                select(s.run.c.id, s.run.c.kind, s.run.c.finished_at).where(
                    of_queue, s.run.c.id != run_id, s.run.c.finished_at.is_(None)
                ),
            )
            mine = (s.work.c.queue == queue) & (s.work.c.state == "pending")
            if any(not is_dead(c, r, run_id) for r in others):
                mine &= s.work.c.id.in_(tried)
            return c.execute(update(s.work).where(mine).values(queue="")).rowcount

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


def _look_again(c: Connection, ended: Mapping[int, Reason | None], mine: ColumnElement[bool], again: Again) -> None:
    """Decide when to look again at the articles whose visits end now. A replay of what is stored is no visit."""
    w, e, a = s.work.c, s.entry.c, s.article.c
    rows = c.execute(
        select(w.id, w.first_stage, e.entry_id, e.first_seen, a.published)
        .join_from(s.work, s.entry, w.entry_id == e.entry_id)
        .join(s.article, (a.id == e.article_id) & (a.entry_id == e.entry_id))
        .where(mine, w.id.in_(list(ended)))
        .order_by(e.entry_id)
    ).all()
    for r in rows:
        if r.first_stage == "fetch":
            at = again(r.first_seen, r.published, ended[r.id])
            c.execute(update(s.entry).where(e.entry_id == r.entry_id).values(revisit_at=at))


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
