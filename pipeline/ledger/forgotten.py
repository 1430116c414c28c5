"""What was taken down on request: the addresses, hosts and sources that are never fetched again, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import msgspec
from sqlalchemy import ColumnElement, Engine, Row, Select, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from pipeline.errors import LedgerError
from pipeline.identity import canon_v1, host_of, loose_v1, url_id
from pipeline.ledger import schema as s
from pipeline.ledger.articles import SHARED_BANDS
from pipeline.records import DroppedEntry, PollResult, Reason, WarcPointer

#: Held shared by whoever adds entries, alone by whoever forgets: no entry slips in between.
LISTING_LOCK = 7_401_003
_KEEPING_LOCK = 7_401_004

Kind = Literal["address", "source"]


class Takedown(msgspec.Struct, frozen=True, kw_only=True):
    """One request: what was asked for, why, by whom, and every key it covers."""

    kind: Kind
    subject: str  # canonical address, or id of a source
    reason: str
    who: str
    at: datetime
    done_at: datetime | None = None
    addresses: tuple[str, ...] = ()  # canonical
    hosts: tuple[str, ...] = ()


class Forgotten(msgspec.Struct, frozen=True):
    """Everything that must not be fetched, as it stood when it was read."""

    addresses: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def covers(self, url: str, source_id: str = "") -> bool:
        """Tell whether an address was taken down: by its canonical form, its loose key, its host or its source.

        The loose key is good enough here: a takedown prefers to leave out one page too many.
        """
        if source_id in self.sources:
            return True
        if not (self.addresses or self.hosts):
            return False
        try:
            return (
                canon_v1(url) in self.addresses
                or loose_v1(url) in self.loose
                or host_of(url).removeprefix("www.") in self.hosts
            )
        except ValueError:
            return False


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger holds of a takedown."""

    entry_ids: frozenset[str]
    work_ids: frozenset[int]
    article_ids: frozenset[str]
    urls: frozenset[str]
    batch_ids: frozenset[str]
    open_batch_ids: frozenset[str]
    warc_files: frozenset[str]
    articles: int  # that are there
    stories: dict[str, list[str]]  # addresses of other articles of the same stories, by story
    since: datetime | None  # when the first of it was seen


