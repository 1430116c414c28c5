"""Reads ``sources.yml`` and tells file, line and field of each mistake in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import msgspec
import yaml
from jsonschema import Draft202012Validator

from pipeline.errors import SourcesError
from pipeline.records import Feed, FeedKind, Source
from pipeline.settings import PROJECT, Settings

SCHEMA = PROJECT / "config/sources.schema.json"


def load_sources(path: Path, settings: Settings) -> list[Source]:
    """Return the sources of a file.

    ``{press_port}`` in the file stands for the sample press's port (``settings.press_port``).

    Raises:
        SourcesError: the file is missing, no YAML, or has mistakes; ``problems`` lists every one.
    """
    try:
        text = path.read_text(encoding="utf-8").replace("{press_port}", str(settings.press_port))
    except FileNotFoundError as error:
        raise SourcesError(
            "there is no such file: name your sources in it, as config/sources.demo.yml names the demo's",
            subject=str(path),
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesError(f"cannot be read ({getattr(error, 'strerror', error)})", subject=str(path)) from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or str(error)
        raise SourcesError(f"is not YAML: {problem}", subject=place, problems=(f"{place}: {problem}",)) from error

    problems = [
        (_line(root, error.absolute_path), _field(error.absolute_path), error.message)
        for error in _validator().iter_errors(data)
    ]
    if not problems:
        problems = list(_cross_checks(data["sources"], root))
    if problems:
        told = tuple(f"{path}:{line}: {field}: {message}" for line, field, message in sorted(problems))
        raise SourcesError(
            f"{len(told)} mistake{'s'[: len(told) > 1]} in it:\n" + "\n".join(told), subject=str(path), problems=told
        )
    return [_source(raw) for raw in data["sources"]]


def choose(sources: Sequence[Source], ids: Iterable[str]) -> list[Source]:
    """Return the named sources, all of them where none is named.

    Raises:
        SourcesError: a name is not among them.
    """
    wanted = list(ids)
    known = {s.id: s for s in sources}
    if unknown := [i for i in wanted if i not in known]:
        raise SourcesError(f"no such source; known are: {', '.join(sorted(known))}", subject=", ".join(unknown))
    return [known[i] for i in wanted] if wanted else list(sources)


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _source(raw: dict[str, Any]) -> Source:
    feeds = tuple(
        Feed(url=f["url"], source_id=raw["id"], kind=FeedKind(f.get("kind", "auto"))) for f in raw.pop("feeds")
    )
    return msgspec.structs.replace(msgspec.convert(raw, Source), feeds=feeds)


def _cross_checks(sources: list[dict[str, Any]], root: Any) -> Iterable[tuple[int, str, str]]:
    """What the schema cannot say: ids and feeds are unique, time zones exist."""
    zones = available_timezones()
    ids = Counter(s["id"] for s in sources)
    urls = Counter(f["url"] for s in sources for f in s["feeds"])
    for n, source in enumerate(sources):
        at = ["sources", n]
        if ids[source["id"]] > 1:
            yield _line(root, [*at, "id"]), f"sources[{n}].id", f"{source['id']!r} is used more than once"
        if source.get("timezone", "UTC") not in zones:
            yield _line(root, [*at, "timezone"]), f"sources[{n}].timezone", f"{source['timezone']!r} is no IANA zone"
        for m, feed in enumerate(source["feeds"]):
            if urls[feed["url"]] > 1:
                path = [*at, "feeds", m, "url"]
                yield _line(root, path), _field(path), f"{feed['url']!r} is listed more than once"


def _field(path: Iterable[Any]) -> str:
    told = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    return told or "(the whole file)"


def _line(node: Any, path: Iterable[Any]) -> int:
    """The line (from 1) of a place in the YAML document, as near as it exists."""
    line = node.start_mark.line if node is not None else 0
    for step in path:
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
    return line + 1
