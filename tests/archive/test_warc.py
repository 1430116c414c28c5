import gzip
import io
import json
import subprocess
import sys
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.indexer import Indexer

from pipeline.archive import WarcStore
from pipeline.archive.redact import redact
from pipeline.errors import ArchiveError
from pipeline.records import Exchange, WarcPointer
from pipeline.settings import PROJECT

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


def checked(path: Path) -> int:
    """Exit status of ``warcio check``: digests of all records, and that nothing is left over."""
    checker = Checker(Namespace(verbose=False, inputs=[str(path)]))
    checker.process_all()
    return int(checker.exit_value)


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
    assert checked(path) == 0


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


def test_an_outcome_without_an_answer_is_known_to_a_retry_and_to_nobody_else(store: WarcStore, tmp_path: Path) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        first = out.write(exchange(), b'{"n": 1}')
        out.note("http://b.example/reserved", b'{"n": 2}', at=WHEN)
        last = out.write(exchange("http://c.example/"), b'{"n": 3}')
    found = list(store.visits("b1", epoch=0, created=WHEN))
    assert found == [(first, b'{"n": 1}'), (None, b'{"n": 2}'), (last, b'{"n": 3}')]
    assert [pointer for pointer, _ in store.scan(first.file)] == [first, last]
    path = tmp_path / "warc" / first.file
    assert checked(path) == 0
    assert redact(store, first.file, lambda visit: visit.urls == ("http://b.example/reserved",)) == 1
    assert b"reserved" not in gzip.decompress(path.read_bytes())
    assert [pointer for pointer, _ in store.visits("b1", epoch=0, created=WHEN)] == [first, last]


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


def not_modified(url: str = "http://a.example/x?y=1") -> Exchange:
    later = WHEN + timedelta(hours=6)
    return msgspec.structs.replace(
        exchange(url),
        status=304,
        reason_phrase="Not Modified",
        body=b"",
        response_headers=(("ETag", '"1"'),),
        fetched_at=later,
    )


def raw_headers(path: Path, kind: str) -> list[dict[str, str]]:
    """Header fields of the records of a kind, as an independent reader sees them."""
    with path.open("rb") as file:
        return [dict(r.headers) for r in FastIterator(file, parse_http=False) if r.headers["WARC-Type"] == kind]


