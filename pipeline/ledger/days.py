"""One day of publication of a source, address by address; and what a backfill found and decided of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, delete, func, null, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from pipeline.ledger import schema as s
from pipeline.ledger.forgotten import share_listing
from pipeline.records import Entry, WarcPointer

#: As :mod:`pipeline.ledger.coverage` has it: the article's date, else the listed one, else the day it was first seen.
_OF_DAY = text(
    """
    SELECT e.entry_id, e.url,
        a.id AS article_id, a.revision, a.generation, a.batch_id, a.indexed_at, a.home_index, a.documents,
        r.warc, n.state, n.reason, j.judged, j.tried_at,
        coalesce((SELECT jsonb_agg(jsonb_build_array(w.revision, w.generation)) FROM work w
            WHERE w.entry_id = e.entry_id AND w.state IN ('pending', 'leased')), '[]'::jsonb) AS open
    FROM entry e
    LEFT JOIN LATERAL (
        SELECT * FROM article a WHERE a.entry_id = e.entry_id
        ORDER BY (a.id = e.article_id) DESC NULLS LAST, a.indexed_at DESC NULLS LAST, a.id LIMIT 1
    ) a ON true
    LEFT JOIN revision r ON r.article_id = a.id AND r.revision = a.revision
    LEFT JOIN LATERAL (
        SELECT w.state, w.reason FROM work w WHERE w.entry_id = e.entry_id
        ORDER BY w.revision DESC, w.generation DESC, w.id DESC LIMIT 1
    ) n ON true
    LEFT JOIN LATERAL (
        SELECT max(b.generation) AS judged, max(t.at) FILTER (WHERE t.stage = 'fetch') AS tried_at
        FROM work w JOIN attempt t ON t.work_id = w.id JOIN batch b ON b.id = t.batch_id
        WHERE w.entry_id = e.entry_id AND t.outcome <> 'given_back'
    ) j ON true
    WHERE e.source_id = :source
        AND (coalesce(a.published, e.published, e.first_seen) AT TIME ZONE :zone)::date = :day
    ORDER BY e.entry_id
    """
)
_OUTCOMES = text(
    """
    SELECT e.source_id, w.first_stage, b.generation, former.generation AS former, count(*) AS n
    FROM work w
    JOIN entry e USING (entry_id)
    JOIN LATERAL (
        SELECT b.id, b.generation, t.at FROM attempt t JOIN batch b ON b.id = t.batch_id
        WHERE t.work_id = w.id AND t.run_id = :run AND t.stage = 'index' AND t.outcome = 'done'
        ORDER BY t.at DESC LIMIT 1
    ) b ON true
    LEFT JOIN LATERAL (
        SELECT fb.generation FROM work fw JOIN attempt ft ON ft.work_id = fw.id JOIN batch fb ON fb.id = ft.batch_id
        WHERE fw.entry_id = w.entry_id AND fb.id <> b.id AND ft.stage = 'index' AND ft.outcome = 'done' AND ft.at < b.at
        ORDER BY ft.at DESC LIMIT 1
    ) former ON true
    GROUP BY e.source_id, w.first_stage, b.generation, former.generation
    """
)


class DayEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger knows of one address of the day."""

    entry_id: str
    url: str
    article_id: str = ""  # of its own article; empty: it has none
    revision: int = 0
    generation: int | None = None  # that made the indexed tags
    batch_id: str = ""  # that wrote the indexed documents
    indexed: bool = False  # the index took the newest revision
    home_index: str = ""
    documents: tuple[tuple[str, str], ...] = ()
    warc: WarcPointer | None = None  # of the newest revision
    state: str = ""  # of the newest work item; empty: there is none
    reason: str = ""
    judged: int = 0  # newest generation that came to a result; 0: none did
    tried_at: datetime | None = None
    open: frozenset[tuple[int, int]] = frozenset()  # revision and generation of its open items


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """What a backfill found of one source."""

    source_id: str
    day: date
    listing: dict[str, Any]
    decided: dict[str, Any]


