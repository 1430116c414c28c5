"""What a publisher says about machines that read, analyse and learn: signals found, and whether they mean us.

Read are what has a specification or a wide convention: ``X-Robots-Tag`` and robots meta tags (``noai``, ``noimageai``),
TDMRep (W3C community group report of May 2024: header, meta tag, ``/.well-known/tdmrep.json``), ``Content-Usage``
(IETF draft aipref-attach), ``Content-Signal`` lines and the groups for AI crawlers in robots.txt. ``ai.txt`` is not
asked for: there are several drafts of that name, none agreed upon.

A signal is one line of text, ``where: what``, so that it can be stored and searched as it is.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator

TDMREP_PATH = "/.well-known/tdmrep.json"
MAX_TDMREP_BYTES = 256 * 1024

#: Crawlers that gather text for training or answering with language models, as their makers name them.
AI_AGENTS = (
    "GPTBot", "ChatGPT-User", "OAI-SearchBot", "ClaudeBot", "Claude-User", "anthropic-ai", "Google-Extended",
    "Applebot-Extended", "CCBot", "PerplexityBot", "Meta-ExternalAgent", "FacebookBot", "Bytespider", "Amazonbot",
    "cohere-ai", "Diffbot", "omgili", "TDMBot",
)  # fmt: skip

_TOKENS = frozenset({"noai", "noimageai"})
#: Directives of X-Robots-Tag that have a value themselves: what stands before their colon is no crawler.
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_FIELDS = frozenset({"tdm-reservation", "tdm-policy", "content-usage"})
_MAX_SIGNAL = 300
_HEAD_BYTES = 512 * 1024
_LONGEST_TAG = 4096
_NEXT = re.compile(rb"<!--|<meta(?=[\s/])", re.IGNORECASE)
_META = re.compile(rb"<meta((?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"(?<![a-z-])([a-z-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


def from_headers(fields: Iterable[tuple[str, str]], product: str) -> tuple[str, ...]:
    """Return the signals in the header of an answer.

    Args:
        fields: name and value of each field as they came; one name may come several times.
        product: our product token; directives for other crawlers are not for us.
    """
    found: list[str] = []
    for name, value in fields:
        name = name.lower()
        if name == "x-robots-tag":
            found += (f"{name}: {token}" for token in _directives(value, product))
        elif name in _FIELDS and value.strip():
            found.append(f"{name}: {value.strip()}"[:_MAX_SIGNAL])
    return tuple(dict.fromkeys(found))


def from_meta(tags: Iterable[tuple[str, str]], product: str) -> tuple[str, ...]:
    """Return the signals in the meta tags of a page.

    Args:
        tags: name and content of each.
        product: our product token: ``<meta name="standpoint">`` is for us as ``<meta name="robots">`` is.
    """
    found: list[str] = []
    for name, content in tags:
        name = name.strip().lower()
        if name in {"robots", product.lower()}:
            found += (f"meta {name}: {token}" for token in _tokens(content.split(",")))
        elif name in _FIELDS and content.strip():
            found.append(f"meta {name}: {content.strip()}"[:_MAX_SIGNAL])
    return tuple(dict.fromkeys(found))


def from_html(body: bytes, product: str) -> tuple[str, ...]:
    """Return the signals in the meta tags of a page that is not parsed yet; its first 512 KiB are looked at."""
    return from_meta(_meta_tags(body), product)


def from_tdmrep(body: bytes, path: str) -> tuple[str, ...]:
    """Return what a host's ``tdmrep.json`` says about a path: the rule with the longest pattern that fits it.

    Args:
        body: the file; anything but a list of rules says nothing.
        path: path and query of an address.
    """
    try:
        rules = json.loads(body) if body.strip() else []
    except (ValueError, RecursionError):
        return ()
    best: dict[str, object] | None = None
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict) and isinstance(where := rule.get("location"), str) and _fits(where, path):
            best = rule if best is None or len(where) > len(str(best["location"])) else best
    if best is None or (reserved := str(best.get("tdm-reservation"))) not in {"0", "1"}:
        return ()
    policy = best.get("tdm-policy")
    more = (f"tdmrep.json tdm-policy: {policy}"[:_MAX_SIGNAL],) if isinstance(policy, str) and policy else ()
    return (f"tdmrep.json tdm-reservation: {reserved}", *more)


def opts_out(signals: Iterable[str]) -> str:
    """Return the signal by which a publisher does not want what we do, or ``""``.

    That is a reservation of text and data mining (the page's word before its header's, the header's before the host's,
    as TDMRep orders them), or ``noai``. ``noimageai`` does not mean us (no picture is taken), nor do wishes about
    training or about crawlers of other names; those are recorded only.
    """
    said = tuple(signals)
    if one := next((s for s in said if s.startswith(("x-robots-tag:", "meta ")) and s.endswith(": noai")), ""):
        return one
    for where in ("meta tdm-reservation: ", "tdm-reservation: ", "tdmrep.json tdm-reservation: "):
        values = {s.removeprefix(where) for s in said if s.startswith(where)} & {"0", "1"}
        if values:
            return f"{where}1" if "1" in values else ""
    return ""


def _directives(value: str, product: str) -> Iterator[str]:
    """Tokens of one ``X-Robots-Tag`` field that are for everybody or for us."""
    ours = True
    for part in value.split(","):
        before, colon, after = part.partition(":")
        if colon and before.strip().lower() not in _WITH_VALUE:
            ours, part = before.strip().lower() in {product.lower(), "*"}, after
        if ours:
            yield from _tokens([part])


def _tokens(parts: Iterable[str]) -> Iterator[str]:
    return (token for part in parts if (token := part.strip().lower()) in _TOKENS)


def _meta_tags(body: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while found := _NEXT.search(body, at, _HEAD_BYTES):
        at = found.end()
        if found[0] == b"<!--":
            at = body.find(b"-->", at)
            if at < 0:
                return
            continue
        tag = _META.match(body, found.start(), found.start() + _LONGEST_TAG)
        at = tag.end() if tag else found.start() + _LONGEST_TAG
        values = {
            name.decode().lower(): html.unescape((double or single or bare).decode("utf-8", "replace"))
            for name, double, single, bare in (_ATTRIBUTE.findall(tag[1]) if tag else ())
        }
        if "name" in values:
            yield values["name"], values.get("content", "")


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says (``*``: anything, ``$`` at the end: and nothing more)."""
    end = pattern.endswith("$")
    at = 0
    pieces = (pattern[:-1] if end else pattern).split("*")
    for n, piece in enumerate(pieces):
        found = path.find(piece, at)
        if found < 0 or (n == 0 and found != 0):
            return False
        if end and n == len(pieces) - 1:
            return path.endswith(piece) and len(path) - len(piece) >= at
        at = found + len(piece)
    return True
