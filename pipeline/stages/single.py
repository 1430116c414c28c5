"""One page or one text by itself, outside of any run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipeline.clock import utc_now
from pipeline.errors import ExtractError, HttpError
from pipeline.records import Article, Source, Tags
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.discover.candidates import Survey


def read_file(path: Path, url: str = "") -> Article:
    """Read the article out of a saved page.

    Args:
        path: an HTML file.
        url: where it was saved from; else the address that the page itself gives.

    Raises:
        ExtractError: the file cannot be read, or holds no text.
    """
    from pipeline.extract import extract_html

    try:
        html = path.read_bytes()
    except OSError as error:
        raise ExtractError(f"cannot be read ({error.strerror})", subject=str(path)) from error
    return extract_html(html, url or f"http://localhost/{quote(path.name)}")


def read_url(url: str, settings: Settings) -> Article:
    """Fetch one page politely, outside of any run, and read the article out of it.

    Raises:
        HttpError: there was no usable answer.
        ExtractError: the page holds no text.
    """
    from pipeline.extract import extract_html
    from pipeline.fetch.classify import classify
    from pipeline.fetch.pages import ACCEPT
    from pipeline.http.client import Client
    from pipeline.http.gate import LocalGate
    from pipeline.http.robots import MemoryRobots

    async def get() -> Article:
        async with Client(settings, gate=LocalGate(settings), robots=MemoryRobots(), clock=utc_now) as client:
            response = await client.get(url, accept=ACCEPT, max_bytes=settings.max_page_bytes)
        reason = classify(response.status, response.headers, response.body, url, response.final_url)
        if reason is not None:
            raise HttpError(f"is no article page: {reason} (HTTP status {response.status})", subject=url)
        return extract_html(response.body, response.final_url)

    return asyncio.run(get())


def survey(
    url: str,
    settings: Settings,
    *,
    known: Sequence[Source] = (),
    given: dict[str, str] | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Survey:
    """Find the lists of a site politely, outside of any run; arguments as ``discover.candidates.look_at_site``.

    Raises:
        HttpError: the site cannot be asked.
    """
    from pipeline.discover.candidates import look_at_site
    from pipeline.discover.parser import FeedParser
    from pipeline.http.client import Client
    from pipeline.http.gate import LocalGate
    from pipeline.http.robots import MemoryRobots

    async def look(parser: FeedParser) -> Survey:
        async with Client(settings, gate=LocalGate(settings), robots=MemoryRobots(), clock=utc_now) as client:
            return await look_at_site(url, client, parser, utc_now, known=known, given=given, tell=tell)

    with FeedParser(settings) as parser:
        return asyncio.run(look(parser))


def tag_text(text: str, title: str | None, language: str, settings: Settings) -> Tags:
    """Tag one text.

    Raises:
        TagError: a model is missing.
    """
    from pipeline.tag.tagger import Tagger

    return next(iter(Tagger(settings).tag_many([(text, title, language)])))
