"""Figures of a layout out of groups of units: masses with their source, and what is not known of them.

Masses are whole grams until they are shown. A figure of which nothing is known is None, never zero; where a part of
the units has no mass the figure counts the others, and says how many it left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final

from terminal.domain.speech import N_, _, n_
from terminal.reports.esg_layout import ANY, UNITS, Group, Layout, Row
from terminal.reports.locale_forms import number

SOURCES: Final = ("weighed", "typed", "catalogue", "assumed")
"""Who says what units weigh; assumed: a mass came without a word on where it is from."""
NOT_KNOWN: Final = N_("not known")
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Units:
    """Units that are alike in everything that a report asks for."""

    category: str | None
    channel: str
    source: str
    """One of SOURCES."""
    hazardous: str
    """yes or unknown: that it endangers nobody does not make waste harmless."""
    unsold: str
    """yes, no or unknown, in the sense of EU 2024/1781 art. 2(37)."""
    derogation: str | None
    units: int
    massed: int
    """How many of them have a mass ..."""
    grams: int
    """... and what these weigh together."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a report. Masses in kg, `value` in the unit of the layout or as a ratio.

    `label` and `note` are in the language in which the line was made; all else is the same in each.
    """

    table: str
    code: str
    label: str
    of: str | None
    """The category, channel or derogation that the line is for; None: all of them."""
    cn: str | None
    value: Decimal | None
    unit: str
    """kg, t or ratio."""
    kg: Decimal | None
    units: int | None
    without_mass: int | None
    weighed_kg: Decimal | None
    typed_kg: Decimal | None
    catalogue_kg: Decimal | None
    assumed_kg: Decimal | None
    note: str


NAMES = tuple(field.name for field in fields(Figure))


def figures(layout: Layout, found: Sequence[Units]) -> Iterator[Figure]:
    """Every line of a layout, in its order."""
    for group in layout.groups:
        for row in group.rows:
            yield _figure(layout, group, row, found, None)
            if group.split and row.splits:
                chosen = [units for units in found if _fits(layout, row, units)]
                for of in sorted({_value(units, group.split) for units in chosen}):
                    some = [units for units in found if _value(units, group.split) == of]
                    yield _figure(layout, group, row, some, of)


def masses(found: Iterable[Units]) -> dict[str, int]:
    """Grams by source."""
    sums = dict.fromkeys(SOURCES, 0)
    for units in found:
        sums[units.source] += units.grams
    return sums


def kilograms(grams: int) -> Decimal:
    """Grams as kg, to the gram."""
    return Decimal(grams).scaleb(-3)


def counted(many: int) -> str:
    """How many units, in words."""
    return n_("{count} unit", "{count} units", many).format(count=number(many))


def _figure(layout: Layout, group: Group, row: Row, found: Sequence[Units], of: str | None) -> Figure:
    cn = layout.cn.get(of or "") if group.split == "category" else None
    unit = "ratio" if row.share_of else layout.unit
    if row.unknown:
        nothing = (None,) * 7
        return Figure(group.code, row.code, _(row.label), of, cn, None, unit, *nothing, _(row.unknown))
    mine = [units for units in found if _fits(layout, row, units)]
    by_source = masses(mine)
    grams, many = sum(by_source.values()), sum(units.units for units in mine)
    lacking = many - sum(units.massed for units in mine)
    notes = [_(row.note)] if row.note else []
    if lacking:
        left_out = _("{lacking} of {units} without a mass, left out")
        notes.append(left_out.format(lacking=number(lacking), units=counted(many)))
    value: Decimal | None
    if row.share_of:
        value = _share(row, found, grams, notes)
    else:
        value = Decimal(grams) / UNITS[layout.unit]
        if many and lacking == many:
            value = None
    unsettled = _unsettled(layout, row, found)
    if unsettled:
        value = value if many else None
        notes.append(_("{units}: not known whether here").format(units=counted(unsettled)))
    known = value is not None or bool(row.share_of)
    kg = {name: kilograms(by_source[name]) if known else None for name in SOURCES}
    return Figure(
        group.code,
        row.code,
        _(row.label),
        of,
        cn,
        value,
        unit,
        kilograms(grams) if known else None,
        many,
        lacking,
        kg["weighed"],
        kg["typed"],
        kg["catalogue"],
        kg["assumed"],
        "; ".join(notes),
    )


def _share(row: Row, found: Sequence[Units], grams: int, notes: list[str]) -> Decimal | None:
    whole = [units for units in found if units.channel in row.share_of]
    lacking = sum(units.units - units.massed for units in whole)
    if lacking:
        left_out = _("{units} without a mass in what it is a share of")
        notes.append(left_out.format(units=counted(lacking)))
    total = sum(units.grams for units in whole)
    return (Decimal(grams) / total).quantize(_PLACES) if total else None


def _fits(layout: Layout, row: Row, units: Units) -> bool:
    return (
        units.channel in row.channels
        and row.hazardous in (ANY, _hazardous(layout.hazardous, units))
        and row.unsold in (ANY, units.unsold)
    )


def _unsettled(layout: Layout, row: Row, found: Sequence[Units]) -> int:
    """Units that might belong into a row: nobody said whether they are hazardous, or unsold."""
    return sum(
        units.units
        for units in found
        if units.channel in row.channels
        and (
            (row.hazardous in ("yes", "no") and _hazardous(layout.hazardous, units) == "unknown")
            or (row.unsold in ("yes", "no") and units.unsold == "unknown")
        )
    )


def _hazardous(settled: Mapping[str, str], units: Units) -> str:
    """What was seen of the goods goes before what the site says of their category."""
    return "yes" if units.hazardous == "yes" else settled.get(units.category or "", "unknown")


def _value(units: Units, split: str) -> str:
    found = {"category": units.category, "channel": units.channel, "derogation": units.derogation}[split]
    return found or NOT_KNOWN
