"""Manifest and catalogue files into the station: all good rows in one transaction, bad rows into a file beside.

Importing the same file again changes nothing: a line of a manifest is known by its RMA and by how many rows of the
file before it have that RMA, rejected rows counted, so that correcting a row and importing the whole file again
never moves its neighbours.
"""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeVar, cast

from terminal.domain.importmap import CATALOGUE_FIELDS, MANIFEST_FIELDS, ImportMap
from terminal.domain.intake import Cells, ManifestReader, ProductReader, Reject
from terminal.domain.items import ManifestLine, Product
from terminal.domain.suggest import BadData
from terminal.store.table import Batch, ImportRefused, Table
from terminal.store.tablefile import open_table

__all__ = [
    "CHUNK", "CatalogueSink", "ImportRefused", "Imported", "ManifestSink", "import_catalogue", "import_manifest",
]  # fmt: skip

CHUNK = 1_000
"""Rows that the sink gets at a time."""

REJECT_COLUMNS = ("line", "column", "value", "reason")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = TypeVar("Value")


class ManifestSink(Protocol):
    """Where expected returns go."""

    def transaction(self) -> AbstractContextManager[Any]:
        """All that is put inside is kept when it ends, or nothing of it when it ends by an exception."""

    def put_manifest(self, lines: Sequence[ManifestLine], /) -> None:
        """Insert or replace lines, keyed by RMA and line."""


class CatalogueSink(Protocol):
    """Where products go."""

    def transaction(self) -> AbstractContextManager[Any]:
        """All that is put inside is kept when it ends, or nothing of it when it ends by an exception."""

    def put_products(self, products: Sequence[Product], /) -> None:
        """Insert or replace products, keyed by SKU, or by GTIN where there is no SKU."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    imported: int
    rejected: int
    rejects_file: Path | None
    """None where no row was rejected."""

    def describe(self) -> dict[str, object]:
        """As plain values for JSON."""
        rejects_file = str(self.rejects_file) if self.rejects_file is not None else None
        return {"imported": self.imported, "rejected": self.rejected, "rejects_file": rejects_file}


def import_manifest(
    path: Path,
    mapping: ImportMap,
    sink: ManifestSink,
    categories: Collection[str] | None,
    rejects_dir: Path,
    *,
    form: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Take in a file of expected returns.

    `categories` are the known ones (None: any will do), `form` is csv, json or ndjson where the file's name does
    not say it, `progress` is called with the number of rows so far. Raises ImportRefused, and nothing was taken in.
    """
    with open_table(path, mapping, MANIFEST_FIELDS, form) as table:
        with naming(path, table):
            reader = ManifestReader(mapping, table.header, categories)
        counts: dict[str, int] = {}

        def read(batch: Batch) -> list[ManifestLine | Reject]:
            lines = []
            for rma in reader.rmas_of(batch.rows):
                counts[rma] = line = counts.get(rma, 0) + 1
                lines.append(line)
            good = batch.good
            if len(good) == len(lines):
                return reader.read(batch.rows, batch.at, lines)
            values = reader.read(
                [batch.rows[n] for n in good], [batch.at[n] for n in good], [lines[n] for n in good]
            )
            return in_order(batch, values)

        return import_rows(path, table, read, sink.transaction(), sink.put_manifest, rejects_dir, progress)


