"""Speech: what stands between quotation marks, what is reported without them, and who said it.

Who speaks is read from the parse outside the marks: the parser is at its worst inside them. Where the grammar fails,
the order of the words decides: "…," X said; "…," said X.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Span, Token

from pipeline.records import FieldName
from pipeline.tag.entities import Named
from pipeline.tag.marks import Marked, nested
from pipeline.tag.names import ROLES
from pipeline.tag.nlp import Piece
from pipeline.tag.syntax import child, is_passive, own_subject, subject
from pipeline.tag.words import words

Kind = Literal["direct", "reported", "mixed"]

SPEECH = words(
    """say tell add note reply respond answer explain claim state declare announce argue insist assert maintain contend
    concede admit acknowledge confess confirm deny warn stress emphasize emphasise underline reiterate repeat remark
    comment observe suggest report write tweet post testify recall recount joke quip lament complain promise pledge
    vow predict ask call describe cry shout whisper mutter reveal disclose continue conclude counter caution charge
    allege accuse estimate agree urge demand boast brag swear protest muse reason retort allege propose indicate
    quote affirm attest hint imply signal inform assure remind brand label dub denounce dismiss slam condemn
    criticise criticize blast praise hail yell scream chant sing exclaim echo scold shoot fume interject rant
    thunder opine recommend advise clarify elaborate caution gripe speculate pronounce decry deride mock characterize
    characterise compare liken refer utter wonder voice vent deadpan grumble marvel sum volunteer venture
    begin"""
)
#: Verbs that report a clause; the others only stand beside marks.
REPORTING = SPEECH - words(
    """begin ask call describe quote brand label dub denounce dismiss slam condemn criticise criticize blast praise hail
    post accuse continue charge cry shout urge demand yell scream chant sing echo scold shoot rant thunder pronounce
    decry deride mock characterize characterise compare liken refer voice vent sum"""
) | words("believe think")
#: What the tagger reports beside them, with a clause of their own.
_CLAUSAL = REPORTING | words(
    """ask question demand shout charge find show conclude hope feel expect fear worry hold rule point doubt suspect
    wonder assume convince know learn understand realize realise recognize recognise"""
)
#: Of these, the ones that need no mouth: within another's words they are part of those.
_THINKING = words(
    """know learn understand realize realise recognize recognise think believe hope feel expect fear worry hold doubt
    suspect wonder assume show find"""
)
#: Verbs after which "whether", "what" and "how" begin what is said.
_ASKING = words("ask wonder question say explain tell describe reveal disclose show inquire enquire")
#: Who says nothing: "let's say", "you know".
#: Words of a reported clause within which the reporter may go on.
_LONGEST_CLAUSE = 120
_NOBODY = words("you 's us what which that let one it there this")
#: Of these, the ones that papers and pictures do: "the study found", "the video shows".
_SHOWING = words("show find")
_NAMING = words(
    """call describe brand label dub denounce dismiss condemn slam hail praise criticise criticize blast deride mock
    characterize characterise compare liken refer decry"""
)
#: Nouns that report a clause: "his claim that …".
_NOUNS = words(
    """claim statement assertion allegation accusation argument suggestion warning report announcement promise pledge
    vow insistence comment remark admission acknowledgement acknowledgment complaint denial declaration prediction
    testimony contention charge belief view opinion conclusion finding concern fear hope rumor rumour
    reminder estimate"""
)
_GIVING = words(
    """make issue release publish give send put post offer repeat voice express deliver sign write have reject reach
    file circulate share submit tweet"""
)
#: Verbs of speech whose content may be an infinitive or a noun phrase.
_PROMISES = words(
    """promise pledge vow threaten refuse decline agree offer ask urge tell order call demand implore beg invite
    encourage advise warn instruct exhort press propose request swear remind want hope plan seek intend expect"""
)
_ACTS = _PROMISES | words(
    """cite announce mention discuss question reject deny criticize criticise praise describe defend acknowledge note
    condemn denounce dismiss blast slam mock detail outline reveal disclose confirm predict recommend suggest report
    blame accuse explain express voice echo point refer talk speak complain comment argue joke apologize apologise boast
    testify support oppose endorse back attack hail deride decry lament address claim concede estimate"""
)
_OFFERS = words("promise pledge vow offer demand propose request swear")
_ABOUT = words("for on about of to against with as over by")
_CIRCUMSTANCE = words("as because since when after while before until although though")
_ADDRESSED = words("who whom which that")
_STOPS = ".!?…"
#: The end of a sentence, which the full stop of "Mr." or of an initial is not.
_NOT_ABBREVIATED = (
    r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\bSen)(?<!\bGov)(?<!\bRep)(?<!\bGen)(?<!\bCol)(?<!\bLt)(?<!\bRev)"
    r"(?<!\bProf)(?<!\b[A-Z])"
)
_STOP_AFTER = re.compile(_NOT_ABBREVIATED + r"[.!?](?:\s+[A-Z“\"]|$)")
_STOP_BEFORE = re.compile(_NOT_ABBREVIATED + r"[.!?][”\"’]?\s+(?=[A-Z“\"‘']|$)")
_STOP = re.compile(_NOT_ABBREVIATED + r"[.!?](?:\s|$)")
_WORDS = re.compile(r"\w+(?:['’]\w+)*")
_SPOKEN_HEADLINE = re.compile(r"([A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}): (?=[^\s“\"‘'])(.+)")
_TURN = re.compile(r"([A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){0,3}): (?=\S)")
_SIGNED = re.compile(r"\s*[―—–-]{1,2}\s*(?=[A-Z])")
_DASHES = frozenset({"-", "--", "–", "—"})
_LETTERS = re.compile(r"[^\W\d_]")
_NOUN_PHRASE = frozenset({"PROPN", "NOUN", "PRON", "DET", "ADJ", "NUM"})
_BEFORE_A_TITLE = words(
    """on of in at the a an book film movie game song album show column programme program series essay play novel
    podcast anthem 's ’s titled entitled called named his her its their"""
)


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
    relative: tuple[int, int] | None = None  # "who" or "which", where that stands for the speaker in the cue's clause
    marked: bool = True
    act: bool = False  # no clause: what is asked, promised, announced, with the speaker's own words in it
    named: bool = False  # its cue is what somebody or something is called by
    voice: Named | None = None  # the body that an unnamed speaker speaks for, once names are known


class _Page:
    """The parsed pieces of an article with its marks: what stands outside of them."""

    def __init__(self, pieces: Sequence[Piece], spans: Sequence[Marked], texts: dict[FieldName, str]) -> None:
        self.pieces = pieces
        self.texts = texts
        self._starts: dict[str, list[int]] = {}
        self._spans: dict[str, list[Marked]] = {}
        for span in spans:
            self._starts.setdefault(span.field, []).append(span.start)
            self._spans.setdefault(span.field, []).append(span)
        self._of_field: dict[str, tuple[list[int], list[int]]] = {}
        for index, piece in enumerate(pieces):
            starts, indices = self._of_field.setdefault(piece.field, ([], []))
            starts.append(piece.start)
            indices.append(index)
        self.cues = [[t for t in piece.doc if _is_cue(t) and not self.inside(piece, t)] for piece in pieces]

    def marked(self, field: FieldName) -> Sequence[int]:
        """Where marks open."""
        return self._starts.get(field, ())

    def inside(self, piece: Piece, token: Token) -> bool:
        """Whether a token stands between marks."""
        at = piece.at(token)
        found = bisect_right(self._starts.get(piece.field, ()), at) - 1
        return found >= 0 and at < self._spans[piece.field][found].end

    def tokens(self, field: FieldName, start: int, end: int) -> list[tuple[int, Token]]:
        """The tokens outside of marks within a stretch, with their pieces."""
        starts, indices = self._of_field.get(field, ([], []))
        out: list[tuple[int, Token]] = []
        for index in indices[max(0, bisect_right(starts, start) - 1) :]:
            piece = self.pieces[index]
            if piece.start >= end:
                break
            if start >= piece.start + len(piece.text):
                continue
            span = piece.doc.char_span(
                max(0, start - piece.start), min(len(piece.text), end - piece.start), alignment_mode="contract"
            )
            out.extend((index, t) for t in span or () if not t.is_space)
        return [(i, t) for i, t in out if start <= self.pieces[i].at(t) < end]

    def cues_in(self, field: FieldName, start: int, end: int) -> list[tuple[int, Token]]:
        """The verbs of speech outside of marks within a stretch."""
        starts, indices = self._of_field.get(field, ([], []))
        out: list[tuple[int, Token]] = []
        for index in indices[max(0, bisect_right(starts, start) - 1) :]:
            if self.pieces[index].start >= end:
                break
            out.extend((index, t) for t in self.cues[index] if start <= self.pieces[index].at(t) < end)
        return out


