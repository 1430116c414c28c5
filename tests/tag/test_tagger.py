"""What holds of every text: true offsets, the same tags whatever stands beside it, bounded time, no exception."""

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.records import Mention, Tags
from pipeline.settings import Settings
from pipeline.tag import nlp, tag
from pipeline.tag.stance import models, pairs
from pipeline.tag.tagger import Tagger
from pipeline.tag.versions import RULES, versions

ARTICLE = (
    "Laura Benton arrived in Minsk on Friday. “We condemn Belarus,” said Benton, the head of Unicef.\n"
    "President Jan Wolski of Poland thanked her. He said Poland backed Ukraine. “It is a duty,” he added.\n"
    "The so-called Wagner Group, funded by Russia, threatened to sue Microsoft."
)


def _spans(tags: Tags) -> Iterator[tuple[str, int, int, str]]:
    def one(mention: Mention | None) -> Iterator[tuple[str, int, int, str]]:
        if mention is not None:
            yield mention.field, mention.start, mention.end, mention.text

    for entity in tags.entities:
        for mention in entity.mentions:
            yield from one(mention)
    for quote in tags.quotes:
        yield quote.field, quote.start, quote.end, quote.text
        yield from one(quote.speaker_mention)
    for item in tags.evidence:
        yield item.field, item.start, item.end, item.text
        yield item.field, item.cue_start, item.cue_end, item.cue
        yield from one(item.holder_mention)
        yield from one(item.target_mention)


def _check(tags: Tags) -> None:
    for field, start, end, text in _spans(tags):
        source = tags.title if field == "title" else tags.text
        assert 0 <= start < end <= len(source)
        assert source[start:end] == text
    ids = {entity.id for entity in tags.entities}
    assert len(ids) == len(tags.entities)
    assert all(quote.speaker in ids | {""} for quote in tags.quotes)
    made = {item.evidence_id for item in tags.evidence}
    for item in tags.evidence:
        assert item.holder in ids | {"outlet"}
        assert item.target in ids or item.target_type == "TOPIC"
        assert item.holder != item.target
        assert set(item.source_chain) <= ids | {"outlet"}
        assert item.start <= item.cue_start < item.cue_end <= item.end
        assert 0 <= item.confidence <= 1
    for stance in tags.stances:
        assert stance.evidence
        assert set(stance.evidence) <= made


def test_an_article_of_every_kind_of_tag() -> None:
    tags = tag(ARTICLE, "Benton slams Belarus")
    _check(tags)
    assert len(tags.evidence) >= 5
    assert {quote.kind for quote in tags.quotes} >= {"direct", "reported"}
    assert tags.judged


_WORDS = """Laura Benton|Poland|Moscow|the Russian army|condemned|backs|said|“|”|"|‘|’|'|«|»| |. |, |(|)|she|it|We
according to|regime|so-called|😀|不|ß|who|is a liar|no longer|if|?|-|…""".replace("\n", "|")
_ODD = ["\n", "\u202e", "\x00", "\x1f", "\ud800", "\u2028", "e\u0301", "\r", "\t", "A" * 130]
_PIECES = st.sampled_from([*_WORDS.split("|"), *_ODD])


