"""Reads ``sources.yml`` and tells file, line and field of each mistake in it; writes entries into it."""

from __future__ import annotations

import contextlib
import difflib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import msgspec
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from yaml.constructor import SafeConstructor

from pipeline.discover.template import template_mistake
from pipeline.errors import SourcesError
from pipeline.identity import canon_v1, host_of
from pipeline.records import Feed, FeedKind, Source
from pipeline.settings import PROJECT, Settings

SCHEMA = PROJECT / "config/sources.schema.json"
_PRESS_PORT = "{press_port}"
#: Territories that CLDR knows and no outlet comes from.
_NO_COUNTRIES = frozenset({"ZZ", "XA", "XB", "QO", "EZ"})
_TYPES = {
    "string": "text", "array": "a list", "object": "fields (name: value)", "integer": "a whole number",
    "boolean": "true or false", "null": "nothing", "number": "a number",
}  # fmt: skip
#: What to write where the schema's words would not say it: by field.
_WRITE = {
    "id": "lower case letters and digits, joined by hyphens, such as harbour-gazette",
    "url": "a whole web address, such as https://www.example.org/feed.xml",
    "homepage": "a whole web address, such as https://www.example.org/",
    "country": "two capital letters (ISO 3166-1), such as GB, or nothing",
    "language": "a language code (BCP 47), such as en or pt-BR, or nothing",
    "hosts": "a host alone, such as live.example.org",
    "timezone": "an IANA name, such as Europe/Oslo",
}

#: Values in a file, references followed; some thousand sources have a tenth of it.
_MOST_VALUES = 1_000_000

Path_ = tuple[str | int, ...]


def load_sources(path: Path, settings: Settings) -> list[Source]:
    """Return the sources of a file.

    ``{press_port}`` in the file stands for the sample press's port (``settings.press_port``).

    Raises:
        SourcesError: the file is missing, no YAML, or has mistakes; ``problems`` lists every one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SourcesError(
            "there is no such file: name your sources in it, as config/sources.demo.yml names the demo's",
            subject=str(path),
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        told = "is not UTF-8: save the file in that encoding"
        raise SourcesError(told, subject=f"{path}:{line}", problems=(f"{path}:{line}: {told}",)) from error
    except OSError as error:
        raise SourcesError(f"cannot be read ({error.strerror})", subject=str(path)) from error
    return parse_sources(text, str(path), settings)


def parse_sources(text: str, name: str, settings: Settings) -> list[Source]:
    """Return the sources of a file's text.

    Args:
        text: YAML.
        name: of the file, for messages.
        settings: for ``{press_port}``.

    Raises:
        SourcesError: as :func:`load_sources`.
    """
    text = text.replace(_PRESS_PORT, str(settings.press_port))
    root: Any = None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_bomb(root)
        repeated = list(_repeated(root))  # before values are merged (<<) into the nodes
        data: Any = SafeConstructor().construct_document(root) if root is not None else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        place, problem = _yaml_mistake(error, root, text, name)
        raise SourcesError(f"is not YAML: {problem}", subject=place, problems=(f"{place}: {problem}",)) from error

    problems = {
        (_line(root, path), _field(path), message)
        for path, message in [*repeated, *_against_schema(data), *_cross_checks(data, root)]
    }
    if problems:
        told = tuple(f"{name}:{line}: {field}: {message}" for line, field, message in sorted(problems))
        raise SourcesError(
            f"{len(told)} mistake{'s'[: len(told) > 1]} in it:\n" + "\n".join(told), subject=name, problems=told
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


def add_sources(
    path: Path, sources: Sequence[Source], settings: Settings, open_: Mapping[str, str] | None = None
) -> None:
    """Write entries behind the last one of a sources file; everything else in it stays as it is, byte by byte.

    A file that is not there is made. The result is read before it takes the file's place.

    Args:
        path: the file.
        sources: what to add.
        settings: as :func:`load_sources` takes them.
        open_: as :func:`entry_text` takes it.

    Raises:
        SourcesError: the file has mistakes, or would have with these entries.
    """
    if path.exists():
        load_sources(path, settings)
        before = path.read_bytes().decode("utf-8")
    else:
        before = "# yaml-language-server: $schema=sources.schema.json\nsources:\n" if sources else ""
    after = with_sources(before, sources, open_)
    parse_sources(after.removeprefix("\ufeff"), str(path), settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(after)
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path.resolve())
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise SourcesError(f"cannot be written ({error.strerror})", subject=str(path)) from error


def with_sources(text: str, sources: Sequence[Source], open_: Mapping[str, str] | None = None) -> str:
    """Return a sources file's text with entries behind its last one.

    Raises:
        SourcesError: its list is written in braces and brackets, which cannot be added to line by line.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += newline
    root = yaml.compose(text.removeprefix("\ufeff").replace(_PRESS_PORT, "0"), Loader=yaml.SafeLoader)
    listed = next((v for k, v in root.value if k.value == "sources"), None) if root is not None else None
    lines = text.splitlines(keepends=True)
    indent, at, gap, first = 2, len(lines), newline, True
    if isinstance(listed, yaml.SequenceNode) and listed.value:
        if listed.flow_style:
            raise SourcesError(
                "its list is written in brackets: write one `- id: …` a line, then entries can be added",
                subject="sources",
            )
        indent = listed.start_mark.column
        at = _last_line(listed) + 1
        starts = [node.start_mark.line for node in listed.value]
        spaced = len(starts) == 1 or any(not lines[line - 1].strip() for line in starts[1:])
        gap, first = newline if spaced else "", False
    texts = [entry_text(source, indent, open_).replace("\n", newline) for source in sources]
    entries = [text if first and n == 0 else gap + text for n, text in enumerate(texts)]
    return "".join([*lines[:at], *entries, *lines[at:]])


