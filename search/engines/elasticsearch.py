"""Elasticsearch, for a county's server and above: one index, shared by all web processes.

An alias that carries a hash of the fields points at the index that serves, so an index of an
older make is not read but rebuilt. A second alias points at an index in the making: whatever
is written goes to both, in any order, because the server compares versions.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import streaming_bulk

from search.documents import SearchDocument
from search.engines import elasticsearch_query as queries
from search.engines.base import (
    EngineUnavailable,
    Explained,
    Found,
    Indexed,
    Refused,
    Step,
    Write,
)
from search.engines.breaker import Breaker, Open
from search.engines.elasticsearch_document import (
    LOADING,
    MAPPING,
    SCHEMA_NAME,
    SERVING,
    SETTINGS,
    action,
)
from search.engines.patience import left

_LEAST = 0.02
"""Seconds under which asking is not worth it."""
_WRITE_WITHIN = 30.0
_CHUNK = 8_000_000
_PAGE = 10_000
_KEEP_ALIVE = "2m"
_UNFINISHED_FOR = 86_400
"""Seconds after which a rebuild that was killed is begun anew."""
_PASSING = {403, 429, 500, 502, 503, 504}
"""The server is busy, or closed to writes as when its disk is full."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where Elasticsearch is: `GONGBEI_ELASTICSEARCH_URL` and what belongs to it."""

    urls: tuple[str, ...]
    prefix: str = "gongbei"
    """Names of indices begin so, and no other index is ever touched."""
    ca: str | None = None


class _Busy(Exception):
    """The server says that it cannot answer now."""


