"""JSON and NDJSON as rows: an array of objects read whole, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from terminal.domain.importmap import ImportMap
from terminal.domain.intake import Reject
from terminal.store.table import (
    MAX_LINE,
    TOO_LONG,
    ImportRefused,
    Row,
    Table,
    bad_line,
    batches_of,
    skip_line,
)

MAX_JSON_BYTES = 64 * 1024 * 1024
"""A JSON array is read whole; NDJSON of any size is read line by line."""

_PEEKED = 1_000
"""Lines of NDJSON whose keys are taken for the columns."""


def json_table(path: Path, mapping: ImportMap, fields: Sequence[str]) -> Table:
    """The table in a JSON file. Raises ImportRefused where there is none."""
    size = path.stat().st_size
    if size > MAX_JSON_BYTES:
        raise ImportRefused(path, f"{size} bytes of JSON are too many to read at once: write it as NDJSON")
    try:
        found = _loads(path.read_text("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ImportRefused(path, f"no JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise ImportRefused(path, "no table: the JSON is nested too deeply") from None
    entries = found.get("items") if isinstance(found, dict) else found
    if not isinstance(entries, list):
        raise ImportRefused(
            path, 'expected a JSON array of objects, or an object with such an array as "items"'
        )
    header = _header_of(entries, mapping, fields)
    return Table(
        header, batches_of(_object_row(at, entry, header) for at, entry in enumerate(entries, 1)), None
    )


def ndjson_table(text: TextIO, mapping: ImportMap, fields: Sequence[str]) -> Table:
    """The table in a text of one JSON object a line; the columns are the keys of the first thousand."""
    entries = _ndjson_entries(text)
    first = list(islice(entries, _PEEKED))
    header = _header_of([entry for _, entry in first], mapping, fields)
    rows = (
        Row(at, [entry.reject.value], entry.reject) if isinstance(entry, Row) and entry.reject is not None
        else _object_row(at, entry, header)
        for at, entry in chain(first, entries)
    )  # fmt: skip
    return Table(header, batches_of(rows), None)


def _ndjson_entries(text: TextIO) -> Iterator[tuple[int, Any]]:
    at = 0
    while line := text.readline(MAX_LINE):
        at += 1
        reason = None
        if len(line) == MAX_LINE:
            skip_line(text, line)
            reason = TOO_LONG
        elif not line.strip():
            continue
        else:
            try:
                yield at, _loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                reason = f"no JSON: {error}"
        if reason is not None:
            yield at, bad_line(at, line, reason)


def _loads(text: str) -> Any:
    """JSON with its numbers as they are written: digits of a GTIN must not go through a float."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def _header_of(entries: Iterable[Any], mapping: ImportMap, fields: Sequence[str]) -> list[str]:
    """The keys of the objects, and our own names that some object may still bring."""
    keys = dict.fromkeys(key for entry in entries if isinstance(entry, dict) for key in entry)
    mine = {name: mapping.columns.get(name, name) for name in fields}
    if mine["sku"] in keys or mine["gtin"] in keys:
        keys |= dict.fromkeys(name for name, column in mine.items() if name == column and name != "rma")
    return list(keys)


def _object_row(at: int, entry: Any, header: Sequence[str]) -> Row:
    if not isinstance(entry, dict):
        return bad_line(at, json.dumps(entry), "expected an object with the fields of one row")
    cells = []
    reject = None
    for name in header:
        value = entry.get(name)
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, (dict, list)):
            value = json.dumps(value)
            reject = reject or Reject(at, name, value[:200], "expected one value, not a list or an object")
        cells.append("" if value is None else value)
    return Row(at, cells, reject)
