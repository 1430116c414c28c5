"""What two sides do to each other at play is no stance; the same words about deeds and speech are."""

import pytest

from pipeline.tag.tagger import tag


def _stances(text: str) -> set[tuple[str, int, str]]:
    return {(item.holder_name, item.polarity, item.target_name) for item in tag(text).evidence}


@pytest.mark.parametrize(
    "text",
    [
        "Arsenal hammered Chelsea 4-0 at the weekend to go top of the table.",
        "Real Madrid crushed Bayern Munich in the semi-final.",
        "Manchester United punished Liverpool for a slow start with two early goals.",
        "Brazil attacked Germany from the first minute but could not score.",
        "India humbled Pakistan by eight wickets in Dubai.",
        "France take on Italy in Lyon on Sunday.",
    ],
)
def test_play_is_no_stance(text: str) -> None:
    assert _stances(text) == set()


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("UEFA punished Liverpool for a pitch invasion in the semi-final.", ("UEFA", -1, "Liverpool")),
        ("Russia attacked Ukraine before dawn, hours after the World Cup final.", ("Russia", -1, "Ukraine")),
        ("Donald Trump attacked Nike after the Super Bowl.", ("Donald Trump", -1, "Nike")),
        ("Israel hammered Hezbollah with air strikes on Friday.", ("Israel", -1, "Hezbollah")),
    ],
)
def test_deeds_beside_play_are(text: str, stance: tuple[str, int, str]) -> None:
    assert stance in _stances(text)


def test_somebody_from_a_place_is_not_its_state() -> None:
    assert _stances("Every Canadian who met Keir Starmer accused Shell of poisoning a river.") == set()
    assert ("Canada", -1, "Shell") in _stances("Canada accused Shell of poisoning a river.")
