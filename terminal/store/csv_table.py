"""CSV as rows: blocks of plain rows at once, anything else line by line.

A quote that is never closed costs the line it stands in, not the rest of the file.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from terminal.domain.importmap import ImportMap
from terminal.domain.intake import Reject
from terminal.store.table import (
    MAX_LINE,
    TOO_LONG,
    Batch,
    ImportRefused,
    Row,
    Table,
    bad_line,
    batches_of,
    skip_line,
)

MAX_ROW_LINES = 50
"""Lines that one quoted row may run over before its quote counts as never closed."""

_BLOCK = 1 << 15
"""Characters that are read at once. Larger blocks are slower: the cells no longer fit in the processor's cache."""

_UNCLEAN = re.compile("[\0\udc80-\udcff]")
"""A NUL, or a byte that the encoding does not have (as Python keeps it)."""

_NOT_CLOSED = "a quote is opened here and not closed"


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
            skip_line(self._text, lines[-1])
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
            raise csv.Error(TOO_LONG)
        return line


def csv_table(path: Path, text: TextIO, mapping: ImportMap) -> Table:
    """The table in a CSV text, its header already read. Raises ImportRefused where there is none."""
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
    for mark in ";\t|,":
        if len(header) == 1 and mark in header[0]:
            raise ImportRefused(path, f"the header has one column: set delimiter = {json.dumps(mark)}", at)
    for name in header:
        if not name.isprintable():
            raise ImportRefused(
                path,
                f"{name[:40]!a} is not {mapping.encoding}: set encoding in the mapping, for instance cp1252",
                at,
            )
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
        yield from batches_of(_csv_rows(lines, header, delimiter))


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
            yield bad_line(at, text, str(error))
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        at, text = lines.taken[0]
        if cells and len(cells) != width and len(lines.taken) > 1:
            lines.give_back_all_but_first()
            yield bad_line(at, text, _NOT_CLOSED)
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


def _checked(at: int, cells: list[str], header: Sequence[str]) -> Row:
    """A row whose cells may hold bytes that are not of the encoding, or NULs."""
    for name, cell in zip(header, cells, strict=True):
        wrong = _UNCLEAN.search(cell)
        if wrong is not None:
            byte = f"{ord(wrong[0]) & 0xFF:#04x}"
            reason = f"byte {byte} is no text in the file's encoding: set encoding in the mapping"
            return Row(at, cells, Reject(at, name, cell, reason))
    return Row(at, cells)
