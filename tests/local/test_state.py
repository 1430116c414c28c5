import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import LocalServerError
from pipeline.local import state
from pipeline.local.process import Account
from pipeline.local.state import LONGEST_SOCKET, choose, elsewhere, locate
from pipeline.settings import Settings

SOCKET = "local/postgres/socket/.s.PGSQL.5432"
FALLBACK = Path("/var/tmp/elsewhere")


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=120))
def test_a_socket_never_gets_a_path_that_is_too_long(name: str) -> None:
    folder = Path("/") / name
    chosen, reason = choose(folder, FALLBACK, lambda path: True)
    fits = len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET
    assert chosen == (folder / "local" if fits else FALLBACK)
    assert (reason == "") == fits


def test_the_limit_is_exact() -> None:
    rest = len(f"//{SOCKET}")
    assert choose(Path("/" + "a" * (LONGEST_SOCKET - rest)), FALLBACK, lambda path: True)[1] == ""
    assert choose(Path("/" + "a" * (LONGEST_SOCKET - rest + 1)), FALLBACK, lambda path: True)[0] == FALLBACK


def test_a_folder_that_the_servers_cannot_enter_is_not_used() -> None:
    chosen, reason = choose(Path("/root/clone/.standpoint"), FALLBACK, lambda path: False)
    assert chosen == FALLBACK
    assert "may not enter" in reason


def test_two_checkouts_have_two_folders_elsewhere() -> None:
    assert elsewhere(Path("/a")) == elsewhere(Path("/a"))
    assert elsewhere(Path("/a")) != elsewhere(Path("/b"))


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what these tests make out of /var/tmp and out of the checkout."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(state, "_ELSEWHERE", tmp_path / "elsewhere")
    monkeypatch.setattr(state, "PROJECT", tmp_path / "project")
    monkeypatch.setattr(state, "server_account", lambda: None)
    monkeypatch.setattr(state, "LONGEST_SOCKET", len(os.fsencode(tmp_path / SOCKET)) + 20)
    return tmp_path


def test_normally_the_servers_live_in_the_state_folder(places: Path) -> None:
    home = locate(Settings(state=places / "state"))
    assert home.folder == places / "state/local"
    assert home.folder.is_dir()
    assert home.reason == ""


def test_a_long_path_leads_elsewhere_and_says_so(places: Path) -> None:
    home = locate(Settings(state=places / ("long" * 10)))
    assert home.folder.parent == places / "elsewhere"
    assert home.folder.stat().st_mode & 0o022 == 0
    assert "bytes" in home.reason


def test_a_choice_is_kept_though_the_rights_above_change(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    someone = Account("someone", 12345, 12345)
    monkeypatch.setattr(state, "server_account", lambda: someone)
    monkeypatch.setattr(state, "can_reach", lambda path, account: False)
    before = locate(Settings(state=places / "state"))
    monkeypatch.setattr(state, "can_reach", lambda path, account: True)
    after = locate(Settings(state=places / "state"))
    assert before.folder == after.folder == elsewhere(places / "state")
    assert after.reason


def test_a_folder_of_somebody_else_is_not_taken(places: Path) -> None:
    folder = places / ("long" * 10)
    elsewhere(folder).symlink_to(places)  # what an attacker would lay out beforehand
    with pytest.raises(LocalServerError, match="somebody else"):
        locate(Settings(state=folder))


def test_a_state_folder_that_cannot_be_made_is_named(places: Path) -> None:
    (places / "file").touch()
    with pytest.raises(LocalServerError, match="STANDPOINT_STATE"):
        locate(Settings(state=places / "file/state"))
