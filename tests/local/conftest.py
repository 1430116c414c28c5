"""A place for servers that a test breaks: apart from the session's, with the programs that are unpacked already."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.local import elasticsearch, postgres, press_server
from pipeline.local.process import server_account
from pipeline.local.state import Home, locate
from pipeline.settings import Settings


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder with a short path that every account can pass; pytest's own is long and closed."""
    folder = Path(tempfile.mkdtemp(prefix="sp-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(short_path: Path) -> Iterator[Home]:
    """Where the servers of one test keep their files; whatever runs there at its end is stopped."""
    home = Home(short_path, locate(Settings()).software, "", server_account())
    yield home
    elasticsearch.stop(home)
    postgres.stop(home)
    press_server.stop(home)
