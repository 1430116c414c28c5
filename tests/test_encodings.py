import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.encodings import BadEncoding, TooLarge, decode, gunzip

BODY = b"<p>words</p>" * 100


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("packed", "encodings"),
    [
        (BODY, ""),
        (BODY, "identity"),
        (BODY, "UTF-8, none"),
        (gzip.compress(BODY), "gzip"),
        (gzip.compress(BODY), "X-GZip"),
        (zlib.compress(BODY), "deflate"),
        (bare_deflate(BODY), "deflate"),
        (gzip.compress(zlib.compress(BODY)), "deflate, gzip"),
        (gzip.compress(BODY[:500]) + gzip.compress(BODY[500:]), "gzip"),
        (gzip.compress(BODY) + b"\0\0\0", "gzip"),
    ],
    ids=lambda value: value if isinstance(value, str) else "body",
)
def test_encodings_are_undone(packed: bytes, encodings: str) -> None:
    assert decode(packed, encodings, 10_000) == BODY


def test_a_cut_off_stream_gives_what_it_has() -> None:
    out = decode(gzip.compress(BODY)[:-12], "gzip", 10_000)
    assert BODY.startswith(out)
    assert out


@pytest.mark.parametrize("encodings", ["br", "zstd", "gzip, br", "gzip, gzip, gzip", "compress", "gzip;q=1", "deflate"])
def test_what_was_not_asked_for_or_is_broken_is_refused(encodings: str) -> None:
    with pytest.raises(BadEncoding):
        decode(b"\xff\xfe no such stream", encodings, 10_000)


def test_gzip_that_is_none_is_refused() -> None:
    with pytest.raises(BadEncoding):
        decode(BODY, "gzip", 10_000)
    with pytest.raises(BadEncoding):
        decode(gzip.compress(BODY)[:10] + b"\xff" * 50, "gzip", 10_000)


def test_an_empty_body_needs_no_encoding() -> None:
    assert decode(b"", "br", 10) == b""


def test_the_limit_is_exact() -> None:
    assert decode(gzip.compress(BODY), "gzip", len(BODY)) == BODY
    with pytest.raises(TooLarge):
        decode(gzip.compress(BODY), "gzip", len(BODY) - 1)


def test_a_bomb_takes_no_more_memory_than_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        decode(bomb, "gzip", 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_many_small_members_share_one_limit() -> None:
    with pytest.raises(TooLarge):
        gunzip(gzip.compress(BODY) * 20, len(BODY) * 10)


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "deflate, gzip", "br", "", "x", ","]))
def test_any_bytes_are_decoded_or_refused(body: bytes, encodings: str) -> None:
    try:
        out = decode(body, encodings, 100)
    except (TooLarge, BadEncoding):
        return
    assert out == body or len(out) <= 100
