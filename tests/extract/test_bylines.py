import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.bylines import agency_of, bylines


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("By Edda Brandt", ("Edda Brandt",)),
        ("Von Edda Brandt und Karl-Heinz Öhler", ("Edda Brandt", "Karl-Heinz Öhler")),
        ("EDDA BRANDT AND PETER VAN DER MEER", ("Edda Brandt", "Peter Van Der Meer")),
        ("Edda Brandt, Political Correspondent", ("Edda Brandt",)),
        ("Edda Brandt, Peter Lund, Mia Roth", ("Edda Brandt", "Peter Lund", "Mia Roth")),
        ("By Edda Brandt in Oberweiler", ("Edda Brandt",)),
        ("Edda Brandt (edda@weiler-bote.example) | @eddab", ("Edda Brandt",)),
        ("Edda Brandt • Updated October 3, 2026", ("Edda Brandt",)),
        ("Edda Brandt, MD, FACP", ("Edda Brandt",)),
        ("Von Edda Brandt, Frankfurt", ("Edda Brandt",)),
        ("Martin Lund, Jr.", ("Martin Lund, Jr",)),
        ("Sana Pa", ("Sana Pa",)),
        ("edda brandt; Edda Brandt", ("edda brandt",)),
    ],
)
def test_people(byline: str, people: tuple[str, ...]) -> None:
    assert bylines([byline]) == (people, "")


@pytest.mark.parametrize(
    ("byline", "people", "agency"),
    [
        ("Reuters", (), "Reuters"),
        ("By The Associated Press", (), "Associated Press"),
        ("Edda Brandt, AP", ("Edda Brandt",), "Associated Press"),
        ("Edda Brandt and AFP", ("Edda Brandt",), "Agence France-Presse"),
        ("dpa/Edda Brandt", ("Edda Brandt",), "dpa"),
        ("Seagull Newswire", (), "Seagull Newswire"),
        ("Northland News Agency", (), "Northland News Agency"),
    ],
)
def test_agencies_are_no_people(byline: str, people: tuple[str, ...], agency: str) -> None:
    assert bylines([byline]) == (people, agency)


@pytest.mark.parametrize(
    "byline",
    [
        *("Weiler Bote", "WEILER BOTE", "Staff", "News Desk", "admin", "Redaktion", "Editorial Board"),
        *("https://x.example/a", "weiler-bote.de", "eddab", "Powered by", "12 October 2026", ""),
    ],
)
def test_the_outlet_its_desks_and_furniture_are_no_people(byline: str) -> None:
    assert bylines([byline], outlet=["Weiler Bote"]) == ((), "")


def test_a_first_name_is_no_agency() -> None:
    assert agency_of("Ani") == ""
    assert agency_of("ANI") == "Asian News International"


@given(st.lists(st.text(max_size=80), max_size=4))
def test_names_are_clean_whatever_comes(values: list[str]) -> None:
    people, _ = bylines(values)
    assert all(name == name.strip() and name and "@" not in name and "\n" not in name for name in people)
    assert len(people) <= 20
