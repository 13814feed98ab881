"""How many items an audit must look at, and what it then knows: acceptance, sequential tests, agreement in numbers.

Shares are of 1. Sources: ISO 2859-1 (acceptance by number of defectives), Wald 1945 (sequential probability ratio
test), Wilson 1927 (interval), Cohen 1960 and 1968 (kappa, weighted kappa).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, comb, log, sqrt

Z95 = 1.959963984540054
"""The normal deviate that leaves 2.5 % on each side."""


@dataclass(frozen=True, slots=True)
class Sequential:
    """Wald's test of a share of defectives: `d` of `n` accept below one line, and reject above another."""

    slope: float
    accept: float
    """Where the acceptance line starts; negative."""
    reject: float
    """Where the rejection line starts."""

    def says(self, defectives: int, looked_at: int) -> str:
        """accept, reject or continue. Raises ValueError for counts that can't be."""
        if not 0 <= defectives <= looked_at:
            raise ValueError(f"{defectives} of {looked_at} items can't be defective")
        if defectives <= self.accept + self.slope * looked_at:
            return "accept"
        return "reject" if defectives >= self.reject + self.slope * looked_at else "continue"

    @property
    def earliest(self) -> int:
        """The smallest number of items, all of them good, after which it accepts."""
        return ceil(-self.accept / self.slope)


def sequential(good: float, bad: float, alpha: float, beta: float) -> Sequential:
    """The test that tells a share `good` from a share `bad` of defectives.

    `alpha` is the risk of rejecting the good, `beta` that of accepting the bad. Raises ValueError where the shares
    do not stand in order between 0 and 1, or a risk is not below one half.
    """
    if not 0 < good < bad < 1:
        raise ValueError(f"expected 0 < good < bad < 1, got {good} and {bad}")
    if not (0 < alpha < 0.5 and 0 < beta < 0.5):
        raise ValueError(f"expected risks between 0 and 0.5, got {alpha} and {beta}")
    base = log(bad * (1 - good) / (good * (1 - bad)))
    return Sequential(
        slope=log((1 - good) / (1 - bad)) / base,
        accept=-log((1 - alpha) / beta) / base,
        reject=log((1 - beta) / alpha) / base,
    )


def acceptance(looked_at: int, allowed: int, share: float) -> float:
    """Probability that a sample has at most `allowed` defectives where `share` of all are (binomial)."""
    if looked_at < 0 or not 0 <= share <= 1:
        raise ValueError(f"expected a sample of 0 or more and a share of 0 to 1, got {looked_at} and {share}")
    rest = 1 - share
    return sum(
        comb(looked_at, bad) * share**bad * rest ** (looked_at - bad)
        for bad in range(min(allowed, looked_at) + 1)
    )


def wilson(good: int, total: int, z: float = Z95) -> tuple[float, float] | None:
    """The interval in which a share lies of which `good` of `total` were seen; None for no items."""
    if total == 0:
        return None
    if not 0 <= good <= total:
        raise ValueError(f"{good} of {total} can't be right")
    seen, square = good / total, z * z
    middle = (seen + square / (2 * total)) / (1 + square / total)
    half = z * sqrt(seen * (1 - seen) / total + square / (4 * total * total)) / (1 + square / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def stratified(strata: Mapping[str, tuple[int, int, int]]) -> float | None:
    """The share that is right over strata of different sampling: name -> (all items, audited, right).

    Each stratum counts by its size; one of which nothing was audited makes the share unknown: None.
    """
    total = sum(size for size, _, _ in strata.values())
    if total == 0 or any(size and not audited for size, audited, _ in strata.values()):
        return None
    return sum(size * right / audited for size, audited, right in strata.values() if size) / total


def kappa(matrix: Sequence[Sequence[int]], power: int | None = None) -> float | None:
    """Agreement beyond chance of two graders: rows the first, columns the second, grades in order.

    `power` 1 weighs disagreements by how many grades they are apart, 2 by its square, None all alike. None where
    nothing was graded or chance alone agrees on everything.
    """
    size, total = len(matrix), sum(map(sum, matrix))
    if total == 0:
        return None

    def weight(row: int, column: int) -> float:
        if power is None:
            return float(row != column)
        return (abs(row - column) / (size - 1)) ** power

    rows = [sum(line) for line in matrix]
    columns = [sum(line[place] for line in matrix) for place in range(size)]
    places = [(row, column) for row in range(size) for column in range(size) if row != column]
    seen = sum(weight(row, column) * matrix[row][column] for row, column in places) / total
    chance = sum(weight(row, column) * rows[row] * columns[column] for row, column in places) / total**2
    return None if chance == 0 else 1 - seen / chance
