"""The one polite client: every request of every stage goes through :meth:`Client.get`.

One request is a chain of hops (the address and its redirects). Each hop passes robots.txt, the address guard and
the host gate, in this order of cheapness: nothing is asked of a host that may not be asked.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from msgspec.structs import replace
from yarl import URL

from pipeline.encodings import BadEncoding, TooLarge, decode
from pipeline.errors import AddressRefused, HostBusy, HttpError
from pipeline.http import optout
from pipeline.http import robots as robots_txt
from pipeline.http.address import Address, read_address
from pipeline.http.gate import HostGate
from pipeline.http.guard import Guard, Resolver
from pipeline.http.headers import retry_after
from pipeline.http.robots import RobotsStore, Rules
from pipeline.pacing import Seen
from pipeline.records import Exchange, Reason, StoredRobots
from pipeline.settings import Settings

log = logging.getLogger(__name__)

__all__ = ["Client", "HostBusy", "HttpRefused", "Response", "wire_url"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_MAX_HEADER_BYTES = 32 * 1024
_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class HttpRefused(HttpError):
    """A request gave no answer that can be used.

    Args:
        reason: why, for ledger and index.
        detail: why, in words.
        subject: the address asked for.
        status: of the last answer, where there was one.
        retry_after: when the host wants to be asked again, where it said so.
        exchange: the last request and answer, where the answer came whole.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str,
        *,
        subject: str,
        status: int | None = None,
        retry_after: datetime | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        super().__init__(detail, subject=subject)
        self.reason = reason
        self.detail = detail
        self.status = status
        self.retry_after = retry_after
        self.exchange = exchange


