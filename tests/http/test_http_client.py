import asyncio
import gzip
import itertools
import ssl
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline.clock import utc_now
from pipeline.http.client import Client, HostBusy, HttpRefused, Response, wire_url
from pipeline.http.gate import LocalGate
from pipeline.http.optout import opts_out
from pipeline.http.robots import MemoryRobots
from pipeline.records import Reason, StoredRobots
from tests.loopback import NOON, OF_EVERY_HOST, ScriptedResolver, client_for, open_settings, raw_site, site

PAGE = b"<html><p>A page.</p></html>"


def redirect(to: str, status: int = 302) -> Callable[[web.Request], object]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": to})

    return answer


def answer_with(body: bytes = PAGE, status: int = 200, **headers: str) -> Callable[[web.Request], object]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


async def get(client: Client, url: str, max_bytes: int = 100_000, **more: object) -> Response:
    return await client.get(url, accept="text/html", max_bytes=max_bytes, **more)


async def refused(client: Client, url: str, max_bytes: int = 100_000) -> HttpRefused:
    with pytest.raises(HttpRefused) as caught:
        await get(client, url, max_bytes)
    return caught.value


def test_an_answer_and_its_exchange() -> None:
    async def go() -> None:
        packed = gzip.compress(PAGE)
        page = answer_with(packed, Content_Encoding="gzip", ETag='"1"', X_Robots_Tag="noai")
        async with site({"/a": page}) as web_, client_for(open_settings(contact="w@e.org")) as client:
            answer = await get(client, web_.url("/a?utm_source=x"), etag='"0"', last_modified="yesterday")
        assert (answer.status, answer.body, answer.headers["etag"]) == (200, PAGE, '"1"')
        assert answer.exchange.body == packed
        assert answer.exchange.ip == "127.0.0.1"
        assert answer.exchange.http_version == "1.1"
        assert ("X-Robots-Tag", "noai") in answer.exchange.response_headers
        sent = dict(answer.exchange.request_headers)
        assert sent["User-Agent"].startswith("Standpoint/")
        assert (sent["From"], sent["Accept"], sent["If-None-Match"]) == ("w@e.org", "text/html", '"0"')
        assert (sent["If-Modified-Since"], sent["Accept-Encoding"]) == ("yesterday", "gzip, deflate")
        assert answer.exchange.url.endswith("/a?utm_source=x")  # what is asked for is the address as listed
        assert answer.fetched_at.tzinfo is not None
        assert not answer.redirects
        assert not answer.permanent

    asyncio.run(go())


def test_statuses_come_back_and_304_is_told() -> None:
    async def go() -> None:
        async with site({"/gone": 410, "/same": 304, "/ill": 500}) as web_, client_for(open_settings()) as client:
            for path, status in (("/gone", 410), ("/same", 304), ("/ill", 500), ("/nowhere", 404)):
                answer = await get(client, web_.url(path))
                assert (answer.status, answer.not_modified) == (status, status == 304)

    asyncio.run(go())


def test_redirects_are_followed_one_by_one_and_relative_ones_resolved() -> None:
    async def go() -> None:
        pages = {"/a": redirect("b/c?d", 301), "/b/c?d": redirect("//other.localhost:{port}/e", 308), "/e": PAGE}
        async with site(pages) as web_, client_for(open_settings()) as client:
            pages["/b/c?d"] = redirect(f"//other.localhost:{web_.port}/e", 308)
            answer = await get(client, web_.url("/a"))
            assert answer.url == web_.url("/a")
            assert answer.final_url == web_.url("/e", "other")
            assert answer.redirects == ((301, web_.url("/a")), (308, web_.url("/b/c?d")))
            assert answer.permanent
            pages["/b/c?d"] = redirect("/e", 302)
            assert not (await get(client, web_.url("/a"))).permanent

    asyncio.run(go())


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/a", Reason.REDIRECTS),
        ("/more/", Reason.REDIRECTS),
        ("file:///etc/hostname", Reason.BAD_URL),
        ("gopher://site.localhost/", Reason.BAD_URL),
        ("http://[::1/", Reason.BAD_URL),
        ("http://169.254.169.254/latest/meta-data", Reason.BLOCKED_ADDRESS),
        ("http://10.0.0.1/", Reason.BLOCKED_ADDRESS),
        ("http://[::ffff:a00:1]/", Reason.BLOCKED_ADDRESS),
        ("http://2130706433/", Reason.BAD_URL),
        ("http://inner.example/", Reason.BLOCKED_ADDRESS),
    ],
)
def test_redirects_that_are_not_followed(location: str, reason: Reason) -> None:
    async def more(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.path_qs + "x"})

    async def go() -> None:
        pages = {"/a": redirect(location)} | {"/more/" + "x" * n: more for n in range(20)}
        resolver = ScriptedResolver({"inner.example": ["192.168.0.10"]})
        async with site(pages) as web_, client_for(open_settings(), resolver=resolver) as client:
            error = await refused(client, web_.url("/a"))
            assert error.reason is reason
            if reason is Reason.REDIRECTS:
                assert error.exchange is not None
                assert error.status == 302
                assert len(web_.paths()) <= 6

    asyncio.run(go())


