r"""The hash chain of the journal: what an event's hash is taken over, and how times and bodies are written for it.

Pure. The text that is hashed can be made again from an event on the wire in any language: JSON without spaces, keys
sorted by code point, everything outside ASCII as `\u` escapes. So a body's keys come back sorted, not in the order
in which they were given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as _quote
from typing import Any, NamedTuple

GENESIS = "0" * 64
"""`prev` of the first event."""

_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """A JSON value in the one way in which it is stored and hashed. Raises ValueError for NaN and infinities."""
    return _encode(value)


def stamp(at: datetime) -> str:
    """A time as the journal has it: UTC with milliseconds and Z. Raises ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"a time in the journal has a zone, got {at.isoformat()}")
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def read_stamp(text: str) -> datetime:
    """A time of the journal as an aware value. Raises ValueError."""
    return datetime.fromisoformat(text)


class Written(NamedTuple):
    """An event as the texts under its hash: SHA-256 over prev, the head without its `]`, a comma, body and `]`."""

    seq: int
    head: str
    """The canonical JSON array of everything but the body."""
    body: str
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Run:
    """Events that follow each other and whose heads are plain ASCII without quotes, column by column.

    From these the texts under their hashes can be put together: `prev` of each is the hash of the one before.
    """

    station: str
    first: int
    """Number of the first of them."""
    count: int
    prev: str
    """Hash before the first."""
    columns: Mapping[str, str]
    """ids, kinds, vs, ats, items, operators, policies, bodies, hashes: one value an event, with a space between
    (a line feed between bodies), and nothing for null."""

    @property
    def size(self) -> int:
        """Characters of its columns."""
        return sum(map(len, self.columns.values()))

    @property
    def last(self) -> int:
        """Number of the last of them."""
        return self.first + self.count - 1


def head_text(
    station: str,
    epoch: str,
    seq: int,
    event_id: str,
    kind: str,
    v: int,
    at: str,
    item: str | None,
    operator: str | None,
    policy: str | None,
) -> str:
    """The head of an event as it is hashed: what `canonical` makes of the array, put together from its parts.

    A quarter of the time, which counts where a whole journal is read.
    """
    return (
        f"[{_quote(station)},{_quote(epoch)},{seq},{_quote(event_id)},{_quote(kind)},{v},{_quote(at)},"
        f"{'null' if item is None else _quote(item)},{'null' if operator is None else _quote(operator)},"
        f"{'null' if policy is None else _quote(policy)}]"
    )


def link(
    prev: str,
    station: str,
    epoch: str,
    seq: int,
    event_id: str,
    kind: str,
    v: int,
    at: str,
    item: str | None,
    operator: str | None,
    policy: str | None,
    body: str,
) -> str:
    """The hash of an event, lower-case hex: SHA-256 over `prev` and the JSON array of all the rest.

    `body` is canonical JSON text already, so that the journal hashes exactly the bytes that it stores;
    one that somebody changed may be any text.
    """
    head = _encode([station, epoch, seq, event_id, kind, v, at, item, operator, policy])
    return hashlib.sha256(f"{prev}{head[:-1]},{body}]".encode("utf-8", "surrogatepass")).hexdigest()
