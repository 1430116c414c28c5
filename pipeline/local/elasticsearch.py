"""A real Elasticsearch node on this machine: get it, start it, find it, stop it.

The server is the one that Elastic publishes to Maven Central as
``org.elasticsearch.distribution.integ-test-zip:elasticsearch`` (zip, 107 MB): the server itself without most of
its modules. It runs on loopback only, without log-in, as a single node.
"""

import hashlib
import logging
import os
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from pipeline.errors import LocalServerError
from pipeline.local import process
from pipeline.local.client import ask
from pipeline.local.java import find_jdk
from pipeline.local.process import Progress, Started
from pipeline.local.state import Home

log = logging.getLogger(__name__)

NAME = "elasticsearch"
GROUP = "org.elasticsearch.distribution.integ-test-zip"
VERSION = "8.19.21"
# What Maven Central publishes beside the zip (….zip.sha512). Pinned, so that neither half a file nor another one
# is ever unpacked.
SHA512 = (
    "cf6b0a93860d329937ae7f913ec5073b0c726c77639764b93fc83a304aa1dd9d"
    "4defcfa2849948eea3b0b47c2065f994908603939fc2a4774c9c4d868c5ec1dd"
)
HEAP_MB = 512
_START_LIMIT_S = 180.0

_CONFIG = """\
cluster.name: standpoint
node.name: local
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport_port}
path.data: {data}
path.logs: {logs}
path.repo: {snapshots}
xpack.security.enabled: false
# a full disk shall not turn a laptop's indices read-only
cluster.routing.allocation.disk.threshold_enabled: false
"""

# One collector thread and no second compiler: a third less processor time until the node answers.
_JVM_OPTIONS = """\
-Xms{heap}m
-Xmx{heap}m
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-XX:+ExitOnOutOfMemoryError
-XX:ErrorFile={logs}/hs_err_pid%p.log
-Djava.io.tmpdir={tmp}
20-:--add-modules=jdk.incubator.vector
"""

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


def launch(home: Home, port: int, *, progress: Progress) -> tuple[Started, bool]:
    """Start the node without waiting for it, or find it running.

    Args:
        home: where the servers keep their files.
        port: port of the HTTP interface, used if the node is not running yet.
        progress: told what is done.

    Returns:
        The process, and whether it was started just now.

    Raises:
        LocalServerError: no JDK, no download, a taken port.
    """
    found = process.find(home.record(NAME))
    if found is not None and process.is_running(found):
        return found, False
    process.stop(home.record(NAME))  # what a launcher that was killed left behind
    jdk = find_jdk(home.account)
    process.require_free(port, what="Elasticsearch", setting="STANDPOINT_ELASTICSEARCH_PORT")
    program = distribution(home.software, progress=progress)
    folders = _folders(home)
    _configure(folders, port)
    progress(f"starting Elasticsearch {VERSION} on port {port}")
    started = process.spawn(
        [str(program / "bin/elasticsearch")],
        record=home.record(NAME),
        log=home.log(NAME),
        # Nothing of one's own environment: Java options found there would change the node.
        environment={
            "PATH": os.environ.get("PATH", os.defpath),
            "ES_JAVA_HOME": str(jdk.home),
            "ES_PATH_CONF": str(folders["config"]),
            "ES_TMPDIR": str(folders["tmp"]),
            "LC_ALL": "C.UTF-8",
        },
        folder=folders["data"],
        address=f"http://127.0.0.1:{port}",
        account=home.account,
    )
    log.info(
        "started Elasticsearch",
        extra={"pid": started.pid, "port": port, "jdk": str(jdk.home), "account": getattr(home.account, "name", "")},
    )
    return started, True


def wait(home: Home, started: Started) -> None:
    """Wait until the node takes requests.

    Raises:
        LocalServerError: it ended or did not answer in time; with the last lines of its log.
    """
    process.wait_ready(
        "Elasticsearch", started, lambda: healthy(started.address), log=home.log(NAME), limit_s=_START_LIMIT_S
    )


def healthy(address: str) -> bool:
    """Tell whether the node at an address takes requests. (``GET /`` is not there in this distribution.)"""
    health: Any = ask("GET", f"{address}/_cluster/health").json()
    return isinstance(health, dict) and health.get("status") in ("yellow", "green")


