"""Airflow's pools: how many tasks of a kind run at once. A task whose pool is missing waits for ever, silently."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.settings import get_settings


def pools(cores: int = 0) -> dict[str, dict[str, int | str | bool]]:
    """Return the pools as ``airflow pools import`` takes them.

    Args:
        cores: of all workers together; 0: this machine's.
    """
    cores = cores or os.cpu_count() or 1

    def pool(slots: int, description: str) -> dict[str, int | str | bool]:
        return {"slots": slots, "description": description, "include_deferred": False}

    return {
        "net": pool(8, "Standpoint: tasks that wait for the network (politeness is the host gate's, not the pool's)"),
        "cpu": pool(cores, "Standpoint: extraction and tagging, one a core"),
        "reconcile": pool(max(1, cores // 2), "Standpoint: the past, at lower priority than fresh news"),
    }


def import_pools() -> None:
    """Make the pools. Idempotent.

    Raises:
        ConfigError: Airflow refuses; with what it said.
    """
    airflow_import("pools", pools(get_settings().cpu_slots))


def airflow_import(what: str, content: object, *options: str) -> None:
    """Hand something to the ``airflow`` command of this environment: ``airflow <what> import``.

    Args:
        what: ``pools`` or ``connections``.
        content: its JSON; it may hold passwords.
        options: further options of the command.

    Raises:
        ConfigError: the command fails; with what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{what}.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(content), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "airflow", what, "import", str(file), *options],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise ConfigError(f"the {what} cannot be made: " + " ".join(last), subject=f"airflow {what} import")
