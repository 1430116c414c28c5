"""Runs and generations.

A *generation* is an integer that stands for one combination of code, model, gazetteer and settings versions.
A *run* works under one generation from its plan to its report.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from pipeline.errors import LedgerError
from pipeline.ledger import schema as s
from pipeline.records import Reason

_COUNTS = (
    "polled",
    "polls_unfinished",
    "not_modified",
    "listed",
    "discovered",
    "fetched",
    "extracted",
    "tagged",
    "indexed",
    "given_back",
    "revisited",
    "changed",
    "unchanged",
    "gone",
)
_GENERATIONS = 7_401_005
#: What a re-visit may find other than a change.
_FOUND = {Reason.UNCHANGED: "unchanged", Reason.GONE: "gone", Reason.NOT_FOUND: "gone"}
_DONE = {"fetch": "fetched", "extract": "extracted", "tag": "tagged", "index": "indexed"}


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of a run."""

    id: str
    kind: str
    generation: int
    started_at: datetime
    finished_at: datetime | None = None
    params: dict[str, Any] = {}
    report: dict[str, Any] | None = None


class Runs:
    """The runs and the generations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def generation(self, versions: Mapping[str, str], now: datetime, *, renew: bool = False) -> int:
        """Return the number of a combination of versions; a new combination gets the next number.

        Args:
            versions: component → version.
            now: when a new number is made.
            renew: where newer combinations came after this one, give it a new, higher number, which counts from then
                on: the index refuses what an older one makes.
        """
        fingerprint = _fingerprint(versions)
        g = s.generation.c
        with self._engine.begin() as c:
            c.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _GENERATIONS})
            known = c.scalar(select(func.max(g.id)).where(g.fingerprint == fingerprint))
            if known is not None and (not renew or known == c.scalar(select(func.max(g.id)))):
                return int(known)
            new = insert(s.generation).values(fingerprint=fingerprint, versions=dict(versions), created_at=now)
            return int(c.scalars(new.returning(g.id)).one())

    def would_be(self, versions: Mapping[str, str], *, renew: bool = False) -> int:
        """Return the number that :meth:`generation` would give, without making one."""
        g = s.generation.c
        with self._engine.connect() as c:
            known = c.scalar(select(func.max(g.id)).where(g.fingerprint == _fingerprint(versions)))
            newest = int(c.scalar(select(func.max(g.id))) or 0)
        return int(known) if known is not None and (not renew or known == newest) else newest + 1

    def versions(self, generation: int) -> dict[str, str]:
        """Return the versions that a generation stands for."""
        with self._engine.connect() as c:
            return dict(c.scalars(select(s.generation.c.versions).where(s.generation.c.id == generation)).one())

    def start(self, run_id: str, kind: str, generation: int, now: datetime, params: Mapping[str, Any]) -> RunRow:
        """Remember a run, or return it as it was started (a retried or cleared plan)."""
        with self._engine.begin() as c:
            c.execute(
                insert(s.run)
                .values(id=run_id, kind=kind, generation=generation, started_at=now, params=dict(params))
                .on_conflict_do_update(
                    index_elements=["id"],
                    set_={"finished_at": None, "generation": generation, "params": s.run.c.params.concat(dict(params))},
                )
            )
            row = c.execute(select(s.run).where(s.run.c.id == run_id)).mappings().one()
        return RunRow(**row)

    def get(self, run_id: str) -> RunRow:
        """Return a run.

        Raises:
            LedgerError: there is no such run.
        """
        with self._engine.connect() as c:
            row = c.execute(select(s.run).where(s.run.c.id == run_id)).mappings().first()
        if row is None:
            raise LedgerError("the ledger knows no such run; was its first task, plan, run?", subject=run_id)
        return RunRow(**row)

    def finish(self, run_id: str, report: Mapping[str, Any], now: datetime) -> None:
        """Remember a run's report and that it is over."""
        with self._engine.begin() as c:
            c.execute(update(s.run).where(s.run.c.id == run_id).values(report=dict(report), finished_at=now))

    def hold(self, run_id: str, why: str) -> None:
        """Remember why a run took no new work."""
        held = update(s.run).values(params=s.run.c.params.concat({"held": why}))
        with self._engine.begin() as c:
            c.execute(held.where(s.run.c.id == run_id))

    def tally(self, run_id: str) -> dict[str, dict[str, Any]]:
        """Count what a run did, per source.

        Returns:
            Source id → ``polled, polls_unfinished, not_modified, listed, discovered, fetched, extracted, tagged,
            indexed, given_back`` and the maps ``left_out`` (reason → n), ``dropped`` (reason → n), ``polls_failed``
            (reason → n). An unfinished poll was begun, but what came of it was never told. Of the articles that were
            looked at again: ``revisited``, and what was found: ``changed`` (which is indexed, too), ``unchanged``,
            ``gone`` (these two do not count as left out).
        """
        found: dict[str, dict[str, Any]] = defaultdict(
            lambda: {
                **dict.fromkeys(_COUNTS, 0),
                "left_out": {},
                "dropped": {},
                "polls_failed": {},
            }
        )
        p, e, a, d = s.poll.c, s.entry.c, s.attempt.c, s.dropped.c
        with self._engine.connect() as c:
            for source, reason, n, same, listed in c.execute(
                select(
                    p.source_id,
                    p.reason,
                    func.count(),
                    func.count().filter(p.not_modified),
                    func.coalesce(func.sum(p.entries), 0),
                )
                .where(p.run_id == run_id)
                .group_by(p.source_id, p.reason)
            ):
                row = found[source]
                row["polled"] += n
                row["not_modified"] += same
                row["listed"] += int(listed)
                if reason:
                    row["polls_failed"][reason] = n
            f = s.feed.c
            for source, n in c.execute(
                select(f.source_id, func.count()).where(f.claimed_by == run_id).group_by(f.source_id)
            ):
                found[source]["polls_unfinished"] = n
            for source, n in c.execute(
                select(e.source_id, func.count()).where(e.run_id == run_id).group_by(e.source_id)
            ):
                found[source]["discovered"] = n
            for source, reason, n in c.execute(
                select(d.source_id, d.reason, func.count()).where(d.run_id == run_id).group_by(d.source_id, d.reason)
            ):
                found[source]["dropped"][reason] = n
            newest = (
                select(a.source_id, a.work_id, a.stage, a.outcome, a.reason)
                .distinct(a.work_id, a.stage)
                .where(a.run_id == run_id)
                .order_by(a.work_id, a.stage, a.at.desc(), a.epoch.desc())
                .subquery()
            )
            n_, w = newest.c, s.work.c
            # Indexed, and then found to be another entry's article: it ended as a duplicate.
            overtaken = (n_.stage == "index") & (n_.outcome == "done") & (w.state == "left_out")
            ended = (
                select(
                    n_.source_id,
                    n_.stage,
                    case((overtaken, "left_out"), else_=n_.outcome).label("outcome"),
                    case((overtaken, w.reason), else_=n_.reason).label("reason"),
                    ((w.revision > 1) & (w.first_stage == "fetch")).label("known"),
                )
                .join_from(newest, s.work, w.id == n_.work_id)
                .subquery()
            )
            for source, stage, outcome, reason, known, n in c.execute(
                select(*ended.c, func.count()).group_by(*ended.c)
            ):
                row = found[source]
                row["revisited"] += n if known and stage == "fetch" and outcome != "given_back" else 0
                if outcome == "done":
                    row[_DONE[stage]] += n
                    row["changed"] += n if known and stage == "index" else 0
                elif outcome == "given_back":
                    row["given_back"] += n
                elif known and reason in _FOUND:
                    row[_FOUND[reason]] += n
                else:
                    row["left_out"][reason] = row["left_out"].get(reason, 0) + n
        return dict(sorted(found.items()))

    @contextmanager
    def alive(self, run_id: str) -> Iterator[None]:
        """Hold a lock that dies with this process, so that others see whether the run is still at work."""
        with self._engine.connect() as c:
            c.execute(text("SELECT pg_advisory_lock(hashtextextended(:run, 1))"), {"run": run_id})
            c.commit()
            try:
                yield
            finally:
                c.execute(text("SELECT pg_advisory_unlock(hashtextextended(:run, 1))"), {"run": run_id})
                c.commit()


def _fingerprint(versions: Mapping[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode(sorted(versions.items()))).hexdigest()[:32]


def is_dead(c: Connection, run: Mapping[str, Any], this_run: str) -> bool:
    """Decide whether nobody works on a run any more.

    A finished run is over. A run of the command line (``cli/…``) lives as long as its process holds its lock. Of the
    crawl's runs one is active at a time (``max_active_runs=1``), so another crawl that asks finds the former one over.
    Backfills run beside each other: one that did not finish is dead when its leases have run out, not because another
    one asks.
    """
    if run["id"] == this_run:
        return False
    if run["finished_at"] is not None:
        return True
    if run["kind"] == "cli" or run["id"].startswith("cli/"):
        free = c.scalar(text("SELECT pg_try_advisory_xact_lock(hashtextextended(:run, 1))"), {"run": run["id"]})
        return bool(free)
    if run["kind"] == "reconcile":
        return False
    mine = c.scalar(select(s.run.c.kind).where(s.run.c.id == this_run))
    return bool(mine == run["kind"])
