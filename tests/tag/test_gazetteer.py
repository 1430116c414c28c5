import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError, EntitiesError
from pipeline.settings import PROJECT, Settings
from pipeline.tag import tag
from pipeline.tag.gazetteer import Entry, Gazetteer, NameIndex, fold, load, of_settings
from tests.growth import of_the_square

HEAD = "entities:\n"


def _write(folder: Path, body: str) -> Path:
    path = folder / "entities.yml"
    path.write_text(HEAD + body, encoding="utf-8")
    return path


def test_our_own_gazetteer_keeps_its_schema() -> None:
    gazetteer = load(PROJECT / "config/entities.yml")
    assert gazetteer.by_name["U.S."] == "united-states"
    assert gazetteer.by_seat["Kremlin"] == "russia"
    assert gazetteer.by_demonym["Polish"] == "poland"
    assert gazetteer.entries["reuters"].agency


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("  - {id: a, name: A}\n", "type"),
        ("  - {id: A B, name: A, type: ORG}\n", "does not match"),
        ("  - {id: a, name: A, type: CAT}\n", "CAT"),
        ("  - {id: a, name: A, type: ORG, colour: red}\n", "colour"),
        ("  - {id: a, name: A, type: ORG}\n  - {id: a, name: B, type: ORG}\n", "twice"),
        ("  - {id: a, name: A, type: ORG\n", "is not YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_its_fault(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(_write(tmp_path, body))
    assert said in str(caught.value)
    assert str(tmp_path) in caught.value.subject


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        of_settings(Settings(entities=tmp_path / "none.yml"))


def test_an_alias_of_two_entries_is_left_open() -> None:
    gazetteer = Gazetteer(
        [
            Entry(id="a", name="Alpha", type="ORG", aliases=("AX",)),
            Entry(id="b", name="Beta", type="ORG", aliases=("AX",)),
        ]
    )
    assert "AX" not in gazetteer.by_name
    assert [hit.value for hit in gazetteer.index.find("AX met Alpha and Beta")] == ["a", "b"]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = _write(tmp_path, "  - {id: a, name: A1, type: ORG}\n")
    first = of_settings(Settings(entities=path))
    assert of_settings(Settings(entities=path)) is first
    path.write_text(HEAD + "  - {id: a, name: A2, type: ORG}\n", encoding="utf-8")
    import os

    os.utime(path, ns=(1, 1))
    assert of_settings(Settings(entities=path)).hash != first.hash


def test_names_are_found_longest_first_as_whole_words() -> None:
    index = NameIndex([("South Sudan", "ss"), ("Sudan", "s"), ("U.S.", "us"), ("US", "us")])
    text = "South Sudan, Sudan; Sudanese; the U.S. and USA and US."
    assert [(text[h.start : h.end], h.value) for h in index.find(text)] == [
        ("South Sudan", "ss"), ("Sudan", "s"), ("U.S.", "us"), ("US", "us"),
    ]  # fmt: skip


def test_a_watch_list_adds_to_the_gazetteer_and_its_entries_come_first(tmp_path: Path) -> None:
    base, mine = tmp_path / "base.yml", tmp_path / "mine.yml"
    base.write_text("entities: [{id: a, name: Aland, type: GPE}, {id: b, name: Beland, type: GPE}]")
    mine.write_text("entities: [{id: a, name: Aland Islands, type: LOC}, {id: c, name: Celand, type: GPE}]")
    found = of_settings(Settings(entities=base, watchlist=str(mine)))
    assert {e.id: e.name for e in found.entries.values()} == {"a": "Aland Islands", "b": "Beland", "c": "Celand"}
    assert found.hash != of_settings(Settings(entities=base)).hash


# ------------------------------------------------------------------------------------------ our own gazetteer

OURS = load(PROJECT / "config/entities.yml", thorough=True)


def _meant(text: str, *typed: tuple[str, str]) -> list[tuple[str, str]]:
    """The names of a text and whom they mean; ``typed``: spans that the model would give, as (words, type)."""
    spans = [(text.index(words), text.index(words) + len(words), kind) for words, kind in typed]
    return [(text[hit.start : hit.end], hit.value) for hit in OURS.find([text], [spans])[0]]


def _of(name: str, text: str, *typed: tuple[str, str]) -> set[str]:
    return {key for words, key in _meant(text, *typed) if words == name}


def test_our_own_gazetteer_covers_public_affairs() -> None:
    kinds = Counter(entry.type for entry in OURS.entries.values())
    assert len(OURS.entries) >= 600
    assert kinds["GPE"] >= 195
    assert kinds["PERSON"] >= 300
    assert sum(entry.agency for entry in OURS.entries.values()) >= 25
    needed = {
        "white-house", "kremlin", "downing-street", "elysee", "pentagon", "state-department", "us-congress",
        "bundestag", "knesset", "federal-reserve", "ecb", "cia", "mossad", "peoples-liberation-army", "united-nations",
        "nato", "african-union", "asean", "imf", "icc", "who", "opec", "european-commission", "amnesty-international",
        "human-rights-watch", "greenpeace", "doctors-without-borders", "red-cross", "hamas", "hezbollah", "taliban",
        "microsoft", "elon-musk", "pope-leo-xiv", "dalai-lama", "reuters", "xinhua",
    }  # fmt: skip
    assert needed <= OURS.entries.keys()


def test_who_holds_an_office_says_as_of_when() -> None:
    for entry in OURS.entries.values():
        if entry.type == "PERSON" and re.match(r"(president|prime minister|king|queen|emperor) of ", entry.note):
            assert re.search(r"as of|until|from|to 20|\d{4}", entry.note), entry.id


def test_each_wikidata_id_has_its_confirmation() -> None:
    data = yaml.safe_load((PROJECT / "config/entities.sources.yml").read_text(encoding="utf-8"))
    lines = {line["id"]: line for line in data["confirmed"]}
    ids = {entry.id: entry.wikidata for entry in OURS.entries.values() if entry.wikidata}
    assert len(lines) == len(data["confirmed"])
    assert {key: line["wikidata"] for key, line in lines.items()} == ids
    assert len(set(ids.values())) == len(ids)
    for line in lines.values():
        assert re.fullmatch(r"Q[1-9][0-9]*", line["wikidata"])
        assert line["says"]
        source = data["sources"][line["source"]]
        assert source["material"]
        assert source["date"]
    documented = (PROJECT / "docs/entities.md").read_text(encoding="utf-8")
    for key, source in data["sources"].items():
        assert f"| {key} | {source['material']}" in documented


def test_what_confirms_an_id_names_the_entity() -> None:
    """The words beside the id share one with the names of the entity: a slip of a line would not."""
    data = yaml.safe_load((PROJECT / "config/entities.sources.yml").read_text(encoding="utf-8"))
    for line in data["confirmed"]:
        says = set(re.findall(r"[a-z0-9]{2,}", fold(line["says"]).casefold()))
        names = {
            w for name in OURS.entries[line["id"]].names() for w in re.findall(r"[a-z0-9]{2,}", fold(name).casefold())
        }
        short = {name.casefold() for name in OURS.entries[line["id"]].names()}
        assert says & names or says & short, line


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Georgia", "Police in Tbilisi dispersed crowds. The EU urged Georgia to hold back.", {"georgia"}),
        ("Georgia", "Kobakhidze's party, Georgian Dream, won. Georgia is split.", {"georgia"}),
        ("Georgia", "Trump lost Georgia, Arizona and Pennsylvania to Joe Biden.", {"georgia-us"}),
        ("Georgia", "The governor of Georgia spoke in Atlanta.", {"georgia-us"}),
        ("Georgia", "Georgia was mentioned.", set()),
        ("Georgia", "The U.S. warned Russia over Georgia.", set()),
        ("Labour", "Keir Starmer said in London that Labour had changed.", {"labour-party-uk"}),
        ("Labour", "In Jerusalem, Netanyahu's Likud lost to Labour.", {"labour-party-israel"}),
        ("Labour", "Chris Hipkins said in Wellington that Labour would repeal it.", {"labour-party-new-zealand"}),
        ("Labour", "The leader said that Labour would win.", set()),
        ("Labour", "Starmer met Netanyahu in London; in Jerusalem Labour rejoiced.", set()),
        ("Labour", "Israel watched as Britain's Labour won.", {"labour-party-uk"}),
        ("Labour", "Labour is dear. The United Kingdom needs workers.", set()),
        ("Labour", "Labour won. In the United Kingdom voters said that Labour was better.", {"labour-party-uk"}),
        ("Congress", "Biden asked the U.S. to wait until Congress votes.", {"us-congress"}),
        ("Congress", "Rahul Gandhi of India said that Congress would win.", {"indian-national-congress"}),
        ("Congress", "He left the Indian National Congress. But Congress gained.", {"indian-national-congress"}),
        ("Congress", "Lawmakers told Congress to act.", set()),
        ("Congress", "In Lima, Boluarte's Peru waited for what Congress would do.", {"congress-peru"}),
        ("Conservatives", "In London, Badenoch's Conservatives lost.", {"conservative-party-uk"}),
        ("Conservatives", "In Ottawa, Poilievre's Conservatives gained.", {"conservative-party-of-canada"}),
        ("Conservatives", "Conservatives everywhere agree.", set()),
        ("People's Party", "In Madrid, Feijóo's People's Party called Sánchez weak.", {"peoples-party-spain"}),
        ("People's Party", "In Vienna the People's Party of Christian Stocker governs.", {"austrian-peoples-party"}),
        ("People's Party", "Bhutto's Pakistan hoped that the People's Party would lead.", {"pakistan-peoples-party"}),
        ("People's Party", "The People's Party won.", set()),
        ("CDU", "Friedrich Merz of the CDU said in Berlin that Germany pays.", {"christian-democratic-union"}),
        ("CDU", "In Lisbon, the communists of the CDU lost.", {"unitary-democratic-coalition"}),
        ("CDU", "Members of the CDU met.", set()),
        ("PA", "Mahmoud Abbas and the PA met Palestinian mayors in Ramallah.", {"palestinian-authority"}),
        ("PA", "London, UK: a spokesman told PA that Britain would wait.", {"pa-media"}),
        ("PA", "The PA met.", set()),
        ("AFP", "Paris: a source told AFP in Australia.", {"agence-france-presse"}),
        ("AFP", "SYDNEY (AFP) - Australia voted.", {"agence-france-presse"}),
        ("AFP", "In Canberra, Australia's police, the AFP, raided a house.", {"australian-federal-police"}),
        ("Guardian", "It told the Guardian in London that the UK would act.", {"the-guardian"}),
        ("Guardian", "In Abuja, Tinubu told the Guardian of Nigeria.", {"the-guardian-nigeria"}),
        ("Democrats", "The Democrats and Trump.", {"democrats"}),
        ("Sweden Democrats", "The Sweden Democrats gained.", {"sweden-democrats"}),
        ("Liberal Democrats", "The Liberal Democrats gained.", {"liberal-democrats"}),
        ("Republicans", "In Paris, Retailleau of France led the Republicans.", {"les-republicains"}),
        ("Republicans", "In Florida, Trump told Republicans to wait.", {"republicans"}),
        ("Democratic Party", "In Rome, Elly Schlein led the Democratic Party of Italy.", {"democratic-party-italy"}),
        ("Supreme Court", "Trump asked the Supreme Court of the U.S. to rule.", {"us-supreme-court"}),
        ("Supreme Court", "In Brasília, Lula praised the Supreme Court.", {"supreme-federal-court"}),
        ("Senate", "In Ottawa, Canada's Carney asked the Senate.", {"senate-canada"}),
        ("Senate", "The Senate voted.", set()),
        ("Security Council", "The U.N. said that the Security Council would meet on Syria.", {"un-security-council"}),
        ("Security Council", "In Moscow, Putin asked the Security Council.", {"security-council-of-russia"}),
        ("Wagner", "The Wagner Group left Mali; Wagner had lost.", {"wagner-group"}),
        ("Wagner", "Wagner's operas were played in Bayreuth, Germany.", set()),
        ("Congolese", "In Kinshasa, Tshisekedi's Congolese army fled.", {"dr-congo"}),
    ],
)  # fmt: skip
def test_a_name_of_several_is_decided_by_the_document_or_left_open(name: str, text: str, expected: set[str]) -> None:
    assert _of(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Apple", "Apple trees need water.", set()),
        ("Apple", "He sued Apple. Apple denied it.", {"apple-inc"}),
        ("Apple", "“Apple pie is good,” he said.", set()),
        ("apple", "an apple a day", set()),
        ("Shell", "Shell was asked.\nShell companies hide money.", set()),
        ("Shell", "Shell denied it. Royal Dutch Shell was sued.", {"shell"}),
        ("Reform", "Reform is needed in the UK.", set()),
        ("Reform", "In London, Farage said that Reform would win.", {"reform-uk"}),
        ("Greens", "In Berlin, the Greens left Scholz.", {"alliance-90-the-greens"}),
        ("Meta", "Meta descriptions matter.", set()),
    ],
)
def test_a_name_that_is_a_word_is_not_read_where_only_a_sentence_begins(
    name: str, text: str, expected: set[str]
) -> None:
    assert _of(name, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Congo's army fled Goma. In Kinshasa, Felix Tshisekedi was silent.", {"Congo": "dr-congo"}),
        ("In Brazzaville, Denis Sassou Nguesso said Congo would sell oil.", {"Congo": "congo-brazzaville"}),
        ("Congo was mentioned.", {"Congo": ""}),
        ("Guinea's junta in Conakry banned a rally.", {"Guinea": "guinea"}),
        ("Papua New Guinea and Equatorial Guinea signed a treaty.", {"Guinea": None}),
        ("Korea exports ships. Lee Jae-myung spoke in Seoul.", {"Korea": "south-korea"}),
        ("Seoul and Pyongyang disagree about Korea.", {"Korea": ""}),
        ("Kim Jong Un ruled in Pyongyang that Korea was strong.", {"Korea": "north-korea"}),
        ("The Liberal Party lost. Mark Carney spoke in Ottawa.", {"Liberal Party": "liberal-party-of-canada"}),
        ("The Liberal Party lost seats in Canberra, Albanese said.", {"Liberal Party": "liberal-party-of-australia"}),
        ("The Liberal Party lost.", {"Liberal Party": ""}),
        ("The Labour Party won in Wellington, Chris Hipkins said.", {"Labour Party": "labour-party-new-zealand"}),
        ("Jordan closed its border with Syria.", {"Jordan": "jordan"}),
        ("Katie Jordan, 34, was hurt. Jordan said she was fine.", {"Jordan": ""}),
        ("Jordan Henderson left Liverpool. Jordan signed a deal.", {"Jordan": ""}),
        ("Chad Smith plays drums. Chad is 60.", {"Chad": ""}),
        ("Chad's army killed rebels near Lake Chad.", {"Chad": "chad"}),
        ("Denzel Washington stars in a film. Washington was praised.", {"Washington": ""}),
        ("Washington accused Moscow of lying.", {"Washington": "united-states", "Moscow": "russia"}),
        ("We ate turkey and ham. Turkey is dry if cooked too long.", {"Turkey": None}),
        ("Turkey blocked Sweden's bid.", {"Turkey": "turkey"}),
        ("An apple a day. Apple pie is sweet.", {"Apple": None}),
        ("He sued Apple. Apple denied it.", {"Apple": "apple-inc"}),
        ("Fires burned in the Amazon, the Amazon rainforest said to be doomed.", {"Amazon": "amazon-rainforest"}),
        ("The union sued Amazon over pay.", {"Amazon": "amazon-com"}),
        ("May resigned in 2019. Theresa May had led Britain.", {"May": "theresa-may"}),
        ("The vote is in May. May is a warm month.", {"May": None}),
        ("Bush invaded Iraq. George W. Bush was president.", {"Bush": "george-w-bush"}),
        ("Kate Bush sang. Bush was praised.", {"Bush": ""}),
        ("The bush burned in Australia. Bush fires spread.", {"Bush": None}),
        ("A guardian was named for the child. Guardian angels sang.", {"Guardian": None}),
    ],
)
def test_whom_a_name_of_several_means_in_the_tags(text: str, expected: dict[str, str | None]) -> None:
    """Expected: the entry's id; empty where an entity of no entry is named; None where nobody is."""
    tags = tag(text)
    for name, key in expected.items():
        meant = {e.id if e.known else "" for e in tags.entities for m in e.mentions if m.text == name}
        assert meant == (set() if key is None else {key})


