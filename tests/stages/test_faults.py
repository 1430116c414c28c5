"""What a run meets: a full disk, a host that has had enough, and an outlet whose every page is trouble but one."""

import logging
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from pipeline.errors import ArchiveError, BatchFailed
from pipeline.local.press.world import DEFAULT_CLOCK
from pipeline.records import GivenBack, LeftOut, Page, Reason
from tests.stages.conftest import MakeWorld
from tests.stages.drivers import driver_process
from tests.stages.hostile import Outlet, hostile_outlet
from tests.stages.world import World

MB = 1024 * 1024
#: The whole of a worker's memory, in megabytes.
MOST_MB = 600
STORIES = ("flussblatt/06-streit-um-die-meerenge", "flussblatt/14-ruderer-im-nebel", "flussblatt/20-streik-beendet")
MINUTE = timedelta(minutes=1)


# ------------------------------------------------------------------------------------------------- a full disk


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file of this process grows beyond a size: what a full disk looks like to whoever writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(scope="module")
def undisturbed(make_world: MakeWorld) -> World:
    world = make_world(*STORIES)
    world.run()
    assert set(world.articles()) == {world.article_id(i) for i in STORIES}
    return world


@pytest.mark.slow
def test_a_disk_that_is_full_fails_the_stage_and_loses_and_doubles_nothing(
    make_world: MakeWorld, undisturbed: World, caplog: pytest.LogCaptureFixture
) -> None:
    world = make_world(*STORIES)
    with world.pipeline() as pipeline, files_of_at_most(3000):  # of three pages the first at most
        for group in pipeline.plan("cli/full", "cli"):
            pipeline.discover("cli/full", group)
        (batch,) = pipeline.split("cli/full")
        with pytest.raises(ArchiveError, match="check free space") as full:
            pipeline.fetch(batch)
        assert full.value.subject.endswith(".warc.gz")
    world.press.clear_log()
    with world.pipeline() as pipeline:  # there is room again
        pipeline.fetch(batch)
        assert 1 <= len(world.asked()) <= len(STORIES)
        with files_of_at_most(200), pytest.raises(ArchiveError) as full:
            pipeline.extract(batch)
        assert batch in full.value.subject
    caplog.set_level(logging.INFO, logger="pipeline")
    assert world.run().total["indexed"] == len(STORIES)  # another run takes over what the dead one held
    ids = {i: world.article_id(i) for i in STORIES}
    assert {i: world.articles()[ids[i]]["text"] for i in STORIES} == {
        i: undisturbed.articles()[undisturbed.article_id(i)]["text"] for i in STORIES
    }
    assert len(world.documents()) == len(undisturbed.documents())
    assert world.states() == undisturbed.states()
    assert world.run(force=True).batches == 0


@pytest.mark.slow
def test_a_run_on_a_full_disk_fails_and_says_so_and_the_next_one_finishes(make_world: MakeWorld) -> None:
    world = make_world(*STORIES, batch_size=1)
    with files_of_at_most(3000), pytest.raises(BatchFailed, match=r"\d of 3 batches failed"):
        world.run()
    done = len(world.articles())
    assert done < len(STORIES)
    assert world.run().total["indexed"] == len(STORIES) - done
    assert set(world.articles()) == {world.article_id(i) for i in STORIES}


# ------------------------------------------------------------------------------------------ a host that has had enough


def run_until_done(world: World) -> None:
    """Do runs a quarter of an hour apart until nothing waits: a host that had enough is asked slowly for a while."""
    for _ in range(8):
        world.run()
        if not world.states().get("pending") and len(world.articles()) >= len(STORIES):
            return
        world.move(15 * MINUTE)


