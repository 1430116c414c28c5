"""Takedowns as small files in the archive: the ledger may be lost, what was taken down must not come back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from upath import UPath

from pipeline.archive.batches import replace_file
from pipeline.errors import ArchiveError


class Notes:
    """The takedown notes under one root (a folder or an object store): one JSON file a takedown."""

    def __init__(self, root: str) -> None:
        self._root = UPath(root) / "forgotten"

    def write(self, subject: str, note: bytes) -> None:
        """Write the note of a takedown, in place of an older one.

        Raises:
            ArchiveError: it cannot be written.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            replace_file(self._path(subject), note)
        except OSError as error:
            raise ArchiveError(f"the takedown cannot be noted ({error})", subject=subject) from error

    def remove(self, subject: str) -> None:
        """Remove the note of a takedown that was lifted."""
        self._path(subject).unlink(missing_ok=True)

    def read(self) -> Iterator[bytes]:
        """Yield every note."""
        for path in sorted(self._root.glob("*.json"), key=str):
            yield path.read_bytes()

    def _path(self, subject: str) -> UPath:
        return self._root / f"{hashlib.sha256(subject.encode()).hexdigest()[:32]}.json"
