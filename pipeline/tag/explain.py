"""Tags for a terminal: what was found, where it stands and by which rule."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.records import Evidence, Mention, Tags

_MOST_MENTIONS = 6


def render(tags: Tags) -> Group:
    """Return entities, quotes and evidence of an article as rich tables, with each decision's rule."""
    parts: list[RenderableType] = [entities(tags), quotes(tags)]
    parts.append(evidence(tags) if tags.stance_tagged else Text(f"Language {tags.language}: stances are not tagged."))
    parts.append(Text(" · ".join(f"{name} {version}" for name, version in tags.versions.items()), style="dim"))
    return Group(*parts)


def entities(tags: Tags) -> Table:
    """One line an entity, the most salient first."""
    table = Table("entity", "type", "salience", "id", "mentions", title="Entities", title_justify="left")
    for entity in tags.entities:
        shown = [_mention(mention) for mention in entity.mentions[:_MOST_MENTIONS]]
        more = len(entity.mentions) - len(shown)
        table.add_row(
            Text(entity.name),
            entity.type,
            f"{entity.salience:.2f}",
            f"{entity.id}{' (known)' if entity.known else ''}",
            Text(", ".join(shown) + (f" and {more} more" if more else "")),
        )
    return table


def quotes(tags: Tags) -> Table:
    """One line a quote."""
    names = {entity.id: entity.name for entity in tags.entities}
    table = Table("speaker", "cue", "kind", "quote", title="Quotes", title_justify="left")
    for quote in tags.quotes:
        shown = _mention(quote.speaker_mention) if quote.speaker_mention else "open"
        speaker = f"{names[quote.speaker]} ← {shown}" if quote.speaker in names else shown
        table.add_row(Text(speaker), Text(quote.cue), quote.kind, Text(quote.text))
    return table


def evidence(tags: Tags) -> Table:
    """One line a piece of evidence, with the cue marked in the text that shows it."""
    names = {entity.id: entity.name for entity in tags.entities}
    table = Table("holder", "", "target", "sure", "how", "shown by", title="Stances", title_justify="left")
    for item in sorted(tags.evidence, key=lambda item: (item.field != "title", item.start, item.cue_start)):
        chain = " → ".join(names.get(key, key) for key in item.source_chain)
        how = [item.rule, item.act, item.voice, item.period + (f" ({item.time_text})" if item.time_text else "")]
        if item.factuality != "asserted":
            how.append(item.factuality)
        if item.strength == "label":
            how.append("label")
        if item.resolved_by != "name":
            how.append(f"by {item.resolved_by}")
        table.add_row(
            Text(item.holder_name),
            Text("favors", style="green") if item.polarity > 0 else Text("against", style="red"),
            Text(item.target_name),
            f"{item.confidence:.2f}",
            Text(f"{'; '.join(how)}\nfrom {chain}"),
            _shown(item),
        )
    return table


def _mention(mention: Mention) -> str:
    at = f"{mention.field} {mention.start}–{mention.end}"
    return f"{mention.text} [{at}]" if mention.kind == "name" else f"{mention.text} [{at}, {mention.kind}]"


def _shown(item: Evidence) -> Text:
    text = Text(item.text)
    text.stylize("bold underline", item.cue_start - item.start, item.cue_end - item.start)
    return text