def _is_cue(token: Token) -> bool:
    if token.pos_ not in {"VERB", "AUX"} or token.lemma_.lower() not in SPEECH:
        return False
    return not (token.i and token.nbor(-1).text == "-")  # "so-called"


def speech(pieces: Sequence[Piece], spans: Sequence[Marked], texts: dict[FieldName, str]) -> list[Speech]:
    """Find quotes and reported speech, each with its cue and the token that names its speaker."""
    page = _Page(pieces, spans, texts)
    reported = [r for i in range(len(pieces)) for r in _reported(i, page)]
    quotes = _direct(page, spans, reported)
    reported.extend(r for i, piece in enumerate(pieces) if piece.field == "title" for r in _spoken_headline(i, piece))
    out: list[Speech] = []
    for clause in _outermost(page, reported):
        inner = [
            q for q in quotes if q.field == clause.field and q.outer_start < clause.end and clause.start < q.outer_end
        ]
        if any(q.outer_start < clause.start or q.outer_end > clause.end + 3 for q in inner):
            continue
        if clause.act and not inner:
            continue  # what is asked or judged is speech only where the speaker's own words stand in it
        if clause.act and any(q.named and q.cue_at == clause.cue_at for q in inner):
            continue  # "called the plan “a gift”": the words in marks alone
        covered = sum(min(q.outer_end, clause.end) - max(q.outer_start, clause.start) for q in inner)
        if covered > 0.9 * (clause.end - clause.start) and any(q.kind == "direct" for q in inner):
            continue
        scare = [
            s for s in spans if s.field == clause.field and clause.start <= s.outer_start and s.end <= clause.end + 1
        ]
        if inner or scare:
            clause.kind = "mixed"
            clause.end = max([clause.end, *(s.outer_end for s in scare if s.outer_end <= clause.end + 3)])
            quotes = [q for q in quotes if q not in inner or _own_cue(q, clause)]
        out.append(clause)
    _subheads(quotes, texts)
    out.extend(quotes)
    out.extend(_echoed(page, spans, out))
    out.extend(_within(page, [q for q in quotes if q.kind == "direct"], spans))
    for quote in out:
        quote.end -= len(texts[quote.field][quote.start : quote.end]) - len(
            texts[quote.field][quote.start : quote.end].rstrip(", \t")
        )
    at: dict[tuple[str, int, int], Speech] = {}
    for quote in out:
        quote.relative = _relative(page, quote)
        if quote.end > quote.start:
            at.setdefault((quote.field, quote.start, quote.end), quote)
    return sorted(at.values(), key=lambda q: (q.field != "title", q.start, q.end))


def _relative(page: _Page, quote: Speech) -> tuple[int, int] | None:
    if quote.speaker is None or quote.cue_at[0] < 0:
        return None
    cue = page.pieces[quote.cue_at[0]].doc[quote.cue_at[1]]
    if is_passive(cue):
        return None
    subject_token, _ = own_subject(cue)
    if subject_token is None or subject_token.lower_ not in _ADDRESSED or subject_token.i == quote.speaker[1]:
        return None
    return quote.cue_at[0], subject_token.i


def _own_cue(quote: Speech, clause: Speech) -> bool:
    """Whether a quote inside a reported clause is somebody else's: "X said Y had called it “a joke”"."""
    return quote.named and quote.cue_at != clause.cue_at and quote.speaker not in {None, clause.speaker}


def _outermost(page: _Page, reported: Sequence[Speech]) -> list[Speech]:
    """Without what repeats a clause by another of its cues, and without thoughts in what somebody says."""
    out: list[Speech] = []
    taken: set[tuple[str, int, int]] = set()
    for item in reported:
        key = (item.field, item.start, item.end)
        index, at = item.cue_at
        token = page.pieces[index].doc[at]
        place = page.pieces[index].at(token)
        if key in taken or (
            (token.lemma_.lower() in _THINKING or item.act)
            and any(r is not item and r.field == item.field and r.start <= place < r.end for r in reported)
        ):
            continue
        taken.add(key)
        out.append(item)
    return out


# --------------------------------------------------------------------------------------------------------
# between marks


def _direct(page: _Page, spans: Sequence[Marked], reported: Sequence[Speech]) -> list[Speech]:
    out: list[Speech] = []
    for number, span in enumerate(spans):
        text = page.texts[span.field]
        inner = text[span.start : span.end]
        count = len(_WORDS.findall(inner))
        previous = spans[number - 1] if number and spans[number - 1].field == span.field else None
        following = spans[number + 1] if number + 1 < len(spans) and spans[number + 1].field == span.field else None
        begins = inner[:1].isupper() or not inner[:1].isalpha() or _starts_sentence(text, span.outer_start)
        if _is_title(inner, _word_before(text, span.outer_start)) or _is_subhead(text, span, count):
            continue
        if _names_a_thing(page, span, inner, text):
            continue
        turn = _turn(page, span, inner)
        if turn is not None:
            out.append(turn)
            continue
        found = _attribution(page, span, previous, following, text, begins)
        last = out[-1] if out and out[-1].field == span.field else None
        near = last is not None and "\n" not in text[last.outer_end : span.outer_start]
        quote = Speech(span.field, span.start, span.end, "direct", span.outer_start, span.outer_end)
        if found is not None:
            quote.cue, quote.cue_at, quote.speaker = found
            verb = page.pieces[found[1][0]].doc[found[1][1]].lemma_.lower() if found[1][0] >= 0 else ""
            quote.named = verb in _NAMING
            continued = near and last is not None and last.cue_at == quote.cue_at
            if not begins and not continued and verb not in _NAMING and count < 4 and not _adjoins(page, quote):
                continue  # marks around a word of the narrator's sentence
        elif near and last is not None and last.cue and begins and count >= 2:
            quote.cue, quote.cue_at, quote.speaker = last.cue, last.cue_at, last.speaker
        elif (count >= 3 or span.field == "title") and not begins and (held := _held(page, span, text)) is not None:
            quote.cue, quote.cue_at, quote.speaker = held
        elif not begins or (count < 5 and inner.rstrip()[-1:] not in _STOPS) or count < 2:
            continue  # a scare quote, a work's title
        elif _starts_sentence(text, span.outer_start) and (
            (before := _spoke_before(page, quote, last, reported, text)) is not None
        ):
            quote.speaker = before
        elif count < 5 or not (inner.rstrip()[-1:] in ".,!?…" or count >= 8):
            continue
        out.append(quote)
    return out


def _adjoins(page: _Page, quote: Speech) -> bool:
    """Whether the marks open right behind their cue ("said “no”"), or it follows right after them."""
    if quote.cue_at[0] < 0:
        return True
    piece = page.pieces[quote.cue_at[0]]
    cue = piece.doc[quote.cue_at[1]]
    gap = page.texts[quote.field][piece.at(cue) + len(cue) : quote.outer_start]
    return not gap.strip(" ,:") if piece.at(cue) < quote.outer_start else piece.at(cue) - quote.outer_end < 40


def _attribution(
    page: _Page, span: Marked, previous: Marked | None, following: Marked | None, text: str, begins: bool
) -> tuple[str, tuple[int, int], tuple[int, int] | None] | None:
    """Cue, its place, and the speaker's token: looked for after the quote, before it, then a line above."""
    before = _cue_before(page, span, previous, text, begins)
    after = _cue_after(page, span, following, text)
    cue = before if before is not None and (not after or _leads(page, before, span, text, begins)) else after
    if cue is not None:
        index, token = cue
        who = _who(page, index, token, span)
        return token.text, (index, token.i), (index, who.i) if who is not None else None
    return (
        _signed(page, span, text)
        or _named_behind(page, span, text)
        or _according_before(page, span, previous, text)
        or _announced(page, span, previous, text)
    )


def _leads(page: _Page, cue: tuple[int, Token], span: Marked, text: str, begins: bool) -> bool:
    """Whether the cue before a quote is its own although another stands behind."""
    piece, token = page.pieces[cue[0]], cue[1]
    gap = text[piece.at(token) + len(token) : span.outer_start].strip()
    if gap.endswith(",") and len(gap) < 60 and text[: span.end].endswith(","):
        between = page.tokens(span.field, piece.at(token) + len(token), span.outer_start)
        if not any(t.pos_ in {"VERB", "AUX"} for _, t in between):
            return True  # "said during the debate last week, “…,” when"
    return gap in {",", ":", "", "that"} or gap.endswith(":") or not begins


