"""Standpoint: a media-monitoring ingestion pipeline that tells who stands where on whom."""

__version__ = "0.1.0"
