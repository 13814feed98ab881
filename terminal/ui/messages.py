"""What other threads tell the application: scans of serial scanners, and answers of the pump."""

from __future__ import annotations

from textual.message import Message

from terminal.bench.given import Scan
from terminal.ui.pump import Told


class DeviceScan(Message, bubble=False):
    """A scan from a scanner that does not type."""

    def __init__(self, scan: Scan) -> None:
        super().__init__()
        self.scan = scan


class Heard(Message, bubble=False):
    """Something that the pump has to tell."""

    def __init__(self, told: Told) -> None:
        super().__init__()
        self.told = told
