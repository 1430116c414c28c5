"""A hostile server against the client: every fault ends as its Reason, in time, and in bounded memory."""

import asyncio
import contextlib
import gzip
import json
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import pytest

from pipeline.http.client import HttpRefused
from pipeline.records import Reason
from pipeline.settings import PROJECT
from tests.loopback import ScriptedResolver, client_for, open_settings, raw_site

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LIMIT_S = 3.0
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def sends(*parts: bytes) -> Answer:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return answer


def drips(head: bytes) -> Answer:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    return answer


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Half of a body, then a reset (RST) in place of an end."""
    writer.write(OK + b"Content-Length: 100000\r\n\r\n" + b"x" * 50_000)
    await writer.drain()
    await asyncio.sleep(0.02)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def redirects_for_ever(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()


def nested(times: int) -> bytes:
    body = b"<p>inside</p>"
    for _ in range(times):
        body = gzip.compress(body)
    head = f"Content-Encoding: {', '.join(['gzip'] * times)}\r\nContent-Length: {len(body)}\r\n\r\n"
    return OK + head.encode() + body


def many_headers(number: int) -> list[bytes]:
    return [b"".join(b"X-%d: y\r\n" % n for n in range(at, at + 1000)) for at in range(0, number, 1000)]


FAULTS: dict[str, tuple[Answer, Reason]] = {
    "slow drip of a body": (drips(OK + b"Content-Length: 100000\r\n\r\n"), Reason.HANG),
    "slow drip of a header": (drips(b"HTTP/1.1 200 OK\r\nX-Slow: "), Reason.HANG),
    "silence": (lambda reader, writer: asyncio.sleep(60), Reason.HANG),
    "endless body": (sends(OK + b"\r\n", *[b"x" * 100_000] * 100), Reason.TOO_LARGE),
    "endless chunks": (sends(OK + CHUNKED, *[b"c350\r\n" + b"x" * 50_000 + b"\r\n"] * 100), Reason.TOO_LARGE),
    "endless line of a chunk": (drips(OK + CHUNKED + b"1;"), Reason.HANG),
    "a length that is a lie": (sends(OK + b"Content-Length: 99999999999\r\n\r\nshort"), Reason.TOO_LARGE),
    "a body shorter than its length": (sends(OK + b"Content-Length: 5000\r\n\r\nshort"), Reason.NETWORK),
    "two lengths": (sends(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nshort!"), Reason.NETWORK),
    "five encodings": (sends(nested(5)), Reason.BAD_ENCODING),
    "three encodings": (sends(nested(3)), Reason.BAD_ENCODING),
    "header of 5 MB": (sends(OK + b"X: ", *[b"y" * 100_000] * 50, b"\r\n\r\n"), Reason.TOO_LARGE),
    "100,000 headers": (sends(OK, *many_headers(100_000), b"\r\n"), Reason.TOO_LARGE),
    "reset in the body": (resets, Reason.NETWORK),
    "hung up without a word": (sends(), Reason.NETWORK),
    "redirect loop": (redirects_for_ever, Reason.REDIRECTS),
    "not HTTP": (sends(b"220 mail.example ESMTP\r\n\r\n"), Reason.NETWORK),
    "redirect to the metadata service": (
        sends(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n"),
        Reason.BLOCKED_ADDRESS,
    ),
    "redirect to a name that is private": (
        sends(b"HTTP/1.1 301 Moved\r\nLocation: http://inner.example/\r\nContent-Length: 0\r\n\r\n"),
        Reason.BLOCKED_ADDRESS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_as_its_reason_and_in_time(fault: str) -> None:
    answer, reason = FAULTS[fault]

    async def go() -> tuple[HttpRefused, float]:
        settings = open_settings(request_timeout_s=LIMIT_S if reason is not Reason.HANG else 0.5)
        resolver = ScriptedResolver({"inner.example": ["10.0.0.1"]})
        async with raw_site(answer) as web_, client_for(settings, resolver=resolver) as client:
            started = time.monotonic()
            async with asyncio.timeout(5 * LIMIT_S):  # a client without limits would wait for ever
                with pytest.raises(HttpRefused) as caught:
                    await client.get(web_.url("/a"), accept="*/*", max_bytes=200_000)
            return caught.value, time.monotonic() - started

    error, took_s = asyncio.run(go())
    assert error.reason is reason, error.detail
    assert took_s < 2 * LIMIT_S


def test_the_other_hosts_do_not_wait_for_the_one_that_hangs() -> None:
    async def go() -> float:
        settings = open_settings(request_timeout_s=20)
        quick = sends(OK + b"Content-Length: 2\r\n\r\nok")
        hangs = FAULTS["silence"][0]
        async with raw_site(hangs) as slow, raw_site(quick) as fast, client_for(settings) as client:
            stuck = asyncio.create_task(client.get(slow.url("/a"), accept="*/*", max_bytes=1000))
            started = time.monotonic()
            await client.get(fast.url("/a"), accept="*/*", max_bytes=1000)
            took_s = time.monotonic() - started
            stuck.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await stuck
            return took_s

    assert asyncio.run(go()) < 5


def test_a_name_that_is_not_known_and_a_door_that_is_closed() -> None:
    async def go() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # nobody listens there
            port = taken.getsockname()[1]
            async with client_for(open_settings(), resolver=ScriptedResolver({})) as client:
                for url in ("http://nowhere.example/", f"http://site.localhost:{port}/"):
                    with pytest.raises(HttpRefused) as caught:
                        await client.get(url, accept="*/*", max_bytes=1000)
                    assert caught.value.reason is Reason.NETWORK

    asyncio.run(go())


_MEASURE = """
import asyncio, gc, json, resource
from tests.faults.test_http import BOMBS, run_bomb
gc.collect()
before = resource.getrusage(resource.RUSAGE_SELF)
reasons = {kind: asyncio.run(run_bomb(kind)) for kind in BOMBS}
after = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([reasons, after.ru_maxrss - before.ru_maxrss, after.ru_utime - before.ru_utime]))
"""
MAX_BYTES = 4 * 1024 * 1024
BOMBS = {
    "gzip, 1 GB": Reason.TOO_LARGE,
    "gzip in gzip": Reason.TOO_LARGE,
    "many small members": Reason.BAD_ENCODING,
    "without end": Reason.TOO_LARGE,
}


def bomb(kind: str) -> tuple[bytes, list[bytes]]:
    """Header and pieces of a body. Packed, none is larger than what a page may be."""
    if kind == "without end":
        return OK + b"\r\n", [b"\0" * 1_000_000] * 64
    if kind == "many small members":
        body = gzip.compress(b"", mtime=0) * 100_000
    else:
        step = gzip.compress(b"\0" * 10_000_000, mtime=0)
        body = step * 100
        if kind == "gzip in gzip":
            body = gzip.compress(body, mtime=0)
    encoding = "gzip, gzip" if kind == "gzip in gzip" else "gzip"
    return OK + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode(), [body]


async def run_bomb(kind: str) -> str:
    head, pieces = bomb(kind)
    async with raw_site(sends(head, *pieces)) as web_, client_for(open_settings(request_timeout_s=20)) as client:
        try:
            await client.get(web_.url("/a"), accept="*/*", max_bytes=MAX_BYTES)
        except HttpRefused as error:
            return error.reason.value
        return ""


def test_no_bomb_goes_off() -> None:
    done = subprocess.run([sys.executable, "-c", _MEASURE], capture_output=True, text=True, timeout=100, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    reasons, grown_kb, cpu_s = json.loads(done.stdout)
    assert reasons == BOMBS
    # A page's limit several times over: as it came, packed, unpacked, joined; and the server, which is in there, too.
    assert grown_kb < 60 * 1024
    assert cpu_s < 20
