import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.discover.kept_lists import KeptLists
from pipeline.discover.parser import FeedParser
from pipeline.discover.past import PastListing, listed_on
from pipeline.identity import canon_v1
from pipeline.local.press.lists import story_url
from pipeline.local.press.server import SamplePress
from pipeline.records import Source
from pipeline.settings import PROJECT
from pipeline.sources import load_sources
from tests.loopback import client_for, open_settings

SETTINGS = open_settings()
#: When the sample press is over and nothing is new any more.
AFTER = datetime(2026, 10, 31, 12, tzinfo=UTC)
OCTOBER = [date(2026, 10, 1) + timedelta(days=n) for n in range(31)]


@pytest.fixture(scope="module")
def parser() -> Iterator[FeedParser]:
    with FeedParser(SETTINGS) as running:
        yield running


@pytest.fixture(scope="module")
def press() -> Iterator[SamplePress]:
    with SamplePress(clock=AFTER) as running:
        yield running


def outlet(press: SamplePress, name: str) -> Source:
    settings = SETTINGS.model_copy(update={"press_port": press.port})
    return next(s for s in load_sources(PROJECT / "config/sources.demo.yml", settings) if s.id == name)


def listed(
    source: Source, days: list[date], parser: FeedParser, kept: KeptLists | None = None, now: datetime = AFTER
) -> list[PastListing]:
    async def go() -> list[PastListing]:
        async with client_for(SETTINGS) as client:
            return [await listed_on(source, day, client, parser, lambda: now, kept) for day in days]

    return asyncio.run(go())


def gold(press: SamplePress, name: str) -> dict[date, set[str]]:
    """Addresses of an outlet by day of publication, from the stories themselves."""
    zone = press.press.outlets[name].zone
    days: dict[date, set[str]] = {day: set() for day in OCTOBER}
    for story in press.press.listed(name, AFTER):
        url = story_url(story, press.url(name, "").rstrip("/"), listed=True)
        days[story.front.published.astimezone(zone).date()].add(canon_v1(url))
    return days


# -- the sample press ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kestrel-wire", "eastern-standard"])
def test_each_day_of_the_press_is_listed_as_the_stories_say(press: SamplePress, parser: FeedParser, name: str) -> None:
    press.clear_log()
    expected = gold(press, name)
    kept = KeptLists()
    found = listed(outlet(press, name), OCTOBER, parser, kept)
    dated = {one.day: {entry.canon_url for entry in one.entries if entry.published} for one in found}
    assert dated == expected
    # what only its change speaks for was changed on that day
    changed = {canon_v1(story_url(s, press.url(name, "").rstrip("/"), listed=True)): s.updated
               for s in press.press.listed(name, AFTER) if s.revision > 1}  # fmt: skip
    zone = press.press.outlets[name].zone
    for one in found:
        for entry in one.entries:
            assert entry.published or changed[entry.canon_url].astimezone(zone).date() == one.day
    assert [one.undated for one in found] == [0] * len(OCTOBER)
    asked = [line.path for line in press.log if line.host.startswith(name) and line.path != "/robots.txt"]
    assert len(asked) == len(set(asked)), "a list was asked for twice"
