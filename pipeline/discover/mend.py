"""Documents mended before they are parsed: no list is lost to one bad byte.

Every mending is named in the list of faults, so that a broken feed can be told from a sound one.
"""

from __future__ import annotations

import codecs
import html.entities
import re

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
_TWICE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]"
)
_ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|rdf|urlset|sitemapindex|channel)\b", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_LITERAL = re.compile(r"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#(\d{1,20});|#[xX]([0-9a-fA-F]{1,16});|([A-Za-z][A-Za-z0-9]{1,31});)?")
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
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_other(body, declared, error)
    faults = []
    if declared not in {"", "utf-8", "utf8"}:
        faults.append(f"declared {declared}, is utf-8")
    once = _encoded_twice(text)
    return (once, [*faults, "encoded twice"]) if once is not None else (text, faults)


def mend_xml(text: str) -> tuple[str, list[str]]:
    """Make XML of what was meant as XML: no junk before it, no DTD, no characters or references it must not hold.

    Entity declarations are dropped, so nothing expands. The result declares UTF-8.

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
    counts = {"bad character references": 0, "undefined entities": 0, "bare ampersands": 0}

    def mend(found: re.Match[str]) -> str:
        decimal, hexadecimal, name = found.groups()
        if name is not None:
            if name in _PREDEFINED:
                return found.group()
            meant = html.entities.html5.get(name + ";")
            if meant is not None:
                return "".join(f"&#{ord(c)};" for c in meant)
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
        return found.group()

    parts = _LITERAL.split(text)
    parts[::2] = [_REFERENCE.sub(mend, part) for part in parts[::2]]
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
    for name in dict.fromkeys((declared, in_document)):
        if not name or name.startswith(("utf-16", "utf-32", "unicode", "utf-7")):
            continue
        if name in {"utf-8", "utf8"}:
            # One bad byte in a UTF-8 document costs one character; a document that breaks throughout is another.
            bad = body.decode("utf-8", errors="replace").count("\ufffd")
            high = sum(1 for byte in body[:200_000] if byte >= 0xC2)
            if bad * 4 <= high:
                return body.decode("utf-8", errors="replace"), [f"{bad} bytes that are not utf-8"]
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
        return None


def _byte(character: str) -> bytes:
    return bytes([ord(character)]) if ord(character) < 0x100 else character.encode("cp1252")
