"""How results look on a terminal (rich). No decisions here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.records import Article, Entity, Evidence, Quote, Source, Tags

if TYPE_CHECKING:
    from pipeline.discover.candidates import Survey
    from pipeline.discover.health import SourceHealth
    from pipeline.index.search import SearchResult
    from pipeline.report import RunReport
    from pipeline.reviews import Precision, Review
    from pipeline.stages.lists import Lists
    from pipeline.stages.reconcile import Plan
    from pipeline.stages.reviews import Sampled
    from pipeline.tag.stance.participants import Veto

__all__ = [
    "article",
    "escape",
    "evidence_shown",
    "health",
    "hits",
    "lists",
    "marked",
    "precision",
    "progress",
    "reconcile_plan",
    "reconcile_report",
    "report",
    "sample",
    "servers",
    "sources",
    "stance",
    "survey",
    "table",
    "tags",
    "trace",
    "vetoes",
]

_SIGNS = {1: "favor", -1: "against"}


@contextmanager
def progress(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar a stage; the value is called with stage, done, of."""
    bars = Progress(
        TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
    known: dict[str, Any] = {}

    def update(stage: str, done: int, of: int) -> None:
        if not known:
            bars.start()
        if stage not in known:
            known[stage] = bars.add_task(stage, total=of)
        bars.update(known[stage], completed=done, total=of)

    try:
        yield update
    finally:
        if known:  # else it would end an empty line
            bars.stop()


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, right: frozenset[int] = frozenset()
) -> Table:
    """A plain table; ``right`` numbers the columns that are aligned to the right."""
    made = Table(
        title=escape(title), title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False
    )
    for n, column in enumerate(columns):
        made.add_column(column, justify="right" if n in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*[cell if isinstance(cell, Text) else escape(str(cell)) for cell in row])
    return made


def report(console: Console, found: RunReport) -> None:
    """What a run did, per source, and what was left out."""
    console.print(
        table(
            f"run {found.run_id} (generation {found.generation})",
            ["source", "polled", "listed", "new", "fetched", "indexed", "left out", "given back"],
            [
                [
                    source,
                    row.get("polled", 0),
                    row.get("listed", 0),
                    row.get("discovered", 0),
                    row.get("fetched", 0),
                    row.get("indexed", 0),
                    sum(row.get("left_out", {}).values()),
                    row.get("given_back", 0),
                ]
                for source, row in found.sources.items()
            ],
            right=frozenset(range(1, 8)),
        )
    )
    causes = {source: row["cause"] for source, row in found.sources.items() if row.get("cause")}
    if causes:
        console.print()
        console.print(Text("cause of a zero", style="bold"))
    for source, cause in causes.items():
        console.print(Text(f"{source}: {cause}"))
    left_out = found.total.get("left_out", {})
    if left_out:
        console.print()
        console.print(
            table("left out", ["reason", "n"], sorted(left_out.items(), key=lambda kv: -kv[1]), right=frozenset({1}))
        )
    if found.pending:
        console.print()
        console.print(f"{_count(found.pending, 'item')} {'waits' if found.pending == 1 else 'wait'} for another run")


