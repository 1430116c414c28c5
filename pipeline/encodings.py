"""Content encodings undone, with a limit on what comes out."""

from __future__ import annotations

import zlib

_MAX_ENCODINGS = 2
_MAX_MEMBERS = 10_000
_WINDOW = 16 * 1024
#: What servers write there that mistake it for the charset or the transfer encoding; browsers pass over it.
_NO_ENCODING = frozenset({"identity", "none", "utf-8", "utf8", "7bit", "8bit", "binary"})
_GZIP_MAGIC = b"\x1f\x8b"


class TooLarge(Exception):
    """More bytes come out than the limit."""


class BadEncoding(Exception):
    """An encoding that was not asked for, too many of them, or bytes that are not what they are said to be."""


def decode(body: bytes, encodings: str, max_bytes: int, *, cut: bool = False) -> bytes:
    """Undo the content encodings of a body.

    Args:
        body: as it went over the wire.
        encodings: the ``Content-Encoding`` header.
        max_bytes: most bytes that may come out, at every step.
        cut: give the first ``max_bytes`` of what is larger instead of refusing it.

    Raises:
        TooLarge: more bytes come out.
        BadEncoding: an encoding other than gzip and deflate, more than two, or broken data.
    """
    names = [name for part in encodings.lower().split(",") if (name := part.strip()) and name not in _NO_ENCODING]
    if not body:
        return body
    if len(names) > _MAX_ENCODINGS:
        raise BadEncoding(f"{len(names)} encodings upon each other")
    for name in reversed(names):
        if name in {"gzip", "x-gzip"}:
            body = gunzip(body, max_bytes, cut=cut)
        elif name == "deflate":
            body = _inflate(body, max_bytes, cut=cut)
        else:
            raise BadEncoding(f"{name[:40]!r} was not asked for")
    return body


def gunzip(body: bytes, max_bytes: int, *, cut: bool = False) -> bytes:
    """Undo gzip, all members. What a cut-off stream still gives is given, as browsers do.

    Raises:
        TooLarge: more than ``max_bytes`` come out.
        BadEncoding: not gzip.
    """
    out: list[bytes] = []
    left, at = max_bytes, 0
    for _ in range(_MAX_MEMBERS):
        if not body.startswith(_GZIP_MAGIC, at) or (cut and left <= 0):
            break
        piece, at = _one_stream(body, at, zlib.MAX_WBITS | 16, left, cut=cut)
        out.append(piece)
        left -= len(piece)
    else:
        raise BadEncoding(f"more than {_MAX_MEMBERS} gzip members")
    if not out:
        raise BadEncoding("said to be gzip but is not")
    return b"".join(out)


def _inflate(body: bytes, max_bytes: int, *, cut: bool) -> bytes:
    try:
        return _one_stream(body, 0, zlib.MAX_WBITS, max_bytes, cut=cut)[0]
    except BadEncoding:
        # RFC 9110 means zlib's format by "deflate"; some servers send the bare stream.
        return _one_stream(body, 0, -zlib.MAX_WBITS, max_bytes, cut=cut)[0]


def _one_stream(body: bytes, at: int, wbits: int, max_bytes: int, *, cut: bool) -> tuple[bytes, int]:
    """Return what one compressed stream gives, and where it ends."""
    decoder = zlib.decompressobj(wbits)
    out = bytearray()
    try:
        # In windows: what zlib does not need of its input it copies, for each of many small streams anew.
        while at < len(body) and not decoder.eof and len(out) <= max_bytes:
            window = body[at : at + _WINDOW]
            out += decoder.decompress(window, max_bytes + 1 - len(out))
            at += len(window) - len(decoder.unused_data) - len(decoder.unconsumed_tail)
    except zlib.error as error:
        raise BadEncoding(str(error)) from error
    if len(out) > max_bytes:
        if not cut:
            raise TooLarge(f"more than {max_bytes} bytes after decompression")
        del out[max_bytes:]
    return bytes(out), at