def _starts_paragraph(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == "\n"


def _starts_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 3) : at].rstrip()
    return not before or before[-1] in ".!?:\n" or _starts_paragraph(text, at)


def _word_before(text: str, at: int) -> str:
    found = re.search(r"([\w’']+)[ ,]*$", text[max(0, at - 40) : at])
    return found.group(1) if found else ""


def _is_title(inner: str, before: str) -> bool:
    """Whether marks hold a work's name: every longer word has a capital, and it stands where a noun does."""
    body = inner.strip().rstrip(".,")
    found = [word for word in _WORDS.findall(body) if len(word) > 3]
    if not found or not all(word[0].isupper() for word in found) or body[-1:] in "!?…":
        return False
    ending = before.lower()
    if ending in _BEFORE_A_TITLE or ending.endswith(("'s", "’s", "s'", "s’")):
        return len(_WORDS.findall(body)) > 1
    return inner.rstrip()[-1:] not in ".,!?…" and len(_WORDS.findall(body)) > 1


def _names_a_thing(page: _Page, span: Marked, inner: str, text: str) -> bool:
    """Whether marks hold what a thing is called: "the ‘In case of war’ brochure", "advice called ‘Stay at home’"."""
    if not inner[:1].isupper():
        return False
    line = max(text.rfind("\n", 0, span.outer_start) + 1, span.outer_start - 160)
    if len(_WORDS.findall(inner)) < 4 and text[line : span.outer_start].rstrip().endswith(":"):
        roots = [t for _, t in page.tokens(span.field, line, span.outer_start) if t.dep_ == "ROOT"]
        return bool(roots) and roots[-1].lemma_ in _SEEM
    before = _word_before(text, span.outer_start).lower()
    after = page.tokens(span.field, span.outer_end, span.outer_end + 25)
    if before in _ARTICLES and inner[-1:] not in ".,!?…" and after and after[0][1].pos_ == "NOUN":
        return text[span.outer_end : span.outer_end + 1] == " " and after[0][1].is_lower
    last = page.tokens(span.field, max(0, span.outer_start - 20), span.outer_start)
    cue = last[-1][1] if last else None
    return (
        cue is not None
        and cue.tag_ == "VBN"
        and cue.lower_ in _CALLED
        and not any(kid.dep_ in {"agent", "aux", "auxpass"} for kid in cue.children)
    )


_ARTICLES = words("the a an his her its their this that our new old")
_CALLED = words("called titled entitled named dubbed labelled labeled headlined captioned")


def _held(page: _Page, span: Marked, text: str) -> tuple[str, tuple[int, int], tuple[int, int]] | None:
    """Words in marks within what somebody does or feels ("likened the rules to “burning the house”"): theirs."""
    line = max(text.rfind("\n", 0, span.outer_start) + 1, span.outer_start - 160)
    before = page.tokens(span.field, line, span.outer_start)
    for index, token in reversed(before):
        if token.pos_ == "VERB" and token.dep_ not in {"amod", "relcl"}:
            who = speaker_of(token)
            named = who is not None and (
                who.ent_type_ in {"PERSON", "ORG", "GPE", "NORP"} or who.lower_ in {"he", "she"}
            )
            if who is None or not named or page.inside(page.pieces[index], who) or is_passive(token):
                return None
            return token.text, (index, token.i), (index, who.i)
        if token.is_sent_start:
            return None
    return None


def _is_subhead(text: str, span: Marked, count: int) -> bool:
    """A line that is nothing but a few words in marks, most with a capital."""
    if (
        count > 6
        or not _starts_paragraph(text, span.outer_start)
        or text[span.outer_end : span.outer_end + 1] not in "\n"
    ):
        return False
    capitals = [word for word in _WORDS.findall(text[span.start : span.end]) if word[0].isupper()]
    return len(capitals) > 0.6 * count


def _turn(page: _Page, span: Marked, inner: str) -> Speech | None:
    """A turn of a transcript: "NAME: what she says" in marks."""
    match = _TURN.match(inner)
    if match is None:
        return None
    index, first = next(
        (
            (i, token)
            for i, piece in enumerate(page.pieces)
            if piece.field == span.field and piece.start <= span.start < piece.start + len(piece.text)
            for token in piece.doc
            if piece.at(token) >= span.start
        ),
        (-1, None),
    )
    if first is None:
        return None
    last = first.doc[min(len(first.doc) - 1, first.i + match.group(1).count(" "))]
    start = span.start + match.end()
    return Speech(
        span.field,
        start,
        span.end,
        "direct",
        span.outer_start,
        span.outer_end,
        cue=":",
        cue_at=(index, last.i),
        speaker=(index, last.i),
    )


def _cue_after(page: _Page, span: Marked, following: Marked | None, text: str) -> tuple[int, Token] | None:
    line_end = text.find("\n", span.outer_end)
    limit = min(len(text) if line_end < 0 else line_end, span.outer_end + 260)
    if following is not None and len(_WORDS.findall(text[following.start : following.end])) > 1:
        limit = min(limit, following.outer_start)  # a nickname in marks stops nobody
    gap = text[span.outer_end : limit]
    if gap.startswith(" ("):
        return None  # what stands in brackets is another's
    ending = text[span.start : span.end].rstrip(" '’‘\"”")[-1:]
    if ending == "." and not gap.startswith((" said", " says", ", ")) and gap.lstrip()[:1].isupper():
        # the sentence has ended: what comes after belongs to the next one, save "… ." X said.
        stop = _STOP.search(gap)
        near = page.cues_in(span.field, span.outer_end, min(limit, span.outer_end + 45))
        if not near or stop is None or page.pieces[near[0][0]].at(near[0][1]) > span.outer_end + stop.start():
            return None
        return near[0] if _ends_soon(page.pieces[near[0][0]], near[0][1]) else None
    expects = ending in ",!?…—–-" or gap[:1] == "," or not span.closed
    if not expects and not (ending == "." and gap[:1].isspace()):
        return None
    stop = _STOP_AFTER.search(gap)
    reach = span.outer_end + (stop.start() + 1 if stop else len(gap))
    known = page.cues_in(span.field, span.outer_end, reach)
    if known and _begins_clause(page, known[0], span.outer_end):
        return known[0]
    if expects and (any_verb := _plain_verb(page.tokens(span.field, span.outer_end, reach))) is not None:
        return any_verb
    return known[0] if known else None


def _begins_clause(page: _Page, cue: tuple[int, Token], start: int) -> bool:
    """Whether no other finite verb stands between a quote and the verb of speech after it."""
    index, token = cue
    between = page.tokens(page.pieces[index].field, start, page.pieces[index].at(token))
    return not any(t.tag_ in {"VBD", "VBZ", "VBP"} and t.dep_ not in {"relcl", "aux", "auxpass"} for _, t in between)


def _plain_verb(tokens: Sequence[tuple[int, Token]]) -> tuple[int, Token] | None:
    """The verb of a clause that only says who speaks: "…,” she yells while walking"."""
    rest = [(i, t) for i, t in tokens if not t.is_punct and not t.is_quote]
    if not rest or rest[0][1].pos_ not in _NOUN_PHRASE or rest[0][1].lower_ in {"that", "which", "who", "this"}:
        return None
    for i, t in rest[:24]:
        if t.tag_ in {"VBD", "VBZ", "VBP"} and t.dep_ not in {"relcl", "aux", "auxpass", "amod"}:
            return None if t.pos_ == "AUX" or t.lemma_ in {"be", "have", "do"} else (i, t)
        if t.pos_ == "CCONJ" and t.dep_ == "cc" and t.head.pos_ == "VERB":
            return None
    return None


def _ends_soon(piece: Piece, cue: Token) -> bool:
    """Whether a cue closes its sentence ("… .” Benton said."), so that it looks back and not ahead."""
    rest = piece.text[cue.idx + len(cue) :].lstrip()
    return not rest or rest[0] in ".\n" or bool(re.match(r"(?:on|in|at|last|this|during|after)\b[^“\"]*$", rest))


