from pathlib import Path

import pytest

from pipeline.errors import LocalServerError
from pipeline.local.java import Jdk, find_jdk, inspect


def make_jdk(home: Path, version: str = "17.0.15", *, jlink: bool = True) -> Path:
    (home / "bin").mkdir(parents=True)
    for name in ("java", *(["jlink"] if jlink else [])):
        (home / "bin" / name).touch(mode=0o755)
    (home / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\nJAVA_VERSION_DATE="2025-04-15"\n')
    return home


@pytest.mark.parametrize(
    ("version", "found"),
    [("17.0.15", 17), ("21", 21), ("25-ea", 25), ("11.0.2", "version 11"), ("1.8.0_402", "version 8")],
)
def test_the_version_is_read_from_the_release_file(tmp_path: Path, version: str, found: int | str) -> None:
    home = make_jdk(tmp_path / "jdk", version)
    assert inspect(home) == (Jdk(home, found) if isinstance(found, int) else found)


def test_a_runtime_is_no_jdk(tmp_path: Path) -> None:
    assert inspect(make_jdk(tmp_path / "jre", jlink=False)) == "a runtime without jlink, not a JDK"


def test_a_jdk_that_the_account_cannot_reach_is_refused(tmp_path: Path) -> None:
    assert "closed" in str(inspect(make_jdk(tmp_path / "jdk"), lambda path: False))


def test_the_variables_come_before_the_path_and_the_path_before_the_places(tmp_path: Path) -> None:
    elastic, home, on_path, placed = (make_jdk(tmp_path / name) for name in ("elastic", "home", "path", "jvm/placed"))
    environment = {"ES_JAVA_HOME": str(elastic), "JAVA_HOME": str(home), "PATH": str(on_path / "bin")}
    for expected, without in ((elastic, "ES_JAVA_HOME"), (home, "JAVA_HOME"), (on_path, "PATH"), (placed, "")):
        assert find_jdk(environment=environment, places=[placed.parent]).home == expected
        environment[without] = ""


def test_a_java_home_that_does_not_do_is_passed_over(tmp_path: Path) -> None:
    old, good = make_jdk(tmp_path / "old", "11.0.2"), make_jdk(tmp_path / "jvm/good", "21.0.1")
    assert find_jdk(environment={"JAVA_HOME": str(old), "PATH": ""}, places=[good.parent]).version == 21


def test_the_link_on_the_path_is_followed(tmp_path: Path) -> None:
    home = make_jdk(tmp_path / "jdk")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/java").symlink_to(home / "bin/java")
    assert find_jdk(environment={"PATH": str(tmp_path / "bin")}, places=[]).home == home


def test_without_a_jdk_the_error_says_what_to_type_and_what_was_looked_at(tmp_path: Path) -> None:
    runtime = make_jdk(tmp_path / "jre", jlink=False)
    with pytest.raises(LocalServerError) as caught:
        find_jdk(environment={"JAVA_HOME": str(runtime), "PATH": ""}, places=[tmp_path / "nothing"])
    assert "apt-get install -y openjdk-17-jdk-headless" in str(caught.value)
    assert f"{runtime} (a runtime without jlink" in str(caught.value)
