"""Read the page: HTML → :class:`~pipeline.records.Article`.

:func:`extract_html` reads one page, :class:`Extractor` reads many in children that may be killed.
"""

from pipeline.extract.article import extract_html, read_page
from pipeline.extract.decide import PageFacts, verdict
from pipeline.extract.extractor import ExtractJob, Extractor

__all__ = ["ExtractJob", "Extractor", "PageFacts", "extract_html", "read_page", "verdict"]