def test_the_time_of_day_is_no_prime_minister() -> None:
    assert _meant("At 3 PM the PM spoke.") == []


def test_a_short_form_that_the_document_introduces_is_the_document_s() -> None:
    assert _of("NBC", "The Namibian Broadcasting Corporation (NBC) went off air. NBC staff struck.") == set()
    assert _of("ANC", "The African National Congress (ANC) lost. ANC members wept.") == {"african-national-congress"}
    assert _of("WHO", "The World Health Organization (WHO) warned. WHO staff left.") == {"who"}


def test_somebody_named_in_full_keeps_the_surname() -> None:
    text = "Michael Jordan played. Amman said nothing. On Friday Jordan won."
    last = text.rindex("Jordan")
    for kind, expected in (("PERSON", []), ("GPE", ["jordan"]), ("", [])):
        typed = [(0, 14, "PERSON"), *([(last, last + 6, kind)] if kind else [])]
        assert [hit.value for hit in OURS.find([text], [typed])[0] if hit.start == last] == expected
    text = "Anna Roche lost. On Monday Roche appealed."
    assert _of("Roche", text, ("Anna Roche", "PERSON")) == set()
    assert _of("Roche", "On Monday Roche appealed.") == {"roche"}
    text = "Michael Bloomberg spoke. Later he told Bloomberg that he would go."
    assert _of("Bloomberg", text) == set()
    assert _of("Bloomberg", text, ("Bloomberg that", "ORG")) == set()
    at = text.rindex("Bloomberg")
    assert [h.value for h in OURS.find([text], [[(at, at + 9, "ORG")]])[0]] == ["michael-bloomberg", "bloomberg"]


