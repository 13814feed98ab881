"""Label stock: what is loaded in the printer, and how many dots it has.

A printer's resolution is counted as it is sold: 203, 300 and 600 dots per inch, hence 7.99, 11.81 and 23.62
dots/mm, not the round 8, 12 and 24 that printers report. At 12 dots/mm a 4 inch label would have 1,219 dots
where a 300 dpi head has 1,200 of them, and the edge would be lost; at 203 the 0.1 % is less than a dot.
"""

import difflib
import math
import re
from dataclasses import dataclass
from typing import Final

MM_PER_INCH: Final = 25.4

SIZES: Final = {"4x6in": (101.6, 152.4), "2x1in": (50.8, 25.4), "57x32mm": (57.0, 32.0)}
"""Width and height in mm, by name."""

RESOLUTIONS: Final = (203, 300, 600)
"""Dots per inch."""


class UnknownStock(ValueError):
    """There is no such label size or printer resolution; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Stock:
    """One size of label on a printer of one resolution."""

    name: str
    width_mm: float
    height_mm: float
    dpi: int

    def __post_init__(self) -> None:
        for side in (self.width_mm, self.height_mm):
            if not (math.isfinite(side) and 5 <= side <= 1000):
                raise UnknownStock(f"label {self.name!a} has a side of {side} mm; it must have 5 to 1000 mm")
        if self.dpi not in RESOLUTIONS:
            raise UnknownStock(_no_resolution(self.dpi))

    @property
    def width_dots(self) -> int:
        """Whole dots across the label."""
        return self._whole(self.width_mm)

    @property
    def height_dots(self) -> int:
        """Whole dots down the label."""
        return self._whole(self.height_mm)

    def dots(self, mm: float) -> int:
        """The dot nearest to a place or length in mm."""
        return round(mm * self.dpi / MM_PER_INCH)

    def mm(self, dots: float) -> float:
        """Where a dot lies, in mm."""
        return dots * MM_PER_INCH / self.dpi

    def _whole(self, mm: float) -> int:
        # 4 inches are 101.6 mm, and 101.6 * 203 / 25.4 is a hair off 812 in binary.
        return math.floor(mm * self.dpi / MM_PER_INCH + 1e-6)


_NAME = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)x(\d{1,3}(?:\.\d{1,2})?)(mm|in)")


def measure(name: str) -> tuple[float, float] | None:
    """Width and height in mm of a size by its name, one of `SIZES` or such as `80x40mm`; None if it is neither."""
    if name in SIZES:
        return SIZES[name]
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    unit = MM_PER_INCH if found[3] == "in" else 1.0
    return float(found[1]) * unit, float(found[2]) * unit


def find(name: str, dpi: int) -> Stock:
    """The stock of this name and resolution; raises `UnknownStock`, which names the nearest one.

    Besides the names of `SIZES`, a name may say its width and height: `80x40mm`, `3x2in`.
    """
    sides = measure(name) if isinstance(name, str) else None
    if sides is None:
        near = difflib.get_close_matches(str(name), SIZES, n=1, cutoff=0.4)
        guess = f" Did you mean {near[0]}?" if near else ""
        raise UnknownStock(f"no label size {name!a}.{guess} There are {', '.join(SIZES)}")
    if dpi not in RESOLUTIONS:
        raise UnknownStock(_no_resolution(dpi))
    return Stock(name, *sides, dpi)


def _no_resolution(dpi: int) -> str:
    reported = {6: "152 dpi, which is too coarse", 8: "203", 12: "300", 24: "600"}
    guess = f" {dpi} dots/mm are {reported[dpi]}." if dpi in reported else ""
    return f"no printer resolution of {dpi!a} dpi.{guess} There are {', '.join(map(str, RESOLUTIONS))}"
