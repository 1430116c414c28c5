"""Pages a second and processor time a page: Standpoint's client beside a bare loop of the same library, and peers.

    python benchmarks/fetching.py [--pages 3000] [--at-once 50] [--rounds 3] [--peers-python PYTHON]

A server in a process of its own serves 200 gzip pages (30 KB each, about 6 KB on the wire) from loopback with
keep-alive; each client, in a process of its own, asks for every page by an address of its own. Politeness is off for
all: no robots.txt waits, no interval, nothing written to disk. Processor time is the client process's, user and system,
from its first request to its last (imports and set-up not counted). The rounds alternate, the medians are printed.

``--peers-python`` is an interpreter with ``news-please`` and ``fundus`` installed, never the project's own. They are
driven as they themselves fetch: news-please through ``SimpleCrawler.fetch_urls``, which ``NewsPlease.from_urls``
downloads with, as many addresses at a time as the others have (it starts a thread for each); fundus through the session
of its ``session_handler`` and the call that its scraper makes, ``get_with_interrupt``, in threads, its delay and its
robots.txt left out. Neither parses.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

PAGES, PAGE_BYTES = 200, 30_000
_HERE = Path(__file__).resolve()


def pages() -> list[bytes]:
    """Pages of running text, the same at every call: about 6 KB each once packed."""
    dice = random.Random(7)
    words = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(2, 9))) for _ in range(160)]
    made = []
    for n in range(PAGES):
        text, size = [f"<html><head><title>Page {n}</title></head><body>"], 0
        while size < PAGE_BYTES:
            line = f"<p class='story-body__text'>{' '.join(dice.choices(words, k=12))} {words[n % 7] * 3}.</p>\n" * 2
            text.append(line)
            size += len(line)
        made.append("".join(text).encode()[: PAGE_BYTES - 14] + b"</body></html>")
    return made


class _Answering(asyncio.Protocol):
    """HTTP/1.1 as far as a benchmark needs it, so that the server costs little beside the clients."""

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        while (end := self._head.find(b"\r\n\r\n")) >= 0:
            path, self._head = self._head.split(b" ", 2)[1], self._head[end + 4 :]
            if path.startswith(b"/robots.txt") or path.startswith(b"/.well-known"):
                self._transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                self._transport.write(self._answers[int(path.rpartition(b"/")[2]) % PAGES])


async def serve() -> None:
    """Serve until the parent closes the pipe; prints the port first."""
    answers = []
    for page in pages():
        body = gzip.compress(page, 6)
        lines = (
            "HTTP/1.1 200 OK",
            "Server: bench",
            "Date: Sun, 22 Nov 2026 12:00:00 GMT",
            "Content-Type: text/html; charset=utf-8",
            "Last-Modified: Sun, 22 Nov 2026 11:00:00 GMT",
            'ETag: "5f-abc"',
            "Vary: Accept-Encoding",
            "Cache-Control: max-age=60",
            "Content-Encoding: gzip",
            f"Content-Length: {len(body)}",
        )
        head = "\r\n".join(lines) + "\r\n\r\n"
        answers.append(head.encode() + body)
    server = await asyncio.get_running_loop().create_server(lambda: _Answering(answers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


# ------------------------------------------------------------------------------------------------ the clients


def _spent(started: tuple[float, float], got: int) -> dict[str, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s, wall_s = used.ru_utime + used.ru_stime - started[0], time.perf_counter() - started[1]
    return {"bytes": got, "cpu_s": cpu_s, "wall_s": wall_s}


def _now() -> tuple[float, float]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, time.perf_counter()


def timed(work: Callable[[], int]) -> dict[str, float]:
    started = _now()
    return _spent(started, work())


async def timed_async(work: Callable[[], Awaitable[int]]) -> dict[str, float]:
    started = _now()
    return _spent(started, await work())


async def _at_once(fetch: Callable[[str], Awaitable[int]], urls: list[str], at_once: int) -> int:
    todo = iter(urls)

    async def work() -> int:
        return sum([await fetch(url) for url in todo])

    return sum(await asyncio.gather(*(work() for _ in range(at_once))))


async def bare(urls: list[str], at_once: int) -> dict[str, float]:
    """aiohttp as its manual shows it: body read and unpacked."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def fetch(url: str) -> int:
            async with session.get(url) as answer:
                return len(await answer.read())

        await fetch(urls[0])
        return await timed_async(lambda: _at_once(fetch, urls, at_once))


