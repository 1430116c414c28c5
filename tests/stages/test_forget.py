"""Takedowns against the sample press and the real servers: gone everywhere, never fetched again, the rest untouched."""

import json
import os
import signal
import time
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlalchemy import text
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive.notes import Notes
from pipeline.errors import ConfigError
from pipeline.local.press.world import sample_press
from pipeline.records import Reason, WarcPointer
from pipeline.stages.keep import forget, prune, unforget
from pipeline.stages.pipeline import OF_ARTICLES
from tests.stages.conftest import MakeWorld
from tests.stages.driver import FORGET_POINTS
from tests.stages.drivers import Driver, driver_process
from tests.stages.world import World, said

pytestmark = pytest.mark.usefixtures("in_this_process")

HOUR = timedelta(hours=1)
ORIGINAL, COPY, OTHER_COPY, SHORT = (
    "kestrel-wire/03-trawler-seized",
    "harbour-gazette/wire-03-trawler-held-at-hask",
    "eastern-standard/03-carantian-boat-taken",
    "kestrel-wire/04-trawler-short-link",
)
BYSTANDER = "harbour-gazette/05-mayor-backs-dockers"
STORIES = (ORIGINAL, COPY, OTHER_COPY, SHORT, BYSTANDER, "harbour-gazette/11-lighthouse-open-day")


def everything(world: World) -> dict[str, str]:
    """Every byte that is kept, by where it is: archive files unpacked, tables and documents as text."""
    found: dict[str, str] = {}
    root = Path(world.settings.archive)
    for path in root.rglob("*"):
        if path.is_file():
            found[str(path.relative_to(root))] = unpacked(path).decode("utf-8", "replace")
    with world.pipeline() as pipeline:
        with pipeline.ledger.engine.connect() as c:
            tables = c.execute(text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"))
            for (table,) in tables.all():
                found[f"table {table}"] = "\n".join(
                    sorted(str(row) for row in c.execute(text(f'SELECT * FROM "{table}"')))
                )
        pipeline.index_client.refresh()
        for index in pipeline.index_client.months():
            hits = pipeline.index_client.scan([index], {"match_all": {}})
            found[f"index {index}"] = "\n".join(json.dumps(h.source, ensure_ascii=False) for h in hits)
    return found


def unpacked(path: Path) -> bytes:
    raw = path.read_bytes()
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True).read()
    whole = b""
    while path.name.endswith(".gz") and raw:
        member = zlib.decompressobj(31)
        whole += member.decompress(raw)
        raw = member.unused_data
    return whole or raw


def holding(world: World, *words: str) -> list[str]:
    return sorted(where for where, content in everything(world).items() if any(w in content for w in words))


def secrets(world: World, story: str) -> tuple[str, ...]:
    """What must be gone with a story: its title and the sentences of its text that no other story has."""
    shown = world.press.press.revisions(story)[0]
    article = world.articles()[world.article_id(story)]
    sentences = [s for s in article["text"].split("\n") if len(s) > 60]
    others = " ".join(d["text"] for i, d in world.articles().items() if i != world.article_id(story))
    return (shown.front.title, *(s for s in sentences if s not in others))


def age_files(world: World) -> None:
    """Everything under the archive was written long ago."""
    past = time.time() - 86400
    for path in Path(world.settings.archive).rglob("*"):
        os.utime(path, (past, past))


def ended(world: World, story: str) -> str:
    return world.ended()[world.url(story)]


# ------------------------------------------------------------------------------------------------ one address


@pytest.fixture(scope="module")
def crawled(make_world: MakeWorld) -> World:
    world = make_world(*STORIES)
    world.run()
    return world


@pytest.fixture(scope="module")
def after(crawled: World) -> World:
    """The original of a wire story taken down, by its short link."""
    crawled.before = crawled.documents()
    crawled.secrets = secrets(crawled, ORIGINAL)
    assert len(crawled.secrets) > 1
    assert len(holding(crawled, *crawled.secrets)) > 6
    with crawled.pipeline() as pipeline:
        crawled.planned = forget(pipeline, crawled.url(SHORT), reason="court order 7", who="legal", dry_run=True)
        assert crawled.documents() == crawled.before
        crawled.swept = forget(pipeline, crawled.url(SHORT), reason="court order 7", who="legal")
    return crawled


def test_no_byte_of_it_is_left_anywhere(after: World) -> None:
    assert after.swept.is_done
    assert holding(after, *after.secrets) == []


