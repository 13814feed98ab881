"""Conditions over facts: cells of a decision table, matched in three values.

A cell about a fact that is not known is neither true nor false but unknown, and so is a row of cells of which
none is false and one is unknown. What unknown means is for the caller to say; here it is never quietly "no".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from terminal.domain.facts import REGISTRY, FactSpec, FactValue, Kind, read_value
from terminal.domain.suggest import hint

_BOUND = re.compile(r"(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")
_SPAN = re.compile(r"(-?\d+(?:\.\d+)?)\s*\.\.\s*(-?\d+(?:\.\d+)?)")


_MOST_MONEY = 10**9
_DECIMALS = 6


class Match(Enum):
    """Whether a condition holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Holds for the values listed, or with `negated` for all others."""

    values: frozenset[FactValue]
    negated: bool = False

    def holds(self, value: FactValue) -> bool:
        """Whether a known value fits."""
        return (value in self.values) is not self.negated

    def covers(self, other: Cell) -> bool:
        """Whether every value that fits `other` fits this cell too; False where that cannot be told."""
        if not isinstance(other, OneOf):
            return False
        match self.negated, other.negated:
            case False, False:
                return other.values <= self.values
            case True, True:
                return self.values <= other.values
            case True, False:
                return not self.values & other.values
            case _:
                return False

    def meets(self, other: Cell) -> bool:
        """Whether some value may fit both; True where that cannot be told."""
        if not isinstance(other, OneOf) or (self.negated and other.negated):
            return True
        if self.negated:
            return bool(other.values - self.values)
        return bool(self.values - other.values if other.negated else self.values & other.values)


@dataclass(frozen=True, slots=True)
class Range:
    """Holds for numbers from `low` to `high`; None is no bound, `open_*` leaves the bound itself out."""

    low: Decimal | None = None
    high: Decimal | None = None
    open_low: bool = False
    open_high: bool = False

    def holds(self, value: FactValue) -> bool:
        """Whether a known number lies inside; anything but a number does not."""
        if not isinstance(value, int | Decimal):
            return False
        if self.low is not None and (value < self.low or (self.open_low and value == self.low)):
            return False
        return self.high is None or value < self.high or (not self.open_high and value == self.high)

    def covers(self, other: Cell) -> bool:
        """Whether every number inside `other` is inside this range too."""
        return isinstance(other, Range) and self._covers_low(other) and self._covers_high(other)

    def meets(self, other: Cell) -> bool:
        """Whether the two ranges may share a number; touching ends count as shared."""
        if not isinstance(other, Range):
            return True
        lows = [each for each in (self.low, other.low) if each is not None]
        highs = [each for each in (self.high, other.high) if each is not None]
        return not lows or not highs or max(lows) <= min(highs)

    def _covers_low(self, other: Range) -> bool:
        if self.low is None or other.low is None:
            return self.low is None
        return self.low < other.low or (self.low == other.low and (other.open_low or not self.open_low))

    def _covers_high(self, other: Range) -> bool:
        if self.high is None or other.high is None:
            return self.high is None
        return self.high > other.high or (self.high == other.high and (other.open_high or not self.open_high))


Cell: TypeAlias = OneOf | Range


@dataclass(frozen=True, slots=True)
class Row:
    """Cells that must all hold."""

    cells: tuple[tuple[str, Cell], ...]

    def match(self, facts: Mapping[str, FactValue]) -> Match:
        """NO if a cell is false, else UNKNOWN if a fact is missing, else YES."""
        unknown = False
        for name, cell in self.cells:
            value = facts.get(name)
            if value is None:
                unknown = True
            elif not cell.holds(value):
                return Match.NO
        return Match.UNKNOWN if unknown else Match.YES

    def missing(self, facts: Mapping[str, FactValue]) -> tuple[str, ...]:
        """The facts that this row asks about and nobody knows."""
        return tuple(name for name, _ in self.cells if name not in facts)

    def covers(self, other: Row) -> bool:
        """Whether this row holds wherever `other` holds."""
        cells = dict(other.cells)
        return all(name in cells and cell.covers(cells[name]) for name, cell in self.cells)

    def meets(self, other: Row) -> bool:
        """Whether one item may fit both rows."""
        cells = dict(other.cells)
        return all(cell.meets(cells[name]) for name, cell in self.cells if name in cells)


def match_any(rows: tuple[Row, ...], facts: Mapping[str, FactValue]) -> Match:
    """Whether any of the rows holds: YES beats UNKNOWN beats NO."""
    best = Match.NO
    for row in rows:
        found = row.match(facts)
        if found is Match.YES:
            return found
        if found is Match.UNKNOWN:
            best = found
    return best


def read_row(raw: object, categories: Collection[str] = ()) -> tuple[Row, tuple[tuple[str, str], ...]]:
    """A TOML table as a row, with its problems as (fact, sentence); cells with a problem are left out.

    Cells stand in the order of the registry, so that rows of the same cells are equal.
    """
    if not isinstance(raw, Mapping):
        return Row(()), (("", f"a condition is a table of facts, write {{ hygiene = true }} (got {raw!r})"),)
    cells: list[tuple[str, Cell]] = []
    problems: list[tuple[str, str]] = []
    for name, value in raw.items():
        spec = REGISTRY.get(name)
        if spec is None:
            problems.append((name, f'unknown field "{name}"{hint(name, REGISTRY)}'))
            continue
        try:
            cells.append((name, read_cell(spec, value, categories)))
        except ValueError as error:
            problems.append((str(value) if isinstance(value, str) else name, str(error)))
    order = list(REGISTRY)
    return Row(tuple(sorted(cells, key=lambda cell: order.index(cell[0])))), tuple(problems)


def read_cell(spec: FactSpec, raw: object, categories: Collection[str] = ()) -> Cell:
    """One cell: a value, a list of values, `{ not = [...] }`, or for numbers "< 80", ">= 30", "0..29".

    Raises `ValueError` with a sentence that names the fact and what may stand there.
    """
    if spec.kind in (Kind.COUNT, Kind.MONEY):
        return _read_range(spec, raw)
    if spec.kind in (Kind.DATE, Kind.OBSERVATIONS):
        raise ValueError(
            f"{spec.name} cannot stand in a condition; use a fact that follows from it, as expired or hazard"
        )
    negated = isinstance(raw, Mapping)
    if isinstance(raw, Mapping):
        if set(raw) != {"not"}:
            raise ValueError(
                f"{spec.name}: write a value, a list of values or {{ not = [...] }} (got {dict(raw)!r})"
            )
        raw = raw["not"]
    values = raw if isinstance(raw, list) else [raw]
    if not values:
        raise ValueError(f"{spec.name}: an empty list matches nothing")
    known = categories if spec.name == "category" and categories else spec.values
    return OneOf(frozenset(read_value(spec, value, known) for value in values), negated)


def _read_range(spec: FactSpec, raw: object) -> Range:
    found = Range()
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool) and Decimal(raw).is_finite():
        found = Range(Decimal(raw), Decimal(raw))
    elif isinstance(raw, str) and (bound := _BOUND.fullmatch(raw.strip())):
        number, strict = Decimal(bound.group(2)), "=" not in bound.group(1)
        if bound.group(1).startswith("<"):
            found = Range(high=number, open_high=strict)
        else:
            found = Range(low=number, open_low=strict)
    elif isinstance(raw, str) and (span := _SPAN.fullmatch(raw.strip())):
        found = Range(Decimal(span.group(1)), Decimal(span.group(2)))
    else:
        shown = repr(raw) if isinstance(raw, str) else str(raw)
        raise ValueError(
            f'{spec.name} is a number, write "< 80", ">= 30" or "0..29" (got {shown}){_meant(spec, raw)}'
        )
    if found.low is not None and found.high is not None and found.low > found.high:
        raise ValueError(
            f"{spec.name}: {found.low} to {found.high} is no range (got {raw!r})"
            f' - did you mean "{found.high}..{found.low}"?'
        )
    for edge in (found.low, found.high):
        if edge is not None and spec.kind is Kind.COUNT and not spec.low <= edge <= spec.high:
            raise ValueError(f"{spec.name} goes from {spec.low} to {spec.high} {spec.unit} (got {raw!r})")
        if edge is not None and spec.kind is Kind.MONEY and not 0 <= edge <= _MOST_MONEY:
            raise ValueError(
                f"{spec.name} is an amount of money from 0 to {_MOST_MONEY} (got {str(raw)[:40]!r})"
            )
        if edge is not None and not (-_DECIMALS <= int(edge.as_tuple().exponent) <= _DECIMALS):
            raise ValueError(f"{spec.name} has at most {_DECIMALS} decimals (got {str(raw)[:40]!r})")
    counted = spec.kind is Kind.COUNT
    if (found.open_high and found.high == spec.low) or (
        counted and found.open_low and found.low == spec.high
    ):
        reach = f"{spec.low} to {spec.high} {spec.unit}" if counted else f"{spec.low} up"
        raise ValueError(f"{spec.name} goes from {reach}, so nothing fits (got {raw!r})")
    return found


def _meant(spec: FactSpec, raw: object) -> str:
    """What a number written with a unit, a comma, words or the signs the wrong way round may have meant."""
    if not isinstance(raw, str):
        return ""
    text = (
        raw.strip()
        .replace("=<", "<=")
        .replace("=>", ">=")
        .replace("==", "")
        .replace("≤", "<=")
        .replace("≥", ">=")
    )
    text = re.sub(r"(?<=\d),(?=\d)", ".", re.sub(r"^=\s*", "", text))
    text = re.sub(r"(?<=\d)\s*(?:-|–|…|\.\.\.|to|until)\s*(?=\d)", "..", text)
    said = ""
    if unit := re.search(r"(?<=[\d ])\s*([^\W\d]+|%|€|\$)$", text):
        text = text[: unit.start()].rstrip()
        if spec.unit and unit.group(1) != spec.unit:
            return f"; it counts {spec.unit}, not {unit.group(1)}"
        said = "; leave the unit out"
    if turned := re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*(<=|>=|<|>)", text):
        flipped = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}[turned.group(2)]
        text = f"{flipped} {turned.group(1)}"
    fits = _BOUND.fullmatch(text) or _SPAN.fullmatch(text) or re.fullmatch(r"\d+(?:\.\d+)?", text)
    return f'{said} - did you mean "{text}"?' if fits else said
