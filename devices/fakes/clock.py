"""A clock that a test or a script moves."""

from __future__ import annotations

import threading


class ScriptedClock:
    """A clock that stands still until it is moved. Call it for the time."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Give the time in seconds."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Move the time on."""
        with self._lock:
            self._now += seconds
