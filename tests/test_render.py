import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipeline import render
from pipeline.index.search import Hit, SearchResult
from pipeline.local.servers import Server, Status
from pipeline.records import Article, Entity, Evidence, Mention, Quote, Stance, Tags
from pipeline.report import RunReport

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG = "http://harbour-gazette.localhost:18930/news/2026/10/05/" + "a-very-long-address-" * 5
TEXT = "Ada Holt, once a friend, [red] scolded the Reed Union. “We were fooled,” she said."


def console(width: int = 80, *, color: bool = False) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=color, color_system="standard" if color else None)


def text_of(made: Console) -> str:
    return made.file.getvalue()  # type: ignore[attr-defined]


def span(words: str, kind: str = "name") -> Mention:
    start = TEXT.index(words)
    return Mention(field="text", start=start, end=start + len(words), text=words, kind=kind)  # type: ignore[arg-type]


def evidence(**changes: Any) -> Evidence:
    cue, shown = span("scolded"), span("Ada Holt, once a friend, [red] scolded the Reed Union.")
    return Evidence(
        **{
            "evidence_id": "e1",
            "holder": "ada-holt",
            "holder_name": "Ada Holt",
            "target": "reed-union",
            "target_name": "Reed Union",
            "polarity": -1,
            "confidence": 0.871,
            "field": "text",
            "start": shown.start,
            "end": shown.end,
            "text": shown.text,
            "cue": cue.text,
            "cue_start": cue.start,
            "cue_end": cue.end,
            "voice": "reported",
            "source_chain": ("outlet", "ada-holt"),
            "rule": "verb scold",
        }
        | changes
    )


def tags(*found: Evidence, **changes: Any) -> Tags:
    said = span("We were fooled,")
    given: dict[str, Any] = {
        "title": "",
        "text": TEXT,
        "entities": (
            Entity(id="reed-union", name="Reed Union", type="ORG", mentions=(span("Reed Union"),), salience=0.2),
            Entity(
                id="ada-holt",
                name="Ada Holt",
                type="PERSON",
                mentions=(span("Ada Holt"), span("Ada Holt"), span("she", "pronoun")),
                salience=0.9,
                known=True,
            ),
        ),
        "quotes": (
            Quote(
                field="text",
                start=said.start,
                end=said.end,
                text=said.text,
                kind="direct",
                speaker="ada-holt",
                speaker_mention=span("she", "pronoun"),
                cue="said",
            ),
        ),
        "evidence": found,
        "stances": tuple(
            Stance(
                holder=e.holder,
                target=e.target,
                holder_name=e.holder_name,
                target_name=e.target_name,
                stance="favor" if e.polarity > 0 else "against",
                voice=e.voice,
                period=e.period,
                confidence=e.confidence,
                evidence=(e.evidence_id,),
            )
            for e in found
        ),
        "versions": {"model": "m-1"},
    }
    return Tags(**(given | changes))


def shown_tags(found: Tags, **options: Any) -> str:
    made = console(**options)
    render.tags(made, found)
    return text_of(made)


@pytest.mark.parametrize("width", [80, 120])
def test_tags_are_shown_with_what_shows_them_and_by_which_rule(width: int) -> None:
    told = shown_tags(tags(evidence()), width=width)
    assert max(map(len, told.splitlines())) <= width
    lines = [line.split() for line in told.splitlines()]
    assert ["Ada", "Holt", "PERSON", "0.90", "ada-holt", "(known)", "Ada", "Holt", "×2,", "she"] in lines
    assert told.index("Ada Holt") < told.index("Reed Union")  # the more salient first
    assert "Ada Holt (she)  direct, cue said, text 56–71\n    We were fooled,\n" in told
    assert "Ada Holt  against  Reed Union  0.87  reported, current\n" in told
    assert "Ada Holt, once a friend, [red] «scolded» the Reed Union." in told
    how = " ".join(told.partition("Union.\n")[2].split())
    assert how.startswith(
        "0.87 against, rule verb scold, verbal, reported, current, from outlet → Ada Holt, text 0–54 "
    )
    assert how.endswith("model m-1")


def test_what_is_not_so_by_default_is_told() -> None:
    item = evidence(
        period="past",
        time_text="once",
        factuality="intended",
        strength="label",
        resolved_by="pronoun",
        speaks_for="reed-union",
        act="attitude",
    )
    told = " ".join(shown_tags(tags(item)).split())
    assert (
        "attitude, reported, past (once), intended, label, holder by pronoun, speaks for Reed Union, from outlet"
    ) in told


def test_a_cue_is_underlined_where_a_console_can() -> None:
    told = shown_tags(tags(evidence()), color=True)
    assert "\x1b[1;4mscolded\x1b[0m" in told
    assert "«" not in told


def test_a_cue_outside_of_the_words_that_show_it_marks_nothing() -> None:
    told = shown_tags(tags(evidence(cue_start=60, cue_end=64)))
    assert "scolded the Reed Union." in told
    assert "«" not in told


def test_nothing_found_is_said() -> None:
    told = shown_tags(Tags(title="", text=""))
    assert [line for line in told.splitlines() if line] == ["no entities", "no quotes", "no stances"]


