"""Who may do what in Elasticsearch: the roles under ``config/elasticsearch-security`` and the users that have them.

Three users: ``standpoint`` writes (the tasks), ``analyst`` reads (people in Kibana), and Elasticsearch's own
``kibana_system``, as whom Kibana itself logs in, gets its password.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.index.client import Index
from pipeline.index.templates import ALIASES
from pipeline.settings import PROJECT

log = logging.getLogger(__name__)

ROLES = PROJECT / "config/elasticsearch-security"

WRITER, ANALYST = "standpoint", "analyst"
#: The role of each user that is made.
ROLE_OF = {WRITER: "standpoint_writer", ANALYST: "standpoint_analyst"}
_SHORTEST = 6  # Elasticsearch refuses shorter passwords


def role(name: str, prefix: str = "", folder: Path = ROLES) -> dict[str, Any]:
    """Return a role as ``PUT _security/role`` takes it. It holds for Standpoint's own aliases and indices.

    Args:
        name: of its file without ``.json``.
        prefix: stands before every index and alias.
        folder: where the files are.

    Raises:
        ConfigError: the file is missing or no JSON object.
    """
    path = folder / f"{name}.json"
    try:
        body: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"This Elasticsearch role cannot be read: {error}", subject=str(path)) from error
    if not isinstance(body, dict):
        raise ConfigError("An Elasticsearch role has to be a JSON object.", subject=str(path))
    names = [f"{prefix}{alias}{end}" for alias in ALIASES for end in ("", "-*")]
    return {**body, "indices": [{"names": names, **group} for group in body["indices"]]}


def set_up_accounts(index: Index, *, writer: str, analyst: str, kibana_system: str) -> None:
    """Make the roles and users, and set Kibana's own password. Safe to repeat: what is given here then holds.

    Args:
        index: opened as a user who may manage security, such as ``elastic``.
        writer: password of the user who writes.
        analyst: password of the user who reads.
        kibana_system: password with which Kibana logs in.

    Raises:
        ConfigError: a password is missing or too short; nothing was changed.
        IndexUnavailable: Elasticsearch does not answer.
        IndexingError: it refuses; security is off, or the user may not manage it.
    """
    passwords = {WRITER: writer, ANALYST: analyst, "kibana_system": kibana_system}
    short = [name for name, password in passwords.items() if len(password) < _SHORTEST]
    if short:
        raise ConfigError(f"needs a password of {_SHORTEST} characters or more.", subject=", ".join(short))
    for user, name in ROLE_OF.items():
        index.put("/_security/role/", f"{index.prefix}{name}", role(name, index.prefix))
        index.put(
            "/_security/user/", f"{index.prefix}{user}", {"password": passwords[user], "roles": [index.prefix + name]}
        )
    index.put("/_security/user/", "kibana_system/_password", {"password": kibana_system})
    log.info("roles and users are in place", extra={"url": index.url, "users": sorted(passwords)})
