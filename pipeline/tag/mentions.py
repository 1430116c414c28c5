"""Mentions as records."""

from pipeline.records import FieldName, Mention
from pipeline.tag.entities import Named


def mention(name: Named, texts: dict[FieldName, str]) -> Mention:
    """The record of a mention, its text as the field has it (the model saw control characters as blanks)."""
    return Mention(
        field=name.field, start=name.start, end=name.end, text=texts[name.field][name.start : name.end], kind=name.kind
    )
