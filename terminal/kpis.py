"""The figures of this station: brought up to date, read for a period, and the units behind them."""

from __future__ import annotations

import importlib.resources
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from terminal.config import data_path
from terminal.domain.kpi import Costs, Spread, figures
from terminal.domain.kpi_spread import Open, ageing, by_state, survival_median, total, value_at_risk
from terminal.domain.speech import _, n_
from terminal.domain.suggest import BadData, hint
from terminal.domain.tariff import load_tariff
from terminal.figures import bring_up
from terminal.kpi_hours import hour_rows, units_of_hour, without_hour
from terminal.own_file import open_file
from terminal.reports.locale_forms import number, percent, short
from terminal.settings import Settings
from terminal.store.outcomes import Outcomes
from terminal.store.station_file import StationFile
from terminal.store.unit_sums import (
    DRILLS,
    EVER,
    Period,
    read_behind,
    read_open,
    read_reasons,
    read_spread,
    read_spreads,
    read_sums,
)

BY = ("category", "grade", "channel", "operator", "day", "hour")
"""What figures can be split by."""
MOST_ITEMS = 1000
"""Units behind a figure that are shown."""
_EPOCH = date(1970, 1, 1)


def today_utc() -> date:
    """The day that it is."""
    return datetime.now(UTC).date()


def station_kpis(
    settings: Settings,
    first: date | None = None,
    last: date | None = None,
    by: str | None = None,
    today: Callable[[], date] = today_utc,
    zone: tzinfo | None = None,
) -> dict[str, Any]:
    """What `regrade kpi --json` prints: figures of the units that were closed from `first` to `last`.

    What is received, decided or touched counts by the day of that; what is open is as of the end of `last`, or of
    today. Hours are those of `zone`, None: of this machine; their rows are those of `hour_rows`. Raises BadData
    for a period that ends before it begins, StoreError.
    """
    period, on = _period(first, last, today)
    costs = kpi_costs(settings)
    with _station(settings) as file:
        db = file.db
        bring_up(file, settings.station.currency)
        classes = read_sums(db, period).get("", {})
        spread = read_spread(db, period)
        waiting = read_open(db, on).get("", [])
        found = {
            "period": {"from": _text(first), "to": _text(last), "as_of": _day(on)},
            "currency": settings.station.currency,
            **figures(classes, spread, sum(group.units for group in waiting), costs),
            "open_work": _open_work(settings, waiting, spread),
            "override_reasons": read_reasons(db, period),
        }
        if by == "hour":
            found |= {"by": by, "rows": hour_rows(db, period, zone), "without_hour": without_hour(db, period)}
        elif by is not None:
            found |= {"by": by, "rows": _rows(db, period, on, by, costs)}
        outcomes = Outcomes(db)
        told = (outcomes.contradictions(), 0 if last is None else outcomes.told_late(first, last))
    found["said"] = [*_said(found, costs), *_outcomes_said(*told)]
    return found


def behind(
    settings: Settings,
    metric: str,
    first: date | None = None,
    last: date | None = None,
    most: int = MOST_ITEMS,
    today: Callable[[], date] = today_utc,
) -> list[dict[str, Any]]:
    """The units behind a figure, the newest first; `metric` is its name in JSON, as n.open or recovery_rate.net.

    Raises BadData where there is no such figure, StoreError.
    """
    metric = metric.removeprefix("n.").partition(".")[0]
    if metric not in DRILLS:
        raise BadData([f'"{metric[:40]}" is no figure with units behind it{hint(metric[:40], DRILLS)}'])
    period, _ = _period(first, last, today)
    with _station(settings) as file:
        bring_up(file, settings.station.currency)
        return read_behind(file.db, metric, period, most)


def came_in_hour(
    settings: Settings,
    hour: str,
    first: date | None = None,
    last: date | None = None,
    most: int = MOST_ITEMS,
    today: Callable[[], date] = today_utc,
    zone: tzinfo | None = None,
) -> tuple[list[dict[str, Any]], bool]:
    """The units that came in in an hour of the day, as 08:00, and whether there may be more. Raises StoreError."""
    period, _ = _period(first, last, today)
    with _station(settings) as file:
        bring_up(file, settings.station.currency)
        return units_of_hour(file.db, period, hour, most, zone)


def kpi_costs(settings: Settings) -> Costs:
    """What the config adds to what is known of a unit."""
    inbound = settings.kpi.inbound_cost
    return Costs(settings.kpi.labour_per_hour, Decimal(inbound) if inbound else None)


def _rows(db: Any, period: Period, on: int, by: str, costs: Costs) -> list[dict[str, Any]]:
    sums = read_sums(db, period, by)
    spreads = read_spreads(db, period, by)
    waiting: Mapping[str, Sequence[Open]] = {} if by == "day" else read_open(db, on, by)
    keys = sorted(
        {*sums, *waiting}, key=(lambda key: (int(key), "")) if by == "day" else (lambda key: (0, key))
    )
    return [
        {
            "value": _day(int(key)) if by == "day" else key or None,
            **figures(
                sums.get(key, {}),
                spreads.get(key, Spread()),
                sum(group.units for group in waiting.get(key, ())),
                costs,
            ),
        }
        for key in keys
    ]


