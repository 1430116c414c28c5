"""Find a Java that Elasticsearch runs on: a full JDK of version 17 or newer.

A runtime alone is not enough: Elasticsearch asks for the module ``jdk.jlink``, which only a JDK has.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import LocalServerError
from pipeline.local.process import Account, can_reach, server_account

LEAST = 17
_PLACES = (Path("/usr/lib/jvm"), Path("/opt/java"), Path("/Library/Java/JavaVirtualMachines"))
ADVICE = (
    "On Debian or Ubuntu type: sudo apt-get install -y openjdk-17-jdk-headless "
    "(default-jdk-headless where that is not known), or set JAVA_HOME to a JDK."
)


@dataclass(frozen=True)
class Jdk:
    """A JDK: its folder and its feature version (17, 21, …)."""

    home: Path
    version: int


def find_jdk(
    account: Account | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    places: Iterable[Path] = _PLACES,
) -> Jdk:
    """Return the JDK that Elasticsearch shall run on.

    Looked at in this order: ``ES_JAVA_HOME``, ``JAVA_HOME``, the ``java`` on ``PATH``, the system's folders.

    Args:
        account: the account that has to be able to run it.
        environment: where the variables are read; default: this process's.
        places: folders of installed JDKs.

    Raises:
        LocalServerError: there is none. The message says what was looked at and exactly what to type.
    """
    environment = os.environ if environment is None else environment
    refused: list[str] = []
    for home in _candidates(environment, places):
        jdk = inspect(home, lambda path: can_reach(path, account))
        if isinstance(jdk, Jdk):
            return jdk
        refused.append(f"{home} ({jdk})")
    looked = f" Looked at {', '.join(refused)}." if refused else ""
    raise LocalServerError(f"Elasticsearch needs a JDK, version {LEAST} or newer.{looked} {ADVICE}", subject="java")


def inspect(home: Path, reach: Callable[[Path], bool] = Path.exists) -> Jdk | str:
    """Return the JDK in a folder, or in a few words why it is none that can be used."""
    version = _version(home)
    if not (home / "bin/java").exists():
        return "no bin/java"
    if version is None:
        return "no version in its file 'release'"
    if version < LEAST:
        return f"version {version}"
    if not (home / "jmods/jdk.jlink.jmod").exists() and not (home / "bin/jlink").exists():
        return "a runtime without jlink, not a JDK"
    if not reach(home / "bin/java"):
        return "closed to the account that Elasticsearch runs under"
    return Jdk(home, version)


def _version(home: Path) -> int | None:
    try:
        release = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(r'^JAVA_VERSION="?(?:1\.)?(\d+)', release, re.MULTILINE)
    return int(found.group(1)) if found else None


def _candidates(environment: Mapping[str, str], places: Iterable[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for home in _homes(environment, places):
        resolved = home.resolve()
        if resolved not in seen:
            seen.add(resolved)
            yield resolved


def _homes(environment: Mapping[str, str], places: Iterable[Path]) -> Iterator[Path]:
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if environment.get(name):
            yield Path(environment[name])
    on_path = shutil.which("java", path=environment.get("PATH"))
    if on_path:
        yield Path(on_path).resolve().parent.parent
    for place in places:
        if place.is_dir():
            for folder in sorted(place.iterdir()):
                yield folder / "Contents/Home" if (folder / "Contents/Home").is_dir() else folder


def main() -> None:
    """Exit with an error, and say what to type, unless there is a JDK that Elasticsearch can run on here."""
    try:
        jdk = find_jdk(server_account())
    except LocalServerError as error:
        sys.exit(error.message)
    sys.stdout.write(f"JDK {jdk.version} in {jdk.home}\n")
