"""The nouns: what travels between the stages, and the reasons why something was left out.

Every record is a frozen :class:`msgspec.Struct` (JSON lines on disk). Times are aware UTC
:class:`~datetime.datetime`. Offsets are Unicode code points into a field's text, end exclusive:
``text[start:end]`` is the span.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct, field


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all records."""


# --------------------------------------------------------------------------------------------------------
# Reasons


class Reason(StrEnum):
    """Why something was left out: one list for ledger, log, metric and index."""

    # by the rules of the house it lives in
    ROBOTS = "robots"  # robots.txt forbids the address
    BLOCKED_ADDRESS = "blocked_address"  # the guard refused the address or a redirect to it
    BAD_URL = "bad_url"  # not an address that can be fetched
    OPTED_OUT = "opted_out"  # the publisher's machine-readable opt-out is obeyed
    FORGOTTEN = "forgotten"  # taken down on request; never fetched again
    # by what the host answered
    GONE = "gone"  # 410
    NOT_FOUND = "not_found"  # 404
    FORBIDDEN = "forbidden"  # 401, 403, 451
    RATE_LIMITED = "rate_limited"  # 429 (or 503 with Retry-After) until the attempts were used up
    SERVER_ERROR = "server_error"  # 5xx until the attempts were used up
    HTTP_ERROR = "http_error"  # any other status that is no page
    NETWORK = "network"  # no connection, reset, name not resolved
    TLS = "tls"  # certificate or handshake
    HANG = "hang"  # the total time limit of a request
    TOO_LARGE = "too_large"  # more bytes than the limit, before or after decompression
    REDIRECTS = "redirects"  # a loop or too many
    BAD_ENCODING = "bad_encoding"  # a content encoding that cannot or must not be undone
    BAD_FEED = "bad_feed"  # what came back at a feed's address is no feed and no sitemap
    # by what kind of page came back
    NOT_HTML = "not_html"  # a picture, a PDF, a film
    CONSENT = "consent"  # a consent or cookie wall
    CHALLENGE = "challenge"  # a bot challenge
    LOGIN = "login"  # a log-in form in place of the article
    PAYWALL = "paywall"  # only a teaser is shown
    SOFT_404 = "soft_404"  # "not found" with status 200
    # by what could be read from it
    NOT_ARTICLE = "not_article"  # an index page, a video page, a form
    TOO_SHORT = "too_short"  # less text than an article has
    EXTRACT_FAILED = "extract_failed"  # the extractor failed on the page
    EXTRACT_HANG = "extract_hang"  # the extractor was killed at its time or memory limit
    # by what is known already
    TOO_OLD = "too_old"  # older than the source's limit at its first poll
    OVERFLOW = "overflow"  # beyond the source's limit of entries a poll
    UNCHANGED = "unchanged"  # looked at again, same text
    DUPLICATE = "duplicate"  # another entry leads to the same article
    SUPERSEDED = "superseded"  # a newer revision or generation is in the index
    # by what there was no time for; only ever given back
    NO_TIME = "no_time"  # a fetch's time was up before the item had its turn
    # by what the archive no longer has
    ARCHIVE_LOST = "archive_lost"  # the stored page cannot be read, and the network was not to be asked
    # by what is no longer kept
    NOT_KEPT = "not_kept"  # lives in a month whose indices retention has dropped
    # by what could not be written
    INDEX_REJECTED = "index_rejected"  # Elasticsearch refuses the document
    EXHAUSTED = "exhausted"  # taken up too many times without an end

    @property
    def is_loss(self) -> bool:
        """Whether an article may be missing because of it (``False``: it is in the index anyway, or let go of)."""
        return self not in {Reason.UNCHANGED, Reason.DUPLICATE, Reason.SUPERSEDED, Reason.NOT_KEPT}

    @property
    def is_gap(self) -> bool:
        """Whether trying again, or mending something, may still bring the article: a day with one is not complete."""
        return self in _GAPS