def reconcile_plan(console: Console, found: Plan) -> None:
    """What a backfill would find and do, a line for each source and day of which something is known."""
    told = [d for d in found.days if d.addresses or d.listed or d.unknowable]
    steps = ("known", "under_way", "index", "tag", "extract", "fetch", "superseded", "not_kept")
    console.print(
        table(
            f"a backfill under generation {found.generation}",
            ["day", "source", "listed", "archived", "indexed", "to do", "to fetch", "stays a gap"],
            [
                [
                    d.day.isoformat(),
                    d.source,
                    "?" if d.unknowable else d.listed,
                    d.archived,
                    d.indexed,
                    ", ".join(f"{s} {d.steps[s]}" for s in steps if s not in ("known", "fetch") and d.steps.get(s)),
                    d.missing,
                    ", ".join(f"{reason} {n}" for reason, n in d.gaps.items()),
                ]
                for d in told
            ],
            right=frozenset({2, 3, 4, 6}),
        )
    )
    unknowable: dict[tuple[str, str], int] = Counter((d.source, d.unknowable) for d in found.days if d.unknowable)
    if unknowable:
        console.print()
        console.print(Text("unknowable: no list tells of the day; only what is archived is known", style="bold"))
        for (source, why), n in sorted(unknowable.items()):
            console.print(Text(f"{source}, {_count(n, 'day')}: {why}"), soft_wrap=True)
    let_go = {d.day: d.kept_from for d in found.days if d.kept_from}
    if let_go:
        console.print()
        words = f"indices are kept from {max(let_go.values())} on (STANDPOINT_KEEP_INDICES_MONTHS)"
        console.print(f"{_count(len(let_go), 'day')} no longer kept, nothing is done: {words}", soft_wrap=True)
    console.print()
    if found.requests:
        least = f"at least {found.polite_s:,.0f} s at the polite rate"
        hosts = _count(len(found.requests), "host")
        console.print(f"{_count(sum(found.requests.values()), 'page')} of {hosts} to fetch, {least}")
    else:
        console.print("no page to fetch")
    if any(d.steps.get("superseded") for d in found.days):
        console.print("superseded: the index holds newer generations; --older-generation makes today's win")


def reconcile_report(console: Console, found: RunReport) -> None:
    """What a backfill of a day did, per source, and what stays a gap."""
    names = ("found_in_archive", "listed", "known", "added", "retagged", "written_again", "unchanged", "still_missing")
    console.print(
        table(
            f"{found.params.get('day', '')}: {found.run_id} (generation {found.generation})",
            ["source", "archived", "listed", "known", "added", "re-tagged", "written again", "unchanged", "missing"],
            [[source, *(row.get(name, 0) for name in names)] for source, row in found.sources.items()],
            right=frozenset(range(1, 9)),
        )
    )
    for source, row in found.sources.items():
        if row.get("cause"):
            console.print(Text(f"{source}: {row['cause']}"), soft_wrap=True)
        if row.get("missing_why"):
            why = ", ".join(f"{reason} {n}" for reason, n in row["missing_why"].items())
            console.print(Text(f"{source}: still missing: {why}"), soft_wrap=True)
    console.print()


def article(console: Console, found: Article) -> None:
    """An article as it was read."""
    console.print(Text(found.title or "(no title)", style="bold"))
    facts = {
        "authors": ", ".join(found.authors),
        "agency": found.agency,
        "published": f"{found.published:%Y-%m-%d %H:%M} UTC (from {found.published_from})" if found.published else "",
        "modified": f"{found.modified:%Y-%m-%d %H:%M} UTC" if found.modified else "",
        "language": found.language,
        "section": found.section,
        "words": str(found.word_count),
        "address": found.url,
        "id": found.id,
    }
    for name, value in facts.items():
        if value:
            _line(console, Text(f"{name:>10}  ", style="dim").append(value, style="default"))
    console.print()
    for paragraph in found.text.split("\n"):
        console.print(Text(paragraph), soft_wrap=not console.is_terminal)
        console.print()


def tags(console: Console, found: Tags) -> None:
    """Entities, quotes and stances, each with the words that show it and the rule that made it."""
    console.print(
        table(
            "entities",
            ["name", "type", "salience", "id", "mentions"],
            [
                [e.name, e.type, f"{e.salience:.2f}", f"{e.id}{' (known)' if e.known else ''}", _forms(e)]
                for e in sorted(found.entities, key=lambda e: -e.salience)
            ],
            right=frozenset({2}),
        )
        if found.entities
        else "no entities"
    )
    names = {e.id: e.name for e in found.entities}
    console.print()
    console.print(Text("quotes", style="bold") if found.quotes else "no quotes")
    for quote in found.quotes:
        speaker = names.get(quote.speaker, quote.speaker) or "speaker open"
        shown = quote.speaker_mention
        through = f" ({shown.text})" if shown and shown.text != speaker else ""
        how = ", ".join(filter(None, (quote.kind, quote.cue and f"cue {quote.cue}", _place(quote))))
        _line(console, Text(speaker).append(f"{through}  {how}", style="dim"))
        console.print(_indented(Text(quote.text)))
    console.print()
    if not found.stance_tagged:
        console.print(f"stances are not tagged in language {found.language!r}")
    else:
        console.print(Text("stances", style="bold") if found.stances else "no stances")
    by_id = {e.evidence_id: e for e in found.evidence}
    for one in found.stances:
        head = Text.assemble(one.holder_name or one.holder, "  ", stance(one.stance), "  ")
        head.append(one.target_name or one.target)
        _line(console, head.append(f"  {one.confidence:.2f}  {one.voice}, {one.period}", style="dim"))
        for evidence_id in one.evidence:
            console.print(_indented(_with_cue(by_id[evidence_id], marks=console.color_system is None)))
            console.print(_indented(Text(_how(by_id[evidence_id], names), style="dim"), 6))
    if found.versions:
        console.print()
        console.print(Text(" · ".join(f"{name} {version}" for name, version in found.versions.items()), style="dim"))


