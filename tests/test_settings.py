from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.settings import Settings, get_settings


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty state folder; what was read in it is forgotten afterwards."""
    monkeypatch.setenv("STANDPOINT_STATE", str(tmp_path))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


def test_a_variable_beats_the_file_and_the_file_beats_the_default(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (state / "local.env").write_text("STANDPOINT_BATCH_SIZE=7\nSTANDPOINT_MIN_WORDS=9\n")
    monkeypatch.setenv("STANDPOINT_BATCH_SIZE", "8")
    settings = get_settings()
    assert (settings.batch_size, settings.min_words) == (8, 9)
    assert settings.max_attempts == Settings.model_fields["max_attempts"].default
    assert settings.state == state


def test_they_are_read_once_until_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    before = get_settings()
    monkeypatch.setenv("STANDPOINT_BATCH_SIZE", "8")
    assert get_settings() is before
    get_settings.cache_clear()
    assert get_settings().batch_size == 8


def test_what_is_no_setting_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDPOINT_NO_SUCH_THING", "1")
    assert not hasattr(get_settings(), "no_such_thing")


def test_each_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDPOINT_BATCH_SIZE", "many")
    monkeypatch.setenv("STANDPOINT_TAG_FLOOR", "low")
    with pytest.raises(ConfigError) as caught:
        get_settings()
    assert "STANDPOINT_BATCH_SIZE" in str(caught.value)
    assert "STANDPOINT_TAG_FLOOR" in str(caught.value)


def test_secrets_are_not_shown() -> None:
    settings = Settings(elasticsearch_password="quince", ledger_url="postgresql+psycopg://me:quince@db/standpoint")
    assert "quince" not in repr(settings) + str(settings)


def test_the_archive_stands_in_the_state_folder_unless_it_is_said() -> None:
    assert Settings(state=Path("/s")).archive_root() == "/s/archive"
    assert Settings(state=Path("/s"), archive="s3://press/archive").archive_root() == "s3://press/archive"


@pytest.mark.parametrize(
    ("host", "port", "scheme", "url"),
    [
        ("es", 9201, "https", "https://es:9201"),
        ("es", None, "", "http://es:9200"),
        ("https://es", 9201, "", "https://es:9201"),
        ("https://es", 9201, "http", "https://es:9201"),
        ("es", 9200, "elasticsearch", "http://es:9200"),
    ],
)
def test_the_elasticsearch_of_a_connection(host: str, port: int | None, scheme: str, url: str) -> None:
    found = Settings(batch_size=3).with_elasticsearch(host=host, port=port, scheme=scheme, user="u", password="p")
    assert found.elasticsearch_url == url
    assert (found.elasticsearch_user, found.elasticsearch_password.get_secret_value()) == ("u", "p")
    assert found.batch_size == 3
