"""Lines for the panel of the policy screen: cut, wrapped, or hung beside their head."""

from __future__ import annotations

from textual.content import Content

from terminal.domain.speech import _
from terminal.ui.literal import content
from terminal.ui.widgets.panel import wrap

MOST_LINES = 12
"""Lines of one sentence at most; a sentence that quotes the file may be as long as the file."""


def channel(code: object) -> str:
    """The code of a channel, as policies write it, or a word where there is none."""
    return str(code) if code else _("undecided")


def line(width: int, *parts: tuple[str, str]) -> Content:
    """One line of texts in their styles, cut where it is too long."""
    return Content("").join([content(text, style) for text, style in parts]).truncate(width, ellipsis=True)


def wrapped(text: str, width: int, style: str = "") -> list[Content]:
    """A text in as many lines as it needs."""
    return [each.stylize(style) if style else each for each in wrap(text, width, MOST_LINES)]


def hung(head: str, text: str, width: int, style: str = "", text_style: str = "") -> list[Content]:
    """A text beside its head, and what doesn't fit below itself."""
    lines = wrapped(text, max(10, width - len(head)), text_style)
    indent = Content(" " * len(head))
    return [
        Content("").join([content(head, style) if not n else indent, each]) for n, each in enumerate(lines)
    ]
