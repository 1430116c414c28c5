"""The five verbs in order, batch in, batch out.

    plan → discover → split → [fetch → extract → tag → index] for each batch → report

Stages decide and know nothing; archive and ledger remember; here they meet. Every step may be killed at any
point and run again: a stage first commits its file (``archive``), then settles with the ledger, and both may be
said twice. What is in memory when a process dies is the only thing lost, and all of it can be made again.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property
from importlib import metadata
from itertools import chain, zip_longest
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from pipeline import __version__
from pipeline.archive import BatchStore, WarcStore
from pipeline.clock import Clock, utc_now
from pipeline.errors import (
    ArchiveError,
    BatchFailed,
    ConfigError,
    LedgerError,
    ManifestMissing,
    NoRoom,
)
from pipeline.keep import R, first_kept_month, within_kept_months, without_taken_down
from pipeline.ledger import Ledger
from pipeline.ledger.articles import Indexed
from pipeline.ledger.runs import RunRow
from pipeline.ledger.work import BatchRow, Done
from pipeline.records import (
    Article,
    Exchange,
    FeedState,
    GivenBack,
    LeftOut,
    Page,
    PollResult,
    Reason,
    Record,
    Source,
    Tagged,
    Tags,
    WorkItem,
)
from pipeline.report import RunReport, coverage_documents, run_documents, run_report
from pipeline.room import shortage
from pipeline.settings import Settings, get_settings
from pipeline.sources import choose, load_sources
from pipeline.stages.replay import by_stage, chains, lost, made_before, replayed, to_keep, with_work
from pipeline.stages.reviews import reviewed
from pipeline.stages.revisits import MOST_A_SOURCE, again_after, gone_and_there, visits, with_changes

if TYPE_CHECKING:
    from pipeline.index.client import Index
    from pipeline.index.documents import Document

log = logging.getLogger(__name__)

#: Airflow maps over at most 1,024 batches; a run that finds more takes the rest the next time.
MOST_BATCHES = 500
#: Aliases whose documents are of one article each.
OF_ARTICLES = ("articles", "stances", "judged", "stance_evidence", "quotes")
#: Fewer pages than this are read by one child.
FEW_PAGES = 25
#: Sources polled by one task.
GROUP_SIZE = 20

T = TypeVar("T")


class IndexedOutcome(Record, frozen=True, kw_only=True):
    """One line of a batch's last file: what the index said of an article."""

    work_id: int
    article_id: str
    source_id: str
    entry_id: str
    url: str
    documents: int = 0
    reason: Reason | None = None
    detail: str = ""


