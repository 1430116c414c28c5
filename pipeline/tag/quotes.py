"""Speech: what stands between quotation marks, what is reported without them, and who said it.

Marks are paired by paragraph; a quote goes on in the next paragraph only where that begins with the mark
again. Who speaks is read from the parse outside the marks: the parser is at its worst inside them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from spacy.tokens import Span, Token

from pipeline.records import FieldName
from pipeline.tag.nlp import Piece
from pipeline.tag.syntax import is_passive, subject
from pipeline.tag.words import words

Kind = Literal["direct", "reported", "mixed"]

SPEECH = words(
    """say tell add note reply respond answer explain claim state declare announce argue insist assert maintain contend
    concede admit acknowledge confess confirm deny warn stress emphasize emphasise underline reiterate repeat remark
    comment observe suggest report write tweet post testify recall recount joke quip lament complain promise pledge
    vow predict ask call describe cry shout whisper mutter reveal disclose continue conclude counter caution charge
    allege accuse estimate agree urge demand boast brag swear protest muse reason retort allege propose indicate
    quote affirm attest hint imply signal inform assure remind brand label dub denounce dismiss slam condemn
    criticise criticize blast praise hail"""
)
#: Verbs that report a clause; the others only stand beside marks.
REPORTING = SPEECH - words(
    """ask call describe quote brand label dub denounce dismiss slam condemn criticise criticize blast praise hail post
    accuse continue charge cry shout urge demand"""
) | words("believe think")
_NAMING = words("""call describe brand label dub denounce dismiss condemn slam hail praise criticise criticize blast""")

_PAIRS = {
    "“": "”“",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"',
    "‘": "’'",
    "'": "'’",
    "”": "”",
    "‟": "”",
}
_SINGLE = frozenset("‘'")
_CUT_BEFORE_CUE = re.compile(
    r"[,.!?…](?=\s+(?:[\w.’'-]+\s+){0,4}?(?:said|says|added|told|replied|wrote|warned|asked)\b)"
)
#: The end of a sentence, which the full stop of "Mr." or of an initial is not.
_NOT_ABBREVIATED = (
    r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\bSen)(?<!\bGov)(?<!\bRep)(?<!\bGen)(?<!\bCol)(?<!\bLt)(?<!\bRev)"
    r"(?<!\bProf)(?<!\b[A-Z])"
)
_STOP_AFTER = re.compile(_NOT_ABBREVIATED + r"[.!?](?:\s+[A-Z“\"]|$)")
_STOP_BEFORE = re.compile(_NOT_ABBREVIATED + r"[.!?][”\"’]?\s+(?=[A-Z“\"])")
_STOP = re.compile(_NOT_ABBREVIATED + r"[.!?](?:\s|$)")
_WORDS = re.compile(r"\w+(?:['’]\w+)*")
#: A quote that repeats its opening mark is followed over this many paragraphs.
_MOST_PARAGRAPHS = 12
#: Marked stretches that are read in one text; what has more of them is no article.
_MOST_MARKED = 400
_SPOKEN_HEADLINE = re.compile(r"([A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}): (?=[^\s“\"‘'])(.+)")


class Marked(NamedTuple):
    """A stretch between marks: offsets without the marks, and those with them."""

    field: FieldName
    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool


@dataclass(slots=True)
class Speech:
    """A quote before its speaker is an entity: the token that names the speaker, by piece."""

    field: FieldName
    start: int
    end: int
    kind: Kind
    outer_start: int
    outer_end: int
    cue: str = ""
    cue_at: tuple[int, int] = (-1, -1)  # piece and token
    speaker: tuple[int, int] | None = None  # piece and token
    marked: bool = True


def marked(text: str, field: FieldName = "text") -> list[Marked]:
    """Pair quotation marks of every style, paragraph by paragraph."""
    spans: list[Marked] = []
    offset = 0
    pending: tuple[int, str] | None = None  # inner start and mark of a quote that may go on
    pending_end = 0
    pending_count = 0
    for paragraph in text.split("\n"):
        position = 0
        if pending is not None:
            start, mark = pending
            if paragraph.startswith(mark) and pending_count < _MOST_PARAGRAPHS:
                close = _closing(paragraph, 1, mark)
                if close is None:
                    pending_end, pending_count = offset + len(paragraph), pending_count + 1
                    offset += len(paragraph) + 1
                    continue
                spans.append(Marked(field, start, offset + close, start - 1, offset + close + 1, True))
                position = close + 1
            else:
                spans.append(_unclosed(text, field, start, pending_end))
            pending = None
        while (opening := _opening(paragraph, position)) is not None:
            mark = paragraph[opening]
            close = _closing(paragraph, opening + 1, mark)
            if close is not None:
                if close > opening + 1:
                    spans.append(
                        Marked(field, offset + opening + 1, offset + close, offset + opening, offset + close + 1, True)
                    )
                position = close + 1
            elif mark in _SINGLE:
                position = opening + 1
            else:
                pending, pending_end, pending_count = (offset + opening + 1, mark), offset + len(paragraph), 1
                break
        offset += len(paragraph) + 1
    if pending is not None:
        spans.append(_unclosed(text, field, pending[0], pending_end))
    return [_tight(text, span) for span in spans if text[span.start : span.end].strip()][:_MOST_MARKED]


def _tight(text: str, span: Marked) -> Marked:
    inner = text[span.start : span.end]
    return span._replace(
        start=span.start + len(inner) - len(inner.lstrip()), end=span.end - len(inner) + len(inner.rstrip())
    )


def _unclosed(text: str, field: FieldName, start: int, end: int) -> Marked:
    first_line = text.find("\n", start, end)
    end = end if first_line < 0 else first_line
    cut = _CUT_BEFORE_CUE.search(text, start, end)
    end = cut.end() if cut else end
    return Marked(field, start, end, start - 1, end, False)


def _opening(paragraph: str, position: int) -> int | None:
    for i in range(position, len(paragraph)):
        char = paragraph[i]
        if char not in _PAIRS:
            continue
        before = paragraph[i - 1] if i else " "
        after = paragraph[i + 1] if i + 1 < len(paragraph) else " "
        if after.isspace() and char != "«":
            continue
        if char in "“„«‹「『‟":
            return i
        if before.isalnum() or (char in "\"'”»" and before in ".,!?;…"):
            continue
        if char in _SINGLE and not (after.isalpha() or after in '“"…['):
            continue
        return i
    return None


def _closing(paragraph: str, position: int, mark: str) -> int | None:
    closers = _PAIRS[mark]
    weak = None
    for i in range(position, len(paragraph)):
        char = paragraph[i]
        if char not in closers:
            continue
        if mark == "“" and char == "“":
            continue
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


def speech(pieces: Sequence[Piece], spans: Sequence[Marked], texts: dict[FieldName, str]) -> list[Speech]:
    """Find quotes and reported speech, each with its cue and the token that names its speaker."""
    by_piece = [_spans_of(piece, spans) for piece in pieces]
    cues = [list(_cues(piece, inside)) for piece, inside in zip(pieces, by_piece, strict=True)]
    quotes = _direct(pieces, spans, cues, texts)
    reported = [r for i, piece in enumerate(pieces) for r in _reported(i, piece, by_piece[i])]
    reported.extend(r for i, piece in enumerate(pieces) if piece.field == "title" for r in _spoken_headline(i, piece))
    out: list[Speech] = []
    for clause in reported:
        inner = [
            q for q in quotes if q.field == clause.field and q.outer_start < clause.end and clause.start < q.outer_end
        ]
        covered = sum(min(q.outer_end, clause.end) - max(q.outer_start, clause.start) for q in inner)
        if covered > 0.6 * (clause.end - clause.start) and any(q.kind == "direct" for q in inner):
            continue
        if inner:
            if any(q.kind == "direct" and (q.outer_start < clause.start or q.outer_end > clause.end) for q in inner):
                continue
            clause.kind = "mixed"
            quotes = [q for q in quotes if q not in inner]
        out.append(clause)
    out.extend(q for q in quotes if q.cue or q.speaker is not None or q.kind == "direct")
    return sorted(out, key=lambda q: (q.field != "title", q.start, q.end))


def _spans_of(piece: Piece, spans: Sequence[Marked]) -> list[Marked]:
    end = piece.start + len(piece.doc.text)
    return [s for s in spans if s.field == piece.field and s.outer_start < end and piece.start < s.outer_end]


def _inside(at: int, spans: Sequence[Marked]) -> bool:
    return any(s.start <= at < s.end for s in spans)


def _cues(piece: Piece, inside: Sequence[Marked]) -> Iterator[Token]:
    for token in piece.doc:
        if token.lemma_.lower() in SPEECH and token.pos_ in {"VERB", "AUX"} and not _inside(piece.at(token), inside):
            yield token


def _direct(
    pieces: Sequence[Piece], spans: Sequence[Marked], cues: Sequence[Sequence[Token]], texts: dict[FieldName, str]
) -> list[Speech]:
    out: list[Speech] = []
    for number, span in enumerate(spans):
        text = texts[span.field]
        inner = text[span.start : span.end]
        words = len(_WORDS.findall(inner))
        previous = spans[number - 1] if number else None
        following = spans[number + 1] if number + 1 < len(spans) else None
        cue = _cue_after(pieces, cues, span, following, text) or _cue_before(pieces, cues, span, previous, text)
        begins = inner[:1].isupper() or not inner[:1].isalpha() or _starts_sentence(text, span.outer_start)
        last = out[-1] if out else None
        same_paragraph = (
            last is not None
            and last.field == span.field
            and "\n" not in text[last.outer_end : span.outer_start]
            and last.kind == "direct"
        )
        quote = Speech(span.field, span.start, span.end, "direct", span.outer_start, span.outer_end)
        naming = cue is not None and cue[1].lemma_.lower() in _NAMING
        if cue is not None:
            quote.cue, quote.cue_at = cue[1].text, (cue[0], cue[1].i)
            who = speaker_of(cue[1])
            quote.speaker = (cue[0], who.i) if who is not None else None
            continued = same_paragraph and last is not None and last.cue_at == quote.cue_at
            if (not begins and not continued) or (naming and words <= 12 and not begins):
                quote.kind = "mixed"
        elif same_paragraph and last is not None and last.cue and begins and words >= 2:
            quote.cue, quote.cue_at, quote.speaker = last.cue, last.cue_at, last.speaker
        elif (
            last is not None
            and begins
            and words >= 4
            and last.kind == "direct"
            and last.cue
            and last.field == span.field
            and _starts_paragraph(text, span.outer_start)
            and text[last.outer_end : span.outer_start].count("\n") == 1
        ):
            quote.speaker = last.speaker
        elif words < 5 or not begins or not (inner.rstrip()[-1:] in ".,!?…" or words >= 8) or _is_title(inner):
            continue  # a scare quote, a work's title
        if quote.kind == "mixed" and _is_title(inner) and words > 1 and not naming:
            continue
        out.append(quote)
    return out


def _starts_paragraph(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == "\n"


def _starts_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at].rstrip()
    return not before or before[-1] in ".!?:\n" or _starts_paragraph(text, at)


def _is_title(inner: str) -> bool:
    words = [word for word in _WORDS.findall(inner) if len(word) > 3]
    return bool(words) and all(word[0].isupper() for word in words) and inner.rstrip()[-1:] not in ".,!?…"


def _cue_after(
    pieces: Sequence[Piece], cues: Sequence[Sequence[Token]], span: Marked, following: Marked | None, text: str
) -> tuple[int, Token] | None:
    line_end = text.find("\n", span.outer_end)
    limit = min(len(text) if line_end < 0 else line_end, span.outer_end + 220)
    if following is not None and following.field == span.field:
        limit = min(limit, following.outer_start)
    gap = text[span.outer_end : limit]
    if text[span.end - 1 : span.end] in {".", ""} and not gap[:1].islower():
        # "… ." ends the sentence: what comes after belongs to the next one, save "… ." said X, X said.
        first = gap.lstrip()[:1]
        if text[span.end - 1 : span.end] == "." and not (gap.startswith((" said", " says", ", "))) and first.isupper():
            nearest = _first_cue(pieces, cues, span.field, span.outer_end, min(limit, span.outer_end + 45))
            sentence_end = _STOP.search(gap)
            if (
                nearest is None
                or sentence_end is None
                or pieces[nearest[0]].at(nearest[1]) > span.outer_end + sentence_end.start()
            ):
                return None
            return nearest if _ends_soon(pieces[nearest[0]], nearest[1]) else None
    if (
        span.end < len(text)
        and text[span.end - 1] not in ",!?…—-."
        and text[span.outer_end : span.outer_end + 1] not in {",", "", " "}
    ):
        return None
    stop = _STOP_AFTER.search(gap)
    reach = span.outer_end + (stop.start() + 1 if stop else len(gap))
    comma = text[span.end - 1] in ",!?…—." or text[span.outer_end : span.outer_end + 1] == "," or not span.closed
    if not comma:
        return None
    return _first_cue(pieces, cues, span.field, span.outer_end, reach)


def _ends_soon(piece: Piece, cue: Token) -> bool:
    """Whether a cue closes its sentence ("… .” Benton said."), so that it looks back and not ahead."""
    rest = piece.doc.text[cue.idx + len(cue) :].lstrip()
    return not rest or rest[0] in ".\n" or bool(re.match(r"(?:on|in|at|last|this|during|after)\b[^“\"]*$", rest))


def _first_cue(
    pieces: Sequence[Piece], cues: Sequence[Sequence[Token]], field: FieldName, start: int, end: int
) -> tuple[int, Token] | None:
    for index, piece in enumerate(pieces):
        if piece.field != field or piece.start >= end or piece.start + len(piece.doc.text) <= start:
            continue
        for token in cues[index]:
            if start <= piece.at(token) < end:
                return index, token
    return None


def _cue_before(
    pieces: Sequence[Piece], cues: Sequence[Sequence[Token]], span: Marked, previous: Marked | None, text: str
) -> tuple[int, Token] | None:
    line_start = text.rfind("\n", 0, span.outer_start) + 1
    start = max(line_start, span.outer_start - 160)
    if previous is not None and previous.field == span.field:
        start = max(start, previous.outer_end)
    gap = text[start : span.outer_start]
    stops = [match.end() for match in _STOP_BEFORE.finditer(gap)]
    if stops and not gap[stops[-1] :].strip():
        return None
    start += stops[-1] if stops else 0
    best: tuple[int, Token] | None = None
    for index, piece in enumerate(pieces):
        if piece.field != span.field:
            continue
        for token in cues[index]:
            if start <= piece.at(token) < span.outer_start:
                best = (index, token)
    if best is None and not gap.rstrip().endswith(":"):
        return None
    return best


def speaker_of(cue: Token) -> Token | None:
    """The token that names who speaks, by the cue's clause; ``None`` where the grammar leaves it open."""
    if is_passive(cue) and any(kid.dep_ in {"agent", "auxpass"} for kid in cue.children):
        return next(
            (kid for agent in cue.children if agent.dep_ == "agent" for kid in agent.children if kid.dep_ == "pobj"),
            None,
        )
    who, _ = subject(cue)
    if who is None or who.i == cue.i or who.pos_ in {"VERB", "AUX", "ADV"}:
        # inversion that the parser missed: "…," said Benton
        after = [t for t in cue.doc[cue.i + 1 : cue.i + 6] if t.pos_ in {"PROPN", "PRON", "NOUN"}]
        if cue.i + 1 < len(cue.doc) and cue.doc[cue.i + 1].pos_ in {"PROPN", "DET", "PRON"} and after:
            head = after[0]
            while head.dep_ == "compound" and head.head.i > head.i:
                head = head.head
            return head
        if cue.i and cue.nbor(-1).pos_ in {"PROPN", "PRON"}:
            return cue.nbor(-1)
        return None
    return who


