"""Backfills: one run makes the index complete for one day of publication.

    begin → look into the lists of the past → decide → [fetch → extract → tag → index] for each batch → report

The order of what is believed: the index where it holds every document under today's generation; what earlier batches
have on file; the archive's stored pages; last the network.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from upath import UPath

from pipeline.errors import ArchiveError, ConfigError, LedgerError
from pipeline.identity import canon_v1
from pipeline.keep import day_is_kept, first_kept_month, old_enough
from pipeline.ledger import days as ledger_days
from pipeline.ledger import visits as ledger_visits
from pipeline.ledger.days import DayEntry
from pipeline.ledger.runs import RunRow
from pipeline.ledger.visits import Adoptee, StoredVisit
from pipeline.ledger.work import Todo, add_work
from pipeline.reconcile import (
    KIND,
    Decision,
    Form,
    Known,
    Step,
    decide,
    form_of,
    is_over,
    polite_time,
    queue_of,
    tally,
)
from pipeline.records import LeftOut, Page, Reason, Record, Source, Visited, WarcPointer
from pipeline.report import ReconcileFacts, RunReport, reconcile_rows
from pipeline.sources import choose
from pipeline.stages.pipeline import GROUP_SIZE, Pipeline, logged

log = logging.getLogger(__name__)

#: Hosts whose lists are asked for at once.
_AT_ONCE = 8


class Forecast(Record, frozen=True, kw_only=True, omit_defaults=False):
    """What a backfill would find of one source and day, and what it would do."""

    source: str
    day: date
    addresses: int  # known, with those that only the archive or a list of the past knows
    archived: int  # with a stored page
    indexed: int  # held by the index, whatever generation made it
    listed: int  # by the lists of the past
    steps: dict[str, int]  # what would be done → how many
    gaps: dict[str, int]  # why nothing can be done → how many
    requests: dict[str, int]  # host → pages to ask for
    kept_from: str  # the first month that is kept, where retention has let go of that day: nothing is done
    unknowable: str  # why no list tells of that day
    undated: int
    uncertain: int
    faults: tuple[str, ...]

    @property
    def missing(self) -> int:
        """Listed, and to be fetched."""
        return self.steps.get(Step.FETCH.value, 0)


class Plan(Record, frozen=True, kw_only=True, omit_defaults=False):
    """What a backfill of some days would do."""

    generation: int
    days: tuple[Forecast, ...]
    requests: dict[str, int]  # host → pages to ask for
    polite_s: float  # least time that takes


class _NewFile(Record, frozen=True, kw_only=True):
    name: str
    size: int
    visits: tuple[StoredVisit, ...]


class Backfill(Pipeline):
    """A :class:`Pipeline` whose runs are days of publication."""

    # ------------------------------------------------------------------------------------------------ in a DAG run

    def is_over(self, day: date, sources: Iterable[str] = ()) -> bool:
        """Whether a day is over where the chosen sources are.

        Raises:
            SourcesError: a named source is not in the sources file.
        """
        chosen = choose(list(self.sources.values()), sources)
        return is_over(day, {s.timezone for s in chosen}, self.clock())

    def begin(self, run_id: str, day: date, params: Mapping[str, Any]) -> list[list[str]]:
        """Start the run of a day: read what is new in the archive, and group the sources whose past is looked into.

        Args:
            run_id: names the run everywhere.
            day: of publication, in each source's own time zone.
            params: the form: see :func:`pipeline.reconcile.form_of`.

        Returns:
            Groups of source ids, one group a look task.

        Raises:
            ConfigError: the form has a value that it does not take, or names an unknown source; the day is to come.
            NoRoom: there is no room for new work.
        """
        now = self.clock()
        form = form_of(params)
        chosen = [s.id for s in self._chosen_for([day], form, now)]
        generation = self.ledger.runs.generation(self.versions(), now, renew=form.older_generation)
        asked: dict[str, Any] = {name: getattr(form, name) for name in Form.__struct_fields__}
        asked |= {"sources": chosen, "day": day.isoformat(), "queue": queue_of(day), "held": ""}
        asked |= {"kept_from": self._let_go(day, now)}
        self.ledger.runs.start(run_id, KIND, generation, now, asked)
        self.ledger.days.begin(run_id)
        self.ledger.work.reopen(run_id, now, max_attempts=self.settings.max_attempts, lease=self._lease)
        self.need_room(run_id)
        with self.ledger.days.reading() as c:
            known = ledger_visits.read_files(c)
        new, gone = self._archive_since(day, known)
        for file in new:
            self._remember(file, now)
        if gone:
            with self.ledger.days.alone("archive") as c:
                ledger_visits.forget_files(c, gone)
        size = max(1, min(GROUP_SIZE, math.ceil(len(chosen) / 4)))
        groups = [chosen[i : i + size] for i in range(0, len(chosen), size)] if self._looks(day, form, now) else []
        log.info(
            "backfill of %s: %d sources, %d files of the archive read, %d no longer there",
            day,
            len(chosen),
            len(new),
            len(gone),
            extra={"run_id": run_id, "generation": generation, "reason": form.reason},
        )
        return groups

    def look(self, run_id: str, source_ids: Sequence[str]) -> dict[str, int]:
        """Ask some sources' lists of the past what they published on the run's day.

        Returns:
            ``listed``, ``new``.
        """
        run = self.ledger.runs.get(run_id)
        day = _day_of(run)
        total: Counter[str] = Counter(listed=0, new=0)
        for listing in self._listings([(self.sources[i], day) for i in source_ids if i in self.sources]):
            with self.ledger.days.alone(queue_of(day)) as c:
                known, new = ledger_days.add_listed(c, listing.entries, run_id, self.clock())
            told = _told(listing) | {"listed": known + new, "new": new}
            self.ledger.days.survey(run_id, listing.source_id, day, listing=told)
            total.update(listed=known + new, new=new)
            log.info(
                "%s on %s: %s",
                listing.source_id,
                day,
                listing.unknowable or f"{known} known, {new} new",
                extra={"undated": listing.undated, "faults": list(listing.faults)},
            )
        return dict(total)

    def split(self, run_id: str) -> list[str]:
        """Decide about every address of the day, once a run, and put what is to be done into batches.

        Returns:
            The ids of the run's batches; of a run that was cleared those that are new or did not end: what came to its
            end was decided about anew.
        """
        run = self.ledger.runs.get(run_id)
        if run.kind != KIND:
            return super().split(run_id)
        day, form = _day_of(run), form_of(run.params)
        made = 0
        with self.ledger.days.alone(queue_of(day)) as c:
            if not ledger_days.decided_of(c, run_id):
                for source in self._chosen(run):
                    known, decisions = self._decide(c, source, day, form, run.generation, run_id)
                    made += self._take_up(c, source, day, run_id, known, decisions)
        log.info("decided about %s: %d items", day, made, extra={"run_id": run_id})
        mine = super().split(run_id)
        ended = {b.id for b in self.ledger.work.batches(run_id) if b.finished_at is not None}
        return [batch_id for batch_id in mine if batch_id not in ended]

    def report(self, run_id: str) -> RunReport:
        """Write what the run did per source to ledger and index; hand over what waits; then fail if a batch did.

        Raises:
            BatchFailed: a batch of the run did not come to its end. The report is written all the same.
        """
        run = self.ledger.runs.get(run_id)
        if run.kind == KIND:
            over = self.ledger.work.hand_over(queue_of(_day_of(run)), run_id)
            if over:
                log.info("handed over to the crawl: %d items that wait", over, extra={"run_id": run_id})
        return super().report(run_id)

    # ------------------------------------------------------------------------------------------- in this process

    def run_day(
        self,
        run_id: str,
        day: date,
        params: Mapping[str, Any],
        *,
        progress: Callable[[str, int, int], None] = lambda stage, done, of: None,
    ) -> RunReport:
        """Do all of a day's backfill in this process: the same steps as the DAG's.

        Raises:
            ConfigError: as :meth:`begin`.
            BatchFailed: a batch failed; the others are indexed and the report is written.
        """
        with self.ledger.runs.alive(run_id):
            try:
                groups = self._unless_full(lambda: self.begin(run_id, day, params))
                progress("look", 0, len(groups))
                for n, group in enumerate(groups, 1):
                    with logged("look", ", ".join(group)):
                        self.look(run_id, group)
                    progress("look", n, len(groups))
                batches = self._unless_full(lambda: self.split(run_id))
                for n, batch_id in enumerate(batches, 1):
                    with logged("batch", batch_id):
                        for stage in (self.fetch, self.extract, self.tag, self.index):
                            stage(batch_id)
                            progress(stage.__name__, n, len(batches))
                return self.report(run_id)
            finally:
                self.ledger.work.release(run_id, self.clock())

    def forecast(self, days: Sequence[date], params: Mapping[str, Any]) -> Plan:
        """Say what a backfill of some days would find and do. Nothing is changed; lists are asked for, politely.

        Raises:
            ConfigError: as :meth:`begin`.
        """
        form = form_of(params)
        chosen = self._chosen_for(days, form, self.clock())
        generation = self.ledger.runs.would_be(self.versions(), renew=form.older_generation)
        with self.ledger.days.reading() as c:
            known_files = ledger_visits.read_files(c)
        new, gone = self._archive_since(min(days), known_files)
        now = self.clock()
        listings = {
            (x.source_id, x.day): x
            for x in self._listings([(s, d) for d in days for s in chosen if self._looks(d, form, now)])
        }
        found: list[Forecast] = []
        requests: Counter[str] = Counter()
        with self.ledger.days.alone("trial", trial=True) as c:
            for file in new:
                ledger_visits.remember_file(c, file.name, file.size, file.visits, now)
            ledger_visits.forget_files(c, gone)
            for day in days:
                for source in chosen:
                    listing = listings.get((source.id, day))
                    if listing:
                        ledger_days.add_listed(c, listing.entries, "trial", now)
                    known, decisions = self._decide(c, source, day, form, generation, "trial")
                    told = _told(listing) if listing else {}
                    sums = tally(known, decisions)
                    requests.update(sums["missing"])
                    found.append(
                        Forecast(
                            source=source.id,
                            day=day,
                            addresses=sums["addresses"],
                            archived=sums["archived"],
                            indexed=sums["indexed"],
                            listed=len(listing.entries) if listing else 0,
                            steps=sums["steps"],
                            gaps=sums["gaps"],
                            requests=sums["missing"],
                            kept_from=self._let_go(day, now),
                            unknowable=told.get("unknowable", ""),
                            undated=told.get("undated", 0),
                            uncertain=told.get("uncertain", 0),
                            faults=tuple(told.get("faults", ())),
                        )
                    )
        return Plan(
            generation=generation,
            days=tuple(found),
            requests=dict(sorted(requests.items())),
            polite_s=polite_time(requests, self.settings.host_interval_s).total_seconds(),
        )

    # ----------------------------------------------------------------------------------------------- the archive

    def _archive_since(self, day: date, known: Mapping[str, int]) -> tuple[list[_NewFile], list[str]]:
        """Read the archive's files that may hold pages of a day and were not read yet.

        A page is visited after it was published: in local time that may be the day before in UTC.

        Returns:
            The files, and the names of those that are no longer there.
        """
        root = UPath(self.settings.archive_root()) / "warc"
        first, last = day - timedelta(days=1), self.clock().astimezone(UTC).date() + timedelta(days=1)
        new: list[_NewFile] = []
        there: set[str] = set()
        for n in range((last - first).days + 1):
            for name in self.warc.names(first + timedelta(days=n)):
                try:
                    size = (root / name).stat().st_size
                    there.add(name)
                    if known.get(name) != size:
                        new.append(_NewFile(name=name, size=size, visits=tuple(self._visits_in(name))))
                except FileNotFoundError:
                    there.discard(name)
        of_span = {name for name in known if f"{first:%Y/%m/%d}" <= name[:10] <= f"{last:%Y/%m/%d}"}
        return new, sorted(of_span - there)

    def _visits_in(self, name: str) -> Iterator[StoredVisit]:
        for pointer, raw in self.warc.scan(name):
            try:
                outcome: Page | LeftOut = msgspec.json.decode(raw, type=Page | LeftOut)
                item = msgspec.json.decode(raw, type=Visited).item
            except msgspec.DecodeError as error:
                log.warning("a visit's outcome cannot be read: %s", error, extra={"file": name, "at": pointer.offset})
                continue
            is_page = isinstance(outcome, Page)
            at = outcome.fetched_at if isinstance(outcome, Page) else outcome.at
            yield StoredVisit(
                pointer=pointer,
                entry_id=outcome.entry_id,
                url=item.url if item else outcome.url,
                source_id=outcome.source_id,
                at=at or self.clock(),
                status=outcome.status,
                reason="" if is_page else str(outcome.reason) if isinstance(outcome, LeftOut) else "",
                body_hash=outcome.body_hash if isinstance(outcome, Page) else "",
                published=item.listed_published if item else None,
            )

    def _remember(self, file: _NewFile, now: datetime) -> None:
        with self.ledger.days.alone("archive") as c:
            ledger_visits.remember_file(c, file.name, file.size, file.visits, now)

    def _adoptable(self, found: Adoptee, source: Source, run_id: str) -> dict[str, object] | None:
        """The row of an entry that only the archive knows, from what it keeps of the first visit."""
        try:
            raw = self.warc.read_outcome(found.pointer)
            outcome: Page | LeftOut = msgspec.json.decode(raw, type=Page | LeftOut)
            item = msgspec.json.decode(raw, type=Visited).item
        except (ArchiveError, msgspec.DecodeError) as error:
            log.warning("a stored visit cannot be adopted: %s", error, extra={"entry": found.entry_id})
            return None
        return {
            "entry_id": found.entry_id,
            "url": item.url if item else outcome.url,
            "canon_url": item.canon_url if item else canon_v1(outcome.url),
            "source_id": source.id,
            "feed_url": item.feed_url if item else "",
            "title": item.listed_title if item else "",
            "published": item.listed_published if item else None,
            "published_raw": item.listed_published_raw if item else "",
            "run_id": run_id,
            "first_seen": found.first_at,
            "last_listed": found.first_at,
        }

    # ------------------------------------------------------------------------------------------------- the lists

    def _listings(self, asked: Sequence[tuple[Source, date]]) -> list[Any]:
        """Ask lists of the past: sources beside each other, a source's days one after the other."""
        from pipeline.discover.kept_lists import KeptLists
        from pipeline.discover.parser import FeedParser
        from pipeline.discover.past import PastListing, listed_on
        from pipeline.http.client import Client

        if not asked:
            return []
        kept = KeptLists(Path(self.settings.state) / "lists")
        by_source: dict[str, list[tuple[Source, date]]] = {}
        for source, day in asked:
            by_source.setdefault(source.id, []).append((source, day))

        async def ask() -> list[PastListing]:
            slots = asyncio.Semaphore(_AT_ONCE)
            found: list[PastListing] = []

            async def one(wanted: list[tuple[Source, date]], client: Client) -> None:
                async with slots:
                    for source, day in wanted:
                        found.append(await listed_on(source, day, client, parser, self.clock, kept))

            with FeedParser(self.settings) as parser:
                async with Client(
                    self.settings,
                    gate=self.ledger.gate,
                    robots=self.ledger.robots,
                    clock=self.clock,
                    is_forgotten=self.ledger.takedowns.snapshot().covers,
                ) as client:
                    await asyncio.gather(*(one(wanted, client) for wanted in by_source.values()))
            return sorted(found, key=lambda x: (x.day, x.source_id))

        return asyncio.run(ask())

    # ---------------------------------------------------------------------------------------------- the decisions

    def _chosen_for(self, days: Iterable[date], form: Form, now: datetime) -> list[Source]:
        """The sources that a form asks for; refuses days that are to come."""
        chosen = choose(list(self.sources.values()), form.sources)
        for day in days:
            if not any(is_over(day - timedelta(days=1), [s.timezone], now) for s in chosen):
                raise ConfigError("has not begun at any of the sources; a backfill is for the past", subject=str(day))
        return chosen

    def _chosen(self, run: RunRow) -> list[Source]:
        return [self.sources[i] for i in run.params["sources"] if i in self.sources]

    def _decide(
        self, c: Any, source: Source, day: date, form: Form, generation: int, run_id: str
    ) -> tuple[list[Known], list[Decision]]:
        """Decide about every address of a source's day; what only the archive knows is adopted first."""
        now = self.clock()
        is_kept = not self._let_go(day, now)
        adopted = [
            row
            for found in (ledger_visits.unknown_entries(c, source.id, source.timezone, day) if is_kept else ())
            if (row := self._adoptable(found, source, run_id)) is not None
        ]
        ledger_visits.adopt(c, adopted)
        rows = ledger_days.of_day(c, source.id, source.timezone, day)
        visits = ledger_visits.of_entries(c, [r.entry_id for r in rows])
        held = self._held(rows)
        on_file: dict[tuple[str, str, int], bool] = {}

        def has(stage: str, row: DayEntry) -> bool:
            if not row.batch_id or row.generation is None:
                return False
            key = (stage, row.batch_id, row.generation)
            if key not in on_file:
                on_file[key] = self.batches.has(row.batch_id, stage, generation=row.generation)
            return on_file[key]

        first_month = first_kept_month(now, self.settings.keep_indices_months)
        known = [
            Known(
                entry_id=row.entry_id,
                url=row.url,
                source_id=source.id,
                revision=row.revision,
                generation=row.generation or 0,
                indexed=row.indexed,
                held=row.entry_id in held,
                kept=is_kept and not (row.home_index and row.home_index < first_month),
                tagged_on_file=has("tagged", row),
                read_on_file=has("articles", row),
                page=self._there(row.warc, visits.get(row.entry_id, [])),
                pages=_pages(visits.get(row.entry_id, [])),
                archive_expected=not old_enough(day, now, self.settings.keep_warc_days),
                state=row.state,
                reason=Reason(row.reason) if row.reason else None,
                judged=row.judged,
                tried_at=row.tried_at,
                open=row.open,
            )
            for row in rows
        ]
        return known, [decide(k, form, generation=generation, now=now) for k in known]

    def _let_go(self, day: date, now: datetime) -> str:
        """The first month that is kept, where retention has let go of all of a day; else empty."""
        months = self.settings.keep_indices_months
        return "" if day_is_kept(day, now, months) else first_kept_month(now, months)

    def _looks(self, day: date, form: Form, now: datetime) -> bool:
        """Whether the lists of the past are looked into for a day."""
        return form.stages != "index" and not self._let_go(day, now)

    def _held(self, rows: Iterable[DayEntry]) -> set[str]:
        """The entries whose documents the index holds, every one at its article's version or a newer one."""
        from pipeline.index.client import Place
        from pipeline.index.documents import document_version

        places: list[Place] = []
        owners: list[tuple[str, int]] = []
        whole: set[str] = set()
        for row in rows:
            if not row.indexed or row.generation is None or not row.documents:
                continue
            whole.add(row.entry_id)
            version = document_version(row.revision, row.generation)
            for alias, id_ in row.documents:
                places.append(Place(index=f"{alias}-{row.home_index}", id=id_, routing=row.article_id))
                owners.append((row.entry_id, version))
        for (entry_id, wanted), found in zip(owners, self.index_client.held(places), strict=True):
            if found is None or found < wanted:
                whole.discard(entry_id)
        return whole

    def _there(self, pointer: WarcPointer | None, visits: Sequence[StoredVisit]) -> WarcPointer | None:
        """The pointer, where the archive still has what it leads to."""
        if pointer is None or any(v.pointer == pointer for v in visits):
            return pointer
        try:  # visited before the span of files that was read
            self.warc.read_outcome(pointer)
        except ArchiveError:
            return None
        return pointer

    def _take_up(
        self, c: Any, source: Source, day: date, run_id: str, known: Sequence[Known], decisions: Sequence[Decision]
    ) -> int:
        """Make the work items of decisions, and remember what was decided. Return how many items."""
        pairs = list(zip(known, decisions, strict=True))
        ledger_days.lose_records(c, [k.entry_id for k, d in pairs if d.lost])
        todo = [
            Todo(
                entry_id=k.entry_id,
                revision=d.revision,
                generation=d.generation,
                first_stage=d.step.value,
                stored=d.stored,
            )
            for k, d in pairs
            if d.step.is_work
        ]
        made = add_work(c, todo, self.clock(), queue=queue_of(day))
        ledger_days.remember_decided(c, run_id, source.id, day, tally(known, decisions) | {"made": made})
        for k, d in pairs:
            level = logging.INFO if d.step.is_work or d.step is Step.GAP else logging.DEBUG
            log.log(level, "%s: %s: %s", d.step, k.url, d.why, extra={"source": source.id})
        return made

    # ------------------------------------------------------------------------------------------------ the report

    def report_of(self, run: RunRow, now: datetime) -> RunReport:
        """Return what a run did so far; once it is over, its report."""
        report = super().report_of(run, now)
        if run.kind != KIND:
            return report
        day = _day_of(run)
        zones = {s.id: s.timezone for s in self._chosen(run)}
        standing = {d.source_id: d for d in self.ledger.coverage.touched_by(run.id, zones, day=day) if d.day == day}
        outcomes = self.ledger.days.outcomes(run.id)
        facts = {
            s.source_id: ReconcileFacts(
                listing=s.listing,
                decided=s.decided,
                outcomes=outcomes.get(s.source_id, {}),
                standing=standing.get(s.source_id),
            )
            for s in self.ledger.days.surveyed(run.id)
        }
        return reconcile_rows(report, run, facts)


def _day_of(run: RunRow) -> date:
    day = run.params.get("day")
    if not day:
        raise LedgerError("is no backfill of a day", subject=run.id)
    return date.fromisoformat(day)


def _pages(visits: Iterable[StoredVisit]) -> tuple[WarcPointer, ...]:
    """The stored pages, oldest first; of the same bytes in a row the first."""
    found: list[StoredVisit] = []
    for visit in visits:
        if visit.holds_page and not (found and visit.body_hash and visit.body_hash == found[-1].body_hash):
            found.append(visit)
    return tuple(v.pointer for v in found)


def _told(listing: Any) -> dict[str, Any]:
    """What a listing says beside its entries."""
    return {
        "unknowable": listing.unknowable,
        "undated": listing.undated,
        "uncertain": listing.uncertain,
        "requests": listing.requests,
        "lists": listing.lists_read,
        "faults": list(listing.faults),
    }
