"""Units of the past into the journal, and from there into the figures; bad rows into a file beside.

A million rows are no one transaction: every thousand are kept as they come. A file that broke off is imported
again as it is, since a unit that is known with the same values is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terminal.bench.events import HistoryTaken
from terminal.bench.wire import Draft, draft
from terminal.domain.gaterows import Columns
from terminal.domain.importmap import HISTORY_FIELDS, ImportMap
from terminal.domain.intake import Reject
from terminal.domain.kpi_history import REQUIRED, BadHistory, converters, unit_of
from terminal.domain.kpi_unit import GIVEN, Unit
from terminal.store.importer import Imported, import_rows, in_order, naming
from terminal.store.journal import Journal
from terminal.store.table import Batch
from terminal.store.tablefile import open_table
from terminal.store.unit_follow import catch_up
from terminal.store.units import known_units

AT_ONCE = 250
"""Units that one event tells of."""
NAMES = tuple(name for name in GIVEN if name != "past")
_PAST = GIVEN.index("past")


class History:
    """Where units of the past go: the journal, and the figures after it."""

    def __init__(
        self,
        journal: Journal,
        source: str,
        currency: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`source` is the name of the file; `currency` is the station's."""
        self._journal = journal
        self._source = source
        self._currency = currency
        self._now = now
        self.new = self.corrected = self.known = self.live = 0

    def put_units(self, units: Sequence[Unit]) -> None:
        """Add units, or correct what is known of them. An item of this bench is left as it is."""
        wanted = {unit.lpn: unit for unit in units}
        self.known += len(units) - len(wanted)
        found = known_units(self._journal.db, list(wanted))
        taken = []
        for lpn, unit in wanted.items():
            before = found.get(lpn)
            if before is None:
                self.new += 1
            elif not before[_PAST]:
                self.live += 1
                continue
            elif before == tuple(getattr(unit, name) for name in GIVEN):
                self.known += 1
                continue
            else:
                self.corrected += 1
            taken.append(unit)
        if taken:
            self._journal.append(
                [self._draft(taken[at : at + AT_ONCE]) for at in range(0, len(taken), AT_ONCE)]
            )
            catch_up(self._journal.db, self._currency, sums=False)

    def _draft(self, units: Sequence[Unit]) -> Draft:
        used = [name for name in NAMES if any(getattr(unit, name) is not None for unit in units)]
        values = [[getattr(unit, name) for name in used] for unit in units]
        return draft(HistoryTaken(self._source, tuple(used), values), self._now(), None, None)


def import_history(
    path: Path,
    mapping: ImportMap,
    history: History,
    rejects_dir: Path,
    *,
    form: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Take in a file of units of the past. Raises ImportRefused, and then nothing was taken in."""
    converts = converters(mapping)
    with open_table(path, mapping, HISTORY_FIELDS, form) as table:
        with naming(path, table):
            columns = Columns(mapping, table.header, converts, REQUIRED)

        def one(cells: Sequence[str], at: int) -> Unit | Reject:
            row = columns.read(cells, at)
            if isinstance(row, Reject):
                return row
            empty = next((name for (name,) in REQUIRED if row.get(name) is None), None)
            if empty is not None:
                return Reject(at, columns.name(empty), "", "empty, but it is required")
            try:
                return unit_of(row)
            except BadHistory as error:
                value = row.get(error.column)
                return Reject(at, columns.name(error.column), "" if value is None else str(value), str(error))

        def read(batch: Batch) -> list[Unit | Reject]:
            return in_order(batch, [one(batch.rows[place], batch.at[place]) for place in batch.good])

        kept: AbstractContextManager[Any] = nullcontext()
        return import_rows(path, table, read, kept, history.put_units, rejects_dir, progress)
