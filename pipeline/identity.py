"""Who is who: canonical addresses and the ids made from them.

``canon_v1`` is frozen. Article ids hang on it, so a change of its results is a migration (a ``canon_v2``
beside it), never an edit; ``tests/test_identity.py`` holds the table of expected results.

Two keys, because a lossy key that also identifies drops different articles as duplicates:
``canon_v1`` is *exact* (only what never names another page is removed), ``loose_v1`` folds AMP, mobile
hosts, slashes and schemes, and only ever *proposes* duplicates.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlsplit, urlunsplit

import idna

#: Parameters that carry a campaign, a click or a session of the reader, never the choice of a page.
_TRACKING = (
    "fbclid gclid gclsrc dclid wbraid gbraid msclkid yclid twclid ttclid igshid igsh mc_cid mc_eid _ga "
    "_gl cmp cmpid icid ncid ocid ito ns_campaign ns_mchannel ns_source ns_linkname ns_fee at_medium "
    "at_campaign at_link_id at_link_type at_link_origin at_format at_ptr_name at_bbc_team at_custom1 "
    "at_custom2 at_custom3 at_custom4 wt_mc wt.mc_id _hsenc _hsmi hsctatracking mkt_tok oly_anon_id "
    "oly_enc_id vero_id spm scid sr_share ref_src ref_url smid smtyp partner_id xtor feedtype guccounter "
    "guce_referrer guce_referrer_sig soc_src soc_trk __twitter_impression "
)
TRACKING_PARAMETERS = frozenset(_TRACKING.split())
_TRACKING_PREFIXES = ("utm_", "pk_", "piwik_", "mtm_", "matomo_", "hsa_", "stm_", "itm_")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
#: An address that is its own canonical form: a name, folders of unreserved characters, none of them dots alone.
_PLAIN = re.compile(
    r"https?://(?=[^/]{1,253}/)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*)?"
)
_AMP_CACHE = re.compile(r"(?:[a-z0-9-]+\.cdn\.ampproject\.org/[a-z]|(?:www\.)?google\.[a-z.]+/amp)/(?:s/)?(?=[^/]+\.)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


@lru_cache(maxsize=4096)  # an address is asked for several times in a row
def canon_v1(url: str) -> str:
    """Return the exact canonical form of an http(s) address.

    Lower-cases scheme and host, turns an international host into its ASCII form (IDNA 2008), drops user info, default
    port, fragment, tracking parameters and a final dot of the host, resolves ``.`` and ``..``, writes
    percent escapes in one way. Keeps path case, trailing slash, order and empty values of the other
    parameters, ``www.``, scheme and port: each may name another page. A hash-bang fragment (``#!/…``) names
    a page and is kept. A host in another notation of an IPv4 address than four decimal numbers is refused.

    Args:
        url: an absolute http or https address.

    Raises:
        ValueError: the address is not an absolute http(s) address with a host.
    """
    return url if _PLAIN.fullmatch(url) else _canonical(url)


def _canonical(url: str) -> str:
    parts = _split(url)
    host = _host(parts)
    port = parts.port
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[parts.scheme.lower()]:
        netloc = f"{netloc}:{port}"
    path = _remove_dots(_escapes(parts.path, safe="/:@!$&'()*+,;=")) or "/"
    pairs = (_escapes(pair, safe="/:@!$'()*+,;=?") for pair in parts.query.split("&") if pair)
    query = "&".join(pair for pair in pairs if not _is_tracking(pair))
    fragment = _escapes(parts.fragment, safe="/:@!$&'()*+,;=?") if parts.fragment.startswith("!") else ""
    return urlunsplit((parts.scheme.lower(), netloc, path, query, fragment))


def loose_v1(url: str) -> str:
    """Return a lossy key under which variants of one page meet (AMP, mobile host, ``www.``, slash, scheme).

    Only ever proposes duplicates; nothing is dropped because two addresses share it.

    Raises:
        ValueError: as :func:`canon_v1`.
    """
    parts = urlsplit(canon_v1(url))
    if cache := _AMP_CACHE.match(parts.netloc + parts.path):
        origin = (parts.netloc + parts.path)[cache.end() :]
        with contextlib.suppress(ValueError):
            parts = urlsplit(canon_v1(urlunsplit(parts._replace(netloc="", path=f"//{origin}"))))
    host = parts.netloc
    for prefix in ("www.", "m.", "mobile.", "amp."):
        host = host.removeprefix(prefix)
    path = re.sub(r"/(index\.(html?|php)|amp)$", "/", re.sub(r"^/amp/", "/", parts.path.rstrip("/")))
    path = re.sub(r"\.amp(\.html)?$", r"\1", path).rstrip("/").lower()
    query = "&".join(
        sorted(f"{k}={v}" for k, v in parse_qsl(parts.query) if (k, v) != ("amp", "1") and k != "outputType")
    )
    fragment = parts.fragment.removeprefix("!")
    return f"{host}{path}" + (f"?{query}" if query else "") + (f"#!{fragment}" if fragment else "")


def url_id(url: str) -> str:
    """Return the id of an address: the first 32 hex digits of SHA-256 of its canonical form.

    Entry ids are made from the address as listed, article ids from the final address after redirects.
    """
    return hashlib.sha256(canon_v1(url).encode()).hexdigest()[:32]


def host_of(url: str) -> str:
    """Return ``host`` or ``host:port`` of an address, as the host gate and robots.txt know it."""
    return urlsplit(canon_v1(url)).netloc


def same_site(url: str, other: str) -> bool:
    """Return whether two addresses are of one site: of one host, or of a host and one below it; ``www.`` counts not."""
    a, b = (host_of(one).rpartition(":")[0] or host_of(one) for one in (url, other))
    a, b = a.removeprefix("www."), b.removeprefix("www.")
    return a == b or a.endswith(f".{b}") or b.endswith(f".{a}")


def slug(name: str, limit: int = 60) -> str:
    """Return a name as an id: lower case letters a to z and digits, joined by hyphens; empty where it has none."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.replace("ß", "ss")) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:limit].strip("-")


def digest(*parts: str) -> str:
    """Return a 32 hex digit id made from parts; no two different lists of parts share one by concatenation."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def text_hash(text: str) -> str:
    """Return the hash by which revisions of a text are told apart (white space folded, 32 hex digits)."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:32]


def _split(url: str) -> SplitResult:
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not an absolute http(s) address: {url[:200]!r}")
    if "\\" in parts.netloc:  # browsers and libraries disagree on which host that is
        raise ValueError(f"a backslash in the host: {url[:200]!r}")
    _ = parts.port  # raises ValueError where the port is no number or out of range
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".").lower()
    if ":" in host:
        if "%" in host:
            raise ValueError("an address with a zone names no host of the web")
        return ipaddress.IPv6Address(host).compressed
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii").removesuffix(".")
        except (idna.IDNAError, UnicodeError) as error:
            raise ValueError(f"the host is no valid name: {host[:100]!r}") from error
    if len(host) > 253 or not all(map(_LABEL.fullmatch, host.split("."))):
        raise ValueError(f"the host is no valid name: {host[:100]!r}")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return str(ipaddress.IPv4Address(host))  # other notations of an address (127.1, 0x7f.0.0.1) are refused
    return host


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in TRACKING_PARAMETERS or name.startswith(_TRACKING_PREFIXES)


def _escapes(text: str, *, safe: str) -> str:
    """Write percent escapes in one way: unreserved characters plain, all others upper-case hex."""

    def one(match: re.Match[str]) -> str:
        byte = unquote_to_bytes(match.group())[0]
        return chr(byte) if byte in _UNRESERVED else match.group().upper()

    return quote(_PERCENT.sub(one, text), safe=safe + "%")


def _remove_dots(path: str) -> str:
    """RFC 3986 §5.2.4 for a path that starts with a slash (or is empty)."""
    out: list[str] = []
    segments = path.split("/")
    for i, segment in enumerate(segments):
        if segment == "..":
            if len(out) > 1:
                out.pop()
            if i == len(segments) - 1:
                out.append("")
        elif segment == ".":
            if i == len(segments) - 1:
                out.append("")
        else:
            out.append(segment)
    return "/".join(out)