@pytest.mark.slow
@pytest.mark.parametrize("retry_after", ["3600", ""], ids=["says for how long", "does not say"])
def test_a_host_that_answers_429_to_everything_for_an_hour_is_left_alone_and_loses_nothing(
    make_world: MakeWorld, retry_after: str
) -> None:
    world = make_world(*STORIES, "harbour-gazette/05-mayor-backs-dockers", max_attempts=3, host_wait_s=1.0)
    home = "flussblatt.localhost"
    world.press.fail(
        f"{home}*", status=429, headers={"Retry-After": retry_after} if retry_after else {"X-Nothing": "said"}
    )
    first = world.run()
    assert first.sources["harbour-gazette"]["indexed"] == 1
    assert first.sources["flussblatt"]["cause"].startswith("every poll failed: ")
    world.press.clear_log()
    for _ in range(3):
        world.move(15 * MINUTE)
        world.run()
    asked = [url for url, _ in world.asked() if home in url]
    assert len(asked) == 0 if retry_after else len(asked) <= 2 * 3
    world.press.heal()
    world.move(16 * MINUTE)
    run_until_done(world)
    assert set(world.articles()) == {world.article_id(i) for i in (*STORIES, "harbour-gazette/05-mayor-backs-dockers")}
    assert "left_out" not in world.states()


@pytest.mark.slow
def test_pages_of_a_host_that_turns_them_away_for_an_hour_come_when_it_has_passed(make_world: MakeWorld) -> None:
    world = make_world(*STORIES, max_attempts=3, host_wait_s=1.0)
    for story in STORIES:
        path = world.press.press.revisions(story)[0].path
        world.press.fail(f"flussblatt.localhost{path}", status=429, headers={"Retry-After": "3600"})
    report = world.run()
    assert (report.total["discovered"], report.total["indexed"]) == (3, 0)
    world.press.clear_log()
    for _ in range(3):
        world.move(15 * MINUTE)
        world.run()
    assert world.asked() == []
    assert world.states() == {"pending": 3}
    world.press.heal()
    world.move(20 * MINUTE)
    run_until_done(world)
    assert world.states() == {"done": 3}


# --------------------------------------------------------------------------------------------------- a hostile outlet


class Memory:
    """The most memory that a tree of processes had at once, in bytes: shared pages count once (PSS)."""

    def __init__(self, parent: psutil.Process) -> None:
        self._parent = parent
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.most = 0
        self.parts: dict[str, int] = {}

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            parts: dict[str, int] = {}
            for process in self._parent.children(recursive=True):
                try:
                    parts[f"{process.pid} {process.name()}"] = process.memory_full_info().pss
                except psutil.Error:
                    continue
            if sum(parts.values()) > self.most:
                self.most, self.parts = sum(parts.values()), parts


@pytest.fixture(scope="module")
def outlet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outlet]:
    with hostile_outlet(tmp_path_factory.mktemp("tls")) as outlet:
        yield outlet


@pytest.mark.slow
def test_an_outlet_of_trouble_costs_its_pages_only_within_time_and_memory(
    make_world: MakeWorld, outlet: Outlet, tmp_path: Path
) -> None:
    sources = tmp_path / "sources.yml"
    sources.write_text(outlet.sources_yml())
    press = SimpleNamespace(clock=DEFAULT_CLOCK, port=outlet.port, press=SimpleNamespace(outlets={}))
    world = make_world(
        press=press, sources=sources, max_attempts=1, request_timeout_s=4.0, extract_timeout_s=10.0, host_wait_s=5.0
    )
    with driver_process() as driver:
        driver.warm()
        with Memory(psutil.Process(driver.process.pid)) as memory:
            started = time.monotonic()
            assert driver.run(world) == 0
            seconds = time.monotonic() - started
    assert set(world.ended()) == set(outlet.trouble())
    wrong = {url: reason for url, reason in world.ended().items() if reason not in outlet.trouble()[url]}
    assert wrong == {}
    assert [a["title"] for a in world.articles().values()] == ["A boat is missing"]
    assert memory.most < MOST_MB * MB, memory.parts
    assert seconds < 90
    with world.pipeline() as pipeline:
        (batch,) = pipeline.ledger.work.batches("cli/1")
        pages = pipeline.batches.latest(batch.id, "pages", generation=batch.generation)
        fetched = list(pipeline.batches.read(pages, Page | LeftOut | GivenBack))
    assert len(fetched) == len(outlet.trouble()) + 1
    assert {r.reason for r in fetched if isinstance(r, LeftOut)} >= {Reason.TOO_LARGE, Reason.HANG, Reason.TLS}