_GAPS = frozenset(
    {
        Reason.FORBIDDEN,
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
        Reason.HTTP_ERROR,
        Reason.NETWORK,
        Reason.TLS,
        Reason.HANG,
        Reason.TOO_LARGE,
        Reason.BAD_ENCODING,
        Reason.CHALLENGE,
        Reason.EXTRACT_FAILED,
        Reason.EXTRACT_HANG,
        Reason.ARCHIVE_LOST,
        Reason.INDEX_REJECTED,
        Reason.EXHAUSTED,
    }
)


class LeftOut(Record, frozen=True, kw_only=True, tag="left_out"):
    """An item that a stage leaves out: what a drop is made of."""

    work_id: int
    entry_id: str
    url: str
    source_id: str
    stage: str
    reason: Reason
    detail: str = ""
    status: int | None = None
    warc: WarcPointer | None = None
    at: datetime | None = None


class GivenBack(Record, frozen=True, kw_only=True, tag="given_back"):
    """An item that a stage gives back: pending again, not before a time, nothing decided."""

    work_id: int
    entry_id: str
    url: str
    source_id: str
    stage: str
    reason: Reason
    not_before: datetime
    detail: str = ""
    counts: bool = True  # as one of its attempts; False where only time ran out or the host was busy


# --------------------------------------------------------------------------------------------------------
# Sources, feeds, entries


class FeedKind(StrEnum):
    """What kind of list an address gives. ``auto`` is decided by the document."""

    AUTO = "auto"
    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSON = "json"
    NEWS_SITEMAP = "news_sitemap"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"
    ARCHIVE_PAGE = "archive_page"  # a dated page of links, by URL template


class Feed(Record, frozen=True, kw_only=True):
    """An address that lists entries."""

    url: str
    source_id: str
    kind: FeedKind = FeedKind.AUTO


class Source(Record, frozen=True, kw_only=True):
    """An outlet: who publishes, and where its lists are. From ``config/sources.yml``."""

    id: str
    name: str
    homepage: str
    country: str = ""  # ISO 3166-1 alpha-2
    language: str = ""  # BCP 47
    timezone: str = "UTC"  # IANA; a date without a zone is read in it
    feeds: tuple[Feed, ...] = ()
    hosts: tuple[str, ...] = ()  # hosts of its pages, beside the homepage's
    agency: bool = False
    max_age_days: int = 30  # at first poll, older entries are left out
    max_entries: int = 500  # a poll


class Entry(Record, frozen=True, kw_only=True):
    """An address as a list gave it."""

    entry_id: str
    url: str
    canon_url: str
    source_id: str
    feed_url: str
    title: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_raw: str = ""
    published_read_as: str = ""  # how that was read, in words, or why it was not
    updated: datetime | None = None
    updated_raw: str = ""
    updated_read_as: str = ""
    language: str = ""
    guid: str = ""


class FeedHints(Record, frozen=True, kw_only=True):
    """What a feed or its server says about when to come back."""

    ttl_s: int | None = None
    sy_period_s: int | None = None
    max_age_s: int | None = None
    retry_after_s: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()


class ListWindow(Record, frozen=True, kw_only=True):
    """What a document listed, in short: enough to tell whether the next one still reaches back to it.

    A list is a window on a stream; entries are taken as they were published, newest first.
    """

    keys: tuple[int, ...] = ()  # of its newest entries, newest first
    listed: int = 0  # entries in all
    dated: bool = False  # nearly all have dates: the order is by them, else the document's
    newest_at: datetime | None = None
    reach_at: datetime | None = None  # date of the oldest but for the oldest tenth (pinned ones)


class FeedState(Record, frozen=True, kw_only=True):
    """What the ledger remembers of a feed; what the decision when to poll again starts from."""

    feed_id: int
    url: str
    source_id: str
    kind: FeedKind = FeedKind.AUTO
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    interval_s: int = 3600
    next_poll_at: datetime | None = None
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: float = 0.0  # weighted count of failures in a row
    moved_to: str = ""  # a permanent redirect seen, not yet believed
    moved_seen: int = 0  # polls in a row that said so
    gone: bool = False  # 410
    list_window: ListWindow | None = None  # of the last document
    document_at: datetime | None = None  # when it came
    unmodified: int = 0  # 304s in a row since
    validators_trusted: bool = True  # False: its 304s were found untrue; it is asked without conditions