class Takedowns:
    """The takedowns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Be the only one that deletes.

        Raises:
            LedgerError: somebody else is at it.
        """
        with self._engine.connect() as c:
            if not c.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEEPING_LOCK}):
                raise LedgerError(
                    "another prune, forget or rebuild is at work; try again when it is done", subject="ledger"
                )
            c.commit()
            try:
                yield
            finally:
                c.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEEPING_LOCK})
                c.commit()

    def snapshot(self) -> Forgotten:
        """Return everything that must not be fetched."""
        with self._engine.connect() as c:
            return snapshot(c)

    def all(self) -> list[Takedown]:
        """Return every takedown, oldest first."""
        f = s.forgotten.c
        found: dict[str, list[Row[Any]]] = {}
        with self._engine.connect() as c:
            for row in c.execute(select(s.forgotten).order_by(f.at, f.subject, f.kind, f.key)):
                found.setdefault(row.subject, []).append(row)
        return [_takedown(rows) for rows in found.values()]

    def get(self, subject: str) -> Takedown | None:
        """Return the takedown of a canonical address or of the id of a source, or None."""
        with self._engine.connect() as c:
            rows = c.execute(select(s.forgotten).where(s.forgotten.c.subject == subject)).all()
        return _takedown(rows) if rows else None

    def of_url(self, url: str, source_ids: Iterable[str] = ()) -> Takedown | None:
        """Return the takedown that covers an address, or None."""
        f = s.forgotten.c
        covering = or_(
            (f.kind == "address") & or_(f.key == canon_v1(url), f.loose == loose_v1(url)),
            (f.kind == "host") & (f.key == host_of(url).removeprefix("www.")),
            (f.kind == "source") & f.key.in_(list(source_ids)),
        )
        with self._engine.connect() as c:
            subject = c.scalar(select(f.subject).where(covering).order_by(f.at).limit(1))
        return self.get(subject) if subject else None

    def addresses_of(self, url: str) -> list[str]:
        """Return every canonical address under which the ledger knows an article: aliases, entries, variants."""
        names = set(variants(url))
        with self._engine.connect() as c:
            for _ in range(2):  # an alias leads to the article, the article to its other names
                ids = {url_id(n) for n in names} | set(
                    c.scalars(select(s.alias.c.article_id).where(s.alias.c.canon_url.in_(names)))
                )
                ids |= {
                    i
                    for i in c.scalars(select(s.entry.c.article_id).where(s.entry.c.canon_url.in_(names)))
                    if i is not None
                }
                names |= set(c.scalars(select(s.alias.c.canon_url).where(s.alias.c.article_id.in_(ids))))
                names |= set(c.scalars(select(s.entry.c.canon_url).where(s.entry.c.article_id.in_(ids))))
                names |= set(c.scalars(select(s.article.c.canonical_url).where(s.article.c.id.in_(ids))))
            known = set(c.scalars(select(s.entry.c.canon_url).where(s.entry.c.canon_url.in_(names))))
            known |= set(c.scalars(select(s.alias.c.canon_url).where(s.alias.c.canon_url.in_(names))))
        return sorted({canon_v1(url)} | known)

    def knows_source(self, source_id: str) -> bool:
        """Whether a feed or an entry is of a source."""
        with self._engine.connect() as c:
            feed = c.scalar(select(s.feed.c.id).where(s.feed.c.source_id == source_id).limit(1))
            entry = c.scalar(select(s.entry.c.entry_id).where(s.entry.c.source_id == source_id).limit(1))
        return feed is not None or entry is not None

    def begin(
        self,
        kind: Kind,
        subject: str,
        *,
        addresses: Iterable[str] = (),
        hosts: Iterable[str] = (),
        reason: str,
        who: str,
        now: datetime,
    ) -> Takedown:
        """Remember a takedown, and close every work item of it. From here on nothing of it is fetched.

        Said twice, the first reason stands; addresses found since are added.
        """
        keys = [("address", a, loose_v1(a)) for a in addresses] + [("host", h.removeprefix("www."), "") for h in hosts]
        if kind == "source":
            keys.append(("source", subject, ""))
        with self._engine.begin() as c:
            c.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LISTING_LOCK})
            first = c.execute(
                select(s.forgotten.c.reason, s.forgotten.c.who, s.forgotten.c.at).where(
                    s.forgotten.c.subject == subject
                )
            ).first()
            reason, who, at = first or (reason, who, now)
            c.execute(
                insert(s.forgotten).on_conflict_do_nothing(),
                [
                    {"kind": k, "key": key, "loose": loose, "subject": subject, "reason": reason, "who": who, "at": at}
                    for k, key, loose in sorted(set(keys))
                ],
            )
            c.execute(update(s.forgotten).where(s.forgotten.c.subject == subject).values(done_at=None))
            rows = c.execute(select(s.forgotten).where(s.forgotten.c.subject == subject)).all()
            found = _takedown(rows)
            entries = _entries(c, found)
            c.execute(
                update(s.work)
                .where(s.work.c.entry_id.in_(entries))
                .values(
                    state="left_out",
                    reason=Reason.FORGOTTEN.value,
                    detail=f"taken down: {reason}",
                    closed_at=func.coalesce(s.work.c.closed_at, now),
                    lease_until=None,
                )
            )
        return found

    def held(self, takedown: Takedown, now: datetime, *, lease: timedelta) -> Held:
        """Return what the ledger holds of a takedown. Stays answerable after :meth:`erase`.

        Args:
            takedown: the takedown.
            now: the time.
            lease: a batch that did not end is under way for so long.
        """
        w, a, t = s.work.c, s.article.c, s.attempt.c
        with self._engine.connect() as c:
            entries = c.execute(
                select(s.entry.c.entry_id, s.entry.c.url, s.entry.c.canon_url, s.entry.c.first_seen).where(
                    s.entry.c.entry_id.in_(_entries(c, takedown))
                )
            ).all()
            ids = [e.entry_id for e in entries]
            works = c.execute(select(w.id, w.batch_id).where(w.entry_id.in_(ids))).all()
            article_ids = {url_id(address) for address in takedown.addresses} | _articles(c, takedown)
            articles = c.execute(
                select(a.id, a.canonical_url, a.story_id, a.batch_id).where(a.id.in_(article_ids))
            ).all()
            attempts = c.execute(
                select(t.batch_id, t.warc).where(t.work_id.in_([x.id for x in works])).distinct()
            ).all()
            warcs = [x.warc for x in attempts if x.warc] + [
                x
                for x in c.scalars(select(s.revision.c.warc).where(s.revision.c.article_id.in_(article_ids)))
                if x is not None
            ]
            batches = {x.batch_id for x in (*works, *attempts, *articles) if x.batch_id}
            busy = c.scalars(under_way(now - lease))
            stories: dict[str, list[str]] = {}
            for row in c.execute(
                select(a.story_id, a.canonical_url).where(
                    a.story_id.in_({x.story_id for x in articles}), a.id.not_in(article_ids)
                )
            ):
                stories.setdefault(row.story_id, []).append(row.canonical_url)
            return Held(
                entry_ids=frozenset(ids),
                work_ids=frozenset(x.id for x in works),
                article_ids=frozenset(article_ids),
                urls=frozenset(
                    {e.url for e in entries} | {e.canon_url for e in entries} | {x.canonical_url for x in articles}
                ),
                batch_ids=frozenset(batches),
                open_batch_ids=frozenset(busy),
                warc_files=frozenset(msgspec.convert(x, WarcPointer).file for x in warcs),
                articles=len(articles),
                stories=stories,
                since=min((e.first_seen for e in entries), default=None),
            )

    def erase(self, held: Held, now: datetime) -> None:
        """Take texts, titles and pointers out of the ledger, and mend the stories that an article of it was in."""
        e, t, a = s.entry.c, s.attempt.c, s.article.c
        with self._engine.begin() as c:
            c.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LISTING_LOCK})
            stories = set(c.scalars(select(a.story_id).where(a.id.in_(held.article_ids))))
            c.execute(delete(s.article).where(a.id.in_(held.article_ids)))
            for story in sorted(stories):
                _split_story(c, story)
            texts = ("title", "guid", "published_raw", "published_read_as", "etag", "last_modified", "body_hash")
            blank = dict.fromkeys(texts, "") | {"article_id": None, "visited": None, "revisit_at": None}
            c.execute(update(s.entry).where(e.entry_id.in_(held.entry_ids)).values(**blank))
            c.execute(
                update(s.attempt)
                .where(t.work_id.in_(held.work_ids), or_(t.warc.is_not(None), t.detail != ""))
                .values(warc=None, detail="")
            )
            for shown in (s.review, s.audit):  # they keep the sentence that was shown
                c.execute(delete(shown).where(shown.c.seen["article_id"].astext.in_(held.article_ids)))
            c.execute(delete(s.visit).where(or_(s.visit.c.entry_id.in_(held.entry_ids), s.visit.c.url.in_(held.urls))))
            d = s.dropped.c
            told = or_(d.title != "", (d.detail != "") & (d.reason != Reason.FORGOTTEN.value))
            c.execute(update(s.dropped).where(d.url.in_(held.urls), told).values(title="", detail=""))
            c.execute(
                update(s.work)
                .where(s.work.c.entry_id.in_(held.entry_ids), s.work.c.closed_at.is_(None))
                .values(closed_at=now)
            )

    def stale(self) -> list[str]:
        """Return the indexed articles that the index may show under another story or original mark than theirs.

        A superset: :meth:`pipeline.ledger.articles.Articles.stale_stories` tells exactly.
        """
        a = s.article.c
        first = func.first_value(a.id).over(
            partition_by=a.story_id, order_by=(func.coalesce(a.published, a.first_seen), a.id)
        )
        seen = select(a.id, a.story_id, a.indexed_story, a.batch_id, first.label("original")).subquery()
        n = seen.c
        with self._engine.connect() as c:
            return list(
                c.scalars(
                    select(n.id).where(
                        n.batch_id.is_not(None),
                        or_(
                            func.left(n.indexed_story, 32) != n.story_id,
                            n.indexed_story.contains("*") != (n.id == n.original),
                        ),
                    )
                )
            )

    def finish(self, takedown: Takedown, now: datetime) -> None:
        """Remember that nothing of a takedown is left."""
        with self._engine.begin() as c:
            c.execute(update(s.forgotten).where(s.forgotten.c.subject == takedown.subject).values(done_at=now))

    def undo(self, takedown: Takedown, now: datetime) -> int:
        """Lift a takedown: the newest item of each of its entries waits for the next run. Return how many."""
        with self._engine.begin() as c:
            c.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LISTING_LOCK})
            entries = _entries(c, takedown)
            c.execute(delete(s.forgotten).where(s.forgotten.c.subject == takedown.subject))
            w = s.work.c
            newest = (
                select(w.id)
                .distinct(w.entry_id)
                .where(w.entry_id.in_(entries))
                .order_by(w.entry_id, w.revision.desc(), w.generation.desc(), w.id.desc())
            )
            return c.execute(
                update(s.work)
                .where(w.id.in_(newest), w.reason == Reason.FORGOTTEN.value)
                .values(
                    state="pending",
                    reason="",
                    detail="",
                    attempts=0,
                    batch_id=None,
                    closed_at=None,
                    not_before=now,
                    queue="",
                    first_stage="fetch",
                    stored=None,
                )
            ).rowcount


