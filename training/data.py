"""What may be read for training, and reading it.

Only files named in ``manifest.json`` with their SHA-256 are opened. A sentence that stands in two splits, or twice in
one, is kept once and on the side of the evaluation: published splits share sentences, and a score on those is memory.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.json")

#: Stance of one entity towards another, and of an author towards an entity.
NONE, FAVOR, AGAINST = 0, 1, 2

_LETTERS = re.compile(r"[^\W\d_]+")


class NotInManifest(Exception):
    """A file is not named in the manifest, or is another one than was named."""


@dataclass(frozen=True)
class Pair:
    """Two entities in a sentence, and where each stands on the other.

    ``a`` and ``b`` are code-point spans, end exclusive. ``ab`` and ``ba`` are ``NONE``, ``FAVOR`` or ``AGAINST``.
    """

    text: str
    a: tuple[int, int]
    b: tuple[int, int]
    ab: int
    ba: int
    origin: str = ""

    @property
    def label(self) -> int:
        """The five classes of DSE: none, a→b favor, b→a favor, a→b against, b→a against. The first direction wins."""
        if self.ab:
            return 1 if self.ab == FAVOR else 3
        if self.ba:
            return 2 if self.ba == FAVOR else 4
        return 0


@dataclass(frozen=True)
class Single:
    """An entity in a sentence, and where the author of the sentence stands on it."""

    text: str
    target: tuple[int, int]
    label: int
    origin: str = ""


def allowed(root: Path, name: str) -> Path:
    """Return the path of a data file, if the manifest names it and it is the one that was named.

    Args:
        root: the data folder.
        name: as the manifest names it, relative to the folder.

    Raises:
        NotInManifest: it is not named there, or its contents are others.
    """
    files: dict[str, dict[str, str]] = json.loads(MANIFEST.read_text(encoding="utf-8"))["files"]
    if name not in files:
        raise NotInManifest(f"{name} is not in {MANIFEST.name}: training reads nothing that it does not name")
    path = root / name
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != files[name]["sha256"]:
        raise NotInManifest(f"{path} is not the file that {MANIFEST.name} names: SHA-256 {found}")
    return path


def directed(root: Path) -> tuple[list[Pair], list[Pair]]:
    """Return the training and the development pairs of DSE, without the sentences that both have."""
    valid = _once(_dse(allowed(root, "stance/dse/valid.txt"), "dse/valid"))
    held_out = {key(p.text) for p in valid}
    train = [p for p in _once(_dse(allowed(root, "stance/dse/train.txt"), "dse/train")) if key(p.text) not in held_out]
    return train, valid


def authorial(root: Path, *, share: float = 0.1) -> tuple[list[Single], list[Single]]:
    """Return training and development targets of NewsMTSC; the split is by a sentence's hash.

    Args:
        root: the data folder.
        share: of the sentences, for development.
    """
    found: list[Single] = []
    labels = {2.0: AGAINST, 4.0: NONE, 6.0: FAVOR}
    with allowed(root, "stance/newsmtsc/train.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            text = one["sentence_normalized"]
            for t in one["targets"]:
                found.append(Single(text, (t["from"], t["to"]), labels[t["polarity"]], "newsmtsc"))
    border = int(share * 2**32)
    dev = [s for s in found if int(key(s.text)[:8], 16) < border]
    return [s for s in found if int(key(s.text)[:8], 16) >= border], dev


def key(text: str) -> str:
    """What two copies of a sentence share, whatever their punctuation and case: a hash of its letters."""
    return hashlib.sha256(" ".join(_LETTERS.findall(text.lower())).encode()).hexdigest()


def swapped(pair: Pair) -> Pair:
    """The same pair, the other way round."""
    return replace(pair, a=pair.b, b=pair.a, ab=pair.ba, ba=pair.ab)


def _dse(path: Path, origin: str) -> Iterable[Pair]:
    """Lines ``sentence with [p] and [q]``, p, q, label; a suffix may stand behind the closing bracket."""
    for line in path.read_text(encoding="utf-8").splitlines():
        marked, _, _, label = line.split("\t")
        text, spans = _unmarked(marked)
        if len(spans) != 2:
            continue
        ab, ba = {0: (NONE, NONE), 1: (FAVOR, NONE), 2: (NONE, FAVOR), 3: (AGAINST, NONE), 4: (NONE, AGAINST)}[
            int(label)
        ]
        yield Pair(text, spans[0], spans[1], ab, ba, origin)


def _unmarked(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """Take the brackets out; a span takes in the letters that stand right behind its bracket."""
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    length, start = 0, -1
    for i, c in enumerate(marked):
        if c == "[":
            start = length
        elif c == "]" and start >= 0:
            rest = re.match(r"\w*", marked[i + 1 :])
            end = length + (rest.end() if rest else 0)
            ahead = "".join(out)[start:] + marked[i + 1 :][: end - length]
            spans.append((start, end - 2 if ahead.endswith(("'s", "’s")) else end))
            start = -1
        else:
            out.append(c)
            length += 1
    return "".join(out), spans


def _once(pairs: Iterable[Pair]) -> list[Pair]:
    """Each sentence and pair once; one that was labelled in two ways not at all."""
    found: dict[tuple[str, tuple[int, int], tuple[int, int]], list[Pair]] = {}
    for p in pairs:
        found.setdefault((key(p.text), p.a, p.b), []).append(p)
    return [same[0] for same in found.values() if len({p.label for p in same}) == 1]


def counts(pairs: Sequence[Pair]) -> dict[int, int]:
    """How many pairs each of the five classes has."""
    return {label: sum(p.label == label for p in pairs) for label in range(5)}
