"""Understand it: Article to Tags."""

from pipeline.tag.tagger import Tagger, tag, versions

__all__ = ["Tagger", "tag", "versions"]
