"""Backfills over the sample press: what thirty days of crawls gave comes back, from whatever is left of it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.report import RunReport
from tests.conftest import Servers
from tests.stages.in_process import without_children
from tests.stages.month import ALL, DAYS, OUTLETS, WHOLE, Month, Past, month_of
from tests.stages.world import said

pytestmark = pytest.mark.slow

#: Of the whole press: a page that hung, and one of a host that had enough, may come now: they are asked for once more.
NEVER_CAME = (
    {
        "http://flussblatt.localhost/artikel/17-wasserstand.html",
        "http://live.capital-courier.localhost/2026/election-night",
    }
    if ALL
    else set()
)
LISTS_ITS_PAST = ("kestrel-wire", "eastern-standard")


@pytest.fixture(scope="module")
def month(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """Thirty days, crawled every evening, and once more on the day after."""
    with pytest.MonkeyPatch.context() as patch:
        if not ALL:
            without_children(patch)
        with month_of(servers, tmp_path_factory.mktemp("month")) as month:
            yield month


def total(reports: list[RunReport], name: str) -> int:
    return sum(r.total.get(name, 0) for r in reports)


def nothing_to_do(world: Past, month: Month) -> list[RunReport]:
    """A second backfill over the same days: no work, no document, no request but for lists."""
    before = world.writes()
    month.press.clear_log()
    reports = world.reconcile(*DAYS)
    assert world.writes() == before
    assert world.pages_asked() == []
    assert total(reports, "made") == sum(r.batches for r in reports) == 0
    waiting = {
        (r.params["day"], source)
        for r in reports
        for source, row in r.sources.items()
        if "pending" in row["missing_why"]
    }
    assert len(waiting) <= len(NEVER_CAME)  # handed over to the crawl
    for report in reports:
        for source, row in report.sources.items():
            if (report.params["day"], source) not in waiting:
                assert "nothing" in row["cause"], (report.params["day"], source, row["cause"])
    return reports


def differing(found: dict[Any, dict[str, Any]], wanted: dict[Any, dict[str, Any]]) -> dict[Any, Any]:
    """Which fields of which documents differ."""
    return {
        key: {
            name: (found[key].get(name), wanted[key].get(name))
            for name in found[key].keys() | wanted[key].keys()
            if found[key].get(name) != wanted[key].get(name)
        }
        for key in found.keys() & wanted.keys()
        if found[key] != wanted[key]
    }


def same(world: Past, month: Month) -> None:
    found, wanted = said(world.documents()), said(month.documents)
    assert {found[k]["url"] for k in found.keys() - wanted.keys()} == set()
    assert {wanted[k]["url"] for k in wanted.keys() - found.keys()} == set()
    assert differing(found, wanted) == {}


def test_the_index_wiped_comes_back_from_batches_without_a_request(month: Month) -> None:
    world = month.left(ledger=True, archive=True)
    month.press.clear_log()
    reports = world.reconcile(*DAYS)
    same(world, month)
    assert {url for url, _ in world.pages_asked()} <= NEVER_CAME
    articles = len(world.articles())
    assert total(reports, "written_again") == articles
    assert total(reports, "added") == total(reports, "retagged") == 0
    assert world.ended() == month.ended
    nothing_to_do(world, month)


def test_index_and_ledger_wiped_come_back_from_the_archive_alone(month: Month) -> None:
    world = month.left(archive=True, batches=False)
    month.press.clear_log()
    reports = world.reconcile(*DAYS)
    same(world, month)
    assert total(reports, "added") == len(world.articles())
    if WHOLE:  # gone from its outlet since the twentieth
        assert world.article_id("harbour-gazette/16-pilot-letters") in world.articles()
    # asked for is only what nothing is stored of: robots.txt forbids it, or it came in no whole answer
    port = f":{month.press.port}"
    assert {url for url, _ in world.pages_asked()} <= {url.replace(port, "") for url in month.ended}
    nothing_to_do(world, month)


def test_a_fresh_installation_gets_what_the_outlets_list_and_says_what_is_unknowable(month: Month) -> None:
    world = month.left()
    reports = world.reconcile(*DAYS)
    found, wanted = said(world.documents()), said(month.documents)
    listed = {k: d for k, d in wanted.items() if d["source"] in LISTS_ITS_PAST}
    missing = {listed[k]["url"] for k in listed.keys() - found.keys()}
    assert missing == set(), missing
    assert {d["source"] for d in found.values()} == set(LISTS_ITS_PAST)
    for report in reports:
        for outlet in set(OUTLETS) - set(LISTS_ITS_PAST):
            assert report.sources[outlet]["unknowable"]
            assert "nothing is known of this day" in report.sources[outlet]["cause"]
        assert not any(row["listed"] and row["unknowable"] for row in report.sources.values())
    assert total(reports, "added") == len(world.articles())
    assert Counter(d["source"] for d in world.articles().values()).keys() == set(LISTS_ITS_PAST)
    nothing_to_do(world, month)
