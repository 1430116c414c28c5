"""The documentation names what there is: settings, commands, fields, links."""

import json
import re
from pathlib import Path

import pytest
import typer

from pipeline.cli import app
from pipeline.index.templates import ALIASES
from pipeline.settings import PROJECT, Settings

PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_table_with_its_default_and_what_it_does(name: str) -> None:
    field = Settings.model_fields[name]
    rows = {
        cells[1].strip("` "): cells[2:]
        for line in (PROJECT / "docs/operating.md").read_text().splitlines()
        if len(cells := line.split("|")) >= 5
    }
    default = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
    shown = str(default).replace(f"{PROJECT}/", "")
    cells = rows[f"STANDPOINT_{name.upper()}"]
    assert cells[0].strip(" `") == shown
    assert cells[1].strip() == field.description


def test_no_table_row_names_a_setting_that_is_gone() -> None:
    named = set(re.findall(r"STANDPOINT_([A-Z_]+)", "".join(p.read_text() for p in PAGES)))
    assert {n.lower() for n in named} - set(Settings.model_fields) == set()


def test_every_command_that_a_page_shows_exists() -> None:
    root = typer.main.get_command(app)
    for page in PAGES:
        for words in re.findall(r"\bstandpoint ((?:[a-z]+ ?)+)", page.read_text()):
            command = root
            for word in words.split():
                if not hasattr(command, "commands"):
                    break
                assert word in command.commands, f"{page.name}: standpoint {words}"
                command = command.commands[word]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_every_index_and_field_is_explained() -> None:
    text = (PROJECT / "docs/fields.md").read_text()
    shared = _fields("article-fields")
    for alias in ALIASES:
        section = text.split(f"\n## {alias}\n")[1].split("\n## ")[0]
        own = _fields(alias) - shared if alias != "runs" else _fields(alias)
        missing = {name for name in own if f"`{name}`" not in section}
        assert not missing, alias
    assert {name for name in shared if f"`{name}`" not in text.split("\n## ")[1]} == set()


def _fields(template: str) -> set[str]:
    body = json.loads((PROJECT / f"config/elasticsearch/{template}.json").read_text())
    return set(body["template"]["mappings"]["properties"])