def _open_work(settings: Settings, waiting: Sequence[Open], spread: Spread) -> dict[str, Any]:
    """What is not closed: how old, what it is worth, and how long work lasts if it is not forgotten."""
    ages: Counter[int] = Counter()
    for group in waiting:
        ages[group.age] += group.units
    decay = _decay(settings, {group.category or "" for group in waiting}) if waiting else {}
    return {
        "median_days": survival_median(spread.cycle, ages),
        "n": total(spread.cycle) + total(ages),
        "by_state": by_state(waiting),
        "ageing": ageing(waiting),
        "value": sum(group.value_cents for group in waiting) / 100,
        "value_at_risk_per_week": round(value_at_risk(waiting, decay) / 100, 2),
    }


def _decay(settings: Settings, categories: Iterable[str]) -> dict[str, float]:
    """Loss of price a day by category, as the station's own or the shipped figures of channels have it."""
    own = settings.channels.folder
    where: Any = data_path(settings, own) if own else importlib.resources.files("terminal.data") / "channels"
    tariff = load_tariff(
        {entry.name: entry.read_text("utf-8") for entry in where.iterdir() if entry.name.endswith(".toml")}
    )
    return {
        name: max((float(params.decay) for params in tariff.for_category(name).values()), default=0.0)
        for name in categories
    }


def _said(found: Mapping[str, Any], costs: Costs) -> Iterator[str]:
    """What must be known beside the figures."""
    n, cost = found["n"], found["cost_per_return"]
    if many := found.get("without_hour"):
        yield n_(
            "{count} units of the past are in no hour: only their day is known.",
            "{count} units of the past are in no hour: only their day is known.",
            many,
        ).format(count=number(many))
    if many := n["received"] - cost["n_handling"]:
        if costs.inbound is None:
            told = n_(
                "{count} unit received is in no cost per return: labour or the way in is not known.",
                "{count} units received are in no cost per return: labour or the way in is not known.",
                many,
            )
        else:
            told = n_(
                "{count} unit received is in no cost per return: labour is not known.",
                "{count} units received are in no cost per return: labour is not known.",
                many,
            )
        yield told.format(count=number(many))
    if many := found["open_work"]["by_state"]["placed"]:
        yield n_(
            "{count} unit lies in a tote: it is closed when it is sold, handed over or weighed.",
            "{count} units lie in totes: they are closed when they are sold, handed over or weighed.",
            many,
        ).format(count=number(many))
    if many := n["without_outcome"]:
        yield n_(
            "{count} closed unit is in no recovery rate: nobody said what came of it.",
            "{count} closed units are in no recovery rate: nobody said what came of them.",
            many,
        ).format(count=number(many))
    if many := n["without_price"]:
        yield n_(
            "{count} closed unit is in no recovery rate: its original price is not known.",
            "{count} closed units are in no recovery rate: their original price is not known.",
            many,
        ).format(count=number(many))
    if many := n["foreign_currency"]:
        yield n_(
            "{count} closed unit is in no sum of money: it is in another currency.",
            "{count} closed units are in no sum of money: they are in another currency.",
            many,
        ).format(count=number(many))
    if many := n["without_initiated"]:
        yield n_(
            "{count} cycle time counts from reception: the begin is not known.",
            "{count} cycle times count from reception: the begin is not known.",
            many,
        ).format(count=number(many))
    if many := n["negative_times"]:
        yield n_(
            "{count} unit ended before it began: it is in no cycle time.",
            "{count} units ended before they began: they are in no cycle time.",
            many,
        ).format(count=number(many))
    gone = found["diversion"]["fate_unknown"]
    if many := gone["units"]:
        yield n_(
            "{count} unit, {mass} kg, went back to a vendor: fate unknown.",
            "{count} units, {mass} kg, went back to a vendor: fate unknown.",
            many,
        ).format(count=number(many), mass=short(gone["kg"]))
    if share := found["diversion"]["catalogue_mass"]:
        told = _("{share} of the mass is a catalogue's, not weighed.")
        yield told.format(share=percent(share, 0))


def _outcomes_said(unsettled: int, late: int) -> Iterator[str]:
    if unsettled:
        yield n_(
            "{count} goods count as unknown: what was told of them can't all be true (outcome list).",
            "{count} goods count as unknown: what was told of them can't all be true (outcome list).",
            unsettled,
        ).format(count=number(unsettled))
    if late:
        yield n_(
            "{count} outcome of the period was told after it ended: figures printed before were others.",
            "{count} outcomes of the period were told after it ended: figures printed before were others.",
            late,
        ).format(count=number(late))


def _period(first: date | None, last: date | None, today: Callable[[], date]) -> tuple[Period, int]:
    if first is not None and last is not None and last < first:
        raise BadData([f"the period ends ({last}) before it begins ({first})"])
    start = -EVER if first is None else (first - _EPOCH).days
    end = EVER if last is None else (last - _EPOCH).days
    return Period(start, end), end if last is not None else (today() - _EPOCH).days


def _day(day: int) -> str:
    return date.fromordinal(_EPOCH.toordinal() + day).isoformat()


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@contextmanager
def _station(settings: Settings) -> Iterator[StationFile]:
    with open_file(settings) as file:
        yield file
