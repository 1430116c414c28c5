"""A press of three stories in a folder, and the real one."""

import shutil
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from pipeline.local.press.server import SamplePress
from pipeline.local.press.world import HERE, Press, sample_press

STORY = """---
title: {title}
published: {published}
section: World
dek: A dek.
caption: A caption.
credit: A credit.
{more}---
{body}
"""

BODY = "The gulls of Saltby voted to stay.\n\n## A show of wings\n\n“We like it here,” said Colm the gull."


class Reply:
    """An answer, read to its end."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    press: SamplePress,
    host: str,
    path: str,
    headers: dict[str, str] | None = None,
    *,
    method: str = "GET",
    body: str | None = None,
    timeout: float = 10.0,
) -> Reply:
    """Ask the press as a client does that connects to loopback and names the site in Host."""
    connection = HTTPConnection("127.0.0.1", press.port, timeout=timeout)
    try:
        connection.request(
            method, path, body=body, headers={"Host": f"{host}.localhost:{press.port}", **(headers or {})}
        )
        return Reply(connection.getresponse())
    finally:
        connection.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a story into a press of one's own (whose outlets are the real ones) and returns its file."""
    shutil.copy(HERE / "outlets.yml", tmp_path / "outlets.yml")

    def one(
        name: str,
        *,
        title: str = "Gulls stay",
        published: str = "2026-10-02T08:00:00+01:00",
        more: str = "",
        body: str = BODY,
        folder: str = "stories",
    ) -> Path:
        file = tmp_path / folder / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(STORY.format(title=title, published=published, more=more, body=body), encoding="utf-8")
        return file

    return one


@pytest.fixture(scope="session")
def press() -> Press:
    return sample_press()


@pytest.fixture
def server(press: Press) -> Iterator[SamplePress]:
    with SamplePress(press) as running:
        yield running