def vetoes(console: Console, found: Tags, left: Sequence[Veto]) -> None:
    """Cues that made no stance, each with why not."""
    names = {e.id: e.name for e in found.entities}
    console.print()
    console.print(Text("looked at, and left", style="bold") if left else "no cue was looked at and left")
    for one in dict.fromkeys((v.holder, v.target, v.why, v.rule) for v in left):
        holder, target, why, rule = one
        who = f"{names.get(holder, holder) or 'nobody named'} – {names.get(target, target) or 'nobody named'}"
        _line(console, Text(f"    {who}: {why}").append(f"  {rule}", style="dim"))


def _forms(entity: Entity) -> str:
    counts = Counter(mention.text for mention in entity.mentions)
    return ", ".join(form if n == 1 else f"{form} ×{n}" for form, n in counts.items())


def _place(found: Quote | Evidence) -> str:
    return f"{found.field} {found.start}–{found.end}"


def _indented(text: Text, by: int = 4) -> Padding:
    return Padding(text, (0, 0, 0, by), expand=False)


def _with_cue(evidence: Evidence, *, marks: bool) -> Text:
    """The words that show a stance, its cue underlined; between « and » where a console shows no styles."""
    text = Text(evidence.text)
    start, end = evidence.cue_start - evidence.start, evidence.cue_end - evidence.start
    if not 0 <= start < end <= len(text):
        return text
    if marks:
        return Text(f"{evidence.text[:start]}«{evidence.text[start:end]}»{evidence.text[end:]}")
    text.stylize("bold underline", start, end)
    return text


def _how(evidence: Evidence, names: Mapping[str, str]) -> str:
    """What was decided about a piece of evidence, most telling first; what is so by default is not told."""
    period = f"{evidence.period} ({evidence.time_text})" if evidence.time_text else evidence.period
    told = [f"{evidence.confidence:.2f} {_SIGNS[evidence.polarity]}", f"rule {evidence.rule}", evidence.act]
    told += [evidence.voice, period]
    told += [evidence.factuality] if evidence.factuality != "asserted" else []
    told += ["label"] if evidence.strength == "label" else []
    told += [f"holder by {evidence.resolved_by}"] if evidence.resolved_by != "name" else []
    told += [f"speaks for {names.get(evidence.speaks_for, evidence.speaks_for)}"] if evidence.speaks_for else []
    told += ["from " + " → ".join(names.get(key, key) for key in evidence.source_chain)]
    return ", ".join([*told, _place(evidence)])


def hits(console: Console, found: SearchResult) -> None:
    """Articles that a search found."""
    console.print(f"{_count(found.total, 'article')} ({found.took_ms} ms)")
    for hit in found.hits:
        console.print()
        console.print(Text(hit.title or "(no title)", style="bold"))
        console.print(Text(f"{hit.source_name}, {hit.published[:16].replace('T', ' ')}", style="dim"))
        _line(console, Text(hit.url, style="dim"))
        for passage in hit.highlights:
            console.print(_indented(_marked(passage, marks=console.color_system is None)))
    if found.total > len(found.hits):
        console.print()
        console.print(Text(f"the first {len(found.hits)} of {found.total}; --size shows more", style="dim"))


