"""Which finished items are graded a second time: a draw that everybody can repeat, at a rate for each stratum.

The draw is a function of the LPN and a seed that is no secret, so nobody can be accused of picking and every
station file gives the same list again. What is drawn at a rate stays drawn at every higher one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from terminal.domain.sampling import Sequential

RANDOM, OVERRIDE, HIGH_VALUE, NEW_OPERATOR = "random", "override", "high-value", "new-operator"


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of items, 0 to 1, that are drawn. The first stratum in the order of these fields that fits counts."""

    overrides: float = 1.0
    """Items whose grade or channel a person set by hand."""
    high_value: float = 1.0
    high_value_from: Decimal = Decimal("200.00")
    """Price of the new unit from which an item is of high value."""
    new_operators: float = 1.0
    """Items of people whose sequential test has not accepted yet."""
    operators: Mapping[str, float] = field(default_factory=dict)
    """Rates for some people, by id."""
    grades: Mapping[str, float] = field(default_factory=dict)
    """Rates for some first grades."""
    base: float = 0.05
    """All other items."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finished item as the draw sees it, by what was known of it when it was first decided."""

    lpn: str
    seed: str
    """Names the shift; see `seed_of`."""
    grade: str | None = None
    price: Decimal | None = None
    overridden: bool = False
    operator: str | None = None
    new_operator: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """The stratum of an item, and whether the item is to be audited."""

    stratum: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """How the sequential test of one operator stands: accepted, testing, or rejected (and tested anew)."""

    says: str
    looked_at: int = 0
    """Audits since the test began, or began anew."""
    wrong: int = 0


def seed_of(station: str, shift: int) -> str:
    """The seed of a shift: known to everybody, and different for each."""
    return f"{station}/{shift}"


def chance(lpn: str, seed: str) -> float:
    """A number from 0 up to 1 that LPN and seed alone decide."""
    digest = sha256(f"{seed}\n{lpn}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def draw(one: Candidate, rates: Rates) -> Drawn:
    """The stratum of an item and whether it is drawn."""
    stratum, rate = _stratum(one, rates)
    return Drawn(stratum, chance(one.lpn, one.seed) < rate)


def _stratum(one: Candidate, rates: Rates) -> tuple[str, float]:
    if one.overridden:
        return OVERRIDE, rates.overrides
    if one.price is not None and one.price >= rates.high_value_from:
        return HIGH_VALUE, rates.high_value
    if one.new_operator:
        return NEW_OPERATOR, rates.new_operators
    for what, name, own in (("operator", one.operator, rates.operators), ("grade", one.grade, rates.grades)):
        if name is not None and name in own:
            return f"{what} {name}", own[name]
    return RANDOM, rates.base


def trial(test: Sequential, agreed: Iterable[bool]) -> Trial:
    """How an operator stands after these audits, in their order: once accepted he stays so.

    A rejected operator is taught and tested anew, from the next audit on.
    """
    stands = Trial("testing")
    for one in agreed:
        before = stands if stands.says == "testing" else Trial("testing")
        looked_at, wrong = before.looked_at + 1, before.wrong + (not one)
        says = test.says(wrong, looked_at)
        if says == "accept":
            return Trial("accepted", looked_at, wrong)
        stands = Trial("rejected" if says == "reject" else "testing", looked_at, wrong)
    return stands
