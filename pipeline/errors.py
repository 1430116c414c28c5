"""One tree of errors.

Every error names the thing it is about (``subject``: an address, a file, a host, a batch id), says in
one sentence what is wrong and what to do about it, and carries its cause (``raise … from``).
What merely leaves an article out is not an error: it is a :class:`pipeline.records.Reason`.
"""

from __future__ import annotations

from datetime import datetime


class StandpointError(Exception):
    """Base of every error that Standpoint raises on purpose.

    Args:
        message: one sentence: what is wrong and what to do about it.
        subject: what it is about: an address, a path, a setting, a host, an id.
    """

    def __init__(self, message: str, *, subject: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject

    def __reduce__(self) -> tuple[object, ...]:
        # Killable workers send errors between processes; keyword arguments do not survive the default.
        return (_rebuild, (type(self), self.message, self.subject))

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}" if self.subject else self.message


def _rebuild(cls: type[StandpointError], message: str, subject: str) -> StandpointError:
    return cls(message, subject=subject)


class ConfigError(StandpointError):
    """A setting or a file under ``config/`` is wrong. The subject names file, line and field."""


class SourcesError(ConfigError):
    """``sources.yml`` cannot be used. ``problems`` holds every mistake, not only the first."""

    def __init__(self, message: str, *, subject: str = "", problems: tuple[str, ...] = ()) -> None:
        super().__init__(message, subject=subject)
        self.problems = problems


class EntitiesError(ConfigError):
    """The gazetteer, a watch list or the topics cannot be used. ``problems`` holds every mistake in the file."""

    def __init__(self, message: str, *, subject: str = "", problems: tuple[str, ...] = ()) -> None:
        super().__init__(message, subject=subject)
        self.problems = problems


class HttpError(StandpointError):
    """A request got no usable answer."""


class AddressRefused(HttpError):
    """The guard refused to connect: a private or loopback address, an odd port, a scheme other than http(s)."""


class HostBusy(HttpError):
    """A host's next free turn is too far away to wait for; nothing was asked of it and no turn was taken.

    Args:
        host: ``host`` or ``host:port``.
        not_before: when trying again makes sense.
    """

    def __init__(self, host: str, not_before: datetime) -> None:
        super().__init__(f"its next turn is at {not_before.isoformat()}; come back then", subject=host)
        self.not_before = not_before

    def __reduce__(self) -> tuple[object, ...]:
        return (HostBusy, (self.subject, self.not_before))


class FeedError(StandpointError):
    """A feed document cannot be read at all. A feed with a fault in it is read as far as it goes instead."""


class ExtractError(StandpointError):
    """A page cannot be read as an article."""


class TagError(StandpointError):
    """The tagger cannot do its work: a model is missing or does not load."""


class ArchiveError(StandpointError):
    """Batch files or WARC records cannot be written or read back."""


class ManifestMissing(ArchiveError):
    """A stage was asked for before the stage that feeds it had committed its file."""


class ReviewError(StandpointError):
    """A verdict cannot be given so, or there is no such evidence. The subject is the evidence id or the week."""


class LedgerError(StandpointError):
    """The ledger cannot be reached, or refuses what was asked."""


class IndexingError(StandpointError):
    """Elasticsearch cannot be reached, or refuses what was asked."""


class IndexUnavailable(IndexingError):
    """Elasticsearch did not answer in time. Trying again later can help."""


class KibanaError(StandpointError):
    """Kibana cannot be reached, does not let this user in, or refuses the saved objects."""


class LocalServerError(StandpointError):
    """A local server (Elasticsearch, PostgreSQL, Airflow, the sample press) did not start or stop as it should."""


class NoRoom(StandpointError):
    """New work is not taken: the disk is nearly full, or Elasticsearch cannot be written to. Nothing is lost by it."""


class BatchFailed(StandpointError):
    """A run ended with batches that failed. Raised after the report was written, so that the run turns red."""
