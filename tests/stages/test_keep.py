"""Retention, a full disk and a read-only index, against the sample press and the real servers."""

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline import room
from pipeline.errors import BatchFailed, NoRoom
from pipeline.stages.keep import prune, status
from tests.stages.conftest import MakeWorld
from tests.stages.month import Past
from tests.stages.world import World

STORIES = ("kestrel-wire/03-trawler-seized", "harbour-gazette/05-mayor-backs-dockers")
pytestmark = pytest.mark.usefixtures("in_this_process")

MB = 1024 * 1024


def kept_for(world: World, **changes: int) -> None:
    world.settings = world.settings.model_copy(update=changes)


@pytest.fixture(scope="module")
def crawled(make_world: MakeWorld) -> World:
    world = make_world(*STORIES)
    world.run()
    return world


# ------------------------------------------------------------------------------------------------------ retention


def test_nothing_young_goes(crawled: World) -> None:
    before = crawled.files("warc"), crawled.files("batches"), crawled.documents()
    with crawled.pipeline() as pipeline:
        pruned = prune(pipeline)
    assert (pruned.batches, pruned.warc_files, pruned.indices, pruned.bytes) == (0, 0, (), 0)
    assert (crawled.files("warc"), crawled.files("batches"), crawled.documents()) == before


def test_a_batch_stays_while_warc_cannot_make_it_again_and_goes_then(crawled: World) -> None:
    crawled.clock.move(timedelta(days=31))
    (warc,) = (Path(crawled.settings.archive) / "warc").rglob("*.warc.gz")
    away = warc.with_suffix(".away")
    warc.rename(away)
    with crawled.pipeline() as pipeline:
        pruned = prune(pipeline)
        assert (pruned.batches, pruned.batches_kept) == (0, {"WARC cannot make it again": 1})
        away.rename(warc)
        planned = prune(pipeline, dry_run=True)
        assert crawled.files("batches")
        pruned = prune(pipeline)
        assert (pruned.batches, pruned.bytes) == (planned.batches, planned.bytes) == (1, pruned.bytes)
        assert pruned.bytes > 0
        assert crawled.files("batches") == []
        assert prune(pipeline).batches == 0
    assert len(crawled.articles()) == len(STORIES)


def test_a_batch_that_the_ledger_does_not_know_stays(crawled: World) -> None:
    with crawled.pipeline() as pipeline:
        pipeline.batches.write("20200101T000000-000-aaaaaaaa", "entries", [], generation=1)
        assert prune(pipeline).batches_kept == {"the ledger does not know it": 1}


def test_warc_goes_by_age_but_not_while_work_waits_for_it(crawled: World) -> None:
    kept_for(crawled, keep_warc_days=30)
    (name,) = crawled.files("warc")
    with crawled.pipeline() as pipeline:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(pipeline.ledger.retention), "stored_for_work", lambda self: {name})
            assert prune(pipeline).warc_kept == {"work waits for it": 1}
        assert prune(pipeline, dry_run=True).warc_files == 1
        assert crawled.files("warc") == [name]
        assert prune(pipeline).warc_files == 1
    assert crawled.files("warc") == []


def test_a_month_goes_whole_and_no_crawl_brings_it_back(crawled: World) -> None:
    kept_for(crawled, keep_indices_months=1)
    with crawled.pipeline() as pipeline:
        pruned = prune(pipeline)
        assert {name[-7:] for name in pruned.indices} == {"2026-10"}
        assert {name[:-8] for name in pruned.indices} >= {"articles", "runs", "coverage"}
        assert not [n for n in pipeline.index_client.months() if n.endswith("2026-10")]
        assert pipeline.trace(crawled.url(STORIES[0]))["article"]["documents"] == []
    assert crawled.run(force=True).batches == 0
    assert crawled.articles() == {}


def test_no_backfill_writes_to_a_month_that_is_no_longer_kept_and_plan_and_report_say_so(crawled: World) -> None:
    past = Past(press=crawled.press, settings=crawled.settings, clock=crawled.clock, sources=crawled.sources)
    third = date(2026, 10, 3)
    crawled.press.clear_log()
    with past.backfill() as pipeline:
        plan = pipeline.forecast([third], {})
        assert {(d.source, d.kept_from) for d in plan.days} == {
            ("kestrel-wire", "2026-12"),
            ("harbour-gazette", "2026-12"),
        }
        assert sum(d.steps.get("not_kept", 0) for d in plan.days) == 1
    for form, changes in (({}, {}), ({"stages": "extract", "refetch": "always"}, {}), ({}, {"min_words": 59})):
        (report,) = past.reconcile(third, changes=changes, **form)
        assert (report.batches, report.total["not_kept"], report.total["still_missing"]) == (0, 1, 0)
        causes = {row["cause"] for row in report.sources.values()}
        assert causes == {"nothing to do: indices are kept from 2026-12 on, and this day is older"}
    assert crawled.asked() == []
    with past.backfill() as pipeline:
        assert not [n for n in pipeline.index_client.months() if n.endswith("2026-10")]
    # kept for longer, it comes back
    (report,) = past.reconcile(third, changes={"keep_indices_months": 3})
    assert report.total["made"] == 1
    assert crawled.articles().keys() == {crawled.article_id(STORIES[0])}