def sources(console: Console, path: Path, found: Sequence[Source]) -> None:
    """The sources of a file."""
    feeds = _count(sum(len(s.feeds) for s in found), "feed")
    _line(console, f"{escape(str(path))}: {_count(len(found), 'source')}, {feeds}, no mistake")
    console.print()
    console.print(
        table(
            "",
            ["id", "name", "country", "language", "zone", "feeds"],
            [[s.id, s.name, s.country, s.language, s.timezone, len(s.feeds)] for s in found],
            right=frozenset({5}),
        )
    )


def lists(console: Console, found: Lists) -> None:
    """What gazetteer, watch list and topics hold."""
    for path in found.files:
        _line(console, f"{escape(str(path))}: no mistake")
    console.print()
    kinds = ", ".join(f"{count} {kind}" for kind, count in found.types.items())
    _line(console, f"{found.entities} entities ({kinds}), {_count(found.names, 'name')}")
    _line(console, f"{_count(found.wikidata, 'Wikidata id')}, {_count(found.weak, 'weak name')}")
    _line(console, f"{_count(found.topics, 'topic')}, {_count(found.phrases, 'phrase')}")
    console.print()
    rows = [[name, ", ".join(ids)] for name, ids in found.shared.items()]
    console.print(table("Names of several entities, for the document to decide", ["name", "entities"], rows))


def survey(console: Console, found: Survey, entry: str) -> None:
    """The lists of a site: what each yields, and the entry that is proposed."""
    tried = [one for one in found.candidates if not one.refused]
    console.print(
        table(
            "",
            ["", "list", "kind", "entries", "newest", "language", "overlap", "found by", "remark"],
            [
                [
                    "+" if one.chosen else "",
                    one.url,
                    one.kind.value,
                    f"{one.lists} lists" if one.lists else one.entries,
                    one.newest.strftime("%Y-%m-%d %H:%MZ") if one.newest else "",
                    one.language,
                    f"{one.overlap:.0%}" if one.overlap else "",
                    one.found_by,
                    "; ".join([one.why] * bool(one.why) + [_count(len(one.faults), "fault")] * bool(one.faults)),
                ]
                for one in tried
            ],
            right=frozenset({3, 6}),
        )
    )
    for one in tried:
        for fault in one.faults:
            _line(console, escape(f"fault  {one.url}: {fault}"))
    refused = [one for one in found.candidates if one.refused]
    if refused:
        console.print()
        _line(console, f"tried without finding a list ({len(refused)}):")
        for one in refused:
            _line(console, escape(f"  {one.asked}  ({one.found_by}): {one.refused}"))
    for note in found.notes:
        _line(console, escape(note))
    if entry:
        console.print()
        _line(console, escape(entry))


def servers(console: Console, status: Any) -> None:
    """The local servers."""
    console.print(
        table(
            "",
            ["server", "state", "pid", "address"],
            [[s.name, s.state, s.pid or "", s.address] for s in status.servers],
        )
    )
    console.print()
    _line(console, f"files in {escape(str(status.folder))}" + (f" ({escape(status.reason)})" if status.reason else ""))
    _line(console, f"logs in {escape(', '.join(sorted({str(s.log.parent) for s in status.servers})))}")


