"""docker-compose.yml as the tests read it: variables filled in, as Compose would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from pipeline.settings import PROJECT

FILE = PROJECT / "docker-compose.yml"
EXAMPLE = PROJECT / ".env.example"

#: ``$$``, ``${NAME}``, ``${NAME:-default}``, ``${NAME:?message}``
_VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Z_]+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\})")


def load() -> dict[str, Any]:
    """Return the file as it stands, anchors and merges resolved."""
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def used(text: str) -> dict[str, set[str]]:
    """Return the variables that a text uses, each with how: ``:-…``, ``:?`` or empty for neither."""
    found: dict[str, set[str]] = {}
    for match in _VARIABLE.finditer(text):
        if match["name"]:
            how = f":-{match['rest']}" if match["kind"] == "-" else ":?" if match["kind"] else ""
            found.setdefault(match["name"], set()).add(how)
    return found


def filled(value: str, variables: Mapping[str, str]) -> str:
    """Return a value with its variables filled in; KeyError where a needed one is missing."""

    def fill(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        given = variables.get(match["name"], "")
        if given or match["kind"] == "-":
            return given or match["rest"]
        raise KeyError(match["name"])

    return _VARIABLE.sub(fill, value)


def environment(service: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """Return a service's environment. An entry without a value comes from the variables, or is not there."""
    found = {}
    for name, value in service["environment"].items():
        if value is not None:
            found[name] = filled(str(value), variables)
        elif name in variables:
            found[name] = variables[name]
    return found


def example() -> dict[str, str]:
    """Return what ``.env.example`` asks for or sets: names with values, empty for a secret."""
    return _assignments(r"([A-Z_]+)=(.*)$")


def optional() -> dict[str, str]:
    """Return what ``.env.example`` shows commented out, with its default."""
    return _assignments(r"#([A-Z_]+)=(.*)$")


def _assignments(pattern: str) -> dict[str, str]:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return {match[1]: match[2] for line in lines if (match := re.match(pattern, line))}
