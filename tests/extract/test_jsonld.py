from lxml.html import document_fromstring

from pipeline.extract import jsonld
from tests.extract.pages import page


def nodes(*scripts: str) -> list[jsonld.Node]:
    head = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return jsonld.nodes_of(document_fromstring(page(head=head)))


def test_nested_graphs_are_flattened() -> None:
    found = nodes('{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "author": {"@type": "Person"}}]}')
    assert [jsonld.types_of(one) for one in found] == [("WebSite",), ("NewsArticle",), ("Person",)]


def test_usual_faults_are_repaired() -> None:
    found = nodes(
        '<!-- {"@type": "Article", "headline": "one"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "two"}\n//]]>',
        '{"@type": "Article", "headline": "thr\nee",}',
        "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;four&quot;}",
        "this is no JSON",
    )
    assert [jsonld.text(one.get("headline")) for one in found] == ["one", "two", "thr ee", "four"]


def test_endless_nesting_is_cut_off() -> None:
    assert nodes("[" * 100_000 + "]" * 100_000) == []
    assert len(nodes('{"@type": "A", "b": ' * 500 + "1" + "}" * 500)) < 20


def test_the_pages_own_article_is_chosen_over_linked_ones() -> None:
    own = {"@type": "Article", "headline": "own", "url": "https://a.example/own/"}
    other = {"@type": "NewsArticle", "headline": "other", "url": "https://a.example/other"}
    chosen = jsonld.article_of([other, own], "https://a.example/own?ref=1")
    assert chosen is own


def test_the_more_telling_type_wins() -> None:
    plain = {"@type": "Article", "headline": "plain"}
    news = {"@type": ["Thing", "https://schema.org/NewsArticle"], "headline": "news"}
    assert jsonld.article_of([plain, news], "https://a.example/") is news
    assert jsonld.article_of([{"@type": "WebPage", "name": "x"}], "https://a.example/") is None


def test_texts_of_every_shape() -> None:
    value = ["A", {"name": "B"}, {"@value": "C"}, [{"name": ["D"]}], None, True, 7]
    assert jsonld.texts(value) == ["A", "B", "C", "D", "7"]


def test_clean() -> None:
    assert jsonld.clean(" Q&amp;amp;A: <b>R&eacute;sum&eacute;</b>\u200b\n now ") == "Q&A: Résumé now"
    assert jsonld.clean("if 3 < 4 > 2") == "if 3 < 4 > 2"
