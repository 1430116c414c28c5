"""The gold set is whole: spans occur, names are known, splits go by topic, nothing stands there twice."""

import re
from collections import Counter
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml

from pipeline.records import EntityType, Evidence, Quote

HERE = Path(__file__).parent
CATEGORIES = (
    "denial",
    "negated-favor",
    "negated-against",
    "irrealis",
    "nesting",
    "reporter",
    "passive",
    "metonymy",
    "relation",
    "third-party",
    "period",
    "scare-quotes",
)
WHY = {
    "denied",
    "negated",
    "irrealis",
    "source",
    "bystander",
    "no-agent",
    "place",
    "topic",
    "routine",
    "sport",
    "legal",
    "speech",
    "mention",
    "outlet",
    "marks",
    "reverse",
    "ended",
}
HINTS = get_type_hints(Evidence)
VALUES = {name: set(get_args(HINTS[name])) for name in ("polarity", "voice", "act", "factuality", "period", "strength")}
VALUES["factuality"] -= {"denied"}  # a denied act stands under none
SENTENCE_FIELDS = {"holder", "target", "polarity", "voice", "act", "factuality", "period", "cue"}
MARKS = re.compile(r"\"[^\"]*\"|“[^”\n]*(?:”|$|(?=\n))|(?<!\w)[‘'][^’'\n]*[’'](?!\w)")
OPTIONAL_FIELDS = {"source_chain", "time_text", "speaks_for", "strength"}
EVIDENCE_FIELDS = SENTENCE_FIELDS | OPTIONAL_FIELDS | {"text", "field", "section"}


class _UniqueKeys(yaml.SafeLoader):
    """A loader to which a key given twice is an error, not a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"key twice: {keys} {node.start_mark}"
        return super().construct_mapping(node, deep)


def _load(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)


CONTRAST = {path.stem: _load(path) for path in sorted((HERE / "contrast").glob("*.yml"))}
ARTICLES = {path.stem: _load(path) for path in sorted((HERE / "articles").glob("*.yml"))}
SENTENCES = [(category, sentence) for category, file in CONTRAST.items() for sentence in file["sentences"]]


def _names_shown(sentence: dict[str, Any]) -> set[str]:
    """Every name that a sentence's stances and judged pairs use."""
    return {row[side] for row in sentence["stances"] + sentence["none"] for side in ("holder", "target")}


def _check_values(row: dict[str, Any]) -> None:
    for name, values in VALUES.items():
        if name in row:
            assert row[name] in values, (name, row)
    assert (row["factuality"] == "intended") <= (row["period"] != "current"), row
    assert (row["period"] == "future") <= (row["factuality"] == "intended"), row
    assert (row["holder"] == "outlet") <= (row["voice"] == "authorial"), row
    assert row["holder"] != row["target"], row
    assert row["target"] != "outlet", row


def _in_marks(text: str, start: int, end: int) -> bool:
    """Whether a span lies within quotation marks; a quote that runs on has no closing mark in its paragraph."""
    return any(match.start() <= start and end <= match.end() for match in MARKS.finditer(text))


def _check_voice(text: str, row: dict[str, Any], cue_start: int) -> None:
    if row["voice"] != "authorial":
        assert _in_marks(text, cue_start, cue_start + len(row["cue"])) == (row["voice"] == "quoted"), row


def _check_no_pair_in_both(rows: list[dict[str, Any]], none: list[dict[str, Any]]) -> None:
    assert {(row["holder"], row["target"]) for row in rows}.isdisjoint((row["holder"], row["target"]) for row in none)


