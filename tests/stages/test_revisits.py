"""Articles looked at again: what is unchanged costs a request, what changed says so, what is gone is marked."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.local.press.world import sample_press
from pipeline.records import WarcPointer
from pipeline.stages import Pipeline
from pipeline.stages.keep import prune
from tests.stages.conftest import MakeWorld
from tests.stages.world import World

pytestmark = pytest.mark.usefixtures("in_this_process")

HOUR = timedelta(hours=1)
NEVER_AGAIN = {"poll_interval_s": 864_000, "poll_min_s": 864_000, "poll_max_s": 864_000}

DELETED = "harbour-gazette/16-pilot-letters"  # on 20 October, 11:00 UTC
CORRECTED = "eastern-standard/19-karst-ceasefire-talks"  # on 21 October, 01:00 UTC
PLAIN = "harbour-gazette/05-mayor-backs-dockers"
START = datetime(2026, 10, 20, 10, 30, tzinfo=UTC)


def asked_for(world: World) -> dict[str, list[int]]:
    """Statuses of the answers since the log was cleared, by story."""
    found: dict[str, list[int]] = {}
    for story in world.press.press.story_ids:
        path = world.press.press.revisions(story)[0].path
        host = story.partition("/")[0]
        if of := [r.status for r in world.press.log if r.path == path and r.host.startswith(f"{host}.")]:
            found[story] = of
    return found


class History:
    """A world whose lists are read once: whatever comes after is a re-visit. Each step keeps what it left behind."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.steps: dict[str, dict] = {}

    def step(self, name: str, move: timedelta) -> None:
        self.world.move(move)
        self.world.press.clear_log()
        report = self.world.run()
        self.steps[name] = {
            "report": report,
            "asked": asked_for(self.world),
            "requests": self.world.asked(),
            "documents": self.world.documents(),
            "articles": self.world.articles(),
            "warc": self.world.files("warc"),
        }

    def __getitem__(self, name: str) -> dict:
        return self.steps[name]


@pytest.fixture(scope="module")
def history(make_world: MakeWorld) -> History:
    world = make_world(DELETED, CORRECTED, PLAIN, clock=START, revisit_after_h="1,6,24", **NEVER_AGAIN)
    history = History(world)
    history.step("first", timedelta(0))
    history.step("half an hour", HOUR / 2)
    history.step("an hour", HOUR / 2 + timedelta(minutes=5))
    with world.pipeline() as pipeline:  # a run that dies when it has just taken the six hours' items
        world.move(5 * HOUR)
        pipeline.plan("cli/dead", "cli")
        history.leased = pipeline.split("cli/dead")
    history.step("six hours", timedelta(0))
    history.step("a day", 18 * HOUR)
    history.step("three days", 48 * HOUR)
    return history


def counts(step: dict) -> dict[str, int]:
    return {k: step["report"].total.get(k, 0) for k in ("revisited", "changed", "unchanged", "gone", "indexed")}


def test_nothing_is_looked_at_before_its_time_or_after_the_last(history: History) -> None:
    assert set(history["first"]["asked"]) == {DELETED, CORRECTED, PLAIN}
    assert history["half an hour"]["requests"] == []
    assert history["three days"]["requests"] == []
    assert {s["cause"] for s in history["half an hour"]["report"].sources.values()} == {"no feed was due"}


def test_each_time_has_one_conditional_visit(history: History) -> None:
    assert history["an hour"]["asked"] == {DELETED: [410], CORRECTED: [304], PLAIN: [304]}
    assert history["six hours"]["asked"] == {CORRECTED: [304], PLAIN: [304]}
    assert history["a day"]["asked"] == {CORRECTED: [200], PLAIN: [304]}


def test_re_visits_are_counted_apart(history: History) -> None:
    none = {"revisited": 0, "changed": 0, "unchanged": 0, "gone": 0, "indexed": 0}
    assert counts(history["first"]) == none | {"indexed": 3}
    assert counts(history["an hour"]) == none | {"revisited": 3, "unchanged": 2, "gone": 1}
    assert counts(history["six hours"]) == none | {"revisited": 2, "unchanged": 2}
    assert counts(history["a day"]) == none | {"revisited": 2, "changed": 1, "unchanged": 1, "indexed": 1}
    assert history["an hour"]["report"].total["left_out"] == {}
    causes = {s["cause"] for s in history["six hours"]["report"].sources.values()}
    assert causes == {"no feed was due; nothing that was looked at again has changed"}
    with history.world.pipeline() as pipeline:
        hits = pipeline.index_client.search("runs", size=100)["hits"]["hits"]
    told = [h["_source"] for h in hits if h["_source"].get("gone")]
    assert [(t["source"], t["revisited"], t["unchanged"], t["gone"]) for t in told] == [("harbour-gazette", 2, 1, 1)]


def test_what_is_unchanged_writes_nothing_to_the_index(history: History) -> None:
    assert history["six hours"]["documents"] == history["an hour"]["documents"]
    before, after = history["first"]["documents"], history["an hour"]["documents"]
    gone = ("articles", history.world.article_id(DELETED))
    assert {k: d for k, d in before.items() if k != gone} == {k: d for k, d in after.items() if k != gone}


