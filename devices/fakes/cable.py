"""A serial line on a pty, and the scanner at its end.

It behaves like a USB cable: pulled, the reader gets the errors of a hang-up, and the path is gone until it is back.
"""

from __future__ import annotations

import os
import select
import tempfile
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Self


class Cable:
    """One end of a serial line whose other end is a path that a program opens, and which can be pulled."""

    def __init__(self, folder: Path | None = None, name: str = "device") -> None:
        """Plug it in: `folder/name` is a link to a new pty; without a folder one is made and removed again."""
        self._own_folder = tempfile.TemporaryDirectory(prefix="cable-") if folder is None else None
        base = Path(self._own_folder.name) if self._own_folder else Path(str(folder))
        self.path = base / name
        self._master = self._slave = -1
        self.times_plugged = 0
        """How often it was plugged in: each time it is another device."""
        self.replug()

    @property
    def plugged(self) -> bool:
        """Whether the path exists."""
        return self._master >= 0

    def fileno(self) -> int:
        """The descriptor of this end, to wait on; RuntimeError while it is unplugged."""
        return self._device()

    def replug(self) -> None:
        """Plug the cable in, as a new device under the same path."""
        if self.plugged:
            return
        self._master, self._slave = os.openpty()
        # The slave stays open here: its raw mode lasts, and a program may open and close it as it likes.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.times_plugged += 1
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
