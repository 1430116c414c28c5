"""What the tests of the DAGs share: the DAGs, and settings that lead their tasks to the sample press."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.local.press.server import SamplePress
from pipeline.local.servers import press_environment
from pipeline.settings import PROJECT, get_settings
from pipeline.stages import Pipeline
from tests.conftest import Servers
from tests.dags.live import Live, live_airflow


@pytest.fixture(scope="session")
def dagbag(airflow_home: Path) -> Any:
    """The DAGs of the repository."""
    from airflow.dag_processing.dagbag import BundleDagBag

    folder = PROJECT / "dags"
    return BundleDagBag(str(folder), bundle_path=folder, bundle_name="project")


@pytest.fixture(scope="package")
def live(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Airflow, started once for the tests of both DAGs."""
    with live_airflow(servers, tmp_path_factory.mktemp("live")) as live:
        yield live


@pytest.fixture
def press() -> Iterator[SamplePress]:
    """The sample press, in this process; its feeds list the newest stories only."""
    with SamplePress(feed_items=6, hold_s=20) as running:
        yield running


@pytest.fixture
def crawled(
    servers: Servers,
    ledger_url: str,
    index_prefix: str,
    press: SamplePress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Pipeline]:
    """A pipeline over an empty ledger, archive and index; tasks of a DAG in this process work on the same."""
    host, port = servers.elasticsearch_url.removeprefix("http://").split(":")
    for name, value in {
        "AIRFLOW_CONN_ELASTICSEARCH_DEFAULT": f"elasticsearch://{host}:{port}",
        "STANDPOINT_ARCHIVE": str(tmp_path / "archive"),
        "STANDPOINT_BATCH_SIZE": "5",
        "STANDPOINT_INDEX_PREFIX": index_prefix,
        "STANDPOINT_LEDGER_URL": ledger_url,
        "STANDPOINT_PRESS_PORT": str(press.port),
        "STANDPOINT_REQUEST_TIMEOUT_S": "3",
        "STANDPOINT_SOURCES": str(PROJECT / "config/sources.demo.yml"),
        **press_environment(f"http://127.0.0.1:{press.port}"),
        "STANDPOINT_HOST_INTERVAL_S": "0",
    }.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    settings = get_settings().model_copy(update={"elasticsearch_url": servers.elasticsearch_url})
    with Pipeline(settings) as pipeline:
        pipeline.setup()
        yield pipeline
    monkeypatch.undo()
    get_settings.cache_clear()
