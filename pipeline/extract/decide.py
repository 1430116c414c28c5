"""What becomes of what was read: whether it is an article, and from when it is."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from pipeline.extract.dates import Moment, parse_date, plausible
from pipeline.extract.phrases import CONSENT
from pipeline.records import Article, Page, Reason, Record, WorkItem
from pipeline.settings import Settings

#: A text marked as not free and shorter than this is what everybody may see of it.
TEASER_WORDS = 150
#: A text of fewer words than this share of what JSON-LD says that the article has is not the whole of it.
WHOLE_SHARE = 0.8
#: Where JSON-LD has fewer words than this, it is a teaser itself.
TOLD_WORDS = 100
#: So many of a teaser's following lines are headlines where it is padded by other articles.
PADDED_SHARE = 0.3
#: A consent wall has no more to say.
CONSENT_WORDS = 250
#: With fewer words beside it, the film is the page.
VIDEO_WORDS = 120
#: A text with so many lines that are links, and such a share of them, is a list of other articles.
INDEX_LINES = 5
INDEX_SHARE = 0.2

_HEARD_TYPES = frozenset({"PodcastEpisode", "RadioEpisode", "AudioObject"})
_INDEX_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage"})


class PageFacts(Record, frozen=True, kw_only=True):
    """What is known of a page beside its article."""

    is_article: bool = False  # JSON-LD or OpenGraph call it one
    types: tuple[str, ...] = ()  # JSON-LD types on it
    og_type: str = ""
    lines: int = 0  # of the text
    linked_lines: int = 0  # of them, those that begin with a link of headline length
    linked_words: int = 0  # words inside links
    lead_words: int = 0  # of the text before its first line that is another article's headline or asks to subscribe
    lead_ends_in_prompt: bool = False  # that line asks to subscribe
    linked_share: float = 0.0  # of the lines from there on, those that are headlines
    body_words: int = 0  # of JSON-LD articleBody
    declared_words: int = 0  # JSON-LD wordCount
    is_hidden: bool = False  # not free, and the text stands in JSON-LD only: readers are shown far less
    depth: int = 0  # segments of the address's path
    has_query: bool = False
    in_films: bool = False  # its path says that it is a film or something to listen to
    has_video: bool = False
    has_paywall: bool = False  # an element named so
    ends_in_prompt: bool = False  # the text's last lines ask to subscribe


def verdict(article: Article, page_facts: PageFacts, settings: Settings) -> Reason | None:
    """Return why a page is left out, ``None`` where it is an article to keep.

    Paywalls: that a page is marked as not free is no reason (outlets mark every page); what counts is that the
    text stops short or ends in the invitation to subscribe.

    Args:
        article: what was read.
        page_facts: what the page is like.
        settings: ``min_words`` is used.
    """
    if is_consent_text(article.text, article.word_count):
        return Reason.CONSENT
    if _is_teaser(article, page_facts):
        return Reason.PAYWALL
    if _is_video(article, page_facts) or _is_index(article, page_facts):
        return Reason.NOT_ARTICLE
    if article.word_count < settings.min_words:
        return Reason.TOO_SHORT
    if not article.title:
        return Reason.NOT_ARTICLE
    return None


def is_consent_text(text: str, words: int) -> bool:
    """Whether a text is the wall before an article: short, and about nothing but cookies and partners."""
    if not text or words > CONSENT_WORDS:
        return False
    hits = sum(bool(pattern.search(text)) for pattern in CONSENT)
    return hits >= 4 or (hits == 3 and words < 120)


def dated(article: Article, item: WorkItem, page: Page) -> Article:
    """Return the article with the best date that is known: the page's, else the list's, else when it was first seen.

    Dates before 1995 and more than a day after the fetch are dropped on the way. A listed date that names the
    same day replaces a page's that names no time.

    Args:
        article: as read.
        item: the work item, with the date that the feed gave.
        page: the page; its ``fetched_at`` is the clock.
    """
    latest = page.fetched_at
    seen = article.first_seen or page.fetched_at
    modified = article.modified if plausible(article.modified, latest=latest) else None
    article = msgspec.structs.replace(article, modified=modified)
    listed = _listed(item, latest)
    published = article.published if plausible(article.published, latest=latest) else None
    if published and not (listed and article.published_precision == "day" and _is_finer(listed, published)):
        return article
    if listed:
        return msgspec.structs.replace(
            article,
            published=listed.at,
            published_raw=listed.raw,
            published_from="listed",
            published_precision=listed.precision,
        )
    return msgspec.structs.replace(
        article, published=seen, published_raw="", published_from="first_seen", published_precision=""
    )


def _listed(item: WorkItem, latest: datetime) -> Moment | None:
    moment = parse_date(item.listed_published_raw, item.source_timezone)
    if moment is None and item.listed_published is not None:
        moment = Moment(at=item.listed_published, precision="second", raw=item.listed_published_raw)
    return moment if moment and plausible(moment.at, latest=latest) else None


def _is_finer(listed: Moment, published: datetime) -> bool:
    """Whether the list says at what time of the day that the page names."""
    return listed.precision != "day" and abs(listed.at - published) < timedelta(hours=14)


def _is_teaser(article: Article, facts: PageFacts) -> bool:
    """Whether the text is what everybody may see of an article that is sold.

    What a page says of itself may be untrue both ways: a mark alone is no reason, and neither is there none without.
    """
    is_sold = article.is_free is False or facts.has_paywall
    if facts.ends_in_prompt and (is_sold or article.word_count < TEASER_WORDS):
        return True
    if facts.lead_words < TEASER_WORDS and (
        # Padded: a few sentences, then other articles.
        (facts.lead_ends_in_prompt and is_sold and article.word_count - facts.lead_words < TEASER_WORDS)
        or ((is_sold or facts.lead_ends_in_prompt) and facts.linked_share >= PADDED_SHARE)
    ):
        return True
    if article.is_free is not False:
        return False
    if facts.is_hidden:
        return True
    whole = max(facts.body_words, facts.declared_words)
    if whole >= TOLD_WORDS:
        return article.word_count < min(whole, TEASER_WORDS + whole // 4) * WHOLE_SHARE
    return article.word_count < TEASER_WORDS


def _is_video(article: Article, facts: PageFacts) -> bool:
    if article.word_count >= VIDEO_WORDS:
        return False
    types = set(facts.types)
    is_told = facts.is_article and not facts.og_type.startswith("video")
    if _HEARD_TYPES & types or facts.og_type.startswith("video"):
        return not (is_told and article.word_count >= VIDEO_WORDS // 2)
    if facts.in_films and (facts.has_video or "VideoObject" in types):
        return True
    return ("VideoObject" in types or facts.has_video) and not facts.is_article


def _is_index(article: Article, facts: PageFacts) -> bool:
    if facts.is_article:
        return False
    if _INDEX_TYPES & set(facts.types):
        return True
    if facts.depth == 0 and not facts.has_query:
        return True
    # The text of an index page is other articles' headlines.
    return facts.linked_lines >= INDEX_LINES and facts.linked_lines >= INDEX_SHARE * facts.lines
