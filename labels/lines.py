"""Lines of text in boxes: the type size that fits, where words break, and what is cut.

Capitals are centred by their ink, as the eye does it, and a text that hangs below its line is given the room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final, Literal

from labels.metrics import shorten, width_em, wrap

ASCENT: Final = 0.78
"""The baseline lies this far below the top of a text box, as a part of its height."""
CAPITAL: Final = 0.75
DESCENT: Final = 0.26
"""Parts of the type size: capitals above the baseline, and what hangs below it."""
_LEADING: Final = 0.94
"""From one baseline to the next where lines are capitals."""
_SMALLEST_PART = 0.6
_SMALLEST_MM = 1.6
"""A line is not set smaller than this, of its type size or at all, before it is shortened."""
_STANDING = frozenset("ABCDEFGHIKLMNOPRSTUVWXYZ0123456789 .-:+*'\"")
"""Characters that do not hang below the baseline."""

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on the label, its corner at the top left, in mm."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class TextBox:
    """One line of text in a box, its corner at the top left."""

    x_mm: float
    y_mm: float
    width_mm: float
    """The line is not wider than this in any writer's font."""
    height_mm: float
    """The type size; capitals are three quarters of it."""
    text: str
    """In Windows-1252 characters."""
    bold: bool = False
    inverse: bool = False
    """White; it stands on black."""
    align: Align = "left"

    @property
    def baseline_mm(self) -> float:
        """Where the letters stand."""
        return self.y_mm + ASCENT * self.height_mm

    @property
    def bottom_mm(self) -> float:
        """Where the ink ends."""
        return self.baseline_mm + _hanging(self.text) * self.height_mm


def set_line(
    text: str, x: float, y: float, width: float, size: float, *, bold: bool = False, align: Align = "left"
) -> TextBox:
    """One line of a type size: set smaller on the same baseline if that makes it fit, else shortened."""
    text = " ".join(text.split())
    fitting = width / width_em(text) if text else size
    smallest = min(size, max(_SMALLEST_PART * size, _SMALLEST_MM))
    smaller = max(smallest, min(size, fitting))
    top = y + ASCENT * (size - smaller)
    return TextBox(x, top, width, smaller, shorten(text, width, smaller), bold, False, align)


def set_pair(left: str, right: str, x: float, y: float, width: float, size: float) -> list[TextBox]:
    """Two texts on one line, one from either edge; where both are long each has half of it."""
    half = (width - size) / 2
    needs_left, needs_right = width_em(left) * size, width_em(right) * size
    for_right = min(needs_right, max(half, 2 * half - needs_left))
    for_left = width - size - for_right if right else width
    return [
        set_line(left, x, y, for_left, size),
        set_line(right, x + width - for_right, y, for_right, size, align="right"),
    ]


def set_in_full(text: str, x: float, y: float, width: float, size: float) -> list[TextBox]:
    """One line in the middle of which nothing may be missing: set as small as it takes."""
    size = min(size, width / width_em(text))
    return [TextBox(x, y, width, size, text, True, False, "centre")] if text.strip() else []


def set_paragraph(text: str, area: Area, sizes: Sequence[float]) -> list[TextBox]:
    """Several lines in the first of the type sizes in which all of it fits, else in the last, shortened."""
    for size in sizes:
        pitch = 1.12 * size
        rows, complete = wrap(text, area.width, size, int((area.height - size) / pitch) + 1)
        if complete:
            break
    return [
        TextBox(area.x, area.y + place * pitch, area.width, size, row, True) for place, row in enumerate(rows)
    ]


def fill(
    text: str, area: Area, largest: float, *, inverse: bool, align: Align = "centre", most_lines: int = 3
) -> list[TextBox]:
    """Words in capitals as large as the area allows, broken into the lines that let them be largest."""
    size, rows = _broken(text, area.width, area.height, most_lines)
    size = min(size, largest)
    if size < (smallest := min(_SMALLEST_MM, area.height)):
        size, rows = smallest, (shorten(text, area.width, smallest),)
    ink = _ink_height(rows) * size
    top = area.y + (area.height - ink) / 2 - (ASCENT - CAPITAL) * size
    return [
        TextBox(area.x, top + place * _LEADING * size, area.width, size, row, True, inverse, align)
        for place, row in enumerate(rows)
        if row
    ]


@lru_cache(maxsize=512)
def _broken(text: str, width: float, height: float, most_lines: int) -> tuple[float, tuple[str, ...]]:
    """The largest type size at which the words fill no more than so much, and the lines that allow it."""
    words = text.split() or [text]
    words[9:] = [" ".join(words[9:])] if len(words) > 9 else []
    best: tuple[float, tuple[str, ...]] = (0.0, (text,))
    for count in range(1, min(most_lines, len(words)) + 1):
        for breaks in combinations(range(1, len(words)), count - 1):
            edges = (0, *breaks, len(words))
            rows = tuple(" ".join(words[a:b]) for a, b in pairwise(edges))
            size = min(height / _ink_height(rows), width / max(width_em(row) for row in rows))
            if size > best[0]:
                best = (size, rows)
    return best


def _hanging(text: str) -> float:
    """How far a line's ink reaches below its baseline, as a part of the type size."""
    hanging = set(text) - _STANDING
    if not hanging:
        return 0.02
    return 0.08 if hanging <= {"Q", "J"} else DESCENT


def _ink_height(rows: tuple[str, ...]) -> float:
    """From the top of the first line's capitals to the lowest ink, as a multiple of the type size."""
    return CAPITAL + _LEADING * (len(rows) - 1) + _hanging(rows[-1])
