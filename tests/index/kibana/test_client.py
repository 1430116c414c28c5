"""The import client against a stand-in that checks the published contract."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import KibanaError
from pipeline.index.kibana.bundle import ndjson, saved_objects
from pipeline.index.kibana.client import Kibana, check_version, fault, multipart
from pipeline.index.kibana.objects import Site
from tests.index.kibana.server import FakeKibana, _read_file

OBJECTS = saved_objects(Site(airflow_url="http://airflow.example"))


def refused(kibana: FakeKibana, objects: list[dict[str, Any]] | None = None, **options: Any) -> str:
    """Import what has to be refused; return the message."""
    overwrite = options.pop("overwrite", True)
    url = options.pop("url", kibana.url)
    with Kibana(url, **options) as client, pytest.raises(KibanaError) as caught:
        client.import_objects(OBJECTS if objects is None else objects, overwrite=overwrite)
    assert caught.value.subject
    return caught.value.message


def test_everything_is_imported_and_the_second_time_replaced() -> None:
    with FakeKibana() as kibana, Kibana(kibana.url) as client:
        first = client.import_objects(OBJECTS)
        again = client.import_objects(OBJECTS)
        assert kibana.asked[1] == ("POST", "/api/saved_objects/_import?overwrite=true")
        assert len(kibana.objects[""]) == len(OBJECTS)
    assert first == again
    assert (first.count, first.version, first.space) == (len(OBJECTS), "8.19.3", "")
    assert list(first.objects) == [f"{one['type']} {one['id']}" for one in OBJECTS]


def test_into_a_space_below_a_base_path_with_a_log_in() -> None:
    with FakeKibana(base_path="/kibana", spaces={"desk"}, login="ana:s3cret é") as kibana:
        with Kibana(f"{kibana.url}/", "ana", "s3cret é", space="desk") as client:
            client.import_objects(saved_objects(Site(space="desk")))
        assert kibana.asked[1] == ("POST", "/kibana/s/desk/api/saved_objects/_import?overwrite=true")
        assert {id.split("-")[0] for _, id in kibana.objects["desk"]} == {"desk"}


def test_what_is_there_is_kept_without_overwrite() -> None:
    with FakeKibana() as kibana:
        with Kibana(kibana.url) as client:
            client.import_objects(OBJECTS[:1])
        told = refused(kibana, overwrite=False)
        assert kibana.asked[-1] == ("POST", "/api/saved_objects/_import?overwrite=false")
        assert len(kibana.objects[""]) == 1, "with a conflict Kibana creates nothing at all"
    assert "standpoint-view-articles is there already; import with --overwrite" in told
    assert "refused 1 of" in told


def test_a_reference_that_leads_nowhere_is_named() -> None:
    with FakeKibana() as kibana:
        told = refused(kibana, [one for one in OBJECTS if one["id"] != "standpoint-view-runs"])
    assert "refers to what is not there: index-pattern standpoint-view-runs" in told


def test_log_in_and_rights() -> None:
    with FakeKibana(login="ana:right") as kibana:
        assert "does not know this user" in refused(kibana, user="ana", password="wrong")
        assert "does not know this user" in refused(kibana)
        assert all(method == "GET" for method, _ in kibana.asked), "nothing is sent to whom does not let us in"
    with FakeKibana(forbidden=True) as kibana:
        assert "Saved Objects Management: All" in refused(kibana)


@pytest.mark.parametrize(("version", "words"), [("8.12.2", "too old"), ("7.17.0", "too old"), ("10.0.0", "too new")])
def test_a_kibana_of_another_time_is_told_apart_before_anything_is_sent(version: str, words: str) -> None:
    with FakeKibana(version=version) as kibana:
        assert words in refused(kibana)
        assert [method for method, _ in kibana.asked] == ["GET"]


@pytest.mark.parametrize("version", ["8.13.0", "8.19.21", "9.2.0", "9.0.0-SNAPSHOT", ""])
def test_versions_that_take_the_objects(version: str) -> None:
    check_version(version, "x")


def test_objects_newer_than_kibana() -> None:
    with FakeKibana(known={"index-pattern": (7, 11, 0), "search": (7, 9, 3), "dashboard": (8, 7, 0)}) as kibana:
        told = refused(kibana)
    assert "older than the objects" in told
    assert "more recent version of Kibana [8.0.0]" in told


def test_a_type_that_it_does_not_take() -> None:
    odd = copy.deepcopy(OBJECTS[:1])
    odd[0]["type"] = "surprise"
    with FakeKibana() as kibana:
        assert "does not import" in refused(kibana, odd)


def test_two_objects_with_one_id() -> None:
    with FakeKibana() as kibana:
        assert "Non-unique import objects" in refused(kibana, [*OBJECTS, OBJECTS[0]])


def test_a_space_that_is_not_there() -> None:
    with FakeKibana() as kibana:
        assert "There is no such API" in refused(kibana, space="nowhere")


def test_what_answers_but_is_no_kibana() -> None:
    for broken, words in [
        ((200, b"<html>hello</html>"), "no Kibana"),
        ((503, b'{"statusCode":503,"error":"Service Unavailable","message":"License is not available."}'), "not ready"),
        ((500, b"oops"), "HTTP 500"),
        ((404, b'{"statusCode":404,"message":"Not Found"}'), "base path"),
    ]:
        with FakeKibana(broken=broken) as kibana:
            assert words in refused(kibana)


def test_nobody_answers() -> None:
    with Kibana("http://127.0.0.1:9") as client, pytest.raises(KibanaError, match="cannot be reached") as caught:
        client.import_objects(OBJECTS)
    assert caught.value.subject == "http://127.0.0.1:9"
    assert "STANDPOINT_KIBANA_URL" in caught.value.message


@pytest.mark.parametrize("url", ["localhost:5601", "kibana", "http://:5601x"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(KibanaError, match="no address"):
        Kibana(url)


@pytest.mark.parametrize("space", ["My Space", "a/b", "Ü"])
def test_a_space_that_cannot_be(space: str) -> None:
    with pytest.raises(KibanaError, match="small letters"):
        Kibana("http://localhost:5601", space=space)


def test_a_certificate_authority_that_cannot_be_read() -> None:
    with pytest.raises(KibanaError, match="certificate authority"):
        Kibana("https://localhost:5601", ca="/nowhere/ca.pem")


@settings(max_examples=30)
@given(st.lists(st.text(min_size=1), min_size=1))
def test_the_form_holds_any_text(titles: list[str]) -> None:
    objects = [
        {"type": "search", "id": str(n), "attributes": {"title": title}, "references": []}
        for n, title in enumerate(titles)
    ]
    content_type, body = multipart(ndjson(objects))
    assert _read_file(content_type, body) == objects


def test_a_fault_without_words_is_told_as_it_is() -> None:
    assert fault({}) == "object ?: unknown"
    assert fault({"type": "search", "id": "a", "error": {"type": "unknown", "message": "no room"}}) == (
        "search a: no room"
    )
    assert "8.13" in fault({"error": {"type": "unknown", "message": "belongs to a more recent version of Kibana"}})
