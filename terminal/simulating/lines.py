"""What every simulated device needs: lines from a hand or a file, and a port that puts nothing else away."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from devices.problems import show
from terminal.domain.suggest import BadData

Talk = Callable[[str], None]

TICK = 0.05
"""Seconds between two looks at a device."""
_LONGEST_WAIT = 86_400.0


class Lines:
    """Lines from a descriptor, as they come and with patience."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""
        self.ended = False
        """Whether the last line was given."""

    def next(self, timeout: float) -> str | None:
        """Give the next line without its end; None where none came within `timeout` seconds or none will come."""
        deadline = time.monotonic() + timeout
        while b"\n" not in self._rest and not self.ended:
            left = max(deadline - time.monotonic(), 0)
            if not self._may_read() or not select.select([self._descriptor], [], [], left)[0]:
                time.sleep(max(deadline - time.monotonic(), 0))
                return None
            data = os.read(self._descriptor, 4096)
            self.ended = not data
            self._rest += data
        if not self._rest:
            time.sleep(max(deadline - time.monotonic(), 0))
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.rstrip(b"\r").decode("utf-8", "surrogateescape")

    def _may_read(self) -> bool:
        """A program in the background that reads from its terminal is stopped by the system."""
        if not os.isatty(self._descriptor):
            return True
        with suppress(OSError):
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        return True


def place(path: Path) -> tuple[Path, str]:
    """Folder and name for a port at `path`. Raises BadData where that would put something else away."""
    if not path.parent.is_dir():
        raise BadData([f"{path}: there is no folder {path.parent}. Make it, or name another path."])
    if path.is_symlink() and os.readlink(path).startswith("/dev/pts/"):
        if path.exists():
            raise BadData(
                [
                    f"{path} leads to {os.readlink(path)}, which is in use. End the simulated device there, "
                    "or remove the link."
                ]
            )
    elif os.path.lexists(path):
        raise BadData([f"{path} is there already and is no port of a simulated device. Name another path."])
    return path.parent, path.name


def default_input() -> Lines:
    """Lines from standard input; none where there is no such thing."""
    try:
        return Lines(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError):
        nothing = Lines(-1)
        nothing.ended = True
        return nothing


def seconds(text: str) -> float:
    """The seconds that a wait names. Raises ValueError for anything else."""
    with suppress(ValueError):
        if 0 <= (found := float(text)) <= _LONGEST_WAIT:
            return found
    raise ValueError(f'expected "wait SECONDS" such as "wait 1.5", got "wait {show(text)}"')
