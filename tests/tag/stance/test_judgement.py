"""Judgements in evaluative words: named, said, thought, compared, by figures of speech; and what is no judgement.

A line is a text and who holds what: ``AB-`` is A against B. A, B and C are people, O and P bodies, ``.`` the outlet.
"""

import pytest

from pipeline.settings import get_settings
from pipeline.tag.tagger import Tagger

NAMES = {
    "A": "Viktor Brandt",
    "B": "Helen Marsh",
    "C": "Paul Denning",
    "O": "Halden Motors",
    "P": "Corvane Airways",
    ".": "outlet",
}

JUDGED = """
{A} called {B} a disgrace.|AB-
{A} called {B} reckless.|AB-
{A} described {B} as a scoundrel.|AB-
{A} branded {O} a national embarrassment.|AO-
{A} dismissed {B} as a lightweight.|AB-
{A} denounced {B} as a turncoat.|AB-
{A} hailed {B} as a visionary.|AB+
{A} hailed {O} as a beacon of hope.|AO+
{A} described {B} as the best thing to happen to the town in years.|AB+
{A} called {B} "a waste of space".|AB-
{A} called {B} "the worst minister in living memory".|AB-
{A} called {B} "unhinged".|AB-
{A} described {O} as "rotten to the core".|AO-
{A} labelled {B} a snake in the grass.|AB-
{A} labelled {O} a cowboy outfit.|AO-
{A} portrayed {B} as a power-hungry schemer.|AB-
{A} characterised {B} as vindictive and petty.|AB-
{A} painted {B} as heartless.|AB-
{A} mocked {B} as a windbag.|AB-
{A} praised {B} as a principled and courageous leader.|AB+
{A} referred to {B} as a parasite.|AB-
{A} spoke of {B} as a true friend of the poor.|AB+
{A} wrote off {B} as a has-been.|AB-
{B} was described by {A} as spineless.|AB-
{B} was hailed by {A} as a saviour.|AB+
{A} considers {B} a menace.|AB-
{A} considers {B} incompetent.|AB-
{A} thinks {B} is a fool.|AB-
{A} thinks that {B} is brilliant.|AB+
{A} believes {B} is dishonest.|AB-
{A} finds {B} insufferable.|AB-
{A} found {B} charming.|AB+
{A} regards {B} as untrustworthy.|AB-
{A} sees {B} as a dangerous extremist.|AB-
{A} views {O} as a model employer.|AO+
According to {A}, {B} is a bully.|AB-
According to {A}, {O} has behaved disgracefully.|AO-
In {A}'s view, {B} is a coward.|AB-
In the eyes of {A}, {B} is a hero.|AB+
In the words of {A}, {B} is a disaster.|AB-
For {A}, {B} is a traitor.|AB-
To {A}, {B} is a hero.|AB+
{A} compared {B} to a dictator.|AB-
{A} likened {B} to a playground bully.|AB-
{A} likened {O} to a protection racket.|AO-
{A} said {B} was a liability.|AB-
{A} said {O} was greedy and callous.|AO-
{A} said {B} was not fit for office.|AB-
{A} said that {B} had behaved disgracefully.|AB-
{A} said {B} had acted recklessly.|AB-
{A} said {B} had handled the strike admirably.|AB+
"{B} is a bully," said {A}.|AB-
"{B} is an utter disgrace to this city," {A} said.|AB-
"{B} is no friend of the workers," {A} said.|AB-
"{B} is a breath of fresh air," said {A}.|AB+
"{B} is worth her weight in gold," {A} said.|AB+
"{B} is a wolf in sheep's clothing," {A} said.|AB-
"{B} is asleep at the wheel," {A} said.|AB-
"{B} has blood on her hands," {A} said.|AB-
"{B} has lost the plot," {A} said.|AB-
"{B} is all bark and no bite," {A} said.|AB-
"{B} is out of touch," {A} said.|AB-
"{B} is out of her depth," {A} said.|AB-
"{B} is playing with fire," {A} said.|AB-
"{B} is turning a blind eye to abuse," {A} said.|AB-
"{B} should hang her head in shame," {A} said.|AB-
"{B} owes us an apology," {A} said.|AB-
"{B} has sold us down the river," {A} said.|AB-BA-
"{B} has thrown us under the bus," {A} said.|AB-BA-
"{B} stabbed me in the back," {A} said.|AB-BA-
"{B} has held the town to ransom," {A} said.|AB-
"{B} has moved the goalposts again," {A} said.|AB-
"{B} deserves credit," {A} said.|AB+
"{B} deserves a medal," {A} said.|AB+
"{B} deserves nothing but contempt," {A} said.|AB-
"Shame on {B}," {A} said.|AB-
"Hats off to {B}," {A} said.|AB+
"Kudos to {B}," {A} said.|AB+
"Well done to {B}," {A} said.|AB+
"We could not ask for a better mayor than {B}," {A} said.|AB+
"{B} is not fit for purpose," {A} said.|AB-
"{O} is not fit for purpose," {A} said.|AO-
"{O} puts profit before people," {A} said.|AO-
"{O} is a law unto itself," {A} said.|AO-
"{O} treats its drivers like dirt," {A} said.|AO-
"{O} is taking its customers for a ride," {A} said.|AO-
"{O} should be ashamed of itself," {A} said.|AO-
"{O} has gone above and beyond," {A} said.|AO+
"{O} has been a lifeline," {A} said.|AO+
"{O} has let us down," {A} said.|AO-OA-
"{O}'s decision is a slap in the face," {A} said.|AO-
"{O}'s handling of the recall was shambolic," {A} said.|AO-
"{B}'s silence is deafening and shameful," {A} said.|AB-
"{B}'s conduct was beneath contempt," {A} said.|AB-
"{B}'s leadership has been exemplary," {A} said.|AB+
"{B}'s response was a masterclass," {A} said.|AB+
"{B}'s plan is a sham," {A} said.|AB-
{A} met {B} on Monday. "She is a charlatan," he said.|AB-
{A} met {B} on Monday. "She is a joy to work with," he said.|AB+
"{O} came here with a promise," said {A}. "They have been appalling neighbours."|AO-
"I have known {B} for years," said {A}. "She is the most generous person I ever met."|AB+
"{O} is a disgrace," said {A}. "The company is run by crooks."|AO-
"You are a coward, {B}," said {A}.|AB-
{A} told {B}: "You are a disgrace."|AB-
{A} wrote to {B}: "You have betrayed the voters."|AB-
{A} accused {B} of cowardice.|AB-
{A} accused {O} of putting lives at risk.|AO-
{A} called {B}'s behaviour abhorrent.|AB-
{A} called {B}'s handling of the crisis inept.|AB-
{A} described {O}'s conduct as deplorable.|AO-
{A} described {B}'s remarks as repulsive.|AB-
{A} called {B}'s decision cowardly.|AB-
{A} called {O}'s silence "deafening and disgraceful".|AO-
{A} hailed {B}'s courage.|AB+
{A} said {B}'s decision was spiteful.|AB-
{A} said {B}'s stewardship had been superb.|AB+
{A} held up {B} as a shining example.|AB+
{A} held {B} up to ridicule.|AB-
{A} made a laughing stock of {B}.|AB-
{A} takes a dim view of {B}.|AB-
{A} has nothing but praise for {B}.|AB+
{A} has nothing but contempt for {B}.|AB-
{A} cannot stand {B}.|AB-
{A} could not praise {B} highly enough.|AB+
{A} said {B} was the finest judge of her generation.|AB+
{A} said {B} was worse than useless.|AB-
{A} did not think {B} was honest.|AB-
{A} does not consider {B} trustworthy.|AB-
{A} said {B} was not a decent man.|AB-
{A}, who thinks {B} a clown, left early.|AB-
{A}, for whom {B} is a hero, wept.|AB+
{A} gave {B} a glowing reference.|AB+
{A} sang {B}'s praises.|AB+
{A} dragged {B}'s name through the mud.|AB-
{A} rode to {B}'s defence.|AB+
{A} wrote that {B} was an outstanding surgeon.|AB+
{B} is a disgrace, {A} said.|AB-
{A}: {B} is a liar and a cheat.|AB-
{B} has the blood of miners on her hands, {A} said.|AB-
The notorious {B} was seen in the harbour.|.B-
{B} and her cronies were seen in the harbour.|.B-
{A} said {B} had shamefully sold the harbour.|AB-
{A} said {B} rightly refused to sign.|AB+
"{B} quite rightly closed the mine," {A} said.|AB+
{A} said {B} was right to resign.|AB+
{A} likened {B} to Hitler.|AB-
{A} compared {B} to Adolf Hitler.|AB-
{A} compared {B} to Joseph Stalin in a letter.|AB-
"Shame on you, {B}," {A} said.|AB-
Shame on {B}, said {A}.|AB-
{B} is a liar: {A}|AB-
{B}, according to {A}, is a liar.|AB-
{B} is, in {A}'s opinion, a liar.|AB-
{B} is a liar, in the opinion of {A}.|AB-
As far as {A} is concerned, {B} is a liar.|AB-
"How cowardly of {B}," said {A}.|AB-
"It was brave of {B} to resign," said {A}.|AB+
"That liar {B} will speak tonight," said {A}.|AB-
"Crooked {B} will speak tonight," said {A}.|AB-
"{B}, a liar and a cheat, will speak tonight," said {A}.|AB-
The terror group {O} opened an office.|.O-
"""

