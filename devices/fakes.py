"""Devices to try things with: a scanner on a real pty, a printer on a real TCP port, a ledger in memory.

They are part of the package, so that the demo, the simulation and a site's own tests use the same ones. The pty
behaves like a USB cable: pulled, the reader gets the errors of a hang-up, and the path is gone until it is back.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import tempfile
import threading
import time
import tty
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.printer import InDoubt, NotSent
from devices.spool import Job, JobState


class ScriptedClock:
    """A clock that stands still until it is moved. Call it for the time."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Give the time in seconds."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Move the time on."""
        with self._lock:
            self._now += seconds


class FakeLedger:
    """A ledger in memory that can be made to fail."""

    def __init__(self, *jobs: Job) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, tuple[Job, JobState]] = {job.id: (job, JobState.QUEUED) for job in jobs}
        self._failures = 0
        self._failing_state: JobState | None = None
        self.history: list[tuple[str, JobState, str]] = []
        """Every mark that was taken, in order."""

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
        return self._in_state(JobState.SENDING)

    def mark(self, job_id: str, state: JobState, detail: str) -> None:
        """Set a job's state."""
        with self._lock:
            self._fail_if_due(state)
            self._jobs[job_id] = (self._jobs[job_id][0], state)
            self.history.append((job_id, state, detail))

    def _in_state(self, wanted: JobState) -> list[Job]:
        with self._lock:
            self._fail_if_due(None)
            return [job for job, state in self._jobs.values() if state is wanted]

    def _fail_if_due(self, state: JobState | None) -> None:
        if self._failures and self._failing_state in (None, state):
            self._failures -= 1
            raise OSError("the disk of the fake ledger is full")


class FakePrinter:
    """A printer that keeps what it is sent, and fails as told."""

    def __init__(
        self, formats: tuple[str, ...] = ("zpl",), repeatable: bool = False, name: str = "fake printer"
    ) -> None:
        self.name = name
        self.formats = formats
        self.repeatable = repeatable
        self.attempts: list[str] = []
        """The name of each job that was tried."""
        self.printed: list[tuple[str, dict[str, bytes]]] = []
        """What came out."""
        self._refusals = 0
        self._cuts = 0
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._open.set()

    def refuse(self, times: int) -> None:
        """Take nothing the next times."""
        with self._lock:
            self._refusals = times

    def cut(self, times: int) -> None:
        """Break off after the first byte the next times."""
        with self._lock:
            self._cuts = times

    def hold(self) -> None:
        """Be slow: take no job further until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Be quick again."""
        self._open.set()

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Take a job, or fail."""
        with self._lock:
            self.attempts.append(name)
        self._open.wait()
        with self._lock:
            if self._refusals:
                self._refusals -= 1
                raise NotSent(f"{self.name} is switched off.")
            if self._cuts:
                self._cuts -= 1
                raise InDoubt(f"{self.name} broke off in {name}. Look whether the label came out.")
            self.printed.append((name, dict(documents)))


class PrinterSink:
    """A raw TCP printer on the loopback interface that keeps each job's bytes. Use it in a `with` statement.

    Like a label printer it takes one connection at a time. Set `reset_after` (bytes after which it resets the
    connection) or `never_read` at any time; they hold for connections that come later.
    """

    def __init__(
        self, *, refuse: bool = False, reset_after: int | None = None, never_read: bool = False
    ) -> None:
        self.host = "127.0.0.1"
        self.reset_after = reset_after
        self.never_read = never_read
        self.jobs: list[bytes] = []
        """Jobs that came whole."""
        self.torn: list[bytes] = []
        """What was read of the others."""
        self._changed = threading.Condition()
        self._server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._server.bind((self.host, 0))
        self.port: int = self._server.getsockname()[1]
        self._waker, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name=f"printer sink {self.port}", daemon=True)
        if not refuse:
            self.accept()

    def accept(self) -> None:
        """Listen, if it does not yet: until then every connection is refused."""
        if self._thread.ident is None:
            self._server.listen(8)
            self._thread.start()

    def wait_for(self, jobs: int, timeout: float = 10.0) -> bool:
        """Wait until so many jobs came whole; False when the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.jobs) >= jobs, timeout)

    def close(self) -> None:
        """Stop and give the port back; a second time does nothing."""
        if self._server.fileno() < 0:
            return
        if self._thread.ident is not None:
            self._waker.send(b"x")
            self._thread.join()
        for one in (self._server, self._waker, self._woken):
            one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while self._readable(self._server):
            connection, _ = self._server.accept()
            with connection:
                self._serve(connection)

    def _readable(self, one: socket.socket) -> bool:
        ready, _, _ = select.select([one, self._woken], [], [])
        return self._woken not in ready

    def _serve(self, connection: socket.socket) -> None:
        if self.never_read:
            select.select([self._woken], [], [])
            return
        limit, job, whole = self.reset_after, b"", False
        try:
            while self._readable(connection):
                data = connection.recv(4096 if limit is None else min(4096, limit - len(job)))
                job += data
                whole = not data
                if limit is not None and len(job) >= limit:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                if whole:
                    break
        except OSError:
            whole = False  # the sender reset the connection
        if job or not whole:  # a connection without a byte is somebody who looks whether the printer is there
            with self._changed:
                (self.jobs if whole else self.torn).append(job)
                self._changed.notify_all()