def _cue_before(
    page: _Page, span: Marked, previous: Marked | None, text: str, begins: bool
) -> tuple[int, Token] | None:
    line_start = text.rfind("\n", 0, span.outer_start) + 1
    start = max(line_start, span.outer_start - 200)
    if previous is not None:
        start = max(start, previous.outer_end)
    gap = text[start : span.outer_start]
    stops = [match.end() for match in _STOP_BEFORE.finditer(gap)]
    if stops and not gap[stops[-1] :].strip():
        return None
    start += stops[-1] if stops else 0
    gap = text[start : span.outer_start].rstrip()
    known = page.cues_in(span.field, start, span.outer_start)
    if known:
        return known[-1]
    tokens = page.tokens(span.field, start, span.outer_start)
    few = len(_WORDS.findall(text[span.start : span.end])) < 4
    if gap.endswith(":") and (
        verbs := [
            (i, t) for i, t in tokens if t.pos_ == "VERB" and t.dep_ != "amod" and not (few and t.lemma_ in _SEEM)
        ]
    ):
        return next(((i, t) for i, t in verbs if t.dep_ == "ROOT"), verbs[-1])
    words_only = [(i, t) for i, t in tokens if not t.is_punct and not t.is_quote]
    last = words_only[-1] if words_only else None
    opens = begins and (gap.endswith((",", ":")) or text[span.start : span.start + 1].isupper())
    if last is None or last[1].lower_ in _NO_CUES:
        return None
    return last if opens and last[1].pos_ == "VERB" and last[1].tag_ != "VBN" else None


_SEEM = words("seem appear look be have sound feel")
#: Participles that say of what follows only that it belongs to what came before.
_NO_CUES = words("including following regarding concerning featuring holding carrying excluding")


def _signed(page: _Page, span: Marked, text: str) -> tuple[str, tuple[int, int], tuple[int, int] | None] | None:
    """ "… .” ― Laura Benton", to the end of the line."""
    match = _SIGNED.match(text, span.outer_end)
    if match is None or "\n" in match.group():
        return None
    line_end = text.find("\n", match.end())
    signed = text[match.end() : len(text) if line_end < 0 else line_end]
    if not 2 <= len(signed.strip()) <= 80 or _STOP.search(signed.strip()[:-1]):
        return None
    named = page.tokens(span.field, match.end(), match.end() + len(signed))
    head = _head_of_phrase([t for _, t in named])
    dash = page.tokens(span.field, span.outer_end, match.end())
    if head is None or head.pos_ != "PROPN":
        return None
    at = (dash[0][0], dash[0][1].i) if dash else (-1, -1)
    return match.group().strip(), at, (named[0][0], head.i)


def _named_behind(page: _Page, span: Marked, text: str) -> tuple[str, tuple[int, int], tuple[int, int] | None] | None:
    """A heading of words in marks and a name: "‘No reason to wait’: Benton Research"."""
    line_end = text.find("\n", span.outer_end)
    rest = text[span.outer_end : len(text) if line_end < 0 else line_end]
    if not _starts_paragraph(text, span.outer_start) or not re.fullmatch(r": [A-Z][\w.&’' -]{1,40}", rest):
        return None
    named = page.tokens(span.field, span.outer_end + 1, span.outer_end + len(rest))
    if not named or any(t.pos_ in {"VERB", "AUX"} or (t.is_alpha and t.is_lower) for _, t in named):
        return None
    index, last = named[-1] if named[-1][1].ent_type_ != "GPE" else named[0]
    return ":", (index, named[0][1].i), (index, last.i)


def _according_before(
    page: _Page, span: Marked, previous: Marked | None, text: str
) -> tuple[str, tuple[int, int], tuple[int, int] | None] | None:
    """ "According to X, “…”", and the same after the quote."""
    start = max(text.rfind("\n", 0, span.outer_start) + 1, span.outer_start - 160)
    if previous is not None:
        start = max(start, previous.outer_end)
    line_end = text.find("\n", span.outer_end)
    end = min(len(text) if line_end < 0 else line_end, span.outer_end + 40)
    for index, token in (
        *page.tokens(span.field, start, span.outer_start),
        *page.tokens(span.field, span.outer_end, end),
    ):
        if token.lower_ != "according" or token.i + 1 >= len(token.doc):
            continue
        piece, to = page.pieces[index], token.nbor(1)
        between = text[min(piece.at(token), span.outer_end) : max(piece.at(token), span.outer_start)]
        who = _according_whom(token)
        if who is not None and not _STOP_BEFORE.search(between):
            return piece.text[token.idx : to.idx + len(to)], (index, token.i), (index, who.i)
    return None


def _announced(
    page: _Page, span: Marked, previous: Marked | None, text: str
) -> tuple[str, tuple[int, int], tuple[int, int] | None] | None:
    """A paragraph before that ends with a colon ("Benton went on:"), or a name with one ("BENTON: …")."""
    if not _starts_paragraph(text, span.outer_start) and not text[: span.outer_start].rstrip(" ").endswith(":"):
        return None
    end = len(text[: span.outer_start].rstrip())
    if not text[max(0, end - 1) : end].endswith(":"):
        return None
    start = text.rfind("\n", 0, end) + 1
    if previous is not None:
        start = max(start, min(previous.outer_end, end))
    stops = [match.end() for match in _STOP_BEFORE.finditer(text[start:end])]
    start += stops[-1] if stops else 0
    known = page.cues_in(span.field, start, end)
    tokens = page.tokens(span.field, start, end)
    verbs = [(i, t) for i, t in tokens if t.pos_ == "VERB"]
    cue = known[-1] if known else next(((i, t) for i, t in verbs if t.dep_ == "ROOT"), verbs[0] if verbs else None)
    if cue is not None:
        who = _who(page, cue[0], cue[1], span)
        return cue[1].text, (cue[0], cue[1].i), (cue[0], who.i) if who is not None else None
    cue_text, at = ":", tokens[-1] if tokens else None
    if len(tokens) > 1 and tokens[0][1].lower_ in {"said", "says", "added", "asked", "replied", "wrote"}:
        cue_text, at, tokens = tokens[0][1].text, tokens[0], tokens[1:]  # "Said Benton:"
    head = _head_of_phrase([t for _, t in tokens])
    last = next((t for _, t in reversed(tokens) if not t.is_punct), None)
    if last is not None and last.pos_ == "PROPN":
        head = last  # "A lesson from Loretta Lynch: …"
    if head is None or head.pos_ != "PROPN" or at is None:
        return None
    return cue_text, (at[0], at[1].i), (tokens[0][0], head.i)


def _spoke_before(
    page: _Page, quote: Speech, last: Speech | None, reported: Sequence[Speech], text: str
) -> tuple[int, int] | None:
    """Who goes on speaking: in the paragraph, whose the last words are; at its start, who spoke in the last one."""
    line = text.rfind("\n", 0, quote.outer_start) + 1
    heard = [r for r in reported if r.field == quote.field and line <= r.start and r.end <= quote.outer_start]
    if last is not None and last.outer_start >= line:
        heard.append(last)
    if heard:
        return max(heard, key=lambda item: item.end).speaker
    gap = text[last.outer_end : quote.outer_start] if last is not None else ""
    if not text[line : quote.outer_start].strip():
        end = len(text[:line].rstrip())
        above = text.rfind("\n", 0, end) + 1
        told = [r for r in reported if r.field == quote.field and above <= r.start and r.end <= end and not r.act]
        if told and (last is None or told[-1].end > last.outer_end) and _is_mouth(page, told[-1]):
            return told[-1].speaker  # "She added that it was late.\n“Nobody came.”"
        if (subject_above := _told_above(page, quote.field, above, end)) is not None:
            return subject_above
        if last is not None and len([part for part in gap.split("\n") if part.strip()]) <= 1 and "\n" in gap:
            return last.speaker
        return None
    # "X would not give up. “…”": the subject of the sentence before
    before = page.tokens(quote.field, line, quote.outer_start)
    for index, token in reversed(before):
        if (
            token.dep_ == "nsubj"
            and token.head.dep_ == "ROOT"
            and (token.pos_ == "PROPN" or token.lower_ in {"he", "she"})
        ):
            return index, token.i
        if token.is_sent_start and token is not before[-1][1]:
            break
    return None