def test_a_dry_run_tells_what_goes_and_changes_nothing(after: World) -> None:
    planned, swept = after.planned, after.swept
    names = ("entries", "articles", "documents", "batches", "records", "warc_files", "visits", "addresses", "others")
    assert {n: getattr(planned, n) for n in names} == {n: getattr(swept, n) for n in names}
    assert (swept.entries, swept.articles, swept.warc_files, swept.visits) == (2, 1, 1, 2)
    assert set(swept.others) == {after.url(COPY), after.url(OTHER_COPY)}


def test_what_stays_is_as_it_was_and_is_read_where_it_was(after: World) -> None:
    gone = after.article_id(ORIGINAL)
    kept = {k: d for k, d in after.before.items() if d["article_id"] != gone}
    now = after.documents()
    assert set(now) == set(kept)
    story = {"story_id", "is_original"}
    for key, document in said(now).items():
        assert {k: v for k, v in document.items() if k not in story} == {
            k: v for k, v in said(kept)[key].items() if k not in story
        }
    with after.pipeline() as pipeline:
        for document in after.articles().values():
            where = document["provenance"]
            pointer = WarcPointer(file=where["warc_file"], offset=where["warc_offset"], length=where["warc_length"])
            assert pipeline.warc.read(pointer).status == 200


def test_the_copies_are_a_story_of_their_own(after: World) -> None:
    articles = after.articles()
    copies = [articles[after.article_id(i)] for i in (COPY, OTHER_COPY)]
    assert len({c["story_id"] for c in copies}) == 1
    assert sorted(c["is_original"] for c in copies) == [False, True]
    assert copies[0]["story_id"] in {after.article_id(COPY), after.article_id(OTHER_COPY)}
    assert {d["story_id"] for d in after.documents().values() if d["article_id"] == after.article_id(COPY)} == {
        copies[0]["story_id"]
    }


def test_the_ledger_says_why_who_and_when(after: World) -> None:
    with after.pipeline() as pipeline:
        (takedown,) = pipeline.ledger.takedowns.all()
        assert (takedown.reason, takedown.who) == ("court order 7", "legal")
        assert takedown.done_at is not None
        for story in (ORIGINAL, SHORT):
            known = pipeline.trace(after.url(story))
            assert known["forgotten"]["reason"] == "court order 7"
            assert known["article"] is None
            assert {w["reason"] for e in known["entries"] for w in e["work"]} == {"forgotten"}
            assert known["entries"][0]["title"] == ""
    assert ended(after, ORIGINAL) == Reason.FORGOTTEN


def test_it_is_never_asked_for_again(after: World) -> None:
    after.move(2 * HOUR)
    after.press.clear_log()
    report = after.run(force=True)
    assert report.total.get("discovered", 0) == 0
    paths = {url for url, _ in after.asked()}
    assert not any(after.press.press.revisions(i)[0].path in url for i in (ORIGINAL, SHORT) for url in paths)
    assert report.total["dropped"] == {"forgotten": 2}  # its lists still name it
    assert report.batches == 0
    with after.pipeline() as pipeline:
        dropped = pipeline.trace(after.url(ORIGINAL))["dropped"]
        assert {(d["reason"], d["title"]) for d in dropped} == {("forgotten", "")}
    assert holding(after, *after.secrets) == []


def test_said_twice_it_changes_nothing_and_the_first_reason_stands(after: World) -> None:
    before = everything(after)
    with after.pipeline() as pipeline:
        again = forget(pipeline, after.url(ORIGINAL), reason="another", who="somebody")
        (takedown,) = pipeline.ledger.takedowns.all()
    assert takedown.reason == "court order 7"
    assert (again.documents, again.records, again.visits) == (0, 0, 0)
    changed = {k for k, v in everything(after).items() if before.get(k) != v}
    assert changed <= {"table forgotten"}  # the time at which nothing was left


def test_what_cannot_be_taken_down_is_named(after: World) -> None:
    with after.pipeline() as pipeline:
        for target, reason, told in (
            ("no-such-source", "x", "neither"),
            ("ftp://a.example/", "x", "cannot be taken down"),
            (after.url(COPY), " ", "needs a reason"),
        ):
            with pytest.raises(ConfigError, match=told):
                forget(pipeline, target, reason=reason, who="me")


# ---------------------------------------------------------------------------------------- redirects, other names


def test_a_redirect_to_what_was_taken_down_is_not_followed(make_world: MakeWorld) -> None:
    world = make_world(ORIGINAL, SHORT)
    with world.pipeline() as pipeline:
        swept = forget(pipeline, world.url(ORIGINAL), reason="asked for", who="me")  # nobody has seen it yet
        assert (swept.entries, swept.documents) == (0, 0)
    world.press.clear_log()
    world.run()
    assert world.documents() == {}
    assert ended(world, SHORT) == Reason.FORGOTTEN
    path = world.press.press.revisions(ORIGINAL)[0].path
    assert not any(url.endswith(path) for url, _ in world.asked())


