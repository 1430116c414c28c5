"""Descriptions and pronouns: whom "the company", "the minister", "she" mean, and when nobody."""

import pytest

from pipeline.tag import tag


def leads_to(text: str, words: str) -> str | None:
    """The id of the entity that some words of a text are a mention of, where they stand last."""
    at = text.rindex(words)
    found = [e.id for e in tag(text).entities for m in e.mentions if (m.start, m.end) == (at, at + len(words))]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "words", "who"),
    [
        # a body by its kind, though another was named last
        ("The European Commission fined Google on Tuesday. The company said it would appeal.", "The company", "google"),
        (
            "Alexandra Geese praised the European Commission. Google yawned. She then scolded the commission.",
            "the commission",
            "european-commission",
        ),
        # a body by its country
        ("Airbus rejoiced over the fall of Boeing. The U.S. company made no comment.", "The U.S. company", "boeing"),
        # an office by the state that it is of, though two hold one
        (
            "Israel's foreign minister, Gideon Saar, met Emmanuel Macron, the president of France. "
            "Then the French president left, and the guests with him.",
            "the French president",
            "emmanuel-macron",
        ),
        (
            "Mira Dole, the Reform leader, spoke. Ed Fane, the Labour leader, did, too. Later the Labour leader left.",
            "the Labour leader",
            "ed-fane",
        ),
        # an office that nobody has told of, of the one who was named just before
        (
            "Gavin Holt has let the nurses wait. The health minister promised them a hearing in March.",
            "The health minister",
            "gavin-holt",
        ),
        # the gazetteer's office, where the text tells of none
        (
            "Giorgia Meloni was in Turin and met Elly Kovac. Later the prime minister went home.",
            "the prime minister",
            "giorgia-meloni",
        ),
        # not the foreign minister's office
        (
            "Ruth Obando, the finance minister, and Per Lund, the foreign minister, met. The finance minister left.",
            "The finance minister",
            "ruth-obando",
        ),
    ],
)
def test_a_description_leads_to_whom_it_describes(text: str, words: str, who: str) -> None:
    assert leads_to(text, words) == who


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Per Lund met Ruth Obando in the harbour. The minister was late.", "The minister"),  # either
        ("Per Lund has let the nurses wait. The president promised them a hearing.", "The president"),  # anybody
        (
            "Airbus rejoiced over the fall of Boeing. The French-built company made no comment.",
            "The French-built company",
        ),
        (
            "Epic Games sued Apple in Oakland. The iPhone maker was not amused.",
            "The iPhone maker",
        ),  # both are companies
        ("Mira Dole, the Reform leader, spoke. Later the Labour leader left.", "the Labour leader"),
        ("The Liberal Democrats have tabled a motion. It was supported by the Greens.", "It"),  # the motion
    ],
)
def test_where_two_fit_or_none_it_stays_open(text: str, words: str) -> None:
    assert leads_to(text, words) is None


def test_the_paragraphs_own_subject_is_nearer_than_anybody_of_the_one_before() -> None:
    text = (
        "Angela Rayner, his deputy, is said to have opposed it. She denies it, and her aides do, too.\n"
        "Kemi Badenoch, the Conservative leader, seized on the row. She told the house that it was lost."
    )
    assert leads_to(text, "She") == "kemi-badenoch"


def test_a_body_opens_an_office_and_is_still_meant() -> None:
    assert leads_to("Microsoft opened an office in Leeds. It sold its old house.", "It") == "microsoft"


def test_what_the_one_does_to_it_the_other_does_to_the_same() -> None:
    assert leads_to("Denmark praised Microsoft, but Sweden fined it.", "it") == "microsoft"


def test_of_two_men_named_together_he_is_neither() -> None:
    assert leads_to("Peter Lund and David Marek met in Oslo. He won.", "He") is None


