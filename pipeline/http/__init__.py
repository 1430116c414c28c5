"""The one polite client."""
