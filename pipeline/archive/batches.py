"""Batch files: what travels between tasks, one JSON-lines file (zstd) a stage, committed by a small manifest.

A batch is a folder. A stage's data file gets a name of its own for every try; only the *manifest* makes one
of them the stage's result, and it is created only if absent. So two tries of one task cannot mix, a killed
try leaves no half result, and an object store (where rename is no commit) works the same way.

Names: ``<stage>.g<generation>.e<epoch>.json``. The *generation* is the ledger's; the *epoch* counts how often
a person cleared the task in Airflow: a cleared task makes a new manifest, a retried one finds the old.
"""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from upath import UPath

from pipeline.errors import ArchiveError, ManifestMissing

STAGES = ("entries", "pages", "articles", "tagged", "indexed")

#: What is said of a folder that is not there; an object store has none once its last file is gone.
_NO_FOLDER = (FileNotFoundError, NotADirectoryError)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What commits a stage's file."""

    batch_id: str
    stage: str
    generation: int
    epoch: int
    file: str  # name inside the batch's folder
    records: int
    bytes: int


class BatchStore:
    """The batches under one root (a folder or an object store)."""

    def __init__(self, root: str) -> None:
        self._root = UPath(root) / "batches"

    def manifest(self, batch_id: str, stage: str, *, generation: int, epoch: int = 0) -> Manifest | None:
        """Return the manifest of one stage, generation and epoch, or None if it has not been committed."""
        return self._load(self._folder(batch_id) / _name(stage, generation, epoch))

    def has(self, batch_id: str, stage: str, *, generation: int) -> bool:
        """Whether a stage's newest committed file is there to be read."""
        try:
            manifest = self.latest(batch_id, stage, generation=generation)
        except ArchiveError:
            return False
        return bool((self._folder(batch_id) / manifest.file).exists())

    def latest(self, batch_id: str, stage: str, *, generation: int) -> Manifest:
        """Return the newest epoch's manifest of a stage: what the next stage reads.

        Raises:
            ManifestMissing: the stage has not been committed for this generation.
        """
        names = [p.name for p in self._folder(batch_id).glob(f"{stage}.g{generation:06d}.e*.json")]
        if not names:
            raise ManifestMissing(
                f"stage {stage!r} of generation {generation} is not committed; run the stage before it first",
                subject=batch_id,
            )
        found = self._load(self._folder(batch_id) / max(names))
        if found is None:  # pragma: no cover - only where somebody deletes files under our feet
            raise ManifestMissing(f"the manifest of stage {stage!r} vanished", subject=batch_id)
        return found

    def write(
        self, batch_id: str, stage: str, records: Iterable[msgspec.Struct], *, generation: int, epoch: int = 0
    ) -> Manifest:
        """Write a stage's file and commit it. If another try committed first, that one's manifest is returned.

        Raises:
            ArchiveError: the file cannot be written (a full disk, no permission).
        """
        folder = self._folder(batch_id)
        name = f"{stage}.g{generation:06d}.e{epoch:03d}.{uuid.uuid4().hex[:8]}.jsonl.zst"
        encoder = msgspec.json.Encoder()
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            for record in records:
                count += 1
                yield encoder.encode(record)

        try:
            folder.mkdir(parents=True, exist_ok=True)
            size = _write_lines(folder / name, lines())
            manifest = Manifest(
                batch_id=batch_id,
                stage=stage,
                generation=generation,
                epoch=epoch,
                file=name,
                records=count,
                bytes=size,
            )
            target = folder / _name(stage, generation, epoch)
            if _create(target, msgspec.json.encode(manifest)):
                return manifest
        except OSError as error:
            raise ArchiveError(
                f"cannot write stage {stage!r} ({error.strerror or error}); "
                f"check free space and permissions of {folder}",
                subject=batch_id,
            ) from error
        (folder / name).unlink(missing_ok=True)
        first = self._load(target)
        if first is None:
            raise ArchiveError(f"the manifest of stage {stage!r} exists but cannot be read", subject=batch_id)
        return first

    def read(self, manifest: Manifest, type_: Any) -> Iterator[Any]:
        """Yield a committed file's records, decoded as ``type_`` (a record or a union of tagged records).

        Raises:
            ArchiveError: the file is missing or damaged.
        """
        path = self._folder(manifest.batch_id) / manifest.file
        decoder = msgspec.json.Decoder(type_)
        try:
            with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
                for line in _lines(stream):
                    yield decoder.decode(line)
        except (OSError, zstandard.ZstdError, msgspec.DecodeError) as error:
            raise ArchiveError(f"cannot read {manifest.file} ({error})", subject=manifest.batch_id) from error

    def ids(self, *, since: datetime | None = None) -> list[str]:
        """Return the ids of all batches that have a folder, oldest first; those made since a time."""
        first = f"{since:%Y%m%dT%H%M%S}" if since else ""
        try:
            return sorted(p.name for p in self._root.iterdir() if p.name >= first)
        except _NO_FOLDER:
            return []

    def manifests(self, batch_id: str) -> list[Manifest]:
        """Return every manifest of a batch: all stages, generations and epochs, in this order."""
        found = [self._load(path) for path in self._folder(batch_id).glob("*.json")]
        return sorted((m for m in found if m is not None), key=lambda m: (STAGES.index(m.stage), m.generation, m.epoch))

    def change(
        self,
        manifest: Manifest,
        change: Callable[[dict[str, Any]], dict[str, Any] | None],
        *,
        dry_run: bool = False,
    ) -> int:
        """Write a committed file anew with some of its records changed. Safe to repeat; killed, it has not happened.

        Args:
            manifest: the file's.
            change: given a record as it stands on disk, the same one, another one, or None where it goes.
            dry_run: only count.

        Returns:
            How many records are other than before; nothing is written where none is.

        Raises:
            ArchiveError: the file cannot be read or written.
        """
        records: list[Any] = list(self.read(manifest, dict[str, Any]))
        changed = [change(r) for r in records]
        n = sum(bool(new != old) for old, new in zip(records, changed, strict=True))
        if not n or dry_run:
            return n
        folder = self._folder(manifest.batch_id)
        kept = [r for r in changed if r is not None]
        name = f"{manifest.file.rpartition('.jsonl')[0].rpartition('.')[0]}.{uuid.uuid4().hex[:8]}.jsonl.zst"
        try:
            size = _write_lines(folder / name, (msgspec.json.encode(r) for r in kept))
            new = msgspec.structs.replace(manifest, file=name, records=len(kept), bytes=size)
            replace_file(folder / _name(manifest.stage, manifest.generation, manifest.epoch), msgspec.json.encode(new))
            (folder / manifest.file).unlink(missing_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"cannot rewrite {manifest.file} ({error.strerror or error})", subject=manifest.batch_id
            ) from error
        return n

    def sweep(self, batch_id: str, *, older_than_s: float, at: float) -> int:
        """Remove the files of tries that never came to their commit. Nobody may be at work on the batch.

        Args:
            batch_id: the batch.
            older_than_s: a file younger than this may be somebody's who was given up, but still writes: it stays.
            at: the time, in seconds since 1970, as files have it.

        Returns:
            How many stay because they are too young.
        """
        folder = self._folder(batch_id)
        committed = {m.file for m in self.manifests(batch_id)}
        young = 0
        for path in folder.iterdir():
            if path.suffix == ".json" or path.name in committed:
                continue
            if at - path.stat().st_mtime < older_than_s:
                young += 1
            else:
                path.unlink(missing_ok=True)
        return young

    def size(self, batch_id: str) -> int:
        """Return how many bytes a batch's files take."""
        return sum(p.stat().st_size for p in self._folder(batch_id).iterdir())

    def remove(self, batch_id: str) -> None:
        """Remove a batch's files, manifests first: a file without its manifest is none. Safe to repeat.

        Raises:
            ArchiveError: one cannot be removed.
        """
        folder = self._folder(batch_id)
        try:
            for path in sorted(folder.iterdir(), key=lambda p: (p.suffix != ".json", p.name)):
                path.unlink(missing_ok=True)
            folder.rmdir()
        except _NO_FOLDER:
            return
        except OSError as error:
            raise ArchiveError(f"cannot be removed ({error.strerror or error})", subject=batch_id) from error

    def _folder(self, batch_id: str) -> UPath:
        return self._root / batch_id

    def _load(self, path: UPath) -> Manifest | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=Manifest)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise ArchiveError(f"the manifest {path.name} cannot be read ({error})", subject=str(path)) from error


