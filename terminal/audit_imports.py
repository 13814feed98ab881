"""Audits of another table into the journal: every good row one event, bad rows into a file beside.

The journal is written in one piece when the whole file was read. A row that is known already, by unit and time, is
passed over, so a file may be imported again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terminal.bench.audit_events import Audited
from terminal.bench.audit_rows import audited
from terminal.bench.auditing import audit_key
from terminal.bench.rows import stamp
from terminal.bench.wire import Draft, Row, draft
from terminal.domain.auditrows import ALSO_CALLED, REQUIRED, AuditRow, converters, row_of
from terminal.domain.importmap import AUDIT_FIELDS, ImportMap
from terminal.importing import import_map
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.audits import Audits
from terminal.store.gate_importer import take_in
from terminal.store.importer import Imported
from terminal.store.journal import Journal

Progress = Callable[[int], None] | None


class AuditLog:
    """Where imported audits go: gathered, and written into the journal when the file is at its end."""

    def __init__(self, journal: Journal, source: str, now: datetime) -> None:
        """`source` is the name of the file."""
        self._journal = journal
        self._audits = Audits(journal.db)
        self._source = source
        self._now = now
        self._drafts: list[Draft] = []
        self._rows: list[Row] = []
        self._seen: set[str] = set()
        self.new = self.known = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is put inside is written, or nothing of it."""
        yield
        self._journal.append(self._drafts, self._rows)

    def put(self, rows: Sequence[AuditRow]) -> None:
        """Take audits in, those that are known excepted."""
        events = [self._event(row) for row in rows]
        stored = self._audits.known([event.audit for event in events])
        for event in events:
            if event.audit in stored or event.audit in self._seen:
                self.known += 1
                continue
            self.new += 1
            self._seen.add(event.audit)
            self._drafts.append(draft(event, self._now, None, None))
            self._rows.append(audited(event, stamp(self._now)))

    def _event(self, row: AuditRow) -> Audited:
        on = stamp(row.at if row.at is not None else self._now)
        # Without a time of its own a row is known by its file, or the same file would be taken in twice.
        named = on if row.at is not None else self._source
        return Audited(
            lpn=row.unit,
            audit=audit_key(row.unit, named),
            grade=row.audit_grade,
            disposition=row.audit_channel,
            first_grade=row.first_grade,
            first_disposition=row.first_channel,
            stratum=row.stratum,
            auditor=row.auditor,
            operator=row.operator,
            category=row.category,
            on=on,
            source=self._source,
            stratum_items=row.stratum_items,
        )


def import_audits(
    path: Path,
    mapping: ImportMap,
    log: AuditLog,
    rejects: Path,
    form: str | None = None,
    progress: Progress = None,
) -> Imported:
    """Take in a file of audits. Raises ImportRefused, and nothing was taken in."""
    return take_in(
        path,
        mapping,
        AUDIT_FIELDS,
        converters(mapping.date_formats),
        REQUIRED,
        ALSO_CALLED,
        row_of,
        log.transaction(),
        log.put,
        rejects,
        form,
        progress,
    )


def run_audits(
    settings: Settings, path: Path, map_name: str | None, progress: Progress = None
) -> dict[str, Any]:
    """Import one file and give what `regrade import audits` prints: how many were new, and how many known.

    Raises BadData, StoreError, OSError.
    """
    mapping, form = import_map(settings, map_name)
    with open_file(settings) as file:
        log = AuditLog(file.journal, path.name, datetime.now(UTC))
        done = import_audits(path, mapping, log, settings.data / "rejects", form, progress)
    return {**done.describe(), "new": log.new, "known": log.known}
