"""All that one painting of the screen depends on, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from terminal.bench.view import View
from terminal.ui.keys import Keymap
from terminal.ui.port import DeviceLine


@dataclass(frozen=True, slots=True)
class Picture:
    """A view with what the screen adds to it. The same picture is always painted the same."""

    view: View
    keymap: Keymap
    now: datetime
    zone: tzinfo | None = None
    """Where the clock hangs; None is the zone of the machine."""
    devices: tuple[DeviceLine, ...] = ()
    typed: str = ""
    """What stands on the typed line."""
    waiting: int = 0
    """Inputs that have waited for an answer for a moment already."""
    blurred: bool = False
    """Another window of the desktop has the keyboard."""