def trace(console: Console, found: Mapping[str, Any]) -> None:
    """Everything known of an address."""
    _line(console, Text(found["canonical_url"], style="bold"))
    console.print(f"entry id {found['entry_id']}")
    if not (found["entries"] or found["dropped"] or found["article"] or found.get("forgotten")):
        console.print("nothing is known of this address: no list that was polled names it, and no page led to it")
        return
    if taken := found.get("forgotten"):
        told = f"taken down on request as {taken['subject']}, {when(taken['at'])}: {taken['reason']} ({taken['who']})"
        _line(console, Text(told, style="bold"))
    for drop in found["dropped"]:
        reason = _told(drop["reason"], drop["detail"])
        _line(console, Text.assemble("not taken by discovery: ", reason, f" ({when(drop['first_at'])})"))
    for entry in found["entries"]:
        _line(console, Text(f"listed by {entry['feed_url']}"))
        _line(console, Text(f"  as {entry['url']}, first seen {when(entry['first_seen'])}"))
        if entry.get("published_raw"):
            read_as = f"{when(entry['published'])}, " if entry["published"] else ""
            _line(console, Text(f"  dated {entry['published_raw']!r}: {read_as}{entry['published_read_as']}"))
        for item in entry["work"]:
            head = f"  work item {item['id']} (revision {item['revision']}, generation {item['generation']}): "
            line = Text.assemble(head, (item["state"], "bold"))
            _line(console, line.append(": ").append(_told(item["reason"], item["detail"])) if item["reason"] else line)
            for attempt in item["attempts_made"]:
                _line(console, Text(f"    {_attempt(attempt)}", style="dim"))
    article_ = found["article"]
    if not article_:
        return
    _line(console, Text(f"article {article_['id']}, story {article_['story_id']}, lives in {article_['home_index']}"))
    for revision in article_["revisions"]:
        head = f"  revision {revision['revision']} fetched {when(revision['fetched_at'])}: {revision['title']}"
        _line(console, Text(head))
        if revision["warc"]:
            _line(console, Text(f"    stored in {_warc(revision['warc'])}", style="dim"))
    for document in found.get("documents", []):
        _line(console, Text(f"  document {document['index']}/{document['id']}"))
    if article_.get("generation_versions"):
        versions = ", ".join(f"{k} {v}" for k, v in sorted(article_["generation_versions"].items()))
        console.print(_indented(Text(f"made with {versions}", style="dim"), 2))


def _attempt(attempt: Mapping[str, Any]) -> str:
    parts = [when(attempt["at"]), f"{attempt['stage']}:", attempt["outcome"]]
    parts += [f"(HTTP status {attempt['status']})"] if attempt["status"] else []
    parts += [attempt["reason"] or "", attempt["detail"] or ""]
    parts += [f"in {_warc(attempt['warc'])}"] if attempt["warc"] else []
    return " ".join(filter(None, [*parts, f"batch {attempt['batch_id']}"]))


def _warc(pointer: Mapping[str, Any]) -> str:
    return f"{pointer['file']} at {pointer['offset']}, {pointer['length']} bytes"


def _told(reason: str, detail: str | None) -> Text:
    return Text(reason, style="bold").append(f" ({detail})" if detail else "", style="default not bold")


def health(console: Console, found: Sequence[SourceHealth]) -> None:
    """How the sources are, ill ones first; then what is to be known of single feeds."""
    console.print(
        table(
            "sources",
            ["source", "state", "cause", "got", "usually", "may have lost", "why"],
            [
                [
                    one.source_id,
                    Text(one.state, style={"ill": "bold red", "well": "green"}.get(one.state, "dim")),
                    one.cause,
                    one.got if one.days else "",
                    f"{one.expected:.0f} in {_count(one.days, 'day')}" if one.days else "",
                    _lost(one.polls_with_loss, one.loss),
                    one.why,
                ]
                for one in found
            ],
            right=frozenset({3}),
        )
    )
    for one in found:
        for feed in one.feeds:
            notes = [f"{feed.state}: {feed.cause}, {feed.why}"] if feed.state == "ill" else []
            notes += [f"moved from {before} on {when(at)}" for before, _, at in feed.addresses]
            notes += [f"leads to {feed.moved_to}"] if feed.moved_to else []
            notes += [] if feed.validators_trusted else ["its 304s were untrue; asked without conditions"]
            if notes:
                _line(console, Text(f"{feed.url}: {'; '.join(notes)}"))


def _lost(polls: int, bound: int) -> str:
    if not polls:
        return ""
    return f"{'≤ ' + str(bound) if bound else '?'} in {_count(polls, 'poll')}"


