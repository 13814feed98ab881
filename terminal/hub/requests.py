"""Requests to the HTTPS service, read within limits and turned into what the hub's function takes."""

from __future__ import annotations

import asyncio
import json
import re
import time
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terminal.sync.cloudevents import BATCH_TYPE, NotAnEvent, place, texts

PROTOCOL = 1
"""Version of the request that a client without a word about it speaks."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the service takes of one request."""

    body: int = 4 * 1024 * 1024
    """Bytes, after unpacking too."""
    events: int = 2000
    seconds: float = 30.0
    """How long a body may take to arrive."""
    photo: int = 16 * 1024 * 1024
    """Bytes of a photo."""
    photo_seconds: float = 240.0
    """How long a photo may take to arrive."""
    photos: int = 100
    """Photos that one request may speak of."""


class Refusal(Exception):
    """A request that is answered by an error: the text is a sentence for people."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.headers = dict(headers or {})


async def read_body(pieces: AsyncIterator[bytes], headers: Mapping[str, str], limits: Limits) -> bytes:
    """The body of a request, unpacked. Raises Refusal."""
    told = headers.get("content-length", "")
    if re.fullmatch(r"\d{1,18}", told) and int(told) > limits.body:
        raise _too_large(limits)
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise Refusal(415, "A body comes as it is, or packed by gzip.", {"accept-encoding": "gzip"})
    taken = bytearray()
    try:
        async with asyncio.timeout(limits.seconds):
            async for piece in pieces:
                taken += piece
                if len(taken) > limits.body:
                    raise _too_large(limits)
    except TimeoutError:
        raise Refusal(408, f"The body did not arrive within {limits.seconds:g} s.") from None
    return _unpack(bytes(taken), limits) if encoding == "gzip" else bytes(taken)


def read_events(body: bytes, content_type: str, limits: Limits) -> list[Any]:
    """The CloudEvents in a body. Raises Refusal."""
    if content_type.partition(";")[0].strip().lower() != BATCH_TYPE:
        raise Refusal(
            415, f"Events come as {BATCH_TYPE}, got {ascii(content_type)[:60]}.", {"accept-post": BATCH_TYPE}
        )
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Refusal(400, f"The body is no JSON: {_reason(problem)}.") from None
    if not isinstance(found, list):
        raise Refusal(422, f"A batch is an array of CloudEvents, got a {type(found).__name__}.")
    if len(found) > limits.events:
        raise Refusal(
            413,
            f"A batch holds {limits.events} events at most, this one {len(found)}. Cut it into several requests.",
        )
    return found


def hub_request(headers: Mapping[str, str], events: Sequence[Any] = ()) -> dict[str, Any]:
    """What the hub's function takes: metadata from the headers, events by their texts. Raises Refusal."""
    lines = []
    for number, event in enumerate(events):
        try:
            lines.append(texts(event))
        except NotAnEvent as problem:
            raise Refusal(
                422, f"Event {number} of the batch is no CloudEvent of a station: {problem}."
            ) from None
    first = place(events[0]) if events else None
    epoch = headers.get("regrade-epoch", "").strip() or (first[1] if first else "")
    if not epoch:
        raise Refusal(400, "The header Regrade-Epoch is missing: the epoch of the station's journal, a UUID.")
    request: dict[str, Any] = {"v": _protocol(headers), "epoch": epoch}
    for name in ("sent_at", "program"):
        given = headers.get(f"regrade-{name.replace('_', '-')}", "").strip()
        if given:
            request[name] = given
    head = _head(headers.get("regrade-head", "").strip())
    if head is not None:
        request["head"] = head
    if lines:
        request["events"] = lines
    return request


def known_versions(text: str) -> dict[str, int]:
    """`policy:3,catalogue:12` as versions by kind. Raises Refusal."""
    found = {}
    for entry in filter(None, text.split(",")):
        matched = re.fullmatch(r"([a-z_]{1,40}):(\d{1,9})", entry.strip())
        if matched is None:
            raise Refusal(
                400, f"known should look like policy:3,catalogue:12, got {ascii(entry)[:60]} in it."
            )
        found[matched[1]] = int(matched[2])
    return found


class Keys:
    """Idempotency keys that were seen, with what came under them: at most `room`, each for `seconds`."""

    def __init__(self, room: int = 5000, seconds: float = 600.0) -> None:
        self._seen: OrderedDict[tuple[str, str], tuple[bytes, float]] = OrderedDict()
        self._room = room
        self._seconds = seconds

    def check(self, station: str, key: str, digest: bytes, now: float | None = None) -> None:
        """Keep the key. Raises Refusal where something else came under it before."""
        at = time.monotonic() if now is None else now
        while self._seen and (
            len(self._seen) > self._room or at - next(iter(self._seen.values()))[1] > self._seconds
        ):
            self._seen.popitem(last=False)
        held = self._seen.get((station, key))
        if held is not None and held[0] != digest:
            raise Refusal(
                422, "Another body came under this Idempotency-Key before. A key stands for one request."
            )
        self._seen.setdefault((station, key), (digest, at))


def _unpack(content: bytes, limits: Limits) -> bytes:
    """What gzip holds, never more than a body may have."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        body = unpacking.decompress(content, limits.body + 1)
    except zlib.error:
        raise Refusal(400, "The body is not what gzip makes, though its Content-Encoding says so.") from None
    if len(body) > limits.body:
        raise _too_large(limits)
    if not unpacking.eof or unpacking.unused_data:
        raise Refusal(400, "The packed body is cut off, or something stands behind it.")
    return body


def _too_large(limits: Limits) -> Refusal:
    return Refusal(
        413,
        f"A body has {limits.body} bytes at most, unpacked. Send fewer events at once: half as many, "
        "and half again until it fits.",
        {"connection": "close"},
    )


def _protocol(headers: Mapping[str, str]) -> int:
    given = headers.get("regrade-protocol", "").strip()
    if not given:
        return PROTOCOL
    if not re.fullmatch(r"\d{1,6}", given):
        raise Refusal(400, f"The header Regrade-Protocol should be a number, got {ascii(given)[:60]}.")
    return int(given)


def _head(given: str) -> dict[str, Any] | None:
    if not given:
        return None
    matched = re.fullmatch(r"(\d{1,18});([0-9a-f]{64})", given)
    if matched is None:
        raise Refusal(400, f"The header Regrade-Head should be NUMBER;HASH, got {ascii(given)[:100]}.")
    return {"seq": int(matched[1]), "hash": matched[2]}


def _reason(problem: Exception) -> str:
    if isinstance(problem, RecursionError):
        return "it is nested too deeply"
    return ascii(str(problem))[1:-1][:120]
