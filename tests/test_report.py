from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.index.client import Index
from pipeline.ledger.coverage import DayRow
from pipeline.ledger.runs import RunRow
from pipeline.ledger.work import BatchRow
from pipeline.records import Source
from pipeline.report import cause_of, coverage_documents, run_documents, run_report

NOON = datetime(2026, 10, 31, 23, 50, tzinfo=UTC)
LATER = NOON + timedelta(minutes=20)  # in the next month
COUNTS = [
    "polled",
    "polls_unfinished",
    "not_modified",
    "listed",
    "discovered",
    "fetched",
    "extracted",
    "tagged",
    "indexed",
    "given_back",
]


def row(**counts: object) -> dict:
    return {**dict.fromkeys(COUNTS, 0), "left_out": {}, "dropped": {}, "polls_failed": {}, **counts}


def batch(name: str, finished: datetime | None) -> BatchRow:
    return BatchRow(id=name, run_id="r1", generation=3, size=2, created_at=NOON, finished_at=finished)


RUN = RunRow(id="r1", kind="crawl", generation=3, started_at=NOON, params={"sources": ["gazette", "post", "wire"]})
TALLY = {
    "gazette": row(
        polled=2,
        listed=9,
        discovered=5,
        fetched=4,
        extracted=3,
        tagged=3,
        indexed=3,
        left_out={"gone": 1, "paywall": 1},
    ),
    "wire": row(
        polled=1, listed=4, discovered=1, left_out={"gone": 1}, dropped={"too_old": 2}, polls_failed={"hang": 1}
    ),
}


def test_the_report_adds_up_and_names_every_source_that_was_to_be_looked_at() -> None:
    report = run_report(RUN, TALLY, [batch("b1", LATER), batch("b2", None)], pending=7, now=LATER)
    assert list(report.sources) == ["gazette", "post", "wire"]
    assert {k: report.total[k] for k in ("polled", "listed", "discovered", "indexed")} == {
        "polled": 3,
        "listed": 13,
        "discovered": 6,
        "indexed": 3,
    }
    assert report.total["left_out"] == {"gone": 2, "paywall": 1}
    assert report.total["polls_failed"] == {"hang": 1}
    assert "cause" not in report.total
    assert (report.pending, report.batches, report.failed_batches) == (7, 2, ("b2",))
    assert "cause" not in TALLY["gazette"]


def test_a_run_with_nothing_to_do_reports_all_the_same() -> None:
    report = run_report(RUN, {}, [], pending=0, now=LATER)
    assert {source: r["cause"] for source, r in report.sources.items()} == dict.fromkeys(
        ["gazette", "post", "wire"], "no feed was due"
    )
    assert (report.total, report.succeeded) == ({}, True)


@pytest.mark.parametrize(
    ("batches", "unfinished", "succeeded"),
    [([LATER], 0, True), ([LATER, None], 0, False), ([LATER], 1, False)],
    ids=["all ended", "a batch did not", "a poll did not"],
)
def test_a_run_succeeds_where_all_came_to_an_end(batches, unfinished, succeeded) -> None:
    tally = {"gazette": row(polled=1, polls_unfinished=unfinished)}
    made = [batch(f"b{n}", finished) for n, finished in enumerate(batches)]
    report = run_report(RUN, tally, made, pending=0, now=LATER)
    assert report.succeeded is succeeded
    assert {d.source["state"] for d in run_documents(report, {})} == {"success" if succeeded else "failed"}


UNINDEXED = "discovered, but not indexed: its batch failed or waits for another run"


UNINDEXED = "discovered, but not indexed: its batch failed or waits for another run"


