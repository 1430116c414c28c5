"""What the tagger gets right of our own contrast sentences: floors that no change may break.

Of the test half only totals are known here; the guide's target is four of five pairs right and none reversed.
"""

from collections import Counter

import pytest

from benchmarks import gold
from pipeline.settings import get_settings
from pipeline.tag.tagger import Tagger


def _total(split: str, batch: int | None = None) -> Counter:
    rows = [row for row in gold.contrast(split) if batch is None or row[1].get("batch", 1) == batch]
    return sum(gold.score_contrast(rows, Tagger(get_settings())).values(), Counter())


@pytest.mark.parametrize(("batch", "least"), [(1, 0.82), (2, 0.65)])
def test_the_development_half_is_mostly_right_and_nothing_is_reversed(batch: int, least: float) -> None:
    count = _total("dev", batch)
    assert count["right"] >= least * count["pairs"], gold.summary(count)
    assert count["reversed"] == 0, gold.summary(count)
    assert count["invented"] <= 0.03 * count["pairs"], gold.summary(count)


def test_totals_of_the_half_that_nobody_reads_do_not_fall() -> None:
    count = _total("test")
    assert count["right"] >= 0.6 * count["pairs"], gold.summary(count)
    assert count["reversed"] <= 0.02 * count["pairs"], gold.summary(count)
    assert count["invented"] <= 0.04 * count["pairs"], gold.summary(count)
