"""The stages joined, against the sample press and the real servers."""

from datetime import timedelta

import pytest

from pipeline.errors import BatchFailed
from pipeline.identity import url_id
from pipeline.local.press.world import sample_press
from pipeline.records import Reason, WarcPointer
from pipeline.stages import Pipeline
from tests.stages.conftest import MakeWorld
from tests.stages.world import World, said

HOUR = timedelta(hours=1)

ORIGINAL, COPY, OTHER_COPY = (
    "kestrel-wire/03-trawler-seized",
    "harbour-gazette/wire-03-trawler-held-at-hask",
    "eastern-standard/03-carantian-boat-taken",
)
ARTICLES = (ORIGINAL, COPY, OTHER_COPY, "harbour-gazette/05-mayor-backs-dockers", "eastern-standard/20-cable-ship")
LEFT_OUT = {
    "harbour-gazette/11-lighthouse-open-day": Reason.NOT_FOUND,
    "harbour-gazette/16-pilot-letters": Reason.GONE,
    "harbour-gazette/24-strait-topic": Reason.NOT_ARTICLE,
    "kestrel-wire/04-trawler-short-link": Reason.DUPLICATE,
    "eastern-standard/22-inside-the-tidal-plant": Reason.PAYWALL,
    "eastern-standard/25-members-briefing": Reason.ROBOTS,
    "eastern-standard/29-tide-readings": Reason.TOO_LARGE,
    "meridian-post/16-harbour-hundred": Reason.CONSENT,
    "capital-courier/13-derby-goal-video": Reason.NOT_ARTICLE,
}
#: Given back at first, left out when the attempts are used up.
STUBBORN = {
    "capital-courier/27-election-night-live": Reason.RATE_LIMITED,
    "flussblatt/17-wasserstand": Reason.HANG,
}


@pytest.fixture(scope="module")
def first(make_world: MakeWorld) -> World:
    """A world after its first run."""
    world = make_world(*ARTICLES, *LEFT_OUT, *STUBBORN, max_attempts=2, request_timeout_s=2.0)
    world.first_report = world.run()
    return world


@pytest.fixture(scope="module")
def crawled(first: World) -> World:
    """The same after a second run two hours later: whatever was given back has come to its end."""
    first.after_first = first.ended()
    first.move(2 * HOUR)
    first.second_report = first.run()
    return first


def test_every_address_ends_as_an_article_or_with_its_reason(crawled: World) -> None:
    assert set(crawled.articles()) == {crawled.article_id(i) for i in ARTICLES}
    wanted = {crawled.url(i): reason for i, reason in (LEFT_OUT | STUBBORN).items()}
    assert crawled.ended() == wanted
    assert crawled.states() == {"done": len(ARTICLES), "left_out": len(LEFT_OUT) + len(STUBBORN)}


def test_what_may_pass_waits_for_the_next_run(crawled: World) -> None:
    waiting = {url: reason for url, reason in crawled.after_first.items() if url in map(crawled.url, STUBBORN)}
    assert waiting == {crawled.url(i): reason for i, reason in STUBBORN.items()}
    assert crawled.first_report.total["indexed"] == len(ARTICLES)
    assert crawled.second_report.total.get("indexed") == 0
    assert crawled.second_report.total["left_out"] == {"hang": 1, "rate_limited": 1}


def test_the_report_says_what_each_source_did(crawled: World) -> None:
    report = crawled.first_report
    harbour = report.sources["harbour-gazette"]
    assert (harbour["discovered"], harbour["fetched"], harbour["indexed"]) == (5, 3, 2)
    assert harbour["left_out"] == {"gone": 1, "not_article": 1, "not_found": 1}
    assert harbour["polls_failed"] == {"gone": 1}  # its old feed
    assert report.sources["meridian-post"]["cause"] == "all left out: consent 1"
    assert report.sources["flussblatt"]["cause"] == "given back, to be tried again"
    assert (report.failed_batches, report.pending) == ((), len(STUBBORN))
    with crawled.pipeline() as pipeline:
        hits = pipeline.index_client.search("runs", size=100)["hits"]["hits"]
    told = {(h["_source"]["run_id"], h["_source"]["source"]): h["_source"] for h in hits}
    assert {source for run, source in told if run == "cli/1"} == set(report.sources)
    assert told["cli/1", "harbour-gazette"]["left_out_total"] == 3


