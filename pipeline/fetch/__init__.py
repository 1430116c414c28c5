"""Get the page: entries fetched politely, and what kind of page came back."""
