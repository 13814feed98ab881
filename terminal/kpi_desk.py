"""What the KPI screen asks the station file: figures of a period, split or not, and the items behind a number.

A split by something is cut after many units, never by the screen: whoever asks is told that more may lie behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from terminal.audits import report
from terminal.domain.agreement import agreement, share
from terminal.domain.speech import Said
from terminal.domain.suggest import BadData
from terminal.kpis import behind, came_in_hour, station_kpis, today_utc
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.audits import AuditRow, Audits, Period
from terminal.store.station_file import NAME

ACCURACY = "disposition_accuracy"
"""The figure that comes of audits; all others come of units."""
LOOKED_THROUGH = 20_000
"""Newest units behind a figure among which those of one row are looked for."""
MOST = 1000
"""Items that are listed."""
_AUDITED = {
    "category": "category",
    "grade": "first_grade",
    "channel": "first_disposition",
    "operator": "operator",
    "audit": "stratum",
}
"""What audits are split by -> what an audit calls it."""


class KpiDesk:
    """Answers from one station file, opened anew for each question: the bench may be at work on it."""

    def __init__(self, settings: Settings, today: Callable[[], date] = today_utc) -> None:
        self._settings, self._today = settings, today
        self.station = settings.station.id

    def figures(self, days: int | None, by: str) -> dict[str, Any]:
        """Figures of the last `days` days with today, None: of all; `by` says what the rows are.

        Those of `terminal.kpis.station_kpis`, with the accuracy of audits beside them and in each row but those of
        hours. Rows by audit are strata, and at last all of them, each weighed by its size (`value` None).
        Raises BadData where there is no station file, StoreError.
        """
        self._prove_file()
        first, last = self._period(days)
        found = station_kpis(self._settings, first, last, None if by == "audit" else by, self._today)
        made = self._audits(first, last)
        found[ACCURACY] = _accuracy(made)
        if by == "audit":
            return found | {"by": by, "rows": _strata(report(self._settings, Period(first, last)))}
        if by == "hour":
            return found
        parts: dict[str | None, list[AuditRow]] = defaultdict(list)
        for one in made:
            parts[_value(one, by)].append(one)
        for row in found["rows"]:
            row[ACCURACY] = _accuracy(parts.get(row["value"], ()))
        return found

    def behind(
        self, metric: str, days: int | None, by: str = "", value: str | None = None
    ) -> tuple[list[dict[str, Any]], bool]:
        """The units behind a figure, the newest first, and whether there may be more than are listed.

        With `by` only those of the row of that `value`; behind an hour of the day are the units that came in in it,
        whatever the figure. Raises BadData for no such figure, StoreError.
        """
        self._prove_file()
        first, last = self._period(days)
        if by == "day" and value is not None:
            first = last = date.fromisoformat(value)
        if metric == ACCURACY:
            made = self._audits(first, last)
            rows = [_audited(one) for one in made if by in ("", "day") or _value(one, by) == value]
            rows.sort(key=lambda row: (row["agrees"], row["lpn"]))
            return rows[:MOST], len(rows) > MOST
        if by == "hour" and value is not None:
            return came_in_hour(self._settings, value, first, last, MOST, self._today)
        if by in ("", "day"):
            units = behind(self._settings, metric, first, last, MOST + 1, self._today)
            return units[:MOST], len(units) > MOST
        units = behind(self._settings, metric, first, last, LOOKED_THROUGH, self._today)
        own = [unit for unit in units if (unit[by] or None) == value]
        return own[:MOST], len(own) > MOST or len(units) == LOOKED_THROUGH

    def _prove_file(self) -> None:
        """Whoever only looks makes no file."""
        if not (self._settings.data / NAME).exists():
            nowhere = Said(
                "there is no {file} in {folder}: name the station's folder with --data",
                file=NAME,
                folder=self._settings.data,
            )
            raise BadData([nowhere])

    def _period(self, days: int | None) -> tuple[date | None, date | None]:
        if days is None:
            return None, None
        last = self._today()
        return last - timedelta(days=days - 1), last

    def _audits(self, first: date | None, last: date | None) -> tuple[AuditRow, ...]:
        settings = self._settings
        with open_file(settings) as file:
            return Audits(file.db).made(Period(first, last))


def _value(one: AuditRow, by: str) -> str | None:
    if by == "day":
        return one.at[:10]
    return getattr(one.audit, _AUDITED[by]) or None


def _accuracy(made: Iterable[AuditRow]) -> Mapping[str, Any]:
    rows = tuple(made)
    return asdict(agreement([one.audit for one in rows], {}).whole.dispositions)


def _strata(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each stratum of an audit report, and one for all of them, which has no interval of its own."""
    strata = told["strata"]
    rows = [
        {
            "value": name,
            "items": one["items"],
            "audited": one["audited"],
            "grade_accuracy": asdict(share(one["same_grade"], one["graded"])),
            ACCURACY: asdict(share(one["same_disposition"], one["routed"])),
        }
        for name, one in strata.items()
    ]
    if rows:
        sizes = [row["items"] for row in rows]
        rows.append(
            {
                "value": None,
                "items": None if None in sizes else sum(sizes),
                "audited": sum(row["audited"] for row in rows),
                "grade_accuracy": _weighed(told["stratified_grade_accuracy"]),
                ACCURACY: _weighed(told["stratified_accuracy"]),
            }
        )
    return rows


def _weighed(value: float | None) -> dict[str, float | None]:
    return {"value": value, "low": None, "high": None}


def _audited(one: AuditRow) -> dict[str, Any]:
    audit = one.audit
    return {
        "lpn": audit.lpn,
        "category": audit.category,
        "first_grade": audit.first_grade,
        "grade": audit.grade,
        "first_channel": audit.first_disposition,
        "channel": audit.disposition,
        "operator": audit.operator,
        "audited": one.at[:10],
        "agrees": audit.agrees,
    }
