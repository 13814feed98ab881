"""A simulated label printer on a TCP port or a serial cable, that answers like a Zebra and fails as told.

It is good enough for a site and for other programs' ZPL drivers to work against: it takes one connection at a time,
answers status, keeps each label as ZPL and, where it is given somebody who can draw, as a picture.
"""

from __future__ import annotations

import os
import re
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from devices.fakes.cable import Cable
from devices.fakes.engine import Engine
from devices.fakes.faults import Fault

_SLOT = 0.02
"""Seconds between two reads of a slow printer."""
_NUMBERED = re.compile(r"(\d{4,9})\.zpl")


class _Line(Protocol):
    """Somebody who talks to the printer."""

    def fileno(self) -> int: ...
    def recv(self, size: int, /) -> bytes: ...
    def sendall(self, data: bytes, /) -> None: ...


class _CableEnd:
    """The printer's end of a serial cable."""

    def __init__(self, cable: Cable) -> None:
        self._cable = cable
        self._times = cable.times_plugged

    def fileno(self) -> int:
        if self._cable.times_plugged != self._times:
            raise OSError("it was pulled and plugged in again")
        return self._cable.fileno()

    def recv(self, size: int, /) -> bytes:
        return os.read(self.fileno(), size)

    def sendall(self, data: bytes, /) -> None:
        self._cable.send(data, timeout=1.0)