NOTHING = """
{A} called {B} on Monday.
{A} called {B} a taxi.
{A} described {B} as a retired teacher.
{A} described {B} as a critical witness.
{A} described {B} as tall and thin.
{A} described {B} as seriously ill.
{A} described {O} as a leading maker of pumps.
{A} considers {B} a candidate.
{A} considered hiring {B}.
{A} found {B} in the kitchen.
{A} found {B} asleep.
{A} sees {B} every Tuesday.
{A} said {B} was ill.
{A} said {B} was injured in a terrible fire.
{A} said {B} was sick.
{A} said {B} was fine.
{A} said {B} was poor as a child.
{A} said {B} was in a critical condition.
{A} said {O} was losing money.
{A} said {O} was weak in the south.
"{B} is a teacher," said {A}.
"{B} is in good health," said {A}.
"{B} is the best on clay," said {A}.
"{B} was unlucky," said {A}.
"{B} had a terrible accident," said {A}.
"{B} lost her mother to a cruel disease," said {A}.
"The weather is awful," {A} told {B}.
"It is a disaster," {A} told {B} after the flood.
"The economy is weak," {A} told {B}.
"{B} is not a liar," said {A}.
"Nobody calls {B} a coward," said {A}.
"If {B} is a liar, we shall know," said {A}.
"Is {B} a liar?" asked {A}.
"{B} might be a fool," said {A}.
{A} denied calling {B} a coward.
{A} never called {B} a disgrace.
{A} did not describe {B} as a bully.
{A} would not say whether {B} was a liar.
{A} asked whether {B} was reckless.
{A} wondered if {B} was honest.
{A} compared {B} to her sister.
{A} compared {O} with {P}.
{A} likened the valley to a bowl, {B} recalled.
{A} refused to call {B} a traitor.
{A} called the storm a disaster, {B} said.
{A} called the plan of the council absurd in a call to {B}.
{A} said the film about {B} was awful.
{A} said the road to {B}'s house was terrible.
{A} said the soup was bad, {B} recalled.
{B} was described as a bully.
{B} was widely hailed as a hero.
{B} is seen as reckless.
Some call {B} a coward, {A} noted.
Critics call {B} a bully, {A} said.
{A} played a villain opposite {B}.
{A} was cast as a monster in a film by {B}.
{A} beat {B} in a brutal final.
{A} scored a brilliant goal against {B}.
{A} treated {B} for a nasty wound.
{A} treated {B} as an outpatient.
{A} described to {B} how a thief had run off.
{A} told {B} that thieves were about.
{A} told {B} of a vicious dog.
{A} wrote a book on fools with {B}.
{A} is a dangerous driver's brother and met {B}.
{A} and {B} saw a horrible crash.
{A} is playing with fire safety rules, {B} noted.
{A} turned a blind corner and met {B}.
{A} moved the goalposts with {B} before the match.
{A} threw a ball under the bus near {B}.
"{B} is no fool," said {A}.
"{B} is no hero," said {A}.
{A} said {B} would be wise to wait.
{A} said {B} would be mistaken to wait.
"{B} was a worthy opponent," said {A}.
{A}'s "Crossing" opens on Friday in {B}'s theatre.
{O} has a kiosk, a "tea bus" that sells cake, and {B} runs it.
{A} said {O} was rightly known for pumps.
{A} compared {B} to Joseph Nowak.
{A} said it was brave of the pilot to land, {B} recalled.
The council listed {O} as a terror group.
{O}, which the council calls a terror group, opened an office.
The police ruled that {B} was no terrorist.
"""


