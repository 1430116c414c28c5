"""Discovery and fetching against the sample press: every list read, every page told for what it is."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from pipeline.clock import utc_now
from pipeline.discover.parser import FeedParser
from pipeline.discover.poll import poll
from pipeline.fetch.pages import Outcome, fetch_pages
from pipeline.local.press.gold import load_gold
from pipeline.local.press.server import SamplePress
from pipeline.local.press.world import DEFAULT_CLOCK, ListSpec, sample_press
from pipeline.records import FeedKind, FeedState, GivenBack, LeftOut, Page, PollResult, Reason, Source, WorkItem
from tests.loopback import client_for, open_settings

#: Reasons that only reading a page, or knowing the others, can give.
READ_LATER = {None, Reason.NOT_ARTICLE, Reason.PAYWALL, Reason.TOO_SHORT, Reason.DUPLICATE}


@pytest.fixture(scope="module")
def press() -> Iterator[SamplePress]:
    with SamplePress(hold_s=3) as running:
        yield running


@pytest.fixture(scope="module")
def polled(press: SamplePress) -> dict[str, PollResult]:
    """What each list of the press gave, by ``outlet path``."""
    settings = open_settings(request_timeout_s=5)
    sources: dict[str, Source] = {}
    states: list[FeedState] = []
    names: list[str] = []
    for outlet in sample_press().outlets.values():
        home = f"http://{outlet.id}.localhost:{press.port}"
        sources[outlet.id] = Source(id=outlet.id, name=outlet.name, homepage=home, timezone=outlet.timezone)
        for spec in outlet.lists:
            states.append(FeedState(feed_id=len(states), url=home + spec.path, source_id=outlet.id))
            names.append(f"{outlet.id} {spec.path}")

    def press_time() -> datetime:
        return DEFAULT_CLOCK

    async def go() -> list[PollResult]:
        with FeedParser(settings) as parser:
            async with client_for(settings) as client:
                return await poll(states, sources, client, parser, press_time)

    return dict(zip(names, asyncio.run(go()), strict=True))


def lists() -> list[tuple[str, ListSpec]]:
    return [(outlet.id, spec) for outlet in sample_press().outlets.values() for spec in outlet.lists]


@pytest.mark.parametrize(("outlet", "spec"), lists(), ids=lambda part: getattr(part, "path", part))
def test_every_list_is_read(outlet: str, spec: ListSpec, polled: dict[str, PollResult]) -> None:
    result = polled[f"{outlet} {spec.path}"]
    if spec.kind == "gone":
        assert (result.status, result.reason) == (410, Reason.GONE)
        return
    assert result.reason is None
    assert result.permanent is (spec.kind == "moved")
    if spec.kind != "moved":
        assert result.kind == FeedKind(spec.kind)
    listed = {(story.front.title, story.front.published) for story in sample_press().listed(outlet, DEFAULT_CLOCK)}
    assert len(result.entries) + len(result.dropped) >= (1 if spec.kind == "sitemap_index" else len(listed))
    assert not result.faults or spec.kind == "sitemap_index"
    for entry in result.entries:
        if spec.kind != "sitemap_index":
            assert (entry.title, entry.published) in listed


def test_every_page_is_told_for_what_it_is(press: SamplePress, polled: dict[str, PollResult]) -> None:
    gold = load_gold(press.port).outcomes
    urls = {entry.url for result in polled.values() for entry in result.entries} & set(gold)
    assert len(urls) > 100
    items = [
        WorkItem(work_id=number, entry_id=url, url=url, canon_url=url, source_id="press")
        for number, url in enumerate(sorted(urls))
    ]
    settings = open_settings(request_timeout_s=1.5, max_attempts=1)

    async def go() -> list[Outcome]:
        until = utc_now() + timedelta(minutes=2)
        async with client_for(settings) as client:
            return await fetch_pages(
                items, client, lambda _, outcome: outcome, deadline=until, clock=utc_now, settings=settings
            )

    for outcome in asyncio.run(go()):
        expected = gold[outcome.url]
        if expected.reason in READ_LATER:
            # A page that is busy once comes with the next attempt, or a busy host holds its others up.
            busy = isinstance(outcome, LeftOut | GivenBack) and outcome.reason is Reason.RATE_LIMITED
            assert isinstance(outcome, Page) or busy, outcome
        else:
            assert isinstance(outcome, LeftOut), outcome
            assert outcome.reason is expected.reason
