"""What people said of evidence: applied when indexing, counted as precision, given out for training. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from pipeline.errors import ReviewError
from pipeline.identity import digest
from pipeline.records import Evidence, Pair, Record, Stance, Tags

#: The sentence shows the stance; it shows none; it shows the opposite; it shows one on somebody else.
Verdict = Literal["right", "wrong", "flipped", "retargeted"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "flipped", "retargeted")

#: Of corrections, the share that training is judged by and does not learn from.
DEV_SHARE = 0.2

#: Fields of an evidence document that a review keeps: what was shown, and what made it.
SEEN = (
    "article_id", "url", "source", "title", "published", "language", "generation", "provenance",
    "holder", "holder_name", "holder_type", "target", "target_name", "target_type", "polarity", "confidence",
    "voice", "act", "factuality", "period", "strength", "cue", "cue_start", "cue_end", "field", "start", "end", "text",
    "holder_mention", "target_mention", "section", "rule",
)  # fmt: skip


class Review(Record, frozen=True, kw_only=True):
    """One person's verdict on one piece of evidence."""

    evidence_id: str
    verdict: Verdict
    reviewer: str
    at: datetime
    target: str = ""  # where retargeted: the entity's id, name and type
    target_name: str = ""
    target_type: str = ""
    note: str = ""
    week: str = ""  # of the audit sample in which it was judged
    seen: dict[str, Any] = msgspec.field(default_factory=dict)  # fields SEEN of the evidence, as it was shown


class Precision(Record, frozen=True, kw_only=True):
    """How much of what was sampled is right, with the 95 % interval after Wilson."""

    week: str
    sampled: int
    judged: int
    right: int
    reversed: int  # sign or direction the wrong way round: counts worse than the rest of what is wrong

    @property
    def share(self) -> float | None:
        """Right among judged; none where nothing is judged."""
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper end; none where nothing is judged."""
        return wilson(self.right, self.judged) if self.judged else None


def applied(
    tags: Tags, reviews: Mapping[str, Review], roll_up: Callable[[Iterable[Evidence]], tuple[Stance, ...]]
) -> Tags:
    """Return an article's tags as corrected by people.

    What is wrong stays as evidence, marked, and counts no more; flipped and retargeted evidence keeps its id, so that
    a later review finds it.

    Args:
        tags: as the tagger made them.
        reviews: the newest one of each evidence id; others than the article's may be among them.
        roll_up: makes stances of evidence.
    """
    if not any(one.evidence_id in reviews for one in tags.evidence):
        return tags
    evidence = tuple(_reviewed(one, reviews.get(one.evidence_id)) for one in tags.evidence)
    stances = roll_up(one for one in evidence if one.review_status != "wrong")
    taken = {frozenset((one.holder, one.target)) for one in stances}
    judged = {frozenset((pair.a, pair.b)) for pair in tags.judged}
    known = {entity.id for entity in tags.entities}
    freed = {
        tuple(sorted((one.holder, one.target)))
        for one in tags.evidence
        if {one.holder, one.target} <= known and frozenset((one.holder, one.target)) not in taken | judged
    }
    pairs = sorted([(p.a, p.b) for p in tags.judged if frozenset((p.a, p.b)) not in taken] + sorted(freed))
    return msgspec.structs.replace(
        tags, evidence=evidence, stances=stances, judged=tuple(Pair(a=a, b=b) for a, b in pairs)
    )


def _reviewed(one: Evidence, review: Review | None) -> Evidence:
    if review is None:
        return one
    change: dict[str, Any] = {"review_status": review.verdict}
    if review.verdict == "flipped":
        change["polarity"] = -one.polarity
    elif review.verdict == "retargeted":
        if review.target == one.holder:
            change["review_status"] = "wrong"  # nobody stands anywhere on oneself: a name was learnt since
        else:
            change |= {
                "target": review.target,
                "target_name": review.target_name,
                "target_type": review.target_type,
                "target_mention": None,
            }
    return msgspec.structs.replace(one, **change)


def checked(verdict: str, seen: Mapping[str, Any], target: str) -> Verdict:
    """Return the verdict, if it can be given.

    Args:
        verdict: as a person said it.
        seen: the evidence.
        target: id of the entity that it is really about; only where retargeted.

    Raises:
        ReviewError: it is none of the four, or its target does not fit it.
    """
    subject = str(seen.get("evidence_id", ""))
    if verdict not in VERDICTS:
        raise ReviewError(f"a verdict is one of {', '.join(VERDICTS)}, not {verdict!r}", subject=subject)
    if (verdict == "retargeted") != bool(target):
        raise ReviewError("a target is given where evidence is retargeted, and only there", subject=subject)
    if verdict == "retargeted" and target in (seen.get("target"), seen.get("holder")):
        raise ReviewError(f"{target!r} is its target or holder already", subject=subject)
    return verdict


def week_of(at: datetime) -> str:
    """Return the ISO week of a time: ``2026-W47``."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02d}"


def week_days(week: str) -> tuple[datetime, datetime]:
    """Return the first moment of an ISO week and of the next, UTC.

    Raises:
        ReviewError: it is not of the form ``2026-W47``, or there is no such week.
    """
    from datetime import UTC, timedelta

    try:
        monday = datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=UTC)
    except ValueError as error:
        raise ReviewError("a week is written like 2026-W47", subject=week) from error
    return monday, monday + timedelta(weeks=1)


def precision(week: str, sample: Iterable[str], reviews: Mapping[str, Review]) -> Precision:
    """Count a week's sample. Evidence that people chose to review for themselves says nothing of the rest.

    Args:
        week: the sample's.
        sample: its evidence ids.
        reviews: the newest one of each evidence id.
    """
    ids = list(sample)
    verdicts = [reviews[i].verdict for i in ids if i in reviews]
    return Precision(
        week=week,
        sampled=len(ids),
        judged=len(verdicts),
        right=verdicts.count("right"),
        reversed=verdicts.count("flipped"),
    )


def wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927). ``n`` is at least 1."""
    share = hits / n
    middle = share + z * z / (2 * n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    below = 1 + z * z / n
    low, high = (middle - reach) / below, (middle + reach) / below
    return 0.0 if hits == 0 else low, 1.0 if hits == n else high  # exactly, whatever the rounding


def lessons(reviews: Sequence[Review]) -> list[dict[str, Any]]:
    """Return what training may learn from reviews: one entry each, in ``train`` or ``dev``, never in a test set.

    The side is chosen by the sentence's text, so that copies of a sentence are on one side.
    """
    out = []
    for one in reviews:
        seen = one.seen
        sign = {"right": 1, "flipped": -1}.get(one.verdict, 0) * int(seen.get("polarity", 0))
        out.append(
            {
                "split": "dev" if int(digest(str(seen.get("text", "")))[:8], 16) < DEV_SHARE * 2**32 else "train",
                "verdict": one.verdict,
                "text": seen.get("text", ""),
                "field": seen.get("field", ""),
                "start": seen.get("start", 0),
                "holder": seen.get("holder_name", ""),
                "holder_mention": seen.get("holder_mention"),
                "target": seen.get("target_name", ""),
                "target_mention": seen.get("target_mention"),
                "polarity": sign,
                "really_about": one.target_name,
                "was": seen.get("polarity", 0),
                "evidence_id": one.evidence_id,
                "reviewed_at": one.at.isoformat(),
            }
        )
    return sorted(out, key=lambda row: str(row["evidence_id"]))