@pytest.mark.parametrize(
    ("text", "words", "who"),
    [
        # the subject of the main clause before that of one that only tells when
        (
            "Peter Lund, who came back after David Marek had lost the vote, built a party that broke his own rules.",
            "his",
            "peter-lund",
        ),
        # whoever is told to have said it, not whom a clause before it names
        (
            "Peter Lund said since the day David Marek left for Oslo, he had been in touch with the crew.",
            "he had",
            None,
        ),
        # the subject of its own clause owns what stands in it
        ("Peter Lund argued on Friday that David Marek had earned every one of his medals.", "his", "david-marek"),
        # a family's or a team's name is no person
        ("Peter Lund's support from the Marek family shows the road that he will have to walk.", "he", "peter-lund"),
    ],
)
def test_he_is_the_subject_that_its_clause_depends_on(text: str, words: str, who: str) -> None:
    assert leads_to(text, words) == who


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Susan Hale was told of the case. Police said the man took one of his victims along. She fled.", "She"),
        ("Susan Hale spoke in Leeds. Later Peter Lund met another woman. She was tired.", "She"),
        ("Reuters could not find out if the crew knew what was there, nor whether it shot.", "it"),
        ("Norwind made it clear that fares will rise.", "it"),
        ("Peter Lund condemned the attack. Police said the suspect had fled. He was found in Hull.", "He"),
        ("Peter Lund was in Leeds. A neighbour said: “I've known Waheed since school... he plays for Hull.”", "he"),
        ("The interviewer, Peter Lund, told David Marek that he was late.", "he"),
        ("Susan Hale waited for a year. Finally her daughter was given a place. It was so dear that she left.", "she"),
        ("Denmark is ahead when it comes to wind.", "it"),
        (
            "Peter Lund was fined. The police officer who made the arrest said it was late. He added that it rained.",
            "He",
        ),
        ("Peter Lund admitted it on Monday. The prosecutor said that there was more.", "The prosecutor"),
        ("Norwind led from the start before Susan Hale made it a perfect day.", "it"),
        ("Norwind rose. “Given the Harlow Survey, it's difficult to be sure,” said Susan Hale.", "it"),
        ("The Farm Office is led by a committee. It has three members.", "It"),
        ("The head of the tax office has called on Norwind to send it more money.", "it"),
        ("When Susan Hale left for Denmark, it was the first time that nobody waved.", "it"),
        ("When Susan Hale left for Denmark, it was announced that nobody would wave.", "it"),
        ("David Marek and Peter Lund, a United Nations envoy, stayed home because they were ill.", "they"),
        ("An usher came to the House of Commons to tell MPs they were called.", "they"),
        ("Peter Lund outspent Susan Hale in Denmark, where Norwind and Airbus sell films to both sides.", "both sides"),
    ],
)
def test_what_is_not_named_stays_open(text: str, words: str) -> None:
    assert leads_to(text, words) is None


def test_the_country_is_the_one_whose_agency_acts() -> None:
    text = "Russia is at war. Sweden's civil agency will write to every home in the country."
    assert leads_to(text, "the country") == "sweden"


def test_neither_the_agent_nor_the_one_beside_the_subject_is_her() -> None:
    text = "Susan Hale said on Monday that she would stay. Hale's agent, Emma Stone, was dismissed by her later."
    assert leads_to(text, "her") == "susan-hale"


def test_what_one_tells_another_about_her_is_about_the_other() -> None:
    assert leads_to("Susan Hale heard Peter Lund tell Emma Stone how much he despised her.", "her") == "emma-stone"


def test_a_surname_is_the_one_of_whom_the_headline_tells() -> None:
    text = (
        "Kamala Lindqvist grew up in Malmo. She was raised by her mother, Petra Lindqvist, a doctor.\n"
        "Lindqvist was made a minister in May."
    )
    tags = tag(text, "What shaped Kamala Lindqvist")
    at = text.rindex("Lindqvist was")
    assert [e.id for e in tags.entities for m in e.mentions if m.start == at and m.field == "text"] == [
        "kamala-lindqvist"
    ]


def test_the_agency_is_the_one_of_whose_names_one_says_so() -> None:
    text = (
        "The United Nations' (UN) top court heard the Harlow Relief and Works Agency (HRWA). Sweden says that HRWA was "
        "lost, which the agency denies."
    )
    assert leads_to(text, "the agency") == "harlow-relief-and-works-agency"


def test_she_of_whom_alone_the_text_has_told_is_meant_after_a_digression() -> None:
    text = (
        "Susan Hale was born in Leeds. Susan Hale went to school in Hull. Hale was a good pupil. The town lies on the "
        "coast. The school is old. It was built of brick and wood in five years. By the time she got there, it leaked."
    )
    assert leads_to(text, "she") == "susan-hale"


