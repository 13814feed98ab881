"""What each level of each column adds to the logarithm of a price, shrunk by how much it has been seen.

Terms are fitted in turns to what the others leave (backfitting). How far a term is shrunk comes from its own
levels: where they differ no more than chance makes them differ, the term vanishes. Outliers count up to a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

SWEEPS = 24
TUNED = 8
"""Sweeps in which the strength of shrinking is estimated anew; then it stays, so that the fit can settle."""

TOUCHING = 1e-3
"""Largest change of an effect at which the fit has settled."""

UNCUT = 3
"""Sweeps at the start in which outliers count whole, since everything is an outlier before something is fitted."""

CLIP = 2.0
"""Residuals count up to so many robust standard deviations (Huber)."""

_MAD = 1.4826
"""Standard deviations of a normal distribution in its median absolute deviation."""

RIDGE = 4.0
"""Rows that say "no slope"."""

_LEAST = 0.5
_MOST = 400.0
"""Limits of the strength; a term that wants more than the upper one is left out."""

Levels = Sequence[Sequence[str]]
"""Levels of each row: one for a column of words, any number for a column of texts, none for an empty cell."""


@dataclass(slots=True)
class Term:
    """A fitted column, or a pair of them."""

    effects: dict[str, float] = field(default_factory=dict)
    """Level -> what it adds. A level that was not seen adds nothing."""
    counts: dict[str, int] = field(default_factory=dict)
    strength: float | None = None
    """How many values the prior "no effect" is worth; None for a term that was left out."""

    def at(self, levels: Sequence[str]) -> float:
        """What these levels add together."""
        return sum(self.effects.get(level, 0.0) for level in levels)


@dataclass(slots=True)
class Fit:
    """Fitted effects: the level of everything, and the terms by name."""

    base: float
    terms: dict[str, Term]
    slopes: dict[str, float]

    def at(self, levels: Mapping[str, Sequence[str]], numbers: Mapping[str, float]) -> float:
        """The expected value of a row with these levels and numbers."""
        words = sum(term.at(levels[name]) for name, term in self.terms.items())
        return self.base + words + sum(slope * numbers[name] for name, slope in self.slopes.items())


class _Working:
    """A term while it is fitted: levels as numbers, their sizes and effects."""

    def __init__(self, levels: Levels) -> None:
        self.names: dict[str, int] = {}
        self.rows = [
            tuple(self.names.setdefault(level, len(self.names)) for level in some) for some in levels
        ]
        self.sizes = [0] * len(self.names)
        self.members: list[list[int]] = [[] for _ in self.names]
        for row, codes in enumerate(self.rows):
            for code in codes:
                self.sizes[code] += 1
                self.members[code].append(row)
        self.effects = [0.0] * len(self.names)
        self.strength: float | None = None
        self.single = all(len(codes) <= 1 for codes in self.rows)
        self.flat = [codes[0] for codes in self.rows if len(codes) == 1]
        self.full = self.single and len(self.flat) == len(self.rows)
        """Every row has exactly one level, which `flat` then holds: the usual column, and much faster."""
        self.filled = sum(1 for codes in self.rows if codes)

    def step(self, left: list[float], tune: bool) -> float:
        """Fit anew to what is `left` of each row, which is changed; the largest change of an effect."""
        sums = [size * effect for size, effect in zip(self.sizes, self.effects, strict=True)]
        if self.full:
            for value, code in zip(left, self.flat, strict=True):
                sums[code] += value
        else:
            for value, codes in zip(left, self.rows, strict=True):
                for code in codes:
                    sums[code] += value
        if tune:
            self.strength = self._estimated(left, sums)
        if self.single or self.strength is None:
            moves = []
            for code, (total, size) in enumerate(zip(sums, self.sizes, strict=True)):
                new = 0.0 if self.strength is None else total / (size + self.strength)
                moves.append(new - self.effects[code])
                self.effects[code] = new
            self.take(left, moves)
            return max(map(abs, moves), default=0.0)
        return self._one_by_one(left, self.strength)

    def take(self, left: list[float], effects: Sequence[float]) -> None:
        """Take effects of its levels off what is `left` of each row, which is changed."""
        if self.full:
            left[:] = [value - effects[code] for value, code in zip(left, self.flat, strict=True)]
        else:
            for row, codes in enumerate(self.rows):
                for code in codes:
                    left[row] -= effects[code]

    def _one_by_one(self, left: list[float], strength: float) -> float:
        """Rows with several levels: each level in turn, or what two share would count twice."""
        changed = 0.0
        for code, rows in enumerate(self.members):
            old = self.effects[code]
            new = (sum(left[row] for row in rows) + len(rows) * old) / (len(rows) + strength)
            move = new - old
            self.effects[code] = new
            changed = max(changed, abs(move))
            for row in rows:
                left[row] -= move
        return changed

    def _estimated(self, left: list[float], sums: list[float]) -> float | None:
        """How far to shrink: noise over real differences, by moments; None where there are no differences."""
        levels, n = len(self.sizes), self.filled
        if levels < 2 and self.filled == len(self.rows):
            return None
        between = sum(total * total / size for total, size in zip(sums, self.sizes, strict=True))
        if self.single:
            if n <= levels:
                return None
            squares = sum(
                (value + self.effects[codes[0]]) ** 2
                for value, codes in zip(left, self.rows, strict=True)
                if codes
            )
            grand = sum(sums) / n
            noise = max(0.0, squares - between) / (n - levels)
            free, between = max(1, levels - 1), max(0.0, between - n * grand * grand)
            spread = n - sum(size * size for size in self.sizes) / n
            if levels == 1:
                between, spread, free = n * grand * grand, float(n), 1
        else:
            noise = sum(value * value for value in left) / max(1, len(left) - levels / 2)
            free, spread = levels, float(sum(self.sizes))
        real = (between - free * noise) / spread
        if real <= 0:
            return None
        strength = max(_LEAST, noise / real)
        return strength if strength <= _MOST else None

    def term(self) -> Term:
        """The term as it stands."""
        names = list(self.names)
        return Term(
            dict(zip(names, self.effects, strict=True)) if self.strength is not None else {},
            dict(zip(names, self.sizes, strict=True)),
            self.strength,
        )


class _Line:
    """A slope while it is fitted. The numbers are standardised by the caller; a missing one is zero."""

    def __init__(self, numbers: Sequence[float]) -> None:
        self.numbers = numbers
        self.slope = 0.0
        self._weight = sum(number * number for number in numbers) + RIDGE

    def step(self, left: list[float]) -> float:
        """Fit anew to what is `left` of each row, which is changed; how far the slope moved."""
        total = sum(number * value for number, value in zip(self.numbers, left, strict=True))
        move = (total - RIDGE * self.slope) / self._weight
        self.slope += move
        for row, number in enumerate(self.numbers):
            left[row] -= move * number
        return abs(move)


def fit_effects(
    values: Sequence[float],
    mains: Mapping[str, Levels],
    numbers: Mapping[str, Sequence[float]],
    cells: Mapping[str, Levels],
) -> Fit:
    """Fit `mains` and slopes to values, then `cells` (levels of several columns together) as well.

    Raises ValueError where there is no value.
    """
    if not values:
        raise ValueError("no value to fit to")
    if not mains and not numbers:
        return Fit(median(values), {}, {})
    lines = {name: _Line(column) for name, column in numbers.items()}
    terms = {name: _Working(levels) for name, levels in mains.items()}
    base = _settle(values, median(values), terms, lines)
    if cells:
        terms |= {name: _Working(levels) for name, levels in cells.items()}
        base = _settle(values, base, terms, lines)
    return Fit(
        base,
        {name: working.term() for name, working in terms.items()},
        {name: line.slope for name, line in lines.items()},
    )


def _settle(
    values: Sequence[float], base: float, terms: Mapping[str, _Working], lines: Mapping[str, _Line]
) -> float:
    """Sweeps over all terms until nothing moves; the base that belongs to them."""
    for sweep in range(SWEEPS):
        raw = [value - base for value in values]
        for working in terms.values():
            working.take(raw, working.effects)
        for line in lines.values():
            for row, number in enumerate(line.numbers):
                raw[row] -= line.slope * number
        limit = CLIP * _MAD * median(map(abs, raw)) if sweep >= UNCUT else 0.0
        left = [min(limit, max(-limit, value)) for value in raw] if limit > 0 else raw
        shift = fmean(left)
        base += shift
        left = [value - shift for value in left]
        changed = abs(shift)
        for line in lines.values():
            changed = max(changed, line.step(left))
        for working in terms.values():
            changed = max(changed, working.step(left, sweep < TUNED))
        if changed < TOUCHING and sweep > UNCUT:
            break
    return base
