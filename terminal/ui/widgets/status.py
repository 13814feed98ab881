"""The rows whose place never changes: who and where, step, what happened last, devices, keys."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from terminal.bench.actions import BY_ID
from terminal.bench.view import Level
from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.literal import content, literal
from terminal.ui.picture import Picture
from terminal.ui.port import DeviceLine
from terminal.ui.themes import GOOD, KEY, LEVEL_STYLES, MUTED, OFF, STOP, STRONG, WARN
from terminal.ui.times import clock, clock_seconds, elapsed
from terminal.ui.widgets.panel import fit, spread

SHORTEST_UNDO = 26
"""Cells at the end of the row for undo: it must not move with what happened."""

SHORTEST_MENU = 16
SHORTEST_TEXT = 8
"""Cells that are left of what a device says, where the row is too long."""

_SIGNS = {"ok": "", "warn": "! ", "lost": "! ", "off": ""}
_STYLES = {"ok": GOOD, "warn": WARN, "lost": STOP, "off": OFF}


def header(picture: Picture, width: int) -> Content:
    """Row 1: station, operator, time in the shift, items done, events that have not left, clock."""
    view = picture.view
    shift = "--:--" if view.shift_opened is None else elapsed(view.shift_opened, picture.now)
    queue = sum(device.waiting for device in picture.devices)
    left = Content.assemble(
        (f" {_(words.PRODUCT)}", STRONG),
        (f"  {_(words.BENCH)} ", MUTED),
        content(view.station or "-", STRONG),
        (f"   {_(words.OPERATOR)} ", MUTED),
        content(view.operator or "-", STRONG),
    )
    right = Content.assemble(
        (f"{_(words.SHIFT_TIME)} ", MUTED),
        shift,
        (f"   {_(words.DONE)} ", MUTED),
        (f"{view.done:>3}", STRONG),
        (f"   {_(words.QUEUE)} ", MUTED),
        (f"{queue:>3}", WARN if queue else ""),
        "    ",
        (clock(picture.now, picture.zone), STRONG),
        "  ",
    )
    return spread(left, right, width)


def steps(picture: Picture, width: int) -> Content:
    """Row 2: the four steps with the one of now in brackets, and the name of an open menu."""
    parts = []
    for number, name in enumerate(map(_, words.STEPS), 1):
        now = number == picture.view.step
        text = f" [{number} {name}] " if now else f"  {number} {name}  "
        parts.append(Content.styled(text, STRONG if now else MUTED))
    left = Content("").join(parts)
    menu = content(picture.view.menu, KEY).truncate(
        max(SHORTEST_MENU, width - left.cell_length - 3), ellipsis=True
    )
    return spread(left, menu + "  ", width)


def last(picture: Picture, width: int) -> Content:
    """The row that says what happened last, and at its end what undo would take back."""
    view = picture.view
    at = "" if view.last.at is None else f"{clock_seconds(view.last.at, picture.zone)}  "
    style = STRONG if view.last.level is Level.ASK else LEVEL_STYLES[view.last.level]
    left = Content.assemble((" > ", KEY), (at, MUTED), content(view.last.text, style))
    if picture.waiting:
        return spread(left, content(f"{_(words.WORKING).format(waiting=picture.waiting - 1)}  ", WARN), width)
    zone = max(SHORTEST_UNDO, width // 5)
    return spread(left, _undo(picture).truncate(zone - 1, ellipsis=True, pad=True) + " ", width)


def _undo(picture: Picture) -> Content:
    key = picture.keymap.key_name("undo") or words.PALETTE_UNDO.format(
        key=picture.keymap.key_name("palette"), letter=BY_ID["undo"].letter.upper()
    )
    undo = _(BY_ID["undo"].name)
    if not picture.view.last.undo:
        return Content.styled(f"{key} {undo}", OFF)
    return Content.assemble((key, KEY), f" {undo} ", content(picture.view.last.undo, MUTED))


def devices(picture: Picture, width: int) -> Content:
    """The row of everything the bench depends on; what is not well has a sign, so that no colour is needed.

    Where it is too long gaps close first, then the longest text is cut: the last device stays to be seen.
    """
    texts = [literal(device.text or _(words.STATES[device.state])) for device in picture.devices]
    for gap in (3, 2, 1):
        line = _joined(picture, texts, gap)
        if line.cell_length <= width:
            return line
    while line.cell_length > width and (longest := max(map(cell_len, texts), default=0)) > SHORTEST_TEXT:
        at = next(at for at, text in enumerate(texts) if cell_len(text) == longest)
        texts[at] = fit(texts[at], max(SHORTEST_TEXT, longest - (line.cell_length - width)))
        line = _joined(picture, texts, 1)
    return line.truncate(width, ellipsis=True)


def _joined(picture: Picture, texts: Sequence[str], gap: int) -> Content:
    parts = [_device(device, text) for device, text in zip(picture.devices, texts, strict=True)]
    return Content.assemble(" ", Content(" " * gap).join(parts))


def _device(device: DeviceLine, text: str) -> Content:
    return Content.assemble(
        content(_(device.name), MUTED), " ", content(f"{_SIGNS[device.state]}{text}", _STYLES[device.state])
    )


def keys(picture: Picture, width: int) -> Content:
    """The last row: every key with its action. What would do nothing now is pale but keeps its place."""
    footer = picture.keymap.footer(width, picture.view.actions)
    parts = []
    for action, key, name in footer.entries:
        on = action.screen or action.id in picture.view.actions
        parts.append(Content.assemble((key, KEY if on else OFF), (f" {name}", "" if on else OFF)))
    return Content.assemble(" ", Content(" " * footer.gap).join(parts)).truncate(width, ellipsis=True)
