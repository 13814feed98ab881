"""The stream of bytes that a ZPL printer is sent, cut into labels, commands and what lies between.

A `~` command is carried out where it stands, also in the middle of a label, and is no part of it. Nothing is drawn
here: a label is the bytes from `^XA` to `^XZ`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DRAWS = re.compile(rb"\^(FD|FV|SN|GB|GC|GD|GE|GF|GS|XG|IM|IL|XF)", re.IGNORECASE)
_ENDS = re.compile(rb"[\r\n]")
_QUANTITY = re.compile(rb"\^PQ ?(\d{1,8})", re.IGNORECASE)
_GRAPHIC = re.compile(rb"\^GF([BC]),(\d{1,8}),[^,]{1,9},[^,]{1,9},", re.IGNORECASE)
_GRAPHIC_BEGUN = re.compile(rb"\^GF([BC](,[^,\^~]*){0,3})?\Z", re.IGNORECASE)
_SETTING = re.compile(rb"! ?U1 (getvar|setvar|do) ([^\r\n]{0,400})", re.IGNORECASE)
_BETWEEN_MOST = 4096


@dataclass(frozen=True, slots=True)
class Command:
    """A `~` command by its letters (`HS`, `HQES`, `JA`), or a settings line (`! U1 getvar "..."`)."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """The first bytes of a label came."""


@dataclass(frozen=True, slots=True)
class Format:
    """What stands from `^XA` to `^XZ`: a label, or only settings."""

    data: bytes

    @property
    def draws(self) -> bool:
        """Whether there is anything to print in it; settings alone feed no label."""
        return _DRAWS.search(self.data) is not None

    @property
    def quantity(self) -> int:
        """How many of it are asked for."""
        found = _QUANTITY.findall(self.data)
        return max(int(found[-1]), 1) if found else 1


Piece = Command | Begun | Format


class ZplStream:
    """Takes bytes as they come and gives the pieces that they complete."""

    def __init__(self) -> None:
        self._pending = b""
        """What came and is not decided yet: at most the letters of a command."""
        self._label: bytearray | None = None
        self._between = b""
        self._binary = 0
        """Bytes of a graphic that are still to come, whatever they are."""

    @property
    def partial(self) -> int:
        """How many bytes of an unfinished label came."""
        return 0 if self._label is None else len(self._label) + len(self._pending)

    def reset(self) -> None:
        """Forget what is unfinished."""
        self._pending, self._between, self._label, self._binary = b"", b"", None, 0

    def feed(self, data: bytes) -> list[Piece]:
        """Take bytes; give what they complete, in order."""
        self._pending += data
        pieces: list[Piece] = []
        while self._pending and self._step(pieces):
            pass
        return pieces

    def _step(self, pieces: list[Piece]) -> bool:
        """Take one part of what is pending; False when more has to come first."""
        pending = self._pending
        if self._binary and self._label is not None:
            self._binary -= self._take(min(self._binary, len(pending)))
            return True
        at = min((place for place in (pending.find(b"^"), pending.find(b"~")) if place >= 0), default=-1)
        if at != 0:
            self._keep(at if at > 0 else len(pending), pieces)
            return True
        size = 5 if pending[1:3].upper() == b"HQ" else 3
        if again := re.search(rb"[\^~]", pending[1:size]):
            self._take(
                again.start() + 1
            )  # a prefix that another one follows at once: no letters will come for it
            return True
        if len(pending) < size:
            return False
        if pending[:1] == b"~":
            return self._command(pieces)
        return self._caret(pieces)

    def _command(self, pieces: list[Piece]) -> bool:
        pending = self._pending
        size = 5 if pending[1:3].upper() == b"HQ" else 3
        pieces.append(Command(pending[1:size].decode("latin-1").upper()))
        self._pending = pending[size:]
        return True

    def _caret(self, pieces: list[Piece]) -> bool:
        pending, letters = self._pending, self._pending[1:3].upper()
        if letters == b"XA":
            if self._label is None:
                pieces.append(Begun())
                self._label = bytearray()
            self._take(3)
        elif letters == b"XZ" and self._label is not None:
            self._take(3)
            pieces.append(Format(bytes(self._label)))
            self._label = None
        elif self._label is not None and letters == b"GF":
            if graphic := _GRAPHIC.match(pending):
                self._binary = int(graphic[2])
                self._take(graphic.end())
            elif _GRAPHIC_BEGUN.match(pending) and len(pending) < 64:
                return False
            else:
                self._take(3)
        else:
            self._take(3)
        return True

    def _keep(self, size: int, pieces: list[Piece]) -> None:
        """Take data: a part of the label, or lines between labels."""
        between = self._pending[:size]
        self._take(size)
        if self._label is not None:
            return
        *lines, rest = _ENDS.split(self._between + between)
        self._between = rest[-_BETWEEN_MOST:]
        for line in lines:
            if found := _SETTING.fullmatch(line.strip()):
                pieces.append(
                    Command(f"! U1 {found[1].decode().lower()}", found[2].decode("latin-1").strip())
                )

    def _take(self, size: int) -> int:
        if self._label is not None:
            self._label += self._pending[:size]
        self._pending = self._pending[size:]
        return size