def test_a_language_without_stances_says_so() -> None:
    assert "stances are not tagged in language 'de'" in shown_tags(tags(language="de", stance_tagged=False))


def test_an_address_is_never_broken() -> None:
    article = Article(id="a", url=LONG, canonical_url=LONG, title="T", text="One.\nTwo.", published=NOON)
    hit = Hit(
        article_id="a", title="[b]T", url=LONG, source="s", source_name="S", published="2026-11-22T12:00Z", score=1.0
    )
    for show in (
        lambda made: render.article(made, article),
        lambda made: render.hits(made, SearchResult(query="q", total=1, took_ms=1, hits=(hit,))),
        lambda made: render.trace(made, _trace()),
    ):
        for made in (console(), console(color=True)):
            show(made)
            assert LONG in text_of(made)


def test_finds_are_marked_and_in_one_line() -> None:
    hit = Hit(
        article_id="a",
        title="T",
        url="u",
        source="s",
        source_name="S",
        published="2026-11-22T12:00:00Z",
        score=1.0,
        highlights=("of «peace»\nand war",),
    )
    result = SearchResult(query="q", total=21, took_ms=3, hits=(hit,))
    render.hits(plain := console(), result)
    assert text_of(plain).splitlines()[0] == "21 articles (3 ms)"
    assert "    of «peace» and war\n" in text_of(plain)
    assert "S, 2026-11-22 12:00\n" in text_of(plain)
    assert "the first 1 of 21; --size shows more" in text_of(plain)
    render.hits(coloured := console(color=True), result)
    assert "\x1b[1;33mpeace\x1b[0m" in text_of(coloured)


def _trace() -> dict[str, Any]:
    warc = {"file": "2026/x.warc.gz", "offset": 10, "length": 20}
    attempt = {
        "at": NOON,
        "stage": "fetch",
        "outcome": "left_out",
        "status": 410,
        "reason": "gone",
        "detail": "",
        "warc": warc,
        "batch_id": "b1",
    }
    item = {
        "id": 7,
        "revision": 1,
        "generation": 2,
        "state": "left_out",
        "reason": "gone",
        "detail": "status [410]",
        "attempts_made": [attempt],
    }
    entry = {"feed_url": "http://s/feed", "url": LONG, "first_seen": NOON, "work": [item]}
    dropped = {"reason": "too_old", "detail": "", "first_at": NOON}
    return {"canonical_url": LONG, "entry_id": "e", "entries": [entry], "dropped": [dropped], "article": None}


def test_a_trace_tells_lists_attempts_and_reasons() -> None:
    render.trace(made := console(), _trace())
    assert text_of(made).splitlines()[1:] == [
        "entry id e",
        "not taken by discovery: too_old (2026-11-22 12:00:00)",
        "listed by http://s/feed",
        f"  as {LONG}, first seen 2026-11-22 12:00:00",
        "  work item 7 (revision 1, generation 2): left_out: gone (status [410])",
        "    2026-11-22 12:00:00 fetch: left_out (HTTP status 410) gone in 2026/x.warc.gz at 10, 20 bytes batch b1",
    ]


def test_a_report_fits_a_terminal_and_tells_the_cause_of_a_zero() -> None:
    report = RunReport(
        run_id="cli/1",
        kind="cli",
        generation=1,
        started_at=NOON,
        finished_at=NOON,
        sources={
            "eastern-standard": {"polled": 1, "listed": 3, "indexed": 2, "left_out": {"gone": 1}, "cause": ""},
            "flussblatt": {"cause": "no feed was due"},
        },
        total={"left_out": {"gone": 1, "paywall": 2}},
        pending=1,
        batches=1,
        failed_batches=(),
    )
    render.report(made := console(), report)
    lines = [line.split() for line in text_of(made).splitlines()]
    assert ["eastern-standard", "1", "3", "0", "0", "2", "1", "0"] in lines
    assert "flussblatt: no feed was due" in text_of(made)
    assert text_of(made).index("paywall") < text_of(made).index("gone")
    assert "1 item wait for another run" not in text_of(made)
    assert "1 item waits for another run" in text_of(made)


def test_servers_are_shown_with_where_their_files_are() -> None:
    folder = Path("/var/lib/standpoint/local")
    found = tuple(
        Server(name, state, address, pid, folder / f"log/{name}.log")
        for name, state, address, pid in (
            ("elasticsearch", "running", "http://127.0.0.1:19200", 12),
            ("postgres", "stopped", "", None),
        )
    )
    render.servers(made := console(), Status(folder, "the path is [too] long", found))
    told = text_of(made)
    assert ["elasticsearch", "running", "12", "http://127.0.0.1:19200"] in [line.split() for line in told.splitlines()]
    assert "files in /var/lib/standpoint/local (the path is [too] long)\n" in told
    assert "logs in /var/lib/standpoint/local/log\n" in told


def test_progress_shows_a_bar_a_stage() -> None:
    made = console()
    with render.progress(made) as update:
        update("fetch", 0, 4)
        update("fetch", 3, 4)
        update("tag", 1, 1)
    last = [line.split() for line in text_of(made).splitlines() if line.strip()]
    assert [(line[0], line[-2]) for line in last[-2:]] == [("fetch", "3/4"), ("tag", "1/1")]
