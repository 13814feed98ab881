"""The hub as Parquet files, one a month and table, for DuckDB and the like: many millions of rows on a laptop.

A month is written when it was not, or when the hub holds other rows of it than the file: stations that were offline
deliver late. A month counts as final once it is over for so long that this is not to be expected any more.

    select kind, count(*) from read_parquet('OUT/event/*.parquet') group by kind
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from terminal.hub.parquet_month import TABLES, bounds, write_month
from terminal.hub.problem import HubProblem
from terminal.store.chain import stamp
from terminal.store.whole_file import whole_file

MANIFEST = "manifest.json"
LATE = timedelta(days=7)
"""How long after its end a month may still be added to."""


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
        bounds(month)
    out.mkdir(parents=True, exist_ok=True)
    manifest = _read_manifest(out)
    written, unchanged, rows = [], [], 0
    for table in tables:
        (out / table).mkdir(exist_ok=True)
        for each in [month] if month is not None else _months(connection, table):
            name = f"{table}/{each}.parquet"
            known = manifest["files"].get(name)
            entry = _bring_up(connection, table, each, out / name, known, partial(progress, name))
            final = bounds(each)[1] <= (now or datetime.now(UTC)) - LATE
            if entry is None:
                known["final"] = final
                unchanged.append(name)
                continue
            written_at = stamp(now or datetime.now(UTC))
            manifest["files"][name] = {**entry, "final": final, "written_at": written_at}
            _put_manifest(out, manifest)
            written.append(name)
            rows += entry["rows"]
    _put_manifest(out, manifest)
    return {"written": written, "unchanged": unchanged, "rows": rows}


def _bring_up(
    connection: psycopg.Connection[Any],
    table: str,
    month: str,
    file: Path,
    known: Mapping[str, Any] | None,
    begin: Callable[[], None],
) -> dict[str, Any] | None:
    """Write one month unless its file has these very rows: then None. Gives what the manifest says of the file."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        mark = _mark(connection, table, month)
        if known and known["mark"] == mark and file.is_file() and file.stat().st_size == known["bytes"]:
            return None
        begin()
        rows = write_month(connection, table, month, file)
    told = {"table": table, "month": month, "rows": rows, "mark": mark}
    return {**told, "bytes": file.stat().st_size, "sha256": _digest(file)}


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
            bounds(month),
        )
        .fetchone()
    )
    assert row is not None
    return f"{row[0]} {row[1].astimezone(UTC).isoformat() if row[1] else ''}".strip()


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
    with whole_file(out / MANIFEST, "w", encoding="utf-8", shared=True) as file:
        file.write(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
