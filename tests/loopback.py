"""A web of the tests' own on loopback: scripted answers, raw bytes for what no proper server sends."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from pipeline.clock import utc_now
from pipeline.http.client import Client
from pipeline.http.gate import HostGate, LocalGate
from pipeline.http.robots import MemoryRobots
from pipeline.settings import Settings

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: What the client asks of a host before anything else.
OF_EVERY_HOST = ("/robots.txt", "/.well-known/tdmrep.json")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def open_settings(**changes: object) -> Settings:
    """Settings that open loopback and are in no hurry to be polite."""
    defaults: dict[str, object] = {
        "allow_networks": "127.0.0.0/8",
        "allow_ports": "*",
        "host_interval_s": 0,
        "host_wait_s": 1.0,
        "request_timeout_s": 5.0,
        "connect_timeout_s": 2.0,
    }
    return Settings(**(defaults | changes))


def client_for(settings: Settings, *, gate: HostGate | None = None, **parts: object) -> Client:
    """A client with a gate and robots of its own."""
    clock = parts.pop("clock", utc_now)
    robots = parts.pop("robots", None) or MemoryRobots()
    return Client(settings, gate=gate or LocalGate(settings, clock), robots=robots, clock=clock, **parts)


@dataclass
class Site:
    """A running site: its port, and host and path of what was asked, in order."""

    port: int
    asked: list[str] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "site") -> str:
        return f"http://{host}.localhost:{self.port}{path}"

    def paths(self) -> list[str]:
        """Paths asked for, what is asked of every host apart."""
        return [path for line in self.asked if (path := line.partition(" ")[2]) not in OF_EVERY_HOST]


@asynccontextmanager
async def site(pages: dict[str, object], *, robots: object = None) -> AsyncIterator[Site]:
    """Serve pages by path: a handler, a ready status, or bytes of HTML. ``robots`` likewise; 404 by default."""
    running = Site(port=0)

    async def answer(request: web.Request) -> web.StreamResponse:
        running.asked.append(f"{request.host.partition(':')[0]} {request.path_qs}")
        page = robots if request.path == "/robots.txt" else pages.get(request.path_qs, pages.get(request.path))
        if page is None:
            return web.Response(status=404)
        if isinstance(page, int):
            return web.Response(status=page)
        if isinstance(page, bytes):
            kind = "text/plain" if request.path == "/robots.txt" else "text/html"
            return web.Response(body=page, content_type=kind)
        return await page(request)

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    running.port = runner.addresses[0][1]
    try:
        yield running
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_site(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[Site]:
    """Serve raw bytes: what no proper server sends. What is asked of every host is answered with 404."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(tuple(f"GET {path}".encode() for path in OF_EVERY_HOST)):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
            else:
                await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Site(port=server.sockets[0].getsockname()[1])


class ScriptedResolver(AbstractResolver):
    """Answers each name with the addresses scripted for it, one a question, the last for ever."""

    def __init__(self, answers: dict[str, list[str]]) -> None:
        self._answers = {name: list(addresses) for name, addresses in answers.items()}
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        self.asked.append(host)
        addresses = self._answers.get(host)
        if not addresses:
            raise OSError(f"name {host!r} is not known")
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        pass
