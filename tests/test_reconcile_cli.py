"""What a person at the terminal sees of a backfill: the plan, the run, the second run, and mistakes."""

import json
import re
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from pipeline import cli
from pipeline.cli.output import out
from pipeline.errors import ConfigError, SourcesError
from pipeline.settings import PROJECT, get_settings
from tests.logging_state import kept_logging
from tests.stages.conftest import MakeWorld, in_this_process, make_world
from tests.stages.world import World

__all__ = ["in_this_process", "make_world"]

STORIES = ("kestrel-wire/03-trawler-seized", "harbour-gazette/05-mayor-backs-dockers")
pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    return make_world(*STORIES)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    with kept_logging():
        yield
    get_settings.cache_clear()


def shown(world: World, *words: str) -> str:
    """Standard output, its blanks folded."""
    given = ("archive", "state", "index_prefix", "elasticsearch_url", "allow_networks", "allow_ports")
    env = {f"STANDPOINT_{name.upper()}": str(getattr(world.settings, name)) for name in given}
    env |= {
        "STANDPOINT_PRESS_PORT": str(world.press.port),
        "STANDPOINT_SOURCES": str(PROJECT / "config/sources.demo.yml"),
        "STANDPOINT_HOST_INTERVAL_S": "0.01",
        "STANDPOINT_LEDGER_URL": world.settings.ledger_url.get_secret_value(),
    }
    get_settings.cache_clear()
    sources = [f"--source={i}" for i in ("kestrel-wire", "harbour-gazette")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(out, "_width", 160)  # a wide terminal, wherever the tests run
        result = CliRunner().invoke(cli.app, ["reconcile", *words, *sources], env=env)
    if result.exception is not None:
        raise result.exception
    return re.sub(r"[ \n]+", " ", result.stdout)


def test_a_plan_shows_each_day_what_to_do_what_is_unknowable_and_how_long_it_takes(world: World) -> None:
    told = shown(world, "plan", "--from", "2026-10-03", "--to", "2026-10-04")
    assert "a backfill under generation 1" in told
    assert "day source listed archived indexed to do to fetch stays a gap" in told
    assert "2026-10-03 kestrel-wire 1 0 0 1" in told
    assert "2026-10-03 harbour-gazette ? 0 0 0" in told
    assert "unknowable: no list tells of the day; only what is archived is known harbour-gazette, 2 days:" in told
    assert "1 page of 1 host to fetch, at least 0 s at the polite rate" in told
    assert "kestrel-wire, 1 day: its news sitemaps hold two days each, and 2026-10-04 is out of their window" in told


def test_a_run_shows_what_it_added_and_a_second_one_that_there_is_nothing_to_do(world: World) -> None:
    told = shown(world, "run", "2026-10-03", "--reason", "first time")
    assert "2026-10-03: cli/reconcile-2026-10-03-" in told
    assert "source archived listed known added re-tagged written again unchanged missing" in told
    assert "kestrel-wire 0 1 0 1 0 0 0 0" in told
    assert "harbour-gazette: nothing is known of this day: " in told
    again = shown(world, "run", "2026-10-03")
    assert "kestrel-wire 1 1 1 0 0 0 0 0" in again
    assert "kestrel-wire: nothing to do: the index has everything that is known of this day" in again
    plan = shown(world, "plan", "--from", "2026-10-03", "--to", "2026-10-03")
    assert "2026-10-03 kestrel-wire 1 1 1 0" in plan
    assert "no page to fetch" in plan


def test_what_would_be_read_again_and_what_stays_a_gap_are_shown(world: World) -> None:
    told = shown(world, "plan", "--from", "2026-10-03", "--to", "2026-10-03", "--stages", "extract")
    assert "2026-10-03 kestrel-wire 1 1 1 extract 1 0" in told
    told = shown(world, "plan", "--from", "2026-10-05", "--to", "2026-10-05", "--refetch", "never")
    assert "no page to fetch" in told


def test_json_has_the_same_for_machines(world: World) -> None:
    plan = json.loads(shown(world, "plan", "--from", "2026-10-03", "--to", "2026-10-03", "--json"))
    (wire,) = (d for d in plan["days"] if d["source"] == "kestrel-wire")
    assert (wire["listed"], wire["archived"], wire["indexed"], wire["missing"]) == (1, 1, 1, 0)
    (report,) = json.loads(shown(world, "run", "2026-10-03", "--json"))
    assert report["total"]["known"] == 1
    assert report["params"]["day"] == "2026-10-03"


@pytest.mark.parametrize(
    ("words", "error", "told"),
    [
        (("plan", "--from", "3 Oct", "--to", "2026-10-04"), ConfigError, "3 Oct: is no day; write it as YYYY-MM-DD"),
        (("plan", "--from", "2026-10-05", "--to", "2026-10-04"), ConfigError, "give the earlier day first"),
        (("plan", "--from", "2026-10-05", "--to", "2099-01-01"), ConfigError, "has not begun at any of the sources"),
        (("run", "2026-10-03", "--refetch", "perhaps"), ConfigError, "it takes missing, never or always"),
        (("run", "2026-10-03", "--stages", "fetch"), ConfigError, "it takes as_needed, extract, tag or index"),
        (("run", "2026-10-03", "--source", "gazete"), SourcesError, "no such source; known are: capital-courier"),
    ],
)
def test_a_mistake_is_told_before_anything_is_done(
    words: tuple[str, ...], error: type[Exception], told: str, world: World
) -> None:
    world.press.clear_log()
    with pytest.raises(error, match=re.escape(told)):
        shown(world, *words)
    assert world.asked() == []
