"""Tables that goods are held against into the station: recall notices, type codes, checks, sanitisation records.

As with a manifest all good rows go in together, bad ones into a file beside with line, column, value and reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from terminal.domain import deviceids, notices, sanitisation
from terminal.domain.deviceids import StatusCheck, Tac
from terminal.domain.gaterows import Columns, Converts
from terminal.domain.importmap import CHECK_FIELDS, RECALL_FIELDS, TAC_FIELDS, WIPE_FIELDS, ImportMap
from terminal.domain.intake import Reject
from terminal.domain.sanitisation import BadRecord, Record
from terminal.store.devices import Devices
from terminal.store.importer import Imported, import_rows, in_order, naming
from terminal.store.recalls import Read, Recalls
from terminal.store.table import Batch
from terminal.store.tablefile import open_table

Value = TypeVar("Value")
Progress = Callable[[int], None] | None


def import_recalls(
    path: Path,
    mapping: ImportMap,
    table: Recalls,
    rejects: Path,
    form: str | None = None,
    progress: Progress = None,
) -> Imported:
    """Take in a file of recall notices; rows of one number are the parts of one notice, all replaced together."""
    parts: dict[str, int] = {}

    def made(row: dict[str, Any]) -> Read:
        number = row["notice"]
        notice = notices.notice_of(row, parts.get(number, 0) + 1)
        parts[number] = notice.part
        return notice, notices.ordinary(row.get("description") or "")

    return take_in(
        path,
        mapping,
        RECALL_FIELDS,
        notices.converters(mapping.date_formats),
        (("notice",), ("title", "product", "brand", "model", "gtin", "sku")),
        notices.ALSO_CALLED,
        made,
        table.transaction(),
        table.put,
        rejects,
        form,
        progress,
    )


def import_tacs(
    path: Path,
    mapping: ImportMap,
    table: Devices,
    rejects: Path,
    form: str | None = None,
    progress: Progress = None,
) -> Imported:
    """Take in a table of type allocation codes."""

    def made(row: dict[str, Any]) -> Tac:
        return Tac(row["tac"], row.get("brand") or "", row.get("model") or "")

    return take_in(
        path,
        mapping,
        TAC_FIELDS,
        deviceids.tac_converters(),
        (("tac",), ("brand",), ("model",)),
        deviceids.TAC_ALSO,
        made,
        table.transaction(),
        table.put_tacs,
        rejects,
        form,
        progress,
    )


def import_checks(
    path: Path,
    mapping: ImportMap,
    table: Devices,
    rejects: Path,
    form: str | None = None,
    progress: Progress = None,
) -> Imported:
    """Take in what registers of lost, stolen or locked devices said."""

    def made(row: dict[str, Any]) -> StatusCheck:
        return StatusCheck(
            row["number"], row["provider"], row["checked"], row["result"], row.get("ref") or ""
        )

    return take_in(
        path,
        mapping,
        CHECK_FIELDS,
        deviceids.check_converters(mapping.date_formats),
        (("number",), ("provider",), ("checked",), ("result",)),
        deviceids.CHECK_ALSO,
        made,
        table.transaction(),
        table.put_checks,
        rejects,
        form,
        progress,
    )


def import_wipes(
    path: Path,
    mapping: ImportMap,
    table: Devices,
    rejects: Path,
    on: date,
    form: str | None = None,
    progress: Progress = None,
) -> Imported:
    """Take in the sanitisation records of a wipe tool, as they stand on day `on`."""

    def made(row: dict[str, Any]) -> Record:
        return sanitisation.record_of(row, on)

    return take_in(
        path,
        mapping,
        WIPE_FIELDS,
        sanitisation.converters(mapping.date_formats),
        (("serial", "imei", "lpn"), *((name,) for name in sanitisation.NEEDED)),
        sanitisation.ALSO_CALLED,
        made,
        table.transaction(),
        table.put_records,
        rejects,
        form,
        progress,
    )


def take_in(
    path: Path,
    mapping: ImportMap,
    fields: Sequence[str],
    converts: Converts,
    required: Sequence[Sequence[str]],
    also_called: Mapping[str, Sequence[str]],
    made: Callable[[dict[str, Any]], Value],
    transaction: AbstractContextManager[Any],
    put: Callable[[Sequence[Value]], None],
    rejects: Path,
    form: str | None,
    progress: Progress,
) -> Imported:
    """Read, convert and put a file of any of these tables. Raises ImportRefused, and nothing was taken in."""
    with open_table(path, mapping, (*fields, "sku", "gtin"), form) as table:
        with naming(path, table):
            columns = Columns(mapping, table.header, converts, required, also_called)

        def one(cells: Sequence[str], at: int) -> Value | Reject:
            row = columns.read(cells, at)
            if isinstance(row, Reject):
                return row
            empty = next((group for group in required if not any(row.get(name) for name in group)), None)
            if empty is not None:
                return Reject(at, columns.name(empty[0]), "", f"empty, but {' or '.join(empty)} is required")
            try:
                return made(row)
            except BadRecord as error:
                value = "" if (said := row.get(error.field)) is None else str(said)
                return Reject(at, columns.name(error.field), value, str(error))

        def read(batch: Batch) -> list[Value | Reject]:
            return in_order(batch, [one(batch.rows[place], batch.at[place]) for place in batch.good])

        return import_rows(path, table, read, transaction, put, rejects, progress)
