"""What a page is, judged as a crawl judges it: at a glance when it is fetched, then by what can be read from it."""

from collections import Counter

import pytest

from pipeline.extract.article import read_page
from pipeline.extract.decide import verdict
from pipeline.fetch.classify import classify
from pipeline.records import Reason
from pipeline.settings import Settings
from tests.extract import kinds
from tests.extract.kinds import Case

SETTINGS = Settings(min_words=60)
#: Left out all the same where it is so short that nobody can tell: what matters is that it is no article.
SHORT = {Reason.TOO_SHORT: {Reason.PAYWALL, Reason.NOT_ARTICLE}}


def judged(case: Case) -> Reason | None:
    headers = {"content-type": "text/html; charset=utf-8"} | case.headers
    final = case.final_url or case.url
    reason = classify(case.status, headers, case.html.encode(), case.url, final)
    if reason is not None:
        return reason
    article, facts = read_page(case.html, final)
    return verdict(article, facts, SETTINGS)


@pytest.mark.parametrize("case", kinds.ALL, ids=lambda case: case.name)
def test_what_a_page_is(case: Case) -> None:
    made = judged(case)
    assert made is case.expected or case.expected in SHORT.get(made, ())


def test_each_kind_has_its_cases() -> None:
    counted = Counter(case.expected for case in kinds.ALL)
    wanted = {None, Reason.CONSENT, Reason.CHALLENGE, Reason.LOGIN, Reason.PAYWALL, Reason.NOT_ARTICLE, Reason.SOFT_404}
    assert set(counted) == wanted
    assert min(counted.values()) >= 10
    assert len({case.name for case in kinds.ALL}) == len(kinds.ALL)
