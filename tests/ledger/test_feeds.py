from datetime import timedelta

import pytest
from msgspec.structs import replace

from pipeline.ledger import Ledger, schema
from pipeline.records import Feed, FeedKind, ListWindow, Reason, Source
from tests.ledger.desk import HOUR, NOON, Desk, article_of, dropped, entry, left_out, poll_of, source

A, B = "http://gazette.example/a", "http://gazette.example/b"


def test_new_feeds_are_due_at_once_and_those_that_left_the_file_never(ledger: Ledger) -> None:
    ledger.feeds.sync([source("gazette"), source("post")], interval_s=3600)
    assert ledger.feeds.due(["gazette", "post"], NOON) == ["gazette", "post"]
    ledger.feeds.sync([source("post")], interval_s=3600)
    assert ledger.feeds.due(["gazette", "post"], NOON, force=True) == ["post"]
    ledger.feeds.sync([source("gazette"), source("post")], interval_s=3600)
    assert ledger.feeds.due(["gazette", "post"], NOON) == ["gazette", "post"]


def test_a_feed_is_due_again_when_its_time_has_come_or_by_force(desk: Desk) -> None:
    desk.listed(A)
    feeds = desk.ledger.feeds
    assert feeds.due(["gazette"], NOON + HOUR - timedelta(seconds=1)) == []
    assert feeds.due(["gazette"], NOON, force=True) == ["gazette"]
    assert feeds.due(["gazette"], NOON + HOUR) == ["gazette"]
    assert feeds.due(["post"], NOON + HOUR) == []


def test_a_feed_that_is_gone_is_not_polled_even_by_force(desk: Desk) -> None:
    desk.ledger.feeds.sync([source()], interval_s=3600)
    state = desk.ledger.feeds.claim(["gazette"], "r1", NOON)[0]
    gone = replace(state, gone=True, next_poll_at=None)
    desk.commit(
        poll_of(state, status=410, reason=Reason.GONE), run_id="r1", now=NOON, state=state, after=lambda *_: gone
    )
    assert desk.ledger.feeds.due(["gazette"], NOON + 1000 * HOUR, force=True) == []
    assert [p["reason"] for p in desk.rows(schema.poll.select())] == ["gone"]


def test_what_a_poll_decided_is_what_the_next_starts_from(desk: Desk) -> None:
    desk.ledger.feeds.sync([source()], interval_s=3600)
    state = desk.ledger.feeds.claim(["gazette"], "r1", NOON)[0]
    assert (state.kind, state.interval_s, state.next_poll_at) == (FeedKind.AUTO, 3600, None)
    decided = replace(
        state,
        kind=FeedKind.SITEMAP_INDEX,
        etag='"1"',
        last_modified="yesterday",
        body_hash="abc",
        interval_s=1800,
        next_poll_at=NOON + HOUR,
        last_poll_at=NOON,
        failures=1.5,
        moved_to="http://gazette.example/new",
        moved_seen=2,
    )
    desk.commit(poll_of(state), run_id="r1", now=NOON, state=state, after=lambda *_: decided)
    (found,) = desk.ledger.feeds.claim(["gazette"], "r1", NOON + HOUR)
    assert found == decided
    assert found.kind is FeedKind.SITEMAP_INDEX  # and not only the word


def test_a_claimed_feed_is_left_to_its_run(desk: Desk) -> None:
    feeds = desk.ledger.feeds
    feeds.sync([source("gazette", feeds=2), source("post")], interval_s=3600)
    desk.start("r2", "cli")
    assert len(feeds.claim(["gazette"], "r1", NOON)) == 2
    assert [f.source_id for f in feeds.claim(["gazette", "post"], "r2", NOON)] == ["post"]
    assert len(feeds.claim(["gazette"], "r1", NOON)) == 2  # a retried task finds its own
    assert len(feeds.claim(["gazette"], "r2", NOON + HOUR)) == 2  # a claim runs out


