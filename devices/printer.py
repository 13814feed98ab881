"""Printers: where the bytes of a label go, and what can honestly be said about having sent them.

"Sent" is never "printed". A printer says only that the bytes were taken, or raises: `NotSent` when nothing left
this machine and the job may be tried again, `InDoubt` once a byte did, because a second try could print a second
label, and `Unprintable` when no try will ever succeed.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import struct
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from devices.port import PORT_ERRORS, Port, failure_text, open_port

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_CHUNK = 512


class PrintError(Exception):
    """A job that was not handed over as a whole; `why` is a sentence for the operator."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotSent(PrintError):
    """Nothing left this machine: trying again is safe."""


class InDoubt(PrintError):
    """A part or all of it left this machine, and nobody knows what became of it."""


class Unprintable(PrintError):
    """The job can't be printed here, however often it is tried."""


class Printer(Protocol):
    """Something that takes labels, one job at a time, from one thread."""

    name: str
    formats: tuple[str, ...]
    """The documents a job needs here, e.g. `("zpl",)`."""
    repeatable: bool
    """Whether the same job sent again replaces its first result, as a file does."""

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Hand over one job; `documents` maps a format to its bytes. Blocks. Raises a PrintError."""


class FolderPrinter:
    """Writes each document of a job as `NAME.FORMAT` into a folder, whole or not at all, and onto the disk."""

    repeatable = True

    def __init__(
        self, path: str | Path, formats: tuple[str, ...] = ("zpl", "pdf"), name: str | None = None
    ) -> None:
        self.path = Path(path)
        self.formats = formats
        self.name = name or f"folder {self.path}"

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Write the files of one job; a name with anything but letters, digits, `.`, `_` and `-` is Unprintable."""
        if not _SAFE_NAME.fullmatch(name):
            raise Unprintable(
                f"{name!r} can't be a file name: only A-Z, a-z, 0-9, '.', '_' and '-' are allowed."
            )
        wanted = {form: document_of(self, documents, form) for form in self.formats}
        parts = {form: self.path / f".{name}.{form}.part" for form in wanted}
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for form, data in wanted.items():
                _write_through(parts[form], data)
            for form, part in parts.items():
                part.replace(self.path / f"{name}.{form}")
            _sync_folder(self.path)
        except OSError as error:
            for part in parts.values():
                with suppress(OSError):
                    part.unlink(missing_ok=True)
            raise NotSent(
                f"The label {name} can't be written to {self.path}: {error.strerror or error}. "
                "Check that the folder exists, may be written and has room."
            ) from error


class TcpPrinter:
    """Sends raw bytes to a printer's port 9100, one connection a job.

    The job counts as taken only when the printer read everything and closed its side: the kernel alone would
    swallow thousands of labels for a printer that never reads. `await_close=False` is for print servers that
    never close; then only the operator's scan of the label proves anything.
    """

    formats: tuple[str, ...] = ("zpl",)
    repeatable = False

    def __init__(
        self,
        host: str,
        port: int = 9100,
        connect_timeout: float = 2.0,
        write_timeout: float = 10.0,
        *,
        await_close: bool = True,
        name: str | None = None,
    ) -> None:
        if not 0 < port < 65536:
            raise ValueError(f"port {port} of printer {host} is not between 1 and 65535")
        self.host = host
        self.port = port
        self.connect_timeout = connect_timeout
        self.write_timeout = write_timeout
        self.await_close = await_close
        self.name = name or f"{host}:{port}"

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Send one job and wait until the printer has closed the connection."""
        data = document_of(self, documents, "zpl")
        try:
            connection = socket.create_connection((self.host, self.port), timeout=self.connect_timeout)
        except (OSError, UnicodeError) as error:
            raise NotSent(
                f"The printer at {self.host}:{self.port} can't be reached: {_network_text(error)}. "
                "Check its power, its cable and its address."
            ) from error
        accepted = 0
        with connection:
            try:
                connection.settimeout(self.write_timeout)
                while accepted < len(data):
                    accepted += connection.send(data[accepted : accepted + 65536])
                connection.shutdown(socket.SHUT_WR)
                if self.await_close:
                    _await_close(connection, self.write_timeout)
            except OSError as error:
                _abort(connection)
                why = f"The printer at {self.host}:{self.port} broke off: {_network_text(error)}"
                if accepted == 0:
                    raise NotSent(f"{why}, before anything was sent.") from error
                raise InDoubt(
                    f"{why}, after {accepted} of {len(data)} bytes of {name} had left. "
                    "Look whether the label came out."
                ) from error


class SerialPrinter:
    """Sends raw bytes to a printer on a serial port (a path or a pyserial URL), opened for each job."""

    formats: tuple[str, ...] = ("zpl",)
    repeatable = False

    def __init__(
        self,
        url: str,
        baudrate: int = 9600,
        write_timeout: float = 10.0,
        *,
        xonxoff: bool = False,
        rtscts: bool = False,
        name: str | None = None,
    ) -> None:
        self.url = url
        self.baudrate = baudrate
        self.write_timeout = write_timeout
        self.xonxoff = xonxoff
        self.rtscts = rtscts
        self.name = name or url

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Send one job and wait until it has left the port's buffer."""
        data = document_of(self, documents, "zpl")
        try:
            port = open_port(
                self.url,
                baudrate=self.baudrate,
                timeout=0,
                write_timeout=self.write_timeout,
                xonxoff=self.xonxoff,
                rtscts=self.rtscts,
            )
        except OSError as error:
            raise NotSent(failure_text(self.url, error)) from error
        try:
            for start in range(0, len(data), _CHUNK):
                port.write(data[start : start + _CHUNK])
            _await_drained(port, self.write_timeout)
        except PORT_ERRORS as error:
            _abandon(port)
            raise InDoubt(
                f"The printer at {self.url} stopped taking {name}: {error}. Look whether the label came out."
            ) from error
        finally:
            with suppress(*PORT_ERRORS):
                port.close()


def document_of(printer: Printer, documents: Mapping[str, bytes], form: str) -> bytes:
    """Give the document in a format; raises Unprintable when it is missing or empty."""
    data = documents.get(form)
    if not data:
        given = ", ".join(sorted(documents)) or "nothing"
        raise Unprintable(f"{printer.name} needs the label as {form}, but got {given}.")
    return data


def _await_close(connection: socket.socket, timeout: float) -> None:
    """Wait for the end of the printer's side; what it says meanwhile is read away."""
    deadline = time.monotonic() + timeout
    while True:
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        if not connection.recv(4096):
            return
        if time.monotonic() >= deadline:
            raise TimeoutError("timed out")


def _abort(connection: socket.socket) -> None:
    """Close without sending what still waits in the kernel: a label in doubt must not come out later by itself."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _abandon(port: Port) -> None:
    """Throw away what the port has not sent yet, where it can."""
    with suppress(*PORT_ERRORS):
        port.reset_output_buffer()


def _await_drained(port: Port, timeout: float) -> None:
    """Wait for an empty output buffer, where the port can tell: `flush` blocks for ever under flow control."""
    deadline = time.monotonic() + timeout
    while getattr(port, "out_waiting", 0):
        if time.monotonic() >= deadline:
            raise TimeoutError(f"its buffer did not empty in {timeout:g} s")
        time.sleep(0.005)


def _network_text(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "it refused the connection"
    if getattr(error, "errno", None) in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN):
        return "it closed the connection"
    return str(getattr(error, "strerror", None) or error)


def _write_through(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
