"""Sentences written for the two networks, and reading them. The format is in ``README.md`` beside this file."""

from __future__ import annotations

import hashlib
import itertools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from training.data import AGAINST, FAVOR, NONE, Pair, Single, key

FOLDER = Path(__file__).parent

#: Share of the groups that is held out.
HELD_OUT = 0.1

#: Share of the short narrated sentences that stand in one of ``settings.yaml``.
SET = 0.45

#: Words from which on a sentence is not short.
SHORT = 16

#: Sentences drawn out of one line with alternatives, unless its file says otherwise.
MOST = 6

_SIGNS = {"+": FAVOR, "-": AGAINST, "0": NONE}
_ENTITY = re.compile(r"\{([A-F])(2|:[^{}]+)?\}")
_CHOICE = re.compile(r"\[([^\[\]]+)\]")
_PAIR = re.compile(r"([A-F])([+-])([A-F])")
_NARRATED = re.compile(r"(?!.*[\"“”:;?!—])(?!.*[.] )@.*[.]")
_ARTICLE = re.compile(r"^\{[A-E]:(The|An?|Its|She|He|They)\b")
_ATTRIBUTED = re.compile(r", |\b(sa(id|ys)|told|reported|wrote|according|as)\b", re.IGNORECASE)
_SINGLE = re.compile(r"@([A-F])([+0-])")


class BadSentence(ValueError):
    """A line is not in the format; says which line of which file, and what is wrong with it."""


@dataclass(frozen=True)
class Item:
    """One sentence with its marked entities and labels.

    ``spans`` are code points, end exclusive, by letter. ``stances`` holds the directed pairs that are not none,
    ``author`` the author's stances that the line states.
    """

    text: str
    spans: Mapping[str, tuple[int, int]]
    stances: Mapping[tuple[str, str], int]
    author: Mapping[str, int]
    group: str
    origin: str
    directed: bool
    expanded: bool


def own(part: Literal["all", "train", "dev"] = "all") -> tuple[list[Pair], list[Single]]:
    """Return the pairs for the directed network and the singles for the authorial one.

    Args:
        part: everything, or one side of the split; a group of neighbours is on one side.

    Raises:
        BadSentence: a line is not in the format.
    """
    pairs: list[Pair] = []
    singles: list[Single] = []
    for item in items():
        if part != "all" and held_out(item.group) != (part == "dev"):
            continue
        letters = sorted(item.spans, key=lambda x: item.spans[x])
        if item.directed:
            for a, b in itertools.combinations(letters, 2):
                ab, ba = item.stances.get((a, b), NONE), item.stances.get((b, a), NONE)
                pairs.append(Pair(item.text, item.spans[a], item.spans[b], ab, ba, item.origin))
        if item.author:
            singles += [Single(item.text, item.spans[x], sign, item.origin) for x, sign in item.author.items()]
        else:
            chosen = letters[int(key(item.text)[:8], 16) % len(letters)]
            singles.append(Single(item.text, item.spans[chosen], NONE, item.origin.replace("own/", "own-derived/", 1)))
    return pairs, singles


def held_out(group: str) -> bool:
    """Whether a group of neighbours is for development."""
    return _number(group) % 1000 < HELD_OUT * 1000


@cache
def items() -> tuple[Item, ...]:
    """Return every sentence of every file, each text with the same entities once, in the order of the files."""
    pools: dict[str, list[str]] = yaml.safe_load((FOLDER / "names.yaml").read_text(encoding="utf-8"))
    pools["mixed"] = [name for pool in ("people", "states", "groups", "firms") for name in pools[pool]]
    settings: dict[str, list[str]] = yaml.safe_load((FOLDER / "settings.yaml").read_text(encoding="utf-8"))
    found: dict[tuple[str, tuple[tuple[int, int], ...]], Item] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        for item in read(path, pools, settings):
            found.setdefault((key(item.text), tuple(sorted(item.spans.values()))), item)
    return tuple(found.values())