def test_the_claims_of_a_dead_run_are_free_at_once(desk: Desk) -> None:
    feeds = desk.ledger.feeds
    feeds.sync([source()], interval_s=3600)
    desk.start("dead", "cli")
    feeds.claim(["gazette"], "dead", NOON)
    with desk.ledger.runs.alive("living"):
        desk.start("living", "cli")
        feeds.sync([source(), source("post")], interval_s=3600)
        feeds.claim(["post"], "living", NOON)
        assert feeds.reopen("r1") == 1
    assert [f.source_id for f in feeds.claim(["gazette", "post"], "r1", NOON)] == ["gazette"]


def test_a_poll_gives_each_new_entry_one_work_item(desk: Desk) -> None:
    assert desk.listed(A, B, A) == (0, 2)
    assert desk.listed(A, B, "http://gazette.example/c", now=NOON + HOUR) == (2, 1)
    assert desk.ledger.work.states() == {"pending": 3}
    assert len(desk.rows(schema.entry.select())) == 3
    polls = desk.rows(schema.poll.select().order_by(schema.poll.c.id))
    assert [(p["entries"], p["known"], p["new"], p["overlap"]) for p in polls] == [(2, 0, 2, False), (3, 2, 1, True)]


def test_the_same_entry_in_two_feeds_is_one(desk: Desk) -> None:
    desk.ledger.feeds.sync([source("gazette", feeds=2)], interval_s=3600)
    first, second = desk.ledger.feeds.claim(["gazette"], "r1", NOON)
    assert desk.commit(poll_of(first, [entry(A)]), run_id="r1", now=NOON, state=first) == (0, 1)
    assert desk.commit(poll_of(second, [entry(A)]), run_id="r1", now=NOON, state=second) == (1, 0)
    assert desk.ledger.work.states() == {"pending": 1}


def test_what_discovery_does_not_take_is_remembered_once(desk: Desk) -> None:
    desk.ledger.feeds.sync([source()], interval_s=3600)
    for hour in range(2):
        state = desk.ledger.feeds.claim(["gazette"], "r1", NOON, force=True)[0]
        result = poll_of(state, dropped=(dropped(B), dropped(B)))
        desk.commit(result, run_id="r1", now=NOON + hour * HOUR, state=state)
    rows = desk.rows(schema.dropped.select())
    assert [(r["url"], r["reason"], r["first_at"], r["last_at"]) for r in rows] == [(B, "too_old", NOON, NOON + HOUR)]
    assert desk.ledger.trace.of(B)["dropped"][0]["title"] == "Old news"


def test_a_poll_that_fails_to_be_remembered_leaves_nothing(desk: Desk) -> None:
    def broken(known: int, new: int) -> None:
        raise RuntimeError("no decision")

    desk.ledger.feeds.sync([source()], interval_s=3600)
    state = desk.ledger.feeds.claim(["gazette"], "r1", NOON)[0]
    with pytest.raises(RuntimeError):
        desk.commit(poll_of(state, [entry(A)]), run_id="r1", now=NOON, state=state, after=broken)
    assert desk.rows(schema.entry.select()) == []
    assert desk.ledger.work.states() == {}


# ------------------------------------------------------------------------------------------ what is visited again


def _indexed(desk: Desk, url: str = A) -> None:
    """Take an entry to its end as an article."""
    (batch,) = desk.claim()
    (item,) = desk.items(batch)
    desk.ledger.articles.register([article_of(url, "as it was", work_id=item.work_id)], NOON, generation=1)
    desk.ledger.work.settle(batch, "index", NOON, epoch=0, done=[_done(item)], close=True)


def _done(item):
    from pipeline.ledger.work import Done

    return Done(work_id=item.work_id, source_id=item.source_id)


