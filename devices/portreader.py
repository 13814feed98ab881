"""What devices on a serial line have in common: a plain daemon thread that opens the port, reads it and opens it
again after it broke.

Only that thread opens, closes, reads and writes the port, since pyserial fails in odd ways when two do. The
callbacks run in that thread as well.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from devices.port import PORT_ERRORS, Port, failure_text, open_port
from devices.said import Said
from devices.status import DeviceStatus, State


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How a serial line is set; times in seconds. USB-CDC devices ignore everything about the line."""

    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: float = 1
    xonxoff: bool = False
    rtscts: bool = False
    write_timeout: float = 0.25
    """The longest that writing may hold up reading."""
    retry_first: float = 0.25
    retry_last: float = 2.0
    """The wait before the port is opened again doubles from the first to the last."""


class PortReader(ABC):
    """Reads one device for as long as it is started."""

    KIND: ClassVar[str]
    """What the device is called in messages and thread names."""

    def __init__(
        self,
        name: str,
        url: str,
        line: LineSettings,
        read_for: float,
        on_status: Callable[[DeviceStatus], None],
        clock: Callable[[], float],
    ) -> None:
        """`read_for` is the longest that a read blocks, in seconds."""
        self.name = name
        self.url = url
        self._line = line
        self._read_for = read_for
        self._on_status = on_status
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._status = DeviceStatus(name, "off", Said("Not started."), clock())

    @property
    def status(self) -> DeviceStatus:
        """The latest status."""
        return self._status

    def start(self) -> None:
        """Begin to read. Raises RuntimeError when it reads already."""
        if self._thread is not None and self._thread.is_alive():
            raise RuntimeError(f"{self.KIND} {self.name} is started already")
        self._stop.clear()
        self._begin()
        self._thread = threading.Thread(target=self._run, name=f"{self.KIND} {self.name}", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 6.0) -> bool:
        """End the thread and close the port; False if it did not end in time (opening a dead address takes 5 s)."""
        self._stop.set()
        self._interrupt()
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return True
        thread.join(timeout)
        return not thread.is_alive()

    def _interrupt(self) -> None:
        """Wake the reader where that is possible; it looks up by itself after `read_for` seconds."""
        return

    def _begin(self) -> None:
        """Forget what was before, as the reader is about to start."""
        return

    @abstractmethod
    def _read_until_lost(self, port: Port) -> None:
        """Read an open port until it breaks or `stop` is asked for, and close it. Raises nothing."""

    def _run(self) -> None:
        delay = self._line.retry_first
        self._report("waiting", Said("Opening {url}.", url=self.url))
        while not self._stop.is_set():
            try:
                port = self._open()
            except OSError as error:
                self._report("lost", failure_text(self.url, error))
            else:
                delay = self._line.retry_first
                self._read_until_lost(port)
            self._stop.wait(delay)
            delay = min(delay * 2, self._line.retry_last)
        self._report("off", Said("Stopped."))

    def _open(self) -> Port:
        line = self._line
        return open_port(
            self.url,
            baudrate=line.baudrate,
            bytesize=line.bytesize,
            parity=line.parity,
            stopbits=line.stopbits,
            xonxoff=line.xonxoff,
            rtscts=line.rtscts,
            timeout=self._read_for,
            write_timeout=line.write_timeout,
        )

    def _close(self, port: Port) -> None:
        # A pulled device may refuse even this; its descriptor is gone all the same.
        with suppress(*PORT_ERRORS):
            port.close()

    def _report(self, state: State, detail: str) -> None:
        before = self._status
        if (state, detail) == (before.state, before.detail):
            return
        since = before.since if state == before.state else self._clock()
        self._status = DeviceStatus(self.name, state, detail, since)
        # A screen that can't draw must not stop the reader; `status` still tells.
        with suppress(Exception):
            self._on_status(self._status)
