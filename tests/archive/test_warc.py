import gzip
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from pipeline.archive import WarcStore
from pipeline.errors import ArchiveError
from pipeline.records import Exchange, WarcPointer

WHEN = datetime(2026, 10, 3, 12, 0, 0, 123456, tzinfo=UTC)


def exchange(url: str = "http://a.example/x?y=1", body: bytes = b"<p>hello</p>", **headers: str) -> Exchange:
    return Exchange(
        url=url,
        request_headers=(("Host", "a.example"), ("User-Agent", "Standpoint")),
        status=200,
        reason_phrase="OK",
        http_version="1.1",
        response_headers=(
            ("Content-Type", "text/html"),
            ("Transfer-Encoding", "chunked"),
            *[(k.replace("_", "-"), v) for k, v in headers.items()],
        ),
        body=body,
        fetched_at=WHEN,
        ip="127.0.0.1",
    )


@pytest.fixture
def store(tmp_path: Path) -> WarcStore:
    return WarcStore(str(tmp_path))


def test_what_is_written_is_read_back_by_pointer(store: WarcStore) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        first = out.write(exchange(), b'{"n": 1}')
        second = out.write(exchange("http://b.example/", gzip.compress(b"zipped"), Content_Encoding="gzip"), b"{}")
    assert store.read(first).body == b"<p>hello</p>"
    assert store.read(first).header("content-type") == "text/html"
    assert store.read(second).body == b"zipped"
    assert store.read(second).url == "http://b.example/"
    assert first.file.startswith("2026/10/03/b1.e000.a01")


def test_standard_tools_read_the_file_without_a_complaint(store: WarcStore, tmp_path: Path) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        pointer = out.write(exchange(), b'{"n": 1}')
    path = tmp_path / "warc" / pointer.file
    with path.open("rb") as file:
        kinds = [(r.rec_type, r.rec_headers.get_header("WARC-Target-URI")) for r in ArchiveIterator(file)]
    assert kinds == [
        ("warcinfo", None),
        ("request", "http://a.example/x?y=1"),
        ("response", "http://a.example/x?y=1"),
        ("metadata", "http://a.example/x?y=1"),
    ]
    with path.open("rb") as file:
        assert [r.http_headers is not None for r in FastIterator(file)] == [False, True, True, False]
    checker = Checker(Namespace(verbose=False, inputs=[str(path)]))
    checker.process_all()
    assert checker.exit_value == 0


def test_a_retry_reads_the_complete_visits_and_passes_over_a_torn_end(store: WarcStore, tmp_path: Path) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        pointers = [out.write(exchange(f"http://a.example/{n}"), b'{"n": %d}' % n) for n in range(3)]
    path = tmp_path / "warc" / pointers[0].file
    whole = path.read_bytes()
    for cut in (len(whole) - 1, pointers[2].offset + 10, pointers[2].offset, 5, 0):
        path.write_bytes(whole[:cut])
        found = list(store.visits("b1", epoch=0, created=WHEN))
        assert [p for p, _ in found] == pointers[: len(found)]
        assert [o for _, o in found] == [b'{"n": %d}' % n for n in range(len(found))]
        assert len(found) == (2 if cut > 100 else 0)


def test_another_epoch_does_not_see_the_visits_of_the_first(store: WarcStore) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        out.write(exchange(), b"{}")
    assert list(store.visits("b1", epoch=1, created=WHEN)) == []


def test_each_try_has_a_file_of_its_own(store: WarcStore) -> None:
    files = []
    for _ in range(2):
        with store.writer("b1", epoch=0, created=WHEN) as out:
            files.append(out.write(exchange(), b"{}").file)
    assert len(set(files)) == 2
    assert len(list(store.visits("b1", epoch=0, created=WHEN))) == 2


def test_the_outcome_of_a_stored_response_is_found_by_its_pointer(store: WarcStore) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        pointers = [out.write(exchange(f"http://a.example/{n}"), b'{"n": %d}' % n) for n in range(3)]
    assert [store.read_outcome(p) for p in pointers] == [b'{"n": 0}', b'{"n": 1}', b'{"n": 2}']
    beside = WarcPointer(file=pointers[0].file, offset=pointers[0].offset, length=pointers[0].length + 3)
    for nowhere in (beside, WarcPointer(file="no/such.warc.gz", offset=0, length=9)):
        with pytest.raises(ArchiveError):
            store.read_outcome(nowhere)


def test_a_response_without_its_outcome_is_no_visit(store: WarcStore, tmp_path: Path) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        pointer = out.write(exchange(), b"{}")
    path = tmp_path / "warc" / pointer.file
    path.write_bytes(path.read_bytes()[: pointer.offset + pointer.length])
    assert list(store.scan(pointer.file)) == []
    with pytest.raises(ArchiveError, match="no outcome"):
        store.read_outcome(pointer)


def test_a_day_is_scanned_over_all_its_batches_and_tries(store: WarcStore) -> None:
    kept: list[tuple[WarcPointer, bytes]] = []
    for batch, epoch in (("b1", 0), ("b1", 1), ("b2", 0), ("b2", 0)):
        with store.writer(batch, epoch=epoch, created=WHEN) as out:
            kept += [(out.write(exchange(f"http://{batch}.example/{n}"), b"%d" % n), b"%d" % n) for n in range(2)]
    with store.writer("b3", epoch=0, created=WHEN + timedelta(days=1)) as out:
        out.write(exchange(), b"{}")
    found = list(store.scan(WHEN.date()))
    assert sorted(found, key=str) == sorted(kept, key=str)
    assert len(store.names(WHEN.date())) == 4
    assert list(store.scan(kept[0][0].file)) == kept[:2]
    assert list(store.scan(WHEN.date() - timedelta(days=1))) == []
    with pytest.raises(ArchiveError, match="such"):
        list(store.scan("no/such.warc.gz"))


@pytest.mark.parametrize(("offset", "length"), [(0, 20), (3, 500), (10**9, 10)])
def test_a_wrong_pointer_is_an_error_that_names_the_place(store: WarcStore, offset: int, length: int) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        file = out.write(exchange(), b"{}").file
    with pytest.raises(ArchiveError, match="b1"):
        store.read(WarcPointer(file=file, offset=offset, length=length))


@given(body=st.binary(max_size=300), outcome=st.binary(max_size=100))
def test_any_body_survives(tmp_path_factory: pytest.TempPathFactory, body: bytes, outcome: bytes) -> None:
    store = WarcStore(str(tmp_path_factory.mktemp("warc")))
    with store.writer("b", epoch=0, created=WHEN) as out:
        pointer = out.write(exchange(body=body), outcome)
    assert store.read(pointer).body == body
    assert list(store.visits("b", epoch=0, created=WHEN)) == [(pointer, outcome)]
