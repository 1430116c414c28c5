"""Make it findable: a tagged article → documents in Elasticsearch.

:func:`documents` says what the documents are, :class:`Index` writes and reads them,
:mod:`pipeline.index.search` answers an analyst's questions.
"""

from pipeline.index.client import Index, Outcome, WriteResult
from pipeline.index.documents import Deletion, Document, DocumentContext, document_version, documents, home_month
from pipeline.index.search import (
    Hit,
    SearchResult,
    SourceCount,
    StanceCount,
    TermCount,
    articles_per_source,
    search,
    strongest_stances,
    top_terms,
)

__all__ = [
    "Deletion",
    "Document",
    "DocumentContext",
    "Hit",
    "Index",
    "Outcome",
    "SearchResult",
    "SourceCount",
    "StanceCount",
    "TermCount",
    "WriteResult",
    "articles_per_source",
    "document_version",
    "documents",
    "home_month",
    "search",
    "strongest_stances",
    "top_terms",
]
