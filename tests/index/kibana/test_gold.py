"""Every panel and saved search asked of the real node, over the gold of the press: the answers are the gold's."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.index.client import Index
from pipeline.index.kibana import vega
from pipeline.index.kibana.bundle import saved_objects
from pipeline.index.kibana.dashboard import VOICES, panels
from pipeline.index.kibana.objects import Site
from pipeline.local.press.gold import Gold, load_gold
from pipeline.records import Reason
from tests.index.kibana.asks import body_of, layers_of, panels_of, pills_of, rows_of, view_of
from tests.index.kibana.gold_press import Outcome, gold_documents, is_copy, outcomes
from tests.index.kibana.kql import to_dsl

pytestmark = pytest.mark.servers

SINCE, UNTIL = "2026-09-01T00:00:00Z", "2026-11-01T00:00:00Z"
STANCES = ("favor", "against", "mixed", "none")


@dataclass
class Asked:
    """The saved objects of one installation, asked of its index as Kibana asks."""

    index: Index
    site: Site
    gold: Gold
    outcomes: list[Outcome]
    objects: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.objects = saved_objects(self.site)
        self.views = {one["id"]: one for one in self.objects if one["type"] == "index-pattern"}
        self.dashboard = self.objects[-1]

    def search(self, view: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        title = view["attributes"]["title"].replace(self.site.index_prefix, "")
        # the first name goes through the client's prefix, further ones bring theirs
        return self.index.search(title.replace(",", f",{self.site.index_prefix}"), **body)

    def panel(self, name: str) -> dict[str, Any]:
        (id,) = [one.id for one in panels(self.site) if one.name == name]
        (found,) = [one for one in panels_of(self.dashboard) if one["panelIndex"] == id]
        return found

    def rows(self, name: str, *context: str) -> list[dict[str, Any]]:
        """The rows of a Lens panel, those of several layers one after the other; ``context`` is further KQL."""
        panel = self.panel(name)
        filters = [*pills_of(self.dashboard), *map(to_dsl, context)]
        found: list[dict[str, Any]] = []
        for id, layer in layers_of(panel).items():
            reference = f"{panel['panelIndex']}:indexpattern-datasource-layer-{id}"
            view = view_of(self.dashboard["references"], reference, self.views)
            body = body_of(panel, layer, view, filters, SINCE, UNTIL)
            found += rows_of(layer, self.search(view, body))
        return found


@pytest.fixture(scope="module")
def asked(servers: Any) -> Iterator[Asked]:
    from tests.conftest import ask

    prefix = "kibana-gold-"
    gold = load_gold(18930)

    def clear() -> None:
        for name in ask("GET", f"{servers.elasticsearch_url}/{prefix}*").json() or {}:
            ask("DELETE", f"{servers.elasticsearch_url}/{name}", timeout_s=30)

    clear()
    with Index(servers.elasticsearch_url, prefix=prefix) as index:
        index.setup()
        result = index.write(gold_documents(gold), refresh=True)
        assert not result.rejected
        yield Asked(index, Site(index_prefix=prefix, airflow_url="http://airflow.example"), gold, outcomes(gold))
    clear()
    for kind in ("_index_template", "_component_template"):
        ask("DELETE", f"{servers.elasticsearch_url}/{kind}/{prefix}*", timeout_s=30)


def shares(found: Iterable[Outcome]) -> dict[str, float]:
    """Shares and n as a table shows them, counted from the gold."""
    counted = Counter(one.stance for one in found)
    n = counted.total()
    return {stance: counted[stance] / n for stance in STANCES} | {"n": n}


def by(found: Iterable[Outcome], key: Callable[[Outcome], Any]) -> dict[Any, list[Outcome]]:
    groups: dict[Any, list[Outcome]] = defaultdict(list)
    for one in found:
        groups[key(one)].append(one)
    return groups


def only(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in (*STANCES, "n", *names)}


def test_the_gold_has_what_the_dashboard_must_tell_apart(asked: Asked) -> None:
    kinds = Counter(one.stance for one in asked.outcomes)
    assert min(kinds[stance] for stance in ("favor", "against", "none")) > 50
    assert kinds["mixed"] >= 1
    assert {one.voice for one in asked.outcomes} == set(VOICES)
    assert any(is_copy(one) for one in asked.gold.articles.values())
    # one outcome a story, holder, target and voice: what "story counted once" means
    keys = [(o.story, o.holder, o.target, o.voice) for o in asked.outcomes]
    assert len(keys) == len(set(keys))


def test_holder_by_target(asked: Asked) -> None:
    rows = asked.rows("table")
    wanted = by(asked.outcomes, lambda o: (o.holder, o.target, o.voice))
    assert len(rows) > 100
    for row in rows:
        mine = wanted[row["Holder"], row["Target"], row["Voice"]]
        assert only(row, "sources", "evidence") == pytest.approx(
            shares(mine) | {"sources": len({o.source for o in mine}), "evidence": sum(o.evidence for o in mine)}
        )
        assert sum(row[stance] for stance in STANCES) == pytest.approx(1)
    loudest = {h: sum(o.evidence for o in mine) for h, mine in by(asked.outcomes, lambda o: o.holder).items()}
    shown = list(dict.fromkeys(row["Holder"] for row in rows))
    assert [loudest[h] for h in shown] == sorted(loudest.values(), reverse=True)[: len(shown)]
    assert len(shown) == 15


def test_a_pair_chosen_in_the_controls(asked: Asked) -> None:
    rows = asked.rows("table", 'holder_name: "Adela Quist" and target_name: "Tomas Revel"')
    wanted = by(
        [o for o in asked.outcomes if (o.holder, o.target) == ("Adela Quist", "Tomas Revel")], lambda o: o.voice
    )
    assert {row["Voice"] for row in rows} == set(wanted)
    for row in rows:
        mine = wanted[row["Voice"]]
        assert only(row) == pytest.approx(shares(mine))
        # for one pair and voice an answer is a story
        assert row["n"] == len({o.story for o in mine})
    assert {row["Voice"]: row["against"] > 0 for row in rows} == {"reported": True, "quoted": True}


def test_copies_count_for_the_one_that_had_it_first(asked: Asked) -> None:
    copies = [one for one in asked.gold.articles.values() if is_copy(one) and one.stances]
    assert copies
    rows = asked.rows("by source")
    wanted = by(asked.outcomes, lambda o: (o.source_name, o.voice))
    assert {(row["Source"], row["Voice"]) for row in rows} == set(wanted)
    for row in rows:
        mine = wanted[row["Source"], row["Voice"]]
        assert only(row, "stories") == pytest.approx(shares(mine) | {"stories": len({o.story for o in mine})})


def test_by_voice_never_added_up(asked: Asked) -> None:
    rows = asked.rows("by voice")
    wanted = by(asked.outcomes, lambda o: o.voice)
    assert {row["Voice"] for row in rows} == set(VOICES)
    for row in rows:
        mine = wanted[row["Voice"]]
        assert only(row, "stories", "sources") == pytest.approx(
            shares(mine) | {"stories": len({o.story for o in mine}), "sources": len({o.source for o in mine})}
        )


@pytest.mark.parametrize("voice", VOICES)
def test_over_time(asked: Asked, voice: str) -> None:
    rows = asked.rows(f"over time, {voice}")
    half_day = 12 * 3600
    wanted = by(
        [o for o in asked.outcomes if o.voice == voice],
        lambda o: int(o.published.timestamp() // half_day * half_day * 1000),
    )
    parts = [row for row in rows if "favor" in row]
    wholes = [row for row in rows if "n" in row]
    assert [row["published"] for row in parts] == [row["published"] for row in wholes] == sorted(wanted)
    for part, whole in zip(parts, wholes, strict=True):
        counted = Counter(o.stance for o in wanted[part["published"]])
        assert {stance: part[stance] for stance in STANCES} == {stance: counted[stance] for stance in STANCES}
        assert whole["n"] == counted.total()


def test_how_much_there_is(asked: Asked) -> None:
    wanted = by(asked.outcomes, lambda o: (o.holder, o.target))
    rows = asked.rows("map")
    assert len(rows) > 60
    for row in rows:
        assert row["stories"] == len({o.story for o in wanted[row["Holder"], row["Target"]]})


def test_the_numbers_at_the_top(asked: Asked) -> None:
    def number(name: str, *context: str) -> float:
        ((_, value),) = asked.rows(name, *context)[0].items()
        return value

    assert number("pairs") == len({(o.holder, o.target) for o in asked.outcomes})
    assert number("stories") == len({o.story for o in asked.outcomes})
    assert number("sources") == len({o.source for o in asked.outcomes})
    assert number("generations") == 1
    untagged = sum(one.language != "en" for one in asked.gold.articles.values())
    assert untagged > 0
    # not even the controls change what is left out of all denominators
    assert number("untagged") == number("untagged", 'holder_name: "Adela Quist"') == untagged


def vega_rows(answer: dict[str, Any]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What the picture computes: by voice and pair n, sources, and the mean over sources of each outcome's share."""
    found = {}
    for voice in answer["aggregations"]["originals"]["voices"]["buckets"]:
        for pair in voice["pairs"]["buckets"]:
            if pair["evidence"]["value"] <= 0:
                continue
            sources = pair["sources"]["buckets"]
            parts = dict.fromkeys(STANCES, 0.0)
            for source in sources:
                for outcome in source["outcomes"]["buckets"]:
                    parts[outcome["key"]] += outcome["doc_count"] / source["doc_count"] / len(sources)
            names = (pair["holder"]["buckets"][0]["key"], pair["target"]["buckets"][0]["key"])
            found[voice["key"], *names] = parts | {"stories": pair["doc_count"], "sources": len(sources)}
    return found


