"""Table files as rows of text: CSV, JSON and NDJSON, some hundred rows at a time, each good or with its reject.

Nothing is guessed about a file: the mapping says how it is written. What cannot be such a file at all is refused
before a row is read. A quote that is never closed costs the line it stands in, not the rest of the file.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from terminal.domain.importmap import ImportMap
from terminal.domain.intake import Cells, Reject

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}

MAX_LINE = 100_000
"""Characters of one line; what is longer is no row of a table."""

MAX_ROW_LINES = 50
"""Lines that one quoted row may run over before its quote counts as never closed."""

MAX_JSON_BYTES = 64 * 1024 * 1024
"""A JSON array is read whole; NDJSON of any size is read line by line."""

_SHOWN = 2_000
"""Characters of an unreadable line that go into the rejects file."""

_SNIFFED = 4_096
_PEEKED = 1_000
_AT_ONCE = 1_000
_BLOCK = 1 << 15
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or ZIP file: save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save the sheet as CSV UTF-8"),
    (b"%PDF", "a PDF: export the table as CSV"),
    (b"\x1f\x8b", "a gzip file: unpack it first"),
    (b"SQLite format 3", "an SQLite database: export the table as CSV"),
)


class ImportRefused(Exception):
    """A file that cannot be imported at all; nothing of it was taken in."""

    def __init__(
        self, path: Path, reason: str, line: int | None = None, column: str | int | None = None
    ) -> None:
        self.path, self.reason, self.line, self.column = path, reason, line, column
        place = f", line {line}" if line is not None else ""
        place += f", column {column}" if column is not None else ""
        super().__init__(f"{path}{place}: {reason}")


class Row(NamedTuple):
    """One row: its cells in the order of the header, and why it is no good if it is not."""

    at: int
    """Line of the file where the row begins; for a JSON array the number of the entry."""
    cells: Cells
    reject: Reject | None = None


@dataclass(slots=True)
class Batch:
    """Some rows in their order. A row has as many cells as the header unless it is a reject."""

    at: Sequence[int]
    rows: Sequence[Cells]
    rejects: Mapping[int, Reject]
    """By place in `rows`."""

    @property
    def good(self) -> Sequence[int]:
        """The places of the rows that are no rejects."""
        if not self.rejects:
            return range(len(self.rows))
        return [place for place in range(len(self.rows)) if place not in self.rejects]


@dataclass(slots=True)
class Table:
    """A file that was opened: its columns, and its rows to be read once."""

    header: list[str]
    batches: Iterator[Batch]
    header_line: int | None
    """Where the header stands; None where the columns are keys of JSON objects."""


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
                table = _json_table(path, mapping, fields)
            else:
                utf8 = encoding.lower().replace("_", "-") in ("utf-8", "utf8")
                text = opened.enter_context(
                    path.open(
                        encoding="utf-8-sig" if utf8 else encoding, errors="surrogateescape", newline=""
                    )
                )
                table = (
                    _csv_table(path, text, mapping) if form == "csv" else _ndjson_table(text, mapping, fields)
                )
        yield Table(table.header, _guarded(path, encoding, table.batches), table.header_line)


def _guarded(path: Path, encoding: str, batches: Iterator[Batch]) -> Iterator[Batch]:
    while True:
        with _refusing(path, encoding):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _batches(rows: Iterator[Row]) -> Iterator[Batch]:
    while some := list(islice(rows, _AT_ONCE)):
        rejects = {place: row.reject for place, row in enumerate(some) if row.reject is not None}
        yield Batch([row.at for row in some], [row.cells for row in some], rejects)


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


# CSV

_UNCLEAN = re.compile("[\0\udc80-\udcff]")
"""A NUL, or a byte that the encoding does not have (as Python keeps it)."""

_NOT_CLOSED = "a quote is opened here and not closed"
_TOO_LONG = f"the line has more than {MAX_LINE} characters"


def _skip_line(text: TextIO, line: str) -> None:
    """Read on to the end of a line of which `line` is the part that was read."""
    while line and line[-1] not in "\r\n":
        line = text.readline(MAX_LINE)


class _Lines:
    """Numbered lines of a text, of which those taken for a row can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._returned: deque[tuple[int, str]] = deque()
        self._number = 0
        self.taken: list[tuple[int, str]] = []
        """The lines that were taken for the row that is being read."""

    def block(self) -> tuple[int, list[str]]:
        """Some whole lines and the number of the first; none at the end of the text."""
        block = self._text.read(_BLOCK)
        if block and block[-1] != "\n":
            block += self._text.readline(MAX_LINE)
        lines = list(io.StringIO(block, newline=""))
        if lines and len(lines[-1]) >= MAX_LINE:
            _skip_line(self._text, lines[-1])
        first = self._number + 1
        self._number += len(lines)
        return first, lines

    def give_back(self, first: int, lines: list[str]) -> None:
        """Have lines read again, one by one."""
        self._returned.extend(enumerate(lines, first))

    def give_back_all_but_first(self) -> tuple[int, str]:
        """The first line that was taken; the others will be read again."""
        first, *rest = self.taken
        self._returned.extendleft(reversed(rest))
        self.taken.clear()
        return first

    @property
    def between_blocks(self) -> bool:
        """Whether everything that was given back has become rows."""
        return not self._returned and not self.taken

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_ROW_LINES:
            raise csv.Error(_NOT_CLOSED)
        if not self._returned:
            self.give_back(*self.block())
        if not self._returned:
            raise StopIteration
        self.taken.append(self._returned.popleft())
        line = self.taken[-1][1]
        if len(line) >= MAX_LINE:
            raise csv.Error(_TOO_LONG)
        return line


