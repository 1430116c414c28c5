"""Bylines: who wrote it, without the furniture around the names, and which wire service it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: Wire services by the names that they sign with.
AGENCIES = {
    "Reuters": ("reuters", "thomson reuters"),
    "Associated Press": ("associated press", "the associated press", "ap", "ap news"),
    "Agence France-Presse": ("agence france-presse", "agence france presse", "afp"),
    "dpa": ("dpa", "deutsche presse-agentur", "dpa-afx", "dpa international"),
    "Press Association": ("press association", "pa", "pa media", "pa news agency"),
    "Bloomberg": ("bloomberg", "bloomberg news"),
    "United Press International": ("united press international", "upi"),
    "TASS": ("tass", "itar-tass"),
    "Interfax": ("interfax",),
    "RIA Novosti": ("ria novosti",),
    "Xinhua": ("xinhua", "xinhua news agency"),
    "Kyodo News": ("kyodo", "kyodo news"),
    "Jiji Press": ("jiji", "jiji press"),
    "Yonhap": ("yonhap", "yonhap news agency"),
    "EFE": ("efe", "agencia efe"),
    "Europa Press": ("europa press",),
    "ANSA": ("ansa",),
    "Adnkronos": ("adnkronos",),
    "APA": ("apa", "austria presse agentur"),
    "Keystone-SDA": ("keystone-sda", "sda", "keystone"),
    "Belga": ("belga",),
    "ANP": ("anp",),
    "NTB": ("ntb",),
    "TT": ("tt", "tt-afp"),
    "Ritzau": ("ritzau",),
    "STT": ("stt",),
    "PAP": ("pap",),
    "ČTK": ("čtk", "ctk"),
    "MTI": ("mti",),
    "Anadolu Agency": ("anadolu agency", "anadolu", "aa"),
    "SANA": ("sana",),
    "IRNA": ("irna",),
    "WAFA": ("wafa",),
    "Press Trust of India": ("press trust of india", "pti"),
    "Asian News International": ("asian news international", "ani"),
    "IANS": ("ians", "indo-asian news service"),
    "Australian Associated Press": ("australian associated press", "aap"),
    "The Canadian Press": ("the canadian press", "canadian press"),
    "EPD": ("epd", "evangelischer pressedienst"),
    "KNA": ("kna",),
    "SID": ("sid", "sport-informations-dienst"),
}
_AGENCY_OF = {alias: name for name, aliases in AGENCIES.items() for alias in aliases}

#: Words that only a service's name ends in, or holds.
_AGENCY_LIKE = re.compile(
    r"\b(?:news\s?wire|wire|news\s+agency|press\s+agency|news\s+service|wire\s+service|wires|nachrichtenagentur|presse-?agentur"
    r"|agence\s+de\s+presse|agencia\s+de\s+noticias)\b|^agence\b|^agencia\b",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"^(?:(?:the\s+)?(?:news|web|online|digital|sports?|editorial|our|staff|foreign|political|unserer?)?\s*"
    r"(?:staff(?:\s+(?:reporters?|writers?|and\s+agencies))?|desk|newsroom|news\s?desk|editors?|editorial(?:\s+board|\s+team)?"
    r"|correspondents?|reporters?|team|bureau|agencies|agenturen|redaktion|red|admin|administrator|webmaster|unknown|anonymous"
    r"|guest|authors?|autor\w*|name|twitter|facebook|redaction|redacción|rédaction|n/?a|none|null|user))$"
    r"|^(?:more|about|powered|follow|read|view|see|all|posts?)\b|:|^\S+\.[a-z]{2,4}$",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:(?:written|reported|posted|published|text|words|story|analysis|opinion|comment|interview|review|edited)?\s*"
    r"(?:by|von|par|por|di|da|door|av|af|przez)\s*[:.]?|authors?\s*:?|autor(?:in)?\s*:|auteur\s*:|text\s*:|from)\s+",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:correspondent|reporter|editor|writer|columnist|analyst|journalist|producer|bureau chief|commentator|critic"
    r"|redakteur(?:in)?|korrespondent(?:in)?|journaliste|contributor|fellow|professor|staff|secretary|presenter|researcher"
    r"|director|president|chief|minister|politics|business|sports?)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\(?\S+@\S+\.\w+\)?")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_WHEN = re.compile(
    r"\s*(?:\||·|•|-|–|,)?\s*(?:"
    r"(?:updated|published|posted|last modified|first published)\b.*"
    r"|\b(?:\d{1,2}\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2}.*"
    r"|\d+\s+min(?:ute)?s?\s+read.*"
    r"|\d{4}-\d\d-\d\d.*"
    r")$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:;|\||/|·|•|\n|\s&\s|\s(?:and|und|et|y|e|en|och|og|with|AND|UND|WITH)\s)\s*")
_IN = re.compile(r"\s+in\s+[A-Z][\w.' -]+$")
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|m\.?d|ph\.?d|esq)\.?$", re.IGNORECASE)
_LETTERS_AFTER = re.compile(r"^(?:[A-Z][A-Za-z]{0,2}\.?){1,4}[®]?$|^[A-Z-]{2,6}[®]?$")
_MAX_WORDS = 6
_MAX_NAMES = 20


def bylines(values: Iterable[str], *, outlet: Iterable[str] = ()) -> tuple[tuple[str, ...], str]:
    """Return the persons of some bylines, each once and in order, and the wire service that they name ("" for none).

    Args:
        values: bylines as pages write them, or names.
        outlet: names of the outlet itself, which is no author.
    """
    own = {_key(name) for name in outlet if name}
    people: dict[str, str] = {}
    agency = ""
    for value in values:
        for name in split_byline(value):
            service = agency_of(name)
            if service:
                agency = agency or service
            elif _key(name) not in own and not _STAFF.match(name):
                people.setdefault(_key(name), name)
    return tuple(list(people.values())[:_MAX_NAMES]), agency


def agency_of(name: str) -> str:
    """Return the wire service that a name stands for: by its usual name where known, "" where it is none."""
    bare = name.strip(" .,()[]")
    known = _AGENCY_OF.get(bare.lower())
    if known:
        # "Pa" and "Sana" are first names; a service writes its short name in capitals.
        return known if len(bare) > 4 or bare.isupper() or bare.islower() else ""
    return bare if _AGENCY_LIKE.search(bare) else ""


def split_byline(value: str) -> list[str]:
    """Return the names in a byline, without "By", addresses, roles and dates."""
    text = unicodedata.normalize("NFC", value)
    for pattern in (_EMAIL, _URL, _HANDLE):
        text = pattern.sub(" ", text)
    text = _PREFIX.sub("", " ".join(text.split()) if "\n" not in text else text.strip())
    text = _IN.sub("", _WHEN.sub("", text).strip())
    names: list[str] = []
    for piece in _AND.split(text):
        for part in _by_comma(piece):
            name = _PREFIX.sub("", part.strip(" .,:;|-–—*\u00a0\t\n")).strip()
            name = re.sub(r"\s*\((?![A-Z]{2,5}\))[^)]*(?:\)|$)", "", name).strip(" ,")
            if _is_name(name):
                names.append(_cased(name))
    return names


def _by_comma(piece: str) -> list[str]:
    """Cut at commas; what follows a name may be one more, or a title, letters, a role or a place."""
    parts = [part.strip() for part in piece.split(",") if part.strip()]
    if len(parts) == 2 and _SUFFIX.match(parts[1]):
        return [", ".join(parts)]
    first_is_full = bool(parts) and (len(parts[0].split()) > 1 or bool(agency_of(parts[0])))
    return [
        part
        for place, part in enumerate(parts)
        if place == 0
        or agency_of(part)
        or not (_ROLE.search(part) or _LETTERS_AFTER.match(part) or (first_is_full and len(part.split()) == 1))
    ]


def _is_name(name: str) -> bool:
    words = name.split()
    return (
        bool(words)
        and len(name) > 1
        and len(words) <= _MAX_WORDS
        and any(c.isalpha() for c in name)
        and not any(c.isdigit() or c == "@" for c in name)
        and (len(words) > 1 or not name.isascii() or not name.islower() or bool(agency_of(name)))
    )


def _cased(name: str) -> str:
    """Return SHOUTED names in the usual case; short ones may be initials or services."""
    if name.isupper() and len(name.split()) > 1:
        return re.sub(r"[^\W\d_]+", lambda match: match.group().capitalize(), name)
    return name


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^\w]+", "", "".join(c for c in folded if not unicodedata.combining(c)))
