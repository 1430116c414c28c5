"""Room on the disk: below the least free space no new work is begun, and what is under way comes to its end."""

from __future__ import annotations

import os
from pathlib import Path

from upath import UPath

_MB = 1024 * 1024


def free_bytes(folder: Path) -> int:
    """Return the bytes that are free for us on the file system of a folder (or of the nearest one above it)."""
    while not folder.exists():
        folder = folder.parent
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def shortage(root: str, least_mb: int) -> str:
    """Say in words that there is too little room for new work under the archive's root; empty where there is enough.

    Args:
        root: of batches and WARC files; an object store is never full.
        least_mb: the least free space, in MB of 1,048,576 bytes; 0: do not look.
    """
    path = UPath(root)
    if least_mb <= 0 or path.protocol not in ("", "file", "local"):
        return ""
    free = free_bytes(Path(path.path).absolute())
    if free >= least_mb * _MB:
        return ""
    return (
        f"{root}: {free / _MB:,.0f} MB free, STANDPOINT_MIN_FREE_MB asks for {least_mb:,}: no new work is taken. "
        "Free space (standpoint prune); the next run goes on by itself"
    )
