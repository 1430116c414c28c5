"""What is new? Feeds and sitemaps polled, read into entries, and scheduled again."""
