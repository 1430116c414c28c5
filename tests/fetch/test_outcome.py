import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from pipeline.fetch.outcome import outcome_of
from pipeline.records import LeftOut, Page, Reason, WorkItem
from pipeline.settings import Settings

URL = "https://herald.example/news/story-1"
NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)
WORDS = "Ten words that stand in one paragraph make an article. "
SETTINGS = Settings(user_agent="Standpoint/0.1 (+https://x.example)")


def page(head: str = "") -> bytes:
    return f"<html><head><title>Story</title>{head}</head><body><p>{WORDS * 20}</p></body></html>".encode()


@dataclass
class Answer:
    body: bytes = field(default_factory=page)
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/html"})
    final_url: str = URL
    redirects: tuple[tuple[int, str], ...] = ()
    fetched_at: datetime = NOW
    opt_out: tuple[str, ...] = ()


def item(**fields: object) -> WorkItem:
    return WorkItem(work_id=1, entry_id="e", url=URL, canon_url=URL, source_id="herald", **fields)


def outcome(answer: Answer, asked: WorkItem | None = None, settings: Settings = SETTINGS) -> Page | LeftOut:
    return outcome_of(asked or item(), answer, now=NOW, settings=settings)


# ---------------------------------------------------------------------------------------------------- opt-outs

RESERVED = [
    (Answer(opt_out=("tdm-reservation: 1",)), "tdm-reservation: 1"),
    (Answer(opt_out=("x-robots-tag: noai",)), "x-robots-tag: noai"),
    (Answer(page('<meta name="robots" content="noai, noimageai">')), "meta robots: noai"),
    (Answer(page("<meta content=1 name='tdm-reservation'>")), "meta tdm-reservation: 1"),
    (Answer(page('<META NAME="standpoint" CONTENT="noai">')), "meta standpoint: noai"),
]


@pytest.mark.parametrize(("answer", "signal"), RESERVED)
def test_a_reservation_is_obeyed_or_recorded_as_the_setting_says(answer: Answer, signal: str) -> None:
    made = outcome(answer)
    assert isinstance(made, LeftOut)
    assert (made.reason, made.detail) == (Reason.OPTED_OUT, signal)
    kept = outcome(answer, settings=SETTINGS.model_copy(update={"obey_opt_out": False}))
    assert isinstance(kept, Page)
    assert signal in kept.robots_tags


@pytest.mark.parametrize(
    "answer",
    [
        Answer(page('<meta name="robots" content="index, noimageai">')),
        Answer(page('<meta name="otherbot" content="noai">')),
        Answer(page('<!-- <meta name="robots" content="noai"> -->')),
        Answer(page('<meta name="tdm-reservation" content="0">'), opt_out=("tdm-reservation: 1",)),
        Answer(opt_out=("robots.txt shuts out: GPTBot",)),
    ],
)
def test_what_does_not_mean_us_keeps_nothing_out(answer: Answer) -> None:
    assert isinstance(outcome(answer), Page)


def test_a_wall_is_a_wall_whatever_it_reserves() -> None:
    assert outcome(Answer(b"<title>404 not found</title>", opt_out=("tdm-reservation: 1",))).reason is Reason.SOFT_404


# ---------------------------------------------------------------------------------------------------- re-visits


def test_a_304_is_unchanged_only_for_whoever_asked_so() -> None:
    nothing_new = Answer(b"", status=304)
    assert outcome(nothing_new, item(etag='"1"', revision=2)).reason is Reason.UNCHANGED
    assert outcome(nothing_new, item(last_modified="yesterday", revision=2)).reason is Reason.UNCHANGED
    assert outcome(nothing_new, item(revision=2)).reason is Reason.HTTP_ERROR


def test_the_same_bytes_are_unchanged() -> None:
    first = outcome(Answer())
    assert outcome(Answer(), item(body_hash=first.body_hash, revision=2)).reason is Reason.UNCHANGED
    assert isinstance(outcome(Answer(page("<!-- 2 -->")), item(body_hash=first.body_hash, revision=2)), Page)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_gone_whatever_was_known(status: int) -> None:
    answer = Answer(status=status)
    assert outcome(answer, item(etag='"1"', revision=2)).reason in {Reason.GONE, Reason.NOT_FOUND}


# ---------------------------------------------------------------------------------------------------- anything


@pytest.mark.parametrize(
    "piece", ["<!--", "<meta ", "<meta name=", '<meta "', "<meta '", "<meta a=b>", "<meta name=robots content=x>"]
)
def test_no_page_takes_long_to_decide_about(piece: str) -> None:
    answer = Answer(page(piece * (2_000_000 // len(piece))))
    started = time.process_time()
    outcome(answer)
    assert time.process_time() - started < 3
