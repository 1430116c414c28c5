"""The index: templates put up, documents written and deleted in bulk, single ones read back."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from types import TracebackType
from typing import Any, Literal, Self

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, ObjectApiResponse, SerializationError, TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch

from pipeline.errors import IndexingError, IndexUnavailable
from pipeline.index import templates
from pipeline.index.documents import Deletion, Document
from pipeline.records import Record

log = logging.getLogger(__name__)

#: One ``_bulk`` request is kept under both.
CHUNK_DOCUMENTS = 500
CHUNK_BYTES = 5 * 1024 * 1024

#: Documents that one ``_mget`` asks for.
_PLACES = 1000

#: Seconds to wait before each further attempt.
BACK_OFF = (0.5, 1.0, 2.0, 4.0, 8.0)

#: Answers that say "later": too many requests, a gateway without a node behind it.
_LATER = frozenset({429, 502, 503, 504})

#: Filters that a complete Elasticsearch has and its server alone has not.
_FULL_FILTERS: tuple[str | dict[str, Any], ...] = (
    "lowercase",
    "asciifolding",
    {"type": "stemmer", "language": "english"},
)

#: What a node says when its disk is full: it makes its indices read-only, and lifts that itself when there is space.
_FULL = (
    "Elasticsearch's disk is nearly full (flood stage), so indices are read-only ({indices}). Free space on its node; "
    "it lifts the block by itself, and the next run goes on"
)
#: How a document's refusal begins that has a field which its index does not know.
_UNKNOWN_FIELD = "strict_dynamic_mapping_exception"
_IS_FULL = re.compile(r"read-only-allow-delete|flood-stage|flood stage", re.IGNORECASE)

#: Between two tries to get rid of deleted copies.
_EXPUNGE_PAUSE_S = 4.0

Operation = Document | Deletion


#: Documents that a scan gets at once.
SCAN_SIZE = 1000


class Hit(Record, frozen=True, kw_only=True):
    """One document as a scan finds it. Names come without the prefix of the installation."""

    alias: str
    index: str
    id: str
    routing: str
    version: int
    source: dict[str, Any]

    def deletion(self) -> Deletion:
        """Return the order to delete it."""
        return Deletion(alias=self.alias, index=self.index, id=self.id, routing=self.routing, version=self.version)

    def changed(self, fields: dict[str, Any]) -> Document:
        """Return it with some fields changed, under the same version."""
        return Document(
            alias=self.alias,
            index=self.index,
            id=self.id,
            routing=self.routing,
            version=self.version,
            source=self.source | fields,
        )


class Outcome(Record, frozen=True, kw_only=True):
    """What became of one document."""

    alias: str
    id: str
    action: Literal["write", "delete"]
    state: Literal["done", "superseded", "rejected"]
    reason: str = ""  # Elasticsearch's own words, where rejected


class Place(Record, frozen=True, kw_only=True):
    """Where a document is to be found. Names come without the prefix of the installation."""

    index: str
    id: str
    routing: str


class WriteResult(Record, frozen=True, kw_only=True):
    """What became of every document of a :meth:`Index.write`, in the order given: documents, then deletions."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def written(self) -> int:
        """Documents that stand in the index as given."""
        return sum(one.state == "done" and one.action == "write" for one in self.outcomes)

    @property
    def deleted(self) -> int:
        """Documents that are gone, those that were not there included."""
        return sum(one.state == "done" and one.action == "delete" for one in self.outcomes)

    @property
    def superseded(self) -> tuple[Outcome, ...]:
        """Those for which the index holds a newer revision or generation."""
        return tuple(one for one in self.outcomes if one.state == "superseded")

    @property
    def rejected(self) -> tuple[Outcome, ...]:
        """Those that Elasticsearch refuses, each with its reason."""
        return tuple(one for one in self.outcomes if one.state == "rejected")


