import itertools
from datetime import timedelta

import pytest
from msgspec.structs import replace

from pipeline.ledger.articles import Indexed, Registered
from pipeline.ledger.work import BatchRow, Done
from pipeline.records import Article, LeftOut, Reason
from tests.ledger.desk import HOUR, NOON, Desk, article_of, left_out

PAGE, SHORT = "http://gazette.example/page", "http://gazette.example/s/1"
COPIES = [f"http://{name}.example/story" for name in ("wire", "gazette", "post")]


class Newsroom:
    """Articles on their way from a list into the index."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.articles = desk.ledger.articles

    def take(self, *urls: str) -> tuple[BatchRow, dict[str, int]]:
        """Discover and claim; return the batch and the work id of each address."""
        self.desk.listed(*urls, updated=NOON - HOUR)
        (batch,) = self.desk.claim()
        return batch, {i.url: i.work_id for i in self.desk.items(batch)}

    def register(self, *articles: Article, now=NOON, generation: int = 1) -> list[Registered]:
        return self.articles.register(articles, now, generation=generation)

    def index(self, *registered: Registered, batch: BatchRow, generation: int = 1) -> None:
        """Do what the index stage does once the node has taken the documents."""
        ids = [r.article.id for r in registered]
        stories = self.articles.indexed(ids)
        documents = {i: [("articles", i)] for i in ids}
        self.articles.intend(documents)
        self.articles.remember_indexed(documents, stories, NOON, batch_id=batch.id, generation=generation)
        done = [Done(work_id=r.article.work_id, source_id=r.article.source_id) for r in registered]
        self.desk.ledger.work.settle(batch, "index", NOON, epoch=0, done=done, close=True)


@pytest.fixture
def newsroom(desk: Desk) -> Newsroom:
    return Newsroom(desk)


def reason(registered: Registered) -> Reason | None:
    return registered.left_out.reason if registered.left_out else None


# --------------------------------------------------------------------------------------- identity and revision


def test_the_first_visit_makes_revision_one_in_its_month(newsroom: Newsroom) -> None:
    _, work = newsroom.take(PAGE)
    (first,) = newsroom.register(article_of(PAGE, "text", work_id=work[PAGE]))
    assert (first.left_out, first.article.revision, first.article.home_index) == (None, 1, "2026-10")
    assert first.article.first_seen == NOON


@pytest.mark.parametrize(
    ("published", "home"),
    [
        (NOON - timedelta(days=400), "2025-09"),
        (NOON + timedelta(days=1), "2026-10"),
        (NOON + timedelta(days=30), "2026-10"),
        (NOON.replace(year=1970), "2026-10"),
        (None, "2026-10"),
    ],
    ids=["last year", "tomorrow", "next month is not plausible", "1970 is not plausible", "undated"],
)
def test_the_month_is_the_publication_s_where_plausible_and_stays(newsroom: Newsroom, published, home) -> None:
    _, work = newsroom.take(PAGE)
    article = article_of(PAGE, "text", work_id=work[PAGE], published=published)
    assert newsroom.register(article)[0].article.home_index == home
    later = replace(article, text_hash="other", published=NOON - timedelta(days=90), fetched_at=NOON + HOUR)
    assert newsroom.register(later, now=NOON + HOUR)[0].article.home_index == home


def test_registering_the_same_visit_again_gives_the_same(newsroom: Newsroom) -> None:
    batch, work = newsroom.take(PAGE)
    article = article_of(PAGE, "text", work_id=work[PAGE])
    (first,) = newsroom.register(article)
    newsroom.index(first, batch=batch)
    assert newsroom.register(article, now=NOON + HOUR) == [first]


def test_another_visit_of_the_same_text_is_unchanged(newsroom: Newsroom) -> None:
    batch, work = newsroom.take(PAGE)
    newsroom.index(*newsroom.register(article_of(PAGE, "text", work_id=work[PAGE])), batch=batch)
    again = article_of(PAGE, "text", work_id=99, fetched_at=NOON + HOUR)
    assert reason(newsroom.register(again)[0]) is Reason.UNCHANGED
    # another generation makes other tags of it
    (retagged,) = newsroom.register(again, generation=2)
    assert (retagged.left_out, retagged.article.revision) == (None, 1)


def test_the_same_text_goes_on_while_the_index_lacks_it(newsroom: Newsroom) -> None:
    _, work = newsroom.take(PAGE)
    newsroom.register(article_of(PAGE, "text", work_id=work[PAGE]))
    (second,) = newsroom.register(article_of(PAGE, "text", work_id=99, fetched_at=NOON + HOUR))
    assert (second.left_out, second.article.revision) == (None, 1)


def test_a_correction_goes_on_though_an_earlier_visit_of_it_never_reached_the_index(newsroom: Newsroom) -> None:
    batch, work = newsroom.take(PAGE)
    newsroom.index(*newsroom.register(article_of(PAGE, "old", work_id=work[PAGE])), batch=batch)
    newsroom.register(article_of(PAGE, "new", work_id=98, fetched_at=NOON + HOUR))  # and its batch fails for good
    (third,) = newsroom.register(article_of(PAGE, "new", work_id=99, fetched_at=NOON + 2 * HOUR))
    assert (third.left_out, third.article.revision) == (None, 2)


def test_a_new_text_is_the_next_revision_and_the_old_one_again_the_one_after(newsroom: Newsroom) -> None:
    batch, work = newsroom.take(PAGE)
    newsroom.index(*newsroom.register(article_of(PAGE, "old", work_id=work[PAGE])), batch=batch)
    revisions = [
        newsroom.register(article_of(PAGE, text, work_id=90 + n, fetched_at=NOON + n * HOUR))[0].article.revision
        for n, text in enumerate(["new", "old", "newest"], 1)
    ]
    assert revisions == [2, 3, 4]
    known = newsroom.desk.ledger.trace.of(PAGE)["article"]["revisions"]
    assert [(r["revision"], r["work_id"]) for r in known][1:] == [(2, 91), (3, 92), (4, 93)]


def test_a_visit_older_than_what_is_known_is_superseded(newsroom: Newsroom) -> None:
    _, work = newsroom.take(PAGE)
    newsroom.register(article_of(PAGE, "new", work_id=work[PAGE], fetched_at=NOON + HOUR))
    (late,) = newsroom.register(article_of(PAGE, "old", work_id=99, fetched_at=NOON))
    assert reason(late) is Reason.SUPERSEDED
    assert late.left_out.work_id == 99


# ----------------------------------------------------------------------------------------------------- duplicates


def _left_out_items(newsroom: Newsroom) -> list[str]:
    return [url for r, url, _ in newsroom.desk.ledger.work.left_out() if r == Reason.DUPLICATE]


def test_a_short_link_after_the_page_is_the_duplicate(newsroom: Newsroom) -> None:
    batch, work = newsroom.take(PAGE, SHORT)
    (page,) = newsroom.register(article_of(PAGE, "text", work_id=work[PAGE]))
    newsroom.index(page, batch=batch)
    (short,) = newsroom.register(article_of(PAGE, "text", work_id=work[SHORT], listed=SHORT))
    assert reason(short) is Reason.DUPLICATE
    assert short.left_out.work_id == work[SHORT]
    assert newsroom.desk.ledger.trace.of(SHORT)["article"]["id"] == page.article.id


@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "under way"])
def test_the_page_after_its_short_link_takes_over(newsroom: Newsroom, indexed: bool) -> None:
    batch, work = newsroom.take(PAGE, SHORT)
    (short,) = newsroom.register(article_of(PAGE, "text", work_id=work[SHORT], listed=SHORT))
    if indexed:
        newsroom.index(short, batch=batch)
    (page,) = newsroom.register(article_of(PAGE, "text", work_id=work[PAGE]))
    assert _left_out_items(newsroom) == [SHORT]
    assert newsroom.desk.ledger.trace.of(PAGE)["article"]["entry_id"] == page.article.entry_id
    # the same text under the same generation stands in the index already
    assert reason(page) is (Reason.UNCHANGED if indexed else None)


@pytest.mark.parametrize("short_first", [True, False])
def test_of_a_page_and_its_short_link_in_one_batch_only_the_page_goes_on(newsroom: Newsroom, short_first: bool) -> None:
    _, work = newsroom.take(PAGE, SHORT)
    earlier = NOON - (2 if short_first else 0) * HOUR
    page = article_of(PAGE, "text", work_id=work[PAGE])
    short = article_of(PAGE, "text", work_id=work[SHORT], listed=SHORT, published=earlier)
    for _ in range(2):  # a batch that is read again ends in the same way
        found = {r.article.work_id: reason(r) for r in newsroom.register(page, short)}
        assert found == {work[PAGE]: None, work[SHORT]: Reason.DUPLICATE}


def test_two_short_links_of_a_page_that_no_list_names(newsroom: Newsroom) -> None:
    other = "http://gazette.example/s/2"
    _, work = newsroom.take(SHORT, other)
    found = newsroom.register(
        article_of(PAGE, "text", work_id=work[SHORT], listed=SHORT),
        article_of(PAGE, "text", work_id=work[other], listed=other),
    )
    assert sorted(str(reason(r)) for r in found) == ["None", "duplicate"]


def test_the_second_link_leads_on_when_the_first_ended_without_an_article(newsroom: Newsroom) -> None:
    other = "http://gazette.example/s/2"
    batch, work = newsroom.take(SHORT, other)
    newsroom.register(article_of(PAGE, "text", work_id=work[SHORT], listed=SHORT))
    lost: LeftOut = replace(
        left_out(next(i for i in newsroom.desk.items(batch) if i.url == SHORT)), reason=Reason.INDEX_REJECTED
    )
    newsroom.desk.ledger.work.settle(batch, "index", NOON, epoch=0, left_out=[lost])
    (second,) = newsroom.register(article_of(PAGE, "text", work_id=work[other], listed=other))
    assert reason(second) is None


# --------------------------------------------------------------------------------------------------------- stories

WIRE, EDITED, CUT = (0, 1, 2, 3, 4, 5), (0, 1, 2, 10, 11, 12), (10, 11, 12, 20, 21, 22)
ALIKE = (WIRE, WIRE[:4], WIRE[1:5])  # each shares enough bands with each
CHAIN = (WIRE, EDITED, CUT)  # the first and the last share none


def _copies(work: dict[str, int], signatures) -> list[Article]:
    return [
        article_of(u, f"text {n}", work_id=work[u], signature=signatures[n], published=NOON - (9 - n) * HOUR)
        for n, u in enumerate(COPIES)
    ]


@pytest.mark.parametrize("signatures", [ALIKE, CHAIN], ids=["alike", "chain"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_near_duplicates_are_one_story_in_whatever_order_they_come(newsroom: Newsroom, order, signatures) -> None:
    batch, work = newsroom.take(*COPIES)
    copies = _copies(work, signatures)
    for n in order:
        newsroom.index(*newsroom.register(copies[n]), batch=batch)
        for stale in newsroom.articles.stale_stories([copies[n].id]):
            held = newsroom.articles.indexed([stale.article_id])
            documents = {stale.article_id: held[stale.article_id].documents}
            newsroom.articles.remember_indexed(documents, held, NOON, batch_id=None, generation=1)
    found = newsroom.articles.indexed([c.id for c in copies])
    assert {f.story_id for f in found.values()} == {copies[0].id}
    assert [found[c.id].is_original for c in copies] == [True, False, False]
    assert newsroom.articles.stale_stories([c.id for c in copies]) == []
    assert newsroom.desk.ledger.trace.of(COPIES[2])["article"]["story"] == COPIES


def test_two_bands_in_common_are_no_story(newsroom: Newsroom) -> None:
    _, work = newsroom.take(*COPIES)
    copies = _copies(work, [(1, 2, 3), (2, 3, 4), ()])
    newsroom.register(*copies)
    assert [f.story_id for f in newsroom.articles.indexed([c.id for c in copies]).values()] != [copies[0].id] * 3
    assert len({f.story_id for f in newsroom.articles.indexed([c.id for c in copies]).values()}) == 3


def test_an_earlier_copy_makes_the_indexed_ones_stale(newsroom: Newsroom) -> None:
    batch, work = newsroom.take(*COPIES)
    original, second, third = _copies(work, ALIKE)
    newsroom.index(*newsroom.register(second, third), batch=batch)
    assert newsroom.articles.stale_stories([second.id]) == []
    newsroom.index(*newsroom.register(original), batch=batch)
    stale = newsroom.articles.stale_stories([original.id])
    assert sorted(s.article_id for s in stale) == sorted([second.id, third.id])
    assert {s.batch_id for s in stale} == {batch.id}


def test_a_story_follows_an_original_that_is_dated_anew(newsroom: Newsroom) -> None:
    batch, work = newsroom.take(*COPIES)
    copies = _copies(work, ALIKE)
    newsroom.index(*newsroom.register(*copies), batch=batch)
    newsroom.register(replace(copies[0], text_hash="new", work_id=99, published=NOON, fetched_at=NOON + HOUR))
    assert {f.story_id for f in newsroom.articles.indexed([c.id for c in copies]).values()} == {copies[1].id}


# ------------------------------------------------------------------------------------- what a page calls itself

AMP, PLAIN = "http://gazette.example/amp/harbour", "http://gazette.example/harbour"


def aliases(newsroom: Newsroom, url: str) -> set[str]:
    found = newsroom.desk.ledger.trace.of(url)["article"]
    return set(found["aliases"]) if found else set()


@pytest.mark.parametrize("first", [AMP, PLAIN])
def test_a_page_and_the_one_that_it_calls_canonical_are_one_article(newsroom: Newsroom, first: str) -> None:
    batch, work = newsroom.take(AMP, PLAIN)
    both = {url: article_of(url, "text", work_id=work[url], rel_canonical=PLAIN) for url in (AMP, PLAIN)}
    (one,) = newsroom.register(both.pop(first))
    newsroom.index(one, batch=batch)
    (other,) = newsroom.register(*both.values())
    assert (reason(one), reason(other)) == (None, Reason.DUPLICATE)
    assert {AMP, PLAIN} <= aliases(newsroom, AMP) == aliases(newsroom, PLAIN)


def test_nearly_the_same_text_is_near_enough(newsroom: Newsroom) -> None:
    _, work = newsroom.take(AMP, PLAIN)
    (one,) = newsroom.register(article_of(PLAIN, "text", work_id=work[PLAIN], signature=ALIKE[0]))
    shortened = article_of(AMP, "tex", work_id=work[AMP], rel_canonical=PLAIN, signature=ALIKE[1])
    assert (reason(one), reason(newsroom.register(shortened)[0])) == (None, Reason.DUPLICATE)


@pytest.mark.parametrize(
    ("page", "named", "text"),
    [
        (AMP, "http://other.example/harbour", "text"),
        (AMP, "http://gazette.example/", "text"),
        (AMP, "http://[broken/", "text"),
        (AMP, PLAIN, "quite another text"),
    ],
    ids=["another site", "the front page", "no address", "another text"],
)
def test_what_a_page_calls_canonical_is_not_always_believed(
    newsroom: Newsroom, page: str, named: str, text: str
) -> None:
    elsewhere = named if "broken" not in named else PLAIN
    _, work = newsroom.take(page, elsewhere)
    one = article_of(elsewhere, "text", work_id=work[elsewhere])
    other = article_of(page, text, work_id=work[page], rel_canonical=named)
    assert [reason(r) for r in newsroom.register(other, one)] == [None, None]
    for url in (page, elsewhere):
        assert newsroom.desk.ledger.trace.of(url)["article"]["id"] == article_of(url, "", work_id=0).id


# ------------------------------------------------------------------------------------------ what the index holds


def test_what_is_about_to_be_written_is_known_beside_what_was(newsroom: Newsroom) -> None:
    batch, work = newsroom.take(PAGE)
    (registered,) = newsroom.register(article_of(PAGE, "text", work_id=work[PAGE]))
    newsroom.index(registered, batch=batch)
    id_ = registered.article.id
    newsroom.articles.intend({id_: [("quotes", "q1"), ("articles", id_)]})
    expected = (("articles", id_), ("quotes", "q1"))
    assert newsroom.articles.indexed([id_]) == {
        id_: Indexed(article_id=id_, story_id=id_, is_original=True, documents=expected, home_index="2026-10")
    }
    story = newsroom.articles.indexed([id_])
    newsroom.articles.remember_indexed({id_: [("quotes", "q2")]}, story, NOON, batch_id=None, generation=1)
    assert newsroom.articles.indexed([id_])[id_].documents == (("quotes", "q2"),)
