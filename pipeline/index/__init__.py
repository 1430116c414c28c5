"""Make it findable: a tagged article → documents in Elasticsearch.

:mod:`~pipeline.index.documents` says what the documents are, :mod:`~pipeline.index.client` writes and reads them,
:mod:`~pipeline.index.search` answers an analyst's questions. Nothing is imported here: Elasticsearch's client takes
seconds to load, and a task that only makes documents does not need it.
"""