async def ours(urls: list[str], at_once: int) -> dict[str, float]:
    """Every check in force: robots.txt, address guard, host gate, limits; only the interval is 0."""
    from pipeline.clock import utc_now
    from pipeline.http.client import Client
    from pipeline.http.gate import LocalGate
    from pipeline.http.robots import MemoryRobots
    from pipeline.settings import Settings

    settings = Settings(allow_networks="127.0.0.0/8", allow_ports="*", host_interval_s=0, max_connections=at_once)
    async with Client(settings, gate=LocalGate(settings), robots=MemoryRobots(), clock=utc_now) as client:

        async def fetch(url: str) -> int:
            return len((await client.get(url, accept="text/html", max_bytes=settings.max_page_bytes)).body)

        await fetch(urls[0])
        return await timed_async(lambda: _at_once(fetch, urls, at_once))


def newsplease(urls: list[str], at_once: int) -> dict[str, float]:
    """news-please's downloader, its threads."""
    from newsplease.crawler.simple_crawler import SimpleCrawler

    def fetch_all() -> int:
        parts = (urls[at : at + at_once] for at in range(0, len(urls), at_once))
        return sum(len(page.encode()) for part in parts for page in SimpleCrawler.fetch_urls(part).values() if page)

    SimpleCrawler.fetch_url(urls[0])
    return timed(fetch_all)


def fundus(urls: list[str], at_once: int) -> dict[str, float]:
    """fundus's session, the call that its scraper makes for an article."""
    from concurrent.futures import ThreadPoolExecutor

    from fundus.scraping.session import session_handler

    with session_handler.context():

        def fetch(url: str) -> int:
            return len(session_handler.get_session().get_with_interrupt(url).content)

        with ThreadPoolExecutor(at_once) as pool:
            sum(pool.map(fetch, urls[:at_once]))
            return timed(lambda: sum(pool.map(fetch, urls)))


CLIENTS: dict[str, Callable[[list[str], int], object]] = {
    "bare aiohttp": bare,
    "standpoint": ours,
    "news-please": newsplease,
    "fundus": fundus,
}
PEERS = ("news-please", "fundus")


def run_client(name: str, port: int, number: int, at_once: int) -> dict[str, float]:
    """Fetch with one client in this process."""
    urls = [f"http://127.0.0.1:{port}/news/2026/11/22/{n}" for n in range(number)]
    work = CLIENTS[name](urls, at_once)
    return asyncio.run(work) if asyncio.iscoroutine(work) else work  # type: ignore[arg-type, return-value]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers-python", default="", help="interpreter that has news-please and fundus")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--client", choices=sorted(CLIENTS), help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        asyncio.run(serve())
        return
    if args.client:
        print(json.dumps(run_client(args.client, args.port, args.pages, args.at_once)))
        return

    server = subprocess.Popen(
        [sys.executable, str(_HERE), "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    assert server.stdin is not None
    port = server.stdout.readline().strip()
    measured: dict[str, list[dict[str, float]]] = {}
    try:
        for _ in range(args.rounds):
            for name in CLIENTS:
                python = args.peers_python if name in PEERS else sys.executable
                if not python:
                    continue
                command = [python, str(_HERE), "--client", name, "--port", port, "--pages", str(args.pages)]
                environment = dict(os.environ, PYTHONPATH="" if name in PEERS else str(_HERE.parent.parent))
                done = subprocess.run(
                    [*command, "--at-once", str(args.at_once)], capture_output=True, text=True, env=environment
                )
                if done.returncode:
                    print(f"{name}: failed\n{done.stderr[-2000:]}")
                    continue
                measured.setdefault(name, []).append(json.loads(done.stdout.splitlines()[-1]))
    finally:
        server.stdin.close()
        server.wait(10)

    expected = sum(len(page) for page in pages()) * args.pages // PAGES
    print(
        f"{args.pages} pages of {PAGE_BYTES // 1000} KB, gzip, {args.at_once} at once; medians of {args.rounds} rounds"
    )
    print(f"{'client':<16}{'pages/s':>10}{'CPU us/page':>14}{'rate to bare':>14}{'CPU to bare':>13}  bodies")
    middle = {
        name: {key: statistics.median(one[key] for one in runs) for key in ("wall_s", "cpu_s", "bytes")}
        for name, runs in measured.items()
    }
    base = middle["bare aiohttp"]
    for name, one in middle.items():
        print(
            f"{name:<16}{args.pages / one['wall_s']:>10,.0f}{one['cpu_s'] / args.pages * 1e6:>14,.0f}"
            f"{base['wall_s'] / one['wall_s']:>14.2f}{one['cpu_s'] / base['cpu_s']:>13.2f}"
            f"  {'all' if one['bytes'] == expected else format(one['bytes'] / expected, '.0%')}"
        )
    if not args.peers_python:
        print("news-please and fundus were not measured: name an interpreter that has them with --peers-python")


if __name__ == "__main__":
    main()
