"""A hostile outlet: a feed whose every entry is trouble but one, served from threads of this process."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.records import Reason
from tests.stages.world import DEFAULT_CLOCK

MB = 1024 * 1024
SENTENCE = "The harbour master of Hask counted the boats on Monday and found that one of them was missing. "
STORY = "".join(f"<p>{i}. {SENTENCE * 3}</p>" for i in range(12))
WELL = f"<html><title>A boat is missing</title><article><h1>A boat is missing</h1>{STORY}</article></html>"
#: Path → the Reasons that it may end with (which one is the parser's luck where there are several).
TROUBLE = {
    "/huge": {Reason.TOO_LARGE},
    "/bomb": {Reason.TOO_LARGE},
    "/bomb-in-bomb": {Reason.TOO_LARGE, Reason.BAD_ENCODING},
    "/attributes": {Reason.EXTRACT_FAILED, Reason.EXTRACT_HANG, Reason.TOO_SHORT, Reason.NOT_ARTICLE},
    "/deep": {Reason.EXTRACT_FAILED, Reason.EXTRACT_HANG, Reason.TOO_SHORT, Reason.NOT_ARTICLE},
    "/links": {Reason.EXTRACT_HANG},
    "/drip": {Reason.HANG},
    "/flood": {Reason.TOO_LARGE, Reason.NETWORK},
    "/loop": {Reason.REDIRECTS},
    "/inside": {Reason.BLOCKED_ADDRESS},
    "/reset": {Reason.NETWORK},
    "/reserved": {Reason.OPTED_OUT},
}


@dataclass
class Outlet:
    """A running hostile outlet."""

    port: int
    tls_port: int
    asked: Counter = field(default_factory=Counter)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def trouble(self) -> dict[str, set[Reason]]:
        """Address → the Reasons that it may end with."""
        return {self.url(path): reasons for path, reasons in TROUBLE.items()} | {
            "http://no-such-host.invalid/story": {Reason.NETWORK},
            f"https://127.0.0.1:{self.tls_port}/story": {Reason.TLS},
        }

    def sources_yml(self) -> str:
        return (
            "sources:\n  - id: hostile\n    name: The Hostile\n    homepage: " + self.url("/") + "\n    language: en\n"
            '    timezone: UTC\n    feeds:\n      - {url: "' + self.url("/feed") + '", kind: rss}\n'
        )


def _feed(outlet: Outlet) -> bytes:
    at = format_datetime(DEFAULT_CLOCK)
    items = "".join(
        f"<item><title>Story {i}</title><link>{url}</link><pubDate>{at}</pubDate></item>"
        for i, url in enumerate([outlet.url("/well"), *outlet.trouble()])
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Hostile</title>{items}</channel></rss>'.encode()


def _handler(outlet: Outlet) -> type[BaseHTTPRequestHandler]:
    bomb = gzip.compress(bytes(200 * MB), 9)
    html = {
        "/well": WELL.encode(),
        "/attributes": b"<html><body><p" + b"".join(b' a%d="1"' % i for i in range(200_000)) + b">x</p></body></html>",
        "/deep": b"<html><body>" + b"<div>" * 300_000 + b"x</body></html>",
        "/links": b"<html><body><article>" + b'<a href="/a">b</a>' * 220_000 + b"</article></body></html>",
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            outlet.asked[self.path] += 1
            try:
                self._answer()
            except OSError:
                self.close_connection = True  # the client had enough

        def _answer(self) -> None:
            path = self.path
            if path == "/feed":
                self._send(200, {"Content-Type": "application/rss+xml"}, _feed(outlet))
            elif path in html:
                self._send(200, {"Content-Type": "text/html"}, html[path])
            elif path == "/reserved":
                self._send(200, {"Content-Type": "text/html", "TDM-Reservation": "1"}, html["/well"])
            elif path in ("/bomb", "/bomb-in-bomb"):
                twice = path != "/bomb"
                coding = {"Content-Encoding": "gzip, gzip" if twice else "gzip", "Content-Type": "text/html"}
                self._send(200, coding, gzip.compress(bomb) if twice else bomb)
            elif path == "/huge":  # nobody says how much comes
                self._head(200, {"Content-Type": "text/html", "Connection": "close"})
                for _ in range(40):
                    self.wfile.write(b"<p>" + b"x" * MB)
            elif path == "/drip":
                self._head(200, {"Content-Type": "text/html", "Connection": "close"})
                for _ in range(600):
                    self.wfile.write(b"<")
                    time.sleep(0.1)
            elif path == "/flood":
                self._head(200, {f"X-{i}": "y" * 500 for i in range(5000)})
            elif path == "/loop":
                self._send(302, {"Location": "/loop"}, b"")
            elif path == "/inside":
                self._send(302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b"")
            elif path == "/reset":
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            else:
                self._send(404, {"Content-Type": "text/plain"}, b"")

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self._head(status, headers | {"Content-Length": str(len(body))})
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _certificate(folder: Path) -> ssl.SSLContext:
    """One that nobody has signed."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@contextmanager
def hostile_outlet(folder: Path) -> Iterator[Outlet]:
    """Serve it."""
    outlet = Outlet(port=0, tls_port=0)
    handler = _handler(outlet)
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
    for server in servers:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    servers[1].socket = _certificate(folder).wrap_socket(servers[1].socket, server_side=True)
    outlet.port, outlet.tls_port = (server.server_address[1] for server in servers)
    threads = [threading.Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield outlet
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
