import uuid
from collections.abc import Iterator

import pytest

from pipeline.ledger import Ledger, schema
from pipeline.local import postgres
from tests.ledger.desk import Desk


@pytest.fixture(scope="session")
def migrated(servers) -> Iterator[str]:
    """Address of a migrated database for all tests of the ledger, one after the other."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    postgres.create_database(servers.postgres_socket, name)
    url = postgres.ledger_url(servers.postgres_socket, name)
    ledger = Ledger(url)
    ledger.migrate()
    ledger.close()
    yield url
    postgres.drop_database(servers.postgres_socket, name)


@pytest.fixture
def ledger(migrated: str) -> Iterator[Ledger]:
    """A ledger that knows nothing yet."""
    ledger = Ledger(migrated)
    with ledger.engine.begin() as c:
        c.exec_driver_sql(f"TRUNCATE {', '.join(schema.metadata.tables)} RESTART IDENTITY CASCADE")
    yield ledger
    ledger.close()


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    """The ledger with a DAG's run ``r1`` under way."""
    desk = Desk(ledger)
    desk.start("r1")
    return desk
