"""Shift: the figures of the open shift, in groups side by side where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from terminal.bench.view import Fact
from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.picture import Picture
from terminal.ui.screens.page import Page, group, spaced, who
from terminal.ui.themes import MUTED
from terminal.ui.times import elapsed
from terminal.ui.widgets.body import facts

TWO_COLUMNS_FROM = 110


def page(picture: Picture, report: Sequence[Fact] | None, width: int) -> Page:
    """The shift page; `report` is None until the station has counted."""
    if report is None:
        lines: tuple[Content, ...] = (Content.styled(f" {_(words.SHIFT_WAIT)}", MUTED),)
    else:
        lines = _columns(_groups(report), width)
    return Page(_(words.SHIFT), _beside(picture), lines)


def _beside(picture: Picture) -> str:
    opened = picture.view.shift_opened
    so_far = "" if opened is None else f"   {elapsed(opened, picture.now)}"
    done = _(words.DONE_COUNT).format(count=picture.view.done)
    return f"{who(picture)}{so_far}   {done}"


def _groups(report: Sequence[Fact]) -> list[tuple[Fact | None, list[Fact]]]:
    """Title and facts of each group; a fact without a label begins one."""
    groups: list[tuple[Fact | None, list[Fact]]] = []
    for fact in report:
        if not fact.label:
            groups.append((fact, []))
        elif groups:
            groups[-1][1].append(fact)
        else:
            groups.append((None, [fact]))
    return groups


def _columns(groups: Sequence[tuple[Fact | None, list[Fact]]], width: int) -> tuple[Content, ...]:
    """The groups one below the other, or in two columns of about equal height."""
    if width < TWO_COLUMNS_FROM:
        return spaced([_lines(title, rows, width) for title, rows in groups])
    half = width // 2
    drawn = [_lines(title, rows, half - 2) for title, rows in groups]
    total = sum(len(lines) + 1 for lines in drawn)
    left: list[list[Content]] = []
    while drawn and sum(len(lines) + 1 for lines in left) < total / 2:
        left.append(drawn.pop(0))
    columns = (spaced(left), spaced(drawn))
    height = max(len(column) for column in columns)
    first, second = ((*column, *[Content("")] * (height - len(column))) for column in columns)
    return tuple(
        Content.assemble(one.truncate(half, pad=True), other)
        for one, other in zip(first, second, strict=True)
    )


def _lines(title: Fact | None, rows: Sequence[Fact], width: int) -> list[Content]:
    heading = [] if title is None else facts([title], width) if title.warn else [group(title.text, width)]
    return [*heading, *facts(rows, width)]
