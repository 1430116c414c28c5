"""The ledger's tables (PostgreSQL). Changes go through a migration in ``migrations/versions``.

Reading order: a *source* has *feeds*; a *poll* of a feed lists *entries*; an entry gets *work* items; work is
done in *batches* of a *run*; each stage leaves an *attempt*; what comes out is an *article* with *revisions*.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _time(name: str, *, nullable: bool = True) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


run = Table(
    "run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # crawl | cli | reconcile
    Column("generation", Integer, nullable=False),
    _time("started_at", nullable=False),
    _time("finished_at"),
    Column("params", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("report", JSONB),
)

generation = Table(
    "generation",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("fingerprint", String(32), nullable=False, index=True),  # the newest row of one counts
    Column("versions", JSONB, nullable=False),
    _time("created_at", nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("url", Text, nullable=False, unique=True),  # as it is polled today
    Column("listed_url", Text, nullable=False, unique=True),  # as sources.yml names it
    Column("source_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    _text("etag"),
    _text("last_modified"),
    _text("body_hash"),
    Column("list_window", JSONB),  # what the last document listed, in short
    _time("document_at"),  # when it last came whole
    Column("unmodified", Integer, nullable=False, server_default="0"),  # 304s in a row since
    Column("validators_trusted", Boolean, nullable=False, server_default=text("true")),  # its 304s were true
    Column("interval_s", Integer, nullable=False),
    _time("next_poll_at"),
    _time("last_poll_at"),
    _time("last_success_at"),
    Column("failures", Float, nullable=False, server_default="0"),
    _text("moved_to"),
    Column("moved_seen", Integer, nullable=False, server_default="0"),
    Column("gone", Boolean, nullable=False, server_default=text("false")),
    Column("active", Boolean, nullable=False, server_default=text("true")),  # still in sources.yml
    Column("claimed_by", Text),
    _time("claimed_until"),
)

poll = Table(
    "poll",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("feed_id", BigInteger, ForeignKey("feed.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("run_id", Text, nullable=False, index=True),
    Column("source_id", Text, nullable=False),
    _time("at", nullable=False),
    Column("status", Integer),
    Column("not_modified", Boolean, nullable=False, server_default=text("false")),
    Column("entries", Integer, nullable=False, server_default="0"),
    Column("known", Integer, nullable=False, server_default="0"),
    Column("new", Integer, nullable=False, server_default="0"),
    Column("overlap", Boolean),  # did it list something known? False: entries may have fallen in between
    _text("reason"),
    _text("detail"),
    Column("faults", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    _text("kind"),  # what the document was
    Column("conditional", Boolean, nullable=False, server_default=text("false")),  # validators were sent
    Column("loss", Integer),  # most entries that may have fallen between this and the last document; none: unknown
    _text("loss_why"),
    Column("left_out", JSONB, nullable=False, server_default=text("'{}'::jsonb")),  # reason → n, unnamed ones too
    Index("ix_poll_source_id_at", "source_id", "at"),
)

feed_address = Table(  # addresses a feed had before, and why each was changed
    "feed_address",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("feed_id", BigInteger, ForeignKey("feed.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("from_url", Text, nullable=False),
    Column("to_url", Text, nullable=False),
    _time("at", nullable=False),
    _text("why"),
)

dropped = Table(  # entries that discovery did not take
    "dropped",
    metadata,
    Column("source_id", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    _text("title"),
    _text("detail"),
    Column("run_id", Text, nullable=False, index=True),  # the run that saw it first
    _time("first_at", nullable=False),
    _time("last_at", nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("canon_url", Text, nullable=False),
    Column("source_id", Text, nullable=False, index=True),
    Column("feed_url", Text, nullable=False),
    _text("title"),
    _time("published"),
    _text("published_raw"),
    _text("published_read_as"),  # how that was read, or why not
    _time("updated"),  # newest the lists gave
    _text("guid"),
    Column("run_id", Text, nullable=False, index=True),  # the run that discovered it
    _time("first_seen", nullable=False),
    _time("last_listed", nullable=False),
    Column("article_id", String(32), index=True),
    _text("etag"),  # validators of the last visit
    _text("last_modified"),
    _text("body_hash"),  # of the page that the last visit stored
    Column("visited", JSONB),  # where it is stored: {file, offset, length}
    _time("revisit_at"),  # when to look at its article again; none: never
    Index("ix_entry_revisit", "revisit_at", postgresql_where=text("revisit_at IS NOT NULL")),
)

work = Table(
    "work",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("entry_id", String(32), ForeignKey("entry.entry_id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", Text, nullable=False),  # pending | leased | done | left_out
    _time("not_before", nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("batch_id", Text, index=True),
    _time("lease_until"),
    _text("reason"),
    _text("detail"),
    _time("created_at", nullable=False),
    _time("closed_at"),
    _text("queue"),  # empty: crawl's; reconcile/YYYY-MM-DD: of that day's backfill
    Column("first_stage", Text, nullable=False, server_default="fetch"),  # fetch | extract | tag | index
    Column("stored", JSONB),  # [{file, offset, length}, …] visits to replay, oldest first; none: ask the network
    UniqueConstraint("entry_id", "revision", "generation"),
    Index("ix_work_open", "queue", "state", "not_before", postgresql_where=text("state IN ('pending', 'leased')")),
)

batch = Table(
    "batch",
    metadata,
    Column("id", Text, primary_key=True),
    Column("run_id", Text, nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    _time("created_at", nullable=False),
    _time("finished_at"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("work_id", BigInteger, ForeignKey("work.id", ondelete="CASCADE"), primary_key=True),
    Column("batch_id", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("run_id", Text, nullable=False, index=True),
    Column("source_id", Text, nullable=False),
    _time("at", nullable=False),
    Column("outcome", Text, nullable=False),  # done | left_out | given_back
    _text("reason"),
    _text("detail"),
    Column("status", Integer),
    Column("warc", JSONB),  # {file, offset, length}
)

article = Table(
    "article",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("canonical_url", Text, nullable=False),
    Column("entry_id", String(32), nullable=False, index=True),
    Column("source_id", Text, nullable=False, index=True),
    _text("title"),
    _time("published"),
    _time("first_seen", nullable=False),
    Column("home_index", String(7), nullable=False),  # YYYY-MM, frozen
    Column("revision", Integer, nullable=False),  # newest
    Column("text_hash", String(32), nullable=False),
    _time("fetched_at", nullable=False),
    Column("story_id", String(32), nullable=False, index=True),
    # what the index holds
    Column("batch_id", Text),
    Column("generation", Integer),
    Column("indexed_story", String(34)),  # story id, original mark and gone mark as indexed
    Column("documents", JSONB, nullable=False, server_default=text("'[]'::jsonb")),  # [[alias, id], …]
    _time("indexed_at"),  # when it took the newest revision; none as long as it has not
    _time("gone_at"),  # when a visit found that the outlet had taken it away; none: it stands
)

revision = Table(
    "revision",
    metadata,
    Column("article_id", String(32), ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("text_hash", String(32), nullable=False),
    _text("title"),
    _time("fetched_at", nullable=False),
    Column("warc", JSONB),
    Column("work_id", BigInteger, nullable=False),
    Column("changes", JSONB),  # against the revision before it; none: not known
)

alias = Table(
    "alias",
    metadata,
    Column("canon_url", Text, primary_key=True),
    Column("article_id", String(32), ForeignKey("article.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("via", Text, nullable=False),  # entry | redirect | canonical
)

band = Table(  # min-hash bands of articles: near duplicates share one
    "band",
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("article_id", String(32), ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
)

host = Table(
    "host",
    metadata,
    Column("host", Text, primary_key=True),
    _time("next_request_at"),
    _time("hold_until"),
    _text("hold_why"),
    Column("pace_s", Float, nullable=False, server_default="0"),  # smoothed time of its answers, raised by 429
    _time("slowed_at"),
    Column("failures", Integer, nullable=False, server_default="0"),  # connections in a row that failed
    _time("failed_at"),
)

robots = Table(
    "robots",
    metadata,
    Column("host", Text, primary_key=True),
    _time("fetched_at", nullable=False),
    Column("status", Integer),
    Column("body", LargeBinary, nullable=False),
    _time("expires_at", nullable=False),
    Column("tdmrep", LargeBinary, nullable=False, server_default=text("''::bytea")),  # what it reserves
)

warc_file = Table(  # WARC files whose visits are in ``visit``: read again where their size changed
    "warc_file",
    metadata,
    Column("name", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("visits", Integer, nullable=False),
    _time("read_at", nullable=False),
)

visit = Table(  # what the archive holds, as its own records tell: may be made again from them at any time
    "visit",
    metadata,
    Column("file", Text, ForeignKey("warc_file.name", ondelete="CASCADE"), primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("entry_id", String(32), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("source_id", Text, nullable=False, index=True),
    _time("at", nullable=False),
    Column("status", Integer),
    _text("reason"),  # empty: a page
    _text("body_hash"),
    _time("published"),  # as a list gave it
)

survey = Table(  # what a reconcile run found of its day, and what it decided
    "survey",
    metadata,
    Column("run_id", Text, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("day", Date, nullable=False),
    Column("listing", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("decided", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
)

forgotten = Table(  # taken down on request; never fetched again
    "forgotten",
    metadata,
    Column("kind", Text, primary_key=True),  # address | host | source
    Column("key", Text, primary_key=True),  # canonical address, host[:port], id of a source
    Column("loose", Text, nullable=False, server_default="", index=True),  # an address's loose key
    Column("subject", Text, nullable=False, index=True),  # what was asked for: canonical address or id of a source
    Column("reason", Text, nullable=False),
    Column("who", Text, nullable=False),
    _time("at", nullable=False),
    _time("done_at"),  # when nothing of it was left; none as long as something is
)

review = Table(  # what people said of evidence; the newest row of one counts
    "review",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("evidence_id", String(32), nullable=False, index=True),
    Column("verdict", Text, nullable=False),  # right | wrong | flipped | retargeted
    _text("target"),  # of what was retargeted: an entity's id
    _text("target_name"),
    _text("target_type"),
    Column("reviewer", Text, nullable=False),
    _text("note"),
    _time("at", nullable=False),
    _text("week"),  # of the audit sample in which it was judged: 2026-W47
    Column("seen", JSONB, nullable=False),  # the evidence as it was shown
)

audit = Table(  # a week's random sample of evidence, by which precision is measured; fixed once drawn
    "audit",
    metadata,
    Column("week", Text, primary_key=True),
    Column("evidence_id", String(32), primary_key=True),
    Column("place", Integer, nullable=False),
    _time("drawn_at", nullable=False),
    Column("seen", JSONB, nullable=False),
)
