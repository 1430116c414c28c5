"""What is kept and what goes: decisions about takedowns and retention. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from pipeline.identity import canon_v1
from pipeline.ledger.forgotten import Forgotten
from pipeline.records import Article, LeftOut, Page, Reason, Record, Tagged, WorkItem

R = TypeVar("R", WorkItem, Page, Article, Tagged)


# --------------------------------------------------------------------------------------------------- takedowns


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with a takedown."""

    forgotten: Forgotten  # the keys of this takedown alone
    entry_ids: frozenset[str] = frozenset()
    article_ids: frozenset[str] = frozenset()

    def matches(self, record: dict[str, Any]) -> bool:
        """Tell whether a record as it stands in a batch file, or a visit's outcome, belongs to the takedown."""
        if isinstance(record.get("article"), dict):
            record = record["article"]
        if record.get("entry_id") in self.entry_ids:
            return True
        if record.get("id") in self.article_ids or record.get("article_id") in self.article_ids:
            return True
        source = record.get("source_id", "")
        urls = [record.get(name) or "" for name in ("url", "canon_url", "final_url", "canonical_url", "rel_canonical")]
        return any(self.forgotten.covers(url, source) for url in [*urls, *record.get("redirects", ())])


#: What stays of a work item: that it was there, not what it was about.
_OF_BLANK_ITEM = frozenset(
    {"work_id", "entry_id", "url", "canon_url", "source_id", "revision", "attempt", "listed_published", "feed_url"}
    | {"source_name", "source_language", "source_country", "source_timezone", "first_stage"}
)


def blanked(stage: str, record: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    """Return what stands in a stage's file in place of a record that was taken down; None where nothing does.

    What later stages count stays countable: a page or an article becomes an item that was left out.
    """
    if stage == "tagged":
        return None
    if stage == "entries":
        return {k: v for k, v in record.items() if k in _OF_BLANK_ITEM}
    if stage == "indexed":
        kept = {k: v for k, v in record.items() if k in ("work_id", "article_id", "source_id", "entry_id", "url")}
        return kept | {"reason": Reason.FORGOTTEN.value}
    left_out = LeftOut(
        work_id=record["work_id"],
        entry_id=record["entry_id"],
        url=record["url"],
        source_id=record["source_id"],
        stage="fetch" if stage == "pages" else "extract",
        reason=Reason.FORGOTTEN,
        at=now,
    )
    told: dict[str, Any] = msgspec.to_builtins(left_out)
    same = record.get("type") == "left_out" and record.get("reason") == Reason.FORGOTTEN.value
    return record if same else told


def without_taken_down(
    records: Iterable[R], forgotten: Forgotten, stage: str, now: datetime
) -> tuple[list[R], list[LeftOut]]:
    """Part what goes on from what was taken down since it was listed."""
    going_on: list[R] = []
    left_out: list[LeftOut] = []
    for record in records:
        one = record.article if isinstance(record, Tagged) else record
        if not any(forgotten.covers(url, one.source_id) for url in _addresses(one)):
            going_on.append(record)
            continue
        left_out.append(
            LeftOut(
                work_id=one.work_id,
                entry_id=one.entry_id,
                url=one.url,
                source_id=one.source_id,
                stage=stage,
                reason=Reason.FORGOTTEN,
                detail="taken down on request",
                at=now,
            )
        )
    return going_on, left_out


def _addresses(record: WorkItem | Page | Article) -> list[str]:
    if isinstance(record, WorkItem):
        return [record.url]
    if isinstance(record, Page):
        return [record.url, record.final_url, *record.redirects]
    return [record.url, record.canonical_url, *([record.rel_canonical] if record.rel_canonical else [])]


# --------------------------------------------------------------------------------------------------- retention


class BatchFacts(Record, frozen=True, kw_only=True):
    """What is known of a batch that is old enough to go."""

    id: str
    under_way: bool = False
    pending: int = 0  # work items that still name it
    articles: int = 0  # whose tags the index shows and which it holds
    without_page: int = 0  # of them, those whose page WARC does not hold


def old_enough(made: datetime | date, now: datetime, days: int) -> bool:
    """Tell whether something made then is older than the days it is kept; 0 days are for ever."""
    if days <= 0:
        return False
    if isinstance(made, datetime):
        return made < now - timedelta(days=days)
    return made < (now - timedelta(days=days)).date()


def why_batch_stays(batch: BatchFacts) -> str:
    """Return why a batch that is old enough must not go yet, in words; empty where it may.

    A backfill that tags or writes anew reads the batch; without it, it reads the page in WARC again. So a batch goes
    only when WARC can make everything of it again.
    """
    if batch.under_way:
        return "under way"
    if batch.pending:
        return "work waits for it"
    if batch.without_page:
        return "WARC cannot make it again"
    return ""


def first_kept_month(now: datetime, months: int) -> str:
    """Return the oldest month (``YYYY-MM``) whose indices are kept, this month counted; empty: all are kept."""
    if months <= 0:
        return ""
    whole = now.year * 12 + now.month - 1 - (months - 1)
    return f"{whole // 12:04d}-{whole % 12 + 1:02d}"


def day_is_kept(day: date, now: datetime, months: int) -> bool:
    """Tell whether an article of a day of publication, in whatever time zone, may live in a month that is kept."""
    return f"{day + timedelta(days=1):%Y-%m}" >= first_kept_month(now, months)


def within_kept_months(outcomes: Iterable[Article | LeftOut], now: datetime, months: int) -> list[Article | LeftOut]:
    """Leave articles out that live in a month whose indices retention drops: nothing brings it back."""
    first = first_kept_month(now, months)
    return [
        LeftOut(
            work_id=one.work_id,
            entry_id=one.entry_id,
            url=one.url,
            source_id=one.source_id,
            stage="extract",
            reason=Reason.NOT_KEPT,
            detail=f"lives in {one.home_index}; indices are kept from {first} on",
            at=now,
        )
        if isinstance(one, Article) and one.home_index < first
        else one
        for one in outcomes
    ]


def months_that_go(names: Sequence[str], now: datetime, months: int) -> list[str]:
    """Return those of some monthly indices (``alias-YYYY-MM``) that are no longer kept, oldest first."""
    first = first_kept_month(now, months)
    return sorted((n for n in names if first and n[-7:] < first), key=lambda n: (n[-7:], n))


def canonical(url: str) -> str:
    """Return an address in canonical form, empty where it is none."""
    try:
        return canon_v1(url)
    except ValueError:
        return ""