@dataclass(frozen=True)
class Response:
    """An answer.

    Attributes:
        url: as asked for.
        final_url: after redirects.
        headers: names in lower case; fields of one name joined by ``", "``.
        body: content encoding undone.
        exchange: the last hop as it went over the wire.
        redirects: status and address of every hop that led on.
        permanent: there were redirects, and every one was permanent (301, 308).
        retry_after: when the host wants to be asked again, where it said so with 429 or 503.
        elapsed_s: seconds on the wire, all hops, waiting for turns not counted.
        opt_out: what header and host say about machines that read and learn, as :mod:`pipeline.http.optout` writes it.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    exchange: Exchange = field(repr=False)
    redirects: tuple[tuple[int, str], ...]
    permanent: bool
    not_modified: bool
    retry_after: datetime | None
    elapsed_s: float
    fetched_at: datetime
    opt_out: tuple[str, ...] = ()


@dataclass
class _Budget:
    """Seconds on the wire that a request has left, over all its hops."""

    left_s: float


class _PeerResponse(aiohttp.ClientResponse):
    """Remembers whom the connection led to; the connection itself may be gone when the answer is."""

    peer: str = ""

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        transport = connection.transport
        name = transport.get_extra_info("peername") if transport is not None else None
        self.peer = str(name[0]) if name else ""
        return await super().start(connection)


class Client:
    """Fetches addresses, politely and within limits. An async context manager.

    Args:
        settings: limits, user agent, opened networks and ports.
        gate: gives turns at hosts; one gate for all clients that share a politeness.
        robots: where robots.txt files are kept.
        clock: tells the time.
        resolver: what names are asked of, instead of the system.
        is_forgotten: tells of an address whether it was taken down and must never be asked for, by redirect neither.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        gate: HostGate,
        robots: RobotsStore,
        clock: Callable[[], datetime],
        resolver: AbstractResolver | None = None,
        is_forgotten: Callable[[str], bool] = lambda url: False,
    ) -> None:
        self.settings = settings
        self._is_forgotten = is_forgotten
        self._gate = gate
        self._robots = robots
        self._clock = clock
        self._resolver = resolver
        self._guard = Guard(settings)
        self._product = settings.user_agent.partition("/")[0].split(" ")[0]
        self._slots = asyncio.Semaphore(settings.max_connections)
        self._robots_locks: dict[str, asyncio.Lock] = {}
        self._rules: dict[str, tuple[StoredRobots, Rules | None]] = {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            limit=0,
            resolver=Resolver(self._resolver),
            use_dns_cache=self._resolver is None,
            socket_factory=self._guard.socket,
        )
        headers = {"User-Agent": self.settings.user_agent, "Accept-Encoding": "gzip, deflate"}
        if self.settings.contact:
            headers["From"] = self.settings.contact
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            response_class=_PeerResponse,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self.settings.connect_timeout_s),
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self,
        url: str,
        *,
        accept: str,
        max_bytes: int,
        etag: str = "",
        last_modified: str = "",
        check_robots: bool = True,
        by: datetime | None = None,
    ) -> Response:
        """Fetch an address.

        Args:
            url: an absolute http(s) address.
            accept: the ``Accept`` header.
            max_bytes: most bytes of a body, on the wire and decoded.
            etag: validator of the last answer, for a conditional request.
            last_modified: the other validator.
            check_robots: whether robots.txt is asked.
            by: no turn of a host after this is waited for.

        Returns:
            The answer, whatever its status. A 304 has ``not_modified`` set.

        Raises:
            HttpRefused: there is no answer that can be used.
            HostBusy: the host's turn is too far away; nothing was asked of it.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {"Accept": accept} | {name: value for name, value in conditions.items() if value}
        return await self._chain(url, headers, max_bytes, check_robots=check_robots, by=by)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of an address's host names.

        Raises:
            HttpRefused: robots.txt cannot be reached.
            HostBusy: as :meth:`get`.
        """
        rules = await self._rules_for(_read(url, subject=url), subject=url)
        return rules.sitemaps

    async def until(self, when: datetime) -> None:
        """Wait until a time: of a turn that was taken, or of one that :class:`HostBusy` told of."""
        wait_s = (when - self._clock()).total_seconds()
        if wait_s > 0:
            await asyncio.sleep(wait_s)

    async def _chain(
        self,
        url: str,
        headers: dict[str, str],
        max_bytes: int,
        *,
        check_robots: bool,
        by: datetime | None = None,
        cut: bool = False,
        most_redirects: int | None = None,
    ) -> Response:
        """Follow an address through its redirects, one hop at a time."""
        most = self.settings.max_redirects if most_redirects is None else most_redirects
        budget = _Budget(self.settings.request_timeout_s)
        redirects: list[tuple[int, str]] = []
        here = url
        while True:
            address = _read(here, subject=url)
            interval_s, rules = await self._permit(here, address, subject=url, check_robots=check_robots, by=by)
            exchange, headers_in = await self._hop(
                address, headers, max_bytes, budget, interval_s, subject=url, cut=cut
            )
            location = headers_in.get("location", "")
            if exchange.status not in _REDIRECTS or not location:
                signals = optout.from_headers(exchange.response_headers, self._product)
                if rules is not None:
                    signals = (*signals, *rules.opt_out(address.target))
                return self._answer(url, here, exchange, headers_in, redirects, max_bytes, budget, signals, cut=cut)
            redirects.append((exchange.status, here))
            try:
                here = urljoin(here, location.strip())
            except ValueError as error:
                raise HttpRefused(
                    Reason.BAD_URL,
                    f"redirected to what is no address: {error}",
                    subject=url,
                    status=exchange.status,
                    exchange=exchange,
                ) from error
            looped = any(here == earlier for _, earlier in redirects)
            if looped or len(redirects) > most:
                why = f"a loop over {here}" if looped else f"more than {most} redirects"
                raise HttpRefused(Reason.REDIRECTS, why, subject=url, status=exchange.status, exchange=exchange)

    async def _permit(
        self, url: str, address: Address, *, subject: str, check_robots: bool, by: datetime | None
    ) -> tuple[float, Rules | None]:
        """Pass guard (where the host is an address), robots.txt and gate; then it is our turn.

        Returns:
            Seconds between two requests to this host, and the rules of its robots.txt where they were asked.
        """
        if self._is_forgotten(url):
            raise HttpRefused(Reason.FORGOTTEN, f"{url} was taken down on request", subject=subject)
        try:
            self._guard.check_literal(address.name, address.port)
        except AddressRefused as error:
            raise HttpRefused(Reason.BLOCKED_ADDRESS, error.message, subject=subject) from error
        interval_s, rules = self.settings.host_interval_s, None
        if check_robots:
            rules = await self._rules_for(address, subject=subject)
            if not rules.allows(address.text):
                raise HttpRefused(Reason.ROBOTS, f"robots.txt of {address.origin} forbids {url}", subject=subject)
            interval_s = max(interval_s, rules.crawl_delay_s)
        await self.until(await self._gate.turn(address.host, interval_s, by=by))
        return interval_s, rules

    async def _hop(
        self,
        address: Address,
        headers: dict[str, str],
        max_bytes: int,
        budget: _Budget,
        interval_s: float,
        *,
        subject: str,
        cut: bool,
    ) -> tuple[Exchange, dict[str, str]]:
        """Ask once; return the answer as it came and its header fields by lower-case name."""
        if self._session is None:
            raise RuntimeError("the client is used outside of its context")
        status: int | None = None
        trouble: Exception | None = None
        async with self._slots:
            asked_at = self._clock()
            started = time.monotonic()
            try:
                async with (
                    asyncio.timeout(max(budget.left_s, 0.001)),
                    self._session.get(address.wire, headers=headers, allow_redirects=False) as answer,
                ):
                    status = answer.status
                    body = await _body(answer, max_bytes, cut=cut)
            except TooLarge as error:
                raise HttpRefused(Reason.TOO_LARGE, str(error), subject=subject, status=status) from error
            except AddressRefused as error:
                raise HttpRefused(
                    Reason.BLOCKED_ADDRESS, f"{address.name}: {error.message}", subject=subject
                ) from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                trouble = error
            finally:
                elapsed_s = time.monotonic() - started
                budget.left_s -= elapsed_s
        if trouble is not None:
            reason, detail = _explain(trouble)
            is_closed = reason is Reason.NETWORK and isinstance(trouble, _NO_CONNECTION)
            await self._gate.seen(
                address.host,
                Seen(
                    asked_at=asked_at,
                    at=self._clock(),
                    elapsed_s=elapsed_s,
                    kind="unreachable" if is_closed else "cut",
                ),
                interval_s,
            )
            if reason is Reason.HANG:
                detail = f"no whole answer within {self.settings.request_timeout_s:g} s"
            raise HttpRefused(reason, detail, subject=subject, status=status) from trouble
        exchange = Exchange(
            url=address.text,
            request_headers=tuple(answer.request_info.headers.items()),
            status=answer.status,
            reason_phrase=answer.reason or "",
            http_version=f"{answer.version.major}.{answer.version.minor}" if answer.version else "1.1",
            response_headers=_texts(answer.raw_headers),
            body=body,
            fetched_at=self._clock(),
            ip=answer.peer if isinstance(answer, _PeerResponse) else "",
            elapsed_s=elapsed_s,
        )
        joined: dict[str, str] = {}
        for name, value in exchange.response_headers:
            key = name.lower()
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
        await self._gate.seen(
            address.host,
            Seen(
                asked_at=asked_at,
                at=exchange.fetched_at,
                elapsed_s=elapsed_s,
                status=exchange.status,
                retry_after=self._asked_to_wait(exchange.status, joined, exchange.fetched_at),
            ),
            interval_s,
        )
        return exchange, joined

    def _asked_to_wait(self, status: int, headers: Mapping[str, str], now: datetime) -> datetime | None:
        if status not in {429, 503}:
            return None
        return retry_after(headers.get("retry-after", ""), now)

    def _answer(
        self,
        url: str,
        final_url: str,
        exchange: Exchange,
        headers: Mapping[str, str],
        redirects: list[tuple[int, str]],
        max_bytes: int,
        budget: _Budget,
        opt_out: tuple[str, ...],
        *,
        cut: bool,
    ) -> Response:
        try:
            body = decode(exchange.body, headers.get("content-encoding", ""), max_bytes, cut=cut)
        except (TooLarge, BadEncoding) as error:
            reason = Reason.TOO_LARGE if isinstance(error, TooLarge) else Reason.BAD_ENCODING
            raise HttpRefused(reason, str(error), subject=url, status=exchange.status, exchange=exchange) from error
        return Response(
            url=url,
            final_url=final_url,
            status=exchange.status,
            headers=headers,
            body=body,
            exchange=exchange,
            redirects=tuple(redirects),
            permanent=bool(redirects) and all(status in _PERMANENT for status, _ in redirects),
            not_modified=exchange.status == 304,
            retry_after=self._asked_to_wait(exchange.status, headers, exchange.fetched_at),
            elapsed_s=self.settings.request_timeout_s - budget.left_s,
            fetched_at=exchange.fetched_at,
            opt_out=opt_out,
        )

    async def _rules_for(self, address: Address, *, subject: str) -> Rules:
        """Return what the robots.txt of an address's origin says to us, asking for it where nothing fresh is kept."""
        origin = address.origin
        stored, rules = self._rules.get(origin, (None, None))
        if stored is None or stored.expires_at <= self._clock():
            async with self._robots_locks.setdefault(origin, asyncio.Lock()):
                stored, rules = self._rules.get(origin, (None, None))
                if stored is None or stored.expires_at <= self._clock():
                    stored = await self._robots.get(origin)
                    if stored is None or stored.expires_at <= self._clock():
                        stored = await self._fetch_robots(origin, before=stored)
                        await self._robots.put(stored)
                    rules = robots_txt.rules_of(stored, self._product)
                    self._rules[origin] = (stored, rules)
        if rules is None:
            reason = Reason.SERVER_ERROR if stored.status else Reason.NETWORK
            raise HttpRefused(
                reason,
                f"robots.txt of {origin} cannot be reached ({stored.status or 'no answer'}), so the host is left alone",
                subject=subject,
                status=stored.status or None,
                retry_after=stored.expires_at,
            )
        return rules

    async def _fetch_robots(self, origin: str, *, before: StoredRobots | None) -> StoredRobots:
        """Ask for a robots.txt, and for what the host reserves. What was kept before holds while it is not reached."""
        try:
            answer = await self._chain(
                f"{origin}/robots.txt",
                {"Accept": "text/plain,*/*;q=0.5"},
                robots_txt.MAX_BYTES,
                check_robots=False,
                cut=True,
                most_redirects=max(robots_txt.LEAST_REDIRECTS, self.settings.max_redirects),
            )
            status, body = answer.status, answer.body if 200 <= answer.status < 300 else b""
        except HttpRefused as error:
            if error.reason in {Reason.BLOCKED_ADDRESS, Reason.TLS, Reason.FORGOTTEN}:
                raise
            # Redirects that lead nowhere count as "not there" (RFC 9309, §2.3.1.2), all else as "not reachable".
            status, body = (error.status or 302) if error.reason is Reason.REDIRECTS else 0, b""
            log.info("no robots.txt", extra={"origin": origin, "reason": error.reason, "detail": error.detail})
        now = self._clock()
        tdmrep = before.tdmrep if before is not None else b""
        unreachable = status == 0 or status == 429 or status >= 500
        if unreachable and before is not None and 200 <= before.status < 300:
            status, body = before.status, before.body
            expires = now + robots_txt.KEPT_UNREACHABLE
        else:
            expires = robots_txt.expiry(status, now)
        found = StoredRobots(host=origin, fetched_at=now, expires_at=expires, status=status, body=body, tdmrep=tdmrep)
        rules = None if unreachable else robots_txt.rules_of(found, self._product)
        if rules is None or not rules.allows(origin + optout.TDMREP_PATH):
            return found
        return replace(found, tdmrep=await self._fetch_tdmrep(origin, tdmrep))

    async def _fetch_tdmrep(self, origin: str, before: bytes) -> bytes:
        """Ask a host what it reserves for itself; ``before`` where it cannot be asked now."""
        try:
            answer = await self._chain(
                origin + optout.TDMREP_PATH,
                {"Accept": "application/json,*/*;q=0.5"},
                optout.MAX_TDMREP_BYTES,
                check_robots=False,
            )
        except (HttpRefused, HostBusy) as error:
            log.info("no tdmrep.json", extra={"origin": origin, "detail": error.message})
            return before
        if answer.status == 429 or answer.status >= 500:
            return before
        is_file = 200 <= answer.status < 300 and answer.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
        return answer.body if is_file else b""


