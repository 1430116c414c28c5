"""A small world for the stages: some stories of the sample press, real servers, and a clock that can be moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.identity import url_id
from pipeline.local.press.lists import story_url
from pipeline.local.press.server import SamplePress
from pipeline.local.press.world import DEFAULT_CLOCK, Press, sample_press
from pipeline.records import Reason, Source
from pipeline.settings import PROJECT, Settings
from pipeline.sources import load_sources
from pipeline.stages import Pipeline

ALIASES = ("articles", "stances", "stance_evidence", "quotes")
#: Provenance: what of a document tells when and by which run it was made, not what it says.
OF_THE_RUN = frozenset({"run_id", "warc", "fetched_at", "first_seen", "indexed_at", "provenance"})


class Clock:
    """Ticks as the real one does, from another time on."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move(self, step: timedelta) -> None:
        self._ahead += step


def press_of(*story_ids: str) -> Press:
    """The sample press with these stories only; an outlet's name stands for all of its stories."""
    whole = sample_press()
    chosen = [i for i in whole.story_ids if i in story_ids or i.partition("/")[0] in story_ids]
    outlets = {i.partition("/")[0] for i in chosen}
    stories = [revision for i in chosen for revision in whole.revisions(i)]
    return Press({k: v for k, v in whole.outlets.items() if k in outlets}, stories)


def sources_of(press: SamplePress) -> list[Source]:
    """The sources of the demo whose outlets the press has."""
    settings = Settings(press_port=press.port)
    return [s for s in load_sources(PROJECT / "config/sources.demo.yml", settings) if s.id in press.press.outlets]


@dataclass
class World:
    """A press and an installation that watches it."""

    press: SamplePress
    settings: Settings
    clock: Clock
    sources: list[Source]
    runs: int = field(default=0)

    @contextmanager
    def pipeline(self) -> Iterator[Pipeline]:
        with Pipeline(self.settings, clock=self.clock, sources=self.sources) as pipeline:
            yield pipeline

    def run(self, **options: Any):
        """Do a run as the command line does it; return its report."""
        self.runs += 1
        with self.pipeline() as pipeline:
            return pipeline.run(f"cli/{self.runs}", **options)

    def move(self, step: timedelta) -> None:
        """Let time pass, here and in the press."""
        self.clock.move(step)
        self.press.set_clock(self.press.clock + step)

    def url(self, story_id: str) -> str:
        """The address of a story."""
        outlet = story_id.partition("/")[0]
        story = self.press.press.revisions(story_id)[0]
        return story_url(story, f"http://{outlet}.localhost:{self.press.port}")

    def article_id(self, story_id: str) -> str:
        return url_id(self.url(story_id))

    def documents(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every document of the index by alias and id, with its version under ``_version``."""
        found = {}
        with self.pipeline() as pipeline:
            pipeline.index_client.refresh()
            for alias in ALIASES:
                for hit in pipeline.index_client.search(alias, size=10_000, version=True)["hits"]["hits"]:
                    assert (alias, hit["_id"]) not in found, f"{hit['_id']} stands in two monthly indices"
                    found[alias, hit["_id"]] = hit["_source"] | {"_version": hit["_version"]}
        return found

    def articles(self) -> dict[str, dict[str, Any]]:
        """The article documents by id."""
        return {id_: doc for (alias, id_), doc in self.documents().items() if alias == "articles"}

    def ended(self) -> dict[str, str]:
        """Address and Reason of everything that was left out or waits."""
        with self.pipeline() as pipeline:
            return {url: reason for reason, url, _ in pipeline.ledger.work.left_out()}

    def reasons(self, *story_ids: str) -> dict[str, Reason]:
        ended = self.ended()
        return {i: Reason(ended[self.url(i)]) for i in story_ids}

    def states(self) -> dict[str, int]:
        with self.pipeline() as pipeline:
            return pipeline.ledger.work.states()

    def asked(self) -> list[tuple[str, int]]:
        """Address and status of every request since the log was cleared, robots.txt apart."""
        return [(f"http://{r.host}{r.path}", r.status) for r in self.press.log if r.path != "/robots.txt"]

    def files(self, kind: str) -> list[str]:
        """Files of the archive: ``warc`` or ``batches``."""
        root = Path(self.settings.archive) / kind
        return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())


def settings_of(base: Settings, folder: Path, ledger_url: str, index_prefix: str, **changes: Any) -> Settings:
    """Settings of an installation of the tests' own, in a hurry."""
    return base.model_copy(
        update={
            "archive": str(folder),
            "ledger_url": Settings(ledger_url=ledger_url).ledger_url,
            "index_prefix": index_prefix,
            "allow_networks": "127.0.0.0/8",
            "allow_ports": "*",
            "host_interval_s": 0.01,
            "request_timeout_s": 3.0,
            "poll_interval_s": 900,
            "revisit_after_h": "",
            **changes,
        }
    )


def world_of(press: SamplePress, settings: Settings) -> World:
    """An installation, set up, that watches a running press."""
    world = World(press=press, settings=settings, clock=Clock(press.clock), sources=sources_of(press))
    with world.pipeline() as pipeline:
        pipeline.setup()
    return world


def said(documents: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """What documents say, without what tells of the run that made them."""
    return {key: {k: v for k, v in doc.items() if k not in OF_THE_RUN} for key, doc in documents.items()}


__all__ = ["DEFAULT_CLOCK", "Clock", "World", "press_of", "said", "settings_of", "sources_of", "world_of"]
