"""Learned rates as they are in force on a day: what goods brought, by category, condition and channel.

A rate never stands alone: it carries how many outcomes it was learned from and how much of it is still the
configured prior. The levels above a cell leave the cell's own outcomes out, or one sale would count three times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from terminal.domain.suggest import BadData, hint

CONDITIONS = ("A0", "A", "B", "C", "D")
"""Grades with the sealed unit before them."""

LADDER: Mapping[str, Decimal] = MappingProxyType(
    dict(zip(CONDITIONS, map(Decimal, ("1.00", "0.85", "0.75", "0.66", "0.37")), strict=True))
)
"""What a condition usually brings of the new price: makes conditions comparable above the level of a cell."""

STRENGTH = Decimal(10)
LEAST = 5
"""Outcomes of a cell below which the configuration holds."""

LEAST_POINTS = 8
"""Sales below which a decay is the configured one."""

MOST_DECAY = Decimal("0.02")
SCHEMA = 1
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Learned:
    """A rate with what it rests on."""

    value: Decimal
    n: int
    """Outcomes of the very cell."""
    weight: Decimal
    """Share of the prior in it, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of n outcomes."""

    n: int
    mean: Decimal


Key = tuple[str, str, str]
_Sums = dict[tuple[str, ...], tuple[int, Decimal]]


@dataclass(frozen=True, slots=True)
class Rates:
    """What was learned from the outcomes before a day. Without any, everything is as configured."""

    version: str = ""
    """Empty for none; else the day it was frozen and a hash of the content: "2026-11-22 3f9c0a1b"."""
    cells: Mapping[Key, Mean] = field(default_factory=dict)
    """(category, condition, channel) -> share of the current new price, before decay."""
    decays: Mapping[str, Mean] = field(default_factory=dict)
    """Category -> decay a day and the number of sales it was fitted to."""
    strength: Decimal = STRENGTH
    """How many outcomes a prior is worth."""
    _sums: _Sums = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sums", _sums_of(self.cells))

    def recoup(self, category: str, condition: str, channel: str, prior: Decimal) -> Learned:
        """The share of the current new price that goods of a condition bring in a channel, before decay.

        The cell is shrunk to its category in the channel, that to the channel, and that to `prior`.
        """
        cell = self.cells.get((category, condition, channel))
        if cell is None or cell.n < LEAST:
            return Learned(prior, 0 if cell is None else cell.n, Decimal(1))
        rung = LADDER[condition]
        own = (cell.n, cell.n * cell.mean / rung)
        near, all_of = self._sums[category, channel], self._sums[channel,]
        value = self._shrunk(_less(all_of, near), rung, prior)
        value = self._shrunk(_less(near, own), rung, value)
        value = self._shrunk(own, rung, value)
        return Learned(_rounded(value), cell.n, self._weight(cell.n))

    def decay(self, category: str, prior: Decimal) -> Learned:
        """The share of its price that goods of a category lose a day."""
        fit = self.decays.get(category)
        if fit is None or fit.n < LEAST_POINTS:
            return Learned(prior, 0 if fit is None else fit.n, Decimal(1))
        value = (fit.n * fit.mean + self.strength * prior) / (fit.n + self.strength)
        return Learned(_rounded(value), fit.n, self._weight(fit.n))

    def to_json(self) -> str:
        """The content as JSON, always in the same order and spelling, with its version."""
        return json.dumps({"schema": SCHEMA, "version": self.version, **_content(self)}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str, where: str = "rates") -> Rates:
        """Read what `to_json` wrote; `where` names the file in errors. Raises BadData where it is damaged."""
        try:
            return _read(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise BadData(
                [
                    f"{where}: these rates cannot be read ({error}). Restore the file from a backup, or delete it "
                    "and run predict learn again."
                ]
            ) from None

    def _shrunk(self, level: tuple[int, Decimal], rung: Decimal, prior: Decimal) -> Decimal:
        n, total = level
        return (total * rung + self.strength * prior) / (n + self.strength)

    def _weight(self, n: int) -> Decimal:
        return (self.strength / (n + self.strength)).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


def frozen(
    on: date, cells: Mapping[Key, Mean], decays: Mapping[str, Mean], strength: Decimal = STRENGTH
) -> Rates:
    """Rates of a day with their version. Raises ValueError for a condition, count or number that cannot be."""
    content = {
        "strength": str(strength),
        "recoup": [[*key, cell.n, str(_rounded(cell.mean))] for key, cell in sorted(cells.items())],
        "decay": [[category, fit.n, str(_rounded(fit.mean))] for category, fit in sorted(decays.items())],
    }
    return _read({"schema": SCHEMA, "version": _version(on, content), **content})


def _sums_of(cells: Mapping[Key, Mean]) -> _Sums:
    """Count and sum at the levels above the cells, each outcome as a multiple of its condition's rung."""
    sums: _Sums = {}
    for (category, condition, channel), cell in cells.items():
        for level in ((category, channel), (channel,)):
            n, total = sums.get(level, (0, Decimal(0)))
            sums[level] = (n + cell.n, total + cell.n * cell.mean / LADDER[condition])
    return sums


