"""Understand it: Article to Tags. :class:`pipeline.tag.tagger.Tagger` tags many, :func:`tag` one."""

from pipeline.records import Tags


def tag(text: str, title: str | None = None, language: str = "en") -> Tags:
    """Tag one article; see :func:`pipeline.tag.tagger.tag`.

    Raises:
        TagError: the model does not load.
        ConfigError: the gazetteer cannot be read.
    """
    from pipeline.tag.tagger import tag as tag_one  # spaCy takes seconds to load

    return tag_one(text, title, language)


__all__ = ["tag"]
