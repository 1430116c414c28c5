from datetime import UTC, datetime

import msgspec
import pytest

from pipeline.errors import IndexingError
from pipeline.index.documents import document_version, documents, home_month, without_stance
from pipeline.records import Stance, Tags
from tests.index.articles import BRANDT, TAGS, TEXT, all_made, context, made, tagged


def test_one_article_makes_one_document_in_each_alias() -> None:
    assert [(one.alias, one.index) for one in made()] == [
        ("articles", "articles-2026-10"),
        ("stances", "stances-2026-10"),
        ("stance_evidence", "stance_evidence-2026-10"),
        ("quotes", "quotes-2026-10"),
    ]


def test_ids_versions_and_routing_follow_from_the_article_alone() -> None:
    first, again = all_made(), documents(tagged(), context(run_id="run-2"))
    assert [(one.id, one.version, one.routing) for one in first] == [
        (one.id, one.version, one.routing) for one in again
    ]
    assert len({one.id for one in first}) == len(first)
    assert {one.routing for one in first} == {tagged().article.id}
    assert not {one.id for one in first} & {one.id for one in all_made(2)}


def test_a_rerun_changes_nothing_but_the_run() -> None:
    first = made()[0].source
    again = documents(tagged(), context(run_id="run-2"))[0].source
    first["provenance"].pop("run")
    again["provenance"].pop("run")
    assert first == again
    assert "indexed_at" not in first


def test_a_newer_revision_outranks_every_generation() -> None:
    assert document_version(2, 0) > document_version(1, 2**20 - 1)
    assert document_version(1, 4) > document_version(1, 3)
    for revision, generation in [(1, 2**20), (-1, 0), (1, -1)]:
        with pytest.raises(ValueError, match="no version"):
            document_version(revision, generation)


def test_the_article_document() -> None:
    source = made()[0].source
    assert source["text"] == TEXT
    assert (source["people"], source["organizations"], source["places"]) == (
        ["Edda Brandt"],
        ["Brewers' Guild"],
        ["Oberweiler"],
    )
    assert source["entity_ids"] == ["edda-brandt", "brewers", "oberweiler"]  # by salience
    assert source["entity_names"] == ["Brandt", "Brewers' Guild", "Edda Brandt", "Oberweiler", "brewers"]
    assert source["pairs_with_stance"] == ["edda-brandt|brewers"]
    assert source["pairs_without_stance"] == ["brewers|edda-brandt"]
    assert (source["stance_count"], source["quote_count"], source["stance_tagged"]) == (1, 1, True)
    assert source["published"] == "2026-10-06T07:30:00Z"
    assert source["story_id"] == tagged().article.id
    assert source["provenance"] == {
        "warc_file": "2026/10/a.warc.gz",
        "warc_offset": 12,
        "warc_length": 345,
        "run": "run-1",
        "generation": 3,
        "versions": {"code": "0.1", "tagger": "1"},
    }
    mentions = source["entities"][0]["mentions"]
    assert all(TEXT[one["start"] : one["end"]] == one["text"] for one in mentions)


def test_a_stance_document_shows_its_best_sentence() -> None:
    source = made()[1].source
    assert (source["holder"], source["target"], source["stance"]) == ("edda-brandt", "brewers", "favor")
    assert (source["text"], source["cue"], source["pair"]) == (
        "Edda Brandt thanked the brewers.",
        ["thanked"],
        "edda-brandt|brewers",
    )
    assert (source["act"], source["factuality"], source["period"]) == (["verbal"], ["asserted"], "current")


def test_evidence_and_quotes_carry_their_spans() -> None:
    evidence, quote = made()[2].source, made()[3].source
    assert TEXT[evidence["start"] : evidence["end"]] == evidence["text"]
    assert TEXT[evidence["cue_start"] : evidence["cue_end"]] == evidence["cue"]
    assert evidence["holder_mention"]["text"] == BRANDT.text
    assert TEXT[quote["start"] : quote["end"]] == quote["text"]
    assert (quote["speaker"], quote["speaker_name"], quote["speaker_type"]) == ("edda-brandt", "Edda Brandt", "PERSON")


