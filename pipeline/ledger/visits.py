"""What the archive holds, visit by visit: the WARC files' own records, read into a table that may be made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from pipeline.ledger import schema as s
from pipeline.ledger.forgotten import share_listing
from pipeline.records import WarcPointer

_UNKNOWN = text(
    """
    SELECT v.entry_id, min(v.at) AS first_at,
        (array_agg(v.file ORDER BY v.at))[1] AS file,
        (array_agg(v."offset" ORDER BY v.at))[1] AS "offset",
        (array_agg(v.length ORDER BY v.at))[1] AS length
    FROM visit v LEFT JOIN entry e USING (entry_id)
    WHERE v.source_id = :source AND e.entry_id IS NULL
    GROUP BY v.entry_id
    HAVING (coalesce(max(v.published), min(v.at)) AT TIME ZONE :zone)::date = :day
    ORDER BY v.entry_id
    """
)


class StoredVisit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit as the archive tells of it."""

    pointer: WarcPointer
    entry_id: str
    url: str  # as listed
    source_id: str
    at: datetime
    status: int | None = None
    reason: str = ""  # why it was left out; empty: a page
    body_hash: str = ""
    published: datetime | None = None  # as a list gave it

    @property
    def holds_page(self) -> bool:
        """Whether a page came back, whatever was thought of it then."""
        return not self.reason or self.status == 200


class Adoptee(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that the archive knows and the ledger does not."""

    entry_id: str
    first_at: datetime
    pointer: WarcPointer  # of its first visit


def read_files(c: Connection) -> dict[str, int]:
    """Return the WARC files whose visits are known, name → size; those with rows missing count as not read."""
    held = select(s.visit.c.file, func.count().label("n")).group_by(s.visit.c.file).subquery()
    f = s.warc_file.c
    query = select(f.name, f.size, f.visits, func.coalesce(held.c.n, 0).label("n")).join_from(
        s.warc_file, held, held.c.file == f.name, isouter=True
    )
    return {r.name: r.size for r in c.execute(query) if r.n >= r.visits}


def remember_file(c: Connection, name: str, size: int, visits: Sequence[StoredVisit], now: datetime) -> None:
    """Remember the visits of one file, in place of what was known of it. What was taken down stays out."""
    forgotten = share_listing(c)
    kept = [v for v in visits if not forgotten.covers(v.url, v.source_id)]
    c.execute(delete(s.warc_file).where(s.warc_file.c.name == name))
    c.execute(insert(s.warc_file).values(name=name, size=size, visits=len(kept), read_at=now))
    if kept:
        c.execute(
            insert(s.visit),
            [
                {
                    "file": name,
                    "offset": v.pointer.offset,
                    "length": v.pointer.length,
                    "entry_id": v.entry_id,
                    "url": v.url,
                    "source_id": v.source_id,
                    "at": v.at,
                    "status": v.status,
                    "reason": v.reason,
                    "body_hash": v.body_hash,
                    "published": v.published,
                }
                for v in kept
            ],
        )


def forget_files(c: Connection, names: Iterable[str]) -> None:
    """Forget files that are no longer there, and their visits."""
    c.execute(delete(s.warc_file).where(s.warc_file.c.name.in_(list(names))))


def of_entries(c: Connection, entry_ids: Iterable[str]) -> dict[str, list[StoredVisit]]:
    """Return the visits of some entries, oldest first."""
    v = s.visit.c
    found: dict[str, list[StoredVisit]] = {}
    for r in c.execute(select(s.visit).where(v.entry_id.in_(list(entry_ids))).order_by(v.at, v.file, v.offset)):
        found.setdefault(r.entry_id, []).append(
            StoredVisit(
                pointer=WarcPointer(file=r.file, offset=r.offset, length=r.length),
                entry_id=r.entry_id,
                url=r.url,
                source_id=r.source_id,
                at=r.at,
                status=r.status,
                reason=r.reason,
                body_hash=r.body_hash,
                published=r.published,
            )
        )
    return found


def unknown_entries(c: Connection, source_id: str, zone: str, day: date) -> list[Adoptee]:
    """Return the entries of a source and day that were visited and of which the ledger knows nothing.

    Their day is that of the listed date, else of the first visit: what their pages say is not read yet.
    """
    rows = c.execute(_UNKNOWN, {"source": source_id, "zone": zone, "day": day})
    return [
        Adoptee(
            entry_id=r.entry_id,
            first_at=r.first_at,
            pointer=WarcPointer(file=r.file, offset=r.offset, length=r.length),
        )
        for r in rows
    ]


def adopt(c: Connection, rows: Sequence[Mapping[str, object]]) -> int:
    """Put entries that the archive knows into the ledger, with the article that was theirs. Return how many are new.

    Args:
        c: a transaction.
        rows: columns of ``entry``.
    """
    forgotten = share_listing(c)
    kept = [r for r in rows if not forgotten.covers(str(r["canon_url"]), str(r["source_id"]))]
    if not kept:
        return 0
    mine = c.scalars(
        insert(s.entry).on_conflict_do_nothing(index_elements=["entry_id"]).returning(s.entry.c.entry_id),
        sorted(kept, key=lambda r: str(r["entry_id"])),
    ).all()
    a, e = s.article.c, s.entry.c
    c.execute(s.entry.update().where(e.entry_id.in_(mine), a.entry_id == e.entry_id).values(article_id=a.id))
    return len(mine)
