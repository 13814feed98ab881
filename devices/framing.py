"""Bytes of a scanner cut into frames: one frame is one scan.

Pure and fed in pieces of any size: a scan may arrive in many reads and several scans in one. The surprise is what
counts as data: GS, RS, FS and EOT belong to GS1 and ISO 15434 codes, while any other control character makes the
whole frame a refusal. Nothing that arrives is dropped without a verdict, but for NUL bytes, the empty frames that
CRLF and double terminators leave behind (both are counted) and the rest of a scan on a line that went dead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from devices.problems import SENTENCES, SEPARATORS, Problem, fault_of, hex_view, show
from devices.said import Said

CR, LF, CRLF, TAB, STX, ETX = b"\r", b"\n", b"\r\n", b"\t", b"\x02", b"\x03"

MARKS: Mapping[str, bytes] = {"CR": CR, "LF": LF, "CRLF": CRLF, "TAB": TAB, "STX": STX, "ETX": ETX}
"""The marks by the names under which a configuration gives them."""

START_MISSING = Said(
    "The start of the scan is missing. Scan again; if it stays so, check the prefix the scanner sends."
)
END_MISSING = Said(
    "The end of the scan is missing. Scan again; if it stays so, check the terminator the scanner sends."
)


@dataclass(frozen=True, slots=True)
class Framing:
    """How one scanner marks its scans. Raises ValueError where no frame could ever end."""

    terminators: Collection[bytes] = (CR, LF, CRLF)
    """What ends a scan, each of CR, LF, CRLF, TAB. CR together with CRLF takes a lone LF as an end, too."""
    prefix: bytes = b""
    """What every scan starts with, e.g. STX; a frame without it is refused as incomplete."""
    suffix: bytes = b""
    """What every scan ends with, e.g. ETX; a terminator may follow; where there is none, a line end. A frame
    without the suffix is refused as incomplete."""
    max_length: int = 512
    """Bytes between prefix and end. A longer frame is told once and dropped up to the next end."""
    noise_after: int = 3
    """So many frames of garbage in a row are called line noise."""

    def __post_init__(self) -> None:
        if not self.terminators and not self.suffix:
            raise ValueError(
                "framing needs a terminator (CR, LF, CRLF or TAB) or a suffix: no scan could ever end"
            )
        for terminator in self.terminators:
            if terminator not in (CR, LF, CRLF, TAB):
                raise ValueError(f"terminator {terminator!r} is none of CR, LF, CRLF, TAB")
        if self.prefix and any(end in self.prefix for end in (*self.terminators, self.suffix) if end):
            raise ValueError(f"prefix {self.prefix!r} contains an end mark: every scan would end at once")
        if self.max_length < 1 or self.noise_after < 1:
            raise ValueError("max_length and noise_after must be 1 or more")


@dataclass(frozen=True, slots=True)
class Frame:
    """One scan: its text, or a problem with an empty text. Two frames are equal in text and problem."""

    text: str = ""
    problem: Problem | None = None
    why: str = field(default="", compare=False)
    """The problem as a sentence for the operator."""
    shown: str = field(default="", compare=False)
    """The content, safe to print: readable, and with its hex where that matters."""
    raw: bytes = field(default=b"", compare=False)
    """The bytes as they came, without marks, never more than `max_length` and a few."""


class Framer:
    """Turns bytes into frames. Feed it reads in order; the cuts between reads make no difference."""

    def __init__(self, framing: Framing | None = None) -> None:
        self.framing = framing or Framing()
        self.empties = 0
        """Frames with nothing in them: second halves of CRLF, double terminators."""
        self.nulls = 0
        """NUL bytes, which a break or a wrong baud rate makes."""
        ends = set(self.framing.terminators)
        if CR in ends and CRLF in ends:
            ends.add(LF)
        if self.framing.suffix:
            ends.add(self.framing.suffix)
        self._ends = sorted(ends, key=len, reverse=True)
        self._restarts = self.framing.prefix[:1] < b" " and bool(self.framing.prefix)
        self._line_ends = b"" if self.framing.terminators else CRLF
        self._last_bytes = frozenset(end[-1] for end in self._ends) | frozenset(self.framing.prefix[-1:])
        self._tail = max(len(self._ends[0]), len(self.framing.prefix)) - 1
        self._limit = self.framing.max_length + len(self.framing.prefix) + len(self._ends[0])
        self._buffer = bytearray()
        self._nulls_here = 0
        self._dropping = False
        self._garbage = 0

    @property
    def pending(self) -> bool:
        """Whether something arrived that no end has closed yet."""
        return bool(self._buffer) or self._dropping or self._nulls_here > 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take what was read and give the frames that it completed, in order."""
        return [frame for value in data if (frame := self._take(value)) is not None]

    def expire(self) -> list[Frame]:
        """Give up a partial frame after which nothing came, and say so: else it would grow into the next scan."""
        content = b"" if self._dropping else bytes(self._buffer).removeprefix(self.framing.prefix)
        try:
            if content:
                return [self._verdict(content, END_MISSING)]
            if self._nulls_here >= self.framing.noise_after:
                return [self._problem(Problem.NOISE, b"\0" * self._nulls_here)]
            return []
        finally:
            self._clear()

    def reset(self) -> int:
        """Drop the partial frame because the line is gone; give the number of bytes that were in it."""
        dropped = len(self._buffer)
        self._clear()
        self._garbage = 0
        return dropped

    def _clear(self) -> None:
        self._buffer.clear()
        self._nulls_here = 0
        self._dropping = False

    def _take(self, value: int) -> Frame | None:
        if value == 0:
            self.nulls += 1
            self._nulls_here += 1
            return None
        if value in self._line_ends and not self._buffer and not self._dropping:
            self.empties += 1
            return None
        self._buffer.append(value)
        if value in self._last_bytes:
            if self._restarts and self._buffer.endswith(self.framing.prefix):
                return self._restart()
            for end in self._ends:
                if self._buffer.endswith(end):
                    return self._close(end)
        if self._dropping:
            del self._buffer[: len(self._buffer) - self._tail]
        elif len(self._buffer) >= self._limit:
            return self._overflow()
        return None

    def _restart(self) -> Frame | None:
        """Begin anew at a prefix inside a frame: the frame before it lost its end."""
        prefix = self.framing.prefix
        content, dropping = bytes(self._buffer[: -len(prefix)]), self._dropping
        missing = END_MISSING if content.startswith(prefix) else START_MISSING
        content = content.removeprefix(prefix)
        frame = None if dropping or not content else self._verdict(content, missing)
        self._clear()
        self._buffer += prefix
        return frame

    def _close(self, end: bytes) -> Frame | None:
        content, dropping = bytes(self._buffer[: -len(end)]), self._dropping
        missing = None
        if not content.startswith(self.framing.prefix):
            missing = START_MISSING
        elif self.framing.suffix and end != self.framing.suffix:
            missing = END_MISSING
        content = content.removeprefix(self.framing.prefix)
        frame = None
        if content and not dropping:
            frame = self._verdict(content, missing)
        elif not dropping:
            self.empties += 1
        self._clear()
        return frame

    def _overflow(self) -> Frame:
        """Tell an over-long frame at once: on a line with a wrong baud rate no end may ever come."""
        content = bytes(self._buffer).removeprefix(self.framing.prefix)
        if self._is_garbage(content):
            frame = self._problem(Problem.NOISE, content)
        else:
            frame = self._verdict(content, None)
        self._clear()
        self._dropping = True
        return frame

    def _verdict(self, content: bytes, missing: str | None) -> Frame:
        """Judge one frame that has something in it; `missing` says which of its marks never came."""
        self._garbage = self._garbage + 1 if self._is_garbage(content) else 0
        if self._garbage >= self.framing.noise_after:
            return self._problem(Problem.NOISE, content)
        if missing:
            return self._problem(Problem.INCOMPLETE, content, missing)
        if len(content) > self.framing.max_length:
            return self._problem(Problem.TOO_LONG, content)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return self._problem(Problem.NOT_TEXT, content)
        fault = fault_of(text)
        if fault is not None:
            return self._problem(fault, content)
        return Frame(text, shown=show(text), raw=content)

    def _is_garbage(self, content: bytes) -> bool:
        """Say whether a third or more of a frame is what a wrong baud rate makes of a scan."""
        try:
            content.decode("utf-8")
            high = 0
        except UnicodeDecodeError:
            high = sum(value >= 0x80 for value in content)
        controls = sum(value < 0x20 and chr(value) not in SEPARATORS for value in content)
        return (high + controls + self._nulls_here) * 3 >= len(content) + self._nulls_here

    def _problem(self, problem: Problem, content: bytes, why: str = "") -> Frame:
        readable = show(content[:24].decode("utf-8", errors="replace"))
        return Frame(
            "",
            problem,
            why or Said(SENTENCES[problem], limit=self.framing.max_length),
            f"{readable} [{hex_view(content)}]",
            content,
        )
