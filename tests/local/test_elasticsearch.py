import hashlib
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import LocalServerError
from pipeline.local import elasticsearch, process
from pipeline.local.client import ask
from pipeline.local.process import free_port
from pipeline.local.state import Home


def quiet(message: str) -> None:
    pass


class Repository:
    """Stands in for jgo: each download takes the next of ``contents``; an exception among them is raised."""

    def __init__(self, *contents: bytes | Exception, at_hand: Path | None = None) -> None:
        self.contents = list(contents)
        self.at_hand = at_hand
        self.downloads = 0

    def context(self, repo_cache: Path | None = None, offline: bool = False, timeout: int = 10) -> "Artifact":
        return Artifact(self, self.at_hand if offline else (repo_cache or Path()) / "elasticsearch.zip")


class Artifact:
    def __init__(self, repository: Repository, cached_path: Path | None) -> None:
        self.repository = repository
        self.cached_path = cached_path

    def project(self, group: str, name: str) -> "Artifact":
        return self

    def at_version(self, version: str) -> "Artifact":
        return self

    def artifact(self, packaging: str) -> "Artifact":
        return self

    def resolve(self) -> Path:
        assert self.cached_path is not None
        if not self.cached_path.exists():  # as jgo: a file that is there is taken for whole
            self.repository.downloads += 1
            content = self.repository.contents.pop(0)
            self.cached_path.parent.mkdir(parents=True, exist_ok=True)
            self.cached_path.write_bytes(content if isinstance(content, bytes) else b"half")
            if isinstance(content, Exception):
                raise content
        return self.cached_path


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A small zip in the server's shape, whose checksum is the expected one."""
    file = tmp_path / "made.zip"
    with zipfile.ZipFile(file, "w") as bundle:
        program = zipfile.ZipInfo(f"elasticsearch-{elasticsearch.VERSION}/bin/elasticsearch")
        program.external_attr = 0o755 << 16
        bundle.writestr(program, "#!/bin/sh\n")
        bundle.writestr(f"elasticsearch-{elasticsearch.VERSION}/lib/a.jar", "jar")
    monkeypatch.setattr(elasticsearch, "SHA512", hashlib.sha512(file.read_bytes()).hexdigest())
    return file.read_bytes()


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Repository], Repository]:
    def use(repository: Repository) -> Repository:
        monkeypatch.setattr("jgo.maven.MavenContext", repository.context)
        return repository

    return use


Use = Callable[[Repository], Repository]


def test_it_is_downloaded_and_unpacked_once(tmp_path: Path, archive: bytes, use: Use) -> None:
    repository = use(Repository(archive))
    for _ in range(2):
        program = elasticsearch.distribution(tmp_path / "software", progress=quiet)
    assert repository.downloads == 1
    assert (program / "bin/elasticsearch").stat().st_mode & 0o777 == 0o755
    assert (program / "lib/a.jar").stat().st_mode & 0o777 == 0o644
    assert sorted(path.name for path in program.parent.iterdir()) == [program.name, "lock"]


def test_half_a_file_is_not_taken_for_whole(tmp_path: Path, archive: bytes, use: Use) -> None:
    repository = use(Repository(archive[:100], archive))
    assert (elasticsearch.distribution(tmp_path / "software", progress=quiet) / "lib/a.jar").exists()
    assert repository.downloads == 2


def test_a_download_that_was_killed_is_begun_anew(tmp_path: Path, archive: bytes, use: Use) -> None:
    repository = use(Repository(archive))
    left = tmp_path / "software/maven/elasticsearch.zip"
    left.parent.mkdir(parents=True)
    left.write_bytes(archive[:-1])
    assert elasticsearch.distribution(tmp_path / "software", progress=quiet).is_dir()
    assert repository.downloads == 1


def test_an_interrupted_download_leaves_nothing_and_says_so(tmp_path: Path, archive: bytes, use: Use) -> None:
    use(Repository(ConnectionError("connection reset by peer"), archive))
    with pytest.raises(LocalServerError, match=r"connection reset by peer.*try again"):
        elasticsearch.distribution(tmp_path / "software", progress=quiet)
    assert not list((tmp_path / "software").rglob("*.zip"))
    assert elasticsearch.distribution(tmp_path / "software", progress=quiet).is_dir()


def test_another_file_than_the_published_one_is_refused(tmp_path: Path, archive: bytes, use: Use) -> None:
    use(Repository(b"something else", b"something else"))
    with pytest.raises(LocalServerError, match="checksum"):
        elasticsearch.distribution(tmp_path / "software", progress=quiet)
    assert not list((tmp_path / "software").glob("elasticsearch-*"))


def test_a_whole_file_in_the_users_repository_is_used(tmp_path: Path, archive: bytes, use: Use) -> None:
    at_hand = tmp_path / "at-hand.zip"
    at_hand.write_bytes(archive)
    repository = use(Repository(at_hand=at_hand))
    assert elasticsearch.distribution(tmp_path / "software", progress=quiet).is_dir()
    assert repository.downloads == 0
    assert at_hand.read_bytes() == archive


def test_half_a_file_in_the_users_repository_is_left_alone(tmp_path: Path, archive: bytes, use: Use) -> None:
    at_hand = tmp_path / "at-hand.zip"
    at_hand.write_bytes(archive[:50])  # another program may be writing it
    repository = use(Repository(archive, at_hand=at_hand))
    assert elasticsearch.distribution(tmp_path / "software", progress=quiet).is_dir()
    assert repository.downloads == 1
    assert at_hand.read_bytes() == archive[:50]


def test_a_taken_port_is_told_before_anything_is_started(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(LocalServerError, match="STANDPOINT_ELASTICSEARCH_PORT="):
            elasticsearch.launch(home, taken.getsockname()[1], progress=quiet)
    assert process.find(home.record("elasticsearch")) is None


def test_without_a_jdk_nothing_is_started(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_jdk(account: object) -> None:
        raise LocalServerError("Elasticsearch needs a JDK.", subject="java")

    monkeypatch.setattr(elasticsearch, "find_jdk", find_jdk)
    with pytest.raises(LocalServerError, match="needs a JDK"):
        elasticsearch.launch(home, free_port(), progress=quiet)
    assert process.find(home.record("elasticsearch")) is None


@pytest.mark.servers
def test_a_node_that_dies_while_starting_shows_its_last_lines(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elasticsearch, "_CONFIG", elasticsearch._CONFIG + "no.such.setting: 1\n")
    started, is_new = elasticsearch.launch(home, free_port(), progress=quiet)
    assert is_new
    with pytest.raises(LocalServerError, match=r"(?s)ended while starting.*unknown setting \[no\.such\.setting\]"):
        elasticsearch.wait(home, started)
    assert process.find(home.record("elasticsearch")) is None


@pytest.mark.servers
def test_the_sessions_node_indexes_and_searches(servers: Any, index_prefix: str) -> None:
    index = f"{servers.elasticsearch_url}/{index_prefix}documents"
    assert ask("PUT", f"{index}/_doc/1?refresh=true", body={"title": "Ferry strike ends"}, timeout_s=30).ok
    found = ask("POST", f"{index}/_search", body={"query": {"match": {"title": "strike"}}}).json()
    assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]


def test_nothing_listens_there() -> None:
    assert not elasticsearch.healthy(f"http://127.0.0.1:{free_port()}")