class Index:
    """Elasticsearch as Standpoint uses it. A context manager; every error is an :class:`IndexingError`.

    Args:
        url: address of a node.
        user: name to log in with; empty: none.
        password: its password.
        prefix: put before every index, alias and template name.
        ca: file with the authority that signed the node's certificate; empty: the public ones.
        timeout_s: time of one request.
        back_off: seconds to wait before each further attempt.
    """

    def __init__(
        self,
        url: str,
        user: str = "",
        password: str = "",
        prefix: str = "",
        *,
        ca: str = "",
        timeout_s: float = 60.0,
        back_off: Sequence[float] = BACK_OFF,
    ) -> None:
        self.url = url
        self.prefix = prefix
        self._back_off = tuple(back_off)
        self._brought_up: set[str] = set()  # indices whose mapping was brought up to this version's
        try:
            self._client = Elasticsearch(
                url,
                basic_auth=(user, password) if user else None,
                request_timeout=timeout_s,
                max_retries=0,
                retry_on_timeout=False,
                ca_certs=ca if ca and url.startswith("https:") else DEFAULT,
            )
        except ValueError as error:
            raise IndexingError(f"This is no address of an Elasticsearch: {error}", subject=url) from error
        except OSError as error:
            raise IndexingError(f"This certificate authority cannot be read: {error}", subject=ca) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ready(self) -> bool:
        """Whether the node answers and every index template is there."""
        try:
            health = self._client.options(request_timeout=5).cluster.health()
            if health["status"] == "red":
                return False
            return all(
                bool(self._client.indices.exists_index_template(name=templates.component_name(alias, self.prefix)))
                for alias in templates.ALIASES
            )
        except (ApiError, TransportError):
            return False

    def setup(self) -> str:
        """Put the templates up and bring existing indices' mappings up to them. Safe to repeat.

        Returns:
            The variant of the analysis in use, ``full`` or ``core``.

        Raises:
            IndexUnavailable: Elasticsearch does not answer.
            IndexingError: it refuses a template, or an existing index has a field mapped in another way.
        """
        variant = "full" if self._analyses_fully() else "core"
        log.info(
            "analysis chosen by asking _analyze for asciifolding and stemmer",
            extra={"variant": variant, "url": self.url, "prefix": self.prefix},
        )
        for name, body in templates.component_templates(variant).items():
            self.put("/_component_template/", templates.component_name(name, self.prefix), body)
        for alias in templates.ALIASES:
            self._set_up(alias)
        return variant

    def write(
        self, documents: Iterable[Document], deletions: Iterable[Deletion] = (), *, refresh: bool = False
    ) -> WriteResult:
        """Write and delete documents in bulk, each by its own version.

        What an article loses is deleted in the same request that writes what it gains, after it: a reader may
        see both until the next refresh, never neither. A bulk that the node turns away (429, 503, no
        connection) is sent again with back-off, of a half-refused one only the refused part.

        Args:
            documents: to write. Written again with the same version they do not change.
            deletions: to delete as of their version; what is not there counts as deleted.
            refresh: make it visible to searches before returning.

        Raises:
            IndexUnavailable: it was still turned away after the last attempt; what was accepted so far stays,
                and writing all of it again is safe.
            IndexingError: the request as a whole is refused (no permission, wrong password).
        """
        operations: list[Operation] = [*documents, *deletions]
        outcomes: dict[int, Outcome] = {}
        for chunk in _chunks(operations):
            self._write_chunk(chunk, outcomes)
        self._write_with_new_fields(operations, outcomes)
        if refresh and operations:
            names = ",".join(sorted({f"{self.prefix}{one.index}" for one in operations}))
            self._ask(lambda: self._client.indices.refresh(index=names, ignore_unavailable=True), about=names)
        result = WriteResult(outcomes=tuple(outcomes[i] for i in range(len(operations))))
        log.info(
            "bulk written",
            extra={
                "written": result.written,
                "deleted": result.deleted,
                "superseded": len(result.superseded),
                "rejected": len(result.rejected),
            },
        )
        for one in result.rejected:
            log.warning("document rejected", extra={"alias": one.alias, "id": one.id, "reason": one.reason})
        return result

    def get(self, alias: str, id: str, routing: str, index: str) -> dict[str, Any] | None:
        """Return a document's source, ``None`` where there is none.

        Reads what was written last, refreshed or not.

        Args:
            alias: the alias it belongs to (for the error's subject).
            id: the document's id.
            routing: its article's id.
            index: its monthly index, without prefix: ``articles-2026-10``.
        """

        def ask() -> ObjectApiResponse[Any]:
            return self._client.options(ignore_status=404).get(index=f"{self.prefix}{index}", id=id, routing=routing)

        body = self._ask(ask, about=f"{alias}/{id}")
        return dict(body["_source"]) if body.get("found") else None

    def fill(
        self,
        documents: Sequence[Document],
        deletions: Sequence[Deletion] = (),
        *,
        patience_s: float = 100.0,
        pause_s: float = 2.0,
    ) -> WriteResult:
        """Write as :meth:`write` does, and again what is refused although it is not there.

        Elasticsearch remembers for a minute (``index.gc_deletes``) that somebody deleted a document, under a version
        higher than the document's: until then it takes the same version for an older one.

        Args:
            documents: to write.
            deletions: to delete.
            patience_s: how long to try.
            pause_s: between two tries.
        """
        result = self.write(documents, deletions)
        end = time.monotonic() + patience_s
        while (again := self._deleted_a_moment_ago(documents, result)) and time.monotonic() < end:
            log.info("documents were deleted a moment ago: waiting until that is forgotten", extra={"n": len(again)})
            time.sleep(pause_s)
            self.refresh()
            outcomes = {(o.alias, o.id, o.action): o for o in self.write(again).outcomes}
            result = WriteResult(outcomes=tuple(outcomes.get((o.alias, o.id, o.action), o) for o in result.outcomes))
        return result

    def _deleted_a_moment_ago(self, documents: Sequence[Document], result: WriteResult) -> list[Document]:
        """The refused documents that are not there, of articles of which nothing newer is."""
        refused = {(o.alias, o.id) for o in result.superseded if o.action == "write"}
        if not refused:
            return []
        articles = {d.routing: d for d in documents if d.alias == "articles"}
        found = [d for d in documents if (d.alias, d.id) in refused and d.routing in articles]
        places = [Place(index=d.index, id=d.id, routing=d.routing) for d in found]
        owners = [Place(index=a.index, id=a.id, routing=a.routing) for d in found for a in (articles[d.routing],)]
        stands = self.held(places + owners)
        return [
            d
            for d, own, whole in zip(found, stands[: len(found)], stands[len(found) :], strict=True)
            if own is None and (whole is None or whole <= d.version)
        ]

    def held(self, places: Sequence[Place]) -> list[int | None]:
        """Return the version under which each of some documents stands in the index, ``None`` where it does not.

        Reads what was written last, refreshed or not.
        """
        found: list[int | None] = []
        for start in range(0, len(places), _PLACES):
            docs = [
                {"_index": f"{self.prefix}{p.index}", "_id": p.id, "routing": p.routing, "_source": False}
                for p in places[start : start + _PLACES]
            ]
            answer = self._ask(lambda docs=docs: self._client.mget(docs=docs), about="_mget")  # type: ignore[misc]
            found += [int(doc["_version"]) if doc.get("found") else None for doc in answer["docs"]]
        return found

    def count(self, alias: str, query: dict[str, Any] | None = None) -> int:
        """Return how many documents of an alias match a query of the query DSL; 0 where nothing is indexed yet."""
        body = self._ask(
            lambda: self._client.count(index=f"{self.prefix}{alias}", query=query, ignore_unavailable=True), about=alias
        )
        return int(body["count"])

    def search(self, alias: str, **body: Any) -> dict[str, Any]:
        """Search an alias with a body of the search API; empty where nothing is indexed yet.

        Raises:
            IndexUnavailable: Elasticsearch does not answer.
            IndexingError: it cannot make sense of the body.
        """
        return self._ask(
            lambda: self._client.search(index=f"{self.prefix}{alias}", ignore_unavailable=True, **body), about=alias
        )

    def scan(
        self, aliases: Sequence[str], query: dict[str, Any], *, fields: Sequence[str] | bool = True
    ) -> Iterator[Hit]:
        """Yield every document of some aliases that matches a query, as it stood when asked first.

        Args:
            aliases: without prefix.
            query: of the query DSL.
            fields: of the source to return; ``True`` for all, ``False`` for none.
        """
        names = ",".join(f"{self.prefix}{alias}" for alias in aliases)
        opened = self._ask(
            lambda: self._client.open_point_in_time(index=names, keep_alive="5m", ignore_unavailable=True), about=names
        )
        pit, after = opened["id"], None
        try:
            while True:
                body: dict[str, Any] = {"search_after": after} if after else {}
                answer = self._ask(
                    lambda body=body, pit=pit: self._client.search(  # type: ignore[misc]
                        pit={"id": pit, "keep_alive": "5m"},
                        query=query,
                        size=SCAN_SIZE,
                        sort=["_shard_doc"],
                        source=fields if isinstance(fields, bool) else {"includes": list(fields)},
                        version=True,
                        stored_fields=["_routing", "_source"] if fields else ["_routing"],
                        track_total_hits=False,
                        **body,
                    ),
                    about=names,
                )
                pit = answer["pit_id"]
                hits = answer["hits"]["hits"]
                for hit in hits:
                    index = str(hit["_index"]).removeprefix(self.prefix)
                    yield Hit(
                        alias=index[:-8],
                        index=index,
                        id=hit["_id"],
                        routing=hit["_routing"],
                        version=hit["_version"],
                        source=hit.get("_source", {}),
                    )
                if len(hits) < SCAN_SIZE:
                    return
                after = hits[-1]["sort"]
        finally:
            self._ask(lambda: self._client.close_point_in_time(id=pit), about=names)

    def months(self) -> list[str]:
        """Return the names of all monthly indices, without prefix: ``articles-2026-10``."""
        pattern = ",".join(f"{self.prefix}{alias}-*" for alias in templates.ALIASES)
        found = self._ask(lambda: self._client.indices.get_settings(index=pattern, name="index.uuid"), about=pattern)
        return sorted(name.removeprefix(self.prefix) for name in found)

    def drop(self, index: str) -> None:
        """Remove a monthly index with all that is in it. Safe to repeat."""
        name = f"{self.prefix}{index}"
        self._ask(lambda: self._client.indices.delete(index=name, ignore_unavailable=True), about=name)

    def size(self, index: str) -> int:
        """Return how many bytes a monthly index takes, copies included."""
        name = f"{self.prefix}{index}"
        told = self._ask(lambda: self._client.indices.stats(index=name, metric="store"), about=name)
        return int(told["_all"]["total"]["store"]["size_in_bytes"])

    def expunge(self, indices: Iterable[str], *, wait_s: float = 0.0) -> list[str]:
        """Write monthly indices anew without what was deleted: until then it lies in their files, unseen.

        A node holds what was just deleted back for its copies, for up to 30 seconds.

        Args:
            indices: names without prefix.
            wait_s: how long to try again where something was held back.

        Returns:
            The indices that still hold something deleted.
        """
        end = time.monotonic() + wait_s
        left = [index for index in sorted(set(indices)) if self._expunge(index)]
        while left and time.monotonic() < end:
            time.sleep(_EXPUNGE_PAUSE_S)
            left = [index for index in left if self._expunge(index)]
        return left

    def _expunge(self, index: str) -> int:
        """Expunge one index; return how many deleted documents are left in its files."""
        name = f"{self.prefix}{index}"
        self._ask(lambda: self._client.indices.refresh(index=name), about=name)
        if not self._deleted(name):
            return 0
        allowed = "index.merge.policy.expunge_deletes_allowed"  # per cent of a segment that may stay deleted
        indices = self._client.options(request_timeout=3600).indices
        self._ask(lambda: indices.put_settings(index=name, settings={allowed: 0}), about=name)
        self._ask(lambda: indices.flush(index=name, force=True), about=name)
        self._ask(lambda: indices.forcemerge(index=name, only_expunge_deletes=True), about=name)
        self._ask(lambda: indices.put_settings(index=name, settings={allowed: None}), about=name)
        self._ask(lambda: indices.refresh(index=name), about=name)
        return self._deleted(name)

    def _deleted(self, name: str) -> int:
        told = self._ask(lambda: self._client.indices.stats(index=name, metric="docs"), about=name)
        return int(told["_all"]["primaries"]["docs"]["deleted"])

    def trouble(self) -> str:
        """Say in words why nothing can be written: no answer, or a disk so full that indices are read-only.

        Empty where it can.
        """
        pattern = ",".join(f"{self.prefix}{alias}-*" for alias in templates.ALIASES)
        try:
            found = self._ask(
                lambda: self._client.indices.get_settings(
                    index=pattern, name="index.blocks.read_only_allow_delete", flat_settings=True
                ),
                about=pattern,
            )
        except IndexingError as error:
            return str(error)
        blocked = sorted(name for name, told in found.items() if "true" in str(list(told["settings"].values())).lower())
        return f"{self.url}: {_FULL.format(indices=', '.join(blocked[:3]))}" if blocked else ""

    def refresh(self) -> None:
        """Make everything written visible to searches."""
        names = ",".join(f"{self.prefix}{alias}" for alias in templates.ALIASES)
        self._ask(lambda: self._client.indices.refresh(index=names, ignore_unavailable=True), about=names)

    def _analyses_fully(self) -> bool:
        try:
            self._ask(
                lambda: self._client.indices.analyze(text="Élysée", tokenizer="standard", filter=_FULL_FILTERS),
                about="_analyze",
            )
        except IndexUnavailable:
            raise
        except IndexingError:
            return False
        return True

    def put(self, path: str, name: str, body: dict[str, Any]) -> None:
        """``PUT`` something that has a name: a template, a role, a user.

        Args:
            path: of the API that takes it, with a slash at both ends.
            name: of what is put; with ``path`` its address.
            body: sent as JSON.
        """
        headers = {"accept": "application/json", "content-type": "application/json"}
        self._ask(lambda: self._client.perform_request("PUT", path + name, headers=headers, body=body), about=name)

    def _set_up(self, alias: str) -> None:
        body = templates.index_template(alias, self.prefix)
        name = templates.component_name(alias, self.prefix)
        self.put("/_index_template/", name, body)
        pattern = body["index_patterns"][0]
        existing = self._ask(lambda: self._client.indices.get(index=pattern, allow_no_indices=True), about=pattern)
        if existing:
            self._put_mapping(pattern, alias)

    def _put_mapping(self, index: str, alias: str) -> None:
        """Give existing indices the fields that they lack; those that they have stay as they are."""
        fields = templates.properties(alias)
        self._ask(lambda: self._client.indices.put_mapping(index=index, properties=fields), about=index)

    def _write_with_new_fields(self, operations: Sequence[Operation], outcomes: dict[int, Outcome]) -> None:
        """Write again what an index refused because an older version made it: it gets the fields that it lacks.

        An update that nobody followed up with a set-up loses no document that way.
        """
        refused = [
            (number, one)
            for number, one in enumerate(operations)
            if one.index not in self._brought_up and outcomes[number].reason.startswith(_UNKNOWN_FIELD)
        ]
        for alias, index in sorted({(one.alias, one.index) for _, one in refused}):
            log.warning("an index lacks fields of this version: it gets them", extra={"index": index})
            self._put_mapping(f"{self.prefix}{index}", alias)
            self._brought_up.add(index)
        again: dict[int, Outcome] = {}
        for chunk in _chunks([one for _, one in refused]):
            self._write_chunk(chunk, again)
        outcomes.update({refused[n][0]: outcome for n, outcome in again.items()})

    def _write_chunk(self, chunk: Sequence[tuple[int, Operation]], outcomes: dict[int, Outcome]) -> None:
        waiting = list(chunk)
        for pause in chain(self._back_off, [None]):
            refused: list[tuple[int, Operation]] = []
            trouble = ""
            try:
                answer = self._client.bulk(operations=_lines([one for _, one in waiting], self.prefix))
            except ApiError as error:
                if error.meta.status == 413 and len(waiting) > 1:
                    middle = len(waiting) // 2
                    self._write_chunk(waiting[:middle], outcomes)
                    self._write_chunk(waiting[middle:], outcomes)
                    return
                if error.meta.status == 413:
                    number, one = waiting[0]
                    outcomes[number] = _outcome(one, "rejected", "larger than the node's largest request")
                    return
                if error.meta.status not in _LATER:
                    raise _refusal(error, self.url) from error
                refused, trouble = waiting, f"HTTP {error.meta.status}"
            except SerializationError as error:
                raise IndexingError(f"A document cannot be written as JSON: {error}", subject=self.url) from error
            except TransportError as error:
                refused, trouble = waiting, _words(error)
            else:
                for (number, one), item in zip(waiting, answer["items"], strict=True):
                    (result,) = item.values()
                    if result["status"] in _LATER:
                        refused.append((number, one))
                        trouble = _why_later(result)
                    else:
                        outcomes[number] = _judge(one, result)
            if not refused:
                return
            if pause is None:
                if _IS_FULL.search(trouble):
                    raise IndexUnavailable(_FULL.format(indices=trouble), subject=self.url)
                raise IndexUnavailable(
                    f"Elasticsearch turned {len(refused)} documents away until the last attempt ({trouble}); "
                    "try again later.",
                    subject=self.url,
                )
            log.warning("bulk turned away", extra={"documents": len(refused), "trouble": trouble, "pause_s": pause})
            waiting = refused
            time.sleep(pause)

    def _ask(self, request: Callable[[], Any], *, about: str) -> dict[str, Any]:
        """Send one request that is safe to repeat; give errors our names."""
        for pause in chain(self._back_off, [None]):
            try:
                response = request()
            except ApiError as error:
                if error.meta.status not in _LATER:
                    raise _refusal(error, about) from error
                trouble: Exception = error
            except (NoConnection, ConnectionTimeout) as error:
                trouble = error
            except TransportError as error:
                raise IndexingError(f"Elasticsearch gave no usable answer: {_words(error)}", subject=about) from error
            else:
                return dict(response.body)
            if pause is None:
                raise IndexUnavailable(
                    f"Elasticsearch does not answer: {_words(trouble)}. Is it running?", subject=self.url
                ) from trouble
            log.warning("Elasticsearch does not answer", extra={"about": about, "pause_s": pause})
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")


