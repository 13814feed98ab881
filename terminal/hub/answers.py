"""What the HTTPS service answers: results of events and photos, and every error as RFC 9457 has it.

A text that goes into an answer was written for people; an error nobody thought of is told without its text.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from terminal.hub.pool import Refused, Unavailable
from terminal.hub.requests import Refusal

PROBLEM = "application/problem+json"
RETRY_SECONDS = 5
"""What a client is told to wait when the database does not answer."""
HEAR_BYTES, HEAR_SECONDS = 16 * 1024 * 1024, 10.0
"""How much of a body is still taken, and for how long, when the request is refused already."""
log = logging.getLogger("regrade.serve")


def common(told: Mapping[str, Any]) -> dict[str, Any]:
    """What every answer says: the hub's clock and schema, and what it has of the journal."""
    return {name: told[name] for name in ("v", "at", "schema", "have", "offset_ms") if name in told}


def results(
    named: Sequence[Mapping[str, Any]], statuses: Sequence[str], details: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What was sent, by its name, with the status of each and a sentence where there is one, keyed by its place."""
    told = []
    for number, (one, status) in enumerate(zip(named, statuses, strict=True)):
        detail = details.get(str(number))
        told.append({**one, "status": status, **({"detail": detail} if detail else {})})
    return told


def answer(content: Mapping[str, Any], status: int = 200) -> Response:
    """An answer that no cache may keep."""
    text = json.dumps(content, separators=(",", ":"))
    return Response(text, status, {"cache-control": "no-store"}, "application/json")


def _problem(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as RFC 9457 has it; `title` goes with the status, `detail` is the sentence."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": text}
    return Response(
        json.dumps(content), status, {"cache-control": "no-store", **(headers or {})}, media_type=PROBLEM
    )


async def no_such_place(request: Request, problem: Exception) -> Response:
    """The answer where no endpoint is, or not with this method."""
    assert isinstance(problem, HTTPException)
    text = {
        404: "There is nothing here; /openapi.json lists what there is.",
        405: f"{request.method} is not possible here; /openapi.json says what is.",
    }.get(problem.status_code, "The request can't be answered.")
    return _problem(problem.status_code, text, problem.headers)


def _problem_of(problem: Exception) -> Response:
    """The answer to whatever a request ended in."""
    if isinstance(problem, Refusal):
        return _problem(problem.status, str(problem), problem.headers)
    if isinstance(problem, Unavailable):
        return _problem(503, str(problem), {"retry-after": str(RETRY_SECONDS)})
    if isinstance(problem, Refused):
        status = {"RG001": 403, "RG002": 409}.get(problem.code, 422)
        return _problem(status, str(problem))
    if isinstance(problem, ClientDisconnect):
        return _problem(400, "The connection ended before the request did.")
    log.error("a request ended in %s: %s", type(problem).__name__, ascii(str(problem))[:300])
    return _problem(500, "This request met an error of the service itself. Its log says more.")


class Guard:
    """Turns every exception into an answer, and writes one line of log a request: never a header or a query."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hear a request and answer it, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, heard_all = time.monotonic(), 0, False

        async def hear() -> Message:
            nonlocal heard_all
            message = await receive()
            heard_all = not message.get("more_body", False)
            return message

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, hear, note)
        except Exception as problem:
            if status:  # too late for another answer; uvicorn ends the connection in the midst of this one
                log.error("an answer broke off by %s: %s", type(problem).__name__, ascii(str(problem))[:300])
                return
            if not heard_all:
                await _hear_out(hear)
            await _problem_of(problem)(scope, receive, note)
        finally:
            log.info(
                "%s %s %s %d %.0f ms",
                scope.get("regrade.station", "-"),
                scope["method"],
                ascii(scope["path"])[1:-1][:200],
                status,
                (time.monotonic() - began) * 1000,
            )


async def _hear_out(hear: Receive) -> None:
    """Take the rest of a refused request: who is still sending would meet a broken connection, and no answer."""
    taken = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(HEAR_SECONDS):
            while taken < HEAR_BYTES:
                message = await hear()
                taken += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
