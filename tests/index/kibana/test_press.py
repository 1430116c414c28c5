"""Every panel and saved search over an index that the stages have filled from the sample press."""

import json
from collections import Counter
from typing import Any

import pytest

from pipeline.index.kibana import vega
from pipeline.index.kibana.bundle import saved_objects
from pipeline.index.kibana.objects import Site
from tests.index.kibana.asks import body_of, layers_of, panels_of, pills_of, rows_of, view_of
from tests.index.kibana.kql import to_dsl
from tests.stages.conftest import MakeWorld, make_world  # noqa: F401 - a fixture
from tests.stages.world import World

pytestmark = pytest.mark.servers

COPIES = ("harbour-gazette/wire-03-trawler-held-at-hask", "eastern-standard/03-carantian-boat-taken")
GERMAN = "flussblatt/20-streik-beendet"
LOST = "harbour-gazette/11-lighthouse-open-day"
STORIES = (
    "kestrel-wire/03-trawler-seized",
    *COPIES,
    "capital-courier/08-quist-rally",
)
SINCE, UNTIL = "2026-09-01T00:00:00Z", "2026-11-01T00:00:00Z"
STANCES = ("favor", "against", "mixed", "none")


class Crawled:
    """A crawled world, asked as Kibana asks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.objects = saved_objects(Site(index_prefix=world.settings.index_prefix))
        self.views = {one["id"]: one for one in self.objects if one["type"] == "index-pattern"}
        self.dashboard = self.objects[-1]

    def search(self, view: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        with self.world.pipeline() as pipeline:
            return pipeline.index_client.search(
                view["attributes"]["title"].removeprefix(self.world.settings.index_prefix), **body
            )

    def hits(self, attributes: dict[str, Any], references: list[dict[str, str]]) -> list[dict[str, Any]]:
        source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
        view = view_of(references, source["indexRefName"], self.views)
        sort = [{name: {"order": way}} for name, way in attributes["sort"]]
        body = {"query": to_dsl(source["query"]["query"]), "sort": sort, "size": 500}
        return [one["_source"] for one in self.search(view, body)["hits"]["hits"]]


@pytest.fixture(scope="module")
def crawled(make_world: MakeWorld) -> Crawled:  # noqa: F811
    world = make_world(*STORIES, GERMAN, LOST)
    world.run()
    with world.pipeline() as pipeline:
        pipeline.index_client.refresh()
    return Crawled(world)


def test_each_article_has_one_outcome_for_each_holder_target_and_voice(crawled: Crawled) -> None:
    outcomes: Counter[tuple[str, ...]] = Counter()
    for alias in ("stances", "judged"):
        view = crawled.views[Site(index_prefix=crawled.world.settings.index_prefix).id(f"view-{alias}")]
        query = {"bool": {"filter": pills_of(crawled.dashboard)}}
        for hit in crawled.search(view, {"query": query, "size": 5000})["hits"]["hits"]:
            one = hit["_source"]
            voices = one["voice"] if isinstance(one["voice"], list) else [one["voice"]]
            outcomes.update((one["article_id"], one["holder"], one["target"], voice) for voice in voices)
    assert len(outcomes) > 50
    assert set(outcomes.values()) == {1}


def test_every_lens_panel_has_an_answer_that_adds_up(crawled: Crawled) -> None:
    seen = 0
    for panel in panels_of(crawled.dashboard):
        if panel["type"] != "lens":
            continue
        for id, layer in layers_of(panel).items():
            name = f"{panel['panelIndex']}:indexpattern-datasource-layer-{id}"
            view = view_of(crawled.dashboard["references"], name, crawled.views)
            body = body_of(panel, layer, view, pills_of(crawled.dashboard), SINCE, UNTIL)
            rows = rows_of(layer, crawled.search(view, body))
            assert rows, panel["title"]
            for row in rows:
                if "favor" in row and "n" in row:
                    assert sum(row[stance] for stance in STANCES) == pytest.approx(1)
                    assert row["n"] >= 1
            seen += 1
    assert seen > 10


def test_the_picture_has_an_answer(crawled: Crawled) -> None:
    view = crawled.views[Site(index_prefix=crawled.world.settings.index_prefix).id("view-outcomes")]
    answer = crawled.search(view, vega.query() | {"query": {"bool": {"filter": pills_of(crawled.dashboard)}}})
    voices = answer["aggregations"]["originals"]["voices"]["buckets"]
    assert {one["key"] for one in voices} >= {"reported", "authorial"}
    # each story once: of the wire story and its two copies only the agency's is asked
    assert answer["aggregations"]["originals"]["doc_count"] < answer["hits"]["total"]["value"]


def test_saved_searches_find_what_the_crawl_left_behind(crawled: Crawled) -> None:
    found = {
        one["attributes"]["title"]: crawled.hits(one["attributes"], one["references"])
        for one in crawled.objects
        if one["type"] == "search"
    }
    urls = {title: {one.get("url") for one in hits} for title, hits in found.items()}
    world = crawled.world
    assert urls["Newest articles"] == {world.url(i) for i in (*STORIES, GERMAN)}
    assert urls["Wire copies"] == {world.url(i) for i in COPIES}
    assert urls["Untagged articles"] == {world.url(GERMAN)}
    assert found["Evidence against a target"]
    assert found["Quotes of a speaker"]
    (lossy,) = found["Left out, by reason"]
    assert lossy["source"] == "harbour-gazette"
    assert lossy["left_out"] == {"not_found": 1}
    # its old feed is gone for good
    (failed,) = found["Failed batches and polls"]
    assert (failed["source"], failed["poll_failed"], failed["batches_failed"]) == ("harbour-gazette", 1, 0)
    # what the publisher took down leaves no gap that anybody could fill
    assert found["Incomplete days"] == []
    for name in ("provenance", "url", "text"):
        assert all(one[name] for one in found["Evidence against a target"])
