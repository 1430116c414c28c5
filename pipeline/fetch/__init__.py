"""Get the page: Entry to Page."""
