"""The KPI screen's tiles and its help as finished lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from terminal.domain.speech import N_, _
from terminal.kpi_words import NOTHING
from terminal.kpi_words import number as say_number
from terminal.kpi_words import percent as say_percent
from terminal.ui.desk_numbers import spaced, whole
from terminal.ui.literal import content
from terminal.ui.themes import KEY, MUTED, STRONG
from terminal.ui.widgets.panel import fit, fit_right, wrap

ACROSS = 3
"""Tiles beside each other."""
TALL = 3
"""Lines of a tile."""
VALUE = 8
"""Cells of a value."""
KEYS_ROOM = 12
"""Cells of the keys in the help, the gap behind them counted."""

Found = Mapping[str, Any]
Values = tuple[str, str, int | None]
"""A value, what it is, and of how many; None where it is a number of units itself."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the business, twice said. Its words are looked up where they are said."""

    metric: str
    """What is behind it: a metric of the desk."""
    heading: str
    figure: str
    """The heading inside a sentence."""
    values: Callable[[Found], tuple[Values, Values]]
    day: Callable[[Found], float | None]
    """Its value on one day; shares in percent."""
    unit: str
    """Of the value of a day."""


def _share(value: float | None) -> float | None:
    return None if value is None else value * 100


def _number(value: float | None, places: int = 2) -> str:
    return spaced(say_number(value, places))


def _percent(value: float | None) -> str:
    return spaced(say_percent(value))


def _recovery(found: Found) -> tuple[Values, Values]:
    rate = found["recovery_rate"]
    return (_percent(rate["gross"]), _("gross"), rate["n"]), (_percent(rate["net"]), _("net"), rate["n_net"])


def _cost(found: Found) -> tuple[Values, Values]:
    cost = found["cost_per_return"]
    return (
        # TRANSLATORS: full cost of a return; at most 8 letters
        (_number(cost["full"]), _("full"), cost["n_full"]),
        # TRANSLATORS: cost of handling a return; at most 8 letters
        (_number(cost["handling"]), _("handling"), cost["n_handling"]),
    )


def _cycle(found: Found) -> tuple[Values, Values]:
    cycle = found["cycle_time_days"]
    return (
        # TRANSLATORS: of a number of days; at most 8 letters
        (_number(cycle["median"], 1), _("median"), cycle["n"]),
        (_number(cycle["p90"], 0), "P90", cycle["n"]),
    )


def _accuracy(found: Found) -> tuple[Values, Values]:
    share = found["disposition_accuracy"]
    # TRANSLATORS: audits that agree with what was decided; at most 8 letters
    agree = _("agree")
    if not share["n"]:
        # TRANSLATORS: confidence interval; at most 17 letters
        return (NOTHING, agree, 0), (NOTHING, _("95 % interval"), None)
    low, high = _percent(share["low"]), _percent(share["high"])
    # TRANSLATORS: behind the lower end of an interval: "86.41% to 96.00%"; at most 8 letters beside the value
    return (_percent(share["value"]), agree, share["n"]), (low, _("to {high}").format(high=high), None)


def _diversion(found: Found) -> tuple[Values, Values]:
    strict = found["diversion"]["strict"]
    return (
        # TRANSLATORS: share of the units; at most 8 letters
        (_percent(strict["units"]), _("units"), found["diversion"]["n"]),
        # TRANSLATORS: share of the mass; at most 8 letters
        (_percent(strict["mass"]), _("mass"), found["diversion"]["n_weighed"]),
    )


def _units(found: Found) -> tuple[Values, Values]:
    n = found["n"]
    # TRANSLATORS: behind a number of closed units; how many came in; at most 11 letters beside the number
    closed = _("closed  {received} in").format(received=whole(n["received"]))
    return (whole(n["closed"]), closed, None), (whole(n["open"]), _("open"), None)


