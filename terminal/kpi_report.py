"""The figures of a station for a report on paper: whole, by day, by category and by channel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from terminal.kpis import station_kpis, today_utc
from terminal.reports.kpi_pdf import KpiReport
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.station_file import StationFile
from terminal.store.unit_sums import EVER


def kpi_report(
    settings: Settings,
    first: date | None = None,
    last: date | None = None,
    today: Callable[[], date] = today_utc,
) -> KpiReport:
    """Raises BadData for a period that ends before it begins, StoreError."""
    whole = station_kpis(settings, first, last, None, today)
    by_day, by_category, by_channel = (
        station_kpis(settings, first, last, by, today) for by in ("day", "category", "channel")
    )
    epoch = date(1970, 1, 1)
    days = (
        -EVER if first is None else (first - epoch).days,
        EVER if last is None else (last - epoch).days,
    )
    with StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)) as file:
        sql = "select coalesce(sum(recommended), 0) from kpi_day where part = '' and day between ? and ?"
        recommended = int(read(file.db, sql, days)[0][0])
    return KpiReport(settings.station.id, whole, by_day, by_category, by_channel, recommended)
