"""Content encodings undone, with a limit on what comes out."""

from __future__ import annotations

import zlib

_MAX_ENCODINGS = 2
_GZIP_MAGIC = b"\x1f\x8b"


class TooLarge(Exception):
    """More bytes come out than the limit."""


class BadEncoding(Exception):
    """An encoding that was not asked for, too many of them, or bytes that are not what they are said to be."""


def decode(body: bytes, encodings: str, max_bytes: int) -> bytes:
    """Undo the content encodings of a body.

    Args:
        body: as it went over the wire.
        encodings: the ``Content-Encoding`` header.
        max_bytes: most bytes that may come out, at every step.

    Raises:
        TooLarge: more bytes come out.
        BadEncoding: an encoding other than gzip and deflate, more than two, or broken data.
    """
    names = [name for part in encodings.lower().split(",") if (name := part.strip()) and name != "identity"]
    if not body:
        return body
    if len(names) > _MAX_ENCODINGS:
        raise BadEncoding(f"{len(names)} encodings upon each other")
    for name in reversed(names):
        if name in {"gzip", "x-gzip"}:
            body = gunzip(body, max_bytes)
        elif name == "deflate":
            body = _inflate(body, max_bytes)
        else:
            raise BadEncoding(f"{name[:40]!r} was not asked for")
    return body


def gunzip(body: bytes, max_bytes: int) -> bytes:
    """Undo gzip, all members. What a cut-off stream still gives is given, as browsers do.

    Raises:
        TooLarge: more than ``max_bytes`` come out.
        BadEncoding: not gzip.
    """
    out: list[bytes] = []
    left = max_bytes
    while body.startswith(_GZIP_MAGIC):
        piece, body = _one_stream(body, zlib.MAX_WBITS | 16, left)
        out.append(piece)
        left -= len(piece)
    if not out:
        raise BadEncoding("said to be gzip but is not")
    return b"".join(out)


def _inflate(body: bytes, max_bytes: int) -> bytes:
    try:
        return _one_stream(body, zlib.MAX_WBITS, max_bytes)[0]
    except BadEncoding:
        # RFC 9110 means zlib's format by "deflate"; some servers send the bare stream.
        return _one_stream(body, -zlib.MAX_WBITS, max_bytes)[0]


def _one_stream(body: bytes, wbits: int, max_bytes: int) -> tuple[bytes, bytes]:
    """Return what one compressed stream gives, and the bytes behind it."""
    decoder = zlib.decompressobj(wbits)
    try:
        out = decoder.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise BadEncoding(str(error)) from error
    if len(out) > max_bytes:
        raise TooLarge(f"more than {max_bytes} bytes after decompression")
    return out, decoder.unused_data
