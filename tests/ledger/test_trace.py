import pytest

from tests.ledger.desk import NOON, Desk, article_of

A = "http://gazette.example/a"


def test_an_address_nobody_listed(desk: Desk) -> None:
    known = desk.ledger.trace.of(A)
    assert (known["entries"], known["dropped"], known["article"]) == ([], [], None)


def test_an_address_in_any_of_its_writings_leads_to_all_that_is_known(desk: Desk) -> None:
    desk.listed(A + "?utm_source=feed")
    (batch,) = desk.claim()
    (item,) = desk.items(batch)
    article = article_of(A + "/final", "text", work_id=item.work_id, listed=A)
    desk.ledger.articles.register([article], NOON, generation=1)
    for url in (A, A + "#top", A + "/final"):
        known = desk.ledger.trace.of(url)
        (entry,) = known["entries"]
        assert entry["feed"]["source_id"] == "gazette"
        assert [w["state"] for w in entry["work"]] == ["leased"]
        assert known["article"]["id"] == article.id
        assert sorted(known["article"]["aliases"]) == [A, A + "/final"]
        assert [r["revision"] for r in known["article"]["revisions"]] == [1]


def test_what_is_no_address_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="not an absolute"):
        desk.ledger.trace.of("gazette")
