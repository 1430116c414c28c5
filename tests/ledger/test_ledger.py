import threading
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

import pipeline.ledger.ledger as module
from pipeline.errors import LedgerError
from pipeline.ledger import Ledger, schema


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A migrated ledger in a database of its own."""
    ledger = Ledger(ledger_url)
    ledger.migrate()
    yield ledger
    ledger.close()


def test_the_migrations_make_the_tables_of_the_schema(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []


def test_the_migrations_can_be_undone(ledger: Ledger) -> None:
    config = Config()
    config.set_main_option("script_location", module.__file__.replace("ledger.py", "migrations"))
    with ledger.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(ledger.engine).get_table_names()) <= {"alembic_version"}


def test_several_may_migrate_at_once(ledger_url: str) -> None:
    ledgers = [Ledger(ledger_url) for _ in range(4)]
    threads = [threading.Thread(target=one.migrate) for one in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(schema.metadata.tables) <= set(inspect(ledgers[0].engine).get_table_names())
    for one in ledgers:
        one.close()


def test_only_postgresql_is_a_ledger() -> None:
    with pytest.raises(LedgerError, match="must be a PostgreSQL address"):
        Ledger("sqlite:///ledger.db")


def test_a_database_that_does_not_answer_is_a_clear_error(tmp_path) -> None:
    ledger = Ledger(f"postgresql+psycopg://postgres@/nowhere?host={tmp_path}")
    with pytest.raises(LedgerError, match="is PostgreSQL up"):
        ledger.migrate()
