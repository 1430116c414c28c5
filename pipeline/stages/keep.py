"""Keeping and forgetting: takedowns, retention, and how things stand.

Everything here may be killed at any point and done again: what is to go is remembered first, and each step asks
what is still there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from pipeline.archive import BatchStore
from pipeline.archive.notes import Notes
from pipeline.archive.redact import Visit, redact
from pipeline.errors import ConfigError, StandpointError
from pipeline.identity import canon_v1, host_of, loose_v1
from pipeline.keep import (
    BatchFacts,
    Target,
    blanked,
    first_kept_month,
    months_that_go,
    old_enough,
    why_batch_stays,
)
from pipeline.ledger.forgotten import Forgotten, Held, Kind, Takedown
from pipeline.records import Record, WarcPointer
from pipeline.room import free_bytes, shortage
from pipeline.stages.pipeline import OF_ARTICLES, Pipeline

if TYPE_CHECKING:
    from pipeline.discover.kept_lists import KeptLists

log = logging.getLogger(__name__)

#: A finished takedown is looked after for so long: what was under way when it began may have ended late.
LOOKED_AFTER = timedelta(days=1)
_BATCHES_AT_ONCE = 500


class Swept(Record, frozen=True, kw_only=True, omit_defaults=False):
    """What a takedown took away, or would."""

    subject: str
    kind: str
    reason: str
    who: str
    addresses: tuple[str, ...]
    hosts: tuple[str, ...]
    entries: int
    articles: int
    documents: int
    batches: int  # batches of which a file was written anew
    records: int  # in batch files
    warc_files: int
    visits: int  # in WARC files
    waiting: tuple[str, ...]  # batches under way; a later prune goes on with them
    unmerged: tuple[str, ...]  # indices in whose files deleted copies lie, unseen, until the next prune
    others: tuple[str, ...]  # articles of the same stories at other addresses, which stay

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is left."""
        return not self.waiting


class Pruned(Record, frozen=True, kw_only=True, omit_defaults=False):
    """What retention took away, or would."""

    batches: int = 0
    batches_kept: dict[str, int] = msgspec.field(default_factory=dict)  # old enough, but: why → n
    warc_files: int = 0
    warc_kept: dict[str, int] = msgspec.field(default_factory=dict)
    indices: tuple[str, ...] = ()
    logs: int = 0
    bytes: int = 0
    takedowns: tuple[str, ...] = ()  # gone on with
    takedowns_waiting: tuple[str, ...] = ()


# ---------------------------------------------------------------------------------------------------- takedowns


def forget(
    pipeline: Pipeline,
    target: str,
    *,
    reason: str,
    who: str,
    dry_run: bool = False,
    thorough: bool = False,
    wait_s: float = 0.0,
) -> Swept:
    """Take an address or a source down: gone from index, batches, WARC and ledger, and never fetched again.

    Args:
        pipeline: the pipeline.
        target: an http(s) address, or the id of a source.
        reason: why, for the ledger.
        who: who asked for it or decided it, for the ledger.
        dry_run: only tell what would go.
        thorough: read every WARC file, not only those that the ledger or a batch leads to.
        wait_s: time to wait for Elasticsearch to let go of deleted copies; it does after 30 seconds.

    Raises:
        ConfigError: it is neither an address nor a known source, or no reason is given.
    """
    if not reason.strip():
        raise ConfigError("a takedown needs a reason: the ledger keeps it", subject=target)
    now = pipeline.clock()
    kind, subject, addresses, hosts = _resolve(pipeline, target)
    if dry_run:
        takedown = Takedown(
            kind=kind, subject=subject, reason=reason, who=who, at=now, addresses=tuple(addresses), hosts=tuple(hosts)
        )
        return sweep(pipeline, takedown, dry_run=True, thorough=thorough)
    takedowns = pipeline.ledger.takedowns
    with takedowns.at_work():
        former = takedowns.get(subject)
        takedown = takedowns.begin(kind, subject, addresses=addresses, hosts=hosts, reason=reason, who=who, now=now)
        log.info("taking down %s: %s (%s)", subject, reason, who, extra={"addresses": len(addresses)})
        resumed = former is not None and former.done_at is None
        return sweep(pipeline, takedown, thorough=thorough, wait_s=wait_s, resumed=resumed)


