import pytest

from pipeline.extract.language import language_of, primary

ENGLISH = "The council voted on Tuesday to close the old slaughterhouse by the end of the year. " * 4
GERMAN = "Der Stadtrat hat am Dienstag beschlossen, den alten Schlachthof bis zum Jahresende zu schließen. " * 4


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        (ENGLISH, "en-GB", "en"),
        (GERMAN, "de", "de"),
        (GERMAN, "en", "de"),  # a template's declaration
        (GERMAN, "", "de"),
        ("Nein.", "de_AT", "de"),
        ("", "", ""),
        (ENGLISH, "zu", "zu"),  # a language that is not told apart: the page knows better
    ],
)
def test_language_of(text: str, declared: str, expected: str) -> None:
    assert language_of(text, declared) == expected


def test_siblings_are_settled_by_the_declaration() -> None:
    norwegian = "Regjeringen sier at den ikke vil endre loven i år, men opposisjonen krever en ny avstemning. " * 4
    assert language_of(norwegian, "nb-NO") == "no"


def test_primary() -> None:
    assert [primary(tag) for tag in ("en-US", "pt_BR", "nn", "iw", "english", "x", "")] == [
        "en",
        "pt",
        "no",
        "he",
        "",
        "",
        "",
    ]
