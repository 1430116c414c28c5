"""Headlines in title case, read as running text."""

import re
from collections import Counter

from pipeline.tag.stance.lexicon import VERBS
from pipeline.tag.words import words

_TITLE_WORD = re.compile(r"\w+")
_HEADLINE_WORDS = words(
    """over for with after as in on to of from by and amid against at is are says said will not deal during about like
    can early late deeply could would should has have had was were been his her its their our your who what when where
    why how but or if than then now just more most less least marks ends faces hits takes gets makes gives sees wins
    loses opens closes shows seeks plans reveals launches rises falls grows cuts adds leaves puts sets raises drops
    holds keeps brings turns finds moves tells asks leads meets begins starts stops becomes looks wants needs comes goes
    runs end week weeks days year years months"""
)


def sentence_case(title: str, text: str) -> str:
    """Give a headline in title case the case of running text, character by character, so that offsets stay true.

    A word keeps its capital where the text has it so; where the text has it in lower case, or it is a verb or particle
    that headlines live on, it loses it.
    """
    words = list(_TITLE_WORD.finditer(title))
    if len(words) >= 3 and title.isupper():
        return _from_capitals(title, text)
    long = [word.group() for word in words if len(word.group()) > 3]
    titled = sum(word.group()[0].isupper() for word in words) >= 0.75 * len(words)
    # "Christie's Exit Marks the End of the Fight": small words are none in title case, either
    titled = titled or (len(long) > 4 and all(word[0].isupper() for word in long))
    if len(words) < 4 or not titled:
        return title
    body = set(_TITLE_WORD.findall(text))
    stems = {word[:5] for word in body if word.islower() and len(word) >= 5}
    out = title
    for word in words[1:]:
        as_is, lower = word.group(), word.group().lower()
        if (
            as_is not in body
            and len(lower) == len(as_is)
            and (lower in body or lower in _HEADLINE_WORDS or _is_cue(lower) or (len(lower) > 4 and lower[:5] in stems))
        ):
            out = out[: word.start()] + lower + out[word.end() :]
    return out


def headings(text: str) -> str:
    """Give headings within a text the case of running text, so that they name nobody whom the text does not.

    Headings are lines in capitals, and lines in title case that no stop ends and that hold words of the text. A text
    that is written in capitals throughout stays as it is.
    """
    if not _HEADING.search(text) and not _TITLED.search(text):
        return text
    lines = text.split("\n")
    loud = [n for n, line in enumerate(lines) if _is_heading(line)]
    others = "\n".join(line for n, line in enumerate(lines) if n not in set(loud))
    if not loud or len(others) < len(text) / 2:
        return text
    forms = _forms(others)
    for n in loud:
        if lines[n].isupper() or _is_prose(lines[n], forms):
            lines[n] = _in_forms(lines[n], forms)
    return "\n".join(lines)


#: A line of four words and more, nearly all with a capital, that no stop ends.
_TITLED = re.compile(r"(?m)^(?=(?:\S+ ){3,14}\S+$)[A-Z‘“'\"].*[\w’'\"”?]$")
_HEADING = re.compile(r"(?m)^[^\w\n]*[A-Z]{2,}[^\w\n]+[A-Z]{2,}[^a-z\n]*$")


def _is_heading(line: str) -> bool:
    if _TITLED.fullmatch(line):
        found = [word for word in _TITLE_WORD.findall(line) if len(word) > 3 and word[0].isalpha()]
        return len(found) > 3 and all(word[0].isupper() for word in found)
    return line.isupper() and 2 <= len(line.split()) <= 14 and not line.endswith(("-", "—", "–"))


def _is_prose(line: str, forms: dict[str, Counter[str]]) -> bool:
    """Whether a line in title case is made of words, not of names: a third of them the text has in lower case."""
    found = [word.lower() for word in _TITLE_WORD.findall(line) if len(word) > 3]
    return 3 * sum(word in forms.get(word, ()) for word in found) >= len(found)


def _from_capitals(title: str, text: str) -> str:
    """Give each word of a headline in capitals the form that the text has it in most often, else lower case."""
    return _in_forms(title, _forms(text))


def _forms(text: str) -> dict[str, Counter[str]]:
    forms: dict[str, Counter[str]] = {}
    for match in _TITLE_WORD.finditer(text):
        forms.setdefault(match.group().casefold(), Counter())[match.group()] += 1
    return forms


def _in_forms(title: str, forms: dict[str, Counter[str]]) -> str:
    out = title
    for number, word in enumerate(_TITLE_WORD.finditer(title)):
        known = forms.get(word.group().casefold())
        # A form met first wins a tie: the order of the text, not chance.
        form = known.most_common(1)[0][0] if known else word.group().lower()
        form = form.capitalize() if number == 0 and form.islower() else form
        if len(form) == len(word.group()):
            out = out[: word.start()] + form + out[word.end() :]
    return out


def _is_cue(word: str) -> bool:
    return any(
        word.removesuffix(ending) in VERBS or word.removesuffix(ending) + "e" in VERBS
        for ending in ("s", "es", "ed", "ing")
    )
