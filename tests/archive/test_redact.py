"""Visits taken out of WARC files, read back by our own reader and by the standard tools."""

import zlib
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from pipeline.archive import WarcStore
from pipeline.archive.redact import Visit, redact
from pipeline.errors import ArchiveError
from pipeline.records import WarcPointer
from tests.archive.test_warc import WHEN, Namespace, exchange

SECRET = b"a word that must be gone"


def is_b(visit: Visit) -> bool:
    return any("b.example" in url for url in visit.urls)


@pytest.fixture
def store(tmp_path: Path) -> WarcStore:
    return WarcStore(str(tmp_path))


@pytest.fixture
def pointers(store: WarcStore) -> list[WarcPointer]:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        return [
            out.write(exchange(f"http://{host}.example/", body=body), b'{"entry_id": "%s"}' % host.encode())
            for host, body in (("a", b"one"), ("b", SECRET), ("c", b"three"), ("b", b"again " + SECRET))
        ]


def uncompressed(path: Path) -> bytes:
    raw, whole = path.read_bytes(), b""
    while raw:
        member = zlib.decompressobj(31)
        whole += member.decompress(raw)
        raw = member.unused_data
    return whole


def test_what_stays_is_read_at_its_old_place_and_what_goes_is_nowhere(
    store: WarcStore, pointers: list[WarcPointer]
) -> None:
    path = Path(store.path(pointers[0].file))
    size = path.stat().st_size
    assert redact(store, pointers[0].file, is_b) == 2
    assert [store.read(pointers[n]).body for n in (0, 2)] == [b"one", b"three"]
    for n in (1, 3):
        with pytest.raises(ArchiveError):
            store.read(pointers[n])
    assert path.stat().st_size == size
    assert SECRET not in uncompressed(path)
    assert b"b.example" not in uncompressed(path)
    assert [p for p, _ in store.scan(pointers[0].file)] == [pointers[0], pointers[2]]
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_standard_tools_read_on_past_a_blank(store: WarcStore, pointers: list[WarcPointer]) -> None:
    redact(store, pointers[0].file, is_b)
    path = Path(store.path(pointers[0].file))
    with path.open("rb") as file:
        kinds = [r.rec_type for r in ArchiveIterator(file)]
    visit = ["request", "response", "metadata"]
    assert kinds == ["warcinfo", *visit, "warcinfo", *visit, "warcinfo"]
    with path.open("rb") as file:
        assert [r.headers["WARC-Type"] for r in FastIterator(file)] == kinds
    assert Checker(Namespace(inputs=[str(path)], verbose=False)).process_all() == 0


def test_the_outcome_names_what_the_records_do_not(store: WarcStore, pointers: list[WarcPointer]) -> None:
    assert redact(store, pointers[0].file, lambda v: v.outcome.get("entry_id") == "c", dry_run=True) == 1
    assert store.read(pointers[2]).body == b"three"
    assert redact(store, pointers[0].file, lambda v: v.outcome.get("entry_id") == "c") == 1
    assert redact(store, pointers[0].file, lambda v: v.outcome.get("entry_id") == "c") == 0


def test_a_torn_end_goes_because_nobody_can_tell_whose_it_is(store: WarcStore, pointers: list[WarcPointer]) -> None:
    path = Path(store.path(pointers[0].file))
    path.write_bytes(path.read_bytes()[:-20])
    assert redact(store, pointers[0].file, lambda v: False) == 0
    assert store.read(pointers[3]).body == b"again " + SECRET  # torn was the outcome behind it
    assert redact(store, pointers[0].file, is_b) == 2
    assert SECRET not in uncompressed(path)


def test_a_file_that_is_not_there_is_named(store: WarcStore) -> None:
    with pytest.raises(ArchiveError, match="2026/none"):
        redact(store, "2026/none.warc.gz", is_b)
