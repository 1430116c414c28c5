"""What retention must know before something old is removed, and what is remembered afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Engine, func, select, update

from pipeline.ledger import schema as s
from pipeline.ledger.forgotten import under_way
from pipeline.ledger.visits import forget_files
from pipeline.records import WarcPointer

_READS_BATCH = ("tag", "index")


class HeldBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of a batch's files."""

    id: str
    under_way: bool
    pending: int  # open work items that are in it, or shall be made from it
    pages: tuple[WarcPointer | None, ...]  # of the articles whose tags it holds, the newest revision's


class Retention:
    """Reads and writes of retention."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def batches(self, ids: Sequence[str], since: datetime) -> dict[str, HeldBatch]:
        """Return what is known of some batches; one that the ledger does not know is not among them.

        Args:
            ids: of the batches.
            since: a batch made before this time, and not ended, is nobody's any more.
        """
        w, a = s.work.c, s.article.c
        is_open = w.state.in_(("pending", "leased"))
        with self._engine.connect() as c:
            known = set(c.scalars(select(s.batch.c.id).where(s.batch.c.id.in_(ids))))
            busy = set(c.scalars(under_way(since)))
            pending: dict[str, int] = {}
            for batch_id, n in c.execute(
                select(w.batch_id, func.count()).where(is_open, w.batch_id.in_(ids)).group_by(w.batch_id)
            ):
                pending[batch_id] = n
            for batch_id, n in c.execute(
                select(a.batch_id, func.count())
                .join_from(s.work, s.article, a.entry_id == w.entry_id)
                .where(is_open, w.first_stage.in_(_READS_BATCH), a.batch_id.in_(ids))
                .group_by(a.batch_id)
            ):
                pending[batch_id] = pending.get(batch_id, 0) + n
            pages: dict[str, list[WarcPointer | None]] = {}
            newest = (s.revision.c.article_id == a.id) & (s.revision.c.revision == a.revision)
            for batch_id, warc in c.execute(
                select(a.batch_id, s.revision.c.warc)
                .join_from(s.article, s.revision, newest, isouter=True)
                .where(a.batch_id.in_(ids))
            ):
                pages.setdefault(batch_id, []).append(WarcPointer(**warc) if warc else None)
        return {
            i: HeldBatch(id=i, under_way=i in busy, pending=pending.get(i, 0), pages=tuple(pages.get(i, ())))
            for i in sorted(known)
        }

    def under_way(self, since: datetime) -> set[str]:
        """Return the batches that somebody may be working on; as :meth:`batches`."""
        with self._engine.connect() as c:
            return set(c.scalars(under_way(since)))

    def stored_for_work(self) -> set[str]:
        """Return the WARC files that open work items are to be made from, and those of earlier visits to their pages.

        A visit that brings nothing new is stored as a reference to an earlier one.
        """
        w, t = s.work.c, s.attempt.c
        is_open = w.state.in_(("pending", "leased"))
        waiting = select(w.entry_id).where(is_open)
        visited = (
            select(t.warc["file"].astext)
            .distinct()
            .join_from(s.attempt, s.work, w.id == t.work_id)
            .where(w.entry_id.in_(waiting.scalar_subquery()), t.warc.is_not(None))
        )
        with self._engine.connect() as c:
            stored = c.scalars(select(w.stored).where(is_open, w.stored.is_not(None)))
            return {pointer["file"] for one in stored for pointer in one or ()} | {f for f in c.scalars(visited) if f}

    def looked_at_again(self, names: Sequence[str]) -> set[str]:
        """Return those of some WARC files whose addresses were visited again in a file that is not among them.

        Such a visit may be stored as a *revisit*, whose text lies in the earlier file.
        """
        if not names:
            return set()
        earlier, of_earlier = s.attempt.alias(), s.work.alias()
        later, of_later = s.attempt.alias(), s.work.alias()
        file = earlier.c.warc["file"].astext
        query = (
            select(file)
            .distinct()
            .join_from(earlier, of_earlier, of_earlier.c.id == earlier.c.work_id)
            .join(of_later, of_later.c.entry_id == of_earlier.c.entry_id)
            .join(later, (later.c.work_id == of_later.c.id) & (later.c.at > earlier.c.at))
            .where(file.in_(names), later.c.warc.is_not(None), later.c.warc["file"].astext.not_in(names))
        )
        with self._engine.connect() as c:
            return set(c.scalars(query))

    def forget_warc(self, names: Iterable[str]) -> None:
        """Forget the visits of WARC files that are gone."""
        with self._engine.begin() as c:
            forget_files(c, names)

    def drop_months(self, first_kept: str) -> int:
        """Remember that the index holds no documents of months before one; return of how many articles."""
        a = s.article.c
        with self._engine.begin() as c:
            return c.execute(
                update(s.article)
                .where(a.home_index < first_kept, func.jsonb_array_length(a.documents) > 0)
                .values(documents=[], indexed_story=None, batch_id=None)
            ).rowcount
