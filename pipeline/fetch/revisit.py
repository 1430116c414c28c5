"""When to look at an article again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

#: An article that was older than this when it was first seen is not looked at again: it came with a backfill, and
#: corrections come early.
OLDEST = timedelta(days=30)


def next_visit(
    first_seen: datetime, now: datetime, after: Sequence[timedelta], *, published: datetime | None = None
) -> datetime | None:
    """Return when to look at an article again that was looked at just now, ``None`` where that was the last time.

    Each of ``after`` is looked at once. A visit for another reason (its list says that it was updated) shortly before
    one of these times stands for it: shortly is half of the shortest of the steps.

    Args:
        first_seen: when its address was first listed.
        now: the time of the visit.
        after: how long after ``first_seen``; empty: never.
        published: the article's date.
    """
    if not after or (published is not None and first_seen - published > OLDEST):
        return None
    reach = now + min(after) / 2
    return next((at for step in sorted(after) if (at := first_seen + step) > reach), None)
