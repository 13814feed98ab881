"""Events on the wire: one JSON object a line, and journals cut into batches. Pure.

A line break can't occur inside a line: the JSON is ASCII, with everything else as escapes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from terminal.bench.wire import Recorded
from terminal.store.chain import stamp

MAX_COUNT = 500
MAX_RUN = 1000
"""Events in a batch that goes column by column: a far side takes those at half the cost."""
MAX_BYTES = 512 * 1024


def wire(recorded: Recorded) -> dict[str, Any]:
    """An event as every sink sees it; from these fields its hash can be computed again."""
    return {
        "id": recorded.id,
        "station": recorded.station,
        "epoch": recorded.epoch,
        "seq": recorded.seq,
        "kind": recorded.kind,
        "v": recorded.v,
        "at": stamp(recorded.at),
        "item": recorded.item,
        "operator": recorded.operator,
        "policy": recorded.policy,
        "body": dict(recorded.body),
        "prev": recorded.prev,
        "hash": recorded.hash,
    }


def line(recorded: Recorded) -> bytes:
    """An event as one line of NDJSON, with its line feed."""
    return json.dumps(wire(recorded), ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def cut(
    events: Iterable[Recorded], max_count: int = MAX_COUNT, max_bytes: int = MAX_BYTES
) -> Iterator[tuple[Recorded, ...]]:
    """Batches of at most `max_count` events and `max_bytes` of lines, in order. A larger event goes alone."""
    batch: list[Recorded] = []
    size = 0
    for event in events:
        length = len(line(event))
        if batch and (len(batch) >= max_count or size + length > max_bytes):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(event)
        size += length
    if batch:
        yield tuple(batch)
