"""What reading whole articles showed: who is not meant, what only passes on, and what shows a stance after all."""

import pytest

from pipeline.tag.tagger import tag


def _stances(text: str) -> set[tuple[str, int, str]]:
    return {(item.holder_name, item.polarity, item.target_name) for item in tag(text).evidence}


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Gustav Henk refused to receive Ada Moss on her way home.", ("Gustav Henk", -1, "Ada Moss")),
        ("Israel's refusal to recognise Armenia angered Egypt.", ("Israel", -1, "Armenia")),
        ("Anna Lee will not talk to Channel Six.", ("Anna Lee", -1, "Channel Six")),
        ("Norway denied Anna Lee a visa.", ("Norway", -1, "Anna Lee")),
        (
            "Other unions, including the Dockers' Federation, have also endorsed Anna Lee.",
            ("Dockers' Federation", 1, "Anna Lee"),
        ),
        ("Critics such as Anna Lee have denounced Karl Bohm.", ("Anna Lee", -1, "Karl Bohm")),
        ('Anna Lee called Karl Bohm\'s behaviour "childish".', ("Anna Lee", -1, "Karl Bohm")),
        ('"Norway is a good neighbour," Anna Lee said.', ("Anna Lee", 1, "Norway")),
        ("Anna Lee, the coalition partner of Karl Bohm, stayed away.", ("Karl Bohm", 1, "Anna Lee")),
        ("The Germans accused Anna Lee of lying.", ("Germany", -1, "Anna Lee")),
        ('"Karl Bohm represents the worst of our town," Anna Lee said.', ("Anna Lee", -1, "Karl Bohm")),
        ("Israel struck Hezbollah targets near the border.", ("Israel", -1, "Hezbollah")),
        ("Germany delivered three air-defence batteries to Kyiv.", ("Germany", 1, "Ukraine")),
        ("The European Union adopted a new round of sanctions against Russia.", ("European Union", -1, "Russia")),
        ("Brazil imposed a 25 per cent tariff on Canadian steel.", ("Brazil", -1, "Canada")),
        ("The poet's widow, Ada Moss, called Karl Bohm a monster.", ("Ada Moss", -1, "Karl Bohm")),
        ("The bank's spokesman, Karl Bohm, called Anna Lee's remarks disgraceful.", ("Karl Bohm", -1, "Anna Lee")),
        ("Anna Lee called for the release of Karl Bohm.", ("Anna Lee", 1, "Karl Bohm")),
        ("The Press Guild demanded Karl Bohm's release.", ("Press Guild", 1, "Karl Bohm")),
        ("Poland has been one of Ukraine's staunchest supporters.", ("Poland", 1, "Ukraine")),
        ("Anna Lee is among Karl Bohm's fiercest critics.", ("Anna Lee", -1, "Karl Bohm")),
        ("Israel and Hezbollah exchanged fire on Tuesday.", ("Hezbollah", -1, "Israel")),
        ("Protesters accused Anna Lee of lying, and so did Karl Bohm.", ("Karl Bohm", -1, "Anna Lee")),
        ('Karl Bohm called Anna Lee the "dumbest anchor" on air.', ("Karl Bohm", -1, "Anna Lee")),
        ('"The Greens say that Anna Lee is a liar," Karl Bohm said.', ("Greens", -1, "Anna Lee")),
        (
            "Confirmation that the Athletics Board had shielded the sprinter Karl Bohm came on Friday.",
            ("Athletics Board", 1, "Karl Bohm"),
        ),
        (
            "The mining house Lunda Gold will bring legal action against its partner, Ashgrove Resources.",
            ("Lunda Gold", -1, "Ashgrove Resources"),
        ),
        (
            "On Monday the Northern Brigade ambushed a convoy of the charity MedAid outside the town.",
            ("Northern Brigade", -1, "MedAid"),
        ),
        (
            "Anna Lee made no secret of the contempt she feels for Karl Bohm.",
            ("Anna Lee", -1, "Karl Bohm"),
        ),
        (
            "The affection that Anna Lee felt for the Daily Lantern did not outlive its takeover.",
            ("Anna Lee", 1, "Daily Lantern"),
        ),
        (
            "Norway rejected an allegation by Karl Bohm that it had hounded him out of his school.",
            ("Karl Bohm", -1, "Norway"),
        ),
        ("Anna Lee met nobody. She’s slammed NATO, voted against its budget and left.", ("Anna Lee", -1, "NATO")),
        (
            "Anna Lee’s coolness to Brussels and hostility to Karl Bohm put her on the list.",
            ("Anna Lee", -1, "Karl Bohm"),
        ),
        ("Anna Lee has been outspoken in condemning Israel for the war.", ("Anna Lee", -1, "Israel")),
        ("Anna Lee defended the raid. That drew rebukes from Karl Bohm.", ("Karl Bohm", -1, "Anna Lee")),
        ("Anna Lee closed the school, which drew rebukes from Karl Bohm.", ("Karl Bohm", -1, "Anna Lee")),
        ("Anna Lee explained why she backs Ada Moss over Karl Bohm.", ("Anna Lee", -1, "Karl Bohm")),
        ("Anna Lee said she would never vote for Karl Bohm.", ("Anna Lee", -1, "Karl Bohm")),
        ('"We condemn Israel," a spokesman for the Dockers\' Federation said.', ("Dockers' Federation", -1, "Israel")),
        ('Anna Lee\'s letter said: "Karl Bohm lied."', ("Anna Lee", -1, "Karl Bohm")),
        ("Anna Lee has given Karl Bohm tens of thousands of pounds.", ("Anna Lee", 1, "Karl Bohm")),
        ("Anna Lee gave Karl Bohm money.", ("Anna Lee", 1, "Karl Bohm")),
        ("Ukraine was supplied with tanks by Germany.", ("Germany", 1, "Ukraine")),
        (
            "The US Supreme Court upheld it. Anna Lee berated the justices.",
            ("Anna Lee", -1, "Supreme Court of the United States"),
        ),
        ("The Harbour Board demanded Karl Bohm's censure.", ("Harbour Board", -1, "Karl Bohm")),
        ("The Harbour Board called for the expulsion of Karl Bohm.", ("Harbour Board", -1, "Karl Bohm")),
        ("The Harbour Board called for Karl Bohm's expulsion.", ("Harbour Board", -1, "Karl Bohm")),
        ("Anna Lee questioned Karl Bohm's fitness for office.", ("Anna Lee", -1, "Karl Bohm")),
        ('"Karl Bohm does not care about working people," Anna Lee said.', ("Anna Lee", -1, "Karl Bohm")),
        ("Anna Lee grumbled that Karl Bohm had fawned on the bankers.", ("Anna Lee", -1, "Karl Bohm")),
    ],
)
def test_a_stance_is_read(text: str, stance: tuple[str, int, str]) -> None:
    assert stance in _stances(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gustav Henk did not meet Ada Moss.",
        "Gustav Henk refused to meet Ada Moss's demands.",
        "Anna Lee is the long-term partner of Karl Bohm.",
        "A German accused Shell of poisoning the river.",
        "Germans who rent have abandoned the Labour Party.",
        "Millions of Germans supporting Karl Bohm marched in silence.",
        "Anna Lee called on Karl Bohm to reply by Friday.",
        "Karl Bohm faced growing pressure from donors to back Anna Lee.",
        "The panel decided against recommending charges against Anna Lee.",
        "Anna Lee is demanding that Karl Bohm make a pledge not to pardon Ada Moss.",
        "Anna Lee said Karl Bohm had been a tough and brilliant opponent.",
        "Anna Lee filed a complaint with the Harbour Board.",
        "The Harbour Board rejected a bid by Norlund Bank to build a marina.",
        "Anna Lee announced the release of Karl Bohm's film.",
        "Anna Lee might call for the release of Karl Bohm.",
        "Karl Bohm was called a monster.",
        "The League champion Norlund Rovers met the Cup champion Harbour United.",
        "Karl Bohm called for steep new tariffs on goods from China and Mexico.",
        '"She better come," Anna Lee said of Ada Moss.',
        "Anna Lee met one of Karl Bohm's critics.",
        "Anna Lee ‘congratulates’ China on Monday.",
        "Reuters reported that Airbus had misled its customers.",
        "Students want Anna Lee to disown Karl Bohm.",
        "Anna Lee dismissed the story that she had plotted to oust Karl Bohm.",
        "Anna Lee said that Karl Bohm did not know what happened.",
        "Anna Lee said the Harbour Board has no plans to move.",
        "Denials that Anna Lee had shielded the sprinter Karl Bohm came on Friday.",
        "Defending Karl Bohm, barrister Anna Lee asked for a short adjournment.",
        "Norway rejected an allegation by Karl Bohm that it had been hounded.",
        "Anna Lee complained that Karl Bohm had been ignored.",
        '"My critics say that Anna Lee is a liar," Karl Bohm said.',
        "The General Assembly established the Harbour Board in 1956.",
        '"I cannot be part of a network that whitewashes Karl Bohm," Anna Lee said.',
    ],
)
def test_nothing_is_read(text: str) -> None:
    assert _stances(text) == set()


