"""The few calls to Airflow's REST API that the demo and the tests need."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote, urlencode

from pipeline.errors import LocalServerError
from pipeline.local.client import Answer, ask

_PAGE = 100
ENDED = frozenset({"success", "failed"})
"""The states in which a run stays."""


@dataclass
class AirflowApi:
    """A log-in to one Airflow. Answers are given as Airflow sends them (``/docs`` of the server describes them).

    Attributes:
        address: ``http://127.0.0.1:…``.
        user: name of the user that is logged in.
        password: that user's password.
    """

    address: str
    user: str
    password: str = field(repr=False)
    _token: str = field(default="", init=False, repr=False)

    def token(self) -> str:
        """Log in and return a bearer token.

        Raises:
            LocalServerError: name or password are refused, or nobody answers.
        """
        answer = ask(
            "POST",
            f"{self.address}/auth/token",
            body={"username": self.user, "password": self.password},
            timeout_s=30,
        )
        found = answer.json()
        if not answer.ok or not isinstance(found, dict) or "access_token" not in found:
            raise _refused("logging in", self.address, answer)
        self._token = str(found["access_token"])
        return self._token

    def call(self, method: str, path: str, body: object | None = None, **query: object) -> Any:
        """Call ``/api/v2<path>`` and return the answer's JSON; logs in where that is needed.

        Raises:
            LocalServerError: any status but 2xx; the message carries what Airflow said.
        """
        url = f"{self.address}/api/v2{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
        answer = self._ask(method, url, body)
        if answer.status == 401:
            self._token = ""
            answer = self._ask(method, url, body)
        if not answer.ok:
            raise _refused(f"{method} {path}", self.address, answer)
        return answer.json()

    def _ask(self, method: str, url: str, body: object | None) -> Answer:
        token = self._token or self.token()
        return ask(method, url, body=body, headers={"Authorization": f"Bearer {token}"}, timeout_s=60)

    def wait_for_dag(self, dag_id: str, *, limit_s: float = 120.0) -> dict[str, Any]:
        """Wait until a DAG's file has been read and return the DAG.

        Raises:
            LocalServerError: it is not there in time; the message carries the import errors.
        """
        end = time.monotonic() + limit_s
        while True:
            found = self.call("GET", "/dags", dag_id_pattern=dag_id, limit=_PAGE)["dags"]
            for dag in found:
                if dag["dag_id"] == dag_id:
                    return cast(dict[str, Any], dag)
            if time.monotonic() > end:
                errors = "\n".join(error["stack_trace"] for error in self.import_errors())
                raise LocalServerError(
                    f"Airflow has not read this DAG within {limit_s:.0f} s. {errors or 'There is no import error.'}",
                    subject=dag_id,
                )
            time.sleep(1.0)

    def import_errors(self) -> list[dict[str, Any]]:
        """Return the DAG files that cannot be read."""
        return list(self.call("GET", "/importErrors", limit=_PAGE)["import_errors"])

    def set_paused(self, dag_id: str, paused: bool) -> None:
        """Pause a DAG or let it go. A run of a paused DAG stays queued; a DAG let go makes its next scheduled run."""
        self.call("PATCH", f"/dags/{quote(dag_id)}", {"is_paused": paused})

    def trigger(
        self,
        dag_id: str,
        *,
        start: datetime,
        end: datetime,
        conf: Mapping[str, object] | None = None,
        run_id: str | None = None,
    ) -> str:
        """Make a run of a DAG over an explicit interval and return its id.

        Args:
            dag_id: the DAG.
            start: begin of the data interval, aware; also the logical date, of which Airflow allows one run.
            end: end of the data interval, aware.
            conf: overrides params.
            run_id: default: named after this moment.
        """
        made = self.call(
            "POST",
            f"/dags/{quote(dag_id)}/dagRuns",
            {
                "dag_run_id": run_id or f"manual__{datetime.now(UTC).isoformat()}",
                "logical_date": start.isoformat(),
                "data_interval_start": start.isoformat(),
                "data_interval_end": end.isoformat(),
                "conf": dict(conf or {}),
            },
        )
        return str(made["dag_run_id"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return a run; its ``state`` is queued, running, success or failed."""
        return cast(dict[str, Any], self.call("GET", f"/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}"))

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return every task instance of a run (``task_id``, ``map_index``, ``state``, ``try_number``, …)."""
        path = f"/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}/taskInstances"
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", path, limit=_PAGE, offset=len(found))
            found += page["task_instances"]
            if not page["task_instances"] or len(found) >= page["total_entries"]:
                return found

    def task_log(self, dag_id: str, run_id: str, task_id: str, *, map_index: int = -1, attempt: int = 1) -> Any:
        """Return the log of one attempt of a task instance."""
        path = f"/dags/{quote(dag_id)}/dagRuns/{quote(run_id)}/taskInstances/{quote(task_id)}/logs/{attempt}"
        return self.call("GET", path, map_index=map_index)

    def pools(self) -> dict[str, int]:
        """Return the slots of each pool."""
        return {pool["name"]: pool["slots"] for pool in self.call("GET", "/pools", limit=_PAGE)["pools"]}

    def set_pool(self, name: str, slots: int, *, description: str = "") -> None:
        """Make a pool, or give it this many slots."""
        values = {"slots": slots, "description": description, "include_deferred": False}
        if name in self.pools():
            self.call("PATCH", f"/pools/{quote(name)}", {"pool": name, **values})
        else:
            self.call("POST", "/pools", {"name": name, **values})


def _refused(what: str, address: str, answer: Answer) -> LocalServerError:
    said = answer.body[:500].decode("utf-8", "replace") if answer.status else "no answer"
    return LocalServerError(f"Airflow refused {what}: {answer.status or ''} {said}".rstrip(), subject=address)
