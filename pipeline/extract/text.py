"""The article's text: what trafilatura finds, without the furniture that it lets through.

Paragraphs, list items and subheads are lines. A line is furniture by what surrounds an article on any site:
the title or the summary once more, a byline, a credit, an invitation to subscribe, share or read on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from copy import deepcopy

import trafilatura
from lxml.html import HtmlElement

from pipeline.extract.markup import captions_in, text_of
from pipeline.extract.metadata import Metadata
from pipeline.extract.phrases import CREDIT, INVITATION, POINTER, STAMP, SUBSCRIBE_TO_READ, WHOLE_LINE

_BYLINE = re.compile(r"^(?:by|von|par|por|di)\s+\S", re.IGNORECASE)
_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:standfirst|dek|deck|sub-?title|sub-?head(?:ing|line)?|ingress|summary|excerpt|vorspann|chapo|entradilla)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BYLINE_WORDS = 14  # paragraphs are longer
_TELLING = 25  # letters; shorter lines match a title or a summary by chance
_SHORT = 220  # furniture is not longer
_HEAD = 6  # lines in which title, summary and byline may be repeated
_TAIL = 4
_MANY_WORDS = 60
_PROBE = 30  # letters


def body_text(tree: HtmlElement, meta: Metadata) -> str:
    """Return the text of a page's article, lines separated by one line feed; empty where there is none.

    Args:
        tree: the page; it is not changed.
        meta: what the page says about the article.
    """
    bare = deepcopy(tree)
    for caption in captions_in(bare):
        caption.drop_tree()
    lines = _lines((trafilatura.extract(bare, include_comments=False, output_format="txt") or "").splitlines())
    summary = _key(meta.description)
    is_repeated = any(_key(line) == summary for line in lines[:_HEAD])
    kept = drop_furniture(lines, meta, set_apart=is_repeated and _set_apart(tree, summary))
    told = _lines(meta.body.splitlines())
    # Pages that are built in the browser carry their text in JSON-LD alone; trafilatura folds it to one line.
    if _words(told) >= _MANY_WORDS and (_words(told) > 3 * _words(kept) or (len(kept) == 1 < len(told))):
        kept = drop_furniture(told, meta)
    return "\n".join(kept)


def drop_furniture(lines: Sequence[str], meta: Metadata, *, set_apart: bool = False) -> list[str]:
    """Return an article's lines without those that are no part of it.

    Args:
        lines: as extracted.
        meta: title, summary and authors of the page.
        set_apart: the page shows its summary as a standfirst, apart from the paragraphs.
    """
    title, summary = _key(meta.title), _key(meta.description) if set_apart else ""
    authors = {key for name in meta.authors if (key := _key(name))}
    kept: list[str] = []
    for place, line in enumerate(lines):
        key = _key(line)
        if not key or _is_furniture(line):
            continue
        if not kept and (_repeats(key, title) or (key == summary and len(lines) > 2)):
            continue
        if place < _HEAD and (STAMP.match(line) or _is_byline(line, key, authors)):
            continue
        kept.append(line)
    while len(kept) > 1 and STAMP.match(kept[-1]):
        kept.pop()
    return kept


def asks_to_subscribe(text: str) -> bool:
    """Whether a text's last lines ask to subscribe or log in before reading on."""
    return any(is_prompt(line) for line in text.split("\n")[-_TAIL:])


def is_shown(text: str, tree: HtmlElement) -> bool:
    """Whether a page shows its readers a text, or has it for machines only (in JSON-LD): probed from its middle on."""
    key = _key(text)
    if len(key) < _PROBE * 8:
        return True
    shown = _key(" ".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::template)]")))
    places = (len(key) // 2, len(key) * 3 // 4, len(key) - _PROBE)
    return sum(key[at : at + _PROBE] in shown for at in places) >= 2


def is_prompt(line: str) -> bool:
    """Whether a line asks to subscribe or log in before reading on."""
    return len(line) <= 300 and SUBSCRIBE_TO_READ.search(line) is not None


def _set_apart(tree: HtmlElement, key: str) -> bool:
    """Whether the summary stands on the page as an element of its own, not as one paragraph among others.

    Pages without a summary of their own give their first paragraph as one; that is text.
    """
    if len(key) <= _TELLING:
        return False
    shown = [one for one in tree.iter("p", "div", "h2", "h3", "h4", "span", "strong", "b") if _key(text_of(one)) == key]
    return any(_is_standfirst(one) for one in shown) or (
        bool(shown)
        and not any(len(text_of(other).split()) > _BYLINE_WORDS for one in shown for other in _neighbours(one))
    )


def _is_standfirst(element: HtmlElement) -> bool:
    if _STANDFIRST.search(element.get("class") or ""):
        return True
    return next(element.iterancestors("header"), None) is not None


def _neighbours(element: HtmlElement) -> list[HtmlElement]:
    return [*element.itersiblings("p"), *element.itersiblings("p", preceding=True)]


def _repeats(key: str, title: str) -> bool:
    return bool(title) and (key == title or (len(key) > _TELLING and key in title))


def _is_byline(line: str, key: str, authors: Iterable[str]) -> bool:
    if key in authors:
        return True
    return bool(_BYLINE.match(line)) and len(line.split()) <= _BYLINE_WORDS and any(name in key for name in authors)


def _is_furniture(line: str) -> bool:
    bare = line.removeprefix("- ").strip()
    if len(bare) > _SHORT:
        return False
    return any(pattern.match(bare) for pattern in (WHOLE_LINE, INVITATION, POINTER, CREDIT))


def _lines(raw: Iterable[str]) -> list[str]:
    return [line for one in raw if (line := _line(one))]


def _line(raw: str) -> str:
    return " ".join(unicodedata.normalize("NFC", raw).replace("\u200b", "").replace("\ufeff", "").split())


def _words(lines: Sequence[str]) -> int:
    return sum(len(line.split()) for line in lines)


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
