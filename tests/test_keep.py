"""Decisions about keeping and forgetting, without network, clock or database."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import room
from pipeline.keep import (
    BatchFacts,
    Target,
    blanked,
    day_is_kept,
    first_kept_month,
    months_that_go,
    old_enough,
    why_batch_stays,
    within_kept_months,
)
from pipeline.ledger.forgotten import Forgotten, variants
from pipeline.records import Article, LeftOut, Reason

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MB = 1024 * 1024


def test_nothing_is_old_enough_where_it_is_kept_for_ever() -> None:
    assert not old_enough(datetime(1999, 1, 1, tzinfo=UTC), NOW, 0)


@pytest.mark.parametrize(("age", "goes"), [(timedelta(days=30), False), (timedelta(days=30, seconds=1), True)])
def test_what_is_older_than_its_days_goes(age: timedelta, goes: bool) -> None:
    assert old_enough(NOW - age, NOW, 30) is goes


def test_a_day_goes_when_it_is_whole_and_older() -> None:
    assert old_enough(date(2026, 10, 22), NOW, 30)
    assert not old_enough(date(2026, 10, 23), NOW, 30)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, ""),
        ({"articles": 3}, ""),
        ({"under_way": True}, "under way"),
        ({"pending": 1}, "work waits for it"),
        ({"articles": 3, "without_page": 1}, "WARC cannot make it again"),
    ],
)
def test_a_batch_goes_only_where_nobody_needs_it(facts: dict, why: str) -> None:
    assert why_batch_stays(BatchFacts(id="b", **facts)) == why


def test_months_go_with_all_their_indices_oldest_first() -> None:
    names = ["articles-2026-10", "articles-2025-12", "runs-2025-12", "stances-2026-11", "articles-2025-11"]
    assert months_that_go(names, NOW, 0) == []
    assert months_that_go(names, NOW, 2) == ["articles-2025-11", "articles-2025-12", "runs-2025-12"]
    assert months_that_go(names, NOW, 1) == [
        "articles-2025-11",
        "articles-2025-12",
        "runs-2025-12",
        "articles-2026-10",
    ]


@given(st.integers(1, 600))
def test_so_many_months_are_kept_this_one_counted(months: int) -> None:
    year, month = map(int, first_kept_month(NOW, months).split("-"))
    assert (NOW.year * 12 + NOW.month) - (year * 12 + month) + 1 == months


@pytest.mark.parametrize(
    ("day", "months", "kept"),
    [
        (date(2026, 10, 30), 1, False),
        (date(2026, 10, 31), 1, True),  # west of Greenwich it is November already when it ends
        (date(2026, 10, 1), 2, True),
        (date(2020, 1, 1), 0, True),
    ],
)
def test_a_day_is_kept_where_an_article_of_it_may_live_in_a_kept_month(day: date, months: int, kept: bool) -> None:
    assert NOW.strftime("%Y-%m") == "2026-11"
    assert day_is_kept(day, NOW, months) is kept


def test_an_article_of_a_month_that_is_no_longer_kept_is_left_out() -> None:
    young, old = (
        Article(
            id=m, work_id=n, entry_id="e", url="u", canonical_url="u", source_id="s", title="t", text="", home_index=m
        )
        for n, m in enumerate(("2026-11", "2026-10"))
    )
    (one, other) = within_kept_months([young, old], NOW, 1)
    assert one is young
    assert isinstance(other, LeftOut)
    assert (other.work_id, other.reason, other.detail) == (
        1,
        Reason.NOT_KEPT,
        "lives in 2026-10; indices are kept from 2026-11 on",
    )
    assert within_kept_months([young, old], NOW, 0) == [young, old]


# --------------------------------------------------------------------------------------------------- takedowns

TARGET = Target(
    forgotten=Forgotten(addresses=frozenset({"https://a.example/1"}), loose=frozenset({"a.example/1"})),
    entry_ids=frozenset({"e1"}),
    article_ids=frozenset({"a1"}),
)


@pytest.mark.parametrize(
    "record",
    [
        {"entry_id": "e1", "url": "https://elsewhere.example/"},
        {"id": "a1"},
        {"article_id": "a1"},
        {"url": "http://www.a.example/1/"},
        {"url": "https://b.example/", "final_url": "https://a.example/1"},
        {"url": "https://b.example/", "redirects": ["https://a.example/1"]},
        {"url": "https://b.example/", "rel_canonical": "https://a.example/1"},
        {"article": {"id": "a1", "text": "…"}, "tags": {}},
    ],
)
def test_a_record_belongs_to_a_takedown_by_any_of_its_names(record: dict) -> None:
    assert TARGET.matches(record)


@pytest.mark.parametrize("record", [{}, {"url": "https://a.example/2", "entry_id": "e2"}, {"url": "no address"}])
def test_other_records_do_not(record: dict) -> None:
    assert not TARGET.matches(record)


def test_in_place_of_a_record_stands_nothing_of_what_it_said() -> None:
    record = {
        "work_id": 1,
        "entry_id": "e1",
        "url": "https://a.example/1",
        "source_id": "a",
        "listed_title": "SECRET",
        "title": "SECRET",
        "text": "SECRET",
        "detail": "SECRET",
    }
    for stage in ("entries", "pages", "articles", "tagged", "indexed"):
        told = blanked(stage, record, NOW)
        assert "SECRET" not in str(told)
        if told is not None:
            assert told["work_id"] == 1
            assert blanked(stage, told, NOW + timedelta(days=1)) == told, "said twice it is the same"


def test_a_source_is_covered_by_id_and_by_host() -> None:
    forgotten = Forgotten(hosts=frozenset({"a.example"}), sources=frozenset({"a"}))
    assert forgotten.covers("https://anything.example/", "a")
    assert forgotten.covers("https://www.a.example/x")
    assert not forgotten.covers("https://b.a.example/x", "b")
    assert not Forgotten().covers("https://a.example/")


def test_variants_share_the_loose_key() -> None:
    forgotten = Forgotten(addresses=frozenset({"https://a.example/1"}), loose=frozenset({"a.example/1"}))
    found = variants("https://a.example/1")
    assert len(found) > 10
    assert all(forgotten.covers(url) for url in found)


# ---------------------------------------------------------------------------------------------------------- room


@pytest.mark.parametrize(("free", "full"), [(100 * MB, False), (100 * MB - 1, True), (0, True)])
def test_there_is_room_down_to_the_last_byte(
    free: int, full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda folder: free)
    told = room.shortage(str(tmp_path), 100)
    assert bool(told) is full
    if full:
        assert "STANDPOINT_MIN_FREE_MB asks for 100" in told


def test_nobody_looks_where_nothing_is_asked_for_or_nothing_can_be_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda folder: 0)
    assert room.shortage("/tmp", 0) == ""
    assert room.shortage("memory://bucket/archive", 100) == ""


def test_the_file_system_of_a_folder_that_is_not_there_yet_is_the_one_above_it(tmp_path: Path) -> None:
    assert room.free_bytes(tmp_path / "not/yet") > 0
