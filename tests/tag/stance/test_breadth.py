"""Sentences of news English over the breadth of its words: who holds what, or nothing.

Written before the rules had seen them. How many are right is a floor; no direction and no sign may be turned.
"""

import pytest

from pipeline.settings import get_settings
from pipeline.tag.tagger import Tagger

NAMES = {
    "A": "Viktor Brandt",
    "B": "Helen Marsh",
    "C": "Paul Denning",
    "X": "Poland",
    "Y": "Hungary",
    "M": "Microsoft",
    "N": "Siemens",
}
#: A sentence, and by letters who holds what: "AB-" is A against B.
SENTENCES = """
{A} vouched for {B} at the hearing.|AB+
{A} threw her weight behind {B} on Monday.|AB+
{A} has broken ranks with {B} over the pension plan.|AB-
{A} distanced himself from {B} after the leak.|AB-
{A} rounded on {B} in front of reporters.|AB-
{A} railed against {B} for almost an hour.|AB-
{A} took issue with {B} over the figures.|AB-
{A} poured cold water on {B}'s bid for the chair.|AB-
{A} gave {B} short shrift.|AB-
{A} read {B} the riot act.|AB-
{A} sneered at {B} during the debate.|AB-
{A} lampooned {B} on the radio.|AB-
{A} rallied behind {B} in the last week of the campaign.|AB+
{X} bankrolled {M} for years.|XM+
{A} shielded {B} from the inquiry.|AB+
{A} humiliated {B} in public.|AB-
{A} sidelined {B} after the election.|AB-
{A} undercut {B} at every turn.|AB-
{A} stonewalled {B}.|AB-
{A} filed a libel suit against {B}.|AB-
{A} tabled a motion of no confidence in {B}.|AB-
{A} heckled {B} from the gallery.|AB-
{A} walked out on {B} in March.|AB-
{X} recalled its ambassador from {Y} in protest.|XY-
{X} severed diplomatic ties with {Y}.|XY-
{X} slapped tariffs on {Y}.|XY-
{X} massed troops against {Y}.|XY-
{A} accused {B} of cowardice and {C} of sloth.|AB-AC-
There was a furious response to {A} from {B}.|BA-
The backlash against {A} from {B} was swift.|BA-
{A} won glowing praise from {B}.|BA+
{A} drew a stinging rebuke from {B}.|BA-
{A} launched a scathing attack on {B}.|AB-
{A} voiced deep misgivings about {B}.|AB-
{A} signalled her support for {B}.|AB+
{A} expressed admiration for {B}.|AB+
{A} levelled accusations of fraud at {B}.|AB-
{A} mounted a spirited defence of {B}.|AB+
{A} staged a protest against {M}.|AM-
{A} lodged a complaint against {M} with the regulator.|AM-
{A} leapt to {B}'s defence.|AB+
{A} came to the defence of {B}.|AB+
{A} has gone to bat for {B}.|AB+
{A} stuck up for {B} when the board met.|AB+
{A} stood shoulder to shoulder with {B}.|AB+
{A} rooted for {B} all summer.|AB+
{A} has taken {B} under her wing.|AB+
{A} sang the praises of {B}.|AB+
{A} tipped his hat to {B}.|AB+
{A} looked up to {B}.|AB+
{A} looked down on {B}.|AB-
{A} holds {B} in high regard.|AB+
{A} holds {B} in contempt.|AB-
{A} bears {B} a grudge.|AB-
{A} harbours a grudge against {B}.|AB-
{A} cannot stand {B}.|AB-
{A} has no time for {B}.|AB-
{A} has a soft spot for {B}.|AB+
{A} thinks highly of {B}.|AB+
{A} thinks little of {B}.|AB-
{A} thinks the world of {B}.|AB+
{A} no longer has {B}'s support.|BA-
{A} no longer enjoys the confidence of {B}.|BA-
{A} withheld his endorsement from {B}.|AB-
{A} stopped short of endorsing {B}.|
{A} stopped short of condemning {B}.|
{A} fell out with {B} over money.|AB-BA-
{A} fell out with {B}.|AB-BA-
{A} lost the confidence of {B}.|BA-
{A} could not bring herself to support {B}.|AB-
{A} refused to shake {B}'s hand.|AB-
{A} refused to meet {B}.|AB-
{A} refused to share a platform with {B}.|AB-
{A} declined to criticise {B}.|
{A} has never criticised {B}.|
{A} bears {B} no ill will.|
{A} has nothing against {B}.|
{A} withdrew her complaint against {B}.|
{A} dropped the charges against {B}.|
{A} forgave {B}.|AB+
{A} has yet to congratulate {B}.|
{A} cannot forgive {B}.|AB-
{A} has lost faith in {B}.|AB-
{A} has turned his back on {B}.|AB-
{A} has had enough of {B}.|AB-
{A} is fed up with {B}.|AB-
{A} has run out of patience with {B}.|AB-
{A} pulled her support for {B}.|AB-
{A} withdrew his backing for {B} on Friday.|AB-
{A} is a long-time critic of {B}.|AB-
{A} is an ally of {B}.|AB+BA+
{A}, an ally of {B}, declined to comment.|AB+BA+
{A} and {B} are old rivals.|AB-BA-
{A} and {B} are at loggerheads.|AB-BA-
{A} and {B} are close allies.|AB+BA+
{A} is at odds with {B} over the budget.|AB-BA-
{A} is {B}'s archenemy.|AB-BA-
{A} is an outspoken opponent of {B}.|AB-
{A} is one of {B}'s fiercest detractors.|AB-
{A} is a {B} loyalist.|AB+
{A} is an ardent admirer of {B}.|AB+
{A} and {B} patched up their differences.|AB+BA+
{A} broke with {B} in May.|AB-
{X} and {Y} have locked horns over water.|XY-YX-
{X} and {Y} signed a mutual defence pact.|XY+YX+
{X} and {Y} are bitter enemies.|XY-YX-
{X} restored diplomatic relations with {Y}.|XY+YX+
{A}, once a friend of {B}, now avoids her.|AB+
{A}, formerly an adviser to {B}, left in June.|
{A} used to admire {B}.|AB+
{A} once defended {B}.|AB+
{A} will campaign for {B} next month.|AB+
{A} vowed to expose {B}.|AB-
{X} has pledged to defend {Y}.|XY+
{A} threatened to sue {M}.|AM-
{A} will back {B}, she announced.|AB+
{A} might back {B}.|
If {A} backs {B}, the party will split.|
Will {A} condemn {B}?|
{A} considered suing {M}.|
{A} was urged to condemn {B}.|
{A} is expected to endorse {B}.|
{A} met {B} on Tuesday.|
{A} charged {B} twenty pounds for the book.|
{A} pressed {B}'s suit before the wedding.|
{A} struck a deal with {B}.|
{A} headed the list, ahead of {B}.|
{A} countered that {B} had been present.|
{A} was courted by several clubs, {B} said.|
{A} backed his car into {B}'s gate.|
{A} hit the road with {B}.|
{A} targeted a younger audience than {B}.|
{A} challenged {B} to a game of chess.|
{A} beat {B} in the final.|
{A} replaced {B} as chairman.|
{A} interviewed {B} for the paper.|
{A} asked {B} about the weather.|
{A} fired {B}'s questions back at the class.|
{A} attended the funeral of {B}.|
{M} bought {N} for a large sum.|
{M} supplied {N} with chips.|
{A} succeeded {B} at the ministry.|
{A} was widely mocked, {B} noted.|
{A} was heavily criticised in {Y}.|
{A} moved next door to {B}.|
{A} sat next to {B} at the dinner.|
{A} covered the trial of {B} for the radio.|
{A} defeated {B} at the polls.|
{X} played {Y} in Athens.|
{X} exports wheat to {Y}.|
{X} signed a trade agreement with {Y}.|
{X} expelled two diplomats from {Y}.|XY-
{X} jammed {Y}'s radio signals.|XY-
{X} airlifted food to {Y}.|XY+
{X} sheltered thousands of refugees from {Y}.|
{X} shelled {Y}'s border posts.|XY-
{X} vetoed {Y}'s membership.|XY-
{X} froze the assets of {M}.|XM-
{X} fined {M} over cartel prices.|
{X} blacklisted {M}.|XM-
{M} poached staff from {N}.|
{M} hit out at {N} in an open letter.|MN-
{M} accused {N} of copying its design.|MN-
{M} apologised to {A}.|MA+
{A} begged {B} for forgiveness.|
{A} demanded that {B} step down.|AB-
{A} called for {B}'s resignation.|AB-
{A} called on {B} to apologise.|AB-
{A} wants {B} out.|AB-
{A} tore into {B}.|AB-
{A} laid into {B} at the conference.|AB-
{A} piled into {B}.|AB-
{A} tore a strip off {B}.|AB-
{A} took a swipe at {B}.|AB-
{A} took a dim view of {B}.|AB-
{A} turned a deaf ear to {B}.|AB-
{A} paid homage to {B}.|AB+
{A} raised a glass to {B}.|AB+
{A} commiserated with {B}.|
{A} clashed with {B} over the budget.|AB-BA-
{A} sided with {B} against {C}.|AB+AC-
{A} praised {B} but attacked {C}.|AB+AC-
{A} plotted against {B}.|AB-
{A} conspired to oust {B}.|AB-
{A} tried to discredit {B}.|AB-
{A} hounded {B} out of office.|AB-
{A} ousted {B} as leader.|AB-
{A} threw {B} under the bus.|AB-
{A} stabbed {B} in the back.|AB-
{A} hung {B} out to dry.|AB-
{A} made fun of {B}.|AB-
{A} made a mockery of {B}.|AB-
{A} jumped to the aid of {B}.|AB+
{A} bailed {B} out.|AB+
{A} stood by {B} throughout the scandal.|AB+
{A} testified against {B}.|AB-
{A} informed on {B}.|AB-
{A} spied on {B} for two years.|AB-
{A} lied to {B}.|AB-
{A} cheated {B} out of her savings.|AB-
{A} disowned {B}.|AB-
{A} has cut {B} loose.|AB-
{A} cold-shouldered {B}.|AB-
{A} badmouthed {B} to the press.|AB-
{A} trolled {B} online.|AB-
{A} dissed {B}.|AB-
{A} mentored {B} for ten years.|AB+
{A} hero-worshipped {B}.|AB+
{A} fawned over {B}.|AB+
{A} endeared himself to {B}.|BA+
{A} was vilified by {B} in print.|BA-
{A} was given a hero's welcome by {B}.|BA+
{A} was rebuffed by {B}.|BA-
{A} was feted by {B}.|BA+
{A} was jeered by {B} and {C}.|BA-CA-
"""

