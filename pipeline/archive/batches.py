"""Batch files: what travels between tasks, one JSON-lines file (zstd) a stage, committed by a small manifest.

A batch is a folder. A stage's data file gets a name of its own for every try; only the *manifest* makes one
of them the stage's result, and it is created only if absent. So two tries of one task cannot mix, a killed
try leaves no half result, and an object store (where rename is no commit) works the same way.

Names: ``<stage>.g<generation>.e<epoch>.json``. The *generation* is the ledger's; the *epoch* counts how often
a person cleared the task in Airflow: a cleared task makes a new manifest, a retried one finds the old.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import zstandard
from upath import UPath

from pipeline.errors import ArchiveError, ManifestMissing

STAGES = ("entries", "pages", "articles", "tagged", "indexed")


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
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("wb") as raw:
                with zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False) as out:
                    for record in records:
                        out.write(encoder.encode(record) + b"\n")
                        count += 1
                _sync(raw)
            manifest = Manifest(
                batch_id=batch_id,
                stage=stage,
                generation=generation,
                epoch=epoch,
                file=name,
                records=count,
                bytes=(folder / name).stat().st_size,
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
    try:
        os.fsync(file.fileno())
    except (AttributeError, OSError, ValueError):
        return  # an object store's file has no descriptor


def _lines(stream: Any) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(1 << 20):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest
