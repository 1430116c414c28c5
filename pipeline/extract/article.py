"""From a page to an article. Pure: the same page gives the same article, on any day."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

import trafilatura
from lxml.etree import ParserError, XMLSyntaxError
from lxml.html import HtmlElement

from pipeline.errors import ExtractError
from pipeline.extract.bylines import agency_of
from pipeline.extract.decide import PageFacts
from pipeline.extract.decode import decode
from pipeline.extract.language import language_of
from pipeline.extract.markup import text_of
from pipeline.extract.metadata import Metadata, read_metadata
from pipeline.extract.signature import signature
from pipeline.extract.text import asks_to_subscribe, body_text, is_prompt, is_shown
from pipeline.identity import canon_v1, text_hash, url_id
from pipeline.records import Article

_CHARACTERS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_DATELINE = re.compile(r"^(?P<place>[^\n()]{2,60}?)\s\((?P<name>[^()\d\n]{2,40})\)\s*[-–—:]")
_BARE_DATELINE = re.compile(r"^\((?P<name>[^()\d\n]{2,40})\)\s*[-–—:]")
_SIGNED = re.compile(r"\(\s*(?P<name>[A-Za-zČč./ -]{2,40})\s*\)\s*$")
_PAYWALL_BOX = re.compile(
    r"pay-?wall|piano-(?:offer|container)|subscri(?:be|ption)-(?:wall|prompt|offer|required)|regwall|premium-offer",
    re.IGNORECASE,
)
_FILMS = re.compile(r"/(?:videos?|watch|films?|mediathek|podcasts?|audio)(?:/|$)", re.IGNORECASE)
_HEADLINE_WORDS = 4  # shorter links are navigation


def extract_html(html: str | bytes, url: str) -> Article:
    """Read the article out of a page.

    Whether it is one worth keeping is :func:`pipeline.extract.decide.verdict`'s question: a page without an
    article gives an article without text.

    Args:
        html: the page, content encoding undone; bytes are decoded by what they declare and look like.
        url: its final address.

    Raises:
        ExtractError: the page is no HTML, or the address is not an absolute http(s) one.
    """
    return read_page(html, url)[0]


def read_page(
    html: str | bytes, url: str, *, charset: str = "", timezone: str = "UTC", latest: datetime | None = None
) -> tuple[Article, PageFacts]:
    """Read the article out of a page, and the facts by which it is judged.

    Args:
        html: as :func:`extract_html`.
        url: its final address.
        charset: of the ``Content-Type`` header.
        timezone: IANA name of the zone in which the source writes dates without one.
        latest: when the page was fetched; it cannot be from later.

    Raises:
        ExtractError: as :func:`extract_html`.
    """
    try:
        canonical = canon_v1(url)
    except ValueError as error:
        raise ExtractError("The page's address is not an absolute http(s) address.", subject=url) from error
    tree = _parse(html if isinstance(html, str) else decode(html, charset), url)
    meta = read_metadata(tree, url, timezone=timezone, latest=latest)
    text = body_text(tree, meta)
    article = Article(
        id=url_id(url),
        url=url,
        canonical_url=canonical,
        title=meta.title,
        text=text,
        language=language_of(text or meta.title, meta.language),
        authors=meta.authors,
        agency=meta.agency or dateline_agency(text),
        published=meta.published.at if meta.published else None,
        published_raw=meta.published.raw if meta.published else "",
        published_from=meta.published_from,
        published_precision=meta.published.precision if meta.published else "",
        modified=meta.modified.at if meta.modified else None,
        description=meta.description,
        section=meta.section,
        keywords=meta.keywords,
        captions=meta.captions,
        image=meta.image,
        site_name=meta.site_name,
        rel_canonical=meta.rel_canonical,
        genre=meta.genre,
        is_free=meta.is_free,
        word_count=count_words(text),
        text_hash=text_hash(text),
        signature=signature(text),
    )
    return article, _facts(tree, meta, text, url)


def count_words(text: str) -> int:
    """Return the number of words; two characters of Chinese or Japanese count as one."""
    characters = len(_CHARACTERS.findall(text))
    return len(_CHARACTERS.sub(" ", text).split()) + characters // 2


def dateline_agency(text: str) -> str:
    """Return the wire service that a text names where agencies sign: in the dateline, or at the very end."""
    first, _, rest = text.partition("\n")
    match = _DATELINE.match(first) or _BARE_DATELINE.match(first)
    if match:
        name = match["name"].strip()
        place = match.groupdict().get("place") or ""
        # "PLACE (Name) —" in capitals is how a wire service signs, known or not.
        shouted = len(re.findall(r"[A-ZÀ-Þ]", place)) >= 3 and place.split(",")[0].isupper()
        return agency_of(name) or (name if shouted and name[:1].isupper() and len(name.split()) <= 4 else "")
    last = (rest or first).rpartition("\n")[2]
    signed = _SIGNED.search(last)
    return next((found for part in signed["name"].split("/") if (found := agency_of(part))), "") if signed else ""


def _parse(html: str, url: str) -> HtmlElement:
    try:
        tree = trafilatura.load_html(html.replace("\x00", "")) if html.strip() else None
    except (ParserError, XMLSyntaxError, ValueError, TypeError) as error:
        raise ExtractError("The page cannot be parsed.", subject=url) from error
    if tree is None:
        raise ExtractError("The page is no HTML.", subject=url)
    return tree


def _facts(tree: HtmlElement, meta: Metadata, text: str, url: str) -> PageFacts:
    links = [(words, one.get("href") or "") for one in tree.iter("a") if (words := text_of(one))]
    # A link to a place on the page is its table of contents, not another article.
    headlines = tuple({words for words, to in links if len(words.split()) >= _HEADLINE_WORDS and to[:1] != "#"})
    lines = text.split("\n") if text else []
    linked = [line.removeprefix("- ").startswith(headlines) for line in lines]
    lead = next((n for n, line in enumerate(lines) if linked[n] or is_prompt(line)), len(lines))
    boxes = (f"{one.get('class') or ''} {one.get('id') or ''}" for one in tree.iter("div", "section", "aside"))
    return PageFacts(
        is_article=meta.is_article,
        types=meta.types,
        og_type=meta.og_type,
        lines=len(lines),
        linked_lines=sum(linked),
        linked_words=sum(len(words.split()) for words, _ in links),
        lead_words=sum(count_words(line) for line in lines[:lead]),
        lead_ends_in_prompt=lead < len(lines) and is_prompt(lines[lead]),
        linked_share=sum(linked[lead:]) / len(lines[lead:]) if lead < len(lines) else 0.0,
        body_words=count_words(meta.body),
        declared_words=meta.declared_words,
        is_hidden=meta.is_free is False and bool(meta.body) and not is_shown(text, tree),
        depth=len([part for part in urlsplit(url).path.split("/") if part]),
        has_query=bool(urlsplit(url).query),
        in_films=bool(_FILMS.search(urlsplit(url).path)),
        has_video=next(tree.iter("video"), None) is not None or bool(tree.xpath("//meta[@property='og:video']")),
        has_paywall=any(_PAYWALL_BOX.search(box) for box in boxes),
        ends_in_prompt=asks_to_subscribe(text),
    )
