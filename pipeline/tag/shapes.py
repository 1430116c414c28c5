"""Names that show by their own words what they are: elections, bodies, buildings, waters.

The model cuts long names short ("Social Democratic Union" of "… of Veldoria") and gives names that it has never seen
any type. What a name's own words say beats it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from spacy.tokens import Doc, Token

from pipeline.records import EntityType
from pipeline.tag.names import TITLES
from pipeline.tag.words import words

#: Nouns that make the capitalised words around them a body's name.
BODY_HEADS = words(
    """Party Union Movement Alliance Front League Coalition Council Committee Federation Association Guild Congress
    Commission Institute Foundation Society Organisation Organization Ministry Department Agency Authority
    Bureau Bank University College Court Tribunal Parliament Assembly Senate Chamber Confederation Bloc Forum
    Fund Group Corporation Company Partnership Trust Club Church Network Initiative Centre Center Democrats
    Liberals Conservatives Socialists Greens Communists Nationalists Republicans Libertarians Unionists
    Secretariat Directorate Inspectorate Service Services Academy Board Office Partij Partei Parti Partito
    Partido Parliamentarians Workers Congregation Syndicate Ferries Airlines Airways Motors Logistics Holdings
    Industries Press Media Pictures Energy Power Bank Insurance Railways Rail Steel Mining Breweries Brewery
    Pharmaceuticals Technologies Systems Partners Capital Ventures Records Studios Stores Supermarkets Foods
    Dairy Farmers Teachers Athletic United Rovers Wanderers Survey Observatory Museum Orchestra Choir House
    Properties Times Post Herald Gazette Tribune Courier Chronicle Newsline"""
)
#: Of these, the ones that go on with "of" or "for".
_OPEN_HEADS = words(
    """Party Union Movement Alliance Front League Coalition Council Committee Federation Association Guild Congress
    Commission Institute Foundation Society Organisation Organization Ministry Department Agency Authority
    Bureau Bank University College Court Chamber Confederation Forum Fund Group Club Church Academy Board Office
    Centre Center Trust House Brotherhood Conference Campaign"""
)
_BUILDING_HEADS = words(
    """Airport Hospital Abbey Bridge Stadium Cathedral Palace Castle Tower Station Arena Prison Mosque Temple
    Monastery Hotel Theatre Theater Tunnel Dam Harbour Harbor Pier Hall Square Street Avenue Road Boulevard
    Terminal Barracks"""
)
_NATURE_HEADS = words(
    """River Lake Sea Ocean Island Islands Mountain Mountains Valley Peninsula Gulf Bay Strait Desert Glacier Forest
    Canal Channel Coast Hills Plain Plateau Delta Pass"""
)
_NATURE_FIRST = words("Lake Lac Mount Cape Gulf Strait River Isle")
_EVENT_HEADS = words(
    """War Wars Revolution Uprising Rebellion Revolt Massacre Marathon Olympics Olympiad Festival Championship Cup Open
    Summit Prix"""
)
_STATE_HEADS = words(
    "Republic Kingdom Principality Duchy Colony Province State Commonwealth Emirate Sultanate County Federation"
)
_SMALL_PARTS = frozenset({"DET", "ADP", "ADV", "SCONJ", "PRON", "CCONJ"})
_OF = frozenset({"of", "for"})
_ARTICLES = frozenset({"the", "a", "an"})
_FOR_HEADS = _OPEN_HEADS - words("Party Front League Ministry Bank University House Guild Group Board")
_LEADING = words(
    "the a an this that in on at of from by for to and but as when while after before since though its their"
)
_PLURAL_OWNERS = words("People Women Men Children Peoples Teachers")
_ELECTION = re.compile(
    r"(?:(?:19|20)\d\d )?(?:[A-Z][\w.'’-]*,? (?:(?:of|and|the) )*){0,5}"
    r"(?:(?:general|presidential|parliamentary|legislative|federal|state|local|municipal|regional|mayoral|gubernatorial"
    r"|congressional|senatorial|provincial|assembly|council|leadership|by|snap|midterm|European|special|Senate|House|primary)"
    r"[ -])*(?:[Ee]lections?|by-elections?|[Rr]eferendum)(?:,? (?:of )?(?:19|20)\d\d| , (?:19|20)\d\d)?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_KIND = re.compile(
    r"\b(?:general|presidential|parliamentary|legislative|federal|municipal|regional|mayoral|gubernatorial|provincial"
    r"|Assembly|Parliament|leadership|Senate|House|by-election)"
)


class Shape(NamedTuple):
    """A name by its shape: offsets in the piece, and its type."""

    start: int
    end: int
    type: EntityType


def shapes(doc: Doc) -> Iterator[Shape]:
    """Find the names of a piece whose own words say what they are, the longest of those that overlap first."""
    text = doc.text
    found = [*_elections(text), *_headed(doc)]
    found.sort(key=lambda shape: (shape.start - shape.end, shape.start))
    taken: list[Shape] = []
    for shape in found:
        if not any(shape.start < other.end and other.start < shape.end for other in taken):
            taken.append(shape)
    yield from sorted(taken)


def type_of(name: str) -> EntityType | None:
    """What a name's first or last word says of its type, if it has more than one."""
    parts = name.split()
    if len(parts) < 2:
        return None
    last = parts[-1]
    if last in _BUILDING_HEADS:
        return "FAC"
    if parts[-2:] == ["National", "Park"]:
        return "LOC"
    if last in _NATURE_HEADS or (parts[0] in _NATURE_FIRST and last not in BODY_HEADS):
        return "LOC"
    if last in BODY_HEADS or "&" in parts or (parts[0] in _OPEN_HEADS and parts[1] in _OF):
        return "ORG"
    return "EVENT" if last in _EVENT_HEADS else None


