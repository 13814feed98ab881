"""The hub over HTTPS: a Starlette application in front of the function that stations on a LAN call themselves.

It holds nothing: who a station is and what became of an event is the database's word, so any number of these may
run side by side. Every error is a sentence in the form of RFC 9457.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from terminal.hub.answers import Guard, answer, common, no_such_place, results
from terminal.hub.http_protocol import PEER
from terminal.hub.openapi import DOCUMENT
from terminal.hub.photo_requests import PHOTOS_AT_ONCE, as_entry, photo_results, read_missing, read_photo
from terminal.hub.pool import Database, Unavailable
from terminal.hub.projector import attend
from terminal.hub.requests import Keys, Limits, Refusal, hub_request, known_versions, read_body, read_events
from terminal.hub.tls import Peer
from terminal.hub.tokens import bearer

T = TypeVar("T")


def make_app(
    dsn: str, *, limits: Limits | None = None, connections: int = 8, project_every: float | None = 15.0
) -> Starlette:
    """The application for the database at `dsn`; the login needs no more than the service's role.

    It also counts what comes, every so many seconds: items, sums, claims. None: somebody else does.
    """
    counting = None if project_every is None else partial(attend, dsn, project_every)
    service = _Service(Database(dsn, connections), limits or Limits(), counting)
    return Starlette(
        routes=[
            Route("/v1/events", service.take_events, methods=["POST"]),
            Route("/v1/news", service.tell_news, methods=["GET"]),
            Route("/v1/publications/{kind}/{version:int}/{part:int}", service.give_part, methods=["GET"]),
            Route("/v1/photos", service.tell_wanted, methods=["GET"]),
            Route("/v1/photos/missing", service.note_missing, methods=["POST"]),
            Route("/v1/photos/{sha256}", service.take_photo, methods=["PUT"]),
            Route("/v1/hello", service.greet, methods=["GET"]),
            Route("/health", service.say_health, methods=["GET"]),
            Route("/openapi.json", _describe, methods=["GET"]),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={HTTPException: no_such_place},
        lifespan=service.lifespan,
    )


class _Service:
    """The endpoints. Each says who asks, reads within limits, and asks the database in a thread."""

    def __init__(
        self,
        database: Database,
        limits: Limits,
        counting: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._database = database
        self._limits = limits
        self._counting = counting
        self._keys = Keys()
        self._photos = asyncio.Semaphore(PHOTOS_AT_ONCE)

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Connections, and the counting of what comes, from the start to the end of the process."""
        await run_in_threadpool(self._database.open)
        counting = None if self._counting is None else asyncio.create_task(self._counting())
        try:
            yield
        finally:
            if counting is not None:
                counting.cancel()
                await asyncio.gather(counting, return_exceptions=True)
            await run_in_threadpool(self._database.close)

    async def take_events(self, request: Request) -> Response:
        """Store a batch; one result for each event, in order."""
        station = await self._who(request)
        body = await read_body(request.stream(), request.headers, self._limits)
        key = request.headers.get("idempotency-key", "").strip()
        if key:
            self._keys.check(station, key[:200], hashlib.sha256(body).digest())
        headers = dict(request.headers)

        def work() -> Response:
            events = read_events(body, headers.get("content-type", ""), self._limits)
            told = self._database.ingest(station, hub_request(headers, events))
            return answer(common(told) | {"results": _results(events, told)})

        return await run_in_threadpool(work)

    async def tell_news(self, request: Request) -> Response:
        """What was published after the versions that the station knows."""
        station = await self._who(request)
        asked = hub_request(request.headers) | {
            "known": known_versions(request.query_params.get("known", ""))
        }
        told = await self._ask(self._database.ingest, station, asked)
        return answer(common(told) | {"news": told.get("news") or []})

    async def give_part(self, request: Request) -> Response:
        """One part of a publication, as Base64."""
        station = await self._who(request)
        want = {name: request.path_params[name] for name in ("kind", "version", "part")}
        told = await self._ask(self._database.ingest, station, hub_request(request.headers) | {"want": want})
        if not told.get("part"):
            raise Refusal(404, "There is no such part of a publication for this station.")
        return answer(common(told) | {"part": told["part"]})

    async def tell_wanted(self, request: Request) -> Response:
        """Photos that events of the station name and the hub has not."""
        return await self._exchange_photos(request, await self._who(request), [])

    async def take_photo(self, request: Request) -> Response:
        """Keep a photo that is wanted."""
        station, named = await self._who(request), request.path_params["sha256"]
        content = await read_photo(request.stream(), request.headers, self._limits)
        async with self._photos:
            photo = await run_in_threadpool(as_entry, named, content, request.headers)
            return await self._exchange_photos(request, station, [photo])

    async def note_missing(self, request: Request) -> Response:
        """Photos that the station has no more, and why."""
        station = await self._who(request)
        gone = read_missing(await read_body(request.stream(), request.headers, self._limits), self._limits)
        photos = [{"sha256": named, "missing": why} for named, why in gone.items()]
        return await self._exchange_photos(request, station, photos)

    async def _exchange_photos(
        self, request: Request, station: str, photos: list[dict[str, str]]
    ) -> Response:
        """Ask the database; one result for each photo. Raises Unavailable where it gave other answers."""
        asked = hub_request(request.headers) | {"photos": photos}
        told = await self._ask(self._database.ingest, station, asked)
        return answer(common(told) | photo_results(photos, told))

    async def greet(self, request: Request) -> Response:
        """What the hub has of this journal, and the hub's clock."""
        station = await self._who(request)
        told = await self._ask(self._database.ingest, station, hub_request(request.headers))
        return answer(common(told) | {"station": station})

    async def say_health(self, request: Request) -> Response:
        """Whether the database answers. Anybody may ask."""
        await self._ask(self._database.alive)
        return answer({"status": "ok"})

    async def _who(self, request: Request) -> str:
        """The station that asks, by its token or else by its certificate. Raises Refusal."""
        peer = request.scope.get("state", {}).get(PEER)
        given = request.headers.get("authorization")
        station = None
        if given is not None:
            token = bearer(given)
            if token is not None:
                station = await self._ask(self._database.station_of_token, token)
        elif isinstance(peer, Peer):
            station = await self._ask(self._database.station_of_certificate, peer.name, peer.fingerprint)
        if station is None:
            why = (
                "Neither a token nor a certificate came"
                if given is None and peer is None
                else "Not known here"
            )
            raise Refusal(
                401,
                f"{why}: a station shows its token as `Authorization: Bearer TOKEN`, or its certificate. A token "
                "that was revoked is not known any more.",
                {"www-authenticate": 'Bearer realm="regrade hub"'},
            )
        request.scope["regrade.station"] = station
        return station

    async def _ask(self, question: Callable[..., T], *given: Any) -> T:
        return await run_in_threadpool(question, *given)


def _results(events: list[Any], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One result for each event. Raises Unavailable where the database answered to another number of them."""
    statuses = told.get("statuses") or []
    if len(statuses) != len(events):
        raise Unavailable("The hub's database gave no answer to each event.")
    return results([{"id": event["id"]} for event in events], statuses, told.get("details") or {})


async def _describe(request: Request) -> Response:
    return answer(DOCUMENT)
