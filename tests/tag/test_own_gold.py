"""What the tagger gets right of our own contrast sentences: floors that no change may break.

Of the test half only totals are known here; the guide's target is four of five pairs right and none reversed.
"""

from collections import Counter

from benchmarks import gold
from pipeline.settings import get_settings
from pipeline.tag.tagger import Tagger


def _total(split: str) -> Counter:
    return sum(gold.score_contrast(gold.contrast(split), Tagger(get_settings())).values(), Counter())


def test_the_development_half_is_mostly_right_and_nothing_is_reversed() -> None:
    count = _total("dev")
    assert count["right"] >= 0.82 * count["pairs"], gold.summary(count)
    assert count["reversed"] == 0, gold.summary(count)
    assert count["invented"] <= 0.03 * count["pairs"], gold.summary(count)


def test_totals_of_the_half_that_nobody_reads_do_not_fall() -> None:
    count = _total("test")
    assert count["right"] >= 0.6 * count["pairs"], gold.summary(count)
    assert count["reversed"] <= 0.02 * count["pairs"], gold.summary(count)
    assert count["invented"] <= 0.04 * count["pairs"], gold.summary(count)
