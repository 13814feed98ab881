"""Prices estimated from columns of words, numbers and texts, and how good the estimate is on rows it has not seen.

Which columns take part is chosen on the training rows alone, by folds within them; one of the choices is always to
know nothing but the median. A fold that is predicted takes no part in anything that was chosen.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from math import exp, log, sqrt
from statistics import fmean, median
from typing import Literal

from terminal.domain.effects import Fit, Levels, fit_effects

Kind = Literal["word", "number", "text"]

BINS = 8
MOST_TOKENS = 150
MOST_PAIRED = 5
"""Columns of which all pairs are tried."""

INNER = 5
"""Folds within the training rows."""

INNER_ROWS = 1_500
"""Training rows that the choice is made on at most."""

SHIFT_STRENGTH = 30.0
"""Rows that "no shift" is worth."""

OUTERMOST = 0.01
"""Share of the training rows at either end beyond whose prices nothing is told."""

SHIFTS = (-0.3, 0.1)
ABSURD = 4.0
"""Times the real price beyond which one more makes no difference to what is chosen: a typing error, not a price."""

GAIN = 0.005
"""Share of the error that a larger choice has to save."""

_TOKEN = re.compile(r"[^\W_]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """Cells of one column, for all rows; an empty text for an empty cell."""

    kind: Kind
    cells: Sequence[str]
    numbers: Sequence[float | None] = ()
    """The cells as numbers where the kind says so."""
    core: bool = False
    """One of those that goods are known by (category, grade, channel ...), not a further column of the file."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows with the logarithms of their prices."""

    values: Sequence[float]
    columns: Mapping[str, Column]
    grade: str | None = None
    """The column that is the grade."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What takes part: columns by name, and whether levels of two or more columns count together."""

    label: str
    columns: tuple[str, ...] = ()
    paired: bool = False