class Cable:
    """One end of a serial line whose other end is a path that a program opens, and which can be pulled."""

    def __init__(self, folder: Path | None = None, name: str = "device") -> None:
        """Plug it in: `folder/name` is a link to a new pty; without a folder one is made and removed again."""
        self._own_folder = tempfile.TemporaryDirectory(prefix="cable-") if folder is None else None
        base = Path(self._own_folder.name) if self._own_folder else Path(str(folder))
        self.path = base / name
        self._master = self._slave = -1
        self.replug()

    @property
    def plugged(self) -> bool:
        """Whether the path exists."""
        return self._master >= 0

    def replug(self) -> None:
        """Plug the cable in, as a new device under the same path."""
        if self.plugged:
            return
        self._master, self._slave = os.openpty()
        # The slave stays open here: its raw mode lasts, and a program may open and close it as it likes.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        new = self.path.with_name(f".{self.path.name}.new")
        new.symlink_to(os.ttyname(self._slave))
        new.replace(self.path)

    def unplug(self) -> None:
        """Pull the cable: the path is gone, and whoever has it open gets the errors of a hang-up."""
        if not self.plugged:
            return
        self.path.unlink(missing_ok=True)
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1

    def send(self, data: bytes, timeout: float = 10.0) -> None:
        """Send bytes; raises TimeoutError when the other side does not take them."""
        deadline = time.monotonic() + timeout
        while data:
            _, ready, _ = select.select([], [self._device()], [], max(deadline - time.monotonic(), 0))
            if not ready:
                raise TimeoutError(
                    f"{len(data)} bytes were not taken from {self.path}: does anything read it?"
                )
            data = data[os.write(self._device(), data) :]

    def receive(self, size: int, timeout: float = 10.0) -> bytes:
        """Give up to `size` bytes that the other side sent, as many as come in time."""
        deadline, received = time.monotonic() + timeout, b""
        while len(received) < size:
            ready, _, _ = select.select([self._device()], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                break
            received += os.read(self._device(), size - len(received))
        return received

    def close(self) -> None:
        """Pull the cable and remove what was made for it."""
        self.unplug()
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _device(self) -> int:
        if not self.plugged:
            raise RuntimeError(f"the cable of {self.path} is unplugged")
        return self._master


class FakeScanner(Cable):
    """A serial scanner on a pty. Scan when a reader has its `path` open: opening throws away what waits there."""

    def __init__(self, folder: Path | None = None, name: str = "scanner") -> None:
        super().__init__(folder, name)

    def scan(self, text: str, terminator: str = "\r") -> None:
        """Scan a barcode: its text as UTF-8, and the terminator."""
        self.send((text + terminator).encode())
