"""Documents mended before they are parsed: no list is lost to one bad byte.

Every mending is named in the list of faults, so that a broken feed can be told from a sound one.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from collections import deque

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: What a name means on the web (WHATWG Encoding), where Python takes it at its word.
_MEANT = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "shift-jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "tis-620": "cp874",
    "iso-8859-11": "cp874", "big5": "big5hkscs", "windows-31j": "cp932", "unicode": "utf-16",
}  # fmt: skip
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([A-Za-z0-9._:-]+)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_LEADS = bytes(range(0xC2, 0x100))  # bytes that begin a character in UTF-8, or none at all
_TWICE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]"
)
#: A run of characters that may be one of UTF-8's, taken for windows-1252.
_TWICE_RUN = re.compile(
    "(?:[\u00c2-\u00df][\u0080-\u00bfX]|[\u00e0-\u00ef][\u0080-\u00bfX]{2}|[\u00f0-\u00f4][\u0080-\u00bfX]{3})+".replace(
        "X", "\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac"
    )
)
_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf|urlset|sitemapindex|channel)\b", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ITEMS = {"feed": "entry", "urlset": "url", "sitemapindex": "sitemap"}  # of a root; else item
_CHILD = re.compile(
    r"[^<]*(?:(?:<!--.*?-->|<!\[CDATA\[.*?\]\]>)[^<]*)*"
    r"<([A-Za-z_][\w.:-]{0,60})((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_LITERAL = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#(\d{1,20});|#[xX]([0-9a-fA-F]{1,16});|([A-Za-z][A-Za-z0-9]{1,31});)?")
_LONG_TAG = re.compile(r"<[A-Za-z_][^<>]{4000,}>")
_ATTRIBUTE = re.compile(r"\s([\w:.-]{1,100})\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_MOST_ATTRIBUTES = 100  # of a tag; a parser may take time by the square of them
#: The fault of a document that ends within an item.
CUT_IN_ITEM = "cut off in its last item"
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})


def decode_document(body: bytes, content_type: str) -> tuple[str, list[str]]:
    """Decode a document: byte order mark, shape, header, declaration; UTF-8 where it is, whatever is declared.

    Returns:
        The text and the faults met.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            text = body[len(mark) :].decode(encoding, errors="replace")
            return text, ["undecodable bytes"] if "\ufffd" in text else []
    wide = _wide(body)
    if wide:
        return body.decode(wide, errors="replace"), [f"{wide} without a byte order mark"]
    if body.isascii():
        # Stateful encodings write everything with ASCII bytes.
        stateful = _declared(body, content_type).startswith(("iso-2022", "iso2022", "hz"))
        return body.decode(_declared(body, content_type) if stateful else "ascii", errors="replace"), []
    declared = _declared(body, content_type)
    faults = []
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return _decode_other(body, declared, error)
        text = body[: error.start].decode("utf-8")
        faults.append("cut off within a character")
    if declared not in {"", "utf-8", "utf8"}:
        faults.append(f"declared {declared}, is utf-8")
    once = _encoded_twice(text)
    return (once, [*faults, "encoded twice"]) if once is not None else (text, faults)


def mend_xml(text: str) -> tuple[str, list[str]]:
    """Make XML of what was meant as XML: no junk before it, no DTD, no characters or references it must not hold.

    Entity declarations are dropped, so nothing expands. Of a document that is cut off, what is whole is kept, and
    no half address or half date with it. The result declares UTF-8.

    Returns:
        The text and the faults met.
    """
    faults: list[str] = []
    text, controls = _ILLEGAL.subn("", text)
    if controls:
        faults.append(f"{controls} characters that XML forbids")
    root = _ROOT.search(text)
    if root is not None:
        prolog, text = text[: root.start()], text[root.start() :]
        if not prolog.lstrip().startswith("<") and prolog.strip():
            faults.append("junk before the document")
        elif prolog != prolog.lstrip() and "<?xml" in prolog:
            faults.append("white space before the XML declaration")
        if "<!ENTITY" in prolog:
            faults.append("entity declarations ignored")
        text, cut = _close_cut(text, root.group()[1:])
        if cut:
            faults.append(cut)
    counts = {"bad character references": 0, "undefined entities": 0, "bare ampersands": 0}

    def mend(found: re.Match[str]) -> str:
        decimal, hexadecimal, name = found.groups()
        if name is not None:
            if name in _PREDEFINED:
                return found.group()
            meant = html.entities.html5.get(name + ";")
            if meant is not None:
                return "".join(c if ord(c) > 0x7F else f"&#{ord(c)};" for c in meant)
            counts["undefined entities"] += 1
            return f"&amp;{name};"
        if decimal is None and hexadecimal is None:
            counts["bare ampersands"] += 1
            return "&amp;"
        number = int(decimal) if decimal is not None else int(hexadecimal, 16)
        if 0x80 <= number <= 0x9F:  # meant as windows-1252
            return bytes([number]).decode("cp1252", errors="replace")
        legal = number in {9, 10, 13} or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or number > 0xFFFF
        if not legal or number > 0x10FFFF:
            counts["bad character references"] += 1
            return "\ufffd"
        return chr(number) if number > 0x9F else found.group()

    parts = _LITERAL.split(text)
    parts[::2] = [_LONG_TAG.sub(_fewer_attributes, _REFERENCE.sub(mend, part)) for part in parts[::2]]
    faults += [f"{count} {what}" for what, count in counts.items() if count]
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "".join(parts), faults


