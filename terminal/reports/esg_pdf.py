"""A report on waste on paper: each layout's tables, where the masses are from, and the list of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from terminal.domain.speech import _
from terminal.reports import locale_forms
from terminal.reports.codes import word
from terminal.reports.esg_sums import NOT_KNOWN, SOURCES, Figure, counted
from terminal.reports.kpi_pdf import period_of
from terminal.reports.page import LEADING, Page, Table

NOTHING = "-"
"""Where nobody said."""
MOST_EVIDENCE = 500
"""Units that are listed on paper; files list them all."""
SHOWN = 16
"""Digits of a hash on paper, of 64."""


def write(report: Mapping[str, Any]) -> bytes:
    """The report as PDF."""
    period = period_of(report["period"])
    foot = _("Report on waste, station {station}, {period}").format(station=report["station"], period=period)
    page = Page(_("Report on waste"), foot)
    page.fact(_("station"), report["station"])
    # TRANSLATORS: beside the days on which they were
    page.fact(_("units closed"), period)
    waste = report["waste"]
    page.fact(_("waste"), f"{counted(waste['units'])}, {kilograms(waste['kg'])} kg")
    gone = report["fate_unknown"]
    back = _("{units}, {mass} kg, back to vendors")
    page.fact(_("fate not known"), back.format(units=counted(gone["units"]), mass=kilograms(gone["kg"])))
    page.title(_("Where the masses are from"))
    rows = [
        (word(name), kilograms(waste["source_kg"][name]), percent(waste["source_share"][name]))
        for name in SOURCES
    ]
    page.table(Table((_("source"), "kg", _("share")), rows))
    for sentence in report["said"]:
        page.sentence(sentence)
    for layout in report["layouts"]:
        _layout(page, layout)
    _evidence(page, report)
    return page.finish()


def kilograms(value: Decimal | None) -> str:
    """A mass to the gram."""
    return NOTHING if value is None else locale_forms.number(value, 3)


def percent(value: Decimal | None) -> str:
    """A ratio as percent with two places."""
    return NOTHING if value is None else locale_forms.percent(value)


def _layout(page: Page, layout: Mapping[str, Any]) -> None:
    page.title(layout["title"], keep=6 * LEADING)
    if layout["basis"]:
        page.sentence(layout["basis"])
    for table in layout["tables"]:
        page.title(f"{table['code']}  {table['title']}", keep=4 * LEADING)
        rows = [_row(figure, table["split"]) for figure in table["rows"]]
        value = _("share") if layout["unit"] == "kg" else layout["unit"]
        heads = (_("code"), _("what"), value, "kg", _("units"), _("weighed"), _("note"))
        page.table(Table(heads, rows, words=2, notes=1))


def _row(figure: Figure, split: str | None) -> tuple[str, ...]:
    of = word(figure.of) if figure.of and split == "channel" else figure.of
    of = _(NOT_KNOWN) if of == NOT_KNOWN else of
    of = f"{of} (CN {figure.cn})" if figure.cn else of
    if figure.unit == "ratio":
        value = percent(figure.value)
    elif figure.unit == "t":
        value = NOTHING if figure.value is None else locale_forms.number(figure.value, 6)
    else:
        value = ""
    return (
        figure.code,
        f"- {of}" if of else figure.label,
        value,
        kilograms(figure.kg),
        NOTHING if figure.units is None else locale_forms.number(figure.units),
        _share(figure.weighed_kg, figure.kg),
        figure.note,
    )


def _share(part: Decimal | None, whole: Decimal | None) -> str:
    return percent(part / whole) if part is not None and whole else NOTHING


def _evidence(page: Page, report: Mapping[str, Any]) -> None:
    page.title(_("Evidence, unit by unit"), keep=4 * LEADING)
    units = report["evidence"]
    if not units:
        page.sentence(_("No unit became waste in this period."))
        return
    rows = [
        (
            unit["lpn"],
            unit["category"] or NOTHING,
            word(unit["channel"]),
            locale_forms.day(unit["closed"]),
            kilograms(unit["kg"]),
            word(unit["mass_source"]) if unit["mass_source"] else NOTHING,
            unit["load"] or NOTHING,
            unit["receipt"] or NOTHING,
            " ".join(photo[:SHOWN] for photo in unit["photos"]) or NOTHING,
        )
        for unit in units[:MOST_EVIDENCE]
    ]
    heads = (
        "LPN", _("category"), _("channel"), _("closed on"), "kg", _("mass"), _("load"), _("receipt"), _("photos"),
    )  # fmt: skip
    page.table(Table(heads, rows, words=len(heads)))
    more = len(units) - len(rows) + report["evidence_left_out"]
    if more:
        page.sentence(_("{units} more: see the files beside this report.").format(units=counted(more)))
    if any(unit["photos"] for unit in units):
        told = _("Of the hash of a photo (SHA-256) the first {count} digits stand here.")
        page.sentence(told.format(count=SHOWN))