def read(
    path: Path, pools: Mapping[str, Sequence[str]], settings: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Item]:
    """Read one file.

    Args:
        path: the file.
        pools: names by pool.
        settings: ``leads`` and ``tails`` that short narrated sentences about two or more may stand in.

    Raises:
        BadSentence: a line is not in the format.
    """
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    lists: dict[str, list[str]] = file.get("lists", {})
    pool, most = pools[file["names"]], file.get("most", MOST)
    group, line_in_group = 0, 0
    for line in file["items"].splitlines():
        line = line.strip()
        if not line:
            group, line_in_group = group + 1, 0
            continue
        if line.startswith("~"):
            pool = pools[line[1:].strip()]
            continue
        line_in_group += 1
        name = f"{path.stem}/{group}"
        where = f"{name}/{line_in_group}"
        labels, bar, marked = line.partition(" | ")
        if not bar:
            raise BadSentence(f"{where}: no ' | ' between labels and sentence: {line}")
        stances, author, directed = _labels(labels, where)
        names = _names(pool, name)
        for n, one in enumerate(_expanded(marked, lists, most, where)):
            if directed and settings:
                one = _set(one, settings, f"{where}/{n}")
            text, spans = _filled(one, names, where)
            if unknown := ({x for pair in stances for x in pair} | set(author)) - set(spans):
                raise BadSentence(f"{where}: {sorted(unknown)} stand in the labels, not in the sentence")
            if directed and len(spans) < 2:
                raise BadSentence(f"{where}: a pair needs two entities")
            origin = f"own/{where}/{n}"
            yield Item(text, spans, stances, author, name, origin, directed, bool(_CHOICE.search(marked)))


def _labels(labels: str, where: str) -> tuple[dict[tuple[str, str], int], dict[str, int], bool]:
    stances: dict[tuple[str, str], int] = {}
    author: dict[str, int] = {}
    for label in labels.split():
        if found := _PAIR.fullmatch(label):
            holder, sign, target = found.groups()
            if holder == target or (holder, target) in stances:
                raise BadSentence(f"{where}: {label} is on itself or stands twice")
            stances[holder, target] = _SIGNS[sign]
        elif found := _SINGLE.fullmatch(label):
            author[found[1]] = _SIGNS[found[2]]
        elif label != "0":
            raise BadSentence(f"{where}: {label} is no label")
    return stances, author, bool(stances) or "0" in labels.split()


def _expanded(marked: str, lists: Mapping[str, Sequence[str]], most: int, where: str) -> list[str]:
    """The sentences that a line with alternatives stands for; at most ``most``, drawn by a seed."""
    parts = _CHOICE.split(marked)
    choices = [lists[p] if p in lists else p.split("|") for p in parts[1::2]]
    if any(len(c) < 2 for c in choices):
        raise BadSentence(f"{where}: alternatives that are none, or a list that is not there: {marked}")
    every = list(itertools.product(*choices))
    if len(every) > most:
        every = random.Random(_number(where)).sample(every, most)  # noqa: S311, a seed and no secret
    out = []
    for chosen in every:
        text = "".join(itertools.chain.from_iterable(itertools.zip_longest(parts[::2], chosen, fillvalue="")))
        text = re.sub(r" +", " ", text).replace(" ,", ",").replace(" .", ".").strip()
        out.append(text[0].upper() + text[1:])
    return out


def _set(marked: str, settings: Mapping[str, Sequence[str]], where: str) -> str:
    """A short narrated sentence in a longer one, for a share of them; any other as it is."""
    if not _NARRATED.fullmatch(_ENTITY.sub("@", marked)) or len(marked.split()) >= SHORT or "{F" in marked:
        return marked
    number = _number(f"{where} set")
    if number % 1000 >= SET * 1000:
        return marked
    kind = "leads" if _ATTRIBUTED.search(marked) or number % 2 else "tails"
    phrase = settings[kind][number // 1000 % len(settings[kind])]
    if kind == "tails":
        return marked[:-1] + phrase + "."
    return phrase + _ARTICLE.sub(lambda found: found[0][:3] + found[0][3:].lower(), marked)


def _filled(marked: str, names: Mapping[str, str], where: str) -> tuple[str, dict[str, tuple[int, int]]]:
    out, spans, at = "", {}, 0
    for found in _ENTITY.finditer(marked):
        out += marked[at : found.start()]
        name = found[2][1:] if found[2] and found[2] != "2" else names[found[1]]
        if name.startswith("the ") and out.lower().endswith("the "):
            name = name[4:]
        if not out.strip(" \"'“‘"):
            name = name[0].upper() + name[1:]
        if found[2] != "2":
            if found[1] in spans:
                raise BadSentence(f"{where}: {found[1]} is marked twice")
            spans[found[1]] = (len(out), len(out) + len(name))
        out, at = out + name, found.end()
    out += marked[at:]
    if re.search(r"[{}\[\]]", out):
        raise BadSentence(f"{where}: a mark is left over: {out}")
    return out, spans


def _names(pool: Sequence[str], group: str) -> dict[str, str]:
    chosen = random.Random(_number(group)).sample(list(pool), 6)  # noqa: S311, a seed and no secret
    return dict(zip("ABCDEF", chosen, strict=True))


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)
