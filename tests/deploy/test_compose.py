"""docker-compose.yml, Dockerfile and .env.example: what can be known of them without a container engine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.local import elasticsearch, postgres
from pipeline.settings import PROJECT, Settings
from tests.deploy import compose

SERVICES: dict[str, Any] = compose.load()["services"]
#: Settings of the servers of a laptop, which compose has no use for.
LAPTOP = {"STANDPOINT_ELASTICSEARCH_PORT", "STANDPOINT_PRESS_PORT", "STANDPOINT_AIRFLOW_PORT"}
#: They run to their end.
ONE_SHOT = {"certificates", "airflow-init", "setup", "kibana-import", "cli"}
#: A name in an environment under which a secret stands, whoever reads it.
_SECRET = re.compile(r"PASSWORD|SECRET|FERNET|ENCRYPTIONKEY|TOKEN|REDISCLI_AUTH")


@pytest.fixture(scope="module")
def client() -> list[str]:
    """The command of a Compose client; it needs no engine to read a file."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            done = subprocess.run([*command, "version", "--short"], capture_output=True, text=True, check=False)
            if done.returncode == 0 and int(done.stdout.lstrip("v").split(".")[0]) >= 2:
                return command
    pytest.skip("there is no Compose client, version 2 or newer")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of variables as config/deploy/make-env.sh writes it."""
    file = tmp_path_factory.mktemp("compose") / "env"
    done = subprocess.run(["sh", PROJECT / "config/deploy/make-env.sh", file], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return file


def config(client: list[str], env: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*client, "--project-directory", str(PROJECT), "--env-file", str(env), "--profile", "cli", "config"]
    return subprocess.run([*command, *words], capture_output=True, text=True, check=False, env={"PATH": _path()})


def _path() -> str:
    return ":".join(str(Path(found).parent) for name in ("docker", "docker-compose") if (found := shutil.which(name)))


def test_it_follows_the_compose_specification() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    command = [program, "--builtin-schema", "vendor.compose-spec", str(compose.FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_client_reads_it(client: list[str], env: Path) -> None:
    done = config(client, env)
    assert done.returncode == 0, done.stderr
    assert "variable is not set" not in done.stderr
    read = yaml.safe_load(done.stdout)["services"]
    assert read.keys() == SERVICES.keys()
    worker = compose.environment(SERVICES["airflow-worker"], _variables(env))
    assert {name: value for name, value in read["airflow-worker"]["environment"].items() if value is not None} == worker


def test_the_client_refuses_to_start_without_a_secret(client: list[str], env: Path, tmp_path: Path) -> None:
    for name in (name for name, value in compose.example().items() if not value):
        lacking = tmp_path / name
        lacking.write_text("".join(li for li in env.open() if not li.startswith(f"{name}=")), encoding="utf-8")
        done = config(client, lacking, "--quiet")
        assert done.returncode != 0, name
        assert name in done.stderr


def test_a_value_of_env_reaches_the_tasks(client: list[str], env: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text(env.read_text() + "STANDPOINT_BATCH_SIZE=77\nAIRFLOW_WORKERS=3\n", encoding="utf-8")
    worker = yaml.safe_load(config(client, own).stdout)["services"]["airflow-worker"]
    assert worker["environment"]["STANDPOINT_BATCH_SIZE"] == "77"
    assert worker["deploy"]["replicas"] == 3


def test_every_setting_can_be_given_and_none_is_named_that_is_not_there() -> None:
    settings = {f"STANDPOINT_{name.upper()}" for name in Settings.model_fields} - LAPTOP
    named = {
        name
        for service in SERVICES.values()
        for name in service.get("environment") or ()
        if name.startswith("STANDPOINT_")
    }
    assert settings - named == set(), "name them in docker-compose.yml, x-standpoint-environment"
    assert named - settings == set()
    worker = SERVICES["airflow-worker"]["environment"].keys()
    only_set_up = {"WRITER_PASSWORD", "ANALYST_PASSWORD", "KIBANA_SYSTEM_PASSWORD"}
    only_import = {"KIBANA_CA", "KIBANA_URL", "KIBANA_USER", "KIBANA_PASSWORD", "KIBANA_AIRFLOW_URL"}
    assert settings - worker == {f"STANDPOINT_{name}" for name in only_set_up | only_import}


@pytest.mark.airflow
@pytest.mark.usefixtures("airflow_home")
def test_every_airflow_variable_is_an_option_of_airflow() -> None:
    from airflow.configuration import retrieve_configuration_description

    described = retrieve_configuration_description(include_providers=True)
    options = {(section, name) for section, about in described.items() for name in about["options"]}
    for name in SERVICES["airflow-worker"]["environment"]:
        if name.startswith("AIRFLOW__"):
            section, option = name.removeprefix("AIRFLOW__").lower().split("__")
            # Celery hands on any option of the broker's transport
            assert (section, option) in options or section == "celery_broker_transport_options", name


def test_no_secret_stands_in_the_file() -> None:
    secrets = {name for name, value in compose.example().items() if not value}
    assert len(secrets) >= 15
    used = compose.used(compose.FILE.read_text(encoding="utf-8"))
    assert {name: how for name, how in used.items() if name in secrets} == {name: {":?"} for name in secrets}
    for service, body in SERVICES.items():
        for name, value in (body.get("environment") or {}).items():
            if _SECRET.search(name):
                whole = re.fullmatch(r"\$\{([A-Z_]+):\?[^}]*\}", str(value))
                assert value is None or (whole and whole[1] in secrets), f"{service}: {name}"
            # a password in an address
            assert not re.search(r"://[^$/@]*:(?!\$\{)[^/@]*@", str(value)), f"{service}: {name}"


def test_every_variable_is_explained_in_the_example_with_the_default_it_has() -> None:
    used = compose.used(compose.FILE.read_text(encoding="utf-8"))
    asked, optional = compose.example(), compose.optional()
    own = {name for name in used if not name.startswith("STANDPOINT_")} | {"STANDPOINT_IMAGE", "STANDPOINT_ARCHIVE"}
    assert own <= asked.keys() | optional.keys()
    for name, how in used.items():
        if name in optional:
            assert how == {f":-{optional[name]}"}, name
    # and nothing is explained that does nothing
    passed = {name for name, value in SERVICES["airflow-worker"]["environment"].items() if value is None}
    assert (asked.keys() | optional.keys()) - used.keys() - passed == set()


def test_make_env_fills_in_every_secret_with_another_one_and_keeps_what_is_there(env: Path) -> None:
    variables = _variables(env)
    secrets = [variables[name] for name, value in compose.example().items() if not value]
    assert len(set(secrets)) == len(secrets)
    assert min(map(len, secrets)) >= 32
    assert all(re.fullmatch(r"[A-Za-z0-9_=-]+", secret) for secret in secrets)  # they become parts of addresses
    assert env.stat().st_mode & 0o077 == 0
    before = env.read_text()
    again = subprocess.run(["sh", PROJECT / "config/deploy/make-env.sh", env], capture_output=True, check=False)
    assert again.returncode == 1
    assert env.read_text() == before
    from cryptography.fernet import Fernet

    Fernet(variables["AIRFLOW_FERNET_KEY"])


def test_every_service_has_a_health_check_or_ends_by_itself() -> None:
    for name, service in SERVICES.items():
        if name in ONE_SHOT:
            assert service["restart"] == "no", name
            assert "healthcheck" not in service, name
        else:
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"].keys() == {"test", "interval", "timeout", "retries", "start_period"}, name
            assert service["deploy"]["resources"]["limits"]["memory"], name
        assert service["logging"]["options"]["max-size"], name


def test_nobody_waits_for_what_cannot_come() -> None:
    for name, service in SERVICES.items():
        for needed, how in (service.get("depends_on") or {}).items():
            wanted = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
            assert how["condition"] == wanted, f"{name} waits for {needed}"
    waits = {name: set(service.get("depends_on") or ()) for name, service in SERVICES.items()}
    while ready := {name for name, needed in waits.items() if not needed & waits.keys()}:
        waits = {name: needed for name, needed in waits.items() if name not in ready}
    assert not waits, "they wait for each other"


def test_images_are_pinned_to_what_the_tests_run_against() -> None:
    images = {name: service["image"] for name, service in SERVICES.items()}
    for image in images.values():
        assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)?\}?$", image), image
    assert images["elasticsearch"].endswith(f":{elasticsearch.VERSION}")
    assert images["certificates"] == images["elasticsearch"]
    assert images["kibana"] == images["elasticsearch"].replace("elasticsearch", "kibana")
    assert images["postgres"].startswith(f"postgres:{postgres.MAJOR_VERSION}.")
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.11\.\d+-slim-[a-z]+$", dockerfile, re.MULTILINE)


def test_ports_are_open_on_the_loopback_interface_only() -> None:
    ports = {name: port for name, service in SERVICES.items() for port in service.get("ports", [])}
    assert ports.keys() == {"airflow-api-server", "kibana", "elasticsearch"}
    assert all(compose.filled(port, {}).startswith("127.0.0.1:") for port in ports.values())


def test_what_is_kept_is_in_a_declared_volume() -> None:
    declared = compose.load()["volumes"].keys()
    mounted = {str(v).split(":")[0] for service in SERVICES.values() for v in service.get("volumes", [])}
    assert {name for name in mounted if not name.startswith("./")} == declared
    for path in (name for name in mounted if name.startswith("./")):
        assert (PROJECT / path).exists(), path


def test_the_superuser_of_elasticsearch_is_known_to_set_up_only() -> None:
    knowing = {name for name, service in SERVICES.items() if "ELASTIC_PASSWORD" in str(service.get("environment"))}
    assert knowing == {"elasticsearch", "setup", "kibana-import"}


def test_every_script_and_program_of_a_command_is_there() -> None:
    for name, service in SERVICES.items():
        for word in [*service.get("command", []), *service.get("entrypoint", [])]:
            if word.startswith("/opt/standpoint/"):
                assert (PROJECT / word.removeprefix("/opt/standpoint/")).is_file(), name
    for script in (PROJECT / "config/deploy").glob("*.sh"):
        assert script.stat().st_mode & 0o111, script.name
        assert subprocess.run(["bash", "-n", script], check=False).returncode == 0, script.name


def test_the_image_holds_what_it_is_built_from_and_no_secret() -> None:
    """Each COPY of the build is let through by .dockerignore, and nothing else is."""
    copied = {
        word.rstrip("/")
        for line in (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from=" not in line
        for word in line.split()[1:-1]
    }
    ignore = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignore
    assert {line.removeprefix("!") for line in ignore if line.startswith("!")} == copied
    assert all((PROJECT / name).exists() for name in copied)


def _variables(env: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in env.read_text().splitlines() if re.match("[A-Z]", line))
