"""What is black of a symbol or of a line that is drawn dot by dot, for writers that paint rectangles."""

from functools import lru_cache
from itertools import groupby

from labels.bitmap import Bitmap

Rectangle = tuple[int, int, int, int]
"""x, y, width and height from the upper left corner, in modules or dots."""


@lru_cache(maxsize=256)
def rectangles(rows: tuple[str, ...], black: str = "1") -> tuple[Rectangle, ...]:
    """Rows of characters as black rectangles that do not overlap: equal runs below each other are one."""
    done: list[Rectangle] = []
    growing: dict[tuple[int, int], int] = {}
    for y, row in enumerate((*rows, "")):
        runs: dict[tuple[int, int], None] = {}
        at = 0
        for value, cells in groupby(row):
            length = len(list(cells))
            if value == black:
                runs[at, length] = None
            at += length
        for run in [run for run in growing if run not in runs]:
            begin = growing.pop(run)
            done.append((run[0], begin, run[1], y - begin))
        for run in runs:
            growing.setdefault(run, y)
    return tuple(sorted(done, key=lambda one: (one[1], one[0])))


@lru_cache(maxsize=256)
def drawn_line(text: str, scale: int, bold: bool = False) -> Bitmap:
    """A line of text as dots, each of them `scale` dots of the printer wide and high.

    Bold strokes are thicker to the right and down by half of that; a line at scale 1 has one weight only.
    """
    from labels.dotfont import line

    drawn = line(text).scaled(scale)
    rows = list(drawn.rows)
    for _ in range(scale // 2 if bold else 0):
        rows = [row | row >> 1 for row in rows]
        rows = [row | above for row, above in zip(rows, [0, *rows], strict=False)]
    return Bitmap(drawn.width, drawn.height, tuple(rows))


def drawn_rectangles(text: str, scale: int, bold: bool = False) -> tuple[Rectangle, ...]:
    """The black of `drawn_line`, in dots of the printer."""
    return rectangles(drawn_line(text, scale, bold).lines(), "#")