@pytest.mark.parametrize("before", [NOON - HOUR, None], ids=["dated before", "dated only when changed"])
def test_an_entry_that_its_list_says_was_updated_is_visited_again(desk: Desk, before) -> None:
    desk.listed(A, updated=before)
    _indexed(desk)
    desk.listed(A, updated=before, now=NOON + HOUR)
    assert [w["revision"] for w in desk.work(A)] == [1]
    desk.listed(A, updated=NOON + HOUR, now=NOON + HOUR)
    desk.listed(A, updated=NOON + HOUR, now=NOON + 2 * HOUR)
    assert [(w["revision"], w["state"]) for w in desk.work(A)] == [(1, "done"), (2, "pending")]


def test_a_second_list_that_dates_what_the_first_does_not_makes_no_visit(desk: Desk) -> None:
    desk.ledger.feeds.sync([source("gazette", feeds=2)], interval_s=3600)
    first, second = desk.ledger.feeds.claim(["gazette"], "r1", NOON)
    desk.commit(poll_of(first, [entry(A)]), run_id="r1", now=NOON, state=first)
    _indexed(desk)

    def listed(updated) -> None:
        desk.commit(poll_of(second, [entry(A, updated=updated)]), run_id="r1", now=NOON, state=second)

    listed(NOON)
    assert len(desk.work(A)) == 1
    listed(NOON + HOUR)
    assert len(desk.work(A)) == 2


def test_what_was_left_out_and_updated_since_gets_another_chance(desk: Desk) -> None:
    desk.listed(A, updated=NOON)
    (batch,) = desk.claim()
    (item,) = desk.items(batch)
    desk.ledger.work.settle(batch, "extract", NOON, epoch=0, left_out=[left_out(item, Reason.TOO_SHORT)])
    desk.listed(A, updated=NOON + HOUR, now=NOON + HOUR)
    (work,) = desk.work(A)
    assert (work["state"], work["revision"], work["attempts"], work["closed_at"]) == ("pending", 1, 0, None)


def test_a_visit_under_way_is_not_disturbed_by_another_update(desk: Desk) -> None:
    desk.listed(A, updated=NOON)
    (batch,) = desk.claim()
    desk.ledger.work.settle(batch, "fetch", NOON, epoch=0, left_out=[left_out(desk.items(batch)[0])])
    desk.listed(A, updated=NOON + HOUR, now=NOON + HOUR)
    (again,) = desk.claim(now=NOON + HOUR)
    desk.listed(A, updated=NOON + 2 * HOUR, now=NOON + 2 * HOUR)
    assert [(w["state"], w["batch_id"]) for w in desk.work(A)] == [("leased", again.id)]


def test_a_dated_archive_page_is_not_due_in_a_crawl(desk: Desk) -> None:
    past = Feed(url="http://gazette.example/%Y/%m/%d/", source_id="gazette", kind=FeedKind.ARCHIVE_PAGE)
    desk.ledger.feeds.sync([replace(source(), feeds=(past,))], interval_s=3600)
    assert desk.ledger.feeds.due(["gazette"], NOON, force=True) == []
    assert desk.ledger.feeds.claim(["gazette"], "r1", NOON, force=True) == []


# ------------------------------------------------------------------------------------------ addresses that change

OLD, NEW = "http://gazette.example/feed0", "http://gazette.example/new"


def _feeds(desk: Desk) -> list[tuple[str, str, bool]]:
    rows = desk.rows(schema.feed.select().order_by(schema.feed.c.listed_url))
    return [(r["listed_url"], r["url"], r["active"]) for r in rows]


def _moves(desk: Desk, to: str = NEW) -> None:
    state = desk.ledger.feeds.claim(["gazette"], "r1", NOON, force=True)[0]
    desk.commit(poll_of(state), run_id="r1", now=NOON, state=state, after=lambda *_: replace(state, url=to))


def _listing(*urls: str) -> Source:
    return replace(source(), feeds=tuple(Feed(url=url, source_id="gazette") for url in urls))