def test_loopback_is_refused_unless_opened() -> None:
    async def go() -> None:
        async with site({"/a": PAGE}) as web_:
            for host in ("site.localhost", "127.0.0.1", "localhost"):
                async with client_for(open_settings(allow_networks="")) as client:
                    error = await refused(client, f"http://{host}:{web_.port}/a")
                    assert error.reason is Reason.BLOCKED_ADDRESS
            async with client_for(open_settings(allow_ports="80,443")) as client:
                assert (await refused(client, web_.url("/a"))).reason is Reason.BLOCKED_ADDRESS
            assert web_.asked == []

    asyncio.run(go())


def test_a_name_that_is_rebound_to_a_private_address_is_refused_when_connecting() -> None:
    async def go() -> None:
        # The first look-up (for robots.txt) leads to the opened loopback, the next to what must not be reached.
        resolver = ScriptedResolver({"rebound.example": ["127.0.0.1", "10.0.0.7"]})
        close = answer_with(b"", 404, Connection="close")
        async with site({"/a": PAGE}, robots=close) as web_, client_for(open_settings(), resolver=resolver) as client:
            error = await refused(client, f"http://rebound.example:{web_.port}/a")
        assert error.reason is Reason.BLOCKED_ADDRESS
        assert resolver.asked == ["rebound.example"] * 3  # for tdmrep.json, for the page; neither was connected to
        assert web_.paths() == []

    asyncio.run(go())


def test_robots_are_asked_once_and_obeyed_on_every_hop() -> None:
    async def go() -> None:
        pages = {"/a": redirect("/private/b"), "/private/b": PAGE, "/c": PAGE}
        async with site(pages, robots=b"User-agent: *\nDisallow: /private") as web_:
            store = MemoryRobots()
            async with client_for(open_settings(), robots=store) as client:
                assert (await refused(client, web_.url("/private/b"))).reason is Reason.ROBOTS
                assert (await refused(client, web_.url("/a"))).reason is Reason.ROBOTS
                assert (await get(client, web_.url("/c"))).status == 200
                answers = await asyncio.gather(*(get(client, web_.url("/c")) for _ in range(5)))
                assert len(answers) == 5
                assert (await get(client, web_.url("/private/b"), check_robots=False)).status == 200
            async with client_for(open_settings(), robots=store) as client:
                assert (await refused(client, web_.url("/private/x"))).reason is Reason.ROBOTS
            assert sum("/robots.txt" in line for line in web_.asked) == 1
            assert "/private/x" not in web_.paths()

    asyncio.run(go())


@pytest.mark.parametrize(("status", "reason"), [(403, None), (500, Reason.SERVER_ERROR), (404, None)])
def test_a_host_whose_robots_cannot_be_reached_is_left_alone(status: int, reason: Reason | None) -> None:
    async def go() -> None:
        async with site({"/a": PAGE}, robots=status) as web_, client_for(open_settings()) as client:
            if reason is None:
                assert (await get(client, web_.url("/a"))).status == 200
                return
            error = await refused(client, web_.url("/a"))
            assert error.reason is reason
            assert error.retry_after is not None
            assert web_.paths() == []

    asyncio.run(go())