def sweep(
    pipeline: Pipeline,
    takedown: Takedown,
    *,
    dry_run: bool = False,
    thorough: bool = False,
    wait_s: float = 0.0,
    resumed: bool = False,
) -> Swept:
    """Take away what is still there of a takedown; as :func:`forget`. Batches under way are left for a later time.

    Args:
        pipeline: as for :func:`forget`, like ``dry_run``, ``thorough`` and ``wait_s``.
        takedown: as the ledger has it.
        resumed: an earlier try did not come to its end: what it deleted may still lie in the files of any index.
    """
    if not dry_run:
        Notes(pipeline.settings.archive_root()).write(takedown.subject, msgspec.json.encode(takedown))
        _lists_kept(pipeline).clear()
    now = pipeline.clock()
    lease = timedelta(minutes=pipeline.settings.lease_minutes)
    held = pipeline.ledger.takedowns.held(takedown, now, lease=lease)
    target = Target(
        forgotten=Forgotten(
            addresses=frozenset(takedown.addresses),
            loose=frozenset(loose_v1(a) for a in takedown.addresses),
            hosts=frozenset(takedown.hosts),
            sources=frozenset({takedown.subject} if takedown.kind == "source" else ()),
        ),
        entry_ids=held.entry_ids,
        article_ids=held.article_ids,
    )
    documents, unmerged = _from_index(pipeline, takedown, held, dry_run=dry_run, wait_s=wait_s, resumed=resumed)
    batch_ids, records, waiting = _from_batches(pipeline.batches, held, target, now, lease, dry_run=dry_run)
    warc_files, visits = _from_warc(pipeline, held, target, batch_ids, thorough=thorough, dry_run=dry_run)
    if not dry_run:
        pipeline.ledger.takedowns.erase(held, now)
        pipeline.mend_stories(pipeline.ledger.takedowns.stale())
        if not waiting:
            pipeline.ledger.takedowns.finish(takedown, now)
    swept = Swept(
        subject=takedown.subject,
        kind=takedown.kind,
        reason=takedown.reason,
        who=takedown.who,
        addresses=takedown.addresses,
        hosts=takedown.hosts,
        entries=len(held.entry_ids),
        articles=held.articles,
        documents=documents,
        batches=len(batch_ids),
        records=records,
        warc_files=warc_files,
        visits=visits,
        waiting=tuple(sorted(waiting)),
        unmerged=tuple(unmerged),
        others=tuple(sorted(url for urls in held.stories.values() for url in urls)),
    )
    log.info("swept %s", takedown.subject, extra={"dry_run": dry_run, **msgspec.to_builtins(swept)})
    return swept


def unforget(pipeline: Pipeline, target: str) -> Takedown:
    """Lift a takedown: what it covered is fetched again by the next run.

    Raises:
        ConfigError: nothing of that name was taken down.
    """
    subject = canon_v1(target) if "://" in target else target
    takedowns = pipeline.ledger.takedowns
    takedown = takedowns.get(subject) or (takedowns.of_url(target) if "://" in target else None)
    if takedown is None:
        raise ConfigError("was not taken down; 'standpoint forget --list' shows what was", subject=target)
    with takedowns.at_work():
        takedowns.undo(takedown, pipeline.clock())
        Notes(pipeline.settings.archive_root()).remove(takedown.subject)
    log.info("lifted the takedown of %s", takedown.subject)
    return takedown


def _resolve(pipeline: Pipeline, target: str) -> tuple[Kind, str, list[str], list[str]]:
    """Return kind, subject, addresses and hosts of what is to be taken down."""
    takedowns = pipeline.ledger.takedowns
    if "://" in target:
        try:
            canon = canon_v1(target)
        except ValueError as error:
            raise ConfigError(f"cannot be taken down: {error}", subject=target) from error
        covering = takedowns.of_url(target)
        if covering is not None and covering.kind == "address":
            known = {a for address in covering.addresses for a in takedowns.addresses_of(address)}
            return "address", covering.subject, sorted(known | {canon}), []
        return "address", canon, takedowns.addresses_of(target), []
    source = pipeline.sources.get(target)
    if source is None and not takedowns.knows_source(target):
        raise ConfigError("is neither an http(s) address nor the id of a source", subject=target)
    hosts: set[str] = set()
    if source is not None:
        own = {_bare(urlsplit(source.homepage).netloc), *map(_bare, source.hosts)}
        others = {
            _bare(h)
            for other in pipeline.sources.values()
            if other.id != target
            for h in (urlsplit(other.homepage).netloc, *other.hosts)
        }
        hosts = {h for h in own - others if h}
    return "source", target, [], sorted(hosts)


