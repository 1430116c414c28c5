"""The other end of ``driver.py``: tells a process which runs its children are to do."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pipeline.settings import PROJECT
from tests.stages.world import World

GIVEN = (
    "archive",
    "index_prefix",
    "elasticsearch_url",
    "allow_networks",
    "allow_ports",
    "host_interval_s",
    "state",
    "sources",
    "max_attempts",
    "request_timeout_s",
    "extract_timeout_s",
)


@dataclass
class Driver:
    """The process whose children do the runs."""

    process: subprocess.Popen = field(repr=False)
    runs: int = 0

    def run(self, world: World, kill: str = "", *, children: bool = True) -> int:
        """Do a run in a process of its own, to be killed at a point; return its exit code."""
        return self.runs_at_once(world, 1, kill, children=children)[0]

    def warm(self) -> None:
        """Wait until it has loaded what takes long."""
        self._tell({"run_ids": []})

    def runs_at_once(self, world: World, n: int, kill: str = "", *, children: bool = True) -> list[int]:
        """Do several runs beside each other, each in a process of its own; return their exit codes."""
        run_ids = [f"cli/{self.runs + i + 1}" for i in range(n)]
        plan = {"run_ids": run_ids, "kill": kill, "children": children}
        self.runs += n
        return self._tell(_about(world) | plan)

    def forget(self, world: World, url: str, kill: str = "") -> int:
        """Take an address down in a process of its own, to be killed at a point; return its exit code."""
        return self._tell(_about(world) | {"run_ids": [""], "kill": kill, "forget": url})[0]

    def _tell(self, plan: dict[str, Any]) -> list[int]:
        self.process.stdin.write(json.dumps(plan) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def _about(world: World) -> dict[str, Any]:
    settings = {name: str(getattr(world.settings, name)) for name in GIVEN}
    ledger = world.settings.ledger_url.get_secret_value()
    return {
        "settings": settings | {"ledger_url": ledger, "press_port": world.press.port},
        "outlets": sorted(world.press.press.outlets),
        "clock": world.clock().isoformat(),
    }


@contextmanager
def driver_process(*, cold: bool = False) -> Iterator[Driver]:
    """Start the process; what takes long to load is loaded once, or, for what tags nothing, not at all."""
    command = [sys.executable, "-m", "tests.stages.driver", *(["--cold"] if cold else [])]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Driver(process)
        process.stdin.close()
