"""What is in the files of a drop: CSV for spreadsheets, the manifest, and which photos a batch names. Pure.

A CSV cell can be foreign text (an operator's id, an item's number), and a spreadsheet runs what begins like a
formula: such a cell gets an apostrophe before it. So the CSV is for people to read, and the NDJSON is what counts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from terminal.bench.wire import Recorded
from terminal.store.chain import canonical, stamp
from terminal.sync.batch import wire
from terminal.sync.program import program

PHOTOS = "photos"
"""The folder of a drop in which its photos lie."""
PHOTO_NAME = re.compile(rf"{PHOTOS}/([0-9a-f]{{64}})\.[a-z]{{2,5}}")
HASH = re.compile(r"[0-9a-f]{64}")
COLUMNS = (
    "seq", "at", "kind", "item", "operator", "body", "station", "epoch", "id", "v", "policy", "prev", "hash",
)  # fmt: skip
MANIFEST = 1
"""Version of the manifest's shape."""

PhotoSource = Callable[[str, str], tuple[str, bytes]]
"""(hash, kind) -> (suffix of its file name, content). What it raises is told in the manifest."""


def sha256(content: bytes) -> str:
    """The hash of a file, lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def csv_of(batch: Sequence[Recorded]) -> bytes:
    """The batch as CSV (RFC 4180, UTF-8 with its mark, the body as JSON in one cell)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for event in batch:
        told = wire(event)
        told["body"] = canonical(told["body"])
        writer.writerow([_cell(told[name]) for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig", "replace")


def _cell(value: Any) -> str:
    """A value as text that no spreadsheet runs and that stays in its cell."""
    text = "" if value is None else str(value)
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"'{clean}" if clean.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else clean


def photos_in(batch: Sequence[Recorded]) -> list[tuple[str, str]]:
    """Hash and kind of every photo that events of the batch say was kept, each once, in their order."""
    found: dict[str, str] = {}
    for event in batch:
        if event.kind == "photo_kept":
            digest, kind = str(event.body.get("sha256")), str(event.body.get("kind"))
            if HASH.fullmatch(digest):
                found.setdefault(digest, kind)
    return list(found.items())


def manifest_of(
    batch: Sequence[Recorded],
    files: Mapping[str, bytes],
    photos: Sequence[Mapping[str, Any]],
    made_at: datetime | None = None,
) -> bytes:
    """What a batch consists of, as JSON: its place, counts, hashes of its files, the chain's ends, its photos."""
    first, last = batch[0], batch[-1]
    told = {
        "manifest": MANIFEST,
        "station": first.station,
        "epoch": first.epoch,
        "first": first.seq,
        "last": last.seq,
        "count": len(batch),
        "files": [
            {"name": name, "bytes": len(content), "sha256": sha256(content)}
            for name, content in files.items()
        ],
        "chain": {"prev": first.prev, "hash": last.hash},
        "photos": list(photos),
        "made_at": stamp(made_at or datetime.now(UTC)),
        "program": f"regrade {program()}",
    }
    return json.dumps(told, indent=1).encode("ascii") + b"\n"