def test_a_document_leads_back_to_its_page(crawled: World) -> None:
    with crawled.pipeline() as pipeline:
        for story in ARTICLES:
            known = pipeline.trace(crawled.url(story))
            (document,) = [d["source"] for d in known["documents"] if d["alias"] == "articles"]
            (attempt,) = [
                a
                for e in known["entries"]
                for w in e["work"]
                for a in w["attempts_made"]
                if a["stage"] == "fetch" and a["outcome"] == "done" and url_id(e["url"]) == crawled.article_id(story)
            ]
            assert document["generation"] == pipeline.ledger.runs.get("cli/1").generation
            stored = pipeline.warc.read(WarcPointer(**attempt["warc"]))
            assert stored.status == 200
            assert crawled.press.press.revisions(story)[0].front.title[:20].encode() in stored.body


def test_the_copies_of_a_wire_story_are_one_story_with_one_original(crawled: World) -> None:
    articles = crawled.articles()
    copies = [articles[crawled.article_id(i)] for i in (ORIGINAL, COPY, OTHER_COPY)]
    assert {c["story_id"] for c in copies} == {crawled.article_id(ORIGINAL)}
    assert [c["is_original"] for c in copies] == [True, False, False]
    others = [d for d in articles.values() if d["story_id"] != crawled.article_id(ORIGINAL)]
    assert len({d["story_id"] for d in others}) == len(ARTICLES) - 3
    for (alias, _), document in crawled.documents().items():
        assert document["story_id"] == articles[document["article_id"]]["story_id"], alias


@pytest.mark.parametrize("force", [False, True], ids=["not due", "forced"])
def test_another_run_finds_nothing_new_and_writes_nothing(crawled: World, force: bool) -> None:
    def everything() -> list:
        return [crawled.documents(), crawled.files("warc"), crawled.files("batches"), crawled.states()]

    before = everything()
    crawled.press.clear_log()
    report = crawled.run(force=force)
    assert everything() == before
    assert (report.batches, report.total.get("discovered", 0)) == (0, 0)
    if not force:
        assert crawled.asked() == []
        assert {s["cause"] for s in report.sources.values()} == {"no feed was due"}
        return
    assert report.sources["meridian-post"]["cause"] == "the lists have not changed"
    # An index says nothing of its lists, so it and they are always read; whatever else is a list has validators.
    plain = {(url, status) for url, status in crawled.asked() if "/sitemap" not in url and "/archive/" not in url}
    assert {status for url, status in plain if url.endswith("/rss")} == {301}
    assert {status for url, status in plain if not url.endswith("/rss")} == {304}
    assert ("http://kestrel-wire.localhost/sitemap-news.xml", 304) in crawled.asked()
    assert ("http://kestrel-wire.localhost/sitemap.xml", 200) in crawled.asked()


def test_a_cleared_task_makes_a_new_manifest_and_the_same_documents(crawled: World) -> None:
    before, manifests = crawled.documents(), crawled.files("batches")
    crawled.press.clear_log()
    with crawled.pipeline() as pipeline:
        batch = max(pipeline.ledger.work.batches("cli/1"), key=lambda b: b.size)
        for stage in (pipeline.fetch, pipeline.extract, pipeline.tag, pipeline.index):
            stage(batch.id, epoch=1)
        made = sorted(set(crawled.files("batches")) - set(manifests))
        crawled.press.clear_log()
        for stage in (pipeline.fetch, pipeline.extract, pipeline.tag, pipeline.index):
            stage(batch.id, epoch=1)  # a retry of the cleared task finds it
    assert [m.split("/")[1] for m in made if m.endswith(".json")] == [
        f"{stage}.g000001.e001.json" for stage in ("articles", "indexed", "pages", "tagged")
    ]
    assert said(crawled.documents()) == said(before)
    assert {k: d["_version"] for k, d in crawled.documents().items()} == {k: d["_version"] for k, d in before.items()}
    assert crawled.asked() == []
    assert crawled.states() == {"done": len(ARTICLES), "left_out": len(LEFT_OUT) + len(STUBBORN)}