def _elections(text: str) -> Iterator[Shape]:
    if "lection" not in text and "eferendum" not in text:
        return
    for match in _ELECTION.finditer(text):
        name = match.group()
        start = match.start()
        for lead in ("The ", "In ", "At ", "After ", "Before ", "During ", "For ", "Following ", "Since ", "On "):
            if name.startswith(lead):
                start += len(lead)
                name = name[len(lead) :]
        dated = _YEAR.search(name)
        if not name[:1].isupper() and not name[:1].isdigit():
            continue
        capital = re.match(r"(?:\d{4} )?[A-Z]", name)
        if (dated or (capital and _KIND.search(name))) and " " in name and not name.lower().startswith(("election",)):
            yield Shape(start, match.start() + len(match.group()), "EVENT")


def _headed(doc: Doc) -> Iterator[Shape]:
    for token in doc:
        word = token.text
        kind: EntityType | None = None
        if word in BODY_HEADS:
            kind = "ORG"
        elif word in _BUILDING_HEADS:
            kind = "FAC"
        elif word in _EVENT_HEADS:
            kind = "EVENT"
        elif word in _NATURE_HEADS or word in _NATURE_FIRST:
            kind = "LOC"
        elif word in _STATE_HEADS:
            kind = "GPE"
        if kind is None:
            continue
        first = _leftwards(token)
        last = _rightwards(token, kind)
        if first.i == token.i and last.i == token.i:
            continue
        if last.i == token.i and (kind == "GPE" or word == "House"):
            continue
        while first.i < token.i and (first.lower_.rstrip(".") in TITLES or first.lower_ in _LEADING):
            first = first.nbor(1)
        if first.i < last.i:
            yield Shape(first.idx, last.idx + len(last), kind)


def _leftwards(head: Token) -> Token:
    first = head
    doc = head.doc
    i = head.i - 1
    while i >= 0 and head.i - i <= 8:
        token = doc[i]
        if _is_capital(token) and not (
            token.is_sent_start and token.pos_ in {"DET", "ADP", "ADV", "SCONJ", "PRON", "CCONJ"}
        ):
            first = token
        elif (token.text in {"-", "–"} and i > 0 and _is_capital(doc[i - 1]) and not token.whitespace_) or (
            token.text in {"'", "’", "'s", "’s"}
            and i > 0
            and _is_capital(doc[i - 1])
            and (
                doc[i - 1].text in _PLURAL_OWNERS
                or (doc[i - 1].text.endswith("s") and token.text in {"'", "’"})
                or doc[i - 1].text.endswith("men")
            )
        ):
            pass
        else:
            break
        i -= 1
    return first


def _rightwards(head: Token, kind: EntityType) -> Token:
    last, doc = head, head.doc
    opens = head.text in _OPEN_HEADS or head.text in _STATE_HEADS
    i = head.i + 1
    if kind == "LOC" and head.text in _NATURE_FIRST:
        while i < len(doc) and _is_capital(doc[i]):
            if doc[i].text in BODY_HEADS:
                return head
            last, i = doc[i], i + 1
        return last
    while opens and i < len(doc) and i - head.i <= 10:
        token = doc[i]
        if token.text == "of" or (token.text == "for" and head.text in _FOR_HEADS):
            j = i + 1
            while j < len(doc) and doc[j].lower_ in _ARTICLES:
                j += 1
            if j >= len(doc) or not _is_capital(doc[j]):
                break
            last, i = doc[j], j + 1
        elif _is_capital(token) and last.i == i - 1 and last.i > head.i:
            if token.ent_type_ == "PERSON" or token.lower_ in TITLES or last.ent_type_ == "GPE" != token.ent_type_:
                break
            last, i = token, i + 1
        elif (
            token.lower_ == "and"
            and last.i > head.i
            and i + 1 < len(doc)
            and _is_capital(doc[i + 1])
            and doc[i + 1].ent_type_ != "PERSON"
            and doc[i + 1].text not in BODY_HEADS | _STATE_HEADS
            and doc[i + 1].head.i <= i
            and doc[i + 1].dep_ in {"conj", "compound"}
            and token.head.i > head.i
        ):
            last, i = doc[i + 1], i + 2
        else:
            break
    return last


def _is_capital(token: Token) -> bool:
    return (token.text[:1].isupper() and token.is_alpha) or (
        len(token.text) > 2 and token.text[:1].isupper() and "-" in token.text
    )
