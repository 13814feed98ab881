"""What the HTTPS service takes and answers about photos."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from terminal.hub.answers import results
from terminal.hub.pool import Unavailable
from terminal.hub.requests import Limits, Refusal, read_body

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
PHOTOS_AT_ONCE = 3
"""Photos that go into the database at the same time, each over one of the service's connections."""


async def read_photo(pieces: AsyncIterator[bytes], headers: Mapping[str, str], limits: Limits) -> bytes:
    """The photo that is the body of a request. Raises Refusal."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refusal(415, "A photo comes as it is: it is packed already.", {"accept-encoding": "identity"})
    if _type(headers) not in PHOTO_TYPES:
        raise Refusal(415, f"A photo comes as {', '.join(PHOTO_TYPES)}, got {ascii(_type(headers))[:60]}.")
    try:
        return await read_body(
            pieces, headers, replace(limits, body=limits.photo, seconds=limits.photo_seconds)
        )
    except Refusal as refusal:
        if refusal.status == 413:
            raise Refusal(413, f"A photo has {limits.photo} bytes at most.", refusal.headers) from None
        raise


def read_missing(body: bytes, limits: Limits) -> dict[str, str]:
    """Hashes of photos and why the station has them no more. Raises Refusal."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Refusal(400, f"The body is no JSON: {ascii(str(problem))[1:-1][:120]}.") from None
    if not isinstance(found, dict) or not all(isinstance(why, str) for why in found.values()):
        raise Refusal(422, "What is missing comes as an object: hash of a photo, and a sentence why.")
    if len(found) > limits.photos:
        raise Refusal(413, f"At most {limits.photos} photos are said at once, these are {len(found)}.")
    return found


def as_entry(sha256: str, content: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    """A photo as the hub's function takes it."""
    data = base64.b64encode(content).decode("ascii")
    return {"sha256": sha256, "type": _type(headers), "data": data}


def photo_results(photos: Sequence[Mapping[str, str]], told: Mapping[str, Any]) -> dict[str, Any]:
    """One result for each photo, and what is wanted. Raises Unavailable where the database gave other answers."""
    statuses, details = told.get("photos"), told.get("photo_details") or {}
    if statuses is None or len(statuses) != len(photos):
        raise Unavailable("The hub's database knows of no photos: run `regrade hub init` on it.")
    named = [{"sha256": photo["sha256"]} for photo in photos]
    return {"photos": results(named, statuses, details), "wanted": told["wanted"]}


def _type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()
