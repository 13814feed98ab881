"""A bench in a process of its own on a real terminal, and what a test asks of it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

import terminal

FLOOR = Path(__file__).parent / "floor.py"
ROOT = Path(terminal.__file__).parent.parent
DEADLINE = 20.0
CONTROL = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Terminal:
    """The master side of a pty with a bench on the other."""

    def __init__(self, log: Path, columns: int = 80, rows: int = 24, **environ: str) -> None:
        self.log = log
        self.out = b""
        self.mark = 0
        """Where `sees` begins to look."""
        environ = {"TERM": "xterm-256color", "FLOOR_LOG": str(log), "PYTHONPATH": str(ROOT), **environ}
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("COLORTERM", "TEXTUAL"))
        }
        self.child = pexpect.spawn(
            sys.executable,
            [str(FLOOR)],
            env={**kept, **environ},
            dimensions=(rows, columns),
            timeout=DEADLINE,
        )
        self.child.delaybeforesend = None

    def read(self) -> None:
        """Take what the bench has written."""
        with contextlib.suppress(pexpect.TIMEOUT, pexpect.EOF):
            self.out += self.child.read_nonblocking(65536, timeout=0.02)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for a condition while the output is read."""
        end = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}; at the end:\n{self.text[-3000:]}")
            self.read()

    @property
    def text(self) -> str:
        """What was written since the mark, without control sequences."""
        return CONTROL.sub(b"", self.out[self.mark :]).decode("utf-8", "replace")

    def sees(self, text: str) -> None:
        """Wait until a text was written since the mark."""
        self.until(lambda: text in self.text, repr(text))

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.read()
        self.mark = len(self.out)

    def write(self, keys: bytes | str) -> None:
        """Press keys, or scan with a scanner that types: all at once."""
        self.child.send(keys)

    @property
    def given(self) -> list[dict[str, object]]:
        """What the station got so far."""
        lines = self.log.read_text(encoding="utf-8").splitlines(keepends=True) if self.log.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def scans(self) -> list[str]:
        """The texts of the scans that are data."""
        return [str(one["text"]) for one in self.given if one["kind"] == "Scan" and one["problem"] is None]

    def gets(self, *texts: str) -> None:
        """Wait until the station got exactly these scans."""
        self.until(lambda: len(self.scans()) >= len(texts), f"{texts}, got {self.given}")
        assert self.scans() == list(texts)

    def ends(self) -> int:
        """Wait for the end of the program; gives its exit status."""
        self.until(lambda: not self.child.isalive(), "the end of the program")
        self.read()
        status = self.child.exitstatus
        assert status is not None, f"killed by signal {self.child.signalstatus}"
        return int(status)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Start a bench that waits for a badge: `floor(columns=..., rows=..., TERM=...)`."""
    started: list[Terminal] = []

    def start(ready: str = "Scan your badge", **wanted: object) -> Terminal:
        terminal = Terminal(tmp_path / f"given{len(started)}.ndjson", **wanted)  # type: ignore[arg-type]
        started.append(terminal)
        terminal.sees(ready)
        return terminal

    yield start
    for one in started:
        if one.child.isalive():
            one.child.kill(signal.SIGKILL)
        one.child.close(force=True)
