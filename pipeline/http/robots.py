"""robots.txt by RFC 9309: read, kept for a day, asked before every request.

protego matches paths; which group speaks to us is decided here, because protego takes a prefix of our name
for our name, reads ``User-agent: Foo Bar`` as one name and lets unknown lines end a group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from protego import Protego

from pipeline.http import optout
from pipeline.records import StoredRobots

KEPT = timedelta(hours=24)
#: How long a host is left alone whose robots.txt cannot be reached, before it is asked for again.
KEPT_UNREACHABLE = timedelta(minutes=15)
#: What stands behind is not read (RFC 9309, §2.5: at least 500 KiB are).
MAX_BYTES = 512 * 1024
#: Redirects that are followed at least (RFC 9309, §2.3.1.2).
LEAST_REDIRECTS = 5
MAX_CRAWL_DELAY_S = 60.0
_LINE = re.compile(r"\r\n|\n|\r")
_TOKEN = re.compile(r"\*|[A-Za-z_-]+")
_FIELDS = {
    "user-agent": "user-agent",
    "useragent": "user-agent",
    "user agent": "user-agent",
    "allow": "allow",
    "disallow": "disallow",
    "dissallow": "disallow",
    "dissalow": "disallow",
    "disalow": "disallow",
    "diasllow": "disallow",
    "disallaw": "disallow",
    "crawl-delay": "crawl-delay",
    "sitemap": "sitemap",
    "content-signal": "content-signal",
    "content-usage": "content-usage",
}
_AI_AGENTS = {name.lower(): name for name in optout.AI_AGENTS}


class RobotsStore(Protocol):
    """Where robots.txt files are kept between requests."""

    async def get(self, host: str) -> StoredRobots | None:
        """Return what is kept of an origin (``https://host:port``), fresh or not."""
        ...

    async def put(self, robots: StoredRobots) -> None:
        """Keep a robots.txt in place of the host's earlier one."""
        ...


class MemoryRobots:
    """robots.txt files of one process."""

    def __init__(self) -> None:
        self._kept: dict[str, StoredRobots] = {}

    async def get(self, host: str) -> StoredRobots | None:
        """See :meth:`RobotsStore.get`."""
        return self._kept.get(host)

    async def put(self, robots: StoredRobots) -> None:
        """See :meth:`RobotsStore.put`."""
        self._kept[robots.host] = robots


@dataclass(frozen=True)
class Rules:
    """What a robots.txt says to one crawler.

    Attributes:
        crawl_delay_s: seconds between two requests, at most 60; 0 where it says nothing.
        sitemaps: addresses of the site's sitemaps.
        signals: what it says about machines that learn, as :mod:`pipeline.http.optout` writes it.
    """

    crawl_delay_s: float
    sitemaps: tuple[str, ...]
    signals: tuple[str, ...]
    _paths: Protego | None  # None: there is no rule
    _tdmrep: bytes = b""

    def allows(self, url: str) -> bool:
        """Whether an address may be fetched."""
        return self._paths is None or bool(self._paths.can_fetch(url, "*"))

    def opt_out(self, target: str) -> tuple[str, ...]:
        """What the host says about machines that learn, as far as it concerns a path with its query."""
        return (*optout.from_tdmrep(self._tdmrep, target), *self.signals) if self._tdmrep else self.signals


def read(body: bytes, product: str, *, tdmrep: bytes = b"") -> Rules:
    """Read a robots.txt for one crawler.

    The groups that name the product (whole, in any case) are joined; without any, those for ``*``. Lines of
    any other field do not end a group (RFC 9309, §2.2.4). What stands behind the first 512 KiB is not read.

    Args:
        body: the file.
        product: the crawler's product token, such as ``Standpoint``.
        tdmrep: the host's ``tdmrep.json``, where it has one.
    """
    text = body[:MAX_BYTES].decode("utf-8-sig", errors="replace")
    ours: list[str] = []
    everyones: list[str] = []
    delays: dict[bool, float] = {}  # by whether it is said to us or to everyone
    named = False
    agents: set[str] = set()
    in_rules = True
    sitemaps: list[str] = []
    shut_out: dict[str, None] = {}
    wishes: list[str] = []
    for line in _LINE.split(text):
        name, value = _field(line)
        if name == "user-agent":
            if in_rules:
                agents, in_rules = set(), False
            token = _TOKEN.match(value)
            agents.add(token.group().lower() if token else "")
            named = named or product.lower() in agents
        elif name == "sitemap":
            sitemaps.append(value)
        elif name == "crawl-delay":
            if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value):
                if product.lower() in agents:
                    delays.setdefault(True, float(value))
                if "*" in agents:
                    delays.setdefault(False, float(value))
        elif name in {"allow", "disallow"}:
            in_rules = True
            if value == "/" and name == "disallow":
                shut_out.update(dict.fromkeys(_AI_AGENTS[agent] for agent in sorted(agents) if agent in _AI_AGENTS))
            if value and product.lower() in agents:
                ours.append(f"{name}: {value}")
            if value and "*" in agents:
                everyones.append(f"{name}: {value}")
        elif name and value and agents & {"*", product.lower()}:
            wishes.append(f"robots.txt {name}: {value}"[:300])
    if shut_out:
        wishes.append(f"robots.txt shuts out: {', '.join(shut_out)}")
    rules = ours if named else everyones
    return Rules(
        crawl_delay_s=min(delays.get(named, 0.0), MAX_CRAWL_DELAY_S),
        sitemaps=tuple(sitemaps),
        signals=tuple(dict.fromkeys(wishes)),
        _paths=Protego.parse("\n".join(["user-agent: *", *rules])) if rules else None,
        _tdmrep=tdmrep,
    )


def rules_of(stored: StoredRobots, product: str) -> Rules | None:
    """What a kept robots.txt says to a crawler; ``None`` where the host is to be left alone.

    By RFC 9309, §2.3.1: with 2xx its rules; with 4xx, or redirects that lead nowhere, everything is allowed; not
    reachable (5xx, no answer) means that nothing is. 429 counts as not reachable: the host asked for a pause.
    """
    if 200 <= stored.status < 300:
        return read(stored.body, product, tdmrep=stored.tdmrep)
    if 300 <= stored.status < 500 and stored.status != 429:
        return read(b"", product, tdmrep=stored.tdmrep)
    return None


def expiry(status: int, now: datetime) -> datetime:
    """When a robots.txt that came with this status (0: no answer) is asked for again."""
    return now + (KEPT if 200 <= status < 500 and status != 429 else KEPT_UNREACHABLE)


def _field(line: str) -> tuple[str, str]:
    """Return the field's name in one spelling and its value; an unknown field has the name ``""``."""
    line = line.partition("#")[0].strip()
    name, colon, value = line.partition(":")
    if not colon or name.strip().lower() not in _FIELDS:
        words = line.split()
        if len(words) == 2:  # "Disallow /private": the colon forgotten
            name, value = words
    return _FIELDS.get(name.strip().lower(), ""), value.strip()
