"""``standpoint kibana …`` as a person types it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import ConfigError, KibanaError
from pipeline.settings import PROJECT, get_settings
from tests.index.kibana.server import FakeKibana


@pytest.fixture(autouse=True)
def fresh_settings() -> None:
    get_settings.cache_clear()


def test_import_says_what_it_did_and_where_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeKibana(login="ana:secret", spaces={"desk"}) as kibana:
        monkeypatch.setenv("STANDPOINT_KIBANA_URL", kibana.url)
        monkeypatch.setenv("STANDPOINT_KIBANA_USER", "ana")
        monkeypatch.setenv("STANDPOINT_KIBANA_PASSWORD", "secret")
        monkeypatch.setenv("STANDPOINT_INDEX_PREFIX", "t-")
        done = CliRunner().invoke(app, ["kibana", "import", "--space", "desk"], catch_exceptions=False)
        again = CliRunner().invoke(app, ["kibana", "import", "--space", "desk", "--json"], catch_exceptions=False)
        held = kibana.objects["desk"]
    assert done.exit_code == 0
    assert f"{len(held)} objects imported into the space desk" in done.stdout
    assert f"{kibana.url}/s/desk/app/dashboards#/view/desk-t-standpoint-dashboard-who-stands-where" in done.stdout
    assert json.loads(again.stdout)["count"] == len(held)
    titles = {one["attributes"]["title"] for (kind, _), one in held.items() if kind == "index-pattern"}
    assert "t-articles" in titles


def test_no_overwrite_keeps_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeKibana() as kibana:
        monkeypatch.setenv("STANDPOINT_KIBANA_URL", kibana.url)
        CliRunner().invoke(app, ["kibana", "import"], catch_exceptions=False)
        with pytest.raises(KibanaError, match="is there already"):
            CliRunner().invoke(app, ["kibana", "import", "--no-overwrite"], catch_exceptions=False)


def test_export_writes_what_config_holds(tmp_path: Path) -> None:
    file = tmp_path / "standpoint.ndjson"
    done = CliRunner().invoke(app, ["kibana", "export", str(file)], catch_exceptions=False)
    assert done.exit_code == 0
    assert file.read_bytes() == (PROJECT / "config/kibana/standpoint.ndjson").read_bytes()
    piped = CliRunner().invoke(app, ["kibana", "export", "-"], catch_exceptions=False)
    assert piped.stdout_bytes == file.read_bytes()


def test_export_to_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        CliRunner().invoke(app, ["kibana", "export", str(tmp_path / "no/file.ndjson")], catch_exceptions=False)
