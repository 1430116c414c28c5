"""A lost ledger made again, from what the index holds, what WARC holds and, where they are kept, the batch files.

The index tells articles, stories, home indices, documents and generations; WARC tells entries and visits, with the work
item of each; batch files tell how each item ended. What only the ledger knew is not made up: when a feed is due, what
discovery dropped, robots.txt files and hosts' turns come back by themselves.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from pipeline.archive.notes import Notes
from pipeline.errors import ArchiveError, LedgerError
from pipeline.extract.signature import signature
from pipeline.identity import canon_v1, loose_v1, url_id
from pipeline.ledger.articles import SHARED_BANDS
from pipeline.ledger.forgotten import Takedown
from pipeline.ledger.rebuild import fingerprint
from pipeline.records import Article, GivenBack, LeftOut, Page, Reason, Record, Visited, WarcPointer, WorkItem
from pipeline.stages.keep import made_at
from pipeline.stages.pipeline import OF_ARTICLES, IndexedOutcome, Pipeline

log = logging.getLogger(__name__)

#: A run of which nothing but its work is left.
UNKNOWN_RUN = "rebuilt"
_STAGE = {"pages": "fetch", "articles": "extract", "tagged": "tag", "indexed": "index"}
_RECORDS: dict[str, Any] = {
    "pages": Page | LeftOut | GivenBack,
    "articles": Article | LeftOut,
    "indexed": IndexedOutcome,
}


class Rebuilt(Record, frozen=True, kw_only=True, omit_defaults=False):
    """How much was made again."""

    articles: int
    revisions: int
    entries: int
    work: int
    attempts: int
    batches: int
    runs: int
    generations: int
    takedowns: int
    left_to_crawl: dict[str, int]  # why an item is pending → n
    unreadable: tuple[str, ...]  # files that could not be read


class _Slim(msgspec.Struct):
    id: str
    entry_id: str
    work_id: int
    source_id: str
    revision: int = 1


class _SlimTagged(msgspec.Struct):
    article: _Slim


class _End(msgspec.Struct):
    """How far an item came in the newest batch that had it."""

    batch_id: str
    state: str
    at: datetime
    reason: str = ""
    detail: str = ""
    not_before: datetime | None = None


def rebuild(
    pipeline: Pipeline, *, replace: bool = False, progress: Callable[[str], None] = lambda words: None
) -> Rebuilt:
    """Make the ledger again. Nothing may crawl meanwhile. Killed, it has not happened; done again, it gives the same.

    Args:
        pipeline: the pipeline; its ledger has its tables, and they are empty.
        replace: empty a ledger that holds something first. What only it knows is lost.
        progress: told what is done.

    Raises:
        LedgerError: the ledger holds something, and ``replace`` is not given.
        IndexUnavailable: Elasticsearch does not answer.
    """
    with pipeline.ledger.takedowns.at_work():
        if not replace and not pipeline.ledger.rebuild.is_empty():
            raise LedgerError(
                "holds something. 'standpoint ledger rebuild --replace' empties it first; what only the ledger knows "
                "(when feeds are due, what discovery dropped, the reports of runs) is lost",
                subject="ledger",
            )
        found = _Found(pipeline)
        progress("reading the index")
        found.read_index()
        progress("reading batch files")
        found.read_batches()
        progress("reading WARC")
        found.read_warc()
        found.read_notes()
        rows = found.rows()
        progress("writing the ledger")
        pipeline.ledger.rebuild.fill(rows, replace=replace)
    rebuilt = Rebuilt(
        articles=len(rows["article"]),
        revisions=len(rows["revision"]),
        entries=len(rows["entry"]),
        work=len(rows["work"]),
        attempts=len(rows["attempt"]),
        batches=len(rows["batch"]),
        runs=len(rows["run"]),
        generations=len(rows["generation"]),
        takedowns=len({r["subject"] for r in rows["forgotten"]}),
        left_to_crawl=dict(Counter(r["detail"] for r in rows["work"] if r["state"] == "pending")),
        unreadable=tuple(found.unreadable),
    )
    log.info("ledger rebuilt", extra=msgspec.to_builtins(rebuilt))
    return rebuilt


class _Found:
    """What was found, table by table."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._p = pipeline
        self._now = pipeline.clock()
        self.unreadable: list[str] = []
        self._docs: dict[str, dict[str, Any]] = {}  # article id → its document, without text
        self._bands: dict[str, set[int]] = {}  # of every revision
        self._documents: dict[str, list[tuple[str, str]]] = {}
        self._runs: dict[str, dict[str, Any]] = {}
        self._generations: dict[int, dict[str, str]] = {}
        self._items: dict[int, WorkItem] = {}
        self._of_generation: dict[int, int] = {}  # work id → generation
        self._first_batch: dict[int, str] = {}  # work id → where it was first
        self._ends: dict[int, _End] = {}
        self._pages: dict[int, Page | LeftOut] = {}  # newest visit of a work item
        self._revisions: dict[tuple[str, int], dict[str, Any]] = {}
        self._articles: dict[str, Article] = {}  # newest revision as batch files tell, without text
        self._tagged_in: dict[tuple[str, int], str] = {}  # article, generation → newest batch
        self._batches: dict[str, dict[str, Any]] = {}
        self._attempts: dict[tuple[int, str, str, int], dict[str, Any]] = {}
        self._takedowns: list[Takedown] = []

    # ------------------------------------------------------------------------------------------------- reading

    def read_index(self) -> None:
        """Read every document of articles; of the others only which there are."""
        index = self._p.index_client
        index.refresh()
        for hit in index.scan(OF_ARTICLES[:1], {"match_all": {}}):
            told = hit.source
            self._bands.setdefault(hit.id, set()).update(signature(told.pop("text", "")))
            self._docs[hit.id] = told | {"home_index": hit.index[-7:]}
            self._documents.setdefault(hit.id, []).append((hit.alias, hit.id))
            where = told["provenance"]
            self._generations.setdefault(where["generation"], dict(where.get("versions") or {}))
        for hit in index.scan(OF_ARTICLES[1:], {"match_all": {}}, fields=False):
            self._documents.setdefault(hit.routing, []).append((hit.alias, hit.id))
        fields = ("run_id", "run_type", "started_at", "ended_at", "generation")
        for hit in index.scan(("runs",), {"match_all": {}}, fields=fields):
            told = hit.source
            self._runs[told["run_id"]] = {
                "id": told["run_id"],
                "kind": told["run_type"],
                "generation": told["generation"],
                "started_at": _time(told["started_at"]),
                "finished_at": _time(told["ended_at"]),
                "params": {},
                "report": None,
            }

    def read_batches(self) -> None:
        """Read what each batch made of its items, oldest batch first: the newest word counts."""
        store = self._p.batches
        for batch_id in store.ids():
            created = made_at(batch_id)
            if created is None:
                continue
            manifests = store.manifests(batch_id)
            generation = max((m.generation for m in manifests), default=0)
            size = 0
            for manifest in manifests:
                try:
                    size = max(size, manifest.records)
                    if manifest.stage == "entries":
                        for item in store.read(manifest, WorkItem):
                            self._item(item, batch_id, manifest.generation)
                            self._ends[item.work_id] = _End(batch_id, "pending", created)
                    elif manifest.stage == "tagged":
                        for tagged in store.read(manifest, _SlimTagged):
                            self._tagged(tagged.article, batch_id, manifest.generation, manifest.epoch, created)
                    else:
                        for record in store.read(manifest, _RECORDS[manifest.stage]):
                            if isinstance(record, LeftOut) and record.work_id not in self._items:  # taken down since
                                self._item(_item_of(record), batch_id, manifest.generation)
                            self._record(record, manifest.stage, batch_id, manifest.epoch, created)
                except ArchiveError as error:
                    self._unreadable(manifest.file, error)
            self._batch(batch_id, created, generation, size, any(m.stage == "indexed" for m in manifests))

    def read_warc(self) -> None:
        """Read every visit: what batch files no longer tell."""
        for name in self._p.warc.all_names():
            parts = name.rpartition("/")[2].split(".")
            batch_id, created = parts[0], made_at(parts[0])
            if created is None:
                continue
            try:
                for pointer, raw in self._p.warc.scan(name):
                    outcome: Page | LeftOut = msgspec.json.decode(raw, type=Page | LeftOut)
                    item = msgspec.json.decode(raw, type=Visited).item
                    self._visit(msgspec.structs.replace(outcome, warc=pointer), item, batch_id, parts[1], created)
            except (ArchiveError, msgspec.DecodeError) as error:
                self._unreadable(name, error)

    def read_notes(self) -> None:
        """Read the takedowns."""
        for raw in Notes(self._p.settings.archive_root()).read():
            self._takedowns.append(msgspec.json.decode(raw, type=Takedown))

    def _unreadable(self, name: str, error: Exception) -> None:
        log.warning("cannot be read, and is passed over: %s", error, extra={"file": name})
        self.unreadable.append(name)

    def _item(self, item: WorkItem, batch_id: str, generation: int) -> None:
        self._items[item.work_id] = item
        self._of_generation.setdefault(item.work_id, generation)
        self._first_batch.setdefault(item.work_id, batch_id)

    def _batch(self, batch_id: str, created: datetime, generation: int, size: int, is_done: bool) -> None:
        self._batches[batch_id] = {
            "id": batch_id,
            "run_id": UNKNOWN_RUN,
            "generation": generation,
            "size": size,
            "created_at": created,
            "finished_at": created if is_done else None,
        }

    def _attempt(
        self, one: Any, stage: str, batch_id: str, epoch: int, at: datetime, outcome: str, **more: Any
    ) -> None:
        self._attempts[one.work_id, batch_id, stage, epoch] = {
            "work_id": one.work_id,
            "batch_id": batch_id,
            "stage": stage,
            "epoch": epoch,
            "run_id": UNKNOWN_RUN,
            "source_id": one.source_id,
            "at": at,
            "outcome": outcome,
            "reason": "",
            "detail": "",
            "status": None,
            "warc": None,
        } | more

    def _tagged(self, article: _Slim, batch_id: str, generation: int, epoch: int, at: datetime) -> None:
        self._tagged_in[article.id, generation] = batch_id
        self._attempt(article, "tag", batch_id, epoch, at, "done")

    def _record(self, record: Any, name: str, batch_id: str, epoch: int, created: datetime) -> None:
        """One line of a stage's file: an attempt, and how far the item came."""
        stage = _STAGE[name]
        end = self._ends.setdefault(record.work_id, _End(batch_id, "pending", created))
        end.batch_id = batch_id
        if isinstance(record, LeftOut) or (isinstance(record, IndexedOutcome) and record.reason is not None):
            at = getattr(record, "at", None) or created
            reason = Reason(record.reason).value if record.reason else ""
            status = getattr(record, "status", None)
            warc = _builtin(getattr(record, "warc", None))
            self._attempt(
                record,
                stage,
                batch_id,
                epoch,
                at,
                "left_out",
                reason=reason,
                detail=record.detail,
                status=status,
                warc=warc,
            )
            end.state, end.reason, end.detail, end.at = "left_out", reason, record.detail, at
            if isinstance(record, LeftOut) and stage == "fetch":
                self._pages[record.work_id] = record
        elif isinstance(record, GivenBack):
            self._attempt(
                record, stage, batch_id, epoch, created, "given_back", reason=record.reason.value, detail=record.detail
            )
            end.state, end.detail, end.not_before = "pending", record.detail, record.not_before
        elif isinstance(record, Page):
            self._attempt(
                record,
                stage,
                batch_id,
                epoch,
                record.fetched_at,
                "done",
                status=record.status,
                warc=_builtin(record.warc),
            )
            self._pages[record.work_id] = record
            end.at = record.fetched_at
        elif isinstance(record, Article):
            self._attempt(
                record,
                stage,
                batch_id,
                epoch,
                record.fetched_at or created,
                "done",
                detail=f"revision {record.revision}",
            )
            self._article(record)
        else:
            detail = f"{record.documents} documents"
            page = self._pages.get(record.work_id)
            warc = _builtin(page.warc) if page else None
            self._attempt(record, stage, batch_id, epoch, end.at, "done", detail=detail, warc=warc)
            end.state, end.reason, end.detail = "done", "", ""

    def _article(self, article: Article) -> None:
        self._bands.setdefault(article.id, set()).update(article.signature)
        former = self._articles.get(article.id)
        if former is None or former.revision <= article.revision:
            self._articles[article.id] = msgspec.structs.replace(article, text="")
        self._revisions[article.id, article.revision] = {
            "article_id": article.id,
            "revision": article.revision,
            "text_hash": article.text_hash,
            "title": article.title,
            "fetched_at": article.fetched_at or self._now,
            "warc": _builtin(article.warc),
            "work_id": article.work_id,
        }

    def _visit(
        self, outcome: Page | LeftOut, item: WorkItem | None, batch_id: str, epoch: str, created: datetime
    ) -> None:
        """A stored visit: all of it where no batch file told of it."""
        if batch_id not in self._batches:
            self._batch(batch_id, created, 0, 0, True)
        if outcome.work_id not in self._items:
            self._item(item or _item_of(outcome), batch_id, self._batches[batch_id]["generation"])
        number = int(epoch[1:]) if epoch[1:].isdigit() else 0
        if (outcome.work_id, batch_id, "fetch", number) not in self._attempts:
            is_page = isinstance(outcome, Page)
            at = outcome.fetched_at if isinstance(outcome, Page) else outcome.at or created
            reason = "" if isinstance(outcome, Page) else outcome.reason.value
            self._attempt(
                outcome,
                "fetch",
                batch_id,
                number,
                at,
                "done" if is_page else "left_out",
                reason=reason,
                status=outcome.status,
                warc=_builtin(outcome.warc),
            )
            if outcome.work_id not in self._ends or self._ends[outcome.work_id].batch_id == batch_id:
                self._pages[outcome.work_id] = outcome
                state = "visited" if is_page else "left_out"
                self._ends[outcome.work_id] = _End(batch_id, state, at, reason)

    # ---------------------------------------------------------------------------------------------------- rows

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of every table."""
        self._name_runs()
        articles = self._article_rows()
        entries = self._entry_rows(articles)
        work = self._work_rows(articles)
        kept = {w["id"] for w in work}
        top = max([0, *self._generations, *(b["generation"] for b in self._batches.values())])
        for number in {b["generation"] for b in self._batches.values()} - {0}:
            self._generations.setdefault(number, {})
        return {
            "generation": [
                {"id": n, "fingerprint": fingerprint(v), "versions": v, "created_at": self._now}
                for n, v in sorted(self._generations.items())
                if n <= top
            ],
            "run": list(self._runs.values()),
            "batch": list(self._batches.values()),
            "entry": list(entries.values()),
            "work": work,
            "attempt": [a for a in self._attempts.values() if a["work_id"] in kept],
            "article": list(articles.values()),
            "revision": [r for r in self._revision_rows(articles).values() if r["article_id"] in articles],
            "alias": list(self._alias_rows(articles, entries)),
            "band": [{"key": key, "article_id": i} for i in articles for key in sorted(self._bands.get(i, ()))],
            "forgotten": list(self._forgotten_rows()),
        }

    def _name_runs(self) -> None:
        """Batches get the run and the generation of the articles that they made."""
        for told in self._docs.values():
            where = told["provenance"]
            batch_id = self._batch_of(told)
            if batch_id in self._batches and where.get("run"):
                self._batches[batch_id]["run_id"] = where["run"]
                self._batches[batch_id]["generation"] = self._batches[batch_id]["generation"] or where["generation"]
        newest = max(self._generations, default=1)
        for batch in self._batches.values():
            batch["generation"] = batch["generation"] or newest
            self._runs.setdefault(
                batch["run_id"],
                {
                    "id": batch["run_id"],
                    "kind": "cli"
                    if batch["run_id"].startswith(("cli/", UNKNOWN_RUN))
                    else batch["run_id"].split("/")[0],
                    "generation": batch["generation"],
                    "started_at": batch["created_at"],
                    "finished_at": batch["created_at"],
                    "params": {},
                    "report": None,
                },
            )
        for attempt in self._attempts.values():
            attempt["run_id"] = self._batches[attempt["batch_id"]]["run_id"]

    def _batch_of(self, told: dict[str, Any]) -> str:
        """The batch that made an indexed article: whose file holds its tags, else the one that fetched it."""
        named = self._tagged_in.get((told["article_id"], told["generation"]))
        where = told["provenance"]
        return named or str(where.get("warc_file", "")).rpartition("/")[2].partition(".")[0]

    def _article_rows(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for id_, told in self._docs.items():
            complete = self._is_complete(id_, told)
            gone_at = _time(told.get("gone_at"))
            mark = told["story_id"] + ("*" if told.get("is_original") else "") + ("-" if gone_at else "")
            fetched_at = _time(told.get("fetched_at")) or _time(told.get("first_seen")) or self._now
            found[id_] = {
                "id": id_,
                "canonical_url": told["canonical_url"],
                "entry_id": told["entry_id"],
                "source_id": told["source"],
                "title": told.get("title", ""),
                "published": _time(told.get("published")),
                "first_seen": _time(told.get("first_seen")) or fetched_at,
                "home_index": told["home_index"],
                "revision": told["revision"],
                "text_hash": told["text_hash"],
                "fetched_at": fetched_at,
                "story_id": told["story_id"],
                "batch_id": self._batch_of(told) or None,
                "generation": told["generation"],
                "indexed_story": mark,
                "documents": sorted([a, i] for a, i in self._documents[id_]),
                "indexed_at": (_time(told.get("indexed_at")) or fetched_at) if complete else None,
                "gone_at": gone_at,
            }
        for id_, article in self._articles.items():
            if id_ in found or not article.home_index:
                continue
            found[id_] = {
                "id": id_,
                "canonical_url": article.canonical_url,
                "entry_id": article.entry_id,
                "source_id": article.source_id,
                "title": article.title,
                "published": article.published,
                "first_seen": article.first_seen or self._now,
                "home_index": article.home_index,
                "revision": article.revision,
                "text_hash": article.text_hash,
                "fetched_at": article.fetched_at or self._now,
                "story_id": id_,
                "batch_id": None,
                "generation": None,
                "indexed_story": None,
                "documents": sorted([a, i] for a, i in self._documents.get(id_, ())),
                "indexed_at": None,
                "gone_at": None,
            }
            self._rejoin(id_, found)
        return found

    def _rejoin(self, id_: str, articles: dict[str, dict[str, Any]]) -> None:
        """Give an article that the index has lost its story again: that of its near duplicates, as the ledger does."""
        mine = self._bands.get(id_, set())
        near = {
            articles[other]["story_id"]
            for other, keys in self._bands.items()
            if other in articles and len(mine & keys) >= SHARED_BANDS
        }
        members = [a for a in articles.values() if a["story_id"] in near]
        first = min(members, key=lambda a: (a["published"] or a["first_seen"], a["id"]), default=articles[id_])
        for member in members:
            member["story_id"] = first["id"]

    def _is_complete(self, id_: str, told: dict[str, Any]) -> bool:
        """Whether the index has as many documents of an article as its own document says."""
        there = Counter(alias for alias, _ in self._documents[id_])
        said = {"stances": "stance_count", "stance_evidence": "evidence_count", "quotes": "quote_count"}
        return all(there[alias] >= told.get(count, 0) for alias, count in said.items()) and there["judged"] >= len(
            told.get("pairs_without_stance", ())
        )

    def _revision_rows(self, articles: dict[str, dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
        for id_, told in self._docs.items():
            where = told["provenance"]
            pointer = (
                {"file": where["warc_file"], "offset": where["warc_offset"], "length": where["warc_length"]}
                if where.get("warc_file")
                else None
            )
            row = articles[id_]
            of_visit = [a["work_id"] for a in self._attempts.values() if pointer and a["warc"] == pointer]
            self._revisions.setdefault(
                (id_, told["revision"]),
                {
                    "article_id": id_,
                    "revision": told["revision"],
                    "text_hash": told["text_hash"],
                    "title": row["title"],
                    "fetched_at": row["fetched_at"],
                    "warc": pointer,
                    "work_id": of_visit[0] if of_visit else 0,
                },
            )
        return self._revisions

    def _entry_rows(self, articles: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        own = {a["entry_id"]: a for a in articles.values()}
        for work_id, item in sorted(self._items.items()):
            page = self._pages.get(work_id)
            article_id = self._leads_to(page, articles) or (own[item.entry_id]["id"] if item.entry_id in own else None)
            first = made_at(self._first_batch[work_id]) or self._now
            seen = own[item.entry_id]["first_seen"] if item.entry_id in own else first
            former = found.get(item.entry_id)
            fetched = page.fetched_at if isinstance(page, Page) else None
            found[item.entry_id] = {
                "entry_id": item.entry_id,
                "url": item.url,
                "canon_url": item.canon_url or canon_v1(item.url),
                "source_id": item.source_id,
                "feed_url": item.feed_url,
                "title": item.listed_title,
                "published": item.listed_published,
                "published_raw": item.listed_published_raw,
                "updated": fetched or (former["updated"] if former else None) or first,
                "run_id": self._batches.get(self._first_batch[work_id], {}).get("run_id", UNKNOWN_RUN)
                if former is None
                else former["run_id"],
                "first_seen": seen if former is None else former["first_seen"],
                "last_listed": first,
                "article_id": article_id or (former["article_id"] if former else None),
                "etag": page.etag if isinstance(page, Page) else former["etag"] if former else "",
                "last_modified": page.last_modified
                if isinstance(page, Page)
                else former["last_modified"]
                if former
                else "",
                "body_hash": page.body_hash if isinstance(page, Page) else former["body_hash"] if former else "",
                "visited": _builtin(page.warc) if isinstance(page, Page) else former["visited"] if former else None,
            }
        for article in articles.values():
            if article["entry_id"] not in found:  # WARC has lost it
                found[article["entry_id"]] = {
                    "entry_id": article["entry_id"],
                    "url": article["canonical_url"],
                    "canon_url": article["canonical_url"],
                    "source_id": article["source_id"],
                    "feed_url": "",
                    "title": article["title"],
                    "published": article["published"],
                    "published_raw": "",
                    "updated": article["fetched_at"],
                    "run_id": self._docs.get(article["id"], {}).get("provenance", {}).get("run", UNKNOWN_RUN),
                    "first_seen": article["first_seen"],
                    "last_listed": article["first_seen"],
                    "article_id": article["id"],
                    "etag": "",
                    "last_modified": "",
                    "body_hash": "",
                    "visited": None,
                }
        return found

    @staticmethod
    def _leads_to(page: Page | LeftOut | None, articles: dict[str, dict[str, Any]]) -> str | None:
        if not isinstance(page, Page):
            return None
        id_ = url_id(page.final_url)
        return id_ if id_ in articles else None

    def _work_rows(self, articles: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        own = {a["entry_id"]: a for a in articles.values()}
        newest = {self._items[i].entry_id: i for i in sorted(self._items)}
        rows: dict[tuple[str, int, int], dict[str, Any]] = {}
        for work_id, item in sorted(self._items.items()):
            end = self._ends.get(work_id) or _End(self._first_batch[work_id], "pending", self._now)
            generation = self._of_generation[work_id] or self._batches[end.batch_id]["generation"]
            article = own.get(item.entry_id)
            row = {
                "id": work_id,
                "entry_id": item.entry_id,
                "revision": item.revision,
                "generation": generation,
                "state": end.state,
                "not_before": end.not_before or end.at,
                "attempts": item.attempt,
                "batch_id": end.batch_id,
                "reason": end.reason,
                "detail": end.detail,
                "created_at": made_at(self._first_batch[work_id]) or self._now,
                "closed_at": end.at,
                "first_stage": item.first_stage,
                "stored": None,
            }
            page = self._pages.get(work_id)
            if end.state == "visited":  # no batch file tells how it ended
                row |= self._end_of_visit(item, page, article, articles)
            held = article is not None and article["indexed_at"] is not None
            if row["state"] == "done" and work_id == newest[item.entry_id] and not held:
                row |= self._again(page, "the index has lost it; it is read from the archive again")
            if row["state"] == "pending":
                row |= {"batch_id": None, "closed_at": None, "reason": ""}
            rows[item.entry_id, item.revision, generation] = row
        known = {r["entry_id"] for r in rows.values()}
        top = max(self._items, default=0)
        for article in articles.values():
            if article["entry_id"] not in known:
                top += 1
                rows[article["entry_id"], article["revision"], article["generation"] or 0] = {
                    "id": top,
                    "entry_id": article["entry_id"],
                    "revision": article["revision"],
                    "generation": article["generation"] or 0,
                    "state": "done",
                    "not_before": article["fetched_at"],
                    "attempts": 1,
                    "batch_id": article["batch_id"],
                    "reason": "",
                    "detail": "",
                    "created_at": article["first_seen"],
                    "closed_at": article["fetched_at"],
                    "first_stage": "fetch",
                    "stored": None,
                }
        return list(rows.values())

    def _end_of_visit(
        self,
        item: WorkItem,
        page: Page | LeftOut | None,
        article: dict[str, Any] | None,
        articles: dict[str, dict[str, Any]],
    ) -> dict[str, Any]:
        leads_to = self._leads_to(page, articles)
        if article is not None and article["indexed_at"] is not None:
            return {"state": "done"}
        if leads_to is not None and articles[leads_to]["entry_id"] != item.entry_id:
            detail = f"the article of {articles[leads_to]['canonical_url']}"
            return {"state": "left_out", "reason": Reason.DUPLICATE.value, "detail": detail}
        return self._again(page, "no file tells how it ended; it is read from the archive again")

    def _again(self, page: Page | LeftOut | None, why: str) -> dict[str, Any]:
        """Do an item again from its stored page; where there is none, a backfill of its day has to fetch it."""
        if page is not None and page.warc is not None and self._p.warc.path(page.warc.file).exists():
            return {"state": "pending", "first_stage": "extract", "stored": [_builtin(page.warc)], "detail": why}
        return {"state": "left_out", "reason": Reason.ARCHIVE_LOST.value, "detail": "neither index nor archive has it"}

    def _alias_rows(
        self, articles: dict[str, dict[str, Any]], entries: dict[str, dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        found = {a["canonical_url"]: (a["id"], "redirect") for a in articles.values()}
        for entry in entries.values():
            if entry["article_id"] in articles:
                found[entry["canon_url"]] = (entry["article_id"], "entry")
        for url, (article_id, via) in found.items():
            yield {"canon_url": url, "article_id": article_id, "via": via}

    def _forgotten_rows(self) -> Iterator[dict[str, Any]]:
        for t in self._takedowns:
            keys = [("address", a, loose_v1(a)) for a in t.addresses] + [("host", h, "") for h in t.hosts]
            for kind, key, loose in [*keys, *([("source", t.subject, "")] if t.kind == "source" else [])]:
                yield {
                    "kind": kind,
                    "key": key,
                    "loose": loose,
                    "subject": t.subject,
                    "reason": t.reason,
                    "who": t.who,
                    "at": t.at,
                    "done_at": None,  # a prune looks after it again
                }


def _item_of(outcome: Page | LeftOut) -> WorkItem:
    """The work item of a visit that was stored without it, as far as its outcome tells."""
    return WorkItem(
        work_id=outcome.work_id,
        entry_id=outcome.entry_id,
        url=outcome.url,
        canon_url=canon_v1(outcome.url),
        source_id=outcome.source_id,
    )


def _builtin(pointer: WarcPointer | None) -> dict[str, Any] | None:
    return msgspec.to_builtins(pointer) if pointer else None


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