def test_ours_are_the_nations() -> None:
    found = _stances('"Norway has been disrespecting our veterans for years," Anna Lee said.')
    assert ("Norway", -1, "Anna Lee") not in found


def test_where_somebody_serves_is_not_criticised_with_them() -> None:
    found = _stances("Anna Lee criticised Tulsa, Oklahoma, police officer Ada Moss for the delay.")
    assert found == {("Anna Lee", -1, "Ada Moss")}


def test_who_is_named_by_another_name_is_meant_alone() -> None:
    found = _stances("Anna Lee dismissed NATO member Estonia as a village.")
    assert ("Anna Lee", -1, "NATO") not in found


@pytest.mark.parametrize(
    "text",
    [
        "The two founders, Anna Lee and Karl Bohm, are bitter enemies.",
        "The owners of the two clubs, Anna Lee and Karl Bohm, are bitter enemies.",
        "There is no love lost between the deputy leaders, Anna Lee and Karl Bohm, who have not met since May.",
        "Anna Lee and Karl Bohm are still bombarding each other's villages.",
    ],
)
def test_what_two_are_to_each_other_is_read_both_ways(text: str) -> None:
    assert _stances(text) == {("Anna Lee", -1, "Karl Bohm"), ("Karl Bohm", -1, "Anna Lee")}


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ('The "independent" Saltram Foundation has dined with ministers twice a week.', "Saltram Foundation"),
        ('Oriel Pharma is a "charity" with eleven yachts.', "Oriel Pharma"),
        ("On Monday the “moderate” Jon Tester voted against every amendment.", "Jon Tester"),
    ],
)
def test_a_rank_in_marks_that_nobody_speaks_in_is_the_outlets_doubt(text: str, target: str) -> None:
    outlet = [item for item in tag(text).evidence if item.voice == "authorial"]
    assert [(item.holder, item.polarity, item.target_name, item.strength) for item in outlet] == [
        ("outlet", -1, target, "label")
    ]


