"""A label ledger in memory."""

from __future__ import annotations

import threading
from dataclasses import replace

from devices.spool import Job, JobState


class FakeLedger:
    """A ledger in memory that can be made to fail."""

    def __init__(self, *jobs: Job) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, tuple[Job, JobState]] = {job.id: (job, JobState.QUEUED) for job in jobs}
        self._failures = 0
        self._failing_state: JobState | None = None
        self.history: list[tuple[str, JobState, str]] = []
        """Every mark that was taken, in order."""
        self.printers: dict[str, str] = {}
        """The printer that each job was last marked for."""

    def add(self, job: Job, state: JobState = JobState.QUEUED) -> None:
        """Put a job in."""
        with self._lock:
            self._jobs[job.id] = (job, state)

    def fail(self, times: int, on: JobState | None = None) -> None:
        """Let the next calls raise OSError; with `on` only marks of that state."""
        with self._lock:
            self._failures, self._failing_state = times, on

    def state(self, job_id: str) -> JobState:
        """Give the state of a job."""
        with self._lock:
            return self._jobs[job_id][1]

    def waiting(self) -> list[Job]:
        """Give the queued jobs in the order they were added."""
        return self._in_state(JobState.QUEUED)

    def interrupted(self) -> list[Job]:
        """Give the jobs that are being sent."""
        return [
            replace(job, printer=self.printers.get(job.id, job.printer))
            for job in self._in_state(JobState.SENDING)
        ]

    def mark(self, job_id: str, state: JobState, detail: str, printer: str) -> None:
        """Set a job's state."""
        with self._lock:
            self._fail_if_due(state)
            self._jobs[job_id] = (self._jobs[job_id][0], state)
            self.history.append((job_id, state, detail))
            self.printers[job_id] = printer

    def _in_state(self, wanted: JobState) -> list[Job]:
        with self._lock:
            self._fail_if_due(None)
            return [job for job, state in self._jobs.values() if state is wanted]

    def _fail_if_due(self, state: JobState | None) -> None:
        if self._failures and self._failing_state in (None, state):
            self._failures -= 1
            raise OSError("the disk of the fake ledger is full")
