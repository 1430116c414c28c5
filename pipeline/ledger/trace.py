"""Everything the ledger knows of one address."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Engine, select

from pipeline.identity import canon_v1, url_id
from pipeline.ledger import schema as s
from pipeline.ledger.forgotten import Takedowns
from pipeline.ledger.rows import all_rows, first_row


class Trace:
    """Answers *what happened to this address?*"""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, url: str) -> dict[str, Any]:
        """Return what is known of an address, as JSON-ready maps (times as datetime).

        Returns:
            ``url, canonical_url, entry_id``; ``entries`` (each with its feed, work items and attempts),
            ``dropped`` (discovery did not take it), ``article`` (with revisions and indexed documents) or None,
            ``forgotten`` (the takedown that covers it: ``subject, kind, reason, who, at, done_at, …``) or None.
        """
        canon = canon_v1(url)
        with self._engine.connect() as c:
            alias = c.scalar(select(s.alias.c.article_id).where(s.alias.c.canon_url == canon))
            article_id = alias or url_id(url)
            e = s.entry.c
            entries = all_rows(c, select(s.entry).where((e.canon_url == canon) | (e.article_id == article_id)))
            for entry in entries:
                entry["work"] = all_rows(
                    c, select(s.work).where(s.work.c.entry_id == entry["entry_id"]).order_by(s.work.c.id)
                )
                for item in entry["work"]:
                    item["attempts_made"] = all_rows(
                        c, select(s.attempt).where(s.attempt.c.work_id == item["id"]).order_by(s.attempt.c.at)
                    )
                entry["feed"] = first_row(
                    c,
                    select(s.feed).where(
                        (s.feed.c.url == entry["feed_url"]) | (s.feed.c.listed_url == entry["feed_url"])
                    ),
                )
            article = first_row(c, select(s.article).where(s.article.c.id == article_id))
            if article:
                article["revisions"] = all_rows(
                    c,
                    select(s.revision).where(s.revision.c.article_id == article_id).order_by(s.revision.c.revision),
                )
                article["aliases"] = list(
                    c.scalars(select(s.alias.c.canon_url).where(s.alias.c.article_id == article_id))
                )
                article["story"] = list(
                    c.scalars(
                        select(s.article.c.canonical_url)
                        .where(s.article.c.story_id == article["story_id"])
                        .order_by(s.article.c.published)
                    )
                )
                article["generation_versions"] = c.scalar(
                    select(s.generation.c.versions).where(s.generation.c.id == article["generation"])
                )
            dropped = all_rows(c, select(s.dropped).where(s.dropped.c.url.in_([url, canon])))
        return {
            "url": url,
            "canonical_url": canon,
            "entry_id": url_id(url),
            "entries": entries,
            "dropped": dropped,
            "article": article,
            "forgotten": self._forgotten(url, {e["source_id"] for e in entries}),
        }

    def _forgotten(self, url: str, source_ids: set[str]) -> dict[str, Any] | None:
        takedown = Takedowns(self._engine).of_url(url, source_ids)
        return msgspec.structs.asdict(takedown) if takedown else None
