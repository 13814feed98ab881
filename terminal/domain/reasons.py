"""What a return reason lets expect, for the order of suggestions only, and what a question is worth.

Nothing here ever answers a question: a defect that is expected is offered first and ticked by a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2

STRENGTH = 20.0
"""How many returns the prior is worth."""

NO_FAULT = "no_fault"
"""Stands among the defects for a return of which nothing was found."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What a yes/no question tells about the grade."""

    yes: float
    """How often the answer is yes."""
    bits: float

    def per_second(self, seconds: float) -> float:
        """Bits a second, where the answer takes so long."""
        return self.bits / seconds


def defect_prior(
    counts: Mapping[str, float], prior: Mapping[str, float], strength: float = STRENGTH
) -> dict[str, float]:
    """Shares of defects from counts, shrunk to prior shares (Dirichlet), most likely first.

    `(count + k * prior) / (n + k)`; a defect without a prior has zero. Raises ValueError where the prior shares do
    not add up to 1.
    """
    if abs(sum(prior.values()) - 1) > 1e-6:
        raise ValueError(f"prior shares add up to {sum(prior.values()):.4f}, expected 1")
    weight = sum(counts.values()) + strength
    shares = {
        name: (counts.get(name, 0) + strength * prior.get(name, 0)) / weight
        for name in dict.fromkeys([*prior, *counts])
    }
    return dict(sorted(shares.items(), key=lambda one: (-one[1], one[0])))


def reason_table(
    returns: Iterable[tuple[str, Iterable[str]]], strength: float = STRENGTH
) -> dict[str, tuple[int, dict[str, float]]]:
    """Reason -> how many returns gave it and the shares of their defects, shrunk to those of all returns.

    `returns` are reasons with the defects found; several defects of one return share its one vote.
    """
    by_reason: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for reason, defects in returns:
        found = sorted(set(defects)) or [NO_FAULT]
        votes = Counter(dict.fromkeys(found, 1 / len(found)))
        by_reason.setdefault(reason, Counter()).update(votes)
        total.update(votes)
        sizes[reason] += 1
    n = sum(sizes.values())
    prior = {name: votes / n for name, votes in total.items()}
    return {
        reason: (sizes[reason], defect_prior(by_reason[reason], prior, strength))
        for reason in sorted(by_reason, key=lambda name: (-sizes[name], name))
    }


def entropy(shares: Iterable[float]) -> float:
    """Bits that are open while these are the shares."""
    return -sum(share * log2(share) for share in shares if share > 0)


def information_gain(prior: Mapping[str, float], yes: Mapping[str, float]) -> Gain:
    """Bits that a question takes off the uncertainty about the grade: `H - P(yes) H(|yes) - P(no) H(|no)`.

    `yes` says how often each grade answers yes. Raises ValueError for a grade that it does not name.
    """
    missing = sorted(set(prior) - set(yes))
    if missing:
        raise ValueError(f"no answer for {', '.join(missing)}")
    sure = sum(share * yes[grade] for grade, share in prior.items())
    rest = 0.0
    for share_of_answer, answers in (
        (sure, {grade: share * yes[grade] for grade, share in prior.items()}),
        (1 - sure, {grade: share * (1 - yes[grade]) for grade, share in prior.items()}),
    ):
        if share_of_answer > 0:
            rest += share_of_answer * entropy(share / share_of_answer for share in answers.values())
    return Gain(sure, entropy(prior.values()) - rest)
