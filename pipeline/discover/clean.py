"""Titles, summaries and links of a list, made fit to keep."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urljoin

from pipeline.identity import canon_v1

#: Bytes, also of the canonical form. More can be no key in the ledger, and names no article.
_MAX_LINK = 2000
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>|<![A-Za-z\[][^<>]*>", re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|td|tr|table|blockquote)\b[^<>]*>", re.IGNORECASE)
_SILENT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
#: Controls of direction and characters without width. The joiners U+200C and U+200D are not among them: Persian
#: and Indic words and emoji are spelt with them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_JOINER = re.compile(
    "(?<=[\u0000-\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\u0000-\u024f])|^[\u200c\u200d]+|[\u200c\u200d]+$"
)
_ENDLESS = re.compile(r"&#(?:[0-9]{9,}|[xX][0-9a-fA-F]{9,});?")  # beyond what html.unescape takes
_NOWHERE = re.compile(r"https?:/*|//+|#(?!!).*", re.IGNORECASE)
#: A link that ``urljoin`` would give back as it is.
_WHOLE = re.compile(r"https?://[^\s/?#;]+/[^\s?#;]*(?:\?[^\s#;]+)?")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def clean_text(raw: str, limit: int) -> str:
    """Return a title or summary as plain text: no markup, no entities (escaped twice neither), no invisibles.

    Args:
        raw: text or HTML.
        limit: longest result, in characters; cut at a word, with an ellipsis.
    """
    text = raw[: limit * 20]
    if not text:
        return ""
    for _ in range(3):
        before = text
        text = _ENDLESS.sub("\ufffd", text)
        text = html.unescape(_TAG.sub("", _BLOCK.sub(" ", _SILENT.sub(" ", text))))
        if text == before:
            break
    text = _INVISIBLE.sub("", _CONTROL.sub(" ", text))
    text = " ".join(unicodedata.normalize("NFC", _JOINER.sub("", text)).split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return cut.rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def kept_raw(raw: str, limit: int) -> str:
    """Return what a list wrote, as it can be stored: cut, without control characters and lone surrogates."""
    return _CONTROL.sub("\ufffd", raw[:limit]).strip()


def clean_link(raw: str, base: str) -> str:
    """Return a link as an absolute http(s) address.

    Args:
        raw: as the list gave it; may be relative, hold line breaks, spaces or escaped ampersands.
        base: what it is relative to.

    Raises:
        ValueError: it is none, in words.
    """
    text = re.sub(r"[\t\r\n]", "", raw).strip()
    if not text or _NOWHERE.fullmatch(text):
        raise ValueError("no link")
    if len(text) > 2 * _MAX_LINK:
        raise ValueError(f"a link of {len(text)} characters")
    text = _INVISIBLE.sub("", text).replace("&amp;", "&")
    text = text.replace(" ", "%20")
    link = text if _WHOLE.fullmatch(text) else urljoin(base, text)
    size = max(len(canon_v1(link)), len(link.encode()))
    if size > _MAX_LINK:
        raise ValueError(f"a link of {size} bytes")
    return link
