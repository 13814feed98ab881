"""How good an estimate of prices is out of sample, beside the median of everything and the median of each grade.

All three are told the same rows and asked for the same others, fold by fold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from statistics import fmean, median

from terminal.domain.effects import Term
from terminal.domain.estimate import Sample, choose, estimate, folds_of, grade_medians
from terminal.domain.suggest import BadData

LEAST_ROWS = 4
_NAMES = {"model": "model", "global": "global_median", "grade": "grade_alone"}
SHOWN = 12
"""Levels of a column that are listed."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Mean absolute errors as shares of the real price, from rows that took no part in what was told of them."""

    folds: int
    model: float
    global_median: float
    grade_alone: float | None
    """None where no column is the grade."""
    bias: float
    """Sum of the told prices by that of the real ones, less 1."""
    unshifted: float
    """The error of the model without the shift that makes relative errors smallest ..."""
    unshifted_bias: float
    """... and its bias."""
    chosen: Mapping[str, int]
    """Choice -> in how many folds it was made."""
    typical: Mapping[str, float]
    """Median errors of model, global_median and grade_alone, which typing errors in prices do not reach."""


def cross_validate(sample: Sample, prices: Sequence[float], rows: Sequence[int], folds: int) -> Scores:
    """Score on `rows`, which the caller has shuffled. Raises BadData where there are too few."""
    if len(rows) < LEAST_ROWS:
        raise BadData(
            [f"{len(rows)} rows can be used, at least {LEAST_ROWS} are needed to fit some and ask for others"]
        )
    count = max(2, min(folds, len(rows)))
    missed: dict[str, list[float]] = {"model": [], "plain": [], "global": [], "grade": []}
    told = plain = 0.0
    chosen: Counter[str] = Counter()
    for train, test in folds_of(rows, count):
        best = choose(sample, train)
        chosen[best.choice.label] += 1
        model = estimate(sample, train, best.choice)
        everything, by_grade = grade_medians(sample, train)
        for row in test:
            unshifted = exp(model.at(row))
            price = unshifted * exp(best.shift)
            told += price
            plain += unshifted
            missed["model"].append(abs(price / prices[row] - 1))
            missed["plain"].append(abs(unshifted / prices[row] - 1))
            missed["global"].append(abs(exp(everything) / prices[row] - 1))
            if sample.grade is not None:
                grade = by_grade.get(sample.columns[sample.grade].cells[row].casefold(), everything)
                missed["grade"].append(abs(exp(grade) / prices[row] - 1))
    real = sum(prices[row] for row in rows)
    return Scores(
        count,
        fmean(missed["model"]),
        fmean(missed["global"]),
        fmean(missed["grade"]) if missed["grade"] else None,
        told / real - 1,
        fmean(missed["plain"]),
        plain / real - 1,
        dict(chosen.most_common()),
        {_NAMES[name]: median(some) for name, some in missed.items() if some and name in _NAMES},
    )


def levels(sample: Sample, rows: Sequence[int]) -> list[dict[str, object]]:
    """What each column does in the estimate from all rows: levels with n, effect and the prior's share."""
    model = estimate(sample, rows, choose(sample, rows).choice)
    told: list[dict[str, object]] = [
        {"column": name, "kind": "slope", "effect": round(slope, 4)}
        for name, slope in model.fit.slopes.items()
    ]
    return told + [_described(name, term) for name, term in model.fit.terms.items()]


def _described(name: str, term: Term) -> dict[str, object]:
    if term.strength is None:
        return {"column": name, "kind": "levels", "count": len(term.counts), "used": False}
    largest = sorted(term.counts, key=lambda level: (-term.counts[level], level))[:SHOWN]
    return {
        "column": name,
        "kind": "levels",
        "count": len(term.counts),
        "used": True,
        "strength": round(term.strength, 2),
        "levels": [
            {
                "level": " + ".join(level.split("\x1f")),
                "n": term.counts[level],
                "effect": round(exp(term.effects[level]) - 1, 4),
                "prior_weight": round(term.strength / (term.counts[level] + term.strength), 4),
            }
            for level in largest
        ],
    }
