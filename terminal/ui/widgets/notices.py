"""What stays on the bench for as long as it holds: rows above the typed line, in words, whatever the step is.

A notice never takes the band: what an operator has to do next is still the largest thing on the screen.
"""

from __future__ import annotations

from textual.content import Content

from terminal.ui.picture import Picture
from terminal.ui.themes import GOOD, WARN
from terminal.ui.widgets.panel import wrap

MOST = 3
"""Rows that notices take together."""
SHORTEST_BODY = 5
"""Rows that are left to the middle of the bench at least."""


def notices(picture: Picture, width: int, height: int) -> list[Content]:
    """The rows of all notices, within the `height` rows of the bench's middle; what has no room is cut."""
    room = max(0, min(MOST, height - SHORTEST_BODY))
    lines: list[Content] = []
    for device in picture.devices:
        if device.notice and len(lines) < room:
            good = device.state == "ok"
            sign, style = (" + ", GOOD) if good else (" ! ", WARN)
            rows = wrap(device.notice, width - 4, room - len(lines))
            lines += [
                Content.assemble((sign if not at else "   ", style), row.stylize(style))
                for at, row in enumerate(rows)
            ]
    return lines