class PollResult(Record, frozen=True, kw_only=True):
    """What one poll of one feed gave. ``reason`` is set where it gave no document."""

    feed_id: int
    url: str
    source_id: str
    at: datetime
    status: int | None = None
    not_modified: bool = False
    same_body: bool = False
    kind: FeedKind = FeedKind.AUTO
    final_url: str = ""
    permanent: bool = False  # every redirect on the way was permanent (301, 308)
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    title: str = ""
    entries: tuple[Entry, ...] = ()
    dropped: tuple[DroppedEntry, ...] = ()
    faults: tuple[str, ...] = ()  # what was wrong with the document, in words
    hints: FeedHints = FeedHints()
    reason: Reason | None = None
    detail: str = ""
    conditional: bool = False  # validators were sent
    list_window: ListWindow | None = None
    left_out: dict[str, int] = field(default_factory=dict)  # reason → n, with those that dropped does not name
    loss: int | None = None  # most entries that may have fallen between this and the last document; None: unknown
    loss_why: str = ""


class PollSeen(Record, frozen=True, kw_only=True):
    """What the ledger keeps of one poll."""

    at: datetime
    status: int | None = None
    reason: Reason | None = None
    detail: str = ""
    kind: str = ""  # of the document, empty where none was read
    not_modified: bool = False
    entries: int = 0
    new: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


class FeedSeen(Record, frozen=True, kw_only=True):
    """What the ledger keeps of one feed, its newest polls first."""

    url: str  # as it is polled today
    listed_url: str  # as the sources file names it
    kind: FeedKind = FeedKind.AUTO
    gone: bool = False
    failures: float = 0.0
    validators_trusted: bool = True
    moved_to: str = ""
    last_success_at: datetime | None = None
    next_poll_at: datetime | None = None
    addresses: tuple[tuple[str, str, datetime], ...] = ()  # from, to, when: every change so far
    polls: tuple[PollSeen, ...] = ()
    polls_with_loss: int = 0  # of the last week: something fell, or nobody can tell
    loss: int = 0  # sum of their bounds, as far as these are known


class DayYield(Record, frozen=True, kw_only=True):
    """What a source gave on one day of its own time zone."""

    day: date
    polls: int = 0  # that gave an answer: without one the day says nothing of the source
    new: int = 0  # entries discovered
    articles: int = 0  # fresh articles made of them


class SourceHistory(Record, frozen=True, kw_only=True):
    """What polls and fetches said of a source: what its health is judged by."""

    source_id: str
    timezone: str
    first_poll_at: datetime | None = None
    feeds: tuple[FeedSeen, ...] = ()
    days: tuple[DayYield, ...] = ()
    fetched: int = 0  # pages that came back, in the last days
    refused: dict[str, int] = field(default_factory=dict)  # reason → pages that did not become articles


class DroppedEntry(Record, frozen=True, kw_only=True):
    """An entry that discovery did not take, with its reason."""

    url: str
    reason: Reason
    detail: str = ""
    title: str = ""


class WorkItem(Record, frozen=True, kw_only=True):
    """One line of a batch's first file: an entry that is to become an article."""

    work_id: int
    entry_id: str
    url: str
    canon_url: str
    source_id: str
    revision: int = 1  # the revision that this visit may make
    attempt: int = 1
    listed_title: str = ""
    listed_published: datetime | None = None
    listed_published_raw: str = ""
    feed_url: str = ""
    source_name: str = ""
    source_language: str = ""
    source_country: str = ""
    source_timezone: str = "UTC"
    etag: str = ""  # validators of the last visit, for a conditional request
    last_modified: str = ""
    body_hash: str = ""  # of the page that the last visit stored, and where
    visited: WarcPointer | None = None
    first_stage: str = "fetch"  # fetch | extract | tag | index: the first one that is done anew
    stored: tuple[WarcPointer, ...] = ()  # visits to replay, oldest first
    made_in: str = ""  # with first_stage "tag" or "index": the batch that holds the article, and its generation
    made_by: int = 0