# -------------------------------------------------------------------------------------------------- a correction


def test_a_corrected_article_is_its_second_revision_and_nothing_of_the_first_is_left(make_world: MakeWorld) -> None:
    story = "capital-courier/21-ferry-fares"
    corrected = sample_press().revisions(story)[1]
    world = make_world(story, clock=corrected.updated - 2 * HOUR)
    world.run()
    before = world.documents()
    assert {d["revision"] for d in before.values()} == {1}
    world.move(4 * HOUR)
    world.press.clear_log()
    report = world.run()
    after = world.documents()
    assert report.total["indexed"] == 1
    (visit,) = [r for r in world.press.log if r.path == corrected.path]
    assert visit.headers["if-none-match"]
    assert set(world.articles()) == {world.article_id(story)}
    assert {d["revision"] for d in after.values()} == {2}
    assert corrected.blocks[0][1] in world.articles()[world.article_id(story)]["text"]
    assert set(before) - set(after), "the correction takes nothing away: the test shows nothing"
    with world.pipeline() as pipeline:
        known = pipeline.trace(world.url(story))
    assert [r["revision"] for r in known["article"]["revisions"]] == [1, 2]
    assert {(d["alias"], d["id"]) for d in known["documents"] if d["alias"] != "judged"} == set(after)
    world.move(HOUR)
    assert world.run(force=True).batches == 0


# ------------------------------------------------------------------------------------------------- what goes wrong


def test_a_failing_batch_fails_the_report_and_no_other_batch(make_world: MakeWorld, monkeypatch) -> None:
    world = make_world("flussblatt", batch_size=1, max_attempts=3, request_timeout_s=1.0)
    broken = world.url("flussblatt/14-ruderer-im-nebel")
    fetch = Pipeline._fetch

    def failing(self, batch, items, epoch):
        if any(i.url == broken for i in items):
            raise OSError("the disk is full")
        return fetch(self, batch, items, epoch)

    monkeypatch.setattr(Pipeline, "_fetch", failing)
    with pytest.raises(BatchFailed, match="1 of 4 batches failed"):
        world.run()
    assert set(world.articles()) == {world.article_id(f"flussblatt/{i}") for i in FLUSSBLATT if i[:2] != "14"}
    with world.pipeline() as pipeline:
        hits = pipeline.index_client.search("runs")["hits"]["hits"]
    assert [(h["_source"]["state"], h["_source"]["batches_failed"]) for h in hits] == [("failed", 1)]

    monkeypatch.undo()
    world.move(2 * HOUR)
    world.run()
    assert set(world.articles()) == {world.article_id(f"flussblatt/{i}") for i in FLUSSBLATT}


FLUSSBLATT = ("06-streit-um-die-meerenge", "14-ruderer-im-nebel", "20-streik-beendet")


def test_what_fails_every_time_is_exhausted(make_world: MakeWorld, monkeypatch) -> None:
    def failing(self, batch, items, epoch):
        raise OSError("the disk is full")

    monkeypatch.setattr(Pipeline, "_fetch", failing)
    world = make_world("flussblatt/20-streik-beendet", max_attempts=2)
    for _ in range(2):
        with pytest.raises(BatchFailed):
            world.run()
    report = world.run()
    assert report.batches == 0
    assert world.reasons("flussblatt/20-streik-beendet") == {"flussblatt/20-streik-beendet": Reason.EXHAUSTED}


def test_a_group_of_sources_that_fails_fails_the_run_and_is_polled_again(make_world: MakeWorld, monkeypatch) -> None:
    async def failing(self, feeds):
        raise OSError("too many open files")

    world = make_world("flussblatt/20-streik-beendet")
    monkeypatch.setattr(Pipeline, "_poll", failing)
    with pytest.raises(BatchFailed, match="0 of 0 batches failed, and 1 polls"):
        world.run()
    monkeypatch.undo()
    assert world.run().total["discovered"] == 1
