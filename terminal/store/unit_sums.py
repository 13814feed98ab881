"""Sums, spreads and open units out of the tables of figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from terminal.domain.kpi import SUMS, Spread, Sums
from terminal.domain.kpi_spread import Open, rank, total
from terminal.store.connection import read, read_named
from terminal.store.units import PERCENT

DAYS = 14
"""Days whose units are read at once."""
EVER = 10**7
"""A day beyond all others, for a period without an end."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both of them in it, as days since 1970."""

    first: int = -EVER
    last: int = EVER


def read_sums(db: Database, period: Period, part: str = "") -> dict[str, dict[int, Sums]]:
    """Value of the part -> what is known of costs -> sums; by day where `part` is day."""
    by_day = part == "day"
    value = "day" if by_day else "value"
    sql = (
        f"select {value}, costed, {', '.join(f'sum({name})' for name in SUMS)} from kpi_day "
        f"where part = ? and day between ? and ? group by {value}, costed"
    )
    found: dict[str, dict[int, Sums]] = {}
    for key, costed, *sums in read(db, sql, ("" if by_day else part, period.first, period.last)):
        found.setdefault(str(key), {})[costed] = dict(zip(SUMS, sums, strict=True))
    return found


def read_spread(db: Database, period: Period) -> Spread:
    """How the units that were closed in a period are spread."""
    return Spread(_counts(db, "cycle", period), _counts(db, "value", period), _median_share(db, period))


def read_spreads(db: Database, period: Period, part: str) -> dict[str, Spread]:
    """The same for each value of a part."""
    column = "closed_day" if part == "day" else part
    cycle: dict[str, Counter[int]] = defaultdict(Counter)
    value: dict[str, Counter[int]] = defaultdict(Counter)
    ratios: dict[str, list[float]] = defaultdict(list)
    first, last = read(db, "select min(closed_day), max(closed_day) from unit")[0]
    sql = (
        f"select coalesce({column}, ''), cycle_days, value_days, recouped from unit "
        "where closed_day between ? and ?"
    )
    start, end = (0, -1) if first is None else (max(period.first, first), min(period.last, last))
    for at in range(start, end + 1, DAYS):
        for key, cycle_days, value_days, recouped in read(db, sql, (at, min(end, at + DAYS - 1))):
            name = str(key)
            if cycle_days is not None:
                cycle[name][cycle_days] += 1
            if value_days is not None:
                value[name][value_days] += 1
            if recouped is not None:
                ratios[name].append(recouped)
    keys = {*cycle, *value, *ratios}
    return {key: Spread(cycle[key], value[key], _middle(sorted(ratios[key]))) for key in keys}


def read_open(db: Database, on: int, part: str = "") -> dict[str, list[Open]]:
    """Units that were received but not closed by the end of a day, in groups of one age, category and state."""
    key = f"coalesce({part}, '')" if part else "''"
    chosen = (
        f"{key}, coalesce(initiated_day, received_day), category, state, count(*), "
        "coalesce(sum(coalesce(value_cents, original_cents)) filter (where own = 1), 0)"
    )
    grouped = f"group by {'1, ' if part else ''}2, 3, 4"
    found: dict[str, list[Open]] = defaultdict(list)
    for which, values in (("closed_day is null", (on,)), ("closed_day > ?", (on, on))):
        sql = f"select {chosen} from unit where {which} and received_day <= ? {grouped}"
        for name, began, category, state, n, cents in read(db, sql, values):
            # What was closed later lay in a tote then, for all that is known.
            stood = "placed" if state == "closed" else state
            found[str(name)].append(Open(max(0, on - began), category, stood, n, cents))
    return found


def read_reasons(db: Database, period: Period) -> dict[str, int]:
    """Why people overrode a recommendation, of units that were decided in a period."""
    sql = (
        "select coalesce(override_reason, ''), count(*) from unit "
        "where overrides > 0 and passed_day between ? and ? group by 1 order by 2 desc, 1"
    )
    return dict(read(db, sql, (period.first, period.last)))