def entry_text(source: Source, indent: int = 2, open_: Mapping[str, str] | None = None) -> str:
    """Return a source's entry as it stands in a sources file.

    Args:
        source: the entry.
        indent: of its dash.
        open_: fields that a person has to look at, each with what is known about it: written as comments.
    """
    left = dict(open_ or {})
    rows = [f"- id: {_scalar(source.id)}", f"  name: {_scalar(source.name)}", f"  homepage: {_scalar(source.homepage)}"]
    for name in ("country", "language", "timezone"):
        value, comment = getattr(source, name), left.get(name, "")
        if value:
            rows.append(f"  {name}: {_scalar(value)}" + (f"  # {comment}" if comment else ""))
        elif comment:
            rows.append(f"  # {name}:  ({comment})")
    rows += [f"  hosts: [{', '.join(_quoted(host) for host in source.hosts)}]"] if source.hosts else []
    rows += ["  agency: true"] if source.agency else []
    default = Source(id="", name="", homepage="")
    for name in ("max_age_days", "max_entries"):
        if getattr(source, name) != getattr(default, name):
            rows.append(f"  {name}: {getattr(source, name)}")
    rows.append("  feeds:")
    for feed in source.feeds:
        kind = f", kind: {feed.kind.value}" if feed.kind is not FeedKind.AUTO else ""
        rows.append(f"    - {{url: {_quoted(feed.url)}{kind}}}")
    return "".join(f"{' ' * indent}{row}\n" for row in rows)


def _scalar(value: str) -> str:
    """A value as YAML writes it on one line, in quotes only where it needs them."""
    text = yaml.safe_dump(value, allow_unicode=True, width=10**6, default_flow_style=True)
    return text.removesuffix("\n").removesuffix("...").removesuffix("\n")


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _last_line(node: Any) -> int:
    """The line on which a block's last value ends (the block's own end is where the next token starts)."""
    while not node.flow_style if isinstance(node, yaml.CollectionNode) else False:
        if not node.value:
            break
        node = node.value[-1][1] if isinstance(node, yaml.MappingNode) else node.value[-1]
    end = node.end_mark
    return int(end.line - (end.column == 0 and end.line > node.start_mark.line))


# --------------------------------------------------------------------------------------------------------
# Mistakes


def _yaml_mistake(error: Exception, root: Any, text: str, name: str) -> tuple[str, str]:
    """Place and words of what makes a text no YAML."""
    mark = getattr(error, "problem_mark", None) or _unreadable(root)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).split("\n")[0]
    line = mark.line + 1 if mark else None
    position = getattr(error, "position", None)
    if line is None and isinstance(position, int):
        line = text[:position].count("\n") + 1
    shown = text.splitlines()[line - 1] if line and line <= len(text.splitlines()) else ""
    if "\\t" in problem or "\t" in shown[: len(shown) - len(shown.lstrip())]:
        problem = "a tab: indent with spaces"
    elif blank := re.search(r"^ *(?=[^\S\t\r\n ])(.)", text, re.MULTILINE):
        line, problem = (
            text[: blank.end()].count("\n") + 1,
            f"a blank that is no space (U+{ord(blank[1]):04X}): indent with spaces",
        )
    elif "mapping values are not allowed" in problem:
        problem = "a colon where none may stand: put the value in quotes, or mend the indentation"
    elif (opened := getattr(error, "context_mark", None)) and problem.startswith("expected ',' or"):
        line, problem = opened.line + 1, "a [ or { that is opened here is not closed"
    elif problem.startswith("expected <block end>"):
        problem = "the indentation does not fit the lines above"
    elif "undefined alias" in problem or "while scanning an alias" in str(error):
        problem = "a value that begins with * must stand in quotes"
    elif "another document" in problem:
        problem = "a second document begins here (---): a file holds one list of sources"
    elif "special characters are not allowed" in problem:
        problem = f"a character that cannot be seen (U+{int(getattr(error, 'character', 0)):04X}): delete it"
    elif "could not determine a constructor" in problem:
        problem = "a tag (a word that begins with !) has no place here: delete it, or put the value in quotes"
    elif isinstance(error, RecursionError):
        problem = "nested too deep"
    return (f"{name}:{line}" if line else name), problem