def test_the_model_s_type_tells_persons_from_states() -> None:
    text = "In Atlanta, Georgia spoke."
    assert _of("Georgia", text) == {"georgia-us"}
    assert _of("Georgia", text, ("Georgia", "PERSON")) == set()
    assert _of("Georgia", text, ("Georgia", "GPE")) == {"georgia-us"}


def test_an_agency_is_marked_and_is_not_its_owner() -> None:
    assert _meant("Reuters asked Thomson Reuters.") == [("Reuters", "reuters"), ("Thomson Reuters", "thomson-reuters")]
    assert OURS.entries["reuters"].agency
    assert not OURS.entries["thomson-reuters"].agency


def test_surnames_of_two_leaders_are_decided_by_who_else_is_there() -> None:
    assert set(OURS.by_surname["Sharif"]) == {"nawaz-sharif", "shehbaz-sharif"}
    assert OURS.of_surname("Sharif", {"shehbaz-sharif"}) == "shehbaz-sharif"
    assert OURS.of_surname("Sharif", {"nawaz-sharif", "shehbaz-sharif"}) == ""
    assert OURS.of_surname("Sharif", set()) == ""
    assert OURS.of_surname("Castro", {"cuba"}) == ""
    assert OURS.of_surname("Putin", set()) == "vladimir-putin"
    assert OURS.of_surname("Johnson", {"united-kingdom"}) == ""  # too common a name to mean one person
    two = Gazetteer(
        [
            Entry(id="x", name="X", type="GPE"),
            Entry(id="y", name="Y", type="GPE"),
            Entry(id="a-dorn", name="Ada Dorn", type="PERSON", country="x"),
            Entry(id="b-dorn", name="Bo Dorn", type="PERSON", country="y"),
        ]
    )
    assert two.of_surname("Dorn", {"y"}) == "b-dorn"
    assert two.of_surname("Dorn", {"x", "y"}) == ""


