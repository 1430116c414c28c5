"""How the sources are: the ledger's histories, judged."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.discover.health import SourceHealth, source_health
from pipeline.sources import choose
from pipeline.stages.pipeline import Pipeline

_ORDER = {"ill": 0, "unknown": 1, "well": 2}


def sources_health(pipeline: Pipeline, sources: Iterable[str] = ()) -> list[SourceHealth]:
    """Judge sources, ill ones first.

    Args:
        pipeline: with its ledger.
        sources: ids; empty: all.

    Raises:
        SourcesError: a named source is not in the sources file.
    """
    chosen = choose(list(pipeline.sources.values()), sources)
    now = pipeline.clock()
    histories = pipeline.ledger.health.histories({s.id: s.timezone for s in chosen}, now)
    judged = [source_health(history, now) for history in histories]
    return sorted(judged, key=lambda health: (_ORDER[health.state], health.source_id))
