"""How results look on a terminal (rich). No decisions here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.records import Article, Source, Tags

if TYPE_CHECKING:
    from pipeline.index.search import SearchResult
    from pipeline.report import RunReport

__all__ = ["article", "escape", "hits", "progress", "report", "servers", "sources", "stance", "table", "tags", "trace"]


@contextmanager
def progress(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar a stage; the value is called with stage, done, of."""
    bars = Progress(
        TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
    known: dict[str, Any] = {}
    with bars:

        def update(stage: str, done: int, of: int) -> None:
            if stage not in known:
                known[stage] = bars.add_task(stage, total=of)
            bars.update(known[stage], completed=done, total=of)

        yield update


def table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, right: frozenset[int] = frozenset()
) -> Table:
    """A plain table; ``right`` numbers the columns that are aligned to the right."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
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
            ["source", "polled", "listed", "new", "fetched", "indexed", "left out", "given back", "cause of a zero"],
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
                    row.get("cause", ""),
                ]
                for source, row in found.sources.items()
            ],
            right=frozenset(range(1, 8)),
        )
    )
    left_out = found.total.get("left_out", {})
    if left_out:
        console.print(
            table("left out", ["reason", "n"], sorted(left_out.items(), key=lambda kv: -kv[1]), right=frozenset({1}))
        )
    if found.pending:
        console.print(f"{found.pending} items wait for another run")


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
            console.print(Text(f"{name:>10}  ", style="dim").append(value, style="default"))
    console.print()
    for paragraph in found.text.split("\n"):
        console.print(Text(paragraph))
        console.print()


def tags(console: Console, found: Tags) -> None:
    """Entities, quotes and stances, each with the words that show it."""
    console.print(
        table(
            "entities",
            ["name", "type", "id", "mentions"],
            [
                [e.name, e.type, e.id, ", ".join(dict.fromkeys(m.text for m in e.mentions))]
                for e in sorted(found.entities, key=lambda e: -e.salience)
            ],
        )
    )
    names = {e.id: e.name for e in found.entities}
    if found.quotes:
        console.print()
        console.print(
            table(
                "quotes",
                ["speaker", "cue", "kind", "words"],
                [[names.get(q.speaker, q.speaker) or "?", q.cue, q.kind, q.text] for q in found.quotes],
            )
        )
    console.print()
    if not found.stance_tagged:
        console.print(f"stance is not tagged in language {found.language!r}")
        return
    by_id = {e.evidence_id: e for e in found.evidence}
    rows = []
    for one_stance in found.stances:
        for evidence_id in one_stance.evidence:
            one = by_id[evidence_id]
            rows.append(
                [
                    one_stance.holder_name,
                    stance(one_stance.stance),
                    one_stance.target_name,
                    f"{one.confidence:.2f}",
                    f"{one.voice}, {one.act}, {one.period}",
                    one.rule,
                    one.text,
                ]
            )
    console.print(
        table("stances", ["holder", "stance", "target", "conf.", "how", "rule", "the words that show it"], rows)
    )


def hits(console: Console, found: SearchResult) -> None:
    """Articles that a search found."""
    console.print(f"{found.total} articles ({found.took_ms} ms)")
    for hit in found.hits:
        body = [Text(f"{hit.source_name} · {hit.published[:16]} · {hit.url}", style="dim")]
        body += [_marked(passage) for passage in hit.highlights]
        console.print(Panel(Group(*body), title=escape(hit.title), title_align="left", border_style="dim"))


def sources(console: Console, path: Path, found: Sequence[Source]) -> None:
    """The sources of a file."""
    console.print(f"{path}: {len(found)} sources, {sum(len(s.feeds) for s in found)} feeds, no mistake")
    console.print(
        table(
            "",
            ["id", "name", "country", "language", "zone", "feeds"],
            [[s.id, s.name, s.country, s.language, s.timezone, len(s.feeds)] for s in found],
            right=frozenset({5}),
        )
    )


def servers(console: Console, status: Any) -> None:
    """The local servers."""
    console.print(f"files in {status.folder}" + (f" ({status.reason})" if status.reason else ""))
    console.print(
        table(
            "",
            ["server", "state", "address", "pid", "log"],
            [[s.name, s.state, s.address, s.pid or "", s.log] for s in status.servers],
        )
    )


def trace(console: Console, found: Mapping[str, Any]) -> None:
    """Everything known of an address."""
    console.print(Text(found["canonical_url"], style="bold"))
    console.print(f"entry id {found['entry_id']}")
    if not found["entries"] and not found["dropped"] and not found["article"]:
        console.print("nothing is known of this address: no list that was polled names it, and no page led to it")
        return
    for drop in found["dropped"]:
        console.print(
            f"not taken by discovery: [bold]{drop['reason']}[/] {escape(drop['detail'])} ({_when(drop['first_at'])})"
        )
    for entry in found["entries"]:
        console.print(
            f"listed by {escape(entry['feed_url'])} as {escape(entry['url'])}, first seen {_when(entry['first_seen'])}"
        )
        for item in entry["work"]:
            end = f": {item['reason']} {item['detail']}" if item["reason"] else ""
            console.print(
                f"  work item {item['id']} (revision {item['revision']}, generation {item['generation']}): "
                f"[bold]{item['state']}[/]{escape(end)}"
            )
            for attempt in item["attempts_made"]:
                warc = attempt["warc"]
                told = " ".join(
                    str(x)
                    for x in (
                        attempt["stage"],
                        attempt["outcome"],
                        attempt["status"] or "",
                        attempt["reason"],
                        attempt["detail"],
                        f"{warc['file']}@{warc['offset']}+{warc['length']}" if warc else "",
                    )
                    if x
                )
                console.print(Text(f"    {_when(attempt['at'])}  {told}  batch {attempt['batch_id']}", style="dim"))
    article_ = found["article"]
    if not article_:
        return
    console.print(f"article {article_['id']}, story {article_['story_id']}, lives in {article_['home_index']}")
    for revision in article_["revisions"]:
        warc = revision["warc"] or {}
        console.print(
            f"  revision {revision['revision']} fetched {_when(revision['fetched_at'])}: {escape(revision['title'])} "
            f"[dim]{warc.get('file', '')}@{warc.get('offset', '')}[/]"
        )
    for document in found.get("documents", []):
        console.print(f"  document {document['index']}/{document['id']}")
    if article_.get("generation_versions"):
        versions = ", ".join(f"{k} {v}" for k, v in sorted(article_["generation_versions"].items()))
        console.print(Text(f"  made with {versions}", style="dim"))


def _when(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "?"


def stance(found: str) -> Text:
    """A stance in its colour."""
    return Text(found, style={"favor": "green", "against": "red"}.get(found, "yellow"))


def _marked(passage: str) -> Text:
    text = Text()
    for n, part in enumerate(passage.replace("»", "«").split("«")):
        text.append(part, style="bold yellow" if n % 2 else "default")
    return text
