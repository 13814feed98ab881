"""Starts the screen and gives back the program's exit status.

The station is opened by the screen itself after its first painting, and closed here once everything that was given
to it is stored.
"""

from __future__ import annotations

from collections.abc import Callable

from terminal.domain.suggest import BadData
from terminal.ui.app import BenchApp, Hook
from terminal.ui.keys import build
from terminal.ui.port import BenchPort
from terminal.ui.settings import ScreenSettings

FINISH = 15.0
"""Seconds that the station gets at the end to store what was given to it."""


class BadKeys(BadData):
    """Key settings that can't be used; one sentence for each."""


def run(
    open_port: Callable[[], BenchPort],
    settings: ScreenSettings | None = None,
    start_scanners: Hook | None = None,
) -> int:
    """Run the bench on this terminal until it is left; gives the exit status.

    `open_port` is called once, in the thread that will use the port, after the first painting. `start_scanners` is
    called in the same thread once the port is open, with the function that takes scans from any thread; what it
    starts is stopped by the port's `close`. The status is 0 when
    the operator left, 1 after a failure, 128 + n after signal n. Raises BadKeys for keys that can't be used.
    """
    chosen = settings or ScreenSettings()
    keymap, problems = build(chosen.keys)
    if problems:
        raise BadKeys(f'keys.{one.action} = "{one.key}": {one.text}' for one in problems)
    app = BenchApp(open_port, keymap, chosen, start_scanners)
    try:
        app.run(mouse=False)
    finally:
        stored = app.pump.stop(FINISH)
    status = app.return_code
    if not stored:
        return 1
    return 1 if status is None else status