def test_the_same_page_under_another_scheme_or_host_prefix_is_covered(make_world: MakeWorld) -> None:
    world = make_world(BYSTANDER)
    with world.pipeline() as pipeline:
        forget(pipeline, "https://www.a.example/news/1", reason="asked for", who="me")
        covers = pipeline.ledger.takedowns.snapshot().covers
    assert covers("http://a.example/news/1/")
    assert covers("https://m.a.example/news/1?utm_source=x")
    assert covers("https://a.example/amp/news/1")
    assert not covers("https://a.example/news/2")
    assert not covers("https://b.example/news/1")
    assert not covers("no address")


# ------------------------------------------------------------------------------------------------------ a source


def test_a_source_goes_with_its_feeds_and_nobody_else_loses_anything(make_world: MakeWorld) -> None:
    world = make_world(*STORIES)
    world.run()
    before = world.documents()
    words = [*secrets(world, COPY), *secrets(world, BYSTANDER)]
    with world.pipeline() as pipeline:
        swept = forget(pipeline, "harbour-gazette", reason="the publisher asks", who="press office")
    assert swept.is_done
    assert swept.articles == 2
    assert holding(world, *words) == []
    assert set(world.documents()) == {k for k, d in before.items() if d["source"] != "harbour-gazette"}
    world.move(2 * HOUR)
    world.press.clear_log()
    report = world.run(force=True)
    assert not any("harbour-gazette" in url for url, _ in world.asked())
    assert report.sources["harbour-gazette"]["cause"] == "taken down on request"
    with world.pipeline() as pipeline:
        assert pipeline.trace(world.url(COPY))["forgotten"]["subject"] == "harbour-gazette"


# --------------------------------------------------------------------------------- while it happens, and after it


def test_a_batch_under_way_is_waited_for_and_finished_by_a_prune(make_world: MakeWorld) -> None:
    world = make_world(ORIGINAL, BYSTANDER)
    with world.pipeline() as pipeline:
        pipeline.plan("cli/x", "crawl")
        for source in ("kestrel-wire", "harbour-gazette"):
            pipeline.discover("cli/x", [source])
        (batch,) = pipeline.split("cli/x")
        pipeline.fetch(batch)
        pipeline.extract(batch)
        pipeline.tag(batch)
        swept = forget(pipeline, world.url(ORIGINAL), reason="asked for", who="me")
        assert swept.waiting == (batch,)
        pipeline.index(batch)
        assert set(world.articles()) == {world.article_id(BYSTANDER)}
        pipeline.report("cli/x")
        assert holding(world, world.press.press.revisions(ORIGINAL)[0].front.title)
        pruned = prune(pipeline)
        assert (pruned.takedowns, pruned.takedowns_waiting) == ((world.url(ORIGINAL),), ())
        assert pipeline.ledger.takedowns.all()[0].done_at is not None
    assert holding(world, world.press.press.revisions(ORIGINAL)[0].front.title) == []


# ------------------------------------------------------------------------------------------------ killed on the way

CORRECTED = "capital-courier/21-ferry-fares"  # in two batches, so in two WARC files
#: Where a process is killed, what it takes down, and who goes on: the same command, or the daily prune.
KILLS = {
    "remembered, not noted": ("eastern-standard/13-eu-observers", "prune"),
    "half of the documents deleted": ("northern-ledger/15-suspension-contracts", "forget"),
    "deleted copies in the index's files": ("northern-ledger/08-asterion-quarter", "forget"),
    "a batch file without its manifest": ("northern-ledger/02-tidal-plant-funding", "prune"),
    "a WARC file not in its place": ("meridian-post/04-clock-museum", "forget"),
    "one of two WARC files": (CORRECTED, "prune"),
    "archive done, ledger not": ("meridian-post/11-village-under-the-passes", "forget"),
    "stories not mended": (ORIGINAL, "prune"),
    "before the ledger says done": ("eastern-standard/11-kold-memoir", "forget"),
}


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with driver_process(cold=True) as driver:
        yield driver


@pytest.fixture(scope="module")
def doomed(make_world: MakeWorld) -> World:
    """Everything that will be taken down, and two copies that stay."""
    corrected = sample_press().revisions(CORRECTED)[1]
    stories = {story for story, _ in KILLS.values()} | {COPY, OTHER_COPY}
    world = make_world(*stories, clock=corrected.updated - 2 * HOUR)
    world.run()
    world.move(4 * HOUR)
    world.run(force=True)
    assert {world.article_id(i) for i in stories} == set(world.articles())
    return world