def _less(level: tuple[int, Decimal], part: tuple[int, Decimal]) -> tuple[int, Decimal]:
    return level[0] - part[0], level[1] - part[1]


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, ROUND_HALF_EVEN)


def _content(rates: Rates) -> dict[str, Any]:
    return {
        "strength": str(rates.strength),
        "recoup": [[*key, cell.n, str(cell.mean)] for key, cell in sorted(rates.cells.items())],
        "decay": [[category, fit.n, str(fit.mean)] for category, fit in sorted(rates.decays.items())],
    }


def _version(on: date, content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return f"{on.isoformat()} {hashlib.sha256(canonical.encode()).hexdigest()[:8]}"


def _read(raw: Any) -> Rates:
    names = ("schema", "version", "strength", "recoup", "decay")
    if not isinstance(raw, dict) or tuple(sorted(raw)) != tuple(sorted(names)):
        raise ValueError(f"expected an object of {', '.join(names)}")
    if raw["schema"] != SCHEMA:
        raise ValueError(f"schema {raw['schema']!r}, this version reads {SCHEMA}")
    rates = Rates(
        raw["version"],
        MappingProxyType(dict(_unique("recoup", map(_cell, _list(raw["recoup"]))))),
        MappingProxyType(dict(_unique("decay", map(_decay, _list(raw["decay"]))))),
        _between(raw["strength"], Decimal(0), Decimal(10_000)),
    )
    day, _, _ = str(rates.version).partition(" ")
    if rates.version != "" and rates.version != _version(date.fromisoformat(day), _content(rates)):
        raise ValueError("its content is not the one that its version was made from")
    if rates.version == "" and (rates.cells or rates.decays):
        raise ValueError("rates without a version")
    return rates


def _unique(what: str, entries: Iterable[tuple[Any, Mean]]) -> Iterable[tuple[Any, Mean]]:
    seen = set()
    for key, mean in entries:
        if key in seen:
            raise ValueError(f"{what} has {key!r} twice")
        seen.add(key)
        yield key, mean


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise ValueError(f"expected a list, got {str(raw)[:40]!r}")
    return raw


def _cell(raw: Any) -> tuple[Key, Mean]:
    match raw:
        case [str(category), str(condition), str(channel), n, mean]:
            if condition not in CONDITIONS:
                raise ValueError(f"{condition[:40]!r} is no condition{hint(condition[:40], CONDITIONS)}")
            return (category, condition, channel), Mean(_count(n), _between(mean, Decimal(0), Decimal(100)))
    raise ValueError(f"expected category, condition, channel, n, mean; got {str(raw)[:60]!r}")


def _decay(raw: Any) -> tuple[str, Mean]:
    match raw:
        case [str(category), n, mean]:
            return category, Mean(_count(n), _between(mean, Decimal(0), MOST_DECAY))
    raise ValueError(f"expected category, n, decay; got {str(raw)[:60]!r}")


def _count(raw: Any) -> int:
    if type(raw) is not int or not 1 <= raw < 10**9:
        raise ValueError(f"expected a count of 1 or more, got {str(raw)[:40]!r}")
    return raw


def _between(raw: Any, low: Decimal, high: Decimal) -> Decimal:
    try:
        value = Decimal(raw) if isinstance(raw, str) else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or not low <= value <= high:
        raise ValueError(f"expected a number from {low} to {high}, got {str(raw)[:40]!r}")
    return value


NO_RATES = Rates()
