"""Who is named: the model's entities and the gazetteer's, cleaned, typed alike through the document."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from spacy.tokens import Doc, Span, Token

from pipeline.records import EntityType, FieldName
from pipeline.tag import abroad, shapes, unseen
from pipeline.tag.gazetteer import Found, Gazetteer, NameIndex, begins_sentence
from pipeline.tag.names import BODIES, FIRMS, GIVEN_F, GIVEN_M, ROLES, TITLES, VOICES
from pipeline.tag.nlp import DATELINE, Piece
from pipeline.tag.words import words

MentionKind = Literal["name", "alias", "pronoun", "description"]

_GIVEN = GIVEN_F | GIVEN_M
_TYPES: dict[str, EntityType] = {
    "PERSON": "PERSON",
    "ORG": "ORG",
    "GPE": "GPE",
    "NORP": "NORP",
    "LOC": "LOC",
    "FAC": "FAC",
    "EVENT": "EVENT",
    "WORK_OF_ART": "WORK",
}
_LEADING = words("by the a an this that these those our their his her its my your")
_TRIM = " \t\"'“”‘’«»„‚`()[]{},;:!?-–—…/\\|*_#@&"
_DEMONYM_ENDINGS = words("n an ian ean ese i ish ic nian")
_SCORE = re.compile(r"\d+[–-]\d+")
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINT = re.compile(r"\s*,\s+(?:and\s+)?|\s+and\s+")


@dataclass(slots=True)
class Named:
    """A span that names somebody or something, before it is known who that is.

    ``piece`` is the index of its piece, ``first`` and ``last`` its tokens (last exclusive), ``start`` and ``end`` its
    offsets in the field.
    """

    piece: int
    first: int
    last: int
    field: FieldName
    start: int
    end: int
    text: str
    type: EntityType
    known: str = ""  # id in the gazetteer
    title: str = ""  # the word of address before it
    kind: MentionKind = "name"
    shaped: bool = False  # its own words say its type
    group: bool = False  # it names several at once: one mention for each of them
    key: str = ""  # the entity, once resolved
    order: int = 0


def names(
    pieces: Sequence[Piece], gazetteer: Gazetteer, language: str = "en", cues: unseen.Cues | None = None
) -> list[Named]:
    """Find every name, in reading order, without overlaps.

    A gazetteer name beats the model's span unless the model's is longer ("Bank of England" is no place). A name has one
    type in a document: the gazetteer's, else person where a title stands before it or it is somebody's surname,
    else the one most often given. With ``cues`` names are found that the model passed over where they act.
    """
    found: list[Named] = []
    hits = gazetteer.find(
        [piece.text for piece in pieces],
        [[(ent.start_char, ent.end_char, ent.label_) for ent in piece.doc.ents] for piece in pieces],
    )
    for index, piece in enumerate(pieces):
        if language != "en":
            hits[index] += [
                state
                for state in abroad.find(piece.text, language, gazetteer)
                if not any(state.start < hit.end and hit.start < state.end for hit in hits[index])
            ]
        found.extend(_in_piece(index, piece, gazetteer, hits[index]))
    found = _split_joined(pieces, found)
    found = _cut_headline(pieces, found)
    found = _introduced(pieces, found)
    found = _rejoined(pieces, found)
    _with_purposes(pieces, found)
    found = _papers(pieces, found, gazetteer)
    _with_particles(pieces, found)
    found.extend(_demonyms(pieces, found))
    found.extend(_acronyms(pieces, found))
    _with_surnames(pieces, found)
    if cues is not None:
        found.extend(_unseen(pieces, found, gazetteer, cues))
    _one_type(pieces, found, gazetteer)
    if cues is not None:
        _speaking(pieces, found, cues)
    found.extend(_missed(pieces, found, gazetteer))
    _lengthen(pieces, found, gazetteer)
    found = [name for name in _without_things(pieces, found) if not _is_no_name(pieces[name.piece], name)]
    found = _without_epithets(pieces, found)
    found = _without_offices(pieces, found)
    found = _without_words(pieces, found)
    found = _without_common(pieces, found)
    found = _without_shouts(pieces, found)
    found.sort(key=lambda name: (name.piece, name.start))
    for order, name in enumerate(found):
        name.order = order
    return found


def _in_piece(index: int, piece: Piece, gazetteer: Gazetteer, hits: Sequence[Found]) -> list[Named]:
    if (dateline := _dateline(index, piece, gazetteer, hits)) is not None:
        return dateline
    listed = [
        name
        for hit in hits
        if piece.text[max(0, hit.start - 2) : hit.start] not in {"D-", "R-", "I-"}  # "Schumer, D-N.Y.,"
        if (name := _named(index, piece, hit.start, hit.end, gazetteer.entries[hit.value].type, hit.value))
    ]
    modelled = [name for ent in piece.doc.ents for part in _parts(ent) if (name := _from_model(index, piece, part))]
    kept: list[Named] = []
    for name in modelled:
        rivals = [other for other in listed if other.start < name.end and name.start < other.end]
        # A longer span of the model is a name of its own ("Bank of England"), unless it only joins listed ones.
        if rivals and not _is_longer_name(name, rivals):
            continue
        for other in rivals:
            listed.remove(other)
        kept.append(name)
    kept.extend(listed)
    for shape in shapes.shapes(piece.doc):
        kept = _shaped(index, piece, shape, kept, gazetteer)
    return sorted(kept, key=lambda name: name.start)


def _shaped(index: int, piece: Piece, shape: shapes.Shape, kept: list[Named], gazetteer: Gazetteer) -> list[Named]:
    """Put a name by its shape in the place of the shorter ones that it covers."""
    span = piece.doc.char_span(shape.start, shape.end)
    lead = unseen.opening([*span]) if span is not None else 0
    first = span[lead].idx if span is not None and lead else shape.start
    start, end = piece.start + first, piece.start + shape.end
    rivals = [other for other in kept if other.start < end and start < other.end]
    for other in rivals:
        longer = other.end - other.start >= end - start
        person = other.known and other.type == "PERSON"
        # "the British Labour Party": the gazetteer's name, and whose it is
        owned = other.known and other.end == end and piece.text[first : other.start - piece.start].strip()
        state = owned and (key := gazetteer.by_name.get(owned)) and gazetteer.entries[key].type != "LOC"
        if longer or person or state or (other.start < start or other.end > end):
            return kept
    name = _named(index, piece, first, shape.end, shape.type)
    if name is None:
        return kept
    name.shaped = True
    return [other for other in kept if other not in rivals] + [name]


def _is_longer_name(name: Named, rivals: Sequence[Named]) -> bool:
    if len(rivals) > 1 or any(other.start < name.start or other.end > name.end for other in rivals):
        return False
    if _YOUNGER.fullmatch(name.text[rivals[0].end - name.start :]) and rivals[0].start == name.start:
        return True  # "Donald Trump Jr": a name of the family, another person
    if name.end - name.start == rivals[0].end - rivals[0].start:
        return False
    if name.type == rivals[0].type == "GPE" and name.text.startswith(rivals[0].text + " "):
        return name.text[len(rivals[0].text) + 1 :] in _TOWN_ENDS  # "Kansas City"
    # "Poland's Jan Wolski", "Russian Vladimir Putin": two names, which the gazetteer tells apart.
    return not (name.type in {"GPE", "NORP"} or rivals[0].type == "PERSON" or "'s " in name.text or "’s " in name.text)


def _parts(ent: Span) -> list[Span]:
    """Names that the model ran together: cut at a verb in lower case, and at words that no name goes on with.

    A headline's "Benton slams Microsoft"; "the Citizen through the Access to Papers Act".
    """
    if ent.label_ == "WORK_OF_ART" or not any(_parts_names(token) for token in ent):
        return [ent]
    parts, start = [], ent.start
    for token in [*ent, None]:
        at = ent.end if token is None else token.i
        if token is None or _parts_names(token):
            if at > start:
                parts.append(Span(ent.doc, start, at, label=ent.label_))
            start = at + 1
    return parts


def _parts_names(token: Token) -> bool:
    return token.is_lower and (token.pos_ == "VERB" or token.text in _BETWEEN)


def _from_model(index: int, piece: Piece, ent: Span) -> Named | None:
    kind = _TYPES.get(ent.label_)
    if kind is None:
        return None
    kind = "NORP" if kind == "LOC" and ent.text in {"Black", "White"} else kind
    tokens = [token for token in ent if not token.is_space]
    bracket = next((i for i, token in enumerate(tokens) if i and token.text in {"(", "["}), len(tokens))
    tokens = tokens[:bracket]  # "Leeds (Newsline": a name and its bracket
    while tokens and (tokens[0].lower_ in _LEADING or not _has_letter(tokens[0].text)):
        tokens.pop(0)
    tokens = tokens[: _quantity(tokens)] if kind != "WORK" else tokens
    if tokens and unseen.opening(tokens):
        tokens, kind = tokens[1:], "ORG" if kind == "WORK" else kind
    if kind == "PERSON":
        tokens = tokens[: unseen.number(tokens)]
        tokens = tokens[: next((i for i, t in enumerate(tokens) if i > 1 and t.text == "of"), len(tokens))]
    while kind != "WORK" and len(tokens) > 1 and tokens[-1].is_lower and tokens[-1].text.isalpha():
        tokens.pop()  # "Public Services and"
    if kind == "PERSON" and len(tokens) > 1 and tokens[0].text == "Said" and tokens[0].is_sent_start:
        after = tokens[-1].nbor(1).text if tokens[-1].i + 1 < len(ent.doc) else ""
        tokens = tokens[1:] if after == ":" else tokens  # "Said Benton: …"
    title = ""
    if kind != "WORK":
        while (
            len(tokens) > 1
            and tokens[0].lower_ in TITLES
            and (kind == "PERSON" or tokens[0].lower_.rstrip(".") in _ADDRESS or _is_royal(tokens))
        ):
            title = tokens.pop(0).lower_
            kind = "PERSON"
        if kind == "PERSON" and len(tokens) > 2 and tokens[0].lower_ in ROLES and tokens[0].text not in _GIVEN:
            title = title or tokens[0].lower_
            tokens = tokens[1:]  # "Sprinter Ada Moss"
    while len(tokens) > 1 and _SCORE.fullmatch(tokens[-1].text):
        tokens.pop()
    while (
        tokens and (tokens[-1].tag_ == "POS" or not _has_letter(tokens[-1].text)) and not tokens[-1].text[-1:].isdigit()
    ):
        tokens.pop()
    if not tokens:
        return None
    if len(tokens) == 1 and tokens[0].is_sent_start and tokens[0].pos_ == "NOUN" and not title:
        return None  # "Organisers said …"
    if all(token.lower_ in _OFFICIAL for token in tokens) and kind != "WORK":
        return None  # "Rear Admiral"
    if _SEATED.fullmatch("".join(token.text for token in tokens)) or (len(tokens) == 1 and tokens[0].lower_ in _ERAS):
        return None  # "a Victorian home", "R-Wis."
    given = len(tokens) > 1 and tokens[0].text in _GIVEN
    if kind != "WORK" and tokens[-1].text in _LAWS and not given and (len(tokens) > 1 or _of_a_law(tokens[0])):
        return None  # a law is none of the kinds of entities: "The Bill"
    if kind == "WORK" and _is_part_of_marked(tokens):
        return None  # a slogan, somebody's words
    if len(tokens) == 1 and tokens[0].is_upper and tokens[0].lower_ in _NO_BODIES - _STATES_IN_CAPITALS:
        return None  # "AI", "VAT"
    return _named(index, piece, tokens[0].idx, tokens[-1].idx + len(tokens[-1]), kind, "", title)


def _of_a_law(token: Token) -> bool:
    """Whether "Bill" is no William: it has an article, or other words with a capital before it."""
    before = token.nbor(-1) if token.i and not token.is_sent_start else None
    return before is not None and (before.lower_ in {"the", "a", "an", "this", "that"} or before.text == ")")


def _is_royal(tokens: Sequence[Token]) -> bool:
    """Whether a span is a word of rank and a given name: "Prince Andrew"."""
    return len(tokens) == 2 and tokens[0].lower_ in _RANKED and tokens[1].text in _GIVEN


def _is_part_of_marked(tokens: Sequence[Token]) -> bool:
    """Whether a span opens or closes words in marks without filling them, or is a word without a capital."""
    doc, first, last = tokens[0].doc, tokens[0].i, tokens[-1].i
    if not any(char.isupper() for char in tokens[0].text + tokens[-1].text):
        return True
    if first and doc[first - 1].lower_ in {"a", "an", "the"}:
        first -= 1
    opened = first > 0 and doc[first - 1].text in _OPENING
    opened = opened and (doc[first - 1].text != '"' or doc.text[: doc[first - 1].idx].count('"') % 2 == 0)
    while last + 1 < len(doc) and doc[last + 1].text in {",", ".", "!", "?"}:
        last += 1
    closed = last + 1 < len(doc) and doc[last + 1].text in _CLOSING
    return opened and not closed


_OPENING = frozenset('"“‘«')
_CLOSING = frozenset("\"”’»'")
_RANKS = words("rear vice lord grand lieutenant brigadier warrant plaintiff plaintiffs defendant defendants petitioner")
_OFFICIAL = TITLES | _RANKS
_RANKED = words("prince princess king queen pope duke duchess lord lady dame sir")
#: What stands before no name: a member's party, before the state, and a beauty queen's title.
_NO_NAME = re.compile(r"\([RDI]-(?=[A-Z][a-z]*\.?\))|\bMiss (?=(?:Universe|World|Earth|International|America)\b)")
_ERAS = words("victorian edwardian elizabethan tudor orwellian machiavellian kafkaesque dickensian shakespearean")
#: A member's party and state: "R-Wis."
_SEATED = re.compile(r"[RDI]-[A-Z][a-z]*\.?")


def _quantity(tokens: Sequence[Token]) -> int:
    """Where in a span of the model an amount or a score begins: "Orvella 2.4 billion euros", "Orvella 4-0"."""
    for i, token in enumerate(tokens):
        after = tokens[i + 1].lower_ if i + 1 < len(tokens) else ""
        if _MONEY.fullmatch(token.text) or (token.like_num and after in _UNITS) or token.text in _CURRENCIES:
            return i
        if i and _RESULT.match(token.doc.text, token.idx):
            return i
    return len(tokens)


_YOUNGER = re.compile(r",? (?:Jr\.?|Sr\.?|Junior|Senior|II|III|IV)")
_MONEY = re.compile(r"[A-Z]{0,3}[$€£¥]?\d[\d.,]*(?:bn|m|tn|k|mn)")
_CURRENCIES = frozenset("$€£¥")
_RESULT = re.compile(r"\d{1,3}[-–]\d{1,3}(?![\w–-])")
_UNITS = words(
    "billion million trillion thousand hundred euros euro dollars pounds percent % per yen yuan rupees bn mn m"
)
_LAWS = words("Act Bill Law Amendment")
#: Words in lower case that part two names.
_BETWEEN = words("through via under after before during into despite amid while until because although than when")
_STATES_IN_CAPITALS = words("usa uk eu us gop")
_ADDRESS = words("mr mrs ms mr. mrs. ms. dr dr. sir president chancellor senator")


def _named(
    index: int, piece: Piece, start: int, end: int, kind: EntityType, known: str = "", title: str = ""
) -> Named | None:
    text = piece.text
    while start < end and text[start] in _TRIM:
        start += 1
    while start < end and text[end - 1] in _TRIM:
        end -= 1
    if not known:
        end -= len(_possessive(text[start:end]))
        start += len(prefix.group()) if (prefix := _PREFIX.match(text, start, end)) else 0
    surface = text[start:end]
    if not known and (not _plausible(surface, kind)):
        return None
    span = piece.doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return None
    if not title and span.start > 0 and (before := piece.doc[span.start - 1].lower_) in TITLES:
        title = before
        if not known and kind in {"ORG", "GPE", "FAC", "WORK", "NORP"} and before.rstrip(".") in _ADDRESS:
            kind = "PERSON"
    if not known and span.start > 0 and kind == "GPE" and piece.doc[span.start - 1].lower_ in BODIES:
        kind, title = "ORG", "body"  # "the energy company Orlen"
    return Named(
        piece=index,
        first=span.start,
        last=span.end,
        field=piece.field,
        start=piece.start + start,
        end=piece.start + end,
        text=surface,
        type=kind,
        known=known,
        title=title if kind == "PERSON" or title == "body" else "",
    )


#: What stands before a name with a hyphen and is no part of it: "post-Civil War".
_PREFIX = re.compile(r"(?:post|pre|anti|pro|non|ex|mid)-(?=[A-Z])")


def _possessive(surface: str) -> str:
    match = _POSSESSIVE.search(surface)
    return match.group() if match else ""


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)


#: Party and state of a member of Congress: "Schumer, D-N.Y.,".
_SEAT = re.compile(r"[DRI]-[A-Z][\w.]{0,6}")


def _plausible(surface: str, kind: EntityType) -> bool:
    if len(surface) < 2 or not _has_letter(surface) or len(surface) > 100 or surface.lower() in unseen.CALENDAR:
        return False
    if _SEAT.fullmatch(surface):
        return False
    if surface.lower() in TITLES or surface in _COMPANY_FORMS or sum(char.isalpha() for char in surface) < 2:
        return False
    return kind == "WORK" or any(char.isupper() or not char.islower() for char in surface if char.isalpha())


_COMPANY_FORMS = frozenset(
    {"S.A.", "S.A", "Inc", "Inc.", "Ltd", "Ltd.", "LLC", "PLC", "Plc", "GmbH", "AG", "N.V.", "S.p.A."}
)


def _one_type(pieces: Sequence[Piece], found: list[Named], gazetteer: Gazetteer) -> None:
    votes, evidence = _ballots(pieces, found)
    articled = {  # "the Olive Tree"
        name.text for name in found if name.first and pieces[name.piece].doc[name.first - 1].lower_ == "the"
    }
    for text, ballot in votes.items():
        own = shapes.type_of(text)
        if own is not None:
            ballot[own] += 8
        elif text.partition(" ")[0] in _GIVEN and " " in text and text not in articled:
            ballot["PERSON"] += 5
    addressed = {name.text for name in found if name.title in _HONORIFICS}
    for text, ballot in votes.items():
        if " " in text and text.rpartition(" ")[2] in addressed:
            ballot["PERSON"] += 6
    surnames = {
        text.rpartition(" ")[2] for text, ballot in votes.items() if " " in text and _winner(ballot) == "PERSON"
    } | addressed
    listed = {name.text: name.type for name in found if name.known}
    firsts = {
        text.partition(" ")[0]
        for text, ballot in votes.items()
        if " " in text and _winner(ballot) == "PERSON" and text.partition(" ")[0] not in listed
    }
    family = {
        " ".join(parts[at:])
        for text, ballot in votes.items()
        if _winner(ballot) == "PERSON" and len(parts := text.split()) > 2
        for at in range(1, len(parts) - 1)
    }
    winners = {text: _winner(ballot) for text, ballot in votes.items()} | listed
    bodies = {name.text for name in found if name.title == "body"}
    inhabitants = {name.text for name in found if not name.known and " " not in name.text}
    states = {text for text in votes if text not in surnames and any(is_demonym(word, text) for word in inhabitants)}
    for text, ballot in votes.items():
        if " " not in text and _winner(ballot) == "PERSON" and not evidence[text]["PERSON"]:
            # Persons come with two names, a title or an office: a single word with none of them is a place or a body.
            ballot["PERSON"] -= 3
            ballot["GPE"] += 2 if evidence[text]["GPE"] else 0
    for name in found:
        if (
            not name.known
            and "FAC" in {name.type, shapes.type_of(name.text)}
            and _is_body(pieces[name.piece].doc, name)
        ):
            name.type, name.shaped = "ORG", True  # "Third Bridge, a research firm"
        if name.known or name.shaped:
            continue
        if (kind := _of_group(name, surnames, winners, pieces[name.piece].doc)) is not None:
            name.type = kind
            continue
        known_surname = name.text in gazetteer.by_surname and name.text not in states
        if name.text in family:
            name.type = "PERSON"  # "El Amiri", after "Samir El Amiri"
            continue
        alone = " " not in name.text and name.text not in listed
        if alone and (name.text in surnames or known_surname):
            name.type = "PERSON"
        elif alone and name.text in firsts and not evidence[name.text] - Counter({"PERSON": 99}):
            name.type = "PERSON"  # "Halim", after "Halim Batuwar"
        elif name.text in listed:
            name.type = listed[name.text]
        elif name.text in bodies:
            name.type = "ORG"
        elif name.text in states:
            name.type = "GPE"
        elif any(is_demonym(name.text, state) for state in states):
            name.type = "NORP"
        else:
            name.type = _winner(votes[name.text])


def _is_body(doc: Doc, name: Named) -> bool:
    """Whether a body's noun explains a name: "Third Bridge, a London-based investment firm"."""
    if any(kid.dep_ == "appos" and kid.lemma_.lower() in BODIES for kid in doc[name.last - 1].children):
        return True
    after = doc[name.last : name.last + 14]
    if len(after) < 3 or after[0].text != "," or after[1].lower_ not in {"a", "an", "the"}:
        return False
    noun: Token | None = None
    for token in after[2:]:
        if token.pos_ not in {"ADJ", "NOUN", "PROPN", "CCONJ", "ADV", "VERB", "PUNCT"} or token.text in {",", ".", ";"}:
            break
        noun = token if token.pos_ == "NOUN" else noun
    return noun is not None and noun.lemma_.lower() in BODIES


