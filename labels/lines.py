"""Lines of text in boxes: the type size that fits, where words break, and what is cut.

Capitals are centred by their ink, as the eye does it, and a text that hangs below its line is given the room. Each
text is written in a face of `labels.writing`; nothing here knows whether that is a font or dots.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final, Literal

from labels.metrics import HAIR_MM
from labels.writing import DOT_BASELINE, DOT_ROWS, Dots, Face, from_right

ASCENT: Final = 0.78
"""The baseline lies this far below the top of a text box, as a part of its height."""
CAPITAL: Final = 0.75
DESCENT: Final = 0.26
"""Parts of the type size: capitals above the baseline, and what hangs below it."""
LEADING: Final = 0.94
"""From one baseline to the next where lines are capitals."""
PITCH: Final = 1.12
"""From one baseline to the next in a paragraph."""
SMALLEST_PART: Final = 0.6
SMALLEST_MM: Final = 1.6
"""A line is not set smaller than this, of its type size or at all, before it is shortened."""
_STANDING = frozenset("ABCDEFGHIKLMNOPRSTUVWXYZ0123456789 .-:+*'\"")
"""Characters that do not hang below the baseline."""
_MOST_WORDS = 9

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
    """The line is not wider than this in any writer."""
    height_mm: float
    """The type size; capitals are three quarters of it. Of a drawn line: all of its height."""
    text: str
    """In the order in which it is read."""
    ink_mm: float
    """How wide the line is, at most."""
    bold: bool = False
    inverse: bool = False
    """White; it stands on black."""
    align: Align = "left"
    scale: int = 0
    """Dots of the printer to a dot of a drawn letter; 0 where the writers' own font has every letter."""

    @property
    def baseline_mm(self) -> float:
        """Where the letters stand."""
        return self.y_mm + (DOT_BASELINE if self.scale else ASCENT) * self.height_mm

    @property
    def top_mm(self) -> float:
        """Where the ink begins."""
        return self.y_mm if self.scale else self.baseline_mm - CAPITAL * self.height_mm

    @property
    def bottom_mm(self) -> float:
        """Where the ink ends."""
        return (
            self.y_mm + self.height_mm
            if self.scale
            else self.baseline_mm + hanging(self.text) * self.height_mm
        )

    @property
    def left_mm(self) -> float:
        """Where the ink begins from the left."""
        return self.x_mm + {"left": 0.0, "centre": 0.5, "right": 1.0}[self.align] * (
            self.width_mm - self.ink_mm
        )

    @property
    def right_mm(self) -> float:
        """Where the ink ends on the right."""
        return self.left_mm + self.ink_mm


def set_line(
    text: str,
    x: float,
    y: float,
    width: float,
    size: float,
    *,
    face: Face,
    least: float | None = None,
    bold: bool = False,
    inverse: bool = False,
    align: Align | None = None,
) -> TextBox:
    """One line of a type size: set smaller on the same baseline if that makes it fit, else shortened."""
    text = " ".join(text.split())
    smallest = max(SMALLEST_PART * size, SMALLEST_MM) if least is None else least
    smaller = face.fitted(size, min(size, smallest), text, width)
    text = face.shorten(text, width, smaller)
    rise = DOT_BASELINE if face.drawn else ASCENT
    top = y + ASCENT * size - rise * smaller
    top = max(y, top) if face.drawn else top
    return _box(text, x, top, width, smaller, face, bold, inverse, align or _side(text))


def set_pair(
    left: str, right: str, x: float, y: float, width: float, size: float, *, faces: tuple[Face, Face]
) -> list[TextBox]:
    """Two texts on one line, one from either edge; where both are long each has half of it."""
    half = (width - size) / 2
    needs_left, needs_right = faces[0].width(left, size), faces[1].width(right, size)
    for_right = min(needs_right, max(half, 2 * half - needs_left))
    for_left = width - size - for_right if right else width
    return [
        set_line(left, x, y, for_left, size, face=faces[0], align="left"),
        set_line(right, x + width - for_right, y, for_right, size, face=faces[1], align="right"),
    ]


def set_in_full(
    text: str,
    x: float,
    y: float,
    width: float,
    size: float,
    *,
    face: Face,
    bold: bool = True,
    inverse: bool = False,
    align: Align = "centre",
) -> list[TextBox]:
    """One line of which nothing may be missing: set as small as it takes.

    A line that is drawn dot by dot has a smallest size, and is shortened where even that is too wide.
    """
    if not text.strip():
        return []
    size = face.fitted(size, 0.0, text, width)
    text = text if not face.drawn else face.shorten(text, width, size)
    return [_box(text, x, y, width, size, face, bold, inverse, align)]


