"""The index against the real node, and against a node that turns everything away."""

import copy
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import msgspec
import pytest

from pipeline.errors import IndexingError, IndexUnavailable
from pipeline.index import templates
from pipeline.index.client import CHUNK_BYTES, CHUNK_DOCUMENTS, Index, _chunks
from pipeline.index.documents import Deletion, Document
from tests.index.articles import made


@pytest.fixture
def index(servers: Any, index_prefix: str) -> Iterator[Index]:
    with Index(servers.elasticsearch_url, prefix=index_prefix) as index:
        index.setup()
        yield index


@pytest.mark.servers
def test_setup_can_be_repeated(servers: Any, index_prefix: str) -> None:
    with Index(servers.elasticsearch_url, prefix=index_prefix) as index:
        assert not index.ready()
        variant = index.setup()
        assert variant in ("full", "core")
        assert index.ready()
        index.write(made(), refresh=True)
        assert index.setup() == variant
        assert index.count("articles") == 1


@pytest.fixture
def older(index: Index) -> str:
    """A field that the index of the test's articles does not know yet: an older version made it."""
    field, article = "word_count", made()[0]
    name = templates.component_name("articles", index.prefix)
    body = templates.index_template("articles", index.prefix)
    old = copy.deepcopy(body)
    del old["template"]["mappings"]["properties"][field]
    index.put("/_index_template/", name, old)
    index._client.indices.create(index=f"{index.prefix}{article.index}")
    index.put("/_index_template/", name, body)
    assert field in article.source
    return field


def fields_of(index: Index) -> dict[str, Any]:
    name = f"{index.prefix}{made()[0].index}"
    return index._client.indices.get_mapping(index=name)[name]["mappings"]["properties"]


@pytest.mark.servers
def test_an_index_of_an_older_version_gets_new_fields_with_the_set_up(index: Index, older: str) -> None:
    assert older not in fields_of(index)
    index.setup()
    assert older in fields_of(index)
    assert not index.write(made(), refresh=True).rejected
    assert index.count("articles") == 1


@pytest.mark.servers
def test_an_index_of_an_older_version_gets_new_fields_with_the_first_write(index: Index, older: str) -> None:
    result = index.write(made(), refresh=True)
    assert (result.rejected, result.written) == ((), len(made()))
    assert older in fields_of(index)
    assert index.count("articles") == 1
    # a field that no version knows is still refused, and asks for nothing more
    (article,) = [d for d in made() if d.alias == "articles"]
    odd = msgspec.structs.replace(article, id="odd", source=article.source | {"no_such_field": 1})
    assert [o.id for o in index.write([odd]).rejected] == ["odd"]


@pytest.mark.servers
@pytest.mark.parametrize("alias", templates.ALIASES)
def test_fields_are_put_together_as_elasticsearch_does_it(index: Index, alias: str) -> None:
    name = templates.component_name(alias, index.prefix)
    simulated = index._client.indices.simulate_template(name=name)["template"]["mappings"]["properties"]
    created = index._client.indices.create(index=f"{index.prefix}{alias}-1999-01")
    assert created["acknowledged"]
    assert templates.properties(alias).keys() == simulated.keys()
    index._put_mapping(f"{index.prefix}{alias}-1999-01", alias)
    mapping = index._client.indices.get_mapping(index=f"{index.prefix}{alias}-1999-01")
    (found,) = mapping.values()
    assert found["mappings"]["properties"] == simulated


@pytest.mark.servers
def test_writing_again_changes_nothing(index: Index) -> None:
    first = index.write(made(), refresh=True)
    again = index.write(made(), refresh=True)
    assert (first.written, again.written) == (4, 4)
    assert not first.rejected
    assert [index.count(alias) for alias in ("articles", "stances", "stance_evidence", "quotes")] == [1, 1, 1, 1]
    document = made()[0]
    assert index.get("articles", document.id, document.routing, document.index) == document.source


@pytest.mark.servers
def test_an_older_generation_or_revision_is_superseded(index: Index) -> None:
    index.write(made(generation=5))
    late = index.write(made(generation=4))
    assert (late.written, len(late.superseded)) == (0, 4)
    assert index.write(made(generation=1, revision=2)).written == 4
    assert len(index.write(made(generation=9, revision=1)).superseded) == 4


@pytest.mark.servers
def test_what_a_newer_tagging_no_longer_makes_is_deleted(index: Index) -> None:
    old = made(generation=3)
    new = [one for one in made(generation=4) if one.alias != "stances"]
    gone = old[1]
    index.write(old)
    result = index.write(new, [gone.deletion(new[0].version)], refresh=True)
    assert (result.written, result.deleted) == (3, 1)
    assert index.count("stances") == 0
    assert index.get("stances", gone.id, gone.routing, gone.index) is None


@pytest.mark.servers
def test_a_deletion_has_a_version_too(index: Index) -> None:
    new = made(generation=5)
    index.write(new)
    late = index.write([], [new[1].deletion(new[1].version - 1)])
    assert (late.deleted, len(late.superseded)) == (0, 1)
    missing = index.write([], [Deletion(alias="quotes", index="quotes-2026-10", id="none", routing="r", version=1)])
    assert missing.deleted == 1


