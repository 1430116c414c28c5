"""What a run meets: a full disk, a host that has had enough, and an outlet whose every page is trouble but one."""

import logging
import resource
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from pipeline.errors import ArchiveError, BatchFailed
from pipeline.http.client import Client
from pipeline.local.press.server import SamplePress
from pipeline.local.press.world import DEFAULT_CLOCK, sample_press
from pipeline.records import GivenBack, LeftOut, Page, Reason
from tests.stages.conftest import MakeWorld
from tests.stages.drivers import driver_process
from tests.stages.hostile import Outlet, hostile_outlet
from tests.stages.world import World, press_of

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
def undisturbed(make_world: MakeWorld, in_this_process: None) -> World:
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
@pytest.mark.usefixtures("in_this_process")
def test_a_run_on_a_full_disk_fails_and_says_so_and_the_next_one_finishes(make_world: MakeWorld) -> None:
    world = make_world(*STORIES, batch_size=1)
    with files_of_at_most(3000), pytest.raises(BatchFailed, match=r"\d of 3 batches failed"):
        world.run()
    done = len(world.articles())
    assert done < len(STORIES)
    assert world.run().total["indexed"] == len(STORIES) - done
    assert set(world.articles()) == {world.article_id(i) for i in STORIES}


# ------------------------------------------------------------------------------------------ a host that has had enough


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Callable[[World], None]:
    """Lets a world's clock jump where a client would wait for a turn."""

    def jumps(world: World) -> None:
        async def until(_: Client, when: datetime) -> None:
            world.move(max(when - world.clock(), timedelta(0)))

        monkeypatch.setattr(Client, "until", until)

    return jumps


@pytest.mark.slow
@pytest.mark.usefixtures("in_this_process")
def test_hosts_that_answer_429_for_an_hour_are_left_alone_and_come_back_and_lose_nothing(
    make_world: MakeWorld, waits: Callable[[World], None]
) -> None:
    """One says for how long, one does not, one turns away only its pages; a fourth is well all the time."""
    well = "harbour-gazette/05-mayor-backs-dockers"
    unsaid = "northern-ledger/07-company-register"
    pages = [i for i in sample_press().story_ids if i.startswith("meridian-post/0")][:3]
    world = make_world(*STORIES, well, unsaid, *pages, max_attempts=3, host_interval_s=1.0, host_wait_s=5.0)
    waits(world)
    hour = {"Retry-After": "3600"}
    world.press.fail("flussblatt.localhost*", status=429, headers=hour)
    world.press.fail("northern-ledger.localhost*", status=429)
    for story in pages:
        path = world.press.press.revisions(story)[0].path
        world.press.fail(f"meridian-post.localhost{path}", status=429, headers=hour)
    first = world.run()
    assert set(world.articles()) == {world.article_id(well)}
    for source in ("flussblatt", "northern-ledger"):
        assert first.sources[source]["cause"].startswith("every poll failed: ")
    assert first.sources["meridian-post"]["discovered"] == 3
    world.press.clear_log()
    for _ in range(3):
        world.move(15 * MINUTE)
        world.run()
    asked = Counter(url.split("/")[2].partition(".")[0] for url, _ in world.asked())
    assert asked["flussblatt"] == asked["meridian-post"] == 0
    assert asked["northern-ledger"] <= 2 * 3
    assert world.states() == {"done": 1, "pending": 3}
    world.press.heal()
    world.move(16 * MINUTE)
    runs = 0
    while world.states() != {"done": 8} and runs < 4:
        world.run()
        world.move(15 * MINUTE)
        runs += 1
    assert runs <= 3  # a slowed host gives more than a page a run
    assert set(world.articles()) == {world.article_id(i) for i in (*STORIES, well, unsaid, *pages)}
    assert world.states() == {"done": 8}


# ------------------------------------------------------------------------------------------------ private addresses


@pytest.mark.slow
@pytest.mark.usefixtures("in_this_process")
def test_links_and_redirects_to_private_addresses_are_left_out_and_never_connected_to(make_world: MakeWorld) -> None:
    home = "flussblatt.localhost"
    with SamplePress(press_of(*STORIES), clock=DEFAULT_CLOCK) as press, socket.create_server(("127.0.0.2", 0)) as inner:
        port = inner.getsockname()[1]
        world = make_world(press=press, allow_networks="127.0.0.1/32", allow_ports=f"80,443,{press.port},{port}")
        links = [
            f"http://127.0.0.2:{port}/inside",
            f"http://[::ffff:127.0.0.2]:{port}/inside",
            "http://169.254.169.254/latest/meta-data/",
            "http://[fd00::1]/",
            "http://192.168.1.1/admin",
            f"http://{home}:22/",
        ]
        # The second goes by two hops, the third by way of a host of its own.
        redirected, twice, other = (world.url(i) for i in STORIES)
        path = {i: press.press.revisions(i)[0].path for i in STORIES}
        press.fail(home + path[STORIES[0]], status=302, headers={"Location": f"http://127.0.0.2:{port}/inside"})
        press.fail(home + path[STORIES[1]], status=301, headers={"Location": "/on"})
        press.fail(f"{home}/on", status=307, headers={"Location": "//169.254.169.254/latest/"})
        press.fail(home + path[STORIES[2]], status=302, headers={"Location": f"http://other.localhost:{press.port}/b"})
        press.fail("other.localhost/b", status=302, headers={"Location": "http://10.0.0.8/"})
        other_notation = ["http://0x7f.2/", "http://2130706434/", "http://127.2/"]
        items = "".join(
            f"<item><title>Story {n}</title><link>{link}</link></item>"
            for n, link in enumerate([*links, redirected, twice, other, *other_notation])
        )
        feed = f"<rss version='2.0'><channel><title>Flussblatt</title>{items}</channel></rss>".encode()
        press.fail(f"{home}/feed.atom", status=200, body=feed, headers={"Content-Type": "application/rss+xml"})
        report = world.run()
        assert world.ended() == dict.fromkeys([*links, redirected, twice, other], Reason.BLOCKED_ADDRESS)
        assert report.total["left_out"] == {"blocked_address": len(links) + 3}
        assert world.states() == {"left_out": len(links) + 3}
        with world.pipeline() as pipeline:
            (history,) = pipeline.ledger.health.histories({"flussblatt": "Europe/Berlin"}, world.clock())
        (feed_seen,) = history.feeds
        assert [poll.left_out for poll in feed_seen.polls] == [{"bad_url": len(other_notation)}]
        inner.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody knocked
            inner.accept()


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
        press=press, sources=sources, max_attempts=1, request_timeout_s=4.0, extract_timeout_s=5.0, host_wait_s=5.0
    )
    with driver_process(cold=True) as driver:  # what the run loads counts
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
        manifest = pipeline.batches.latest(batch.id, "pages", generation=batch.generation)
        fetched = list(pipeline.batches.read(manifest, Page | LeftOut | GivenBack))
        assert len(fetched) == len(outlet.trouble()) + 1
        assert {r.reason for r in fetched if isinstance(r, LeftOut)} >= {Reason.TOO_LARGE, Reason.HANG, Reason.TLS}
        # As if the fetch had been killed just before its end: it is tried again, and asks for nothing twice.
        asked = outlet.asked.copy()
        (Path(world.settings.archive) / "batches" / batch.id / f"pages.g{batch.generation:06d}.e000.json").unlink()
        pipeline.fetch(batch.id)
        again = pipeline.batches.latest(batch.id, "pages", generation=batch.generation)
        assert list(pipeline.batches.read(again, Page | LeftOut | GivenBack)) == fetched
    assert outlet.asked == asked
