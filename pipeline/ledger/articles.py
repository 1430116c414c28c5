"""Articles: which page is which article, which revision, which story, and what the index holds of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from pipeline.identity import canon_v1, same_site
from pipeline.ledger import schema as s
from pipeline.ledger.rows import first_row
from pipeline.records import Article, Change, LeftOut, Reason, WarcPointer

#: Two articles are near duplicates where they share this many of their 32 min-hash bands (four rows each):
#: even odds at a Jaccard similarity of about 0.55 of their five-word shingles, one in a thousand at 0.25.
SHARED_BANDS = 3
_STORIES = 7_401_002
_PLAUSIBLE_AHEAD = timedelta(days=2)
_OLDEST = 1995


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an article that was read: it goes on, or it is left out."""

    article: Article
    left_out: LeftOut | None = None


class Indexed(msgspec.Struct, frozen=True, kw_only=True):
    """What the index holds of an article."""

    article_id: str
    story_id: str
    is_original: bool
    documents: tuple[tuple[str, str], ...] = ()  # (alias, id)
    home_index: str = ""
    gone_at: datetime | None = None  # when a visit found that the outlet had taken it away


class RevisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of an article."""

    revision: int
    text_hash: str
    title: str
    fetched_at: datetime
    warc: WarcPointer | None = None
    changes: Change | None = None  # None: not known


class Stale(msgspec.Struct, frozen=True, kw_only=True):
    """An indexed article that is to be written again: where its tags lie."""

    article_id: str
    batch_id: str
    generation: int


class Articles:
    """The articles."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(
        self,
        articles: Iterable[Article],
        now: datetime,
        *,
        generation: int,
        anew: Container[int] = frozenset(),
    ) -> list[Registered]:
        """Give each article its identity, revision, home index and story. May be said twice with the same result.

        Args:
            articles: as they were read.
            now: the time.
            generation: what tags them; a text that is indexed under it already is left out as unchanged.
            anew: work items of which the result is wanted even then.

        Articles are taken in the order of publication, each in a transaction of its own under one lock, so
        that the copies of a wire story meet whatever batches they are in.
        """
        found: list[Registered] = []
        going_on: dict[str, int] = {}
        for article in sorted(articles, key=lambda a: (a.published or now, a.id, a.work_id)):
            with self._engine.begin() as c:
                c.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _STORIES})
                registered = _register(c, article, now, generation, anew=article.work_id in anew)
            if registered.left_out is None:
                former = going_on.get(article.id)
                if former is not None and found[former].article.entry_id != article.entry_id:
                    # this entry took the article over from one that came just before it
                    found[former] = _duplicate(found[former].article, article.canonical_url, now)
                going_on[article.id] = len(found)
            found.append(registered)
        return found

    def indexed(self, article_ids: Sequence[str]) -> dict[str, Indexed]:
        """Return story, original mark and indexed documents of some articles."""
        with self._engine.connect() as c:
            rows = c.execute(
                select(
                    s.article.c.id,
                    s.article.c.story_id,
                    s.article.c.documents,
                    s.article.c.home_index,
                    s.article.c.gone_at,
                ).where(s.article.c.id.in_(article_ids))
            ).all()
            originals = _originals(c, {r.story_id for r in rows})
        return {
            r.id: Indexed(
                article_id=r.id,
                story_id=r.story_id,
                is_original=originals[r.story_id] == r.id,
                documents=tuple((a, i) for a, i in r.documents),
                home_index=r.home_index,
                gone_at=r.gone_at,
            )
            for r in rows
        }

    def found_again(self, gone: Iterable[int], there: Iterable[int], now: datetime) -> list[str]:
        """Remember which articles the outlet has taken away, and which stand, as visits have just found.

        Args:
            gone: work items whose addresses answer that there is nothing (any more).
            there: work items whose addresses answer with a page.
            now: when an article counts as gone that was not before.

        Returns:
            Ids of the articles for which that is news.
        """
        a, e, w = s.article.c, s.entry.c, s.work.c

        def of(work_ids: Iterable[int]) -> Any:
            visited = select(e.article_id).join_from(s.work, s.entry, w.entry_id == e.entry_id)
            return a.id.in_(visited.where(w.id.in_(list(work_ids)), a.entry_id == e.entry_id))

        with self._engine.begin() as c:
            taken_away = update(s.article).where(of(gone), a.gone_at.is_(None)).values(gone_at=now)
            put_back = update(s.article).where(of(there), a.gone_at.is_not(None)).values(gone_at=None)
            return sorted([*c.scalars(taken_away.returning(a.id)), *c.scalars(put_back.returning(a.id))])

    def of_work(self, work_ids: Iterable[int]) -> list[str]:
        """Return the ids of the articles to which the entries of some work items lead."""
        e, w = s.entry.c, s.work.c
        known = select(e.article_id).join_from(s.work, s.entry, w.entry_id == e.entry_id)
        with self._engine.connect() as c:
            return sorted(set(c.scalars(known.where(w.id.in_(list(work_ids)), e.article_id.is_not(None)))))

    def revisions(self, article_id: str) -> list[RevisionRow]:
        """Return what is known of an article's revisions, oldest first."""
        r = s.revision.c
        query = select(r.revision, r.text_hash, r.title, r.fetched_at, r.warc, r.changes)
        with self._engine.connect() as c:
            rows = c.execute(query.where(r.article_id == article_id).order_by(r.revision)).mappings().all()
        return [msgspec.convert({k: row[k] for k in RevisionRow.__struct_fields__}, RevisionRow) for row in rows]

    def remember_changes(self, article_id: str, changes: Change) -> None:
        """Remember what a revision changed."""
        r = s.revision.c
        with self._engine.begin() as c:
            c.execute(
                update(s.revision)
                .where(r.article_id == article_id, r.revision == changes.revision)
                .values(changes=msgspec.to_builtins(changes))
            )

    def intend(self, documents: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """Remember which documents are about to be written, so that a killed bulk leaves none behind unknown."""
        with self._engine.begin() as c:
            for article_id, new in sorted(documents.items()):
                row = select(s.article.c.documents).where(s.article.c.id == article_id).with_for_update()
                old = {(a, i) for a, i in c.scalars(row).one()}
                c.execute(
                    update(s.article)
                    .where(s.article.c.id == article_id)
                    .values(documents=sorted([a, i] for a, i in old | set(new)))
                )

    def remember_indexed(
        self,
        documents: Mapping[str, Iterable[tuple[str, str]]],
        stories: Mapping[str, Indexed],
        now: datetime,
        *,
        batch_id: str | None,
        generation: int,
    ) -> None:
        """Remember what the index holds now: exactly these documents, under these stories."""
        with self._engine.begin() as c:
            for article_id, held in sorted(documents.items()):
                story = stories[article_id]
                values: dict[str, Any] = {
                    "documents": sorted([a, i] for a, i in held),
                    "indexed_story": _mark(story.story_id, story.is_original, story.gone_at),
                    "indexed_at": now,
                }
                if batch_id is not None:
                    values |= {"batch_id": batch_id, "generation": generation}
                c.execute(update(s.article).where(s.article.c.id == article_id).values(**values))

    def tagged_in(self, article_ids: Sequence[str]) -> list[Stale]:
        """Return where the tags of some indexed articles lie."""
        a = s.article.c
        with self._engine.connect() as c:
            rows = c.execute(
                select(a.id, a.batch_id, a.generation).where(a.id.in_(article_ids), a.batch_id.is_not(None))
            ).all()
        return [Stale(article_id=r.id, batch_id=r.batch_id, generation=r.generation) for r in rows]

    def stale_stories(self, article_ids: Sequence[str]) -> list[Stale]:
        """Return the indexed members of these articles' stories that the index shows under another story or mark.

        Marks are: the original of its story; taken away by the outlet.
        """
        with self._engine.connect() as c:
            stories = set(c.scalars(select(s.article.c.story_id).where(s.article.c.id.in_(article_ids))))
            originals = _originals(c, stories)
            rows = c.execute(
                select(
                    s.article.c.id,
                    s.article.c.story_id,
                    s.article.c.batch_id,
                    s.article.c.generation,
                    s.article.c.indexed_story,
                    s.article.c.gone_at,
                ).where(s.article.c.story_id.in_(stories), s.article.c.batch_id.is_not(None))
            ).all()
        return [
            Stale(article_id=r.id, batch_id=r.batch_id, generation=r.generation)
            for r in rows
            if r.indexed_story != _mark(r.story_id, originals[r.story_id] == r.id, r.gone_at)
        ]


def _register(c: Connection, article: Article, now: datetime, generation: int, *, anew: bool) -> Registered:
    a = s.article.c
    row = first_row(c, select(s.article).where(a.id == article.id).with_for_update())
    seen = first_row(c, select(s.entry).where(s.entry.c.entry_id == article.entry_id))
    first_seen = seen["first_seen"] if seen else now
    fetched_at = article.fetched_at or now
    if row is not None and row["entry_id"] != article.entry_id and not _takes_over(c, row, article, seen):
        _link(c, article, row["id"])
        return _duplicate(article, row["canonical_url"], now)

    taken_over = row is not None and row["entry_id"] != article.entry_id
    if row is None and (same := _declared_same(c, article)) is not None:
        _link(c, article, same["id"])
        return _duplicate(article, same["canonical_url"], now)

    if row is None:
        home = _home(article.published, first_seen, now)
        number = 1
        c.execute(
            insert(s.article).values(
                id=article.id,
                canonical_url=article.canonical_url,
                entry_id=article.entry_id,
                source_id=article.source_id,
                title=article.title,
                published=article.published,
                first_seen=first_seen,
                home_index=home,
                revision=1,
                text_hash=article.text_hash,
                fetched_at=fetched_at,
                story_id=article.id,
            )
        )
        _join_stories(c, [article.id, *_near(c, article)])
    else:
        home, first_seen = row["home_index"], row["first_seen"]
        again = article.revision > row["revision"]  # a visit of its own, not what is stored read anew
        mine = c.scalar(
            select(s.revision.c.revision)
            .where(
                s.revision.c.article_id == article.id,
                s.revision.c.work_id == article.work_id,
                s.revision.c.text_hash == article.text_hash,
            )
            .order_by(s.revision.c.revision.desc())
        )
        if mine is not None:
            number = mine
        elif row["text_hash"] == article.text_hash and (not again or row["title"] == article.title):
            is_current = row["indexed_at"] is not None and (row["generation"] == generation or again)
            lost = article.warc is not None and _stored(c, row) is None
            if is_current and not anew and not lost:
                return _left_out(article, Reason.UNCHANGED, f"revision {row['revision']} has the same text", now)
            number = row["revision"]
        elif article.warc is not None and _stored(c, row) == article.warc:  # the same visit, read in another way
            number = row["revision"]
            _reread(c, row, article)
        elif fetched_at < row["fetched_at"]:
            return _left_out(article, Reason.SUPERSEDED, "a newer visit was read before this one", now)
        else:
            number = row["revision"] + 1
            c.execute(
                update(s.article)
                .where(a.id == article.id)
                .values(
                    revision=number,
                    text_hash=article.text_hash,
                    title=article.title,
                    fetched_at=fetched_at,
                    published=article.published,
                    indexed_at=None,
                )
            )
            _join_stories(c, [row["story_id"]])
    visited = insert(s.revision).values(
        article_id=article.id,
        revision=number,
        text_hash=article.text_hash,
        title=article.title,
        fetched_at=fetched_at,
        warc=msgspec.to_builtins(article.warc) if article.warc else None,
        work_id=article.work_id,
    )
    c.execute(  # said twice it is the same; where the stored page was lost, this is the one that stands in for it
        visited.on_conflict_do_update(
            index_elements=["article_id", "revision"],
            set_={"warc": visited.excluded.warc} | ({"work_id": visited.excluded.work_id} if taken_over else {}),
        )
    )
    _bands(c, article)
    _link(c, article, article.id)
    return Registered(article=msgspec.structs.replace(article, revision=number, home_index=home, first_seen=first_seen))


def _stored(c: Connection, row: Mapping[str, Any]) -> WarcPointer | None:
    """Where the page of an article's newest revision lies, or None."""
    r = s.revision.c
    warc = c.scalar(select(r.warc).where(r.article_id == row["id"], r.revision == row["revision"]))
    return WarcPointer(**warc) if warc else None


def _reread(c: Connection, row: Mapping[str, Any], article: Article) -> None:
    """Remember what is read today in the stored page of the newest revision: the outlet has changed nothing."""
    r, a = s.revision.c, s.article.c
    now_read = {"text_hash": article.text_hash, "title": article.title}
    c.execute(update(s.revision).where(r.article_id == row["id"], r.revision == row["revision"]).values(**now_read))
    c.execute(
        update(s.article).where(a.id == row["id"]).values(**now_read, published=article.published, indexed_at=None)
    )


def _takes_over(c: Connection, row: Mapping[str, Any], article: Article, seen: Mapping[str, Any] | None) -> bool:
    """Whether this entry becomes the article's own, in place of the one that led to it before.

    The entry whose listed address is the article's own comes first, whatever order they came in; and an
    entry that ended without an article makes room.
    """
    own = seen is not None and seen["canon_url"] == article.canonical_url
    former = c.execute(
        select(s.work.c.id, s.work.c.state)
        .where(s.work.c.entry_id == row["entry_id"])
        .order_by(s.work.c.revision.desc(), s.work.c.id.desc())
    ).first()
    lost = row["indexed_at"] is None and (former is None or former.state == "left_out")
    if not own and not lost:
        return False
    c.execute(update(s.article).where(s.article.c.id == row["id"]).values(entry_id=article.entry_id))
    if not lost:
        c.execute(
            update(s.work)
            .where(s.work.c.entry_id == row["entry_id"], s.work.c.state.in_(("leased", "done")))
            .values(
                state="left_out",
                reason=Reason.DUPLICATE.value,
                detail=f"the article of {article.canonical_url}",
                closed_at=article.fetched_at,
                lease_until=None,
            )
        )
    return True


def _declared_same(c: Connection, article: Article) -> Mapping[str, Any] | None:
    """The article that a page's ``rel=canonical``, or that of a page read before, says this one is.

    Believed on the same site only, and only of the same or nearly the same text: some systems name their front page.
    """
    names = [article.canonical_url, *_declared(article)]
    a = s.article.c
    said = select(s.alias.c.article_id).where(s.alias.c.canon_url.in_(names))
    rows = c.execute(select(s.article).where(a.id.in_(said) | a.canonical_url.in_(names)).order_by(a.first_seen, a.id))
    for row in rows.mappings():
        like = row["text_hash"] == article.text_hash or row["story_id"] in _near(c, article)
        if like and same_site(row["canonical_url"], article.canonical_url):
            return dict(row)
    return None


def _declared(article: Article) -> list[str]:
    """The canonical form of a page's ``rel=canonical``, where it is another page of the same site."""
    try:
        named = canon_v1(article.rel_canonical)
    except ValueError:
        return []
    is_front = urlsplit(named)[2:4] in (("", ""), ("/", ""))
    believed = named != article.canonical_url and not is_front and same_site(named, article.canonical_url)
    return [named] if believed else []


def _near(c: Connection, article: Article) -> list[str]:
    """The stories of all near duplicates."""
    if not article.signature:
        return []
    like = (
        select(s.article.c.story_id)
        .join_from(s.band, s.article, s.band.c.article_id == s.article.c.id)
        .where(s.band.c.key.in_(article.signature), s.band.c.article_id != article.id)
        .group_by(s.article.c.id, s.article.c.story_id)
        .having(func.count() >= SHARED_BANDS)
    )
    return sorted(set(c.scalars(like)))


def _join_stories(c: Connection, stories: Sequence[str]) -> None:
    """Make one story of several, under its original's id: neither hangs on the order of arrival."""
    mine = s.article.c.story_id.in_(stories)
    a = s.article.c
    original = c.scalar(select(a.id).where(mine).order_by(func.coalesce(a.published, a.first_seen), a.id).limit(1))
    c.execute(update(s.article).where(mine, a.story_id != original).values(story_id=original))


def _originals(c: Connection, stories: Iterable[str]) -> dict[str, str]:
    """The earliest article of each story."""
    a = s.article.c
    rows = c.execute(
        select(a.story_id, a.id)
        .distinct(a.story_id)
        .where(a.story_id.in_(sorted(stories)))
        .order_by(a.story_id, func.coalesce(a.published, a.first_seen), a.id)
    )
    return {row.story_id: row.id for row in rows}


def _bands(c: Connection, article: Article) -> None:
    keys = sorted(set(article.signature))
    if keys:
        c.execute(insert(s.band).on_conflict_do_nothing(), [{"key": k, "article_id": article.id} for k in keys])


def _link(c: Connection, article: Article, article_id: str) -> None:
    """Lead the entry and its listed address to the article."""
    listed = c.scalar(
        update(s.entry)
        .where(s.entry.c.entry_id == article.entry_id)
        .values(article_id=article_id)
        .returning(s.entry.c.canon_url)
    )
    names = dict.fromkeys(_declared(article), "canonical") | {article.canonical_url: "redirect"}
    names |= {listed: "entry"} if listed else {}
    for canon_url, via in names.items():
        new = insert(s.alias).values(canon_url=canon_url, article_id=article_id, via=via)
        if via == "canonical":
            c.execute(new.on_conflict_do_nothing())
        else:  # where a page really is outweighs what another page said of it
            only = s.alias.c.via == "canonical"
            changes = {"article_id": article_id, "via": via}
            c.execute(new.on_conflict_do_update(index_elements=["canon_url"], set_=changes, where=only))


def _duplicate(article: Article, canonical_url: str, now: datetime) -> Registered:
    return _left_out(article, Reason.DUPLICATE, f"the article of {canonical_url}", now)


def _left_out(article: Article, reason: Reason, detail: str, now: datetime) -> Registered:
    return Registered(
        article=article,
        left_out=LeftOut(
            work_id=article.work_id,
            entry_id=article.entry_id,
            url=article.url,
            source_id=article.source_id,
            stage="extract",
            reason=reason,
            detail=detail,
            warc=article.warc,
            at=now,
        ),
    )


def _home(published: datetime | None, first_seen: datetime, now: datetime) -> str:
    """The month an article lives in: of its publication where that is plausible, else of its first sight."""
    plausible = published is not None and published.year >= _OLDEST and published <= now + _PLAUSIBLE_AHEAD
    return f"{published if plausible else first_seen:%Y-%m}"


def _mark(story_id: str, is_original: bool, gone_at: datetime | None) -> str:
    return story_id + ("*" if is_original else "") + ("-" if gone_at else "")