class Pipeline:
    """Standpoint's stages over one archive, one ledger and one index. A context manager.

    Args:
        settings: every setting.
        clock: tells the time; tests set it.
        sources: the sources to watch; else those of ``settings.sources``, read when needed.
    """

    def __init__(
        self, settings: Settings | None = None, *, clock: Clock = utc_now, sources: Sequence[Source] | None = None
    ) -> None:
        self.settings = settings or get_settings()
        self.clock = clock
        self._given_sources = sources
        self._open = ExitStack()
        self.batches = BatchStore(self.settings.archive_root())
        self.warc = WarcStore(self.settings.archive_root())

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources by id."""
        found = self._given_sources
        if found is None:
            found = load_sources(self.settings.sources, self.settings)
        return {s.id: s for s in found}

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, connected when first used."""
        ledger = Ledger(
            self.settings.ledger_url.get_secret_value(), host_wait_s=self.settings.host_wait_s, clock=self.clock
        )
        self._open.callback(ledger.close)
        return ledger

    @cached_property
    def index_client(self) -> Index:
        """The index, connected when first used."""
        from pipeline.index.client import Index

        index = Index(
            self.settings.elasticsearch_url,
            user=self.settings.elasticsearch_user,
            password=self.settings.elasticsearch_password.get_secret_value(),
            prefix=self.settings.index_prefix,
            ca=self.settings.elasticsearch_ca,
        )
        self._open.callback(index.close)
        return index

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    # ---------------------------------------------------------------------------------------- before and after

    def setup(self) -> None:
        """Make the ledger's tables and the index's templates. Idempotent."""
        self.ledger.migrate()
        variant = self.index_client.setup()
        log.info("set up: ledger migrated, index templates put", extra={"analysis": variant})

    def versions(self) -> dict[str, str]:
        """Return the versions that make up a generation: code, libraries, models, gazetteer, settings."""
        from pipeline.tag.versions import versions

        return {
            "standpoint": __version__,
            **{name: metadata.version(name) for name in ("trafilatura", "htmldate", "py3langid")},
            **versions(self.settings),
            "min_words": str(self.settings.min_words),
            "tag_floor": str(self.settings.tag_floor),
        }

    def plan(self, run_id: str, kind: str, *, sources: Iterable[str] = (), force: bool = False) -> list[list[str]]:
        """Start a run: take back what nobody works on, and group the sources that are due.

        Args:
            run_id: names the run everywhere.
            kind: ``crawl`` (the DAG) or ``cli``.
            sources: ids of sources; empty: all.
            force: poll feeds that are not due, too.

        Returns:
            Groups of source ids, one group a discover task.

        Raises:
            SourcesError: the sources file has mistakes, or a named source is not in it.
            NoRoom: there is no room for new work.
        """
        now = self.clock()
        chosen = [s.id for s in choose(list(self.sources.values()), sources)]
        self.ledger.feeds.sync(self.sources.values(), interval_s=self.settings.poll_interval_s)
        generation = self.ledger.runs.generation(self.versions(), now)
        run = self.ledger.runs.start(run_id, kind, generation, now, {"sources": chosen, "force": force})
        if run.params.get("held"):  # a plan that is tried again
            self.ledger.runs.hold(run_id, "")
        self.ledger.feeds.reopen(run_id)
        reopened, exhausted = self.ledger.work.reopen(
            run_id, now, max_attempts=self.settings.max_attempts, lease=self._lease
        )
        self.need_room(run_id)
        due = self.ledger.feeds.due(chosen, now, force=force)
        size = max(1, min(GROUP_SIZE, math.ceil(len(due) / 4)))
        groups = [due[i : i + size] for i in range(0, len(due), size)]
        log.info(
            "planned: %d of %d sources have a feed to poll, %d items taken back from dead runs, %d given up",
            len(due),
            len(chosen),
            reopened,
            exhausted,
            extra={"run_id": run_id, "generation": generation, "groups": len(groups)},
        )
        return groups

    # -------------------------------------------------------------------------------------------- the five verbs

    def discover(self, run_id: str, source_ids: Sequence[str], *, force: bool = False) -> dict[str, int]:
        """Poll the due feeds of some sources and give every new entry a work item.

        Returns:
            ``polled``, ``listed``, ``new``.
        """
        from pipeline.discover.schedule import after_poll

        run = self.ledger.runs.get(run_id)
        self.need_room(run_id)
        feeds = self.ledger.feeds.claim(source_ids, run_id, self.clock(), force=force)
        by_id = {f.feed_id: f for f in feeds}
        results = asyncio.run(self._poll(feeds)) if feeds else []
        tally: Counter[str] = Counter(polled=len(results), listed=0, new=0)
        for result in results:
            now, state = self.clock(), by_id[result.feed_id]

            def decide(
                known: int, new: int, *, state: FeedState = state, result: PollResult = result, now: datetime = now
            ) -> FeedState:
                return after_poll(
                    state,
                    result,
                    known=known,
                    new=new,
                    now=now,
                    settings=self.settings,
                    jitter=random.random(),  # noqa: S311 - spreads polls, guards nothing
                )

            known, new = self.ledger.feeds.commit_poll(
                result, run_id=run_id, generation=run.generation, now=now, decide=decide
            )
            tally.update(listed=known + new, new=new)
            log.info(
                "polled %s: %s",
                result.url,
                f"left out ({result.reason}: {result.detail})" if result.reason else f"{known} known, {new} new",
                extra={"source": result.source_id, "status": result.status, "faults": list(result.faults)},
            )
        return dict(tally)

    def split(self, run_id: str) -> list[str]:
        """Put what is pending into batches, lease them to this run, and write each batch's first file.

        A split that was killed finds its batches in the ledger and writes their files from there.

        Returns:
            The ids of the run's batches.

        Raises:
            NoRoom: there is no room for new work, and none of this run is under way.
        """
        run = self.ledger.runs.get(run_id)
        made: list[str] = []
        try:
            self.need_room(run_id, index=True)
        except NoRoom:
            if not self.ledger.work.batches(run_id):
                raise
        else:
            queue = run.params.get("queue", "")
            if not queue:
                self._look_again(run)
            made = self.ledger.work.claim(
                run_id,
                run.generation,
                self.clock(),
                size=self.settings.batch_size,
                lease=self._lease,
                most=MOST_BATCHES,
                queue=queue,
            )
        batches = self.ledger.work.batches(run_id)
        for batch in batches:
            if self.batches.manifest(batch.id, "entries", generation=batch.generation) is None:
                items = self.ledger.work.items(batch.id, self.sources)
                self.batches.write(batch.id, "entries", items, generation=batch.generation)
        log.info(
            "split: %d new batches, %d in all",
            len(made),
            len(batches),
            extra={"run_id": run_id, "items": sum(b.size for b in batches)},
        )
        return [b.id for b in batches]

    def fetch(self, batch_id: str, *, epoch: int = 0) -> str:
        """Get the pages of a batch into WARC. What an earlier try of it stored is not asked for again."""
        batch = self._batch(batch_id)
        manifest = self.batches.manifest(batch_id, "pages", generation=batch.generation, epoch=epoch)
        if manifest is None:
            entries = self.batches.latest(batch_id, "entries", generation=batch.generation)
            items = list(self.batches.read(entries, WorkItem))
            items, taken_down = self._without_taken_down(items, "fetch")
            barred = {x.work_id for x in taken_down}
            fetched = self._fetch_or_replay(batch, items, epoch)
            outcomes = [*taken_down, *(o for o in fetched if o.work_id not in barred)]
            outcomes.sort(key=lambda o: o.work_id)
            manifest = self.batches.write(batch_id, "pages", outcomes, generation=batch.generation, epoch=epoch)
        records = list(self.batches.read(manifest, Page | LeftOut | GivenBack))
        pages = {r.work_id: r for r in records if isinstance(r, Page)}.values()  # of a history the newest
        self._mark_gone(batch, records)
        self._settle(
            batch,
            "fetch",
            epoch,
            records,
            [Done(work_id=p.work_id, source_id=p.source_id, status=p.status, warc=p.warc) for p in pages],
        )
        return batch_id

    def extract(self, batch_id: str, *, epoch: int = 0) -> str:
        """Read an article out of each page, and give it identity, revision and story."""
        from pipeline.extract.extractor import ExtractJob, Extractor

        batch = self._batch(batch_id)
        manifest = self.batches.manifest(batch_id, "articles", generation=batch.generation, epoch=epoch)
        if manifest is None:
            entries = self.batches.latest(batch_id, "entries", generation=batch.generation)
            items = {i.work_id: i for i in self.batches.read(entries, WorkItem)}
            fetched = self.batches.latest(batch_id, "pages", generation=batch.generation)
            outcomes_of_fetch = self.batches.read(fetched, Page | LeftOut | GivenBack)
            pages, barred = self._without_taken_down(
                [r for r in outcomes_of_fetch if isinstance(r, Page) and r.warc is not None], "extract"
            )

            def jobs() -> Iterator[ExtractJob]:
                for page in pages:
                    if page.warc is not None:
                        stored = self.warc.read(page.warc)
                        yield ExtractJob(item=items[page.work_id], page=page, html=stored.body)

            read: list[Article | LeftOut] = []
            if pages:  # a child takes seconds to be born: none for nothing, one for a few
                workers = 1 if len(pages) < FEW_PAGES else None
                with Extractor(self.settings, workers=workers) as extractor:
                    read = list(extractor.extract_all(jobs()))
            states, unread = chains(read)
            histories, taken_down = self._histories_without_taken_down(states)
            left_out = [*barred, *taken_down, *unread]
            before, gone = made_before(
                (i for i in items.values() if i.first_stage == "tag"), self.batches, "articles", Article, lambda a: a
            )
            tagged_before, untagged = made_before(
                (i for i in items.values() if i.first_stage == "index"),
                self.batches,
                "tagged",
                Tagged,
                lambda t: t.article,
            )
            outcomes: list[Article | LeftOut] = [
                *left_out,
                *(with_work(t.article, items[work_id]) for work_id, t in tagged_before.items()),
                *(lost(i, "extract", f"batch {i.made_in} no longer holds the tags", self.clock()) for i in untagged),
                *self._register(histories, items, batch.generation),
                *(with_work(article, items[work_id]) for work_id, article in before.items()),
                *(lost(i, "extract", f"batch {i.made_in} no longer holds the article", self.clock()) for i in gone),
            ]
            outcomes = within_kept_months(outcomes, self.clock(), self.settings.keep_indices_months)
            outcomes = with_changes(outcomes, items, self.ledger.articles, self.warc, self.settings)
            outcomes.sort(key=lambda o: o.work_id)
            manifest = self.batches.write(batch_id, "articles", outcomes, generation=batch.generation, epoch=epoch)
        records = list(self.batches.read(manifest, Article | LeftOut))
        self._settle(
            batch,
            "extract",
            epoch,
            records,
            [
                Done(work_id=r.work_id, source_id=r.source_id, detail=f"revision {r.revision}")
                for r in records
                if isinstance(r, Article)
            ],
        )
        return batch_id

    def tag(self, batch_id: str, *, epoch: int = 0) -> str:
        """Find entities, quotes and stances in each article."""
        from pipeline.tag.tagger import Item, Tagger

        batch = self._batch(batch_id)
        manifest = self.batches.manifest(batch_id, "tagged", generation=batch.generation, epoch=epoch)
        if manifest is None:
            source = self.batches.latest(batch_id, "articles", generation=batch.generation)
            entries = self.batches.latest(batch_id, "entries", generation=batch.generation)
            items = [i for i in self.batches.read(entries, WorkItem) if i.first_stage == "index"]
            before, _ = made_before(items, self.batches, "tagged", Tagged, lambda t: t.article)
            written_again = {i.work_id for i in items}
            articles = [
                a
                for a in self.batches.read(source, Article | LeftOut)
                if isinstance(a, Article) and a.work_id not in written_again
            ]
            again = [
                msgspec.structs.replace(before[i.work_id], article=with_work(before[i.work_id].article, i))
                for i in items
                if i.work_id in before
            ]
            tags: Iterable[Tags] = Tagger(self.settings).tag_many(
                Item(a.text, a.title, a.language, a.authors, a.agency, a.genre) for a in articles
            )
            manifest = self.batches.write(
                batch_id,
                "tagged",
                chain(again, (Tagged(article=a, tags=t) for a, t in zip(articles, tags, strict=True))),
                generation=batch.generation,
                epoch=epoch,
            )
        tagged = list(self.batches.read(manifest, Tagged))
        self._settle(
            batch,
            "tag",
            epoch,
            (),
            [
                Done(
                    work_id=t.article.work_id,
                    source_id=t.article.source_id,
                    detail=f"untagged: {t.tags.error}"
                    if t.tags.error
                    else f"{len(t.tags.entities)} entities, {len(t.tags.quotes)} quotes, {len(t.tags.stances)} stances",
                )
                for t in tagged
            ],
        )
        return batch_id

    def index(self, batch_id: str, *, epoch: int = 0) -> str:
        """Write the documents of a batch, delete those that vanished, and close its work items."""
        batch = self._batch(batch_id)
        manifest = self.batches.manifest(batch_id, "indexed", generation=batch.generation, epoch=epoch)
        if manifest is None:
            source = self.batches.latest(batch_id, "tagged", generation=batch.generation)
            tagged, taken_down = self._without_taken_down(self.batches.read(source, Tagged), "index")
            outcomes = self._write(batch, tagged, new=True)
            outcomes += [
                IndexedOutcome(
                    work_id=x.work_id,
                    article_id="",
                    source_id=x.source_id,
                    entry_id=x.entry_id,
                    url=x.url,
                    reason=x.reason,
                    detail=x.detail,
                )
                for x in taken_down
            ]
            self.mend_stories([t.article.id for t in tagged])
            manifest = self.batches.write(batch_id, "indexed", outcomes, generation=batch.generation, epoch=epoch)
        records: list[IndexedOutcome] = list(self.batches.read(manifest, IndexedOutcome))
        stored = self.batches.latest(batch_id, "pages", generation=batch.generation)
        pages = self.batches.read(stored, Page | LeftOut | GivenBack)
        page_of = {p.work_id: p for p in pages if isinstance(p, Page)}  # a cleared fetch may have given the item back
        done = [
            Done(
                work_id=r.work_id,
                source_id=r.source_id,
                detail=f"{r.documents} documents",
                etag=page.etag if page else "",
                last_modified=page.last_modified if page else "",
                body_hash=page.body_hash if page else "",
                warc=page.warc if page else None,
            )
            for r, page in ((r, page_of.get(r.work_id)) for r in records)
            if r.reason is None
        ]
        left_out = [
            LeftOut(
                work_id=r.work_id,
                entry_id=r.entry_id,
                url=r.url,
                source_id=r.source_id,
                stage="index",
                reason=r.reason,
                detail=r.detail,
            )
            for r in records
            if r.reason is not None
        ]
        self._settle(
            batch,
            "index",
            epoch,
            left_out,
            done,
            close=True,
        )
        return batch_id

    def report(self, run_id: str) -> RunReport:
        """Write what the run did per source to ledger and index; then fail if a batch or a poll did.

        Raises:
            BatchFailed: a batch or a poll of the run did not come to its end. The report is written all the same.
        """
        run = self.ledger.runs.get(run_id)
        now = self.clock()
        report = self.report_of(run, now)
        self.ledger.runs.finish(run_id, msgspec.to_builtins(report), now)
        day = date.fromisoformat(run.params["day"]) if "day" in run.params else None
        zones = {s.id: s.timezone for s in self.sources.values() if day is None or s.id in run.params["sources"]}
        days = self.ledger.coverage.touched_by(run_id, zones, day=day)
        recovered = {(source, day): row.get("added", 0) for source, row in report.sources.items()} if day else {}
        first = first_kept_month(now, self.settings.keep_indices_months)
        days = [d for d in days if f"{d.day:%Y-%m}" >= first]  # what retention has dropped does not come back
        covered = coverage_documents(days, run_id, now, self.sources, recovered=recovered)
        if report.held and (trouble := self.index_client.trouble()):
            log.warning("the report is in the ledger alone: %s", trouble, extra={"run_id": run_id})
        else:
            self.index_client.write([*run_documents(report, self.sources), *covered], [])
            self.index_client.refresh()
        log.info("reported", extra={"run_id": run_id, **report.total})
        if report.held:
            raise BatchFailed(report.held, subject=run_id)
        if not report.succeeded:
            polls = report.total.get("polls_unfinished", 0)
            named = f": {', '.join(report.failed_batches)}" if report.failed_batches else ""
            raise BatchFailed(
                f"{len(report.failed_batches)} of {report.batches} batches failed, and {polls} polls; the next run "
                f"takes all of it up again. The log of each failed task says why{named}",
                subject=run_id,
            )
        return report

    # ------------------------------------------------------------------------------------------------ in one go

    def run(
        self,
        run_id: str,
        *,
        sources: Iterable[str] = (),
        force: bool = False,
        progress: Callable[[str, int, int], None] = lambda stage, done, of: None,
    ) -> RunReport:
        """Do all of a run in this process: the five stages without Airflow, the same code.

        Args:
            run_id: names the run everywhere.
            sources: ids of sources; empty: all.
            force: poll feeds that are not due, too.
            progress: called with a stage's name, how many of its tasks are done, and of how many.

        Raises:
            BatchFailed: a batch failed; the others are indexed and the report is written.
        """
        with self.ledger.runs.alive(run_id):
            try:
                groups = self._unless_full(lambda: self.plan(run_id, "cli", sources=sources, force=force))
                progress("discover", 0, len(groups))
                for n, group in enumerate(groups, 1):
                    with logged("discover", ", ".join(group)):
                        self.discover(run_id, group, force=force)
                    progress("discover", n, len(groups))
                batches = self._unless_full(lambda: self.split(run_id))
                for name in ("fetch", "extract", "tag", "index"):
                    progress(name, 0, len(batches))
                for n, batch_id in enumerate(batches, 1):
                    with logged("batch", batch_id):
                        for stage in (self.fetch, self.extract, self.tag, self.index):
                            stage(batch_id)
                            progress(stage.__name__, n, len(batches))
                return self.report(run_id)
            finally:
                self.ledger.work.release(run_id, self.clock())
                self.ledger.feeds.release(run_id)

    def trace(self, url: str) -> dict[str, Any]:
        """Return everything known of an address: feed, work items, attempts, Reasons, WARC record, documents.

        Raises:
            ConfigError: it is no http(s) address.
        """
        try:
            known = self.ledger.trace.of(url)
        except ValueError as error:
            raise ConfigError(f"cannot be traced: {error}", subject=url) from error
        article = known["article"]
        if article:
            known["documents"] = [
                {"alias": alias, "id": id_, "index": f"{alias}-{article['home_index']}", "source": found}
                for alias, id_ in article["documents"]
                if (
                    found := self.index_client.get(
                        alias, id_, routing=article["id"], index=f"{alias}-{article['home_index']}"
                    )
                )
            ]
        return known

    # ------------------------------------------------------------------------------------------------- privately

    def need_room(self, run_id: str, *, index: bool = False) -> None:
        """Make sure that new work may be taken: room on the archive's disk, and an index that can be written to.

        Args:
            run_id: the run that is about to take work; its report tells why it did not.
            index: look at Elasticsearch, too.

        Raises:
            NoRoom: it may not. Nothing is lost: what waits goes on waiting, and no attempt is counted.
        """
        why = shortage(self.settings.archive_root(), self.settings.min_free_mb)
        if not why and index:
            why = self.index_client.trouble()
        if why:
            self.ledger.runs.hold(run_id, why)
            log.warning("no new work is taken: %s", why, extra={"run_id": run_id})
            raise NoRoom(why, subject=run_id)

    @staticmethod
    def _unless_full(verb: Callable[[], list[T]]) -> list[T]:
        """What a verb gives; nothing where there is no room. The report says so."""
        try:
            return verb()
        except NoRoom:
            return []

    def _without_taken_down(self, records: Iterable[R], stage: str) -> tuple[list[R], list[LeftOut]]:
        return without_taken_down(records, self.ledger.takedowns.snapshot(), stage, self.clock())

    @property
    def _lease(self) -> timedelta:
        return timedelta(minutes=self.settings.lease_minutes)

    def report_of(self, run: RunRow, now: datetime) -> RunReport:
        """Return what a run did so far; once it is over, its report."""
        return run_report(
            run,
            self.ledger.runs.tally(run.id),
            self.ledger.work.batches(run.id),
            pending=self.ledger.work.states().get("pending", 0),
            now=now,
            taken_down=self.ledger.takedowns.snapshot().sources,
        )

    def _batch(self, batch_id: str) -> BatchRow:
        batch = self.ledger.work.batch(batch_id)
        if batch is None:
            raise LedgerError("the ledger knows no such batch", subject=batch_id)
        return batch

    async def _poll(self, feeds: Sequence[FeedState]) -> list[PollResult]:
        from pipeline.discover.parser import FeedParser
        from pipeline.discover.poll import poll
        from pipeline.http.client import Client

        with FeedParser(self.settings) as parser:
            async with Client(
                self.settings,
                gate=self.ledger.gate,
                robots=self.ledger.robots,
                clock=self.clock,
                is_forgotten=self.ledger.takedowns.snapshot().covers,
            ) as client:
                return await poll(feeds, self.sources, client, parser, self.clock)

    def _look_again(self, run: RunRow) -> None:
        """Make work items of the articles of a crawl's sources that are due to be looked at again."""
        now = self.clock()
        made = self.ledger.work.look_again(
            run.generation,
            now,
            sources=[i for i in run.params.get("sources", ()) if i in self.sources],
            most=MOST_A_SOURCE,
            again=again_after(self.settings, now),
        )
        if made:
            log.info("%d articles are due to be looked at again", made, extra={"run_id": run.id})

    def _mark_gone(self, batch: BatchRow, outcomes: Sequence[Record]) -> None:
        """Mark in ledger and index the articles that the outlet has taken away, or put back, as re-visits found."""
        entries = self.batches.latest(batch.id, "entries", generation=batch.generation)
        gone, there = gone_and_there(outcomes, visits(self.batches.read(entries, WorkItem)))
        marked = self.ledger.articles.found_again(gone, there, self.clock()) if gone or there else []
        if marked:
            log.info("%d articles are gone, or back", len(marked), extra={"batch": batch.id, "articles": marked})
        if gone or there:  # a former try may have been killed between the two
            self.mend_stories(self.ledger.articles.of_work(gone | there))

    def _fetch_or_replay(
        self, batch: BatchRow, items: Sequence[WorkItem], epoch: int
    ) -> list[Page | LeftOut | GivenBack]:
        """Ask the network, or judge anew what is stored, as each item says; each stands in for the other."""
        mine = by_stage(items)
        to_ask = list(mine["fetch"])
        outcomes: list[Page | LeftOut | GivenBack] = []
        refetch = self.ledger.runs.get(batch.run_id).params.get("refetch") if mine["extract"] else ""
        for item in mine["extract"]:
            made = replayed(item, self.warc, self.clock(), self.settings)
            if made:
                outcomes += made
            elif refetch == "never":
                outcomes.append(lost(item, "fetch", "its stored page cannot be read; refetch is 'never'", self.clock()))
            else:
                to_ask.append(msgspec.structs.replace(item, etag="", last_modified="", body_hash="", visited=None))
        asked = self._fetch(batch, to_ask, epoch) if to_ask else []
        stored = {i.work_id: i for i in mine["fetch"] if i.stored}
        for outcome in asked:
            if isinstance(outcome, LeftOut) and outcome.work_id in stored:
                outcomes += replayed(stored[outcome.work_id], self.warc, self.clock(), self.settings) or [outcome]
            else:
                outcomes.append(outcome)
        return outcomes

    def _register(
        self, histories: Sequence[Sequence[Article]], items: Mapping[int, WorkItem], generation: int
    ) -> list[Article | LeftOut]:
        """Give articles their identity; of a history every state, of which the last that is new goes on."""
        anew = {i.work_id for i in items.values() if i.stored}
        ended: dict[int, Article | LeftOut] = {}
        for state in zip_longest(*histories):
            registered = self.ledger.articles.register(
                (a for a in state if a is not None), self.clock(), generation=generation, anew=anew
            )
            for one in registered:
                if one.left_out is None or not isinstance(ended.get(one.article.work_id), Article):
                    ended[one.article.work_id] = one.left_out or one.article
        return list(ended.values())

    def _histories_without_taken_down(
        self, histories: Sequence[Sequence[Article]]
    ) -> tuple[list[list[Article]], list[LeftOut]]:
        kept, taken_down = self._without_taken_down([a for history in histories for a in history], "extract")
        by_work: dict[int, list[Article]] = {}
        for article in kept:
            by_work.setdefault(article.work_id, []).append(article)
        return list(by_work.values()), list({x.work_id: x for x in taken_down if x.work_id not in by_work}.values())

    def _fetch(self, batch: BatchRow, items: Sequence[WorkItem], epoch: int) -> list[Page | LeftOut | GivenBack]:
        from pipeline.fetch.pages import fetch_pages
        from pipeline.http.client import Client

        stored: dict[int, Page | LeftOut] = {}
        for pointer, raw in self.warc.visits(batch.id, epoch=epoch, created=batch.created_at):
            outcome: Page | LeftOut = msgspec.json.decode(raw, type=Page | LeftOut)
            stored[outcome.work_id] = msgspec.structs.replace(outcome, warc=pointer)
        todo = [i for i in items if i.work_id not in stored]
        by_id = {i.work_id: i for i in items}
        if stored:
            log.info("resumed: %d of %d pages are stored already", len(stored), len(items), extra={"batch": batch.id})
        if not todo:
            return list(stored.values())

        async def get() -> list[Page | LeftOut | GivenBack]:
            with self.warc.writer(batch.id, epoch=epoch, created=batch.created_at) as out:

                def keep(exchange: Exchange | None, outcome: Page | LeftOut) -> Page | LeftOut:
                    item = by_id.get(outcome.work_id)
                    kept = to_keep(outcome, item)
                    if exchange is None:
                        out.note(outcome.url, kept, at=self.clock())
                        return outcome
                    pointer = out.write(exchange, kept, original=item.visited if item else None)
                    return msgspec.structs.replace(outcome, warc=pointer)

                async with Client(
                    self.settings,
                    gate=self.ledger.gate,
                    robots=self.ledger.robots,
                    clock=self.clock,
                    is_forgotten=self.ledger.takedowns.snapshot().covers,
                ) as client:
                    return await fetch_pages(
                        todo,
                        client,
                        keep,
                        deadline=self.clock() + timedelta(seconds=self.settings.fetch_deadline_s),
                        clock=self.clock,
                        settings=self.settings,
                    )

        return [*stored.values(), *asyncio.run(get())]

    def _settle(
        self,
        batch: BatchRow,
        stage: str,
        epoch: int,
        records: Iterable[Record],
        done: list[Done],
        *,
        close: bool = False,
    ) -> None:
        left_out = [r for r in records if isinstance(r, LeftOut)]
        given_back = [r for r in records if isinstance(r, GivenBack)]
        now = self.clock()
        self.ledger.work.settle(
            batch,
            stage,
            now,
            epoch=epoch,
            done=done,
            left_out=left_out,
            given_back=given_back,
            close=close,
            again=again_after(self.settings, now),
        )
        for x in left_out:
            log.info("%s left out (%s): %s %s", stage, x.reason, x.url, x.detail, extra={"batch": batch.id})
        for g in given_back:
            log.info("%s gave back (%s) until %s: %s", stage, g.reason, g.not_before, g.url, extra={"batch": batch.id})
        log.info(
            "%s: %d done, %d left out, %d given back",
            stage,
            len(done),
            len(left_out),
            len(given_back),
            extra={"batch": batch.id, "reasons": dict(Counter(r.reason.value for r in left_out))},
        )

    def _write(self, batch: BatchRow, tagged: Sequence[Tagged], *, new: bool) -> list[IndexedOutcome]:
        """Write all documents of some articles and delete those that vanished; remember what the index holds."""
        from pipeline.index.documents import Deletion, DocumentContext, document_version, documents

        stories = self.ledger.articles.indexed([t.article.id for t in tagged])
        versions = self.ledger.runs.versions(batch.generation)
        reason = self.ledger.runs.get(batch.run_id).params.get("reason", "")
        made: dict[str, list[Document]] = {}
        gone: list[Deletion] = []
        tagged = reviewed(tagged, self.ledger.reviews)
        for one in tagged:
            article = one.article
            story = stories[article.id]
            source = self.sources.get(article.source_id)
            made[article.id] = documents(
                one,
                DocumentContext(
                    run_id=batch.run_id,
                    reason=reason,
                    generation=batch.generation,
                    versions=versions,
                    story_id=story.story_id,
                    is_original=story.is_original,
                    gone_at=story.gone_at,
                    source_name=source.name if source else article.source_id,
                    source_country=source.country if source else "",
                    source_is_agency=source.agency if source else False,
                ),
            )
            kept = {(d.alias, d.id) for d in made[article.id]}
            version = document_version(article.revision, batch.generation)
            gone += [
                Deletion(alias=alias, index=f"{alias}-{story.home_index}", id=id_, routing=article.id, version=version)
                for alias, id_ in story.documents
                if (alias, id_) not in kept
            ]
        held = {a: [(d.alias, d.id) for d in docs] for a, docs in made.items()}
        self.ledger.articles.intend(held)
        result = self.index_client.fill([d for docs in made.values() for d in docs], gone)
        refused = {(o.alias, o.id): o for o in (*result.rejected, *result.superseded)}
        outcomes = []
        written: dict[str, list[tuple[str, str]]] = {}
        for one in tagged:
            article = one.article
            bad = [refused[key] for key in held[article.id] if key in refused]
            if not bad:
                written[article.id] = held[article.id]
            worst = next((o for o in bad if o.state == "rejected"), bad[0] if bad else None)
            outcomes.append(
                IndexedOutcome(
                    work_id=article.work_id,
                    article_id=article.id,
                    source_id=article.source_id,
                    entry_id=article.entry_id,
                    url=article.url,
                    documents=len(held[article.id]),
                    reason=_index_reason(worst.state) if worst else None,
                    detail=worst.reason if worst else "",
                )
            )
        self.ledger.articles.remember_indexed(
            written, stories, self.clock(), batch_id=batch.id if new else None, generation=batch.generation
        )
        return outcomes

    def mend_stories(self, article_ids: Sequence[str]) -> None:
        """Write again the indexed copies of these articles' stories whose story id or original mark changed."""
        stale: dict[str, set[str]] = {}
        for member in self.ledger.articles.stale_stories(article_ids):
            stale.setdefault(member.batch_id, set()).add(member.article_id)
        for batch_id, members in sorted(stale.items()):
            batch = self._batch(batch_id)
            try:
                source = self.batches.latest(batch_id, "tagged", generation=batch.generation)
            except ManifestMissing:  # retention took it
                self._mend_in_index(batch, sorted(members))
            else:
                self._write(batch, [t for t in self.batches.read(source, Tagged) if t.article.id in members], new=False)
            log.info("wrote %d articles again: their story has another original now", len(members))

    def write_again(self, article_ids: Sequence[str]) -> set[str]:
        """Write the documents of indexed articles again, with what people said since; return those whose tags are kept.

        Of the others retention has taken the tags: their documents stay as they are.
        """
        kept: set[str] = set()
        by_batch: dict[tuple[str, int], set[str]] = {}
        for one in self.ledger.articles.tagged_in(article_ids):
            by_batch.setdefault((one.batch_id, one.generation), set()).add(one.article_id)
        for (batch_id, generation), members in sorted(by_batch.items()):
            batch = self._batch(batch_id)
            try:
                source = self.batches.latest(batch_id, "tagged", generation=generation)
                found = [t for t in self.batches.read(source, Tagged) if t.article.id in members]
            except ArchiveError:
                continue
            self._write(batch, found, new=False)
            kept |= {t.article.id for t in found}
        return kept

    def _mend_in_index(self, batch: BatchRow, article_ids: Sequence[str]) -> None:
        """Give indexed documents the story that their article has now, without the tags that they were made from."""
        stories = self.ledger.articles.indexed(article_ids)
        self.index_client.refresh()
        hits = self.index_client.scan(OF_ARTICLES, {"terms": {"article_id": list(article_ids)}})
        self.index_client.write(
            hit.changed({"story_id": one.story_id, "is_original": one.is_original} | _gone(hit.alias, one))
            for hit, one in ((hit, stories[hit.routing]) for hit in hits)
        )
        self.ledger.articles.remember_indexed(
            {i: one.documents for i, one in stories.items()},
            stories,
            self.clock(),
            batch_id=None,
            generation=batch.generation,
        )


def _gone(alias: str, article: Indexed) -> dict[str, str | None]:
    """The field that says when the outlet took an article away; the article's own document has it."""
    return {"gone_at": article.gone_at.isoformat() if article.gone_at else None} if alias == "articles" else {}


def _index_reason(state: str) -> Reason:
    return Reason.SUPERSEDED if state == "superseded" else Reason.INDEX_REJECTED


@contextmanager
def logged(what: str, subject: str) -> Iterator[None]:
    """One batch's failure is logged and holds nobody back; the report names it."""
    try:
        yield
    except Exception:
        log.exception("%s %s failed", what, subject)