def test_its_is_whose_deeds_reach_there() -> None:
    text = "Norwind said which steps it takes to stop Denmark's unlawful work beyond its borders."
    assert leads_to(text, "its") == "denmark"


def test_the_union_is_not_one_that_is_only_for_it() -> None:
    text = "The Committee for a Harlow Union won. Peter Lund says that he was not in the union."
    assert leads_to(text, "the union") is None


def test_the_country_is_a_state_that_was_named_not_the_town_where_somebody_is_tried() -> None:
    text = "Venezuela is without a president. He is on trial in New York. His deputy is in command of the country."
    assert leads_to(text, "the country") == "venezuela"


def test_who_takes_a_bag_along_has_it_with_him() -> None:
    assert leads_to("Peter Lund went for a walk. Lund took a good bag with him.", "him") == "peter-lund"
    assert leads_to("Peter Lund went for a walk. Lund argued with him.", "him") is None


def test_both_countries_are_states() -> None:
    text = (
        "Denmark signed with Sweden, and the Northern Lakes were glad. A minister of the two countries will sign again."
    )
    tags = tag(text)
    at = text.index("the two countries")
    assert {e.id for e in tags.entities for m in e.mentions if m.start == at} == {"denmark", "sweden"}


def test_the_governor_of_a_party_is_the_only_governor() -> None:
    text = "Peter Lund, the governor of Indiana, spoke. “It is a good law,” the Republican governor said."
    assert leads_to(text, "the Republican governor") == "peter-lund"


def test_his_wife_is_not_he() -> None:
    text = "Peter Lund spoke in Leeds. Mrs Lund watched him. In the evening, Lund left."
    ids = {m.start: e.id for e in tag(text).entities for m in e.mentions}
    assert ids[text.index("Lund left")] == "peter-lund"
    assert ids[text.index("Lund watched")] != "peter-lund"


def test_whoever_a_paragraph_ends_on_begins_the_next_with_their_words() -> None:
    tags = tag(
        'Ms Bardien said that reading makes one "so happy". "There is so much more to it," she said.\n'
        "Author Qarnita Loxton spoke about books from her 50-year-old aunt's room.\n"
        '"She was a lot older than me and we read the same books," she said.'
    )
    name = {entity.id: entity.name for entity in tags.entities}
    assert name[tags.quotes[-1].speaker] == "Qarnita Loxton"


def test_whom_a_quote_begins_with_is_not_who_says_it() -> None:
    tags = tag(
        "Some welcomed the news of Mr Marek's promotion.\n"
        "But Karl Bohm is aware of the effect Marek may have on the talks.\n"
        '"He is the most wanted man there," he said.'
    )
    name = {entity.id: entity.name for entity in tags.entities}
    assert name[tags.quotes[-1].speaker] == "Karl Bohm"


@pytest.mark.parametrize(
    ("text", "words", "who"),
    [
        ("The Irish government met on Monday. Anna Lee accused the government of lying.", "the government", "ireland"),
        (
            "Pakistan's military has begun an operation. Karl Bohm accused the military of plotting.",
            "the military",
            "pakistan",
        ),
        ("Kenya's president left. Anna Lee blamed the authorities for the delay.", "the authorities", "kenya"),
    ],
)
def test_the_government_is_the_one_state_that_the_text_tells_of(text: str, words: str, who: str) -> None:
    assert leads_to(text, words) == who


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "The Irish government and the British government met. Anna Lee accused the government of lying.",
            "the government",
        ),
        ("The Irish president left. For Poland it was 2 per cent. The government has a target.", "The government"),
        ("The Irish president left. Anna Lee trusts the military.", "the military"),
        ("The Irish president left. Anna Lee met the government of the island.", "the government of the island"),
    ],
)
def test_the_government_of_one_of_two_or_of_none_stays_open(text: str, words: str) -> None:
    assert leads_to(text, words) is None


def test_both_candidates_are_those_the_text_is_about() -> None:
    text = (
        "Kamala Harris and Donald Trump will debate. Harris leads, Trump says. Harris smiled. Trump did not. "
        "Harris and Trump have a week left. An effort for Trump is backed by Elon Musk. "
        "Both candidates are locked in close races."
    )
    tags = tag(text)
    at = text.index("Both candidates")
    assert {e.name for e in tags.entities for m in e.mentions if m.start == at} == {"Kamala Harris", "Donald Trump"}
