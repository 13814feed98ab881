"""The KPI screen's words: tiles, tables and lists of items as finished lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from terminal.kpi_words import NOTHING, columns, heads, number, percent
from terminal.ui.literal import content
from terminal.ui.themes import KEY, MUTED, STRONG, WARN
from terminal.ui.widgets.panel import fit, fit_right, wrap

ACROSS = 3
"""Tiles beside each other."""
TALL = 3
"""Lines of a tile."""
VALUE = 8
"""Cells of a value."""
HERE = "> "
"""Before the row that Enter is about."""
_NOT_HERE = " " * len(HERE)

Found = Mapping[str, Any]
Values = tuple[str, str, int | None]
"""A value, what it is, and of how many; None where it is a number of units itself."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the business, twice said."""

    metric: str
    """What is behind it: a metric of the desk."""
    heading: str
    values: Callable[[Found], tuple[Values, Values]]
    day: Callable[[Found], float | None]
    """Its value on one day; shares in percent."""
    unit: str
    """Of the value of a day."""


def _share(value: float | None) -> float | None:
    return None if value is None else value * 100


def _accuracy(found: Found) -> tuple[Values, Values]:
    share = found["disposition_accuracy"]
    if not share["n"]:
        return (NOTHING, "agree", 0), (NOTHING, "95 % interval", None)
    low, high = percent(share["low"]), percent(share["high"])
    return (percent(share["value"]), "agree", share["n"]), (low, f"to {high}", None)


TILES = (
    Tile(
        "recovery_rate",
        "RECOVERY RATE",
        lambda found: (
            (percent(found["recovery_rate"]["gross"]), "gross", found["recovery_rate"]["n"]),
            (percent(found["recovery_rate"]["net"]), "net", found["recovery_rate"]["n_net"]),
        ),
        lambda row: _share(row["recovery_rate"]["gross"]),
        "% gross",
    ),
    Tile(
        "cost_per_return",
        "COST PER RETURN",
        lambda found: (
            (number(found["cost_per_return"]["full"]), "full", found["cost_per_return"]["n_full"]),
            (
                number(found["cost_per_return"]["handling"]),
                "handling",
                found["cost_per_return"]["n_handling"],
            ),
        ),
        lambda row: row["cost_per_return"]["full"],
        "full",
    ),
    Tile(
        "cycle_time_days",
        "CYCLE TIME, DAYS",
        lambda found: (
            (number(found["cycle_time_days"]["median"], 1), "median", found["cycle_time_days"]["n"]),
            (number(found["cycle_time_days"]["p90"], 0), "P90", found["cycle_time_days"]["n"]),
        ),
        lambda row: row["cycle_time_days"]["median"],
        "days, median",
    ),
    Tile(
        "disposition_accuracy",
        "DISPOSITION ACCURACY",
        _accuracy,
        lambda row: _share(row["disposition_accuracy"]["value"]),
        "% of audits agree",
    ),
    Tile(
        "diversion",
        "WASTE DIVERSION",
        lambda found: (
            (percent(found["diversion"]["strict"]["units"]), "units", found["diversion"]["n"]),
            (percent(found["diversion"]["strict"]["mass"]), "mass", found["diversion"]["n_weighed"]),
        ),
        lambda row: _share(row["diversion"]["strict"]["units"]),
        "% of units, strict",
    ),
    Tile(
        "closed",
        "UNITS",
        lambda found: (
            (f"{found['n']['closed']:,}", f"closed  {found['n']['received']:,} in", None),
            (f"{found['n']['open']:,}", "open", None),
        ),
        lambda row: row["n"]["closed"],
        "closed",
    ),
)


