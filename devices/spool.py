"""The spool: takes label jobs from the ledger on disk to a printer, one at a time, in a thread of its own.

The ledger is the truth and outlives the process; the spool keeps nothing that matters in memory. A job is marked
`sending` on disk before its first byte leaves, so that after a crash a job in doubt is known to be in doubt. Only a
job of which nothing left this machine is tried again by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from devices.jobs import Job, JobState, Ledger, SpoolStatus
from devices.printing import InDoubt, NotSent, Printer, Unprintable, Watched
from devices.said import Said, told_by
from devices.status import State

__all__ = ["Job", "JobState", "Ledger", "Spool", "SpoolStatus"]


class Spool:
    """Prints what the ledger holds for as long as it is started. No public method waits for the printer, but
    `drain` and `stop`, which say for how long at most.
    """

    def __init__(
        self,
        printer: Printer,
        ledger: Ledger,
        render: Callable[[Job, Printer], Mapping[str, bytes]],
        on_change: Callable[[SpoolStatus], None] = lambda status: None,
        clock: Callable[[], float] = time.monotonic,
        retry_after: Sequence[float] = (1, 2, 4, 8),
        in_doubt: Iterable[str] = (),
        look_every: float | None = 20.0,
    ) -> None:
        """`render` makes the documents of a job for a printer; `retry_after` are the waits after each failure in a
        row, the last one for all that follow; `in_doubt` are jobs that were `unknown` before; `look_every` is how
        often an idle printer that can be asked is asked how it is (None: never). Times in seconds.
        """
        if not retry_after:
            raise ValueError("retry_after needs one wait or more")
        self._printer = printer
        self._successor: Printer | None = None
        self._ledger = ledger
        self._render = render
        self._on_change = on_change
        self._clock = clock
        self._retry_after = tuple(retry_after)
        self._look_every = look_every
        self._next_look = clock()
        self._lost_by_look = False
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._woken = False
        self._resting = False
        self._setbacks = 0
        self._setbacks_in_a_row = 0
        self._next_try: float | None = None
        self._in_doubt = set(in_doubt)
        self._owed: list[tuple[str, JobState, str, str]] = []
        self._ledger_failed = False
        self._given_up = ""
        """Why the last label that was tried never comes; empty once another one was sent."""
        self._status = SpoolStatus(
            "off",
            in_doubt=len(self._in_doubt),
            detail=Said("Not started."),
            name=printer.name,
            since=clock(),
        )

    @property
    def printer(self) -> Printer:
        """The printer that jobs go to from now on."""
        with self._changed:
            return self._successor or self._printer

    def use(self, printer: Printer) -> None:
        """Let another printer take over, from any thread: what is queued goes to it, at once. A job in hand ends
        where it is, and what is in doubt stays in doubt.
        """
        with self._changed:
            self._successor = printer
            self._woken = True
            self._changed.notify_all()

    def start(self) -> None:
        """Begin to print. Raises RuntimeError when it prints already."""
        if self._thread is not None and self._thread.is_alive():
            raise RuntimeError(f"the spool of {self._printer.name} is started already")
        self._stopping = self._resting = False
        self._next_try = None
        self._thread = threading.Thread(target=self._run, name=f"spool {self.printer.name}", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """End the thread after the job in hand; False if the printer still holds it up when the time is over."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(timeout)
        return not thread.is_alive()

    def wake(self, now: bool = False) -> None:
        """Say that jobs were committed. `now` also ends the wait for a printer that failed."""
        with self._changed:
            self._woken = True
            if now:
                self._next_try = None
            self._changed.notify_all()

    def settle(self, job_id: str) -> None:
        """Say that somebody found out what became of a job in doubt."""
        with self._changed:
            self._in_doubt.discard(job_id)
        self.wake()

    def status(self) -> SpoolStatus:
        """Give the latest status."""
        return self._status

    def drain(self, timeout: float) -> bool:
        """Wait until nothing is queued or being sent. False when the time is over, when nothing runs, or when the
        printer failed as often in a row as there are waits in `retry_after`.
        """
        deadline = time.monotonic() + timeout
        self.wake(now=True)
        with self._changed:
            patience = self._setbacks + len(self._retry_after)
            while self._woken or not self._resting:
                remaining = deadline - time.monotonic()
                dead = self._thread is None or not self._thread.is_alive()
                if dead or self._stopping or remaining <= 0 or self._setbacks >= patience:
                    return False
                self._changed.wait(min(remaining, 1.0))
        return True

    def _run(self) -> None:
        self._report("waiting", Said("Starting."))
        recovered = False
        while self._begin_round():
            self._take_over()
            try:
                self._pay_owed()
                if not recovered:
                    self._recover()
                    recovered = True
                waiting = self._ledger.waiting()
            except Exception as error:
                self._fail_ledger(Said("The list of labels to print can't be used: {why}", why=_text(error)))
                self._pause()
                continue
            if self._ledger_failed:
                self._ledger_failed, self._next_try = False, None
                self._report("ok", "", waiting=len(waiting))
            if not waiting:
                self._rest()
            elif self._is_waiting_for_printer():
                self._report("lost", self._status.detail, waiting=len(waiting))
                self._pause()
            else:
                self._print(waiting[0], len(waiting))
        self._report("off", Said("Stopped."))

    def _begin_round(self) -> bool:
        with self._changed:
            self._woken = self._resting = False
            return not self._stopping

    def _take_over(self) -> None:
        """Change to the printer that is to be used from now, with nothing held against it."""
        with self._changed:
            if self._successor is None:
                return
            self._printer, self._successor = self._successor, None
            self._setbacks_in_a_row, self._next_look = 0, self._clock()
            if not self._ledger_failed:
                self._next_try = None
        self._report("waiting", "")

    def _pay_owed(self) -> None:
        """Write the marks that the ledger could not take when they were due."""
        while self._owed:
            self._ledger.mark(*self._owed[0])
            del self._owed[0]

    def _recover(self) -> None:
        own = self._printer.name
        for job in self._ledger.interrupted():
            was_at = job.printer or own
            if self._printer.repeatable and was_at == own:
                self._ledger.mark(
                    job.id, JobState.QUEUED, "Printing was interrupted; it is printed again.", own
                )
            else:
                self._ledger.mark(
                    job.id, JobState.UNKNOWN, "Printing was interrupted. Look for the label.", was_at
                )
                self._doubt(job)

    def _print(self, job: Job, waiting: int) -> None:
        """Take one job as far as it goes."""
        printer = self._printer
        self._put_off_look()
        try:
            documents = self._render(job, printer)
        except Exception as error:
            why = Said("The label {label} can't be drawn: {why}", label=job.name, why=_text(error))
            self._give_up(job, why, waiting)
            return
        # A printer that may be sent the same again needs no mark: a crash in between just sends it once more.
        if not printer.repeatable and not self._mark(job, JobState.SENDING, ""):
            self._owed = [(job.id, JobState.QUEUED, "", printer.name)]
            return
        self._report(self._status.state, self._status.detail, waiting=waiting)
        try:
            printer.send(job.name, documents)
        except NotSent as error:
            self._mark(job, JobState.QUEUED, error.why)
            self._set_back(error.why, waiting)
        except Unprintable as error:
            self._give_up(job, error.why, waiting)
        except InDoubt as error:
            self._mark_unknown(job, error.why, waiting)
        except Exception as error:
            why = Said(
                "{printer} failed on {label}: {why}", printer=printer.name, label=job.name, why=_text(error)
            )
            self._mark_unknown(job, why, waiting)
        else:
            if self._mark(job, JobState.SENT, ""):
                self._setbacks_in_a_row, self._given_up = 0, ""
                self._report("ok", "", waiting=waiting - 1)

    def _give_up(self, job: Job, why: str, waiting: int) -> None:
        """Say until the next label is sent that one never comes; what keeps all labels waiting goes first."""
        if not self._mark(job, JobState.FAILED, why):
            return
        self._given_up = why
        lost = self._status.state == "lost"
        self._report("lost" if lost else "ok", self._status.detail if lost else why, waiting=waiting - 1)

    def _mark_unknown(self, job: Job, why: str, waiting: int) -> None:
        self._doubt(job)
        self._mark(job, JobState.UNKNOWN, why)
        self._set_back(why, waiting - 1)

    def _mark(self, job: Job, state: JobState, detail: str) -> bool:
        """Mark a job; when the ledger fails, the mark is owed and nothing else is done before it is paid."""
        try:
            self._ledger.mark(job.id, state, detail, self._printer.name)
        except Exception as error:
            self._owed.append((job.id, state, detail, self._printer.name))
            self._fail_ledger(
                Said("The state of label {label} can't be written: {why}", label=job.name, why=_text(error))
            )
            return False
        return True

    def _doubt(self, job: Job) -> None:
        with self._changed:
            self._in_doubt.add(job.id)

    def _set_back(self, why: str, waiting: int | None = None) -> None:
        """Report a failure and set the time of the next try."""
        wait = self._retry_after[min(self._setbacks_in_a_row, len(self._retry_after) - 1)]
        with self._changed:
            self._setbacks += 1
            self._setbacks_in_a_row += 1
            self._next_try = self._clock() + wait
            self._changed.notify_all()
        self._report("lost", why, waiting=waiting)

    def _fail_ledger(self, why: str) -> None:
        self._ledger_failed = True
        self._set_back(why)

    def _is_waiting_for_printer(self) -> bool:
        with self._changed:
            if self._next_try is not None and self._clock() >= self._next_try:
                self._next_try = None
            return self._next_try is not None

    def _pause(self) -> None:
        """Wait until the next try is due, or something changed."""
        with self._changed:
            while not self._woken and not self._stopping and self._next_try is not None:
                remaining = self._next_try - self._clock()
                if remaining <= 0:
                    return
                self._changed.wait(remaining)

    def _rest(self) -> None:
        """Wait for jobs, and look at the printer from time to time."""
        before = self._status
        if before.state in ("lost", "ok"):
            self._report(before.state, before.detail, waiting=0)
        else:
            self._report("ok", "", waiting=0)
        with self._changed:
            if not self._woken:
                self._resting = True
                self._changed.notify_all()
        while not self._is_look_due():
            with self._changed:
                if self._woken or self._stopping:
                    return
                due = self._next_look - self._clock() if self._looks() else None
                if due is None or due > 0:
                    self._changed.wait(due)
        self._look()

    def _looks(self) -> bool:
        return self._look_every is not None and isinstance(self._printer, Watched)

    def _is_look_due(self) -> bool:
        with self._changed:
            idle = not self._woken and not self._stopping
            return idle and self._looks() and self._clock() >= self._next_look

    def _put_off_look(self) -> None:
        self._next_look = self._clock() + (self._look_every or 0.0)

    def _look(self) -> None:
        """Ask the printer how it is, so that it is known before the next label."""
        self._put_off_look()
        if not isinstance(self._printer, Watched):
            return
        try:
            found = self._printer.look()
        except NotSent as error:
            self._lose(error.why)
        except Exception as error:
            why = _text(error)
            self._lose(Said("{printer} can't be asked how it is: {why}", printer=self._printer.name, why=why))
        else:
            if found.faults:
                self._lose(found.text)
            elif found.known:
                self._setbacks_in_a_row = 0
                self._report("ok", found.text or self._given_up)
            elif self._lost_by_look or self._status.state != "lost":
                # It was reached, and knows no more of itself: what a look found wrong is over.
                self._report("ok", self._given_up)

    def _lose(self, why: str) -> None:
        self._report("lost", why)
        self._lost_by_look = True

    def _report(self, state: State, detail: str, waiting: int | None = None) -> None:
        before = self._status
        if (state, detail) != (before.state, before.detail):
            self._lost_by_look = False
        with self._changed:
            left = before.waiting if waiting is None else waiting
            status = SpoolStatus(
                state,
                left,
                len(self._in_doubt),
                detail,
                self._next_try if state == "lost" and left else None,
                self._printer.name,
                before.since if state == before.state else self._clock(),
            )
            self._status = status
        if status != before:
            # A screen that can't draw must not stop printing; `status` still tells.
            with suppress(Exception):
                self._on_change(status)


def _text(error: BaseException) -> str:
    return told_by(error) or type(error).__name__
