"""One month of a table as a Parquet file: which columns it has, and how its rows get there.

The server copies rows out as CSV and pyarrow reads them block by block, so that no row becomes a Python object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psycopg

from terminal.hub.problem import HubProblem
from terminal.store.whole_file import whole_file

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]

BLOCK = 8 * 1024 * 1024
"""Bytes of rows that are held in memory at once, and written as one row group ..."""
LARGEST = 512 * 1024 * 1024
"""... and how many it may become where a single row is longer than that."""

_TEXT, _WHOLE, _TIME, _FLAG = "text", "bigint", "timestamptz", "boolean"


@dataclass(frozen=True, slots=True)
class Exported:
    """A table as it is exported: its columns with their types, its time, and what tells that it changed."""

    columns: Mapping[str, str]
    month_of: str
    changed: str
    order: str


TABLES: Mapping[str, Exported] = {
    "event": Exported(
        {
            "station": _TEXT, "epoch": _TEXT, "seq": _WHOLE, "event_id": _TEXT, "kind": _TEXT, "v": _WHOLE,
            "at": _TIME, "item": _TEXT, "operator": _TEXT, "policy": _TEXT, "body": _TEXT, "hash": _TEXT,
            "received_at": _TIME,
        },
        "at", "received_at", "station, epoch, seq",
    ),
    "item": Exported(
        {
            "station": _TEXT, "epoch": _TEXT, "lpn": _TEXT, "leader": _TEXT, "parcel": _TEXT, "rma": _TEXT,
            "line": _WHOLE, "arrival": _TEXT, "sku": _TEXT, "gtin": _TEXT, "serial": _TEXT, "title": _TEXT,
            "category": _TEXT, "status": _TEXT, "grade": _TEXT, "first_grade": _TEXT, "score": _TEXT,
            "disposition": _TEXT, "first_disposition": _TEXT, "value_cents": _WHOLE, "currency": _TEXT,
            "tote": _TEXT, "operator": _TEXT, "hold_reason": _TEXT, "actions": _WHOLE, "copies": _WHOLE,
            "received_at": _TIME, "closed_at": _TIME, "reason": _TEXT, "initiated_at": _TIME, "price_cents": _WHOLE,
            "price_currency": _TEXT, "decided_at": _TIME, "grade_overridden": _FLAG, "channel_overridden": _FLAG,
            "holds": _WHOLE, "touch_ms": _WHOLE, "policy": _TEXT, "updated_seq": _WHOLE,
        },
        "received_at", "updated_at", "station, epoch, lpn",
    ),
}  # fmt: skip
"""What can be exported. An item belongs to the month in which it arrived."""


def bounds(month: str) -> tuple[datetime, datetime]:
    """First moment of a month (YYYY-MM) and of the next one. Raises HubProblem for what is no month."""
    fits = re.fullmatch(r"(\d{4})-(\d{2})", month)
    if fits is None or not (1 <= int(fits[2]) <= 12 and int(fits[1]) >= 1):
        raise HubProblem(f"{month!r} is no month: write it as 2026-11.")
    start = datetime(int(fits[1]), int(fits[2]), 1, tzinfo=UTC)
    if month == "9999-12":  # where a clock that is wrong without bounds puts its events
        return start, datetime.max.replace(tzinfo=UTC)
    return start, (start + timedelta(days=32)).replace(day=1)


def write_month(connection: psycopg.Connection[Any], table: str, month: str, file: Path) -> int:
    """Write one month of a table, whole or not at all. Gives the number of rows. Raises HubProblem, OSError."""
    import pyarrow

    block = BLOCK
    while True:
        try:
            with connection.transaction(), whole_file(file, shared=True) as part:
                return _write_rows(connection, table, month, part, block)
        except pyarrow.ArrowInvalid as problem:
            if "straddling" not in str(problem) or block >= LARGEST:
                raise HubProblem(f"{file.name} can't be written: {problem}") from problem
            block *= 4


def _write_rows(
    connection: psycopg.Connection[Any], table: str, month: str, part: IO[bytes], block: int
) -> int:
    import pyarrow
    from pyarrow import parquet

    count = 0
    schema = pyarrow.schema([(name, _arrow(kind)) for name, kind in TABLES[table].columns.items()])
    with parquet.ParquetWriter(part, schema, compression="zstd") as writer:
        for batch in _batches(connection, table, month, schema, block):
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def _batches(
    connection: psycopg.Connection[Any], table: str, month: str, schema: pyarrow.Schema, block: int
) -> Iterator[pyarrow.RecordBatch]:
    """The rows of a month as the server copies them out, read by pyarrow block by block."""
    import pyarrow
    from pyarrow import csv

    shape = TABLES[table]
    start, end = (f"'{one.isoformat()}'::timestamptz" for one in bounds(month))
    columns = ", ".join("encode(hash, 'hex')" if name == "hash" else name for name in shape.columns)
    query = (
        f"copy (select {columns} from hub.{table} where {shape.month_of} >= {start} and {shape.month_of} < {end} "
        f"order by {shape.order}) to stdout (format csv)"
    )
    with connection.cursor() as cursor, cursor.copy(query.encode()) as rows:
        source = pyarrow.PythonFile(_Rows(rows), mode="r")
        try:
            reader = csv.open_csv(
                source,
                csv.ReadOptions(column_names=schema.names, block_size=block, use_threads=False),
                csv.ParseOptions(newlines_in_values=True),
                csv.ConvertOptions(
                    column_types=schema,
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                    true_values=["t"],
                    false_values=["f"],
                ),
            )
        except pyarrow.ArrowInvalid as problem:
            if "Empty CSV file" not in str(problem):
                raise
            return
        yield from reader


class _Rows:
    """What the server copies out, as a file to read."""

    closed = False

    def __init__(self, rows: psycopg.Copy) -> None:
        self._rows = rows
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end."""
        got, have = [self._left], len(self._left)
        while (size < 0 or have < size) and (more := bytes(self._rows.read())):
            got.append(more)
            have += len(more)
        whole = b"".join(got)
        given, self._left = (whole, b"") if size < 0 else (whole[:size], whole[size:])
        return given

    def close(self) -> None:
        """The copy is ended by its cursor."""


def _arrow(kind: str) -> pyarrow.DataType:
    import pyarrow

    types = {
        _TEXT: pyarrow.string(), _WHOLE: pyarrow.int64(), _TIME: pyarrow.timestamp("us", "UTC"),
        _FLAG: pyarrow.bool_(),
    }  # fmt: skip
    return types[kind]