class _Bomb(yaml.YAMLError):
    """References that make more of a few lines than anybody wrote."""

    def __init__(self, problem: str, mark: Any) -> None:
        super().__init__(problem)
        self.problem, self.problem_mark = problem, mark


def _refuse_bomb(root: Any) -> None:
    """Count what a document holds once its references (``*name``) are followed."""
    sizes: dict[int, int] = {}

    def size(node: Any) -> int:
        if node is None or isinstance(node, yaml.ScalarNode):
            return 1
        if id(node) not in sizes:
            sizes[id(node)] = 0
            parts = node.value if isinstance(node, yaml.SequenceNode) else [one for pair in node.value for one in pair]
            sizes[id(node)] = 1 + sum(size(one) for one in parts)
            if sizes[id(node)] > _MOST_VALUES:
                raise _Bomb(f"references (*) make more than {_MOST_VALUES:,} values of this", node.start_mark)
        if not sizes[id(node)]:
            raise _Bomb("a reference (*) to what it stands in", node.start_mark)
        return sizes[id(node)]

    size(root)


def _unreadable(root: Any) -> Any:
    """Where a value stands that has the form of a date or number and is none."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.ScalarNode):
            try:
                SafeConstructor().construct_document(node)
            except ValueError:
                return node.start_mark
        elif isinstance(node, yaml.SequenceNode):
            stack += node.value
        elif isinstance(node, yaml.MappingNode):
            stack += [part for pair in node.value for part in pair]
    return None


def _repeated(root: Any) -> Iterator[tuple[Path_, str]]:
    """Fields that are written twice in one place: YAML would keep the last and say nothing."""
    seen: set[int] = set()
    stack: list[tuple[Any, Path_]] = [(root, ())]
    while stack:
        node, path = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys: dict[str, int] = {}
            for key, value in node.value:
                word = str(key.value)
                if word in keys:
                    first = keys[word] + 1
                    yield (*path, _At(word, key.start_mark.line)), f"is written twice (first in line {first}): keep one"
                keys.setdefault(word, key.start_mark.line)
                stack.append((value, (*path, word)))
        elif isinstance(node, yaml.SequenceNode):
            stack += [(value, (*path, n)) for n, value in enumerate(node.value)]


class _At(str):
    """A field's name that knows its line: a second field of that name cannot be found by its path."""

    line: int

    def __new__(cls, word: str, line: int) -> _At:
        self = super().__new__(cls, word)
        self.line = line
        return self


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _against_schema(data: Any) -> Iterator[tuple[Path_, str]]:
    for error in _validator().iter_errors(data):
        if "then" not in error.absolute_schema_path:  # the template's own check says it better
            yield from _words(error)


def _words(error: ValidationError) -> Iterator[tuple[Path_, str]]:
    """What is wrong by the schema, and what to write."""
    path: Path_ = tuple(error.absolute_path)
    value: Any = error.instance
    rule: Any = error.validator_value
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        for name in value:
            if name not in known:
                yield (
                    (*path, str(name)),
                    f"no such field{_meant(str(name), known)}; fields here are: {', '.join(known)}",
                )
    elif error.validator == "required":
        missing = str(error.message).split("'")[1]
        yield path, f"{missing} is missing: write {missing}: {_WRITE.get(missing, _example(missing))}"
    elif error.validator == "type":
        yield path, _wrong_type(path, value, str(rule))
    elif error.validator == "enum":
        yield path, f"{value!r} is none of the kinds{_meant(str(value), rule)}: {', '.join(rule)}"
    elif error.validator == "pattern":
        yield path, f"{value!r} is not {_WRITE.get(_name(path), f'of the form {rule}')}{_instead(path, value)}"
    elif error.validator == "minItems":
        yield path, f"is empty: name at least one {'list of articles' if _name(path) == 'feeds' else 'source'}"
    elif error.validator == "minLength":
        yield path, "is empty: write something"
    elif error.validator == "minimum":
        yield path, f"{value!r} is too small: write {rule} or more"
    else:
        yield path, error.message


