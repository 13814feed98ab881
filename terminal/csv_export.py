"""The station as two tables for a spreadsheet: every item, every event. A cell is never a formula.

A folder gets `items.csv` and `events.csv`, each in place only when it is whole. What is text and begins like a
formula gets an apostrophe before it, as spreadsheets take it; numbers stay numbers.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.station_file import StationFile
from terminal.store.whole_file import whole_file

ITEMS = (
    "lpn", "leader", "parcel", "rma", "line", "arrival", "sku", "gtin", "serial", "title", "category", "status",
    "grade", "first_grade", "score", "disposition", "first_disposition", "value_cents", "currency", "tote",
    "operator", "hold_reason", "actions", "copies", "received_at", "closed_at",
)  # fmt: skip
EVENTS = ("seq", "id", "kind", "at", "item", "operator", "policy", "body", "hash")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
PAGE = 1_000


def export_csv(settings: Settings, out: Path) -> dict[str, Any]:
    """Write both tables into the folder `out`: `{"items", "events", "out"}`. Raises StoreError and OSError."""
    with open_file(settings) as file:
        out.mkdir(parents=True, exist_ok=True)
        events = _write(out / "events.csv", EVENTS, _events(file))
        items = _write(out / "items.csv", ITEMS, _items(file))
    return {"items": items, "events": events, "out": str(out)}


def safe(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _items(file: StationFile) -> Iterator[Sequence[object]]:
    sql = f"select rowid, {', '.join(ITEMS)} from item where rowid > ? order by rowid limit {PAGE}"
    after = 0
    while page := read(file.catalogue.db, sql, (after,)):
        for row in page:
            yield row[1:]
        after = page[-1][0]


def _events(file: StationFile) -> Iterator[Sequence[object]]:
    for one in file.journal.events():
        at = one.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        body = json.dumps(one.body, ensure_ascii=False, sort_keys=True)
        yield one.seq, one.id, one.kind, at, one.item, one.operator, one.policy, body, one.hash


def _write(out: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a table in whole, or not at all; how many rows it has."""
    count = 0
    with whole_file(out, "w", encoding="utf-8", newline="", shared=True) as target:
        table = csv.writer(target, lineterminator="\r\n")
        table.writerow(columns)
        for row in rows:
            table.writerow([safe(cell) for cell in row])
            count += 1
    return count
