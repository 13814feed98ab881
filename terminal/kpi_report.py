"""The figures of a station for a report on paper: whole, by day, by category, by channel and by hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from terminal.kpis import station_kpis, today_utc
from terminal.reports.kpi_pdf import KpiReport
from terminal.settings import Settings


def kpi_report(
    settings: Settings,
    first: date | None = None,
    last: date | None = None,
    today: Callable[[], date] = today_utc,
) -> KpiReport:
    """What is said beside the figures is in the language of the context.

    Raises BadData for a period that ends before it begins, StoreError.
    """
    whole, by_day, by_category, by_channel, by_hour = (
        station_kpis(settings, first, last, by, today) for by in (None, "day", "category", "channel", "hour")
    )
    return KpiReport(settings.station.id, whole, by_day, by_category, by_channel, by_hour)
