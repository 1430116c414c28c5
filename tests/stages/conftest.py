import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import pytest

from pipeline.local import postgres
from pipeline.local.press.server import SamplePress
from tests.conftest import remove_from_index
from tests.stages.in_process import without_children
from tests.stages.world import DEFAULT_CLOCK, World, press_of, settings_of, world_of

MakeWorld = Callable[..., World]


@contextmanager
def _installation(servers) -> Iterator[tuple[str, str]]:
    """A database and an index prefix; both are removed afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    prefix = f"t{uuid.uuid4().hex[:10]}-"
    postgres.create_database(servers.postgres_socket, name)
    try:
        yield postgres.ledger_url(servers.postgres_socket, name), prefix
    finally:
        postgres.drop_database(servers.postgres_socket, name)
        remove_from_index(servers, prefix)


@pytest.fixture(scope="module")
def in_this_process() -> Iterator[None]:
    """Feeds and pages are read in this process: for tests that are about something else."""
    with pytest.MonkeyPatch.context() as patch:
        without_children(patch)
        yield


@pytest.fixture(scope="module")
def make_world(servers, tmp_path_factory) -> Iterator[MakeWorld]:
    """Makes worlds: ``make_world(*story_ids, clock=…, press=…, **settings)``."""
    with ExitStack() as stack:

        def make(
            *story_ids: str, clock: datetime = DEFAULT_CLOCK, press: SamplePress | None = None, **settings: object
        ) -> World:
            press = press or stack.enter_context(SamplePress(press_of(*story_ids), clock=clock))
            url, prefix = stack.enter_context(_installation(servers))
            folder = tmp_path_factory.mktemp("archive")
            return world_of(press, settings_of(servers.settings, folder, url, prefix, **settings))

        yield make