WAITING = "(closed_day is null or closed_day > ?)"
"""Not closed by the end of a period, whenever it was received."""

DRILLS: Mapping[str, tuple[str, str]] = {
    # metric: (the day that it counts by, which units are in it)
    "received": ("received_day", "1"),
    "open": ("received_day", WAITING),
    "open_work": ("received_day", WAITING),
    "decided": ("passed_day", "1"),
    "closed": ("closed_day", "1"),
    "sold": ("closed_day", "sold_day is not null"),
    "recovery_rate": ("closed_day", "settled = 1"),
    "recouped_value_rate": ("closed_day", "recouped is not null"),
    "cost_per_return": ("closed_day", "own = 1 and costed >= 0"),
    "cycle_time_days": ("closed_day", "cycle_days is not null"),
    "cycle_time_to_value_days": ("closed_day", "value_days is not null"),
    "dock_to_decision_days": ("passed_day", "dock_s is not null"),
    "diversion": ("closed_day", "fate <> 'unknown'"),
    "fate_unknown": ("closed_day", "fate = 'unknown'"),
    "waste": ("closed_day", "fate in ('recycled', 'energy', 'disposed')"),
    "first_pass_yield": ("passed_day", "1"),
    "not_first_pass": ("passed_day", "(holds > 0 or reroutes > 0)"),
    "override_rate": ("passed_day", "overrides > 0"),
    "touch_minutes_per_unit": ("received_day", "labour_s is not null"),
    "units_per_hour": ("received_day", "labour_s is not null"),
    "without_price": ("closed_day", "original_cents is null"),
    "without_outcome": ("closed_day", "proceeds_cents is null and credit_cents is null"),
    "without_initiated": ("closed_day", "cycle_fault = 1"),
    "negative_times": ("closed_day", "cycle_fault = 2"),
    "foreign_currency": ("closed_day", "own = 0"),
}
"""Which units stand behind a figure."""


def read_behind(db: Database, metric: str, period: Period, most: int) -> list[dict[str, Any]]:
    """At most so many of the units behind a figure, the newest first. Raises KeyError for no metric."""
    day, which = DRILLS[metric]
    values: tuple[int, ...] = (period.first, period.last)
    if which == WAITING:
        values = (period.last, -EVER, period.last)
    sql = (
        f"select v.* from v_units v join (select lpn, {day} as day from unit where {which} "
        f"and {day} between ? and ? order by {day} desc, lpn limit ?) u on v.lpn = u.lpn order by u.day desc, u.lpn"
    )
    return read_named(db, sql, (*values, most))


def _counts(db: Database, metric: str, period: Period) -> dict[int, int]:
    sql = "select value, sum(n) from kpi_spread where metric = ? and day between ? and ? group by value"
    return dict(read(db, sql, (metric, period.first, period.last)))


def _median_share(db: Database, period: Period) -> float | None:
    """The median of recouped shares: the counts say in which percent it lies, and only that percent is sorted."""
    counts = _counts(db, "recouped", period)
    n = total(counts)
    if n == 0:
        return None
    places = ((n + 1) // 2, n // 2 + 1)
    percents = sorted({rank(counts, place) for place in places})
    below = sum(many for percent, many in counts.items() if percent < percents[0])
    sql = (
        f"select recouped from unit where recouped between ? and ? and {PERCENT} between ? and ? "
        "and closed_day between ? and ? order by recouped"
    )
    first, last = percents[0], percents[-1]
    bounds = ((first - 1) / 100, (last + 2) / 100)
    shares = [row[0] for row in read(db, sql, (*bounds, first, last, period.first, period.last))]
    return float(sum(shares[place - below - 1] for place in places) / 2)


def _middle(ordered: list[float]) -> float | None:
    if not ordered:
        return None
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
