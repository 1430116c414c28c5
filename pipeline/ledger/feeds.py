"""Feeds, polls, entries: what discovery remembers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Engine, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from pipeline.ledger import schema as s
from pipeline.ledger.forgotten import share_listing, without_forgotten
from pipeline.ledger.rows import all_rows
from pipeline.ledger.runs import is_dead
from pipeline.ledger.work import Todo, add_work
from pipeline.records import FeedKind, FeedState, ListWindow, PollResult, Source

log = logging.getLogger(__name__)

_CLAIM = timedelta(minutes=15)
_STATE = (
    "url",
    "kind",
    "etag",
    "last_modified",
    "body_hash",
    "interval_s",
    "next_poll_at",
    "last_poll_at",
    "last_success_at",
    "failures",
    "moved_to",
    "moved_seen",
    "gone",
    "document_at",
    "unmodified",
    "validators_trusted",
)


class Feeds:
    """The feeds of the sources, when each is due, and what each listed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sync(self, sources: Iterable[Source], *, interval_s: int, now: datetime | None = None) -> None:
        """Take over the feeds of ``sources.yml``: new ones become due at once, missing ones inactive.

        A feed that is entered under the address it has moved to is the same feed. One that comes back after it had
        left the file is asked again even if it was gone.
        """
        now = now or datetime.now(UTC)
        rows = [
            {
                "url": f.url,
                "listed_url": f.url,
                "source_id": source.id,
                "kind": f.kind.value,
                "interval_s": interval_s,
                "active": True,
            }
            for source in sources
            for f in source.feeds
        ]
        with self._engine.begin() as c:
            c.execute(update(s.feed).values(active=False).where(s.feed.c.listed_url.not_in([r["url"] for r in rows])))
            if rows:
                self._give_back_addresses(c, {str(r["url"]) for r in rows}, now)
                new = insert(s.feed)
                c.execute(
                    new.on_conflict_do_update(
                        index_elements=["listed_url"],
                        set_={
                            "active": True,
                            "source_id": new.excluded.source_id,
                            "gone": and_(s.feed.c.active, s.feed.c.gone),
                        },
                    ),
                    rows,
                )

    @staticmethod
    def _give_back_addresses(c: Connection, listed: set[str], now: datetime) -> None:
        """Make room for addresses of the file that a feed has moved to: it becomes that feed, or returns to its own."""
        f = s.feed.c
        moved = all_rows(
            c, select(f.id, f.url, f.listed_url).where(f.url.in_(sorted(listed)), f.url != f.listed_url).order_by(f.id)
        )
        taken = set(c.scalars(select(f.listed_url).where(f.listed_url.in_([m["url"] for m in moved]))))
        for m in moved:
            if m["url"] in taken:
                continue
            if m["listed_url"] in listed:
                c.execute(update(s.feed).where(f.id == m["id"]).values(url=m["listed_url"], moved_to="", moved_seen=0))
                _note_address(c, m["id"], m["url"], m["listed_url"], now, "both are in the sources file")
            else:
                c.execute(update(s.feed).where(f.id == m["id"]).values(listed_url=m["url"], active=True))

    def due(self, source_ids: Sequence[str], now: datetime, *, force: bool = False) -> list[str]:
        """Return those of the sources that have a feed to poll now."""
        query = select(s.feed.c.source_id).distinct().where(self._is_due(source_ids, now, force=force))
        with self._engine.connect() as c:
            return sorted(c.scalars(query))

    def claim(self, source_ids: Sequence[str], run_id: str, now: datetime, *, force: bool = False) -> list[FeedState]:
        """Take the due feeds of some sources for this run. What another live run holds is left to it."""
        free = or_(s.feed.c.claimed_until.is_(None), s.feed.c.claimed_until < now, s.feed.c.claimed_by == run_id)
        picked = (
            select(s.feed.c.id)
            .where(self._is_due(source_ids, now, force=force), free)
            .order_by(s.feed.c.id)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(s.feed)
            .where(s.feed.c.id.in_(picked.scalar_subquery()))
            .values(claimed_by=run_id, claimed_until=now + _CLAIM)
            .returning(s.feed)
        )
        with self._engine.begin() as c:
            rows = c.execute(taken).mappings().all()
        return [
            FeedState(
                feed_id=r["id"],
                source_id=r["source_id"],
                list_window=msgspec.convert(r["list_window"], ListWindow | None),
                **{k: r[k] for k in _STATE} | {"kind": FeedKind(r["kind"])},
            )
            for r in sorted(rows, key=lambda r: r["id"])
        ]

    def reopen(self, run_id: str) -> int:
        """Free the feeds that runs hold which ended or died, as :meth:`Work.reopen` does with items.

        Returns:
            How many feeds.
        """
        holders = (
            select(s.run.c.id, s.run.c.kind, s.run.c.finished_at)
            .join_from(s.feed, s.run, s.run.c.id == s.feed.c.claimed_by)
            .distinct()
        )
        with self._engine.begin() as c:
            over = [r["id"] for r in all_rows(c, holders) if is_dead(c, r, run_id)]
            return c.execute(
                update(s.feed).where(s.feed.c.claimed_by.in_(over)).values(claimed_by=None, claimed_until=None)
            ).rowcount

    def release(self, run_id: str) -> int:
        """Free at once the feeds that a run still holds (it was interrupted and says so). Return how many."""
        with self._engine.begin() as c:
            return c.execute(
                update(s.feed).where(s.feed.c.claimed_by == run_id).values(claimed_by=None, claimed_until=None)
            ).rowcount

    def commit_poll(
        self,
        result: PollResult,
        *,
        run_id: str,
        generation: int,
        now: datetime,
        decide: Callable[[int, int], FeedState],
    ) -> tuple[int, int]:
        """Remember one poll in one transaction: its entries, their work items, and the feed's next state.

        Args:
            result: what the poll gave.
            run_id: the run that polled.
            generation: the run's generation, for new work items.
            now: the time of the decision.
            decide: given how many entries were known and how many new, the feed's next state.

        Returns:
            How many entries were known, and how many are new.
        """
        with self._engine.begin() as c:
            result = without_forgotten(result, share_listing(c))
            new = self._insert_entries(c, result, run_id, now)
            listed = {e.entry_id for e in result.entries}
            changed = self._changed(c, result, set(new), now)
            todo = [*((i, 1) for i in new), *changed]
            add_work(c, [Todo(entry_id=i, revision=r, generation=generation) for i, r in todo], now)
            known = len(listed) - len(new)
            state = self._moved(c, decide(known, len(new)), result, now)
            values = {k: getattr(state, k) for k in _STATE} | {"claimed_by": None, "claimed_until": None}
            if result.list_window is not None:
                values["list_window"] = msgspec.to_builtins(state.list_window)
            c.execute(update(s.feed).where(s.feed.c.id == result.feed_id).values(**values))
            c.execute(
                insert(s.poll).values(
                    feed_id=result.feed_id,
                    run_id=run_id,
                    source_id=result.source_id,
                    at=result.at,
                    status=result.status,
                    not_modified=result.not_modified or result.same_body,
                    entries=len(listed),
                    known=known,
                    new=len(new),
                    overlap=known > 0 if listed else None,
                    reason=result.reason or "",
                    detail=result.detail,
                    faults=list(result.faults),
                    kind=result.kind.value if result.list_window is not None else "",
                    conditional=result.conditional,
                    loss=result.loss,
                    loss_why=result.loss_why,
                    left_out=result.left_out,
                )
            )
            if result.dropped:
                drop = insert(s.dropped)
                rows = {(d.url, d.reason): d for d in result.dropped}.values()
                c.execute(
                    drop.on_conflict_do_update(
                        index_elements=["source_id", "url", "reason"], set_={"last_at": drop.excluded.last_at}
                    ),
                    [
                        {
                            "source_id": result.source_id,
                            "url": d.url,
                            "reason": d.reason.value,
                            "title": d.title,
                            "detail": d.detail,
                            "run_id": run_id,
                            "first_at": now,
                            "last_at": now,
                        }
                        for d in rows
                    ],
                )
        return known, len(new)

    @staticmethod
    def _moved(c: Connection, state: FeedState, result: PollResult, now: datetime) -> FeedState:
        """Note a feed's new address; where another feed has it, this one stays where it was."""
        before = c.scalar(select(s.feed.c.url).where(s.feed.c.id == result.feed_id)) or state.url
        if state.url == before:
            return state
        other = c.scalar(
            select(s.feed.c.listed_url).where(
                s.feed.c.id != result.feed_id, or_(s.feed.c.url == state.url, s.feed.c.listed_url == state.url)
            )
        )
        if other is not None:
            log.info("a feed leads to another", extra={"feed": before, "to": state.url, "listed_as": other})
            return msgspec.structs.replace(state, url=before, moved_to=state.url, moved_seen=0)
        _note_address(c, result.feed_id, before, state.url, now, "a permanent redirect that held")
        log.info("a feed has moved", extra={"feed": before, "to": state.url})
        return state

    @staticmethod
    def _is_due(source_ids: Sequence[str], now: datetime, *, force: bool) -> Any:
        # A dated archive page lists the past: its address is a template that a crawl cannot ask for.
        lists_news = s.feed.c.kind != FeedKind.ARCHIVE_PAGE.value
        taken_down = select(s.forgotten.c.key).where(s.forgotten.c.kind == "source")
        due = and_(
            s.feed.c.active,
            ~s.feed.c.gone,
            lists_news,
            s.feed.c.source_id.in_(source_ids),
            s.feed.c.source_id.not_in(taken_down),
        )
        return due if force else and_(due, or_(s.feed.c.next_poll_at.is_(None), s.feed.c.next_poll_at <= now))

    @staticmethod
    def _insert_entries(c: Connection, result: PollResult, run_id: str, now: datetime) -> list[str]:
        unique = {e.entry_id: e for e in reversed(result.entries)}
        if not unique:
            return []
        new = insert(s.entry)
        rows = c.execute(
            new.on_conflict_do_nothing(index_elements=["entry_id"]).returning(s.entry.c.entry_id),
            [
                {
                    "entry_id": e.entry_id,
                    "url": e.url,
                    "canon_url": e.canon_url,
                    "source_id": e.source_id,
                    "feed_url": e.feed_url,
                    "title": e.title,
                    "published": e.published,
                    "published_raw": e.published_raw,
                    "published_read_as": e.published_read_as,
                    "updated": e.updated,
                    "guid": e.guid,
                    "run_id": run_id,
                    "first_seen": now,
                    "last_listed": now,
                }
                for e in sorted(unique.values(), key=lambda e: e.entry_id)  # one lock order: no deadlock
            ],
        )
        return list(rows.scalars())

    @staticmethod
    def _changed(c: Connection, result: PollResult, new: set[str], now: datetime) -> list[tuple[str, int]]:
        """Known entries that their list says were updated since: entry id and the revision that may come of it.

        A list that dates an entry only once it has changed says so by the first date. Another list's first date says
        nothing yet, and is kept to compare the next with. What was left out gets another chance.
        """
        listed = {e.entry_id: e for e in result.entries if e.entry_id not in new}
        if not listed:
            return []
        c.execute(update(s.entry).where(s.entry.c.entry_id.in_(sorted(listed))).values(last_listed=now))
        e = s.entry.c
        rows = c.execute(
            select(e.entry_id, e.updated, e.feed_url, func.coalesce(e.published, e.first_seen), s.article.c.revision)
            .join_from(s.entry, s.article, s.article.c.entry_id == e.entry_id, isouter=True)
            .where(
                e.entry_id.in_([k for k, v in listed.items() if v.updated is not None]),
                s.article.c.id.is_not(None) | e.article_id.is_(None),  # no visits for another entry's article
            )
        ).all()
        changed = []
        for entry_id, before, first_list, published, revision in rows:
            updated = listed[entry_id].updated
            if before is None and first_list == listed[entry_id].feed_url:
                before = published
            if updated is None or (before is not None and updated <= before):
                continue
            c.execute(update(s.entry).where(e.entry_id == entry_id).values(updated=updated))
            if before is not None:
                changed.append((entry_id, (revision or 0) + 1))
        return changed


def _note_address(c: Connection, feed_id: int, before: str, after: str, now: datetime, why: str) -> None:
    c.execute(insert(s.feed_address).values(feed_id=feed_id, from_url=before, to_url=after, at=now, why=why))