def test_known_rules_stay_in_force_while_robots_cannot_be_reached() -> None:
    async def go() -> None:
        async with site({"/a": PAGE, "/b": PAGE}, robots=503) as web_:
            store = MemoryRobots()
            body = b"User-agent: *\nDisallow: /b"
            old = NOON - timedelta(days=2)
            origin = f"http://site.localhost:{web_.port}"
            await store.put(StoredRobots(host=origin, fetched_at=old, expires_at=old, status=200, body=body))
            async with client_for(open_settings(), robots=store) as client:
                assert (await get(client, web_.url("/a"))).status == 200
                assert (await refused(client, web_.url("/b"))).reason is Reason.ROBOTS

    asyncio.run(go())


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class RecordingGate(LocalGate):
    """Remembers the turns it gave."""

    turns: list[datetime]

    async def turn(self, host: str, interval_s: float, *, by: datetime | None = None) -> datetime:
        slot = await super().turn(host, interval_s, by=by)
        self.turns = [*getattr(self, "turns", []), slot]
        return slot


def test_crawl_delay_and_interval_space_all_requests_to_a_host() -> None:
    async def go() -> None:
        arrived: list[datetime] = []

        async def page(_: web.Request) -> web.Response:
            arrived.append(utc_now())
            return web.Response(body=PAGE)

        robots = answer_with(b"User-agent: *\nCrawl-delay: 0.3")
        settings = open_settings(host_interval_s=0.1, host_wait_s=5)
        gate = RecordingGate(settings)
        async with site({"/a": page}, robots=robots) as web_, client_for(settings, gate=gate) as client:
            await asyncio.gather(*(get(client, web_.url("/a")) for _ in range(3)))
        own, pages = gate.turns[:2], gate.turns[2:]  # robots.txt and tdmrep.json come first
        assert own[1] - own[0] >= timedelta(seconds=0.1)
        assert all(later - earlier >= timedelta(seconds=0.3) for earlier, later in itertools.pairwise(pages))
        assert all(at >= slot for at, slot in zip(arrived, pages, strict=True))

    asyncio.run(go())


def test_429_and_503_hold_the_host() -> None:
    async def go() -> None:
        pages = {"/a": answer_with(status=429, Retry_After="600"), "/b": answer_with(status=503), "/c": PAGE}
        async with site(pages) as web_:
            settings = open_settings()
            gate = LocalGate(settings)
            async with client_for(settings, gate=gate) as client:
                assert (await get(client, web_.url("/b"))).retry_after is None
                answer = await get(client, web_.url("/a"))
                assert answer.status == 429
                assert answer.retry_after is not None
                with pytest.raises(HostBusy) as caught:
                    await get(client, web_.url("/c"))
                assert timedelta(minutes=9) < caught.value.not_before - answer.fetched_at <= timedelta(minutes=10)
                assert (await get(client, web_.url("/c", "other"))).status == 200
            assert web_.paths() == ["/b", "/a", "/c"]

    asyncio.run(go())


def test_slow_drip_ends_at_the_total_limit() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def go() -> None:
        async with raw_site(drip) as web_, client_for(open_settings(request_timeout_s=0.6)) as client:
            started = time.monotonic()
            error = await refused(client, web_.url("/a"))
            assert error.reason is Reason.HANG
            assert time.monotonic() - started < 2

    asyncio.run(go())


def test_the_total_limit_counts_over_redirects() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.3)
        return web.Response(status=302, headers={"Location": request.path + "x"})

    async def go() -> None:
        pages = {"/" + "x" * n: slow for n in range(1, 9)}
        async with site(pages) as web_, client_for(open_settings(request_timeout_s=0.7)) as client:
            assert (await refused(client, web_.url("/x"))).reason is Reason.HANG

    asyncio.run(go())


async def _bomb(_: web.Request) -> web.Response:
    return web.Response(body=gzip.compress(b"\0" * 5_000_000), headers={"Content-Encoding": "gzip"})


