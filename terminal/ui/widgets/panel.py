"""A rectangle of finished lines, and what lines are made with.

A panel repaints only when its lines differ from what it shows: on a slow link that is the difference between a
status update of a few hundred bytes and a whole screen.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

from terminal.ui.literal import content, literal

ELLIPSIS = "…"
RULE = "─"
BAR = "│"


class Panel(Widget, can_focus=False):
    """Shows lines; knows nothing of what they say."""

    DEFAULT_CSS = """
    Panel {
        text-wrap: nowrap;
        text-overflow: clip;
    }
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._lines: tuple[Content, ...] = ()

    def show(self, lines: Sequence[Content]) -> None:
        """Show `lines` from the top; the rest stays empty."""
        if not _same(self._lines, lines):
            self._lines = tuple(lines)
            self.refresh()

    def render(self) -> Content:
        """Give the lines to Textual."""
        return Content("\n").join(self._lines)


def _same(old: Sequence[Content], new: Sequence[Content]) -> bool:
    return len(old) == len(new) and all(one.is_same(other) for one, other in zip(old, new, strict=True))


def fit(text: str, width: int) -> str:
    """`text` made safe and exactly `width` cells wide: cut with an ellipsis, or filled with spaces."""
    safe = literal(text)
    if cell_len(safe) <= width:
        return set_cell_size(safe, width)
    return set_cell_size(safe, width - 1) + ELLIPSIS if width > 0 else ""


def fit_right(text: str, width: int) -> str:
    """Like `fit`, with the spaces in front."""
    safe = fit(text, width).rstrip()
    return " " * (width - cell_len(safe)) + safe


def widest(texts: Sequence[str]) -> int:
    """Cells of the widest text, 0 where there is none."""
    return max((cell_len(literal(text)) for text in texts), default=0)


def spread(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at both ends of a line; where they don't fit together, `left` is cut first."""
    right = right.truncate(max(0, width - 1), ellipsis=True)
    room = width - right.cell_length
    return Content.assemble(left.truncate(max(0, room - 1), ellipsis=True, pad=True), " ", right)


def wrap(text: str, width: int, most: int) -> list[Content]:
    """`text` in lines of `width` cells, at most `most` of them; what is left over is cut with an ellipsis."""
    longest = width * most
    safe = literal(text[: 2 * longest])
    lines = content(safe).wrap(max(2, width))
    if len(lines) <= most:
        return lines
    rest = Content(" ").join(lines[most - 1 :])
    return [*lines[: most - 1], rest.truncate(width, ellipsis=True)]


def rule(width: int, joint: str = "", at: int = 0) -> Content:
    """A line across the screen, with `joint` where an upright one meets it."""
    if not joint:
        return Content.styled(RULE * width, "$bench-rule")
    return Content.styled(RULE * at + joint + RULE * (width - at - 1), "$bench-rule")
