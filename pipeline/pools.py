"""Airflow's pools: how many tasks of a kind run at once. A task whose pool is missing waits for ever, silently."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.errors import ConfigError


def pools(cores: int | None = None) -> dict[str, dict[str, int | str | bool]]:
    """Return the pools as ``airflow pools import`` takes them.

    Args:
        cores: default: this machine's.
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
    """Make the pools through the ``airflow`` command of this environment. Idempotent.

    Raises:
        ConfigError: the command fails; with what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pools.json"
        file.write_text(json.dumps(pools()), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "pools", "import", str(file)], capture_output=True, text=True, check=False
        )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise ConfigError("the pools cannot be made: " + " ".join(last), subject="airflow pools import")
