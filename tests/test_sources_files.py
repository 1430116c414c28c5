"""The sources files that come with Standpoint: they load, they span the world, and each address is accounted for."""

import re
from collections import Counter

import pytest

from pipeline.records import Source
from pipeline.settings import PROJECT, Settings
from pipeline.sources import load_sources

CONTINENTS = {
    "Africa": "DZ EG GH KE MA NA NG SN TZ ZA",
    "Asia": "BD CN HK ID IL IN JO JP KR KZ LB MY PH PK SG TH TR VN",
    "Europe": "AT BE BG CH DE ES FI FR GB IE IT LV NL NO PL PT RU SE UA",
    "North America": "CA MX US",
    "Oceania": "AU NZ",
    "South America": "AR BR CL PE UY VE",
}
CONTINENT_OF = {country: continent for continent, countries in CONTINENTS.items() for country in countries.split()}
PAGE = (PROJECT / "docs/sources.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return load_sources(PROJECT / "config/sources.yml", Settings())


def test_the_sample_press_loads() -> None:
    assert load_sources(PROJECT / "config/sources.demo.yml", Settings())


def test_forty_or_more_outlets_on_every_inhabited_continent(sources: list[Source]) -> None:
    assert len(sources) >= 40
    assert {CONTINENT_OF[source.country] for source in sources} == set(CONTINENTS)


def test_english_leads_and_other_languages_and_agencies_are_there(sources: list[Source]) -> None:
    languages = Counter(source.language.split("-")[0] for source in sources)
    assert languages.most_common(1)[0][0] == "en"
    assert len(languages) > 8
    assert sum(source.agency for source in sources) >= 2


def test_every_source_says_country_language_and_zone(sources: list[Source]) -> None:
    assert [s.id for s in sources if not (s.country and s.language) or s.timezone == "UTC"] == []


def test_the_page_lists_the_addresses_of_the_file_each_with_what_confirms_it(sources: list[Source]) -> None:
    listed = PAGE.split("\n## The list\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in listed.splitlines() if "://" in line]
    assert [(row[0], row[1], row[2], row[3]) for row in rows] == [
        (source.id, source.name, source.country, feed.url) for source in sources for feed in source.feeds
    ]
    explained = PAGE.split("\n## What confirms an address\n")[1].split("\n## ")[0]
    known = set(re.findall(r"^\| ([a-z-]+)", explained, re.MULTILINE))
    told = {re.split(r"[ /]", proof)[0] for row in rows for proof in row[4].split("; ")}
    assert told <= known


def test_what_is_left_out_is_not_in_the_file(sources: list[Source]) -> None:
    left_out = set(re.findall(r"https?://[^ |]+", PAGE.split("\n## Confirmed, but not entered\n")[1]))
    assert left_out
    assert left_out.isdisjoint(feed.url for source in sources for feed in source.feeds)
