"""The label queue as the printing thread sees it: which jobs wait, and how far each got.

Jobs come from the journal, in the transaction that asked for them; here only their state changes, over connections
of its own. That a label was scanned back is written by the journal, in `applied_at`: whatever the printer still has
to say about it, it was printed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlite_utils import Database

from terminal.store.chain import stamp
from terminal.store.connection import Value, open_database, read, read_json, run, safe_text

T = TypeVar("T")
DOUBT = "state = 'unknown' and wanted = 1 and applied_at is null"
"""Nobody knows whether these labels came out."""
STATES = ("queued", "sending", "sent", "confirmed", "failed", "unknown")


class LabelQueue(Generic[T]):
    """Jobs of one station file. Callable from any thread; `make_job(id, name, copy, printer)` makes what is handed
    out, with the name of the printer that the job was last marked for, or None.
    """

    def __init__(
        self,
        path: Path | str,
        make_job: Callable[[str, str, int, str | None], T],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = Path(path)
        self._make_job = make_job
        self._now = now
        self._lock = threading.Lock()
        self._db: Database | None = None

    def waiting(self) -> list[T]:
        """Jobs to print, in the order in which they were asked for."""
        return self._jobs("queued")

    def interrupted(self) -> list[T]:
        """Jobs that were being sent when something ended the program: nobody knows whether they were printed."""
        return self._jobs("sending")

    def in_doubt(self) -> list[str]:
        """Ids of jobs of which nobody knows yet whether they were printed."""
        sql = f"select job from label_job where {DOUBT} order by rowid"
        return [row[0] for row in self._read(sql)]

    def doubtful(self) -> list[tuple[str, str, int, int, Mapping[str, Any]]]:
        """Jobs in doubt as (job, LPN, copy, copies asked for so far, what stands on the label)."""
        most = "(select max(copy) from label_job other where other.lpn = label_job.lpn)"
        sql = f"select job, lpn, copy, {most}, tag from label_job where {DOUBT} order by rowid"
        return [
            (job, lpn, copy, copies, read_json(tag, f"The label {job}"))
            for job, lpn, copy, copies, tag in self._read(sql)
        ]

    def mark(self, job_id: str, state: str, detail: str, printer: str) -> None:
        """Set the state of a job and the printer's name, on disk when this returns. Raises ValueError for a state
        that there is not.
        """
        if state not in STATES:
            raise ValueError(f"a label job is {', '.join(STATES)}; got {state!r}")
        values = (str(state), safe_text(detail), stamp(self._now()), safe_text(printer), job_id)
        with self._lock:
            run(
                self._open(),
                "update label_job set state = ?, detail = ?, changed_at = ?, printer = ? "
                "where job = ? and state <> 'confirmed'",
                values,
            )

    def tag(self, job_id: str) -> Mapping[str, Any]:
        """What stands on the label of a job. Raises KeyError for a job that there is not."""
        found = self._read("select tag from label_job where job = ?", (job_id,))
        if not found or found[0][0] is None:
            raise KeyError(f"there is no label job {job_id!r}")
        tag: dict[str, Any] = read_json(found[0][0], f"The label {job_id}")
        return tag

    def counts(self) -> dict[str, int]:
        """How many jobs that are still wanted are in each state; a label that was scanned back is confirmed."""
        seen = "applied_at is not null and state in ('sent', 'unknown', 'failed')"
        shown = f"select case when {seen} then 'confirmed' else state end shown, count(*)"
        found = self._read(f"{shown} from label_job where wanted = 1 group by shown")
        return dict.fromkeys(STATES, 0) | dict(found)

    def close(self) -> None:
        """Close the connection; the next call opens a new one."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _jobs(self, state: str) -> list[T]:
        sql = f"select job, lpn, copy, printer from label_job where wanted = 1 and state = '{state}' order by rowid"
        return [
            self._make_job(job, _name(lpn, copy), copy, printer)
            for job, lpn, copy, printer in self._read(sql)
        ]

    def _read(self, sql: str, values: tuple[Value, ...] = ()) -> list[Any]:
        with self._lock:
            return read(self._open(), sql, values)

    def _open(self) -> Database:
        if self._db is None:
            self._db = open_database(self._path)
        return self._db


def _name(lpn: str, copy: int) -> str:
    """What a printer calls the label: its LPN, and the copy where it is not the first."""
    return lpn if copy == 1 else f"{lpn}-{copy}"
