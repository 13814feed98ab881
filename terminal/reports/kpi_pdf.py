"""The figures of a station on paper, each with how many units it is of: whole, over time, and split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from terminal.bench.naming import NO_WORDS, reason_word
from terminal.domain.speech import _
from terminal.kpi_words import NOTHING, columns, heads, lines
from terminal.reports.chart import MOST_HIGH, Day, draw_days
from terminal.reports.codes import word
from terminal.reports.locale_forms import day, money, number
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


def write(report: KpiReport, reasons: Mapping[str, str] = NO_WORDS) -> bytes:
    """The report as PDF; `reasons` has the site's words for codes."""
    whole = report.whole
    period = period_of(whole["period"])
    foot = _("Figures of returns, station {station}, {period}").format(station=report.station, period=period)
    page = Page(_("Figures of returns"), foot)
    page.fact(_("station"), report.station)
    # TRANSLATORS: beside the days on which they were
    page.fact(_("units closed"), period)
    page.fact(_("money"), _("{currency}, without VAT").format(currency=whole["currency"]))
    rate = whole["recovery_rate"]
    labels = (_("income of what has an outcome"), "income"), (_("its original price"), "original")
    for label, name in labels:
        amount = f"{money(Decimal(str(rate[name])))} (n = {number(rate['n'])})"
        page.fact(label, amount if rate["n"] else NOTHING)
    page.title(_("Figures"))
    page.table(Table((_("figure"), _("value"), _("of units")), list(lines(whole))))
    page.title(_("Units closed and recovery"), keep=MOST_HIGH)
    draw_days(page, _days(report.by_day))
    for heading, split in (
        (_("By category"), report.by_category),
        (_("By channel"), report.by_channel),
        (_("By hour of the day"), report.by_hour),
    ):
        page.title(heading, keep=5 * LEADING)
        _split(page, split)
    if whole["override_reasons"]:
        page.title(_("Why recommendations were overridden"))
        page.table(
            Table(
                (_("reason"), _("units")),
                [
                    (reason_word(name, reasons) or NOTHING, number(many))
                    for name, many in whole["override_reasons"].items()
                ],
            )
        )
    if whole["said"]:
        page.title(_("To be known beside the figures"))
        for sentence in whole["said"]:
            page.sentence(sentence)
    return page.finish()


def period_of(period: Mapping[str, Any]) -> str:
    """A period in words."""
    first, last = period["from"], period["to"]
    if first is None:
        return _("until {day}").format(day=day(period["as_of"]))
    return _("from {first} to {last}").format(first=day(first), last=day(last or period["as_of"]))


def _split(page: Page, split: Mapping[str, Any]) -> None:
    by = split["by"]
    rows = [columns(row, by) for row in split["rows"]]
    if by == "channel":
        rows = [(word(code), *rest) for code, *rest in rows]
    if not rows:
        page.sentence(_("No units."))
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