def _reported(index: int, piece: Piece, inside: Sequence[Marked]) -> Iterator[Speech]:
    for token in piece.doc:
        if token.lower_ == "according" and token.i + 1 < len(piece.doc) and piece.doc[token.i + 1].lower_ == "to":
            if not _inside(piece.at(token), inside) and (found := _according(index, piece, token)):
                yield found
            continue
        if token.lemma_.lower() not in REPORTING or token.pos_ not in {"VERB", "AUX"} or is_passive(token):
            continue
        if _inside(piece.at(token), inside):
            continue
        clause = next(
            (kid for kid in token.children if kid.dep_ == "ccomp" and kid.pos_ in {"VERB", "AUX", "ADJ", "NOUN"}), None
        )
        if clause is None or not any(kid.dep_ in {"nsubj", "nsubjpass", "expl", "csubj"} for kid in clause.children):
            continue
        who = speaker_of(token)
        if who is None:
            continue
        start, end = _clause_span(clause, token)
        begin, stop = _trimmed(piece.doc.text, start, end)
        if stop - begin < 3:
            continue
        yield Speech(
            piece.field,
            piece.start + begin,
            piece.start + stop,
            "reported",
            piece.start + begin,
            piece.start + stop,
            cue=token.text,
            cue_at=(index, token.i),
            speaker=(index, who.i),
            marked=False,
        )


