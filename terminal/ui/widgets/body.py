"""The middle of the bench: what can be chosen, what is known, what helps, and the typed line at its bottom.

The room is ten rows at 80x24. What matters most stays: choices, then facts, then the value table or the last items,
then hints. Blank rows between them go first; what is left out for lack of room is announced by a last row.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from terminal.bench.view import Fact
from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.literal import content, literal
from terminal.ui.picture import Picture
from terminal.ui.themes import KEY, MUTED, STRONG, WARN
from terminal.ui.widgets import band, tables
from terminal.ui.widgets.choices import choices
from terminal.ui.widgets.panel import fit, widest, wrap

HIDDEN = "*"
"""What stands for a character that nobody may read."""
LABEL = 11
LONGEST_LABEL = 24
FACT_LINES = 3
SHORTEST_TABLE = 3
"""Rows under which a table of items or values is not worth its place."""

Lines = list[Content]


def body(picture: Picture, width: int, height: int, beside: int = 0) -> Lines:
    """Exactly `height` lines. `beside`: cells of the panel on the right, which then has values and last items."""
    room = height - 1
    title = _title(picture, width, width + beside)
    blocks = _blocks(picture, title, width, room, beside)
    lines = _stack(blocks, room)
    if len(lines) > room:
        lines = [*lines[: room - 1], Content.styled(f" {_(words.REST)}", MUTED)]
    elif lines and len(lines) < room and picture.view.choices and not title:
        lines.insert(0, Content(""))
    lines += [Content("")] * (room - len(lines))
    return [line.truncate(width, ellipsis=True) for line in (*lines, typed(picture))][-height:]


def _blocks(picture: Picture, title: Lines, width: int, room: int, beside: int) -> list[Lines]:
    view = picture.view
    unnamed = _unnamed(view.facts)
    seen = view.facts[
        unnamed : unnamed + room + 1
    ]  # a fact takes a row at least: of 240 lines, few can be seen
    known = [title, choices(view.choices, width, room), facts(seen, width)]
    hints = [line for hint in view.hints for line in _hint(hint, width)]
    used = sum(len(block) + 1 for block in (*known, hints) if block)
    return [*known, [] if beside else _table(picture, width, room - used), hints]


def _title(picture: Picture, width: int, across: int) -> Lines:
    """What stands above the choices: the rest of the band's line, and facts without a label such as the item."""
    view = picture.view
    rest = band.overflow(picture, across)
    lines = (
        [Content(" ") + line.stylize("bold") for line in wrap(rest, width - 2, FACT_LINES)] if rest else []
    )
    return lines + facts(view.facts[: _unnamed(view.facts)], width)


def _unnamed(given: Sequence[Fact]) -> int:
    """How many of the first facts have no label."""
    return next((at for at, fact in enumerate(given) if fact.label), len(given))


def _table(picture: Picture, width: int, room: int) -> Lines:
    """The value table while an item is decided, else the last items, as far as they fit."""
    view = picture.view
    if room < SHORTEST_TABLE:
        return []
    if view.channels:
        return tables.channels(view.channels, width)[:room]
    if view.recent and not view.choices and view.step in (0, 1):
        return tables.items(picture, view.recent[: room - 1], width)
    return []


def _stack(blocks: Sequence[Lines], room: int) -> Lines:
    """The blocks with a blank row between two, or without where that is too much."""
    filled = [block for block in blocks if block]
    airy = [line for block in filled for line in (Content(""), *block)][1:]
    return airy if len(airy) <= room else [line for block in filled for line in block]


def facts(given: Sequence[Fact], width: int) -> Lines:
    """Label and text in two columns; a long text goes on below itself, and so does a fact without a label.

    Before the first label such a fact is a heading.
    """
    label = min(LONGEST_LABEL, max(LABEL, widest([fact.label for fact in given]) + 2))
    headings = _unnamed(given)
    lines = [_heading(fact, width) for fact in given[:headings]]
    for fact in given[headings:]:
        first, *more = wrap(fact.text, width - label - 2, FACT_LINES) or [Content("")]
        style = WARN if fact.warn else ""
        sign = "!" if fact.warn else " "
        lines.append(
            Content.assemble(
                (f"{sign}{fit(fact.label, label)}", WARN if fact.warn else MUTED), first.stylize(style)
            )
        )
        lines += [Content(" " * (label + 1)) + line.stylize(style) for line in more]
    return lines


def _heading(fact: Fact, width: int) -> Content:
    sign = "!" if fact.warn else " "
    return content(f"{sign}{fit(fact.text, width - 2).rstrip()}", WARN if fact.warn else STRONG)


def _hint(hint: str, width: int) -> Lines:
    return [Content(" ") + line.stylize(MUTED) for line in wrap(hint, width - 2, FACT_LINES)]


def typed(picture: Picture) -> Content:
    """The row where typing shows: what it would mean, or how to begin."""
    view = picture.view
    prompt = literal(view.prompt)
    shown = HIDDEN * len(picture.typed) if view.secret else picture.typed
    if picture.typed or prompt:
        return Content.assemble((f" {prompt} " if prompt else " > ", KEY), content(shown, STRONG), ("█", KEY))
    if not view.operator and not view.last.text and not view.hints:
        return Content("")
    hint = _(words.MENU_HINT) if view.menu else _(words.NUMBER_HINT) if view.choices else _(words.TYPE_HINT)
    return Content.styled(f" {hint}", MUTED)
