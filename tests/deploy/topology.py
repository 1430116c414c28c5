"""What docker-compose.yml describes, as plain processes of this machine: no container engine is needed.

Commands, environment, scripts and roles are read out of docker-compose.yml and config/; replaced are the addresses
(a service's name becomes a port of the loopback interface) and the folders (a volume becomes a folder).
One thing differs: the local Elasticsearch node cannot keep users of its own (it lacks the analysis module that their
index needs), so the users who write and read stand in its files, with the roles of config/elasticsearch-security.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pipeline.index.accounts import ANALYST, ROLE_OF, WRITER, role
from pipeline.local import elasticsearch, postgres, process
from pipeline.local.airflow_api import AirflowApi
from pipeline.local.java import find_jdk
from pipeline.local.process import Started, free_port
from pipeline.local.state import Home
from pipeline.settings import PROJECT
from tests.deploy import compose

#: The services of Airflow that run all the time, in the order of ``depends_on``.
AIRFLOW = ("airflow-api-server", "airflow-scheduler", "airflow-dag-processor", "airflow-worker")
_START_LIMIT_S = 180.0

_ELASTICSEARCH = """\
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport_port}
path.data: {folder}/data
path.logs: {folder}/logs
cluster.routing.allocation.disk.threshold_enabled: false
"""


class Topology:
    """The processes: there after :meth:`start`, gone after :meth:`stop`.

    Args:
        home: where the local servers keep their software, and the account they run under.
        folder: of one's own, short, reachable for that account.
        settings: variables that a user would write into ``.env``.
    """

    def __init__(self, home: Home, folder: Path, settings: dict[str, str]) -> None:
        self.home = home
        self.folder = folder
        self.services: dict[str, Any] = compose.load()["services"]
        example = compose.example()
        self.variables = {name: value or secrets.token_hex(24) for name, value in example.items()} | settings
        self.variables["AIRFLOW_FERNET_KEY"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        names = ("postgres", "redis", "elasticsearch", "transport", "airflow", "scheduler", "logs")
        self._ports = {name: free_port() for name in names}
        self.elasticsearch_url = f"https://localhost:{self._ports['elasticsearch']}"
        self.airflow_url = f"http://127.0.0.1:{self._ports['airflow']}"
        self._records: dict[str, Path] = {}

    # ------------------------------------------------------------------------------------------------- all together

    def start(self) -> None:
        """Start everything in the order of ``depends_on``; it is healthy when this returns."""
        self._start_postgres()
        self._start_redis()
        with ThreadPoolExecutor(max_workers=1) as beside:
            initialised = beside.submit(self.run, "airflow-init")
            self._make_certificates()
            self._start_elasticsearch()
            initialised.result()
        self._wait("elasticsearch", lambda: self.elastic("GET", "/_cluster/health", "elastic")[0] == 200)
        self.run("setup", without="--accounts")
        for service in AIRFLOW:
            self.launch(service)
        for service in AIRFLOW[:2]:
            self._wait(service, lambda service=service: self.healthy(service))  # type: ignore[misc]

    def stop(self) -> list[str]:
        """Stop everything, the last first; return the names of those that had ended before by themselves."""
        ended = []
        for name, record in reversed(self._records.items()):
            found = process.find(record)
            if found is None or not process.is_running(found):
                ended.append(name)
            process.stop(record, how=signal.SIGINT if name == "postgres" else signal.SIGTERM, grace_s=60)
        return ended

    # ------------------------------------------------------------------------------------------------- one of them

    def environment(self, service: str) -> dict[str, str]:
        """Return the environment that compose gives a service, with addresses and folders of this machine."""
        found = {
            name: self._here(value)
            for name, value in compose.environment(self.services[service], self.variables).items()
        }
        if "AIRFLOW__CORE__EXECUTOR" in found:
            found |= {
                "AIRFLOW_HOME": str(self.folder / "airflow"),
                "AIRFLOW__API__HOST": "127.0.0.1",
                "AIRFLOW__API__PORT": str(self._ports["airflow"]),
                "AIRFLOW__API__WORKERS": "1",
                "AIRFLOW__CELERY__WORKER_CONCURRENCY": "2",
                "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
                "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
                "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(self._ports["logs"]),
                "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self._ports["scheduler"]),
                # only what a test triggers runs
                "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
            }
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "HOME": str(self.folder / "airflow"),
            "HOSTNAME": socket.gethostname(),
            "LC_ALL": "C.UTF-8",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "PYTHONUNBUFFERED": "1",
            **found,
        }

    def command(self, service: str) -> list[str]:
        """Return the command that compose gives a service, with addresses and folders of this machine."""
        return [self._here(compose.filled(word, self.variables)) for word in self.services[service]["command"]]

    def run(self, service: str, *, without: str = "", **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a service that ends by itself to its end.

        Args:
            service: its name in compose.
            without: a word of its command to leave out.
            changed: variables of its environment.
        """
        done = self.execute([word for word in self.command(service) if word != without], service, **changed)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def execute(self, command: Sequence[str], service: str, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the environment of a service."""
        return _done(command, env={**self.environment(service), **changed}, cwd=self.folder)

    def launch(self, service: str) -> None:
        """Start a service of Airflow without waiting for it."""
        (self.folder / "airflow").mkdir(exist_ok=True)
        self._spawn(service, self.command(service), self.environment(service), self.folder / "airflow")

    def pid(self, service: str) -> int:
        """Return the process of a service; it has to run."""
        found = process.find(self._records[service])
        assert found is not None, f"{service} has ended"
        return found.pid

    def api(self) -> AirflowApi:
        """Return a log-in to Airflow as the person that airflow-init made."""
        return AirflowApi(
            self.airflow_url, self.variables["AIRFLOW_ADMIN_USER"], self.variables["AIRFLOW_ADMIN_PASSWORD"]
        )

    def password(self, user: str) -> str:
        """Return the password of a user of Elasticsearch; empty for nobody."""
        names = {
            "elastic": "ELASTIC_PASSWORD",
            WRITER: "STANDPOINT_WRITER_PASSWORD",
            ANALYST: "STANDPOINT_ANALYST_PASSWORD",
        }
        return self.variables[names[user]] if user else ""

    def elastic(self, method: str, path: str, user: str, body: object | None = None) -> tuple[int, Any]:
        """Ask Elasticsearch over TLS; return status (0: no answer) and JSON."""
        request = urllib.request.Request(self.elasticsearch_url + path, method=method)
        if user:
            token = base64.b64encode(f"{user}:{self.password(user)}".encode()).decode()
            request.add_header("Authorization", f"Basic {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            trusted = ssl.create_default_context(cafile=self.folder / "authority/ca.crt")
            opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
            )
            with opener.open(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")
        except OSError:
            return 0, None

    # ------------------------------------------------------------------------------------------------------ inside

    def _here(self, value: str) -> str:
        """A value of compose with the addresses and folders that stand for it on this machine."""
        for there, here in {
            "postgres:5432": f"127.0.0.1:{self._ports['postgres']}",
            "redis:6379": f"127.0.0.1:{self._ports['redis']}",
            "https://elasticsearch:9200": self.elasticsearch_url,
            "http://airflow-api-server:8080": self.airflow_url,
            "localhost:8080": f"127.0.0.1:{self._ports['airflow']}",
            "localhost:8974": f"127.0.0.1:{self._ports['scheduler']}",
            "/authority/": f"{self.folder}/authority/",
            "/var/lib/standpoint": f"{self.folder}/state",
            "/opt/standpoint/": f"{PROJECT}/",
            "config/certificates/": f"{self.folder}/elasticsearch/config/certificates/",
        }.items():
            value = value.replace(there, here)
        return value

    def healthy(self, service: str) -> bool:
        """Whether compose's health check of a service is content."""
        kind, *words = self.services[service]["healthcheck"]["test"]
        command = words if kind == "CMD" else ["/bin/sh", "-c", words[0].replace("$$", "$")]
        return self.execute([self._here(word) for word in command], service).returncode == 0

    def _spawn(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path, *, server: bool = False
    ) -> Started:
        self._records[name] = self.folder / "run" / f"{name}.json"
        return process.spawn(
            command,
            record=self._records[name],
            log=self._log(name),
            environment=environment,
            folder=folder,
            address=name,
            account=self.home.account if server else None,
        )

    def _log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    def _wait(self, name: str, ready: Any) -> None:
        started = process.find(self._records[name])
        assert started is not None, process.last_lines(self._log(name))
        process.wait_ready(name, started, ready, log=self._log(name), limit_s=_START_LIMIT_S, poll_s=1.0)

    def _own(self, name: str) -> Path:
        return process.own(self.folder / name, self.home.account, mode=0o755)

    def _elasticsearch_environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "ES_JAVA_HOME": str(find_jdk(self.home.account).home),
            "ES_PATH_CONF": str(self.folder / "elasticsearch/config"),
            "ES_TMPDIR": str(self.folder / "elasticsearch/tmp"),
            "LC_ALL": "C.UTF-8",
            # for its small programs: sooner started
            "CLI_JAVA_OPTS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        }

    def _program(self) -> Path:
        return elasticsearch.distribution(self.home.software, progress=lambda message: None)

    def _make_certificates(self) -> None:
        """What the service ``certificates`` does, by its own script."""
        for name in ("elasticsearch", "elasticsearch/config", "elasticsearch/tmp", "authority", "snapshots"):
            self._own(name)
        account = self.home.account
        _succeeds(
            [str(PROJECT / "config/deploy/certificates.sh")],
            env={
                **self._elasticsearch_environment(),
                "CERTIFICATES": str(self._own("elasticsearch/config/certificates")),
                "AUTHORITY": str(self.folder / "authority"),
                "SNAPSHOTS": str(self.folder / "snapshots"),
                "ELASTICSEARCH_ACCOUNT": f"{account.uid}:{account.gid}" if account else f"{os.getuid()}:{os.getgid()}",
                "CERTUTIL": str(self._program() / "bin/elasticsearch-certutil"),
            },
        )

    def _start_elasticsearch(self) -> None:
        """The node with the settings of compose: those with a dot in their name."""
        folder = self.folder / "elasticsearch"
        for name in ("data", "logs"):
            self._own(f"elasticsearch/{name}")
        given = compose.environment(self.services["elasticsearch"], self.variables)
        settings = {name: value for name, value in given.items() if "." in name and name != "bootstrap.memory_lock"}
        settings["path.repo"] = str(self.folder / "snapshots")
        ports = {"port": self._ports["elasticsearch"], "transport_port": self._ports["transport"]}
        lines = [f"{name}: {json.dumps(value)}" for name, value in settings.items()]
        roles = {name: role(name) for name in ROLE_OF.values()}
        texts = {
            "elasticsearch.yml": _ELASTICSEARCH.format(folder=folder, **ports) + "\n".join(lines) + "\n",
            "jvm.options": elasticsearch.jvm_options(logs=folder / "logs", tmp=folder / "tmp"),
            "log4j2.properties": elasticsearch.LOGGING,
            "roles.yml": "".join(f"{name}: {json.dumps(body)}\n" for name, body in roles.items()),
            "users": "".join(f"{user}:{_hashed(self.password(user))}\n" for user in ROLE_OF),
            "users_roles": "".join(f"{name}:{user}\n" for user, name in ROLE_OF.items()),
        }
        for name, text in texts.items():
            file = folder / "config" / name
            file.write_text(text, encoding="utf-8")
            file.chmod(0o644)
        environment = self._elasticsearch_environment()
        _succeeds(
            [str(self._program() / "bin/elasticsearch-keystore"), "add", "--force", "--stdin", "bootstrap.password"],
            env=environment,
            cwd=folder,
            input=self.password("elastic"),
            **process.as_account(self.home.account),
        )
        self._spawn(
            "elasticsearch", [str(self._program() / "bin/elasticsearch")], environment, folder / "data", server=True
        )

    def _start_postgres(self) -> None:
        """The server over TCP with passwords; databases and their owners by compose's own script."""
        programs = postgres.programs(self.home)
        folder = self._own("postgres")
        secret = folder / "superuser"
        secret.write_text(self.variables["POSTGRES_PASSWORD"], encoding="utf-8")
        if self.home.account is not None:
            os.chown(secret, self.home.account.uid, self.home.account.gid)
        given = compose.environment(self.services["postgres"], self.variables)
        basic = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        _succeeds(
            [
                *(str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", f"--pwfile={secret}"),
                *("--no-sync", "--auth-local=scram-sha-256", *given["POSTGRES_INITDB_ARGS"].split()),
            ],
            cwd=folder,
            env=basic,
            **process.as_account(self.home.account),
        )
        secret.unlink()
        port = str(self._ports["postgres"])
        _, *options = self.command("postgres")
        options += ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        self._spawn(
            "postgres",
            [str(programs / "postgres"), "-D", str(folder / "data"), "-p", port, *options],
            basic,
            folder / "data",
            server=True,
        )
        client = {"PGHOST": "127.0.0.1", "PGPORT": port, "PGPASSWORD": given["POSTGRES_PASSWORD"]}
        at_hand = {**given, **client, **basic, "PATH": os.pathsep.join([str(programs), basic["PATH"]])}
        ask_whether = [str(programs / "pg_isready"), "--host=127.0.0.1"]
        self._wait("postgres", lambda: subprocess.run(ask_whether, env=at_hand, check=False).returncode == 0)
        _succeeds([str(PROJECT / "config/deploy/databases.sh")], env=at_hand)

    def _start_redis(self) -> None:
        """The server with the options of compose."""
        program, *options = self.command("redis")
        self._spawn(
            "redis",
            [
                *(shutil.which(program) or program, "--bind", "127.0.0.1", "--port", str(self._ports["redis"])),
                *("--dir", str(self._own("redis")), *options),
            ],
            {"PATH": os.environ.get("PATH", os.defpath)},
            self.folder / "redis",
            server=True,
        )
        pong = ["redis-cli", "-p", str(self._ports["redis"]), "ping"]
        given = {**os.environ, **compose.environment(self.services["redis"], self.variables)}
        self._wait("redis", lambda: b"PONG" in subprocess.run(pong, env=given, check=False, capture_output=True).stdout)


def _done(command: Sequence[str], **how: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(command), capture_output=True, text=True, check=False, timeout=_START_LIMIT_S, **how)


def _succeeds(command: Sequence[str], **how: Any) -> None:
    done = _done(command, **how)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


def _hashed(password: str) -> str:
    """A password as a file of Elasticsearch's holds it."""
    salt, rounds = secrets.token_bytes(32), 10_000
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, dklen=32)
    return f"{{PBKDF2}}{rounds}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
