"""Numbered choices: press the number and Enter, or scan the code that stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from terminal.bench.view import Choice
from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.literal import literal
from terminal.ui.themes import GOOD, KEY, MUTED, STRONG
from terminal.ui.widgets.panel import fit, widest

BEFORE = 7
"""Cells in front of a label: mark, number, space."""
APART = 3
CODE_FROM = 33
"""Where codes stand when there is room, so that the eye finds them in the same place at every question."""
TWO_COLUMNS_FROM = 60
SHORTEST_DETAIL = 8


def choices(given: Sequence[Choice], width: int, room: int) -> list[Content]:
    """One line a choice; two columns where they are too many for `room` rows."""
    if len(given) <= room or width < TWO_COLUMNS_FROM:
        return _column(given, width)
    half = (len(given) + 1) // 2
    needed = [BEFORE + 1 + widest([choice.label for choice in side]) for side in (given[:half], given[half:])]
    middle = max(width // 2, min(needed[0], width - needed[1]))
    left, right = _column(given[:half], middle), _column(given[half:], width - middle)
    right += [Content("")] * (half - len(right))
    return [
        Content.assemble(one.truncate(middle, ellipsis=True, pad=True), other)
        for one, other in zip(left, right, strict=True)
    ]


def _column(given: Sequence[Choice], width: int) -> list[Content]:
    label = widest([choice.label for choice in given])
    detail = widest([choice.detail for choice in given])
    code = widest([_scan(choice) for choice in given])
    mark = widest([choice.mark for choice in given])
    room = width - BEFORE - 1
    if detail and label + _with(detail) + _with(code) + _with(mark) > room:
        left = room - label - APART - _with(code) - _with(mark)
        detail = left if left >= SHORTEST_DETAIL else 0
    if label + _with(detail) + _with(code) + _with(mark) > room:
        code = 0
    label = min(label, room - _with(detail) - _with(code) - _with(mark))
    if code and not detail and CODE_FROM + code + _with(mark) < width:
        label = max(label, CODE_FROM - BEFORE - APART)
    return [_line(choice, label, detail, code, mark).truncate(width, ellipsis=True) for choice in given]


def _line(choice: Choice, label: int, detail: int, code: int, mark: int) -> Content:
    style = STRONG if choice.selected else ""
    parts: list[Content | tuple[str, str]] = [
        (f" {'>' if choice.selected else ' '}{choice.number:>3}  ", KEY),
        (fit(choice.label, label), STRONG),
    ]
    if detail:
        parts.append((f"{' ' * APART}{fit(choice.detail, detail)}", style))
    if code:
        parts.append((f"{' ' * APART}{fit(_scan(choice), code)}", MUTED))
    if mark:
        parts.append((f"{' ' * APART}{fit(choice.mark, mark)}", GOOD))
    return Content.assemble(*parts)


def _with(cells: int) -> int:
    return cells + APART if cells else 0


def _scan(choice: Choice) -> str:
    return f"{_(words.OR_SCAN)} {literal(choice.code)}" if choice.code else ""
