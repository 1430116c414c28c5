"""A stand-in for Kibana on loopback: holds a request against the contract of the import API and answers as that says.

The contract: ``POST [/s/<space>]/api/saved_objects/_import`` with the query ``overwrite``, the header ``kbn-xsrf``, and
``multipart/form-data`` whose part ``file`` is newline-delimited JSON under a name that ends in ``.ndjson``.
"""

import base64
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

#: Newest versions of each type that this Kibana knows: it migrates older objects and refuses newer ones.
KNOWN = {"index-pattern": (8, 0, 0), "search": (10, 5, 0), "dashboard": (10, 2, 0)}


@dataclass
class FakeKibana:
    """Runs while it is a context manager; ``asked`` holds method and target of each request."""

    version: str = "8.19.3"
    login: str = ""  # user:password; empty: anybody
    forbidden: bool = False
    base_path: str = ""
    spaces: set[str] = field(default_factory=lambda: {""})
    known: dict[str, tuple[int, ...]] = field(default_factory=lambda: dict(KNOWN))
    objects: dict[str, dict[tuple[str, str], dict[str, Any]]] = field(default_factory=dict)  # by space
    asked: list[tuple[str, str]] = field(default_factory=list)
    broken: tuple[int, bytes] | None = None  # answers everything with this

    def __enter__(self) -> Self:
        kibana = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                status, body = kibana._answer(self.command, self.path, self.headers, self.rfile.read(size))
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test's output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.base_path}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Any]:
        self.asked.append((method, target))
        if self.broken:
            return self.broken
        parts = urlsplit(target)
        path = parts.path
        if not path.startswith(self.base_path):
            return _error(404, "Not Found")
        path = path.removeprefix(self.base_path)
        space = ""
        if path.startswith("/s/"):
            space, _, rest = path.removeprefix("/s/").partition("/")
            path = f"/{rest}"
        expected = "Basic " + base64.b64encode(self.login.encode()).decode()
        if self.login and headers.get("Authorization") != expected:
            return _error(401, "[security_exception]: unable to authenticate user")
        if (method, path) == ("GET", "/api/status"):
            return 200, {"name": "kibana", "version": {"number": self.version}, "status": {"overall": "available"}}
        if (method, path) != ("POST", "/api/saved_objects/_import"):
            return _error(404, "Not Found")
        if not headers.get("kbn-xsrf"):
            return _error(400, "Request must contain a kbn-xsrf header.")
        if self.forbidden:
            return _error(403, "API [POST /api/saved_objects/_import] is unauthorized for user")
        if space not in self.spaces:
            return _error(404, f"Saved object [space/{space}] not found")
        query = parse_qs(parts.query, strict_parsing=True)
        if set(query) - {"overwrite", "createNewCopies", "compatibilityMode"}:
            return _error(400, "[request query]: definition for this key is missing")
        try:
            objects = _read_file(headers.get("Content-Type") or "", body)
        except (AssertionError, ValueError) as error:
            return _error(400, f"[request body.file]: {error}")
        return self._import(objects, space, overwrite=query.get("overwrite") == ["true"])

    def _import(self, objects: list[dict[str, Any]], space: str, *, overwrite: bool) -> tuple[int, Any]:
        held = self.objects.setdefault(space, {})
        keys = [(one["type"], one["id"]) for one in objects]
        twice = [f"{t}:{i}" for (t, i), n in Counter(keys).items() if n > 1]
        if twice:
            return _error(400, f"Non-unique import objects detected: [{','.join(twice)}]")
        errors = []
        for one in objects:
            kind, version = one["type"], one.get("typeMigrationVersion", "0.0.0")
            if kind not in self.known:
                errors.append(_fault(one, {"type": "unsupported_type"}))
                continue
            if tuple(map(int, version.split("."))) > self.known[kind]:
                last = ".".join(map(str, self.known[kind]))
                return _error(
                    422,
                    f'Document "{one["id"]}" belongs to a more recent version of Kibana [{version}] when the last '
                    f"known version is [{last}].",
                )
            missing = [
                {"type": r["type"], "id": r["id"]}
                for r in one["references"]
                if r["type"] in ("index-pattern", "search") and (r["type"], r["id"]) not in {*keys, *held}
            ]
            if missing:
                errors.append(_fault(one, {"type": "missing_references", "references": missing}))
            elif (kind, one["id"]) in held and not overwrite:
                errors.append(_fault(one, {"type": "conflict"}))
        bad = {(one["type"], one["id"]) for one in errors}
        done = [one for one in objects if (one["type"], one["id"]) not in bad]
        # what could be resolved by a second request stops all of it; the answer lists what would have been created
        if not any(one["error"]["type"] in ("conflict", "missing_references") for one in errors):
            held |= {(one["type"], one["id"]): one for one in done}
        answer: dict[str, Any] = {"success": not errors, "successCount": len(done), "warnings": []}
        if done:
            answer["successResults"] = [
                {"type": o["type"], "id": o["id"], "managed": False, "meta": {"title": o["attributes"]["title"]}}
                for o in done
            ]
        if errors:
            answer["errors"] = errors
        return 200, answer


def _read_file(content_type: str, body: bytes) -> list[dict[str, Any]]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    assert message.get_content_type() == "multipart/form-data", "expected multipart/form-data"
    parts = list(message.iter_parts())
    assert len(parts) == 1, "expected one part"
    (part,) = parts
    assert part.get_param("name", header="content-disposition") == "file", "expected value of type [Stream]"
    assert (part.get_filename() or "").endswith(".ndjson"), "Invalid file extension"
    content = part.get_payload(decode=True)
    objects = [json.loads(line) for line in content.decode().split("\n") if line]
    assert objects, "no objects"
    for one in objects:
        assert {"type", "id", "attributes"} <= set(one), "no saved object"
        assert isinstance(one["references"], list), "no references"
    return objects


def _fault(one: dict[str, Any], error: dict[str, Any]) -> dict[str, Any]:
    return {"type": one["type"], "id": one["id"], "meta": {"title": one["attributes"]["title"]}, "error": error}


def _error(status: int, message: str) -> tuple[int, dict[str, Any]]:
    names = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 422: "Unprocessable Entity"}
    return status, {"statusCode": status, "error": names[status], "message": message}
