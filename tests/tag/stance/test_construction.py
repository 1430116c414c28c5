"""Constructions of news English: who holds what where subject, object or judge stand in another clause or phrase.

Written before the rules had seen them. How many are right is a floor; no direction and no sign may be turned, and what
shows no stance makes next to none.
"""

import pytest

from pipeline.settings import get_settings
from pipeline.tag.tagger import Tagger

NAMES = {
    "A": "Viktor Brandt",
    "B": "Helen Marsh",
    "C": "Paul Denning",
    "X": "France",
    "Y": "Italy",
    "Z": "Russia",
    "M": "Halden Motors",
    "N": "Siemens",
}
#: A sentence, and by letters who holds what: "AB-" is A against B. None after the bar: no stance.
SENTENCES = """
{A} was the first to attack {B} over the delays.|AB-
{A} was the only senator to back {B}.|AB+
{A} is the latest to criticise {B}.|AB-
{A} was among those who condemned {B}.|AB-
{A} was among the ministers who backed {B}.|AB+
{A} was one of the few to defend {B}.|AB+
{A} is one of several lawmakers to have praised {B}.|AB+
{A} became the first leader to denounce {Z} by name.|AZ-
{A} is not the first to attack {B}.|AB-
Critics of {B}, among them {A}, said the plan was dead.|AB-
Along with {X}, {Y} condemned {Z}.|XZ-YZ-
{X}, along with {Y}, condemned {Z}.|XZ-YZ-
Together with {Y}, {X} has armed {Z}.|XZ+YZ+
{X}, together with {Y}, launched a campaign against {Z}.|XZ-YZ-
Like {B}, {A} has criticised {M}.|AM-BM-
Unlike {B}, {A} has criticised {M}.|AM-
{A}, alongside {B}, praised {M}.|AM+BM+
{X} sided with {Z}, as did {Y}.|XZ+YZ+
{X} condemned {Z}, and so did {Y}.|XZ-YZ-
{A} condemned {M}, and {B} did too.|AM-BM-
{A} supports {M}; {B} does not.|AM+BM-
{A} praised {M}, but {B} did not.|AM+
The Senate passed a resolution condemning {Z}.|
{A} signed a letter criticising {B}.|AB-
{A} published an essay praising {B}.|AB+
{A} issued a statement denouncing {B}.|AB-
{A} refused to sign a letter praising {B}.|
{A} read a letter by {B} attacking {M}.|BM-
{A} introduced a bill to punish {M}.|AM-
{A} tabled a motion to censure {B}.|AB-
{A} voted for a motion censuring {B}.|AB-
{A} voted against a motion censuring {B}.|
{A} moved a vote of thanks to {B}.|AB+
{A} seconded a motion of no confidence in {B}.|AB-
{A} wrote an open letter accusing {B} of lying.|AB-
{A} retweeted a post that mocked {B}.|
{A} called {B}'s handling of the crisis inept.|AB-
{A} called {B}'s decision cowardly.|AB-
{A} called {B}'s remarks disgraceful.|AB-
{A} described {B}'s plan as reckless.|AB-
{A} described {B}'s speech as brilliant.|AB+
{A} branded {B}'s claims absurd.|AB-
{A} has described {B}'s leadership as weak and directionless.|AB-
{A} dismissed {B}'s proposal as a gimmick.|AB-
{A} found {B}'s apology sincere.|AB+
{B} was described by {A} as spineless.|AB-
{B} has been called a coward by {A}.|AB-
{A} said {B}'s behaviour was shameful.|AB-
{A} said the behaviour of {B} was shameful.|AB-
"{B}'s conduct has been appalling," {A} said.|AB-
"The conduct of {B} has been exemplary," said {A}.|AB+
"Don't trust {M}," {B} told reporters.|BM-
"Vote for {A}," {B} told the crowd.|BA+
"Stop {A} before it is too late," {B} urged.|BA-
"Boycott {M}," said {B}.|BM-
"Thank {A} for that," {B} said.|BA+
"Do not blame {A}," {B} said.|
"Let's back {A}," {B} said.|BA+
Relations between {X} and {Y} have soured.|XY-YX-
Relations between {X} and {Y} hit a new low.|XY-YX-
Ties between {X} and {Y} have warmed.|XY+YX+
{X}'s relations with {Y} have deteriorated.|XY-YX-
{X}'s relationship with {Y} is strained.|XY-YX-
{A} enjoys a warm relationship with {B}.|AB+BA+
{A} has a frosty relationship with {B}.|AB-BA-
{X} and {Y} enjoy close ties.|XY+YX+
{X} wants closer ties with {Y}.|XY+
Relations between {X} and {Y} have not changed.|
{X} and {Y} resumed relations.|XY+YX+
There is no love lost between {A} and {B}.|AB-BA-
There is bad blood between {A} and {B}.|AB-BA-
{A} and {B} are no longer on speaking terms.|AB-BA-
{A} and {B} do not see eye to eye.|AB-BA-
{A} and {B} have fallen out.|AB-BA-
{A} and {B} have been inseparable since school.|AB+BA+
{A} and {B} are at each other's throats.|AB-BA-
{A} and {B} are the best of friends.|AB+BA+
{A} has had a falling-out with {B}.|AB-BA-
{A} has made up with {B}.|AB+BA+
{A} was expelled at the behest of {B}.|BA-
{A} was sacked at the request of {B}.|BA-
{A} was arrested on the orders of {Z}.|ZA-
Asked about {B}, {A} called her a fraud.|AB-
Asked whether he trusted {B}, {A} said no.|AB-
Asked whether he trusted {B}, {A} declined to answer.|
Of {B}, {A} said she was a disgrace.|AB-
{A} has nothing but praise for {B}.|AB+
{A} has nothing good to say about {B}.|AB-
{A} has nothing but contempt for {B}.|AB-
{A} had harsh words for {B}.|AB-
{A} had kind words for {B}.|AB+
{A} reserved his harshest words for {B}.|AB-
{A} saved his praise for {B}.|AB+
{A} made no secret of his contempt for {B}.|AB-
{A} did not hide his admiration for {B}.|AB+
{A} makes no bones about his dislike of {B}.|AB-
{A} minced no words about {B}.|AB-
{A} lost no time in attacking {B}.|AB-
{A} never tires of attacking {B}.|AB-
{A} did not hesitate to back {B}.|AB+
{A} could not bring himself to back {B}.|AB-
{A} all but endorsed {B}.|AB+
{A} stopped short of endorsing {B}.|
{A} stopped short of condemning {B}.|
{A} fell short of endorsing {B}.|
{A} came close to endorsing {B}.|
{A} went as far as to call {B} a thief.|AB-
{A} has gone out of his way to help {B}.|AB+
{A} has no intention of supporting {B}.|AB-
{A} is no fan of {B}.|AB-
{A} is no friend of {B}.|
{A} counts {B} among his heroes.|AB+
{A} cites {B} as an inspiration.|AB+
{A} looks up to {B}.|AB+
{A} looks down on {B}.|AB-
{A} holds {B} in high regard.|AB+
{A} holds {B} in contempt.|AB-
{A} thinks highly of {B}.|AB+
{A} thinks little of {B}.|AB-
{A} has a low opinion of {B}.|AB-
{A} has a soft spot for {B}.|AB+
{A} bears {B} a grudge.|AB-
{A} owes {B} a debt of gratitude.|AB+
{A}, whose feud with {B} dates back years, left early.|AB-BA-
{A}, whom {B} has called a liar, resigned.|BA-
{A}, who has called {B} a liar, resigned.|AB-
{A}, described by {B} as a liar, resigned.|BA-
{A}, backed by {B}, won the vote.|BA+
{A}, a vocal critic of {B}, won the vote.|AB-
{A}, long a thorn in {B}'s side, won the vote.|AB-
{A}, a protege of {B}, won the vote.|BA+AB+
{M} has come under fire from {A}.|AM-
{M} faces fierce criticism from {A}.|AM-
{M} has drawn the ire of {A}.|AM-
{M} found itself in the crosshairs of {A}.|AM-
{M} has won the backing of {A}.|AM+
{M} has the full support of {A}.|AM+
{M} lost the support of {A}.|AM-
{M} fell out of favour with {A}.|AM-
{M} is in {A}'s good books.|AM+
{A} met {B} in Paris and later flew to Rome.|
{A} replaced {B} as chairman in May.|
{A} and {B} will debate on Tuesday.|
{A} interviewed {B} about the plan.|
{A} beat {B} in the final.|
{A} told {B} that the plan was ready.|
{A} asked {B} about {M}.|
{A} succeeded {B}, who retired in June.|
{A} read out a statement by {B}.|
{A}, who once worked for {B}, lives in Rome.|
{A} voted before {B} did.|
{A} said {B} would speak on Friday.|
{X} shares a border with {Y}.|
{X} exports wine to {Y}.|
{A} compared notes with {B}.|
{A} called {B} "a gang leader with a spreadsheet".|AB-
{A} described {M} as "a debt collector with antennas".|AM-
{A} described {B} as a hostage of the banks.|AB-
{A} called {B} "an accountant who has never met an ear".|AB-
{A} called {B} "a breath of fresh air".|AB+
{A} called {B} "Mum".|
{A} described {B} as a tall man.|
{A} described {B} as the owner of the car.|
{A} described {M} as "a maker of lorries".|
{A}, the justice minister, who has clashed with {B}, resigned.|AB-BA-
{M} took {A}'s side.|MA+
{A} loved working with {B}.|AB+
{A} hated working for {B}.|AB-
{A} has lost the confidence of {M}.|MA-
{A} has won back the confidence of {M}.|MA+
{A} earned the scorn of {B}.|BA-
{A} retains the loyalty of {M}.|MA+
{A} voted to withdraw his support from {B}.|AB-
{M} withdrew its support from {B}.|MB-
{M} has cut {B} loose.|MB-
{M} voted {B} out in 2014.|MB-
{A} has pressed ahead with her libel action against {B}.|AB-
{A} has dropped her libel action against {B}.|
{X} will embargo timber from {Y}, its customs service announced.|XY-
{X} lifted its ban on beef from {Y}.|XY+
{X} imposed a ban on beef from {Y}.|XY-
{X} buys timber from {Y}.|
{A} and {B} have been sworn enemies since 2019.|AB-BA-
{A} can be seen shoving {B} to the ground.|AB-
{A} can shove {B} to the ground if it comes to that.|
{A} threw a glass at {B}.|AB-
The crowd threw flowers at {B} while {A} slept.|
{A} threw money at the problem, {B} noted.|
{A} ran {B} off his land.|AB-
{A} would not hear a word against {B}.|AB+
{A} heard a word or two about {B}.|
{A} never had a good word for {B}.|AB-
{A} turned on the president who appointed her, {B}.|AB-
{A} turned on the lights for {B}.|
{A} left {B} off the guest list.|AB-
{A} would not say that he had confidence in {B}.|AB-
{A} wished {B} no luck at all.|AB-
{A} wished {B} luck.|AB+
"I can't stand the man," {A} said of {B} as the bus pulled out.|AB-
"Trust him? I wouldn't trust him with a bus ticket," {A} said of {B}.|AB-
"A saint," {A} said of {B}.|AB+
"He is a liar and a thief," {A} said of {B}.|AB-
"They have betrayed every farmer in this valley," {A} said of {M}.|AM-
"He arrived at nine and left at ten," {A} said of {B}.|
"He is sixty-one and lives by the sea," {A} said of {B}.|
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
    ours = set(NAMES.values())
    tags = Tagger(get_settings()).tag_many([(text, None, "en") for text, _ in cases])
    return [
        (
            text,
            told,
            {
                (e.holder_name, e.target_name, e.polarity)
                for e in tag.evidence
                if e.holder_name in ours and e.target_name in ours
            },
        )
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