def test_the_picture_is_the_mean_over_sources(asked: Asked) -> None:
    body = vega.query()
    filters = [*pills_of(asked.dashboard), {"range": {"published": {"gte": SINCE, "lt": UNTIL}}}]
    (view,) = [one for one in asked.views.values() if one["id"].endswith("view-outcomes")]
    rows = vega_rows(asked.search(view, body | {"query": {"bool": {"filter": filters}}}))
    wanted = by(asked.outcomes, lambda o: (o.voice, o.holder, o.target))
    assert len(rows) > 20
    for key, row in rows.items():
        sources = by(wanted[key], lambda o: o.source)
        means = {stance: sum(shares(mine)[stance] for mine in sources.values()) / len(sources) for stance in STANCES}
        assert row == pytest.approx(means | {"stories": len(wanted[key]), "sources": len(sources)})
    differs = [k for k, row in rows.items() if row["favor"] != pytest.approx(shares(wanted[k])["favor"])]
    assert differs, "somewhere the mean over sources has to differ from the mean over stories"


def test_the_picture_asks_what_the_dashboard_holds(asked: Asked) -> None:
    spec = json.loads(asked.panel("picture")["embeddableConfig"]["savedVis"]["params"]["spec"])
    assert spec["data"]["url"]["body"] == vega.query()
    assert spec["data"]["url"]["index"] == "kibana-gold-stances,kibana-gold-judged"
    # Kibana refuses a query of one's own beside %context%
    assert spec["data"]["url"]["%context%"] is True
    assert "query" not in spec["data"]["url"]["body"]


