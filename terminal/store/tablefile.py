"""Opening a table file: CSV, JSON or NDJSON, and refusing what cannot be one before a row is read.

Nothing is guessed about a file: the mapping says how it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from terminal.domain.importmap import ImportMap
from terminal.store.csv_table import csv_table
from terminal.store.json_table import json_table, ndjson_table
from terminal.store.table import Batch, ImportRefused, Table

__all__ = ["FORMATS", "Batch", "ImportRefused", "Table", "open_table"]

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}

_SNIFFED = 4_096
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or ZIP file: save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save the sheet as CSV UTF-8"),
    (b"%PDF", "a PDF: export the table as CSV"),
    (b"\x1f\x8b", "a gzip file: unpack it first"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV"),
)


@contextmanager
def open_table(
    path: Path, mapping: ImportMap, fields: Sequence[str], form: str | None = None
) -> Iterator[Table]:
    """The table in a file; `form` (csv, json, ndjson) is told by its name where it is not given.

    Raises ImportRefused where the file cannot be read or is not of that form, also later, while rows are read.
    """
    form = form or FORMATS.get(path.suffix.lower(), "csv")
    encoding = mapping.encoding if form == "csv" else "utf-8"
    with ExitStack() as opened:
        with _refusing(path, encoding):
            if path.is_dir():
                raise ImportRefused(path, "this is a folder: name a file in it")
            with path.open("rb") as file:
                _refuse_binary(path, file.read(_SNIFFED), encoding)
            if form == "json":
                table = json_table(path, mapping, fields)
            else:
                utf8 = encoding.lower().replace("_", "-") in ("utf-8", "utf8")
                text = opened.enter_context(
                    path.open(
                        encoding="utf-8-sig" if utf8 else encoding, errors="surrogateescape", newline=""
                    )
                )
                table = (
                    csv_table(path, text, mapping) if form == "csv" else ndjson_table(text, mapping, fields)
                )
        yield Table(table.header, _guarded(path, encoding, table.batches), table.header_line)


def _guarded(path: Path, encoding: str, batches: Iterator[Batch]) -> Iterator[Batch]:
    while True:
        with _refusing(path, encoding):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


@contextmanager
def _refusing(path: Path, encoding: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ImportRefused(path, f"cannot be read: {error.strerror or error}") from error
    except UnicodeError as error:
        raise ImportRefused(path, f"this is not {encoding}: {error}; set encoding in the mapping") from error


def _refuse_binary(path: Path, start: bytes, encoding: str) -> None:
    if not start.strip():
        raise ImportRefused(path, "the file is empty")
    for magic, what in _MAGIC:
        if start.startswith(magic):
            raise ImportRefused(path, f"this is {what}")
    wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) and not wide:
        raise ImportRefused(
            path, 'this is UTF-16: set encoding = "utf-16" in the mapping or save it as UTF-8'
        )
    control = sum(byte < 32 and byte not in b"\t\n\r\x0c" for byte in start)
    if not wide and (b"\0" in start.split(b"\n", 1)[0] or control * 20 > len(start)):
        raise ImportRefused(
            path, "this is no text but a binary file: export the table as CSV, JSON or NDJSON"
        )
