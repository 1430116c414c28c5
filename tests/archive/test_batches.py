import errno
import multiprocessing
import os
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from upath import UPath

from pipeline.archive import BatchStore
from pipeline.errors import ArchiveError, ManifestMissing
from pipeline.records import DroppedEntry, Reason


def lines(n: int) -> list[DroppedEntry]:
    return [DroppedEntry(url=f"http://a.example/{i}", reason=Reason.TOO_OLD, title="ü" * 50) for i in range(n)]


@pytest.fixture
def store(tmp_path: Path) -> BatchStore:
    return BatchStore(str(tmp_path))


def test_a_committed_file_is_read_back(store: BatchStore) -> None:
    manifest = store.write("b1", "pages", lines(5000), generation=3)
    assert manifest.records == 5000
    assert list(store.read(store.latest("b1", "pages", generation=3), DroppedEntry)) == lines(5000)


def test_nothing_is_there_before_the_manifest(store: BatchStore) -> None:
    def broken():
        yield lines(1)[0]
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        store.write("b1", "pages", broken(), generation=1)
    assert store.manifest("b1", "pages", generation=1) is None
    with pytest.raises(ManifestMissing, match="b1"):
        store.latest("b1", "pages", generation=1)


def test_the_first_try_to_commit_wins_and_the_second_leaves_no_file(store: BatchStore, tmp_path: Path) -> None:
    first = store.write("b1", "pages", lines(1), generation=1)
    second = store.write("b1", "pages", lines(2), generation=1)
    assert second == first
    assert sorted(p.suffix for p in (tmp_path / "batches/b1").iterdir()) == [".json", ".zst"]


def test_a_new_epoch_makes_a_new_manifest_and_is_what_the_next_stage_reads(store: BatchStore) -> None:
    store.write("b1", "pages", lines(1), generation=1)
    store.write("b1", "pages", lines(2), generation=1, epoch=1)
    store.write("b1", "pages", lines(3), generation=2)
    assert store.latest("b1", "pages", generation=1).records == 2
    assert store.latest("b1", "pages", generation=2).records == 3


def test_a_damaged_file_is_an_error_that_names_it(store: BatchStore, tmp_path: Path) -> None:
    manifest = store.write("b1", "pages", lines(100), generation=1)
    path = tmp_path / "batches/b1" / manifest.file
    path.write_bytes(path.read_bytes()[:20] + b"xxxx" + path.read_bytes()[24:])
    with pytest.raises(ArchiveError, match="b1"):
        list(store.read(manifest, DroppedEntry))


def test_an_unwritable_root_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "batches").write_text("a file where a folder should be")
    with pytest.raises(ArchiveError, match="free space and permissions"):
        BatchStore(str(tmp_path)).write("b1", "pages", lines(1), generation=1)


@pytest.mark.parametrize("number", [1, 2], ids=["the file", "the manifest"])
def test_a_disk_that_says_only_at_the_end_that_it_is_full_commits_nothing(
    store: BatchStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """With delayed allocation a write succeeds and only the sync tells that there was no room."""
    calls: list[int] = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ArchiveError, match="check free space"):
            store.write("b1", "pages", lines(3), generation=1)
    assert store.manifest("b1", "pages", generation=1) is None
    assert store.write("b1", "pages", lines(3), generation=1).records == 3


def _race(root: str, barrier, results) -> None:
    barrier.wait()
    results.put(BatchStore(root).write("b1", "pages", lines(3), generation=1).file)


def test_of_many_processes_that_commit_at_once_one_wins(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(4), context.Queue()
    workers = [context.Process(target=_race, args=(str(tmp_path), barrier, results)) for _ in range(4)]
    for worker in workers:
        worker.start()
    files = {results.get(timeout=60) for _ in workers}
    for worker in workers:
        worker.join()
    assert len(files) == 1


# ---------------------------------------------------------------------------------------- rewriting and removing


def titles(store: BatchStore) -> list[str]:
    manifest = store.latest("b1", "pages", generation=1)
    return [d.url for d in store.read(manifest, DroppedEntry)]


def test_records_are_changed_and_taken_out_in_place(store: BatchStore, tmp_path: Path) -> None:
    store.write("b1", "pages", lines(3), generation=1)
    manifest = store.latest("b1", "pages", generation=1)

    def change(record: dict) -> dict | None:
        if record["url"].endswith("/0"):
            return None
        return record | {"url": "http://b.example/"} if record["url"].endswith("/1") else record

    assert store.change(manifest, change) == 2
    assert titles(store) == ["http://b.example/", "http://a.example/2"]
    assert store.latest("b1", "pages", generation=1).records == 2
    assert len(list((tmp_path / "batches/b1").iterdir())) == 2
    before = sorted((tmp_path / "batches/b1").iterdir())
    assert store.change(store.latest("b1", "pages", generation=1), lambda r: r) == 0
    assert sorted((tmp_path / "batches/b1").iterdir()) == before


def test_a_rewrite_that_dies_before_its_manifest_has_not_happened(
    store: BatchStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = store.write("b1", "pages", lines(2), generation=1)

    def full(*_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.archive.batches.replace_file", full)
        with pytest.raises(ArchiveError, match="b1"):
            store.change(manifest, lambda r: None)
    assert len(titles(store)) == 2
    assert len(list((tmp_path / "batches/b1").iterdir())) == 3
    assert store.sweep("b1", older_than_s=3600, at=time.time()) == 1  # it may be under way
    assert store.sweep("b1", older_than_s=0, at=time.time() + 1) == 0
    assert len(list((tmp_path / "batches/b1").iterdir())) == 2
    assert len(titles(store)) == 2


def test_a_batch_is_removed_whole_and_may_be_removed_again(store: BatchStore, tmp_path: Path) -> None:
    store.write("20261003T120000-000-aa", "pages", lines(2), generation=1)
    store.write("20261004T120000-000-bb", "pages", lines(2), generation=1)
    store.write("20261004T120000-000-bb", "entries", lines(2), generation=1)
    assert store.ids() == ["20261003T120000-000-aa", "20261004T120000-000-bb"]
    assert store.ids(since=datetime(2026, 10, 4, tzinfo=UTC)) == ["20261004T120000-000-bb"]
    assert [m.stage for m in store.manifests("20261004T120000-000-bb")] == ["entries", "pages"]
    assert store.size("20261003T120000-000-aa") > 0
    for _ in range(2):
        store.remove("20261003T120000-000-aa")
    assert store.ids() == ["20261004T120000-000-bb"]
    assert BatchStore(str(tmp_path / "none")).ids() == []


def test_an_object_store_keeps_batches_as_a_folder_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(self: UPath, *_: object) -> None:  # as S3's does, where no object is left
        raise NotADirectoryError(str(self))

    store = BatchStore(f"memory://bucket-{uuid.uuid4().hex[:8]}/archive")
    made = store.write("b1", "entries", lines(1), generation=1)
    assert store.write("b1", "entries", lines(2), generation=1) == made  # the first that commits wins
    assert list(store.read(made, DroppedEntry)) == lines(1)
    assert store.ids() == ["b1"]
    monkeypatch.setattr(type(UPath("memory://x")), "rmdir", gone)
    store.remove("b1")
    assert [m.stage for m in store.manifests("b1")] == []
    monkeypatch.setattr(type(UPath("memory://x")), "iterdir", gone)
    store.remove("b1")
    assert store.ids() == []
