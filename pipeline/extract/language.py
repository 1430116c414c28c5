"""Which language a text is in: what the page declares against what the words look like."""

from __future__ import annotations

import re
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

#: Languages that are told apart. A model of 97 finds Latin or Volapük in short English texts.
LANGUAGES = (
    *("ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr"),
    *("gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "kn", "ko", "ky", "lt", "lv"),
    *("mk", "ml", "mr", "ms", "mt", "nb", "ne", "nl", "nn", "no", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk"),
    *("sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "vi", "zh"),
)
#: Written so alike that a declaration settles it.
_SIBLINGS = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"bs", "hr", "sr", "sl"}),
    frozenset({"id", "ms"}),
    frozenset({"es", "gl", "ca", "pt"}),
    frozenset({"cs", "sk"}),
    frozenset({"hi", "mr", "ne"}),
    frozenset({"bg", "mk"}),
    frozenset({"ru", "be", "uk", "kk", "ky"}),
    frozenset({"ar", "fa", "ur", "ps"}),
)
_FOLDED = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
_SURE = 0.9
_ENOUGH = 200  # code points
_SAMPLE = 4000
_PRIMARY = re.compile(r"^\s*([A-Za-z]{2,3})(?![A-Za-z])")


def primary(tag: str) -> str:
    """Return the primary subtag of a language tag (``en`` of ``en-GB`` or ``en_GB``), "" where it is none."""
    match = _PRIMARY.match(tag)
    code = match.group(1).lower() if match else ""
    return _FOLDED.get(code, code)


def language_of(text: str, declared: str = "") -> str:
    """Return the language of a text as a BCP 47 primary subtag, "" where nothing tells.

    What the page declares stands, unless the words are clearly another language's: sites built from a
    template declare ``en`` on pages in every language.

    Args:
        text: the article.
        declared: a language tag.
    """
    said = primary(declared)
    if len(text) < _ENOUGH:
        return said or (_identified(text)[0] if text.strip() else "")
    found, confidence = _identified(text)
    if not said or found == said:
        return found
    if confidence < _SURE or said not in LANGUAGES or any({said, found} <= alike for alike in _SIBLINGS):
        return said
    return found


def _identified(text: str) -> tuple[str, float]:
    code, confidence = _identifier().classify(text[:_SAMPLE])
    return primary(code), float(confidence)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.nb_classes)
    identifier.set_languages([code for code in LANGUAGES if code in known])
    return identifier
