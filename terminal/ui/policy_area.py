"""The editor of a policy's text: Textual's text area with every character kept, and none of them acting.

Textual cuts lines at every separator that Unicode knows and puts newlines in their place; the rare ones are kept
here as private characters while the text is edited, and are what they were in the text that comes out.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.widgets import TextArea

from terminal.domain.speech import Said
from terminal.domain.suggest import BadData
from terminal.ui.literal import SIGN, literal

_CUTTING = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_FIRST = 0x10D000
"""The private characters begin here (plane 16, which no font and no other program has a use for)."""
_AWAY = {ord(each): chr(_FIRST + ord(each)) for each in _CUTTING}
_CARRIAGE_RETURN = chr(_FIRST + ord("\r"))
_BACK = {ord(stood): chr(each) for each, stood in _AWAY.items()} | {ord(_CARRIAGE_RETURN): "\r"}
_LONE_RETURN = re.compile("\r(?!\n)")
_STOOD_IN = re.compile(f"[{''.join(map(chr, _BACK))}]")
_HEAD = re.compile(r"\s*\[\[?[^\]]*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*[\w.-]+(?=\s*=)")


class PolicyArea(TextArea, inherit_bindings=True):
    """Shows and edits text; `value` is what a file would hold."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, text: str, id: str) -> None:
        super().__init__(
            stand_in(text),
            id=id,
            soft_wrap=False,
            show_line_numbers=True,
            tab_behavior="indent",
            compact=True,
        )
        self.indent_width = 4
        self.cursor_blink = False
        self._wrong: frozenset[int] = frozenset()

    @property
    def value(self) -> str:
        """The text, with every character as it was."""
        return self.text.translate(_BACK) if _STOOD_IN.search(self.text) else self.text

    def take(self, text: str) -> None:
        """Put another text in place of all of it, as one step that can be undone. Raises BadData."""
        stood = stand_in(text)
        self.history.checkpoint()
        self.replace(stood, (0, 0), self.document.end, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor((0, 0))

    def mark(self, lines: Collection[int]) -> None:
        """Show these lines, counted from 1, as wrong."""
        wrong = frozenset(lines)
        if wrong != self._wrong:
            self._wrong = wrong
            self.notify_style_update()
            self.refresh()

    def go_to(self, line: int) -> None:
        """Put the cursor on a line, counted from 1, with some of the text around it in sight."""
        row = max(0, min(line - 1, self.document.line_count - 1))
        self.move_cursor((row, 0), center=True)

    def get_line(self, line_index: int) -> Text:
        """A line ready to be drawn, in which nothing acts on the terminal."""
        raw = self.document.get_line(line_index)
        line = Text("\t".join(map(_harmless, raw.split("\t"))), end="", no_wrap=True)
        if line_index + 1 in self._wrong:
            line.stylize(self._style("bench-stop"))
        elif raw.lstrip().startswith("#"):
            line.stylize(self._style("bench-muted"))
        elif _HEAD.match(raw):
            line.stylize(self._style("bench-strong", bold=True))
        elif key := _KEY.match(raw):
            line.stylize(self._style("bench-key"), 0, key.end())
        return line

    async def _on_key(self, event: events.Key) -> None:
        """Take a line feed for Enter: text that is pasted into a terminal may bring it so."""
        if event.key == "ctrl+j":
            event.stop()
            event.prevent_default()
            self._replace_via_keyboard("\n", *self.selection)

    def _style(self, name: str, bold: bool = False) -> Style:
        color = Color.parse(self.app.theme_variables[name])
        return Style(color=color.rich_color, bold=bold or None)


def stand_in(text: str) -> str:
    """The text with private characters for those that would cut lines. Raises BadData where it has some itself."""
    if found := _STOOD_IN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise BadData(
            [
                Said(
                    "line {line}: the private character U+{code} can't be kept here: take it out elsewhere",
                    line=line,
                    code=f"{ord(found[0]):X}",
                )
            ]
        )
    return _LONE_RETURN.sub(_CARRIAGE_RETURN, text.translate(_AWAY))


def _harmless(text: str) -> str:
    return _STOOD_IN.sub(SIGN, literal(text))
