"""Every setting, its default and its environment variable, in one place.

A setting is read from ``STANDPOINT_<NAME>``; what is not there comes from ``local.env`` in the state folder
(written by ``standpoint local up``, so that every command of the checkout finds the local servers), else
from the default below.
"""

from __future__ import annotations

import os
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import ConfigError

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="STANDPOINT_", extra="ignore", frozen=True)

    # where things are
    state: Path = Field(default=PROJECT / ".standpoint", description="Folder of local servers, batches and WARC files.")
    sources: Path = Field(default=PROJECT / "config/sources.yml", description="The sources to watch.")
    entities: Path = Field(default=PROJECT / "config/entities.yml", description="The gazetteer.")
    watchlist: str = Field(default="", description="A gazetteer of your own beside it: a file; empty: none.")
    topics: Path = Field(default=PROJECT / "config/topics.yml", description="Topics that a stance may have as target.")
    topics_watchlist: str = Field(default="", description="Topics of your own beside them: a file; empty: none.")
    names: str = Field(
        default="", description="A snapshot of learnt names that tagging uses: a file of `names learn`; empty: none."
    )
    archive: str = Field(
        default="", description="Root of batches and WARC files: a folder or an fsspec address. Empty: under state."
    )
    ledger_url: SecretStr = Field(
        default=SecretStr("postgresql+psycopg://standpoint@localhost/standpoint"),
        description="SQLAlchemy address of the ledger's PostgreSQL database.",
    )

    # Elasticsearch (inside Airflow: from the Connection elasticsearch_default)
    elasticsearch_url: str = Field(default="http://localhost:9200", description="Address of Elasticsearch.")
    elasticsearch_user: str = Field(default="", description="User name; empty: no log-in.")
    elasticsearch_password: SecretStr = Field(default=SecretStr(""), description="Password of that user.")
    elasticsearch_ca: str = Field(
        default="",
        description="File with the authority that signed Elasticsearch's certificate; empty: the public ones.",
    )
    index_prefix: str = Field(default="", description="Put before every index, alias and template name.")

    # Kibana
    kibana_url: str = Field(default="http://localhost:5601", description="Address of Kibana, base path included.")
    kibana_user: str = Field(default="", description="User name for Kibana; empty: no log-in.")
    kibana_password: SecretStr = Field(default=SecretStr(""), description="Password of Kibana's user.")
    kibana_ca: str = Field(
        default="", description="File with the authority that signed Kibana's certificate; empty: the public ones."
    )
    kibana_space: str = Field(default="", description="Kibana space to import into; empty: the default one.")
    kibana_airflow_url: str = Field(
        default="http://localhost:8080",
        description="Address of the Airflow UI for links in Kibana, as an analyst's browser sees it; empty: no links.",
    )

    # what the set-up of a shared installation gives out
    writer_password: SecretStr = Field(
        default=SecretStr(""), description="For `setup --accounts`: password of the user standpoint, who writes."
    )
    analyst_password: SecretStr = Field(
        default=SecretStr(""), description="For `setup --accounts`: password of the user analyst, who reads."
    )
    kibana_system_password: SecretStr = Field(
        default=SecretStr(""), description="For `setup --accounts`: password with which Kibana itself logs in."
    )
    cpu_slots: int = Field(
        default=0, description="Slots of the pool cpu: cores of all workers together; 0: the cores of this machine."
    )

    # http: one polite client
    user_agent: str = Field(
        default="Standpoint/0.1 (+https://standpoint.invalid/bot)",
        description="Sent with every request; its first word is what robots.txt is asked for.",
    )
    contact: str = Field(default="", description="Mail address in the From header, so that a webmaster can write.")
    request_timeout_s: float = Field(default=30.0, description="Total time of one request, redirects included.")
    connect_timeout_s: float = Field(default=10.0, description="Time to get a connection.")
    max_page_bytes: int = Field(default=4 * 1024 * 1024, description="Largest page, decoded.")
    max_feed_bytes: int = Field(default=16 * 1024 * 1024, description="Largest feed or sitemap, decoded.")
    max_redirects: int = Field(
        default=5, description="Redirects followed for one request; for robots.txt five at least."
    )
    max_connections: int = Field(default=32, description="Requests under way at once in one process.")
    host_interval_s: float = Field(default=5.0, description="Least time between two requests to one host.")
    host_wait_s: float = Field(
        default=20.0, description="Wait for a host's turn before an item is given back; longer at a slow pace. 0: none."
    )
    obey_opt_out: bool = Field(
        default=True,
        description="Leave pages out whose publisher reserves text and data mining (TDMRep) or says noai.",
    )
    allow_networks: str = Field(
        default="", description="Networks (CIDR, comma separated) that the address guard opens, such as 127.0.0.0/8."
    )
    allow_ports: str = Field(default="80,443,8080,8443", description="Ports that may be connected to; * for all.")

    feed_timeout_s: float = Field(
        default=20.0,
        description="CPU seconds after which the parser of a feed is killed; thrice that by the clock.",
    )
    feed_memory_mb: int = Field(default=320, description="Memory (MB) that the parser of a feed may take for one.")

    # crawling
    batch_size: int = Field(default=300, description="Articles in a full batch.")
    lease_minutes: int = Field(default=60, description="After this a batch that did not end is taken up again.")
    fetch_deadline_s: float = Field(default=480.0, description="A fetch gives the rest of its batch back after this.")
    max_attempts: int = Field(default=5, description="Times an item is taken up before it is closed as exhausted.")
    revisit_after_h: str = Field(
        default="1,6,24",
        description="Hours after an article was first listed at which it is looked at again; empty: never.",
    )
    poll_interval_s: int = Field(default=3600, description="First interval between two polls of a feed.")
    poll_min_s: int = Field(default=900, description="Shortest interval between two polls.")
    poll_max_s: int = Field(default=86400, description="Longest interval between two polls.")

    # reading and tagging
    extract_timeout_s: float = Field(
        default=20.0, description="CPU seconds after which an extractor is killed; thrice that by the clock."
    )
    extract_memory_mb: int = Field(default=256, description="Memory (MB) that an extractor may take for a page.")
    min_words: int = Field(default=60, description="Fewer words than this are no article.")
    tag_floor: float = Field(default=0.5, description="Least confidence of a stance that is kept.")

    # keeping
    min_free_mb: int = Field(
        default=2048,
        description="Least free space (MB) on the archive's disk; below it no new work is taken. 0: never look.",
    )
    keep_batches_days: int = Field(
        default=30, description="Days that batch files are kept, where WARC can make them again; 0: for ever."
    )
    keep_warc_days: int = Field(default=0, description="Days that WARC files are kept; 0: for ever.")
    keep_indices_months: int = Field(
        default=0, description="Months whose indices are kept, this one counted; 0: for ever."
    )
    keep_logs_days: int = Field(default=30, description="Days that logs of Airflow's tasks are kept; 0: for ever.")

    # local servers
    elasticsearch_port: int = Field(default=19200, description="Port of the local Elasticsearch node.")
    press_port: int = Field(default=18930, description="Port of the sample press.")
    airflow_port: int = Field(default=18080, description="Port of the local Airflow UI.")

    log_level: str = Field(default="INFO", description="Level of Standpoint's own log.")

    @field_validator("revisit_after_h")
    @classmethod
    def _hours(cls, given: str) -> str:
        if not all(0 < hours <= 8760 for hours in _numbers(given)):
            raise ValueError("each must be more than 0 hours and at most a year")
        return given

    def revisit_after(self) -> tuple[timedelta, ...]:
        """How long after its first sight an article is looked at again."""
        return tuple(timedelta(hours=hours) for hours in _numbers(self.revisit_after_h))

    def archive_root(self) -> str:
        """Root of batches and WARC files, as universal_pathlib takes it."""
        return self.archive or str(self.state / "archive")

    def with_elasticsearch(self, *, host: str, port: int | None, scheme: str, user: str, password: str) -> Self:
        """Return these settings with the Elasticsearch that an Airflow Connection describes.

        Args:
            host: a name, or an address with its scheme.
            port: None for 9200.
            scheme: ``http`` or ``https``; anything else means ``http``.
            user: empty: no log-in.
            password: of that user.
        """
        name = host.partition("://")[2] or host
        given = host.partition("://")[0] if "://" in host else scheme
        url = f"{given if given in ('http', 'https') else 'http'}://{name}:{port or 9200}"
        return self.model_copy(
            update={
                "elasticsearch_url": url,
                "elasticsearch_user": user,
                "elasticsearch_password": SecretStr(password),
            }
        )


def _numbers(given: str) -> list[float]:
    return [float(part) for part in given.split(",") if part.strip()]


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return this process's settings. ``get_settings.cache_clear()`` reads them anew.

    Raises:
        ConfigError: a variable's value cannot be read as what the setting is; names each.
    """
    state = Path(os.environ.get("STANDPOINT_STATE", PROJECT / ".standpoint"))
    try:
        return Settings(_env_file=state / "local.env")  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = [(f"STANDPOINT_{str(e['loc'][0]).upper()}", e["msg"]) for e in error.errors()]
        told = "; ".join(f"{name}: {message}" for name, message in wrong)
        raise ConfigError(told, subject="settings") from error
