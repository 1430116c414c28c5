"""Word lists, written as running text."""


def words(text: str) -> frozenset[str]:
    """Return the set of the words of a text, split at white space."""
    return frozenset(text.split())
