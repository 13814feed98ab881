"""How far two people agree on the same items: confusion of grades, accuracy with its interval, kappa, strata.

Only what was drawn by chance speaks for all items, so an item that an auditor picked himself counts in no share.
Strata that are audited more often than others must not weigh more, which is what the stratified accuracy is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from terminal.domain.sampling import kappa, stratified, wilson

LABELS = ("A", "B", "C", "D")
"""Grades, the best first: rows of the matrix are first grades, columns those of the audit."""
PICKED = "picked"
"""The stratum of an item that nobody drew."""
UNKNOWN = "-"
"""Stands for an operator or a category that nobody named."""


@dataclass(frozen=True, slots=True)
class Audit:
    """One item that was graded twice. What nobody said is None, and then nothing is compared with it."""

    lpn: str
    first_grade: str | None
    grade: str | None
    first_disposition: str | None = None
    disposition: str | None = None
    operator: str | None = None
    auditor: str | None = None
    category: str | None = None
    stratum: str = "random"

    @property
    def graded(self) -> bool:
        """True where both grades are known."""
        return self.first_grade in LABELS and self.grade in LABELS

    @property
    def routed(self) -> bool:
        """True where both channels are known."""
        return self.first_disposition is not None and self.disposition is not None

    @property
    def same_grade(self) -> bool:
        """True where both grades are known and the same."""
        return self.graded and self.first_grade == self.grade

    @property
    def same_disposition(self) -> bool:
        """True where both channels are known and the same."""
        return self.routed and self.first_disposition == self.disposition

    @property
    def agrees(self) -> bool:
        """True where nothing that is known of both differs."""
        return self.same_grade == self.graded and self.same_disposition == self.routed


@dataclass(frozen=True, slots=True)
class Share:
    """A share of 1 with the 95 % interval in which it lies (Wilson); all None where `n` is 0."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance: unweighted, by steps apart, by their square. None where chance alone explains it."""

    plain: float | None
    linear: float | None
    quadratic: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Part:
    """The agreement of some of the audits: of one operator, one category, or all of them."""

    n: int
    matrix: tuple[tuple[int, ...], ...]
    grades: Share
    dispositions: Share
    kappa: Kappa


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of all items that is audited at a rate of its own; `items` is its size, None where nobody knows it."""

    items: int | None
    audited: int
    graded: int
    same_grade: int
    routed: int
    same_disposition: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What all audits together say."""

    whole: Part
    by_operator: Mapping[str, Part]
    by_category: Mapping[str, Part]
    strata: Mapping[str, Stratum]
    dispositions: float | None
    """Share of all items whose channel is right, each stratum by its size; None where a size is not known."""
    grades: float | None
    """The same of grades."""


def share(good: int, total: int) -> Share:
    """`good` of `total` with its interval."""
    found = wilson(good, total)
    return Share(None, None, None, 0) if found is None else Share(good / total, *found, total)


def confusion(audits: Iterable[Audit]) -> tuple[tuple[int, ...], ...]:
    """How often each first grade (row) was audited as each grade (column); what lacks a grade is passed over."""
    counts = {(first, second): 0 for first in LABELS for second in LABELS}
    for one in audits:
        if one.graded and one.first_grade is not None and one.grade is not None:
            counts[one.first_grade, one.grade] += 1
    return tuple(tuple(counts[first, second] for second in LABELS) for first in LABELS)


def part(audits: Iterable[Audit]) -> Part:
    """The agreement of these audits, each counted once."""
    found = tuple(audits)
    matrix = confusion(found)
    graded = sum(map(sum, matrix))
    return Part(
        n=len(found),
        matrix=matrix,
        grades=share(sum(one.same_grade for one in found), graded),
        dispositions=share(sum(one.same_disposition for one in found), sum(one.routed for one in found)),
        kappa=Kappa(kappa(matrix), kappa(matrix, 1), kappa(matrix, 2), graded),
    )


def agreement(audits: Iterable[Audit], sizes: Mapping[str, int | None]) -> Agreement:
    """What these audits say; `sizes` is how many items each stratum has, audited or not (None: nobody knows)."""
    found = tuple(audits)
    drawn = tuple(one for one in found if one.stratum != PICKED)
    names = sorted({*sizes, *(one.stratum for one in found)})
    strata = {
        name: _stratum([one for one in found if one.stratum == name], sizes.get(name)) for name in names
    }
    return Agreement(
        whole=part(drawn),
        by_operator=_by(drawn, lambda one: one.operator),
        by_category=_by(drawn, lambda one: one.category),
        strata=strata,
        dispositions=_weighed(strata, lambda one: (one.routed, one.same_disposition)),
        grades=_weighed(strata, lambda one: (one.graded, one.same_grade)),
    )


def _stratum(audits: list[Audit], items: int | None) -> Stratum:
    return Stratum(
        items=items,
        audited=len(audits),
        graded=sum(one.graded for one in audits),
        same_grade=sum(one.same_grade for one in audits),
        routed=sum(one.routed for one in audits),
        same_disposition=sum(one.same_disposition for one in audits),
    )


def _by(audits: tuple[Audit, ...], key: Callable[[Audit], str | None]) -> dict[str, Part]:
    groups: dict[str, list[Audit]] = {}
    for one in audits:
        groups.setdefault(key(one) or UNKNOWN, []).append(one)
    return {name: part(groups[name]) for name in sorted(groups)}


def _weighed(strata: Mapping[str, Stratum], seen: Callable[[Stratum], tuple[int, int]]) -> float | None:
    """The share over all strata that were drawn from; None where the size of one of them is not known."""
    weights = {}
    for name, one in strata.items():
        if name == PICKED:
            continue
        if one.items is None:
            return None
        weights[name] = (one.items, *seen(one))
    return stratified(weights)
