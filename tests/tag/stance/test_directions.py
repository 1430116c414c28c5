"""Whose stance on whom, whatever the construction: the right way round, or nothing.

Words with their forms go through constructions that can turn a direction. In a sentence "{A} … {B}" A holds something
against or for B; what is made the other way round, or with the other sign, is a mistake, and so is anything said where
the construction says nothing. How much must be found at all is a floor of its own.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from pipeline.settings import get_settings
from pipeline.tag.tagger import Tagger

NAMES = (
    ("Viktor Brandt", "Helen Marsh", "Paul Denning"),
    ("Margaret Doyle", "Peter Novak", "Sarah Lund"),
    ("Poland", "Hungary", "Greece"),
    ("David Keller", "Microsoft", "Anna Weber"),
)

#: Verb, past, gerund, sign.
VERBS = """
criticise criticised criticising -|condemn condemned condemning -|denounce denounced denouncing -|blame blamed blaming -
accuse accused accusing -|attack attacked attacking -|rebuke rebuked rebuking -|mock mocked mocking -
slam slammed slamming -|lambast lambasted lambasting -|ridicule ridiculed ridiculing -|vilify vilified vilifying -
scold scolded scolding -|upbraid upbraided upbraiding -|castigate castigated castigating -|deride derided deriding -
praise praised praising +|back backed backing +|support supported supporting +|endorse endorsed endorsing +
defend defended defending +|thank thanked thanking +|hail hailed hailing +|admire admired admiring +
applaud applauded applauding +|honour honoured honouring +|commend commended commending +|trust trusted trusting +
congratulate congratulated congratulating +|welcome welcomed welcoming +|salute saluted saluting +
oppose opposed opposing -|sue sued suing -|expel expelled expelling -|threaten threatened threatening -
insult insulted insulting -|snub snubbed snubbing -|betray betrayed betraying -|distrust distrusted distrusting -
despise despised despising -|bully bullied bullying -|undermine undermined undermining -|hate hated hating -
smear smeared smearing -|sanction sanctioned sanctioning -|boycott boycotted boycotting -|shun shunned shunning -
fund funded funding +|protect protected protecting +|arm armed arming +|finance financed financing +
""".replace("\n", "|")
#: Verbs whose object holds something about the subject.
FELT = """
anger angered angering -|alarm alarmed alarming -|infuriate infuriated infuriating -|outrage outraged outraging -
disappoint disappointed disappointing -|offend offended offending -|upset upset upsetting -|dismay dismayed dismaying -
annoy annoyed annoying -|please pleased pleasing +|impress impressed impressing +|delight delighted delighting +
""".replace("\n", "|")
#: Noun, sign, preposition of its target, verb of who gets it.
NOUNS = """
criticism - of drew|condemnation - of drew|praise + for won|support + for won|opposition - to met
anger - at drew|scorn - for drew|sympathy + for won|ridicule - of drew|approval + of won|gratitude + to earned
distrust - of met|contempt - for met|hostility - towards met|backing + for won|applause + for drew|fury - at provoked
resistance - to met|acclaim + for won|resentment - towards met
""".replace("\n", "|")

WITH_VERB = (
    "{A} {past} {B} on Tuesday.",
    "{B} was {past} by {A} on Tuesday.",
    "{B} has been {past} by {A}.",
    "{B}, {past} by {A}, said nothing.",
    "{C} said {A} had {past} {B}.",
    "{C} said {B} had been {past} by {A}.",
    "{A}, who {past} {B}, left the hall.",
    "{B}, whom {A} {past}, left the hall.",
    "It was {A} who {past} {B}.",
    "{A} is known for {ing} {B}.",
    "{B} was {past} on Tuesday.|nothing",
    "{B} was {past}, {A} left.|nothing",
    "{B} was {past}, it was said in the office of {A}.|nothing",
)
WITH_NOUN = (
    "{B} {gets} {noun} from {A}.",
    "{B} was met with {noun} from {A}.",
    "{B} faces {noun} from {A}.",
    "The {noun} {prep} {B} by {A} came late.",
    "{A}'s {noun} {prep} {B} came late.",
    "{A} voiced {noun} {prep} {B}.",
    "{B}, facing {noun} from {A}, resigned.",
    "{B} resigned amid {noun} from {A}.",
    "{B} has long been a target of {noun} by {A}.",
    "The {noun} {prep} {B} grew.|nothing",
)
#: The other constructions, with who holds what.
OTHERS = """
{B} came under fire from {A}.|AB-
{B} came under attack from {A}.|AB-
{B} stands accused by {A} of fraud.|AB-
{B}, accused by {A} of fraud, resigned.|AB-
{B} is a critic of {A}.|BA-
{B}, a critic of {A}, left.|BA-
A critic of {A}, {B} left the party.|BA-
{B} is a supporter of {A}.|BA+
"{B} is a liar," said {A}.|AB-
{A} lost the support of {B}.|BA-
{A} enjoys the support of {B}.|BA+
{A} won the backing of {B}.|BA+
{A} was angry with {B}.|AB-
{A} was disappointed by {B}.|AB-
{A} was alarmed by {B}'s remarks.|AB-
{A}'s remarks angered {B}.|BA-
{A} drew the ire of {B}.|BA-
{A} earned the wrath of {B}.|BA-
{A} was denounced as a traitor by {B}.|BA-
{A} was described by {B} as a liar.|BA-
{A} was called a liar by {B}.|BA-
{A} called {B} a coward.|AB-
{A} called on {B} to resign.|AB-
{A} was told by {B} to resign.|BA-
{A} was urged by {B} to resign.|BA-
{A} demanded an apology from {B}.|AB-
{A} was forced out by {B}.|BA-
{A} took aim at {B}.|AB-
{A} was a target of {B}'s anger.|BA-
{A} apologised to {B}.|AB+
{A} received an apology from {B}.|BA+
{A} lashed out at {B} for criticising {C}.|AB-BC-
{A} was reprimanded by {B} for insulting {C}.|BA-AC-
{A} hit back at {B}.|AB-
{A} paid tribute to {B}.|AB+
{A} gave {B} strong backing.|AB+
{A} blamed the failure on {B}.|AB-
{A} said {B} was to blame.|AB-
{A} said {B} should resign.|AB-
{A} backed {B}; {C} did not.|AB+
{B} was praised by {A}, but not by {C}.|AB+
{A} asked for support from {B}.|
{A} was praised over a dinner with {B}.|
"""


class Case(NamedTuple):
    """A sentence, and who holds what: (holder, target, sign)."""

    text: str
    stances: frozenset[tuple[str, str, int]]


def _cases() -> Iterator[Case]:
    """Every word meets every third construction, every construction a third of the words."""
    turn = 0
    for table, felt in ((VERBS, False), (FELT, True)):
        for line in filter(None, table.split("|")):
            verb, past, ing, sign = line.split()
            for n, frame in enumerate(WITH_VERB):
                turn += 1
                if (turn + n // 3) % 3 == 0:
                    yield _case(frame, turn, _sign(sign), turned=felt, verb=verb, past=past, ing=ing)
    for line in filter(None, NOUNS.split("|")):
        noun, sign, prep, gets = line.split()
        for n, frame in enumerate(WITH_NOUN):
            turn += 1
            if (turn + n // 3) % 3 == 0:
                yield _case(frame, turn, _sign(sign), noun=noun, prep=prep, gets=gets)
    for line in filter(None, OTHERS.split("\n")):
        text, _, told = line.partition("|")
        names = dict(zip("ABC", NAMES[0], strict=True))
        stances = {(names[told[i]], names[told[i + 1]], _sign(told[i + 2])) for i in range(0, len(told), 3)}
        yield Case(text.format(**names), frozenset(stances))


def _case(frame: str, turn: int, sign: int, *, turned: bool = False, **words: str) -> Case:
    names = dict(zip("ABC", NAMES[turn % len(NAMES)], strict=True))
    text, _, nothing = frame.partition("|")
    pair = (names["B"], names["A"]) if turned else (names["A"], names["B"])
    return Case(text.format(**names, **words), frozenset() if nothing else frozenset({(*pair, sign)}))


def _sign(mark: str) -> int:
    return 1 if mark == "+" else -1


@pytest.fixture(scope="module")
def read() -> list[tuple[Case, set[tuple[str, str, int]]]]:
    cases = list(_cases())
    tags = Tagger(get_settings()).tag_many([(case.text, None, "en") for case in cases])
    return [
        (case, {(e.holder_name, e.target_name, e.polarity) for e in tag.evidence})
        for case, tag in zip(cases, tags, strict=True)
    ]


def test_no_direction_is_turned_and_no_sign(read: list[tuple[Case, set[tuple[str, str, int]]]]) -> None:
    wrong = [
        (case.text, made)
        for case, found in read
        for made in found
        if made not in case.stances
        and ((made[0], made[1], -made[2]) in case.stances or any(s[:2] == (made[1], made[0]) for s in case.stances))
    ]
    assert wrong == []


def test_nothing_is_said_where_a_construction_says_nothing(
    read: list[tuple[Case, set[tuple[str, str, int]]]],
) -> None:
    silent = [(case, found) for case, found in read if not case.stances]
    loud = [(case.text, found) for case, found in silent if found]
    assert len(loud) <= 0.03 * len(silent), loud


def test_most_stances_are_found(read: list[tuple[Case, set[tuple[str, str, int]]]]) -> None:
    told = sum(len(case.stances) for case, _ in read)
    missing = [(case.text, stance) for case, found in read for stance in case.stances - found]
    assert len(missing) <= 0.1 * told, missing
