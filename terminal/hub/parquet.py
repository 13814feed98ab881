"""The hub as Parquet files, one a month and table, for DuckDB and the like: many millions of rows on a laptop.

A month is written when it was not, or when the hub holds other rows of it than the file: stations that were offline
deliver late. A month counts as final once it is over for so long that this is not to be expected any more.

    select kind, count(*) from read_parquet('OUT/event/*.parquet') group by kind
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import tuple_row

from terminal.hub.install import HubProblem
from terminal.store.chain import stamp

if TYPE_CHECKING:
    import pyarrow  # type: ignore[import-untyped]

MANIFEST = "manifest.json"
BLOCK = 8 * 1024 * 1024
"""Bytes of rows that are held in memory at once, and written as one row group ..."""
LARGEST = 512 * 1024 * 1024
"""... and how many it may become where a single row is longer than that."""
LATE = timedelta(days=7)
"""How long after its end a month may still be added to."""

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


def export(
    connection: psycopg.Connection[Any],
    out: Path,
    *,
    month: str | None = None,
    tables: Sequence[str] = tuple(TABLES),
    now: datetime | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Write the months that are new or changed, or just `month` (YYYY-MM). Gives {"written", "unchanged", "rows"}.

    Each file appears whole or not at all; `manifest.json` names rows, bytes and SHA-256 of each. Raises HubProblem.
    """
    for table in tables:
        if table not in TABLES:
            raise HubProblem(f"There is no table {table!r} to export: choose from {', '.join(TABLES)}.")
    if month is not None:
        _bounds(month)
    out.mkdir(parents=True, exist_ok=True)
    manifest = _read_manifest(out)
    written, unchanged, rows = [], [], 0
    for table in tables:
        (out / table).mkdir(exist_ok=True)
        for each in [month] if month is not None else _months(connection, table):
            name = f"{table}/{each}.parquet"
            file, known = out / name, manifest["files"].get(name)
            with connection.transaction():
                connection.execute("set transaction isolation level repeatable read, read only")
                mark = _mark(connection, table, each)
                if (
                    known
                    and known["mark"] == mark
                    and file.is_file()
                    and file.stat().st_size == known["bytes"]
                ):
                    known["final"] = _final(each, now)
                    unchanged.append(name)
                    continue
                progress(name)
                count = _write(connection, table, each, file)
            manifest["files"][name] = {
                "table": table, "month": each, "rows": count, "bytes": file.stat().st_size, "sha256": _digest(file),
                "final": _final(each, now), "mark": mark, "written_at": stamp(now or datetime.now(UTC)),
            }  # fmt: skip
            _put_manifest(out, manifest)
            written.append(name)
            rows += count
    _put_manifest(out, manifest)
    return {"written": written, "unchanged": unchanged, "rows": rows}


def _bounds(month: str) -> tuple[datetime, datetime]:
    """First moment of a month and of the next one."""
    fits = re.fullmatch(r"(\d{4})-(\d{2})", month)
    if fits is None or not (1 <= int(fits[2]) <= 12 and int(fits[1]) >= 1):
        raise HubProblem(f"{month!r} is no month: write it as 2026-11.")
    start = datetime(int(fits[1]), int(fits[2]), 1, tzinfo=UTC)
    if month == "9999-12":  # where a clock that is wrong without bounds puts its events
        return start, datetime.max.replace(tzinfo=UTC)
    return start, (start + timedelta(days=32)).replace(day=1)


def _final(month: str, now: datetime | None) -> bool:
    return _bounds(month)[1] <= (now or datetime.now(UTC)) - LATE


def _months(connection: psycopg.Connection[Any], table: str) -> list[str]:
    """Every month of which the hub has rows."""
    time = TABLES[table].month_of
    with connection.transaction():
        cursor = connection.cursor(row_factory=tuple_row)
        name = f"to_char({time} at time zone 'UTC', 'YYYY-MM')"
        asked = f"select distinct {name} from hub.{table} where {time} is not null"
        return sorted(month for (month,) in cursor.execute(asked.encode()))


def _mark(connection: psycopg.Connection[Any], table: str, month: str) -> str:
    """A text that is another one when rows of the month came, changed or went."""
    shape = TABLES[table]
    row = (
        connection.cursor(row_factory=tuple_row)
        .execute(
            f"select count(*), max({shape.changed}) from hub.{table} "
            f"where {shape.month_of} >= %s and {shape.month_of} < %s".encode(),
            _bounds(month),
        )
        .fetchone()
    )
    assert row is not None
    return f"{row[0]} {row[1].astimezone(UTC).isoformat() if row[1] else ''}".strip()


def _write(connection: psycopg.Connection[Any], table: str, month: str, file: Path) -> int:
    """Write one month beside its place, then put it there. Gives the number of rows."""
    import pyarrow

    part, block = file.with_name(f".{file.name}.{os.getpid()}.part"), BLOCK
    try:
        while True:
            try:
                with connection.transaction():
                    count = _write_part(connection, table, month, part, block)
                break
            except pyarrow.ArrowInvalid as problem:
                if "straddling" not in str(problem) or block >= LARGEST:
                    raise HubProblem(f"{file.name} can't be written: {problem}") from problem
                block *= 4
        _sync(part)
        part.replace(file)
        _sync(file.parent)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return count


def _write_part(connection: psycopg.Connection[Any], table: str, month: str, part: Path, block: int) -> int:
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
    start, end = (f"'{one.isoformat()}'::timestamptz" for one in _bounds(month))
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


def _read_manifest(out: Path) -> dict[str, Any]:
    try:
        found = json.loads((out / MANIFEST).read_text("utf-8"))
        if isinstance(found, dict) and isinstance(found.get("files"), dict):
            return found
    except FileNotFoundError:
        return {"v": 1, "files": {}}
    except ValueError:
        pass
    raise HubProblem(
        f"{out / MANIFEST} is no manifest of an export: choose an empty folder, or put that file away."
    )


def _put_manifest(out: Path, manifest: Mapping[str, Any]) -> None:
    part = out / f".{MANIFEST}.{os.getpid()}.part"
    part.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
    _sync(part)
    part.replace(out / MANIFEST)
    _sync(out)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