def test_a_feeds_former_addresses_are_kept(desk: Desk) -> None:
    desk.ledger.feeds.sync([source()], interval_s=3600)
    _moves(desk)
    assert _feeds(desk) == [(OLD, NEW, True)]
    (row,) = desk.rows(schema.feed_address.select())
    assert (row["from_url"], row["to_url"], row["at"], row["why"]) == (OLD, NEW, NOON, "a permanent redirect that held")
    _moves(desk)
    assert len(desk.rows(schema.feed_address.select())) == 1


def test_a_feed_entered_under_the_address_it_moved_to_is_the_same_feed(desk: Desk) -> None:
    desk.ledger.feeds.sync([source()], interval_s=3600)
    _moves(desk)
    desk.ledger.feeds.sync([_listing(NEW)], interval_s=3600)
    assert _feeds(desk) == [(NEW, NEW, True)]


def test_where_both_addresses_are_entered_each_is_a_feed(desk: Desk) -> None:
    desk.ledger.feeds.sync([source()], interval_s=3600)
    _moves(desk)
    desk.ledger.feeds.sync([_listing(OLD, NEW)], interval_s=3600, now=NOON)
    assert _feeds(desk) == [(OLD, OLD, True), (NEW, NEW, True)]
    _moves(desk)  # the first leads to the second: it stays where it is
    assert _feeds(desk) == [(OLD, OLD, True), (NEW, NEW, True)]
    assert desk.rows(schema.feed.select().where(schema.feed.c.listed_url == OLD))[0]["moved_to"] == NEW
    assert [r["to_url"] for r in desk.rows(schema.feed_address.select())] == [NEW, OLD]


def test_a_feed_that_was_gone_is_asked_again_once_it_was_taken_out_and_entered_anew(desk: Desk) -> None:
    feeds = desk.ledger.feeds
    feeds.sync([source()], interval_s=3600)
    state = feeds.claim(["gazette"], "r1", NOON)[0]
    gone = replace(state, gone=True, next_poll_at=None)
    desk.commit(poll_of(state, status=410, reason=Reason.GONE), run_id="r1", now=NOON, state=state,
                after=lambda *_: gone)  # fmt: skip
    feeds.sync([source()], interval_s=3600)
    assert feeds.due(["gazette"], NOON + HOUR) == []
    feeds.sync([source("post")], interval_s=3600)
    feeds.sync([source()], interval_s=3600)
    assert feeds.due(["gazette"], NOON + HOUR) == ["gazette"]


# ------------------------------------------------------------------------------------------ what a poll tells


def test_a_poll_keeps_what_it_may_have_lost_and_what_it_left_out(desk: Desk) -> None:
    desk.ledger.feeds.sync([source()], interval_s=3600)
    state = desk.ledger.feeds.claim(["gazette"], "r1", NOON)[0]
    window = ListWindow(keys=(1, 2**47), listed=2, dated=True, newest_at=NOON, reach_at=NOON - HOUR)
    listed = entry(A, published_read_as="day, month, year; zone CET: UTC+01:00")
    told = {"loss": 7, "loss_why": "gap", "left_out": {"too_old": 4000}, "conditional": True}
    result = poll_of(state, [listed], kind=FeedKind.RSS, list_window=window, **told)
    decided = replace(state, list_window=window, document_at=NOON, unmodified=3, validators_trusted=False)
    desk.commit(result, run_id="r1", now=NOON, state=state, after=lambda *_: decided)
    (poll,) = desk.rows(schema.poll.select())
    assert [poll[k] for k in ("loss", "loss_why", "left_out", "conditional", "kind")] == [
        7, "gap", {"too_old": 4000}, True, "rss"
    ]  # fmt: skip
    assert desk.ledger.feeds.claim(["gazette"], "r1", NOON) == [decided]
    assert desk.ledger.trace.of(A)["entries"][0]["published_read_as"].endswith("zone CET: UTC+01:00")
    # a poll without a document leaves the window as it is
    desk.commit(poll_of(state, status=304, not_modified=True), run_id="r1", now=NOON, state=state)
    assert desk.ledger.feeds.claim(["gazette"], "r1", NOON, force=True)[0].list_window == window
