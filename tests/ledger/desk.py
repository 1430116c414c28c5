"""Records for the ledger's tests, and the shortest ways to put them in."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import Select

from pipeline.identity import canon_v1, text_hash, url_id
from pipeline.ledger import Ledger
from pipeline.ledger.work import BatchRow
from pipeline.records import (
    Article,
    DroppedEntry,
    Entry,
    Feed,
    FeedState,
    GivenBack,
    LeftOut,
    PollResult,
    Reason,
    Source,
    WorkItem,
)

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
GENERATION = 1
LEASE = timedelta(minutes=60)


def source(name: str = "gazette", feeds: int = 1) -> Source:
    home = f"http://{name}.example/"
    lists = tuple(Feed(url=f"{home}feed{n}", source_id=name) for n in range(feeds))
    return Source(id=name, name=name.title(), homepage=home, feeds=lists)


def entry(url: str, name: str = "gazette", **more: object) -> Entry:
    fields: dict[str, object] = {
        "entry_id": url_id(url),
        "url": url,
        "canon_url": canon_v1(url),
        "source_id": name,
        "feed_url": f"http://{name}.example/feed0",
        "published": NOON - HOUR,
    }
    return Entry(**(fields | more))  # type: ignore[arg-type]


def poll_of(state: FeedState, entries: Iterable[Entry] = (), **more: object) -> PollResult:
    fields: dict[str, object] = {
        "feed_id": state.feed_id,
        "url": state.url,
        "source_id": state.source_id,
        "at": NOON,
        "status": 200,
        "entries": tuple(replace(e, feed_url=state.url) for e in entries),
    }
    return PollResult(**(fields | more))  # type: ignore[arg-type]


def article_of(url: str, text: str, *, work_id: int, listed: str = "", **more: object) -> Article:
    """What extraction gives for a page at ``url`` to which the entry listed at ``listed`` (else ``url``) led."""
    fields: dict[str, object] = {
        "id": url_id(url),
        "url": url,
        "canonical_url": canon_v1(url),
        "title": text[:20],
        "text": text,
        "text_hash": text_hash(text),
        "entry_id": url_id(listed or url),
        "work_id": work_id,
        "source_id": "gazette",
        "published": NOON - HOUR,
        "fetched_at": NOON,
    }
    return Article(**(fields | more))  # type: ignore[arg-type]


class Desk:
    """A ledger in use: each method is one step of a run as ``stages.py`` takes it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def start(self, run_id: str, kind: str = "crawl", now: datetime = NOON) -> None:
        self.ledger.runs.start(run_id, kind, GENERATION, now, {})

    def listed(
        self, *urls: str, run_id: str = "r1", now: datetime = NOON, name: str = "gazette", **fields: object
    ) -> tuple[int, int]:
        """Poll the source's feed, which lists these addresses. Return how many were known, how many new."""
        self.ledger.feeds.sync([source(name), *(source(s) for s in self._sources() - {name})], interval_s=3600)
        state = self.ledger.feeds.claim([name], run_id, now, force=True)[0]
        return self.commit(
            poll_of(state, [entry(u, name, **fields) for u in urls]), run_id=run_id, now=now, state=state
        )

    def commit(
        self, result: PollResult, *, run_id: str, now: datetime, state: FeedState, after: Callable | None = None
    ) -> tuple[int, int]:
        decide = after or (lambda known, new: replace(state, last_poll_at=now, next_poll_at=now + HOUR))
        return self.ledger.feeds.commit_poll(result, run_id=run_id, generation=GENERATION, now=now, decide=decide)

    def claim(self, run_id: str = "r1", now: datetime = NOON, *, size: int = 100, most: int = 100) -> list[BatchRow]:
        made = self.ledger.work.claim(run_id, GENERATION, now, size=size, lease=LEASE, most=most)
        return [b for b in self.ledger.work.batches(run_id) if b.id in made]

    def items(self, batch: BatchRow) -> list[WorkItem]:
        return self.ledger.work.items(batch.id, {})

    def work(self, url: str) -> list[dict]:
        """The work items of an address, oldest first."""
        return next(e["work"] for e in self.ledger.trace.of(url)["entries"] if e["entry_id"] == url_id(url))

    def rows(self, query: Select) -> list[dict]:
        with self.ledger.engine.connect() as c:
            return [dict(r) for r in c.execute(query).mappings()]

    def _sources(self) -> set[str]:
        from pipeline.ledger import schema

        return {r["source_id"] for r in self.rows(schema.feed.select())}


def left_out(item: WorkItem, reason: Reason = Reason.NOT_FOUND) -> LeftOut:
    return LeftOut(
        work_id=item.work_id,
        entry_id=item.entry_id,
        url=item.url,
        source_id=item.source_id,
        stage="fetch",
        reason=reason,
        status=404,
    )


def given_back(item: WorkItem, *, counts: bool, not_before: datetime = NOON) -> GivenBack:
    return GivenBack(
        work_id=item.work_id,
        entry_id=item.entry_id,
        url=item.url,
        source_id=item.source_id,
        stage="fetch",
        reason=Reason.RATE_LIMITED,
        not_before=not_before,
        counts=counts,
    )


def dropped(url: str) -> DroppedEntry:
    return DroppedEntry(url=url, reason=Reason.TOO_OLD, title="Old news")
