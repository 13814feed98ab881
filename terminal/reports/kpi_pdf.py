"""The figures of a station on paper, each with how many units it is of: whole, over time, and split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from terminal.kpi_words import NOTHING, columns, heads, lines
from terminal.reports.chart import HIGH, Day, draw_days
from terminal.reports.page import LEADING, Page, Table


@dataclass(frozen=True, slots=True)
class KpiReport:
    """What is printed: figures as `station_kpis` gives them, whole and split."""

    station: str
    whole: Mapping[str, Any]
    by_day: Mapping[str, Any]
    by_category: Mapping[str, Any]
    by_channel: Mapping[str, Any]
    by_hour: Mapping[str, Any]


def write(report: KpiReport) -> bytes:
    """The report as PDF."""
    whole = report.whole
    period = period_of(whole["period"])
    page = Page("Figures of returns", f"Figures of returns, station {report.station}, {period}")
    page.fact("station", report.station)
    page.fact("closed", period)
    page.fact("money", f"{whole['currency']}, without VAT")
    rate = whole["recovery_rate"]
    for label, name in (("income of what has an outcome", "income"), ("its original price", "original")):
        page.fact(label, f"{Decimal(str(rate[name])):,.2f} (n = {rate['n']:,})" if rate["n"] else NOTHING)
    page.title("Figures")
    page.table(Table(("figure", "value", "of units"), list(lines(whole))))
    page.title("Units closed and recovery", keep=HIGH)
    draw_days(page, _days(report.by_day))
    for heading, split in (
        ("By category", report.by_category),
        ("By channel", report.by_channel),
        ("By hour of the day", report.by_hour),
    ):
        page.title(heading, keep=5 * LEADING)
        _split(page, split)
    if whole["override_reasons"]:
        page.title("Why recommendations were overridden")
        page.table(
            Table(
                ("reason", "units"),
                [(name or NOTHING, f"{many:,}") for name, many in whole["override_reasons"].items()],
            )
        )
    if whole["said"]:
        page.title("To be known beside the figures")
        for sentence in whole["said"]:
            page.sentence(sentence)
    return page.finish()


def period_of(period: Mapping[str, Any]) -> str:
    """A period in words."""
    first, last = period["from"], period["to"]
    if first is None:
        return f"until {period['as_of']}"
    return f"from {first} to {last or period['as_of']}"


def _split(page: Page, split: Mapping[str, Any]) -> None:
    by = split["by"]
    rows = [columns(row, by) for row in split["rows"]]
    if not rows:
        page.sentence("No units.")
        return
    page.table(Table(heads(by), rows))


def _days(split: Mapping[str, Any]) -> list[Day]:
    return [
        Day(
            date.fromisoformat(row["value"]),
            row["n"]["closed"],
            row["recovery_rate"]["income"],
            row["recovery_rate"]["original"],
        )
        for row in split["rows"]
    ]