class ElasticsearchEngine:
    """One index of an Elasticsearch; one object serves all threads of a process."""

    def __init__(self, server: Server) -> None:
        ca: dict[str, Any] = {"ca_certs": server.ca} if server.ca else {}
        self._client = Elasticsearch(
            list(server.urls),
            # A node that refuses costs nothing, so another is asked; one that hangs is not.
            max_retries=len(server.urls) - 1,
            retry_on_timeout=False,
            request_timeout=_WRITE_WITHIN,
            **ca,
        )
        self._breaker = Breaker()
        self._prefix = server.prefix
        self._alias = f"{server.prefix}-{SCHEMA_NAME}"
        self._building = f"{self._alias}-building"

    # reading

    def search(self, step: Step) -> Found:
        return queries.answer(self._ask([queries.request(step)])[0])

    def search_many(self, steps: Sequence[Step]) -> list[Found]:
        bodies = [queries.request(step) for step in steps]
        return [queries.answer(response) for response in self._ask(bodies)]

    def explain(self, step: Step, uuid: UUID) -> Explained | None:
        whole, apart = self._ask(list(queries.explaining_requests(step, uuid)), named=True)
        return queries.explained(step, whole, apart)

    def suggest(self, prefix: str, tokens: frozenset[str], limit: int) -> list[SearchDocument]:
        body = queries.beginning_request(prefix, tokens, limit)
        return queries.documents(self._ask([body])[0]) if body else []

    def _ask(self, bodies: list[queries.Body], *, named: bool = False) -> list[Mapping[str, Any]]:
        """The answers to several searches in one request, in what is `left` of patience."""
        if left() < _LEAST:
            raise EngineUnavailable("Elasticsearch takes too long")
        try:
            with self._breaker.guarding(TransportError, _Busy), _trouble():
                if named or len(bodies) == 1:  # scores of named queries come to one search alone
                    return [self._alone(body, named=named) for body in bodies]
                return self._several(bodies)
        except Open:
            raise EngineUnavailable("Elasticsearch did not answer just now") from None
        except (TransportError, _Busy) as error:
            raise EngineUnavailable(f"Elasticsearch does not answer: {error}") from error

    def _quick(self) -> Elasticsearch:
        return self._client.options(request_timeout=max(left(), _LEAST))

    def _alone(self, body: queries.Body, *, named: bool) -> Mapping[str, Any]:
        return (
            self._quick()
            .search(
                index=self._alias,
                allow_partial_search_results=False,
                include_named_queries_score=named or None,
                body=body,
            )
            .body
        )

    def _several(self, bodies: list[queries.Body]) -> list[Mapping[str, Any]]:
        header = {"allow_partial_search_results": False}
        asked = [part for body in bodies for part in (header, body)]
        answered = self._quick().msearch(index=self._alias, searches=asked)
        responses: list[Mapping[str, Any]] = answered["responses"]
        for response in responses:
            if "error" in response:
                _raise(int(response["status"]), str(response["error"]))
        return responses

    def ready(self) -> bool:
        with self._patient():
            return bool(self._quick().indices.exists_alias(name=self._alias))

    def indexed(self) -> Iterator[Indexed]:
        with self._patient():
            opened = self._client.open_point_in_time(index=self._alias, keep_alive=_KEEP_ALIVE)
            try:
                yield from self._pages(opened["id"])
            finally:
                self._client.close_point_in_time(id=opened["id"])

    def _pages(self, point: str) -> Iterator[Indexed]:
        after: list[Any] | None = None
        while True:
            hits = self._client.search(
                size=_PAGE,
                pit={"id": point, "keep_alive": _KEEP_ALIVE},
                sort=[{"id": "asc"}],
                # Columns alone: what is stored of a thing is not unpacked for its number.
                stored_fields="_none_",
                docvalue_fields=[{"field": "_version"}, {"field": "deleted"}],
                track_total_hits=False,
                search_after=after,
            )["hits"]["hits"]
            for hit in hits:
                version, gone = hit["fields"]["_version"][0], hit["fields"]["deleted"][0]
                yield Indexed(UUID(hit["sort"][0]), version, gone)
            if len(hits) < _PAGE:
                return
            after = hits[-1]["sort"]

    # writing

    def write(self, batch: Iterable[Write]) -> Mapping[UUID, Refused]:
        writes = list(batch)
        with self._patient():
            if not self._client.indices.exists_alias(name=self._alias):
                raise EngineUnavailable("There is no index yet")
            refused = self._bulk(writes, self._alias, require_alias=True)
            if self._client.indices.exists_alias(name=self._building):
                refused |= self._bulk(writes, self._building, require_alias=True)
            self._client.indices.refresh(index=self._alias)
        return refused

    def _bulk(
        self, writes: Iterable[Write], index: str, *, require_alias: bool = False
    ) -> dict[UUID, Refused]:
        now = datetime.now(UTC)
        results = streaming_bulk(
            self._client,
            (action(write, index, now) for write in writes),
            max_chunk_bytes=_CHUNK,
            raise_on_error=False,
            require_alias=require_alias,
        )
        refused = {}
        for done, result in results:
            item = result["index"]
            if not done and item["status"] != 409:  # 409: what is there is newer
                passing = item["status"] in _PASSING
                refused[UUID(item["_id"])] = Refused(str(item.get("error")), passing)
        return refused

    @contextmanager
    def rebuilding(self) -> Iterator[_Rebuild]:
        with self._patient():
            name, position = self._begun() or (self._make(), "")
        rebuild = _Rebuild(self, name, position)
        try:
            yield rebuild
        finally:
            if not rebuild.position:
                with self._patient():
                    self._clear_away()

    def _begun(self) -> tuple[str, str] | None:
        """A rebuild that was killed and can be taken up, and how far it came."""
        for name, given in self._aliased(self._building).items():
            kept = given["mappings"].get("_meta", {})
            if time.time() - kept.get("at", 0) < _UNFINISHED_FOR:
                return name, str(kept["position"])
        self._clear_away()
        return None

    def _make(self) -> str:
        name = f"{self._alias}-{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        self._client.indices.create(
            index=name,
            mappings=MAPPING,
            settings={**SETTINGS, **LOADING},
            aliases={self._building: {}},
        )
        return name

    def _aliased(self, alias: str) -> dict[str, Any]:
        try:
            return dict(self._client.indices.get(index=alias))
        except NotFoundError:
            return {}

    def _clear_away(self) -> None:
        """Delete every index of ours that does not serve."""
        ours = re.compile(rf"{re.escape(self._prefix)}-[0-9a-f]{{12}}-[0-9]{{14}}-[0-9a-f]{{6}}")
        kept = self._aliased(self._alias) or self._serving_of_older_make()
        for name in self._client.indices.get(index=f"{self._prefix}-*", expand_wildcards="open"):
            if ours.fullmatch(name) and name not in kept:
                self._client.indices.delete(index=name, ignore_unavailable=True)

    def _serving_of_older_make(self) -> set[str]:
        """While a release is updated the old processes still read the old make."""
        every = self._client.indices.get_alias(index=f"{self._prefix}-*")
        return {
            name
            for name, given in every.items()
            if any(not alias.endswith("-building") for alias in given["aliases"])
        }

    @contextmanager
    def _patient(self) -> Iterator[None]:
        """For what is not asked by a searcher: no breaker, the same words for trouble."""
        try:
            with _trouble():
                yield
        except (TransportError, _Busy) as error:
            raise EngineUnavailable(f"Elasticsearch does not answer: {error}") from error


class _Rebuild:
    def __init__(self, engine: ElasticsearchEngine, name: str, position: str) -> None:
        self._engine = engine
        self._name = name
        self.position = position

    def write(self, batch: Iterable[Write]) -> Mapping[UUID, Refused]:
        with self._engine._patient():
            return self._engine._bulk(batch, self._name)

    def keep(self, position: str) -> None:
        kept = {"position": position, "at": time.time()}
        with self._engine._patient():
            self._engine._client.indices.put_mapping(index=self._name, meta=kept)
        self.position = position

    def swap(self) -> None:
        engine = self._engine
        with engine._patient():
            indices = engine._client.indices
            indices.put_settings(index=self._name, settings=SERVING)
            indices.refresh(index=self._name)
            old = [name for name in engine._aliased(engine._alias) if name != self._name]
            actions: list[dict[str, Any]] = [{"remove_index": {"index": name}} for name in old]
            actions.append({"remove": {"index": self._name, "alias": engine._building}})
            actions.append({"add": {"index": self._name, "alias": engine._alias}})
            indices.update_aliases(actions=actions)
        self.position = ""


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        _raise(error.meta.status, str(error))


def _raise(status: int, reason: str) -> None:
    if status == 404:
        raise EngineUnavailable("There is no index yet")
    if status in _PASSING:
        raise _Busy(reason)
    raise EngineUnavailable(reason)
