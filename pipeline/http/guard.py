"""The address guard: which addresses may be connected to.

:func:`decide` is asked for the address that a socket is about to connect to, not for the name it was
resolved from, so a name that resolves differently a second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Collection, Iterable
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from pipeline.errors import AddressRefused, ConfigError
from pipeline.settings import Settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MAX_PASSED = 10_000
#: IPv6 networks whose addresses carry an IPv4 address: where the connection really ends.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")  # RFC 2765
#: All that is handed out of IPv6 for the public.
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
#: Not for the public though Python's tables call them global, or call them so only in some releases.
_NEVER_PUBLIC: tuple[Network, ...] = (
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("100::/64"),
    ipaddress.ip_network("2001::/23"),
    ipaddress.ip_network("fec0::/10"),
)


def decide(
    ip: str, port: int, allow_networks: Iterable[Network] = (), allow_ports: Collection[int] | None = None
) -> str | None:
    """Say why an address must not be connected to, or ``None`` where it may.

    Args:
        ip: an IPv4 or IPv6 address, a zone (``%eth0``) allowed.
        port: the port.
        allow_networks: networks that are open although they are not public.
        allow_ports: ports that are open; ``None`` for all.
    """
    try:
        address = _innermost(ipaddress.ip_address(ip.partition("%")[0]))
    except ValueError:
        return f"{ip[:60]!r} is no address"
    if allow_ports is not None and port not in allow_ports:
        return f"port {port} is not one of the web's"
    if any(address in network for network in allow_networks if network.version == address.version):
        return None
    is_outside = address.version == 6 and address not in _PUBLIC_V6
    if (
        not address.is_global
        or address.is_multicast
        or is_outside
        or any(address in network for network in _NEVER_PUBLIC)
    ):
        return f"{address} is not a public address"
    return None


def networks(text: str) -> tuple[Network, ...]:
    """Read networks in CIDR notation, comma separated.

    Raises:
        ConfigError: one of them is no network.
    """
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ConfigError(f"not a network: {error}", subject="STANDPOINT_ALLOW_NETWORKS") from error


def ports(text: str) -> frozenset[int] | None:
    """Read ports, comma separated; ``*`` is ``None``: all of them.

    Raises:
        ConfigError: one of them is no port.
    """
    if text.strip() == "*":
        return None
    try:
        return frozenset(int(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ConfigError(f"not a port: {error}", subject="STANDPOINT_ALLOW_PORTS") from error


class Guard:
    """:func:`decide` with this process's settings, and the ways it is put into the HTTP library."""

    def __init__(self, settings: Settings) -> None:
        self._networks = networks(settings.allow_networks)
        self._ports = ports(settings.allow_ports)
        self._passed: set[tuple[str, int]] = set()  # hosts that check_literal let pass; the answer never changes

    def check(self, ip: str, port: int) -> None:
        """Raise :class:`AddressRefused` where :func:`decide` refuses."""
        if why := decide(ip, port, self._networks, self._ports):
            raise AddressRefused(f"{why}; allow_networks and allow_ports open more", subject=f"{ip}:{port}")

    def check_literal(self, host: str, port: int) -> None:
        """Check a host that is written as an address, before anything is asked of it. Names pass."""
        if (host, port) in self._passed:
            return
        try:
            ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            if self._ports is not None and port not in self._ports:
                raise AddressRefused(
                    f"port {port} is not one of the web's; allow_ports opens more", subject=f"{host}:{port}"
                ) from None
        else:
            self.check(host, port)
        if len(self._passed) < _MAX_PASSED:
            self._passed.add((host, port))

    def socket(self, addr_info: tuple[Any, ...]) -> socket.socket:
        """Make the socket for one resolved address, after checking it: the last moment before connecting."""
        family, kind, proto, _, sockaddr = addr_info
        self.check(str(sockaddr[0]), int(sockaddr[1]))
        made = socket.socket(family=family, type=kind, proto=proto)
        made.setblocking(False)
        return made


class Resolver(AbstractResolver):
    """Resolves names as the system does, but ``localhost`` and everything under it itself (RFC 6761, §6.3).

    Args:
        inner: what other names are asked of; the system's resolver by default.
    """

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name."""
        name = host.rstrip(".").lower()
        if name == "localhost" or name.endswith(".localhost"):
            return [
                ResolveResult(
                    hostname=host,
                    host="127.0.0.1",
                    port=port,
                    family=socket.AF_INET,
                    proto=0,
                    flags=socket.AI_NUMERICHOST,
                )
            ]
        if self._inner is None:
            self._inner = ThreadedResolver(loop=asyncio.get_running_loop())
        return await self._inner.resolve(host, port, family)

    async def close(self) -> None:
        """Close what names are asked of."""
        if self._inner is not None:
            await self._inner.close()


def _innermost(address: Address) -> Address:
    """The IPv4 address inside an IPv6 address that carries one (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or address in _TRANSLATED or (int(address) >> 32 == 0 and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
