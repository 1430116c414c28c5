"""SIGKILL of a real process at every point where something is committed; another process takes over."""

import signal
from collections import Counter
from collections.abc import Iterator

import pytest

from pipeline.local.press.server import SamplePress
from tests.stages.conftest import MakeWorld
from tests.stages.driver import POINTS
from tests.stages.drivers import Driver, driver_process
from tests.stages.world import World, press_of, said

STORIES = (
    "kestrel-wire/03-trawler-seized",
    "kestrel-wire/04-trawler-short-link",
    "kestrel-wire/05-central-bank-holds-rate",
    "harbour-gazette/wire-03-trawler-held-at-hask",
    "harbour-gazette/11-lighthouse-open-day",
)


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with driver_process() as driver:
        yield driver


@pytest.fixture(scope="module")
def press() -> Iterator[SamplePress]:
    """One press for all: addresses, and so ids, are the same in each world."""
    with SamplePress(press_of(*STORIES)) as press:
        yield press


@pytest.fixture(scope="module")
def undisturbed(make_world: MakeWorld, press: SamplePress, driver: Driver) -> World:
    world = make_world(press=press)
    assert driver.run(world) == 0
    assert len(world.articles()) == 3
    assert len(world.documents()) > 3
    return world


#: The points in the order of a run, in three rows: of each, one run after the other is killed at the next point. Each
#: takes over what the one before left behind, and none comes to its point if it does not.
ROWS = {
    "discovered": (list(POINTS)[:4], False),
    "read": (list(POINTS)[4:9], True),  # by children, as in earnest
    "indexed": (list(POINTS)[9:], False),
}


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS)
def test_a_run_after_kills_makes_what_an_undisturbed_one_makes(
    row: str, make_world: MakeWorld, press: SamplePress, driver: Driver, undisturbed: World
) -> None:
    points, children = ROWS[row]
    world = make_world(press=press, max_attempts=2 * len(points))
    documents: set[tuple[str, str]] = set()
    for point in points:
        assert driver.run(world, kill=point, children=children) == -signal.SIGKILL, point
        before, documents = documents, set(world.documents())
        assert before <= documents <= set(undisturbed.documents()), point
        assert_each_has_one_work_item(world, at_most=True)
    assert driver.run(world, children=children) == 0
    assert said(world.documents()) == said(undisturbed.documents())
    assert world.ended() == undisturbed.ended()
    assert world.states() == undisturbed.states()
    assert_each_has_one_work_item(world)


def assert_each_has_one_work_item(world: World, *, at_most: bool = False) -> None:
    with world.pipeline() as pipeline:
        for story in STORIES:
            known = pipeline.trace(world.url(story))
            items = [w for e in known["entries"] if e["url"] == world.url(story) for w in e["work"]]
            assert len(items) == 1 or (at_most and not items), story


@pytest.mark.slow
def test_two_runs_at_once_over_the_same_sources_double_nothing(
    make_world: MakeWorld, press: SamplePress, driver: Driver, undisturbed: World
) -> None:
    world = make_world(press=press)
    press.clear_log()
    assert driver.runs_at_once(world, 2, children=False) == [0, 0]
    assert said(world.documents()) == said(undisturbed.documents())
    assert world.ended() == undisturbed.ended()
    assert world.states() == undisturbed.states()
    asked = Counter(url for url, _ in world.asked())
    address = {story: world.url(story).replace(f":{press.port}", "") for story in STORIES}
    # The short link leads to the first story: two visits of one address.
    assert [asked[address[i]] for i in (STORIES[0], *STORIES[2:])] == [2, 1, 1, 1]
    assert_each_has_one_work_item(world)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["in the middle of the WARC", "pages without manifest"])
def test_a_retried_fetch_asks_only_for_what_is_not_stored(
    point: str, make_world: MakeWorld, press: SamplePress, driver: Driver
) -> None:
    world = make_world(press=press)
    press.clear_log()
    assert driver.run(world, kill=point, children=False) == -signal.SIGKILL
    before = [url for url, _ in world.asked() if "/sitemap" not in url and "/feeds/" not in url]
    press.clear_log()
    with world.pipeline() as pipeline:
        (run_id,) = {e["run_id"] for e in pipeline.trace(world.url(STORIES[0]))["entries"]}
        (batch,) = pipeline.ledger.work.batches(run_id)
        pipeline.fetch(batch.id)  # as Airflow tries a killed task again
        manifest = pipeline.batches.latest(batch.id, "pages", generation=batch.generation)
    asked = [url for url, _ in world.asked()]
    assert manifest.records == len(STORIES)
    assert len(before) >= 3
    if point == "pages without manifest":
        assert asked == []
    else:
        stored = 2  # the third page's record is torn
        redirects = 2  # hops of the short link
        assert len(STORIES) - stored <= len(asked) <= len(STORIES) - stored + redirects
    tries = [name for name in world.files("warc") if batch.id in name]
    assert len(tries) == (1 if point == "pages without manifest" else 2)
