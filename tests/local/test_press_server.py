import socket

import pytest

from pipeline.errors import LocalServerError
from pipeline.local import press_server, process
from pipeline.local.client import ask
from pipeline.local.process import free_port
from pipeline.local.state import Home


def quiet(message: str) -> None:
    pass


def test_it_starts_is_found_again_and_stops(home: Home) -> None:
    started, is_new = press_server.launch(home, free_port(), progress=quiet)
    assert is_new
    assert press_server.launch(home, free_port(), progress=quiet) == (started, False)
    assert ask("GET", started.address).status == 200
    assert press_server.stop(home)
    assert not press_server.healthy(started.address)


def test_a_taken_port_is_told(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(LocalServerError, match="STANDPOINT_PRESS_PORT="):
            press_server.launch(home, taken.getsockname()[1], progress=quiet)
    assert process.find(home.record("press")) is None