def _name(stage: str, generation: int, epoch: int) -> str:
    return f"{stage}.g{generation:06d}.e{epoch:03d}.json"


def _write_lines(path: UPath, lines: Iterable[bytes]) -> int:
    """Write lines, compressed; return how many bytes the file has."""
    with path.open("wb") as raw:
        with zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False) as out:
            for line in lines:
                out.write(line + b"\n")
        _sync(raw)
    return int(path.stat().st_size)


def replace_file(path: UPath, data: bytes) -> None:
    """Put another content into a file in one step."""
    if path.protocol not in ("", "file", "local"):
        path.write_bytes(data)  # object stores replace an object whole
        return
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.draft")
    with draft.open("wb") as out:
        out.write(data)
        _sync(out)
    Path(draft.path).replace(path.path)


def _create(path: UPath, data: bytes) -> bool:
    """Create a file with its content in one step, only if it is absent. Return whether this call made it."""
    if path.protocol in ("", "file", "local"):
        # open("x") would leave an empty manifest if killed before the write; a hard link appears whole.
        draft = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.draft")
        with draft.open("wb") as out:
            out.write(data)
            _sync(out)
        try:
            os.link(draft.path, path.path)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
        return True
    try:
        with path.open("xb") as out:  # object stores: conditional put, the object appears whole at close
            out.write(data)
    except FileExistsError:
        return False
    return True


def _sync(file: Any) -> None:
    file.flush()
    with suppress(AttributeError, io.UnsupportedOperation):  # an object store's file has no descriptor
        os.fsync(file.fileno())


def _lines(stream: Any) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(1 << 20):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest
