"""What polls and fetches said of each source: the material of its health."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from pipeline.records import DayYield, FeedKind, FeedSeen, PollSeen, Reason, SourceHistory

_DAYS = timedelta(weeks=10)
_LATELY = timedelta(days=3)
_WEEK = timedelta(days=7)
_POLLS = 12  # of each feed, the newest

#: Days are the source's own; ``zones`` is a map of source ids to zones.
_ZONES = "SELECT key AS source_id, value AS zone FROM jsonb_each_text(CAST(:zones AS jsonb))"
_POLLED = text(
    f"""
    WITH z AS ({_ZONES})
    SELECT p.source_id, (p.at AT TIME ZONE z.zone)::date AS day, count(*) AS polls, sum(p.new) AS new
    FROM poll p JOIN z USING (source_id)
    WHERE p.at >= :since AND (p.reason = '' OR p.status IS NOT NULL)
    GROUP BY 1, 2
    """  # noqa: S608 - put together from constants
)
#: What is published long before it is seen was filled in afterwards and says nothing of the day.
_MADE = text(
    f"""
    WITH z AS ({_ZONES})
    SELECT a.source_id, (a.first_seen AT TIME ZONE z.zone)::date AS day, count(*) AS articles
    FROM article a JOIN z USING (source_id)
    WHERE a.first_seen >= :since AND coalesce(a.published, a.first_seen) >= a.first_seen - interval '3 days'
    GROUP BY 1, 2
    """  # noqa: S608 - put together from constants
)
_FEEDS = text(
    """
    SELECT f.id, f.source_id, f.url, f.listed_url, f.kind, f.gone, f.failures, f.validators_trusted, f.moved_to,
        f.last_success_at, f.next_poll_at,
        (SELECT count(*) FROM poll p WHERE p.feed_id = f.id AND p.at >= :week
            AND (p.loss > 0 OR p.loss IS NULL AND p.loss_why IN ('gap', 'no overlap'))) AS polls_with_loss,
        (SELECT coalesce(sum(p.loss), 0) FROM poll p WHERE p.feed_id = f.id AND p.at >= :week) AS loss
    FROM feed f WHERE f.active AND f.kind <> 'archive_page' AND f.source_id = ANY(:ids) ORDER BY f.id
    """
)
_NEWEST = text(
    """
    SELECT * FROM (
        SELECT p.feed_id, p.at, p.status, p.reason, p.detail, p.kind, p.not_modified, p.entries, p.new, p.left_out,
            row_number() OVER (PARTITION BY p.feed_id ORDER BY p.at DESC, p.id DESC) AS n
        FROM poll p WHERE p.source_id = ANY(:ids) AND p.at >= :since) newest
    WHERE n <= :most ORDER BY feed_id, n
    """
)
_FIRST = text("SELECT source_id, min(at) AS at FROM poll WHERE source_id = ANY(:ids) GROUP BY 1")
_ADDRESSES = text(
    """
    SELECT a.feed_id, a.from_url, a.to_url, a.at FROM feed_address a JOIN feed f ON f.id = a.feed_id
    WHERE f.source_id = ANY(:ids) ORDER BY a.id
    """
)
#: Of each item its newest word: a page that came at the second try has come.
_TRIED = text(
    """
    SELECT source_id, outcome, reason, count(*) AS n FROM (
        SELECT DISTINCT ON (work_id) source_id, work_id, outcome, reason FROM attempt
        WHERE at >= :lately AND source_id = ANY(:ids) AND stage IN ('fetch', 'extract') AND outcome <> 'given_back'
        ORDER BY work_id, at DESC, stage, epoch DESC) newest
    GROUP BY 1, 2, 3
    """
)


class Health:
    """What the ledger knows of how sources are."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def histories(self, zones: Mapping[str, str], now: datetime) -> list[SourceHistory]:
        """Return the history of each source.

        Args:
            zones: the sources that are asked for, by id, with their time zones.
            now: the time.
        """
        given = {
            "zones": json.dumps(dict(zones)),
            "ids": sorted(zones),
            "since": now - _DAYS,
            "lately": now - _LATELY,
            "week": now - _WEEK,
            "most": _POLLS,
        }
        with self._engine.connect() as c:

            def rows(query: Any) -> list[dict[str, Any]]:
                wanted = {name: given[name] for name in query._bindparams}
                return [dict(row) for row in c.execute(query, wanted).mappings()]

            first = {row["source_id"]: row["at"] for row in rows(_FIRST)}
            polls = _grouped(rows(_NEWEST), "feed_id")
            addresses = _grouped(rows(_ADDRESSES), "feed_id")
            feeds = _grouped(rows(_FEEDS), "source_id")
            tried = _grouped(rows(_TRIED), "source_id")
            days: dict[tuple[str, Any], dict[str, int]] = defaultdict(dict)
            for row in rows(_POLLED):
                days[row["source_id"], row["day"]] |= {"polls": row["polls"], "new": row["new"]}
            for row in rows(_MADE):
                days[row["source_id"], row["day"]]["articles"] = row["articles"]
        by_source: dict[str, list[DayYield]] = defaultdict(list)
        for (source_id, day), counted in sorted(days.items()):
            by_source[source_id].append(DayYield(day=day, **counted))
        return [
            SourceHistory(
                source_id=source_id,
                timezone=zone,
                first_poll_at=first.get(source_id),
                feeds=tuple(
                    _feed(f, polls.get(f["id"], []), addresses.get(f["id"], [])) for f in feeds.get(source_id, [])
                ),
                days=tuple(by_source[source_id]),
                fetched=sum(r["n"] for r in tried.get(source_id, []) if r["outcome"] == "done"),
                refused={r["reason"]: r["n"] for r in tried.get(source_id, []) if _is_loss(r)},
            )
            for source_id, zone in zones.items()
        ]


def _is_loss(row: Mapping[str, Any]) -> bool:
    return row["outcome"] == "left_out" and bool(row["reason"]) and Reason(row["reason"]).is_loss


def _grouped(rows: list[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _feed(row: Mapping[str, Any], polls: list[dict[str, Any]], addresses: list[dict[str, Any]]) -> FeedSeen:
    same = ("url", "listed_url", "gone", "failures", "validators_trusted", "moved_to", "last_success_at",
            "next_poll_at", "polls_with_loss", "loss")  # fmt: skip
    return FeedSeen(
        **{name: row[name] for name in same},
        kind=FeedKind(row["kind"]),
        addresses=tuple((a["from_url"], a["to_url"], a["at"]) for a in addresses),
        polls=tuple(
            PollSeen(
                **{n: p[n] for n in ("at", "status", "detail", "kind", "not_modified", "entries", "new", "left_out")},
                reason=Reason(p["reason"]) if p["reason"] else None,
            )
            for p in polls
        ),
    )
