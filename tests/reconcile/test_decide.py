"""What a backfill decides about one address: every rule, and that nothing is decided twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigError
from pipeline.reconcile import (
    AGAIN,
    Decision,
    Form,
    Known,
    Step,
    days_between,
    decide,
    form_of,
    is_over,
    polite_time,
    queue_of,
    tally,
)
from pipeline.records import Reason, WarcPointer

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TODAY = 5  # today's generation
FIRST, NEWEST = (WarcPointer(file="2026/10/03/b.warc.gz", offset=n, length=9) for n in (100, 200))


def address(**fields: Any) -> Known:
    return Known(**({"entry_id": "e", "url": "http://gazette.example/a", "source_id": "gazette"} | fields))


def article(**fields: Any) -> Known:
    """An article that is all there."""
    whole: dict[str, Any] = {
        "revision": 2,
        "generation": TODAY,
        "indexed": True,
        "held": True,
        "tagged_on_file": True,
        "read_on_file": True,
        "page": NEWEST,
        "pages": (FIRST, NEWEST),
        "state": "done",
        "judged": TODAY,
    }
    return address(**(whole | fields))


def decided(known: Known, now: datetime = NOW, **form: Any) -> Decision:
    return decide(known, Form(**form), generation=TODAY, now=now)


def test_what_the_index_has_is_left_alone() -> None:
    assert decided(article()).step is Step.KNOWN


@pytest.mark.parametrize(
    ("lost", "step"),
    [
        ((), Step.INDEX),
        (("tagged_on_file",), Step.TAG),
        (("tagged_on_file", "read_on_file"), Step.EXTRACT),
        (("tagged_on_file", "read_on_file", "page"), Step.FETCH),
    ],
)
def test_missing_documents_are_made_from_the_latest_that_is_on_file(lost: tuple[str, ...], step: Step) -> None:
    gone: dict[str, Any] = {name: None if name == "page" else False for name in lost}
    found = decided(article(held=False, **gone))
    assert found.step is step
    assert found.revision == (3 if step is Step.FETCH else 2)
    assert found.stored == ((NEWEST,) if step is Step.EXTRACT else ())
    assert found.generation == TODAY


def test_an_older_generation_is_read_and_tagged_anew_from_the_newest_page() -> None:
    found = decided(article(generation=4, judged=4))
    assert (found.step, found.stored, found.revision) == (Step.EXTRACT, (NEWEST,), 2)
    assert "generation 4" in found.why
    assert decided(article(generation=4, judged=4, page=None)).step is Step.TAG


def test_what_todays_rules_left_out_is_not_read_again_and_again() -> None:
    left_out = article(generation=4, judged=TODAY, state="left_out", reason=Reason.PAYWALL)
    assert (decided(left_out).step, decided(left_out).reason) == (Step.GAP, Reason.PAYWALL)


def test_a_newer_generation_stands() -> None:
    assert decided(article(generation=6)).step is Step.SUPERSEDED
    assert decided(article(generation=6), stages="extract").step is Step.SUPERSEDED


@pytest.mark.parametrize(("stages", "step"), [("extract", Step.EXTRACT), ("tag", Step.TAG), ("index", Step.INDEX)])
def test_the_form_says_from_which_stage_on(stages: str, step: Step) -> None:
    assert decided(article(), stages=stages).step is step
    older = decided(article(generation=4), stages=stages)
    assert (older.step, older.generation) == (step, 4 if step is Step.INDEX else TODAY)


def test_index_only_reads_and_fetches_nothing() -> None:
    assert decided(article(tagged_on_file=False), stages="index").step is Step.GAP
    assert decided(address(pages=(FIRST,)), stages="index").step is Step.GAP
    assert decided(address(), stages="index", refetch="always").step is Step.GAP


def test_a_lost_page_is_fetched_without_conditions() -> None:
    lost = article(page=None, pages=())
    found = decided(lost)
    assert (found.step, found.lost, found.revision, found.stored) == (Step.FETCH, True, 3, ())
    assert decided(lost, refetch="never").step is Step.KNOWN
    assert decided(msgspec.structs.replace(lost, archive_expected=False)).step is Step.KNOWN
    gone = msgspec.structs.replace(lost, state="left_out", reason=Reason.GONE, tried_at=NOW - timedelta(days=9))
    assert decided(gone).step is Step.KNOWN
    waiting = msgspec.structs.replace(lost, state="pending", open=frozenset({(3, TODAY)}))
    assert decided(waiting).step is Step.UNDER_WAY


def test_always_asks_for_every_page_and_what_is_stored_stands_in() -> None:
    assert decided(article(), refetch="always").stored == ()  # the same text is unchanged
    older = decided(article(generation=4), refetch="always")
    assert (older.step, older.stored, older.revision) == (Step.FETCH, (NEWEST,), 3)
    left_out = address(state="left_out", reason=Reason.PAYWALL, judged=4, pages=(FIRST,))
    assert decided(left_out, refetch="always").stored == (FIRST,)


def test_a_stored_page_without_an_article_is_read_with_its_whole_history() -> None:
    for known in (
        address(pages=(FIRST, NEWEST)),
        address(pages=(FIRST, NEWEST), state="done"),
        address(pages=(FIRST, NEWEST), state="left_out", reason=Reason.NOT_ARTICLE, judged=4),
    ):
        found = decided(known)
        assert (found.step, found.stored, found.revision) == (Step.EXTRACT, (FIRST, NEWEST), 1)


def test_what_was_left_out_is_read_once_a_generation() -> None:
    judged = address(pages=(FIRST,), state="left_out", reason=Reason.NOT_ARTICLE, judged=TODAY)
    assert decided(judged).step is Step.GAP
    assert decided(judged, stages="extract").step is Step.EXTRACT
    for reason in (Reason.EXHAUSTED, Reason.ARCHIVE_LOST):  # nobody judged it
        assert decided(msgspec.structs.replace(judged, reason=reason)).step is Step.EXTRACT


@pytest.mark.parametrize("refetch", ["missing", "always"])
def test_what_was_listed_and_never_fetched_is_fetched(refetch: str) -> None:
    assert decided(address(), refetch=refetch).step is Step.FETCH


def test_never_leaves_the_gap() -> None:
    assert decided(address(), refetch="never").step is Step.GAP
    assert decided(address(state="left_out", reason=Reason.NETWORK), refetch="never").step is Step.GAP


@pytest.mark.parametrize("reason", list(Reason))
def test_only_what_may_pass_is_tried_again_and_not_at_once(reason: Reason) -> None:
    left_out = address(state="left_out", reason=reason, judged=TODAY, tried_at=NOW - AGAIN)
    found = decided(left_out)
    if reason is Reason.DUPLICATE:
        assert found.step is Step.KNOWN
    elif reason.is_gap and reason not in (
        Reason.EXTRACT_FAILED,
        Reason.EXTRACT_HANG,
        Reason.INDEX_REJECTED,
        Reason.TOO_LARGE,
    ):
        assert found.step is Step.FETCH
    else:
        assert found.step is Step.GAP
    soon = decide(left_out, Form(), generation=TODAY, now=NOW - timedelta(seconds=1))
    assert not soon.step.is_work


def test_what_was_taken_down_is_never_touched() -> None:
    for stages in ("as_needed", "extract", "tag", "index"):
        for known in (article(reason=Reason.FORGOTTEN), address(reason=Reason.FORGOTTEN, pages=(FIRST,))):
            assert decided(known, stages=stages, refetch="always").step is Step.GAP


def test_what_retention_has_let_go_of_is_never_made_again() -> None:
    for stages in ("as_needed", "extract", "tag", "index"):
        for known in (
            article(held=False, kept=False),
            address(kept=False, pages=(FIRST,)),
            article(generation=4, kept=False),
        ):
            assert decided(known, stages=stages, refetch="always").step is Step.NOT_KEPT
    # kept for longer since: what was let go of is made again
    again = address(pages=(FIRST,), state="left_out", reason=Reason.NOT_KEPT, judged=TODAY)
    assert decided(again).step is Step.EXTRACT


@pytest.mark.parametrize("state", ["pending", "leased"])
def test_what_another_run_has_in_hand_is_left_to_it(state: str) -> None:
    assert decided(address(state=state, pages=(FIRST,))).step is Step.UNDER_WAY
    retagging = article(generation=4, judged=4, open=frozenset({(2, TODAY)}))
    assert decided(retagging).step is Step.UNDER_WAY
    # a visit that is due says nothing about the tags
    assert decided(article(state=state, open=frozenset({(3, TODAY)}))).step is Step.KNOWN
    assert decided(article(generation=4, judged=4, state=state, open=frozenset({(3, 4)}))).step is Step.EXTRACT


KNOWN = st.builds(
    Known,
    entry_id=st.just("e"),
    url=st.just("http://gazette.example/a"),
    source_id=st.just("gazette"),
    revision=st.integers(0, 3),
    generation=st.integers(0, 7),
    indexed=st.booleans(),
    held=st.booleans(),
    tagged_on_file=st.booleans(),
    read_on_file=st.booleans(),
    page=st.sampled_from([None, NEWEST]),
    pages=st.sampled_from([(), (FIRST,), (FIRST, NEWEST)]),
    kept=st.booleans(),
    archive_expected=st.booleans(),
    state=st.sampled_from(["", "pending", "leased", "done", "left_out"]),
    reason=st.sampled_from([None, *Reason]),
    judged=st.integers(0, 7),
    tried_at=st.sampled_from([None, NOW, NOW - AGAIN]),
    open=st.frozensets(st.tuples(st.integers(1, 4), st.integers(1, 7)), max_size=3),
)
FORM = st.builds(
    Form,
    refetch=st.sampled_from(["missing", "never", "always"]),
    stages=st.sampled_from(["as_needed", "extract", "tag", "index"]),
)


@given(KNOWN, FORM)
def test_every_decision_can_be_done_and_keeps_the_forms_word(known: Known, form: Form) -> None:
    found = decide(known, form, generation=TODAY, now=NOW)
    assert found.why
    if form.refetch == "never" or form.stages == "index":
        assert found.step is not Step.FETCH
    if found.step is Step.EXTRACT:
        assert found.stored
    if found.step is Step.TAG:
        assert known.read_on_file
    if found.step is Step.INDEX:
        assert known.tagged_on_file
    if found.step.is_work:
        assert (found.revision, found.generation) not in known.open
        assert found.generation == (known.generation if form.stages == "index" else TODAY)
    if not known.kept:
        assert not found.step.is_work
    elif not known.indexed and known.state in ("pending", "leased") and known.reason is not Reason.FORGOTTEN:
        assert found.step is Step.UNDER_WAY


def test_the_form_has_defaults_and_refuses_what_it_does_not_take() -> None:
    assert form_of({}) == form_of({"sources": None, "reason": None, "force": True}) == Form()
    assert form_of({"sources": ["a"], "refetch": "never"}).sources == ("a",)
    for wrong, told in {
        ("refetch", "sometimes"): "refetch: is 'sometimes'; it takes missing, never or always",
        ("stages", "fetch"): "stages: is 'fetch'; it takes as_needed, extract, tag or index",
        ("sources", "gazette"): "sources: takes a list",
        ("older_generation", "yes"): "older_generation: is 'yes'; it takes true or false",
    }.items():
        with pytest.raises(ConfigError) as caught:
            form_of(dict([wrong]))
        assert told in str(caught.value)


def test_a_day_is_over_when_it_is_over_for_all() -> None:
    day = date(2026, 10, 31)
    midnight = datetime(2026, 11, 1, tzinfo=UTC)
    assert is_over(day, ["UTC", "Asia/Singapore"], midnight)
    assert not is_over(day, ["UTC", "America/New_York"], midnight)
    assert not is_over(day, ["UTC"], midnight - timedelta(microseconds=1))
    assert is_over(day, ["America/New_York"], datetime(2026, 11, 1, 4, tzinfo=UTC))


def test_days_and_their_queues() -> None:
    assert [d.day for d in days_between(date(2026, 10, 30), date(2026, 11, 1))] == [30, 31, 1]
    with pytest.raises(ConfigError, match="earlier day first"):
        days_between(date(2026, 11, 1), date(2026, 10, 30))
    assert queue_of(date(2026, 10, 3)) == "reconcile/2026-10-03"


def test_the_sums() -> None:
    known = [article(), address(), address(url="http://other.example/"), article(held=False)]
    sums = tally(known, [decided(k) for k in known])
    assert sums["steps"] == {"fetch": 2, "index": 1, "known": 1}
    assert (sums["addresses"], sums["archived"], sums["indexed"]) == (4, 2, 1)
    assert sums["missing"] == {"gazette.example": 1, "other.example": 1}
    assert polite_time({"a": 10, "b": 3}, 5.0) == timedelta(seconds=50)
    assert polite_time({}, 5.0) == timedelta()