def _cases() -> list[tuple[str, frozenset[tuple[str, str, int]]]]:
    out = []
    for line in filter(None, JUDGED.split("\n")):
        text, _, told = line.partition("|")
        triples = [told[at : at + 3] for at in range(0, len(told), 3)]
        stances = frozenset((NAMES[one], NAMES[other], 1 if sign == "+" else -1) for one, other, sign in triples)
        out.append((text.format(**NAMES), stances))
    out.extend((line.format(**NAMES), frozenset()) for line in filter(None, NOTHING.split("\n")))
    return out


@pytest.fixture(scope="module")
def read() -> list[tuple[str, frozenset[tuple[str, str, int]], set[tuple[str, str, int]]]]:
    cases = _cases()
    tags = Tagger(get_settings()).tag_many([(text, None, "en") for text, _ in cases])
    return [
        (text, told, {(e.holder_name, e.target_name, e.polarity) for e in tag.evidence})
        for (text, told), tag in zip(cases, tags, strict=True)
    ]


def test_a_judgement_is_never_turned(
    read: list[tuple[str, frozenset[tuple[str, str, int]], set[tuple[str, str, int]]]],
) -> None:
    wrong = [(text, found - told) for text, told, found in read if told and found - told]
    assert wrong == []


def test_what_judges_nobody_says_nothing(
    read: list[tuple[str, frozenset[tuple[str, str, int]], set[tuple[str, str, int]]]],
) -> None:
    loud = [(text, found) for text, told, found in read if not told and found]
    assert loud == []


def test_most_judgements_are_found(
    read: list[tuple[str, frozenset[tuple[str, str, int]], set[tuple[str, str, int]]]],
) -> None:
    judged = [row for row in read if row[1]]
    missing = [text for text, told, found in judged if told - found]
    assert len(missing) <= 0.2 * len(judged), missing