def evidence_shown(console: Console, seen: Mapping[str, Any], last: Review | None, *, place: str = "") -> None:
    """One piece of evidence to be judged: the sentence with its cue, who, whom, how sure, where from."""
    sign = stance("favor" if int(seen.get("polarity", 0)) > 0 else "against")
    holder = str(seen.get("holder_name") or seen.get("holder", ""))
    head = Text.assemble(holder, "  ", sign, "  ", str(seen.get("target_name") or seen.get("target", "")))
    how = ", ".join(str(seen[name]) for name in ("voice", "act", "period") if seen.get(name))
    head.append(f"  {float(seen.get('confidence', 0)):.2f}  {how}", style="dim")
    if place:
        head.append(f"  ({place})", style="dim")
    console.print()
    _line(console, head)
    text, start = str(seen.get("text", "")), int(seen.get("start", 0))
    shown = Text(text)
    if "cue_start" in seen:
        shown.stylize("bold underline", max(0, int(seen["cue_start"]) - start), int(seen["cue_end"]) - start)
    console.print(_indented(shown))
    about = " · ".join(str(seen[name]) for name in ("title", "source", "published", "url", "rule") if seen.get(name))
    console.print(_indented(Text(about, style="dim")))
    console.print(_indented(Text(f"evidence {seen.get('evidence_id', '')}", style="dim")))
    if last is not None:
        about_whom = f" (about {last.target_name})" if last.target_name else ""
        note = f": {last.note}" if last.note else ""
        _line(console, Text(f"    {last.verdict}{about_whom}, {last.reviewer}, {when(last.at)}{note}"))


def marked(console: Console, review: Review, articles: Sequence[str], waiting: Sequence[str]) -> None:
    """What a verdict changed."""
    console.print(f"{review.verdict}: remembered, and applied to {_count(len(articles), 'article')}")
    if waiting:
        console.print(
            f"{_count(len(waiting), 'article')} no longer kept with tags: applied when a backfill tags them again",
            soft_wrap=True,
        )


def sample(console: Console, drawn: Sequence[Sampled]) -> None:
    """A week's sample, and what was said of each piece."""
    if not drawn:
        console.print("nothing was found in what came in in that week; a week can be sampled once it is over")
        return
    rows = [
        [
            str(one.place),
            one.verdict or "-",
            str(one.seen.get("holder_name") or one.seen.get("holder", "")),
            "favor" if int(one.seen.get("polarity", 0)) > 0 else "against",
            str(one.seen.get("target_name") or one.seen.get("target", "")),
            str(one.seen.get("text", ""))[:120],
            one.evidence_id,
        ]
        for one in drawn
    ]
    done = sum(bool(one.verdict) for one in drawn)
    console.print(
        table(
            f"{done} of {len(drawn)} judged",
            ["", "verdict", "holder", "stance", "target", "words", "evidence"],
            rows,
            right=frozenset({0}),
        )
    )


def precision(console: Console, found: Sequence[Precision]) -> None:
    """Precision by week."""
    if not found:
        console.print("no sample was drawn yet: standpoint review sample", soft_wrap=True)
        return
    rows = []
    for one in found:
        low, high = one.interval or (0.0, 1.0)
        share = "-" if one.share is None else f"{one.share:.2f} ({low:.2f} … {high:.2f})"
        rows.append([one.week, share, str(one.right), str(one.reversed), str(one.judged), str(one.sampled)])
    console.print(
        table(
            "precision of evidence, by weekly sample",
            ["week", "right (95 %)", "right", "reversed", "judged", "sampled"],
            rows,
            right=frozenset({2, 3, 4, 5}),
        )
    )


def stance(found: str) -> Text:
    """A stance in its colour."""
    return Text(found, style={"favor": "green", "against": "red"}.get(found, "yellow"))


def _line(console: Console, text: Text | str) -> None:
    """One line, however long: an address or a path in it can be copied whole."""
    console.print(text, soft_wrap=True)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def when(at: Any) -> str:
    """A time as results show it: UTC, to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "?"


def _marked(passage: str, *, marks: bool) -> Text:
    """A passage with its finds in colour; they keep their « and » where a console shows no styles."""
    passage = " ".join(passage.split())
    if marks:
        return Text(passage)
    text = Text()
    for n, part in enumerate(passage.replace("»", "«").split("«")):
        text.append(part, style="bold yellow" if n % 2 else "default")
    return text
