"""Settings of what is plugged in: scanners, scales, printers with their labels, the camera."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from terminal.setting_table import Table
from terminal.setting_types import (
    AtLeastOne,
    BaudRate,
    CommandText,
    DataBits,
    DeviceUrl,
    Dpi,
    Host,
    Label,
    LabelSize,
    Name,
    NeededPath,
    PathText,
    StopBits,
    between,
    fits,
    one_line,
)


class SerialLine(Table):
    """A device on a serial line, or on a USB port that looks like one."""

    url: DeviceUrl
    """Device path or pyserial URL."""
    baudrate: BaudRate = 9600
    """Bits a second; a USB scanner passes over it."""
    bytesize: DataBits = 8
    """Data bits."""
    stopbits: StopBits = 1
    """Stop bits."""


class Scanner(SerialLine):
    """A serial scanner."""

    parity: Literal["none", "even", "odd", "mark", "space"] = "none"
    """Parity bit."""
    terminator: Literal["auto", "cr", "lf", "crlf", "tab", "etx"] = "auto"
    """What ends a scan; auto: carriage return, line feed or both."""
    prefix: Literal["", "stx"] = ""
    """What begins a scan."""
    feedback: Name = "none"
    """What is sent to the scanner after a scan: one of `feedback`, or none."""


class Feedback(Table):
    """What a scanner is sent so that it beeps or lights up."""

    good: CommandText
    """After a scan that was taken."""
    bad: CommandText
    """After one that was refused."""


class Scale(SerialLine):
    """A serial scale."""

    parity: Literal["none", "even", "odd", "mark", "space"] = "none"
    """Parity bit."""
    protocol: Literal["mt-sics", "pattern"] = "mt-sics"
    """mt-sics: the scale is asked; pattern: it sends continuously."""
    pattern: Annotated[str, one_line(200)] = ""
    """The regular expression of a whole line of a scale that sends continuously."""
    unit: Literal["", "mg", "g", "kg", "t", "oz", "lb"] = ""
    """The unit of values that come without one."""
    tolerance_g: Annotated[int, between(0, 1000, "grams")] = 2
    """Readings that differ by no more agree."""
    minimum_g: Annotated[int, between(1, 10_000, "grams")] = 5
    """Less is an empty pan."""


class Wedge(Table):
    """A scanner that types, told from a person."""

    mode: Literal["plain", "prefix"]
    """plain: by speed; prefix: by the control character that it sends first."""
    gap_ms: Annotated[int, between(6, 500, "milliseconds")]
    """Keys of one scan are never further apart."""
    min_length: Annotated[int, between(2, 64, "characters")]
    """Fewer characters are typing."""


class FolderPrinter(Table):
    """Labels as files."""

    kind: Literal["folder"]
    path: NeededPath = "labels"
    """Folder, relative to the data folder."""
    formats: Annotated[tuple[Literal["zpl", "pdf"], ...], AtLeastOne] = ("zpl", "pdf")
    """Each label is written once in each."""


class TcpPrinter(Table):
    """A ZPL printer on the network."""

    kind: Literal["tcp"]
    host: Host
    """Name or address."""
    port: Annotated[int, between(1, 65_535)] = 9100
    """Raw port."""
    status: Literal["auto", "always", "off"] = "auto"
    """Whether the printer is asked how it is, before and after each label."""


class SerialPrinter(Table):
    """A ZPL printer on a serial line or a USB serial port."""

    kind: Literal["serial"]
    url: DeviceUrl
    """Device path or pyserial URL."""
    baudrate: BaudRate = 9600
    """Bits a second."""
    status: Literal["auto", "always", "off"] = "auto"
    """Whether the printer is asked how it is."""


class UsbPrinter(Table):
    """A ZPL printer at a USB printer device."""

    kind: Literal["usb"]
    path: Annotated[str, fits("/dev/.{1,120}", "a device such as /dev/usb/lp0"), one_line(128)]
    """The device."""
    status: Literal["auto", "always", "off"] = "auto"
    """Whether the printer is asked how it is."""


class QueuePrinter(Table):
    """A queue of the system's print server (CUPS, IPP)."""

    kind: Literal["queue"]
    queue: Annotated[
        str, fits(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}", "the name of a queue, as lpstat -p shows")
    ]
    """Its name."""
    form: Literal["zpl", "pdf"] = "zpl"
    """What it takes."""
    zpl_as: Literal["raw", "application/vnd.zebra-zpl"] = "raw"
    """How ZPL is announced to the server."""


Printer = Annotated[
    FolderPrinter | TcpPrinter | SerialPrinter | UsbPrinter | QueuePrinter, Field(discriminator="kind")
]


class Labels(Table):
    """What the re-tag label is like."""

    printer: Name
    """One of `printers`."""
    second: Annotated[str, fits(r"[A-Za-z0-9_-]{0,32}", "the name of a printer, or nothing")]
    """Another one of them, which takes over at a key; empty: none."""
    size: LabelSize
    """Width x height."""
    dpi: Dpi
    """Dots per inch of the printer."""
    accents: bool
    """Whether the printer's own font has the letters of western Europe."""


class Camera(Table):
    """What takes pictures of items."""

    by: Literal["none", "command", "folder"]
    """command: a program writes the picture into a file; folder: somebody else does, and the newest is taken."""
    command: tuple[Annotated[str, one_line(500, 1)], ...]
    """Program and arguments; {file} stands for where the picture goes."""
    folder: PathText
    """Where pictures appear."""
    pattern: Label
    """What their names look like, with * and ?."""
    timeout_seconds: Annotated[int, between(1, 120, "seconds")]
    """How long taking one may last."""
    strip_metadata: bool
    """Leave out what the camera wrote into the file beside the picture, such as place and owner."""
    max_mb: Annotated[int, between(1, 100, "megabytes")]
    """The largest picture that is kept."""
