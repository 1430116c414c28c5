"""Where stages, archive and ledger meet: what dags, plugins and the command line call.

* ``pipeline`` — :class:`Pipeline`: the five verbs of a run.
* ``reconcile`` — :class:`Backfill`: a day of publication made complete.
* ``single`` — one page or one text by itself.
"""

from pipeline.stages.pipeline import IndexedOutcome, Pipeline
from pipeline.stages.reconcile import Backfill
from pipeline.stages.single import read_file, read_url, tag_text

__all__ = ["Backfill", "IndexedOutcome", "Pipeline", "read_file", "read_url", "tag_text"]
