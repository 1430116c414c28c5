from rich.console import Console

from pipeline.tag import tag
from pipeline.tag.explain import render


def _shown(tags) -> str:
    console = Console(width=220, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(render(tags))
    return console.export_text()


def test_every_decision_is_shown_with_its_rule() -> None:
    shown = _shown(tag("Maria Keller said: “I despise [red] Boeing.” Poland will sanction Belarus."))
    for word in (
        "Maria Keller",
        "verb despise",
        "quoted",
        "future",
        "intended",
        "against",
        "[red]",
        "Belarus",
        "en_core_web_md",
    ):
        assert word in shown


def test_untagged_language_says_so() -> None:
    assert "stances are not tagged" in _shown(tag("Angela Merkel war da.", None, "de"))