def import_catalogue(
    path: Path,
    mapping: ImportMap,
    sink: CatalogueSink,
    categories: Collection[str] | None,
    rejects_dir: Path,
    *,
    form: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Take in a file of products; everything else as for a manifest."""
    with open_table(path, mapping, CATALOGUE_FIELDS, form) as table:
        with naming(path, table):
            reader = ProductReader(mapping, table.header, categories)

        def read(batch: Batch) -> list[Product | Reject]:
            good = batch.good
            return in_order(batch, reader.read([batch.rows[n] for n in good], [batch.at[n] for n in good]))

        return import_rows(path, table, read, sink.transaction(), sink.put_products, rejects_dir, progress)


def in_order(batch: Batch, values: Sequence[Value | Reject]) -> list[Value | Reject]:
    """What the good rows of a batch became, with the rejects that it came with in their places."""
    left = iter(values)
    return [batch.rejects.get(place) or next(left) for place in range(len(batch.rows))]


def import_rows(
    path: Path,
    table: Table,
    read: Callable[[Batch], list[Value | Reject]],
    transaction: AbstractContextManager[Any],
    put: Callable[[Sequence[Value]], None],
    rejects_dir: Path,
    progress: Callable[[int], None] | None,
) -> Imported:
    """Put what `read` makes of each batch, all in one transaction; rejects go to a file beside."""
    imported = seen = 0
    with _Rejects(path, rejects_dir, table.header) as rejects:
        with transaction:
            waiting: list[Value] = []
            for batch in table.batches:
                values = read(batch)
                if Reject in set(map(type, values)):
                    rejects.add(values, batch.rows)
                    values = [value for value in values if not isinstance(value, Reject)]
                waiting += cast("list[Value]", values)
                while len(waiting) >= CHUNK:
                    put(waiting[:CHUNK])
                    del waiting[:CHUNK]
                    imported += CHUNK
                seen += len(batch.rows)
                if progress is not None:
                    progress(seen)
            if waiting:
                put(waiting)
                imported += len(waiting)
            rejects.flush()
        return Imported(imported, rejects.count, rejects.publish())


@contextlib.contextmanager
def naming(path: Path, table: Table) -> Iterator[None]:
    """Turn what is wrong with the columns into a refusal of the file."""
    try:
        wanted = set(table.header)
        twice = sorted(name for name in wanted if name and table.header.count(name) > 1)
        if twice:
            raise BadData([f'the column "{name}" is there twice: rename one' for name in twice])
        yield
    except BadData as error:
        raise ImportRefused(path, "; ".join(error.problems), table.header_line) from None


class _Rejects:
    """The file of rejected rows: written beside under another name, and put in its place at the end.

    Without a rejected row there is no file, and one of an earlier import goes away.
    """

    def __init__(self, path: Path, folder: Path, header: Sequence[str]) -> None:
        self._source = path
        self._target = folder / f"{path.stem}.rejects.csv"
        self._temporary = folder / f".{path.stem}.rejects.csv.new"
        self._header = header
        self._file: Any = None
        self.count = 0

    def __enter__(self) -> _Rejects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._temporary.unlink(missing_ok=True)

    def add(self, values: Sequence[object], rows: Sequence[Cells]) -> None:
        """Write the rows of those values that are rejects."""
        with self._refusing():
            if self._file is None:
                self._target.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._temporary.open(
                    "w", encoding="utf-8", errors="backslashreplace", newline=""
                )
                self._writer = csv.writer(self._file)
                own = (f"file.{name}" if name in REJECT_COLUMNS else name for name in self._header)
                self._write([*REJECT_COLUMNS, *own])
            for value, cells in zip(values, rows, strict=True):
                if isinstance(value, Reject):
                    self._write([str(value.line), value.column, value.value, value.reason, *cells])
                    self.count += 1

    def flush(self) -> None:
        """Bring the rows to the disk, so that a full disk is known before the good rows are kept."""
        if self._file is not None:
            with self._refusing():
                self._file.flush()
                os.fsync(self._file.fileno())

    def publish(self) -> Path | None:
        """Put the file in its place."""
        with self._refusing():
            if self._file is None:
                self._target.unlink(missing_ok=True)
                return None
            self._file.close()
            self._file = None
            self._temporary.replace(self._target)
        return self._target

    def _write(self, cells: Iterable[str]) -> None:
        self._writer.writerow([_harmless(cell) for cell in cells])

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ImportRefused(self._target, f"cannot be written: {error.strerror or error}") from error


def _harmless(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula and no terminal for a command."""
    if not cell.isprintable():
        cell = "".join(
            letter if letter.isprintable() or letter in "\t\r\n" else ascii(letter)[1:-1] for letter in cell
        )
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