def _of_group(name: Named, surnames: Collection[str], winners: Mapping[str, EntityType], doc: Doc) -> EntityType | None:
    """What a plural or an adjective names: a family, the people of a town, those who follow somebody."""
    text = name.text
    family = text.endswith("s") and bool({text.removesuffix("s"), text.removesuffix("es")} & {*surnames})
    if family and name.first and doc[name.first - 1].lower_ == "the":
        return "PERSON"  # "the Bentons"
    if text.endswith("s") and name.type in {"PERSON", "NORP"}:
        if text.endswith("ers") and (text.removesuffix("ers") in winners or text[:4] == "New "):
            return "NORP"  # "two New Yorkers"
        if " " not in text and any(other.endswith(" " + text) and kind == "ORG" for other, kind in winners.items()):
            return "ORG"  # "the Rams", after "the Harlow Rams"
        if " " in text and doc[name.last - 1].tag_ == "NNPS" and text.partition(" ")[0] not in _GIVEN:
            led = name.first > 0 and (doc[name.first - 1].lower_ == "the" or doc[name.first - 1].pos_ == "NOUN")
            return "ORG" if name.type == "PERSON" and not name.title and led else None  # "the Leeds Dolphins"
    after = doc[name.last] if name.last < len(doc) else None
    followers = " " not in text and text.endswith(("ista", "istas", "ite", "ites")) and name.type == "PERSON"
    if followers and (text.endswith("s") or (after is not None and after.pos_ == "NOUN" and after.text.islower())):
        return "NORP"
    return None