class Zebra:
    """A printer that runs until it is closed; use it in a `with` statement."""

    def __init__(
        self,
        faults: Iterable[Fault | str] = (),
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        keep: Path | None = None,
        picture: Callable[[bytes], bytes | None] | None = None,
        on_label: Callable[[int, bytes], None] | None = None,
        cable: Cable | None = None,
        model: str = "ZTC ZD421-203dpi ZPL",
        firmware: str = "V93.21.17Z",
        dots_per_mm: int = 8,
    ) -> None:
        """`keep` is a folder for `0001.zpl` and, where `picture` makes a PNG of a label, `0001.png`; `on_label` is
        called with the number and the bytes of each label that comes out. With a `cable` it is a serial printer and
        has no port. Raises ValueError for a fault that there is not, OSError for a port that can't be had.
        """
        wrong = [fault if isinstance(fault, Fault) else Fault.parse(fault) for fault in faults]
        self.labels: list[bytes] = []
        """What physically came out, each copy of it."""
        self.trouble = ""
        """Why a label could not be kept or drawn; the last reason."""
        self.host = host
        self._engine = Engine(wrong, model, firmware, dots_per_mm)
        self._keep = keep
        self._picture = picture
        self._on_label = on_label
        self._cable = cable
        self._offset = _last_number(keep)
        self._changed = threading.Condition()
        self._closing = False
        self._server: socket.socket | None = None
        self._line: _Line | None = None
        self._next_read = 0.0
        self.port = port
        if cable is None:
            self._server = self._listen()
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._engine.tick(time.monotonic())
        self._be_there()
        self._thread = threading.Thread(target=self._run, name=f"zebra {self.port}", daemon=True)
        self._thread.start()

    @property
    def connected(self) -> bool:
        """Whether somebody talks to it; nobody else is heard meanwhile."""
        return self._line is not None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong now."""
        with self._changed:
            return self._engine.faults

    @property
    def commands(self) -> list[str]:
        """Every command that came, such as `HS`."""
        with self._changed:
            return list(self._engine.commands)

    @property
    def lost(self) -> list[bytes]:
        """Labels that came whole and never come out: cancelled, lost in a reset, or taken for another language."""
        with self._changed:
            return list(self._engine.lost)

    def fail(self, fault: Fault | str) -> None:
        """Let something go wrong, from now or from the label that it names."""
        with self._changed:
            self._engine.fail(fault if isinstance(fault, Fault) else Fault.parse(fault), time.monotonic())
        self._wake()

    def mend(self, kind: str | None = None) -> None:
        """Put right what is wrong now, all of it or one kind: what was held comes out."""
        with self._changed:
            self._engine.mend(kind, time.monotonic())
        self._wake()

    def wait_for(self, labels: int, timeout: float = 10.0) -> bool:
        """Wait until so many labels came out; False when the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.labels) >= labels, timeout)

    def close(self) -> None:
        """Switch it off and give the port back; a second time does nothing."""
        if self._woken.fileno() < 0:
            return
        self._closing = True
        self._wake()
        self._thread.join()
        self._hang_up()
        for one in (self._server, self._waker, self._woken):
            if one is not None:
                one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def _wake(self) -> None:
        with suppress(OSError):  # a full pipe wakes as well
            self._waker.send(b"x")

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        server = socket.create_server((self.host, self.port), family=family, backlog=8)
        self.port = server.getsockname()[1]
        return server

    def _run(self) -> None:
        while not self._closing:
            with self._changed:
                self._engine.tick(time.monotonic())
            self._put_out()
            self._be_there()
            if not self._wait():
                continue
            try:
                self._talk()
            except (OSError, RuntimeError):  # whoever talked broke off, or the cable is pulled
                self._hang_up()

    def _be_there(self) -> None:
        """Take calls or refuse them; somebody who talks already is heard out."""
        if self._cable is not None:
            if self._line is None and self._cable.plugged:
                self._line = _CableEnd(self._cable)
                self._connected()
        elif self._line is None and self._engine.has("dead"):
            if self._server is not None:
                self._server.close()
                self._server = None
        elif self._server is None:
            with suppress(OSError):  # somebody else has the port now: tried again
                self._server = self._listen()

    def _wait(self) -> bool:
        """Wait until there is something to read or to do; whether it is to read."""
        now = time.monotonic()
        ends = [end for end in (self._engine.next_change(),) if end is not None]
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        source = self._line or self._server
        reads = self._line is None or not self._engine.has("never-read")
        if reads and self._line is not None and self._next_read > now:
            reads = False
            ends.append(self._next_read)
        try:
            if source is not None:
                poll.register(source.fileno(), select.POLLIN if reads else 0)
        except (OSError, RuntimeError, ValueError):  # the cable is pulled
            self._hang_up()
            source = None
        if source is None or self._cable is not None:  # nothing tells when a cable is plugged in or pulled
            ends.append(now + 0.05)
        found = dict(poll.poll(max(min(ends) - now, 0.0) * 1000 + 1 if ends else None))
        if self._woken.fileno() in found:
            self._woken.recv(4096)
            return False
        gone = select.POLLHUP | select.POLLERR | select.POLLNVAL
        if found and not reads and any(events & gone for events in found.values()):
            self._hang_up()
            return False
        return bool(found) and reads

    def _talk(self) -> None:
        """Take a call, or what is said."""
        if self._line is None:
            if self._server is not None:
                connection, _ = self._server.accept()
                connection.settimeout(1.0)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._line = connection
                self._connected()
            return
        rate = self._engine.rate
        data = self._line.recv(4096 if rate is None else max(1, int(rate * _SLOT)))
        if not data:
            self._hang_up()
            return
        now = time.monotonic()
        if rate is not None:
            self._next_read = now + len(data) / rate
        with self._changed:
            answer, reset = self._engine.receive(data, now)
        self._put_out()
        if answer:
            self._line.sendall(answer)
        if reset:
            self._hang_up(reset=True)

    def _connected(self) -> None:
        with self._changed:
            self._engine.connect(time.monotonic())

    def _hang_up(self, reset: bool = False) -> None:
        line, self._line, self._next_read = self._line, None, 0.0
        with self._changed:
            self._engine.disconnect()
        if isinstance(line, socket.socket):
            with suppress(OSError):
                if reset:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()

    def _put_out(self) -> None:
        """Keep what came out, and show it."""
        with self._changed:
            out = self._engine.take_out()
        for label in out:
            number = len(self.labels) + 1
            try:
                self._keep_label(number + self._offset, label)
                if self._on_label is not None:
                    self._on_label(number, label)
            except Exception as error:  # a full disk or a label nobody can draw: the printer goes on
                self.trouble = f"label {number}: {error or type(error).__name__}"
            with self._changed:
                self.labels.append(label)
                self._changed.notify_all()

    def _keep_label(self, number: int, label: bytes) -> None:
        if self._keep is None:
            return
        self._keep.mkdir(parents=True, exist_ok=True)
        (self._keep / f"{number:04}.zpl").write_bytes(label)
        drawn = self._picture(label) if self._picture is not None else None
        if drawn is not None:
            (self._keep / f"{number:04}.png").write_bytes(drawn)


def _last_number(folder: Path | None) -> int:
    """The number of the last label that is kept there already."""
    if folder is None or not folder.is_dir():
        return 0
    found = (_NUMBERED.fullmatch(path.name) for path in folder.iterdir())
    return max((int(one[1]) for one in found if one), default=0)