@pytest.mark.servers
def test_a_refused_document_costs_only_itself(index: Index) -> None:
    good, bad = made(1)[0], made(2)[0]
    bad = msgspec.structs.replace(bad, source=bad.source | {"surprise": 1})
    worse = msgspec.structs.replace(made(3)[0], source=made(3)[0].source | {"published": "yesterday"})
    result = index.write([bad, good, worse], refresh=True)
    assert [one.state for one in result.outcomes] == ["rejected", "done", "rejected"]
    assert "surprise" in result.rejected[0].reason
    assert "published" in result.rejected[1].reason
    assert index.count("articles") == 1


@pytest.mark.servers
def test_a_long_text_is_found_by_its_last_word(index: Index) -> None:
    index.write(made(text="filler words " * 60_000 + "xylophone"), refresh=True)
    assert index.count("articles", {"match": {"text": "xylophone"}}) == 1


@pytest.mark.servers
def test_more_documents_than_a_bulk_holds(index: Index) -> None:
    result = index.write([one for number in range(400) for one in made(number)], refresh=True)
    assert (result.written, index.count("articles"), index.count("quotes")) == (1600, 400, 400)


@pytest.mark.servers
def test_nothing_indexed_is_nothing_found(index: Index) -> None:
    assert index.count("articles") == 0
    assert index.get("articles", "x", "x", "articles-2026-10") is None
    assert index.write([]).outcomes == ()


class Node:
    """A stand-in for a node in trouble: answers every bulk with what the test says, in turn."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[int] = []
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
                node.asked.append(sum(b'"version_type"' in line for line in lines))
                status, body = node.answers.pop(0)
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_PUT

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test's output clean."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.server.shutdown()
    node.server.server_close()


def items(*statuses: int) -> dict[str, Any]:
    return {"errors": True, "items": [{"index": {"status": status, "_id": "x"}} for status in statuses]}


QUICK = (0.01, 0.01)


def test_only_the_refused_part_is_sent_again(node: Node) -> None:
    node.answers = [(429, {}), (200, items(201, 429, 409, 503)), (200, items(200, 201))]
    result = Index(node.url, back_off=QUICK).write(made())
    assert node.asked == [4, 4, 2]
    assert [one.state for one in result.outcomes] == ["done", "done", "superseded", "done"]


def test_gives_up_after_the_last_attempt(node: Node) -> None:
    node.answers = [(503, {})] * 3
    with pytest.raises(IndexUnavailable) as caught:
        Index(node.url, back_off=QUICK).write(made())
    assert caught.value.subject == node.url
    assert len(node.asked) == 3


def test_too_large_a_bulk_is_halved(node: Node) -> None:
    node.answers = [(413, {}), (200, items(201, 201)), (413, {}), (200, items(201)), (413, {})]
    result = Index(node.url, back_off=QUICK).write(made())
    assert node.asked == [4, 2, 2, 1, 1]
    assert [one.state for one in result.outcomes] == ["done", "done", "done", "rejected"]


def test_a_wrong_password_is_no_matter_of_trying_again(node: Node) -> None:
    node.answers = [(401, {"error": {"root_cause": [{"reason": "who are you"}]}})]
    with pytest.raises(IndexingError, match="who are you") as caught:
        Index(node.url, back_off=QUICK).write(made())
    assert not isinstance(caught.value, IndexUnavailable)


def test_no_node_at_all() -> None:
    index = Index("http://127.0.0.1:9", back_off=QUICK)
    assert not index.ready()
    with pytest.raises(IndexUnavailable):
        index.write(made())
    with pytest.raises(IndexUnavailable):
        index.count("articles")


def test_an_address_that_is_none() -> None:
    with pytest.raises(IndexingError):
        Index("localhost")


def document(article: int, size: int = 10) -> Document:
    return Document(
        alias="articles",
        index="articles-2026-10",
        id=f"{article}",
        routing=f"{article}",
        version=1,
        source={"t": "x" * size},
    )


def test_chunks_keep_an_article_together_and_its_deletions_last() -> None:
    documents = [document(n) for n in range(300) for _ in range(3)]
    deletions = [documents[0].deletion(2), documents[-1].deletion(2)]
    chunks = list(_chunks([*documents, *deletions]))
    assert all(len(chunk) <= CHUNK_DOCUMENTS for chunk in chunks)
    assert sorted(number for chunk in chunks for number, _ in chunk) == list(range(902))
    homes = [{one.routing for _, one in chunk} for chunk in chunks]
    assert not homes[0] & homes[1]
    assert isinstance(chunks[0][3][1], Deletion)
    assert isinstance(chunks[-1][-1][1], Deletion)


def test_chunks_are_kept_under_their_size() -> None:
    chunks = list(_chunks([document(n, 2 * 1024 * 1024) for n in range(5)]))
    assert [len(chunk) for chunk in chunks] == [2, 2, 1]
    assert len(list(_chunks([document(1, CHUNK_BYTES + 1), document(2)]))) == 2
