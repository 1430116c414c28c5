"""What we keep: WARC records and batch files."""

from pipeline.archive.batches import BatchStore, Manifest
from pipeline.archive.warc import StoredResponse, WarcStore, WarcWriter

__all__ = ["BatchStore", "Manifest", "StoredResponse", "WarcStore", "WarcWriter"]