def test_a_visit_that_brought_nothing_new_refers_to_the_earlier_one(store: WarcStore, tmp_path: Path) -> None:
    packed = exchange(body=gzip.compress(b"<p>hello</p>", mtime=0), Content_Encoding="gzip")
    again = msgspec.structs.replace(packed, fetched_at=WHEN + timedelta(hours=1))
    with store.writer("b1", epoch=0, created=WHEN) as out:
        first = out.write(packed, b'{"n": 1}')
    with store.writer("b2", epoch=0, created=WHEN + timedelta(days=1)) as out:
        same = out.write(again, b'{"n": 2}', original=first)
        unchanged = out.write(not_modified(), b'{"n": 3}', original=same)  # leads to the response, not to the revisit
    assert same.length < 800
    for pointer in (same, unchanged):
        read = store.read(pointer)
        assert (read.body, read.status, read.revisit_of) == (b"<p>hello</p>", 200, first)
    assert store.read(unchanged).header("etag") == '"1"'
    assert store.read_outcome(unchanged) == b'{"n": 3}'
    assert [p for p, _ in store.scan(same.file)] == [same, unchanged]

    path = tmp_path / "warc" / same.file
    (original,) = raw_headers(tmp_path / "warc" / first.file, "response")
    revisits = raw_headers(path, "revisit")
    assert [r["WARC-Profile"].rpartition("/")[2] for r in revisits] == [
        "identical-payload-digest",
        "server-not-modified",
    ]
    for revisit in revisits:
        assert revisit["WARC-Profile"].startswith("http://netpreserve.org/warc/1.1/revisit/")
        assert revisit["WARC-Refers-To"] == original["WARC-Record-ID"]
        assert revisit["WARC-Refers-To-Target-URI"] == original["WARC-Target-URI"]
        assert revisit["WARC-Refers-To-Date"] == original["WARC-Date"]
        assert revisit["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
        assert revisit["WARC-Refers-To-Filename"] == first.file
    assert checked(path) == 0
    with path.open("rb") as file:
        assert all(r.verify_block_digest() for r in FastIterator(file, parse_http=False))


def test_a_visit_that_brought_something_new_is_stored_whole(store: WarcStore) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        first = out.write(exchange(), b"{}")
        nowhere = WarcPointer(file=first.file, offset=first.offset + 3, length=9)
        for new, original in (
            (exchange(body=b"<p>other</p>"), first),
            (exchange("http://a.example/other"), first),
            (exchange(), nowhere),
        ):
            read = store.read(out.write(new, b"{}", original=original))
            assert (read.body, read.revisit_of) == (new.body, None)


def test_a_revisit_of_what_is_gone_is_an_error_that_names_it(store: WarcStore, tmp_path: Path) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        first = out.write(exchange(), b"{}")
    with store.writer("b2", epoch=0, created=WHEN) as out:
        same = out.write(exchange(), b"{}", original=first)
    redact(store, first.file, lambda visit: True)
    with pytest.raises(ArchiveError, match="b1"):
        store.read(same)
    (tmp_path / "warc" / first.file).unlink()
    with pytest.raises(ArchiveError, match="b1"):
        store.read(same)


def test_the_index_of_a_standard_tool_leads_to_the_same_places(store: WarcStore, tmp_path: Path) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        pointers = [out.write(exchange(f"http://a.example/{n}"), b"{}") for n in range(3)]
    path, listed = tmp_path / "warc" / pointers[0].file, io.StringIO()
    Indexer(["offset", "length", "warc-type", "http:status"], [str(path)], None).process_one(
        path.open("rb"), listed, path.name
    )
    lines = [json.loads(line) for line in listed.getvalue().splitlines()]
    found = [(int(x["offset"]), int(x["length"])) for x in lines if x["warc-type"] == "response"]
    assert found == [(p.offset, p.length) for p in pointers]


def test_a_stored_bomb_is_read_up_to_a_limit_and_what_cannot_be_unpacked_as_it_is(store: WarcStore) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        bomb = out.write(exchange(body=gzip.compress(b"x" * 20_000_000), Content_Encoding="gzip"), b"{}")
        broken = out.write(exchange(body=b"no gzip", Content_Encoding="gzip"), b"{}")
        twice = out.write(exchange(body=gzip.compress(gzip.compress(b"twice")), Content_Encoding="gzip, gzip"), b"{}")
    assert len(store.read(bomb).body) == 16 * 1024 * 1024
    assert store.read(broken).body == b"no gzip"
    assert store.read(twice).body == b"twice"


_FILL = """
import resource, signal, sys
from pipeline.archive import WarcStore
from pipeline.errors import ArchiveError
from tests.archive.test_warc import WHEN, exchange
import random
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
body, errors = random.Random(1).randbytes(8_000), []
with WarcStore(sys.argv[1]).writer("b1", epoch=0, created=WHEN) as out:
    for n in range(20):
        try:
            out.write(exchange(f"http://a.example/{n}", body), b"%d" % n)
        except ArchiveError as error:
            errors.append(str(error))
print(len(errors), errors[0], errors[-1], sep="\\n")
"""


def test_a_full_disk_is_told_and_leaves_a_file_that_ends_with_its_last_complete_visit(
    store: WarcStore, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FILL, str(tmp_path)], capture_output=True, text=True, timeout=60, cwd=PROJECT
    )
    assert done.returncode == 0, done.stderr
    number, first, last = done.stdout.splitlines()
    (name,) = store.names(WHEN.date())
    visits = list(store.scan(name))
    assert 3 < len(visits) == 20 - int(number)
    assert [outcome for _, outcome in visits] == [b"%d" % n for n in range(len(visits))]
    assert "check free space" in first
    assert "no more" in last
    path = tmp_path / "warc" / name
    pointer = visits[-1][0]
    assert len(store.read(pointer).body) == 8_000
    assert checked(path) == 0  # the end is a record's end
    assert gzip.decompress(path.read_bytes())  # and no torn one behind it, which lenient tools pass over


@pytest.mark.parametrize(("offset", "length"), [(0, 20), (3, 500), (10**9, 10)])
def test_a_wrong_pointer_is_an_error_that_names_the_place(store: WarcStore, offset: int, length: int) -> None:
    with store.writer("b1", epoch=0, created=WHEN) as out:
        file = out.write(exchange(), b"{}").file
    with pytest.raises(ArchiveError, match="b1"):
        store.read(WarcPointer(file=file, offset=offset, length=length))


@settings(deadline=None)  # each example puts a file safely on disk
@given(body=st.binary(max_size=300), outcome=st.binary(max_size=100))
def test_any_body_survives(tmp_path_factory: pytest.TempPathFactory, body: bytes, outcome: bytes) -> None:
    store = WarcStore(str(tmp_path_factory.mktemp("warc")))
    with store.writer("b", epoch=0, created=WHEN) as out:
        pointer = out.write(exchange(body=body), outcome)
    assert store.read(pointer).body == body
    assert list(store.visits("b", epoch=0, created=WHEN)) == [(pointer, outcome)]
