"""From bytes to text: which encoding a page is in."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_:.\-]+)""", re.IGNORECASE)
_HEAD = 4096

#: What pages mean by a label (WHATWG Encoding Standard): the wider of two encodings under one name.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}

#: Encodings whose bytes are also valid ASCII: only the declaration tells.
_DISGUISED = frozenset({"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz"})

_SAMPLE = 100_000


def decode(data: bytes, charset: str = "") -> str:
    """Return a page's text.

    A byte order mark decides; then UTF-8 where the bytes are valid UTF-8 (pages that declare another encoding
    by mistake are common, other text that is valid UTF-8 by chance is not); then the declared encoding, the
    header's before the page's own; then what the bytes look like. Never fails: what cannot be read becomes
    U+FFFD.

    Args:
        data: the page, content encoding undone.
        charset: of the ``Content-Type`` header, empty where it names none.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    declared = [name for name in (_codec(charset), _codec(_declared(data))) if name]
    tried = [*(name for name in declared if name in _DISGUISED), "utf-8", *declared]
    for name in tried:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    if "utf-8" in declared:  # a few broken bytes in a page that says what it is
        return data.decode("utf-8", errors="replace")
    best = from_bytes(data[:_SAMPLE]).best()
    return data.decode(best.encoding if best else "cp1252", errors="replace")


def _declared(data: bytes) -> str:
    head = data[:_HEAD]
    found = _META.search(head) or _XML.search(head)
    return found.group(1).decode("ascii") if found else ""


def _codec(label: str) -> str:
    """Return Python's codec for a label, "" for none, for UTF-16 without a mark and for what is no text."""
    try:
        info = codecs.lookup(label.strip().strip("\"'")) if label else None
    except (LookupError, ValueError):
        return ""
    # A page that could be searched for its declaration is not in UTF-16, whatever it declares.
    if (
        info is None
        or not getattr(info, "_is_text_encoding", True)
        or info.name.startswith(("utf-16", "utf-32", "utf-7"))
    ):
        return ""
    return _MEANT.get(info.name, info.name)
