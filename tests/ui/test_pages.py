"""Standpoint's pages: what they say, and that nothing from outside becomes markup."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import LedgerError
from pipeline.ledger.overview import Totals
from pipeline.ledger.runs import RunRow
from pipeline.records import Source
from pipeline.report import RunReport, run_report
from pipeline.settings import Settings
from pipeline.stages import Pipeline
from pipeline.ui import (
    FrontPage,
    ReportPage,
    front_html,
    message_html,
    read_front,
    read_report,
    report_html,
    run_state,
    took,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOTALS = Totals(sources=7, feeds=9, entries=1234, articles=120, stories=110, waiting=3, left_out=14)


def row(**values: Any) -> dict[str, Any]:
    counts = ("polled", "listed", "discovered", "fetched", "indexed", "given_back")
    return {**dict.fromkeys(counts, 0), "left_out": {}, "dropped": {}, "polls_failed": {}, **values}


def a_report(tally: dict[str, dict[str, Any]], *, run_id: str = "crawl/scheduled__1") -> RunReport:
    run = RunRow(id=run_id, kind="crawl", generation=3, started_at=NOON - timedelta(seconds=200))
    return run_report(run, tally, [], pending=0, now=NOON)


class Text(HTMLParser):
    """The text of a page, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self._silent = 0
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._silent += tag in ("script", "style")
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def test_a_report_says_what_each_source_brought_and_why_not() -> None:
    report = a_report(
        {
            "harbour-gazette": row(polled=2, listed=40, discovered=5, fetched=4, indexed=3, left_out={"paywall": 2}),
            "meridian-post": row(polled=1, polls_failed={"http_error": 1}),
        }
    )
    text = Text(report_html(ReportPage(report=report, finished=True))).text
    assert "success" in text
    assert "took 3 min 20 s" in text
    assert "harbour-gazette 2 40 5 4 3 0 paywall 2" in text
    assert "meridian-post 1 0 0 0 0 0 every poll failed: http_error 1" in text
    assert "all 3 40 5 4 3 0 paywall 2" in text


def test_a_run_without_its_report_is_not_called_failed() -> None:
    html = report_html(ReportPage(report=a_report({}), finished=False))
    assert "not written its report yet" in html
    assert "so far, after" in html
    assert "failed" not in Text(html).text


def test_the_front_page_leads_to_the_reviews_and_to_the_runs_of_airflow() -> None:
    started = NOON - timedelta(minutes=5)
    runs = [
        RunRow(id="crawl/manual__2026-11-20T12:00:00+00:00", kind="crawl", generation=1, started_at=started),
        RunRow(id="cli/2026", kind="cli", generation=1, started_at=started, finished_at=NOON),
    ]
    page = Text(front_html(FrontPage(totals=TOTALS, runs=runs, now=NOON)))
    assert page.links == ["review", "../dags/crawl/runs/manual__2026-11-20T12%3A00%3A00%2B00%3A00"]
    assert "1 234 addresses seen" in page.text
    assert "unfinished 2026-11-20 11:55 5 min 0 s no report yet" in page.text


@given(st.text(min_size=1, max_size=40), st.sampled_from(["<script>alert(1)</script>", '"><img src=x>', "&lt;b&gt;"]))
def test_nothing_from_outside_becomes_markup(name: str, attack: str) -> None:
    evil = name + attack
    plain = Text(report_html(ReportPage(report=a_report({"a": row(left_out={"b": 1})}), finished=True)))
    report = a_report({evil: row(left_out={evil: 1})}, run_id=f"crawl/{evil}")
    assert Text(report_html(ReportPage(report=report, finished=True))).tags == plain.tags

    def front(run_id: str) -> Text:
        run = RunRow(id=run_id, kind="crawl", generation=1, started_at=NOON)
        return Text(front_html(FrontPage(totals=TOTALS, runs=[run], now=NOON)))

    assert front(f"crawl/{evil}").tags == front("crawl/x").tags
    assert Text(message_html(evil, evil)).tags == Text(message_html("x", "x")).tags


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (0.4, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"), (7500, "2 h 5 min")],
)
def test_how_long_something_took(seconds: float, words: str) -> None:
    assert took(timedelta(seconds=seconds)) == words


def test_the_state_of_a_run() -> None:
    good, bad = a_report({}), a_report({"a": row(polls_unfinished=1)})
    assert run_state(good, finished=True) == "success"
    assert run_state(bad, finished=True) == "failed"
    assert run_state(bad, finished=False) == "unfinished"
    assert run_state(None, finished=False) == "unfinished"


@pytest.mark.servers
def test_pages_are_read_from_the_ledger_alone(ledger_url: str) -> None:
    settings = Settings(ledger_url=ledger_url, elasticsearch_url="http://127.0.0.1:1")
    source = Source(id="harbour-gazette", name="The Harbour Gazette", homepage="http://localhost/", feeds=())
    with Pipeline(settings, sources=[source], clock=lambda: NOON) as pipeline:
        pipeline.ledger.migrate()
        assert read_front(pipeline).runs == []
        with pytest.raises(LedgerError):
            read_report(pipeline, "crawl/none")
        runs = pipeline.ledger.runs
        generation = runs.generation({"code": "1"}, NOON)
        for n in range(3):
            began = NOON - timedelta(minutes=30 - n)
            runs.start(f"crawl/{n}", "crawl", generation, began, {"sources": ["harbour-gazette"]})

        front = read_front(pipeline)
        assert [run.id for run in front.runs] == ["crawl/2", "crawl/1", "crawl/0"]
        assert front.totals == Totals(sources=0, feeds=0, entries=0, articles=0, stories=0, waiting=0, left_out=0)

        so_far = read_report(pipeline, "crawl/2")
        assert not so_far.finished
        assert so_far.report.sources["harbour-gazette"]["cause"] == "no feed was due"
        runs.finish("crawl/2", {**_builtins(so_far.report), "pending": 42}, NOON)
        told = read_report(pipeline, "crawl/2")
        assert told.finished
        assert told.report.pending == 42
        assert told.report.started_at == NOON - timedelta(minutes=28)


def _builtins(report: RunReport) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(report)
    return found