def hits(asked: Asked, title: str, *context: str) -> list[dict[str, Any]]:
    """What a saved search finds."""
    (search,) = [one for one in asked.objects if one["type"] == "search" and one["attributes"]["title"] == title]
    return _hits(asked, search["attributes"], search["references"], context)


def _hits(
    asked: Asked, attributes: dict[str, Any], references: list[dict[str, str]], context: Iterable[str] = ()
) -> list[dict[str, Any]]:
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    view = view_of(references, source["indexRefName"], asked.views)
    body = {
        "query": {"bool": {"filter": [to_dsl(one) for one in (source["query"]["query"], *context)]}},
        "sort": [{field: {"order": way, "unmapped_type": "boolean"}} for field, way in attributes["sort"]],
        "size": 1000,
        "highlight": {"fields": {"*": {}}, "require_field_match": False},
    }
    return [one["_source"] for one in asked.search(view, body)["hits"]["hits"]]


def test_saved_searches_of_articles(asked: Asked) -> None:
    articles = asked.gold.articles.values()
    newest = hits(asked, "Newest articles")
    assert len(newest) == len(articles)
    assert [one["published"] for one in newest] == sorted((one["published"] for one in newest), reverse=True)
    assert {one["url"] for one in hits(asked, "Wire copies")} == {a.url for a in articles if is_copy(a)}
    assert {one["url"] for one in hits(asked, "Untagged articles")} == {a.url for a in articles if a.language != "en"}