@pytest.mark.slow
@pytest.mark.parametrize("point", FORGET_POINTS)
def test_killed_anywhere_it_comes_to_its_end_with_the_next_try(point: str, doomed: World, driver: Driver) -> None:
    story, goes_on = KILLS[point]
    url, id_ = doomed.url(story), doomed.article_id(story)
    before, words = doomed.documents(), secrets(doomed, story)
    assert len(words) > 1
    assert len(holding(doomed, *words)) > 6
    assert driver.forget(doomed, url, kill=point) == -signal.SIGKILL
    age_files(doomed)  # the next try is a day later
    with doomed.pipeline() as pipeline:
        assert [t.done_at for t in pipeline.ledger.takedowns.all() if t.subject == url] == [None]
    if goes_on == "forget":
        assert driver.forget(doomed, url) == 0
    else:
        with doomed.pipeline() as pipeline:
            assert url in prune(pipeline).takedowns
    assert holding(doomed, *words) == []
    with doomed.pipeline() as pipeline:
        takedown = pipeline.trace(url)["forgotten"]
        assert (takedown["reason"], takedown["who"]) == ("court order 7", "legal")
        assert takedown["done_at"] is not None
        notes = [json.loads(note)["subject"] for note in Notes(doomed.settings.archive).read()]
        assert url in notes  # a ledger made anew knows it
    after = doomed.documents()
    assert set(after) == {k for k, d in before.items() if d["article_id"] != id_}
    story_of = {"story_id", "is_original", "_version"}
    for key, document in after.items():
        assert {k: v for k, v in document.items() if k not in story_of} == {
            k: v for k, v in before[key].items() if k not in story_of
        }
    all_can_be_read(doomed)


def all_can_be_read(world: World) -> None:
    """Every file of the archive is whole and committed, and every document leads to its page."""
    root = Path(world.settings.archive)
    assert [p.name for p in root.rglob("*") if p.suffix in (".draft", ".new")] == []
    for file in (root / "warc").rglob("*.warc.gz"):
        with file.open("rb") as raw:
            assert [r.rec_type for r in ArchiveIterator(raw)].index("warcinfo") == 0
    with world.pipeline() as pipeline:
        for batch_id in pipeline.batches.ids():
            committed = pipeline.batches.manifests(batch_id)
            data = {p.name for p in (root / "batches" / batch_id).iterdir() if p.suffix != ".json"}
            assert data == {m.file for m in committed}
            for manifest in committed:
                assert len(list(pipeline.batches.read(manifest, dict[str, Any]))) == manifest.records
        for document in world.articles().values():
            where = document["provenance"]
            pointer = WarcPointer(file=where["warc_file"], offset=where["warc_offset"], length=where["warc_length"])
            assert pipeline.warc.read(pointer).status == 200
        articles, original = world.articles(), world.article_id(ORIGINAL)
        one, other = (articles[world.article_id(i)] for i in (COPY, OTHER_COPY))
        assert one["story_id"] == other["story_id"]
        assert (one["story_id"] == original) is (original in articles)
        assert one["is_original"] + other["is_original"] == (0 if original in articles else 1)


# ------------------------------------------------------------------------- the first one again, half a minute later


@pytest.mark.slow
def test_no_deleted_copy_stays_in_the_files_of_the_index(after: World) -> None:
    with after.pipeline() as pipeline:
        months = [m for m in pipeline.index_client.months() if m[:-8] in OF_ARTICLES]
        assert pipeline.index_client.expunge(months, wait_s=60) == []


def test_a_batch_that_lost_an_article_still_runs_through_its_stages(after: World) -> None:
    with after.pipeline() as pipeline:
        batch = max(pipeline.ledger.work.batches("cli/1"), key=lambda b: b.size)
        for stage in (pipeline.fetch, pipeline.extract, pipeline.tag, pipeline.index):
            stage(batch.id)
    assert holding(after, *after.secrets) == []
    assert world_ids(after) == {after.article_id(i) for i in (COPY, OTHER_COPY, BYSTANDER)}


def world_ids(world: World) -> set[str]:
    return set(world.articles())


def test_lifted_it_is_found_and_indexed_again(after: World) -> None:
    with after.pipeline() as pipeline:
        assert unforget(pipeline, after.url(SHORT)).reason == "court order 7"
        assert pipeline.ledger.takedowns.all() == []
        with pytest.raises(ConfigError, match="was not taken down"):
            unforget(pipeline, after.url(SHORT))
    after.move(2 * HOUR)
    after.run()
    assert after.article_id(ORIGINAL) in after.articles()
    articles = after.articles()
    assert len({articles[after.article_id(i)]["story_id"] for i in (ORIGINAL, COPY, OTHER_COPY)}) == 1
