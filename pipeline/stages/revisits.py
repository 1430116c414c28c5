"""Articles looked at again: when, what a changed one changed, and which ones the outlet has taken away."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from pipeline.archive import WarcStore
from pipeline.errors import ArchiveError
from pipeline.fetch.revisit import next_visit
from pipeline.ledger.articles import Articles, RevisionRow
from pipeline.ledger.work import Again
from pipeline.records import Article, Change, GivenBack, LeftOut, Page, Reason, Record, WorkItem
from pipeline.settings import Settings

log = logging.getLogger(__name__)

#: Articles of one source looked at again in one run: at the default distance of five seconds that is four minutes of
#: the quarter of an hour between two runs, and leaves the host's other turns to what is new.
MOST_A_SOURCE = 50

_TAKEN_AWAY = frozenset({Reason.GONE, Reason.NOT_FOUND})


def again_after(settings: Settings, now: datetime) -> Again:
    """Return the decision when to look again at an article whose visit ends now.

    410 is for good. 404 may be a mistake of the outlet's: the visits that are still to come confirm it or take it back.
    """
    after = settings.revisit_after()

    def again(first_seen: datetime, published: datetime | None, reason: Reason | None) -> datetime | None:
        return None if reason is Reason.GONE else next_visit(first_seen, now, after, published=published)

    return again


def visits(items: Iterable[WorkItem]) -> set[int]:
    """Return the work ids of the items that ask the network for an article that is known."""
    return {i.work_id for i in items if i.revision > 1 and i.first_stage == "fetch"}


def gone_and_there(outcomes: Iterable[Record], visited: set[int]) -> tuple[set[int], set[int]]:
    """Sort re-visits by what a fetch found.

    Args:
        outcomes: of the fetch.
        visited: work ids of its re-visits.

    Returns:
        Work ids of the articles that are no longer there, and of those that are. A visit that found neither (a host
        that is busy, a wall) says nothing.
    """
    mine = [o for o in outcomes if isinstance(o, Page | LeftOut | GivenBack) and o.work_id in visited]
    gone = {o.work_id for o in mine if isinstance(o, LeftOut) and o.reason in _TAKEN_AWAY}
    there = {
        o.work_id for o in mine if isinstance(o, Page) or (isinstance(o, LeftOut) and o.reason is Reason.UNCHANGED)
    }
    return gone, there


def with_changes(
    outcomes: Sequence[Article | LeftOut],
    items: Mapping[int, WorkItem],
    articles: Articles,
    warc: WarcStore,
    settings: Settings,
) -> list[Article | LeftOut]:
    """Put on each article of a later revision what its revisions changed, and remember it.

    The revision before is read anew from its stored page, with today's extractor: a better extractor is no change of
    the outlet's. Where that page is no longer stored, what changed stays unknown.

    Args:
        outcomes: registered articles, and what was left out.
        items: the batch's, by work id.
        articles: the ledger's.
        warc: where the stored pages are.
        settings: of the extractor.
    """
    from pipeline.extract.changes import changes

    known = {o.id: articles.revisions(o.id) for o in outcomes if isinstance(o, Article) and o.revision > 1}
    newest = {o.id: o for o in outcomes if isinstance(o, Article) and o.id in known}
    wanted: dict[tuple[str, int], RevisionRow] = {}
    for article_id, revisions in known.items():
        by_number = {r.revision: r for r in revisions}
        for row in revisions:
            before = by_number.get(row.revision - 1)
            if row.changes is None and before is not None and before.warc != row.warc:
                wanted |= {(article_id, r.revision): r for r in (before, row)}
    read = {key: newest[key[0]] for key in wanted if key[1] == newest[key[0]].revision}
    stored = {key: row for key, row in wanted.items() if key not in read}
    read |= _read_again(stored, newest, items, warc, settings) if stored else {}
    made: dict[str, dict[int, Change]] = {
        id_: {r.revision: r.changes for r in rows if r.changes is not None} for id_, rows in known.items()
    }
    for (article_id, number), row in sorted(wanted.items()):
        new, old = read.get((article_id, number)), read.get((article_id, number - 1))
        if new is not None and old is not None and number not in made[article_id]:
            change = changes(old, new, revision=number, at=row.fetched_at)
            articles.remember_changes(article_id, change)
            made[article_id][number] = change
    return [
        msgspec.structs.replace(o, changes=tuple(change for _, change in sorted(made[o.id].items())))
        if isinstance(o, Article) and o.id in made
        else o
        for o in outcomes
    ]


def _read_again(
    stored: Mapping[tuple[str, int], RevisionRow],
    newest: Mapping[str, Article],
    items: Mapping[int, WorkItem],
    warc: WarcStore,
    settings: Settings,
) -> dict[tuple[str, int], Article]:
    """Read stored revisions with today's extractor; what is no longer stored, or no article to it, is missing."""
    from pipeline.extract.extractor import ExtractJob, Extractor

    jobs: dict[tuple[str, int], ExtractJob] = {}
    for key, row in stored.items():
        article = newest[key[0]]
        try:
            if row.warc is None:
                raise ArchiveError("the ledger does not know where it is stored", subject=article.url)
            answer = warc.read(row.warc)
        except ArchiveError as error:
            log.info("revision %d of %s cannot be compared: %s", key[1], article.url, error)
            continue
        page = Page(
            work_id=article.work_id,
            entry_id=article.entry_id,
            url=article.url,
            final_url=article.url,
            source_id=article.source_id,
            status=answer.status,
            fetched_at=row.fetched_at,
            warc=row.warc,
            content_type=answer.header("content-type"),
        )
        jobs[key] = ExtractJob(item=items[article.work_id], page=page, html=answer.body)
    if not jobs:
        return {}
    with Extractor(settings, workers=1) as extractor:
        results = extractor.extract_all(jobs.values())
        return {key: one for key, one in zip(jobs, results, strict=True) if isinstance(one, Article)}
