"""Every kind of printer under one name: import them from here.

Each kind lives in a module of its own; what they share, and what their errors promise, is in `devices.printing`.
"""

from __future__ import annotations

from devices.folderprinter import FolderPrinter
from devices.portprinters import SerialPrinter, TcpPrinter, UsbPrinter
from devices.printing import (
    InDoubt,
    NotSent,
    Printer,
    PrintError,
    Unprintable,
    Watched,
    document_of,
)
from devices.queueprinter import QueuePrinter

__all__ = [
    "FolderPrinter",
    "InDoubt",
    "NotSent",
    "PrintError",
    "Printer",
    "QueuePrinter",
    "SerialPrinter",
    "TcpPrinter",
    "Unprintable",
    "UsbPrinter",
    "Watched",
    "document_of",
]