TILES = (
    Tile(
        "recovery_rate",
        # TRANSLATORS: heading of a tile of the KPI screen, capitals; at most 24 letters
        N_("RECOVERY RATE"),
        N_("Recovery rate"),
        _recovery,
        lambda row: _share(row["recovery_rate"]["gross"]),
        N_("% gross"),
    ),
    Tile(
        "cost_per_return",
        # TRANSLATORS: heading of a tile of the KPI screen, capitals, a currency follows; at most 19 letters
        N_("COST PER RETURN"),
        N_("Cost per return"),
        _cost,
        lambda row: row["cost_per_return"]["full"],
        N_("full"),
    ),
    Tile(
        "cycle_time_days",
        # TRANSLATORS: heading of a tile of the KPI screen, capitals; at most 24 letters
        N_("CYCLE TIME, DAYS"),
        N_("Cycle time, days"),
        _cycle,
        lambda row: row["cycle_time_days"]["median"],
        N_("days, median"),
    ),
    Tile(
        "disposition_accuracy",
        # TRANSLATORS: heading of a tile of the KPI screen, capitals: how often audits agree; at most 24 letters
        N_("DISPOSITION ACCURACY"),
        N_("Disposition accuracy"),
        _accuracy,
        lambda row: _share(row["disposition_accuracy"]["value"]),
        N_("% of audits agree"),
    ),
    Tile(
        "diversion",
        # TRANSLATORS: heading of a tile of the KPI screen, capitals: share kept from disposal; at most 24 letters
        N_("WASTE DIVERSION"),
        N_("Waste diversion"),
        _diversion,
        lambda row: _share(row["diversion"]["strict"]["units"]),
        # TRANSLATORS: share of units kept from disposal; strict: burning counts as disposal
        N_("% of units, strict"),
    ),
    Tile(
        "closed",
        # TRANSLATORS: heading of a tile of the KPI screen, capitals; at most 24 letters
        N_("UNITS"),
        N_("Units"),
        _units,
        lambda row: row["n"]["closed"],
        N_("closed"),
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
    words = f"{_(tile.heading)}{money}"
    heading = f"[{words}]" if current else f" {words} "
    values = ((NOTHING, "", None), (NOTHING, "", None)) if found is None else tile.values(found)
    lines = [content(fit(heading, width), KEY if current else MUTED)]
    for value, told, n in values:
        of = "" if n is None else f"  n {whole(n)}"
        room = width - VALUE - 1
        lines.append(
            Content.assemble(
                content(fit_right(value, VALUE), STRONG), " ", content(fit(f"{told}{of}", room), MUTED)
            )
        )
    return lines


def has_units(found: Found) -> bool:
    """Whether there is anything that figures could be of."""
    n = found["n"]
    return any(n[name] for name in ("received", "closed", "open", "decided")) or bool(
        found["disposition_accuracy"]["n"]
    )


HELP = (
    ("1", N_("the current number day by day")),
    ("2 3 4 5", N_("a row for each category, grade, channel, operator")),
    ("6 7", N_("a row for each hour of this machine's day, each stratum of audits")),
    (
        # TRANSLATORS: two keys of a keyboard; at most 11 letters
        N_("Left Right"),
        N_("another number; the trend follows it"),
    ),
    (
        # TRANSLATORS: two keys of a keyboard; at most 11 letters
        N_("Up Down"),
        N_("another row; PageUp, PageDown, Home, End as ever"),
    ),
    (
        # TRANSLATORS: two keys of a keyboard; at most 11 letters
        N_("Enter Esc"),
        N_("the items behind the number, or behind a row of a table; back"),
    ),
    ("T W M A", N_("units of today, 7 days, 30 days, all; days are UTC")),
    ("R", N_("read again now; every minute it happens by itself")),
    ("Q", N_("leave, at a terminal")),
)
"""Keys and what they do, looked up where it is said."""
NOTES = (
    N_("n: how many units a number is of. -: of none. Open units are in no rate."),
    N_("Gross, net: income by original price, before and after costs. Full: cost of closed units."),
)


def help_lines(found: Found | None, width: int) -> list[Content]:
    """What every key does, and what must be known beside the figures."""
    lines = []
    for keys, words in HELP:
        first, *rest = wrap(_(words), width - KEYS_ROOM, 3)
        lines.append(Content.assemble(content(fit(_(keys), KEYS_ROOM), KEY), first))
        lines += [Content.assemble(" " * KEYS_ROOM, line) for line in rest]
    notes = (*map(_, NOTES), *([] if found is None else map(spaced, found["said"])))
    return [*lines, *(line.stylize(MUTED) for note in notes for line in wrap(note, width, 3))]