def _told_above(page: _Page, field: FieldName, start: int, end: int) -> tuple[int, int] | None:
    """The person that a paragraph without marks is about, where it is one sentence: "Benton wants it to end."""
    if any(start <= at < end for at in page.marked(field)):
        return None
    found = page.tokens(field, start, end)
    roots = [(i, t) for i, t in found if t.dep_ == "ROOT" and t.pos_ in {"VERB", "AUX"}]
    if len(roots) != 1 or not 3 < len(found) < 60:
        return None
    who = own_subject(roots[0][1])[0]
    named = who is not None and (who.ent_type_ == "PERSON" or (who.pos_ == "PROPN" and roots[0][1].lemma_ in SPEECH))
    return (roots[0][0], who.i) if who is not None and named else None


def _is_mouth(page: _Page, told: Speech) -> bool:
    """Whether what is reported is said by somebody, in words, as a sentence of its own."""
    if told.speaker is None or told.cue_at[0] < 0:
        return False
    cue, who = page.pieces[told.cue_at[0]].doc[told.cue_at[1]], page.pieces[told.speaker[0]].doc[told.speaker[1]]
    speaks = cue.lemma_.lower() in REPORTING - _THINKING and cue.dep_ == "ROOT"
    return speaks and (who.ent_type_ == "PERSON" or who.lower_ in {"he", "she"})


def _echoed(page: _Page, spans: Sequence[Marked], made: Sequence[Speech]) -> Iterator[Speech]:
    """Words in marks in a headline that the text has as somebody's."""
    text = page.texts["text"].casefold()
    for span in spans:
        if span.field != "title" or any(q.field == "title" and q.start == span.start for q in made):
            continue
        words_said = page.texts["title"][span.start : span.end].rstrip(",.").casefold()
        for quote in made:
            if (
                quote.field == "text"
                and quote.kind != "reported"
                and quote.speaker is not None
                and words_said in text[quote.start : quote.end]
            ):
                yield Speech(
                    "title", span.start, span.end, "direct", span.outer_start, span.outer_end, speaker=quote.speaker
                )
                break


def _subheads(quotes: Sequence[Speech], texts: dict[FieldName, str]) -> None:
    """Give a line that is nothing but words in marks, without a stop, to whoever says them in the text."""
    for quote in quotes:
        text = texts[quote.field]
        words_said = text[quote.start : quote.end].casefold()
        fills = _starts_paragraph(text, quote.outer_start) and text[quote.outer_end : quote.outer_end + 1] in {"", "\n"}
        if quote.field != "text" or quote.cue or not fills or "\n" in words_said or words_said[-1:] in _STOPS + ",":
            continue
        said = next(
            (
                other.speaker
                for other in quotes
                if other is not quote and other.cue and words_said in text[other.start : other.end].casefold()
            ),
            None,
        )
        quote.speaker = said


def _within(page: _Page, quotes: Sequence[Speech], spans: Sequence[Marked]) -> Iterator[Speech]:
    """Quotes within quotes that have a cue of their own inside."""
    by_start = {(s.field, s.start): s for s in spans}
    for quote in quotes:
        span = by_start.get((quote.field, quote.start))
        if span is None:
            continue
        text = page.texts[quote.field]
        for inner in nested(text, span):
            before = text[max(span.start, inner.outer_start - 60) : inner.outer_start]
            if len(_WORDS.findall(text[inner.start : inner.end])) < 2 or not before.rstrip().endswith((",", ":")):
                continue
            line = max(span.start, inner.outer_start - 60)
            starts = [
                (i, t)
                for i, piece in enumerate(page.pieces)
                if piece.field == quote.field
                and piece.start < inner.outer_start
                and line < piece.start + len(piece.text)
                for t in piece.doc
                if line <= piece.at(t) < inner.outer_start and _is_cue(t)
            ]
            if not starts:
                continue
            index, cue = starts[-1]
            who = speaker_of(cue)
            if cue.tag_ == "VB" or (
                who is not None and who.lower_ in _NOBODY | words("anything nobody anyone someone")
            ):
                continue  # "if you say, ‘…’"
            yield Speech(
                quote.field,
                inner.start,
                inner.end,
                "direct",
                inner.outer_start,
                inner.outer_end,
                cue=cue.text,
                cue_at=(index, cue.i),
                speaker=(index, who.i) if who is not None else None,
            )


# --------------------------------------------------------------------------------------------------------
# who speaks


def _who(page: _Page, index: int, cue: Token, span: Marked) -> Token | None:
    """The speaker's token, outside of the marks."""
    piece = page.pieces[index]
    who = speaker_of(cue)
    if who is not None and not page.inside(piece, who) and who.sent == cue.sent:
        return who
    if any(kid.dep_ == "auxpass" for kid in cue.children):
        return None
    at = piece.at(cue)
    after = [t for _, t in page.tokens(piece.field, at + len(cue), at + len(cue) + 80)]
    if at >= span.outer_end:
        before = [t for _, t in page.tokens(piece.field, span.outer_end, at)]
    else:
        line = page.texts[piece.field].rfind("\n", 0, at) + 1
        before = [t for _, t in page.tokens(piece.field, max(line, at - 120), at)]
        before = before[_last_stop(before) :]
    before = [t for t in before if not t.is_punct or t.text == ","]
    if before and (head := _head_of_phrase(before)) is not None:
        return head
    return _head_of_phrase(after, adjacent=True) if after else None


def _last_stop(tokens: Sequence[Token]) -> int:
    return max((i + 1 for i, t in enumerate(tokens) if t.is_sent_end), default=0) if tokens else 0


def _head_of_phrase(tokens: Sequence[Token], *, adjacent: bool = False) -> Token | None:
    """The head of the first noun phrase of a stretch: "Scott's niece, state Del. Marcia Price" gives niece."""
    found: Token | None = None
    for token in tokens:
        if token.is_punct or token.is_quote:
            if found is not None:
                break
            continue
        if token.pos_ in {"PROPN", "NOUN", "PRON"} and token.lower_ not in _ADDRESSED:
            found = token
        elif found is not None and token.tag_ != "POS":
            break
        elif found is None and adjacent and token.pos_ not in {"DET", "ADJ", "NUM", "ADV", "CCONJ", "SCONJ"}:
            return None
    return _named_head(found) if found is not None else None


_CLOSING = frozenset({"”", "»", "''", '"'})


def speaker_of(cue: Token) -> Token | None:
    """The token that names who speaks, by the cue's clause; ``None`` where the grammar leaves it open."""
    if is_passive(cue) and any(kid.dep_ in {"agent", "auxpass"} for kid in cue.children):
        by = (kid for agent in cue.children if agent.dep_ == "agent" for kid in agent.children if kid.dep_ == "pobj")
        return next((_name_beside(kid) for kid in by), None)
    if (outer := _reporter_of(cue)) is not None:
        return speaker_of(outer)
    if (giver := _giver(cue) or _told_to(cue)) is not None:
        return _named_head(giver)
    who, _ = subject(cue)
    if who is not None and who.i < cue.i:
        # a subject within the quote is none of the cue's: '"My reaction, that was absurd," X's aide said'
        others = (kid for kid in cue.children if kid.dep_ == "nsubj" and kid.i > who.i)
        who = next((k for k in others if any(t.text in _CLOSING for t in cue.doc[who.i : k.i])), who)
    if who is not None and who.i > cue.i and cue.i and _is_named(before := cue.nbor(-1)) and before.sent == cue.sent:
        return before  # what stands before a verb of speech is its subject, whatever the parser makes of it
    if who is not None and who.is_upper and len(who) > 3 and who.i + 2 < cue.i and who.nbor(1).text in _DASHES:
        return _head_of_phrase(list(cue.doc[who.i + 2 : cue.i]))  # a dateline
    if who is None or who.i == cue.i or (who.pos_ in {"VERB", "AUX", "ADV"} and not who.text[:1].isupper()):
        # inversion that the parser missed: "…," said Benton
        after = [t for t in cue.doc[cue.i + 1 : cue.i + 6] if t.pos_ in {"PROPN", "PRON", "NOUN"}]
        if cue.i + 1 < len(cue.doc) and cue.doc[cue.i + 1].pos_ in {"PROPN", "DET", "PRON"} and after:
            head = after[0]
            while head.dep_ in {"compound", "poss", "amod", "nmod"} and cue.i + 14 > head.head.i > head.i:
                head = head.head
            return _named_head(head)
        if cue.i and cue.nbor(-1).pos_ in {"PROPN", "PRON"}:
            return cue.nbor(-1)
        return None
    relative, _ = own_subject(cue)
    if relative is not None and relative.lower_ == "which" and who.ent_type_ == "PERSON":
        return None  # "its ruling in Wong Kim Ark, which held that"
    return _named_head(who)


