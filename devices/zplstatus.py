"""What a ZPL printer says of itself: the replies to `~HS`, `~HQES` and `~HI`, field by field, and what they mean.

A printer may keep silent exactly when something is wrong (Zebra's manual says so of `~HS` with the media out or the
head open), so no reply and a reply that can't be read are `unknown` and never `ok`. The layouts are those of the
ZPL II Programming Guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from devices.said import Said, joined

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


class FaultCode(StrEnum):
    """Why a printer prints nothing now."""

    PAPER_OUT = "paper-out"
    HEAD_OPEN = "head-open"
    RIBBON_OUT = "ribbon-out"
    JAM = "jam"
    CUTTER = "cutter"
    FEED = "feed"
    MARK = "mark"
    TOO_HOT = "too-hot"
    HEAD_BROKEN = "head-broken"
    MEMORY = "memory"
    FIRMWARE = "firmware"
    DIAGNOSTICS = "diagnostics"
    BUFFER_FULL = "buffer-full"
    PARTIAL = "partial"
    PAUSED = "paused"
    OTHER = "other"
    SILENT = "silent"
    """It answered before and does not answer now."""
    NOT_ZPL = "not-zpl"
    """It answers something that is no ZPL reply."""
    STOPPED = "stopped"
    """The print queue in front of it is stopped."""


_SENTENCES = {
    FaultCode.PAPER_OUT: Said("The printer is out of labels: load a roll."),
    FaultCode.HEAD_OPEN: Said("The print head is open: close it."),
    FaultCode.RIBBON_OUT: Said("The printer is out of ribbon: load one."),
    FaultCode.JAM: Said("Labels are jammed in the printer: open it and clear the path."),
    FaultCode.CUTTER: Said("The cutter is stuck: switch the printer off and clear it."),
    FaultCode.FEED: Said("The printer can't feed the labels: load the roll again."),
    FaultCode.MARK: Said("The printer does not find the marks between the labels: calibrate it."),
    FaultCode.TOO_HOT: Said("The print head or its motor is too hot: let it cool, it goes on by itself."),
    FaultCode.HEAD_BROKEN: Said("The print head is damaged: have it replaced."),
    FaultCode.MEMORY: Said("The printer lost its memory and settings: set it up again."),
    FaultCode.FIRMWARE: Said("The printer's firmware settings are not valid: reset it."),
    FaultCode.DIAGNOSTICS: Said(
        "The printer prints what it is sent as hex (diagnostic mode): press its feed key."
    ),
    FaultCode.BUFFER_FULL: Said("The printer's buffer is full: wait, or switch it off and on."),
    FaultCode.PARTIAL: Said("The printer still holds the beginning of another label: switch it off and on."),
    FaultCode.PAUSED: Said("The printer is paused: press its pause key."),
    FaultCode.OTHER: Said("The printer reports an error."),
    FaultCode.SILENT: Said(
        "The printer does not answer, though it did before. Out of labels, open or paused?"
    ),
    FaultCode.NOT_ZPL: Said("The printer answers, but not in ZPL: set it to ZPL mode."),
    FaultCode.STOPPED: Said("The print queue is stopped: start it again."),
}
_UNASKED = Said("The printer says nothing of its state.")
_ERROR_BITS = {
    0x1: FaultCode.PAPER_OUT,
    0x2: FaultCode.RIBBON_OUT,
    0x4: FaultCode.HEAD_OPEN,
    0x8: FaultCode.CUTTER,
    0x10: FaultCode.TOO_HOT,
    0x20: FaultCode.TOO_HOT,
    0x40: FaultCode.HEAD_BROKEN,
    0x80: FaultCode.HEAD_BROKEN,
    0x100: FaultCode.FIRMWARE,
    0x200: FaultCode.HEAD_BROKEN,
    0x1000: FaultCode.JAM,
    0x2000: FaultCode.JAM,
    0x4000: FaultCode.FEED,
    0x8000: FaultCode.JAM,
    0x10000: FaultCode.PAUSED,
    0x20000: FaultCode.JAM,
    0x40000: FaultCode.MARK,
    0x80000: FaultCode.MARK,
}
_WARNING_BITS = {
    0x1: Said("The printer wants to be calibrated."),
    0x2: Said("The print head wants to be cleaned."),
    0x4: Said("The print head wears out: order one."),
    0x8: Said("The labels run low: have a roll ready."),
}


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


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a printer now: ok, faults, or nothing.

    Faults are reasons to send no label. Unknown without a fault is a printer that has no status to tell.
    """

    known: bool
    faults: tuple[FaultCode, ...] = ()
    text: str = ""
    """For the operator: what is wrong and what to do, or what should be seen to soon; empty when all is well."""

    @property
    def ok(self) -> bool:
        """Whether the printer said that it can print."""
        return self.known and not self.faults


UNKNOWN = Health(False, (), _UNASKED)


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


def health(host: HostStatus | None, reported: Conditions | None, heard: bytes = b"") -> Health:
    """Say what the replies mean together; `heard` is all that came, to tell silence from another language.

    `~HS` has to be there for ok: its silence alone may mean that the printer is open or empty.
    """
    codes: list[FaultCode] = []
    strange = 0
    if host is not None:
        codes += _of_host(host)
    if reported is not None:
        codes += [code for bit, code in _ERROR_BITS.items() if reported.errors & bit]
        strange = reported.errors & ~sum(_ERROR_BITS)
        if strange or (reported.has_errors and not reported.errors):
            codes.append(FaultCode.OTHER)
    if codes:
        named = Said("The printer reports an error ({number}).", number=f"{strange:#x}")
        return of_faults(codes, named if strange else "")
    if host is None:
        if reported is not None:
            return of_faults([FaultCode.SILENT], known=False)
        if without_echo(heard).strip(b"\x00\x02\x03\r\n\t \x11\x13"):
            return of_faults([FaultCode.NOT_ZPL], known=False)
        return UNKNOWN
    return Health(True, (), joined(_cautions(host, reported)))


def of_faults(codes: Iterable[FaultCode], other: str = "", known: bool = True) -> Health:
    """Make the health of a printer with faults: each once, the one to see to first in front.

    A printer pauses by itself whenever something is wrong, so a pause is told only where it is all there is.
    `other` is the sentence of an error that has no name here.
    """
    found = sorted(set(codes), key=list(FaultCode).index)
    told = [code for code in found if code is not FaultCode.PAUSED] or found
    text = joined(other if other and code is FaultCode.OTHER else _SENTENCES[code] for code in told)
    return Health(known, tuple(found), text)


def _of_host(host: HostStatus) -> list[FaultCode]:
    said = {
        FaultCode.PAPER_OUT: host.paper_out,
        FaultCode.HEAD_OPEN: host.head_up,
        FaultCode.RIBBON_OUT: host.ribbon_out and host.thermal_transfer,
        FaultCode.TOO_HOT: host.over_temperature,
        FaultCode.MEMORY: host.corrupt_memory,
        FaultCode.DIAGNOSTICS: host.diagnostics,
        FaultCode.BUFFER_FULL: host.buffer_full,
        FaultCode.PARTIAL: host.partial,
        FaultCode.PAUSED: host.paused,
    }
    return [code for code, holds in said.items() if holds]


def _cautions(host: HostStatus, reported: Conditions | None) -> list[str]:
    mask = reported.warnings if reported is not None else 0
    said: list[str] = [sentence for bit, sentence in _WARNING_BITS.items() if mask & bit]
    if host.under_temperature:
        said.append(Said("The print head is cold: the first labels may be pale."))
    if host.label_waiting:
        said.append(Said("A label waits to be taken from the printer."))
    return said
