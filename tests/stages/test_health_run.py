"""What `sources health` says of a source that falls silent after four weeks: polled for real, under a moved clock.

Only feeds are polled; no page is fetched.
"""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import chain
from typing import Any

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

import pipeline.stages as stages_package
from pipeline.cli import app
from pipeline.stages import Pipeline
from tests.logging_state import kept_logging
from tests.stages.conftest import MakeWorld
from tests.stages.world import World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_this_process")]

HOST = "flussblatt.localhost"
HALF_DAY = timedelta(hours=12)
MONDAY = datetime(2026, 9, 14, 5, tzinfo=UTC)
#: New entries of each of a weekday's two lists; at weekends there are none.
USUAL = 2
FALLING, STEADY = "flussblatt", "steady"


class Lists:
    """Two sources' lists, which grow as they are told to."""

    def __init__(self, world: World, stages: Pipeline) -> None:
        self.world = world
        self.stages = stages
        self.listed: dict[str, list[str]] = {FALLING: [], STEADY: []}
        self.polls = 0

    def add(self, source_id: str, entries: int) -> None:
        stories = self.listed[source_id]
        home = f"http://{HOST}:{self.world.press.port}/{source_id}"
        for n in range(len(stories), len(stories) + entries):
            stories.append(f"<item><title>Story {n}</title><link>{home}/{n}</link></item>")

    def poll(self, *, empty: str = "") -> None:
        """Poll both as a run does; ``empty`` lists nothing."""
        self.world.press.heal()
        for source_id, stories in self.listed.items():
            items = "" if source_id == empty else "".join(stories[-12:])
            # The date of the build makes each poll's document another, as most servers' are.
            head = f"<title>{source_id}</title><lastBuildDate>{format_datetime(self.world.clock())}</lastBuildDate>"
            body = f"<rss version='2.0'><channel>{head}{items}</channel></rss>".encode()
            self.world.press.fail(
                f"{HOST}/{source_id}.xml", status=200, body=body, headers={"Content-Type": "application/rss+xml"}
            )
        self.polls += 1
        run_id = f"cli/{self.polls}"
        due = chain.from_iterable(self.stages.plan(run_id, "cli", force=True))
        assert self.stages.discover(run_id, [*due], force=True)["polled"] == 2
        self.world.move(HALF_DAY)

    def day(self, falling: int = USUAL, *, empty: str = "") -> None:
        """Let a day pass, with so many new entries in each of the falling source's two lists."""
        at_work = self.world.clock().weekday() < 5
        for _ in range(2):
            self.add(FALLING, falling if at_work else 0)
            self.add(STEADY, USUAL if at_work else 0)
            self.poll(empty=empty)


def told_of(world: World, monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status of `sources health` at the world's time, and what it tells of each source."""
    with monkeypatch.context() as patch, kept_logging():
        patch.setattr(
            stages_package, "Pipeline", lambda _: Pipeline(world.settings, clock=world.clock, sources=world.sources)
        )
        done = CliRunner().invoke(app, ["sources", "health", "--json", *options])
    return done.exit_code, {one["source_id"]: one for one in json.loads(done.stdout)}


def test_a_source_that_gives_far_less_than_its_own_weekdays_is_ill_with_a_likely_cause(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world("flussblatt/14-ruderer-im-nebel", clock=MONDAY)
    (outlet,) = world.sources
    world.sources = [
        replace(outlet, id=i, feeds=(replace(outlet.feeds[0], url=f"http://{HOST}:{world.press.port}/{i}.xml"),))
        for i in (FALLING, STEADY)
    ]
    with world.pipeline() as stages:
        lists = Lists(world, stages)
        for _ in range(28):
            lists.day()

        # Monday morning: the weekend gave nothing, as every weekend does.
        _, told = told_of(world, monkeypatch)
        compared = {i: (one["state"], one["days"], one["expected"], one["got"]) for i, one in told.items()}
        assert compared == {FALLING: ("well", 4, 8.0, 8), STEADY: ("well", 4, 8.0, 8)}
        assert told_of(world, monkeypatch, "--ill") == (0, {})

        # One entry on Monday, none on Tuesday: its list answers and stays as it is.
        lists.add(FALLING, 1)
        lists.day(0)
        lists.day(0)
        status, told = told_of(world, monkeypatch, "--ill")
        assert (status, list(told)) == (1, [FALLING])
        silent = told[FALLING]
        assert (silent["cause"], silent["days"], silent["expected"], silent["got"]) == ("stands still", 2, 8.0, 1)
        assert silent["why"].startswith("1 new entries in 2 days, 8 by its own weekdays; ")
        assert silent["since"].startswith("2026-10-12")
        assert [feed["state"] for feed in silent["feeds"]] == ["well"]

        # On Wednesday it is a list of nothing.
        lists.day(0, empty=FALLING)
        status, told = told_of(world, monkeypatch, "--ill")
        assert (status, list(told)) == (1, [FALLING])
        assert (told[FALLING]["cause"], told[FALLING]["got"]) == ("format change", 0)
