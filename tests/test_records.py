import json
from datetime import UTC, datetime
from typing import get_type_hints

import msgspec
import pytest

from pipeline import records
from pipeline.records import Article, Entity, GivenBack, LeftOut, Mention, Page, Quote, Reason, Tags, full

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_on_disk_defaults_are_left_out_and_come_back() -> None:
    article = Article(id="a", url="u", canonical_url="u", title="T", text="Ä\nb", authors=("X",), published=NOON)
    raw = msgspec.json.encode(article)
    assert set(json.loads(raw)) == {"type", "id", "url", "canonical_url", "title", "text", "authors", "published"}
    assert json.loads(raw)["published"] == "2026-11-22T12:00:00Z"
    assert msgspec.json.decode(raw, type=Article) == article


def test_what_leaves_the_house_has_every_field() -> None:
    mention = Mention(field="text", start=0, end=1, text="Ä")
    tags = Tags(
        title="",
        text="Ä",
        entities=(Entity(id="a", name="A", type="PERSON", mentions=(mention,)),),
        quotes=(Quote(field="text", start=0, end=1, text="Ä", kind="direct"),),
        versions={"model": "1"},
    )
    told = full(tags)
    assert set(told) == set(Tags.__struct_fields__)
    assert told["entities"][0]["mentions"] == [{"field": "text", "start": 0, "end": 1, "text": "Ä", "kind": "name"}]
    assert told["quotes"][0]["speaker_mention"] is None
    assert told["versions"] == {"model": "1"}
    json.dumps(told)


def test_a_line_of_a_batch_tells_what_it_is() -> None:
    lines = [
        Page(work_id=1, entry_id="e", url="u", final_url="u", source_id="s", status=200, fetched_at=NOON),
        LeftOut(work_id=2, entry_id="e", url="u", source_id="s", stage="fetch", reason=Reason.GONE),
        GivenBack(
            work_id=3, entry_id="e", url="u", source_id="s", stage="fetch", reason=Reason.NO_TIME, not_before=NOON
        ),
    ]
    for line in lines:
        assert msgspec.json.decode(msgspec.json.encode(line), type=Page | LeftOut | GivenBack) == line


def test_records_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Mention(field="text", start=0, end=1, text="a").start = 2


def test_a_gap_is_a_loss_and_what_is_in_the_index_is_neither() -> None:
    assert all(reason.is_loss for reason in Reason if reason.is_gap)
    for reason in (Reason.UNCHANGED, Reason.DUPLICATE, Reason.SUPERSEDED):
        assert not reason.is_loss
        assert not reason.is_gap
    assert Reason.NETWORK.is_gap
    assert not Reason.GONE.is_gap
    assert Reason.GONE.is_loss


@pytest.mark.parametrize("name", ["voice", "period"])
def test_evidence_and_its_roll_up_have_the_same_values(name: str) -> None:
    assert get_type_hints(records.Evidence)[name] == get_type_hints(records.Stance)[name]
