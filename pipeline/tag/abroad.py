"""What states and their unions are called in other languages.

The names of states come from the CLDR, through Babel; short forms that newspapers prefer and a few unions are written
here. Russian endings, a German genitive and the prefixes of Arabic are allowed for; scripts that do not part words are
searched anywhere.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from pipeline.tag.gazetteer import Found, Gazetteer

#: By language, what is said beside the name that the CLDR has: id in the gazetteer and forms.
_FORMS: dict[str, dict[str, str]] = {
    "de": {
        "united-kingdom": "Großbritannien|Vereinigten Königreich",
        "united-states": "Vereinigten Staaten",
        "european-union": "Europäische Union|Europäischen Union",
        "united-nations": "Vereinte Nationen|Vereinten Nationen",
    },
    "fr": {
        "united-kingdom": "Grande-Bretagne",
        "european-union": "Union européenne|UE",
        "nato": "OTAN|Otan",
        "united-nations": "Nations unies|ONU",
    },
    "es": {
        "united-kingdom": "Gran Bretaña",
        "united-states": "EE. UU.|EE.UU.|EEUU",
        "european-union": "Unión Europea|UE",
        "nato": "OTAN",
        "united-nations": "Naciones Unidas|ONU",
    },
    "pt": {
        "united-kingdom": "Grã-Bretanha",
        "united-states": "EUA",
        "european-union": "União Europeia|UE",
        "united-nations": "Nações Unidas|ONU",
        "nato": "OTAN",
    },
    "it": {
        "united-kingdom": "Gran Bretagna",
        "european-union": "Unione Europea|Unione europea|UE|Ue",
        "united-nations": "Nazioni Unite|ONU|Onu",
    },
    "ru": {
        "united-states": "США|Соединённые Штаты|Соединенных Штатов",
        "european-union": "ЕС|Евросоюз",
        "united-nations": "ООН",
        "nato": "НАТО",
    },
    "ar": {
        "united-states": "أمريكا|أميركا",
        "united-kingdom": "بريطانيا",
        "european-union": "الاتحاد الأوروبي",
        "united-nations": "الأمم المتحدة",
        "nato": "حلف شمال الأطلسي|الناتو",
    },
    "tr": {
        "united-states": "ABD",
        "united-kingdom": "İngiltere|Britanya",
        "european-union": "Avrupa Birliği|AB",
        "united-nations": "Birleşmiş Milletler|BM",
    },
    "zh": {
        "european-union": "欧盟",
        "united-nations": "联合国",
        "nato": "北约",
        "north-korea": "朝鲜",
    },
    "ja": {
        "united-states": "米国|アメリカ",
        "united-kingdom": "英国",
        "european-union": "欧州連合",
        "united-nations": "国連",
        "nato": "北大西洋条約機構",
        "north-korea": "北朝鮮",
    },
    "hi": {
        "united-states": "अमेरिका|अमरीका",
        "united-kingdom": "ब्रिटेन",
        "european-union": "यूरोपीय संघ",
        "united-nations": "संयुक्त राष्ट्र",
        "nato": "नाटो",
    },
}
#: Territories whose English name in the CLDR is none that the gazetteer has.
_IDS = {"CD": "dr-congo", "CG": "congo-brazzaville", "PS": "palestine", "TR": "turkey", "CI": "ivory-coast",
        "MM": "myanmar", "BA": "bosnia", "CZ": "czech-republic", "VA": "vatican", "MK": "north-macedonia"}  # fmt: skip
#: Names of a state that in this language are rather somebody's or a town's.
_NO_STATES = frozenset({"Maurice", "Dominique", "Granada", "Mauricio", "Maurício", "Georgia", "Dominica"})
_UNPARTED = frozenset({"zh", "ja", "th"})
_RUSSIAN = re.compile(r"[аяийьоеыу]+$")


def find(text: str, language: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """Yield the states and unions that a text in another language names; ``value`` is the id in the gazetteer."""
    pattern, ids = _names(language, gazetteer)
    if pattern is None:
        return
    for match in pattern.finditer(text):
        group = match.lastgroup
        if group is not None:
            yield Found(match.start(group), match.end(group), ids[int(group[1:])])


@lru_cache(maxsize=32)
def _names(language: str, gazetteer: Gazetteer) -> tuple[re.Pattern[str] | None, list[str]]:
    named: dict[str, str] = {}
    try:
        here, english = Locale(language).territories, Locale("en").territories
    except (UnknownLocaleError, ValueError):
        return None, []
    for code, name in here.items():
        key = _id(code, english.get(code, ""), gazetteer)
        if key and len(name) > 1 and name not in _NO_STATES:
            named[name] = key
    for key, forms in _FORMS.get(language, {}).items():
        if key in gazetteer.entries:
            named.update(dict.fromkeys(forms.split("|"), key))
    rows = sorted(named.items(), key=lambda row: (-len(row[0]), row[0]))
    if not rows:
        return None, []
    parts = [_form(name, language, f"g{n}") for n, (name, _) in enumerate(rows)]
    return re.compile("|".join(parts)), [key for _, key in rows]


def _id(code: str, english: str, gazetteer: Gazetteer) -> str:
    if len(code) != 2 or not code.isalpha():
        return ""
    plain = english.replace("&", "and").replace("’", "'").partition(" (")[0]
    key = gazetteer.by_name.get(plain, "") or next((k for k in gazetteer.open.get(plain, ()) if k == plain.lower()), "")
    key = key or (_IDS[code] if _IDS.get(code, "") in gazetteer.entries else "")
    return key if key and gazetteer.entries[key].type == "GPE" else ""


def _form(name: str, language: str, group: str) -> str:
    """A pattern with a group that holds the name."""
    plain = f"(?P<{group}>{re.escape(name)})"
    if language in _UNPARTED:
        return plain
    if language in {"ru", "uk", "be"} and " " not in name and len(name) > 4:
        return rf"(?<!\w)(?P<{group}>{re.escape(_RUSSIAN.sub('', name))}\w{{0,3}})(?!\w)"
    if language in {"ar", "fa", "ur"}:
        return rf"(?<!\w)[وفبل]?{plain}(?!\w)"
    if language == "de":
        return rf"(?<!\w){plain}(?=s?(?!\w))"
    return rf"(?<!\w){plain}(?!\w)"
