"""Starts the screen and gives back the program's exit status.

The station is opened by the screen itself after its first painting, and closed here once everything that was given
to it is stored.
"""

from __future__ import annotations

from collections.abc import Callable

from terminal.ui.app import BenchApp, Hook
from terminal.ui.keys import usable
from terminal.ui.port import BenchPort
from terminal.ui.settings import ScreenSettings

FINISH = 15.0
"""Seconds that the station gets at the end to store what was given to it."""


def run(
    open_port: Callable[[], BenchPort],
    settings: ScreenSettings | None = None,
    start_scanners: Hook | None = None,
    configure: Callable[[], ScreenSettings] | None = None,
) -> int:
    """Run the bench on this terminal until it is left; gives the exit status.

    `open_port` is called once, in the thread that will use the port, after the first painting. `start_scanners` is
    called in the same thread once the port is open, with the function that takes scans from any thread; what it
    starts is stopped by the port's `close`. `configure` reads the site's settings in that thread too, before the
    port is opened, so that nothing holds up the first painting. The status is 0 when the operator left, 1 after a
    failure, 128 + n after signal n. Raises what `configure` raised, and BadKeys: the screen was left because of it.
    """
    chosen = settings or ScreenSettings()
    app = BenchApp(open_port, usable(chosen.keys), chosen, start_scanners, configure=configure)
    try:
        app.run(mouse=False)
    finally:
        stored = app.pump.stop(FINISH)
    if app.unusable is not None:
        raise app.unusable
    status = app.return_code
    if not stored:
        return 1
    return 1 if status is None else status
