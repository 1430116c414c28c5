"""What we remember, in SQL (PostgreSQL): feeds, hosts, entries, work, articles, runs."""

from pipeline.ledger.articles import Registered
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.runs import RunRow

__all__ = ["Ledger", "Registered", "RunRow"]
