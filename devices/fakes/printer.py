"""Two simple printers: one that is called directly, and one on a TCP port that only keeps what it is sent."""

from __future__ import annotations

import re
import select
import socket
import struct
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from devices.printing import InDoubt, NotSent

_QUESTIONS = re.compile(rb"~(HQES|HS|HI)\r\n")


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

    Like a label printer it takes one connection at a time; it has no status and overhears questions about it. Set
    `reset_after` (bytes after which it resets the connection) or `never_read` at any time; they hold for
    connections that come later.
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
        job = _QUESTIONS.sub(b"", job)
        if job or not whole:  # a connection without a byte is somebody who looks whether the printer is there
            with self._changed:
                (self.jobs if whole else self.torn).append(job)
                self._changed.notify_all()