def snapshot(c: Connection) -> Forgotten:
    """Return everything that must not be fetched, as this transaction sees it."""
    keys: dict[str, set[str]] = {"address": set(), "host": set(), "source": set()}
    loose = set()
    for row in c.execute(select(s.forgotten.c.kind, s.forgotten.c.key, s.forgotten.c.loose)):
        keys[row.kind].add(row.key)
        if row.loose:
            loose.add(row.loose)
    return Forgotten(frozenset(keys["address"]), frozenset(loose), frozenset(keys["host"]), frozenset(keys["source"]))


def share_listing(c: Connection) -> Forgotten:
    """Return what must not be listed; a takedown that begins meanwhile waits for the end of this transaction."""
    c.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": LISTING_LOCK})
    return snapshot(c)


def under_way(since: datetime) -> Select[tuple[str]]:
    """Select the ids of the batches that somebody may be working on: made since a time, and neither they nor their
    run ended.
    """
    b = s.batch.c
    ended = select(s.run.c.id).where(s.run.c.finished_at.is_not(None))
    return select(b.id).where(b.finished_at.is_(None), b.created_at > since, b.run_id.not_in(ended))


def barred_entries(c: Connection, entry_ids: Sequence[str]) -> set[str]:
    """Return those of some entries that were taken down; as :func:`share_listing`."""
    forgotten = share_listing(c)
    if not (forgotten.addresses or forgotten.hosts or forgotten.sources):
        return set()
    e = s.entry.c
    rows = c.execute(select(e.entry_id, e.canon_url, e.source_id).where(e.entry_id.in_(list(entry_ids))))
    return {r.entry_id for r in rows if forgotten.covers(r.canon_url, r.source_id)}


