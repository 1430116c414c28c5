"""Serves the sample press on loopback: ``python -m pipeline.local.press.server --port 18930``.

The sites are ``http://<outlet>.localhost:<port>/``, told apart by the Host header. ``press.localhost`` (and plain
``localhost``) is the press's own door: ``GET /`` lists the outlets, ``GET /_press/clock`` tells the time there, ``PUT
/_press/clock`` with a time in ISO 8601 as body sets it, ``GET /_press/log`` is the request log.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

import typer
from aiohttp import web

from pipeline.errors import LocalServerError
from pipeline.local.press.faults import Fault
from pipeline.local.press.site import Answer, Request, Site
from pipeline.local.press.world import DEFAULT_CLOCK, Press, sample_press

logger = logging.getLogger(__name__)

#: Hosts of the press's own door.
CONTROL_HOSTS = frozenset({"press.localhost", "localhost", "127.0.0.1"})


@dataclass(frozen=True)
class Logged:
    """One request that came in: when (real time), what was asked with which headers, and the status sent."""

    at: datetime
    host: str
    path: str
    status: int
    headers: dict[str, str]  # of the request, names in lower case


class SamplePress:
    """The sample press in this process, served from a thread of its own.

    Use as a context manager, or :meth:`start` and :meth:`stop`.

    Args:
        press: the stories; the package's own if left out.
        port: to listen on, 0: any free one.
        clock: what time it is in the press.
        feed_items: how many stories a feed lists; ``None``: all.
        hold_s: how long a hanging page keeps its connection.
    """

    def __init__(
        self,
        press: Press | None = None,
        *,
        port: int = 0,
        clock: datetime = DEFAULT_CLOCK,
        feed_items: int | None = None,
        hold_s: float = 120.0,
    ) -> None:
        self._press = press or sample_press()
        self._wanted_port = port
        self._clock = clock
        self._feed_items = feed_items
        self._hold_s = hold_s
        self._faults: list[Fault] = []
        self._log: list[Logged] = []
        self._seen: Counter[str] = Counter()
        self._site: Site | None = None
        self._port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None

    # -- use -----------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """The port it listens on."""
        if not self._port:
            raise LocalServerError("is not running: start it first", subject="sample press")
        return self._port

    @property
    def press(self) -> Press:
        """The stories behind it."""
        return self._press

    @property
    def clock(self) -> datetime:
        """What time it is in the press."""
        return self._clock

    @property
    def log(self) -> tuple[Logged, ...]:
        """Every request so far, oldest first."""
        return tuple(self._log)

    def url(self, outlet: str, path: str = "/") -> str:
        """Return the address of a path of an outlet (``live.capital-courier`` for a further host)."""
        return f"http://{outlet}.localhost:{self.port}{path}"

    def set_clock(self, now: datetime) -> None:
        """Move the press to a time.

        Raises:
            ValueError: the time has no UTC offset.
        """
        if now.tzinfo is None:
            raise ValueError("the clock needs a time with an offset")
        self._clock = now

    def fail(self, where: str, **fault: object) -> Fault:
        """Script a fault for ``host/path`` (wild cards); keywords as :class:`~pipeline.local.press.faults.Fault`."""
        scripted = Fault(where, **fault)  # type: ignore[arg-type]
        self._faults.append(scripted)
        return scripted

    def heal(self) -> None:
        """Take back every scripted fault."""
        self._faults.clear()

    def clear_log(self) -> None:
        """Forget the requests so far (a page that is busy once is busy again)."""
        self._log.clear()
        self._seen.clear()

    # -- life ----------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Listen, in a thread of its own.

        Raises:
            LocalServerError: the port is taken.
        """
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="sample-press", daemon=True)
        self._thread.start()
        ready.wait()
        if self._failure is not None:
            raise LocalServerError(
                f"cannot listen on port {self._wanted_port}: {self._failure}", subject="sample press"
            ) from self._failure
        return self

    def stop(self) -> None:
        """Close every connection and end the thread."""
        if self._loop is not None and self._done is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._done.set)
        if self._thread is not None:
            self._thread.join()
        self._port = 0

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self.serve(ready))
        except OSError as error:
            self._failure = error
            ready.set()

    async def serve(self, ready: threading.Event | None = None) -> None:
        """Listen until :meth:`stop` (or cancellation) in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._done = asyncio.Event()
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", self._wanted_port)
            await site.start()
            self._port = runner.addresses[0][1]
            self._site = Site(self._press, self._port, self._feed_items)
            logger.info("sample press is up", extra={"port": self._port, "clock": self._clock.isoformat()})
            if ready is not None:
                ready.set()
            await self._done.wait()
        finally:
            await runner.cleanup()

    # -- answering -----------------------------------------------------------------------------------

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        host = request.host.rsplit(":", 1)[0]
        if host in CONTROL_HOSTS:
            return await self._control(request)
        path = request.rel_url.raw_path
        fault = next((f for f in self._faults if f.strikes(host, path)), None)
        if fault is not None and fault.delay_s:
            await asyncio.sleep(fault.delay_s)
        if fault is not None and fault.cut == "reset":
            self._note(request, host, path, 0)
            _reset(request)
            return web.Response(status=500)
        asked = {name.lower(): value for name, value in request.headers.items()}
        if fault is not None and fault.status is not None:
            answer = Answer(fault.status, fault.body, {"Content-Type": "text/plain; charset=utf-8", **fault.headers})
        else:
            assert self._site is not None
            key = f"{host}{path}"
            answer = self._site.answer(Request(host, path, asked), self._clock, self._seen[key])
            self._seen[key] += 1
        self._note(request, host, path, answer.status)
        cut = fault.cut if fault is not None else ""
        return await self._send(request, answer, "hang" if answer.hold else cut)

    async def _send(self, request: web.BaseRequest, answer: Answer, cut: str) -> web.StreamResponse:
        if cut in {"hang", "truncate"}:
            response = web.StreamResponse(status=answer.status, headers=answer.headers)
            response.content_length = len(answer.body)
            await response.prepare(request)
            await response.write(answer.body[: len(answer.body) // 2])
            if cut == "hang":
                await self._wait_for_nothing()
            _reset(request)
            return response
        whole = web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        if answer.gzip and answer.body:
            whole.headers["Vary"] = "Accept-Encoding"
            whole.enable_compression(web.ContentCoding.gzip)
        return whole

    async def _wait_for_nothing(self) -> None:
        assert self._done is not None
        try:
            await asyncio.wait_for(self._done.wait(), self._hold_s)
        except TimeoutError:
            return

    async def _control(self, request: web.BaseRequest) -> web.Response:
        path = request.rel_url.path
        if path == "/_press/clock" and request.method == "PUT":
            try:
                self.set_clock(datetime.fromisoformat((await request.text()).strip()))
            except ValueError as error:
                return web.Response(status=400, text=f"{error}\n")
        elif path == "/_press/log":
            rows = [
                {"at": r.at.isoformat(), "host": r.host, "path": r.path, "status": r.status, "headers": r.headers}
                for r in self._log
            ]
            return web.json_response(rows)
        elif path == "/":
            links = "".join(
                f'<li><a href="{self.url(outlet.id)}">{outlet.name}</a></li>' for outlet in self._press.outlets.values()
            )
            html = f"<!doctype html><title>Sample press</title><h1>Sample press</h1><ul>{links}</ul>"
            return web.Response(text=html, content_type="text/html")
        elif path != "/_press/clock":
            return web.Response(status=404, text="no such door\n")
        return web.Response(text=f"{self._clock.isoformat()}\n")

    def _note(self, request: web.BaseRequest, host: str, path: str, status: int) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self._log.append(Logged(datetime.now(UTC), host, path, status, headers))
        logger.debug("request", extra={"host": host, "path": path, "status": status})


def _reset(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


def main(
    port: Annotated[int, typer.Option(help="Port to listen on, on 127.0.0.1 only; 0: any free one.")] = 18930,
    clock: Annotated[str, typer.Option(help="Time in the press, ISO 8601.")] = DEFAULT_CLOCK.isoformat(),
    feed_items: Annotated[int | None, typer.Option(help="How many stories a feed lists; all if left out.")] = None,
    hold: Annotated[float, typer.Option(help="Seconds that a hanging page keeps its connection.")] = 120.0,
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING"], typer.Option(help="Level of the log.")] = "INFO",
) -> None:
    """Serve the sample press until interrupted."""
    logging.basicConfig(level=log_level, format="%(asctime)s %(levelname)s %(message)s")
    server = SamplePress(port=port, clock=datetime.fromisoformat(clock), feed_items=feed_items, hold_s=hold)
    try:
        asyncio.run(server.serve())
    except KeyboardInterrupt:
        logger.info("sample press stops")
    except OSError as error:
        raise LocalServerError(f"cannot listen on port {port}: {error}", subject="sample press") from error


if __name__ == "__main__":
    typer.run(main)