@given(st.lists(_PIECES, max_size=40).map("".join), st.sampled_from(["", "Poland slams “Moscow”", "\n\u2028 \x00"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_offsets_hold_on_any_text(text: str, title: str) -> None:
    _check(tag(text, title))
    _check(tag(text, title, "fr"))


@given(st.text(max_size=300))
@settings(max_examples=30, deadline=None)
def test_offsets_hold_on_any_characters(text: str) -> None:
    _check(tag(text))


# A whole text is tagged: names, quotes and stances, network included.
@pytest.mark.parametrize(
    "text",
    [
        "Poland condemned Belarus and thanked Laura Benton " * 100_000,
        "x" * 5_000_000,
        '"' * 5_000_000,
        "“ " * 2_500_000,
        "'a' " * 1_250_000,
        "😀" * 5_000_000,
        "\x00\x07" * 2_500_000,
        "\n" * 5_000_000,
        "POLAND CONDEMNED BELARUS " * 200_000,
        "Ab Cd, " * 700_000,
        "\u202eעברית Poland " * 400_000,
        "." * 5_000_000,
        "((((" * 1_250_000,
        " ".join(f"Name{i} Other{i}," for i in range(300_000)),
        "Poland condemned Russia. Russia praised Poland. " * 100_000,
        "“It is late,” said Laura Benton. " * 160_000,
        "said that he said that " * 220_000,
        "Long Name Party (LNP) " * 220_000,
        "Poland\n" * 50_000,
        "LONG LINES\n" * 50_000,
        "قال إن Poland “نعم” " * 250_000,
        "(" * 2_500_000 + ")" * 2_500_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_text_takes_bounded_time(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp, "MAX_CHARS", 10_000)
    tag("Poland condemned Belarus.")  # models and networks are loaded once and no text pays for it
    start = time.process_time()
    tags = tag(text)
    assert time.process_time() - start < 6  # a sixth of the real limit's text: about half a second when quiet
    _check(tags)


def test_text_beyond_the_limit_is_said_to_be_untagged(caplog: pytest.LogCaptureFixture) -> None:
    text = "The rain fell. " * (nlp.MAX_CHARS // 15 + 1) + "Poland won."
    with caplog.at_level("WARNING"):
        tags = tag(text)
    assert not tags.entities
    assert "tagged in part" in caplog.text


def test_paragraphs_beyond_the_limit_are_said_to_be_untagged() -> None:
    tags = tag("Rain.\n" * nlp.MAX_PARAGRAPHS + "Poland won.")
    assert (tags.entities, tags.untagged) == ((), len("\nPoland won."))
    assert tag("Rain.\n" * (nlp.MAX_PARAGRAPHS - 1) + "Poland won.").untagged == 0


def test_a_text_of_marks_is_tagged_as_far_as_prose_with_as_many_words() -> None:
    assert nlp.limit("'a' " * nlp.MAX_WORDS) == len("'a' " * (nlp.MAX_WORDS // 3))
    assert nlp.limit("Some words. " * (nlp.MAX_WORDS // 3)) == len("Some words. " * (nlp.MAX_WORDS // 3))
    assert nlp.limit("x" * 100 * nlp.MAX_CHARS) == nlp.MAX_CHARS
    assert nlp.limit("") == 0


def test_what_a_text_asks_of_the_network_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "MOST_ASKED_IN_TEXT", 3)
    asked = 0

    def count(questions: Sequence[Any]) -> Any:
        nonlocal asked
        asked += len(questions)
        return answered(questions)

    answered = models.both_ways
    monkeypatch.setattr(models, "both_ways", count)
    names = ("Poland", "Norway", "Microsoft", "Google", "Belarus")
    text = "\n".join(f"{one} condemned {other}." for one in names for other in names if one != other)
    made = tag(text).stances
    assert asked == 3
    assert len(made) == 20  # what the grammar says it says without the network


def test_neighbours_and_order_change_nothing() -> None:
    texts = [ARTICLE, "Norway sued Microsoft.", ARTICLE[:100], "Peter Novak praised Laura Benton. She smiled."]
    tagger = Tagger(Settings())
    alone = [next(tagger.tag_many([(text, None, "en")])) for text in texts]
    assert list(tagger.tag_many((text, None, "en") for text in texts)) == alone
    backwards = list(tagger.tag_many((text, None, "en") for text in reversed(texts)))
    assert backwards == alone[::-1]


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_and_what_is_kept_change_nothing(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [ARTICLE, "Norway sued Microsoft. Oslo, which Sweden backs, met Laura Benton.", ARTICLE[:100]]
    asked: list[int] = []
    real, started = models.both_ways, ort.InferenceSession

    def both_ways(questions: Sequence[tuple[str, models.Span, models.Span]]) -> NDArray[np.float32]:
        asked.append(len(questions))
        return real(questions)

    def session(content: bytes, options: ort.SessionOptions, **more: Any) -> ort.InferenceSession:
        options.intra_op_num_threads = threads
        return started(content, options, **more)

    expected = list(Tagger(Settings()).tag_many((text, None, "en") for text in texts))
    monkeypatch.setattr(models, "both_ways", both_ways)
    monkeypatch.setattr(ort, "InferenceSession", session)
    models._session.cache_clear()
    nlp._parsing()._words._kept.clear()  # and the words of an article come in another order
    try:
        backwards = list(Tagger(Settings()).tag_many((text, None, "en") for text in reversed(texts)))
    finally:
        models._session.cache_clear()
    assert backwards == expected[::-1]
    assert sum(asked) >= 3, "the network is to have a say"


def test_other_languages_get_names_and_quotes_but_no_stance() -> None:
    tags = tag("Angela Merkel verurteilte Russland. „Wir stehen an der Seite von Kenia“, sagte Merkel.", None, "de")
    assert not tags.stance_tagged
    assert not tags.evidence
    assert "angela-merkel" in {entity.id for entity in tags.entities}
    assert [quote.text for quote in tags.quotes] == ["Wir stehen an der Seite von Kenia"]
    _check(tags)


def test_versions_name_all_that_tags_depend_on_beside_the_text() -> None:
    assert set(versions(Settings())) == {"spacy", "model", "tag_rules", "gazetteer", "topics", "names", "networks"}
    assert versions(Settings())["tag_rules"] == RULES


def test_the_model_loads_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    nlp.english.cache_clear()
    nlp.english()
    assert not [w for w in recwarn if "W095" in str(w.message)]
    assert "torch" not in sys.modules


def test_an_article_on_which_the_tagger_fails_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    real = nlp.read

    def fails(text: str, title: str, *, parse: bool) -> list[nlp.Piece]:
        if text == "poison":
            raise ValueError("unforeseen")
        return real(text, title, parse=parse)

    monkeypatch.setattr(nlp, "read", fails)
    texts = ("Kenya thanked France.", "poison", "Rome.")
    good, bad, again = Tagger(Settings()).tag_many((text, None, "en") for text in texts)
    assert good.entities
    assert (bad.entities, bad.stance_tagged, bad.error) == ((), False, "ValueError: unforeseen")
    assert again.error == ""