def test_a_crawl_leaves_out_what_would_live_in_a_month_that_is_no_longer_kept(make_world: MakeWorld) -> None:
    world = make_world(*STORIES, keep_indices_months=1)
    world.clock.move(timedelta(days=31))
    report = world.run()
    assert report.total["left_out"] == {"not_kept": len(STORIES)}
    with world.pipeline() as pipeline:
        assert not [n for n in pipeline.index_client.months() if n.endswith("2026-10")]


def test_logs_go_by_age_with_the_folders_that_they_leave_empty(crawled: World, tmp_path: Path) -> None:
    old, young, other = (tmp_path / p for p in ("dag/run/1.log", "dag/2.log", "dag/run2/notes.txt"))
    for path in (old, young, other):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (tmp_path / "link.log").symlink_to(other)
    past = time.time() - 40 * 86400
    for path in (old, other):
        os.utime(path, (past, past))
    with crawled.pipeline() as pipeline:
        assert prune(pipeline, logs=[tmp_path], dry_run=True).logs == 1
        assert prune(pipeline, logs=[tmp_path, tmp_path / "none"]).logs == 1
    assert not old.parent.exists()
    assert young.exists()
    assert other.exists()
    assert (tmp_path / "link.log").is_symlink()


# ----------------------------------------------------------------------------------------------------- no room


def free(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda folder: megabytes * MB)


def test_a_full_disk_stops_new_work_says_so_loses_nothing_and_goes_on(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(*STORIES, min_free_mb=100)
    free(monkeypatch, 99)
    world.press.clear_log()
    with pytest.raises(BatchFailed, match=r"99 MB free.*no new work is taken"):
        world.run()
    assert world.asked() == []
    with world.pipeline() as pipeline:
        report = pipeline.ledger.runs.get("cli/1").report
        assert "99 MB free" in report["held"]
        assert {s["cause"] for s in report["sources"].values()} == {"no new work was taken: there was no room"}
        told = status(pipeline)
    assert (told["ok"], told["run"]["held"]) == (False, report["held"])
    assert "99 MB free" in told["disk"]["trouble"]
    free(monkeypatch, 100)
    assert world.run().total["indexed"] == len(STORIES)
    with world.pipeline() as pipeline:
        assert status(pipeline)["ok"]


def test_what_is_under_way_comes_to_its_end(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(*STORIES, min_free_mb=100, batch_size=1)
    with world.pipeline() as pipeline:
        pipeline.plan("crawl/1", "crawl")
        for source in ("kestrel-wire", "harbour-gazette"):
            pipeline.discover("crawl/1", [source])
        batches = pipeline.split("crawl/1")
        free(monkeypatch, 0)
        assert pipeline.split("crawl/1") == batches  # a retry of the task
        for batch in batches:
            for stage in (pipeline.fetch, pipeline.extract, pipeline.tag, pipeline.index):
                stage(batch)
        with pytest.raises(NoRoom):
            pipeline.plan("crawl/2", "crawl")
        with pytest.raises(NoRoom):
            pipeline.discover("crawl/2", ["kestrel-wire"])
        with pytest.raises(NoRoom):
            pipeline.split("crawl/2")
    assert len(world.articles()) == len(STORIES)


def test_a_read_only_index_stops_new_work_with_a_clear_message_and_no_attempt(make_world: MakeWorld) -> None:
    world = make_world(*STORIES)
    with world.pipeline() as pipeline:
        client = pipeline.index_client
        client.drop("runs-2026-10")
        client._client.indices.create(index=f"{client.prefix}runs-2026-10")
        block = "index.blocks.read_only_allow_delete"  # what the node sets at its flood stage
        client._client.indices.put_settings(index=f"{client.prefix}runs-2026-10", settings={block: True})
    for _ in range(3):
        with pytest.raises(BatchFailed, match="flood stage"):
            world.run()
    with world.pipeline() as pipeline:
        assert "flood stage" in status(pipeline)["index"]["trouble"]
        assert pipeline.ledger.work.states() == {"pending": len(STORIES)}
        client = pipeline.index_client
        client._client.indices.put_settings(index=f"{client.prefix}runs-2026-10", settings={block: None})
    assert world.run().total["indexed"] == len(STORIES)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 8 MB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=False)
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_file_system_fills_up_and_empties(make_world: MakeWorld, tiny_disk: Path) -> None:
    world = make_world(*STORIES, min_free_mb=4)
    world.settings = world.settings.model_copy(update={"archive": str(tiny_disk / "archive")})
    filler = tiny_disk / "filler"
    filler.write_bytes(bytes(5 * MB))
    with pytest.raises(BatchFailed, match="no new work is taken"):
        world.run()
    filler.unlink()
    assert world.run().total["indexed"] == len(STORIES)
    assert world.files("warc")
