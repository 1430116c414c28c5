"""The drill: the ledger is lost and made again; then nothing is new, nothing doubled, nothing to be reconciled."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.errors import LedgerError
from pipeline.ledger.rebuild import Rebuild
from pipeline.local import postgres
from pipeline.local.press.world import sample_press
from pipeline.records import WarcPointer
from pipeline.settings import Settings
from pipeline.stages.keep import forget
from pipeline.stages.rebuild import rebuild
from tests.conftest import Servers
from tests.stages.conftest import MakeWorld
from tests.stages.month import Past
from tests.stages.world import World, said

pytestmark = pytest.mark.usefixtures("in_this_process")

HOUR = timedelta(hours=1)
ORIGINAL, COPY, SHORT, CORRECTED, TAKEN_DOWN = (
    "kestrel-wire/03-trawler-seized",
    "harbour-gazette/wire-03-trawler-held-at-hask",
    "kestrel-wire/04-trawler-short-link",
    "capital-courier/21-ferry-fares",
    "harbour-gazette/05-mayor-backs-dockers",
)
STORIES = (
    ORIGINAL,
    COPY,
    SHORT,
    CORRECTED,
    TAKEN_DOWN,
    "harbour-gazette/11-lighthouse-open-day",
    "eastern-standard/22-inside-the-tidal-plant",
    "eastern-standard/25-members-briefing",
    "meridian-post/16-harbour-hundred",
)

#: Columns that a rebuild does not know, or knows less exactly: named here, and looked at nowhere else.
DIFFERENCES: dict[str, set[str]] = {
    "article": {"indexed_at"},  # when the page was fetched stands in
    "alias": set(),
    "attempt": {"at", "detail", "epoch"},  # of later stages: when their batch was made; words of some
    "band": set(),
    "batch": {"created_at", "finished_at"},  # to the second, as the batch's name tells it
    "entry": {
        "updated",  # the time of the last visit: a list's older "updated" is no news
        "guid",
        "published_read_as",
        "first_seen",  # of what is no article: when its first batch was made
        "last_listed",
        "revisit_at",
        "etag",  # of what was left out
        "last_modified",
        "body_hash",
        "visited",
        "feed_url",
        "run_id",
    },
    "forgotten": {"done_at"},  # a prune looks after it again
    "generation": {"created_at"},
    "revision": {"changes"},
    "run": {"params", "report", "started_at", "finished_at"},
    "work": {"not_before", "created_at", "closed_at", "detail", "attempts", "lease_until"},
}
#: Two visits led to this article, and the ledger kept what came first: the batch files tell of the one that counts.
LED_TO_TWICE = {"fetched_at", "warc", "work_id", "via"}
#: Tables that come back by themselves: feeds at the next plan, polls and drops at the next poll, and so on.
#: What lists, hosts and people say is not in the archive; reviews come back from a back-up.
LEFT_EMPTY = {
    "audit",
    "dropped",
    "feed",
    "feed_address",
    "host",
    "poll",
    "review",
    "robots",
    "survey",
    "visit",
    "warc_file",
}


def tables(world: World) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with world.pipeline() as pipeline, pipeline.ledger.engine.connect() as c:
        names = c.execute(text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
        for (name,) in names.all():
            rows = [dict(r) for r in c.execute(text(f'SELECT * FROM "{name}"')).mappings()]
            hidden = DIFFERENCES.get(name, set())
            twice = world.article_id(ORIGINAL)
            kept = []
            for row in rows:
                of_twice = twice in (row.get("id"), row.get("article_id")) and name != "entry"
                less = hidden | (LED_TO_TWICE if of_twice else set())
                kept.append({k: v for k, v in row.items() if k not in less})
            found[name] = sorted(kept, key=str)
        taken_down = {w["id"] for w in found["work"] if w["reason"] == "forgotten"}  # its attempts are blank
        found["attempt"] = [a for a in found["attempt"] if a["work_id"] not in taken_down]
    return found


def lose_ledger(world: World, servers: Servers) -> World:
    """The same installation with an empty database, to which its tables were given."""
    name = f"{Path(world.settings.archive).name}_{world.runs}".replace("-", "_")[-40:].lower()
    postgres.drop_database(servers.postgres_socket, name)
    postgres.create_database(servers.postgres_socket, name)
    url = Settings(ledger_url=postgres.ledger_url(servers.postgres_socket, name)).ledger_url
    world.settings = world.settings.model_copy(update={"ledger_url": url})
    with world.pipeline() as pipeline:
        pipeline.ledger.migrate()
    return world


@pytest.fixture(scope="module")
def crawled(make_world: MakeWorld) -> World:
    """Two runs over articles, copies, a short link, a correction and what is left out; one article taken down."""
    corrected = sample_press().revisions(CORRECTED)[1]
    world = make_world(*STORIES, clock=corrected.updated - 2 * HOUR)
    world.run()
    world.move(4 * HOUR)
    world.run(force=True)
    with world.pipeline() as pipeline:
        forget(pipeline, world.url(TAKEN_DOWN), reason="court order 7", who="legal")
    assert world.articles()[world.article_id(CORRECTED)]["revision"] == 2
    return world


@pytest.fixture(scope="module")
def before(crawled: World) -> dict[str, Any]:
    with crawled.pipeline() as pipeline:
        traces = {i: pipeline.trace(crawled.url(i)) for i in STORIES}
    return {"tables": tables(crawled), "documents": crawled.documents(), "traces": traces}


@pytest.fixture(scope="module")
def rebuilt(crawled: World, before: dict[str, Any], servers: Servers) -> Iterator[World]:
    lose_ledger(crawled, servers)
    with crawled.pipeline() as pipeline:
        crawled.result = rebuild(pipeline)
    crawled.tables_after = tables(crawled)
    yield crawled
    postgres.drop_database(servers.postgres_socket, _database(crawled))


def _database(world: World) -> str:
    return world.settings.ledger_url.get_secret_value().split("@/")[1].split("?")[0]


# ------------------------------------------------------------------------------------- everything is still there


@pytest.mark.parametrize("table", DIFFERENCES)
def test_each_table_is_as_it_was_but_for_named_differences(table: str, rebuilt: World, before: dict[str, Any]) -> None:
    assert before["tables"][table], "nothing to compare: the test shows nothing"
    assert rebuilt.tables_after[table] == before["tables"][table]


def test_no_table_is_forgotten_by_this_drill(rebuilt: World) -> None:
    assert {name for name, rows in rebuilt.tables_after.items() if not rows} <= LEFT_EMPTY
    assert set(rebuilt.tables_after) - LEFT_EMPTY - {"alembic_version"} == set(DIFFERENCES)
    assert rebuilt.result.left_to_crawl == {}
    assert rebuilt.result.unreadable == ()


def test_a_trace_leads_to_the_same_records_revisions_and_documents(rebuilt: World, before: dict[str, Any]) -> None:
    with rebuilt.pipeline() as pipeline:
        for story in STORIES:
            now, then = pipeline.trace(rebuilt.url(story)), before["traces"][story]
            assert bool(now["article"]) == bool(then["article"]), story
            assert bool(now["forgotten"]) == bool(then["forgotten"]), story
            for known in (now, then):
                for entry in known["entries"]:
                    assert entry["work"], story
            if not now["article"]:
                continue
            same = ("revision", "home_index", "story_id", "story", "aliases", "documents", "canonical_url")
            assert {k: now["article"][k] for k in same} == {k: then["article"][k] for k in same}
            assert sorted(str(d) for d in now["documents"]) == sorted(str(d) for d in then["documents"])
            for revision in now["article"]["revisions"]:
                assert pipeline.warc.read(WarcPointer(**revision["warc"])).status == 200


def test_the_generation_is_the_one_it_was(rebuilt: World) -> None:
    with rebuilt.pipeline() as pipeline:
        assert pipeline.ledger.runs.generation(pipeline.versions(), pipeline.clock()) == 1


def test_a_backfill_then_has_nothing_to_do(rebuilt: World) -> None:
    published = {r.front.published.date() for i in STORIES for r in sample_press().revisions(i)}
    days = sorted(day for day in published if day <= rebuilt.clock().date())
    past = Past(press=rebuilt.press, settings=rebuilt.settings, clock=rebuilt.clock, sources=rebuilt.sources)
    before = past.writes()
    past.press.clear_log()
    with past.backfill() as pipeline:
        plan = pipeline.forecast(days, {})
    steps = Counter(step for day in plan.days for step in Counter(day.steps).elements())
    assert (set(steps), plan.requests) == ({"known", "gap"}, {})
    reports = past.reconcile(*days)
    assert sum(r.total["made"] for r in reports) == sum(r.batches for r in reports) == 0
    assert past.writes() == before
    assert past.pages_asked() == []


def test_a_crawl_then_finds_nothing_new_and_doubles_nothing(rebuilt: World, before: dict[str, Any]) -> None:
    rebuilt.press.clear_log()
    report = rebuilt.run(force=True)
    assert (report.total.get("discovered", 0), report.batches) == (0, 0)
    pages = {rebuilt.press.press.revisions(i)[0].path for i in STORIES}
    assert not [url for url, _ in rebuilt.asked() if any(url.endswith(p) for p in pages)]
    assert rebuilt.documents() == before["documents"]


def test_a_correction_after_it_is_the_next_revision(rebuilt: World) -> None:
    with rebuilt.pipeline() as pipeline:
        known = pipeline.trace(rebuilt.url(CORRECTED))["article"]
    assert [r["revision"] for r in known["revisions"]] == [1, 2]


def test_it_refuses_a_ledger_that_holds_something_and_replaces_it_when_told_to(
    rebuilt: World, before: dict[str, Any]
) -> None:
    now = tables(rebuilt)
    with rebuilt.pipeline() as pipeline:
        with pytest.raises(LedgerError, match="--replace' empties it first"):
            rebuild(pipeline)
        assert tables(rebuilt) == now
        rebuild(pipeline, replace=True)
    after = tables(rebuilt)
    same = set(DIFFERENCES) - {"run"}  # there was a crawl since
    assert {n: after[n] for n in same} == {n: before["tables"][n] for n in same}


def test_killed_it_has_not_happened(rebuilt: World, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    now = tables(rebuilt)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with rebuilt.pipeline() as pipeline:
        insert = Rebuild.fill.__globals__["insert"]
        calls = iter(range(100))
        monkeypatch.setattr("pipeline.ledger.rebuild.insert", lambda t: die() if next(calls) == 4 else insert(t))
        with pytest.raises(KeyboardInterrupt):
            rebuild(pipeline, replace=True)
    monkeypatch.undo()
    assert tables(rebuilt) == now


# --------------------------------------------------------------------------------------------- what is lost, too


@pytest.fixture
def small(make_world: MakeWorld) -> World:
    world = make_world(ORIGINAL, COPY, SHORT, "harbour-gazette/11-lighthouse-open-day")
    world.run()
    return world


def drop(world: World, servers: Servers) -> None:
    postgres.drop_database(servers.postgres_socket, _database(world))


def test_without_batch_files_warc_and_index_are_enough(small: World, servers: Servers) -> None:
    documents, ended = small.documents(), small.ended()
    shutil.rmtree(Path(small.settings.archive) / "batches")
    lose_ledger(small, servers)
    with small.pipeline() as pipeline:
        result = rebuild(pipeline)
    assert result.left_to_crawl == {}
    assert small.ended() == ended
    small.move(2 * HOUR)
    report = small.run(force=True)
    assert (report.total.get("discovered", 0), report.batches) == (0, 0)
    assert small.documents() == documents
    drop(small, servers)


def test_what_the_index_has_lost_is_read_from_the_archive_again(small: World, servers: Servers) -> None:
    documents = small.documents()
    with small.pipeline() as pipeline:
        hits = [
            hit
            for hit in pipeline.index_client.scan(("articles", "stances", "quotes"), {"match_all": {}})
            if hit.routing == small.article_id(COPY)
        ]
        pipeline.index_client.write([], [hit.deletion() for hit in hits], refresh=True)
    lose_ledger(small, servers)
    with small.pipeline() as pipeline:
        result = rebuild(pipeline)
    assert sum(result.left_to_crawl.values()) == 1
    small.move(2 * HOUR)
    small.press.clear_log()
    report = small.run()
    assert report.total["indexed"] == 1
    assert not [url for url, _ in small.asked() if url == small.url(COPY)]
    assert said(small.documents()) == said(documents)
    drop(small, servers)


def test_what_warc_has_lost_is_still_an_article(small: World, servers: Servers) -> None:
    documents = small.documents()
    shutil.rmtree(Path(small.settings.archive) / "warc")
    shutil.rmtree(Path(small.settings.archive) / "batches")
    lose_ledger(small, servers)
    with small.pipeline() as pipeline:
        result = rebuild(pipeline)
        assert (result.articles, result.entries) == (2, 2)
        assert pipeline.trace(small.url(COPY))["article"]["story_id"] == small.article_id(ORIGINAL)
    small.move(2 * HOUR)
    report = small.run(force=True)
    assert report.total["discovered"] == 2  # the short link and the page that is not there: only WARC told of them
    assert said(small.documents()) == said(documents)
    drop(small, servers)