def stop(home: Home) -> bool:
    """Stop the node; return whether it ran."""
    return process.stop(home.record(NAME), grace_s=30.0)


def _folders(home: Home) -> dict[str, Path]:
    base = process.own(home.folder / NAME, home.account)
    return {name: process.own(base / name, home.account) for name in ("config", "data", "logs", "tmp", "snapshots")}


def _configure(folders: dict[str, Path], port: int) -> None:
    values = {
        "data": folders["data"],
        "logs": folders["logs"],
        "tmp": folders["tmp"],
        "snapshots": folders["snapshots"],
    }
    texts = {
        "elasticsearch.yml": _CONFIG.format(port=port, transport_port=process.free_port(), **values),
        "jvm.options": jvm_options(logs=folders["logs"], tmp=folders["tmp"]),
        "log4j2.properties": LOGGING,
    }
    for name, text in texts.items():
        file = folders["config"] / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o644)


def jvm_options(*, logs: Path, tmp: Path) -> str:
    """Return the ``jvm.options`` of a small node that keeps its logs and temporary files in these folders."""
    return _JVM_OPTIONS.format(heap=HEAP_MB, logs=logs, tmp=tmp)


def distribution(software: Path, *, progress: Progress) -> Path:
    """Return the folder of the unpacked server; get it first where it is not there.

    Args:
        software: folder that it is unpacked into, under its version.
        progress: told what is done.

    Raises:
        LocalServerError: it cannot be downloaded, or what came is not what Elastic published.
    """
    program = software / f"elasticsearch-{VERSION}"
    if program.is_dir():
        return program
    software.mkdir(parents=True, exist_ok=True)
    software.chmod(0o755)
    with process.locked(software / "lock", progress=progress):
        if not program.is_dir():
            _unpack(_archive(software, progress), program, progress)
    return program


def _archive(software: Path, progress: Progress) -> Path:
    """The zip: from the user's Maven repository if it is whole there, else downloaded into our own."""
    from jgo.maven import MavenContext

    def artifact(context: Any) -> Any:
        return context.project(GROUP, NAME).at_version(VERSION).artifact(packaging="zip")

    at_hand = artifact(MavenContext(offline=True)).cached_path
    if at_hand is not None and at_hand.is_file() and _sha512(at_hand) == SHA512:
        return Path(at_hand)
    own = artifact(MavenContext(repo_cache=software / "maven", timeout=60))
    subject = f"{GROUP}:{NAME}:{VERSION}:zip"
    for _ in range(2):
        progress(f"downloading Elasticsearch {VERSION} from Maven Central (107 MB)")
        try:
            file = Path(own.resolve())
        except Exception as error:  # jgo lets through what requests and the file system raise
            _forget(own)
            raise LocalServerError(
                f"cannot be downloaded from Maven Central ({error}): try again when it can be reached.",
                subject=subject,
            ) from error
        if _sha512(file) == SHA512:
            return file
        log.warning("what was downloaded is not whole, getting it again", extra={"file": str(file)})
        _forget(own)
    raise LocalServerError("what Maven Central sent does not have the checksum it should have.", subject=subject)


def _forget(artifact: Any) -> None:
    if artifact.cached_path is not None:
        Path(artifact.cached_path).unlink(missing_ok=True)


def _sha512(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha512").hexdigest()


def _unpack(archive: Path, program: Path, progress: Progress) -> None:
    """Unpack beside its place and rename: what has its name is whole."""
    progress(f"unpacking Elasticsearch {VERSION}")
    draft = Path(tempfile.mkdtemp(prefix="unpacking-", dir=program.parent))
    try:
        with zipfile.ZipFile(archive) as bundle:
            for member in bundle.infolist():
                target = Path(bundle.extract(member, draft))
                runs = member.is_dir() or (member.external_attr >> 16) & stat.S_IXUSR
                target.chmod(0o755 if runs else 0o644)
        inner = draft / f"elasticsearch-{VERSION}"
        for folder in (inner, *(path for path in inner.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        inner.rename(program)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(program.parent / "maven", ignore_errors=True)
