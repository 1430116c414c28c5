"""Roles and users of Elasticsearch. How the roles hold on a real node: tests/deploy/test_topology.py."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError, IndexingError
from pipeline.index.accounts import ROLE_OF, ROLES, role, set_up_accounts
from pipeline.index.client import Index
from pipeline.index.templates import ALIASES

PASSWORDS = {"writer": "writes-much", "analyst": "reads-much", "kibana_system": "kibana-itself"}


class Security:
    """An Elasticsearch that knows the superuser and takes roles, users and passwords as its security API does."""

    def __init__(self) -> None:
        self.roles: dict[str, Any] = {}
        self.users: dict[str, Any] = {"kibana_system": {}}
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                given = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
                status, answer = node.put(self.path, body) if given == "elastic:super" else (401, {"error": {}})
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        _, kind, what, name, *rest = path.split("/")
        assert kind == "_security"
        if what == "role":
            assert body.keys() <= {"description", "cluster", "indices", "applications"}
            assert all(group.keys() == {"names", "privileges"} for group in body["indices"])
            self.roles[name] = body
        elif rest == ["_password"]:
            assert name in self.users  # it changes one that is there
            assert body.keys() == {"password"}
            self.users[name] |= body
        else:
            assert rest == []
            assert body.keys() == {"password", "roles"}
            assert all(wanted in self.roles for wanted in body["roles"])
            self.users[name] = body
        return 200, {}


@pytest.fixture
def security() -> Iterator[Security]:
    node = Security()
    yield node
    node.server.shutdown()
    node.server.server_close()


@pytest.mark.parametrize("prefix", ["", "mine-"])
def test_two_users_get_their_roles_and_kibana_its_password(security: Security, prefix: str) -> None:
    with Index(security.url, "elastic", "super", prefix) as index:
        for _ in range(2):
            set_up_accounts(index, **PASSWORDS)
    assert security.users == {
        f"{prefix}standpoint": {"password": "writes-much", "roles": [f"{prefix}standpoint_writer"]},
        f"{prefix}analyst": {"password": "reads-much", "roles": [f"{prefix}standpoint_analyst"]},
        "kibana_system": {"password": "kibana-itself"},
    }
    for body in security.roles.values():
        names = {name for group in body["indices"] for name in group["names"]}
        assert names == {f"{prefix}{alias}{end}" for alias in ALIASES for end in ("", "-*")}


def test_a_short_password_is_refused_before_anything_is_made(security: Security) -> None:
    with Index(security.url, "elastic", "super") as index, pytest.raises(ConfigError, match="analyst, kibana_system"):
        set_up_accounts(index, writer="long enough", analyst="", kibana_system="short")
    assert security.roles == {}


def test_who_may_not_manage_security_is_told_so(security: Security) -> None:
    with Index(security.url, "elastic", "wrong") as index, pytest.raises(IndexingError, match="does not let this user"):
        set_up_accounts(index, **PASSWORDS)


def test_every_role_file_is_given_to_a_user() -> None:
    assert {path.stem for path in ROLES.glob("*.json")} == set(ROLE_OF.values())


def test_the_analysts_role_has_no_right_to_change_anything() -> None:
    body = role("standpoint_analyst")
    granted = {privilege for group in body["indices"] for privilege in group["privileges"]}
    assert granted == {"read", "view_index_metadata"}
    assert body["cluster"] == []
    assert {privilege for one in body["applications"] for privilege in one["privileges"]} == {"read"}


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_role_that_cannot_be_read_names_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_text(text)
    with pytest.raises(ConfigError, match=r"broken\.json"):
        role("broken", folder=tmp_path)
    with pytest.raises(ConfigError, match=r"missing\.json"):
        role("missing", folder=tmp_path)