def _ballots(
    pieces: Sequence[Piece], found: Sequence[Named]
) -> tuple[dict[str, Counter[EntityType]], dict[str, Counter[EntityType]]]:
    """Votes for each name's type, and of these the ones that the words beside it cast."""
    votes: dict[str, Counter[EntityType]] = {}
    evidence: dict[str, Counter[EntityType]] = {}
    counts = Counter(name.text for name in found)
    for name in found:
        ballot, context = votes.setdefault(name.text, Counter()), evidence.setdefault(name.text, Counter())
        # The model's word counts the same however often it says it.
        ballot[name.type] += 6 if name.title or name.shaped else max(1, 4 // counts[name.text])
        if name.title and name.type == "PERSON":
            context["PERSON"] += 6
        if not name.known and not name.shaped:
            for kind, weight in _context(pieces[name.piece].doc, name):
                context[kind] += weight
    for text, context in evidence.items():
        for kind, weight in context.items():
            votes[text][kind] += min(weight, 12)
    return votes, evidence


def _winner(ballot: Counter[EntityType]) -> EntityType:
    # ties go to the type that comes first in the list of types: never to chance
    return max(ballot.items(), key=lambda vote: (vote[1], -_ORDER.index(vote[0])))[0]


_HONORIFICS = words("mr mrs ms miss mr. mrs. ms. sir lady lord dr dr. madam")
_PLACE_ENDINGS = ("ia", "land", "stan", "shire", "grad", "abad", "burg", "ville", "haven", "gate")
_WHERE = words("in from to near across outside inside into towards toward throughout around")
_OF_STATES = words(
    """government president minister army parliament capital ambassador envoy embassy border king queen premier
    chancellor navy troops forces coast people citizens constitution economy currency treasurer coastguard
    neighbour neighbor junta ministry state republic province region city port airport delegation soldiers
    police foreign prime"""
)


def _context(doc: Doc, name: Named) -> Iterator[tuple[EntityType, int]]:
    """What the words beside a name say of its type, with weights."""
    head = doc[name.last - 1]
    before = doc[name.first - 1] if name.first else None
    after = doc[name.last] if name.last < len(doc) else None
    further = doc[name.last + 1] if name.last + 1 < len(doc) else None
    if before is not None and before.lower_ in _WHERE and (after is None or after.tag_ != "POS"):
        yield "GPE", 3 if before.lower_ in {"in", "across", "throughout", "inside"} else 1
    made = after is not None and after.text == "-" and further is not None and further.lemma_.lower() in _MADE_BY
    if made and name.type == "ORG" and name.last - name.first == 2 and doc[name.first].text in _GIVEN:
        yield "PERSON", 6  # "the Stanley Thompson-designed course"
    if (
        before is not None
        and before.lower_ == "from"
        and before.i
        and before.nbor(-1).text == ","
        and after is not None
        and after.text in {",", "."}
        and name.type != "PERSON"
    ):
        yield "GPE", 6  # "Qarnita Loxton, from Melkbosstrand,"
    if head.dep_ in {"poss", "compound"} and head.head.lemma_.lower() in _OF_STATES and head.head.text.islower():
        yield "GPE", 5
    if head.dep_ == "nsubj" and any(
        kid.dep_ == "attr" and kid.lemma_.lower() in _OF_STATES for kid in head.head.children
    ):
        yield "GPE", 3
    if head.dep_ == "conj" and name.last - name.first == 1 and name.type == "ORG" and head.head.ent_type_ == "GPE":
        yield "GPE", 6  # "Sunderland, Leeds and Bristol"
    if after is not None and further is not None and further.lower_ in {"court", "council"}:
        yield "GPE", 5 if after.text in {"high", "crown", "magistrates", "district", "city"} else 0
    if " " not in name.text and len(name.text) > 5 and name.text.endswith(_PLACE_ENDINGS):
        yield "GPE", 3
    if before is not None and before.lemma_.lower() in ROLES and before.text.islower() and before.dep_ != "prep":
        yield "PERSON", 4  # "the columnist Wat Harker"
    if before is not None and before.lemma_.lower() in _PUBLISHERS and before.text.islower():
        people = name.type == "PERSON" and (" " in name.text or before.lemma_.lower() in {"group", "team", "front"})
        yield "ORG", 12 if people and _is_beside_body(before, name, doc) else 4  # "the oat-milk maker Havre"
    if name.type in {"LOC", "FAC", "EVENT", "WORK"} and not name.known:
        tokens = [*doc[name.first : name.last]]
        if (kind := unseen.described(tokens)) is not None and name.text.istitle():
            yield kind, 8  # "the club Blue Mountain"
    if after is not None and after.text.islower() and after.lemma_ in {"nation", "tribe", "people"}:
        yield "NORP", 4  # "the Creek nation"
    if after is not None and after.text.islower() and after.lemma_ in _BUILT and name.type == "ORG":
        yield "FAC", 4
    if before is not None and (
        _is_place(before) or (before.lower_ == "of" and before.i and _is_place(before.nbor(-1)))
    ):
        yield "GPE", 12  # "the village of Alma al-Kabir"
    if (
        before is not None
        and before.text in {"of", "for"}
        and before.i
        and before.nbor(-1).lemma_.lower() in _OF_BODIES
    ):
        yield "ORG", 4  # "the general secretary of Orsk"
    be = (
        head.head
        if head.dep_ == "nsubj"
        else head.head.head
        if head.dep_ == "conj" and head.head.dep_ == "nsubj"
        else None
    )
    if be is not None and any(kid.dep_ == "attr" and kid.lemma_.lower() in BODIES for kid in be.children):
        yield "ORG", 5  # "Orsk and Velk are unions"
    for kid in head.children:
        if kid.dep_ == "relcl" and any(who.lower_ in {"who", "whom"} for who in kid.children):
            yield "PERSON", 4
        if kid.dep_ == "appos" and kid.i > head.i and (kind := _office(kid)) is not None:
            yield kind, 4
    if head.dep_ == "appos" and head.head.pos_ == "NOUN" and (kind := _office(head.head)) is not None:
        yield kind, 4
    if after is not None and after.text == "," and further is not None and further.like_num and len(further.text) == 2:
        yield "PERSON", 4  # "Laura Benton, 52,"
    if head.dep_ == "nsubj" and any(
        kid.dep_ == "attr" and kid.lemma_.lower() in ROLES for kid in head.head.children if head.head.lemma_ == "be"
    ):
        yield "PERSON", 3


def _is_beside_body(noun: Token, name: Named, doc: Doc) -> bool:
    """Whether a body's noun before a name of two words is of the name: "the rights organisation Safe Defenders"."""
    return doc[name.first].text not in _GIVEN and noun.dep_ in {"compound", "nsubj", "dobj", "pobj", "nmod"}


_PUBLISHERS = BODIES | FIRMS
_MADE_BY = words("design write direct paint compose edit coach choreograph author train hole")
_BUILT = words("pipeline airport stadium bridge dam tower railway motorway refinery")


def _is_place(noun: Token) -> bool:
    return noun.lower_ in _PLACE_NOUNS


_PLACE_NOUNS = words(
    "village town city suburb hamlet district province region county municipality township neighbourhood neighborhood"
)
#: Offices that only bodies have.
_OF_BODIES = words("secretary ceo executive spokesman spokeswoman spokesperson chairman chairwoman manager employee")


def _office(noun: Token) -> EntityType | None:
    lemma = noun.lemma_.lower()
    return "PERSON" if lemma in ROLES else "ORG" if lemma in BODIES else None


def _split_joined(pieces: Sequence[Piece], found: Sequence[Named]) -> list[Named]:
    """Names that the model ran together ("Telle, Halvorsen"), where the document names one of them alone."""
    alone = {name.text for name in found} | {name.text.rpartition(" ")[2] for name in found if name.type == "PERSON"}
    out: list[Named] = []
    for name in found:
        bounds = [] if name.known else [m.span() for m in _JOINT.finditer(name.text)]
        starts, ends = [0, *(b for _, b in bounds)], [*(a for a, _ in bounds), len(name.text)]
        parts = [(a, b) for a, b in zip(starts, ends, strict=True) if a < b]
        piece = pieces[name.piece]
        if len(parts) < 2 and not name.known and (owner := _OWNER.match(name.text)) and owner.group(1) in alone:
            parts = [(0, owner.end(1)), (owner.end(), len(name.text))]  # "Benton’s Leeds"
        elif len(parts) < 2 and not name.known and (inner := _INNER_ARTICLE.search(name.text)) is not None:
            parts = [(0, inner.start()), (inner.end(), len(name.text))]
        elif len(parts) < 2 or not (any(name.text[a:b] in alone for a, b in parts) or _are_two(piece.doc, name, parts)):
            out.append(name)
            continue
        base = name.start - piece.start
        kind: EntityType = "ORG" if name.type == "WORK" else name.type
        made = [_named(name.piece, piece, base + a, base + b, kind) for a, b in parts]
        out.extend(part for part in made if part is not None)
    return out


def _cut_headline(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """The names of a headline cut to what the text has of them: "Laura Benton West End" in a headline in title case."""
    people = {n.text for n in found if n.field == "text" and n.type == "PERSON" and " " in n.text}
    out = []
    for name in found:
        if name.field == "title" and not name.known and name.text not in people and name.text.count(" ") > 1:
            begun = max((text for text in people if name.text.startswith(text + " ")), key=len, default="")
            if begun:
                start = name.start - pieces[name.piece].start
                cut = _named(name.piece, pieces[name.piece], start, start + len(begun), "PERSON")
                out.append(cut if cut is not None else name)
                continue
        out.append(name)
    return out


def _are_two(doc: Doc, name: Named, parts: Sequence[tuple[int, int]]) -> bool:
    """Whether two single words that were run together are two names: "Ushkar, Pellandra", "X and Y are brothers"."""
    if len(parts) != 2 or any(not name.text[a:b].isalpha() for a, b in parts):
        return False
    if " and " in name.text:
        after = doc[name.last] if name.last < len(doc) else None
        return name.type == "WORK" and after is not None and after.tag_ in {"VBP", "VBD"}
    return name.type == "ORG" and "," in name.text


_OWNER = re.compile(r"([A-Z]\w+(?: [A-Z]\w+)?)(?:['’]s|(?<=s)['’]) ")
#: "Tolvik the Ninth Army": an article where no name has one.
_INNER_ARTICLE = re.compile(
    r"(?<=[a-z])(?<! of)(?<! for)(?<! and)(?<! in)(?<! to)(?<! on)(?<! by) the (?=[A-Z]\w+ [A-Z])"
)


def _dateline(index: int, piece: Piece, gazetteer: Gazetteer, hits: Sequence[Found]) -> list[Named] | None:
    """Place and agency of a dateline ("LEEDS, Nov 3 (Newsline) - "), or ``None`` where a piece is none."""
    match = DATELINE.fullmatch(piece.text) if piece.field == "text" else None
    if match is None:
        return None
    out: list[Named] = []
    for group, kind in ((1, "GPE"), (3, "GPE"), (5, "GPE"), (2, "ORG"), (4, "ORG")):
        for part in _SLASHED.finditer(match.group(group) or ""):
            start, end = match.start(group) + part.start(), match.start(group) + part.end()
            cased = _running(part.group()) if kind == "GPE" else part.group()
            known = next((hit.value for hit in hits if hit[:2] == (start, end)), "") or gazetteer.by_name.get(cased, "")
            type_ = gazetteer.entries[known].type if known else cast(EntityType, kind)
            name = _named(index, piece, start, end, type_, known)
            if name is not None:
                name.shaped = True
                name.text = cased
                out.append(name)
    return out


_SLASHED = re.compile(r"[^/\s][^/]*[^/\s]")


def _running(place: str) -> str:
    """A place in capitals as running text has it: "LA CROSSE" is La Crosse, "WASHINGTON D.C." Washington D.C."""
    return " ".join(
        word if not word.isupper() or _INITIALS.fullmatch(word) else "-".join(p.capitalize() for p in word.split("-"))
        for word in place.split(" ")
    )


_INITIALS = re.compile(r"(?:[A-Z]\.)+|DC|UN|EU|US|UK")


def _introduced(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Names whose short form the text gives in brackets, or the reverse: their initials say where they begin.

    After Schwartz and Hearst (2003), with initials only. Where the words before are in lower case it is no name that
    is shortened ("value added tax (VAT)"), and the short form names nobody.
    """
    concepts: set[str] = set()
    for number, piece in enumerate(pieces):
        for match in _SHORT_IN_BRACKETS.finditer(piece.text):
            short = match.group(1)
            span = _long_form(piece.text[max(0, match.start() - 120) : match.start()], short)
            if span is None:
                continue
            start = max(0, match.start() - 120) + span
            long = piece.text[start : match.start()].rstrip()
            if long[:1].islower():
                concepts |= {short} if short.isupper() and not _BODY_WORD.search(long) else set()
                continue
            found = _replaced(number, piece, (start, start + len(long)), match.span(1), found)
        for match in _LONG_IN_BRACKETS.finditer(piece.text):
            if initials(match.group(2)) == match.group(1).casefold():
                found = _replaced(number, piece, match.span(2), match.span(1), found)
    return [name for name in found if name.known or name.text not in concepts]


_SHORT_IN_BRACKETS = re.compile(r"\s\(([A-Z][A-Za-z]{1,7})\)")
_LONG_IN_BRACKETS = re.compile(r"\b([A-Z][A-Za-z]{2,7}) \(([A-Z][a-z]+ [^()\n]{4,70})\)")
_BODY_WORD = re.compile(r"(?i)\b(?:" + "|".join(sorted(BODIES)) + r"|government)s?\b")
_WORD = re.compile(r"[^\W\d_][\w'’.]*")
_UNCOUNTED = words("of the and for in on de la du des der die das und et y e del di van von to a an")


def initials(name: str) -> str:
    """The first letters of a name's words in lower case, articles and the like left out."""
    return "".join(w[0] for w in _WORD.findall(name) if w.lower() not in _UNCOUNTED).casefold()


def _long_form(before: str, short: str) -> int | None:
    """Where the words begin whose initials are the short form, right before its bracket."""
    letters, tokens = short.casefold(), list(_WORD.finditer(before))
    for match in reversed(tokens):
        if _STOPS.search(before, match.start()):
            return None
        made = initials(before[match.start() :])
        if made == letters and match.group().lower() not in _UNCOUNTED:
            long = before[match.start() :]
            capitals = [w[0].isupper() for w in _WORD.findall(long) if w.lower() not in _UNCOUNTED]
            return match.start() if all(capitals) or not any(capitals) else None
        if len(made) > len(letters):
            return None
    return None


_STOPS = re.compile(r"[.!?;:]\s|[()\"“”]")


def _replaced(
    number: int, piece: Piece, long: tuple[int, int], short: tuple[int, int], found: list[Named]
) -> list[Named]:
    """The names of a document with a long form and its short one in the place of what the model made of them."""
    for start, end in (long, short):
        start, end = piece.start + start, piece.start + end
        rivals = [n for n in found if n.piece == number and n.start < end and start < n.end]
        if any((n.start <= start and n.end >= end) or (n.known and n.type == "PERSON") for n in rivals):
            for n in rivals:
                if n.start == start and n.end == end and not n.known and n.type != "GPE":
                    n.type, n.shaped = "ORG", True
            continue
        if any(n.start < start or n.end > end for n in rivals):
            continue
        name = _named(number, piece, start - piece.start, end - piece.start, "ORG")
        if name is not None:
            name.shaped = True
            found = [n for n in found if n not in rivals] + [name]
    return found


def _acronyms(pieces: Sequence[Piece], found: Sequence[Named]) -> list[Named]:
    """Capitals that the model passed over: what they are short for stands before them or nowhere."""
    taken = {(name.piece, token) for name in found for token in range(name.first, name.last)}
    out: list[Named] = []
    for number, piece in enumerate(pieces):
        doc = piece.doc
        for token in doc:
            text = token.text
            if not (2 <= len(text) <= 6 and text.isupper() and text.isalpha()) or (number, token.i) in taken:
                continue
            bracketed = token.i > 0 and doc[token.i - 1].text == "(" and (number, token.i - 2) in taken
            shouted = any(other.is_upper and other.is_alpha and len(other) > 1 for other in _beside(token))
            if text.lower() in _NO_BODIES or token.ent_type_ or not (bracketed or (len(text) > 2 and not shouted)):
                continue
            if (bracketed or token.pos_ == "PROPN") and (
                name := _named(number, piece, token.idx, token.idx + len(token), "ORG")
            ) is not None:
                out.append(name)
    return out


def _beside(token: Token) -> list[Token]:
    return [token.doc[i] for i in (token.i - 1, token.i + 1) if 0 <= i < len(token.doc)]


_NO_BODIES = words(
    """cctv opd icu ai var vat aest aedt pst pdt ist jst hkt gps usb sms esg
    am pm tv ceo cfo coo mp mps mep meps pm gdp gmt est edt cet bst utc usd eur gbp covid hiv aids dna rna dvd cd
    faq ok id it pr hr ad bc ce bce phd ngo ngos sme ipo llc ltd inc plc jr sr ii iii iv vi vii viii ix xi xii usa
    uk eu us gop vs via rip diy iq pdf url app lgbt lgbtq sars mr ms dr no yes the and for not but all new old one two
    top how why pac icu msm er ngo kpi roi"""
)


def _demonyms(pieces: Sequence[Piece], found: Sequence[Named]) -> list[Named]:
    """Adjectives made from a place of this document that the model did not see ("Veldorian")."""
    forms: set[str] = set()
    for place in {name.text for name in found if name.type in {"GPE", "LOC", "ORG"} and not name.known}:
        for ending in _DEMONYM_ENDINGS:
            for stem in {place, place.rstrip("aeiouy")}:
                if stem and is_demonym(stem + ending, place):
                    forms.update({stem + ending, stem + ending + "s"})
    forms -= {name.text for name in found}
    index = NameIndex((form, form) for form in forms)
    out = [
        _named(number, piece, hit.start, hit.end, "NORP")
        for number, piece in enumerate(pieces)
        for hit in index.find(piece.text)
        if not any(
            n.piece == number and n.start < piece.start + hit.end and piece.start + hit.start < n.end for n in found
        )
    ]
    return [name for name in out if name is not None]


def is_demonym(word: str, place: str) -> bool:
    """Whether a word is formed from a place's name as its inhabitants' is ("Veldorian" from "Veldoria")."""
    if len(place) < 5 or " " in place or word == place:
        return False
    for candidate in {word, word.removesuffix("s")}:
        for stem in {place, place.rstrip("aeiouy")}:
            if len(stem) >= 4 and candidate.startswith(stem) and candidate[len(stem) :].lower() in _DEMONYM_ENDINGS:
                return True
    return False


def _lengthen(pieces: Sequence[Piece], found: Sequence[Named], gazetteer: Gazetteer) -> None:
    """Give a surname the given name that stands before it where the model saw the surname alone."""
    taken = {(name.piece, token) for name in found for token in range(name.first, name.last)}
    for name in found:
        if name.type != "PERSON" or name.known or " " in name.text or name.title or not name.first:
            continue
        doc = pieces[name.piece].doc
        before = doc[name.first - 1]
        if (
            before.pos_ != "PROPN"
            or not (before.text[:1].isupper() and before.text[1:].islower())
            or (name.piece, before.i) in taken
            or before.lower_ in TITLES | unseen.CALENDAR | {"said", "says", "but", "and", "when", "as"}
            or before.text in gazetteer.by_name
            or before.dep_ != "compound"
        ):
            continue
        name.start -= name.start - pieces[name.piece].start - before.idx
        name.first = before.i
        name.text = pieces[name.piece].text[before.idx : name.end - pieces[name.piece].start]


def _is_no_name(piece: Piece, name: Named) -> bool:
    """ "Tex" in "(R-Tex)", "Universe" in "a former Miss Universe"."""
    at = name.start - piece.start
    before = _NO_NAME.search(piece.text, max(0, at - 5), min(len(piece.text), at + 20))
    return before is not None and before.end() == at


def _without_things(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Without what only names a kind of thing: "Merlan tanks"."""
    things: dict[str, bool] = {}
    for name in found:
        if name.known or name.shaped or name.type not in {"PERSON", "GPE", "NORP", "LOC"}:
            continue
        doc = pieces[name.piece].doc
        after = doc[name.last] if name.last < len(doc) else None
        made = not name.title and after is not None and after.pos_ == "NOUN" and after.lemma_.lower() in _THINGS
        things[name.text] = things.get(name.text, True) and made
    return [name for name in found if name.known or not things.get(name.text)]


def _unseen(pieces: Sequence[Piece], found: Sequence[Named], gazetteer: Gazetteer, cues: unseen.Cues) -> list[Named]:
    """What the model passed over: names that the document has elsewhere, and what acts under a name."""
    taken = {(name.piece, token) for name in found for token in range(name.first, name.last)}
    made = (
        _named(number, pieces[number], start, end, kind)
        for number, start, end, kind in unseen.runs(pieces, taken, cues)
    )
    return [name for name in made if name is not None and name.text not in gazetteer.by_name]


def _with_surnames(pieces: Sequence[Piece], found: Sequence[Named]) -> None:
    """Go on with a given name where the model stopped before the surname: "Petra Sund"."""
    taken: dict[int, set[int]] = {}
    for name in found:
        taken.setdefault(name.piece, set()).update(range(name.first, name.last))
    for name in found:
        piece = pieces[name.piece]
        given = name.text in _GIVEN
        if " " in name.text or name.title == "body" or (name.known and not given) or name.type in {"NORP", "WORK"}:
            continue
        after = unseen.surname(piece.doc[name.last - 1], taken[name.piece])
        if after is None or (not given and name.type not in {"PERSON", "ORG"}):
            continue
        name.last, name.end, name.known = after.i + 1, piece.at(after) + len(after), ""
        name.text = piece.text[name.start - piece.start : name.end - piece.start]
        name.type = "PERSON" if given else name.type


def _speaking(pieces: Sequence[Piece], found: Sequence[Named], cues: unseen.Cues) -> None:
    """Give what is a work, a building or an event to the model, and speaks or acts on somebody, another type."""
    for name in found:
        if name.known or name.shaped or name.type not in {"WORK", "FAC", "EVENT", "LOC"} or not name.text.istitle():
            continue
        doc = pieces[name.piece].doc
        head = doc[name.last - 1]
        marked = name.last < len(doc) and doc[name.last].text in {'"', "”", "’", "'"}
        article = name.first > 0 and doc[name.first - 1].lower_ in {"the", "a", "an"}
        if marked or article or head.head.pos_ != "VERB":
            continue
        if unseen.acts(head, cues) or (name.type == "LOC" and head.dep_ == "dative"):
            name.type = "PERSON" if name.text.count(" ") == 1 else "ORG"


def _with_particles(pieces: Sequence[Piece], found: Sequence[Named]) -> None:
    """Go on with names where the model stopped before a particle: "Jean-Luc d'Aubert", "Khaled bin Salim"."""
    taken = {(name.piece, token) for name in found for token in range(name.first, name.last)}
    for name in found:
        if name.type != "PERSON" or name.known:
            continue
        piece, at = pieces[name.piece], name.last
        doc = piece.doc
        while at < len(doc) and doc[at].text in _PARTICLES and at - name.last < 3:
            at += 1
        if at == len(doc) or (name.piece, at) in taken or doc[at].is_sent_start:
            continue
        if (at > name.last and doc[at].text[:1].isupper()) or _ELIDED.fullmatch(doc[at].text):
            name.last, name.end = at + 1, piece.at(doc[at]) + len(doc[at])
            name.text = piece.text[name.start - piece.start : name.end - piece.start]


_PARTICLES = words("van von der den de da di del della dos du la le ten ter bin ibn bint al el ben zu af av")
_ELIDED = re.compile(r"(?:d|l|dell|al|el|ash|as|ad|an)['’-][A-Z][\w-]+")


def _without_offices(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Without what is somebody's office: "House Speaker Mike Johnson"."""
    people = {(name.piece, name.first) for name in found if name.type == "PERSON"}
    none = {
        name.text
        for name in found
        if not name.known
        and name.type != "PERSON"
        and (name.piece, name.last) in people
        and pieces[name.piece].doc[name.last - 1].lower_ in ROLES
    }
    return [name for name in found if name.known or name.type == "PERSON" or name.text not in none]


def _without_epithets(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Without persons of one word that take an article ("the Butcher"): they are none."""
    full = {part for n in found if n.type == "PERSON" and " " in n.text for part in n.text.split()}
    none: set[str] = set()
    for name in found:
        if name.type != "PERSON" or name.known or name.title or " " in name.text or name.text in full:
            continue
        doc = pieces[name.piece].doc
        after = doc[name.last] if name.last < len(doc) else None
        article = name.first > 0 and doc[name.first - 1].lower_ in {"the", "a", "an"}
        if article and not name.text.endswith("s") and (after is None or after.pos_ not in {"NOUN", "PROPN", "ADJ"}):
            none.add(name.text)
    return [name for name in found if name.known or name.type != "PERSON" or name.text not in none]


def _rejoined(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Names that the model cut: "Amy" and "Barrett"; "Dana “Flash” Kolb"; "Public Co-ordinating Council"."""
    found = _nicknamed(pieces, found)
    found.sort(key=lambda name: (name.piece, name.start))
    out: list[Named] = []
    for name in found:
        before = out[-1] if out and out[-1].piece == name.piece else None
        if before is None or name.known or before.known:
            out.append(name)
            continue
        piece = pieces[name.piece]
        gap = piece.text[before.end - piece.start : name.start - piece.start]
        both = before.type == name.type == "PERSON" and not name.title and before.text in _GIVEN
        if before.type == name.type == "PERSON" and " " in before.text and " " not in name.text:
            # "Shameez Patel" and "Papathanasiou"
            both = piece.doc[before.last - 1].head.i == name.first and name.text not in _GIVEN
        capital = before.text == "Washington" and gap == ", " and name.text in {"D.C.", "DC"}
        hyphened = before.type == name.type == "ORG" and _HYPHENED.fullmatch(gap) is not None
        if (both and gap == " ") or capital or hyphened:
            text = before.text + gap + name.text
        else:
            out.append(name)
            continue
        before.last, before.end, before.text = name.last, name.end, text
    return out


def _with_purposes(pieces: Sequence[Piece], found: Sequence[Named]) -> None:
    """Go on with bodies whose name says what for: "Democratic Party for the People", "Union for Reform"."""
    taken = {(name.piece, token) for name in found for token in range(name.first, name.last)}
    for name in found:
        doc, at = pieces[name.piece].doc, name.last
        if name.type != "ORG" or name.text.rpartition(" ")[2].lower() not in _FOR_SOMETHING:
            continue
        if at + 1 >= len(doc) or doc[at].text != "for" or not doc[name.last - 1].text[:1].isupper():
            continue
        at += 2 if doc[at + 1].lower_ == "the" else 1
        end = at
        while end < len(doc) and end < at + 3 and doc[end].text[:1].isupper() and (name.piece, end) not in taken:
            end += 1
        if end == at:
            continue
        piece = pieces[name.piece]
        name.last, name.known = end, ""
        name.end = piece.at(doc[end - 1]) + len(doc[end - 1])
        name.text = piece.text[name.start - piece.start : name.end - piece.start]


_FOR_SOMETHING = words("party union alliance movement front coalition league rally assembly campaign")


def _nicknamed(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Names with a nickname in marks between their parts, as one name without it."""
    for number, piece in enumerate(pieces):
        if not _MARKS.search(piece.text):
            continue
        for match in _NICKNAMED.finditer(piece.text):
            start, end = piece.start + match.start(), piece.start + match.end()
            rivals = [n for n in found if n.piece == number and n.start < end and start < n.end]
            if not any(n.type == "PERSON" for n in rivals) or any(n.known or n.start < start for n in rivals):
                continue
            end = max(n.end for n in rivals) if rivals[-1].end > end else end
            name = _named(number, piece, match.start(), end - piece.start, "PERSON")
            if name is not None:
                name.text, name.shaped = f"{match.group(1)} {piece.text[match.start(2) : name.end - piece.start]}", True
                found = [n for n in found if n not in rivals] + [name]
    return found


_MARKS = re.compile('[“"‘]')
_NICKNAMED = re.compile(
    r"\b([A-Z][a-z]+(?: [A-Z]\.)?) (?:“[A-Z][\w ]{1,24}”|\"[A-Z][\w ]{1,24}\"|‘[A-Z][\w ]{1,24}’) ([A-Z][a-z]+)"
)
_HYPHENED = re.compile(r"-[a-z]{3,12} ")


def _papers(pieces: Sequence[Piece], found: list[Named], gazetteer: Gazetteer) -> list[Named]:
    """With the papers and sites that bear an article in the middle of a sentence: "told The Veldorian"."""
    for number, piece in enumerate(pieces):
        for match in _PAPER.finditer(piece.text) if piece.field == "text" else ():
            span = piece.doc.char_span(match.start(), match.end(1))
            if span is None or len(span) != 2 or begins_sentence(piece.text, match.start()):
                continue
            start, end = piece.start + match.start(), piece.start + match.end()
            rivals = [n for n in found if n.piece == number and n.start < end and start < n.end]
            told = span[0].nbor(-1).lower_ if span.start else ""
            after = piece.doc[span.end] if span.end < len(piece.doc) else None
            if told not in (_TELLING | _AT if rivals else _TELLING) or (
                after is not None and after.pos_ in {"NOUN", "PROPN"}
            ):
                continue
            if any(n.start < start + 4 or n.end > end or not _bears(n, gazetteer) for n in rivals):
                continue
            name = _named(number, piece, match.start(), match.end(1), "ORG")
            if name is not None:
                name.shaped = True
                found = [n for n in found if n not in rivals] + [name]
    return found


def _bears(name: Named, gazetteer: Gazetteer) -> bool:
    """Whether a paper may bear a word as its name: a body's, or the adjective of one state ("The Veldorian")."""
    if name.known and gazetteer.entries[name.known].type == "ORG":
        return False
    return name.type == "ORG" or name.text.endswith(("an", "man", "ish", "ese"))


_PAPER = re.compile(r"\bThe ([A-Z][a-z]{3,})\b(?!['’-])")
_TELLING = words("told tell tells by")
_AT = words("to with for from in at")


def _without_shouts(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Without words in capitals among words in capitals, where the text has them nowhere else: "IT WAS NOT THERE"."""
    quiet = {name.text.casefold() for name in found if not name.text.isupper()}
    out = []
    for name in found:
        doc = pieces[name.piece].doc
        loud = (
            not name.known
            and name.text.isupper()
            and name.text.casefold() not in quiet
            and name.field == "text"
            and all(
                0 <= i < len(doc) and doc[i].is_upper and doc[i].is_alpha and len(doc[i]) > 1
                for i in (name.first - 2, name.first - 1, name.last)
            )
        )
        if not loud:
            out.append(name)
    return out


def _without_common(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Without what is a common noun with a capital, as the text has it in lower case: "the President's Order"."""
    counts = Counter(
        name.text
        for name in found
        if not name.known and not name.shaped and not name.title and name.type not in {"PERSON", "NORP", "WORK"}
    )
    kept = BODIES | VOICES | _HOUSES
    doubtful = {
        text
        for text in counts
        if not text.isupper() and not any(word in kept for word in text.lower().split()) and not text[-1].isdigit()
    }
    if not doubtful:
        return found
    lower = "\n".join(piece.text for piece in pieces)
    common = {
        text
        for text in doubtful
        if text.lower() in lower  # cheap, and seldom so
        and len(re.findall(rf"(?<![\w-]){re.escape(text.lower())}(?![\w-])", lower)) >= counts[text]
    }
    return [name for name in found if name.known or name.shaped or name.text not in common]


_HOUSES = words("legislature assembly house treasury cabinet chamber exchange reserve guard internet web")


def _without_words(pieces: Sequence[Piece], found: list[Named]) -> list[Named]:
    """Without what has a capital only because a sentence begins: "We ate turkey. Turkey is dry"."""
    alone = {name.text for name in found if " " not in name.text and not name.shaped and not name.title}
    alone -= {name.text for name in found if not _begins(pieces[name.piece], name)}
    alone -= {name.text for name in found if name.known and name.type != "GPE"}
    alone -= {part for name in found if name.type == "PERSON" and " " in name.text for part in name.text.split()}
    if not alone:
        return found
    lower = {text.lower(): text for text in alone if text.istitle()}
    seen = {lower[word] for piece in pieces for word in _LOWER.findall(piece.text) if word in lower}
    return [name for name in found if name.text not in seen]


def _begins(piece: Piece, name: Named) -> bool:
    return begins_sentence(piece.text, name.start - piece.start)


_LOWER = re.compile(r"\b[a-z]{3,}\b")
_THINGS = words(
    """tank gun rifle missile drone jet plane fighter helicopter aircraft warship bomb shell rocket pistol machine
    launcher howitzer"""
)
_TOWN_ENDS = words("City Town Beach Springs Falls Heights Hills Junction Harbor Harbour Park Center Centre")
_ORDER: tuple[EntityType, ...] = ("PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "EVENT", "WORK")


def _missed(pieces: Sequence[Piece], found: Sequence[Named], gazetteer: Gazetteer) -> Iterable[Named]:
    """Occurrences of names of this document that the model did not see elsewhere in it."""
    types: dict[str, EntityType] = {}
    for name in found:
        if name.type == "WORK" or (name.known and name.kind != "name"):
            continue
        types.setdefault(name.text, name.type)
        if name.type == "PERSON" and " " in name.text:
            surname = name.text.rpartition(" ")[2]
            if len(surname) >= 3 and surname not in gazetteer.by_name and not surname.islower():
                types.setdefault(surname, "PERSON")
    index = NameIndex((text, text) for text in types if len(text) >= 3 and text not in gazetteer.by_name)
    taken: dict[int, list[tuple[int, int]]] = {}
    for name in found:
        taken.setdefault(name.piece, []).append((name.start, name.end))
    for number, piece in enumerate(pieces):
        spans = taken.get(number, [])
        for hit in index.find(piece.text):
            start, end = piece.start + hit.start, piece.start + hit.end
            if any(start < right and left < end for left, right in spans):
                continue
            name_or_none = _named(number, piece, hit.start, hit.end, types[hit.value])
            if name_or_none:
                yield name_or_none
