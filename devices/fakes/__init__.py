"""Devices to try things with: scanners and scales on a real pty, printers on a real TCP port, a ledger in memory.

They are part of the package, so that the demo, the simulation and a site's own tests use the same ones.
"""

from __future__ import annotations

from devices.fakes.cable import Cable, FakeScanner
from devices.fakes.clock import ScriptedClock
from devices.fakes.faults import KINDS, Fault
from devices.fakes.ledger import FakeLedger
from devices.fakes.printer import FakePrinter, PrinterSink
from devices.fakes.scale import FakeScale
from devices.fakes.zebra import Zebra

__all__ = [
    "KINDS",
    "Cable",
    "FakeLedger",
    "FakePrinter",
    "FakeScale",
    "FakeScanner",
    "Fault",
    "PrinterSink",
    "ScriptedClock",
    "Zebra",
]