class Visited(Record, frozen=True, kw_only=True):
    """What the archive keeps beside the outcome of a visit, in the same JSON object: the item that was visited."""

    item: WorkItem | None = None


# --------------------------------------------------------------------------------------------------------
# Pages


class WarcPointer(Record, frozen=True, kw_only=True):
    """Where a stored response lies: random access into a WARC file."""

    file: str  # relative to the archive's root
    offset: int  # bytes
    length: int  # bytes, compressed


class Exchange(Record, frozen=True, kw_only=True):
    """One request and its answer as they went over the wire: what the archive stores.

    ``body`` is the payload as sent (content encoding kept, transfer encoding undone); headers keep their
    order and case.
    """

    url: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason_phrase: str
    http_version: str  # "1.1"
    response_headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    ip: str = ""  # the address actually connected to
    elapsed_s: float = 0.0


class StoredRobots(Record, frozen=True, kw_only=True):
    """A host's robots.txt as it was last read.

    ``status`` 0 means that it could not be reached. ``body`` is the text as sent, empty unless it was there (2xx).
    """

    host: str  # its origin: scheme://host or scheme://host:port
    fetched_at: datetime
    expires_at: datetime
    status: int
    body: bytes = b""
    tdmrep: bytes = b""  # the host's /.well-known/tdmrep.json, as sent; empty where it has none


class Page(Record, frozen=True, kw_only=True, tag="page"):
    """A page that came back. Holds the pointer to the stored response, never the body."""

    work_id: int
    entry_id: str
    url: str  # as asked for
    final_url: str  # after redirects
    source_id: str
    status: int
    fetched_at: datetime
    warc: WarcPointer | None = None  # None until the archive has taken the response
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    redirects: tuple[str, ...] = ()
    size: int = 0  # bytes, decoded
    body_hash: str = ""
    robots_tags: tuple[str, ...] = ()  # AI and text-mining signals seen in headers


# --------------------------------------------------------------------------------------------------------
# Articles


class Change(Record, frozen=True, kw_only=True):
    """What one revision of an article changed against the one before it. Paragraphs are lines of ``text``."""

    revision: int  # the one that made it
    at: datetime  # when it was fetched
    title_before: str = ""  # where the title changed
    added: tuple[str, ...] = ()  # sentences that were not there before, in the order of the text
    removed: tuple[str, ...] = ()  # sentences that are no more there
    paragraphs_added: int = 0
    paragraphs_removed: int = 0
    paragraphs_changed: int = 0
    words_added: int = 0
    words_removed: int = 0


class Article(Record, frozen=True, kw_only=True, tag="article"):
    """What was read out of a page."""

    id: str  # url_id of the canonical final address
    url: str  # final address
    canonical_url: str  # canon_v1 of it
    title: str
    text: str
    language: str = ""  # BCP 47 primary subtag, "" where unknown
    authors: tuple[str, ...] = ()
    agency: str = ""  # wire service named in byline or dateline
    published: datetime | None = None
    published_raw: str = ""
    published_from: str = ""  # jsonld | meta | html | listed | first_seen
    published_precision: Literal["second", "minute", "day", ""] = ""
    modified: datetime | None = None
    description: str = ""
    section: str = ""
    keywords: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    image: str = ""
    site_name: str = ""
    rel_canonical: str = ""
    genre: str = ""  # news | opinion | … as the page itself says
    is_free: bool | None = None  # isAccessibleForFree
    opt_out: tuple[str, ...] = ()  # AI and text-mining signals of header, page and host
    word_count: int = 0
    text_hash: str = ""
    signature: tuple[int, ...] = ()  # min-hash bands, for near duplicates
    changes: tuple[Change, ...] = ()  # what each revision after the first changed, as far as it is known
    # given by the ledger
    entry_id: str = ""
    work_id: int = 0
    source_id: str = ""
    revision: int = 1
    home_index: str = ""  # month, YYYY-MM, frozen when first seen
    first_seen: datetime | None = None
    fetched_at: datetime | None = None
    warc: WarcPointer | None = None


# --------------------------------------------------------------------------------------------------------
# Tags

