"""What a ZPL printer says of itself: the replies to `~HS`, `~HQES` and `~HI`, field by field.

Replies come among other bytes and in pieces: what can't be read as a whole is no reply. The layouts are those of
the ZPL II Programming Guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFLIGHT = b"~HQES\r\n~HS\r\n"
"""The queries of a status; `~HS` last, since replies come in order and it is the one that every printer knows."""
IDENTIFY = b"~HI\r\n"
_QUERIES = re.compile(rb"~(?:HQES|HS|HI)(?:\r\n|\r|\n)?")
_GAP = rb"[\x02\x03\r\n\x00 ]+"
_HOST_STATUS = re.compile(
    rb"(?<![\d,])(\d{1,3}),([01]),([01]),(\d{1,5}),(\d{1,3}),([01]),([01]),([01]),(\d{1,3}),([01]),([01]),([01])"
    + _GAP
    + rb"(\d{1,3}),(\w),([01]),([01]),([01]),(\w),(\w),([01]),(\d{1,8}),(\w),(\d{1,3})"
    + _GAP
    + rb"(\d{1,4}),([01])(?![\d,])"
)
_MASKS = rb":?[ \t]*([01])[ \t]+([0-9A-Fa-f]{8})[ \t,]+([0-9A-Fa-f]{8})(?![0-9A-Fa-f])"
_ERRORS = re.compile(rb"ERRORS" + _MASKS)
_WARNINGS = re.compile(rb"WARNINGS" + _MASKS)
_IDENTITY = re.compile(
    rb"((?=[^,]{0,79}[A-Za-z])[^\x00-\x1f\x7f,]{1,80}),([^\x00-\x1f\x7f,]{1,40}),(\d{1,2}),(\d{1,9}) ?([KM]?)B?"
    rb"(?:,[^\x00-\x1f]{0,200})?[\x03\r\n]"
)
_DPI_OF_DOTS = {6: 150, 8: 203, 12: 300, 24: 600}
_DPI_IN_NAME = re.compile(r"(?<!\d)(150|200|203|300|600) ?dpi", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HostStatus:
    """The reply to `~HS`, every field of its three lines."""

    interface: int
    """Settings of the serial interface, as bits."""
    paper_out: bool
    paused: bool
    label_length: int
    """In dots."""
    formats_in_buffer: int
    """Labels received and not printed yet."""
    buffer_full: bool
    diagnostics: bool
    """What is sent is printed as hex."""
    partial: bool
    """A label has begun to arrive and its end has not."""
    corrupt_memory: bool
    under_temperature: bool
    over_temperature: bool
    functions: int
    """Function settings (media kind, sensor profile), as bits."""
    head_up: bool
    ribbon_out: bool
    thermal_transfer: bool
    print_mode: str
    """0 rewind, 1 peel off, 2 tear off, 3 cutter, 4 applicator, and more."""
    print_width_mode: str
    label_waiting: bool
    """A label is peeled off and waits to be taken."""
    labels_remaining: int
    """Of the batch in hand."""
    format_while_printing: str
    graphics_in_memory: int
    password: int
    static_memory: bool

    @property
    def busy(self) -> bool:
        """Whether a label that was sent is still to be printed."""
        return bool(self.formats_in_buffer or self.labels_remaining or self.partial)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The reply to `~HQES`: two masks of 64 bits, and whether the printer says that they are in force."""

    has_errors: bool
    errors: int
    has_warnings: bool
    warnings: int


@dataclass(frozen=True, slots=True)
class Identity:
    """The reply to `~HI`."""

    model: str
    firmware: str
    dots_per_mm: int
    memory_kb: int
    dpi: int | None
    """203, 300 or 600 (150 on old models); None when it is not said, or when two parts of the reply contradict each
    other: a guess would print every label at the wrong size.
    """


def host_status(data: bytes) -> HostStatus | None:
    """Find the last whole reply to `~HS` in what came; None when there is none."""
    found = None
    for found in _HOST_STATUS.finditer(data):  # noqa: B007
        pass
    if found is None:
        return None
    field = [one.decode("ascii", "replace") for one in found.groups()]
    return HostStatus(
        interface=int(field[0]),
        paper_out=field[1] == "1",
        paused=field[2] == "1",
        label_length=int(field[3]),
        formats_in_buffer=int(field[4]),
        buffer_full=field[5] == "1",
        diagnostics=field[6] == "1",
        partial=field[7] == "1",
        corrupt_memory=field[9] == "1",
        under_temperature=field[10] == "1",
        over_temperature=field[11] == "1",
        functions=int(field[12]),
        head_up=field[14] == "1",
        ribbon_out=field[15] == "1",
        thermal_transfer=field[16] == "1",
        print_mode=field[17],
        print_width_mode=field[18],
        label_waiting=field[19] == "1",
        labels_remaining=int(field[20]),
        format_while_printing=field[21],
        graphics_in_memory=int(field[22]),
        password=int(field[23]),
        static_memory=field[24] == "1",
    )


def conditions(data: bytes) -> Conditions | None:
    """Find the last reply to `~HQES`; None when there is none. A reply without warnings has none."""
    errors = _ERRORS.findall(data)
    if not errors:
        return None
    warnings = _WARNINGS.findall(data) or [(b"0", b"0", b"0")]
    (raised, high, low), (warned, warned_high, warned_low) = errors[-1], warnings[-1]
    return Conditions(
        raised == b"1",
        int(high, 16) << 32 | int(low, 16),
        warned == b"1",
        int(warned_high, 16) << 32 | int(warned_low, 16),
    )


def identity(data: bytes) -> Identity | None:
    """Find the reply to `~HI`; None when there is none."""
    found = _IDENTITY.search(without_echo(data))
    if found is None:
        return None
    model, firmware, dots, memory, unit = (one.decode("ascii", "replace") for one in found.groups())
    kilobytes = int(memory) * 1024 if unit == "M" else int(memory)
    named = _DPI_IN_NAME.search(model)
    dpi = {203 if int(named[1]) == 200 else int(named[1])} if named else set()
    dpi |= {_DPI_OF_DOTS[int(dots)]} if int(dots) in _DPI_OF_DOTS else set()
    return Identity(
        model.strip(), firmware.strip(), int(dots), kilobytes, dpi.pop() if len(dpi) == 1 else None
    )


def without_echo(data: bytes) -> bytes:
    """Take away our own queries, which a line with echo sends back: they are no answer."""
    return _QUERIES.sub(b"", data)