def without_forgotten(result: PollResult, forgotten: Forgotten) -> PollResult:
    """Return a poll's result without what was taken down: told as dropped, without titles."""

    def covered(url: str) -> bool:
        return forgotten.covers(url, result.source_id)

    barred = [e.url for e in result.entries if covered(e.url)]
    return msgspec.structs.replace(
        result,
        entries=tuple(e for e in result.entries if not covered(e.url)),
        dropped=(
            *(msgspec.structs.replace(d, title="", detail="") if covered(d.url) else d for d in result.dropped),
            *(DroppedEntry(url=url, reason=Reason.FORGOTTEN, detail="taken down on request") for url in barred),
        ),
    )


def variants(url: str) -> list[str]:
    """Return the canonical addresses that share an address's loose key, as far as they can be guessed."""
    parts = urlsplit(canon_v1(url))
    bare = parts.netloc
    for prefix in ("www.", "m.", "mobile.", "amp."):
        bare = bare.removeprefix(prefix)
    path = parts.path.rstrip("/")
    found = {
        urlunsplit((scheme, f"{prefix}{bare}", p, parts.query, parts.fragment))
        for scheme in ("http", "https")
        for prefix in ("", "www.", "m.", "mobile.", "amp.")
        for p in {parts.path, path or "/", f"{path}/", f"{path}/amp", f"{path}/amp/"}
    }
    return sorted({canon_v1(address) for address in found})