def _chunks(operations: Sequence[Operation]) -> Iterator[list[tuple[int, Operation]]]:
    """Cut numbered operations into bulks, one article's together, its writes before its deletions."""
    articles: dict[str, list[tuple[int, Operation]]] = {}
    for number, one in enumerate(operations):
        articles.setdefault(one.routing, []).append((number, one))
    chunk: list[tuple[int, Operation]] = []
    size = 0
    for group in articles.values():
        weights = [_weight(one) for _, one in group]
        if chunk and (len(chunk) + len(group) > CHUNK_DOCUMENTS or size + sum(weights) > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        for item, weight in zip(group, weights, strict=True):
            if chunk and (len(chunk) >= CHUNK_DOCUMENTS or size + weight > CHUNK_BYTES):
                yield chunk
                chunk, size = [], 0
            chunk.append(item)
            size += weight
    if chunk:
        yield chunk


def _weight(one: Operation) -> int:
    """Bytes of an operation in a bulk, about."""
    body = len(json.dumps(one.source, ensure_ascii=False, default=str).encode()) if isinstance(one, Document) else 0
    return body + 200


def _lines(operations: Iterable[Operation], prefix: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for one in operations:
        head = {
            "_index": f"{prefix}{one.index}",
            "_id": one.id,
            "routing": one.routing,
            "version": one.version,
            "version_type": "external_gte",
        }
        if isinstance(one, Document):
            lines += [{"index": head}, one.source]
        else:
            lines.append({"delete": head})
    return lines


def _why_later(result: dict[str, Any]) -> str:
    reason = (result.get("error") or {}).get("reason", "")
    return f"item status {result['status']}" + (f": {reason}" if reason else "")


def _judge(one: Operation, result: dict[str, Any]) -> Outcome:
    if result["status"] == 409:
        return _outcome(one, "superseded")
    if result["status"] < 300 or (isinstance(one, Deletion) and result["status"] == 404):
        return _outcome(one, "done")
    error = result.get("error") or {}
    cause = error.get("caused_by") or {}
    words = f"{error.get('type', result['status'])}: {error.get('reason', '')}"
    return _outcome(one, "rejected", f"{words} ({cause['reason']})" if cause.get("reason") else words)


def _outcome(one: Operation, state: Literal["done", "superseded", "rejected"], reason: str = "") -> Outcome:
    action: Literal["write", "delete"] = "write" if isinstance(one, Document) else "delete"
    return Outcome(alias=one.alias, id=one.id, action=action, state=state, reason=reason)


def _refusal(error: ApiError, about: str) -> IndexingError:
    causes = error.body.get("error", {}).get("root_cause", []) if isinstance(error.body, dict) else []
    reason = next((cause["reason"] for cause in causes if cause.get("reason")), error.message)
    if error.meta.status in (401, 403):
        return IndexingError(f"Elasticsearch does not let this user in: {reason}", subject=about)
    return IndexingError(f"Elasticsearch refuses this (HTTP {error.meta.status}): {reason}", subject=about)


def _words(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