def _giver(cue: Token) -> Token | None:
    """Who speaks through a text ("filed a lawsuit saying …"), or in a verb taken for a participle of the name."""
    head = cue.head
    if cue.tag_ == "VBG" and cue.dep_ == "acl" and head.dep_ == "dobj" and head.lemma_.lower() in _WRITTEN:
        verb = head.head
        if verb.pos_ == "VERB" and verb.lemma_.lower() in _GIVING and not is_passive(verb):
            who = own_subject(verb)[0]
            named = (kid for kid in who.children if kid.dep_ == "appos" and kid.pos_ == "PROPN") if who else iter(())
            return next(named, who)  # "one of the victims, Laura Benton, filed …"
    after = cue.nbor(1) if cue.i + 1 < len(cue.doc) else None
    if cue.tag_ == "VBN" and cue.dep_ in {"prep", "acl"} and head.pos_ == "PROPN" and head.i < cue.i - 1:
        # "Brown, head of the agency, compared the tactics to …"
        return head if after is not None and after.pos_ in {"DET", "PRON"} and cue.nbor(-1).text == "," else None
    return None


def _told_to(cue: Token) -> Token | None:
    """Who speaks where another verb makes them ("led Benton to say …"), or before an insertion between dashes."""
    head = cue.head
    if cue.dep_ == "xcomp" and cue.tag_ == "VB" and head.lemma_.lower() in _MAKING and not is_passive(head):
        return next((kid for kid in head.children if kid.dep_ == "dobj" and kid.i < cue.i), None)
    if cue.i > 3 and cue.nbor(-1).text in _DASHES:
        inside = cue.doc[max(cue.sent.start, cue.i - _LONGEST_NAME) : cue.i - 1]
        opened = next((t for t in reversed(inside) if t.text in _DASHES), None)
        if opened is not None and opened.i > cue.sent.start and opened.nbor(-1).pos_ == "PROPN":
            return opened.nbor(-1)  # "Benton—unlike, say, Novak—argued …"
    return None


_MAKING = words("lead prompt cause force push drive inspire allow enable compel get provoke spur")
_WRITTEN = words(
    """lawsuit suit complaint letter statement report memo email e-mail tweet post message note petition paper article
    motion brief filing study press-release release testimony video"""
)


def _name_beside(noun: Token) -> Token:
    """The name that a kind of body or person is said beside: "the charity Orvella"."""
    after = noun.nbor(1) if noun.pos_ == "NOUN" and noun.i + 1 < len(noun.doc) else None
    return after if after is not None and after.dep_ == "appos" and after.pos_ == "PROPN" else _named_head(noun)


def _is_named(token: Token) -> bool:
    if token.pos_ == "PROPN" and token.is_upper and len(token) > 2:
        return True
    return token.pos_ in {"PROPN", "PRON"} and (bool(token.ent_type_) or token.lower_ in {"he", "she", "they", "it"})


def _reporter_of(cue: Token) -> Token | None:
    """The verb of speech that a participle goes on with: "X said Y had lied, adding that …"."""
    if cue.tag_ != "VBG" or cue.dep_ != "advcl" or cue.i == 0 or cue.nbor(-1).text != ",":
        return None
    token, below = cue.head, False
    for _ in range(8):
        if below and token.pos_ == "VERB" and (token.lemma_.lower() in SPEECH or is_passive(cue.head)):
            return token
        if token.head.i == token.i or token.dep_ not in {"ccomp", "conj", "advcl", "xcomp"}:
            return None
        below = below or token.dep_ == "ccomp"
        token = token.head
    return None


def _named_head(who: Token) -> Token:
    """The name in apposition to an office: "its president, Ragna Thorsen"."""
    office = who.lemma_.lower() in ROLES
    behind = who.doc[who.i + 1 : min(who.right_edge.i + 1, who.i + _LONGEST_NAME)] if who.pos_ == "PROPN" else ()
    held = who.ent_type_ == "ORG" and any(t.lemma_.lower() in ROLES and t.is_lower for t in behind)
    if who.pos_ == "NOUN" or office or held or who.lower_ in {"one", "another"}:
        for kid in who.children:
            if (
                kid.dep_ == "appos"
                and kid.pos_ == "PROPN"
                and kid.i > who.i
                and kid.ent_type_ in {"PERSON", "ORG", "GPE", ""}
            ):
                return kid
    if who.ent_type_ != "PERSON" and (office or who.pos_ == "NOUN"):
        # "minister Peter Novak", "the ambassador to Spain, Peter Novak, told": the parser hangs the name elsewhere
        for token in who.doc[who.i + 1 : min(who.sent.end, who.i + (14 if office else 8))]:
            if token.pos_ in {"VERB", "AUX"}:
                break
            if token.ent_type_ != "PERSON" or token.ent_iob_ != "B":
                continue
            last = token
            while last.i + 1 < who.sent.end and last.nbor(1).ent_iob_ == "I":
                last = last.nbor(1)
            after = last.nbor(1) if last.i + 1 < who.sent.end else None
            closed = after is None or after.is_punct or after.pos_ in {"VERB", "AUX"}
            between = who.doc[who.i + 1 : token.i]
            of = office and closed and all(t.is_lower and t.pos_ in {"ADP", "NOUN", "CCONJ", "ADJ"} for t in between)
            of = of or (closed and token.nbor(-1).lemma_.lower() in ROLES)  # "Fellow marcher, engineer Peter Novak,"
            if (token.nbor(-1).text == "," and closed) or of or (office and token.nbor(-1).i == who.i):
                return last
    return who


# --------------------------------------------------------------------------------------------------------
# without marks


def _reported(index: int, page: _Page) -> Iterator[Speech]:
    piece = page.pieces[index]
    made: list[Speech] = []
    for token in piece.doc:
        made.extend(_reported_by(index, page, token))
    yield from made
    for sentence in piece.doc.sents:
        found = _closing(index, page, sentence) or _opening(index, page, sentence)
        if found is not None and not any(r.start < found.end and found.start < r.end for r in made):
            yield found


def _closing(index: int, page: _Page, sentence: Span) -> Speech | None:
    """ "…, officials said on Monday.", where the parser does not see that the rest is what they said."""
    piece, cue = page.pieces[index], None
    for token in reversed(sentence[-_TAIL:]):
        if token.tag_ in {"VBD", "VBZ", "VBP"} and token.lemma_.lower() in REPORTING - _THINKING:
            cue = token
            break
        if token.pos_ in {"VERB", "AUX"} or token.text in {",", ":", ";"}:
            return None
    if cue is None or page.inside(piece, cue) or any(kid.dep_ in {"ccomp", "xcomp", "dobj"} for kid in _after(cue)):
        return None
    first = cue.i
    while first > sentence.start and cue.i - first < _LONGEST_NAME and piece.doc[first - 1].text != ",":
        first -= 1
    who = [t for t in piece.doc[first : cue.i] if not t.is_space]
    if not who or first - 2 <= sentence.start or piece.doc[first - 1].text != ",":
        return None
    if any(t.pos_ in {"VERB", "AUX", "SCONJ"} or t.lower_ in _ADDRESSED or page.inside(piece, t) for t in who):
        return None
    if who[0].pos_ in {"CCONJ", "ADP", "ADV"} or who[-1].pos_ not in {"NOUN", "PROPN", "PRON"}:
        return None
    said = piece.doc[sentence.start : first - 1]
    if not any(t.tag_ in {"VBD", "VBZ", "VBP", "MD", "VBN"} for t in said) or any(t.text in _QUOTES for t in said[-1:]):
        return None
    head = _head_of_phrase(who)
    if head is None or head.lower_ in _NOBODY:
        return None
    return _speech(index, piece, said.start_char, said.end_char, cue.text, cue.i, head.i)


def _opening(index: int, page: _Page, sentence: Span) -> Speech | None:
    """ "Benton said the moment he saw it he ran.", where the parser makes no clause of it."""
    piece, cue = page.pieces[index], sentence.root
    if cue.lemma_ != "say" or cue.tag_ not in {"VBD", "VBZ"} or page.inside(piece, cue):
        return None
    after = [t for t in piece.doc[cue.i + 1 : sentence.end] if not t.is_space]
    who = own_subject(cue)[0]
    if who is None or who.i > cue.i or len(after) < _SENTENCE or after[0].pos_ not in {"DET", "PRON", "PROPN"}:
        return None
    if any(page.inside(piece, t) for t in (cue, *after)) or not any(t.dep_ == "nsubj" for t in after):
        return None
    if any(kid.dep_ in {"ccomp", "advcl"} or kid.tag_ == "VBN" for kid in cue.children) or who.lower_ in _NOBODY:
        return None
    return _speech(index, piece, after[0].idx, sentence.end_char, cue.text, cue.i, _named_head(who).i)