def _bare(host: str) -> str:
    try:
        return host_of(f"http://{host}/").removeprefix("www.") if host else ""
    except ValueError:
        return ""


def _lists_kept(pipeline: Pipeline) -> KeptLists:
    """The lists of the past that backfills on this machine keep for a while, headlines and all."""
    from pipeline.discover.kept_lists import KeptLists

    return KeptLists(Path(pipeline.settings.state) / "lists")


def _from_index(
    pipeline: Pipeline, takedown: Takedown, held: Held, *, dry_run: bool, wait_s: float, resumed: bool
) -> tuple[int, list[str]]:
    """Delete every document of the articles, in whatever month it stands."""
    index = pipeline.index_client
    index.refresh()
    ids = sorted(held.article_ids)
    clauses: list[dict[str, Any]] = [{"terms": {"article_id": ids[i : i + 10_000]}} for i in range(0, len(ids), 10_000)]
    if takedown.kind == "source":
        clauses.append({"term": {"source": takedown.subject}})
    if not clauses:
        return 0, []
    found = list(index.scan(OF_ARTICLES, {"bool": {"should": clauses}}, fields=False))
    if dry_run:
        return len(found), []
    if found:
        index.write([], [hit.deletion() for hit in found])
        index.refresh()
    touched = _months_of_articles(pipeline) if resumed else {hit.index for hit in found}
    return len(found), index.expunge(touched, wait_s=wait_s)


def _months_of_articles(pipeline: Pipeline) -> set[str]:
    return {name for name in pipeline.index_client.months() if name[:-8] in OF_ARTICLES}


def _from_batches(
    batches: BatchStore, held: Held, target: Target, now: datetime, lease: timedelta, *, dry_run: bool
) -> tuple[set[str], int, set[str]]:
    """Write anew each batch file that holds something of it; the first file last, by which the batch is found."""
    touched: set[str] = set()
    waiting: set[str] = set()
    records = 0
    since = held.since - timedelta(days=1) if held.since else None
    for batch_id in sorted({*batches.ids(since=since), *(held.batch_ids & set(batches.ids()))}):
        manifests = batches.manifests(batch_id)
        listed = batch_id in held.batch_ids or any(
            target.matches(record)
            for manifest in manifests
            if manifest.stage == "entries"
            for record in batches.read(manifest, dict[str, Any])
        )
        if batch_id in held.open_batch_ids:
            if listed:
                waiting.add(batch_id)
            continue
        if not dry_run:
            young = batches.sweep(batch_id, older_than_s=lease.total_seconds(), at=time.time())
            if young and listed:  # somebody may be writing: its first file stays as it is, so that it is found again
                waiting.add(batch_id)
                continue
        if not listed:
            continue
        changed = 0
        for manifest in reversed(manifests):

            def change(record: dict[str, Any], stage: str = manifest.stage) -> dict[str, Any] | None:
                return blanked(stage, record, now) if target.matches(record) else record

            changed += batches.change(manifest, change, dry_run=dry_run)
        records += changed
        if changed:
            touched.add(batch_id)
    return touched, records, waiting


def _from_warc(
    pipeline: Pipeline, held: Held, target: Target, batch_ids: Iterable[str], *, thorough: bool, dry_run: bool
) -> tuple[int, int]:
    """Blank every visit of it."""

    def is_gone(visit: Visit) -> bool:
        source = visit.outcome.get("source_id", "")
        return any(target.forgotten.covers(url, source) for url in visit.urls) or target.matches(visit.outcome)

    warc = pipeline.warc
    names = set(warc.all_names()) if thorough else set(held.warc_files)
    for batch_id in {*batch_ids, *held.batch_ids}:
        names.update(warc.names_of(batch_id))
    busy = {name for batch_id in held.open_batch_ids for name in warc.names_of(batch_id)}
    files = visits = 0
    for name in sorted(names - busy):
        if not warc.path(name).exists():
            continue
        n = redact(warc, name, is_gone, dry_run=dry_run)
        files += bool(n)
        visits += n
    return files, visits