class Days:
    """Days of publication."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with."""
        with self._engine.connect() as c:
            yield c

    @contextmanager
    def alone(self, queue: str, *, trial: bool = False) -> Iterator[Connection]:
        """A transaction in which nobody else decides about the same day.

        Args:
            queue: the day's.
            trial: nothing of it stays.
        """
        with self._engine.connect() as c:
            c.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:queue, 2))"), {"queue": queue})
            yield c
            if trial:
                c.rollback()
            else:
                c.commit()

    def begin(self, run_id: str) -> None:
        """Forget what a run found before: it begins anew."""
        with self._engine.begin() as c:
            c.execute(delete(s.survey).where(s.survey.c.run_id == run_id))

    def survey(self, run_id: str, source_id: str, day: date, *, listing: Mapping[str, Any]) -> None:
        """Remember what the lists of a source's past gave."""
        with self._engine.begin() as c:
            new = insert(s.survey).values(run_id=run_id, source_id=source_id, day=day, listing=dict(listing))
            c.execute(
                new.on_conflict_do_update(index_elements=["run_id", "source_id"], set_={"listing": dict(listing)})
            )

    def surveyed(self, run_id: str) -> list[Surveyed]:
        """Return what a run found and decided, by source."""
        v = s.survey.c
        with self._engine.connect() as c:
            rows = c.execute(select(s.survey).where(v.run_id == run_id).order_by(v.source_id)).all()
        return [Surveyed(source_id=r.source_id, day=r.day, listing=r.listing, decided=r.decided) for r in rows]

    def outcomes(self, run_id: str) -> dict[str, dict[str, int]]:
        """Count what a run wrote, by source: ``added``, ``retagged`` (older tags stood there) and ``written_again``."""
        found: dict[str, dict[str, int]] = {}
        with self._engine.connect() as c:
            for r in c.execute(_OUTCOMES, {"run": run_id}):
                what = "added" if r.former is None else "retagged" if r.former != r.generation else "written_again"
                counts = found.setdefault(r.source_id, {"added": 0, "retagged": 0, "written_again": 0})
                counts[what] += r.n
        return found


def of_day(c: Connection, source_id: str, zone: str, day: date) -> list[DayEntry]:
    """Return every address of a source whose day of publication, in a time zone, this is."""
    return [
        DayEntry(
            entry_id=r.entry_id,
            url=r.url,
            article_id=r.article_id or "",
            revision=r.revision or 0,
            generation=r.generation,
            batch_id=r.batch_id or "",
            indexed=r.indexed_at is not None,
            home_index=r.home_index or "",
            documents=tuple((a, i) for a, i in r.documents or ()),
            warc=WarcPointer(**r.warc) if r.warc else None,
            state=r.state or "",
            reason=r.reason or "",
            judged=r.judged or 0,
            tried_at=r.tried_at,
            open=frozenset((a, b) for a, b in r.open),
        )
        for r in c.execute(_OF_DAY, {"source": source_id, "zone": zone, "day": day})
    ]


def add_listed(c: Connection, entries: Iterable[Entry], run_id: str, now: datetime) -> tuple[int, int]:
    """Remember what a list of the past names. No work is made of it yet.

    Returns:
        How many were known, and how many are new. What was taken down counts as neither.
    """
    forgotten = share_listing(c)
    unique = {e.entry_id: e for e in entries if not forgotten.covers(e.url, e.source_id)}
    if not unique:
        return 0, 0
    new = insert(s.entry)
    made = c.scalars(
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
    ).all()
    return len(unique) - len(made), len(made)


def known_of(c: Connection, entry_ids: Sequence[str]) -> set[str]:
    """Return those of some entries that the ledger knows."""
    return set(c.scalars(select(s.entry.c.entry_id).where(s.entry.c.entry_id.in_(list(entry_ids)))))


def remember_decided(c: Connection, run_id: str, source_id: str, day: date, decided: Mapping[str, Any]) -> None:
    """Remember what was decided about a source's day."""
    new = insert(s.survey).values(run_id=run_id, source_id=source_id, day=day, decided=dict(decided))
    c.execute(new.on_conflict_do_update(index_elements=["run_id", "source_id"], set_={"decided": dict(decided)}))


def lose_records(c: Connection, entry_ids: Sequence[str]) -> None:
    """Take back the pointers of entries' newest revisions, and their validators: the stored pages are gone.

    The next visit asks without conditions, and an article without a stored page is not "unchanged".
    """
    e, r, a = s.entry.c, s.revision.c, s.article.c
    ids = sorted(entry_ids)
    newest = select(a.id, a.revision).where(a.entry_id.in_(ids)).subquery()
    c.execute(
        update(s.revision).where(r.article_id == newest.c.id, r.revision == newest.c.revision).values(warc=null())
    )
    c.execute(
        update(s.entry).where(e.entry_id.in_(ids)).values(etag="", last_modified="", body_hash="", visited=null())
    )


def decided_of(c: Connection, run_id: str) -> int:
    """Return for how many sources a run has decided already."""
    v = s.survey.c
    query = select(func.count()).select_from(s.survey).where(v.run_id == run_id, v.decided != text("'{}'::jsonb"))
    return int(c.scalar(query) or 0)
