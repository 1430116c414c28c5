"""A ledger written whole: what a rebuild found goes into empty tables, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.engine import Connection

from pipeline.errors import LedgerError
from pipeline.ledger import schema as s

#: Tables of which any row makes a ledger one that holds something.
_TELLING = (s.entry, s.article, s.run, s.forgotten)
_AT_ONCE = 2000


def fingerprint(versions: Mapping[str, str]) -> str:
    """Return what tells one combination of versions from another (32 hex digits)."""
    return hashlib.sha256(msgspec.json.encode(sorted(versions.items()))).hexdigest()[:32]


class Rebuild:
    """Writes a ledger whole."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_empty(self) -> bool:
        """Whether the ledger holds nothing that could be lost."""
        with self._engine.connect() as c:
            return _is_empty(c)

    def fill(self, rows: Mapping[str, Sequence[Mapping[str, Any]]], *, replace: bool) -> None:
        """Write rows into the tables. Whole or not at all, whenever the process dies.

        Args:
            rows: table name → rows, each with the same columns.
            replace: empty every table first.

        Raises:
            LedgerError: the ledger holds something, and ``replace`` is not given.
        """
        with self._engine.begin() as c:
            c.execute(text("LOCK TABLE entry, work, article IN ACCESS EXCLUSIVE MODE"))
            if replace:
                names = ", ".join(f'"{t.name}"' for t in s.metadata.sorted_tables)
                c.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            elif not _is_empty(c):
                raise LedgerError("holds something; --replace empties it first", subject="ledger")
            for table in s.metadata.sorted_tables:
                wanted = rows.get(table.name, ())
                for start in range(0, len(wanted), _AT_ONCE):
                    c.execute(insert(table), [dict(r) for r in wanted[start : start + _AT_ONCE]])
            for name in ("generation", "work"):
                if rows.get(name):
                    top = max(int(r["id"]) for r in rows[name])
                    c.execute(
                        text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :top)"), {"name": name, "top": top}
                    )


def _is_empty(c: Connection) -> bool:
    return not any(c.scalar(select(func.count()).select_from(table)) for table in _TELLING)
