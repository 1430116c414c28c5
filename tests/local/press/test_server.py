import gzip
import socket
import time
from datetime import UTC, datetime
from http.client import IncompleteRead, RemoteDisconnected

import pytest

from pipeline.errors import LocalServerError
from pipeline.local.press.server import SamplePress
from pipeline.local.press.world import DEFAULT_CLOCK, Press

from .conftest import ask


def test_it_serves_each_outlet_at_its_own_host(server: SamplePress) -> None:
    assert "The Harbour Gazette" in ask(server, "harbour-gazette", "/").text
    assert "Flussblatt am Abend" in ask(server, "flussblatt", "/").text
    assert server.url("flussblatt", "/feed.atom") == f"http://flussblatt.localhost:{server.port}/feed.atom"
    assert f"http://flussblatt.localhost:{server.port}/artikel/" in ask(server, "flussblatt", "/feed.atom").text


def test_it_listens_on_loopback_only(server: SamplePress) -> None:
    with socket.socket() as other:
        other.settimeout(1)
        assert other.connect_ex(("127.0.0.2", server.port)) != 0


def test_a_taken_port_is_told(server: SamplePress, press: Press) -> None:
    with pytest.raises(LocalServerError, match=f"cannot listen on port {server.port}"):
        SamplePress(press, port=server.port).start()


def test_its_port_is_known_only_while_it_runs(press: Press) -> None:
    server = SamplePress(press)
    with pytest.raises(LocalServerError, match="not running"):
        _ = server.port
    with server:
        port = server.port
        assert ask(server, "flussblatt", "/").status == 200
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.1", port)) != 0


def test_the_log_tells_who_asked_for_what_and_when(server: SamplePress) -> None:
    started = datetime.now(UTC)
    ask(server, "harbour-gazette", "/feeds/news.xml", {"If-None-Match": '"x"', "User-Agent": "Test/1"})
    ask(server, "harbour-gazette", "/nowhere")
    first, second = server.log
    assert (first.host, first.path, first.status) == ("harbour-gazette.localhost", "/feeds/news.xml", 200)
    assert (first.headers["if-none-match"], first.headers["user-agent"]) == ('"x"', "Test/1")
    assert second.status == 404
    assert started <= first.at <= second.at <= datetime.now(UTC)
    server.clear_log()
    assert server.log == ()


def test_a_conditional_request_is_answered_without_a_body(server: SamplePress) -> None:
    full = ask(server, "meridian-post", "/atom.xml")
    again = ask(server, "meridian-post", "/atom.xml", {"If-None-Match": full.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


def test_gzip_where_the_outlet_has_it_and_the_client_takes_it(server: SamplePress) -> None:
    packed = ask(server, "meridian-post", "/", {"Accept-Encoding": "gzip"})
    plain = ask(server, "meridian-post", "/")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert "Content-Encoding" not in ask(server, "harbour-gazette", "/", {"Accept-Encoding": "gzip"}).headers


def test_the_clock_is_set_in_process_and_over_http(server: SamplePress) -> None:
    assert server.clock == DEFAULT_CLOCK
    server.set_clock(datetime(2026, 9, 1, tzinfo=UTC))
    assert "<item>" not in ask(server, "harbour-gazette", "/feeds/news.xml").text
    put = ask(server, "press", "/_press/clock", method="PUT", body="2026-10-31T00:00:00+00:00")
    assert (put.status, put.text) == (200, "2026-10-31T00:00:00+00:00\n")
    assert "<item>" in ask(server, "harbour-gazette", "/feeds/news.xml").text
    assert ask(server, "press", "/_press/clock", method="PUT", body="noon").status == 400
    assert ask(server, "press", "/_press/clock", method="PUT", body="2026-10-31T00:00:00").status == 400
    assert ask(server, "press", "/_press/clock").text == "2026-10-31T00:00:00+00:00\n"


def test_its_own_door_lists_the_outlets_and_is_not_logged(server: SamplePress) -> None:
    assert server.url("kestrel-wire") in ask(server, "press", "/").text
    assert server.log == ()
    assert ask(server, "press", "/_press/log").text == "[]"


def test_a_page_that_is_busy_once(server: SamplePress) -> None:
    path = "/science/2026/10/20-cable-ship"
    first, second = (ask(server, "eastern-standard", path) for _ in range(2))
    assert (first.status, first.headers["Retry-After"], second.status) == (429, "1", 200)


def test_a_page_that_hangs_holds_its_connection(press: Press) -> None:
    with SamplePress(press, hold_s=0.4) as server:
        started = time.monotonic()
        with pytest.raises((IncompleteRead, ConnectionResetError)):
            ask(server, "flussblatt", "/artikel/17-wasserstand.html")
        assert time.monotonic() - started >= 0.4
        with pytest.raises(TimeoutError):
            ask(server, "flussblatt", "/artikel/17-wasserstand.html", timeout=0.1)


def test_scripted_faults(server: SamplePress) -> None:
    server.fail("harbour-gazette.localhost/feeds/*", status=503, headers={"Retry-After": "7"}, times=1)
    failed = ask(server, "harbour-gazette", "/feeds/news.xml")
    assert (failed.status, failed.headers["Retry-After"]) == (503, "7")
    assert ask(server, "harbour-gazette", "/feeds/news.xml").status == 200

    fault = server.fail("harbour-gazette.localhost/*", cut="reset")
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        ask(server, "harbour-gazette", "/")
    assert fault.befell == 1
    assert server.log[-1].status == 0
    assert ask(server, "meridian-post", "/").status == 200
    server.heal()

    server.fail("harbour-gazette.localhost/", cut="truncate")
    with pytest.raises((IncompleteRead, ConnectionResetError)):
        ask(server, "harbour-gazette", "/")
    server.heal()

    server.fail("*", delay_s=0.2)
    started = time.monotonic()
    assert ask(server, "harbour-gazette", "/").status == 200
    assert time.monotonic() - started >= 0.2
