"""What is on file stands in for the network, the extractor or the tagger: items begin where they are told to."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from pipeline.archive import BatchStore, WarcStore
from pipeline.errors import ArchiveError
from pipeline.records import Article, LeftOut, Page, Reason, Tagged, Visited, WorkItem
from pipeline.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T", Article, Tagged)


def to_keep(outcome: Page | LeftOut, item: WorkItem | None) -> bytes:
    """Return what the archive keeps of a visit: its outcome, and the item that was visited, in one JSON object."""
    kept = msgspec.to_builtins(outcome)
    if item is not None:
        kept |= msgspec.to_builtins(Visited(item=msgspec.structs.replace(item, stored=(), made_in="", made_by=0)))
    return msgspec.json.encode(kept)


def replayed(item: WorkItem, warc: WarcStore, now: datetime, settings: Settings) -> list[Page | LeftOut]:
    """Judge the stored visits of an item anew.

    Returns:
        Its pages, oldest first; where none is one, why the newest visit is not. Empty where nothing can be read.
    """
    from pipeline.fetch.replay import replay

    made: list[Page | LeftOut] = []
    for pointer in item.stored:
        try:
            stored = warc.read(pointer)
            try:
                outcome: Page | LeftOut | None = msgspec.json.decode(warc.read_outcome(pointer), type=Page | LeftOut)
            except ArchiveError:
                outcome = None
        except ArchiveError as error:
            log.warning("a stored page cannot be read: %s", error, extra={"url": item.url})
            continue
        made.append(replay(item, stored, outcome, pointer, now=now, settings=settings))
    pages: list[Page | LeftOut] = [m for m in made if isinstance(m, Page)]
    return pages or made[-1:]


def lost(item: WorkItem, stage: str, detail: str, now: datetime) -> LeftOut:
    """Return the record of an item for which nothing is on file that was there when it was made."""
    return LeftOut(
        work_id=item.work_id,
        entry_id=item.entry_id,
        url=item.url,
        source_id=item.source_id,
        stage=stage,
        reason=Reason.ARCHIVE_LOST,
        detail=detail,
        at=now,
    )


def made_before(
    items: Iterable[WorkItem], batches: BatchStore, stage: str, type_: type[T], of: Callable[[T], Article]
) -> tuple[dict[int, T], list[WorkItem]]:
    """Find what an earlier batch made of some items.

    Args:
        items: each names the batch and its generation.
        batches: where they lie.
        stage: ``articles`` or ``tagged``.
        type_: of the records wanted.
        of: the article of a record.

    Returns:
        Work id → record; and the items for which there is none.
    """
    wanted: dict[tuple[str, int], list[WorkItem]] = {}
    for item in items:
        wanted.setdefault((item.made_in, item.made_by), []).append(item)
    found: dict[int, T] = {}
    missing: list[WorkItem] = []
    union: Any = Article | LeftOut if type_ is Article else type_
    for (batch_id, generation), mine in wanted.items():
        by_entry: dict[str, T] = {}
        try:
            manifest = batches.latest(batch_id, stage, generation=generation)
            for record in batches.read(manifest, union):
                if isinstance(record, type_):
                    by_entry[of(record).entry_id] = record
        except ArchiveError as error:
            log.warning("what was made before cannot be read: %s", error, extra={"batch": batch_id})
        for item in mine:
            if item.entry_id in by_entry:
                found[item.work_id] = by_entry[item.entry_id]
            else:
                missing.append(item)
    return found, missing


def chains(read: Sequence[Article | LeftOut]) -> tuple[list[list[Article]], list[LeftOut]]:
    """Sort what was read of stored visits by item: an item with several visits brings its article's history.

    Args:
        read: results in the order of the visits; those of one item share its ``work_id``.

    Returns:
        For each item with an article the states that it went through, oldest first (a text that stayed is one), each
        with the revision that it may make; and one ``LeftOut`` for each item without.
    """
    by_item: dict[int, list[Article | LeftOut]] = {}
    for one in read:
        by_item.setdefault(one.work_id, []).append(one)
    found: list[list[Article]] = []
    left_out: list[LeftOut] = []
    for results in by_item.values():
        articles = [r for r in results if isinstance(r, Article)]
        if not articles:
            left_out += [r for r in results[-1:] if isinstance(r, LeftOut)]
            continue
        chain: list[Article] = []
        for article in articles:
            same = chain and (chain[-1].text_hash, chain[-1].title) == (article.text_hash, article.title)
            if article.id == articles[-1].id and not same:
                chain.append(article)
        if len(chain) > 1:
            chain = [msgspec.structs.replace(a, revision=n) for n, a in enumerate(chain, chain[0].revision)]
        found.append(chain)
    return found, left_out


def with_work(article: Article, item: WorkItem) -> Article:
    """Return an article that was made before as the result of another item."""
    return msgspec.structs.replace(article, work_id=item.work_id)


def by_stage(items: Iterable[WorkItem]) -> Mapping[str, list[WorkItem]]:
    """Return the items by the first stage that is done anew: ``fetch``, ``extract``, ``tag``, ``index``."""
    found: dict[str, list[WorkItem]] = {"fetch": [], "extract": [], "tag": [], "index": []}
    for item in items:
        found[item.first_stage].append(item)
    return found
