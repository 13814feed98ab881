"""A printer's tray: labels that come out are kept as ZPL and as pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import Any

from devices.fakes import KINDS, Fault, Zebra
from devices.problems import show
from terminal.simulating.lines import TICK, Lines, Talk

DOTS_PER_MM: Mapping[int, int] = {203: 8, 300: 12, 600: 24}
_NUMBERED = re.compile(r"(\d{4,9})\.zpl")
_NO_INK = re.compile(rb"\^(?:PQ|PR|MD|MN|MT|MM|MF|ML|MP|JU|JZ)[^\^~]*", re.IGNORECASE)
"""What tells a printer how to work and draws nothing."""
_BINARY = re.compile(rb"\^GF[BC]", re.IGNORECASE)


class Tray:
    """Where the labels of a simulated printer come out: a file and a picture of each, and a line about it."""

    def __init__(self, folder: Path, dpi: int, put: Callable[[dict[str, Any]], None], talk: Talk) -> None:
        """Labels go on from those that are in the folder already. Raises OSError where it can't be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._dpi = dpi
        self._put = put
        self._talk = talk
        found = (_NUMBERED.fullmatch(path.name) for path in folder.iterdir())
        self._before = max((int(one[1]) for one in found if one), default=0)
        self._drawn = False
        self._said: set[str] = set()

    def draw(self, label: bytes) -> bytes | None:
        """A label as PNG; None where it can't be drawn, which is said once for each reason."""
        try:
            png, why = picture(label, self._dpi), "there is nothing to draw"
        except ImportError:
            png, why = None, "they need the package zplkit (pip install zplkit). The ZPL is kept"
        # A renderer in another language may fail outside of Exception, and the printer's thread must go on.
        except BaseException as problem:
            png, why = None, show(re.sub(r"^ZPL byte \d+: ", "", str(problem)), 200)
        self._drawn = png is not None
        if png is None and why not in self._said:
            self._said.add(why)
            self._talk(f"No pictures of labels such as this: {why}.")
        return png

    def came_out(self, number: int, label: bytes) -> None:
        """Tell of a label, the number-th since the printer was switched on."""
        file = self._folder / f"{number + self._before:04}.zpl"
        drawn = str(file.with_suffix(".png")) if self._drawn else None
        self._talk(f"Label {number}: {drawn or file}")
        self._put({"label": number, "file": str(file), "picture": drawn, "bytes": len(label)})


def picture(label: bytes, dpi: int) -> bytes | None:
    """Draw one label as PNG, 4 x 6 inches where it does not say its size.

    Raises ImportError without the renderer, and whatever the renderer raises for a label that it does not know.
    """
    import zplkit  # brought by development only

    width, height = (
        int(found[-1]) if (found := re.findall(rb"(?i)\^%b ?(\d{1,5})" % name, label)) else inches * dpi
        for name, inches in ((b"PW", 4), (b"LL", 6))
    )
    options = zplkit.Options(profile="specification", width=max(width, 1), height=max(height, 1), dpi=dpi)
    drawing = label if _BINARY.search(label) else _NO_INK.sub(b"", label)
    sheets = zplkit.render(drawing, options).labels
    return bytes(sheets[0].png()) if sheets else None


def attend(printer: Zebra, lines: Lines, talk: Talk, stop: Event) -> None:
    """Stand at a printer until `stop`: say what befalls it; an empty line mends all, any other is a fault."""
    wrong: tuple[Fault, ...] = ()
    trouble, lost = "", 0
    while not stop.is_set():
        now = printer.faults
        for fault in now:
            if fault not in wrong:
                talk(f"{fault}: {KINDS[fault.kind]}. Enter mends it.")
        for fault in wrong:
            if fault not in now:
                talk(f"{fault}: mended.")
        wrong = now
        if printer.trouble != trouble:
            trouble = printer.trouble
            talk(f"Not kept: {show(trouble, 200)}")
        if len(printer.lost) > lost:
            talk(f"Labels lost, which will never come out: {len(printer.lost) - lost}.")
            lost = len(printer.lost)
        line = lines.next(TICK)
        if line is None:
            continue
        if not line.strip():
            printer.mend()
            continue
        try:
            printer.fail(line)
        except ValueError as problem:
            talk(str(problem))
