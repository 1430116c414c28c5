from datetime import timedelta

from msgspec.structs import replace

from pipeline.discover.health import source_health
from pipeline.ledger import schema
from pipeline.ledger.work import Done
from pipeline.records import FeedKind, ListWindow, Reason
from tests.ledger.desk import HOUR, NOON, Desk, article_of, entry, left_out, poll_of, source

DAY = timedelta(days=1)


def _polled(desk: Desk, at, *urls: str, run_id: str = "r1", **told: object) -> None:
    state = desk.ledger.feeds.claim(["gazette"], run_id, at, force=True)[0]
    if "reason" not in told:
        told |= {"kind": FeedKind.RSS, "list_window": ListWindow(listed=len(urls))}
    after = replace(state, last_poll_at=at, last_success_at=state.last_success_at if "reason" in told else at)
    entries = [entry(u, published=at - HOUR) for u in urls]
    desk.commit(poll_of(state, entries, at=at, **told), run_id=run_id, now=at, state=state, after=lambda *_: after)


def test_weeks_of_polls_are_told_by_the_sources_own_days_and_judged(desk: Desk) -> None:
    desk.ledger.feeds.sync([source(), source("post")], interval_s=3600)
    start, zones = NOON - 42 * DAY, {"gazette": "Asia/Tokyo", "post": "UTC"}
    for n in range(42):
        at = start + n * DAY + timedelta(hours=4)  # 16:00 UTC is tomorrow in Tokyo
        _polled(desk, at, *(f"http://gazette.example/{n}-{k}" for k in range(8)), loss=2, loss_why="gap")
    now = start + 42 * DAY
    gazette, post = desk.ledger.health.histories(zones, now)
    assert [(d.day, d.polls, d.new) for d in gazette.days[:1]] == [((start + DAY).date(), 1, 8)]
    assert (len(gazette.days), gazette.first_poll_at) == (42, start + timedelta(hours=4))
    assert (gazette.feeds[0].polls_with_loss, gazette.feeds[0].loss) == (7, 14)
    assert len(gazette.feeds[0].polls) == 12
    assert (post.days, post.first_poll_at, len(post.feeds)) == ((), None, 1)
    assert [source_health(h, now).state for h in (gazette, post)] == ["well", "unknown"]

    for n in range(42, 45):  # it answers, with nothing
        _polled(desk, start + n * DAY + timedelta(hours=4))
    now = start + 45 * DAY
    told = source_health(desk.ledger.health.histories(zones, now)[0], now)
    assert (told.state, told.cause, told.got, told.expected) == ("ill", "format change", 0, 8)

    for hours in range(0, 48, 8):
        _polled(desk, now + hours * HOUR, status=403, reason=Reason.FORBIDDEN, detail="HTTP 403")
    now += 2 * DAY
    told = source_health(desk.ledger.health.histories(zones, now)[0], now)
    assert (told.state, told.cause) == ("ill", "blocked")
    assert "6 polls in a row: HTTP 403, forbidden" in told.feeds[0].why


def test_pages_count_by_their_newest_word(desk: Desk) -> None:
    urls = [f"http://gazette.example/{n}" for n in range(3)]
    desk.listed(*urls)
    (batch,) = desk.claim()
    done, refused, later = desk.items(batch)
    desk.ledger.articles.register([article_of(done.url, "text", work_id=done.work_id)], NOON, generation=1)
    desk.ledger.work.settle(
        batch,
        "fetch",
        NOON,
        epoch=0,
        done=[Done(work_id=i.work_id, source_id="gazette") for i in (done, later)],
        left_out=[left_out(refused, Reason.FORBIDDEN)],
    )
    desk.ledger.work.settle(batch, "extract", NOON + HOUR, epoch=0, left_out=[left_out(later, Reason.TOO_SHORT)])
    (history,) = desk.ledger.health.histories({"gazette": "UTC"}, NOON + HOUR)
    assert (history.fetched, history.refused) == (1, {"forbidden": 1, "too_short": 1})
    assert [(d.new, d.articles) for d in history.days] == [(3, 1)]


def test_a_feeds_addresses_are_told(desk: Desk) -> None:
    desk.ledger.feeds.sync([source()], interval_s=3600)
    state = desk.ledger.feeds.claim(["gazette"], "r1", NOON)[0]
    moved = replace(state, url="http://gazette.example/new")
    desk.commit(poll_of(state), run_id="r1", now=NOON, state=state, after=lambda *_: moved)
    (history,) = desk.ledger.health.histories({"gazette": "UTC"}, NOON)
    assert history.feeds[0].addresses == ((state.url, moved.url, NOON),)
    assert history.feeds[0].url == moved.url
    assert desk.rows(schema.feed.select())[0]["listed_url"] == state.url
