"""What other threads tell the application: scans of serial scanners, and answers of the pump."""

from __future__ import annotations

from textual.message import Message

from terminal.bench.given import Press, Scan, Weighed
from terminal.ui.keys import Keymap
from terminal.ui.pump import Told
from terminal.ui.settings import ScreenSettings


class DeviceScan(Message, bubble=False):
    """A scan from a scanner that does not type, a load that came to rest on a scale, or a press that is due."""

    def __init__(self, read: Scan | Weighed | Press) -> None:
        super().__init__()
        self.read = read


class Configured(Message, bubble=False):
    """The site's settings were read."""

    def __init__(self, settings: ScreenSettings, keymap: Keymap) -> None:
        super().__init__()
        self.settings = settings
        self.keymap = keymap


class Heard(Message, bubble=False):
    """Something that the pump has to tell."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told
