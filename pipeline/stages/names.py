"""Short names learnt from what was tagged: the next numbered snapshot."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from pipeline.archive.batches import BatchStore, Manifest
from pipeline.errors import ArchiveError
from pipeline.records import Tagged, Tags
from pipeline.settings import Settings
from pipeline.tag import learnt

logger = logging.getLogger(__name__)


def learn_names(settings: Settings, folder: Path | None = None) -> tuple[Path, learnt.Snapshot]:
    """Learn short names from every article that is tagged in the archive, and write the next snapshot.

    An article counts once, by its newest tags. The snapshot is used where ``STANDPOINT_NAMES`` names its file.

    Args:
        settings: name the archive.
        folder: of the snapshots; else ``names`` under the archive's state.

    Raises:
        ConfigError: the snapshot cannot be written.
    """
    folder = folder if folder is not None else settings.state / "names"
    snapshot = learnt.learn(_articles(BatchStore(settings.archive_root())), learnt.next_number(folder))
    path = learnt.write(folder, snapshot)
    logger.info(
        "names learnt",
        extra={"snapshot": snapshot.number, "articles": snapshot.read, "names": len(snapshot.variants)},
    )
    return path, snapshot


def _articles(store: BatchStore) -> Iterator[tuple[str, Tags]]:
    """Source and newest tags of each article: of several revisions and generations the highest, of copies the last."""
    newest: dict[str, tuple[tuple[int, int, str], str, int]] = {}
    files: list[tuple[str, Manifest]] = []
    for batch_id in store.ids():
        files.extend((batch_id, m) for m in store.manifests(batch_id) if m.stage == "tagged")
    for number, (batch_id, manifest) in enumerate(files):
        try:
            for one in store.read(manifest, Tagged):
                rank = (one.article.revision, manifest.generation, batch_id)
                if one.article.id not in newest or newest[one.article.id][0] < rank:
                    newest[one.article.id] = (rank, one.article.source_id, number)
        except ArchiveError as error:
            logger.warning("a batch is left out", extra={"batch": batch_id, "why": str(error)})
    for number, (_, manifest) in enumerate(files):
        wanted = {key for key, (_, _, of) in newest.items() if of == number}
        if wanted:
            for one in store.read(manifest, Tagged):
                if one.article.id in wanted and not one.tags.error:
                    wanted.discard(one.article.id)
                    yield one.article.source_id, one.tags