def _after(token: Token) -> Iterator[Token]:
    return (kid for kid in token.children if kid.i > token.i)


#: Tokens that may follow a verb of speech at the end of its sentence, and those of whoever speaks.
_TAIL = 10
_LONGEST_NAME = 12
_SENTENCE = 6
_QUOTES = frozenset("\"'“”‘’«»")


def _reported_by(index: int, page: _Page, token: Token) -> Iterator[Speech]:
    piece, lemma = page.pieces[index], token.lemma_.lower()
    if page.inside(piece, token):
        return
    if token.lower_ == "according" and token.i + 1 < len(piece.doc) and piece.doc[token.i + 1].lower_ == "to":
        if found := _according(index, piece, token):
            yield found
    elif token.pos_ in {"VERB", "AUX"} and lemma in _CLAUSAL:
        yield from _verb_reports(index, piece, token, lemma)
        yield from _speech_act(index, piece, token, lemma)
    elif token.pos_ == "VERB" and lemma in _ACTS:
        yield from _speech_act(index, piece, token, lemma)
    elif token.pos_ == "NOUN" and lemma in _NOUNS:
        yield from _noun_reports(index, piece, token)


def _verb_reports(index: int, piece: Piece, token: Token, lemma: str) -> Iterator[Speech]:
    if is_passive(token) or token.dep_ in {"amod", "aux"}:
        return
    if any(kid.dep_ == "mark" and kid.lower_ in {"whether", "if"} for kid in token.children):
        return  # "asked whether he thought she was right"
    clauses = _clauses(token, lemma)
    if clauses and clauses[-1].i < token.i and any(kid.dep_ == "xcomp" for kid in token.children):
        return  # "… a motion, however, Benton agreed to be heard"
    if not clauses or (_is_question(clauses[0]) and (lemma not in _ASKING or _is_negated(token))):
        return
    who = speaker_of(token)
    if who is None or (who.lower_ in _NOBODY and not (who.lower_ == "it" and lemma in REPORTING)):
        return
    start, end = _clause_span(clauses, token)
    for begin, stop in _around(piece, token, start, end):
        made = _speech(index, piece, begin, stop, token.text, token.i, who.i)
        if made is not None:
            yield made


def _around(piece: Piece, cue: Token, start: int, end: int) -> list[tuple[int, int]]:
    """What is said before and behind a reporter in the middle of it: "the text, she said, was weak"."""
    who = own_subject(cue)[0]
    if not start < cue.idx < end or who is None or abs(who.i - cue.i) > _LONGEST_NAME:
        return [(start, end)]
    first, last = min(who.left_edge.i, cue.i), max(who.right_edge.i if who.i > cue.i else cue.i, cue.i)
    while last - cue.i < _TAIL and last + 1 < cue.sent.end and cue.doc[last + 1].text not in _PARTING:
        last += 1
    stop, begin = cue.doc[first].idx, cue.doc[last].idx + len(cue.doc[last])
    parted = piece.text[start:stop].rstrip().endswith(_PARTING) and piece.text[begin:end].startswith(_PARTING)
    if not start < stop or not begin < end or not parted:
        return [(start, end)]
    alone = piece.text[start:stop].strip(" ,–—").lower() in _JOINING
    return [(begin, end)] if alone else [(start, stop), (begin, end)]


_PARTING = (",", "–", "—", ":")
_JOINING = words("because that and but so if when while although though yet or as")


def _speech_act(index: int, piece: Piece, token: Token, lemma: str) -> Iterator[Speech]:
    """What is asked, promised, announced or judged in an infinitive or a noun phrase: "urged both sides to talk"."""
    if lemma not in _ACTS or is_passive(token) or _is_negated(token):
        return
    if any(kid.dep_ == "ccomp" for kid in token.children) or token.dep_ in {"amod", "parataxis"}:
        return
    parts = [
        kid
        for kid in token.children
        if kid.i > token.i and (kid.dep_ in {"dobj", "xcomp", "oprd"} or (kid.dep_ == "prep" and kid.lower_ in _ABOUT))
    ]
    asked = any(part.dep_ == "xcomp" for part in parts)
    if not parts or (parts[0].dep_ == "xcomp" and lemma not in _PROMISES):
        return
    if lemma in _PROMISES - _OFFERS and not asked and parts[0].dep_ == "dobj":
        return  # "asked Benton": nobody has said what
    who = speaker_of(token)
    if (
        who is None
        or who.lower_ in _NOBODY
        or not (who.ent_type_ or who.pos_ in {"PRON", "PROPN"} or who.lemma_.lower() in ROLES)
    ):
        return
    first, last = parts[0].left_edge, max((part.right_edge for part in parts), key=lambda t: t.i)
    if parts[0].dep_ == "prep" and parts[0].lower_ in {"for", "on", "about", "of", "to", "against", "with"}:
        first = first.nbor(1) if first.i + 1 < len(first.doc) else first
    if first.i <= token.i or last.i - first.i < 2:
        return
    made = _speech(index, piece, first.idx, last.idx + len(last), token.text, token.i, who.i)
    if made is not None:
        made.act = True
        yield made


def _clauses(cue: Token, lemma: str) -> list[Token]:
    """The heads of the clauses that a verb of speech reports."""
    if cue.dep_ == "parataxis" and lemma in REPORTING:
        if any(kid.dep_ in {"xcomp", "ccomp"} for kid in cue.children):
            return []
        return [cue.head] if cue.head.i != cue.i and cue.head.pos_ in {"VERB", "AUX"} else []
    found = [
        kid
        for kid in cue.children
        if kid.dep_ == "ccomp"
        and (kid.pos_ in {"VERB", "AUX"} or any(sub.dep_ == "cop" for sub in kid.children))
        and not any(sub.dep_ == "mark" and sub.lower_ in _CIRCUMSTANCE for sub in kid.children)
        and any(sub.dep_ in {"nsubj", "nsubjpass", "expl", "csubj"} for sub in kid.children)
        and not (kid.tag_ == "VB" and any(sub.dep_ == "aux" and sub.lower_ == "to" for sub in kid.children))
    ]
    if not found:
        # the parser hangs the clause elsewhere: "told reporters that …"
        for mark in cue.doc[cue.i + 1 : min(cue.sent.end, cue.i + 14)]:
            if mark.lower_ == "that" and mark.dep_ == "mark" and mark.head.dep_ in {"acl", "relcl", "advcl", "conj"}:
                owner = mark.head.head
                if (
                    owner.i == cue.i
                    or (owner.head.i == cue.i and owner.lemma_.lower() not in _NOUNS)
                    or (owner.head.head.i == cue.i and owner.head.dep_ == "prep")
                ):
                    return [mark.head]
        return []
    return found


def _is_question(clause: Token) -> bool:
    first = clause.left_edge
    return first.lower_ in {"whether", "if"} or first.tag_ in {"WP", "WRB", "WDT"}


def _is_negated(verb: Token) -> bool:
    return any(kid.dep_ == "neg" for kid in verb.children) or verb.head.lemma_ in {"decline", "refuse"}


def _clause_span(clauses: Sequence[Token], cue: Token) -> tuple[int, int]:
    first = min((c.left_edge for c in clauses), key=lambda t: t.i)
    last = max((c.right_edge for c in clauses), key=lambda t: t.i)
    if cue.dep_ == "parataxis":
        after = next((t for t in cue.doc[cue.i + 1 : cue.sent.end] if not t.is_punct), None)
        if max(c.i for c in clauses) < cue.i and after is not None and after.tag_ == "VBG" and after.i <= last.i:
            last = cue.doc[max(clauses[0].i, cue.left_edge.i - 1)]  # "… paid for, he said, swiping at Benton"
            while last.is_punct and last.i > clauses[0].i:
                last = last.nbor(-1)
        colon = next((t for t in cue.doc[first.i : min(cue.i, clauses[0].i)] if t.text == ":"), None)
        first = first if colon is None else colon.nbor(1)  # "Her editor was not amused: the ministry, he said, had …"
        return first.idx, last.idx + len(last)
    kids = [c.i for c in clauses]
    if max(kids) < cue.i:
        last = last if last.i < cue.i else cue.nbor(-1)
    elif min(kids) > cue.i and first.i > cue.i:
        last = _until_reporter(clauses[-1], _until_next_verb(clauses[-1], cue, last))
    elif cue.left_edge.i < first.i < cue.i < last.i and min(kids) > cue.i:
        first = cue.nbor(1)
    if first.i < cue.i < last.i and min(kids) > cue.i and first.tag_ in {"WP", "WDT"}:
        first = cue.nbor(1)  # "attacks which officials say killed 12"
    while first.lower_ in _DAYS and first.dep_ == "npadvmod" and first.i == cue.i + 1 and first.i < last.i:
        first = first.nbor(1)  # "said Wednesday his government had …"
    if first.text == "that" and first.dep_ == "mark":
        first = first.nbor(1)
    return first.idx, last.idx + len(last)


_DAYS = words("monday tuesday wednesday thursday friday saturday sunday today yesterday")


def _until_next_verb(clause: Token, cue: Token, last: Token) -> Token:
    """Cut where a conjunct goes back to the speaker: "said it had lied, and promised to sue"."""
    for kid in clause.children:
        if (
            kid.dep_ == "conj"
            and kid.tag_ == cue.tag_ == "VBD"
            and any(aux.dep_ in {"aux", "auxpass"} for aux in clause.children)
            and not any(sub.dep_ in {"nsubj", "nsubjpass", "expl", "aux"} for sub in kid.children)
            and kid.left_edge.i > clause.i + 1
        ):
            at = kid.left_edge.i - 1
            while at > clause.i and (cue.doc[at].is_punct or cue.doc[at].dep_ == "cc"):
                at -= 1
            return cue.doc[at]
    return last


#: What the reporter says of what was said: ", prompting calls for …", ", pointing to …".
_NARRATED = words("prompt spark trigger draw point cite gesture")


def _until_reporter(clause: Token, last: Token) -> Token:
    """Cut where the reporter goes on: ", while her deputy praised", ", adding that …", "and that drew a threat"."""
    doc = clause.doc
    for kid in doc[clause.i + 1 : min(last.i, clause.i + _LONGEST_CLAUSE) + 1]:
        if not clause.is_ancestor(kid):
            continue
        at = kid.left_edge.i
        comma = doc[at - 1].text == ","
        own = [sub for sub in kid.children if sub.dep_ in {"nsubj", "nsubjpass"}]
        while_clause = kid.dep_ == "advcl" and own and doc[at].lower_ == "while" and comma
        ends_in = kid.tag_ == "VBG" and kid.dep_ == "advcl" and comma and at == kid.i
        goes_on = ends_in and kid.lemma_.lower() in SPEECH | _NARRATED
        goes_on = goes_on or (comma and kid.lower_ == "without" and any(sub.tag_ == "VBG" for sub in kid.children))
        relative = kid.dep_ == "conj" and own and own[0].lower_ in {"that", "which", "who"} and own[0].tag_ != "DT"
        if while_clause or goes_on or relative:
            at = own[0].i - 1 if relative else at - 1
            while at > clause.i and (doc[at].is_punct or doc[at].dep_ == "cc"):
                at -= 1
            return doc[at]
    return last


def _noun_reports(index: int, piece: Piece, noun: Token) -> Iterator[Speech]:
    clause = next(
        (
            kid
            for kid in noun.children
            if kid.dep_ in {"acl", "ccomp", "relcl"}
            and kid.i > noun.i
            and any(mark.dep_ == "mark" and mark.lower_ == "that" for mark in kid.children)
        ),
        None,
    )
    if clause is None:
        return
    who = _whose(noun)
    if who is None:
        return
    first, last = clause.left_edge, clause.right_edge
    if first.lower_ == "that":
        first = first.nbor(1)
    made = _speech(index, piece, first.idx, last.idx + len(last), noun.text, noun.i, who.i)
    if made is not None:
        yield made


def _whose(noun: Token) -> Token | None:
    """Whose claim it is: "his claim", "a claim by X", "X made the claim"."""
    owner = child(noun, "poss")
    if owner is not None:
        return _named_head(owner)
    for kid in noun.children:
        if kid.dep_ == "prep" and kid.lower_ in {"by", "from", "of"} and kid.i > noun.i:
            thing = child(kid, "pobj")
            if thing is not None:
                return _named_head(thing)
    verb = noun.head if noun.dep_ == "dobj" else None
    if noun.dep_ == "pobj" and noun.head.lower_ in {"with", "in", "to"}:
        verb = noun.head.head
    if verb is not None and verb.pos_ == "VERB" and verb.lemma_ in _GIVING | SPEECH and not is_passive(verb):
        return speaker_of(verb)
    return None


def _speech(index: int, piece: Piece, start: int, end: int, cue: str, at: int, who: int) -> Speech | None:
    begin, stop = _trimmed(piece.text, start, end)
    if stop - begin < 3 or not _LETTERS.search(piece.text, begin, stop):
        return None
    begin, stop = piece.start + begin, piece.start + stop
    return Speech(
        piece.field,
        begin,
        stop,
        "reported",
        begin,
        stop,
        cue=cue,
        cue_at=(index, at),
        speaker=(index, who),
        marked=False,
    )


def _spoken_headline(index: int, piece: Piece) -> Iterator[Speech]:
    """ "Name: what she says", as headlines have it."""
    match = _SPOKEN_HEADLINE.fullmatch(piece.text.strip())
    if match is None or piece.text[0].isspace():
        return
    name = piece.doc.char_span(match.start(1), match.end(1))
    if name is None or not any(token.ent_type_ in {"PERSON", "ORG", "GPE", "NORP"} for token in name):
        return
    made = _speech(index, piece, match.start(2), match.end(2), ":", min(name.end, len(piece.doc) - 1), name.end - 1)
    if made is not None:
        yield made


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;:–—-"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:–—-."):
        end -= 1
    return start, end


def _according_whom(token: Token) -> Token | None:
    to = token.nbor(1)
    who = next((t for t in (*to.children, *token.children) if t.dep_ == "pobj"), None)
    return _source(who) if who is not None else None


def _source(who: Token) -> Token:
    """Who is named after "according to"; a name with a verb after it begins the clause ("… an official, Benton is")."""
    head = _named_head(who)
    after = head.nbor(1) if head.i + 1 < len(head.doc) else None
    return who if head.i != who.i and after is not None and after.pos_ in {"VERB", "AUX"} else head


def _according(index: int, piece: Piece, token: Token) -> Speech | None:
    to = piece.doc[token.i + 1]
    who = next((t for t in (*to.children, *token.children) if t.dep_ == "pobj"), None)
    if who is None:
        return None
    sentence: Span = token.sent
    edge = who.right_edge
    named = _source(who)
    if named.i == who.i or edge.i - who.i > 14:
        # the parser takes what is said for an apposition of the source
        stop = next((t for t in piece.doc[who.i + 1 : edge.i + 1] if t.text == "," and t.i > who.i), None)
        kept = stop is None or any(k.dep_ in {"relcl", "appos"} and k.i < edge.i for k in who.children)
        edge = edge if stop is None or (kept and edge.i - who.i <= 14) else stop
    if token.i - sentence.start <= 1:
        start, end = edge.idx + len(edge), sentence.end_char
    else:
        start, end = sentence.start_char, token.idx
        before = [t for t in piece.doc[sentence.start : token.i] if not t.is_punct]
        finite = any(t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in before) or any(
            t.dep_ in {"nsubj", "nsubjpass"} and t.head.pos_ == "VERB" and t.head.i < token.i for t in before
        )
        opens = bool(before) and before[-1].tag_ in {"WDT", "WP", "IN"}
        if edge.i + 2 < sentence.end and edge.nbor(1).text == "," and (not finite or opens):
            start, end = edge.idx + len(edge), sentence.end_char  # "Last year, according to X, she moved"
    cue = piece.text[token.idx : to.idx + len(to)]
    return _speech(index, piece, start, end, cue, token.i, named.i)


def is_sentence(text: str, span: Marked) -> bool:
    """Whether what stands between marks reads as speech and not as a scare quote or a title: without a parse."""
    inner = text[span.start : span.end]
    if not inner.isascii() and not re.search(r"\s", inner):
        return len(inner) >= 6  # scripts that do not part words
    return len(_WORDS.findall(inner)) >= 3 and not _is_title(inner, _word_before(text, span.outer_start))
