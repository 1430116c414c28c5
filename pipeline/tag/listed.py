"""Reads the lists under ``config/`` that tagging needs: quickly where a file is right, else saying what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from pipeline.errors import EntitiesError

T = TypeVar("T")
#: Where something stands in a file: list, number of the entry, field, …
Place = tuple[str | int, ...]
#: libyaml, where PyYAML was built with it: ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path, top: str, kind: type[T], schema: Path, *, thorough: bool = False) -> tuple[bytes, list[T]]:
    """Return a file's bytes and the entries of its one list.

    Args:
        path: a YAML file.
        top: name of the list.
        kind: what an entry is read as; it must refuse what the schema refuses.
        schema: JSON schema of the file, whose words are used where something is wrong.
        thorough: look for fields written twice as well, which takes ten times as long.

    Raises:
        EntitiesError: the file is missing, is no YAML or breaks the schema; ``problems`` names line and field of each.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise EntitiesError(f"cannot be read ({error.strerror})", subject=str(path)) from error
    try:
        data = yaml.load(raw, Loader=_LOADER)  # noqa: S506 (a safe loader, see above)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or error).split("\n")[0]
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise EntitiesError(f"is not YAML: {problem}", subject=place, problems=(f"{place}: {problem}",)) from error
    told = list(_written_twice(raw)) if thorough else []
    try:
        if not isinstance(data, dict) or set(data) != {top}:
            raise msgspec.ValidationError(f"expected one list, {top}")
        entries = msgspec.convert(data[top], list[kind])  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        raise_for(path, [*told, *_against(schema, data)] or [((top,), str(error))], cause=error)
    if told:
        raise_for(path, told)
    return raw, entries


def raise_for(path: Path, found: Iterable[tuple[Place, str]], *, cause: Exception | None = None) -> None:
    """Raise what was found wrong in a file, line by line.

    Raises:
        EntitiesError: always.
    """
    root = yaml.compose(path.read_bytes(), Loader=_LOADER)
    rows = sorted({(_line(root, place), _field(place), message) for place, message in found})
    told = tuple(f"{path}:{line}: {field}: {message}" for line, field, message in rows)
    raise EntitiesError(
        f"{len(told)} mistake{'s'[: len(told) > 1]} in it:\n" + "\n".join(told), subject=str(path), problems=told
    ) from cause


def _against(schema: Path, data: Any) -> Iterator[tuple[Place, str]]:
    from jsonschema import Draft202012Validator  # only for a file that is wrong: its import costs 60 ms

    rules = json.loads(schema.read_text(encoding="utf-8"))
    for error in Draft202012Validator(rules).iter_errors(data):
        place: Place = tuple(error.absolute_path)
        if error.validator == "additionalProperties" and isinstance(error.instance, dict):
            known: list[str] = list(error.schema["properties"])
            for name in error.instance.keys() - set(known):
                yield (*place, str(name)), f"no such field; fields here are: {', '.join(known)}"
        else:
            yield place, error.message


def _written_twice(raw: bytes) -> Iterator[tuple[Place, str]]:
    """Fields that one entry has twice: YAML keeps the last and says nothing."""
    root = yaml.compose(raw, Loader=_LOADER)
    stack: list[tuple[Any, Place]] = [(root, ())] if root is not None else []
    while stack:
        node, place = stack.pop()
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                word = str(key.value)
                if word in seen:
                    yield (*place, word), "is written twice: keep one"
                seen.add(word)
                stack.append((value, (*place, word)))
        elif isinstance(node, yaml.SequenceNode):
            stack += [(value, (*place, n)) for n, value in enumerate(node.value)]


def _line(node: Any, place: Place) -> int:
    line = node.start_mark.line if node is not None else 0
    for step in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1


def _field(place: Place) -> str:
    told = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
    return told or "(the whole file)"