def test_the_order_of_the_entries_decides_nothing() -> None:
    backwards = Gazetteer(list(OURS.entries.values())[::-1])
    text = ["Starmer's Labour in London. Congress, Georgia, the CDU in Berlin; Trump, Modi and the Greens. Congolese."]
    assert backwards.find(text) == OURS.find(text)
    for name in ("by_name", "open", "by_demonym", "by_seat", "by_surname"):
        assert getattr(backwards, name) == getattr(OURS, name)


def test_a_shared_demonym_or_seat_stands_for_nobody() -> None:
    assert "Congolese" not in OURS.by_demonym
    assert "Dominican" not in OURS.by_demonym
    assert OURS.by_demonym["Ukrainian"] == "ukraine"


def test_names_with_accents_are_found_without_them() -> None:
    assert _meant("Erdogan and Recep Tayyip Erdogan, Malmo, Orsted, Sinn Fein")[0][1] == "recep-tayyip-erdogan"
    assert OURS.by_name["Viktor Orban"] == "viktor-orban"
    assert OURS.by_name["Jaroslaw Kaczynski"] == "jaroslaw-kaczynski"


# -------------------------------------------------------------------------------------------------- watch lists


def test_a_watch_list_s_entry_adds_to_ours_or_takes_its_place(tmp_path: Path) -> None:
    base, mine = tmp_path / "base.yml", tmp_path / "mine.yml"
    base.write_text(
        "entities: [{id: a, name: Aland, type: GPE, aliases: [Al]}, {id: b, name: Beland, type: GPE, aliases: [Bl]}]"
    )
    mine.write_text("entities: [{id: a, aliases: [Landa]}, {id: b, name: Beeland, type: LOC, replace: true}]")
    found = load(base, mine)
    assert found.entries["a"].aliases == ("Al", "Landa")
    assert found.entries["a"].name == "Aland"
    assert (found.entries["b"].name, found.entries["b"].aliases) == ("Beeland", ())


