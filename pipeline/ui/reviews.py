"""The page on which people judge a week's sample of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from pipeline.reviews import Precision, week_days, week_of
from pipeline.stages import Pipeline
from pipeline.stages.reviews import Sampled, last_week, measured, sample
from pipeline.ui import render_page

_DAY = timedelta(days=1)


class ReviewsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows."""

    week: str
    sampled: Sequence[Sampled]
    precision: Sequence[Precision]
    now: datetime


def read_reviews(pipeline: Pipeline, week: str = "") -> ReviewsPage:
    """Return a week's sample, drawn where it was not yet, and the precision of the newest samples.

    Args:
        pipeline: its ledger and index are asked.
        week: ISO week; empty: the last one that is over.

    Raises:
        ReviewError: it is no ISO week, or it is not over.
    """
    week = week or last_week(pipeline)
    drawn = sample(pipeline, week)
    return ReviewsPage(week=week, sampled=drawn, precision=measured(pipeline), now=pipeline.clock())


def reviews_html(page: ReviewsPage) -> str:
    """Render the page."""
    first, after = week_days(page.week)
    over = week_days(week_of(page.now))[0]
    return render_page(
        "reviews.html",
        week=page.week,
        first=first,
        last=after - _DAY,
        earlier=week_of(first - _DAY),
        # the week that runs has no sample yet
        later=week_of(after) if after < over else "",
        running=week_of(over),
        ready=over + 7 * _DAY,
        rows=[_row(one) for one in page.sampled],
        judged=sum(bool(one.verdict) for one in page.sampled),
        weeks=[_week(one) for one in page.precision],
    )


def _row(one: Sampled) -> dict[str, Any]:
    seen = one.seen
    text, start = str(seen.get("text", "")), int(seen.get("start", 0))
    left = min(max(int(seen.get("cue_start", start)) - start, 0), len(text))
    right = min(max(int(seen.get("cue_end", start)) - start, left), len(text))
    url = str(seen.get("url", ""))
    return {
        "place": one.place,
        "evidence_id": one.evidence_id,
        "holder": seen.get("holder_name") or seen.get("holder", ""),
        "target": seen.get("target_name") or seen.get("target", ""),
        "sign": "favor" if int(seen.get("polarity", 0)) > 0 else "against",
        "how": ", ".join(str(seen[name]) for name in ("voice", "act", "factuality", "period") if seen.get(name)),
        "before": text[:left],
        "cue": text[left:right],
        "after": text[right:],
        "title": seen.get("title", ""),
        "url": url if url.startswith(("http://", "https://")) else "",
        "source": seen.get("source", ""),
        "verdict": one.verdict,
        "reviewer": one.reviewer,
    }


def _week(one: Precision) -> dict[str, Any]:
    low, high = one.interval or (0.0, 1.0)
    return {
        "week": one.week,
        "share": "" if one.share is None else f"{one.share:.0%}",
        "between": "" if one.share is None else f"{low:.0%} … {high:.0%}",
        "judged": one.judged,
        "sampled": one.sampled,
        "reversed": one.reversed,
    }
