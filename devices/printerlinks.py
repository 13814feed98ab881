"""Two-way byte links to a printer: TCP, a serial port, a USB printer device. No link knows what it carries.

All of them fail with one of `LINK_ERRORS`, and none of them blocks for longer than it is told to.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import stat
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from serial import SerialTimeoutException

from devices.port import PORT_ERRORS, Port, open_port
from devices.said import Said, told_by

LINK_ERRORS = PORT_ERRORS
_CHUNK = 512
_FAREWELL = 0.2
"""Seconds for which a printer that has said everything may take to close its side."""
_HEARD_MOST = 16384
# TRANSLATORS: goes on a sentence about a printer: The printer at {where} broke off: ...
_CLOSED = Said("it closed the connection")


class LinkClosed(OSError):
    """The printer closed its side."""

    def __init__(self) -> None:
        super().__init__(_CLOSED)


class Link(Protocol):
    """An open way to a printer."""

    exact: bool
    """Whether a write that failed sent nothing."""

    def write(self, data: bytes, patience: float) -> int:
        """Hand over a part of the data, at least a byte; give how many. Raises TimeoutError when none was taken."""

    def read(self, patience: float) -> bytes:
        """Give what came; empty when nothing does in time. Raises LinkClosed when nothing will ever come."""

    def finish(self, patience: float) -> bytes:
        """Wait until all was taken, as far as the link can tell; give what the printer said meanwhile."""

    def part(self) -> None:
        """Say that nothing more will be sent to a printer that has done everything."""

    def abort(self) -> None:
        """Throw away what has not left yet: a label in doubt must not come out later by itself."""

    def close(self) -> None:
        """Close it; never fails."""


class TcpLink:
    """A connection to a printer's raw port."""

    exact = True

    def __init__(self, host: str, port: int, connect_timeout: float, await_close: bool) -> None:
        """Connect, or raise OSError or UnicodeError (a host name that breaks the resolver's rules)."""
        self._socket = socket.create_connection((host, port), timeout=connect_timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._await_close = await_close

    def write(self, data: bytes, patience: float) -> int:
        """Give it to the kernel, which takes what has room."""
        self._socket.settimeout(max(patience, 0.001))
        return self._socket.send(data[:65536])

    def read(self, patience: float) -> bytes:
        """Wait for bytes."""
        self._socket.settimeout(max(patience, 0.0))
        try:
            data = self._socket.recv(4096)
        except (TimeoutError, BlockingIOError):
            return b""
        if not data:
            raise LinkClosed
        return data

    def finish(self, patience: float) -> bytes:
        """Wait until the printer has read everything and closed its side: the kernel alone would swallow thousands
        of labels for a printer that never reads. Without `await_close` nothing is waited for.
        """
        self._socket.shutdown(socket.SHUT_WR)
        return self._hear_out(patience) if self._await_close else b""

    def part(self) -> None:
        """Close our side and give the printer a moment for its own, so that it is free for the next connection."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            self._hear_out(_FAREWELL)

    def abort(self) -> None:
        """Reset the connection when it is closed."""
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        """Close the socket."""
        with suppress(OSError):
            self._socket.close()

    def _hear_out(self, patience: float) -> bytes:
        deadline, heard = time.monotonic() + patience, b""
        while (left := deadline - time.monotonic()) > 0:
            try:
                heard = (heard + self.read(left))[-_HEARD_MOST:]
            except LinkClosed:
                return heard
        raise TimeoutError("timed out")


class SerialLink:
    """A serial port, by path or pyserial URL."""

    exact = False

    def __init__(self, url: str, baudrate: int, write_timeout: float, *, xonxoff: bool, rtscts: bool) -> None:
        """Open it, or raise OSError."""
        self._port: Port = open_port(
            url, baudrate=baudrate, timeout=0, write_timeout=write_timeout, xonxoff=xonxoff, rtscts=rtscts
        )

    def write(self, data: bytes, patience: float) -> int:
        """Write a piece within the port's own time-out; how much of it left when that fails, nobody knows."""
        piece = data[:_CHUNK]
        self._port.write(piece)
        return len(piece)

    def read(self, patience: float) -> bytes:
        """Wait for bytes."""
        self._port.timeout = max(patience, 0)
        first = self._port.read(1)
        return first + self._port.read(min(self._port.in_waiting, 4096)) if first else b""

    def finish(self, patience: float) -> bytes:
        """Wait for an empty output buffer, where the port can tell: `flush` blocks for ever under flow control."""
        deadline = time.monotonic() + patience
        while getattr(self._port, "out_waiting", 0):
            if time.monotonic() >= deadline:
                raise TimeoutError(Said("its buffer did not empty in {seconds} s", seconds=f"{patience:g}"))
            time.sleep(0.005)
        return self.read(0)

    def part(self) -> None:
        """There is nothing to say on a serial line."""

    def abort(self) -> None:
        """Throw away what waits in the output buffer, where the port can."""
        with suppress(*PORT_ERRORS):
            self._port.reset_output_buffer()

    def close(self) -> None:
        """Close the port."""
        with suppress(*PORT_ERRORS):
            self._port.close()


class UsbLink:
    """A USB printer's device, `/dev/usb/lp0` and the like.

    It is opened without blocking, for such a device blocks a writer for ever while the printer is out of paper.
    """

    exact = True

    def __init__(self, path: str | Path) -> None:
        """Open it, or raise OSError; a device that may only be written is a printer without status."""
        flags = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        try:
            self._descriptor = os.open(path, os.O_RDWR | flags)
            self._readable = True
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EINVAL):
                raise
            self._descriptor = os.open(path, os.O_WRONLY | flags)
            self._readable = False
        if not stat.S_ISCHR(os.fstat(self._descriptor).st_mode):
            self.close()
            raise OSError(Said("[Errno {number}] it is not a printer's device", number=errno.ENODEV))

    def write(self, data: bytes, patience: float) -> int:
        """Hand over what the device takes at once."""
        deadline = time.monotonic() + patience
        while True:
            self._wait(select.POLLOUT, deadline - time.monotonic())
            try:
                return os.write(self._descriptor, data[:8192])
            except BlockingIOError:
                continue

    def read(self, patience: float) -> bytes:
        """Wait for bytes; such devices may report data and give none."""
        deadline = time.monotonic() + patience
        while True:
            left = deadline - time.monotonic()
            if not self._readable:
                time.sleep(max(left, 0))
                return b""
            try:
                self._wait(select.POLLIN, max(left, 0))
                if data := os.read(self._descriptor, 4096):
                    return data
            except TimeoutError:
                return b""
            except BlockingIOError:
                pass
            if left <= 0:
                return b""
            time.sleep(min(left, 0.01))

    def finish(self, patience: float) -> bytes:
        """Wait until the device would take more: then what it has is on its way."""
        self._wait(select.POLLOUT, patience)
        return self.read(0) if self._readable else b""

    def part(self) -> None:
        """There is nothing to say on a device."""

    def abort(self) -> None:
        """The device throws away what it holds when it is closed."""

    def close(self) -> None:
        """Close the device."""
        with suppress(OSError):
            os.close(self._descriptor)

    def _wait(self, event: int, patience: float) -> None:
        poll = select.poll()
        poll.register(self._descriptor, event)
        found = poll.poll(max(patience, 0) * 1000)
        if not found:
            raise TimeoutError("timed out")
        if not found[0][1] & event:
            raise OSError(errno.EIO, "it is gone")


def trouble(error: BaseException) -> str:
    """Say in words what happened to a link, as the end of a sentence."""
    number = getattr(error, "errno", None)
    if isinstance(error, SerialTimeoutException):
        # TRANSLATORS: goes on a sentence about a printer: The printer at {where} broke off: ...
        return Said("it stopped taking bytes")
    if isinstance(error, TimeoutError):
        # TRANSLATORS: goes on a sentence about a printer: The printer at {where} broke off: ...
        return Said("no answer in time") if str(error) in ("", "timed out") else told_by(error)
    if isinstance(error, ConnectionRefusedError):
        # TRANSLATORS: goes on a sentence about a printer: The printer at {where} broke off: ...
        return Said("it refused the connection")
    if isinstance(error, LinkClosed) or number in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN):
        return _CLOSED
    if number in (errno.EIO, errno.ENODEV, errno.ENXIO) or "returned no data" in str(error):
        # TRANSLATORS: goes on a sentence about a printer: The printer at {where} broke off: ...
        return Said("it is unplugged or switched off")
    return getattr(error, "strerror", None) or told_by(error)
