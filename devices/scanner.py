"""A serial scanner: every whole scan is delivered, good or with what is wrong with it.

The callbacks run in the thread that reads the port: hand the value on and return. A scan that is cut by a pulled
cable is dropped.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import serial

from devices.framing import Frame, Framer, Framing
from devices.port import Port, failure_text
from devices.portreader import LineSettings, PortReader
from devices.problems import Problem
from devices.said import Said
from devices.status import DeviceStatus
from devices.symbology import split


@dataclass(frozen=True, slots=True)
class ScannerSettings(LineSettings):
    """How a scanner is connected and its scans are cut; times in seconds."""

    framing: Framing = field(default_factory=Framing)
    stale_after: float = 0.5
    """A partial scan after which nothing came for so long is given up and told."""
    poll: float = 0.25
    """The longest a read blocks."""


@dataclass(frozen=True, slots=True)
class ScanRead:
    """One scan as it was read. A scan with a problem has no text, so that it can't be taken for a good one."""

    text: str
    aim: str | None
    """The AIM identifier that stood in front of the text, e.g. `]C1`."""
    source: str
    at_monotonic: float
    problem: Problem | None
    shown: str
    """The scan, safe to print."""
    why: str = ""
    """The problem as a sentence."""
    raw: bytes = b""
    """The bytes of the frame."""

    @property
    def code(self) -> str:
        """The text with its AIM identifier in front, as the scanner sent it."""
        return (self.aim or "") + self.text


class SerialScanner(PortReader):
    """Reads one scanner for as long as it is started."""

    KIND = "scanner"

    def __init__(
        self,
        name: str,
        url: str,
        settings: ScannerSettings,
        on_scan: Callable[[ScanRead], None],
        on_status: Callable[[DeviceStatus], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name, url, settings, settings.poll, on_status, clock)
        self.settings = settings
        self._on_scan = on_scan
        self._framer = Framer(self.settings.framing)
        self._outgoing: deque[bytes] = deque(maxlen=8)
        self._lock = threading.Lock()
        self._port: Port | None = None

    def write(self, data: bytes) -> bool:
        """Queue feedback for the scanner and return at once; False when there is none or nothing is connected.

        Feedback that can't be sent now is worth nothing later, so it is never kept for a scanner that comes back.
        """
        if not data:
            return False
        with self._lock:
            if self._port is None:
                return False
            self._outgoing.append(data)
        self._interrupt()
        return True

    def _interrupt(self) -> None:
        """Wake the reader where the port can. Under the lock, for the port must not be closed meanwhile: a
        cancelled read is a byte in a pipe, and the number of a closed pipe may belong to another file by now.
        """
        with self._lock:
            cancel = getattr(self._port, "cancel_read", None)
            if cancel is not None:
                cancel()

    def _read_until_lost(self, port: Port) -> None:
        with self._lock:
            self._outgoing.clear()
            self._port = port
        try:
            if not hasattr(port, "cancel_read"):
                port.timeout = min(self.settings.poll, 0.05)
            self._report("ok", "")
            self._read(port)
        except Exception as error:
            # Of whatever kind: a dead reader would be a scanner that is ignored in silence.
            self._report("lost", failure_text(self.url, error))
        finally:
            with self._lock:
                self._port = None
            self._framer.reset()
            self._close(port)

    def _read(self, port: Port) -> None:
        last_byte = self._clock()
        while not self._stop.is_set():
            self._send_feedback(port)
            data = port.read(max(1, min(port.in_waiting, 4096)))
            now = self._clock()
            if data:
                last_byte = now
                frames = self._framer.feed(data)
            elif self._is_stale(now - last_byte) and not port.in_waiting:
                frames = self._framer.expire()
            else:
                continue
            for frame in frames:
                self._deliver(frame, now)

    def _is_stale(self, silence: float) -> bool:
        return self._framer.pending and silence >= self.settings.stale_after

    def _send_feedback(self, port: Port) -> None:
        while self._outgoing:
            data = self._outgoing.popleft()
            try:
                port.write(data)
            except serial.SerialTimeoutException:
                self._outgoing.clear()
                self._report(
                    "ok",
                    Said("The scanner takes no feedback; check its flow control or set feedback to none."),
                )

    def _deliver(self, frame: Frame, now: float) -> None:
        aim, text = split(frame.text) if frame.problem is None else (None, "")
        read = ScanRead(text, aim, self.name, now, frame.problem, frame.shown, frame.why, frame.raw)
        try:
            self._on_scan(read)
        except Exception as error:
            told = Said(
                "The scan {scan} could not be handed on ({error}). Scan it again.",
                scan=frame.shown,
                error=repr(error),
            )
            self._report("lost", told)
        else:
            if self._status.state == "lost":
                self._report("ok", "")
