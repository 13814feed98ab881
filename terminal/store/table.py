"""A table file as it is read: its columns, its rows in batches, and what refuses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from terminal.domain.intake import Cells, Reject
from terminal.domain.suggest import BadData

MAX_LINE = 100_000
"""Characters of one line; what is longer is no row of a table."""

TOO_LONG = f"the line has more than {MAX_LINE} characters"

_SHOWN = 2_000
"""Characters of an unreadable line that go into the rejects file."""

_AT_ONCE = 1_000


class ImportRefused(BadData):
    """A file that cannot be imported at all; nothing of it was taken in."""

    def __init__(
        self, path: Path, reason: str, line: int | None = None, column: str | int | None = None
    ) -> None:
        self.path, self.reason, self.line, self.column = path, reason, line, column
        place = f", line {line}" if line is not None else ""
        place += f", column {column}" if column is not None else ""
        super().__init__([f"{path}{place}: {reason}"])


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


def batches_of(rows: Iterator[Row]) -> Iterator[Batch]:
    """Rows gathered by the thousand."""
    while some := list(islice(rows, _AT_ONCE)):
        rejects = {place: row.reject for place, row in enumerate(some) if row.reject is not None}
        yield Batch([row.at for row in some], [row.cells for row in some], rejects)


def bad_line(at: int, text: str, reason: str) -> Row:
    """A line that could not be taken apart, as a rejected row of one cell."""
    text = text.rstrip("\r\n")[:_SHOWN]
    return Row(at, [text], Reject(at, "", text[:200], reason))


def skip_line(text: TextIO, line: str) -> None:
    """Read on to the end of a line of which `line` is the part that was read."""
    while line and line[-1] not in "\r\n":
        line = text.readline(MAX_LINE)