def _wrong_type(path: Path_, value: Any, wanted: str) -> str:
    must = _TYPES.get(wanted, wanted)
    if not path and value is None:
        return "the file is empty: begin with `sources:` and one `- id: …` for each outlet"
    if value is None:
        needed = {"sources", "id", "name", "homepage", "feeds", "url"}
        return f"has no value: write {_WRITE.get(_name(path), must)}" + (
            "" if _name(path) in needed else ", or leave the field out"
        )
    if isinstance(value, bool) and wanted == "string":
        word = {("country", False): "NO", ("language", False): "no"}.get((_name(path), value), "…")
        return f'YAML reads a bare yes, no, on or off as true or false: write it in quotes, such as "{word}"'
    if wanted == "string":
        return f"{value!r} is {_kind_of(value)}, must be text: put it in quotes"
    if wanted == "array":
        return f"is {_kind_of(value)}, must be a list: each item in a line of its own that begins with `- `"
    if wanted == "object" and isinstance(value, str) and "://" in value:
        if _name(path) == "sources":
            return f"is an address alone: `standpoint sources add {value}` finds its lists and writes the entry"
        return f"is an address alone: write `- url: {value}`"
    if wanted == "integer" and isinstance(value, str):
        return f"{value!r} is text, must be a whole number: without quotes and words"
    return f"is {_kind_of(value)}, must be {must}"


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    for kind, words in ((str, "text"), (int, "a number"), (float, "a number"), (list, "a list"), (dict, "fields")):
        if isinstance(value, kind):
            return words
    return f"a {type(value).__name__}"


def _example(field: str) -> str:
    return {"name": "the name as readers know it", "feeds": "a list of addresses", "sources": "a list of outlets"}.get(
        field, "…"
    )


