import multiprocessing
from pathlib import Path

import pytest

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