def tile_lines(found: Found | None, current: int, width: int) -> list[Content]:
    """Every tile; the current one is marked with brackets as well as colour. Without figures: dashes."""
    each = max(20, width // ACROSS)
    lines: list[Content] = []
    for start in range(0, len(TILES), ACROSS):
        drawn = [
            _tile(tile, found, start + place == current, each)
            for place, tile in enumerate(TILES[start : start + ACROSS])
        ]
        lines += [Content("").join(parts) for parts in zip(*drawn, strict=True)]
    return lines


def _tile(tile: Tile, found: Found | None, current: bool, width: int) -> list[Content]:
    money = "" if found is None or tile.metric != "cost_per_return" else f", {found['currency']}"
    heading = f"[{tile.heading}{money}]" if current else f" {tile.heading}{money} "
    values = ((NOTHING, "", None), (NOTHING, "", None)) if found is None else tile.values(found)
    lines = [content(fit(heading, width), KEY if current else MUTED)]
    for value, words, n in values:
        of = "" if n is None else f"  n {n:,}"
        room = width - VALUE - 1
        lines.append(
            Content.assemble(
                content(fit_right(value, VALUE), STRONG), " ", content(fit(f"{words}{of}", room), MUTED)
            )
        )
    return lines


def has_units(found: Found) -> bool:
    """Whether there is anything that figures could be of."""
    n = found["n"]
    return any(n[name] for name in ("received", "closed", "open", "decided")) or bool(
        found["disposition_accuracy"]["n"]
    )


_WIDTHS = (7, 8, 8, 9, 6, 9, 9, 9)
_OWN_WIDTHS = {"hour": (9, 8, 8, 8, 9, 8, 9), "audit": (9, 8, 9, 9, 9, 9)}
"""Splits that have figures of their own; the others have the accuracy of audits as well."""


def table_lines(found: Found, by: str, current: int, width: int) -> tuple[Content, list[Content]]:
    """The heading and the rows of a split."""
    own = by in _OWN_WIDTHS
    widths = _OWN_WIDTHS.get(by, _WIDTHS)
    name = max(8, min(30, width - len(HERE) - sum(widths)))

    def line(first: str, *rest: str) -> str:
        cells = zip(rest, widths, strict=True)
        return fit(first, name) + "".join(fit_right(cell, room) for cell, room in cells)

    first, *rest = heads(by)
    heading = content(_NOT_HERE + line(first.upper(), *rest, *(() if own else ("accuracy",))), MUTED)
    rows = []
    for place, row in enumerate(found["rows"]):
        accuracy = () if own else (percent(row["disposition_accuracy"]["value"]),)
        rows.append(_row(line(*columns(row, by), *accuracy), place == current))
    return heading, rows


_UNIT_COLUMNS = (
    # heading, name, cells, at the right, wide screens only
    ("LPN", "lpn", 15, False, False),
    ("category", "category", 12, False, False),
    ("gr", "grade", 3, False, False),
    ("channel", "channel", 16, False, False),
    ("state", "state", 7, False, False),
    ("received", "received", 11, False, False),
    ("closed", "closed", 11, False, False),
    ("operator", "operator", 10, False, True),
    ("price", "original_price", 10, True, True),
    ("proceeds", "proceeds", 10, True, True),
    ("days", "cycle_days", 6, True, True),
)
_AUDIT_COLUMNS = (
    ("LPN", "lpn", 15, False, False),
    ("", "agrees", 8, False, False),
    ("grade", "first_grade", 6, False, False),
    ("audit", "grade", 6, False, False),
    ("channel", "first_channel", 15, False, False),
    ("audit", "channel", 15, False, False),
    ("day", "audited", 11, False, False),
    ("category", "category", 14, False, True),
    ("operator", "operator", 10, False, True),
)


def item_lines(
    items: Sequence[Mapping[str, Any]], metric: str, current: int, width: int
) -> tuple[Content, list[Content]]:
    """The heading and one row for each item behind a number."""
    shape = _AUDIT_COLUMNS if metric == "disposition_accuracy" else _UNIT_COLUMNS
    chosen = [column for column in shape if width >= 110 or not column[4]]
    heading = content(
        _NOT_HERE + "".join(_cell(head, room, right) for head, _, room, right, _ in chosen), MUTED
    )
    rows = []
    for place, item in enumerate(items):
        text = "".join(_cell(_text(item.get(name)), room, right) for _, name, room, right, _ in chosen)
        line = _row(text, place == current)
        rows.append(line.stylize(WARN) if item.get("agrees") is False else line)
    return heading, rows


def _row(text: str, current: bool) -> Content:
    return content((HERE if current else _NOT_HERE) + text, STRONG if current else "")


def _cell(text: str, room: int, right: bool) -> str:
    return fit_right(text, room) if right else fit(text, room - 1) + " "


def _text(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "agrees" if value else "differs"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def help_lines(found: Found | None, width: int) -> list[Content]:
    """What every key does, and what must be known beside the figures."""
    rows = (
        ("1", "the current number day by day"),
        ("2 3 4 5", "a row for each category, grade, channel, operator"),
        ("6 7", "a row for each hour of this machine's day, each stratum of audits"),
        ("Left Right", "another number; the trend follows it"),
        ("Up Down", "another row; PageUp, PageDown, Home, End as ever"),
        ("Enter Esc", "the items behind the number, or behind a row of a table; back"),
        ("T W M A", "units of today, 7 days, 30 days, all; days are UTC"),
        ("R", "read again now; every minute it happens by itself"),
        ("Q", "leave, at a terminal"),
    )
    lines = [Content.assemble(content(fit(keys, 12), KEY), content(words)) for keys, words in rows]
    notes = (
        "n: how many units a number is of. -: of none. Open units are in no rate.",
        "Gross, net: income by original price, before and after costs. Full: cost of closed units.",
        *([] if found is None else found["said"]),
    )
    return [*lines, *(line.stylize(MUTED) for note in notes for line in wrap(note, width, 3))]