def _instead(path: Path_, value: Any) -> str:
    """What was probably meant by a value of the wrong form."""
    text, name = str(value), _name(path)
    if (bare := text.strip("“”„‘’«»\"' ")) != text and name in {"url", "homepage", "hosts"}:
        return f": write {bare}, in plain quotes"
    if name in {"url", "homepage"} and re.match(r"https?://", text) and " " in text:
        return f": write {text.replace(' ', '%20')}"
    if name == "hosts" and (host := re.sub(r"^\w+://|/.*$", "", text)) != text:
        return f": write {host}"
    if name in {"url", "homepage"} and re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?", text):
        return f": write https://{text}"
    if name == "country" and text.upper() != text and len(text) == 2:
        return f": write {text.upper()}"
    if name == "id" and (slug := re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")):
        return f": write {slug}"
    if name == "language" and len(text.partition("-")[0].partition("_")[0]) in {2, 3}:
        return f": write {text.replace('_', '-')[:3].partition('-')[0].lower()}{text.replace('_', '-')[2:]}"
    return ""


def _meant(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f": did you mean {near[0]}?" if near else ""


def _cross_checks(data: Any, root: Any) -> Iterator[tuple[Path_, str]]:
    """What the schema cannot say: ids and lists are unique, codes and zones exist, addresses are addresses."""
    listed = data.get("sources") if isinstance(data, dict) else None
    ids: dict[str, int] = {}
    urls: dict[str, int] = {}
    for n, source in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(source, dict):
            continue
        at: Path_ = ("sources", n)
        id_ = source.get("id")
        if isinstance(id_, str):
            if id_ in ids:
                here = _line(root, (*at, "id"))
                again = "a reference (*) repeats the entry" if here == ids[id_] else f"first in line {ids[id_]}"
                yield (*at, "id"), f"{id_!r} is used more than once ({again}): ids must differ"
            ids.setdefault(id_, _line(root, (*at, "id")))
        yield from _codes(at, source)
        if isinstance(home := source.get("homepage"), str):
            yield from _address((*at, "homepage"), home)
        hosts = source.get("hosts")
        for m, host in enumerate(hosts if isinstance(hosts, list) else []):
            yield from _host((*at, "hosts", m), host)
        feeds = source.get("feeds")
        for m, feed in enumerate(feeds if isinstance(feeds, list) else []):
            if not isinstance(feed, dict) or not isinstance(url := feed.get("url"), str):
                continue
            place: Path_ = (*at, "feeds", m, "url")
            yield from _list_address(place, url, feed.get("kind"))
            key = _same(url)
            if key in urls:
                yield place, f"{url!r} is listed more than once (first in line {urls[key]}): keep one"
            urls.setdefault(key, _line(root, place))


def _codes(at: Path_, source: dict[Any, Any]) -> Iterator[tuple[Path_, str]]:
    """Country, language and time zone must exist."""
    countries, languages = _territories()
    country = source.get("country")
    if isinstance(country, str) and re.fullmatch("[A-Z]{2}", country) and country not in countries:
        meant = {"UK": ": did you mean GB?", "EN": ": did you mean GB?"}.get(country, "")
        yield (*at, "country"), f"{country!r} is no country of ISO 3166-1{meant}"
    language = source.get("language")
    if isinstance(language, str) and re.fullmatch("[a-z]{2,3}(-[A-Za-z0-9]+)*", language):
        first, *others = language.split("-")
        if first not in languages:
            meant = _meant_code(first)
            yield (*at, "language"), f"{language!r}: there is no language {first!r}{meant}"
        for part in others:
            if re.fullmatch("[A-Za-z]{2}", part) and part.upper() not in countries:
                yield (*at, "language"), f"{language!r}: there is no country {part!r}"
    zone = source.get("timezone")
    if isinstance(zone, str) and zone not in available_timezones():
        near = difflib.get_close_matches(zone, [z for z in available_timezones() if "/" in z], n=1, cutoff=0.6)
        meant = f": did you mean {near[0]}?" if near else ": write Area/City, such as Europe/Oslo"
        yield (*at, "timezone"), f"{zone!r} is no IANA zone{meant}"


def _meant_code(code: str) -> str:
    meant = {
        "jp": "ja",
        "cn": "zh",
        "kr": "ko",
        "ua": "uk",
        "gr": "el",
        "dk": "da",
        "cz": "cs",
        "se": "sv",
        "eng": "en",
    }
    return f": did you mean {meant[code]}?" if code in meant else ""


@lru_cache(maxsize=1)
def _territories() -> tuple[frozenset[str], frozenset[str]]:
    """Codes of countries and languages, by CLDR."""
    from babel import Locale

    english = Locale("en")
    countries = {str(code) for code in english.territories if re.fullmatch("[A-Z]{2}", str(code))}
    languages = {str(code) for code in english.languages if re.fullmatch("[a-z]{2,3}", str(code))}
    return frozenset(countries - _NO_COUNTRIES), frozenset(languages - {"und", "mul", "zxx"})


def _address(path: Path_, url: str) -> Iterator[tuple[Path_, str]]:
    if re.match(r"https?://[^\s/]", url):
        try:
            canon_v1(url)
        except ValueError as error:
            yield path, f"{url!r} cannot be fetched: {error}"


def _list_address(path: Path_, url: str, kind: Any) -> Iterator[tuple[Path_, str]]:
    if kind == FeedKind.ARCHIVE_PAGE:
        if mistake := template_mistake(url):
            yield path, mistake
        return
    if re.search(r"%Y|%-?[md](?![0-9A-Fa-f])", url):
        yield path, f"{url!r} has date fields: add kind: archive_page, or write %25 for a percent sign"
    yield from _address(path, url)


def _host(path: Path_, host: Any) -> Iterator[tuple[Path_, str]]:
    if isinstance(host, str) and re.fullmatch(r"[^\s/:@?#]+(:[^\s/:@?#]+)?", host):
        try:
            known = host_of(f"http://{host}/")
        except ValueError as error:
            yield path, f"{host!r} is no host: {error}"
            return
        if known != host:
            yield path, f"{host!r} is not how requests name it: write {known}"


def _same(url: str) -> str:
    with contextlib.suppress(ValueError):
        return canon_v1(url)
    return url


def _source(raw: dict[str, Any]) -> Source:
    feeds = tuple(
        Feed(url=f["url"], source_id=raw["id"], kind=FeedKind(f.get("kind", "auto"))) for f in raw.pop("feeds")
    )
    return msgspec.structs.replace(msgspec.convert(raw, Source), feeds=feeds)


def _name(path: Path_) -> str:
    """The last field of a path, items of a list not counted."""
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "")


def _field(path: Iterable[Any]) -> str:
    told = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    return told or "(the whole file)"


def _line(node: Any, path: Iterable[Any]) -> int:
    """The line (from 1) of a place in the YAML document, as near as it exists."""
    line = node.start_mark.line if node is not None else 0
    for step in path:
        if isinstance(step, _At):
            return step.line + 1
        if isinstance(node, yaml.MappingNode):
            # The last one counts: what a reference (<<) brings stands before what is written.
            pair = next(((k, v) for k, v in reversed(node.value) if k.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1
