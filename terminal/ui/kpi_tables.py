"""The KPI screen's tables: rows of a split, and the items behind a number.

Columns are as wide as English needs. A longer heading of another language takes room that cells of other columns
leave; where there is none, it is cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from terminal.domain.speech import N_, _
from terminal.kpi_words import NOTHING, columns, heads, number, percent
from terminal.reports.codes import word
from terminal.ui.desk_numbers import spaced, tight
from terminal.ui.literal import content
from terminal.ui.themes import MUTED, STRONG, WARN
from terminal.ui.widgets.panel import fit, fit_right, widest

HERE = "> "
"""Before the row that Enter is about."""
ROOMY = 110
"""Cells from which on items have more columns."""
_NOT_HERE = " " * len(HERE)
_FIRST = 8
"""Cells of the first column of a split at least."""
_WIDTHS = (7, 8, 8, 9, 6, 9, 9, 9)
_OWN_WIDTHS = {"hour": (9, 8, 8, 8, 9, 8, 9), "audit": (9, 8, 9, 9, 9, 9)}
"""Splits that have figures of their own; the others have the accuracy of audits as well."""
# TRANSLATORS: head of a narrow column: share of audits that agree; at most 9 letters
_ACCURACY = N_("accuracy")
STATES = {
    # TRANSLATORS: state of an item in a narrow column; at most 8 letters
    "open": N_("open"),
    # TRANSLATORS: state of an item in a narrow column, it waits in quarantine; at most 8 letters
    "held": N_("held"),
    # TRANSLATORS: state of an item in a narrow column, it lies in a tote; at most 8 letters
    "placed": N_("placed"),
    # TRANSLATORS: state of an item in a narrow column; at most 9 letters
    "closed": N_("closed"),
}
VERDICTS = {
    # TRANSLATORS: an audit finds what was found before; at most 8 letters
    True: N_("agrees"),
    # TRANSLATORS: an audit finds something else than was found before; at most 8 letters
    False: N_("differs"),
}
"""What an audit says of an item."""


@dataclass(frozen=True, slots=True)
class Column:
    """One of a table of items."""

    heading: str
    name: str
    """What of an item stands in it."""
    room: int
    """Cells, the gap beside it counted."""
    right: bool = False
    roomy: bool = False
    """On wide screens only."""
    words: Sequence[str] = ()
    """What may stand in it, where that is looked up."""


UNIT_COLUMNS = (
    Column("LPN", "lpn", 15),
    Column(N_("category"), "category", 12),
    # TRANSLATORS: head of a very narrow column, short for grade; 2 letters
    Column(N_("gr"), "grade", 3),
    Column(N_("channel"), "channel", 16),
    # TRANSLATORS: head of a narrow column: open, held, placed or closed; at most 6 letters
    Column(N_("state"), "state", 7, words=tuple(STATES.values())),
    Column(N_("received"), "received", 11),
    Column(N_("closed"), "closed", 11),
    Column(N_("operator"), "operator", 10, roomy=True),
    # TRANSLATORS: head of a narrow column: the original price; at most 9 letters
    Column(N_("price"), "original_price", 10, right=True, roomy=True),
    # TRANSLATORS: head of a narrow column: what an item brought; at most 9 letters
    Column(N_("proceeds"), "proceeds", 10, right=True, roomy=True),
    Column(N_("days"), "cycle_days", 6, right=True, roomy=True),
)
AUDIT_COLUMNS = (
    Column("LPN", "lpn", 15),
    Column("", "agrees", 8, words=tuple(VERDICTS.values())),
    Column(N_("grade"), "first_grade", 6),
    Column(N_("audit"), "grade", 6),
    Column(N_("channel"), "first_channel", 15),
    Column(N_("audit"), "channel", 15),
    Column(N_("day"), "audited", 11),
    Column(N_("category"), "category", 14, roomy=True),
    Column(N_("operator"), "operator", 10, roomy=True),
)


def table_lines(found: Mapping[str, Any], by: str, current: int, width: int) -> tuple[Content, list[Content]]:
    """The heading and the rows of a split."""
    own = by in _OWN_WIDTHS
    above = [*heads(by), *(() if own else (_(_ACCURACY),))]
    above[0] = above[0].upper()
    told = []
    for row in found["rows"]:
        first, *rest = columns(row, by)
        last = () if own else (percent(row["disposition_accuracy"]["value"]),)
        told.append([word(first) if by == "channel" else first, *map(tight, (*rest, *last))])
    widths = _OWN_WIDTHS.get(by, _WIDTHS)
    name = max(_FIRST, min(30, width - len(HERE) - sum(widths)))
    least = _needs(above, told)
    names = max(_FIRST, least[0][0]), max(least[0])
    rooms = settle((name, *widths), [names, *least[1:]], width - len(HERE))

    def line(cells: Sequence[str]) -> str:
        rest = zip(cells[1:], rooms[1:], strict=True)
        return fit(cells[0], rooms[0]) + "".join(fit_right(cell, room) for cell, room in rest)

    heading = content(_NOT_HERE + line(above), MUTED)
    return heading, [_row(line(row), place == current) for place, row in enumerate(told)]


def item_lines(
    items: Sequence[Mapping[str, Any]], metric: str, current: int, width: int
) -> tuple[Content, list[Content]]:
    """The heading and one row for each item behind a number."""
    shape = AUDIT_COLUMNS if metric == "disposition_accuracy" else UNIT_COLUMNS
    chosen = [column for column in shape if width >= ROOMY or not column.roomy]
    above = [_(column.heading) for column in chosen]
    told = [[_text(column.name, item.get(column.name)) for column in chosen] for item in items]
    least = [
        (max(head, widest([_(each) for each in column.words]) + 1), whole)
        for (head, whole), column in zip(_needs(above, told), chosen, strict=True)
    ]
    rooms = settle([column.room for column in chosen], least, width - len(HERE))

    def line(cells: Sequence[str]) -> str:
        shaped = zip(cells, rooms, chosen, strict=True)
        return "".join(_cell(cell, room, column.right) for cell, room, column in shaped)

    rows = []
    for place, (item, cells) in enumerate(zip(items, told, strict=True)):
        row = _row(line(cells), place == current)
        rows.append(row.stylize(WARN) if item.get("agrees") is False else row)
    return content(_NOT_HERE + line(above), MUTED), rows


def settle(rooms: Sequence[int], least: Sequence[tuple[int, int]], width: int) -> list[int]:
    """Cells of each column; `least` is what its heading needs, and what heading and cells need.

    A column keeps its room unless its heading needs more. What is too much then is taken where room is left over,
    then from the cells of the first column, which are words, and at last from the headings.
    """
    settled = [max(room, head) for room, (head, _whole) in zip(rooms, least, strict=True)]
    over = sum(settled) - max(width, sum(rooms))
    roomy = [max(each) for each in least]
    for floors in (roomy, [least[0][0], *roomy[1:]], rooms):
        for place, floor in enumerate(floors):
            taken = max(0, min(over, settled[place] - floor))
            settled[place] -= taken
            over -= taken
    return settled


def _needs(above: Sequence[str], told: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Cells that each heading needs, and that the cells of its column need, the gap beside them counted."""
    inside = [*zip(*told, strict=True)] or [()] * len(above)
    return [
        (widest([head]) + 1, widest(cells) + 1 if cells else 0)
        for head, cells in zip(above, inside, strict=True)
    ]


def _row(text: str, current: bool) -> Content:
    return content((HERE if current else _NOT_HERE) + text, STRONG if current else "")


def _cell(text: str, room: int, right: bool) -> str:
    return fit_right(text, room) if right else fit(text, room - 1) + " "


def _text(name: str, value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _(VERDICTS[value])
    if isinstance(value, float):
        return spaced(number(value))
    text = str(value)
    if name == "state":
        return _(STATES.get(text, text))
    return word(text) if name.endswith("channel") else text