def test_saved_searches_of_what_is_said(asked: Asked) -> None:
    articles = asked.gold.articles.values()
    against = hits(asked, "Evidence against a target", 'target_name: "Tomas Revel"')
    wanted = [
        (a.url, s.evidence.text)
        for a in articles
        for s in a.stances
        if s.polarity == -1 and s.period == "current" and s.target == "Tomas Revel"
    ]
    assert sorted((one["url"], one["text"]) for one in against) == sorted(wanted)
    said = hits(asked, "Quotes of a speaker", 'speaker_name: "Adela Quist"')
    spoken = [
        (a.url, q.span.start)
        for a in articles
        for q in a.quotes
        if q.speaker == "Adela Quist" and q.speaker in {e.name for e in a.entities}
    ]
    assert sorted({(one["url"], one["start"]) for one in said}) == sorted(set(spoken))
    mixed = {(o.story, o.holder, o.target) for o in asked.outcomes if o.stance == "mixed"}
    copies = {a.url for a in articles if is_copy(a)}
    assert {
        (one["holder_name"], one["target_name"]) for one in hits(asked, "Mixed stances") if one["url"] not in copies
    } == {(h, t) for _, h, t in mixed}


def test_the_sentences_at_the_foot_of_the_dashboard(asked: Asked) -> None:
    panel = asked.panel("evidence")["embeddableConfig"]["attributes"]
    found = _hits(asked, panel, panel["references"], ["period: current and factuality: asserted"])
    wanted = sum(s.period == "current" for a in asked.gold.articles.values() for s in a.stances)
    assert len(found) == wanted
    assert all(one["url"] and one["text"] for one in found)


def test_searches_for_operators_find_what_they_are_for(asked: Asked) -> None:
    from datetime import UTC, date, datetime

    from pipeline.ledger.coverage import DayRow
    from pipeline.report import RunReport, coverage_documents, run_documents

    now = datetime(2026, 10, 31, 12, tzinfo=UTC)

    def report(run: str, row: dict[str, Any], failed: tuple[str, ...] = ()) -> RunReport:
        return RunReport(
            run_id=run,
            kind="scheduled",
            generation=1,
            started_at=now,
            finished_at=now,
            sources={"harbour-gazette": row},
            total=row,
            pending=0,
            batches=1,
            failed_batches=failed,
        )

    reports = [
        report("crawl/fine", {"polled": 1, "indexed": 3}),
        report("crawl/left", {"polled": 1, "indexed": 1, "left_out": {"paywall": 2}}),
        report("crawl/late", {"polled": 1, "indexed": 1, "superseded": 4}),
        report("crawl/red", {"polled": 1, "indexed": 1}, ("b1",)),
        report("crawl/poll", {"polled": 1, "indexed": 1, "polls_failed": {"hang": 1}}),
    ]
    days = [
        DayRow(source_id="harbour-gazette", day=date(2026, 10, 1), listed=2, indexed=2, pending=0, left_out={}),
        DayRow(
            source_id="harbour-gazette",
            day=date(2026, 10, 2),
            listed=3,
            indexed=1,
            pending=1,
            left_out={Reason.HANG.value: 1},
        ),
    ]
    made = [one for r in reports for one in run_documents(r, {})] + coverage_documents(days, "crawl/fine", now, {})
    assert not asked.index.write(made, refresh=True).rejected
    assert [one["run_id"] for one in hits(asked, "Left out, by reason")] == ["crawl/left"]
    assert [one["run_id"] for one in hits(asked, "Overtaken by a newer revision or generation")] == ["crawl/late"]
    assert sorted(one["run_id"] for one in hits(asked, "Failed batches and polls")) == ["crawl/poll", "crawl/red"]
    assert [one["day"] for one in hits(asked, "Incomplete days")] == ["2026-10-02"]
