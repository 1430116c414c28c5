"""Thirty days of the sample press, crawled once a day; and installations that have lost some of it.

With ``STANDPOINT_TEST_MONTH=all`` all seven outlets are crawled, and read by real children: half an hour.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pipeline.local import postgres
from pipeline.local.press.server import SamplePress
from pipeline.local.press.world import sample_press
from pipeline.report import RunReport
from pipeline.stages import Backfill
from tests.conftest import Servers, remove_from_index
from tests.stages.world import Clock, World, press_of, settings_of, sources_of

#: Whether it is the whole press, read as in earnest.
ALL = os.environ.get("STANDPOINT_TEST_MONTH") == "all"
OUTLETS = tuple(sample_press().outlets) if ALL else ("kestrel-wire", "eastern-standard", "harbour-gazette")
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 30)
DAYS = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
#: For whoever changes a backfill and cannot wait: only so many of the last days are crawled day by day.
_CRAWLS = int(os.environ.get("STANDPOINT_TEST_CRAWLS", len(DAYS) + 1))
WHOLE = len(DAYS) < _CRAWLS


class Past(World):
    """A world that can be backfilled."""

    @contextmanager
    def backfill(self, **changes: Any) -> Iterator[Backfill]:
        settings = self.settings.model_copy(update=changes)
        with Backfill(settings, clock=self.clock, sources=self.sources) as pipeline:
            yield pipeline

    def reconcile(self, *days: date, changes: dict[str, Any] | None = None, **form: Any) -> list[RunReport]:
        """Backfill some days, each a run; return their reports."""
        reports = []
        with self.backfill(**(changes or {})) as pipeline:
            for day in days:
                self.runs += 1
                reports.append(pipeline.run_day(f"cli/reconcile-{self.runs}", day, form))
        return reports

    def pages_asked(self) -> list[tuple[str, int]]:
        """Requests since the log was cleared that were for no list."""
        lists = ("/sitemap", "/archive/", "/feeds/", "/rss", ".well-known")
        return [(url, status) for url, status in self.asked() if not any(part in url for part in lists)]

    def writes(self) -> list[Any]:
        """What stands in archive, ledger and index, apart from runs and reports."""
        return [self.documents(), self.files("warc"), self.files("batches"), self.states()]


@dataclass
class Month:
    """The press, and the world that crawled it day by day."""

    press: SamplePress
    crawled: Past
    documents: dict[tuple[str, str], dict[str, Any]]
    ended: dict[str, str]
    servers: Servers
    folder: Path
    stack: ExitStack

    def left(self, *, index: bool = False, ledger: bool = False, archive: bool = False, batches: bool = True) -> Past:
        """An installation of which only these parts are left."""
        name, prefix = f"test_{uuid.uuid4().hex[:12]}", f"t{uuid.uuid4().hex[:10]}-"
        folder = self.folder / name
        kept = Path(self.crawled.settings.archive)
        folder.mkdir()
        for part in ("warc", "batches"):
            if archive and (part == "warc" or batches) and (kept / part).exists():
                shutil.copytree(kept / part, folder / part)
        socket = self.servers.postgres_socket
        template = _database_of(self.crawled) if ledger else "template1"
        with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as c:
            c.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        self.stack.callback(postgres.drop_database, socket, name)
        self.stack.callback(remove_from_index, self.servers, prefix)
        if index:
            raise NotImplementedError("no test keeps the index of a copy")
        settings = settings_of(self.crawled.settings, folder, postgres.ledger_url(socket, name), prefix, **_HURRY)
        world = Past(press=self.press, settings=settings, clock=self.crawled.clock, sources=self.crawled.sources)
        world.runs = self.crawled.runs
        with world.pipeline() as pipeline:
            pipeline.setup()
        return world


_HURRY = {"max_attempts": 2, "request_timeout_s": 1.0}


@contextmanager
def month_of(servers: Servers, folder: Path) -> Iterator[Month]:
    """Crawl once an evening, from the first day to the one after the last."""
    with ExitStack() as stack:
        first = datetime(2026, 10, 31, 20, tzinfo=UTC) - (_CRAWLS - 1) * DAY
        press = stack.enter_context(SamplePress(press_of(*OUTLETS), clock=first, hold_s=5))
        name, prefix = f"test_{uuid.uuid4().hex[:12]}", f"t{uuid.uuid4().hex[:10]}-"
        postgres.create_database(servers.postgres_socket, name)
        stack.callback(postgres.drop_database, servers.postgres_socket, name)
        stack.callback(remove_from_index, servers, prefix)
        archive = folder / "crawled"
        archive.mkdir()
        settings = settings_of(
            servers.settings, archive, postgres.ledger_url(servers.postgres_socket, name), prefix, **_HURRY
        ).model_copy(update={"state": folder / "state"})
        world = Past(press=press, settings=settings, clock=Clock(press.clock), sources=sources_of(press))
        with world.pipeline() as pipeline:
            pipeline.setup()
        for _ in range(_CRAWLS):
            world.run()
            world.move(DAY)
        yield Month(
            press=press,
            crawled=world,
            documents=world.documents(),
            ended=world.ended(),
            servers=servers,
            folder=folder,
            stack=stack,
        )


def _database_of(world: World) -> str:
    return world.settings.ledger_url.get_secret_value().partition("@/")[2].partition("?")[0]


__all__ = ["ALL", "DAY", "DAYS", "FIRST", "LAST", "OUTLETS", "WHOLE", "Month", "Past", "month_of"]
