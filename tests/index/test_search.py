from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from pipeline.errors import IndexingError
from pipeline.index.client import Index
from pipeline.index.documents import documents
from pipeline.index.search import articles_per_source, search, strongest_stances, top_terms
from pipeline.records import Stance
from tests.conftest import remove_from_index
from tests.index.articles import TAGS, context, tagged

pytestmark = pytest.mark.servers


def against() -> Any:
    evidence = msgspec.structs.replace(TAGS.evidence[0], polarity=-1, confidence=0.7, text="Brandt blamed the brewers.")
    stance = msgspec.structs.replace(TAGS.stances[0], stance="against", confidence=0.7)
    return msgspec.structs.replace(TAGS, evidence=(evidence,), stances=(stance,))


def past() -> Any:
    stance: Stance = msgspec.structs.replace(TAGS.stances[0], holder="mia", period="past")
    return msgspec.structs.replace(TAGS, stances=(stance,))


@pytest.fixture(scope="module")
def index(servers: Any) -> Iterator[Index]:
    """Five articles: one story in two papers, one against, one of the past, one without tags."""
    prefix = "tsearch-"
    with Index(servers.elasticsearch_url, prefix=prefix) as index:
        index.setup()
        made = [
            documents(tagged(1), context(story_id="s1")),
            documents(tagged(2, source_id="post"), context(story_id="s1", is_original=False, source_name="Post")),
            documents(
                msgspec.structs.replace(
                    tagged(3, published=datetime(2026, 9, 1, tzinfo=UTC), title="Brewers blamed"), tags=against()
                ),
                context(story_id="s3"),
            ),
            documents(msgspec.structs.replace(tagged(4), tags=past()), context(story_id="s4")),
            documents(
                msgspec.structs.replace(
                    tagged(5, text="A seal was counted.", title="Seals"),
                    tags=msgspec.structs.replace(TAGS, entities=(), stances=(), evidence=()),
                ),
                context(story_id="s5"),
            ),
        ]
        assert not index.write([one for group in made for one in group], refresh=True).rejected
        yield index
    remove_from_index(servers, prefix)


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("sanctions", 4),
        ("seals", 1),
        ("brandt sanctions", 4),  # both words, in whichever field
        ("seal sanctions", 0),
        ("seal OR sanctions", 5),
        ("-sanctions", 1),
        ('"owe them the roof"', 4),
        ('people:"Edda Brandt"', 4),
        ("people.words:edda", 4),
        ("title:blamed", 1),
        ("sanct*", 4),
        ("", 5),
        ("*", 5),
    ],
)
def test_search(index: Index, query: str, total: int) -> None:
    assert search(index, query).total == total


def test_a_hit_shows_where_it_was_found(index: Index) -> None:
    hit = search(index, "seal counted").hits[0]
    assert (hit.title, hit.url, hit.source, hit.source_name) == (
        "Seals",
        "https://weiler-bote.example/5",
        "weiler-bote",
        "Weiler Bote",
    )
    assert "A «seal» was «counted»." in hit.highlights


def test_filters(index: Index) -> None:
    october = datetime(2026, 10, 1, tzinfo=UTC)
    assert search(index, "*", source="post").total == 1
    assert search(index, "*", since=october).total == 4
    assert search(index, "*", until=october).total == 1
    assert search(index, "*", entity="edda-brandt").total == 4
    assert search(index, "*", originals=True).total == 4
    assert search(index, "*", language="de").total == 0


def test_pages_and_order(index: Index) -> None:
    newest = search(index, "*", order="newest", size=10)
    assert newest.hits[-1].title == "Brewers blamed"
    page = search(index, "*", order="newest", size=2, offset=4)
    assert (page.total, len(page.hits)) == (5, 1)


def test_a_query_that_cannot_be_read_is_an_error(index: Index) -> None:
    with pytest.raises(IndexingError, match="parse"):
        search(index, "sanctions AND (")


def test_top_terms_count_articles_and_stories(index: Index) -> None:
    (person,) = top_terms(index, "people")
    assert (person.term, person.articles, person.stories) == ("Edda Brandt", 4, 3)
    with pytest.raises(IndexingError):
        top_terms(index, "text")


def test_articles_per_source(index: Index) -> None:
    counts = [(one.source, one.name, one.articles, one.stories) for one in articles_per_source(index)]
    assert counts == [("weiler-bote", "Weiler Bote", 4, 4), ("post", "Post", 1, 1)]


def test_strongest_stances_count_a_story_once_and_leave_the_past_out(index: Index) -> None:
    found = strongest_stances(index)
    assert [(one.holder, one.target, one.stance, one.stories, one.sources) for one in found] == [
        ("edda-brandt", "brewers", "favor", 1, 2),
        ("edda-brandt", "brewers", "against", 1, 1),
    ]
    assert (found[0].text, found[0].holder_name) == ("Edda Brandt thanked the brewers.", "Edda Brandt")
    assert found[1].text == "Brandt blamed the brewers."
    assert strongest_stances(index, holder="nobody") == ()
    assert len(strongest_stances(index, target="brewers", since=datetime(2026, 10, 1, tzinfo=UTC))) == 1


def test_an_empty_index_answers_with_nothing(servers: Any, index_prefix: str) -> None:
    with Index(servers.elasticsearch_url, prefix=index_prefix) as empty:
        empty.setup()
        assert search(empty, "x").total == 0
        assert top_terms(empty, "people") == articles_per_source(empty) == strongest_stances(empty) == ()
