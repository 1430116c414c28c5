"""Send saved objects to a Kibana: one multipart request to its import API, and what it says to that.

``POST [/s/<space>]/api/saved_objects/_import?overwrite=true`` with the header ``kbn-xsrf`` and one file of
newline-delimited JSON, as documented for Kibana 8 and 9.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from elastic_transport import HttpHeaders, TransportError, Urllib3HttpNode
from elastic_transport.client_utils import url_to_node_config

from pipeline.errors import KibanaError
from pipeline.index.kibana.bundle import ndjson
from pipeline.index.kibana.objects import SavedObject
from pipeline.records import Record

log = logging.getLogger(__name__)

#: Kibana versions that take the objects: from this one on, up to any of this major version.
OLDEST = (8, 13)
NEWEST_MAJOR = 9


class Imported(Record, frozen=True, kw_only=True, omit_defaults=False):
    """What an import did."""

    url: str
    space: str
    version: str  # of Kibana; empty where it does not say
    count: int
    objects: tuple[str, ...]  # "type id"


class Kibana:
    """A Kibana. A context manager; every error is a :class:`~pipeline.errors.KibanaError`.

    Args:
        url: its address, with a base path where it has one.
        user: name to log in with; empty: none.
        password: of that user.
        space: to import into; empty: the default one.
        ca: file with the authority that signed its certificate; empty: the public ones.
        timeout_s: time of one request.
    """

    def __init__(
        self, url: str, user: str = "", password: str = "", *, space: str = "", ca: str = "", timeout_s: float = 60.0
    ) -> None:
        self.url = url.rstrip("/")
        self.space = space
        if space and not re.fullmatch(r"[a-z0-9_-]+", space):
            raise KibanaError(
                "A space's identifier has small letters, digits, - and _ only; it stands in the space's address.",
                subject=space,
            )
        if ca and not Path(ca).is_file():
            raise KibanaError("There is no such file with a certificate authority.", subject=ca)
        try:
            node = url_to_node_config(self.url, use_default_ports_for_scheme=True)
            options = {"ca_certs": ca} if ca and node.scheme == "https" else {}
            self._node = Urllib3HttpNode(node.replace(request_timeout=timeout_s, **options))
        except ValueError as error:
            raise KibanaError(f"This is no address of a Kibana: {error}", subject=url) from error
        self._headers = {"kbn-xsrf": "standpoint", "accept": "application/json"}
        if user:
            login = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._headers["authorization"] = f"Basic {login}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._node.close()

    def version(self) -> str:
        """Return Kibana's version; empty where it answers without saying it.

        Raises:
            KibanaError: it cannot be reached, or does not let this user in.
        """
        status, body = self._ask("GET", "/api/status")
        # An unhealthy Kibana answers 503 here, with its version.
        if status in (401, 403) or (status >= 400 and "version" not in body):
            raise self._refusal(status, body)
        found = body.get("version")
        return str(found.get("number", "")) if isinstance(found, Mapping) else ""

    def import_objects(self, objects: list[SavedObject], *, overwrite: bool = True) -> Imported:
        """Import saved objects; with ``overwrite`` they replace those with the same ids.

        Raises:
            KibanaError: Kibana cannot be reached, does not let this user in, is too old or too new for the
                objects, or refuses some of them; the message names each with its reason. After a conflict or a
                missing reference Kibana has imported nothing, although its answer lists what it would have.
        """
        version = self.version()
        check_version(version, self.url)
        content, body = multipart(ndjson(objects))
        path = "/api/saved_objects/_import?overwrite=" + ("true" if overwrite else "false")
        status, answer = self._ask("POST", path, body, {"content-type": content})
        if status != 200:
            raise self._refusal(status, answer)
        faults = [fault(one) for one in answer.get("errors", [])]
        if faults or not answer.get("success"):
            raise KibanaError(
                f"Kibana refused {len(faults)} of {len(objects)} objects: {'; '.join(faults)}",
                subject=self.url,
            )
        done = Imported(
            url=self.url,
            space=self.space,
            version=version,
            count=int(answer.get("successCount", 0)),
            objects=tuple(f"{one['type']} {one['id']}" for one in answer.get("successResults", [])),
        )
        if done.count != len(objects):
            raise KibanaError(
                f"Kibana says that it imported {done.count} of {len(objects)} objects; look at its log.",
                subject=self.url,
            )
        log.info(
            "saved objects imported",
            extra={"url": self.url, "space": self.space, "version": version, "objects": done.count},
        )
        return done

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        target = (f"/s/{quote(self.space)}" if self.space else "") + path
        try:
            answer = self._node.perform_request(
                method, target, body=body, headers=HttpHeaders({**self._headers, **(headers or {})})
            )
        except TransportError as error:
            raise KibanaError(
                f"Kibana cannot be reached: {str(error).partition(chr(10))[0][:300]}. Is it running, and is "
                "STANDPOINT_KIBANA_URL its address?",
                subject=self.url,
            ) from error
        try:
            read = json.loads(answer.body)
        except ValueError:
            read = None
        if not isinstance(read, dict):
            if answer.meta.status == 200:
                raise KibanaError("What answers there is no Kibana: its answer is no JSON.", subject=self.url)
            read = {"message": answer.body[:200].decode("utf-8", "replace")}
        return answer.meta.status, read

    def _refusal(self, status: int, body: Mapping[str, Any]) -> KibanaError:
        words = str(body.get("message") or body.get("error") or "no reason given")
        if status == 401:
            told = f"Kibana does not know this user, or the password is wrong ({words})."
        elif status == 403:
            told = (
                f"This user may not import saved objects ({words}). It needs the privilege Saved Objects "
                "Management: All in this space."
            )
        elif status == 404:
            told = f"There is no such API at this address ({words}). Does the address lack Kibana's base path?"
        elif "more recent version" in words:
            told = f"This Kibana is older than the objects ({words}); 8.13 is the oldest that takes them."
        elif status == 413:
            told = "The file is larger than Kibana's savedObjects.maxImportPayloadBytes."
        elif status == 503:
            told = f"Kibana is not ready yet ({words}); try again in a minute."
        else:
            told = f"Kibana refuses the import (HTTP {status}): {words}"
        return KibanaError(told, subject=self.url)


def check_version(version: str, url: str) -> None:
    """Check that a Kibana takes the objects; one that does not say its version is asked to try.

    Raises:
        KibanaError: it is older than the objects' format, or by two major versions newer.
    """
    read = re.match(r"(\d+)\.(\d+)", version)
    if read is None:
        return
    major, minor = int(read[1]), int(read[2])
    if (major, minor) < OLDEST:
        raise KibanaError(f"Kibana {version} is too old: the objects need 8.13 or newer.", subject=url)
    if major > NEWEST_MAJOR:
        raise KibanaError(
            f"Kibana {version} is too new: objects in the format of 8 are taken by 8 and {NEWEST_MAJOR} only. "
            "Import them there and export them again.",
            subject=url,
        )


def multipart(file: bytes, name: str = "standpoint.ndjson") -> tuple[str, bytes]:
    """Return content type and body of a form with one file in its field ``file``."""
    boundary = uuid.uuid5(uuid.NAMESPACE_OID, file.decode()).hex
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/ndjson\r\n\r\n"
    )
    return f"multipart/form-data; boundary={boundary}", head.encode() + file + f"\r\n--{boundary}--\r\n".encode()


def fault(error: Mapping[str, Any]) -> str:
    """Return in words why one object was not imported, from an entry of the answer's ``errors``."""
    what = f"{error.get('type', 'object')} {error.get('id', '?')}"
    why = error.get("error") or {}
    kind = why.get("type", "unknown")
    if kind in ("conflict", "ambiguous_conflict"):
        return f"{what} is there already; import with --overwrite to replace it"
    if kind == "missing_references":
        missing = ", ".join(f"{one.get('type')} {one.get('id')}" for one in why.get("references", []))
        return f"{what} refers to what is not there: {missing}"
    if kind == "unsupported_type":
        return f"{what} is of a type that this Kibana does not import"
    words = why.get("message") or why.get("reason") or kind
    if "more recent version" in words:
        return f"{what} is newer than this Kibana ({words}); 8.13 is the oldest that takes it"
    return f"{what}: {words}"
