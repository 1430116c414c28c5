"""An address taken apart once, for all that ask about it: guard, robots.txt, gate, connection."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from yarl import URL

from pipeline.identity import host_of

_SAFE = "%/:?#[]@!$&'()*+,;=~"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """Where a request goes.

    Attributes:
        origin: scheme, host and port; what a robots.txt holds for.
        host: ``host`` or ``host:port``, canonical; what the gate counts by.
        name: host name or literal address, without brackets.
        port: the port, the scheme's own where none is named.
        target: path and query as they are sent.
        wire: the whole address as it is sent.
        text: the same as text.
    """

    origin: str
    host: str
    name: str
    port: int
    target: str
    wire: URL
    text: str


def read_address(url: str) -> Address:
    """Take an address apart. Nothing is dropped but user info and fragment, illegal characters are escaped.

    Raises:
        ValueError: not an absolute http(s) address with a host, or a host that is no valid name.
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    host, name, port = _host(scheme, parts.netloc)
    path = quote(parts.path, safe=_SAFE) or "/"
    query = quote(parts.query, safe=_SAFE)
    wire = URL.build(scheme=scheme, authority=host, path=path, query_string=query, encoded=True)
    return Address(
        origin=f"{scheme}://{host}",
        host=host,
        name=name,
        port=port,
        target=f"{path}?{query}" if query else path,
        wire=wire,
        text=str(wire),
    )


@lru_cache(maxsize=4096)
def _host(scheme: str, netloc: str) -> tuple[str, str, int]:
    """Canonical host with port, name and port. Checked as :func:`pipeline.identity.canon_v1` checks."""
    host = host_of(f"{scheme}://{netloc}/")
    parts = urlsplit(f"//{host}")
    return host, parts.hostname or "", parts.port or _DEFAULT_PORTS[scheme]