def cut_items(text: str, limit: int) -> tuple[str, int]:
    """Keep the first items of a feed and what stands behind the last one.

    Returns:
        The text, and how many items were cut out.
    """
    starts = [found.start() for found in re.finditer(r"<(?:\w{1,20}:)?(?:item|entry)[\s>]", text)]
    if len(starts) <= limit:
        return text, 0
    ends = list(re.finditer(r"</(?:\w{1,20}:)?(?:item|entry)\s*>", text[starts[-1] :]))
    behind = text[starts[-1] + ends[-1].end() :] if ends else ""
    return text[: starts[limit]] + behind, len(starts) - limit


def _fewer_attributes(found: re.Match[str]) -> str:
    """A tag without most of its attributes, where they are very many; name spaces are kept."""
    tag = found.group()
    attributes = list(_ATTRIBUTE.finditer(tag))
    if len(attributes) <= _MOST_ATTRIBUTES:
        return tag
    kept = [a.group() for n, a in enumerate(attributes) if n < _MOST_ATTRIBUTES or a[1].startswith("xmlns")]
    return tag[: attributes[0].start()] + "".join(kept) + ("/>" if tag.endswith("/>") else ">")


def _close_cut(text: str, root: str) -> tuple[str, str]:
    """Close a document that ends before its root does: behind the last whole element of its last item.

    Returns:
        The text, and the fault; both as they were where the root ends.
    """
    if re.search(rf"</{re.escape(root)}\s*>", text, re.IGNORECASE):
        return text, ""
    item = _ITEMS.get(root.rpartition(":")[2].lower(), "item")
    starts = deque(re.finditer(rf"<((?:\w{{1,20}}:)?{item})(?=[\s>])", text, re.IGNORECASE), maxlen=1)
    if not starts:
        return text, "cut off before its first item"
    start, name = starts[0].start(), starts[0][1]
    closed = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE).search(text, start)
    end = closed.end() if closed else _whole_children(text, start)
    body, fault = text[:end], "cut off behind its last item"
    if closed is None and end > start:
        fault = CUT_IN_ITEM
        body += f"</{name}>"
    channel = re.search(r"<(channel)\b", text, re.IGNORECASE)
    is_open = channel is not None and not re.search(r"</channel\s*>", body, re.IGNORECASE)
    if is_open and channel is not None and root.lower() != "channel":
        body += f"</{channel[1]}>"
    return body + f"</{root}>", fault


def _whole_children(text: str, start: int) -> int:
    """Where the last whole child of the item at ``start`` ends; ``start`` itself if it has none."""
    opened = text.find(">", start)
    if opened < 0:
        return start
    at = end = opened + 1
    while child := _CHILD.match(text, at):
        if child[2].endswith("/"):
            at = end = child.end()
            continue
        close = re.compile(rf"</{re.escape(child[1])}\s*>").search(text, child.end())
        if close is None:
            break
        at = end = close.end()
    return end if end > opened + 1 else start


def _wide(body: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark, told by where the zero bytes of the first character are."""
    head = body[:64].lstrip(b"\x00 \t\r\n")[:1]
    if head not in {b"<", b"{", b"["}:
        return ""
    zeros = "".join("0" if byte == 0 else "x" for byte in body[:4])
    return {"000x": "utf-32-be", "x000": "utf-32-le", "0x0x": "utf-16-be", "x0x0": "utf-16-le"}.get(zeros, "")


def _declared(body: bytes, content_type: str) -> str:
    header = _CHARSET.search(content_type)
    declaration = _DECLARATION.search(body[:2048])
    name = header[1] if header else declaration[1].decode("ascii") if declaration else ""
    return name.lower()


def _decode_other(body: bytes, declared: str, error: UnicodeDecodeError) -> tuple[str, list[str]]:
    """Decode what is not UTF-8 throughout."""
    declaration = _DECLARATION.search(body[:2048])
    in_document = declaration[1].decode("ascii").lower() if declaration else ""
    bad = body.decode("utf-8", errors="replace").count("\ufffd")
    high = len(body) - len(body.translate(None, delete=_LEADS))
    # One bad byte in a UTF-8 document costs one character; a document that breaks throughout is another. What is
    # declared to be another has to look very much like it.
    is_utf8 = bad * 4 <= high if {declared, in_document} <= {"", "utf-8", "utf8"} else bad * 20 <= high
    if is_utf8:
        return body.decode("utf-8", errors="replace"), [f"{bad} bytes that are not utf-8"]
    for name in dict.fromkeys((declared, in_document)):
        if not name or name.startswith(("utf-16", "utf-32", "unicode", "utf-7")):
            continue
        if name in {"utf-8", "utf8"}:
            continue
        try:
            encoding = _MEANT.get(name, name)
            text = body.decode(encoding, errors="strict" if encoding != "cp1252" else "replace")
        except (LookupError, UnicodeError, ValueError):
            continue
        return text, []
    text = body.decode("cp1252", errors="replace")
    return text, [f"declared {declared or 'nothing'}, is not; read as windows-1252 (byte {error.start})"]


def _encoded_twice(text: str) -> str | None:
    """The text once decoded, where UTF-8 was taken for windows-1252 and encoded again; else ``None``."""
    if len(_TWICE.findall(text)) < 3:
        return None
    try:
        return b"".join(_byte(c) for c in text).decode("utf-8")
    except (UnicodeError, ValueError):
        pass
    # Not all of it was: then what can be undone is, run by run, if that is most of what is not ASCII.
    undone = 0

    def undo(found: re.Match[str]) -> str:
        nonlocal undone
        try:
            once = b"".join(_byte(c) for c in found.group()).decode("utf-8")
        except (UnicodeError, ValueError):
            return found.group()
        undone += len(found.group())
        return once

    mended = _TWICE_RUN.sub(undo, text)
    wide = sum(not c.isascii() for c in text)
    return mended if undone >= 10 and undone * 2 > wide else None


def _byte(character: str) -> bytes:
    return bytes([ord(character)]) if ord(character) < 0x100 else character.encode("cp1252")
