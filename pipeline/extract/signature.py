"""The fingerprint by which near duplicates meet: min-hash of a text's word shingles, cut into bands."""

from __future__ import annotations

import re
import struct
from hashlib import blake2b

from rensa import RMinHash

SHINGLE_WORDS = 5
BANDS = 32
ROWS = 4
_SEED = 42

# Chinese and Japanese write no spaces: each of their characters is a word here.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")


def signature(text: str) -> tuple[int, ...]:
    """Return the band keys of a text, signed 64-bit integers; two texts are near where they share one.

    Of two texts with 5-word-shingle Jaccard similarity *s*, at least one of the 32 keys is the same with
    probability 1 − (1 − s⁴)³²: 0.87 at s = 0.5, 0.05 at s = 0.2. Upper case, punctuation and white space do not
    count. A text without words has no key.
    """
    words = _WORD.findall(text.lower())
    if not words:
        return ()
    shingles = {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(max(1, len(words) - SHINGLE_WORDS + 1))}
    minhash = RMinHash(BANDS * ROWS, _SEED)
    minhash.update(sorted(shingles))
    values = minhash.digest()
    return tuple(_key(band, values[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS))


def _key(band: int, rows: list[int]) -> int:
    hashed = blake2b(struct.pack(f"<B{ROWS}I", band, *rows), digest_size=8).digest()
    return int.from_bytes(hashed, "little", signed=True)