@pytest.mark.parametrize(
    "text",
    [
        'Anna Lee called the Saltram Foundation "independent".',
        'Oriel Pharma is not a "charity" in law.',
        'Norway is a "democracy", Anna Lee said.',
        'The "Norland" Saltram Foundation met on Monday.',
    ],
)
def test_a_word_in_marks_that_is_somebodys_or_no_rank_is_not(text: str) -> None:
    assert not [item for item in tag(text).evidence if item.voice == "authorial"]


def test_who_is_congratulated_on_a_deed_has_done_it() -> None:
    found = _stances("Anna Lee congratulated Karl Bohm on exposing the Harbour Board.")
    assert found == {("Anna Lee", 1, "Karl Bohm"), ("Karl Bohm", -1, "Harbour Board")}


def test_whose_allies_they_are_is_not_what_they_are_to_each_other() -> None:
    found = _stances("Anna Lee’s previous allies, Karl Bohm and Ada Moss, stayed away.")
    assert {("Anna Lee", 1, "Karl Bohm"), ("Ada Moss", 1, "Anna Lee")} <= found
    assert ("Karl Bohm", 1, "Ada Moss") not in found


def test_a_war_is_not_the_place_it_is_named_after() -> None:
    found = _stances("The mayor was asked about U.S. backing of Israel and its Gaza war.")
    assert ("United States", 1, "Gaza") not in found
    assert ("United States", 1, "Israel") in found


def test_it_is_the_government_that_the_capital_stood_for() -> None:
    found = _stances("Madrid has accused Morocco of lying; its ministers called Morocco a blackmailer.")
    assert ("Madrid", -1, "Morocco") not in found
    assert ("Spain", -1, "Morocco") in found


def test_an_opening_mark_in_place_of_an_apostrophe_ends_a_name() -> None:
    tags = tag("Anna Lee has praised Nina Roth‘s new album.")
    assert "Nina Roth" in {entity.name for entity in tags.entities}
    assert all(mention.text in tags.text for entity in tags.entities for mention in entity.mentions)


def test_a_score_is_no_part_of_a_name() -> None:
    tags = tag("Arsenal beat Chelsea 4-0 at home on Saturday.")
    assert not any("4" in entity.name for entity in tags.entities)


def test_a_members_state_and_a_beauty_queens_title_are_no_names() -> None:
    tags = tag("Sen. Ada Moss (R-Tex) has met a former Miss Universe.")
    assert {entity.name for entity in tags.entities} == {"Ada Moss"}


def test_a_hospital_that_acts_is_a_body() -> None:
    tags = tag("St Brannoc's Hospital sacked Ada Moss.")
    assert {(entity.name, entity.type) for entity in tags.entities} == {
        ("St Brannoc's Hospital", "ORG"),
        ("Ada Moss", "PERSON"),
    }
