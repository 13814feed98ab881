"""One scan of a scanner that types, read from the terminal key by key until it is silent.

A Ctrl-C that comes alone is the person's; inside a scan it is ETX.
"""

from __future__ import annotations

import math
import os
import select
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SILENCE = 0.4
"""Seconds without a byte after which a scan is over."""
MOST = 4096
"""Bytes of one answer; what comes beyond them tells nothing new."""
LEAST_GAP, MOST_GAP = 50, 500
"""Milliseconds: what `gap_ms` may be set to here."""


def read_scan(terminal: int, ask: Callable[[], None], timeout: float) -> tuple[str, int]:
    """Read what a scanner types until it is silent: the text, and the milliseconds that gaps of a scan may last.

    `ask` is called once keys are listened to; `timeout` is the patience for the first one in seconds. Raises
    KeyboardInterrupt.
    """
    typed, wait, slowest, before = b"", timeout, 0.0, 0.0
    with _keys_as_they_are(terminal):
        ask()
        while len(typed) < MOST and select.select([terminal], [], [], wait)[0]:
            now = time.monotonic()
            data = os.read(terminal, 1024)
            if not data:
                break
            if data == b"\x03" and not typed:
                raise KeyboardInterrupt
            slowest = max(slowest, now - before) if typed else 0.0
            typed, before = typed + data, now
            wait = SILENCE if typed[-1:] in b"\r\n\t\x03" else 3 * SILENCE
    gap = min(max(LEAST_GAP, math.ceil(slowest * 2000 / 10) * 10), MOST_GAP)
    return typed.decode("utf-8", errors="replace"), gap


@contextmanager
def _keys_as_they_are(terminal: int) -> Iterator[None]:
    """Let every key through without echo, line editing or meaning; what is left over at the end is thrown away.

    Else the rest of a barcode would be typed into the shell.
    """
    saved = termios.tcgetattr(terminal)
    mode = termios.tcgetattr(terminal)
    mode[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON | termios.ISTRIP)
    mode[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    try:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, mode)
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, saved)