async def _endless(request: web.Request) -> web.StreamResponse:
    stream = web.StreamResponse()
    await stream.prepare(request)
    for _ in range(1000):
        await stream.write(b"x" * 10_000)
    return stream


@pytest.mark.parametrize(
    ("page", "reason", "kept"),
    [
        (_bomb, Reason.TOO_LARGE, True),
        (_endless, Reason.TOO_LARGE, False),
        (answer_with(b"x" * 100_001), Reason.TOO_LARGE, False),
        (answer_with(b"no gzip", Content_Encoding="gzip"), Reason.BAD_ENCODING, True),
        (answer_with(b"x", Content_Encoding="br"), Reason.BAD_ENCODING, True),
        (answer_with(b"x", Content_Encoding=", ".join(["gzip"] * 50)), Reason.BAD_ENCODING, True),
    ],
)
def test_bodies_that_are_refused(page: object, reason: Reason, kept: bool) -> None:
    async def go() -> None:
        async with site({"/a": page}) as web_, client_for(open_settings()) as client:
            error = await refused(client, web_.url("/a"))
        assert error.reason is reason
        assert error.status == 200
        assert (error.exchange is not None) is kept

    asyncio.run(go())


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (OK + b"Content-Length: 100\r\n\r\nonly this", Reason.NETWORK),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", Reason.NETWORK),
        (b"", Reason.NETWORK),
        (b"\x00\x01\x02 nonsense\r\n\r\n", Reason.NETWORK),
        (OK + b"".join(b"X-%d: y\r\n" % n for n in range(50_000)) + b"\r\n", Reason.TOO_LARGE),
        (OK + b"X: " + b"y" * 5_000_000 + b"\r\n\r\n", Reason.TOO_LARGE),
    ],
    ids=["cut off", "bad chunk", "nothing", "nonsense", "many headers", "long header"],
)
def test_answers_that_are_none(sent: bytes, reason: Reason) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()

    async def go() -> None:
        async with raw_site(serve) as web_, client_for(open_settings()) as client:
            error = await refused(client, web_.url("/a"))
        assert error.reason is reason, error.detail
        assert error.exchange is None

    asyncio.run(go())


def test_no_such_name_no_listener_and_no_address() -> None:
    async def go() -> None:
        async with site({}) as web_:
            port = web_.port
        async with client_for(open_settings(), resolver=ScriptedResolver({})) as client:
            error = await refused(client, "http://nowhere.example/")
            assert error.reason is Reason.NETWORK
            assert (await refused(client, f"http://site.localhost:{port}/")).reason is Reason.NETWORK
            for url in ("ftp://e.org/", "e.org/a", "http://", "http://e.org:x/", "http://127.1/"):
                assert (await refused(client, url)).reason is Reason.BAD_URL

    asyncio.run(go())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1.", "user:pw@127.0.0.1", "public.example@127.0.0.1", "0x7f.1", "0x7f000001",
        "2130706433",
        "017700000001", "127.1", "[::ffff:7f00:1]", "[::ffff:127.0.0.1]", "[::1]", "１２７.０.０.１", "①27.0.0.1",
        "127。0。0。1", "localhost", "localhost.", "LOCALHOST", "site.localhost", "ｌocalhost", "169.254.169.254",
        "[fd00:ec2::254]", "0", "0.0.0.0", "[::]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "127.0.0.1%00.public.example",
        "public.example\\@127.0.0.1", "rebound.example",
    ],
)  # fmt: skip
def test_no_notation_leads_to_what_is_not_public(host: str) -> None:
    async def go() -> None:
        resolver = ScriptedResolver({"rebound.example": ["127.0.0.1"], "public.example": ["127.0.0.1"]})
        async with site({"/a": PAGE}) as web_:
            closed = open_settings(allow_networks="")
            async with client_for(closed, resolver=resolver) as client:
                error = await refused(client, f"http://{host}:{web_.port}/a")
                assert error.reason in {Reason.BLOCKED_ADDRESS, Reason.BAD_URL}
            assert web_.asked == []

    asyncio.run(go())


