"""Understand it: Article to Tags."""
