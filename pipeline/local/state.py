"""Where the local servers keep their files.

Normally that is the state folder of the checkout. It cannot be where the path of PostgreSQL's socket would be
longer than the system allows, nor where the account that the servers run under may not enter (a checkout under
``/root``): then it is a folder under ``/var/tmp`` whose name follows from the state folder's.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import LocalServerError
from pipeline.local.process import Account, can_reach, server_account
from pipeline.settings import PROJECT, Settings

LONGEST_SOCKET = 107  # bytes; sun_path of unix(7) holds 108 with the final zero
_ELSEWHERE = Path("/var/tmp")  # noqa: S108 - kept over a restart; an own folder in it is made and checked below
_SOCKET = "postgres/socket/.s.PGSQL.5432"


@dataclass(frozen=True)
class Home:
    """Where the local servers keep their files, and why there.

    Attributes:
        folder: the servers' own files: data, logs, sockets, records of their processes.
        software: unpacked programs; shared by every state folder of the checkout.
        reason: why it is not in the state folder; empty if it is.
        account: the account that the servers run under; ``None``: one's own.
    """

    folder: Path
    software: Path
    reason: str
    account: Account | None

    @property
    def lock(self) -> Path:
        """Held while servers are started or stopped."""
        return self.folder / "lock"

    def record(self, name: str) -> Path:
        """The file that a server's process is remembered in."""
        return self.folder / "run" / f"{name}.json"

    def log(self, name: str) -> Path:
        """The file that takes what a server prints."""
        return self.folder / "log" / f"{name}.log"


def locate(settings: Settings) -> Home:
    """Choose the folder for the servers' files, make it and return it.

    Raises:
        LocalServerError: the folder cannot be made or belongs to somebody else.
    """
    account = server_account()
    folder, reason = _settle(settings.state, account)
    software, _ = _settle(PROJECT / ".standpoint", account)
    return Home(folder, software / "software", reason, account)


def choose(state: Path, fallback: Path, reach: Callable[[Path], bool]) -> tuple[Path, str]:
    """Decide between a folder in the state folder and the one elsewhere.

    Args:
        state: the state folder, absolute.
        fallback: the folder elsewhere.
        reach: whether the servers' account may enter a folder.

    Returns:
        The folder, and why it is not in the state folder (empty if it is).
    """
    socket = os.fsencode(state / "local" / _SOCKET)
    if len(socket) > LONGEST_SOCKET:
        return fallback, f"a socket in the state folder would have a path of {len(socket)} bytes, over {LONGEST_SOCKET}"
    if not reach(state):
        return fallback, "the account that the servers run under may not enter the state folder"
    return state / "local", ""


def elsewhere(state: Path) -> Path:
    """Return the folder under ``/var/tmp`` that stands in for a state folder."""
    digest = hashlib.sha256(os.fsencode(state)).hexdigest()[:12]
    return _ELSEWHERE / f"standpoint-{os.geteuid()}-{digest}"


def _settle(state: Path, account: Account | None) -> tuple[Path, str]:
    try:
        if not state.exists():
            state.mkdir(parents=True)
            if account is not None:
                state.chmod(0o755)  # whatever the umask: the account has to pass through it to its own folders
        state = state.resolve()
        fallback = elsewhere(state)
        if _is_ours(fallback):
            # A choice once made is kept: rights above the folder may change while servers run.
            return fallback, choose(state, fallback, lambda folder: can_reach(folder, account))[1] or "it was before"
        folder, reason = choose(state, fallback, lambda folder: can_reach(folder, account))
        folder.mkdir(mode=0o755 if account else 0o700, exist_ok=True)
        if account is not None:
            folder.chmod(0o755)
    except OSError as error:
        raise LocalServerError(
            f"the folder for the local servers cannot be made ({error.strerror}): "
            "set STANDPOINT_STATE to a folder that you may write to.",
            subject=str(error.filename or state),
        ) from error
    if folder == fallback and not _is_ours(folder):
        raise LocalServerError(
            "the folder for the local servers belongs to somebody else: "
            "set STANDPOINT_STATE to a short path that the servers can reach.",
            subject=str(folder),
        )
    return folder, reason


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return folder.is_dir() and not folder.is_symlink() and found.st_uid == os.geteuid() and not found.st_mode & 0o022
