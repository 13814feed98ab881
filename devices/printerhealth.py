"""How a printer is: what is wrong with it, what to do about that, and how both follow from its replies.

A printer may keep silent exactly when something is wrong (Zebra's manual says so of `~HS` with the media out or the
head open), so no reply and a reply that can't be read are `unknown` and never `ok`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from devices.said import Said, joined
from devices.zplstatus import Conditions, HostStatus, without_echo


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
