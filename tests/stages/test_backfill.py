"""Backfills of single days: holes cut and filled, several at once, what the form asks for, what a plan says."""

import gzip
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.errors import ConfigError, SourcesError
from pipeline.local.client import ask
from pipeline.records import Reason, WarcPointer
from pipeline.stages import Backfill
from pipeline.stages.keep import prune
from tests.stages.conftest import MakeWorld
from tests.stages.month import Past
from tests.stages.world import said

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_this_process")]

THIRD, FIFTH = date(2026, 10, 3), date(2026, 10, 5)
STORIES = (
    "kestrel-wire/03-trawler-seized",
    "eastern-standard/03-carantian-boat-taken",
    "kestrel-wire/05-central-bank-holds-rate",
)
WIRE = STORIES[0]


def past_of(make_world: MakeWorld, *stories: str, **settings: Any) -> Past:
    made = make_world(*stories, **settings)
    return Past(press=made.press, settings=made.settings, clock=made.clock, sources=made.sources)


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> Past:
    """Three articles of two days, crawled; Elasticsearch forgets deletions at once."""
    world = past_of(make_world, *STORIES)
    world.run()
    assert len(world.articles()) == len(STORIES)
    base = f"{world.settings.elasticsearch_url}/{world.settings.index_prefix}*"
    assert ask("PUT", f"{base}/_settings", body={"index.gc_deletes": "1s"}, timeout_s=30).ok
    world.whole = world.documents()
    return world


def sql(world: Past, *statements: str) -> list[Any]:
    url = world.settings.ledger_url.get_secret_value().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as c:
        cursor = None
        for statement in statements:
            cursor = c.execute(statement)
        return cursor.fetchall() if cursor and cursor.description else []


def filled(world: Past, **form: Any) -> None:
    """Backfill both days: everything stands as it did; another time there is nothing to do."""
    world.reports = world.reconcile(THIRD, FIFTH, **form)
    assert said(world.documents()) == said(world.whole)
    for report in world.reconcile(THIRD, FIFTH):
        assert report.total["made"] == report.batches == 0, report.sources
        assert all("nothing" in row["cause"] for row in report.sources.values()), report.sources


def written(world: Past, name: str) -> int:
    return sum(r.total[name] for r in world.reports)


# ------------------------------------------------------------------------------------------------------------- holes


def test_documents_deleted_by_hand_are_written_again_from_the_batch(world: Past) -> None:
    base = f"{world.settings.elasticsearch_url}/{world.settings.index_prefix}"
    victims = [key for key, d in world.whole.items() if d["article_id"] == world.article_id(WIRE)]
    for alias, id_ in victims[::2]:
        index = f"{alias}-2026-10"
        assert ask("DELETE", f"{base}{index}/_doc/{id_}?routing={world.article_id(WIRE)}", timeout_s=30).ok
    world.press.clear_log()
    filled(world)
    assert world.pages_asked() == []
    assert (written(world, "written_again"), written(world, "added")) == (1, 0)


def test_an_index_wiped_comes_back_from_tags_texts_or_pages_whatever_is_on_file(world: Past) -> None:
    root = Path(world.settings.archive) / "batches"
    for gone in ("", "tagged", "articles"):
        base = f"{world.settings.elasticsearch_url}/{world.settings.index_prefix}"
        for alias in ("articles", "stances", "stance_evidence", "quotes", "judged"):
            ask("DELETE", f"{base}{alias}-2026-10", timeout_s=30)
        if gone:
            for file in root.rglob(f"{gone}.*"):
                file.unlink()
        world.press.clear_log()
        filled(world)
        assert world.pages_asked() == []
        assert written(world, "written_again") == len(STORIES)


@pytest.mark.parametrize("table", ["article", "work", "entry"])
def test_rows_deleted_from_the_ledger_come_back_from_the_archive(world: Past, table: str) -> None:
    sql(world, f"DELETE FROM {table}")
    world.press.clear_log()
    filled(world)
    assert world.pages_asked() == []
    assert len(sql(world, "SELECT id FROM article")) == len(sql(world, "SELECT entry_id FROM entry")) == len(STORIES)
    assert len(sql(world, "SELECT DISTINCT canonical_url FROM article")) == len(STORIES)


def test_a_file_of_the_archive_that_is_gone_is_fetched_again(world: Past) -> None:
    shutil.rmtree(Path(world.settings.archive) / "warc")
    world.press.clear_log()
    filled(world)
    assert sorted(url for url, status in world.pages_asked() if status == 200) == sorted(
        world.url(s).replace(f":{world.press.port}", "") for s in STORIES
    )
    readable(world)


