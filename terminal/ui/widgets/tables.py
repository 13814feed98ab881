"""The two tables of the bench: finished items, and what each way out is worth."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from terminal.bench.view import ChannelRow, ItemRow
from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.literal import content
from terminal.ui.picture import Picture
from terminal.ui.themes import KEY, MUTED, OFF, STRONG
from terminal.ui.times import clock
from terminal.ui.widgets.panel import fit, fit_right, widest, wrap

TITLE_FROM = 12
"""A title column narrower than this says nothing and is left out."""
GRADE = 5


def items(picture: Picture, rows: Sequence[ItemRow], width: int) -> list[Content]:
    """A heading and one line for each finished item: time, LPN, title, value, grade, where it went."""
    value_head, grade_head, channel_head = map(_, words.COLUMNS)
    lpn = widest([row.lpn for row in rows])
    value = max(widest([row.value for row in rows]), cell_len(value_head))
    channel = max(widest([row.channel for row in rows]), cell_len(channel_head))
    grade = max(GRADE, cell_len(grade_head))
    fixed = 1 + 5 + 2 + lpn + 2 + value + 3 + grade + 1 + channel + 1
    title = width - fixed - 2
    title = title if title >= TITLE_FROM else 0
    gap = 3 if fixed + (title and title + 2) <= width else 1
    heading = Content.assemble(
        (fit(f" {_(words.LAST_ITEMS)}", 1 + 5 + 2 + lpn + 2 + (title and title + 2)), STRONG),
        (f"{fit_right(value_head, value)}{' ' * gap}{fit(grade_head, grade + 1)}{channel_head}", MUTED),
    )
    lines = [heading]
    for row in rows:
        named = Content(f"{fit(row.title, title)}  ") if title else Content("")
        line = Content.assemble(
            (f" {clock(row.at, picture.zone)}  ", MUTED),
            (f"{fit(row.lpn, lpn)}  ", STRONG),
            named,
            f"{fit_right(row.value, value)}{' ' * gap}{fit(row.grade, grade + 1)}",
            content(row.channel, STRONG),
        )
        lines.append(line.truncate(width, ellipsis=True))
    return lines


def channels(rows: Sequence[ChannelRow], width: int, note_lines: int = 1) -> list[Content]:
    """A heading, and each way out with its value and what forbids it: the chosen one marked, forbidden pale."""
    name = min(widest([row.channel for row in rows]), max(6, width // 3))
    value = max(widest([row.value for row in rows]), cell_len(_(words.COLUMNS[0])))
    before = 3 + name + 2 + value + 2
    note = max(2, width - before - 1)
    lines = [
        Content.assemble(
            (fit(f" {_(words.VALUES)}", before), STRONG), (fit(_(words.VALUES_NOTE), note), MUTED)
        ).truncate(width, ellipsis=True)
    ]
    for row in rows:
        style = OFF if row.forbidden else STRONG if row.chosen else ""
        sign = ">" if row.chosen else "x" if row.forbidden else " "
        first, *more = wrap(row.note, note, note_lines) or [Content("")]
        lines.append(
            Content.assemble(
                (f" {sign} ", KEY if row.chosen else OFF),
                (f"{fit(row.channel, name)}  {fit_right(row.value, value)}  ", style),
                first.stylize(OFF if row.forbidden else MUTED),
            ).truncate(width, ellipsis=True)
        )
        lines += [Content(" " * before) + extra.stylize(OFF) for extra in more]
    return lines