FieldName = Literal["text", "title"]
EntityType = Literal["PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "EVENT", "WORK"]


class Mention(Record, frozen=True, kw_only=True):
    """A span that names an entity."""

    field: FieldName
    start: int
    end: int
    text: str
    kind: Literal["name", "alias", "pronoun", "description"] = "name"


class Entity(Record, frozen=True, kw_only=True):
    """Somebody or something that an article is about, with every span that shows it."""

    id: str  # from config/entities.yml, else a slug of the name
    name: str
    type: EntityType
    mentions: tuple[Mention, ...]
    salience: float = 0.0  # 0 … 1
    known: bool = False  # in the gazetteer


class Quote(Record, frozen=True, kw_only=True):
    """Speech: exact span, cue and speaker."""

    field: FieldName
    start: int
    end: int
    text: str
    kind: Literal["direct", "reported", "mixed"]
    speaker: str = ""  # entity id, "" where open
    speaker_mention: Mention | None = None
    cue: str = ""


class Evidence(Record, frozen=True, kw_only=True):
    """One span that shows a stance. Fields as the design's §5 names them."""

    evidence_id: str
    holder: str  # entity id, or "outlet"
    target: str  # entity id
    polarity: Literal[1, -1]
    confidence: float  # 0 … 1, calibrated
    field: FieldName
    start: int
    end: int
    text: str
    cue: str
    cue_start: int
    cue_end: int
    holder_name: str = ""
    holder_type: str = ""
    target_name: str = ""
    target_type: str = ""
    holder_mention: Mention | None = None
    target_mention: Mention | None = None
    resolved_by: Literal["name", "alias", "pronoun", "description"] = "name"
    strength: Literal["label", "clause"] = "clause"
    voice: Literal["authorial", "reported", "quoted"] = "authorial"
    act: Literal["verbal", "material", "attitude", "relation"] = "verbal"
    factuality: Literal["asserted", "intended", "denied"] = "asserted"
    period: Literal["past", "current", "ended", "future"] = "current"
    time_text: str = ""
    source_chain: tuple[str, ...] = ()
    speaks_for: str = ""
    section: Literal["headline", "lead", "body"] = "body"
    sentence_index: int = 0
    rule: str = ""  # the rule or model that made it, for explanations
    #: What a person said of it; ``wrong`` counts no more.
    review_status: Literal["unreviewed", "right", "wrong", "flipped", "retargeted"] = "unreviewed"


class Stance(Record, frozen=True, kw_only=True):
    """The roll-up of an article's evidence for one holder, target, voice and period."""

    holder: str
    target: str
    stance: Literal["favor", "against", "mixed"]
    voice: Literal["authorial", "reported", "quoted"]
    period: Literal["past", "current", "ended", "future"]
    confidence: float
    evidence: tuple[str, ...]  # evidence ids
    holder_name: str = ""
    holder_type: str = ""
    target_name: str = ""
    target_type: str = ""


class Pair(Record, frozen=True, kw_only=True):
    """Two entities that were judged and found without stance: the denominator of every share."""

    a: str
    b: str


class Tags(Record, frozen=True, kw_only=True):
    """All that tagging found in one article."""

    title: str
    text: str
    entities: tuple[Entity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    stances: tuple[Stance, ...] = ()
    judged: tuple[Pair, ...] = ()  # pairs without stance
    language: str = "en"
    stance_tagged: bool = True  # False where the language has no stance model
    untagged: int = 0  # code points at the end of a text too long to be tagged whole
    error: str = ""  # the tagger failed on it: there are no tags
    versions: dict[str, str] = field(default_factory=dict)


class Tagged(Record, frozen=True, kw_only=True, tag="tagged"):
    """An article with its tags: one line of a batch's last file."""

    article: Article
    tags: Tags


def full(record: Any) -> Any:
    """Return a record as JSON-ready maps with *every* field, defaults included: the shape that others build on.

    On disk defaults are left out to save space; what leaves the house has one shape.
    """
    if isinstance(record, Struct):
        return {name: full(getattr(record, name)) for name in record.__struct_fields__}
    if isinstance(record, dict):
        return {key: full(value) for key, value in record.items()}
    if isinstance(record, list | tuple):
        return [full(value) for value in record]
    return record
