"""Coverage: source × day of publication, computed from the ledger. Not what a run did, but what is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec
from sqlalchemy import Engine, text

#: Each entry of a source, on its day of publication in the source's own time zone, and how it stands: its article is in
#: the index (whatever a later visit found), else as its newest work item says, else it is listed and no more.
_OF_SOURCE = """
    SELECT DISTINCT ON (e.entry_id)
        e.entry_id, e.run_id,
        (coalesce(a.published, e.published, e.first_seen) AT TIME ZONE :zone)::date AS day,
        CASE WHEN a.entry_id = e.entry_id AND a.batch_id IS NOT NULL THEN 'done'
            ELSE coalesce(w.state, 'listed') END AS state,
        CASE WHEN a.entry_id = e.entry_id AND a.batch_id IS NOT NULL THEN '' ELSE coalesce(w.reason, '') END AS reason
    FROM entry e
    LEFT JOIN work w USING (entry_id)
    LEFT JOIN article a ON a.id = e.article_id
    WHERE e.source_id = :source
    ORDER BY e.entry_id, w.revision DESC, w.generation DESC, w.id DESC
"""
_OF_DAYS = text(
    f"""
    WITH newest AS ({_OF_SOURCE}),
    touched AS (
        SELECT DISTINCT day FROM newest n
        WHERE n.day = :day OR n.run_id = :run OR EXISTS (
            SELECT FROM attempt t JOIN work w ON w.id = t.work_id
            WHERE t.run_id = :run AND w.entry_id = n.entry_id)
    )
    SELECT day, state, reason, count(*) AS n FROM newest JOIN touched USING (day)
    GROUP BY day, state, reason ORDER BY day, state, reason
    """  # noqa: S608 - put together from constants
)


class DayRow(msgspec.Struct, frozen=True, kw_only=True):
    """How the addresses of one source and day stand."""

    source_id: str
    day: date
    listed: int
    indexed: int
    pending: int  # waiting or under way
    left_out: dict[str, int]  # reason → n
    unfetched: int = 0  # listed, and nobody was to fetch it


class Coverage:
    """Answers *is it complete?*"""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def touched_by(self, run_id: str, zones: Mapping[str, str], *, day: date | None = None) -> list[DayRow]:
        """Return the days of publication on which a run changed anything, as they stand now.

        Args:
            run_id: the run.
            zones: time zone of each source to look at.
            day: one that counts as touched.
        """
        rows = []
        with self._engine.connect() as c:
            for source, zone in sorted(zones.items()):
                days: dict[date, dict[tuple[str, str], int]] = {}
                for r in c.execute(_OF_DAYS, {"source": source, "zone": zone, "run": run_id, "day": day}):
                    days.setdefault(r.day, {})[r.state, r.reason] = r.n
                rows += [_day(source, day, counts) for day, counts in days.items()]
        return rows


def _day(source: str, day: date, counts: Mapping[tuple[str, str], int]) -> DayRow:
    return DayRow(
        source_id=source,
        day=day,
        listed=sum(counts.values()),
        indexed=sum(n for (state, _), n in counts.items() if state == "done"),
        pending=sum(n for (state, _), n in counts.items() if state in ("pending", "leased")),
        left_out={reason: n for (state, reason), n in counts.items() if state == "left_out"},
        unfetched=sum(n for (state, _), n in counts.items() if state == "listed"),
    )