def test_a_record_taken_out_of_a_file_is_fetched_again_with_what_it_moved(world: Past) -> None:
    path = world.press.press.revisions(WIRE)[0].path
    files = (Path(world.settings.archive) / "warc").rglob("*.warc.gz")
    (file,) = (f for f in files if f"{path}\r\nWARC-".encode() in gzip.decompress(f.read_bytes()))
    with file.open("rb") as raw:
        records = ArchiveIterator(raw)
        spans = [(records.get_record_offset(), r.rec_headers.get_header("WARC-Target-URI") or "") for r in records]
    data = file.read_bytes()
    ends = [offset for offset, _ in spans[1:]] + [len(data)]
    kept = [data[start:end] for (start, url), end in zip(spans, ends, strict=True) if not url.endswith(path)]
    assert len(kept) < len(spans)
    file.write_bytes(b"".join(kept))
    gzip.decompress(file.read_bytes())
    world.press.clear_log()
    filled(world)
    asked = [url for url, _ in world.pages_asked()]
    # what stood behind it in the file is no longer where its pointers lead
    assert world.url(WIRE).replace(f":{world.press.port}", "") in asked
    assert len(asked) == len(set(asked)) < len(STORIES)
    readable(world)


def readable(world: Past) -> None:
    """Every document leads to a stored page that is there."""
    with world.backfill() as pipeline:
        for document in world.articles().values():
            where = document["provenance"]
            pointer = WarcPointer(file=where["warc_file"], offset=where["warc_offset"], length=where["warc_length"])
            assert pipeline.warc.read(pointer).status == 200


# ---------------------------------------------------------------------------------------------------- several at once


def test_two_backfills_and_a_crawl_at_once_lose_and_double_nothing(make_world: MakeWorld, world: Past) -> None:
    fresh = past_of(make_world, *STORIES)

    def one(n: int) -> Any:
        with Backfill(fresh.settings, clock=fresh.clock, sources=fresh.sources) as pipeline:
            if n == 0:
                return pipeline.run("cli/crawl")
            return pipeline.run_day(f"cli/reconcile-at-once-{n}", (THIRD, THIRD, FIFTH)[n - 1], {})

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(one, range(4)))
    assert all(r.succeeded for r in reports)
    fresh.run()  # what one left to another that had ended
    fresh.move(world.clock() - world.clock())
    articles = {d["title"] for d in fresh.articles().values()}
    assert articles == {d["title"] for (alias, _), d in world.whole.items() if alias == "articles"}
    assert len(fresh.articles()) == len(STORIES)
    assert fresh.states() == {"done": len(STORIES)}
    assert sum(r.total.get("indexed", 0) for r in reports) <= len(STORIES)


# ----------------------------------------------------------------------------------------------------------- the form


def test_from_a_stage_on_everything_is_done_again(world: Past) -> None:
    for stages in ("index", "tag", "extract"):
        world.press.clear_log()
        filled(world, stages=stages, reason="because")
        assert written(world, "written_again") == len(STORIES)
        assert world.pages_asked() == []
        assert {d["provenance"]["reason"] for d in world.documents().values()} == {"because"}


def test_always_asks_again_and_the_same_text_is_unchanged(world: Past) -> None:
    world.press.clear_log()
    before = world.documents()
    (report,) = world.reconcile(THIRD, refetch="always")
    assert len(world.pages_asked()) == 2
    assert report.total["unchanged"] == 2
    assert world.documents() == before


def test_never_leaves_a_gap_and_says_so(make_world: MakeWorld) -> None:
    world = past_of(make_world, *STORIES)
    (report,) = world.reconcile(THIRD, refetch="never")
    assert world.pages_asked() == []
    assert world.articles() == {}
    assert report.sources["kestrel-wire"]["missing_why"] == {"never_fetched": 1}
    with world.backfill() as pipeline:
        hits = pipeline.index_client.search("coverage", size=50)["hits"]["hits"]
    told = {(h["_source"]["source"], h["_source"]["day"]): h["_source"] for h in hits}
    assert told["kestrel-wire", "2026-10-03"]["gap"] == "never fetched 1"
    assert told["kestrel-wire", "2026-10-03"]["is_complete"] is False
    (report,) = world.reconcile(THIRD)
    assert report.total["added"] == 2
    with world.backfill() as pipeline:
        pipeline.index_client.refresh()
        hits = pipeline.index_client.search("coverage", size=50)["hits"]["hits"]
    told = {(h["_source"]["source"], h["_source"]["day"]): h["_source"] for h in hits}
    assert told["kestrel-wire", "2026-10-03"]["recovered"] == 1
    assert told["kestrel-wire", "2026-10-03"]["is_complete"] is True


def test_only_the_chosen_sources(make_world: MakeWorld) -> None:
    world = past_of(make_world, *STORIES)
    (report,) = world.reconcile(THIRD, sources=["kestrel-wire"])
    assert set(report.sources) == {"kestrel-wire"}
    assert {d["source"] for d in world.articles().values()} == {"kestrel-wire"}
    with pytest.raises(SourcesError, match="nobody"):
        world.reconcile(THIRD, sources=["nobody"])
    with pytest.raises(ConfigError, match="missing, never or always"):
        world.reconcile(THIRD, refetch="perhaps")
    with pytest.raises(ConfigError, match="has not begun"):
        world.reconcile(date(2027, 1, 1))
    with world.backfill() as pipeline, pytest.raises(ConfigError, match="has not begun"):
        pipeline.forecast([THIRD, date(2027, 1, 1)], {})


