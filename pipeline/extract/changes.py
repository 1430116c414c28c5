"""What a revision changed against the one before it. Pure; time in proportion to the texts, whatever they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.extract.article import count_words
from pipeline.records import Article, Change

#: Sentences that are told, of each kind; the counts tell of all.
MOST_SENTENCES = 200
#: Paragraphs that share half of their words are one paragraph, changed. Looked for among so many of each text.
_SHARED = 0.5
_MOST_PAIRED = 200
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»“)\]]*(?=\s+[^\sa-z])|[。！？][」』”]*")


def changes(before: Article, after: Article, *, revision: int, at: datetime) -> Change:
    """Compare two readings of an article, sentence by sentence.

    What was only moved is no change; a sentence with another wording is one removed and one added.

    Args:
        before: the revision before.
        after: the revision to describe.
        revision: its number.
        at: when it was fetched.
    """
    old, new = _paragraphs(before), _paragraphs(after)
    gone, come = _only_in(old, new), _only_in(new, old)
    old_sentences, new_sentences = _sentences(gone), _sentences(come)
    # Against the whole of the other text: a paragraph that was cut in two has no other words for it.
    removed = _only_in(old_sentences, new_sentences)
    added = _only_in(new_sentences, old_sentences)
    changed = _changed(gone, come)
    return Change(
        revision=revision,
        at=at,
        title_before=before.title if before.title != after.title else "",
        added=tuple(added[:MOST_SENTENCES]),
        removed=tuple(removed[:MOST_SENTENCES]),
        paragraphs_added=len(come) - changed,
        paragraphs_removed=len(gone) - changed,
        paragraphs_changed=changed,
        words_added=sum(map(count_words, added)),
        words_removed=sum(map(count_words, removed)),
    )


def _paragraphs(article: Article) -> list[str]:
    return [line for line in article.text.split("\n") if line]


def _sentences(paragraphs: Iterable[str]) -> list[str]:
    found = []
    for line in paragraphs:
        at = 0
        for end in _SENTENCE_END.finditer(line):
            found.append(line[at : end.end()].strip())
            at = end.end()
        found.append(line[at:].strip())
    return [one for one in found if one]


def _only_in(these: Sequence[str], those: Sequence[str]) -> list[str]:
    """What stands in the first more often than in the second, in its order."""
    left = Counter(those)
    found = []
    for one in these:
        if left[one] > 0:
            left[one] -= 1
        else:
            found.append(one)
    return found


def _changed(gone: Sequence[str], come: Sequence[str]) -> int:
    """How many paragraphs that came are one that went, with other words."""
    left = [set(line.split()) for line in gone[:_MOST_PAIRED]]
    pairs = 0
    for line in come[:_MOST_PAIRED]:
        words = set(line.split())
        found = next((w for w in left if len(w & words) >= _SHARED * min(len(w), len(words))), None)
        if found is not None:
            left.remove(found)
            pairs += 1
    return pairs
