"""Could anything have fallen between two polls? Pure: what the last document listed, what this one lists.

A list is a window on a stream: it shows the newest entries, older ones fall out at its end. Nothing fell between two
documents if the second still reaches back to the first. That a few entries were listed before is no proof of it
(editors pin some at the top), nor is it that they are known (another list may have named them).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from pipeline.records import ListWindow

#: Entries that a window names: its newest.
MOST_KEYS = 200
#: So many of the newest entries of the last document are looked for in this one: the newest may have been deleted.
_NEWEST = 3
#: Entries are put in order by their dates where so many of them have one.
_DATED_SHARE = 0.8
#: The oldest tenth may be pinned.
_REGULAR_SHARE = 0.9


def window_of(entries: Sequence[tuple[str, datetime | None]]) -> ListWindow:
    """Describe what a document lists.

    Args:
        entries: id and date of each, in the document's order, each id once.
    """
    dates = [date for _, date in entries if date is not None]
    dated = bool(entries) and len(dates) >= _DATED_SHARE * len(entries)
    if dated:
        newest = max(dates)
        order = sorted(entries, key=lambda e: e[1] or newest, reverse=True)
    else:
        order = list(entries)
    dates.sort(reverse=True)
    return ListWindow(
        keys=tuple(int(entry_id[:12], 16) for entry_id, _ in order[:MOST_KEYS]),
        listed=len(entries),
        dated=dated,
        newest_at=dates[0] if dates else None,
        reach_at=dates[math.ceil(_REGULAR_SHARE * len(dates)) - 1] if dates else None,
    )


def joined(windows: Sequence[ListWindow]) -> ListWindow:
    """The windows of several lists as one: of an index of sitemaps, newest list first."""
    dates = [w.newest_at for w in windows if w.newest_at is not None]
    reaches = [w.reach_at for w in windows if w.reach_at is not None]
    return ListWindow(
        keys=tuple(dict.fromkeys(key for w in windows for key in w.keys))[:MOST_KEYS],
        listed=sum(w.listed for w in windows),
        dated=bool(windows) and all(w.dated or not w.listed for w in windows),
        newest_at=max(dates, default=None),
        reach_at=min(reaches, default=None),
    )


def loss_bound(before: ListWindow | None, here: ListWindow) -> tuple[int | None, str]:
    """The most entries that may have fallen between two documents of one feed.

    - 0, ``overlap``: one of the newest entries of the last document is still listed (in lists without dates: the
      lowest entry of this one stood in the last one), so the list shows everything since;
    - 0, ``reaches back``: its entries, but for the oldest tenth, are dated back to before the newest of the last;
    - n, ``gap``: neither. The time between the newest entry of the last document and the oldest of this one is
      known, and n is what the faster of the two would have listed in it, doubled;
    - ``None``, ``no overlap``: neither, and without dates nobody can tell how many;
    - ``None``, ``first``: there is nothing to compare with; ``None``, ``empty``: it lists nothing.

    Args:
        before: the last document that the feed gave.
        here: this one.

    Returns:
        The bound (``None``: unknown) and why.
    """
    if before is None or not before.listed:
        return None, "first"
    if not here.listed:
        return None, "empty"
    listed = set(here.keys)
    if here.dated and before.dated:
        overlaps = not listed.isdisjoint(before.keys[:_NEWEST])
    else:
        overlaps = here.listed <= MOST_KEYS and here.keys[-1] in before.keys
        overlaps = overlaps or (here.listed > MOST_KEYS and before.keys[0] in listed)
    if overlaps:
        return 0, "overlap"
    if here.reach_at is None or before.newest_at is None:
        return None, "no overlap"
    gap_s = (here.reach_at - before.newest_at).total_seconds()
    if gap_s <= 0:
        return 0, "reaches back"
    rates = [rate for rate in (_rate(before), _rate(here)) if rate]
    if not (here.dated and before.dated and rates):
        return None, "no overlap"
    return math.ceil(2 * max(rates) * gap_s), "gap"


def _rate(window: ListWindow) -> float:
    """Entries a second, over the time that a window shows."""
    if window.newest_at is None or window.reach_at is None:
        return 0.0
    span_s = (window.newest_at - window.reach_at).total_seconds()
    return _REGULAR_SHARE * window.listed / span_s if span_s > 0 else 0.0
