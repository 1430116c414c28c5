"""One page or one text by itself, outside of any run."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict
from urllib.parse import quote

from pipeline.clock import utc_now
from pipeline.errors import ExtractError, HttpError, LedgerError
from pipeline.records import Article, Source, Tags
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.discover.candidates import Survey
    from pipeline.http.gate import HostGate
    from pipeline.http.robots import RobotsStore
    from pipeline.tag.stance.participants import Veto

log = logging.getLogger(__name__)


class Manners(TypedDict):
    """Arguments of the polite client."""

    gate: HostGate
    robots: RobotsStore
    is_forgotten: NotRequired[Callable[[str], bool]]


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

    async def get(manners: Manners) -> Article:
        async with Client(settings, clock=utc_now, **manners) as client:
            response = await client.get(url, accept=ACCEPT, max_bytes=settings.max_page_bytes)
        reason = classify(response.status, response.headers, response.body, url, response.final_url)
        if reason is not None:
            raise HttpError(f"is no article page: {reason} (HTTP status {response.status})", subject=url)
        return extract_html(response.body, response.final_url)

    with _manners(settings) as manners:
        return asyncio.run(get(manners))


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

    async def look(parser: FeedParser, manners: Manners) -> Survey:
        async with Client(settings, clock=utc_now, **manners) as client:
            return await look_at_site(url, client, parser, utc_now, known=known, given=given, tell=tell)

    with FeedParser(settings) as parser, _manners(settings) as manners:
        return asyncio.run(look(parser, manners))


@contextmanager
def _manners(settings: Settings) -> Iterator[Manners]:
    """How hosts are asked: at the pace of all workers, by robots.txt files that they share, and nothing taken down.

    Where no ledger answers, this process has a pace of its own.
    """
    from pipeline.http.gate import LocalGate
    from pipeline.http.robots import MemoryRobots
    from pipeline.ledger import Ledger

    with ExitStack() as stack:
        try:
            ledger = Ledger(settings.ledger_url.get_secret_value(), host_wait_s=settings.host_wait_s)
            stack.callback(ledger.close)
            ledger.check()
            covers = ledger.takedowns.snapshot().covers
            manners: Manners = {"gate": ledger.gate, "robots": ledger.robots, "is_forgotten": covers}
        except LedgerError as error:
            log.info("no ledger, so this process keeps a pace of its own: %s", error)
            manners = {"gate": LocalGate(settings), "robots": MemoryRobots()}
        yield manners


def tag_text(text: str, title: str | None, language: str, settings: Settings, trace: list[Veto] | None = None) -> Tags:
    """Tag one text.

    Args:
        text: paragraphs separated by one newline.
        title: the headline.
        language: BCP 47.
        settings: every setting.
        trace: gets the cues that made no stance, each with why.

    Raises:
        TagError: a model is missing.
    """
    from pipeline.tag.tagger import Tagger

    return next(iter(Tagger(settings).tag_many([(text, title, language)], trace)))
