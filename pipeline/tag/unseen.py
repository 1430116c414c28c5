"""Names that the model passed over: runs of capitalised proper nouns that do something, or to which it is done.

The model misses names it has no likeness of ("the Civic Accord", "Pellandra announced") where the parser still has the
words as proper nouns in a clause. What stands so is taken; a single word only where nothing speaks for its being a
common noun with a capital.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from spacy.tokens import Token

from pipeline.records import EntityType
from pipeline.tag.names import BODIES, FIRMS, GIVEN_F, GIVEN_M, OFFICES, ROLES, TITLES
from pipeline.tag.nlp import Piece
from pipeline.tag.words import words

#: What a name is to its verb where it is taken.
_ACTS = frozenset({"nsubj", "nsubjpass", "dobj", "dative"})
_MARKS = frozenset("\"'“‘«")
#: Prepositions before somebody to whom something is done.
_BEFORE = words("by against to with towards toward for of on over")
_OPENS = words("though although while when as if but and yet since because meanwhile author limit trending today now")
CALENDAR = words(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december today tomorrow yesterday"""
)
#: What has a capital and names nobody.
_NOBODY = CALENDAR | words(
    """may spring summer autumn winter christmas easter ramadan god lord internet web
    congress parliament senate cabinet house assembly council committee commission court government opposition
    ministry department state states union federal republic kingdom party church army navy police bank board
    university college school hospital museum street road avenue square north south east west northern southern
    eastern western english french german spanish chinese russian arabic article section chapter page figure table
    act bill law treaty constitution amendment phase group round season chapter part series episode covid coronavirus
    photo photograph image picture getty video file credit photographer advertisement subscribe sign read more click
    newsletter email breaking update exclusive opinion analysis sir madam mum mom dad earth moon sun mars nature
    universe euro euros pound pounds dollar dollars rupee rupees crown crowns yes no okay hello thanks mr mrs ms dr
    i a the an it he she they we you this that these those what when where who why how and but or if then""",
)


class Cues(NamedTuple):
    """Lemmas that say that somebody acts: verbs of stance, nouns of stance, verbs that report what somebody says."""

    verbs: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    speech: frozenset[str] = frozenset()


def runs(
    pieces: Sequence[Piece], taken: Collection[tuple[int, int]], cues: Cues
) -> Iterator[tuple[int, int, int, EntityType]]:
    """Yield what the model passed over, in reading order.

    Args:
        pieces: parsed.
        taken: piece and token of every name that is known.
        cues: what makes somebody of a name.

    Yields:
        Piece, first and last character within it (last exclusive), and the type that its words suggest.
    """
    lower = {token.text for piece in pieces for token in piece.doc if token.is_lower}
    for number, piece in enumerate(pieces):
        if piece.field == "title" and sum(t.is_title for t in piece.doc) > 0.6 * sum(t.is_alpha for t in piece.doc):
            continue
        run: list[Token] = []
        for token in [*piece.doc, None]:
            if token is not None and _goes_on(token, run) and (number, token.i) not in taken:
                run.append(token)
                continue
            run = _without_lead(run)
            kind = None if not run or _is_beside(run, number, taken) else described(run) or _kind(run, lower, cues)
            if kind is not None:
                yield number, run[0].idx, run[-1].idx + len(run[-1]), kind
            run = []
            if token is not None and _goes_on(token, run) and (number, token.i) not in taken:
                run.append(token)


#: What the model takes for one of these is seldom somebody; what it takes for a law, a date or a thing often is.
_WHOLE = frozenset({"EVENT", "WORK_OF_ART", "LANGUAGE", "FAC", "LOC"})


def _goes_on(token: Token, run: Sequence[Token]) -> bool:
    capital = token.text[:1].isupper() and token.text[-1:].islower() and token.text.isalpha()  # "MedAid"
    if not capital or token.ent_type_ in _WHOLE or token.tag_ not in {"NNP", "NNPS"} or token.lower_ in CALENDAR:
        return False
    return not run or (run[-1].whitespace_ == " " and not token.is_sent_start)


def _without_lead(run: list[Token]) -> list[Token]:
    """Without a word of address, an office, or what has its capital from the sentence: "Author X", "Though X"."""
    while run and (run[0].lower_ in TITLES | ROLES or run[0].lower_ in _OPENS):
        run = run[1:]
    return run


def _is_beside(run: Sequence[Token], number: int, taken: Collection[tuple[int, int]]) -> bool:
    """Whether a known name goes on before or behind: the run is a part of something else."""
    return (number, run[0].i - 1) in taken or (number, run[-1].i + 1) in taken


_LAWS = words("Act Bill Law Amendment Accord Treaty Agreement Convention Protocol Code Charter Constitution Deal")


def described(run: Sequence[Token]) -> EntityType | None:
    """What the noun right before a name says that it is: "the charity MedAid", "campaign group Sunlight"."""
    if run[0].is_sent_start or run[0].i == 0 or run[0].nbor(-1).whitespace_ != " ":
        return None
    noun = run[0].nbor(-1)
    lemma = noun.lemma_.lower()
    if noun.tag_ != "NN" or not noun.text.islower() or lemma not in BODIES | FIRMS | ROLES:
        return None
    if all(token.lower_ in _NOBODY for token in run):
        return None
    if lemma in ROLES:
        return "PERSON" if len(run) > 1 or noun.head.i == run[0].i else None
    return "ORG"