def _csv_table(path: Path, text: TextIO, mapping: ImportMap) -> Table:
    lines = _Lines(text)
    try:
        header = next(
            (cells for cells in csv.reader(lines, delimiter=mapping.delimiter, strict=True) if cells), []
        )
    except csv.Error as error:
        raise ImportRefused(path, f"the header cannot be read: {error}", lines.taken[0][0]) from None
    at = lines.taken[-1][0] if lines.taken else 1
    lines.taken.clear()
    header = [name.strip() for name in header]
    for name in header:
        if not name.isprintable():
            raise ImportRefused(
                path,
                f"{name[:40]!a} is not {mapping.encoding}: set encoding in the mapping, for instance cp1252",
                at,
            )
    for mark in ";\t|,":
        if len(header) == 1 and mark in header[0]:
            raise ImportRefused(path, f"the header has one column: set delimiter = {json.dumps(mark)}", at)
    return Table(header, _csv_batches(lines, header, mapping.delimiter), at)


def _csv_batches(lines: _Lines, header: list[str], delimiter: str) -> Iterator[Batch]:
    """Blocks of plain rows at once; a block with anything else in it row by row."""
    width = len(header)
    while True:
        if lines.between_blocks:
            first, block = lines.block()
            if not block:
                return
            rows = _plain_rows(block, width, delimiter)
            if rows is not None:
                yield Batch(range(first, first + len(rows)), rows, {})
                continue
            lines.give_back(first, block)
        yield from _batches(_csv_rows(lines, header, delimiter))


def _plain_rows(block: list[str], width: int, delimiter: str) -> list[list[str]] | None:
    """The rows of a block in which every line is a whole and clean row, else None."""
    text = "".join(block)
    if (
        "\0" in text
        or not (text.isascii() or _UNCLEAN.search(text) is None)
        or max(map(len, block)) >= MAX_LINE
    ):
        return None
    try:
        rows = list(csv.reader(block, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows if len(rows) == len(block) and set(map(len, rows)) == {width} else None


def _csv_rows(lines: _Lines, header: list[str], delimiter: str) -> Iterator[Row]:
    """Rows one by one, up to the end of the block that was given back."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = len(header)
    while not lines.between_blocks:
        try:
            cells = next(reader)
        except csv.Error as error:
            at, text = lines.give_back_all_but_first()
            yield _bad_line(at, text, str(error))
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        at, text = lines.taken[0]
        if cells and len(cells) != width and len(lines.taken) > 1:
            lines.give_back_all_but_first()
            yield _bad_line(at, text, _NOT_CLOSED)
            continue
        lines.taken.clear()
        if not cells:
            continue
        if len(cells) == width:
            yield _checked(at, cells, header)
        else:
            reason = (
                f"{len(cells)} cells, the header has {width}: is the delimiter inside a cell without quotes?"
            )
            yield Row(at, cells, Reject(at, "", delimiter.join(cells)[:200], reason))


def _bad_line(at: int, text: str, reason: str) -> Row:
    text = text.rstrip("\r\n")[:_SHOWN]
    return Row(at, [text], Reject(at, "", text[:200], reason))


def _checked(at: int, cells: list[str], header: Sequence[str]) -> Row:
    """A row whose cells may hold bytes that are not of the encoding, or NULs."""
    for name, cell in zip(header, cells, strict=True):
        wrong = _UNCLEAN.search(cell)
        if wrong is not None:
            byte = f"{ord(wrong[0]) & 0xFF:#04x}"
            reason = f"byte {byte} is no text in the file's encoding: set encoding in the mapping"
            return Row(at, cells, Reject(at, name, cell, reason))
    return Row(at, cells)


# JSON


def _json_table(path: Path, mapping: ImportMap, fields: Sequence[str]) -> Table:
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
        header, _batches(_object_row(at, entry, header) for at, entry in enumerate(entries, 1)), None
    )


def _ndjson_table(text: TextIO, mapping: ImportMap, fields: Sequence[str]) -> Table:
    entries = _ndjson_entries(text)
    first = list(islice(entries, _PEEKED))
    header = _header_of([entry for _, entry in first], mapping, fields)
    rows = (
        Row(at, [entry.reject.value], entry.reject) if isinstance(entry, Row) and entry.reject is not None
        else _object_row(at, entry, header)
        for at, entry in chain(first, entries)
    )  # fmt: skip
    return Table(header, _batches(rows), None)


def _ndjson_entries(text: TextIO) -> Iterator[tuple[int, Any]]:
    at = 0
    while line := text.readline(MAX_LINE):
        at += 1
        reason = None
        if len(line) == MAX_LINE:
            _skip_line(text, line)
            reason = _TOO_LONG
        elif not line.strip():
            continue
        else:
            try:
                yield at, _loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                reason = f"no JSON: {error}"
        if reason is not None:
            yield at, _bad_line(at, line, reason)


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
        return _bad_line(at, json.dumps(entry), "expected an object with the fields of one row")
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
