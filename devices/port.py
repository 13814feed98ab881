"""Serial ports by path or pyserial URL: opened, and their failures in words.

pyserial raises four unrelated exceptions for one pulled cable, depending on the call that meets it; `PORT_ERRORS`
is all of them.
"""

from __future__ import annotations

import errno
import os
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import serial

from devices.said import Said, told_by

PORT_ERRORS = (OSError, termios.error, TypeError, ValueError)
"""SerialException is an OSError; termios.error is not; TypeError comes from a port closed under a read."""

_BROKEN = ("returned no data", "socket disconnected", "reader thread died")
"""How pyserial says of a file, a socket and an RFC 2217 server that the other side is gone."""


class Port(Protocol):
    """What is used of a pyserial port; `cancel_read` and `out_waiting` exist on some kinds only."""

    timeout: float | None

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read at once; some kinds say no more than 1."""

    def read(self, size: int = 1, /) -> bytes:
        """Read up to `size` bytes, as many as come before the time-out."""

    def write(self, data: bytes, /) -> int | None:
        """Write all of it, or raise."""

    def reset_output_buffer(self) -> None:
        """Throw away what was written and has not left yet."""

    def close(self) -> None:
        """Close the port."""


def open_port(url: str, **settings: Any) -> Port:
    """Open a device path or URL (`/dev/...`, `socket://host:port`, `rfc2217://`, `loop://`) for this process alone.

    Raises OSError and nothing else, though the handlers of URLs fail in whatever way a wrong option makes them. The
    lock is advisory: it keeps out programs that ask for it, too.
    """
    if url.lower().startswith("rfc2217://"):
        # Its handler refuses any write time-out; its socket has one of 5 s of its own.
        settings.pop("write_timeout", None)
    try:
        return cast(Port, serial.serial_for_url(url, exclusive=True, **settings))
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class FoundPort:
    """A serial port of this machine."""

    url: str
    """Its name under /dev/serial/by-id where it has one, for that stays when others are plugged in."""
    device: str
    """The name that the system gave it today."""
    description: str


def find_ports(stable_names: Path = Path("/dev/serial/by-id")) -> list[FoundPort]:
    """Find the serial ports that have hardware behind them, by name."""
    from serial.tools import list_ports

    try:
        links = {os.path.realpath(link): str(link) for link in sorted(stable_names.iterdir(), reverse=True)}
    except OSError:
        links = {}
    return [
        FoundPort(links.get(one.device, one.device), one.device, one.description or "")
        for one in sorted(list_ports.comports(), key=lambda port: port.device)
        if one.hwid not in (None, "", "n/a") or one.device in links
    ]


def failure_text(url: str, error: BaseException, group: str = "dialout") -> str:
    """Say what became of a port and what to do about it; `group` is who mostly owns such a device."""
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return Said("There is no device at {url}. Is it plugged in and switched on?", url=url)
    if number in (errno.EACCES, errno.EPERM):
        return Said(
            "No permission to open {url}. Add this user to the group that owns the device (often {group}).",
            url=url,
            group=group,
        )
    if number in (errno.EAGAIN, errno.EBUSY):
        return Said("Another program is using {url}. Close it.", url=url)
    if number == errno.ECONNREFUSED or "Connection refused" in str(error):
        return Said("Nothing answers at {url}. Check the address, and the power of what should.", url=url)
    if number == errno.EIO or any(words in str(error) for words in _BROKEN):
        return Said("The connection to {url} broke. Check the cable and the power.", url=url)
    return Said("{url} does not work: {why}", url=url, why=told_by(error))
