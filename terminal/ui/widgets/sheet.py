"""A rectangle of finished lines that may be more than fit: moved by keys, without a scroll bar.

A bar is drawn with glyphs that fonts of text consoles lack; which lines are in sight is told in words by whoever
holds the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class Sheet(Widget, can_focus=True):
    """Shows lines from `top` on; knows nothing of what they say."""

    DEFAULT_CSS = """
    Sheet {
        text-wrap: nowrap;
        text-overflow: clip;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("enter", "enter", show=False),
    ]

    class Moved(Message):
        """Other lines are in sight."""

    class Entered(Message):
        """Enter was pressed on the sheet."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._lines: tuple[Content, ...] = ()
        self.top = 0

    @property
    def in_sight(self) -> tuple[int, int, int]:
        """First and last line that is shown, counted from 1, and how many there are."""
        count = len(self._lines)
        return min(self.top + 1, count), min(self.top + self.size.height, count), count

    def show(self, lines: Sequence[Content], keep: bool = False) -> None:
        """Show `lines`, from the top unless `keep`."""
        self._lines = tuple(lines)
        self.top = self.top if keep else 0
        self.action_move(0)
        self.refresh()

    def reveal(self, first: int, last: int) -> None:
        """Bring lines into sight, counted from 0."""
        if first < self.top or last >= self.top + self.size.height:
            self.action_move(first - self.top)

    def render(self) -> Content:
        """Give the lines to Textual."""
        return Content("\n").join(self._lines[self.top : self.top + self.size.height])

    def on_resize(self) -> None:
        """Leave no empty room at the end."""
        self.action_move(0)

    def action_move(self, lines: int) -> None:
        """Move by lines, as far as there are any."""
        last = max(0, len(self._lines) - max(1, self.size.height))
        self.top = max(0, min(self.top + lines, last))
        self.refresh()
        self.post_message(self.Moved())

    def action_page(self, pages: int) -> None:
        """Move by what is in sight, less one line."""
        self.action_move(pages * max(1, self.size.height - 1))

    def action_enter(self) -> None:
        """Tell that Enter was pressed."""
        self.post_message(self.Entered())