class Encoder:
    """Columns as levels and standardised numbers, by what the training rows hold."""

    def __init__(self, sample: Sample, train: Sequence[int], choice: Choice) -> None:
        self._sample = sample
        self._edges: dict[str, list[float]] = {}
        self._scales: dict[str, tuple[bool, float, float]] = {}
        self._tokens: dict[str, frozenset[str]] = {}
        self.mains = list(choice.columns)
        self.numbers: list[str] = []
        for name in choice.columns:
            column = sample.columns[name]
            if column.kind == "number":
                self._prepare_number(name, [n for i in train if (n := column.numbers[i]) is not None])
            elif column.kind == "text":
                self._tokens[name] = _tokens_of([column.cells[i] for i in train])
        words = [name for name in choice.columns if sample.columns[name].kind != "text"]
        self.groups: list[tuple[str, ...]] = []
        if choice.paired:
            told = [name for name in words if sample.columns[name].core] or words
            told = told[:MOST_PAIRED]
            self.groups += combinations(told, 2)
            self.groups += [tuple(told)] if len(told) > 2 else []

    def row(self, row: int) -> tuple[dict[str, tuple[str, ...]], dict[str, float]]:
        """Levels and numbers of one row."""
        levels = {name: self._levels(name, row) for name in self.mains}
        for group in self.groups:
            levels["+".join(group)] = ("\x1f".join("".join(levels[name]) for name in group),)
        return levels, {name: self._number(name, row) for name in self.numbers}

    def _levels(self, name: str, row: int) -> tuple[str, ...]:
        column = self._sample.columns[name]
        if column.kind == "number":
            number = column.numbers[row]
            if number is None:
                return ("",)
            return (str(sum(number > edge for edge in self._edges[name])),)
        if column.kind == "text":
            known = self._tokens[name]
            return tuple(sorted({token for token in tokens(column.cells[row]) if token in known}))
        return (column.cells[row].casefold(),)

    def _prepare_number(self, name: str, numbers: list[float]) -> None:
        ordered = sorted(numbers)
        places = [len(ordered) * part // BINS for part in range(1, BINS)]
        self._edges[name] = sorted({ordered[place] for place in places}) if ordered else []
        logs = bool(ordered) and ordered[0] > 0 and ordered[-1] / ordered[0] > 3
        scaled = [log(number) for number in numbers] if logs else numbers
        centre = fmean(scaled) if scaled else 0.0
        spread = sqrt(fmean((n - centre) ** 2 for n in scaled)) if scaled else 0.0
        if spread > 0:
            self._scales[name] = (logs, centre, spread)
            self.numbers.append(name)

    def _number(self, name: str, row: int) -> float:
        number = self._sample.columns[name].numbers[row]
        logs, centre, spread = self._scales[name]
        if number is None or (logs and number <= 0):
            return 0.0
        return max(-4.0, min(4.0, ((log(number) if logs else number) - centre) / spread))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What takes part, and how far all estimates are moved so that their relative errors are smallest."""

    choice: Choice
    shift: float = 0.0
    """In logarithms; below zero, because a price told too high can be wrong by more than all of it."""


@dataclass(slots=True)
class Estimate:
    """A fitted estimate of logarithms of prices."""

    choice: Choice
    encoder: Encoder
    fit: Fit
    low: float
    high: float
    """All but the outermost values of the training rows: nothing is told beyond them."""

    def at(self, row: int) -> float:
        """The logarithm of the price that this row should have."""
        return min(self.high, max(self.low, self.fit.at(*self.encoder.row(row))))


def tokens(text: str) -> list[str]:
    """The words and numbers of a text, folded."""
    return [match.casefold() for match in _TOKEN.findall(text)]


def estimate(sample: Sample, train: Sequence[int], choice: Choice) -> Estimate:
    """Fit one choice to the training rows."""
    encoder = Encoder(sample, train, choice)
    coded = [encoder.row(row) for row in train]
    mains: dict[str, Levels] = {name: [levels[name] for levels, _ in coded] for name in encoder.mains}
    cells: dict[str, Levels] = {}
    for group in encoder.groups:
        name = "+".join(group)
        cells[name] = [levels[name] for levels, _ in coded]
    numbers = {name: [given[name] for _, given in coded] for name in encoder.numbers}
    values = [sample.values[i] for i in train]
    ordered = sorted(values)
    outermost = int(len(ordered) * OUTERMOST)
    low, high = ordered[outermost], ordered[-1 - outermost]
    return Estimate(choice, encoder, fit_effects(values, mains, numbers, cells), low, high)


def choices(sample: Sample) -> list[Choice]:
    """What may take part, the smallest first; the last resort knows the median only."""
    core = tuple(name for name, column in sample.columns.items() if column.core)
    wide = tuple(sample.columns)
    grade = (sample.grade,) if sample.grade is not None else ()
    found = [Choice("median"), Choice("grade", grade), Choice("core", core), Choice("all", wide)]
    found += [Choice("core+cells", core, True), Choice("all+cells", wide, True)]
    seen: dict[tuple[tuple[str, ...], bool], Choice] = {}
    for choice in found:
        if not choice.paired or len(choice.columns) > 1:
            seen.setdefault((choice.columns, choice.paired), choice)
    return list(seen.values())


def folds_of(rows: Sequence[int], count: int) -> list[tuple[list[int], list[int]]]:
    """Training and test rows of each fold: every `count`-th row is tested. The caller shuffles."""
    return [
        (
            [row for place, row in enumerate(rows) if place % count != fold],
            [row for place, row in enumerate(rows) if place % count == fold],
        )
        for fold in range(count)
    ]


def choose(sample: Sample, train: Sequence[int]) -> Chosen:
    """The choice that does best on folds within the training rows, the smaller one where it is as good."""
    rows = train[:: max(1, len(train) // INNER_ROWS)]
    options = choices(sample)
    count = min(INNER, len(rows))
    if count < 2:
        return Chosen(options[0])
    ratios: list[list[float]] = [[] for _ in options]
    for inner, test in folds_of(rows, count):
        for place, choice in enumerate(options):
            fitted = estimate(sample, inner, choice)
            ratios[place] += [exp(min(50.0, fitted.at(row) - sample.values[row])) for row in test]
    errors = [sum(min(ABSURD, abs(ratio - 1)) for ratio in some) for some in ratios]
    best = 0
    for place in range(1, len(options)):
        if errors[place] < errors[best] * (1 - GAIN):
            best = place
    return Chosen(options[best], _shift(ratios[best]))


def _shift(ratios: Sequence[float]) -> float:
    """The logarithm of the factor that makes the mean of |factor * told / real - 1| smallest, shrunk to none.

    That factor is the median of real / told, weighted by told / real.
    """
    ordered = sorted((min(ABSURD, ratio) for ratio in ratios), reverse=True)
    sums = list(accumulate(ordered))
    middle = ordered[bisect_left(sums, sums[-1] / 2)]
    low, high = SHIFTS
    return min(high, max(low, -log(middle))) * len(ratios) / (len(ratios) + SHIFT_STRENGTH)


def _tokens_of(cells: Sequence[str]) -> frozenset[str]:
    """Words that some rows have and some not, the most frequent ones."""
    counts = Counter(token for cell in cells for token in set(tokens(cell)))
    telling = [(n, token) for token, n in counts.items() if 3 <= n <= len(cells) - 3]
    return frozenset(token for _, token in sorted(telling, key=lambda one: (-one[0], one[1]))[:MOST_TOKENS])


def grade_medians(sample: Sample, train: Sequence[int]) -> tuple[float, dict[str, float]]:
    """The median of all training rows and that of each grade."""
    groups: dict[str, list[float]] = {}
    if sample.grade is not None:
        cells = sample.columns[sample.grade].cells
        for row in train:
            groups.setdefault(cells[row].casefold(), []).append(sample.values[row])
    return median(sample.values[row] for row in train), {g: median(some) for g, some in groups.items()}
