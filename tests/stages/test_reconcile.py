"""Backfills over the sample press: what thirty days of crawls gave comes back, from whatever is left of it."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from tests.conftest import Servers
from tests.stages.in_process import without_children
from tests.stages.month import DAYS, Month, Past, month_of
from tests.stages.world import said

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def month(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    with pytest.MonkeyPatch.context() as patch:
        without_children(patch)
        t = time.time()
        p = time.process_time()
        with month_of(servers, tmp_path_factory.mktemp("month")) as month:
            print("crawled", time.time() - t, time.process_time() - p)
            yield month


ALL = (
    [date(2026, 10, 1) + timedelta(days=n) for n in range(30)]
    if not __import__("os").environ.get("DEVX")
    else [date(2026, 10, n) for n in (3, 5, 14, 16, 17, 18, 19, 20)]
)


def told(documents):
    return said(documents)


@pytest.mark.parametrize(
    "left",
    [{"ledger": True, "archive": True}, {"archive": True, "batches": False}],
    ids=["index wiped", "index and ledger wiped"],
)
def test_all_comes_back(month: Month, left) -> None:
    world = month.left(**left)
    month.press.clear_log()
    t = time.time()
    p = time.process_time()
    reports = world.reconcile(*ALL)
    print("backfilled", time.time() - t, time.process_time() - p)
    documents = world.documents()
    assert told(documents).keys() == told(month.documents).keys()
    assert told(documents) == told(month.documents)
    assert world.pages_asked() == []
    before = world.writes()
    month.press.clear_log()
    reports = world.reconcile(*ALL)
    assert world.writes() == before
    assert world.pages_asked() == []
    assert sum(r.batches for r in reports) == 0
