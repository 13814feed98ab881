"""A report on waste on paper: each layout's tables, where the masses are from, and the list of evidence."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from terminal.reports.esg_sums import SOURCES, Figure, counted
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
    page = Page("Report on waste", f"Report on waste, station {report['station']}, {period}")
    page.fact("station", report["station"])
    page.fact("closed", period)
    waste = report["waste"]
    page.fact("waste", f"{counted(waste['units'])}, {kilograms(waste['kg'])} kg")
    gone = report["fate_unknown"]
    page.fact("fate not known", f"{counted(gone['units'])}, {kilograms(gone['kg'])} kg, back to vendors")
    page.title("Where the masses are from")
    rows = [
        (name, kilograms(waste["source_kg"][name]), percent(waste["source_share"][name])) for name in SOURCES
    ]
    page.table(Table(("source", "kg", "share"), rows))
    for sentence in report["said"]:
        page.sentence(sentence)
    for layout in report["layouts"]:
        _layout(page, layout)
    _evidence(page, report)
    return page.finish()


def kilograms(value: Decimal | None) -> str:
    """A mass to the gram."""
    return NOTHING if value is None else f"{value:,.3f}"


def percent(value: Decimal | None) -> str:
    """A ratio as percent with two places."""
    return NOTHING if value is None else f"{value:.2%}"


def _layout(page: Page, layout: Mapping[str, Any]) -> None:
    page.title(layout["title"], keep=6 * LEADING)
    if layout["basis"]:
        page.sentence(layout["basis"])
    for table in layout["tables"]:
        page.title(f"{table['code']}  {table['title']}", keep=4 * LEADING)
        rows = [_row(figure) for figure in table["rows"]]
        value = "share" if layout["unit"] == "kg" else layout["unit"]
        heads = ("code", "what", value, "kg", "units", "weighed", "note")
        page.table(Table(heads, rows, words=2, notes=1))


def _row(figure: Figure) -> tuple[str, ...]:
    of = figure.of and (f"{figure.of} (CN {figure.cn})" if figure.cn else figure.of)
    if figure.unit == "ratio":
        value = percent(figure.value)
    elif figure.unit == "t":
        value = NOTHING if figure.value is None else f"{figure.value:,.6f}"
    else:
        value = ""
    return (
        figure.code,
        f"- {of}" if of else figure.label,
        value,
        kilograms(figure.kg),
        NOTHING if figure.units is None else f"{figure.units:,}",
        _share(figure.weighed_kg, figure.kg),
        figure.note,
    )


def _share(part: Decimal | None, whole: Decimal | None) -> str:
    return percent(part / whole) if part is not None and whole else NOTHING


def _evidence(page: Page, report: Mapping[str, Any]) -> None:
    page.title("Evidence, unit by unit", keep=4 * LEADING)
    units = report["evidence"]
    if not units:
        page.sentence("No unit became waste in this period.")
        return
    rows = [
        (
            unit["lpn"],
            unit["category"] or NOTHING,
            unit["channel"],
            unit["closed"],
            kilograms(unit["kg"]),
            unit["mass_source"] or NOTHING,
            unit["load"] or NOTHING,
            unit["receipt"] or NOTHING,
            " ".join(photo[:SHOWN] for photo in unit["photos"]) or NOTHING,
        )
        for unit in units[:MOST_EVIDENCE]
    ]
    heads = ("LPN", "category", "channel", "closed", "kg", "mass", "load", "receipt", "photos")
    page.table(Table(heads, rows, words=len(heads)))
    more = len(units) - len(rows) + report["evidence_left_out"]
    if more:
        page.sentence(f"{counted(more)} more: see the files beside this report.")
    if any(unit["photos"] for unit in units):
        page.sentence(f"Of the hash of a photo (SHA-256) the first {SHOWN} digits stand here.")