def _spoken_headline(index: int, piece: Piece) -> Iterator[Speech]:
    """ "Name: what she says", as headlines have it."""
    match = _SPOKEN_HEADLINE.fullmatch(piece.doc.text.strip())
    if match is None or piece.doc.text[0].isspace():
        return
    name = piece.doc.char_span(match.start(1), match.end(1))
    if name is None or not any(token.ent_type_ in {"PERSON", "ORG", "GPE", "NORP"} for token in name):
        return
    start, end = piece.start + match.start(2), piece.start + match.end(2)
    yield Speech(
        piece.field,
        start,
        end,
        "reported",
        start,
        end,
        cue=":",
        cue_at=(index, name.end),
        speaker=(index, name.end - 1),
        marked=False,
    )


def _clause_span(clause: Token, cue: Token) -> tuple[int, int]:
    first, last = clause.left_edge, clause.right_edge
    if clause.i < cue.i:
        last = last if last.i < cue.i else cue.nbor(-1)
    else:
        first = first if first.i > cue.i else cue.nbor(1)
        if first.lower_ == "that" and first.dep_ == "mark":
            first = first.nbor(1)
    return first.idx, last.idx + len(last)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;:–—-"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:–—-."):
        end -= 1
    return start, end


def _according(index: int, piece: Piece, token: Token) -> Speech | None:
    to = piece.doc[token.i + 1]
    who = next((t for t in (*to.children, *token.children) if t.dep_ == "pobj"), None)
    if who is None:
        return None
    sentence: Span = token.sent
    edge = who.right_edge
    if token.i - sentence.start <= 1:
        start, end = edge.idx + len(edge), sentence.end_char
    else:
        start, end = sentence.start_char, token.idx
    begin, stop = _trimmed(piece.doc.text, start, end)
    if stop - begin < 3:
        return None
    return Speech(
        piece.field,
        piece.start + begin,
        piece.start + stop,
        "reported",
        piece.start + begin,
        piece.start + stop,
        cue=piece.doc.text[token.idx : to.idx + len(to)],
        cue_at=(index, token.i),
        speaker=(index, who.i),
        marked=False,
    )


def is_sentence(text: str, span: Marked) -> bool:
    """Whether what stands between marks reads as speech and not as a scare quote or a title: without a parse."""
    inner = text[span.start : span.end]
    return len(_WORDS.findall(inner)) >= 3 and not _is_title(inner)