@pytest.mark.parametrize(
    ("counts", "cause"),
    [
        ({"polled": 1, "listed": 3, "discovered": 3, "indexed": 1, "left_out": {"gone": 2}}, ""),
        ({}, "no feed was due"),
        ({"polled": 2, "polls_failed": {"hang": 1, "gone": 1}}, "every poll failed: gone 1, hang 1"),
        ({"polled": 2, "polls_failed": {"hang": 1}}, "the lists are empty"),
        ({"polls_unfinished": 1}, "a poll did not come to its end: the log of its task says why"),
        ({"polled": 1, "not_modified": 1}, "the lists have not changed"),
        ({"polled": 1}, "the lists are empty"),
        ({"polled": 1, "listed": 4}, "nothing new in the lists"),
        ({"polled": 1, "listed": 4, "dropped": {"too_old": 4}}, "nothing new in the lists"),
        (
            {"polled": 1, "listed": 3, "discovered": 3, "left_out": {"gone": 1, "robots": 2}},
            "all left out: robots 2, gone 1",
        ),
        ({"left_out": {"exhausted": 1}}, "all left out: exhausted 1"),
        ({"given_back": 2}, "given back, to be tried again"),
        ({"polled": 1, "listed": 3, "discovered": 3}, UNINDEXED),
    ],
)
def test_a_zero_has_a_cause(counts, cause) -> None:
    assert cause_of(row(**counts)) == cause


SOURCES = {"gazette": Source(id="gazette", name="The Gazette", homepage="http://gazette.example/", country="GB")}


def test_a_report_makes_one_document_a_source_in_the_month_the_run_began() -> None:
    report = run_report(RUN, TALLY, [batch("b1", LATER)], pending=0, now=LATER)
    made = {d.source["source"]: d for d in run_documents(report, SOURCES)}
    assert {d.index for d in made.values()} == {"runs-2026-10"}
    assert len({d.id for d in made.values()}) == 3
    assert made["gazette"].source["source_name"] == "The Gazette"
    assert made["wire"].source["source_name"] == "wire"
    assert made["wire"].source["left_out"] == {"gone": 1, "too_old": 2}
    assert made["wire"].source["left_out_total"] == 3
    assert made["wire"].source["poll_failed"] == 1
    assert made["post"].source["cause"] == "no feed was due"
    again = run_documents(run_report(RUN, TALLY, [], pending=0, now=LATER + timedelta(hours=1)), SOURCES)
    assert [d.id for d in again] == [d.id for d in made.values()]
    assert all(a.version > made[a.source["source"]].version for a in again)


def test_the_index_takes_the_documents_of_every_shape_of_report(servers, index_prefix: str) -> None:
    tally = TALLY | {"post": row(polled=1, polls_unfinished=1)}
    report = run_report(RUN, tally, [batch("b1", LATER), batch("b2", None)], pending=7, now=LATER)
    documents = run_documents(report, SOURCES)
    with Index(servers.elasticsearch_url, prefix=index_prefix) as index:
        index.setup()
        result = index.write(documents, refresh=True)
        assert (result.rejected, result.superseded, result.written) == ((), (), 3)
        gone = index.count("runs", {"range": {"left_out.gone": {"gte": "1"}}})
        assert index.count("runs", {"term": {"state": "failed"}}) == 3
        assert gone == 2


DAYS = [
    DayRow(
        source_id="gazette", day=date(2026, 10, 3), listed=4, indexed=3, pending=0, left_out={"gone": 1, "robots": 1}
    ),
    DayRow(source_id="gazette", day=date(2026, 10, 4), listed=4, indexed=1, pending=1, left_out={"hang": 2}),
]


def test_a_day_is_complete_where_nothing_waits_and_no_gap_may_still_be_filled() -> None:
    whole, holed = (d.source for d in coverage_documents(DAYS, "r1", NOON, {}))
    assert (whole["missing"], whole["is_complete"], whole["gap"]) == (0, True, "")
    assert (holed["missing"], holed["is_complete"], holed["gap"]) == (3, False, "pending 1, hang 2")


def test_the_index_takes_the_documents_of_coverage_and_a_later_one_replaces_the_first(
    servers, index_prefix: str
) -> None:
    with Index(servers.elasticsearch_url, prefix=index_prefix) as index:
        index.setup()
        for now in (NOON, LATER):
            result = index.write(coverage_documents(DAYS, "r1", now, SOURCES), refresh=True)
            assert (result.rejected, result.superseded, result.written) == ((), (), 2)
        assert index.count("coverage") == 2
        assert index.count("coverage", {"term": {"is_complete": False}}) == 1