def wire_url(url: str) -> URL:
    """Return an address as it is sent: nothing dropped but user info and fragment, illegal characters escaped.

    Raises:
        ValueError: not an absolute http(s) address with a host.
    """
    return read_address(url).wire


def _read(url: str, *, subject: str) -> Address:
    try:
        return read_address(url)
    except ValueError as error:
        raise HttpRefused(Reason.BAD_URL, str(error), subject=subject) from error


async def _body(answer: aiohttp.ClientResponse, max_bytes: int, *, cut: bool) -> bytes:
    """Read a body; what goes beyond the limit is refused, or cut off."""
    said = answer.content_length
    if said is not None and said > max_bytes and not cut:
        raise TooLarge(f"{said} bytes announced, limit {max_bytes}")
    pieces: list[bytes] = []
    size = 0
    async for piece in answer.content.iter_any():
        size += len(piece)
        pieces.append(piece)
        if size > max_bytes:
            if cut:
                break
            raise TooLarge(f"more than {max_bytes} bytes on the wire")
    return b"".join(pieces)[:max_bytes] if cut else b"".join(pieces)


def _explain(error: Exception) -> tuple[Reason, str]:
    """Which reason an error of the HTTP library is, and its words."""
    words = f"{type(error).__name__}: {error}"[:300]
    if isinstance(error, aiohttp.InvalidURL):
        return Reason.BAD_URL, words
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError | ssl.CertificateError):
        return Reason.TLS, words
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Reason.NETWORK, words
    if isinstance(error, TimeoutError):
        return Reason.HANG, words
    # The parser's own errors come wrapped; only their words tell a flood of headers from bytes that are no HTTP.
    if isinstance(error, aiohttp.ClientResponseError) and re.search(r"got more than|too many headers", words, re.I):
        return Reason.TOO_LARGE, words
    return Reason.NETWORK, words


def _texts(fields: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[str, str], ...]:
    """Header fields as text: UTF-8, and where one is not, Latin-1, which loses nothing."""
    try:
        return tuple([(name.decode(), value.decode()) for name, value in fields])
    except UnicodeDecodeError:
        return tuple((_text(name), _text(value)) for name, value in fields)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