def test_every_document_says_which_article_it_is_from() -> None:
    one = documents(tagged(), context(story_id="s1", is_original=False, source_is_agency=True))
    for source in (document.source for document in one if document.alias != "judged"):
        assert (source["story_id"], source["is_original"], source["source_is_agency"]) == ("s1", False, True)
        assert (source["title"], source["author"], source["source"]) == (
            "Mayor thanks brewers",
            ["Mia Roth"],
            "weiler-bote",
        )


def test_the_home_month_is_frozen_once_given() -> None:
    article = tagged().article
    assert home_month(msgspec.structs.replace(article, home_index="2025-01")) == "2025-01"
    assert home_month(article) == "2026-10"
    undated = msgspec.structs.replace(article, published=None)
    assert home_month(undated) == "2026-10"
    with pytest.raises(IndexingError):
        home_month(msgspec.structs.replace(undated, first_seen=None))


def test_indexed_at_comes_from_the_context() -> None:
    at = datetime(2026, 10, 7, tzinfo=UTC)
    assert documents(tagged(), context(indexed_at=at))[0].source["indexed_at"] == "2026-10-07T00:00:00Z"


def outcomes(tags: Tags) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(one.holder, one.target): one.voices for one in without_stance(tags)}


def stance(holder: str, target: str, voice: str, period: str = "current", *evidence: str) -> Stance:
    return Stance(
        holder=holder, target=target, stance="favor", voice=voice, period=period, confidence=0.9, evidence=evidence
    )


def test_every_pair_judged_has_one_outcome_for_each_voice() -> None:
    tags = msgspec.structs.replace(TAGS, evidence=(), judged=(), stances=(stance("edda-brandt", "brewers", "quoted"),))
    assert outcomes(tags) == {
        ("edda-brandt", "brewers"): ("reported",),
        ("brewers", "edda-brandt"): ("reported", "quoted"),
        ("outlet", "brewers"): ("authorial",),
        ("outlet", "edda-brandt"): ("authorial",),
        ("outlet", "oberweiler"): ("authorial",),
    }


def test_a_stance_that_is_past_or_only_a_threat_leaves_the_present_without_one() -> None:
    threat = msgspec.structs.replace(TAGS.evidence[0], factuality="intended")
    for one in (
        stance("edda-brandt", "brewers", "quoted", "past"),
        stance("edda-brandt", "brewers", "quoted", "current", "ev1"),
    ):
        tags = msgspec.structs.replace(TAGS, evidence=(threat,), judged=(), stances=(one,))
        assert outcomes(tags)["edda-brandt", "brewers"] == ("reported", "quoted")


def test_an_author_who_judges_speaks_in_place_of_the_outlet() -> None:
    tags = msgspec.structs.replace(TAGS, evidence=(), judged=(), stances=(stance("mia-roth", "brewers", "authorial"),))
    assert outcomes(tags) == {("mia-roth", "edda-brandt"): ("authorial",), ("mia-roth", "oberweiler"): ("authorial",)}


def test_an_author_who_is_no_entity_of_the_text_keeps_the_name() -> None:
    judging = msgspec.structs.replace(stance("mia-roth", "brewers", "authorial"), holder_name="Mia Roth")
    tags = msgspec.structs.replace(TAGS, evidence=(), judged=(), stances=(judging,))
    made = documents(msgspec.structs.replace(tagged(), tags=tags), context())
    assert {d.source["holder_name"] for d in made if d.alias == "judged"} == {"Mia Roth"}


def test_what_was_not_judged_is_in_no_denominator() -> None:
    assert without_stance(msgspec.structs.replace(TAGS, stance_tagged=False)) == []
    assert without_stance(msgspec.structs.replace(TAGS, error="no")) == []


def test_a_document_of_what_was_judged() -> None:
    one = next(d for d in all_made() if d.alias == "judged" and d.source["pair"] == "brewers|edda-brandt")
    assert (one.source["stance"], one.source["voice"]) == ("none", ["reported", "quoted"])
    assert (one.source["holder_name"], one.source["target_name"]) == ("Brewers' Guild", "Edda Brandt")
    assert (one.source["period"], one.source["factuality"]) == ("current", "asserted")
    assert one.source["source"] == "weiler-bote"
    assert "title" not in one.source
