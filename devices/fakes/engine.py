"""What a simulated ZPL printer does with the bytes it is sent: its buffer, its state, its answers, its faults.

There is no socket, no thread and no clock in here; the time comes with each call. Labels that can't be printed stay
in the buffer and come out when what held them is mended, as on a printer that reprints after an error (`^JZY`).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from devices.fakes.faults import HOLDING, Fault
from devices.fakes.zplstream import Begun, Command, Format, ZplStream

_COPIES_MOST = 1000
"""More copies of one label than that are not simulated."""
_BUFFER_HOLDS = 50
_ERROR_BITS = {"paper-out": 0x1, "ribbon-out": 0x2, "head-open": 0x4, "pause": 0x10000}
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass
class _Waiting:
    """A label in the buffer."""

    data: bytes
    copies: int


class Engine:
    """A printer without its connector."""

    def __init__(self, faults: Iterable[Fault], model: str, firmware: str, dots_per_mm: int) -> None:
        self.model = model
        self.firmware = firmware
        self.dots_per_mm = dots_per_mm
        self.commands: list[str] = []
        """Every command that came, such as `HS`."""
        self.lost: list[bytes] = []
        """Labels that came whole and will never be printed."""
        self._coming = list(faults)
        self._active: dict[Fault, float | None] = {}
        """What is wrong now, and until when."""
        self._stream = ZplStream()
        self._buffer: deque[_Waiting] = deque()
        self._begun = self._ended = self._printed = 0
        self._out: list[bytes] = []
        self._reset = False

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong now."""
        return tuple(self._active)

    @property
    def buffered(self) -> int:
        """How many labels wait in the buffer."""
        return len(self._buffer)

    @property
    def rate(self) -> int | None:
        """Bytes a second that are read; None: as fast as they come."""
        slow = [
            fault.value for fault in self._active if fault.kind == "slow" and isinstance(fault.value, int)
        ]
        return min(slow, default=None)

    def has(self, kind: str) -> bool:
        """Whether a kind of fault is there now."""
        return any(fault.kind == kind for fault in self._active)

    def fail(self, fault: Fault, now: float) -> None:
        """Add a fault."""
        self._coming.append(fault)
        self.tick(now)

    def mend(self, kind: str | None, now: float) -> None:
        """End what is wrong now, all of it or one kind."""
        for fault in [fault for fault in self._active if kind in (None, fault.kind)]:
            del self._active[fault]
        self.tick(now)

    def tick(self, now: float) -> None:
        """Let time pass: faults begin and are over, labels that were held come out."""
        for fault in [fault for fault, until in self._active.items() if until is not None and until <= now]:
            del self._active[fault]
        self._begin(
            now,
            lambda fault: fault.label is None or (fault.kind == "dead" and self._ended + 1 >= fault.label),
        )
        self._print_out()

    def next_change(self) -> float | None:
        """When the next fault is over by itself."""
        return min((until for until in self._active.values() if until is not None), default=None)

    def take_out(self) -> list[bytes]:
        """Give what came out since the last call."""
        out, self._out = self._out, []
        return out

    def connect(self, now: float) -> None:
        """Somebody begins to talk."""
        self._begin(now, lambda fault: fault.kind not in HOLDING and self._ended + 1 >= (fault.label or 1))

    def disconnect(self) -> None:
        """Whoever talked is gone; half a label is no label."""
        self._stream.reset()
        self._ended = self._begun

    def receive(self, data: bytes, now: float) -> tuple[bytes, bool]:
        """Take bytes; give the answer, and whether the connection is reset now."""
        answer, self._reset = b"", False
        for piece in self._slices(data):
            answer += self._take(piece, now)
            if self._reset:
                self.disconnect()
                return answer, True
        return answer, False

    def _slices(self, data: bytes) -> Iterable[bytes]:
        """Byte by byte where a reset after some bytes is near, else at once."""
        exact = any(
            fault.kind == "reset" and isinstance(fault.value, int) and self._begun <= (fault.label or 0)
            for fault in self._coming
        )
        return (data[at : at + 1] for at in range(len(data))) if exact else (data,)

    def _take(self, data: bytes, now: float) -> bytes:
        answer = b""
        for piece in self._stream.feed(data):
            match piece:
                case Begun():
                    self._begun += 1
                    self._begin(now, self._is_for_this_label)
                case Format():
                    self._accept(piece, now)
                case Command():
                    self.commands.append(piece.name)
                    answer += self._answer(piece, now)
            if self._reset:
                return answer
        cut = self._resets()
        if self._stream.partial and any(
            isinstance(fault.value, int) and self._stream.partial >= fault.value for fault in cut
        ):
            self._reset_by(cut)
        return answer

    def _is_for_this_label(self, fault: Fault) -> bool:
        return fault.kind not in HOLDING and self._begun >= (fault.label or 1)

    def _accept(self, label: Format, now: float) -> None:
        """Take a whole label in."""
        self._ended = self._begun
        cut = self._resets()
        if self.has("wrong-language") or any(fault.value != "after" for fault in cut):
            self.lost.append(label.data)
        else:
            self._begin(now, lambda fault: fault.kind in HOLDING and self._ended >= (fault.label or 1))
            if label.draws:
                self._buffer.append(_Waiting(label.data, min(label.quantity, _COPIES_MOST)))
            self._print_out()
        if cut:
            self._reset_by(cut)

    def _resets(self) -> list[Fault]:
        return [fault for fault in self._coming if fault.kind == "reset" and fault.label == self._begun]

    def _reset_by(self, faults: list[Fault]) -> None:
        self._coming = [fault for fault in self._coming if fault not in faults]
        self._reset = True

    def _begin(self, now: float, is_due: Callable[[Fault], bool]) -> None:
        for fault in [fault for fault in self._coming if fault.kind != "reset" and is_due(fault)]:
            self._coming.remove(fault)
            self._active[fault] = None if fault.mend_after is None else now + fault.mend_after

    def _print_out(self) -> None:
        while self._buffer and not any(fault.kind in HOLDING for fault in self._active):
            label = self._buffer.popleft()
            self._out += [label.data] * label.copies
            self._printed += label.copies

    def _answer(self, command: Command, now: float) -> bytes:
        """Carry a command out."""
        wrong = self.has("wrong-language")
        answer = b""
        match command.name:
            case "HS":
                answer = self._host_status()
            case "HQES":
                answer = self._conditions()
            case "HI":
                answer = f"\x02{self.model},{self.firmware},{self.dots_per_mm},8176KB\x03\r\n".encode()
            case "! U1 getvar":
                answer = self._variable(command.argument)
            case "JA" if not wrong:
                self._cancel()
                self._stream.reset()
                self._ended = self._begun
            case "JR" if not wrong:
                self._cancel()
                self._reset = True
            case "PP" if not wrong:
                self._active[Fault("pause")] = None
            case "PS" if not wrong:
                self.mend("pause", now)
        if self.has("silent"):
            return b""
        return b"?\r\n" if wrong and answer else answer

    def _cancel(self) -> None:
        self.lost += [label.data for label in self._buffer]
        self._buffer.clear()

    def _host_status(self) -> bytes:
        paused = any(fault.kind in HOLDING for fault in self._active)
        full = self.buffered >= _BUFFER_HOLDS
        remaining = self._buffer[0].copies if self._buffer else 0
        return (
            f"\x02030,{self.has('paper-out'):d},{paused:d},0406,{min(self.buffered, 999):03},{full:d},0,"
            f"{self._stream.partial > 0:d},000,0,0,0\x03\r\n"
            f"\x02000,0,{self.has('head-open'):d},{self.has('ribbon-out'):d},1,2,4,0,{remaining:08},1,000\x03\r\n"
            "\x021234,0\x03\r\n"
        ).encode()

    def _conditions(self) -> bytes:
        mask = sum(bit for kind, bit in _ERROR_BITS.items() if self.has(kind))
        return (
            f"\x02\r\n\r\n  PRINTER STATUS\r\n   ERRORS:         {mask > 0:d} 00000000 {mask:08X}\r\n"
            "   WARNINGS:       0 00000000 00000000\r\n\x03"
        ).encode()

    def _variable(self, argument: str) -> bytes:
        """Answer a setting; one that the printer does not have is a question mark."""
        found = _QUOTED.match(argument)
        known = {
            "appl.name": self.firmware,
            "device.product_name": self.model,
            "head.resolution.in_dpi": {6: "150", 8: "203", 12: "300", 24: "600"}.get(self.dots_per_mm, "?"),
            "media.status": "out" if self.has("paper-out") else "ok",
            "head.latch": "open" if self.has("head-open") else "ok",
            "device.host_status": self._host_status().decode(),
            "odometer.total_label_count": str(self._printed),
        }
        return f'"{known.get(found[1], "?") if found else "?"}"'.encode()
