"""What people said of evidence, and the weekly samples they are asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, RowMapping, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.ledger import schema as s
from pipeline.reviews import Review

_DRAWING = 7_401_006


class Reviews:
    """The reviews. Every verdict stays; the newest one of an evidence id counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, review: Review) -> None:
        """Remember a verdict."""
        row = {f: getattr(review, f) for f in review.__struct_fields__}
        with self._engine.begin() as c:
            c.execute(insert(s.review), row)

    def newest(self, evidence_ids: Iterable[str]) -> dict[str, Review]:
        """Return what counts of some evidence; ids that nobody reviewed are left out."""
        ids = sorted(set(evidence_ids))
        if not ids:
            return {}
        with self._engine.connect() as c:
            rows = c.execute(
                select(s.review)
                .distinct(s.review.c.evidence_id)
                .where(s.review.c.evidence_id.in_(ids))
                .order_by(s.review.c.evidence_id, s.review.c.id.desc())
            ).mappings()
            return {r["evidence_id"]: _review(r) for r in rows}

    def all(self) -> list[Review]:
        """Return what counts of everything reviewed."""
        with self._engine.connect() as c:
            rows = c.execute(
                select(s.review).distinct(s.review.c.evidence_id).order_by(s.review.c.evidence_id, s.review.c.id.desc())
            ).mappings()
            return [_review(r) for r in rows]

    def draw(self, week: str, sample: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """Fix a week's sample. One that is drawn already stays as it is: it is not drawn again until it pleases.

        Args:
            week: the ISO week.
            sample: evidence as it is shown, each with its ``evidence_id``.
            now: the time.
        """
        with self._engine.begin() as c:
            c.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _DRAWING})
            if c.scalar(select(func.count()).select_from(s.audit).where(s.audit.c.week == week)):
                return
            rows = [
                {"week": week, "evidence_id": one["evidence_id"], "place": n, "drawn_at": now, "seen": dict(one)}
                for n, one in enumerate(sample)
            ]
            if rows:
                c.execute(upsert(s.audit).on_conflict_do_nothing(), rows)

    def sample(self, week: str) -> list[dict[str, Any]]:
        """Return a week's sample as it was drawn; empty if it was not."""
        with self._engine.connect() as c:
            return list(c.scalars(select(s.audit.c.seen).where(s.audit.c.week == week).order_by(s.audit.c.place)))

    def week_of(self, evidence_id: str) -> str:
        """Return the newest week in whose sample some evidence is; empty if it is in none."""
        with self._engine.connect() as c:
            week = c.scalar(select(func.max(s.audit.c.week)).where(s.audit.c.evidence_id == evidence_id))
        return str(week or "")

    def weeks(self, most: int) -> list[str]:
        """Return the newest weeks that have a sample, newest first."""
        with self._engine.connect() as c:
            return list(c.scalars(select(s.audit.c.week).distinct().order_by(s.audit.c.week.desc()).limit(most)))


def _review(row: RowMapping) -> Review:
    return msgspec.convert({name: row[name] for name in Review.__struct_fields__}, Review)
