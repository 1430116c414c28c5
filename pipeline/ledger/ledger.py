"""The ledger as one object: each of its parts is a noun."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from pipeline.clock import Clock, utc_now
from pipeline.errors import LedgerError
from pipeline.ledger import schema
from pipeline.ledger.articles import Articles
from pipeline.ledger.coverage import Coverage
from pipeline.ledger.days import Days
from pipeline.ledger.feeds import Feeds
from pipeline.ledger.forgotten import Takedowns
from pipeline.ledger.health import Health
from pipeline.ledger.hosts import HostGate, Robots
from pipeline.ledger.overview import Overview
from pipeline.ledger.rebuild import Rebuild
from pipeline.ledger.retention import Retention
from pipeline.ledger.reviews import Reviews
from pipeline.ledger.runs import Runs
from pipeline.ledger.trace import Trace
from pipeline.ledger.work import Work

#: For a server that does not even refuse.
_CONNECT_TIMEOUT_S = 30
_MIGRATION_LOCK = 7_401_001


class Ledger:
    """The ledger behind one SQLAlchemy address (``postgresql+psycopg://…``).

    Args:
        url: the address.
        host_wait_s: longest wait for a host's turn.
        clock: tells the host gate the time.
    """

    def __init__(self, url: str, *, host_wait_s: float = 20.0, clock: Clock = utc_now) -> None:
        if not url.startswith("postgresql+psycopg:"):
            raise LedgerError(
                "must be a PostgreSQL address of the form postgresql+psycopg://user@host/database", subject="ledger_url"
            )
        self._url = url
        self.engine = create_engine(
            url, pool_pre_ping=True, pool_size=8, max_overflow=24, connect_args={"connect_timeout": _CONNECT_TIMEOUT_S}
        )
        self.feeds = Feeds(self.engine)
        self.work = Work(self.engine)
        self.articles = Articles(self.engine)
        self.runs = Runs(self.engine)
        self.gate = HostGate(self.engine, wait_s=host_wait_s, clock=clock)
        self.robots = Robots(self.engine)
        self.trace = Trace(self.engine)
        self.overview = Overview(self.engine)
        self.coverage = Coverage(self.engine)
        self.health = Health(self.engine)
        self.days = Days(self.engine)
        self.takedowns = Takedowns(self.engine)
        self.rebuild = Rebuild(self.engine)
        self.retention = Retention(self.engine)
        self.reviews = Reviews(self.engine)

    def migrate(self) -> None:
        """Bring the tables to this version's shape. Idempotent; several callers at once wait for the first.

        Raises:
            LedgerError: the database cannot be reached or refuses.
        """
        from alembic import command  # half a second that only a migration needs
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        try:
            with self.engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except SQLAlchemyError as error:
            raise LedgerError(
                f"the tables cannot be brought up to date ({_first_line(error)}); "
                "is PostgreSQL up? (standpoint local status)",
                subject=self.engine.url.render_as_string(),
            ) from error

    def check(self) -> None:
        """Make sure that the ledger can be asked.

        Raises:
            LedgerError: the database cannot be reached, or has no tables yet.
        """
        subject = self.engine.url.render_as_string()
        try:
            with self.engine.connect() as connection:
                is_made = inspect(connection).has_table(schema.work.name)
        except SQLAlchemyError as error:
            raise LedgerError(
                f"PostgreSQL cannot be asked ({_first_line(error)}); is it up? (standpoint local status)",
                subject=subject,
            ) from error
        if not is_made:
            raise LedgerError("the ledger has no tables yet; 'standpoint setup' makes them", subject=subject)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