Stance = tuple[str, str, int]


@pytest.fixture(scope="module")
def read() -> list[tuple[str, set[Stance], set[Stance]]]:
    """Sentence, the stances it shows, the stances made of it."""
    cases = []
    for line in SENTENCES.strip().splitlines():
        text, _, told = line.partition("|")
        parts = [told[i : i + 3] for i in range(0, len(told), 3)]
        cases.append((text.format(**NAMES), {(NAMES[a], NAMES[b], 1 if sign == "+" else -1) for a, b, sign in parts}))
    tags = Tagger(get_settings()).tag_many([(text, None, "en") for text, _ in cases])
    return [
        (text, told, {(e.holder_name, e.target_name, e.polarity) for e in tag.evidence})
        for (text, told), tag in zip(cases, tags, strict=True)
    ]


def test_no_direction_is_turned_and_no_sign(read: list[tuple[str, set[Stance], set[Stance]]]) -> None:
    wrong = [
        (text, one)
        for text, told, made in read
        for one in made - told
        if (one[0], one[1], -one[2]) in told or any(stance[:2] == (one[1], one[0]) for stance in told)
    ]
    assert wrong == []


def test_what_shows_no_stance_makes_none(read: list[tuple[str, set[Stance], set[Stance]]]) -> None:
    silent = [(text, made) for text, told, made in read if not told]
    loud = [(text, made) for text, made in silent if made]
    assert len(loud) <= 0.1 * len(silent), loud


def test_most_sentences_are_read_rightly(read: list[tuple[str, set[Stance], set[Stance]]]) -> None:
    wrong = [(text, told, made) for text, told, made in read if told != made]
    assert len(wrong) <= 0.2 * len(read), wrong