def test_what_is_unchanged_is_stored_as_a_reference_to_what_is_stored(history: History) -> None:
    with history.world.pipeline() as pipeline:
        known = pipeline.trace(history.world.url(PLAIN))
        visits = [a for e in known["entries"] for w in e["work"] for a in w["attempts_made"] if a["stage"] == "fetch"]
        stored = [pipeline.warc.read(WarcPointer(**a["warc"])) for a in visits]
    assert [a["reason"] for a in visits] == ["", "unchanged", "unchanged", "unchanged"]
    first = WarcPointer(**visits[0]["warc"])
    assert [s.revisit_of for s in stored] == [None, first, first, first]
    assert len({s.body for s in stored}) == 1


def test_what_the_outlet_took_away_stays_and_is_marked(history: History) -> None:
    world = history.world
    before = history["first"]["articles"][world.article_id(DELETED)]
    after = history["an hour"]["articles"][world.article_id(DELETED)]
    assert "gone_at" not in before
    assert datetime.fromisoformat(after["gone_at"]) - START < 2 * HOUR
    assert {k: v for k, v in after.items() if k not in ("gone_at", "_version")} == {
        k: v for k, v in before.items() if k != "_version"
    }
    assert not any("gone_at" in a for i, a in history["a day"]["articles"].items() if i != world.article_id(DELETED))
    with world.pipeline() as pipeline:
        assert pipeline.trace(world.url(DELETED))["article"]["gone_at"] is not None


def test_a_changed_text_is_a_revision_that_says_what_changed(history: History) -> None:
    world = history.world
    first, second = sample_press().revisions(CORRECTED)
    article = history["a day"]["articles"][world.article_id(CORRECTED)]
    assert article["revision"] == 2
    assert set(history["a day"]["documents"]) >= {
        ("articles", world.article_id(i)) for i in (DELETED, CORRECTED, PLAIN)
    }
    (change,) = article["changes"]
    assert (change["revision"], change["at"]) == (2, article["changed_at"])
    assert all(sentence in second.text and sentence not in first.text for sentence in change["added"])
    assert all(sentence in first.text and sentence not in second.text for sentence in change.get("removed", []))
    lines = [set(s.text.split("\n")) for s in (first, second)]
    told = {k: change[f"paragraphs_{k}"] for k in ("added", "removed", "changed")}
    assert told["added"] + told["changed"] == len(lines[1] - lines[0])
    assert told["removed"] + told["changed"] == len(lines[0] - lines[1])
    with world.pipeline() as pipeline:
        revisions = pipeline.trace(world.url(CORRECTED))["article"]["revisions"]
    assert [(r["revision"], r["changes"] is None) for r in revisions] == [(1, True), (2, False)]
    assert revisions[1]["changes"]["words_added"] == change["words_added"] > 0


def test_a_run_that_dies_with_re_visits_loses_and_doubles_none(history: History) -> None:
    assert history.leased
    assert counts(history["six hours"])["revisited"] == 2


def test_nothing_stays_open(history: History) -> None:
    assert set(history.world.states()) == {"done", "left_out"}


# ---------------------------------------------------------------------------------------------- lists and times


def test_a_list_that_says_updated_and_the_time_make_one_visit(make_world: MakeWorld) -> None:
    story = "capital-courier/21-ferry-fares"
    corrected = sample_press().revisions(story)[1]
    world = make_world(story, clock=corrected.updated - HOUR / 2, revisit_after_h="1,6,24")
    world.run()
    history = History(world)
    history.step("an hour", HOUR + timedelta(minutes=5))  # by now its list says so, and its time has come
    assert history["an hour"]["asked"] == {story: [200]}
    assert counts(history["an hour"]) == {"revisited": 1, "changed": 1, "unchanged": 0, "gone": 0, "indexed": 1}
    article = history["an hour"]["articles"][world.article_id(story)]
    assert article["changes"][0]["title_before"] == sample_press().revisions(story)[0].front.title
    history.step("soon after", timedelta(minutes=20))
    assert history["soon after"]["asked"] == {}
    history.step("six hours", 5 * HOUR)
    assert history["six hours"]["asked"] == {story: [304]}
    with world.pipeline() as pipeline:
        stored = pipeline.trace(world.url(story))["article"]["revisions"]
        assert [pipeline.warc.read(WarcPointer(**r["warc"])).status for r in stored] == [200, 200]


def test_a_page_stays_as_long_as_a_visit_that_refers_to_it(history: History) -> None:
    world = history.world
    settings = world.settings.model_copy(update={"keep_warc_days": 3})
    files = world.files("warc")
    with Pipeline(settings, clock=world.clock, sources=world.sources) as pipeline:
        pruned = prune(pipeline)  # the first file is three days old, the visits that found nothing new are younger
        assert (pruned.warc_files, pruned.warc_kept) == (0, {"a later visit refers to it": 1})
        world.move(24 * HOUR)
        assert prune(pipeline).warc_files == len(files)
    assert world.files("warc") == []