def _kind(run: Sequence[Token], lower: Collection[str], cues: Cues) -> EntityType | None:
    head = run[-1]
    does = head.dep_ == "nsubj" or (head.dep_ == "pobj" and head.head.dep_ == "agent")
    led = _is_led(run)
    if not (does or led) and (head.text in _LAWS or head.ent_type_ == "PRODUCT"):
        return None
    full = len(run) in {2, 3} and run[0].text in GIVEN_F | GIVEN_M and run[0].lower_ not in lower
    if not (full or led or _does_or_undergoes(head, cues)) or (run[0].i > 0 and run[0].nbor(-1).text in _MARKS):
        return None
    plain = [token.lower_ for token in run]
    if all(word in _NOBODY or word in ROLES or word in BODIES or word in OFFICES for word in plain):
        return None
    article = run[0].i > 0 and run[0].nbor(-1).lower_ == "the"
    if len(run) == 1:
        if plain[0] in lower or head.lemma_.lower() in lower or article or len(head.text) < 3:
            return None
        if head.is_sent_start and not (head.dep_ == "nsubj" and head.head.lemma_.lower() in cues.speech):
            return None
        return "PERSON"
    if run[0].text in GIVEN_F | GIVEN_M and not article:
        return "PERSON"
    return "ORG" if article or any(word in BODIES for word in plain) else "PERSON"


def _is_led(run: Sequence[Token]) -> bool:
    """Whether people are of what a name names: "fighters of the Azure Shield"."""
    article = run[0].nbor(-1) if run[0].i else None
    if len(run) < 2 or article is None or article.lower_ != "the" or run[-1].dep_ != "pobj":
        return False
    return run[-1].head.lower_ == "of" and run[-1].head.head.lemma_.lower() in _PEOPLE


_PEOPLE = words(
    """fighter member leader supporter soldier rebel militant activist gunman troop follower secretary chairman
    chairwoman president spokesman spokeswoman lawyer steward official founder backer delegate commander"""
)


def acts(head: Token, cues: Cues) -> bool:
    """Whether the subject of a verb speaks, or takes a stance."""
    lemma = head.head.lemma_.lower()
    return head.dep_ == "nsubj" and (lemma in cues.speech or lemma in cues.verbs)


def _does_or_undergoes(head: Token, cues: Cues) -> bool:
    """Whether a name stands where somebody speaks or takes a stance, or where one is taken on somebody."""
    while head.dep_ in {"conj", "appos"} and head.head.pos_ in {"PROPN", "NOUN"} and head.head.i < head.i:
        head = head.head
    if any(kid.dep_ == "relcl" and any(who.lower_ in {"who", "whom"} for who in kid.children) for kid in head.children):
        return True
    over = head.head
    if head.dep_ == "pobj":
        if over.lower_ not in _BEFORE:
            return False
        over = over.head
    elif head.dep_ == "poss":
        return over.lemma_.lower() in cues.nouns
    elif head.dep_ not in _ACTS:
        return False
    lemma = over.lemma_.lower()
    if over.pos_ == "NOUN":
        return lemma in cues.nouns
    return over.pos_ == "VERB" and (lemma in cues.verbs or (head.dep_ == "nsubj" and lemma in cues.speech))


def opening(tokens: Sequence[Token]) -> int:
    """How many words at the start of a span of the model belong to the sentence, not to the name.

    "Will Tarsia recognise …?", "Blame Bluewater Fleet".
    """
    first = tokens[0]
    if len(tokens) < 2 or (not first.is_sent_start and not (first.i and first.nbor(-1).text in _MARKS)):
        return 0
    asks = first.text in _ASKS and first.sent.text.rstrip("\"'”’ \n").endswith("?")
    whole = first.text == "Will" and not (tokens[-1].i + 1 < len(first.doc) and tokens[-1].nbor(1).tag_ in {"VB", "MD"})
    return int((asks and not whole) or (first.text in _ASKS - {"Will", "May"}) or first.text in _DEMANDS)


_ASKS = words("Will Should Would Could Can May Might Must Did Does Do Is Are Was Were Has Have Had")
_DEMANDS = words("Blame Thank Boycott Trust Forget Congratulate Elect Impeach")


def number(tokens: Sequence[Token]) -> int:
    """Where in a person's span a number begins that is none of theirs: "Anneke Vos 340 crowns"."""
    return next((i for i, token in enumerate(tokens) if i > 0 and token.text[:1].isdigit()), len(tokens))


def surname(token: Token, taken: Collection[int]) -> Token | None:
    """The word with a capital right behind a name's last one that the parser has as its head: a surname cut off."""
    if token.dep_ != "compound" or token.i + 1 >= len(token.doc) or token.whitespace_ != " ":
        return None
    after = token.nbor(1)
    capital = after.text[:1].isupper() and after.text[1:].islower() and after.text.isalpha()
    if after.i != token.head.i or not capital or after.i in taken or after.is_sent_start or after.lower_ in CALENDAR:
        return None
    return after if after.tag_ == "NNP" and after.lower_ not in _NOBODY else None
