"""Headlines in title case, read as running text."""

import re

from pipeline.tag.stance.lexicon import VERBS
from pipeline.tag.words import words

_TITLE_WORD = re.compile(r"\w+")
_HEADLINE_WORDS = words("over for with after as in on to of from by and amid against at is are says said will not deal")


def sentence_case(title: str, text: str) -> str:
    """Give a headline in title case the case of running text, character by character, so that offsets stay true.

    A word keeps its capital where the text has it so; where the text has it in lower case, or it is a verb or particle
    that headlines live on, it loses it.
    """
    words = list(_TITLE_WORD.finditer(title))
    if len(words) < 4 or sum(word.group()[0].isupper() for word in words) < 0.75 * len(words):
        return title
    body = set(_TITLE_WORD.findall(text))
    out = title
    for word in words[1:]:
        as_is, lower = word.group(), word.group().lower()
        if (
            as_is not in body
            and len(lower) == len(as_is)
            and (lower in body or lower in _HEADLINE_WORDS or _is_cue(lower))
        ):
            out = out[: word.start()] + lower + out[word.end() :]
    return out


def _is_cue(word: str) -> bool:
    return any(
        word.removesuffix(ending) in VERBS or word.removesuffix(ending) + "e" in VERBS
        for ending in ("s", "es", "ed", "ing")
    )
