"""What can be wrong with something that was read, and how it is shown without doing harm.

Owns the names of the faults that serial frames and keyboard bursts share, one plain sentence for each, and the
views of hostile text. The surprise: a valid barcode may carry ESC, Ctrl-Q or a right-to-left mark, so whatever is
not clearly data is only ever shown in the forms made here.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from devices.said import N_

SEPARATORS = "\x1c\x1d\x1e\x04"
"""FS, GS, RS and EOT: control characters that GS1 element strings and ISO 15434 envelopes use as data."""

_C0_NAMES = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
)
_C0 = _C0_NAMES.split()


class Problem(StrEnum):
    """Why something that was read is not data. The values are stable codes, for a journal and for translations."""

    TOO_LONG = "too_long"
    NOISE = "noise"
    NOT_TEXT = "not_text"
    CONTROL_CHARACTERS = "control_characters"
    INCOMPLETE = "incomplete"
    NO_PREFIX = "no_prefix"


SENTENCES: dict[Problem, str] = {
    Problem.TOO_LONG: N_(
        "The scan is longer than {limit} characters and was dropped. Scan one barcode at a time."
    ),
    Problem.NOISE: N_("Line noise, check the baud rate and the cable of the scanner."),
    Problem.NOT_TEXT: N_(
        "The scan holds bytes that are not text. Clean the label and scan again, or check the scanner's character "
        "set (UTF-8 or ASCII is expected)."
    ),
    Problem.CONTROL_CHARACTERS: N_(
        "The scan holds control or invisible characters and was refused. Check the label, and the prefix, suffix "
        "and terminator of the scanner."
    ),
    Problem.INCOMPLETE: N_("A part of the scan is missing. Scan again."),
    Problem.NO_PREFIX: N_(
        "The scan came without its start mark and was refused. Set the scanner's prefix to the one in the "
        "configuration, or set the keyboard scanner to plain mode."
    ),
}
"""One template for each problem; `{limit}` is the greatest length."""


def is_data(character: str) -> bool:
    """Say whether one character may be part of a code: printable, a space, or a separator."""
    return character in SEPARATORS or (character.isprintable() and character != "\ufffd")


def fault_of(text: str) -> Problem | None:
    """Name what makes a decoded text unfit as data, or None. A replacement character means undecodable input."""
    if text.isascii() and text.isprintable():
        return None
    if "\ufffd" in text:
        return Problem.NOT_TEXT
    if not all(map(is_data, text)):
        return Problem.CONTROL_CHARACTERS
    return None


def show_character(character: str) -> str:
    """Give a character as it is when it is printable, else by its name in angle brackets (`<ESC>`, `<U+202E>`)."""
    if character.isprintable():
        return character
    point = ord(character)
    if point < len(_C0):
        return f"<{_C0[point]}>"
    if point == 0x7F:
        return "<DEL>"
    return f"<U+{point:04X}>"


def show(characters: Iterable[str], limit: int = 64) -> str:
    """Give a text that can be printed anywhere; what is beyond `limit` characters is counted, not shown."""
    text = list(characters)
    shown = "".join(map(show_character, text[:limit]))
    return shown if len(text) <= limit else f"{shown}... ({len(text)} characters)"


def hex_view(data: bytes, limit: int = 24) -> str:
    """Give bytes as hex pairs (`41 1B 42`); what is beyond `limit` bytes is counted, not shown."""
    shown = data[:limit].hex(" ").upper()
    return shown if len(data) <= limit else f"{shown} ... ({len(data)} bytes)"