# ---------------------------------------------------------------------------------------------------- retention


def prune(pipeline: Pipeline, *, logs: Sequence[Path] = (), dry_run: bool = False) -> Pruned:
    """Remove what is older than it is kept, and go on with takedowns that had to wait. Safe to repeat.

    Args:
        pipeline: the pipeline.
        logs: folders of log files, Airflow's for instance; only ``*.log`` in them is removed.
        dry_run: only tell what would go.
    """
    with pipeline.ledger.takedowns.at_work():
        now = pipeline.clock()
        since = now - timedelta(minutes=pipeline.settings.lease_minutes)
        swept = [
            sweep(pipeline, t, dry_run=dry_run)
            for t in pipeline.ledger.takedowns.all()
            if t.done_at is None or t.done_at > now - LOOKED_AFTER
        ]
        if swept and not dry_run:
            pipeline.index_client.expunge(_months_of_articles(pipeline))
        files, warc_kept, of_warc = _prune_warc(pipeline, now, since, dry_run=dry_run)
        batches, kept, freed = _prune_batches(pipeline, now, since, frozenset(files), dry_run=dry_run)
        indices, of_index = _prune_indices(pipeline, now, dry_run=dry_run)
        n_logs, of_logs = _prune_logs(logs, pipeline.settings.keep_logs_days, dry_run=dry_run)
    pruned = Pruned(
        batches=batches,
        batches_kept=kept,
        warc_files=len(files),
        warc_kept=warc_kept,
        indices=tuple(indices),
        logs=n_logs,
        bytes=freed + of_warc + of_index + of_logs,
        takedowns=tuple(s.subject for s in swept),
        takedowns_waiting=tuple(s.subject for s in swept if not s.is_done),
    )
    log.info("pruned", extra={"dry_run": dry_run, **msgspec.to_builtins(pruned)})
    return pruned


def _prune_batches(
    pipeline: Pipeline, now: datetime, since: datetime, warc_gone: frozenset[str], *, dry_run: bool
) -> tuple[int, dict[str, int], int]:
    days, store = pipeline.settings.keep_batches_days, pipeline.batches
    old = [i for i in store.ids() if (made := made_at(i)) is not None and old_enough(made, now, days)]
    there: dict[str, bool] = {}

    def stored(pointer: WarcPointer | None) -> bool:
        if pointer is None or pointer.file in warc_gone:
            return False
        if pointer.file not in there:
            there[pointer.file] = pipeline.warc.path(pointer.file).exists()
        return there[pointer.file]

    gone, freed = 0, 0
    kept: dict[str, int] = {}
    for start in range(0, len(old), _BATCHES_AT_ONCE):
        ids = old[start : start + _BATCHES_AT_ONCE]
        known = pipeline.ledger.retention.batches(ids, since)
        for batch_id in ids:
            held = known.get(batch_id)
            why = "the ledger does not know it"  # it may be what a lost ledger is rebuilt from
            if held is not None:
                why = why_batch_stays(
                    BatchFacts(
                        id=batch_id,
                        under_way=held.under_way,
                        pending=held.pending,
                        articles=len(held.pages),
                        without_page=sum(not stored(p) for p in held.pages),
                    )
                )
            if why:
                kept[why] = kept.get(why, 0) + 1
                continue
            freed += store.size(batch_id)
            gone += 1
            if not dry_run:
                store.remove(batch_id)
                log.info("removed batch %s: older than %d days, WARC can make it again", batch_id, days)
    return gone, kept, freed


