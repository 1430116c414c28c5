"""Ask a local server over HTTP, past any proxy that the environment names."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer; status 0 if there was none."""

    status: int
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Return the body read as JSON; ``None`` if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def ask(
    method: str,
    url: str,
    *,
    body: object | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 5.0,
) -> Answer:
    """Send a request to a server of this machine and return its answer. Never raises for what the server does.

    Args:
        method: GET, POST, …
        url: an ``http://127.0.0.1:…`` address.
        body: sent as JSON; ``None``: no body.
        headers: further headers.
        timeout_s: longest wait for one read.
    """
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))  # noqa: S310
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with _opener.open(request, timeout=timeout_s) as response:
            return Answer(response.status, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read())
    except (OSError, ValueError):
        # no connection, a reset in the middle, half an answer: the server is not there (yet)
        return Answer(0)