def _takedown(rows: Sequence[Row[Any]]) -> Takedown:
    first = rows[0]
    return Takedown(
        kind="source" if any(r.kind == "source" for r in rows) else "address",
        subject=first.subject,
        reason=first.reason,
        who=first.who,
        at=first.at,
        done_at=None if any(r.done_at is None for r in rows) else max(r.done_at for r in rows),
        addresses=tuple(r.key for r in rows if r.kind == "address"),
        hosts=tuple(r.key for r in rows if r.kind == "host"),
    )


def _host(column: Any) -> Any:
    """The host of a canonical address, without ``www.``, in SQL."""
    return func.regexp_replace(func.split_part(func.split_part(column, "://", 2), "/", 1), "^www\\.", "")


def _entries(c: Connection, takedown: Takedown) -> list[str]:
    e = s.entry.c
    mine: list[ColumnElement[bool]] = [
        e.canon_url.in_(takedown.addresses),
        e.article_id.in_([url_id(a) for a in takedown.addresses]),
    ]
    if takedown.kind == "source":
        mine.append(e.source_id == takedown.subject)
    if takedown.hosts:
        mine.append(_host(e.canon_url).in_(takedown.hosts))
    return list(c.scalars(select(e.entry_id).where(or_(*mine)).order_by(e.entry_id)))


def _articles(c: Connection, takedown: Takedown) -> set[str]:
    a = s.article.c
    mine: list[ColumnElement[bool]] = [a.id.in_([url_id(address) for address in takedown.addresses])]
    if takedown.kind == "source":
        mine.append(a.source_id == takedown.subject)
    if takedown.hosts:
        mine.append(_host(a.canonical_url).in_(takedown.hosts))
    return set(c.scalars(select(a.id).where(or_(*mine))))


def _split_story(c: Connection, story_id: str) -> None:
    """Give the articles left in a story their story anew: those whom only the one gone held together part."""
    a = s.article.c
    members = c.execute(
        select(a.id).where(a.story_id == story_id).order_by(func.coalesce(a.published, a.first_seen), a.id)
    ).all()
    left = {m.id: m.id for m in members}  # each article, and the earliest that it is joined with
    one, other = s.band.alias(), s.band.alias()
    pairs = c.execute(
        select(one.c.article_id, other.c.article_id)
        .join_from(one, other, (one.c.key == other.c.key) & (one.c.article_id < other.c.article_id))
        .where(one.c.article_id.in_(left), other.c.article_id.in_(left))
        .group_by(one.c.article_id, other.c.article_id)
        .having(func.count() >= SHARED_BANDS)
    ).all()
    rank = {m.id: n for n, m in enumerate(members)}
    for _ in members:  # at most as many rounds as there are members
        before = dict(left)
        for x, y in pairs:
            first = min(left[x], left[y], key=rank.__getitem__)
            left[x] = left[y] = first
        if left == before:
            break
    for article_id, original in left.items():
        c.execute(update(s.article).where(a.id == article_id).values(story_id=original))
