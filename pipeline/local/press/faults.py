"""Scripted faults: what goes wrong with which requests to the sample press."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal


@dataclass
class Fault:
    """Something that goes wrong instead of, or with, an answer.

    Attributes:
        where: pattern of ``host/path`` (shell wild cards), such as ``harbour-gazette.localhost/news/*``.
        status: answer with this status instead; ``None`` leaves the answer as it is.
        body, headers: of that answer.
        delay_s: wait before answering.
        cut: ``reset`` drops the connection without an answer, ``truncate`` in the middle of the body, ``hang`` stops in
            the middle of the body and keeps the connection.
        times: how many requests it befalls; ``None``: all.
        befell: how many it has befallen so far.
    """

    where: str
    status: int | None = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    cut: Literal["", "reset", "truncate", "hang"] = ""
    times: int | None = None
    befell: int = 0

    def strikes(self, host: str, path: str) -> bool:
        """Whether it befalls a request; counts it if so."""
        if not fnmatchcase(f"{host}{path}", self.where) or (self.times is not None and self.befell >= self.times):
            return False
        self.befell += 1
        return True
