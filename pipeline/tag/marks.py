"""Quotation marks of every style, paired paragraph by paragraph.

A quote goes on in the next paragraph only where that begins with the mark again. What opens and is never closed ends
before its sentence's cue, else with its paragraph.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.records import FieldName

_CLOSERS = {
    "“": '”“"',
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"”',
    "''": "''",
    "‘": "’'",
    "'": "'’",
    "”": "”",
    "‟": "”",
}
_SINGLE = frozenset("‘'")
#: Marks that open wherever they stand; the others only where a word begins.
_ALWAYS_OPEN = frozenset("“„«‹「『‟")
_CUT_BEFORE_CUE = re.compile(
    r"[,.!?…](?=\s+(?:[\w.’'-]+\s+){0,4}?(?:said|says|added|told|replied|wrote|warned|asked)\b)"
)
#: A transcript's next speaker.
_TURN = re.compile(r"\W{1,2}(?:[A-Z][A-Z.'’ -]+:|\()")
#: A quote that repeats its opening mark is followed over this many paragraphs.
_MOST_PARAGRAPHS = 12
#: Marked stretches that are read in one text; what has more of them is no article.
_MOST_MARKED = 400


class Marked(NamedTuple):
    """A stretch between marks: offsets without the marks, and those with them."""

    field: FieldName
    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool


def marked(text: str, field: FieldName = "text") -> list[Marked]:
    """Pair quotation marks of every style, paragraph by paragraph."""
    spans: list[Marked] = []
    offset = 0
    pending: tuple[int, str] | None = None  # inner start and mark of a quote that may go on
    pending_end = 0
    pending_count = 0
    for paragraph in text.split("\n"):
        position = 0
        if pending is not None and not paragraph.strip():
            offset += len(paragraph) + 1
            continue
        if pending is not None:
            start, mark = pending
            if paragraph.startswith(mark) and pending_count < _MOST_PARAGRAPHS and not _TURN.match(paragraph):
                close = _closing(paragraph, len(mark), mark)
                if close is None:
                    pending_end, pending_count = offset + len(paragraph), pending_count + 1
                    offset += len(paragraph) + 1
                    continue
                spans.append(Marked(field, start, offset + close, start - len(mark), offset + close + len(mark), True))
                position = close + len(mark)
            else:
                spans.append(_unclosed(text, field, start, pending_end, mark))
            pending = None
        hopeless: set[str] = set()  # marks that nothing closes from here on
        while (opening := _opening(paragraph, position, hopeless)) is not None:
            at, mark = opening
            inner = at + len(mark)
            close = _closing(paragraph, inner, mark)
            if close is not None:
                if close > inner:
                    spans.append(
                        Marked(field, offset + inner, offset + close, offset + at, offset + close + len(mark), True)
                    )
                position = close + len(mark)
            elif mark in _SINGLE or mark == "''":
                hopeless.add(mark)
                position = inner
            else:
                pending, pending_end, pending_count = (offset + inner, mark), offset + len(paragraph), 1
                break
        if len(spans) > 2 * _MOST_MARKED:
            pending = None
            break
        offset += len(paragraph) + 1
    if pending is not None:
        spans.append(_unclosed(text, field, pending[0], pending_end, pending[1]))
    return [_tight(text, span) for span in spans if text[span.start : span.end].strip()][:_MOST_MARKED]


def nested(text: str, span: Marked) -> Iterator[Marked]:
    """The stretches in single marks inside one in double marks, or the reverse: quotes within a quote."""
    mark = text[span.outer_start : span.start].strip()[:1]
    for inner in marked(text[span.start : span.end], span.field):
        used = text[span.start + inner.outer_start]
        if inner.closed and used != mark:
            yield inner._replace(
                start=span.start + inner.start,
                end=span.start + inner.end,
                outer_start=span.start + inner.outer_start,
                outer_end=span.start + inner.outer_end,
            )


def _tight(text: str, span: Marked) -> Marked:
    inner = text[span.start : span.end]
    return span._replace(
        start=span.start + len(inner) - len(inner.lstrip()), end=span.end - len(inner) + len(inner.rstrip())
    )


def _unclosed(text: str, field: FieldName, start: int, end: int, mark: str) -> Marked:
    first_line = text.find("\n", start, end)
    end = end if first_line < 0 else first_line
    cut = _CUT_BEFORE_CUE.search(text, start, end)
    end = cut.end() if cut else end
    return Marked(field, start, end, start - len(mark), end, False)


def _opening(paragraph: str, position: int, hopeless: set[str]) -> tuple[int, str] | None:
    for i in range(position, len(paragraph)):
        char = paragraph[i]
        if char not in _CLOSERS or char in hopeless:
            continue
        before = paragraph[i - 1] if i else " "
        after = paragraph[i + 1] if i + 1 < len(paragraph) else " "
        if char == "'" == after and not before.isalnum() and "''" not in hopeless:
            return i, "''"
        if after.isspace() and char != "«":
            continue
        if char in _ALWAYS_OPEN:
            return i, char
        if before.isalnum() or (char in "\"'”»" and before in ".,!?;…"):
            continue
        if char in _SINGLE and not (after.isalpha() or after in '“"…['):
            continue
        return i, char
    return None


def _closing(paragraph: str, position: int, mark: str) -> int | None:
    if mark == "''":
        found = paragraph.find(mark, position)
        return found if found >= 0 else None
    closers = _CLOSERS[mark]
    weak = None
    for i in range(position, len(paragraph)):
        char = paragraph[i]
        if char not in closers:
            continue
        if (mark == "“" and char in '“"') or (mark == '"' and char == "”"):
            after = paragraph[i + 1] if i + 1 < len(paragraph) else " "
            if after.isalnum() or paragraph[i - 1] not in ".,!?":
                continue
            return i  # another mark typed where one closes
        after = paragraph[i + 1] if i + 1 < len(paragraph) else " "
        before = paragraph[i - 1]
        if mark in _SINGLE:
            if after.isalnum() or before.isspace():
                continue
            if before == "s" and after == " " and i + 2 < len(paragraph) and paragraph[i + 2].islower():
                weak = i if weak is None else weak  # a plural's apostrophe, unless nothing else closes
                continue
            return i
        if char == '"' and before.isspace() and after.isalnum():
            continue
        return i
    return weak