def test_what_a_busy_host_leaves_is_handed_over_to_the_crawl(make_world: MakeWorld) -> None:
    world = past_of(make_world, WIRE)
    path = world.press.press.revisions(WIRE)[0].path
    world.press.fail(f"kestrel-wire.localhost{path}", status=429, headers={"Retry-After": "3600"})
    try:
        (report,) = world.reconcile(THIRD)
        assert report.sources["kestrel-wire"]["missing_why"] == {"pending": 1}
        assert "given back" in report.sources["kestrel-wire"]["cause"]
        assert sql(world, "SELECT queue, state FROM work") == [("", "pending")]
        world.press.clear_log()
        (report,) = world.reconcile(THIRD)
        assert report.total["made"] == 0
        assert "another run has it in hand" in report.sources["kestrel-wire"]["cause"]
        assert world.pages_asked() == []
    finally:
        world.press.heal()
    sql(world, "UPDATE host SET pace_s = 0")  # half a minute between two requests, after a 429
    world.move(timedelta(hours=2))
    assert world.run().total["indexed"] == 1


def test_what_was_left_out_is_judged_anew_once_a_generation(make_world: MakeWorld) -> None:
    story = "eastern-standard/22-inside-the-tidal-plant"
    world = past_of(make_world, story, min_words=60)
    world.run()
    assert world.reasons(story) == {story: Reason.PAYWALL}
    day = world.press.press.revisions(story)[0].front.published.date()
    world.press.clear_log()
    (report,) = world.reconcile(day)
    assert (report.total["made"], report.sources["eastern-standard"]["missing_why"]) == (0, {"paywall": 1})
    changes = {"min_words": 40}
    for made in (1, 0):
        (report,) = world.reconcile(day, changes=changes)
        assert report.total["made"] == made
        assert report.sources["eastern-standard"]["missing_why"] == {"paywall": 1}
    assert world.pages_asked() == []


# --------------------------------------------------------------------------------------------------------- the plan


def test_a_plan_says_what_there_is_to_do_and_changes_nothing(make_world: MakeWorld) -> None:
    world = past_of(make_world, *STORIES, "harbour-gazette/03-trawler-seized")
    tables = [name for (name,) in sql(world, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    tables = [t for t in tables if t not in ("host", "robots")]  # politeness and robots.txt are remembered

    def everything() -> dict[str, Any]:
        return {t: sql(world, f"SELECT * FROM {t}") for t in tables}

    before = everything(), world.files("warc"), world.files("batches")
    with world.backfill(host_interval_s=5.0) as pipeline:
        pipeline.settings = pipeline.settings.model_copy(update={"host_interval_s": 0.01})
        plan = pipeline.forecast([THIRD, FIFTH], {})
    assert (everything(), world.files("warc"), world.files("batches")) == before
    told = {(d.source, d.day): d for d in plan.days}
    assert told["kestrel-wire", THIRD].missing == told["kestrel-wire", FIFTH].missing == 1
    assert told["eastern-standard", FIFTH].missing == 0
    assert told["harbour-gazette", THIRD].unknowable
    assert sum(plan.requests.values()) == 3
    assert plan.polite_s == pytest.approx(2 * 0.01)
    world.run()
    with world.backfill() as pipeline:
        plan = pipeline.forecast([THIRD, FIFTH], {})
    assert plan.requests == {}
    assert {d.source: (d.archived, d.indexed) for d in plan.days if d.day == THIRD} == {
        "kestrel-wire": (1, 1),
        "eastern-standard": (1, 1),
        "harbour-gazette": (1, 1),
    }
    assert all(set(d.steps) <= {"known"} for d in plan.days)


# -------------------------------------------------------------------------------------------------------- retention


@pytest.mark.parametrize("stages", ["extract", "tag"])
def test_retention_beside_a_backfill_takes_nothing_that_it_needs(world: Past, stages: str) -> None:
    world.clock.move(timedelta(days=2))
    run_id = f"cli/reconcile-beside-{stages}"
    with world.backfill(keep_batches_days=1, keep_warc_days=1) as pipeline, pipeline.ledger.runs.alive(run_id):
        pipeline.begin(run_id, THIRD, {"stages": stages, "refetch": "never"})
        batches = pipeline.split(run_id)
        pruned = prune(pipeline)
        kept = pruned.batches_kept if stages == "tag" else pruned.warc_kept
        assert kept["work waits for it"] >= 1  # the day's visits are in one file or two, as the crawls before went
        for batch_id in batches:
            for stage in (pipeline.fetch, pipeline.extract, pipeline.tag, pipeline.index):
                stage(batch_id)
        assert pipeline.report(run_id).total["written_again"] == 2
    assert said(world.documents()) == said(world.whole)
