"""What kind of page came back. Pure.

A wall (consent, challenge, log-in) stands *in place of* an article, so a page that carries an article's worth of
text is never taken for one, whatever banner, log-in link or word it also carries.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.fetch import walls
from pipeline.http.status import may_pass, reason_for
from pipeline.records import Reason

__all__ = ["classify", "may_pass"]

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_UNTOLD_TYPES = frozenset({"", "application/octet-stream", "text/plain", "application/xml", "text/xml"})
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|article|p)\b", re.IGNORECASE)
_MAX_LOOKED_AT = 1_000_000  # characters
#: Words in paragraphs from which on a page carries an article.
_ARTICLE_WORDS = 150
#: The most words that a wall's page has in all.
_WALL_WORDS = 450
#: The same for one that holds nothing but a request for cookies.
_ASKS_WORDS = 80
#: The most words in paragraphs of a page that says "not found".
_NOT_FOUND_WORDS = 80
#: The most words in paragraphs that a challenge has.
_CHALLENGE_WORDS = 80
#: Refusals behind which a challenge may stand.
_MAY_BE_CHALLENGE = frozenset({Reason.FORBIDDEN, Reason.SERVER_ERROR, Reason.RATE_LIMITED, Reason.HTTP_ERROR})
#: The most words of a page that is told as a challenge by its scripts alone.
_BARE_WORDS = 120

#: The most words of paragraphs without a word of consent that a consent wall has.
_OTHER_WORDS = 25

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)[^<>]*>|<[^<>]*>")
#: What is not shown, or is not content.
_OPAQUE = frozenset({"script", "style", "template", "svg", "noscript", "nav", "header", "footer", "select", "iframe"})
#: Of these, what swallows the rest of the page where it is never closed, as in a browser.
_SWALLOWS = frozenset({"script", "style", "template", "svg", "noscript", "select", "iframe"})
_BLOCKS = frozenset(
    {"article", "aside", "blockquote", "body", "div", "figure", "form", "h1", "h2", "h3", "h4", "li", "main", "ol", "p"}
    | {"section", "table", "td", "ul"}
)
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{0,500})", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9._-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Look:
    """What is seen of a page at a glance.

    Attributes:
        title: its ``<title>``, else its first heading.
        heading: its first heading.
        words: words outside of scripts, navigation and footers.
        article_words: words in paragraphs of at least ten words.
        text: those words, the first few thousand characters.
        paragraphs: the first hundred paragraphs.
        password: whether it has a password field.
        source: the page's source, the first million characters.
    """

    title: str
    heading: str
    words: int
    article_words: int
    text: str
    paragraphs: tuple[str, ...]
    password: bool
    source: str


def classify(status: int, headers: Mapping[str, str], body: bytes, url: str, final_url: str) -> Reason | None:
    """Say why an answer is no page to read an article from, or ``None`` where it may be one.

    Args:
        status: of the last hop.
        headers: names in lower case.
        body: content encoding undone.
        url: as asked for.
        final_url: after redirects.
    """
    if _says_challenge(status, headers):
        return Reason.CHALLENGE
    reason = reason_for(status, headers)
    if reason is not None:
        return Reason.CHALLENGE if reason in _MAY_BE_CHALLENGE and _is_challenge(look(body)) else reason
    if not _is_html(headers, body):
        return Reason.NOT_HTML
    seen = look(body)
    if seen.article_words >= _ARTICLE_WORDS:
        return None
    moved = _address(url) != _address(final_url)
    if _is_challenge(seen):
        return Reason.CHALLENGE
    if _is_consent(seen, final_url, moved=moved):
        return Reason.CONSENT
    if _is_login(seen, final_url, moved=moved):
        return Reason.LOGIN
    if _is_not_found(seen, url, final_url, moved=moved):
        return Reason.SOFT_404
    return None


def look(body: bytes) -> Look:
    """Look at a page without building its tree: one pass, in time proportional to its size whatever it holds."""
    source = _decoded(body)
    blocks = _blocks(source)
    title = _TITLE.search(source)
    heading = next((text for name, text in blocks if name == "h1" and text), "")
    paragraphs = [text for name, text in blocks if name == "p" and text]
    return Look(
        title=_plain(title[1]) if title else heading,
        heading=heading,
        words=sum(_count(text) for _, text in blocks),
        article_words=sum(count for text in paragraphs if (count := _count(text)) >= 10),
        text=" ".join(text for _, text in blocks[:500])[:5000],
        paragraphs=tuple(paragraphs[:100]),
        password=walls.PASSWORD.search(source) is not None,
        source=source,
    )


def _is_html(headers: Mapping[str, str], body: bytes) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _HTML_TYPES:
        return not body[:1024].lstrip().startswith((b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff"))
    return kind in _UNTOLD_TYPES and _LOOKS_LIKE_HTML.search(body[:4096]) is not None


def _says_challenge(status: int, headers: Mapping[str, str]) -> bool:
    """Whether the header says that a guard of the host stands before the page."""
    return (
        headers.get("cf-mitigated", "").lower() == "challenge"
        or headers.get("x-amzn-waf-action", "").lower() in {"challenge", "captcha"}
        or ("x-datadome" in headers and status in {403, 405, 429})  # its mark is on pages that passed, too
    )


def _is_challenge(seen: Look) -> bool:
    if seen.words > _WALL_WORDS or seen.article_words > _CHALLENGE_WORDS:
        return False
    return bool(walls.CHALLENGE_TITLE.search(seen.title)) or (
        seen.words < _BARE_WORDS and walls.CHALLENGE_MARK.search(seen.source) is not None
    )


def _is_consent(seen: Look, final_url: str, *, moved: bool) -> bool:
    parts = urlsplit(final_url)
    if moved and (walls.CONSENT_HOST.search(parts.hostname or "") or walls.CONSENT_PATH.search(parts.path)):
        return True
    if seen.words > _WALL_WORDS:
        return False
    if seen.words <= _ASKS_WORDS and walls.ASKS_FOR_COOKIES.search(f"{seen.title} {seen.text}"):
        return True
    if walls.CONSENT_TITLE.search(f"{seen.title} {seen.heading}"):
        return _signs(seen) >= 2
    other = sum(_count(text) for text in seen.paragraphs if not walls.CONSENT_TEXT.search(text))
    return other < _OTHER_WORDS and _signs(seen) >= 6


def _signs(seen: Look) -> int:
    """Different words of consent in the page's text."""
    return len({found.group().lower().rstrip("s") for found in walls.CONSENT_TEXT.finditer(seen.text)})