def _prune_warc(
    pipeline: Pipeline, now: datetime, since: datetime, *, dry_run: bool
) -> tuple[list[str], dict[str, int], int]:
    days, warc = pipeline.settings.keep_warc_days, pipeline.warc
    if days <= 0:
        return [], {}, 0
    needed = pipeline.ledger.retention.stored_for_work()
    busy = pipeline.ledger.retention.under_way(since)
    gone: list[str] = []
    kept: dict[str, int] = {}
    freed = 0
    made = {name: made_at(name.rpartition("/")[2]) for name in warc.all_names()}
    old = [name for name, at in made.items() if at is not None and old_enough(at, now, days)]
    referred = pipeline.ledger.retention.looked_at_again(old)
    for name in old:
        batch_id = name.rpartition("/")[2].partition(".")[0]
        why = "under way" if batch_id in busy else "work waits for it" if name in needed else ""
        if not why and name in referred:
            why = "a later visit refers to it"
        if why:
            kept[why] = kept.get(why, 0) + 1
            continue
        freed += warc.path(name).stat().st_size
        gone.append(name)
    if not dry_run:
        for name in gone:
            warc.path(name).unlink(missing_ok=True)
            log.info("removed WARC file %s: older than %d days", name, days)
        pipeline.ledger.retention.forget_warc(gone)
    return gone, kept, freed


def _prune_indices(pipeline: Pipeline, now: datetime, *, dry_run: bool) -> tuple[list[str], int]:
    months = pipeline.settings.keep_indices_months
    if months <= 0:
        return [], 0
    index = pipeline.index_client
    names = months_that_go(index.months(), now, months)
    freed = sum(index.size(name) for name in names)
    if not dry_run:
        pipeline.ledger.retention.drop_months(first_kept_month(now, months))
        for name in names:
            index.drop(name)
            log.info("dropped index %s: older than %d months", name, months)
    return names, freed


def _prune_logs(folders: Sequence[Path], days: int, *, dry_run: bool) -> tuple[int, int]:
    if days <= 0:
        return 0, 0
    before = time.time() - days * 86400
    gone = freed = 0
    for folder in folders:
        for path in sorted(folder.rglob("*.log"), reverse=True):
            told = path.lstat()
            if path.is_symlink() or told.st_mtime >= before:
                continue
            gone += 1
            freed += told.st_size
            if not dry_run:
                path.unlink(missing_ok=True)
                _remove_empty(path.parent, folder)
    return gone, freed


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def made_at(name: str) -> datetime | None:
    """Return when a batch was made, as its id or the name of one of its files tells; None where it is no such name."""
    try:
        return datetime.strptime(name[:15] + "+0000", "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None


# ------------------------------------------------------------------------------------------------ how things stand


def status(pipeline: Pipeline) -> dict[str, Any]:
    """Return how things stand: room, index, ledger, latest run, takedowns. JSON-ready; asks every part and raises none.

    Returns:
        ``ok``; ``disk`` (``root, free_mb, least_mb, trouble``); ``index`` (``url, trouble``); ``ledger`` (``trouble``
        and its totals); ``run`` (the latest one's ``id, kind, started_at, finished_at, held``) or None;
        ``takedowns`` (``all, unfinished``).
    """
    settings = pipeline.settings
    root = settings.archive_root()
    free = None if "://" in root else free_bytes(Path(root).absolute()) // (1024 * 1024)
    disk = {
        "root": root,
        "free_mb": free,
        "least_mb": settings.min_free_mb,
        "trouble": shortage(root, settings.min_free_mb),
    }
    index = {"url": settings.elasticsearch_url, "trouble": pipeline.index_client.trouble()}
    ledger: dict[str, Any] = {"trouble": ""}
    run: dict[str, Any] | None = None
    takedowns: dict[str, Any] = {"all": 0, "unfinished": []}
    try:
        pipeline.ledger.check()
        ledger |= msgspec.to_builtins(pipeline.ledger.overview.totals())
        latest = pipeline.ledger.overview.runs(1)
        if latest:
            run = {
                "id": latest[0].id,
                "kind": latest[0].kind,
                "started_at": latest[0].started_at,
                "finished_at": latest[0].finished_at,
                "held": latest[0].params.get("held", ""),
            }
        known = pipeline.ledger.takedowns.all()
        takedowns = {"all": len(known), "unfinished": [t.subject for t in known if t.done_at is None]}
    except StandpointError as error:
        ledger["trouble"] = str(error)
    ok = not (disk["trouble"] or index["trouble"] or ledger["trouble"])
    return {"ok": ok, "disk": disk, "index": index, "ledger": ledger, "run": run, "takedowns": takedowns}
