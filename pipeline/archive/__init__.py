"""What we keep: WARC records and batch files."""