@pytest.mark.parametrize(
    ("body", "line", "field", "said"),
    [
        ("- {id: own, name: Own}", 2, "entities[0]", "type is missing"),
        ("- id: own\n  name: Own\n  typ: ORG", 4, "entities[0].typ", "no such field"),
        ("- id: own\n  name: Own\n  type: ORG\n  country: nowhere", 5, "entities[0].country", "no entry nowhere"),
        ("- {id: own, name: Own, type: ORG, context: [nowhere]}", 2, "entities[0].context[0]", "no entry nowhere"),
        ("- {id: own, name: Own, type: ORG, words: [Owm]}", 2, "entities[0].words[0]", "no name of this entry"),
        ("- {id: own, name: Own, type: ORG, wikidata: 42}", 2, "entities[0].wikidata", "string"),
        ("- {id: own, name: Own, type: ORG, wikidata: q42}", 2, "entities[0].wikidata", "does not match"),
        ("- {id: own, name: Own, type: ORG, agency: maybe}", 2, "entities[0].agency", "boolean"),
        ("- {id: own, name: '', type: ORG}", 2, "entities[0].name", "non-empty|too short"),
        ("- {id: own, name: Own, type: ORG}\n- {id: own, name: Own, type: ORG}", 3, "entities[1].id", "twice"),
        ("- 7", 2, "entities[0]", "object"),
    ],
)
def test_a_mistake_in_a_watch_list_is_told_by_file_line_and_field(
    tmp_path: Path, body: str, line: int, field: str, said: str
) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text(HEAD + body + "\n")
    base = tmp_path / "base.yml"
    base.write_text("entities: [{id: a, name: Aland, type: GPE}]")
    with pytest.raises(EntitiesError) as caught:
        load(base, mine)
    assert len(caught.value.problems) == 1
    place, told = caught.value.problems[0].split(f": {field}: ")
    assert place == f"{mine}:{line}"
    assert re.search(said, told)


# ------------------------------------------------------------------------------------------------ any text, fast


@given(st.lists(st.text(alphabet="LabourGeorgiaUK.S'’ (AFP)\n\u202f\U0001f600", max_size=60), max_size=4))
def test_any_text_gives_spans_in_order(texts: list[str]) -> None:
    for text, hits in zip(texts, OURS.find(texts), strict=True):
        last = 0
        for start, end, key in hits:
            assert last <= start < end <= len(text)
            assert key in OURS.entries
            last = end


@pytest.mark.parametrize("text", ["Labour ", "United ", "the Supreme Court of ", "(AFP) ", "A", "Georgia's\n"])
def test_time_grows_with_the_text_and_no_faster(text: str) -> None:
    assert not of_the_square(lambda size: OURS.find([text * (size // len(text))]), 12_000)


def test_the_sample_press_s_actors_are_not_ours() -> None:
    demo = load(PROJECT / "config/entities.demo.yml")
    ours = {name for entry in OURS.entries.values() for name in (*entry.names(), *entry.seats)}
    assert not ours & {name for entry in demo.entries.values() for name in (*entry.names(), *entry.seats)}
    assert not OURS.entries.keys() & demo.entries.keys()
