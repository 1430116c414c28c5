"""Rows as plain maps."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select


def all_rows(c: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    """Return every row of a query."""
    return [dict(row) for row in c.execute(query).mappings()]


def first_row(c: Connection, query: Select[Any]) -> dict[str, Any] | None:
    """Return the first row of a query, or None."""
    row = c.execute(query).mappings().first()
    return dict(row) if row else None
