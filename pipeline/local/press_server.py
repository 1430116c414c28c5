"""The process of the sample press: start it, find it, stop it. What it serves is in :mod:`pipeline.local.press`."""

import os
import sys

from pipeline.local import process
from pipeline.local.client import ask
from pipeline.local.process import Progress, Started
from pipeline.local.state import Home

NAME = "press"
_START_LIMIT_S = 60.0


def launch(home: Home, port: int, *, progress: Progress) -> tuple[Started, bool]:
    """Start the sample press, or find it running. It answers when this returns.

    Returns:
        The process, and whether it was started just now.

    Raises:
        LocalServerError: a taken port, or it ended while starting; with the last lines of its log.
    """
    record = home.record(NAME)
    found = process.find(record)
    if found is not None and process.is_running(found):
        return found, False
    process.require_free(port, what="The sample press", setting="STANDPOINT_PRESS_PORT")
    progress(f"starting the sample press on port {port}")
    started = process.spawn(
        [sys.executable, "-m", "pipeline.local.press.server", "--port", str(port)],
        record=record,
        log=home.log(NAME),
        environment={**os.environ, "PYTHONUNBUFFERED": "1"},
        folder=home.folder,
        address=f"http://127.0.0.1:{port}",
    )
    try:
        process.wait_ready(
            "The sample press",
            started,
            lambda: healthy(started.address),
            log=home.log(NAME),
            limit_s=_START_LIMIT_S,
            poll_s=0.1,
        )
    except BaseException:
        stop(home)
        raise
    return started, True


def healthy(address: str) -> bool:
    """Tell whether the press at an address answers at all (any status will do)."""
    return ask("GET", f"{address}/").status > 0


def stop(home: Home) -> bool:
    """Stop the press; return whether it ran."""
    return process.stop(home.record(NAME), grace_s=5.0)