def _is_login(seen: Look, final_url: str, *, moved: bool) -> bool:
    if moved and walls.LOGIN_PATH.search(urlsplit(final_url).path):
        return True
    return (
        seen.password
        and seen.words <= _WALL_WORDS
        and bool(walls.LOGIN_TITLE.search(seen.title) or walls.LOGIN_TITLE.search(seen.heading))
    )


def _is_not_found(seen: Look, url: str, final_url: str, *, moved: bool) -> bool:
    if moved and urlsplit(url).path.strip("/") and urlsplit(final_url).path.strip("/") in {"", "404", "index.html"}:
        return True  # led to the front page
    if seen.article_words >= _NOT_FOUND_WORDS:
        return False
    return any(len(text) < 120 and walls.NOT_FOUND.search(text) for text in (seen.title, seen.heading))


def _address(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")


def _decoded(body: bytes) -> str:
    charset = _CHARSET.search(body[:2048])
    name = charset[1].decode("ascii") if charset else "utf-8"
    raw = body[: _MAX_LOOKED_AT * 2]
    try:
        return raw.decode(name, errors="replace")[:_MAX_LOOKED_AT]
    except (LookupError, ValueError):
        return raw.decode("utf-8", errors="replace")[:_MAX_LOOKED_AT]


def _blocks(source: str) -> list[tuple[str, str]]:
    """The page's text in order, cut at block elements; each piece with the name of the element that opened it."""
    lower = source.lower()
    closed: dict[str, bool] = {}  # whether an element that was met is closed further on
    blocks: list[tuple[str, str]] = []
    pieces: list[str] = []
    inside = ""
    at = 0
    while found := _TAG.search(source, at):
        pieces.append(source[at : found.start()])
        at = found.end()
        name = (found[2] or "").lower()
        if name in _OPAQUE and not found[1] and closed.get(name, True):
            end = lower.find(f"</{name}", at)
            closed[name] = end >= 0
            if end >= 0:
                at = end
            elif name in _SWALLOWS:
                at = len(source)
        elif name in _BLOCKS:
            blocks.append((inside, _plain(" ".join(pieces))))
            pieces.clear()
            inside = "" if found[1] else name
    pieces.append(source[at:])
    blocks.append((inside, _plain(" ".join(pieces))))
    return [block for block in blocks if block[1]]


def _plain(markup: str) -> str:
    return " ".join(html.unescape(markup).split())


def _count(text: str) -> int:
    """Words; a script without spaces counts two characters as a word."""
    dense = len(re.findall(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", text))
    return len(text.split()) + dense // 2
