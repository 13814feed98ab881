"""The bench on this terminal: the screen first, everything behind it once it is painted.

What is slow to load (settings, SQLite, serial ports, printing) is imported where it is used, in the pump's thread:
an operator sees the bench a third of a second after starting it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from terminal.bench.given import Press, Scan, Weighed
from terminal.ui.port import BenchPort
from terminal.ui.run import run
from terminal.ui.settings import ScreenSettings


class Floor:
    """Opens a bench step by step: settings, station, scanners."""

    def __init__(self, read_settings: Callable[[], Any], embedded: bool) -> None:
        self._read = read_settings
        self._embedded = embedded
        self._settings: Any = None
        self._port: Any = None

    def configure(self) -> ScreenSettings:
        """Read the settings. Raises ConfigErrors."""
        from terminal.floor_port import log_to, screen_settings  # slow, see above

        self._settings = self._read()
        log_to(self._settings.data / "bench.log")
        return screen_settings(self._settings)

    def open(self) -> BenchPort:
        """Open the station. Raises StoreError, BadData, OSError."""
        from terminal.floor_port import FloorPort  # slow, see above

        self._port = FloorPort(self._settings, self._embedded)
        port: BenchPort = self._port
        return port

    def start_scanners(self, deliver: Callable[[Scan | Weighed | Press], object]) -> None:
        """Begin to read the serial scanners and scales."""
        self._port.start_scanners(deliver)


def run_bench(read_settings: Callable[[], Any], embedded: bool = False) -> int:
    """Open the bench; gives the exit status. `embedded`: on shipped defaults, so bring the demo.

    Raises what `read_settings` raises, once the terminal is as it was, and BadKeys.
    """
    floor = Floor(read_settings, embedded)
    return run(floor.open, None, floor.start_scanners, floor.configure)
