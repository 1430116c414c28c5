import json
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest
from lxml import etree

from pipeline.local.press import lists
from pipeline.local.press.lists import ATOM, DC, NEWS, RDF, RSS1, SITEMAP, WRITERS
from pipeline.local.press.world import DEFAULT_CLOCK, ListSpec, Outlet, Press, Story

ROOT = "http://site.localhost:18930"
XML = [kind for kind in WRITERS if kind != "json"]


def corrected_outlet(press: Press) -> tuple[Outlet, list[Story]]:
    """An outlet with a corrected story and one with tracking parameters in its listed address."""
    outlet = press.outlets["capital-courier"]
    return outlet, press.listed(outlet.id, DEFAULT_CLOCK)


def parse(body: bytes) -> etree._Element:
    return etree.fromstring(body, etree.XMLParser(recover=False, resolve_entities=False))


def links(kind: str, body: bytes) -> list[str]:
    if kind == "json":
        return [item["url"] for item in json.loads(body)["items"]]
    doc = parse(body)
    found = {
        "rss": doc.findall("channel/item/link"),
        "atom": doc.findall(f"{{{ATOM}}}entry/{{{ATOM}}}link"),
        "rdf": doc.findall(f"{{{RSS1}}}item/{{{RSS1}}}link"),
        "news_sitemap": doc.findall(f"{{{SITEMAP}}}url/{{{SITEMAP}}}loc"),
    }[kind]
    return [element.get("href") or element.text or "" for element in found]


@pytest.mark.parametrize("kind", list(WRITERS))
def test_a_list_is_well_formed_and_holds_every_story_in_order(press: Press, kind: str) -> None:
    outlet, stories = corrected_outlet(press)
    body = WRITERS[kind][0](outlet, stories, ROOT, "/list")
    assert links(kind, body) == [lists.story_url(s, ROOT, listed=True) for s in stories]
    assert any("?utm_source=" in link for link in links(kind, body))


@pytest.mark.parametrize("kind", list(WRITERS))
def test_an_empty_list_is_well_formed(press: Press, kind: str) -> None:
    body = WRITERS[kind][0](press.outlets["capital-courier"], [], ROOT, "/list")
    assert links(kind, body) == []


@pytest.mark.parametrize("kind", XML)
def test_titles_survive_markup_characters(press: Press, kind: str) -> None:
    outlet, stories = corrected_outlet(press)
    body = WRITERS[kind][0](outlet, stories, ROOT, "/list")
    titles = {e.text for e in parse(body).iter("{*}title", "title")}
    assert {s.front.title for s in stories} <= titles


def test_rss_times_are_rfc_822_and_carry_the_outlets_offset(press: Press) -> None:
    outlet, stories = corrected_outlet(press)
    doc = parse(lists.rss(outlet, stories, ROOT, "/rss"))
    times = [parsedate_to_datetime(e.text or "") for e in doc.findall("channel/item/pubDate")]
    assert times == [s.front.published for s in stories]
    assert doc.findtext("channel/item/guid") == f"{outlet.id}-{stories[0].slug}"


def test_atom_tells_published_and_updated_apart(press: Press) -> None:
    outlet, stories = corrected_outlet(press)
    doc = parse(lists.atom(outlet, stories, ROOT, "/atom.xml"))
    rows = [
        (
            datetime.fromisoformat(e.findtext(f"{{{ATOM}}}published") or ""),
            datetime.fromisoformat(e.findtext(f"{{{ATOM}}}updated") or ""),
        )
        for e in doc.findall(f"{{{ATOM}}}entry")
    ]
    assert rows == [(s.front.published, s.updated) for s in stories]
    assert any(published < updated for published, updated in rows)
    names = {e.text for e in doc.iter(f"{{{ATOM}}}name")}
    assert {author for s in stories for author in s.front.authors} <= names


def test_rdf_has_its_items_outside_the_channel_and_in_its_sequence(press: Press) -> None:
    outlet, stories = corrected_outlet(press)
    doc = parse(lists.rdf(outlet, stories, ROOT, "/index.rdf"))
    listed = [e.get(f"{{{RDF}}}resource") for e in doc.iter(f"{{{RDF}}}li")]
    assert listed == [e.get(f"{{{RDF}}}about") for e in doc.findall(f"{{{RSS1}}}item")]
    assert len(doc.findall(f"{{{RSS1}}}item/{{{DC}}}date")) == len(stories)


def test_json_feed_has_the_fields_that_its_specification_wants(press: Press) -> None:
    outlet, stories = corrected_outlet(press)
    doc = json.loads(lists.json_feed(outlet, stories, ROOT, "/feed.json"))
    assert doc["version"] == "https://jsonfeed.org/version/1.1"
    assert all({"id", "url", "date_published"} <= item.keys() for item in doc["items"])
    corrected = [item for item in doc["items"] if "date_modified" in item]
    assert [datetime.fromisoformat(i["date_modified"]) for i in corrected] == [
        s.updated for s in stories if s.revision > 1
    ]
    assert corrected


def test_news_sitemap_has_the_required_fields(press: Press) -> None:
    outlet, stories = corrected_outlet(press)
    doc = parse(lists.news_sitemap(outlet, stories, ROOT, "/sitemap-news.xml"))
    for url in doc.findall(f"{{{SITEMAP}}}url"):
        for field in ("publication/{%s}name" % NEWS, "publication/{%s}language" % NEWS, "publication_date", "title"):  # noqa: UP031
            assert url.findtext(f"{{{NEWS}}}news/{{{NEWS}}}{field}")


@pytest.mark.parametrize(("span", "form"), [("day", "%Y-%m-%d"), ("month", "%Y-%m")])
def test_the_sitemaps_of_an_index_hold_each_story_once(press: Press, span: str, form: str) -> None:
    outlet = press.outlets["kestrel-wire"]
    stories = press.listed(outlet.id, DEFAULT_CLOCK)
    groups = lists.by_period(outlet, stories, span)
    assert sorted(s.id for _, group in groups for s in group) == sorted(s.id for s in stories)
    assert all(
        s.front.published.astimezone(outlet.zone).strftime(form) == name for name, group in groups for s in group
    )
    spec = ListSpec(path="/sitemap.xml", kind="sitemap_index", span=span)  # type: ignore[arg-type]
    doc = parse(lists.sitemap_index(outlet, stories, ROOT, spec))
    locs = [e.text for e in doc.iter(f"{{{SITEMAP}}}loc")]
    assert locs == [f"{ROOT}/sitemap-news.xml", *(f"{ROOT}/sitemaps/{name}.xml" for name, _ in groups)]


def test_a_further_host_stands_before_the_outlets_own(press: Press) -> None:
    stories = {s.slug: s for s in press.listed("capital-courier", DEFAULT_CLOCK)}
    assert lists.story_url(stories["27-election-night-live"], ROOT).startswith("http://live.site.localhost:18930/")