def _pairs_twice(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    keys = Counter(tuple(str(value) for value in row.values()) for row in rows)
    return [key for key, count in keys.items() if count > 1]


def _occurs_once_or_says_which(text: str, row: dict[str, Any]) -> bool:
    count = text.count(row["text"])
    return 1 <= row.get("nth", 1) <= count and (count == 1 or "nth" in row)


def test_every_category_has_its_file_and_at_least_thirty_sentences() -> None:
    assert set(CONTRAST) == set(CATEGORIES)
    for category, file in CONTRAST.items():
        assert file["category"] == category
        assert len(file["sentences"]) >= 30, category


def test_every_category_has_both_halves_and_both_outcomes() -> None:
    for category, file in CONTRAST.items():
        doubly = [sentence for sentence in file["sentences"] if "batch" not in sentence]
        for split in ("dev", "test"):
            half = [sentence for sentence in doubly if sentence["split"] == split]
            assert len(half) >= 0.35 * len(doubly), (category, split)
            assert any(sentence["stances"] for sentence in half), (category, split)
            assert any(sentence["none"] for sentence in half), (category, split)


def test_no_id_and_no_sentence_twice() -> None:
    for of in ("id", "text"):
        counts = Counter(" ".join(sentence[of].casefold().split()) for _, sentence in SENTENCES)
        assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(("category", "sentence"), [pytest.param(*row, id=row[1]["id"]) for row in SENTENCES])
def test_a_contrast_sentence_shows_what_it_is_said_to_show(category: str, sentence: dict[str, Any]) -> None:
    assert set(sentence) - {"as", "batch"} == {"id", "topic", "split", "text", "stances", "none"}
    assert "batch" not in sentence or (sentence["batch"] in {2, 3} and sentence["split"] == "dev")
    assert sentence["id"].startswith(category)
    text, stands_for = sentence["text"], sentence.get("as", {})
    assert text == " ".join(text.split())
    assert sentence["stances"] or sentence["none"]
    for name in _names_shown(sentence) - {"outlet"}:
        assert stands_for.get(name, name) in text, name
    assert set(stands_for) <= _names_shown(sentence) | {
        name for row in sentence["stances"] for name in [*row.get("source_chain", []), row.get("speaks_for", "")]
    }
    for row in sentence["stances"]:
        assert set(row) >= SENTENCE_FIELDS
        assert set(row) <= SENTENCE_FIELDS | OPTIONAL_FIELDS
        _check_values(row)
        assert row["cue"] in text, row["cue"]
        _check_voice(text, row, text.index(row["cue"]))
        assert row.get("time_text", "") in text
        for name in [*row.get("source_chain", []), row.get("speaks_for", "")]:
            assert name == "outlet" or stands_for.get(name, name) in text, name
    for row in sentence["none"]:
        assert set(row) == {"holder", "target", "why"}
        assert row["why"] in WHY, row
        assert row["holder"] != row["target"]
    _check_no_pair_in_both(sentence["stances"], sentence["none"])
    assert _pairs_twice(sentence["stances"]) == []
    assert _pairs_twice(sentence["none"]) == []


def test_articles_are_enough_and_none_stands_there_twice() -> None:
    assert len(ARTICLES) >= 30
    for of in ("title", "text"):
        counts = Counter(article[of] for article in ARTICLES.values())
        assert [key for key, count in counts.items() if count > 1] == []
    assert len({name.split("-")[0] for name in ARTICLES}) == len(ARTICLES)


def test_a_topic_is_in_one_split_everywhere() -> None:
    rows = [sentence for _, sentence in SENTENCES] + list(ARTICLES.values())
    splits: dict[str, set[str]] = {}
    for row in rows:
        assert row["split"] in {"dev", "test"}
        splits.setdefault(row["topic"], set()).add(row["split"])
    assert {topic: split for topic, split in splits.items() if len(split) > 1} == {}
    halves = Counter(article["split"] for article in ARTICLES.values())
    assert min(halves["dev"], halves["test"]) >= 0.4 * len(ARTICLES)


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_shows_what_it_is_said_to_show(name: str) -> None:
    article = ARTICLES[name]
    assert article["id"] == name
    assert article["genre"] in {"news", "opinion", "wire"}
    text, title = article["text"], article["title"]
    paragraphs = text.split("\n")
    assert len(paragraphs) >= 3
    assert all(paragraph == " ".join(paragraph.split()) for paragraph in paragraphs)
    shortest, longest = (240, 420) if "batch" in article else (80, 210)
    assert shortest <= len(text.split()) <= longest, len(text.split())
    names = [entity["name"] for entity in article["entities"]]
    assert len(names) == len(set(names))
    for entity in article["entities"]:
        assert set(entity) == {"name", "type", "also"}
        assert entity["type"] in get_args(EntityType)
        assert entity["name"] in text or entity["name"] in title, entity["name"]
        assert all(form in text or form in title for form in entity["also"]), entity
        assert entity["name"] not in entity["also"]
    known = {*names, "outlet"}
    assert article["genre"] != "opinion" or article["author"] in names
    for quote in article["quotes"]:
        within = title if quote.get("field") == "title" else text
        assert quote["kind"] in get_args(get_type_hints(Quote)["kind"])
        assert _occurs_once_or_says_which(within, quote), quote["text"]
        assert quote["speaker"] in {*names, ""}, quote["speaker"]
        assert quote["cue"] in within
        assert not (quote["text"][0] in '“"' and quote["text"][-1] in '”"'), "outer marks"
    for row in article["evidence"]:
        assert set(row) - {"nth"} == EVIDENCE_FIELDS
        _check_values(row)
        within = title if row["field"] == "title" else text
        assert _occurs_once_or_says_which(within, row), row["text"]
        assert row["cue"] in row["text"], row["cue"]
        _check_voice(within, row, within.index(row["text"]) + row["text"].index(row["cue"]))
        assert row["time_text"] in within
        assert {row["holder"], row["target"], *row["source_chain"]} <= known
        assert row["speaks_for"] in {*names, ""}
        assert row["speaks_for"] != row["holder"]
        assert row["source_chain"][-1] == row["holder"]
        assert row["source_chain"][0] in {"outlet", article["agency"]}
        at = within.index(row["text"])
        expected = "headline" if row["field"] == "title" else "lead" if at <= len(paragraphs[0]) else "body"
        assert row["section"] == expected or "nth" in row, row["text"]
    for row in article["none"]:
        assert set(row) == {"holder", "target", "why"}
        assert row["why"] in WHY
        assert {row["holder"], row["target"]} <= known
        assert row["holder"] != row["target"]
    _check_no_pair_in_both(article["evidence"], article["none"])
    assert _pairs_twice(article["evidence"]) == []
    assert _pairs_twice(article["none"]) == []
