"""What the ledger holds in all, and its latest runs: for pages that show it."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Engine, func, select

from pipeline.ledger import schema as s
from pipeline.ledger.runs import RunRow


class Totals(Struct, frozen=True, kw_only=True):
    """How much there is of what."""

    sources: int  # with a feed that is polled
    feeds: int
    entries: int
    articles: int
    stories: int
    waiting: int  # work items that another run will take up
    left_out: int


class Overview:
    """Reads over the whole ledger."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def totals(self) -> Totals:
        """Count everything."""
        feed, work, article = s.feed.c, s.work.c, s.article.c
        queries = {
            "sources": select(func.count(feed.source_id.distinct())).where(feed.active),
            "feeds": select(func.count()).where(feed.active),
            "entries": select(func.count()).select_from(s.entry),
            "articles": select(func.count()).select_from(s.article),
            "stories": select(func.count(article.story_id.distinct())),
            "waiting": select(func.count()).where(work.state == "pending"),
            "left_out": select(func.count()).where(work.state == "left_out"),
        }
        columns = [query.scalar_subquery().label(name) for name, query in queries.items()]
        with self._engine.connect() as c:
            return Totals(**c.execute(select(*columns)).mappings().one())

    def runs(self, n: int) -> list[RunRow]:
        """Return the latest runs, newest first."""
        with self._engine.connect() as c:
            rows = c.execute(select(s.run).order_by(s.run.c.started_at.desc(), s.run.c.id).limit(n)).mappings()
            return [RunRow(**row) for row in rows]