def _certificate(name: str, key: Path, cert: Path, *, until: datetime) -> None:
    """Write a key and the certificate of a name that it signed itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    names = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(names, names, private.public_key(), x509.random_serial_number())
        .not_valid_before(until - timedelta(days=365))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(private, hashes.SHA256())
    )
    secret = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, *secret))
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))


@pytest.mark.parametrize("fault", ["self-signed", "expired", "another's"])
def test_a_certificate_that_is_not_trusted(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "other.localhost" if fault == "another's" else "site.localhost"
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    _certificate(name, key, cert, until=utc_now() - timedelta(days=1 if fault == "expired" else -300))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    if fault != "self-signed":  # whoever made it is trusted: only date or name is wrong
        trusting = ssl.create_default_context(cafile=str(cert))
        monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting)

    async def go() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
        async with server, client_for(open_settings()) as client:
            port = server.sockets[0].getsockname()[1]
            error = await refused(client, f"https://site.localhost:{port}/")
            assert error.reason is Reason.TLS
            told = {"self-signed": "self-signed", "expired": "expired", "another's": "not valid for"}[fault]
            assert told in error.detail

    asyncio.run(go())


def test_connections_at_once_are_bounded_and_waiting_for_one_is_no_hang() -> None:
    async def go() -> None:
        under_way = most = 0

        async def page(_: web.Request) -> web.Response:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.2)
            under_way -= 1
            return web.Response(body=PAGE)

        settings = open_settings(max_connections=2, request_timeout_s=0.5)
        async with site({"/a": page}) as web_, client_for(settings) as client:
            answers = await asyncio.gather(*(get(client, web_.url("/a")) for _ in range(8)))
        assert [answer.status for answer in answers] == [200] * 8
        assert most == 2

    asyncio.run(go())


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://e.org", "http://e.org/"),
        ("HTTP://user:pw@E.org:80/a b#c", "http://e.org/a%20b"),
        ("https://bücher.example/ü?ü=ß&x=%zz", "https://xn--bcher-kva.example/%C3%BC?%C3%BC=%C3%9F&x=%zz"),
        ("http://e.org/%7Ea/%2f/../b?utm_source=x", "http://e.org/%7Ea/%2f/../b?utm_source=x"),
    ],
)
def test_an_address_is_sent_as_listed(url: str, sent: str) -> None:
    assert str(wire_url(url)) == sent


def test_sitemaps_of_a_host() -> None:
    async def go() -> None:
        async with site({}, robots=b"Sitemap: http://e.org/s.xml") as web_, client_for(open_settings()) as client:
            assert await client.sitemaps(web_.url("/")) == ("http://e.org/s.xml",)

    asyncio.run(go())


def test_what_header_host_and_robots_say_about_learning_machines_is_told() -> None:
    async def rules(_: web.Request) -> web.Response:
        return web.json_response([{"location": "/a", "tdm-reservation": 1}, {"location": "/b", "tdm-reservation": 0}])

    async def go() -> None:
        robots = b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nContent-Signal: ai-train=no\n"
        pages = {
            "/a": answer_with(X_Robots_Tag="noai"),
            "/b": PAGE,
            "/.well-known/tdmrep.json": rules,
        }
        async with site(pages, robots=robots) as web_, client_for(open_settings()) as client:
            first, second = await get(client, web_.url("/a")), await get(client, web_.url("/b"))
        host = ("robots.txt content-signal: ai-train=no", "robots.txt shuts out: CCBot, GPTBot")
        assert first.opt_out == ("x-robots-tag: noai", "tdmrep.json tdm-reservation: 1", *host)
        assert second.opt_out == ("tdmrep.json tdm-reservation: 0", *host)
        assert opts_out(first.opt_out)
        assert not opts_out(second.opt_out)
        assert [path for line in web_.asked if (path := line.partition(" ")[2]) in OF_EVERY_HOST] == [*OF_EVERY_HOST]

    asyncio.run(go())


@pytest.mark.parametrize("answer", [500, 403, b"<html>soft 404</html>", b"[" * 300_000])
def test_a_host_whose_reservations_cannot_be_read_reserves_nothing(answer: object) -> None:
    async def go() -> None:
        pages = {"/a": PAGE, "/.well-known/tdmrep.json": answer}
        async with site(pages) as web_, client_for(open_settings()) as client:
            assert (await get(client, web_.url("/a"))).opt_out == ()

    asyncio.run(go())


def test_a_host_that_shuts_us_out_is_not_asked_what_it_reserves() -> None:
    async def go() -> None:
        async with site({}, robots=b"User-agent: *\nDisallow: /") as web_, client_for(open_settings()) as client:
            assert (await refused(client, web_.url("/a"))).reason is Reason.ROBOTS
            assert web_.asked == ["site.localhost /robots.txt"]

    asyncio.run(go())


def test_of_a_robots_file_beyond_the_limit_the_first_half_megabyte_counts() -> None:
    body = b"User-agent: *\nDisallow: /a\n" + b"# filler\n" * 100_000 + b"Disallow: /b\n"
    assert len(body) > 512 * 1024

    async def go() -> None:
        packed = answer_with(gzip.compress(body), Content_Encoding="gzip")
        for robots in (body, packed):
            async with site({"/b": PAGE}, robots=robots) as web_, client_for(open_settings()) as client:
                assert (await refused(client, web_.url("/a"))).reason is Reason.ROBOTS
                assert (await get(client, web_.url("/b"))).status == 200

    asyncio.run(go())


def test_robots_are_kept_by_scheme_host_and_port_for_a_day() -> None:
    async def go() -> None:
        clock = Clock()
        store = MemoryRobots()
        async with site({"/a": PAGE}, robots=b"") as one, site({"/a": PAGE}, robots=b"") as two:
            async with client_for(open_settings(), robots=store, clock=clock) as client:
                for web_ in (one, two, one):
                    await get(client, web_.url("/a"))
                clock.now += timedelta(hours=23, minutes=59)
                await get(client, one.url("/a"))
                assert [w.asked.count("site.localhost /robots.txt") for w in (one, two)] == [1, 1]
                clock.now += timedelta(minutes=2)
                await get(client, one.url("/a"))
                assert one.asked.count("site.localhost /robots.txt") == 2
            kept = await store.get(f"http://site.localhost:{one.port}")
            assert kept is not None
            assert await store.get(f"https://site.localhost:{one.port}") is None

    asyncio.run(go())


def test_redirects_of_a_robots_file_are_followed_to_other_hosts_too_five_of_them() -> None:
    async def go() -> None:
        pages: dict[str, object] = {f"/r{n}": redirect(f"/r{n + 1}") for n in range(1, 9)} | {"/a": PAGE}
        async with site(pages) as web_:
            for length, reason in ((5, Reason.ROBOTS), (6, None)):  # with more the file counts as not there
                pages[f"/r{length}"] = b"User-agent: *\nDisallow: /a"
                first = redirect(web_.url("/r1", "other"))
                strict = open_settings(max_redirects=0)  # of pages; the RFC counts for robots.txt
                async with site({"/a": PAGE}, robots=first) as asked, client_for(strict) as client:
                    if reason is None:
                        assert (await get(client, asked.url("/a"))).status == 200
                    else:
                        assert (await refused(client, asked.url("/a"))).reason is reason
                pages[f"/r{length}"] = redirect(f"/r{length + 1}")

    asyncio.run(go())


def test_a_host_that_takes_no_connection_is_closed_for_a_while() -> None:
    async def go() -> None:
        async with site({}) as web_:
            port = web_.port
        clock = Clock()
        settings = open_settings(host_interval_s=0.01)
        gate = LocalGate(settings, clock)
        async with client_for(settings, gate=gate, clock=clock) as client:
            url = f"http://site.localhost:{port}/a"
            assert (await refused(client, url)).reason is Reason.NETWORK
            for path in ("a", "b"):
                with pytest.raises(HostBusy) as caught:
                    await client.get(f"{url}/{path}", accept="*/*", max_bytes=1000, check_robots=False)
            assert caught.value.not_before > clock.now

    asyncio.run(go())