def set_paragraph(
    text: str,
    area: Area,
    sizes: Sequence[float],
    *,
    face: Face,
    most_lines: int | None = None,
    bold: bool = True,
    inverse: bool = False,
    align: Align | None = None,
) -> list[TextBox]:
    """Several lines in the first of the type sizes in which all of it fits, else in the last, shortened."""
    for size in sizes:
        size = face.fitted(size, size, "", area.width)
        pitch = PITCH * size
        count = max(1, int((area.height - size) / pitch + HAIR_MM) + 1)
        rows, complete = wrap(text, area.width, size, min(count, most_lines or count), face=face)
        if complete:
            break
    side = align or _side(text)
    return [
        _box(row, area.x, area.y + place * pitch, area.width, size, face, bold, inverse, side)
        for place, row in enumerate(rows)
    ]


def fill(
    text: str,
    area: Area,
    largest: float,
    *,
    face: Face,
    inverse: bool,
    align: Align = "centre",
    most_lines: int = 3,
    bold: bool = True,
) -> list[TextBox]:
    """Words in capitals as large as the area allows, broken into the lines that let them be largest."""
    size, rows = _broken(text, area.width, min(area.height, 1000.0), largest, most_lines, face)
    if size < (smallest := min(SMALLEST_MM, area.height)):
        size = face.fitted(smallest, smallest, "", area.width)
        rows = (face.shorten(text, area.width, size),)
    if face.drawn:
        ink, pitch = size * (1 + PITCH * (len(rows) - 1)), PITCH * size
        top = area.y + max(0.0, (area.height - ink) / 2)
    else:
        ink, pitch = _ink_height(rows) * size, LEADING * size
        top = area.y + (area.height - ink) / 2 - (ASCENT - CAPITAL) * size
    return [
        _box(row, area.x, top + place * pitch, area.width, size, face, bold, inverse, align)
        for place, row in enumerate(rows)
        if row
    ]


def wrap(text: str, width: float, size: float, lines: int, *, face: Face) -> tuple[tuple[str, ...], bool]:
    """The text broken into at most so many lines, and whether all of it is there.

    A line breaks at a space or beside an East Asian letter; a word that is wider than a line is broken where the
    line ends. The last line takes what is left and is shortened.
    """
    done: list[str] = []
    rest = " ".join(text.split())
    while rest and len(done) < lines - 1 and face.width(rest, size) > width + HAIR_MM:
        cut = _break(rest, _fitting(rest, width, size, face))
        done.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    last = face.shorten(rest, width, size)
    return (*done, last) if last else tuple(done), last == rest


def _fitting(text: str, width: float, size: float, face: Face) -> int:
    """How many characters fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if face.width(text[:middle], size) <= width + HAIR_MM:
            low = middle
        else:
            high = middle - 1
    return low


def _break(text: str, fitting: int) -> int:
    """Where to break a line of which so many characters fit."""
    for cut in range(fitting, 0, -1):
        beside = text[cut - 1 : cut + 1]
        if beside[1:] == " " or any(unicodedata.east_asian_width(char) in "WF" for char in beside):
            return cut
    return fitting


@lru_cache(maxsize=512)
def _broken(
    text: str, width: float, height: float, largest: float, most_lines: int, face: Face
) -> tuple[float, tuple[str, ...]]:
    """The largest type size at which the words fill no more than so much, and the lines that allow it."""
    words = text.split() or [text]
    words[_MOST_WORDS:] = [" ".join(words[_MOST_WORDS:])] if len(words) > _MOST_WORDS else []
    best: tuple[float, tuple[str, ...]] = (0.0, (text,))
    for count in range(1, min(most_lines, len(words)) + 1):
        for breaks in combinations(range(1, len(words)), count - 1):
            edges = (0, *breaks, len(words))
            rows = tuple(" ".join(words[a:b]) for a, b in pairwise(edges))
            size = _size_of(rows, width, height, largest, face)
            if size > best[0]:
                best = (size, rows)
    return best


def _size_of(rows: tuple[str, ...], width: float, height: float, largest: float, face: Face) -> float:
    """The largest size at which these lines fit; 0 if they don't at any that can be drawn."""
    if isinstance(face, Dots):
        step = face.mm(DOT_ROWS)
        high = int(height / (step * (1 + PITCH * (len(rows) - 1))) + HAIR_MM)
        wide = int(width / max(face.width(row, step) for row in rows) + HAIR_MM)
        return step * min(high, wide, face.scale(face.fitted(largest, largest, "", width)))
    return min(largest, height / _ink_height(rows), width / max(face.width(row, 1.0) for row in rows))


def _box(
    text: str,
    x: float,
    y: float,
    width: float,
    size: float,
    face: Face,
    bold: bool,
    inverse: bool,
    align: Align,
) -> TextBox:
    ink = face.width(text, size)
    return TextBox(x, y, width, size, text, ink, bold, inverse, align, face.scale(size))


def _side(text: str) -> Align:
    return "right" if from_right(text) else "left"


def hanging(text: str) -> float:
    """How far a line's ink reaches below its baseline, as a part of the type size."""
    below = set(text) - _STANDING
    if not below:
        return 0.02
    return 0.08 if below <= {"Q", "J"} else DESCENT


def _ink_height(rows: tuple[str, ...]) -> float:
    """From the top of the first line's capitals to the lowest ink, as a multiple of the type size."""
    return CAPITAL + LEADING * (len(rows) - 1) + hanging(rows[-1])
